"""Intrinsic functions of dates: days since 31 December 1600, and what is no date."""

from __future__ import annotations

from calendar import isleap, monthrange
from datetime import date, timedelta
from decimal import Decimal

from .arguments import Argument, number_of

_FIRST_DAY = date(1600, 12, 31)


def integer_of_date(number: Argument) -> Decimal:
    """Days since 31 December 1600 of a date yyyymmdd; 0 where it is none."""
    value = int(number_of(number))
    try:
        day = date(value // 10000, value // 100 % 100, value % 100)
    except ValueError:
        return Decimal(0)
    return Decimal(max((day - _FIRST_DAY).days, 0))


def date_of_integer(number: Argument) -> Decimal:
    """The date yyyymmdd of a number of days; 0 where there is none."""
    value = int(number_of(number))
    if not 0 < value < 3067672:
        return Decimal(0)
    return Decimal(f"{_FIRST_DAY + timedelta(value):%Y%m%d}")


def integer_of_day(number: Argument) -> Decimal:
    """Days since 31 December 1600 of a day yyyyddd; 0 where it is none."""
    value = int(number_of(number))
    year, day = divmod(value, 1000)
    if not 1601 <= year <= 9999 or not 1 <= day <= 366:
        return Decimal(0)
    found = date(year, 1, 1) + timedelta(day - 1)
    return Decimal((found - _FIRST_DAY).days) if found.year == year else Decimal(0)


def day_of_integer(number: Argument) -> Decimal:
    """The day yyyyddd of a number of days; 0 where there is none."""
    value = int(number_of(number))
    if not 0 < value < 3067672:
        return Decimal(0)
    return Decimal(f"{_FIRST_DAY + timedelta(value):%Y%j}")


def test_date_yyyymmdd(number: Argument) -> int:
    """0 for a date yyyymmdd, else which of year, month and day (1, 2, 3) is none."""
    year, rest = divmod(int(number_of(number)), 10000)
    month, day = divmod(rest, 100)
    if not 1601 <= year <= 9999:
        return 1
    if not 1 <= month <= 12:
        return 2
    return 0 if 1 <= day <= monthrange(year, month)[1] else 3


def test_day_yyyyddd(number: Argument) -> int:
    """0 for a day yyyyddd, else which of year and day (1, 2) is none."""
    year, day = divmod(int(number_of(number)), 1000)
    if not 1601 <= year <= 9999:
        return 1
    return 0 if 1 <= day <= 365 + isleap(year) else 2
