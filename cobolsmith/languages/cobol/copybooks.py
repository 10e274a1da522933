"""COPY and REPLACE: one text of many files that leads back to each (`Text.origin`).

The tree of a source is never expanded. Data items and procedures are read from this second text.
Sources: ISO/IEC 1989:2014 7.2.2 and 7.2.3; IBM Enterprise COBOL Language Reference, "COPY
statement"; the search order is cobc's (the name, then the name with each extension), but for
programs, which come last.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, takewhile
from operator import attrgetter
from pathlib import Path

from cobolsmith.errors import SourceError
from cobolsmith.languages.bms import read_mapsets, symbolic_lines
from cobolsmith.languages.cobol.conditional import Conditions, is_conditional
from cobolsmith.languages.cobol.replacing import (
    Pair,
    column_of,
    pairs_at,
    replace_statements,
    replaced,
)
from cobolsmith.languages.cobol.text import Piece, Text, join, normalised, splice, whole
from cobolsmith.languages.cobol.words import TextWord, is_continuation, words_from
from cobolsmith.program import Copy, Origin, Problem
from cobolsmith.source import Source, from_bytes, read

EXTENSIONS = ("", ".CPY", ".CPB", ".COPY", ".INC", ".LIB", ".DCL")
PROGRAM_EXTENSIONS = (".CBL", ".COB")
"""Looked for behind those: a program often has the name of the copybook of its parameters."""

MAP_EXTENSIONS = (".BMS",)
"""Looked for last: where the symbolic map isn't kept, it is made from the mapset."""

SUPPLIED = frozenset(("SQLCA", "SQLDA", "DFHAID", "DFHBMSCA", "DFHEIBLK", "CEEIGZCT"))
"""Books that precompilers and runtimes bring along: their absence is no fault of the source."""

_WORDS = (b"COPY", b"INCLUDE", b"-INC")
_INCLUDE = re.compile(rb"EXEC(?:UTE)?\s+SQL(?:\s*\n[^\n]{6})?\s+$", re.IGNORECASE)
_PART = re.compile(rb"[\w-]")
_LONGEST = 2000
"""Text words in a COPY statement, at most: a missing period ends somewhere."""
_WIDEST = 4000
"""Columns of a line within which a COPY may begin; the grammar reads no further either."""
_DEEPEST = 32


@dataclass(frozen=True, slots=True)
class Library:
    """Where copybooks are looked for: folders in order. Keeps what it has listed and read.

    `changed` has the bytes of files (by resolved path) as they would be, if not as on disk.
    `ordered`, if given, says the folders anew for what is copied from within a folder.
    """

    folders: tuple[Path, ...] = ()
    encoding: str = "auto"
    changed: Mapping[Path, bytes] = field(default_factory=dict, repr=False)
    ordered: Callable[[Path], tuple[Path, ...]] | None = field(default=None, repr=False)
    _listed: dict[Path, dict[str, Path]] = field(default_factory=dict, repr=False)
    _read: dict[Path, Source] = field(default_factory=dict, repr=False)
    _expanded: dict[tuple[Path, str, tuple[Pair, ...]], _Book] = field(
        default_factory=dict, repr=False
    )

    def find(
        self, book: str, library: str, beside: Path, copying: Path | None = None
    ) -> Path | None:
        """The file of a copybook, whatever the case of its letters; never `copying` itself."""
        folders = [beside, *(self.ordered(beside) if self.ordered else self.folders)]
        places = [
            place for one in folders for place in ((one / library, one) if library else (one,))
        ]
        for extensions in (EXTENSIONS, PROGRAM_EXTENSIONS, MAP_EXTENSIONS):
            for place in places:
                found = self._in(place, book, extensions)
                if found is not None and found != copying:
                    return found
        return None

    def rival(self, found: Path, beside: Path) -> Path | None:
        """Another file of a copybook's name that lies as near and says something else, where
        nobody has said in which folders to look."""
        near = os.path.relpath(found.parent, beside).count(os.sep)
        for folder in self.ordered(beside) if self.ordered and found.parent != beside else ():
            other = self._in(folder, found.name, ("",))
            if other in (None, found) or os.path.relpath(folder, beside).count(os.sep) != near:
                continue
            if other is not None and other.read_bytes() != found.read_bytes():
                return other
        return None

    def _in(self, folder: Path, book: str, extensions: Iterable[str]) -> Path | None:
        place = (folder / book).parent
        listed = self._listed.get(place)
        if listed is None:
            listed = {}
            if place.is_dir():
                made = [path for path in self.changed if path.parent == place.resolve()]
                for path in sorted({*place.iterdir(), *(place / one.name for one in made)}):
                    listed.setdefault(path.name.upper(), path)
            self._listed[place] = listed
        name = Path(book).name.upper()
        for extension in extensions:
            found = listed.get(name + extension)
            if found is not None and (found.is_file() or found.resolve() in self.changed):
                return found
        return None

    def read(self, path: Path, fallback: str) -> Source:
        """The source of a copybook; `fallback` is the format taken where it shows none."""
        if path not in self._read:
            data = self.changed.get(path.resolve()) if self.changed else None
            self._read[path] = (
                read(path, encoding=self.encoding, fallback=fallback)
                if data is None
                else from_bytes(data, path, encoding=self.encoding, fallback=fallback)
            )
        return self._read[path]


