"""ADD, SUBTRACT, MULTIPLY, DIVIDE, COMPUTE."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import reduce
from typing import TYPE_CHECKING, Literal

from cobolsmith.lowered import (
    Compute,
    Expression,
    Function,
    Number,
    Operation,
    Place,
    Ref,
    Register,
    Statement,
    Store,
    Temporary,
)
from cobolsmith.lowering.context import Context
from cobolsmith.lowering.corresponding import pairs
from cobolsmith.lowering.folding import operation
from cobolsmith.lowering.operands import NUMERIC, operand, target
from cobolsmith.lowering.statements import parts, phrase, phrase_block, verb
from cobolsmith.lowering.wrapping import updated
from cobolsmith.program import DataItem

if TYPE_CHECKING:
    from tree_sitter import Node

Sign = Literal["+", "-", "*", "/"]
MODES = {
    "NEAREST-AWAY-FROM-ZERO": "NEAREST_AWAY",
    "NEAREST-EVEN": "NEAREST_EVEN",
    "NEAREST-TOWARD-ZERO": "NEAREST_TOWARD_ZERO",
    "AWAY-FROM-ZERO": "AWAY_FROM_ZERO",
    "TOWARD-GREATER": "TOWARD_GREATER",
    "TOWARD-LESSER": "TOWARD_LESSER",
    "TRUNCATION": "TRUNCATION",
}


def receivers(context: Context, node: Node, *fields: str) -> Iterator[tuple[Place, str, Node]]:
    """The receivers in places of these names, each with its rounding."""
    waiting: Node | None = None
    for field, child in parts(node):
        if waiting is not None:
            _takes_decimals(context, waiting)
        if child.type == "rounded":
            if waiting is not None:
                yield target(context, waiting), _mode(context, child), waiting
            waiting = None
        elif field:
            if waiting is not None:
                yield target(context, waiting), "", waiting
            waiting = child if field in fields else None
    if waiting is not None:
        _takes_decimals(context, waiting)
        yield target(context, waiting), "", waiting


def _takes_decimals(context: Context, node: Node) -> None:
    """Refuse a receiver whose PICTURE has floating symbols right of its decimal point: cobc
    doesn't count them as digits when it computes, but does when it edits."""
    item = context.item(node)
    if item is None or item.picture is None or item.picture.category != "numeric-edited":
        return
    point = "," if context.reading.decimal_comma else "."
    right = item.picture.text.partition(point)[2] or item.picture.text.partition("V")[2]
    if any(right.count(one) > 1 or f"{one}(" in right for one in ("+", "-", "$")):
        raise context.refused(node, f"arithmetic into {item.name}, {item.picture.text}")


def _mode(context: Context, node: Node) -> str:
    mode = node.child_by_field_name("mode")
    word = context.reading.word(mode) if mode is not None else "NEAREST-AWAY-FROM-ZERO"
    if word not in MODES:
        raise context.refused(node, f"ROUNDED MODE {word}")
    return MODES[word]


def _operands(context: Context, node: Node, field: str) -> list[Expression]:
    return [number(context, one) for one in node.children_by_field_name(field)]


def number(context: Context, node: Node) -> Expression:
    """An operand that must be a number."""
    found = operand(context, node)
    figurative = getattr(found, "name", "")
    if figurative == "ZEROS":
        return Number(Decimal(0))
    if isinstance(found, Ref) and (found.form not in NUMERIC or found.start is not None):
        raise context.refused(node, f"{context.text(node)}, which is no number, in arithmetic")
    return found


def _total(context: Context, node: Node, operands: Sequence[Expression]) -> Expression:
    return reduce(lambda left, right: operation(context, node, "+", left, right), operands)


def _finished(
    context: Context,
    node: Node,
    stores: Sequence[Store],
    before: Sequence[tuple[Temporary, Expression]] = (),
) -> list[Statement]:
    checked = _is_checked(node)
    on_error = phrase_block(context, node, "size_error_phrase")
    otherwise = phrase_block(context, node, "not_size_error_phrase")
    return [Compute(tuple(stores), tuple(before), checked, on_error, otherwise)]


def _is_checked(node: Node) -> bool:
    return any(phrase(node, kind) for kind in ("size_error_phrase", "not_size_error_phrase"))


def _once(
    context: Context, value: Expression, count: int
) -> tuple[Expression, list[tuple[Temporary, Expression]]]:
    """A value for several receivers, computed once."""
    if count < 2 or isinstance(value, Number):
        return value, []
    return _kept(context, value)


def _kept(
    context: Context, value: Expression
) -> tuple[Expression, list[tuple[Temporary, Expression]]]:
    context.temporaries += 1
    temporary = Temporary(f"RESULT-{context.temporaries}")
    return temporary, [(temporary, value)]


