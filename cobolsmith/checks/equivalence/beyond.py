"""Items that one side keeps in more room than the other: has a run put more into them?

Where a field was widened, a run in which it comes to hold what the narrow one can't is no run in
which both sides can be alike: that it is kept now is what the change is for. Such a run is found by
conditions that stand beside the marks of the wider side (`marks.mark`), counted, and not compared.
"""

from __future__ import annotations

from collections.abc import Iterator

from cobolsmith.items import Picture
from cobolsmith.program import DataItem, Program

BEYOND = 0
"""The mark of a run in which an item held more than the other side's can."""
_SECTIONS = ("FILE", "WORKING-STORAGE", "LOCAL-STORAGE", "LINKAGE")
_DIGITS = 17
"""The longest limit that is written as a literal."""


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
    tables = len(program.subscripts(item))
    if own.category == other.category == "numeric":
        every = f"{name} ({' '.join(['ALL'] * tables)})"
        most, least = (
            name if not tables else f"FUNCTION {which} ({every})" for which in ("MAX", "MIN")
        )
        whole, narrow = own.digits - own.scale, other.digits - other.scale
        tested = (
            f"{name} NUMERIC AND " if not tables and item.usage in ("DISPLAY", "COMP-3") else ""
        )
        if whole > narrow and 0 <= narrow <= _DIGITS:
            limit = 10**narrow
            yield f"{tested}({most} >= {limit} OR {least} <= -{limit})"
        if own.scale > other.scale >= 0 and not tables:
            part = f"{name} * {10**other.scale}"
            yield f"{tested}FUNCTION INTEGER-PART ({part}) NOT = {part}"
    elif own.category == other.category == "alphanumeric" and not tables and own.size > other.size:
        rest = f"{name} ({other.size + 1} : )"
        yield f"{rest} NOT = SPACES AND {rest} NOT = LOW-VALUES"
