"""Functions of analysis: their results have 96 digits, as GnuCOBOL's."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Context, Decimal

from .numbers import trimmed

FINE = Context(prec=120, rounding=ROUND_HALF_EVEN, Emin=-999999, Emax=999999, traps=[])
_RESULT = Context(prec=96, rounding=ROUND_HALF_EVEN, Emin=-999999, Emax=999999, traps=[])
_ZERO, _ONE = Decimal(0), Decimal(1)
_LEAST = Decimal(10) ** -125


def rounded(number: Decimal) -> Decimal:
    """A result with 96 digits."""
    return trimmed(_RESULT.plus(number)) if number.is_finite() else _ZERO


def _series(first: Decimal, following: Callable[[Decimal, int], Decimal]) -> Decimal:
    """The sum of a term and those that follow it, until they no longer count."""
    total, term, nth = first, first, 0
    while abs(term) > _LEAST:
        nth += 1
        term = following(term, nth)
        total = FINE.add(total, term)
    return total


def arctangent(number: Decimal) -> Decimal:
    """An angle by its tangent."""
    halvings = 0
    while abs(number) > Decimal("0.1"):
        root = FINE.sqrt(FINE.fma(number, number, _ONE))
        number = FINE.divide(number, 1 + root)
        halvings += 1
    square = FINE.multiply(number, -number)
    total, power, nth = number, number, 1
    while abs(power) > _LEAST:
        power, nth = FINE.multiply(power, square), nth + 2
        total = FINE.add(total, FINE.divide(power, nth))
    return FINE.multiply(total, 2**halvings)


PI = 4 * arctangent(_ONE)


def _reduced(angle: Decimal) -> Decimal:
    """An angle between -pi and pi."""
    turns = FINE.divide(angle, 2 * PI).to_integral_value(ROUND_HALF_EVEN)
    return FINE.subtract(angle, FINE.multiply(turns, 2 * PI))


def sine(angle: Decimal) -> Decimal:
    """The sine of an angle in radians."""
    near = _reduced(angle)
    square = FINE.multiply(near, -near)
    return _series(
        near, lambda term, nth: FINE.divide(FINE.multiply(term, square), 2 * nth * (2 * nth + 1))
    )


def cosine(angle: Decimal) -> Decimal:
    """The cosine of an angle in radians."""
    near = _reduced(angle)
    square = FINE.multiply(near, -near)
    return _series(
        _ONE, lambda term, nth: FINE.divide(FINE.multiply(term, square), 2 * nth * (2 * nth - 1))
    )


def tangent(angle: Decimal) -> Decimal:
    """The tangent of an angle in radians."""
    return FINE.divide(sine(angle), cosine(angle))


def arcsine(number: Decimal) -> Decimal:
    """An angle by its sine; 0 for what is no sine."""
    if abs(number) > 1:
        return _ZERO
    if abs(number) == 1:
        return number * PI / 2
    return arctangent(FINE.divide(number, FINE.sqrt(_ONE - number * number)))


def arccosine(number: Decimal) -> Decimal:
    """An angle by its cosine; 0 for what is no cosine."""
    return FINE.subtract(PI / 2, arcsine(number)) if abs(number) <= 1 else _ZERO


def logarithm(number: Decimal) -> Decimal:
    """The natural logarithm; 0 where there is none."""
    return FINE.ln(number) if number > 0 else _ZERO


def logarithm10(number: Decimal) -> Decimal:
    """The logarithm to the base 10; 0 where there is none."""
    return FINE.log10(number) if number > 0 else _ZERO


def root(number: Decimal) -> Decimal:
    """The square root; 0 where there is none."""
    return FINE.sqrt(number) if number > 0 else _ZERO
