"""Intrinsic functions."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from .fields import Field, Figurative

Argument = Field | Figurative | str | int | Decimal


def _text(argument: Argument) -> str:
    if isinstance(argument, Field):
        return argument.sent().decode("latin-1")
    if isinstance(argument, Figurative):
        return argument.pattern.decode("latin-1")
    return str(argument)


def _number(argument: Argument) -> Decimal:
    return argument.value if isinstance(argument, Field) else Decimal(str(argument))


def part(text: str, start: Decimal | int, length: Decimal | int | None = None) -> str:
    """A reference modification of a function's text."""
    first = int(start) - 1
    return text[first:] if length is None else text[first : first + int(length)]


def cut(number: Decimal, scale: int) -> Decimal:
    """A number without the decimals beyond a scale."""
    return Decimal(int(number.scaleb(scale))).scaleb(-scale) if not number.is_nan() else number


def length(text: Argument) -> Decimal:
    """The number of characters."""
    return Decimal(len(_text(text)))


def upper_case(text: Argument) -> str:
    """Letters in upper case, those of ASCII."""
    return _text(text).encode("latin-1").upper().decode("latin-1")


def lower_case(text: Argument) -> str:
    """Letters in lower case, those of ASCII."""
    return _text(text).encode("latin-1").lower().decode("latin-1")


def reverse(text: Argument) -> str:
    """Characters from the last to the first."""
    return _text(text)[::-1]


def trim(text: Argument) -> str:
    """Without spaces at both ends; one space where nothing is left."""
    return _text(text).strip(" ") or " "


def concatenate(*texts: Argument) -> str:
    """Texts one behind the other."""
    return "".join(map(_text, texts))


concat = concatenate


def abs_(number: Argument) -> Decimal:
    """The number without its sign."""
    return abs(_number(number))


def max_(*numbers: Argument) -> Decimal:
    """The greatest."""
    return max(map(_number, numbers))


def min_(*numbers: Argument) -> Decimal:
    """The smallest."""
    return min(map(_number, numbers))


def sum(*numbers: Argument) -> Decimal:
    """The total."""
    total = Decimal(0)
    for number in numbers:
        total += _number(number)
    return total


def integer(number: Argument) -> Decimal:
    """The greatest whole number not above it."""
    value = _number(number)
    whole = Decimal(int(value))
    return whole - 1 if whole > value else whole


def integer_part(number: Argument) -> Decimal:
    """The whole number left of its decimal point."""
    return Decimal(int(_number(number)))


def mod(number: Argument, divisor: Argument) -> Decimal:
    """The rest, with the divisor's sign."""
    one, two = _number(number), _number(divisor)
    return one - two * integer(one / two) if two else Decimal("NaN")


def rem(number: Argument, divisor: Argument) -> Decimal:
    """The rest, with the number's sign."""
    one, two = _number(number), _number(divisor)
    return one - two * integer_part(one / two) if two else Decimal("NaN")


_FIRST_DAY = date(1600, 12, 31)


def integer_of_date(number: Argument) -> Decimal:
    """Days since 31 December 1600 of a date yyyymmdd; 0 where it is none."""
    value = int(_number(number))
    try:
        day = date(value // 10000, value // 100 % 100, value % 100)
    except ValueError:
        return Decimal(0)
    return Decimal(max((day - _FIRST_DAY).days, 0))


def date_of_integer(number: Argument) -> Decimal:
    """The date yyyymmdd of a number of days; 0 where there is none."""
    value = int(_number(number))
    if not 0 < value < 3067672:
        return Decimal(0)
    return Decimal(f"{_FIRST_DAY + timedelta(value):%Y%m%d}")


def integer_of_day(number: Argument) -> Decimal:
    """Days since 31 December 1600 of a day yyyyddd; 0 where it is none."""
    value = int(_number(number))
    year, day = divmod(value, 1000)
    if not 1601 <= year <= 9999 or not 1 <= day <= 366:
        return Decimal(0)
    found = date(year, 1, 1) + timedelta(day - 1)
    return Decimal((found - _FIRST_DAY).days) if found.year == year else Decimal(0)


def day_of_integer(number: Argument) -> Decimal:
    """The day yyyyddd of a number of days; 0 where there is none."""
    value = int(_number(number))
    if not 0 < value < 3067672:
        return Decimal(0)
    return Decimal(f"{_FIRST_DAY + timedelta(value):%Y%j}")
