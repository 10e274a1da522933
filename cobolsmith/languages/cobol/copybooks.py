"""COPY and REPLACE: one text of many files that leads back to each (`Text.origin`).

The tree of a source is never expanded. Data items and procedures are read from this second text.
Sources: ISO/IEC 1989:2014 7.2.2 and 7.2.3; IBM Enterprise COBOL Language Reference, "COPY
statement"; the search order is cobc's (the name, then the name with each extension), but for
programs, which come last.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from cobolsmith.errors import SourceError
from cobolsmith.languages.cobol.text import Piece, Text, join, normalised, splice, whole
from cobolsmith.languages.cobol.words import TextWord, text_words
from cobolsmith.program import Copy, Origin, Problem
from cobolsmith.source import Source, read

EXTENSIONS = ("", ".CPY", ".CPB", ".COPY", ".INC", ".LIB", ".DCL")
PROGRAM_EXTENSIONS = (".CBL", ".COB")
"""Looked for last: a program often has the name of the copybook of its parameters."""

SUPPLIED = frozenset(("SQLCA", "SQLDA", "DFHAID", "DFHBMSCA", "DFHEIBLK"))
"""Books the precompilers bring along: their absence is no fault of the source."""

_ANY = re.compile(rb"\b(?:COPY|REPLACE|INCLUDE|\+\+INCLUDE|-INC)\b", re.IGNORECASE)
_DEEPEST = 32


@dataclass(frozen=True, slots=True)
class Library:
    """Where copybooks are looked for: folders in order. Keeps what it has listed and read."""

    folders: tuple[Path, ...] = ()
    encoding: str = "auto"
    _listed: dict[Path, dict[str, Path]] = field(default_factory=dict, repr=False)
    _read: dict[Path, Source] = field(default_factory=dict, repr=False)

    def find(
        self, book: str, library: str, beside: Path, copying: Path | None = None
    ) -> Path | None:
        """The file of a copybook, whatever the case of its letters; never `copying` itself."""
        folders = [beside, *self.folders]
        places = [
            place for one in folders for place in ((one / library, one) if library else (one,))
        ]
        for extensions in (EXTENSIONS, PROGRAM_EXTENSIONS):
            for place in places:
                found = self._in(place, book, extensions)
                if found is not None and found != copying:
                    return found
        return None

    def _in(self, folder: Path, book: str, extensions: Iterable[str]) -> Path | None:
        place = (folder / book).parent
        listed = self._listed.get(place)
        if listed is None:
            listed = {}
            if place.is_dir():
                for path in sorted(place.iterdir()):
                    listed.setdefault(path.name.upper(), path)
            self._listed[place] = listed
        name = Path(book).name.upper()
        for extension in extensions:
            found = listed.get(name + extension)
            if found is not None and found.is_file():
                return found
        return None

    def read(self, path: Path, fallback: str) -> Source:
        """The source of a copybook; `fallback` is the format taken where it shows none."""
        if path not in self._read:
            self._read[path] = read(path, encoding=self.encoding, fallback=fallback)
        return self._read[path]


@dataclass(frozen=True, slots=True)
class Pair:
    """One `old BY new` of REPLACING; `part` is "", "LEADING" or "TRAILING"."""

    old: tuple[bytes, ...]
    new: bytes
    part: str = ""


@dataclass(frozen=True, slots=True)
class Expansion:
    """A source with its copybooks in place: the text, its format, each COPY and what went wrong."""

    text: Text
    format: str
    copies: tuple[Copy, ...]
    problems: tuple[Problem, ...]


def expand(source: Source, library: Library) -> Expansion:
    """Expand COPY, EXEC SQL INCLUDE and REPLACE of a source.

    A copybook not found is a problem and stays a COPY statement in the text. Raises SourceError
    naming the chain where copybooks copy each other in a circle.
    """
    if not _ANY.search(source.view):
        return Expansion(whole(source), source.format, (), ())
    format = "free" if source.format == "free" else "variable"
    run = _Run(library, format)
    text = _replace_statements(run.expand(source, (source.path,)), format)
    return Expansion(text, format, tuple(run.copies), tuple(run.problems))


@dataclass(slots=True)
class _Run:
    """One expansion under way."""

    library: Library
    format: str
    copies: list[Copy] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def expand(self, source: Source, chain: tuple[Path, ...]) -> Text:
        text = normalised(source, self.format)
        if not _ANY.search(text.data):
            return text
        words = list(text_words(text.data, self.format))
        return splice(text, self._changes(source, text, words, chain))

    def _changes(
        self, source: Source, text: Text, words: Sequence[TextWord], chain: tuple[Path, ...]
    ) -> Iterator[tuple[int, int, Iterable[Piece]]]:
        at = 0
        while at < len(words):
            statement = _copy_at(text, words, at)
            if statement is None:
                at += 1
                continue
            at = statement.after
            book = self._book(source, text, statement, chain)
            if book is not None:
                column = _column(text.data, statement.end)
                yield statement.start, statement.end, _framed(book, self.format, column)

    def _book(
        self, source: Source, text: Text, statement: _Statement, chain: tuple[Path, ...]
    ) -> Text | None:
        origin = text.origin(statement.start, statement.end)
        beside = origin.path.parent
        path = self.library.find(statement.book, statement.library, beside, chain[0])
        self.copies.append(Copy(statement.book, statement.library, origin, path))
        if path is None:
            if statement.book.upper() not in SUPPLIED:
                self.problems.append(_missing(statement, origin))
            return None
        if path in chain or len(chain) > _DEEPEST:
            circle = " -> ".join(one.name for one in (*chain, path))
            raise SourceError(
                f"the copybook {statement.book} copies itself: {circle}",
                where=source.where(origin.span.start),
                remedy="break the circle",
            )
        expanded = self.expand(self.library.read(path, self.format), (*chain, path))
        return replaced(expanded, statement.pairs, self.format)


def _missing(statement: _Statement, origin: Origin) -> Problem:
    of = f" of library {statement.library}" if statement.library else ""
    return Problem(
        "missing copybook",
        f"the copybook {statement.book}{of} was not found",
        origin,
        "add its folder to the copybook paths",
    )


def _column(data: bytes, offset: int) -> int:
    """The column of an offset from 0, as far as it matters (at most 256)."""
    return offset - max(data.rfind(b"\n", max(0, offset - 256), offset) + 1, offset - 256)


def _framed(book: Text, format: str, column: int) -> Iterator[Piece]:
    """A copybook on lines of its own, then blanks, so that what follows keeps its column."""
    if not book.pieces:
        return
    path, at = book.pieces[0].path, book.pieces[0].start
    last = book.pieces[-1]
    yield Piece(b"\n", path, at, at, False)
    yield from book.pieces
    yield Piece(b"\n", last.path, last.end, last.end, False)
    blanks = column if format == "free" else max(7, column)
    yield Piece(b" " * blanks, last.path, last.end, last.end, False)


# --- The statements ---


@dataclass(frozen=True, slots=True)
class _Statement:
    book: str
    library: str
    pairs: tuple[Pair, ...]
    start: int
    end: int
    after: int


def _copy_at(text: Text, words: Sequence[TextWord], at: int) -> _Statement | None:
    """The COPY (or EXEC SQL INCLUDE) statement that begins at a word, or None."""
    word = words[at].text
    if word in (b"EXEC", b"EXECUTE"):
        return _include_at(words, at)
    if word in (b"++INCLUDE", b"-INC") and at + 1 < len(words):
        return _bare(words, at)
    if word != b"COPY" or at + 1 >= len(words):
        return None
    name = words[at + 1].text
    if name[:1] in b".():=" or name in (b"OF", b"IN", b"TO"):
        return None
    after, library = at + 2, ""
    if after + 1 < len(words) and words[after].text in (b"OF", b"IN"):
        library = _unquoted(words[after + 1].text)
        after += 2
    if after < len(words) and words[after].text == b"SUPPRESS":
        after += 1
    pairs: tuple[Pair, ...] = ()
    if after < len(words) and words[after].text == b"REPLACING":
        pairs, after = _pairs(text, words, after + 1)
    if after < len(words) and words[after].text == b".":
        after += 1
    return _Statement(_unquoted(name), library, pairs, words[at].start, words[after - 1].end, after)


def _bare(words: Sequence[TextWord], at: int) -> _Statement:
    """A Panvalet or Librarian include: the name, and no period of its own."""
    name = words[at + 1]
    return _Statement(_unquoted(name.text), "", (), words[at].start, name.end, at + 2)


def _include_at(words: Sequence[TextWord], at: int) -> _Statement | None:
    texts = [word.text for word in words[at : at + 6]]
    if len(texts) < 5 or texts[1:3] != [b"SQL", b"INCLUDE"] or texts[4] != b"END-EXEC":
        return None
    after = at + (6 if texts[5:] == [b"."] else 5)
    name = _unquoted(texts[3])
    return _Statement(name, "", (), words[at].start, words[after - 1].end, after)


def _unquoted(word: bytes) -> str:
    return word.decode("ascii").strip("\"'")


def _pairs(text: Text, words: Sequence[TextWord], at: int) -> tuple[tuple[Pair, ...], int]:
    """The pairs of a REPLACING phrase from a word on, and the word after them."""
    pairs: list[Pair] = []
    while at < len(words) and words[at].text != b".":
        part = ""
        if words[at].text in (b"LEADING", b"TRAILING", b"ALSO"):
            part = words[at].text.decode().removeprefix("ALSO")
            at += 1
        old, at = _operand(words, at)
        if at >= len(words) or words[at].text != b"BY":
            return tuple(pairs), at
        new, at = _operand(words, at + 1)
        raw = text.data[new[0].start : new[-1].end] if new else b""
        pairs.append(Pair(tuple(word.text for word in old), raw, part))
    return tuple(pairs), at


def _operand(words: Sequence[TextWord], at: int) -> tuple[Sequence[TextWord], int]:
    """The words of pseudo-text, or of a word, literal or identifier with its qualifiers."""
    if at < len(words) and words[at].text == b"==":
        end = at + 1
        while end < len(words) and words[end].text != b"==":
            end += 1
        return words[at + 1 : end], end + 1
    end = at + 1
    while end + 1 < len(words) and words[end].text in (b"OF", b"IN"):
        end += 2
    if end < len(words) and words[end].text == b"(":
        while end < len(words) and words[end].text != b")":
            end += 1
        end += 1
    return words[at:end], end


# --- Replacing ---


def replaced(text: Text, pairs: Sequence[Pair], format: str) -> Text:
    """The text with each match of a pair's old words put as its new ones, left to right."""
    if not pairs:
        return text
    words = list(text_words(text.data, format))
    return splice(text, _matches(text, words, pairs))


