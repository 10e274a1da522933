"""Source text in one format, of several files, that knows where each byte came from.

COPY and REPLACE make one text of many. Programs are read from that text; `Text.origin` leads back.
Lines are brought to the format of the program: "variable" (the columns of fixed format without
the end at column 72, so that replaced text may grow) or "free".
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cobolsmith.program import Origin
from cobolsmith.source import Source, Span

_SWITCH = re.compile(
    rb"^.{0,72}?(?:>>\s*SOURCE(?:\s+FORMAT)?(?:\s+IS)?\s+|\$\s*SET\s+SOURCE-?FORMAT\s*\(?\s*[\"'(]?)"
    rb"(FREE|FIXED|VARIABLE)",
    re.IGNORECASE | re.MULTILINE,
)
_MAY_SWITCH = re.compile(rb"(?:>>|\$)[ \t]*S", re.IGNORECASE)
_AREA = 7
_BEYOND = re.compile(rb"^([^\r\n]{72})([^\r\n]+)", re.MULTILINE)
_CONTINUED = re.compile(rb"^[^\n]{6}-", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes and where they are from. `kept` pieces run along with the bytes of `path` from `start`;
    others (replacements, blanks put in) stand for what lies in [start, end) there."""

    data: bytes
    path: Path
    start: int
    end: int
    kept: bool = True

    def cut(self, start: int, end: int) -> Piece:
        """The part [start, end) of this piece."""
        if not self.kept:
            return Piece(self.data[start:end], self.path, self.start, self.end, False)
        return Piece(self.data[start:end], self.path, self.start + start, self.start + end)


@dataclass(frozen=True, slots=True)
class Text:
    """Pieces in order, their bytes joined in `data`, and the offset each starts at."""

    pieces: tuple[Piece, ...]
    data: bytes = field(repr=False)
    starts: tuple[int, ...] = field(repr=False)
    recent: list[tuple[int, int, int, Path]] = field(
        default_factory=lambda: [(0, -1, 0, Path())], repr=False, compare=False
    )

    def origin(self, start: int, end: int) -> Origin:
        """Where the bytes [start, end) were written; of several files, the file of the first."""
        before, after, shift, path = self.recent[0]
        if before <= start and end <= after:  # most questions are about one piece
            return Origin(path, Span(start + shift, end + shift))
        first = self._at(start)
        piece = self.pieces[first]
        before = self.starts[first]
        if piece.kept and end <= before + len(piece.data):
            shift = piece.start - before
            self.recent[0] = (before, before + len(piece.data), shift, piece.path)
            return Origin(piece.path, Span(start + shift, max(start, end) + shift))
        last = self._at(max(start, end - 1))
        begin = self._back(first, start)
        other = self.pieces[last].path
        if other is not piece.path and other != piece.path:  # by identity first: it is quicker
            return Origin(piece.path, Span(begin, piece.end))
        stop = self._back(last, end) if self.pieces[last].kept else self.pieces[last].end
        return Origin(piece.path, Span(begin, max(begin, stop)))

    def _at(self, offset: int) -> int:
        return max(0, bisect_right(self.starts, offset) - 1)

    def _back(self, index: int, offset: int) -> int:
        piece = self.pieces[index]
        if not piece.kept:
            return piece.start
        return min(piece.start + offset - self.starts[index], piece.end)

    def slice(self, start: int, end: int) -> Iterator[Piece]:
        """The pieces of [start, end), the first and last cut to it."""
        for index in range(self._at(start), len(self.pieces)):
            at = self.starts[index]
            if at >= end:
                return
            piece = self.pieces[index]
            part = piece.cut(max(0, start - at), min(len(piece.data), end - at))
            if part.data:
                yield part


def join(pieces: Iterable[Piece]) -> Text:
    """A text of pieces; empty ones are left out (the first stays where there is no other)."""
    given = tuple(pieces)
    kept = tuple(piece for piece in given if piece.data) or given[:1]
    starts, at = [], 0
    for piece in kept:
        starts.append(at)
        at += len(piece.data)
    return Text(kept, b"".join(piece.data for piece in kept), tuple(starts))


def splice(text: Text, changes: Iterable[tuple[int, int, Iterable[Piece]]]) -> Text:
    """The text with each [start, end) replaced by pieces; changes in order, not overlapping."""
    pieces: list[Piece] = []
    at = 0
    for start, end, new in changes:
        pieces.extend(text.slice(at, start))
        pieces.extend(new)
        at = end
    pieces.extend(text.slice(at, len(text.data)))
    return join(pieces)


def whole(source: Source) -> Text:
    """A source as it is, in its own format."""
    return join([Piece(source.view, source.path, 0, len(source.view))])


