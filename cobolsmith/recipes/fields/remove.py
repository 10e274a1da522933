"""refactor remove-field: a field nothing uses becomes FILLER; an item of its own goes."""

from __future__ import annotations

from cobolsmith.errors import UsageError
from cobolsmith.items import Problem
from cobolsmith.plan import Edit, Plan
from cobolsmith.recipe import Option, Proposal, Recipe, Setting, question
from cobolsmith.recipes.fields.entries import layout_of, removed, subtree
from cobolsmith.recipes.fields.mentions import mentions
from cobolsmith.recipes.fields.outcome import already, unread
from cobolsmith.recipes.fields.rename import seen_inside
from cobolsmith.recipes.fields.world import INDEPENDENT, Entry, Held, World, meant, world
from cobolsmith.source import Span
from cobolsmith.writing import cased


def remove(setting: Setting) -> Proposal:
    """Take a field out; its bytes stay as FILLER, so that no record changes its length."""
    estate = world(setting)
    try:
        entry = meant(estate, setting.text("name"))
    except UsageError as error:
        if "no data item" in error.what and estate.programs:
            first = estate.programs[0]
            place = first.items[0] if first.items else None
            if place is not None:
                return already(Held(first, place), error.what)
        raise
    questions: list[Problem] = []
    for held in estate.items(entry):
        questions += [*used(held), *seen_inside(estate, held)]
    if questions:
        return Proposal(questions=tuple(dict.fromkeys(questions)), refusals=unread(estate))
    held = estate.items(entry)[0]
    alone = held.item.level in INDEPENDENT
    edit = removed(estate, entry, whole=True) if alone else blank(estate, entry, held)
    how = "nothing uses it" if alone else "FILLER keeps its bytes: no record changes its length"
    names = tuple(dict.fromkeys(one.item.name for one in estate.items(entry)))
    plan = Plan(f"remove {held.name}", (edit,), (how,), differs=names)
    return Proposal((plan,), refusals=unread(estate))


def used(held: Held) -> list[Problem]:
    """A question for each place that names an item, or something in it."""
    program = held.program
    inside = [held, *(held.at(one.index) for one in program.below(held.item.index))]
    found = []
    for one in inside:
        if not one.item.name:
            continue
        for mention in mentions(one):
            place = mention.origin
            within = held.item.origin.path == place.path and any(
                two.item.origin.span.start <= place.span.start < two.item.origin.span.end
                for two in inside
            )
            if not mention.declares and not within:
                what = f"{one.name} is used here"
                found.append(question(what, place.path, place.span, "take the use out first"))
    if held.item.occurs and held.item.occurs.indexes:
        place = held.item.origin
        what = f"{held.name} is a table with indexes"
        found.append(question(what, place.path, place.span, "take it out by hand"))
    return found


def blank(estate: World, entry: Entry, held: Held) -> Edit:
    """An entry and all below it as one FILLER of its bytes."""
    source, node = estate.source(entry.path), estate.described(entry)
    assert node is not None, "an entry is described where it is written"
    level, gap, width, pic = layout_of(estate, entry)
    size = held.item.length * held.item.times
    redefines = ""
    if held.item.redefines is not None:
        base = estate.raw_name(held.at(held.item.redefines).entry)
        redefines = f" REDEFINES {base}"
    head = f"{level}{gap}FILLER{redefines}".ljust(width - 1) + " "
    text = cased(source, node.start_byte, f"{head}{pic} X({size}).")
    return Edit(entry.path, Span(node.start_byte, subtree(estate, entry)), (text,))


REMOVE = Recipe(
    "remove-field",
    "take a field out that nothing uses; in a record FILLER keeps its bytes",
    remove,
    "stated",
    (
        Option(
            "name",
            "the field: FIELD, FIELD OF GROUP, PROGRAM:FIELD or COPYBOOK:FIELD",
            "argument",
            True,
        ),
    ),
)
