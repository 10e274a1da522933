"""What a recipe of record layouts hands back: the plan of a change that has spread, its questions,
or that nothing is to be done."""

from __future__ import annotations

from cobolsmith.items import Origin, Problem
from cobolsmith.plan import Plan
from cobolsmith.recipe import Proposal, refusal
from cobolsmith.recipes.fields.conversion import conversions
from cobolsmith.recipes.fields.entries import edits
from cobolsmith.recipes.fields.files import descriptions, jobs, stored
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
    made = conversions(spread, files)
    all_edits = (
        *edits(spread),
        *descriptions(spread, files),
        *jobs(spread, files),
    )
    if spread.questions:
        return Proposal(questions=tuple(spread.questions), refusals=unread(spread.world))
    plan = Plan(
        title,
        tuple(all_edits),
        reasons(spread),
        creates=tuple(made),
        differs=(),
    )
    return Proposal((plan,), refusals=unread(spread.world))


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
    return tuple(found)


def unread(estate: World) -> tuple[Problem, ...]:
    """Sources that couldn't be looked at: what they do with the field isn't known."""
    return tuple(
        Problem("refused", f"not looked at: {why}", Origin(path, Span(0, 0)))
        for path, why in estate.unread
    )
