"""The sources as a recipe sees them: as they are on disk, or as a change would leave them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cobolsmith import estate as estates
from cobolsmith import source as sources
from cobolsmith.cards import SUFFIXES
from cobolsmith.checks.compiles import is_program
from cobolsmith.dataflow import Condition
from cobolsmith.job import Job
from cobolsmith.languages.cobol import Library, read_programs
from cobolsmith.languages.cobol.conditions import ConditionError, conditions
from cobolsmith.program import Program
from cobolsmith.source import Source

_COPIED = re.compile(rb"\b(?:COPY|INCLUDE)\s+[\"']?([\w#@$-]+)", re.IGNORECASE)


@dataclass(slots=True)
class Desk:
    """The sources as they are, or as a change would leave them (`changed`, by resolved path); what
    has been read is kept."""

    job: Job
    changed: Mapping[Path, bytes] = field(default_factory=dict)
    _sources: dict[Path, Source] = field(default_factory=dict)
    _programs: dict[Path, tuple[Program, ...]] = field(default_factory=dict)
    _library: Library | None = None

    def source(self, path: Path) -> Source:
        """The source at a path. Raises SourceError."""
        if path not in self._sources:
            config = self.job.config
            encoding, reference = self.job.options.encoding, self.job.options.reference
            ways = {
                "encoding": encoding if encoding != "auto" else config.encoding,
                "format": reference if reference != "auto" else config.format,
            }
            if path.suffix.lower() in SUFFIXES:  # a job or mapset is none of COBOL's formats
                ways["format"] = "auto"
            data = self.changed.get(path.resolve())
            self._sources[path] = (
                sources.read(path, **ways)
                if data is None
                else sources.from_bytes(data, path, **ways)
            )
        return self._sources[path]

    def programs(self, source: Source) -> tuple[Program, ...]:
        """The programs of a source, its copybooks as they are here."""
        if source.path not in self._sources or source is not self._sources[source.path]:
            return self._read(source)  # a source of the recipe's own making
        if source.path not in self._programs:
            self._programs[source.path] = self._read(source)
        return self._programs[source.path]

    def _read(self, source: Source) -> tuple[Program, ...]:
        config = self.job.config
        if self._library is None:
            ordered = config.copybook_paths
            self._library = Library((), config.encoding, self.changed, ordered)
        return read_programs(source, self._library, std=config.std[0])


def conditions_of(program: Program) -> tuple[Condition, ...]:
    """The conditions of a program's statements that can be read."""
    return tuple(one for _, one in conditions(program) if not isinstance(one, ConditionError))


def copies(desk: Desk) -> dict[Path, set[str]]:
    """The members that each source of the estate copies itself, by their names in upper case."""
    found: dict[Path, set[str]] = {}
    config = desk.job.config
    suffixes = estates.PROGRAM_SUFFIXES + estates.COPYBOOK_SUFFIXES
    root = config.root.resolve()
    outside = [one for one in config.copybook_paths() if not one.is_relative_to(root)]
    for folder in dict.fromkeys((root, *outside)):
        for path in estates.sources(folder, suffixes, config):
            names = _COPIED.findall(desk.source(path).view)
            found[path] = {name.decode().upper() for name in names}
    return found


def copying(
    changed: Sequence[Source], desk: Desk, known: Mapping[Path, set[str]] | None = None
) -> list[Path]:
    """The programs of the estate that copy one of these sources, directly or through others; what
    is `known` of who copies what isn't read again."""
    books = {one.path.stem.upper() for one in changed if not is_program(one)}
    if not books:
        return []
    names_of = copies(desk) if known is None else known
    for _ in names_of:
        more = {path.stem.upper() for path, names in names_of.items() if names & books}
        if more <= books:
            break
        books |= more
    own = {one.path.resolve() for one in changed}
    return [
        path
        for path, names in names_of.items()
        if names & books and path.resolve() not in own and is_program(desk.source(path))
    ]
