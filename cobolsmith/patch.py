"""A patch: files before and after, the exact unified diff between them, and the atomic write.

Byte ranges are spliced into the original bytes, so whatever an edit doesn't name stays as it was,
line ends, tabs, columns 1-6 and 73-80 included.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cobolsmith.errors import PatchError
from cobolsmith.journal import Replacement, check_unchanged, replace_all
from cobolsmith.source import Source, Span
from cobolsmith.words import Word, words_of

MARGIN = 72
"""The last column of program text in fixed format."""
_TAB = 8
"""Columns that a tab takes at most."""
NO_NEWLINE = b"\\ No newline at end of file\n"


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file's bytes before and after; `before` None makes a new file."""

    path: Path
    before: bytes | None
    after: bytes

    @property
    def changed_lines(self) -> int:
        """Lines taken out or put in."""
        diff = unified(self, self.path.name)
        body = diff.split(b"\n")[2:]
        return sum(1 for line in body if line[:1] in (b"+", b"-"))


@dataclass(frozen=True, slots=True)
class Patch:
    """Changes to one or more files, written all or none."""

    files: tuple[FileChange, ...]

    def diff(self, root: Path) -> bytes:
        """A unified diff with paths relative to `root`, as `git apply` takes it."""
        return b"".join(unified(file, relative(file.path, root)) for file in self.files)


def relative(path: Path, root: Path) -> str:
    """`path` below `root` with forward slashes; outside it, as it is."""
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return path.as_posix()


def splice(data: bytes, pieces: Iterable[tuple[Span, bytes]]) -> bytes:
    """`data` with the bytes of each span replaced; spans must not overlap."""
    out, position = [], 0
    for span, new in sorted(pieces, key=lambda piece: (piece[0].start, piece[0].end)):
        if span.start < position or span.end > len(data):
            raise PatchError(f"edits overlap or lie outside the file at byte {span.start}")
        out += [data[position : span.start], new]
        position = span.end
    return b"".join([*out, data[position:]])


def edited(source: Source, pieces: Sequence[tuple[Span, str]]) -> bytes:
    """The file's bytes with each view span replaced by text in the file's encoding.

    In fixed format the columns are kept: what stands from column 73 on stays there, and a line
    that grew beyond column 72 is broken at a blank.
    """
    if source.format == "fixed":
        pieces = list(by_line(source, pieces))
    return splice(
        source.data,
        [
            (Span(source.original(span.start), source.original(span.end)), source.encode(text))
            for span, text in pieces
        ],
    )


def narrowed(source: Source, span: Span, text: str) -> list[tuple[Span, str]]:
    """The replacement of a view span cut down to the words that differ.

    Words that stay keep their bytes, and with them layout and comments between them. A text that
    shares less than half of its words replaces the span as it is.
    """
    fixed = source.format != "free"
    start = source.line_span(source.line_column(span.start)[0])[0]
    before = source.view[start : span.end].decode("ascii")
    old = [w for w in words_of(before, fixed) if w.start >= span.start - start and plain(w)]
    new = [w for w in words_of(" " * (span.start - start) + text, fixed) if plain(w)]
    match = difflib.SequenceMatcher(None, [w.text for w in old], [w.text for w in new], False)
    if not old or not new or match.ratio() < 0.5:
        return [(span, text)]
    shift, pieces = span.start - start, []
    for kind, a, b, c, d in match.get_opcodes():
        fresh = text[new[c].start - shift : new[d - 1].end - shift] if c < d else ""
        if kind == "replace":
            pieces.append((Span(start + old[a].start, start + old[b - 1].end), fresh))
        elif kind == "insert":
            at = start + (old[a - 1].end if a else old[0].start)
            pieces.append((Span(at, at), f" {fresh}" if a else f"{fresh} "))
        elif kind == "delete":
            begin, end = (old[a - 1].end, old[b - 1].end) if a else (old[a].start, old[b].start)
            pieces.append((Span(start + begin, start + end), ""))
    return pieces


def plain(word: Word) -> bool:
    """Whether a word is code, not a line break."""
    return not word.text.startswith("\n")


def by_line(source: Source, pieces: Sequence[tuple[Span, str]]) -> Iterable[tuple[Span, str]]:
    """Pieces inside one line as a replacement of the line, columns kept; others as they are."""
    lines: dict[int, list[tuple[Span, str]]] = {}
    for span, text in pieces:
        line = source.line_column(span.start)[0]
        start, end = source.line_span(line)
        row = source.view[start:end].rstrip(b"\r\n")
        grown = len(row.expandtabs()) + len(text) - (span.end - span.start) + _TAB
        tabbed = b"\t" in row and not len(row.expandtabs()) <= MARGIN < grown
        plain = span.end > start + min(len(row), MARGIN) or b"\x7f" in row or tabbed
        plain = plain or not text.isascii()
        if plain or (span.start == start and text.endswith("\n")):
            yield span, text
        else:
            lines.setdefault(line, []).append((Span(span.start - start, span.end - start), text))
    for line, inside in lines.items():
        start, end = source.line_span(line)
        row = source.view[start:end].rstrip(b"\r\n")
        yield Span(start, start + len(row)), refit(row, inside)


def refit(row: bytes, pieces: Sequence[tuple[Span, str]]) -> str:
    """One fixed-format line with pieces replaced, its identification area where it was."""
    code = splice(row[:MARGIN], [(span, text.encode("latin-1")) for span, text in pieces])
    tail = row[MARGIN:].decode("ascii")
    first, *rest = code.decode("latin-1").split("\n")
    lines = [*broken(first.rstrip()), *(part for line in rest for part in broken(line.rstrip()))]
    if tail.strip():
        lines[0] = lines[0].ljust(MARGIN) + tail
    return "\n".join(lines)


def broken(line: str) -> list[str]:
    """A line as one or two lines of at most 72 columns, parted at a blank outside literals. Tabs
    count up to the next column that is a multiple of 8, as cobc reads them."""
    if len(line.expandtabs()) <= MARGIN:
        return [line]
    line = line.expandtabs()
    indent = len(line[7:]) - len(line[7:].lstrip()) + 11
    for at in range(MARGIN, indent, -1):
        head = line[:at]
        if line[at] == " " and head.count("'") % 2 == 0 and head.count('"') % 2 == 0:
            rest = " " * indent + line[at:].strip()
            return [head.rstrip(), *broken(rest)] if len(rest) < len(line) else [head, rest]
    return [line]


def lines_of(data: bytes) -> list[bytes]:
    """Lines with their ends, split at \\n alone, so that CR and form feeds stay inside."""
    parts = data.split(b"\n")
    return [part + b"\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def unified(file: FileChange, name: str) -> bytes:
    """One file's unified diff with three lines of context."""
    old, new = lines_of(file.before or b""), lines_of(file.after)
    source = b"/dev/null" if file.before is None else b"a/" + name.encode()
    rows = difflib.diff_bytes(difflib.unified_diff, old, new, source, b"b/" + name.encode(), n=3)
    return b"".join(row if row.endswith(b"\n") else row + b"\n" + NO_NEWLINE for row in rows)


def write(patch: Patch) -> None:
    """Replace the files: all or none, even where the process is killed (see `journal`).

    Raises PatchError, with nothing changed, where a file is no longer what the patch was made
    from or can't be written.
    """
    changes = [Replacement(file.path, file.before, file.after) for file in patch.files]
    for change in changes:
        check_unchanged(change)
    replace_all(changes)
