"""The folder that cobc works in: the program, changed copybooks, and what the shim makes of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from cobolsmith.checks.shim import Translated, is_executed, translated
from cobolsmith.errors import SourceError
from cobolsmith.source import Source, from_bytes

_NAMED = re.compile(rb"\b(?:COPY|INCLUDE)\s+[\"']?([\w\x7f./#@$-]*[\w#@$])", re.IGNORECASE)
_EXTENSIONS = ("", ".CPY", ".CBL", ".COB", ".cpy", ".cbl", ".cob")
"""The name endings that cobc tries, in its order."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file made for cobc: the original's path, and each line's number there (None: the same)."""

    path: Path
    lines: tuple[int, ...] | None = None
    faults: tuple[tuple[int, str], ...] = ()

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
    along are supplied where no folder has them.
    """
    executed = is_executed(source)
    made = {}
    changed = {path.name: (path, data) for path, data in others.items() if path != source.path}
    for file, (path, data) in changed.items():
        (work / file).write_bytes(data)
        made[file] = Prepared(path)
    if executed:
        program = translated(source)
        (work / name).write_bytes(program.data)
        made[name] = Prepared(source.path, program.lines, program.faults)
        made |= _copybooks(source, program, work, folders, changed)
    else:
        (work / name).write_bytes(compilable(source))
        made[name] = Prepared(source.path)
    return made


def compilable(source: Source) -> bytes:
    """The source as cobc reads it: EBCDIC and 80-byte records become lines of UTF-8."""
    if source.encoding in ("utf-8", "latin-1"):
        return source.data
    text = source.text()
    lines = text.split(source.newline) if source.newline else [text]
    return "\n".join(lines).encode("utf-8")


def _copybooks(
    source: Source,
    program: Translated,
    work: Path,
    folders: Sequence[Path],
    changed: Mapping[str, tuple[Path, bytes]],
) -> dict[str, Prepared]:
    """Translate the copybooks that have EXEC blocks, and supply those that no folder has."""
    made: dict[str, Prepared] = {}
    waiting, seen = list(_names(program.data)), set[str]()
    while waiting:
        book = waiting.pop()
        if book in seen:
            continue
        seen.add(book)
        path, data = _find(book, folders, changed)
        if path is None:
            supply = _supplied().get(book.upper())
            if supply is not None:
                (work / f"{book}.cpy").write_bytes(supply)
            continue
        try:
            copybook = from_bytes(data, path, format=source.format)
        except SourceError:
            continue  # cobc says itself what it can't read
        waiting.extend(_names(copybook.view))
        if is_executed(copybook):
            done = translated(copybook, is_program=False)
            (work / path.name).write_bytes(done.data)
            made[path.name] = Prepared(path, done.lines, done.faults)
    return made


def _names(view: bytes) -> Iterator[str]:
    for match in _NAMED.finditer(view):
        yield match[1].decode("ascii").rstrip(".")


def _find(
    book: str, folders: Sequence[Path], changed: Mapping[str, tuple[Path, bytes]]
) -> tuple[Path | None, bytes]:
    """The file of a copybook and its bytes, looked for as cobc does."""
    for extension in _EXTENSIONS:
        if book + extension in changed:
            return changed[book + extension]
    for folder in folders:
        for extension in _EXTENSIONS:
            path = folder / (book + extension)
            if path.is_file():
                return path, path.read_bytes()
    return None, b""


@cache
def _supplied() -> dict[str, bytes]:
    """The copybooks of CICS and Db2 in our own words, by name."""
    folder = files("cobolsmith.checks").joinpath("supplied")
    return {
        one.name.removesuffix(".cpy"): one.read_bytes()
        for one in folder.iterdir()
        if one.name.endswith(".cpy")
    }
