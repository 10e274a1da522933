"""Items that one side keeps in more room than the other: has a run put more into them?

Where a field was widened, a run in which it comes to hold what the narrow one can't is no run in
which both sides can be alike: that it is kept now is what the change is for. Such a run is found by
conditions that stand beside the marks of the wider side (`marks.mark`), counted, and not compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product

from cobolsmith.items import Picture
from cobolsmith.program import DataItem, Program

BEYOND = 0
"""The mark of a run in which an item held more than the other side's can."""
_SECTIONS = ("FILE", "WORKING-STORAGE", "LOCAL-STORAGE", "LINKAGE")
_DIGITS = 17
"""The longest limit that is written as a literal."""
_WATCHED = 24
"""Occurrences of a table that are looked at."""


def conditions(own: Program, other: Program) -> tuple[str, ...]:
    """COBOL conditions on `own`'s items, true where one holds what `other`'s of the same name and
    groups can't. Programs with others in them have none: their items aren't all seen."""
    if own.outer is not None or (own.expanded or own.tree).view.upper().count(b"PROGRAM-ID") > 1:
        return ()
    narrower = {_path(other, item): item for item in other.items if item.picture}
    found: list[str] = []
    for item in own.items:
        two = narrower.get(_path(own, item))
        seen = item.section in _SECTIONS and item.name and item.level not in (66, 78, 88)
        if two is None or not seen or item.picture is None or two.picture is None:
            continue
        record = own.record(item.index)
        if item.section != "LINKAGE" or record.name in own.using:
            found += _beyond(own, item, item.picture, two.picture)
    return tuple(found)


def _path(program: Program, item: DataItem) -> tuple[str, ...]:
    return (item.name, *(one.name for one in program.ancestors(item.index) if one.name))


def _beyond(program: Program, item: DataItem, own: Picture, other: Picture) -> Iterator[str]:
    name = " OF ".join(_path(program, item))
    for place in _occurrences(program, item):
        if own.category == other.category == "numeric":
            yield from _number(f"{name}{place}", item, own, other)
        elif own.category == other.category == "alphanumeric" and own.size > other.size:
            rest = f"{name}{place} ({other.size + 1} : )"
            yield f"{rest} NOT = SPACES AND {rest} NOT = LOW-VALUES"


def _number(name: str, item: DataItem, own: Picture, other: Picture) -> Iterator[str]:
    tested = f"{name} NUMERIC AND " if item.usage in ("DISPLAY", "COMP-3") else ""
    whole, narrow = own.digits - own.scale, other.digits - other.scale
    if whole > narrow and 0 <= narrow <= _DIGITS:
        limit = 10**narrow
        yield f"{tested}({name} >= {limit} OR {name} <= -{limit})"
    if own.scale > other.scale >= 0:
        part = f"{name} * {10**other.scale}"
        yield f"{tested}FUNCTION INTEGER-PART ({part}) NOT = {part}"


def _occurrences(program: Program, item: DataItem) -> list[str]:
    """The subscripts of an item, "" where it has none; the first ones of a large table, none of one
    whose size depends: a subscript beyond it ends a run."""
    tables = program.subscripts(item)
    if any(one.occurs and one.occurs.depending for one in tables):
        return []
    places = product(*(range(1, one.times + 1) for one in tables))
    return [f" ({' '.join(map(str, one))})" if one else "" for one in islice(places, _WATCHED)]
