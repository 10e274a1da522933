"""Where the items of a record lie once some entries have changed, and what still lies together.

Only what changes is computed anew: lengths of entries in `Sizes`, and from them offsets. Slack
bytes (SYNCHRONIZED) are not: records with them are asked about before.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cobolsmith.program import DataItem, Program
from cobolsmith.recipes.fields.world import Entry, entry_of


@dataclass(slots=True)
class Sizes:
    """What becomes of entries: their new lengths (0: gone), and bytes put in behind entries."""

    lengths: dict[Entry, int] = field(default_factory=dict)
    behind: dict[Entry, int] = field(default_factory=dict)

    def touches(self, program: Program, item: DataItem) -> bool:
        """Whether anything of an item changes."""
        inside = (item, *(one for one in program.below(item.index)))
        return any(
            (entry := entry_of(one)) in self.lengths or entry in self.behind for one in inside
        )


Place = tuple[int, int]
"""Offset from the start of the record, and length of one occurrence."""


@dataclass(slots=True)
class Placed:
    """The places of a record's items, as they are (`old`) and as they would be (`new`)."""

    old: dict[int, Place] = field(default_factory=dict)
    new: dict[int, Place] = field(default_factory=dict)


def places(program: Program, item: DataItem, sizes: Sizes) -> Placed:
    """Old and new places of an item and all below it, counted from the item's start."""
    found = Placed()
    _place(program, item, 0, sizes, found)
    for one in (item, *program.below(item.index)):
        found.old[one.index] = (one.offset - item.offset, one.length)
    return found


def _place(program: Program, item: DataItem, at: int, sizes: Sizes, found: Placed) -> int:
    """Place an item at a new offset; its new length of one occurrence."""
    length = _length(program, item, at, sizes, found)
    found.new[item.index] = (at, length)
    return length


def _length(program: Program, item: DataItem, at: int, sizes: Sizes, found: Placed) -> int:
    if not item.children:
        return sizes.lengths.get(entry_of(item), item.length)
    here = at
    starts: dict[int, int] = {}
    for child in program.children(item):
        if child.level in (66, 88):
            continue
        start = starts.get(child.redefines, here) if child.redefines is not None else here
        starts[child.index] = start
        length = _place(program, child, start, sizes, found)
        here = max(here, start + length * child.times) + sizes.behind.get(entry_of(child), 0)
    return here - at


@dataclass(frozen=True, slots=True)
class Bytes:
    """The leaves of an item, each occurrence for itself: (item, old start, old end, new start, new
    end), counted from the item's start."""

    parts: tuple[tuple[int, int, int, int, int], ...]
    size: Place

    def around(self, start: int, end: int) -> list[tuple[int, int, int, int, int]]:
        """The parts that share a byte with old bytes [start, end)."""
        return [one for one in self.parts if one[1] < end and start < one[2]]

    def moved(self, start: int, end: int) -> Place | None:
        """Where old bytes [start, end) lie now: (start, end); None where their meaning changed."""
        inside = self.around(start, end)
        if not inside:
            return None
        first, last = inside[0], inside[-1]
        if start != first[1] and first[2] - first[1] != first[4] - first[3]:
            return None
        if end < last[2] and last[2] - last[1] != last[4] - last[3]:
            return None
        stop = last[4] if end >= last[2] else last[3] + end - last[1]
        return first[3] + start - first[1], stop


def spelled(program: Program, item: DataItem, sizes: Sizes) -> Bytes:
    """An item as its leaves before and after, tables written out."""
    placed = places(program, item, sizes)
    parts: list[tuple[int, int, int, int, int]] = []

    def write(one: DataItem, old: int, new: int) -> None:
        before, after = placed.old[one.index], placed.new[one.index]
        for nth in range(one.times):
            shift = (old + nth * before[1], new + nth * after[1])
            if one.children:
                for child in program.children(one):
                    if child.redefines is None and child.level not in (66, 88):
                        inner = placed.old[child.index][0] - before[0]
                        fresh = placed.new[child.index][0] - after[0]
                        write(child, shift[0] + inner, shift[1] + fresh)
            else:
                parts.append(
                    (one.index, shift[0], shift[0] + before[1], shift[1], shift[1] + after[1])
                )

    write(item, 0, 0)
    old, new = placed.old[item.index][1], placed.new[item.index][1]
    return Bytes(tuple(parts), (old * item.times, new * item.times))
