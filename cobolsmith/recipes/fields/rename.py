"""refactor rename: a data item under another name, everywhere it is named."""

from __future__ import annotations

import re

from cobolsmith.errors import UsageError
from cobolsmith.items import Origin, Problem
from cobolsmith.plan import Edit, Plan
from cobolsmith.recipe import Option, Proposal, Recipe, Setting, question
from cobolsmith.recipes.fields.entries import fitted
from cobolsmith.recipes.fields.mentions import Mention, mentions, spelled
from cobolsmith.recipes.fields.outcome import already, unread
from cobolsmith.recipes.fields.world import Entry, Held, World, meant, world
from cobolsmith.source import Span

_WORD = re.compile(r"[A-Z0-9](?:[A-Z0-9-]*[A-Z0-9])?")
_TAGGED = re.compile(r"^(?P<before>.*?)(?P<tag>:[^:\s]*:|\([^()\s]*\))(?P<after>.*)$")
LONGEST = 30
"""Characters of a user-defined word (ISO/IEC 1989:2014 8.3.1.1 allows 31, many compilers 30)."""


def rename(setting: Setting) -> Proposal:
    """Name an item anew. A tag of its copybook stays; each program keeps its own prefix. Raises
    UsageError for names that can't be meant."""
    estate = world(setting)
    old, new = setting.text("old").upper(), setting.text("new").upper()
    try:
        entry = meant(estate, old)
    except UsageError:
        done = [one for one in estate.entries.values() if any(x.item.name == new for x in one)]
        if len(done) == 1:
            return already(done[0][0], f"nothing is named {old}, and {new} is there")
        raise
    asked = old.rpartition(":")[2].split()[0] if old.count(":") == 1 else old.split()[0]
    raw = raw_after(estate, entry, asked, new)
    questions: list[Problem] = []
    edits: dict[tuple[str, Span], Edit] = {}
    for held in estate.items(entry):
        name = spelled_as(estate, entry, held, raw)
        if name is None:
            what = f"{held.program.name} makes {held.name} of it by COPY REPLACING"
            questions.append(_question(what, held.item.origin, "rename what REPLACING names first"))
            continue
        free(held, name)
        questions += seen_inside(estate, held)
        questions += corresponding(estate, held)
        for one in mentions(held):
            text = spelled(estate, one)
            fresh = raw if text.upper() == estate.raw_name(entry).upper() else name
            if one.doubtful or text.upper() not in (held.name, estate.raw_name(entry).upper()):
                what = f"{held.name} may mean something else here"
                questions.append(_question(what, one.origin, "qualify it, or rename it by hand"))
                continue
            edit = edited(estate, entry, one, fresh.lower() if text.islower() else fresh)
            edits[str(edit.path), one.origin.span] = edit
    if questions:
        return Proposal(questions=tuple(dict.fromkeys(questions)), refusals=unread(estate))
    ordered = sorted(edits.values(), key=lambda one: (str(one.path), one.span))
    held = estate.items(entry)[0]
    names = sorted({one.program.name for one in estate.items(entry)})
    reasons = (f"{len(ordered)} places in {len({one.path for one in ordered})} files", *names[:8])
    return Proposal((Plan(f"rename {held.name} to {new}", tuple(ordered), reasons),))


def _question(what: str, place: Origin, remedy: str) -> Problem:
    return question(what, place.path, place.span, remedy)


def raw_after(estate: World, entry: Entry, old: str, new: str) -> str:
    """The name that the entry is to have, its tag kept: `:TAG:-NEW` for AM-NEW or NEW.

    Raises UsageError where the new name doesn't begin with the copybook's prefix.
    """
    raw = estate.raw_name(entry)
    found = _TAGGED.match(raw.upper())
    if found is None:
        return new
    before, tag, after = found["before"], found["tag"], found["after"]
    joint = "-" if after.startswith("-") else ""
    values = {prefix(one.item.name, before, after) for one in estate.items(entry)}
    for value in sorted((one for one in values if one), key=len, reverse=True):
        begin = f"{before}{value}{joint}"
        if old.startswith(begin):
            if not new.startswith(begin):
                raise UsageError(
                    f"{new} doesn't begin with {begin}, which COPY REPLACING gives the name",
                    remedy=f"name it {begin}...",
                )
            return f"{before}{tag}{joint}{new[len(begin) :]}"
    return f"{before}{tag}{joint}{new}"


def prefix(name: str, before: str, after: str) -> str:
    """What stands for the tag in a program's name, or ""."""
    if name.startswith(before) and name.endswith(after) and len(name) > len(before) + len(after):
        return name[len(before) : len(name) - len(after)]
    return ""


def spelled_as(estate: World, entry: Entry, held: Held, raw: str) -> str | None:
    """A program's own spelling of a new raw name; None where its name isn't made by the tag."""
    old = estate.raw_name(entry).upper()
    found, fresh = _TAGGED.match(old), _TAGGED.match(raw)
    if found is None or fresh is None:
        return raw if held.item.name == old else None
    value = prefix(held.item.name, found["before"], found["after"])
    return f"{fresh['before']}{value}{fresh['after']}" if value else None


def free(held: Held, name: str) -> None:
    """Raise UsageError where a program can't have a name."""
    program = held.program
    if not _WORD.fullmatch(name) or not re.search("[A-Z]", name) or len(name) > LONGEST:
        raise UsageError(
            f"{name} is no data-name", remedy="letters, digits and hyphens, 30 at most"
        )
    if name in program.reserved:
        raise UsageError(f"{name} is a reserved word", remedy="choose another name")
    if any(name == known for known, _ in program.scope()):
        raise UsageError(f"{program.name} has a {name} already", remedy="choose another name")


def seen_inside(estate: World, held: Held) -> list[Problem]:
    """A question where contained programs see an item: they are not looked through."""
    inner = [one for one in estate.programs if one.outer is held.program]
    if not inner or not held.program.is_global(held.item.index):
        return []
    what = f"{held.name} is GLOBAL, and {inner[0].name} may use it"
    return [_question(what, held.item.origin, "rename it by hand")]


def corresponding(estate: World, held: Held) -> list[Problem]:
    """Questions about MOVE CORRESPONDING, which pairs items by their names."""
    found = []
    program = held.program
    for move in program.flow.moves:
        if move.sender is None or move.owner or move.receiver_owner:
            continue
        ends = (program.items[move.sender], program.items[move.receiver])
        text = estate.source(move.origin.path).text(*move.origin.span).upper()
        paired = ends[0].name == ends[1].name and " CORR" in " ".join(text.split())
        if held.item.index in (move.sender, move.receiver) and paired:
            what = f"{move.verb} CORRESPONDING pairs {held.name} by its name"
            found.append(_question(what, move.origin, "write the MOVE out first"))
    return found


def edited(estate: World, entry: Entry, one: Mention, text: str) -> Edit:
    """A mention with another name; in the declaration what follows keeps its column."""
    source = estate.source(one.origin.path)
    if one.declares:
        return fitted(source, entry, one.origin.span, text)
    return Edit(one.origin.path, one.origin.span, (text,))


RENAME = Recipe(
    "rename",
    "rename a data item in every program that has it",
    rename,
    "same",
    (
        Option(
            "old",
            "the item: FIELD, FIELD OF GROUP, PROGRAM:FIELD or COPYBOOK:FIELD",
            "argument",
            True,
        ),
        Option("new", "its new name", "argument", True),
    ),
)
