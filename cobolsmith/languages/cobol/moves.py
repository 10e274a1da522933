"""Where values go: from senders to receivers, statement by statement (ISO/IEC 1989:2014 14.9)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cobolsmith.dataflow import Move
from cobolsmith.languages.cobol.statements import Operand, Statement
from cobolsmith.languages.cobol.uses import Uses
from cobolsmith.program import DataItem, Program

Way = tuple[Operand | DataItem | str | None, Operand | DataItem, bool]
"""Sender (an operand, an item, a literal, or None for what comes from outside), receiver, and
whether the value is computed on the way."""


def moves(uses: Uses, statement: Statement, procedure: int | None) -> Iterator[Move]:
    """The moves of a statement; what comes from an unknown name comes from outside."""
    ways = _WAYS.get(statement.kind)
    if ways is None:
        return
    origin = None
    for sender, receiver, computed in ways(uses, statement):
        to = _item(uses, receiver)
        if to is None:
            continue
        origin = origin or uses.reading.origin(statement.node)
        index, owner, literal = None, "", ""
        if isinstance(sender, str):
            literal = sender
        elif isinstance(sender, Operand) and sender.kind == "literal":
            literal = uses.reading.tree.text(sender.node)
        elif sender is not None and (found := _item(uses, sender)) is not None:
            owner, index = found[0], found[1].index
        yield Move(
            index, to[1].index, origin, statement.verb, procedure, literal, computed, owner, to[0]
        )


def _item(uses: Uses, one: Operand | DataItem) -> tuple[str, DataItem] | None:
    return uses.item(one) if isinstance(one, Operand) else ("", one)


def _values(statement: Statement, *fields: str) -> list[Operand]:
    """The operands whose value goes into these places, those of functions in them too."""
    return [
        one
        for one in statement.operands
        if one.field in fields
        and one.kind in ("name", "literal")
        and one.inside in ("", "argument")
    ]


def _move(uses: Uses, statement: Statement) -> Iterator[Way]:
    senders = _values(statement, "from")
    made = any(one.kind == "function" for one in statement.operands if one.field == "from")
    for receiver in statement.at("to"):
        for sender in senders:
            if "CORR" in statement.words:
                yield from _corresponding(uses, sender, receiver, computed=False)
            else:
                yield sender, receiver, made or bool(sender.inside)


def _corresponding(
    uses: Uses, sender: Operand, receiver: Operand, *, computed: bool
) -> Iterator[Way]:
    one, two = uses.item(sender), uses.item(receiver)
    if one and two and not one[0] and not two[0]:
        for a, b in corresponding(uses.program, one[1], two[1]):
            yield a, b, computed


def corresponding(
    program: Program, one: DataItem, two: DataItem
) -> Iterator[tuple[DataItem, DataItem]]:
    """The pairs of MOVE, ADD or SUBTRACT CORRESPONDING: same names under both groups, at least one
    of each elementary, none with OCCURS, REDEFINES or usage INDEX (14.7.5)."""
    others = {item.name: item for item in program.children(two) if _corresponds(item)}
    for item in program.children(one):
        other = others.get(item.name)
        if other is None or not _corresponds(item):
            continue
        if item.children and other.children:
            yield from corresponding(program, item, other)
        else:
            yield item, other


def _corresponds(item: DataItem) -> bool:
    return bool(item.name) and not item.occurs and item.redefines is None and item.usage != "INDEX"


def _arithmetic(uses: Uses, statement: Statement) -> Iterator[Way]:
    giving = statement.at("giving")
    receivers = giving or statement.at("to", "from", "by", "into")
    senders = _values(statement, "operand")
    if giving:
        senders += _values(statement, "to", "from", "by", "into")
    for receiver in (*receivers, *statement.at("remainder")):
        for sender in senders:
            if "CORR" in statement.words:
                yield from _corresponding(uses, sender, receiver, computed=True)
            elif sender.kind == "name":
                yield sender, receiver, True


def _compute(uses: Uses, statement: Statement) -> Iterator[Way]:
    senders = _values(statement, "value")
    alone = len(senders) == 1 and not senders[0].inside
    parent = senders[0].node.parent if alone else None
    direct = parent is not None and parent.type == "compute_statement"
    for receiver in statement.at("target"):
        for sender in senders:
            if direct or sender.kind == "name":
                yield sender, receiver, not direct


def _string(uses: Uses, statement: Statement) -> Iterator[Way]:
    for receiver in statement.at("into"):
        for sender in _values(statement, "from"):
            yield sender, receiver, True


def _initialize(uses: Uses, statement: Statement) -> Iterator[Way]:
    for receiver in statement.at("target"):
        values = _values(statement, "value")
        for sender in values:
            yield sender, receiver, True
        if not values:
            yield None, receiver, True


def _set(uses: Uses, statement: Statement) -> Iterator[Way]:
    """SET targets TO value, group by group; a condition-name sets its item to its own value."""
    targets: list[Operand] = []
    for operand in statement.operands:
        if operand.inside in ("subscript", "argument"):
            continue
        if operand.field == "target":
            targets = targets if targets and _joined(statement, targets[-1], operand) else []
            targets.append(operand)
        elif operand.field == "value" and operand.kind == "word":
            for target in targets:
                yield from _condition(uses, target, operand.name)
        elif operand.field in ("value", "up_by", "down_by") and operand.kind in ("name", "literal"):
            for target in targets:
                yield operand, target, operand.field != "value"


def _joined(statement: Statement, one: Operand, two: Operand) -> bool:
    """Whether two targets stand before the same TO: no value lies between them."""
    return not any(
        one.node.end_byte <= other.node.start_byte < two.node.start_byte
        for other in statement.operands
        if other.field in ("value", "up_by", "down_by")
    )


def _condition(uses: Uses, target: Operand, word: str) -> Iterator[Way]:
    found = uses.item(target)
    if found is None or found[1].level != 88 or found[1].parent is None or found[0]:
        return
    item = found[1]
    assert item.parent is not None
    holder = uses.program.items[item.parent]
    value = item.values[0] if item.values and word == "TRUE" else item.false_value
    if value is not None:
        yield value if isinstance(value, str) else value[0], holder, False


def _read(uses: Uses, statement: Statement) -> Iterator[Way]:
    for file in statement.at("file"):
        entry = uses.program.file(file.name)
        if entry is not None and entry.records and entry in uses.program.files:
            for receiver in statement.at("into"):
                yield uses.program.items[entry.records[0]], receiver, False


def _write(uses: Uses, statement: Statement) -> Iterator[Way]:
    for receiver in statement.at("record"):
        for sender in _values(statement, "from"):
            yield sender, receiver, False


def _accept(uses: Uses, statement: Statement) -> Iterator[Way]:
    for receiver in statement.at("target"):
        yield None, receiver, False


def _varying(uses: Uses, statement: Statement) -> Iterator[Way]:
    """FROM and BY go to the index of the same VARYING or AFTER."""
    for index in statement.at("index"):
        for sender in statement.operands:
            here = sender.phrase == index.phrase and sender.field in ("from", "by")
            if here and sender.kind in ("name", "literal"):
                yield sender, index, sender.field == "by"


_WAYS: dict[str, Callable[[Uses, Statement], Iterator[Way]]] = {
    "move_statement": _move,
    "compute_statement": _compute,
    **dict.fromkeys(
        ("add_statement", "subtract_statement", "multiply_statement", "divide_statement"),
        _arithmetic,
    ),
    "string_statement": _string,
    "unstring_statement": _string,
    "initialize_statement": _initialize,
    "set_statement": _set,
    "read_statement": _read,
    "return_statement": _read,
    "write_statement": _write,
    "rewrite_statement": _write,
    "release_statement": _write,
    "accept_statement": _accept,
    "perform_statement": _varying,
}
