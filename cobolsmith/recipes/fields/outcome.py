"""What a recipe of record layouts hands back: the plan of a change that has spread, its questions,
or that nothing is to be done."""

from __future__ import annotations

from cobolsmith.items import Origin, Problem
from cobolsmith.plan import Plan
from cobolsmith.program import Program
from cobolsmith.recipe import Proposal, refusal
from cobolsmith.recipes.fields.conversion import conversions
from cobolsmith.recipes.fields.entries import edits
from cobolsmith.recipes.fields.files import descriptions, jobs, stored
from cobolsmith.recipes.fields.lengths import counted
from cobolsmith.recipes.fields.obstacles import ask
from cobolsmith.recipes.fields.spread import Spread
from cobolsmith.recipes.fields.world import Held, World
from cobolsmith.source import Span


def written(held: Held) -> str:
    """The PICTURE of an item."""
    return held.item.picture.text if held.item.picture else "a group"


def already(held: Held, what: str) -> Proposal:
    """Nothing to do, and why."""
    place = held.item.origin
    return Proposal(refusals=(refusal(what, place.path, place.span),))


def finished(spread: Spread, title: str) -> Proposal:
    """The plan of a change that has spread, or the questions that it leaves."""
    ask(spread)
    files = stored(spread)
    counted(spread, files)
    made = conversions(spread, files)
    all_edits = (
        *edits(spread),
        *descriptions(spread, files),
        *jobs(spread, files),
        *spread.displays.values(),
    )
    if spread.questions:
        return Proposal(questions=tuple(spread.questions), refusals=unread(spread.world))
    plan = Plan(
        title,
        tuple(all_edits),
        reasons(spread),
        creates=tuple(made),
        differs=wider(spread),
    )
    return Proposal((plan,), refusals=unread(spread.world))


def wider(spread: Spread) -> tuple[str, ...]:
    """What shows changed fields in another width: stdout, and files of lines that they go into."""
    found: dict[str, None] = {}
    for program in spread.world.programs:
        touched = {one.index for one in program.items if spread.sizes.touches(program, one)}
        if not touched:
            continue
        reached = _reached(program, touched)
        if any(use.role == "shows" and use.item in reached for use in program.flow.uses):
            found["stdout/width"] = None
        for file in program.files:
            plain = all(not program.items[index].is_group for index in file.records)
            lines = plain or file.organization == "LINE SEQUENTIAL"
            if lines and any(program.record(index).file == file.name for index in reached):
                found[f"{file.name}/width"] = None
    return tuple(found)


def _reached(program: Program, items: set[int]) -> set[int]:
    """All that values of items go into, however often they are moved on."""
    reached = set(items)
    waiting = list(items)
    while waiting:
        now = waiting.pop()
        held = {now, *(one.index for one in program.ancestors(now))}
        for move in program.flow.moves:
            if move.sender in held and not (move.owner or move.receiver_owner):
                fresh = {move.receiver, *(one.index for one in program.below(move.receiver))}
                waiting += fresh - reached
                reached |= fresh
    return reached


def reasons(spread: Spread) -> tuple[str, ...]:
    """Why each entry changes, for the reviewer."""
    found = []
    for entry, length in spread.sizes.lengths.items():
        held = spread.first(entry)
        where = spread.world.where(held.item.origin)
        change = spread.changes.get(entry)
        if change is not None:
            found.append(f"{where}: {held.name} {written(held)} -> {change.picture}: {change.why}")
        else:
            found.append(f"{where}: FILLER of {held.item.length} bytes -> {length}")
    for entry, put in spread.put.items():
        held = spread.first(entry)
        what = f"{put.name or 'FILLER'} {put.clauses} behind {held.name}"
        found.append(f"{spread.world.where(held.item.origin)}: {what}")
    for edit in spread.displays.values():
        where = spread.world.where(Origin(edit.path, edit.span))
        found.append(f"{where}: DISPLAY shows what it showed: {''.join(map(str, edit.new))}")
    return tuple(found)


def unread(estate: World) -> tuple[Problem, ...]:
    """Sources that couldn't be looked at: what they do with the field isn't known."""
    return tuple(
        Problem("refused", f"not looked at: {why}", Origin(path, Span(0, 0)))
        for path, why in estate.unread
    )
