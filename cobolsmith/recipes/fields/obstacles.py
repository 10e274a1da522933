"""What stands in a change's way and only a person can decide: each a question with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cobolsmith.program import Origin, Program
from cobolsmith.recipes.fields.layout import Bytes, spelled
from cobolsmith.recipes.fields.shown import shown
from cobolsmith.recipes.fields.spread import Spread
from cobolsmith.recipes.fields.strung import strung
from cobolsmith.recipes.fields.ties import Tie, linked
from cobolsmith.recipes.fields.views import FIGURATIVE, resized, views
from cobolsmith.recipes.fields.world import Held
from cobolsmith.source import Span

if TYPE_CHECKING:
    from tree_sitter import Node

_DRAWN = ("SCREEN", "REPORT")
_HALF = ("syntax", "missing copybook")
"""What makes a program's reading incomplete."""


def ask(spread: Spread) -> None:
    """Note a question for everything that can't be decided about the changed entries."""
    for program in spread.world.programs:
        touched = [
            Held(program, item)
            for item in program.items
            if item.level not in (0, 66, 88)
            and item.section not in _DRAWN
            and spread.sizes.touches(program, item)
        ]
        if touched:
            _half_read(spread, program)
            _alignment(spread, touched)
            _uses(spread, program, touched)
            _renamed(spread, program)
            _calls(spread, program, touched)
            _drawn(spread, program, touched)
            _executed(spread, program, touched)
            strung(spread, program, touched)
            _cut(spread, program, {one.item.index: one for one in touched})
    for tie in _all_ties(spread):
        together(spread, tie)


def _all_ties(spread: Spread) -> Iterator[Tie]:
    seen: set[int] = set()
    for ties in spread.ties.by_record.values():
        for tie in ties:
            if id(tie) not in seen:
                seen.add(id(tie))
                yield tie


def _half_read(spread: Spread, program: Program) -> None:
    for problem in (*program.problems, *program.unknowns):
        if problem.kind in _HALF:
            what = f"{program.name} isn't understood here ({problem.what}): it may use the field"
            spread.ask(what, problem.origin, problem.remedy or "mend it first")


def _alignment(spread: Spread, touched: list[Held]) -> None:
    for held in touched:
        item = held.item
        if item.level in (1, 77) and resized(spread, held):
            inside = (item, *held.program.below(item.index))
            if any(one.synchronized for one in inside):
                spread.ask(f"{held.name} has SYNCHRONIZED items: slack bytes move", item.origin)
            if item.external:
                spread.ask(f"{held.name} is EXTERNAL: others may have it, too", item.origin)
        change = spread.changes.get(held.entry)
        quoted = any(isinstance(one, str) and one[:1] in ("'", '"') for one in item.values)
        if change is not None and change.room.number and quoted:
            what = f"{held.name} is a number with a text as its VALUE: it would be another"
            spread.ask(what, item.origin, "write the VALUE as a number first")


# --- Statements -----------------------------------------------------------------------------------


def _uses(spread: Spread, program: Program, touched: list[Held]) -> None:
    by_index = {one.item.index: one for one in touched}
    for use in program.flow.uses:
        held = by_index.get(use.item) if not use.owner else None
        if held is None:
            continue
        group = held.item.is_group
        if use.verb == "INSPECT" and use.role == "reads" and not group:
            what = f"INSPECT looks at each character of {held.name}, which has more of them"
            spread.ask(what, use.origin, "see whether it still counts what is meant")
        compared = use.role == "compares" and use.verb != "SEARCH" and group
        compared = compared and resized(spread, held)
        if compared and not _figurative(spread, use.origin):
            spread.ask(f"the group {held.name} is compared by its bytes", use.origin)
        if (use.role, use.verb) == ("lengths", "DISPLAY") and resized(spread, held):
            spread.ask(f"the length of {held.name} is shown here, and it is another", use.origin)
        whole = use.role == "shows" and group and added(spread, held)
        if whole and not (use.verb == "DISPLAY" and shown(spread, held, use.origin)):
            what = f"{held.name} is shown as a whole: the new field would be, too"
            spread.ask(what, use.origin, "show its fields one by one first")
    for move in program.flow.moves:
        held = by_index.get(move.receiver) if not move.receiver_owner else None
        if held is not None and held.item.is_group and _by_bytes(spread, held, move.literal):
            what = f"{move.literal} is moved to {held.name} by its bytes, and they move"
            spread.ask(what, move.origin, "move it to the fields one by one first")
        if held is not None and not held.item.is_group and move.literal.upper().startswith("ALL "):
            what = f"{move.literal} fills {held.name}: the value is another one in a longer field"
            spread.ask(what, move.origin)


