"""ADD to and SUBTRACT from unsigned items that hold any of their bits: below zero they wrap around.

Found by experiment with cobc 3.1.2: an integer of at most nine digits (four bytes, if binary) is
added to or subtracted from a COMP-5 or COMP-X integer in the machine's own arithmetic, unless the
statement rounds or has SIZE ERROR. Any other way (COMPUTE, GIVING, larger operands) the item is
given the number without its sign.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from cobolsmith.lowered import (
    Expression,
    Function,
    Integer,
    Number,
    Operation,
    Place,
    Ref,
    Register,
)
from cobolsmith.lowering.context import Context
from cobolsmith.lowering.data import is_signed
from cobolsmith.lowering.folding import constant
from cobolsmith.program import DataItem

DIGITS, BYTES = 9, 4
"""What fits in the machine's integer: digits of a decimal item, bytes of a binary one."""
_WHOLE = ("COMP-5", "COMP-X", "COMP-N", "BINARY-CHAR", "BINARY-SHORT", "BINARY-LONG")
_LARGEST = 2**31


def updated(
    context: Context,
    place: Place,
    sign: Literal["+", "-", "*", "/"],
    value: Expression,
    careful: bool,
) -> Expression:
    """What a place becomes by an ADD or SUBTRACT; `careful` where that rounds or checks its
    size."""
    if careful or sign in "*/" or not _fits(context, value):
        return Operation(sign, place, value)
    binary = isinstance(place, Ref) and place.form == "binary" and place.start is None
    item = context.item_at(place) if isinstance(place, Ref) and binary else None
    whole = item is not None and item.usage in (*_WHOLE, "BINARY-DOUBLE")
    if isinstance(value, Ref) and value.form in ("zoned", "packed") and (whole or not binary):
        found = Operation(sign, place, Integer(value))
    else:
        found = Operation(sign, place, value)
    if item is None or not whole or is_signed(item) or scale(item):
        return found
    if not _may_lower(context, sign, value):
        return found
    return Function("MOD", (found, Number(Decimal(256**item.length))), True)


def _fits(context: Context, value: Expression) -> bool:
    """Whether cobc takes a value for an integer of the machine's."""
    if isinstance(value, Register):
        return True
    if isinstance(value, Ref):
        item = context.item_at(value)
        if value.start is not None or scale(item) > 0:
            return False
        if value.form == "binary":
            return item.length <= BYTES
        digits = item.length if value.form == "zoned" else item.picture.size if item.picture else 0
        return value.form == "index" or (value.form in ("zoned", "packed") and digits <= DIGITS)
    number = constant(value)
    return number is not None and number == int(number) and abs(number) < _LARGEST


def _may_lower(context: Context, sign: str, value: Expression) -> bool:
    """Whether an ADD or SUBTRACT can make an item less than it was."""
    number = constant(value)
    if number is not None:
        return number < 0 if sign == "+" else number > 0
    if isinstance(value, Ref) and sign == "+":
        return is_signed(context.item_at(value))
    return True


def scale(item: DataItem) -> int:
    """The decimals of an item."""
    return item.picture.scale if item.picture else 0