def _updated(
    context: Context, node: Node, sign: Sign, field: str, value: Expression
) -> list[Statement]:
    """`receiver = receiver sign value` for each receiver."""
    found = list(receivers(context, node, field))
    before: list[tuple[Temporary, Expression]] = []
    if not isinstance(value, Ref | Register):
        value, before = _once(context, value, len(found))
    checked = _is_checked(node)
    stores = [
        Store(one, updated(context, one, sign, value, bool(mode) or checked), mode)
        for one, mode, _ in found
    ]
    return _finished(context, node, stores, before)


def _given(context: Context, node: Node, value: Expression) -> list[Statement]:
    """`receiver = value` for each receiver after GIVING."""
    found = list(receivers(context, node, "giving"))
    value, before = _once(context, value, len(found))
    return _finished(context, node, [Store(one, value, mode) for one, mode, _ in found], before)


@verb("add")
def add(context: Context, node: Node) -> Sequence[Statement]:
    """ADD a b TO c; ADD a b [TO c] GIVING d; ADD CORRESPONDING."""
    if "CORR" in context.words(node):
        return _corresponding(context, node, "+", "to")
    operands = _operands(context, node, "operand")
    if node.child_by_field_name("giving") is None:
        return _updated(context, node, "+", "to", _total(context, node, operands))
    return _given(
        context, node, _total(context, node, [*operands, *_operands(context, node, "to")])
    )


@verb("subtract")
def subtract(context: Context, node: Node) -> Sequence[Statement]:
    """SUBTRACT a b FROM c; SUBTRACT a b FROM c GIVING d; SUBTRACT CORRESPONDING."""
    if "CORR" in context.words(node):
        return _corresponding(context, node, "-", "from")
    total = _total(context, node, _operands(context, node, "operand"))
    if node.child_by_field_name("giving") is None:
        return _updated(context, node, "-", "from", total)
    (start,) = _operands(context, node, "from")
    return _given(context, node, operation(context, node, "-", start, total))


@verb("multiply")
def multiply(context: Context, node: Node) -> Sequence[Statement]:
    """MULTIPLY a BY b; MULTIPLY a BY b GIVING c."""
    (factor,) = _operands(context, node, "operand")
    if node.child_by_field_name("giving") is None:
        return _updated(context, node, "*", "by", factor)
    (other,) = _operands(context, node, "by")
    return _given(context, node, operation(context, node, "*", factor, other))


@verb("divide")
def divide(context: Context, node: Node) -> Sequence[Statement]:
    """DIVIDE a INTO b; DIVIDE a INTO b GIVING c; DIVIDE a BY b GIVING c; REMAINDER."""
    (first,) = _operands(context, node, "operand")
    if node.child_by_field_name("giving") is None:
        return _updated(context, node, "/", "into", first)
    by = node.child_by_field_name("by")
    if by is not None:
        over, under = first, number(context, by)
    else:
        (over,) = _operands(context, node, "into")
        under = first
    if node.child_by_field_name("remainder") is None:
        return _given(context, node, Operation("/", over, under))
    return _remainder(context, node, over, under)


def _remainder(
    context: Context, node: Node, over: Expression, under: Expression
) -> list[Statement]:
    """The remainder is of the quotient as its receiver holds it, before rounding."""
    ((giving, mode, where),) = receivers(context, node, "giving")
    ((rest, rest_mode, _),) = receivers(context, node, "remainder")
    over, before = _kept(context, over)
    under, more = _kept(context, under)
    result, quotient = _kept(context, Operation("/", over, under))
    item = context.item(where)
    scale = item.picture.scale if isinstance(item, DataItem) and item.picture else 0
    whole = Function("CUT", (result, Number(Decimal(scale))), True)
    left = Operation("-", over, Operation("*", whole, under))
    stores = [Store(giving, result, mode), Store(rest, left, rest_mode)]
    return _finished(context, node, stores, [*before, *more, *quotient])


@verb("compute")
def compute(context: Context, node: Node) -> Sequence[Statement]:
    """COMPUTE a b = expression."""
    value = node.child_by_field_name("value")
    assert value is not None
    found = list(receivers(context, node, "target"))
    result, before = _once(context, number(context, value), len(found))
    return _finished(context, node, [Store(one, result, mode) for one, mode, _ in found], before)


def _corresponding(context: Context, node: Node, sign: Sign, field: str) -> list[Statement]:
    (source,) = node.children_by_field_name("operand")
    ((_, mode, other),) = receivers(context, node, field)
    checked = _is_checked(node)
    stores = [
        Store(into, updated(context, into, sign, out, bool(mode) or checked), mode)
        for out, into in pairs(context, source, other, numbers=True)
    ]
    return _finished(context, node, stores)
