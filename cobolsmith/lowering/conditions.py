"""Conditions: what is compared with what, and how."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from cobolsmith import dataflow
from cobolsmith.languages.cobol.conditions import ConditionError, read_condition
from cobolsmith.lowered import (
    AllOf,
    Both,
    Compare,
    Condition,
    Either,
    Expression,
    Figurative,
    Function,
    Is,
    Named,
    Not,
    Number,
    Ref,
    Switch,
    Text,
    Truth,
)
from cobolsmith.lowering.context import Context
from cobolsmith.lowering.data import meant
from cobolsmith.lowering.literals import digits
from cobolsmith.lowering.operands import expression, is_numeric
from cobolsmith.lowering.switches import classes, switches

if TYPE_CHECKING:
    from tree_sitter import Node

Terms = dict[dataflow.Term, Sequence["Node"]]
CLASSES = ("NUMERIC", "ALPHABETIC", "ALPHABETIC-LOWER", "ALPHABETIC-UPPER")
_TURNED = {"=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


def condition(context: Context, node: Node) -> Condition:
    """A `condition` node as a tree of comparisons."""
    terms: Terms = {}
    try:
        read = read_condition(context.reading, context.program, node, terms)
    except ConditionError as error:
        raise context.refused(node, f"a condition: {error.what}") from error
    return _lowered(context, node, read, terms)


def _lowered(context: Context, node: Node, read: dataflow.Condition, terms: Terms) -> Condition:
    if isinstance(read, dataflow.And):
        return Both(tuple(_lowered(context, node, one, terms) for one in read.parts))
    if isinstance(read, dataflow.Or):
        return Either(tuple(_lowered(context, node, one, terms) for one in read.parts))
    if isinstance(read, dataflow.Not):
        return Not(_lowered(context, node, read.of, terms))
    if isinstance(read, dataflow.Relation):
        left, right = (expression(context, terms[one]) for one in (read.subject, read.object))
        return compared(context, node, left, read.operator, right)
    if isinstance(read, dataflow.SignTest):
        subject = expression(context, terms[read.subject])
        operator = {"POSITIVE": ">", "NEGATIVE": "<", "ZERO": "="}[read.sign]
        return compared(context, node, subject, operator, Figurative("ZEROS"))
    if isinstance(read, dataflow.ClassTest):
        subject = expression(context, terms[read.subject])
        text = isinstance(subject, Function) and not subject.numeric
        if not isinstance(subject, Ref) and not text:
            raise context.refused(node, f"the class condition {read.name} of what is no item")
        own = classes(context.reading).get(read.name, "")
        if own:
            return Is(subject, read.name, own)
        if read.name not in CLASSES:
            raise context.refused(node, f"the class condition {read.name}")
        return Is(subject, read.name)
    return named(context, node, terms[read.term])


def named(context: Context, node: Node, nodes: Sequence[Node]) -> Condition:
    """A condition-name or a switch that stands alone."""
    word = context.reading.word(nodes[0])
    switch = switches(context.program, context.reading).get(word)
    if switch is not None and context.item(nodes[0]) is None:
        return Switch(*switch)
    if len(nodes) == 1 and nodes[0].type == "qualified_name":
        item = context.item(nodes[0])
        if item is not None and item.level == 88:
            return Named(condition_ref(context, nodes[0]))
    raise context.refused(node, f"the condition {context.text(nodes[0])}")


def condition_ref(context: Context, node: Node) -> Ref:
    """A condition-name as a place: its field, with the name's word."""
    from cobolsmith.lowering.operands import _suffixed

    owner, item, outward = context.owner(node)
    if item.level != 88 or item.parent is None:
        raise context.refused(node, f"{context.text(node)} as a condition-name")
    holder = owner.program.items[item.parent]
    found = _suffixed(context, node, owner, holder, outward)
    if not isinstance(found, Ref):
        raise context.refused(node, f"{context.text(node)} with ALL")
    word = f"{found.word}\0{item.name}"
    return Ref(found.record, word, found.form, found.at, None, None, outward)


def compared(
    context: Context, node: Node, left: Expression, operator: str, right: Expression
) -> Condition:
    """A relation whose left side is no literal; constants become what they are compared as."""
    if _is_literal(left) and not _is_literal(right):
        left, right, operator = right, left, _TURNED[operator]
    if _is_literal(left):
        return _constant(context, node, left, operator, right)
    if isinstance(right, Number) and _is_longer(context, left, right):
        # Here cobc 3.1.2 leaves the sign out, and answers the opposite of what is so.
        raise context.refused(node, f"a comparison with {right.number}")
    if isinstance(right, Number) and not is_numeric(left):
        right = Text(digits(right))
    if isinstance(right, Figurative) and right.name == "ZEROS" and is_numeric(left):
        return Compare(left, operator, right, numeric=True)  # type: ignore[arg-type]
    both = is_numeric(left) and is_numeric(right)
    return Compare(left, operator, right, numeric=both)  # type: ignore[arg-type]


def _is_longer(context: Context, left: Expression, right: Number) -> bool:
    """Whether a negative fraction has more digits before its point than an item of digits."""
    if right.number >= 0 or not right.number % 1:
        return False
    if not isinstance(left, Ref) or left.form != "zoned":
        return False
    item = meant(context.program, context.item_at(left))
    assert item.picture is not None
    return abs(right.number) >= Decimal(10) ** (item.picture.size - item.picture.scale)


def _is_literal(of: Expression) -> bool:
    return isinstance(of, Number | Text | Figurative | AllOf)


def _constant(
    context: Context, node: Node, left: Expression, operator: str, right: Expression
) -> Condition:
    if isinstance(left, Number) and isinstance(right, Number):
        one, two = left.number, right.number
        holds = {
            "=": one == two,
            "<>": one != two,
            "<": one < two,
            ">": one > two,
            "<=": one <= two,
            ">=": one >= two,
        }[operator]
        return Truth(holds)
    raise context.refused(node, "a comparison of two literals")
