"""Where facts are written, as the index keeps it: the file's number, offsets and the line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cobolsmith.estate.index import Row
from cobolsmith.items import Origin
from cobolsmith.languages.cobol import Library
from cobolsmith.scan.measures import Measures
from cobolsmith.source import Source

Place = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Places:
    """The files of one source's facts: its own and the copybooks it is written in.

    `ids` gives the number of each path; a copybook outside what was listed counts as `source`
    itself, line 1, so that no fact gets lost.
    """

    source: Source
    ids: Mapping[Path, int]
    library: Library
    _known: dict[int, tuple[int, Source, Path]] = field(default_factory=dict, repr=False)

    @property
    def file(self) -> int:
        """The number of the source's own file."""
        return self.ids[self.source.path]

    def of(self, origin: Origin) -> Place:
        """The place of an origin."""
        # By identity: paths are compared slowly, and few path objects are shared by many origins.
        known = self._known.get(id(origin.path))
        if known is None:
            known = self._known[id(origin.path)] = (*self._look(origin.path), origin.path)
        file, source, _ = known
        span = origin.span
        return file, span.start, span.end, source.line_column(span.start)[0]

    def _look(self, path: Path) -> tuple[int, Source]:
        if path != self.source.path and path in self.ids:
            return self.ids[path], self.library.read(path, self.source.format)
        return self.file, self.source


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one file as they are gathered."""

    file: int
    tables: dict[str, list[Row]] = field(default_factory=dict)

    def count(self, table: str) -> int:
        """How many rows a table has so far: the number of the next."""
        return len(self.tables.get(table, ()))

    def add(self, table: str, row: Row) -> int:
        """Put a fact in; returns its number."""
        rows = self.tables.setdefault(table, [])
        rows.append((self.file, len(rows), *row))
        return len(rows) - 1


@dataclass(frozen=True, slots=True)
class Gathering:
    """One COBOL file under way; `bases` are the first item of each program in it."""

    places: Places
    rows: Rows
    measures: Measures
    bases: dict[str, int]


def shifted(index: int | None, base: int) -> int | None:
    """A position in a program as a number in its file; None stays None."""
    return None if index is None else index + base
