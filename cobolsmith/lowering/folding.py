"""Constants that cobc 3.1.2 computes while it compiles, in 64 bits that overflow unseen.

Found by experiment: an operation of two literals, or of what came of literals before it, is folded;
the digits of its operands, brought to one scale for + and -, and those of its result are held in a
signed 64-bit integer, so that 1000000000.5 * 9300000000.5 becomes 76627968295224192.25.
A division isn't folded.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from cobolsmith.lowered import Expression, Negative, Number, Operation

if TYPE_CHECKING:
    from tree_sitter import Node

    from cobolsmith.lowering.context import Context

_LARGEST = 2**63 - 1


def operation(
    context: Context, node: Node, sign: str, left: Expression, right: Expression
) -> Operation:
    """An operation, refused where cobc folds it to a number that it is not."""
    if overflows(found := Operation(sign, left, right)):  # type: ignore[arg-type]
        raise context.refused(
            node, "a constant of more digits than the 64 bits in which cobc computes it"
        )
    return found


def overflows(of: Operation) -> bool:
    """Whether an operation is folded, and doesn't fit where cobc folds it."""
    parts = _digits(of.left), _digits(of.right)
    if of.operator == "/" or parts[0] is None or parts[1] is None:
        return False
    return any(abs(one) > _LARGEST for one in _aligned(of.operator, *parts[0], *parts[1])[0])


def constant(of: Expression) -> Decimal | None:
    """The value of an expression that cobc folds; None for any other."""
    found = _digits(of)
    return Decimal(found[0]).scaleb(-found[1]) if found is not None else None


def _digits(of: Expression) -> tuple[int, int] | None:
    """The digits of a constant as an integer, and how many of them are decimals."""
    if isinstance(of, Number):
        return _unscaled(of.number)
    if isinstance(of, Negative):
        found = _digits(of.of)
        return found and (-found[0], found[1])
    if not isinstance(of, Operation) or of.operator == "/":
        return None
    left, right = _digits(of.left), _digits(of.right)
    if left is None or right is None:
        return None
    held, scale = _aligned(of.operator, *left, *right)
    return held[-1], scale


def _unscaled(number: Decimal) -> tuple[int, int]:
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    scale = max(-exponent, 0)
    return int(number.scaleb(scale)), scale


def _aligned(
    sign: str, one: int, one_scale: int, two: int, two_scale: int
) -> tuple[tuple[int, ...], int]:
    """All integers that are held on the way to a result, that last, and its scale."""
    if sign == "*":
        return (one, two, one * two), one_scale + two_scale
    if sign == "**":
        power = max(two, 0) if two_scale == 0 else 0
        power = min(power, 64)  # as large as it gets before it can't fit
        return (one, one**power), one_scale * power
    scale = max(one_scale, two_scale)
    one, two = one * 10 ** (scale - one_scale), two * 10 ** (scale - two_scale)
    return (one, two, one + two if sign == "+" else one - two), scale
