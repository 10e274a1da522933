"""Numbers: receivers that are too small, digits that aren't there, years of two digits."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cobolsmith.dataflow import Relation, parts
from cobolsmith.items import DataItem
from cobolsmith.rules.rule import Found, Listing, Rule

_SPACES = ("SPACE", "SPACES")
_DECIMAL = ("DISPLAY", "PACKED-DECIMAL")
_ARITHMETIC = frozenset(("ADD", "SUBTRACT", "MULTIPLY", "DIVIDE", "COMPUTE"))
_YEAR = re.compile(r"(?:^|-)(?:YY|YR|YEAR)$")
_ORDER = ("<", ">", "<=", ">=")


def too_small(listing: Listing) -> Iterator[Found]:
    """ADD, SUBTRACT and COMPUTE of one item into one with fewer digits, without ON SIZE ERROR."""
    for said in listing.statements("add_statement", "subtract_statement", "compute_statement"):
        statement = said.statement
        kinds = {child.type for child in statement.node.children}
        if "size_error_phrase" in kinds or statement.broken:
            continue
        senders = statement.at("operand", "value")
        if len(senders) != 1 or senders[0].kind != "name" or statement.at("giving"):
            continue
        whole = listing.text(senders[0].node)
        value = statement.node.child_by_field_name("value")
        if value is not None and listing.text(value) != whole:
            continue  # part of an expression
        for operand in statement.at("to", "from", "target"):
            sender, receiver = listing.item(senders[0]), listing.item(operand)
            digits = (_room(sender), _room(receiver))
            if sender and receiver and 0 < digits[1] < digits[0]:
                what = (
                    f"{receiver.name} has {digits[1]} digits before the point, {sender.name} "
                    f"{digits[0]}, and no ON SIZE ERROR"
                )
                yield Found(listing.origin(statement.node), what)


def _room(item: DataItem | None) -> int:
    """Digits before the decimal point of a decimal item; 0 for any other."""
    if item is None or item.picture is None or item.picture.category != "numeric":
        return 0
    return item.picture.digits - item.picture.scale if item.usage in _DECIMAL else 0


def spaces_in_number(listing: Listing) -> Iterator[Found]:
    """Numbers that get blanks by a MOVE of SPACES to their group, that arithmetic then uses, and
    that nothing else gives a value."""
    program = listing.program
    if not listing.usable:
        return
    blanked: dict[int, str] = {}
    for said in listing.statements("move_statement"):
        senders = said.statement.at("from")
        text = listing.text(senders[0].node) if len(senders) == 1 else ""
        for operand in said.statement.at("to") if text in _SPACES else ():
            group = listing.item(operand)
            if group is not None and group.is_group and ":" not in listing.text(operand.node):
                for one in program.below(group.index):
                    if _room(one) and one.level != 88:
                        blanked.setdefault(one.index, group.name)
    told: set[int] = set()
    for use in program.flow.uses:
        wanted = use.role == "reads" and use.verb in _ARITHMETIC and use.item in blanked
        if wanted and not use.owner and use.item not in told and not _filled(listing, use.item):
            told.add(use.item)
            name = program.items[use.item].name
            what = f"{name} holds the blanks that MOVE SPACES TO {blanked[use.item]} put there"
            yield Found(use.origin, what)


def _filled(listing: Listing, index: int) -> bool:
    """Whether anything but MOVE SPACES and arithmetic on itself gives an item a value."""
    program = listing.program
    record = program.record(index)
    if record.section not in ("WORKING-STORAGE", "LOCAL-STORAGE") or record.external:
        return True
    near = listing.named(index)
    names = {program.items[one].name for one in near}
    if names & listing.executed:
        return True
    blanking = {
        (move.origin, move.receiver)
        for move in program.flow.moves
        if move.sender is None and move.literal.upper() in _SPACES
    }
    for use in program.flow.uses:
        if use.item not in near or use.role in ("reads", "compares", "tests", "shows", "lengths"):
            continue
        spaces = use.verb == "MOVE" and any(
            receiver == use.item and _within(origin.span, use.origin.span)
            for origin, receiver in blanking
        )
        if not spaces and not (use.item == index and use.verb in _ARITHMETIC):
            return True
    return False


def _within(outer: tuple[int, int], inner: tuple[int, int]) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def two_digit_years(listing: Listing) -> Iterator[Found]:
    """Two years of two digits compared for order."""
    for _, condition in listing.conditions:
        for one in parts(condition):
            if not isinstance(one, Relation) or one.operator not in _ORDER:
                continue
            items = (one.subject.item, one.object.item)
            if all(index is not None and _is_year(listing, index) for index in items):
                what = f"{one.subject.text} and {one.object.text} are years of two digits"
                yield Found(one.origin, what)


def _is_year(listing: Listing, index: int) -> bool:
    item = listing.program.items[index]
    return _room(item) == 2 and _YEAR.search(item.name) is not None


RULES = (
    Rule(
        "receiver-too-small",
        "warning",
        "Without ON SIZE ERROR the digits that don't fit are dropped, the highest first.",
        "`refactor exception-phrases`, or widen the receiver (`refactor widen-field`)",
        too_small,
    ),
    Rule(
        "spaces-in-number",
        "error",
        "Blanks are no digits: arithmetic with them ends in a data exception (S0C7) or in a chance "
        "result.",
        "INITIALIZE the group instead, or `refactor numeric-guard`",
        spaces_in_number,
    ),
    Rule(
        "two-digit-year",
        "warning",
        "Of two years of two digits the later century's is the smaller: 03 comes before 99.",
        "`refactor window-year` compares by a window of 100 years; or store the century",
        two_digit_years,
    ),
)