@dataclass(frozen=True, slots=True)
class _Book:
    """A copybook expanded and replaced, the COPYs in it and what went wrong."""

    text: Text
    copies: tuple[Copy, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Expansion:
    """A source with its copybooks in place: the text, its format, each COPY and what went wrong."""

    text: Text
    format: str
    copies: tuple[Copy, ...]
    problems: tuple[Problem, ...]
    unknowns: tuple[Problem, ...] = ()
    constants: Mapping[str, str | int | None] = field(default_factory=dict)


def expand(source: Source, library: Library) -> Expansion:
    """Expand COPY, EXEC SQL INCLUDE and REPLACE of a source.

    A copybook not found is a problem and stays a COPY statement in the text. Raises SourceError
    naming the chain where copybooks copy each other in a circle.
    """
    upper = source.view.upper()
    words = (*_WORDS, b"REPLACE")
    if not any(word in upper for word in words) and not is_conditional(source.view):
        return Expansion(whole(source), source.format, (), ())
    format = "free" if source.format == "free" else "variable"
    run = _Run(library, format)
    text = replace_statements(run.expand(source, (source.path,)), format)
    unknowns = tuple(run.conditions.unknowns)
    return Expansion(
        text, format, tuple(run.copies), tuple(run.problems), unknowns, run.conditions.defined()
    )


@dataclass(slots=True)
class _Run:
    """One expansion under way."""

    library: Library
    format: str
    copies: list[Copy] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    conditions: Conditions = field(default_factory=Conditions)

    def expand(self, source: Source, chain: tuple[Path, ...]) -> Text:
        text = self.conditions.compiled(normalised(source, self.format))
        starts = _starts(text.data)
        return splice(text, self._changes(source, text, chain, starts)) if starts else text

    def _changes(
        self, source: Source, text: Text, chain: tuple[Path, ...], starts: Sequence[int]
    ) -> Iterator[tuple[int, int, Iterable[Piece]]]:
        done = 0
        lines: dict[int, list[TextWord]] = {}
        for start in starts:
            if start < done:
                continue
            statement = _statement(text, start, self.format, lines)
            if statement is None:
                continue
            done = statement.end
            book = self._book(source, text, statement, chain)
            if book is not None:
                column = column_of(text.data, statement.end)
                yield statement.start, statement.end, _framed(book, self.format, column)

    def _book(
        self, source: Source, text: Text, statement: _Statement, chain: tuple[Path, ...]
    ) -> Text | None:
        origin = text.origin(statement.start, statement.end)
        beside = origin.path.parent
        if statement.affix:
            what = (
                f"COPY {statement.book} {statement.affix}: names are read as the copybook has them"
            )
            self.conditions.unknowns.append(Problem("copy", what, origin, "use REPLACING LEADING"))
        path = self.library.find(statement.book, statement.library, beside, chain[0])
        self.copies.append(Copy(statement.book, statement.library, origin, path))
        rival = self.library.rival(path, beside) if path is not None else None
        if rival is not None:
            what = f"COPY {statement.book}: {path} is taken, {rival} says something else"
            remedy = "name the folder that is meant as copybooks in cobolsmith.toml"
            self.conditions.unknowns.append(Problem("copy", what, origin, remedy))
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
        book = self._expanded(path, statement.pairs, chain)
        self.copies.extend(book.copies)
        self.problems.extend(book.problems)
        return book.text

    def _expanded(self, path: Path, pairs: tuple[Pair, ...], chain: tuple[Path, ...]) -> _Book:
        """A copybook with its own copybooks in place, kept for the programs that copy it alike."""
        key = (path, self.format, pairs)
        kept = self.library._expanded.get(key)
        if kept is not None and not any(one.path in chain for one in kept.copies):
            return kept
        run = _Run(self.library, self.format, conditions=self.conditions)
        source = self.library.read(path, self.format)
        own = _symbolic(source) if source.format == "bms" else run.expand(source, (*chain, path))
        text = replaced(own, pairs, self.format)
        book = _Book(text, tuple(run.copies), tuple(run.problems))
        if not is_conditional(text.data):  # what a condition comes to is the program's own
            self.library._expanded[key] = book
        return book


def _symbolic(source: Source) -> Text:
    """The symbolic maps of a mapset; each entry leads back to a place in its macro, its own one,
    for entries are told apart by their places."""
    pieces: list[Piece] = []
    counted: Counter[int] = Counter()
    for mapset in read_mapsets(source):
        for line, origin in symbolic_lines(mapset):
            start = min(origin.span.start + counted[origin.span.start], origin.span.end)
            counted[origin.span.start] += 1
            pieces.append(Piece(line.encode("ascii"), source.path, start, origin.span.end, False))
    return join(pieces)


def _missing(statement: _Statement, origin: Origin) -> Problem:
    of = f" of library {statement.library}" if statement.library else ""
    return Problem(
        "missing copybook",
        f"the copybook {statement.book}{of} was not found",
        origin,
        "add its folder to the copybook paths",
    )


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
    affix: str = ""


def _starts(data: bytes) -> list[int]:
    """Where a COPY, an EXEC SQL INCLUDE, a ++INCLUDE or a -INC may begin."""
    upper = data.upper()
    found: list[int] = []
    for word in _WORDS:
        at = upper.find(word)
        while at >= 0:
            end = at + len(word)
            bare = not (_PART.match(upper, end) or (at and _PART.match(upper, at - 1)))
            if word == b"INCLUDE" and bare:
                block = _INCLUDE.search(upper, max(0, at - 200), at)
                found.append(block.start() if block else at - 2 * upper.startswith(b"++", at - 2))
            elif bare:
                found.append(at)
            at = upper.find(word, end)
    return sorted(found)


def _statement(
    text: Text, start: int, format: str, lines: dict[int, list[TextWord]]
) -> _Statement | None:
    """The statement whose first word begins at an offset; None inside comments and literals.

    `lines` keeps the words of the last line, for lines that hold COPY after COPY.
    """
    line = text.data.rfind(b"\n", 0, start) + 1
    if start - line > _WIDEST:
        return None
    end = text.data.find(b"\n", start)
    end = len(text.data) if end < 0 else end
    if line not in lines:
        lines.clear()
        words_behind = words_from(text.data, line, format)
        lines[line] = list(takewhile(lambda word: word.start < end, words_behind))
    first = bisect_left(lines[line], start, key=attrgetter("start"))
    here = lines[line][first : first + _LONGEST + 1]
    words: list[TextWord] = []
    open_text = False
    behind = words_from(text.data, end + 1, format)
    if here and is_continuation(text.data[end + 1 : end + 8], format):
        behind = (w for w in words_from(text.data, line, format) if w.start > here[-1].start)
    for word in chain(here, behind):
        if not words and word.start > start:
            return None
        words.append(word)
        open_text ^= word.text == b"=="
        if (word.text == b"." and not open_text) or len(words) > _LONGEST:
            break
    return _copy_at(text, words, 0) if words else None


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
        pairs, after = pairs_at(text, words, after + 1)
    affix = ""
    if after + 1 < len(words) and words[after].text in (b"PREFIXING", b"SUFFIXING"):
        affix = " ".join(word.text.decode("ascii") for word in words[after : after + 2])
        after += 2
    if after < len(words) and words[after].text == b".":
        after += 1
    start, end = words[at].start, words[after - 1].end
    return _Statement(_unquoted(name), library, pairs, start, end, after, affix)


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