def normalised(source: Source, target: str) -> Text:
    """A source brought to the format "variable" or "free"; format switches in it are followed."""
    marked = b">>" in source.view or b"$" in source.view
    if not (marked and _MAY_SWITCH.search(source.view) and _SWITCH.search(source.view)):
        if source.format == target:
            return whole(source)
        if source.format == "fixed" and target == "variable" and b"\t" not in source.view:
            return _blanked(source)
    pieces: list[Piece] = []
    now, above = source.format, b""
    for number in range(1, len(source.line_starts) + 1):
        start, end = source.line_span(number)
        line = source.view[start:end]
        if switch := _SWITCH.match(line):
            now = switch[1].decode().lower()
            pieces.append(Piece(b"\n", source.path, start, end, False))
            continue
        body = line.rstrip(b"\r\n")
        ending = Piece(line[len(body) :], source.path, start + len(body), end)
        if now == "fixed":
            body = body[: _column_72(body)]
        if now != "free" and body[6:7] == b"-":
            _continue(pieces, above, now, target)
        pieces.extend(_line(source.path, start, body, now, target, pieces))
        pieces.append(ending)
        above = body
    return join(pieces)


def _blanked(source: Source) -> Text:
    """A source in fixed columns with blanks from column 73 on, as long as before; a line that is
    continued ends with column 72 exactly."""
    data = _BEYOND.sub(lambda line: line[1] + b" " * len(line[2]), source.view)
    pieces: list[Piece] = []
    done = 0
    for continued in _CONTINUED.finditer(data):
        at = data.rfind(b"\n", 0, continued.start()) if continued.start() else -1
        end = at - 1 if at > 0 and data[at - 1 : at] == b"\r" else at
        width = end - (data.rfind(b"\n", 0, max(end, 0)) + 1)
        if at >= 0 and width != 72:
            stop = min(end, end - width + 72)
            pieces.append(Piece(data[done:stop], source.path, done, stop))
            pieces.append(Piece(b" " * (72 - width), source.path, stop, end, False))
            done = end
    pieces.append(Piece(data[done:], source.path, done, len(data)))
    return join(pieces)


def _column_72(line: bytes) -> int:
    """The number of bytes up to column 72, with tabs advancing to multiples of 8."""
    if b"\t" not in line:
        return 72
    column = 0
    for index, byte in enumerate(line):
        column = column + 8 - column % 8 if byte == 0x09 else column + 1
        if column > 72:
            return index
    return len(line)


def _continue(pieces: list[Piece], above: bytes, now: str, target: str) -> None:
    """Make ready for a continuation line: a literal runs on to column 72 of the line above."""
    ending = pieces.pop() if pieces else None
    if ending is None:
        return
    if now == "fixed":
        blanks = b" " * max(0, 72 - len(above.expandtabs(8)))
        pieces.append(Piece(blanks, ending.path, ending.start, ending.start, False))
    if target != "free":
        pieces.append(ending)


def _line(
    path: Path, start: int, body: bytes, now: str, target: str, before: list[Piece]
) -> Iterator[Piece]:
    """One line of a file in format `now`, without its end, in the format `target`."""
    if (now == "free") == (target == "free"):
        yield Piece(body, path, start, start + len(body))
    elif now == "free":
        yield Piece(b" " * _AREA, path, start, start, False)
        yield Piece(body, path, start, start + len(body))
    else:
        yield from _freed(path, start, body, before)


def _freed(path: Path, start: int, body: bytes, before: list[Piece]) -> Iterator[Piece]:
    """A line of fixed columns written freely: comments as `*>`, continued text joined."""
    indicator = body[6:7].upper()
    skip = 7
    if b"\t" in body[:7]:
        skip = 0
    elif indicator in (b"*", b"/", b"D") and body[6:8] != b"*>":
        yield Piece(b"*>", path, start + 6, start + 7, False)
    elif indicator in (b"*", b">", b"$"):
        skip = 6
    elif indicator == b"-":
        inside = body[7:].lstrip()
        skip = len(body) - len(inside) + (1 if _open_literal(before) else 0)
    yield Piece(body[skip:], path, start + min(skip, len(body)), start + len(body))


def _open_literal(before: list[Piece]) -> bool:
    """Whether the last line written so far ends inside a literal."""
    line = b""
    for piece in reversed(before):
        line = piece.data + line
        if b"\n" in piece.data:
            break
    quote = 0
    for byte in line.rpartition(b"\n")[2]:
        if quote == 0 and byte in b"\"'":
            quote = byte
        elif byte == quote:
            quote = 0
    return quote != 0
