"""SEARCH and SEARCH ALL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from cobolsmith.lowered import (
    Asked,
    Block,
    Both,
    Compare,
    Compute,
    Condition,
    Either,
    Expression,
    If,
    Named,
    Number,
    Operation,
    Ref,
    Run,
    Statement,
    Step,
    Store,
    While,
)
from cobolsmith.lowering.conditions import condition
from cobolsmith.lowering.context import Context
from cobolsmith.lowering.literals import literal
from cobolsmith.lowering.operands import is_numeric, target
from cobolsmith.lowering.statements import block, phrase_block, verb
from cobolsmith.program import DataItem

if TYPE_CHECKING:
    from tree_sitter import Node


@verb("search")
def search(context: Context, node: Node) -> Sequence[Statement]:
    """SEARCH from where the index stands; SEARCH ALL by halves."""
    table = node.child_by_field_name("table")
    assert table is not None
    owner, item, outward = context.owner(table)
    if item.occurs is None or not item.occurs.indexes:
        raise context.refused(node, f"SEARCH {item.name}, which has no index")
    count = _count(owner, item, outward)
    index = _index(owner, item.occurs.indexes[0], outward)
    whens = [
        (_tested(context, one), block(context, one.child_by_field_name("body")))
        for one in node.children_by_field_name("when")
    ]
    at_end = phrase_block(context, node, "at_end_phrase")
    if "ALL" in context.words(node):
        return [_by_halves(context, node, item, index, count, whens[0], at_end)]
    varying = node.child_by_field_name("varying")
    steps: list[Statement] = [_next(index)]
    if varying is not None:
        other = target(context, varying)
        if isinstance(other, Ref) and other.record in item.occurs.indexes:
            index = other
            steps = [_next(index)]
        else:
            steps.append(_next(other))
    beyond = Compare(index, ">", count, numeric=True)
    ends = Either((beyond, *(test for test, _ in whens)))
    found: Block = ()
    for test, body in reversed(whens):
        found = (If(test, body, found),)
    return [While(ends, tuple(steps)), If(beyond, at_end, found)]


def _tested(context: Context, when: Node) -> Condition:
    (selection,) = when.children_by_field_name("selection")
    return condition(context, selection)


def _next(place: Expression) -> Statement:
    assert isinstance(place, Ref)
    return Compute((Store(place, Operation("+", place, Number(Decimal(1)))),))


def _index(owner: Context, name: str, outward: int) -> Ref:
    item = owner.program.resolve(name)
    assert isinstance(item, DataItem)
    return owner.ref(item, outward)


def _count(owner: Context, item: DataItem, outward: int) -> Expression:
    assert item.occurs is not None
    depending = item.occurs.depending
    if depending is None:
        return Number(Decimal(item.occurs.maximum))
    found = owner.program.resolve(depending.name, depending.qualifiers)
    assert isinstance(found, DataItem)
    return owner.ref(found, outward)


def _by_halves(
    context: Context,
    node: Node,
    item: DataItem,
    index: Ref,
    count: Expression,
    when: tuple[Condition, Block],
    at_end: Block,
) -> Statement:
    """The middle of what is left is looked at; `before` says that its keys come first."""
    test, body = when
    parts = test.parts if isinstance(test, Both) else (test,)
    orders = _orders(item)
    before: list[Condition] = []
    for position, part in enumerate(parts):
        if isinstance(part, Named):
            part = _spelt(context, node, part)
        if not isinstance(part, Compare) or part.operator != "=":
            raise context.refused(node, "SEARCH ALL with another condition than equality")
        rising, less = _rising(part, orders), part
        if rising is None:
            less = Compare(part.right, "=", part.left, part.numeric)
            rising = _rising(less, orders)
        if rising is None:
            raise context.refused(node, "SEARCH ALL on an item that is no key")
        sign = "<" if rising else ">"
        first = Compare(less.left, sign, less.right, less.numeric)  # type: ignore[arg-type]
        before.append(Both((*parts[:position], first)) if position else first)
    ahead = before[0] if len(before) == 1 else Either(tuple(before))
    run = Run("", (Step("search_all", (index, count, test, ahead)),))
    return If(Asked(run), body, at_end)


def _spelt(context: Context, node: Node, part: Named) -> Compare:
    """A condition-name of one value as the comparison it stands for."""
    word, _, name = part.of.word.partition("\0")
    items = [
        item
        for item in context.program.items
        if item.level == 88
        and item.name == name
        and item.parent is not None
        and context.places[item.parent][:2] == (part.of.record, word)
    ]
    values = items[0].values if items else ()
    value = literal(values[0]) if len(values) == 1 and isinstance(values[0], str) else None
    if value is None:
        raise context.refused(node, "SEARCH ALL with a condition-name of several values")
    of = replace(part.of, word=word)
    return Compare(of, "=", value, is_numeric(of) and is_numeric(value))


def _orders(item: DataItem) -> dict[str, bool]:
    assert item.occurs is not None
    return {name.split()[0]: order == "ASCENDING" for order, name in item.occurs.keys}


def _rising(part: Compare, orders: dict[str, bool]) -> bool | None:
    """Whether the key on the left side of a comparison is ascending; None where it is no key."""
    if not isinstance(part.left, Ref):
        return None
    return orders.get(part.left.word.partition("-OF-")[0])
