"""The folder that cobc works in: the program, changed copybooks, and what the shim makes of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from cobolsmith.checks.shim import is_executed, translated
from cobolsmith.errors import SourceError
from cobolsmith.source import Source, from_bytes, read

SUPPLIED = Path(__file__).parent / "supplied"
"""Copybooks of CICS and Db2 in our own words."""
_NAMED = re.compile(rb"\b(?:COPY|INCLUDE)\s+[\"']?([\w\x7f./#@$-]*[\w#@$])", re.IGNORECASE)
_EXTENSIONS = ("", ".CPY", ".CBL", ".COB", ".cpy", ".cbl", ".cob")
"""The name endings that cobc tries in each folder, in its order."""

_COPYBOOKS = ("", ".CPY", ".cpy")
_PROGRAMS = (".CBL", ".COB", ".cbl", ".cob")
"""Looked for last: a program often has the name of the copybook of its parameters."""

MAKERS: dict[str, Callable[[Source], str]] = {}
"""What makes the copybook that a source of another language stands for, by its file's ending.

The languages aren't known here; `smith` enters those that have one (BMS: the symbolic maps)."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file made for cobc: the original's path, and each line's number there (None: the same)."""

    path: Path
    lines: tuple[int, ...] | None = None
    faults: tuple[tuple[int, int, str], ...] = ()

    def line(self, number: int) -> int:
        """The original's line for a line of the file made."""
        if not self.lines:
            return number
        return self.lines[min(max(number, 1), len(self.lines)) - 1]


def prepare(
    source: Source,
    name: str,
    work: Path,
    folders: Sequence[Path],
    others: Mapping[Path, bytes],
) -> dict[str, Prepared]:
    """Write what cobc reads into `work`; the files made, by their names there.

    `others` are changed files (copybooks) that stand in for those on disk. A program with EXEC
    blocks is translated, with each copybook that has some; the copybooks that CICS and Db2 bring
    along are supplied where no folder has them. A copybook that cobc would overlook for a program
    of the same name is put where it looks first.
    """
    library = _Library.of(source, folders, others)
    made = {}
    for file, (path, data) in library.changed.items():
        (work / file).write_bytes(data)
        made[file] = Prepared(path)
    made |= library.place(work)
    if library.executed:
        program = translated(source, b"\n".join(book.view for book in library.found.values()))
        (work / name).write_bytes(program.data)
        made[name] = Prepared(source.path, program.lines, program.faults)
    else:
        (work / name).write_bytes(compilable(source))
        made[name] = Prepared(source.path)
    return made


def is_shimmed(source: Source, folders: Sequence[Path], others: Mapping[Path, bytes]) -> bool:
    """Whether a program goes through the shim: it or a copybook of it has EXEC blocks."""
    return _Library.of(source, folders, others).executed


def compilable(source: Source) -> bytes:
    """The source as cobc reads it: EBCDIC and 80-byte records become lines of UTF-8."""
    if source.encoding in ("utf-8", "latin-1"):
        return source.data
    text = source.text()
    lines = text.split(source.newline) if source.newline else [text]
    return "\n".join(lines).encode("utf-8")


@dataclass(frozen=True, slots=True)
class _Library:
    """The copybooks of one program, where we find them and where cobc does."""

    source: Source
    folders: tuple[Path, ...]
    changed: Mapping[str, tuple[Path, bytes]]
    found: dict[str, Source] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, source: Source, folders: Sequence[Path], others: Mapping[Path, bytes]) -> _Library:
        """Find the copybooks of a program and those that they copy."""
        changed = {path.name: (path, data) for path, data in others.items() if path != source.path}
        library = cls(source, tuple(folders), changed)
        waiting, seen = [*_names(source.view), "DFHEIBLK"], set[str]()
        while waiting:
            book = waiting.pop()
            if book in seen or "/" in book:
                continue
            seen.add(book)
            path, data = library._find(book)
            try:
                copybook = (
                    from_bytes(data, path, format=source.format)
                    if path is not None
                    else library._made(book)
                )
            except SourceError:
                continue  # cobc says itself what it can't read
            if copybook is None:
                library.missing.append(book)
                continue
            library.found[book] = copybook
            waiting.extend(_names(library.found[book].view))
        return library

    @property
    def executed(self) -> bool:
        """Whether the program or a copybook has EXEC blocks."""
        return is_executed(self.source) or any(is_executed(book) for book in self.found.values())

    def place(self, work: Path) -> dict[str, Prepared]:
        """Write the copybooks that cobc wouldn't find or couldn't read into its folder."""
        made: dict[str, Prepared] = {}
        for book, copybook in self.found.items():
            path = copybook.path
            name = book if path.name == book else f"{book}.CPY"
            if is_executed(copybook):
                done = translated(copybook)
                (work / name).write_bytes(done.data)
                made[name] = Prepared(path, done.lines, done.faults)
            elif self._found_by_cobc(book) != path:
                (work / name).write_bytes(compilable(copybook))
                own = (1,) * len(copybook.line_starts) if path.suffix.lower() in MAKERS else None
                made[name] = Prepared(path, own)
        for book in self.missing if self.executed else ():
            supply = _supplied().get(Path(book).stem.upper())
            if supply is not None:
                (work / (book if Path(book).suffix else f"{book}.cpy")).write_bytes(supply)
        return made

    def _find(self, book: str) -> tuple[Path | None, bytes]:
        """The file of a copybook and its bytes; never the program itself."""
        for extensions in (_COPYBOOKS, _PROGRAMS):
            for extension in extensions:
                if book + extension in self.changed:
                    return self.changed[book + extension]
            for folder in self.folders:
                for extension in extensions:
                    path = folder / (book + extension)
                    if path.is_file() and not _same(path, self.source.path):
                        return path, path.read_bytes()
        return None, b""

    def _made(self, book: str) -> Source | None:
        """The copybook made of a source of that name, as if it stood in the source's place."""
        for folder in self.folders:
            for ending, make in MAKERS.items():
                for path in (folder / (book + ending), folder / (book + ending.upper())):
                    if path.is_file():
                        text = make(read(path))
                        return from_bytes(text.encode(), path, format=self.source.format)
        return None

    def _found_by_cobc(self, book: str) -> Path | None:
        """The file that cobc takes: of its own folder, then of each in order."""
        for extension in _EXTENSIONS:
            if book + extension in self.changed:
                return self.changed[book + extension][0]
            if book + extension == self.source.path.name:
                return self.source.path
        for folder in self.folders:
            for extension in _EXTENSIONS:
                if (folder / (book + extension)).is_file():
                    return folder / (book + extension)
        return None


def _same(path: Path, other: Path) -> bool:
    return path == other or path.resolve() == other.resolve()


def _names(view: bytes) -> Iterator[str]:
    for match in _NAMED.finditer(view):
        yield match[1].decode("ascii", "replace").rstrip(".")


@cache
def _supplied() -> dict[str, bytes]:
    """The copybooks of CICS and Db2 in our own words, by name."""
    return {one.stem: one.read_bytes() for one in SUPPLIED.glob("*.cpy")}
