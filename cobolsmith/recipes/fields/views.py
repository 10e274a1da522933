"""Redefinitions: whether other views of the same bytes still see what they saw."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cobolsmith.program import DataItem
from cobolsmith.recipes.fields.layout import Bytes, spelled
from cobolsmith.recipes.fields.pictures import TEXT
from cobolsmith.recipes.fields.spread import Spread
from cobolsmith.recipes.fields.ties import Tie
from cobolsmith.recipes.fields.world import Held

FIGURATIVE = re.compile(r"(?:LOW|HIGH)-VALUES?|SPACES?|ZERO(?:E?S)?\b|ALL ", re.IGNORECASE)


def resized(spread: Spread, held: Held) -> bool:
    """Whether anything of an item lies elsewhere or has another length than before."""
    moved = spelled(held.program, held.item, spread.sizes)
    return any(part[1:3] != part[3:] for part in moved.parts) or moved.size[0] != moved.size[1]


def views(spread: Spread, tie: Tie, mine: Bytes, theirs: Bytes) -> None:
    """Ask where a redefinition would see other bytes than before; `mine` and `theirs` are the bytes
    of the item redefined and of the one that redefines it."""
    if spread.world.setting.flag("keep-views"):
        return
    ends = ((tie.one, tie.other, mine, theirs), (tie.other, tie.one, theirs, mine))
    for one, other, base, view in ends:
        if over_values(spread, one, other):
            what = f"{one.name} lies over the VALUEs of {other.name}, which are written for it"
            spread.ask(what, tie.origin, "write the VALUEs anew by hand")
            return
        for part in base.parts:
            seen = other_bytes(spread, one, other, part, view)
            if seen:
                what = f"{one.at(part[0]).name} is redefined: {seen} would see other bytes"
                remedy = "change the redefinition, or say --keep-views if it is another record"
                spread.ask(what, tie.origin, remedy)
                return
    lengths(spread, tie, mine, theirs)


def over_values(spread: Spread, one: Held, other: Held) -> bool:
    """Whether an item that changes lies over VALUEs that are written out."""
    inside = (other.item, *other.program.below(other.item.index))
    stated = any(item.values and item.level != 88 for item in inside)
    return stated and resized(spread, one) and not blank(inside)


def blank(items: Iterable[DataItem]) -> bool:
    """Whether all VALUEs are figurative: they fit a field of any length."""
    values = (value for item in items if item.level != 88 for value in item.values)
    return all(isinstance(one, str) and bool(FIGURATIVE.fullmatch(one)) for one in values)


def other_bytes(
    spread: Spread, one: Held, other: Held, part: tuple[int, int, int, int, int], view: Bytes
) -> str:
    """The names in the other view that would see something else at a part that changes or moves;
    "" where none does."""
    index, start, end, new_start, new_end = part
    held = one.at(index)
    change = spread.changes.get(held.entry)
    if change is None and (start, end) == (new_start, new_end):
        return ""
    if held.key == one.key and not (change and change.room.number):
        return ""  # a text that is redefined as a whole grows at its end
    around = view.around(start, end)
    seen = [other.at(two[0]) for two in around if other.program.items[two[0]].name]
    if not seen or not held.item.name:
        return ""
    if len(around) == 1 and around[0][2] - around[0][1] > end - start:
        return seen[0].name if as_whole(seen[0]) else ""
    exact = around[0][1] == start and around[-1][2] == end
    same = len(around) == 1 and around[0][3:] == (new_start, new_end)
    return "" if same or not (exact or len(around) > 1) else ", ".join(o.name for o in seen[:3])


def as_whole(held: Held) -> bool:
    """Whether a program uses a plain item for what is in it, not only as room for its
    redefinitions."""
    item = held.item
    if item.picture is None or item.picture.category not in TEXT:
        return True
    flow = held.program.flow
    moved = any(
        move.sender == item.index
        or (move.receiver == item.index and not FIGURATIVE.match(move.literal or "SPACES"))
        for move in flow.moves
    )
    return moved or any(use.item == item.index and use.role == "compares" for use in flow.uses)


def lengths(spread: Spread, tie: Tie, mine: Bytes, theirs: Bytes) -> None:
    """Ask where a redefinition becomes too long, or records of one file differ in length."""
    first, over = tie.one, tie.other
    if over.item.level != 1 and theirs.size[1] > mine.size[1] >= theirs.size[0]:
        what = f"{over.name} becomes longer than {first.name}, which it redefines"
        spread.ask(what, over.item.origin, f"make {first.name} longer first")
    records = over.item.file and over.item.level == 1
    if records and mine.size[0] == theirs.size[0] and mine.size[1] != theirs.size[1]:
        what = f"{first.name} and {over.name} are records of one file and no longer as long"
        spread.ask(what, over.item.origin, "make both the same length")
