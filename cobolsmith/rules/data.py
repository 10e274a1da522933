"""Data items: what nobody uses, what nobody fills, values and literals that don't fit."""

from __future__ import annotations

from collections.abc import Iterator

from cobolsmith.items import DataItem
from cobolsmith.languages.cobol.statements import Operand
from cobolsmith.rules.literals import Literal, literal, number
from cobolsmith.rules.rule import Found, Listing, Rule

_OWN = ("WORKING-STORAGE", "LOCAL-STORAGE")
_PLAIN = ("DISPLAY", "PACKED-DECIMAL", "BINARY", "COMP-5")
_USING = frozenset(("reads", "compares", "subscripts"))
_SUPPLIED = frozenset(("SQLCA", "SQLDA", "DFHEIBLK", "SQLCODE", "SQLSTATE"))
"""Records that the precompilers bring along: Db2 and CICS fill them."""


def unused(listing: Listing) -> Iterator[Found]:
    """The topmost items of working storage that no statement or clause names."""
    program = listing.program
    if not listing.usable:
        return
    used = {use.item for use in program.flow.uses if not use.owner}
    used |= {i for i, item in enumerate(program.items) if item.name in listing.executed}
    used |= {one.index for file in program.files for one in _status(listing, file.status)}
    told: set[int] = set()
    for item in program.items:
        if item.section not in _OWN or item.level in (0, 66, 78, 88):
            continue
        if program.is_global(item.index):
            continue
        if item.parent in told or program.record(item.index).name in _SUPPLIED:
            told.add(item.index)
        elif item.origin.path == program.source.path and not listing.named(item.index) & used:
            told.add(item.index)
            if item.name and not item.external:
                yield Found(item.name_origin or item.origin, f"nothing uses {item.name}")


def _status(listing: Listing, name: str) -> list[DataItem]:
    return [listing.program.items[index] for index in listing.program.names.get(name, ())]


def never_filled(listing: Listing) -> Iterator[Found]:
    """Numeric items that are worked with and that nothing gives a value."""
    program = listing.program
    if not listing.usable or program.outer is not None:
        return
    filled = {use.item for use in program.flow.uses if use.role not in (*_USING, "tests", "shows")}
    filled |= {i for i, one in enumerate(program.items) if one.values and one.level != 88}
    filled |= {i for i, one in enumerate(program.items) if one.name in listing.executed}
    told: set[int] = set()
    for use in program.flow.uses:
        item = program.items[use.item]
        if use.owner or use.role not in _USING or use.item in told or not _is_number(item):
            continue
        record = program.record(use.item)
        shared = record.section not in _OWN or record.external or program.is_global(use.item)
        shared = shared or record.name in _SUPPLIED
        if shared or item.level in (0, 78) or listing.named(use.item) & filled:
            continue
        told.add(use.item)
        yield Found(use.origin, f"{item.name} is used by {use.verb}, and nothing gives it a value")


def _is_number(item: DataItem) -> bool:
    numeric = item.picture is not None and item.picture.category == "numeric"
    return numeric and item.usage in _PLAIN


def too_long(listing: Listing) -> Iterator[Found]:
    """Literals that lose characters or digits in the item they are moved to."""
    for said in listing.statements("move_statement"):
        senders = said.statement.at("from")
        if len(senders) != 1 or senders[0].kind != "literal":
            continue
        given = literal(listing.reading.tree.text(senders[0].node))
        for operand in said.statement.at("to"):
            item = listing.item(operand) if operand.kind == "name" else None
            lost = lost_of(given, item) if given and item and not _part(operand) else ""
            if lost and item:
                yield Found(listing.origin(operand.node), f"{item.name} ({_shape(item)}) {lost}")


def _part(operand: Operand) -> bool:
    """Whether only some bytes of an item are meant."""
    return any(child.type == "reference_modification" for child in operand.node.children)


def _shape(item: DataItem) -> str:
    return item.picture.text if item.picture else f"{item.length} bytes"


def lost_of(given: Literal, item: DataItem) -> str:
    """What of a literal doesn't fit into an item; "" where all of it does."""
    picture = item.picture
    if item.any_length or (picture is None and not item.is_group):
        return ""
    if picture is not None and picture.category == "numeric":
        figures = number(given.text)
        if figures is None or item.usage in ("BINARY", "COMP-5"):
            return ""
        whole = figures[0].lstrip("0")
        room = picture.digits - picture.scale
        return (
            f"has no room for the {len(whole)} digits of {given.text}" if len(whole) > room else ""
        )
    plain = item.is_group or (picture and picture.category in ("alphanumeric", "alphabetic"))
    size = item.length if item.is_group else picture.size if picture else 0
    if not plain or not given.quoted or item.justified:
        return ""
    cut = given.text[size:]
    return f"cuts {cut!r} off {given.text!r}" if cut.strip() else ""


def condition_too_long(listing: Listing) -> Iterator[Found]:
    """Condition-names whose value is longer than their item: they never hold."""
    for item in listing.program.items:
        if item.level != 88 or item.parent is None:
            continue
        parent = listing.program.items[item.parent]
        for value in item.values:
            given = literal(value) if isinstance(value, str) else None
            if given is not None and lost_of(given, parent):
                what = f"{item.name} never holds: {parent.name} {lost_of(given, parent)}"
                yield Found(item.name_origin or item.origin, what)


def no_effect(listing: Listing) -> Iterator[Found]:
    """MOVEs of an item to itself."""
    for said in listing.statements("move_statement"):
        senders, receivers = said.statement.at("from"), said.statement.at("to")
        if len(senders) == 1 and len(receivers) == 1 and senders[0].kind == "name":
            text = listing.text(senders[0].node)
            if text == listing.text(receivers[0].node) and "CORRESPONDING" not in text:
                yield Found(listing.origin(said.statement.node), f"{text} is moved to itself")


RULES = (
    Rule(
        "unused-item",
        "note",
        "What nothing uses costs whoever reads the program, and every change of the layout.",
        "`refactor dead-code` for a whole record, `refactor remove-field` for a part of one",
        unused,
    ),
    Rule(
        "never-filled",
        "warning",
        "An item of working storage without VALUE holds what the storage held: arithmetic with it "
        "gives chance results, or ends in a data exception (S0C7).",
        "give it a VALUE, or MOVE one before",
        never_filled,
    ),
    Rule(
        "literal-truncated",
        "warning",
        "A MOVE cuts what doesn't fit without a word.",
        "shorten the literal or widen the item (`refactor widen-field`)",
        too_long,
    ),
    Rule(
        "condition-too-long",
        "warning",
        "A value longer than its item is compared with the item padded: it is never equal.",
        "correct the value, or widen the item (`refactor widen-field`)",
        condition_too_long,
        near=True,
    ),
    Rule(
        "moved-to-itself",
        "warning",
        "A MOVE of an item to itself does nothing: one of the two names is a slip, or the line is "
        "left over.",
        "name the item that is meant, or take the statement out",
        no_effect,
        near=True,
    ),
)