def _renamed(spread: Spread, program: Program) -> None:
    """RENAMES of bytes that are more or fewer than before, where something uses them."""
    used = {use.item for use in program.flow.uses if not use.owner}
    for item in program.items:
        if item.renames is None or item.index not in used:
            continue
        inside = [Held(program, program.items[one]) for one in range(*item.renames)]
        last = Held(program, program.items[item.renames[1]])
        grown = any(resized(spread, one) for one in (*inside, last) if one.item.picture)
        if grown or any(one.entry in spread.sizes.behind for one in inside):
            what = f"{item.name} RENAMES bytes that are more or fewer now"
            spread.ask(what, item.origin, "see what its uses mean, and change them by hand")


def added(spread: Spread, held: Held) -> bool:
    """Whether a field with a name is put into an item."""
    inside = (Held(held.program, one) for one in held.program.below(held.item.index))
    return any(spread.put[one.entry].name for one in inside if one.entry in spread.put)


def _by_bytes(spread: Spread, held: Held, literal: str) -> bool:
    """Whether a literal's characters would reach other fields of a group than before."""
    if literal[:1] not in ("'", '"'):
        return False
    size = min(len(literal) - 2, held.item.length)
    part = spelled(held.program, held.item, spread.sizes)
    inside = part.around(0, size)
    return part.moved(0, size) != (0, size) or any(
        held.at(one[0]).entry in spread.changes for one in inside
    )


def _figurative(spread: Spread, origin: Origin) -> bool:
    """Whether what stands behind a comparison's operand is a figurative constant."""
    source = spread.world.source(origin.path)
    after = source.text(origin.span.end, origin.span.end + 60)
    return bool(
        re.match(
            rf"\s*(?:NOT\s+)?(?:IS\s+)?(?:=|>|<|EQUAL\w*(?:\s+TO)?)\s*(?:{FIGURATIVE.pattern})",
            after,
            re.IGNORECASE,
        )
    )


def _calls(spread: Spread, program: Program, touched: list[Held]) -> None:
    """Items passed to programs that aren't there, or that don't name the parameter."""
    keys = {one.key: one for one in touched}
    known = {one.name for one in spread.world.programs}
    for call in program.flow.calls:
        if call.verb != "CALL":
            continue
        for parameter in call.parameters:
            passed = spread.world.item(program, parameter.owner, parameter.item)
            held = keys.get(passed.key) if passed is not None else None
            if held is None or parameter.mode != "REFERENCE" or not changed(spread, held):
                continue
            lost = [one for one in call.targets if one not in known]
            if lost or not call.targets or not call.sure:
                name = ", ".join(lost) or call.name
                what = f"{held.name} is passed to {name}, whose source isn't here"
                spread.ask(what, parameter.origin, "add the program, or see that it fits")
    if not program.using:
        return
    for position in range(len(program.using)):
        there = linked(program, position)
        here = keys.get((id(program), there.index)) if there is not None else None
        if here is not None and changed(spread, here) and not _called(spread, program.name):
            what = f"{here.name} is a parameter of {program.name}, and no caller is here"
            spread.ask(what, here.item.origin, "add the callers, or see that they fit")


def changed(spread: Spread, held: Held) -> bool:
    """Whether the bytes of an item mean something else than before."""
    inside = (held.item, *held.program.below(held.item.index))
    return resized(spread, held) or any(
        Held(held.program, one).entry in spread.changes for one in inside
    )


def _called(spread: Spread, name: str) -> bool:
    return any(
        name in call.targets for program in spread.world.programs for call in program.flow.calls
    )


def _drawn(spread: Spread, program: Program, touched: list[Held]) -> None:
    """Screen and report items that show a changed item."""
    names = {one.item.name: one for one in touched if one.item.name and not one.item.is_group}
    for item in program.items:
        if item.section in _DRAWN and item.level not in (0, 88):
            text = spread.world.source(item.origin.path).text(*item.origin.span).upper()
            for word in re.findall(r"[\w-]+", text):
                held = names.get(word)
                if held is not None and held.entry in spread.changes and word != item.name:
                    place = item.picture.text if item.picture else "a column"
                    what = f"the {item.section.lower()} shows {word} in {place}"
                    spread.ask(what, item.origin, "give it room on the line first")


_WHOLE = re.compile(r"EXEC\w*\s+CICS\s+(?:READ|WRITE|REWRITE|READNEXT|READPREV)\b(?!Q)")


def _executed(spread: Spread, program: Program, touched: list[Held]) -> None:
    """EXEC blocks that name a changed item, or a group whose length changes."""
    names = {one.item.name for one in touched if one.item.name and changed(spread, one)}
    names -= {one.item.name for one in touched if one.item.is_group and not resized(spread, one)}
    tree = program.expanded or program.tree
    if not names or b"EXEC" not in tree.view.upper():
        return
    for node in tree.walk("exec_statement"):
        text = tree.text(node).upper()
        if _WHOLE.match(text) and "LENGTH" not in text:
            continue  # the command takes the length of the item it names
        for word in re.findall(r"[A-Z0-9][\w-]*", text):
            if word in names:
                kind = "SQL" if re.match(r"EXEC\w*\s+SQL", text) else "CICS"
                remedy = (
                    "change the column (ALTER TABLE) and its DCLGEN first"
                    if kind == "SQL"
                    else "see that lengths and the other side of the command fit"
                )
                spread.ask(f"EXEC {kind} uses {word}", origin(program, node), remedy)