def _matches(
    text: Text, words: Sequence[TextWord], pairs: Sequence[Pair]
) -> Iterator[tuple[int, int, Iterable[Piece]]]:
    by_first = {pair.old[0] for pair in pairs if pair.old and not pair.part}
    partly = any(pair.part for pair in pairs)
    at = 0
    while at < len(words):
        if not partly and words[at].text not in by_first:
            at += 1
            continue
        match = next((m for pair in pairs if (m := _match(words, at, pair))), None)
        if match is None:
            at += 1
            continue
        start, end, new, at = match
        origin = text.origin(start, end)
        span = origin.span
        yield start, end, [Piece(new, origin.path, span.start, span.end, False)]


def _match(words: Sequence[TextWord], at: int, pair: Pair) -> tuple[int, int, bytes, int] | None:
    """Start, end and new text of a match at a word, and the word after it."""
    if not pair.old:
        return None
    word, old = words[at], pair.old[0]
    if pair.part == "LEADING":
        if word.text.startswith(old):
            return word.start, word.start + len(old), pair.new, at + 1
        return None
    if pair.part == "TRAILING":
        if word.text.endswith(old):
            return word.end - len(old), word.end, pair.new, at + 1
        return None
    after = at + len(pair.old)
    run = words[at:after]
    if len(run) == len(pair.old) and all(
        word.text == old for word, old in zip(run, pair.old, strict=True)
    ):
        return run[0].start, run[-1].end, pair.new, after
    return None


