"""A larger table: OCCURS, the limits of its loops and guards, and the items that count its entries.

    05  RATE  OCCURS 50.                   05  RATE  OCCURS 200.
    IF WS-COUNT >= 50                      IF WS-COUNT >= 200
        PERFORM TABLE-FULL         ->          PERFORM TABLE-FULL
    UNTIL WS-I > 50                        UNTIL WS-I > 200     (WS-I PIC 99 -> PIC 9(03))

Runs in which the old table was full, or was left, may differ; all others must not. What may mean
the table's size by another way (a group's bytes, PERFORM 50 TIMES) is a question.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cobolsmith.dataflow import And, Condition, Not, Or, Relation, Term
from cobolsmith.errors import UsageError
from cobolsmith.items import DataItem, Origin, Problem
from cobolsmith.plan import Edit, Plan
from cobolsmith.program import Program
from cobolsmith.recipe import (
    Option,
    Proposal,
    Recipe,
    Setting,
    each_program,
    question,
    refusal,
)
from cobolsmith.source import Span
from cobolsmith.writing import cased

if TYPE_CHECKING:
    from tree_sitter import Node

BEYOND = {">": "then", ">=": "then", "=": "then", "<": "else", "<=": "else", "<>": "else"}
"""The branch of an IF on an item that is taken when the item is beyond the limit."""
STORAGE = ("WORKING-STORAGE", "LOCAL-STORAGE")
_WHOLE = ("passes", "keys", "sorts", "shows")


def propose(setting: Setting) -> Proposal:
    """One plan for each program with the table."""
    name, size = setting.text("table").upper(), setting.number("to")
    known = [
        item
        for source in setting.sources
        for program in setting.programs(source)
        for item in program.items
        if item.name == name and item.occurs
    ]
    if not known:
        raise UsageError(f"no table {name} here", remedy="name an item that has OCCURS")
    return each_program(setting, lambda program, part: of_program(setting, program, name, size))


def of_program(setting: Setting, program: Program, name: str, size: int) -> Proposal:
    """The table of one program."""
    for item in program.items:
        if item.name == name and item.occurs and item.occurs.maximum != size:
            what = obstacle(program, item, size)
            if what:
                span = item.origin.span
                return Proposal(refusals=(refusal(what, item.origin.path, span),))
            return resized(setting, program, item, size)
    return Proposal()


def obstacle(program: Program, item: DataItem, size: int) -> str:
    """Why a table can't be made larger here, or an empty text."""
    holders = [item, *program.ancestors(item.index)]
    assert item.occurs is not None
    if size < item.occurs.maximum:
        return f"{item.name} has {item.occurs.maximum} entries: fewer could lose some"
    if item.origin.path != program.source.path:
        return f"{item.name} stands in a copybook: its other programs would change, too"
    if item.section not in STORAGE:
        return f"{item.name} is in the {item.section} SECTION: its length is others', too"
    overlaid = {one.redefines for one in program.items}
    if any(one.redefines is not None or one.index in overlaid for one in holders):
        return f"{item.name} or what holds it is redefined: its bytes have a second meaning"
    if any(one.values for one in holders):
        return f"{item.name} gets its entries by VALUE"
    groups = list(program.ancestors(item.index))
    for use in program.flow.uses:
        if use.item in {one.index for one in groups} and use.role in _WHOLE and not use.owner:
            return f"{use.verb} takes {program.items[use.item].name} as a whole"
    for move in program.flow.moves:
        for one in groups:
            if one.index in (move.sender, move.receiver) and not move.literal:
                return f"{move.verb} moves {one.name} as a whole"
    return ""


