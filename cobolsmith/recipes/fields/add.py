"""refactor add-field: a new field in a record, FILLER taken first, everywhere the record is."""

from __future__ import annotations

from cobolsmith.errors import UsageError
from cobolsmith.program import DataItem
from cobolsmith.recipe import Option, Proposal, Recipe, Setting
from cobolsmith.recipes.fields.outcome import already, finished
from cobolsmith.recipes.fields.pictures import measured
from cobolsmith.recipes.fields.rename import free, raw_after, spelled_as
from cobolsmith.recipes.fields.spread import Put, Spread, begin
from cobolsmith.recipes.fields.world import INDEPENDENT, Entry, Held, World, meant, world


def add(setting: Setting) -> Proposal:
    """Put a field in behind another. Raises UsageError for names and PICTUREs that can't be."""
    estate = world(setting)
    after = meant(estate, setting.text("after"))
    held = estate.items(after)[0]
    name, clauses = setting.text("name").upper(), setting.text("picture").upper()
    if held.item.level in INDEPENDENT:
        raise UsageError(f"{held.name} is in no record", remedy="name a field of a record")
    like, inherited = stored_as(setting, estate, held, clauses)
    raw = raw_after(estate, after, name, name)
    behind = last_view(estate, after)
    names = [spelled_as(estate, after, one, raw) or raw for one in estate.items(after)]
    for one, own in zip(estate.items(after), names, strict=True):
        there = neighbour(one, own)
        if there is not None and there.picture == like.picture:
            return already(Held(one.program, there), f"{own} is there already")
        free(one, own)
    spread = begin(estate)
    spread.sizes.behind[behind] = like.length
    stored = any(one.item.section in ("FILE", "LINKAGE") for one in estate.items(after))
    value = setting.text("value")
    spread.put[behind] = Put(raw, clauses, like.length, value, not stored, inherited)
    room_for(spread, held, behind, like.length)
    spread.waiting.append(behind)
    spread.run()
    return finished(spread, f"add {names[0]} {clauses} behind {held.name}")


def stored_as(setting: Setting, estate: World, beside: Held, clauses: str) -> tuple[DataItem, str]:
    """The item that clauses make in the group of another, and what the groups around it add to
    them. Raises UsageError where a USAGE isn't the group's, or can't be the PICTURE's."""
    own = measured(setting, clauses, beside.program)
    inherited = estate.inherited(beside)
    usages = measured(setting, f"9{inherited}", beside.program).usage, own.usage
    stated = usages[1] != "DISPLAY" or "DISPLAY" in clauses.split()
    if usages[0] == "DISPLAY" or not stated:
        return measured(setting, clauses + inherited, beside.program), inherited
    if usages[0] != usages[1]:
        what = f"the fields around {beside.name} are {usages[0]} by their group, not {usages[1]}"
        raise UsageError(what, remedy="leave the usage out, or put the field in another group")
    return own, ""


def last_view(estate: World, entry: Entry) -> Entry:
    """The entry to write behind: the last that redefines the named one, which must follow it."""
    held = estate.items(entry)[0]
    base = held.item.redefines if held.item.redefines is not None else held.item.index
    views = [one for one in held.program.items if one.redefines == base and one.level != 66]
    return held.at(views[-1].index).entry if views else entry


def neighbour(held: Held, name: str) -> DataItem | None:
    """The item of a name in the same group as an item, if there is one."""
    if held.item.parent is None:
        return None
    group = held.program.children(held.program.items[held.item.parent])
    return next((one for one in group if one.name == name), None)


def room_for(spread: Spread, held: Held, behind: Entry, length: int) -> None:
    """Take the new field's bytes from FILLER: the next item, else the last of the record."""
    for one, nth in spread.siblings(held):
        if nth == 1 and spread.gives(one, length, 0) and behind == held.entry:
            spread.shrink(one.entry, length)
            return
    found = spread.filler(behind, length, beside=True)
    if found is not None:
        spread.shrink(*found)


ADD = Recipe(
    "add-field",
    "add a field to a record, taken out of FILLER where there is some",
    add,
    "stated",
    (
        Option("name", "the new field", "argument", True),
        Option("picture", 'what stands behind PIC: "X(3)", "S9(5)V99 COMP-3"', required=True),
        Option("after", "the field it is to follow", required=True),
        Option("value", "a literal: its VALUE, and what records on file get"),
        Option("keep-views", "redefinitions around it are records of another kind", "flag"),
    ),
)