def _replace_statements(text: Text, format: str) -> Text:
    """Apply the REPLACE statements of a text: each holds up to the next or to REPLACE OFF."""
    words = list(text_words(text.data, format))
    marks = [
        index
        for index, word in enumerate(words)
        if word.text == b"REPLACE" and index + 1 < len(words) and _starts_replace(words[index + 1])
    ]
    if not marks:
        return text
    parts = [join(text.slice(0, words[marks[0]].start))]
    for mark, following in pairwise([*marks, len(words)]):
        pairs, after = _pairs(text, words, mark + 1)
        after = min(after + 1, len(words))
        end = words[following].start if following < len(words) else len(text.data)
        rest = join(text.slice(words[after - 1].end, end))
        column = _column(text.data, words[after - 1].end)
        piece = text.origin(words[mark].start, words[after - 1].end)
        blank = Piece(b"\n" + b" " * column, piece.path, *piece.span, False)
        # On a line of its own, so that the text words of the rest are cut from whole lines.
        parts.append(replaced(join([blank, *rest.pieces]), pairs, format))
    return join(piece for part in parts for piece in part.pieces)


def _starts_replace(word: TextWord) -> bool:
    return word.text in (b"==", b"OFF", b"ALSO", b"LEADING", b"TRAILING", b"LAST")