def resized(setting: Setting, program: Program, item: DataItem, size: int) -> Proposal:
    """The entry, the limits, and the counters that are too small."""
    assert item.occurs is not None
    source, old = program.source, item.occurs.maximum
    entry = occurs_literal(program, item, old)
    if entry is None:
        what = f"OCCURS of {item.name} isn't a number"
        return Proposal(refusals=(refusal(what, source.path, item.origin.span),))
    indexes = counters(program, item)
    edits = [Edit(source.path, entry, (str(size),))]
    leaves, reasons = ["SUBSCRIPT"], [f"{old} entries become {size}"]
    questions = list(doubts(program, setting, indexes, old))
    for relation, found, literal in limits(program, setting, indexes, old):
        text = str(size + int(literal.text) - old)
        edits.append(Edit(source.path, literal.origin.span, (text,)))
        reasons.append(f"{found.name} is compared with {text}, not {literal.text}")
        leaves += guarded(program, relation, found)
    for one in indexes:
        if one.values == (str(old),) and not written(program, one):
            edits.append(value(program, one, old, size))
            reasons.append(f"{one.name} has the value {size}")
    for one in sorted(indexes, key=lambda each: each.index):
        edits += wider(program, one, size, reasons)
    questions += [
        question(
            f"{one.name} is too small for {size}, and part of a group",
            source.path,
            one.origin.span,
            "widen-field it first",
        )
        for one in indexes
        if too_small(one, size) and (one.parent is not None or one.origin.path != source.path)
    ]
    title = f"{item.name} has {size} entries in {program.name}"
    small = {one.index for one in indexes if too_small(one, size)}
    shown = any(use.item in small and use.role == "shows" for use in program.flow.uses)
    differs = ("stdout/width",) if shown else ()
    plan = Plan(title, tuple(edits), tuple(reasons), differs=differs, leaves=tuple(leaves))
    return Proposal((plan,), tuple(questions))


def occurs_literal(program: Program, item: DataItem, old: int) -> Span | None:
    """Where the table's greatest size is written."""
    span = item.origin.span
    for node in program.tree.walk("occurs_clause"):
        if span.start <= node.start_byte < span.end:
            size = node.child_by_field_name("max") or node.child_by_field_name("min")
            if size is not None and program.tree.text(size) == str(old):
                return Span(size.start_byte, size.end_byte)
    return None


def counters(program: Program, item: DataItem) -> list[DataItem]:
    """The items that are subscripts of a table, that it depends on, and those that are compared
    with or moved to or from one of them."""
    table = {item.index, *(one.index for one in program.below(item.index))}
    places = [use.origin.span for use in program.flow.uses if use.item in table]
    found: set[int] = set()
    for use in program.flow.uses:
        if use.role == "subscripts" and not use.owner and within(program, use.origin, places):
            found.add(use.item)
    depending = item.occurs.depending if item.occurs else None
    if depending is not None:
        named = program.resolve(depending.name, depending.qualifiers)
        found |= {named.index} if isinstance(named, DataItem) else set()
    near = {
        one
        for move in program.flow.moves
        if not move.computed
        for one in (move.sender, move.receiver)
        if one is not None and {move.sender, move.receiver} & found
    }
    return [
        program.items[one]
        for one in sorted(found | near)
        if program.items[one].picture and program.items[one].level != 88
    ]


def within(program: Program, origin: Origin, places: list[Span]) -> bool:
    """Whether a place is a subscript of one of these names."""
    if origin.path != program.source.path:
        return False
    node: Node | None = program.tree.root.descendant_for_byte_range(
        origin.span.start, origin.span.start + 1
    )
    while node is not None and node.type != "subscript":
        node = node.parent
    holder = node.parent if node is not None else None
    return holder is not None and any(
        holder.start_byte <= span.start < holder.end_byte and span.start < node.start_byte
        for span in places
        if node is not None
    )


def relations(condition: Condition) -> Iterator[Relation]:
    """The relations of a condition."""
    match condition:
        case Relation():
            yield condition
        case Not(of=inner):
            yield from relations(inner)
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                yield from relations(part)


def limits(
    program: Program, setting: Setting, indexes: list[DataItem], old: int
) -> Iterator[tuple[Relation, DataItem, Term]]:
    """The relations of a counter with the old size, or one more."""
    by_index = {one.index: one for one in indexes}
    seen: set[int] = set()
    for condition in setting.conditions(program):
        for relation in relations(condition):
            for one, other in (
                (relation.subject, relation.object),
                (relation.object, relation.subject),
            ):
                found = by_index.get(one.item) if one.item is not None else None
                own = other.origin.path == program.source.path
                at = other.origin.span.start
                if found and own and other.text in (str(old), str(old + 1)) and at not in seen:
                    seen.add(at)
                    yield relation, found, other