def origin(program: Program, node: Node) -> Origin:
    """Where a node of a program's expanded tree is written."""
    if program.origins is None:
        return Origin(program.source.path, Span(node.start_byte, node.end_byte))
    return program.origins.origin(node.start_byte, node.end_byte)


# --- Reference modification -----------------------------------------------------------------------


def _cut(spread: Spread, program: Program, touched: dict[int, Held]) -> None:
    """Parts of changed items by position: fine where the same bytes still mean the same."""
    tree = program.expanded or program.tree
    for node in tree.walk("reference_modification"):
        name = node.parent
        while name is not None and name.type not in ("qualified_name", "name"):
            name = name.parent
        if name is None:
            continue
        words = [tree.text(one).upper() for one in name.children if one.type == "name"]
        found = program.resolve(words[0], tuple(words[1:])) if words else None
        held = touched.get(getattr(found, "index", -1))
        if held is None or not changed(spread, held):
            continue
        numbers = [one for one in node.children if one.is_named]
        if not _same_part(spread, held, tree.text(node), len(numbers)):
            what = f"{held.name} is looked at by position here, and its bytes move"
            spread.ask(what, origin(program, node), "say which bytes are meant now")


_PART = re.compile(r"\(\s*(\d+)\s*:\s*(\d*)\s*\)$")


def _same_part(spread: Spread, held: Held, text: str, count: int) -> bool:
    item = held.item
    if not item.is_group:
        grown = spread.changes.get(held.entry)
        return grown is not None and not grown.room.number  # text grows at its end
    found = _PART.search(" ".join(text.split()))
    if not found:
        return False
    part = spelled(held.program, item, spread.sizes)
    start = int(found[1]) - 1
    end = start + int(found[2]) if found[2] else part.size[0]
    return part.moved(start, end) == (start, end) and not any(
        Held(held.program, held.program.items[one[0]]).entry in spread.changes
        for one in part.around(start, end)
    )


# --- What lies together ---------------------------------------------------------------------------


_HOW = {
    "moved": "moved as a whole",
    "sorted": "sorted one into the other",
    "passed": "passed",
    "data set": "in the same data set",
}


def together(spread: Spread, tie: Tie) -> None:
    """Ask where two items that hold the same bytes would no longer lie alike."""
    if tie.one.entry == tie.other.entry:
        return
    one, other = tie.one, tie.other
    if not any(spread.sizes.touches(end.program, end.item) for end in (one, other)):
        return
    mine = spelled(one.program, one.item, spread.sizes)
    theirs = spelled(other.program, other.item, spread.sizes)
    if tie.kind == "redefines":
        views(spread, tie, mine, theirs)
        return
    _printed(spread, tie)
    if _alike(mine, theirs) and _alike(theirs, mine):
        return
    how = _HOW[tie.kind]
    what = f"{one.name} and {other.name} are {how}, and their fields wouldn't lie alike any more"
    spread.ask(what, tie.origin, f"change {other.name} by hand, or move field by field")


def _printed(spread: Spread, tie: Tie) -> None:
    """Ask about a new field in one of several groups that are written through a plain record: its
    lines have no layout to compare them by."""
    group, record = tie.one, tie.other
    plain = not record.item.is_group and record.item.section == "FILE"
    if tie.kind != "moved" or not plain or not group.item.is_group or not added(spread, group):
        return
    written = {
        one.one.key
        for one in spread.ties.of(record)
        if one.kind == "moved" and one.other.key == record.key
    }
    if len(written) > 1:
        what = f"{group.name} is written as a line of {record.item.file}: it would be longer"
        spread.ask(what, tie.origin, "say where on the line the new field belongs")


def _alike(one: Bytes, other: Bytes) -> bool:
    """Whether each part of `other` lies where the same bytes of `one` lie now."""
    shorter = min(one.size[0], other.size[0])
    for _, start, end, new_start, new_end in other.parts:
        if start >= shorter:
            break
        around = one.around(start, min(end, shorter))
        if len(around) == 1 and around[0][2] - around[0][1] > end - start:
            continue  # bytes inside of a plain item: its own ends are looked at from the other side
        moved = one.moved(start, min(end, shorter))
        if moved is None or moved[0] != new_start:
            return False
        last = end >= shorter
        if moved[1] != new_end and not (last and _roomy(one, other, moved[1], new_end)):
            return False
    return True


def _roomy(one: Bytes, other: Bytes, moved: int, new_end: int) -> bool:
    """Whether the longer of two has room for what it got from the shorter."""
    if one.size[0] == other.size[0]:
        return False
    return moved <= new_end if other.size[0] > one.size[0] else moved >= new_end
