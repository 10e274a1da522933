"""Exact decimal arithmetic as COBOL does it: sums and products keep every digit, quotients are cut.

Numbers are `Decimal`. A result that doesn't exist (a division by zero) is `NAN`: it goes through an
expression as itself, and a field refuses to take it.
"""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
    setcontext,
)
from math import isfinite

MOST_DIGITS = 38
NAN = Decimal("NaN")
EXACT = Context(prec=5000, rounding=ROUND_DOWN, Emin=-999999, Emax=999999, traps=[])
setcontext(EXACT)


class ZeroPowerError(Exception):
    """0 ** 0, which ends the run."""


TRUNCATION = ROUND_DOWN
NEAREST_AWAY = ROUND_HALF_UP
NEAREST_EVEN = ROUND_HALF_EVEN
NEAREST_TOWARD_ZERO = ROUND_HALF_DOWN
AWAY_FROM_ZERO = ROUND_UP
TOWARD_GREATER = ROUND_CEILING
TOWARD_LESSER = ROUND_FLOOR
PROHIBITED = "PROHIBITED"


def scale_of(number: Decimal) -> int:
    """Digits right of the decimal point, negative for zeros left of it."""
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def unscaled(number: Decimal, scale: int, rounding: str = ROUND_DOWN) -> int:
    """The number in units of its last digit kept: 1.25 with scale 1 is 12."""
    return int(number.scaleb(scale).to_integral_value(rounding=rounding))


def quotient(dividend: Decimal | int, divisor: Decimal | int) -> Decimal:
    """A quotient with 38 digits more than its operands have; NAN for a division by zero."""
    if type(dividend) is int and type(divisor) is int and dividend and divisor:
        shifted = abs(dividend) * 10**MOST_DIGITS // abs(divisor)
        unlike = (dividend < 0) != (divisor < 0)
        return Decimal(-shifted if unlike else shifted).scaleb(-MOST_DIGITS)
    over, under = Decimal(dividend), Decimal(divisor)
    if over.is_nan() or under.is_nan() or not under:
        return NAN
    if not over:
        return Decimal(0)
    scale = scale_of(over) - scale_of(under)
    kept = scale + MOST_DIGITS + max(-scale, 0)
    above, below = int(over.scaleb(scale_of(over))), int(under.scaleb(scale_of(under)))
    shifted = above * 10 ** (MOST_DIGITS + max(-scale, 0))
    whole = abs(shifted) // abs(below)
    return Decimal(whole if (shifted < 0) == (below < 0) else -whole).scaleb(-kept)


def trimmed(number: Decimal) -> Decimal:
    """The number without zeros at the end of its decimals; whole numbers have scale 0."""
    short = number.normalize(EXACT)
    return short.quantize(Decimal(1)) if scale_of(short) < 0 else short


def power(base: Decimal | int, exponent: Decimal | int) -> Decimal:
    """A power; NAN for a negative base with a broken exponent."""
    low, high = Decimal(base), Decimal(exponent)
    if low.is_nan() or high.is_nan():
        return NAN
    if not high and not low:
        raise ZeroPowerError("0 ** 0: COBOL stores 1 and has a size error at once")
    if not high:
        return Decimal(1)
    if not low:
        return Decimal(0)
    low, high = trimmed(low), trimmed(high)
    if high == high.to_integral_value():
        raised = trimmed(EXACT.power(low, abs(int(high))))
        return raised if high > 0 else trimmed(quotient(1, raised))
    if low < 0:
        return NAN
    fine = Context(prec=120, Emin=-999999, Emax=999999, traps=[])
    return fine.sqrt(low) if high == Decimal("0.5") else fine.power(low, high)


def from_double(number: float) -> Decimal:
    """The exact decimal of a floating-point number, 96 digits at most."""
    if not isfinite(number) or number == 0:
        return Decimal(0)
    short = Context(prec=96, rounding=ROUND_DOWN, traps=[]).create_decimal_from_float(number)
    return trimmed(short)


def to_double(number: Decimal) -> float:
    """The floating-point number nearest to zero beside a decimal, 0 beyond its range."""
    if number.is_nan() or not number:
        return 0.0
    near = float(number)
    if not isfinite(near):
        return 0.0
    if abs(from_double(near)) > abs(number):
        from math import nextafter

        near = nextafter(near, 0.0)
    return near