def guarded(program: Program, relation: Relation, item: DataItem) -> Iterator[str]:
    """The first statements of the branch that an IF takes for what is beyond the limit."""
    node: Node | None = program.tree.root.descendant_for_byte_range(
        relation.origin.span.start, relation.origin.span.start + 1
    )
    while node is not None and node.type != "if_statement":
        if node.type.endswith(("_statement", "_phrase")):
            return
        node = node.parent
    arm = node.child_by_field_name(BEYOND[relation.operator]) if node is not None else None
    if arm is not None and relation.subject.item == item.index:
        first = next(child for child in arm.children if child.type.endswith("_statement"))
        yield program.source.text(first.start_byte, first.end_byte).split("\n")[0]


def doubts(
    program: Program, setting: Setting, indexes: list[DataItem], old: int
) -> Iterator[Problem]:
    """Numbers that may mean the table's size, and nothing says whether they do."""
    path = program.source.path
    by_index = {one.index for one in indexes}
    for node in program.tree.walk("times_phrase"):
        count = node.child_by_field_name("count")
        if count is not None and program.tree.text(count) == str(old):
            span = Span(count.start_byte, count.end_byte)
            what = f"PERFORM {old} TIMES: is that the size of the table?"
            yield question(what, path, span, "write it with a counter, or another number")
    for condition in setting.conditions(program):
        for relation in relations(condition):
            text = relation.object.text
            if relation.subject.item in by_index and text == str(old - 1) and old > 2:
                what = f"{relation.subject.text} is compared with {text}, one less than the size"
                yield question(what, path, relation.object.origin.span, f"compare it with {old}")
    for move in program.flow.moves:
        if move.receiver in by_index and move.literal == str(old) and move.origin.path == path:
            what = f"{move.verb} {old} TO {program.items[move.receiver].name}: the table's size?"
            yield question(what, path, move.origin.span, "give the size an item of its own")


def written(program: Program, item: DataItem) -> bool:
    """Whether a statement changes an item."""
    return any(
        use.item == item.index and use.role in ("writes", "accepts", "passes")
        for use in program.flow.uses
    )


def value(program: Program, item: DataItem, old: int, size: int) -> Edit:
    """The VALUE of an item that holds the size."""
    span = item.origin.span
    for node in program.tree.walk("value_clause"):
        if span.start <= node.start_byte < span.end:
            for literal in node.children_by_field_name("value"):
                if program.tree.text(literal) == str(old):
                    at = Span(literal.start_byte, literal.end_byte)
                    return Edit(program.source.path, at, (str(size),))
    raise AssertionError(f"{item.name} has no VALUE {old}")


def too_small(item: DataItem, size: int) -> bool:
    """Whether a counter has no room for one more than the table has entries."""
    picture = item.picture
    numeric = picture is not None and picture.category == "numeric"
    return picture is not None and numeric and picture.digits - picture.scale < len(str(size + 1))


def wider(program: Program, item: DataItem, size: int, reasons: list[str]) -> Iterator[Edit]:
    """A PICTURE with room for one more than the table has entries, where it has none."""
    needed = len(str(size + 1))
    if not too_small(item, size):
        return
    for node in program.tree.walk("picture_string"):
        span = item.origin.span
        if span.start <= node.start_byte < span.end and item.origin.path == program.source.path:
            sign = "S" if program.tree.text(node).upper().startswith("S") else ""
            text = cased(program.source, node.start_byte, f"{sign}9({needed:02d})")
            reasons.append(f"{item.name} has {needed} digits")
            yield Edit(program.source.path, Span(node.start_byte, node.end_byte), (text,))


RESIZE_TABLE = Recipe(
    "resize-table",
    "more entries for a table: OCCURS, loop limits, guards and counters",
    propose,
    "stated",
    (
        Option("table", "the item that has OCCURS", required=True),
        Option("to", "how many entries", "number", required=True),
    ),
)
