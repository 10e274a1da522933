"""One program's part of an index, at hand: its items, what is done with them, and which bytes they
share."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from cobolsmith.estate.index import Index

Row = sqlite3.Row


@dataclass(frozen=True, slots=True)
class Held:
    """The facts of one source file, by item number."""

    file: int
    items: dict[int, Row]
    parts: dict[int, list[int]]
    areas: dict[int, list[int]]
    uses: dict[int, list[Row]]
    sent: dict[int, list[Row]]
    received: dict[int, list[Row]]
    passed: dict[int, list[Row]]
    ties: dict[int, list[Row]]
    online: dict[int, list[Row]]

    def holders(self, n: int) -> Iterator[int]:
        """The groups that hold an item (a condition-name's item, too), nearest first."""
        parent = self.items[n]["parent"]
        while parent is not None:
            yield parent
            parent = self.items[parent]["parent"]

    def top(self, n: int) -> int:
        """The level 01 or 77 item that holds an item, or the item itself."""
        return [n, *self.holders(n)][-1]

    def below(self, n: int) -> Iterator[int]:
        """All that is subordinate to an item, condition-names too."""
        waiting = list(self.parts[n])
        while waiting:
            one = waiting.pop()
            yield one
            waiting += self.parts[one]

    def sharing(self, n: int, start: int, end: int) -> Iterator[int]:
        """The items that share the bytes start..end of an item's record by REDEFINES, RENAMES, or
        as another record of its file; neither what holds it nor its own parts."""
        near = {n, *self.holders(n), *self.below(n)}
        item = self.items[n]
        for other in self.areas[item["area"]]:
            row = self.items[other]
            if other in near or row["level"] in (0, 78, 88):
                continue
            together = row["outer_table"] is not None and row["outer_table"] == item["outer_table"]
            size = row["length"] if together else row["extent"]
            if row["byte"] < end and start < row["byte"] + size:
                yield other

    def leaves(self, n: int, start: int, end: int) -> Iterator[int]:
        """The elementary items of a group (or the item itself) that overlap bytes start..end of the
        record; what redefines others is left to `sharing`."""
        if not any(self.items[one]["level"] not in (0, 88) for one in self.parts[n]):
            yield n
            return
        for one in self.parts[n]:
            row = self.items[one]
            plain = row["redefines"] is None and row["level"] not in (0, 88, 66)
            if plain and row["byte"] < end and start < row["byte"] + row["extent"]:
                yield from self.leaves(one, start, end)

    def spelled(self, n: int) -> str:
        """An item's name; of a FILLER, that it is one."""
        return str(self.items[n]["name"] or "FILLER")


@dataclass(frozen=True, slots=True)
class Shelf:
    """The files of an index that were looked at, each read once."""

    index: Index
    _held: dict[int, Held] = field(default_factory=dict)

    def file(self, file: int) -> Held:
        """One file's facts."""
        if file not in self._held:
            self._held[file] = _read(self.index, file)
        return self._held[file]


def _read(index: Index, file: int) -> Held:
    def by(table: str, column: str) -> dict[int, list[Row]]:
        found: dict[int, list[Row]] = defaultdict(list)
        for row in index.rows(f"SELECT * FROM {table} WHERE file = ?", (file,)):
            if row[column] is not None:
                found[row[column]].append(row)
        return found

    items = {row["n"]: row for row in index.rows("SELECT * FROM items WHERE file = ?", (file,))}
    parts: dict[int, list[int]] = defaultdict(list)
    areas: dict[int, list[int]] = defaultdict(list)
    for n, row in items.items():
        areas[row["area"]].append(n)
        if row["parent"] is not None:
            parts[row["parent"]].append(n)
    return Held(
        file,
        items,
        parts,
        areas,
        by("uses", "item"),
        by("moves", "sender"),
        by("moves", "receiver"),
        by("passed", "item"),
        by("ties", "item"),
        by("commands", "item"),
    )
