"""Intrinsic functions."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

from . import analysis
from .arguments import Argument, number_of, text_of
from .console import now
from .dates import date_of_integer as date_of_integer
from .dates import day_of_integer as day_of_integer
from .dates import integer_of_date as integer_of_date
from .dates import integer_of_day as integer_of_day
from .dates import test_date_yyyymmdd as test_date_yyyymmdd
from .dates import test_day_yyyyddd as test_day_yyyyddd
from .editing import signs
from .fields import compare
from .numbers import from_double, power, quotient, trimmed
from .spelling import odd_place, spelt


def part(text: str, start: Decimal | int, length: Decimal | int | None = None) -> str:
    """A reference modification of a function's text."""
    first = int(start) - 1
    return text[first:] if length is None else text[first : first + int(length)]


def cut(number: Decimal, scale: int) -> Decimal:
    """A number without the decimals beyond a scale."""
    return Decimal(int(number.scaleb(scale))).scaleb(-scale) if not number.is_nan() else number


def length(text: Argument) -> Decimal:
    """The number of characters."""
    return Decimal(len(text_of(text)))


def upper_case(text: Argument) -> str:
    """Letters in upper case, those of ASCII."""
    return text_of(text).encode("latin-1").upper().decode("latin-1")


def lower_case(text: Argument) -> str:
    """Letters in lower case, those of ASCII."""
    return text_of(text).encode("latin-1").lower().decode("latin-1")


def reverse(text: Argument) -> str:
    """Characters from the last to the first."""
    return text_of(text)[::-1]


def trim(text: Argument) -> str:
    """Without spaces at both ends; spaces alone leave nothing."""
    return text_of(text).strip(" ")


def trim_leading(text: Argument) -> str:
    """Without spaces before the text; spaces alone leave nothing."""
    return text_of(text).lstrip(" ")


def trim_trailing(text: Argument) -> str:
    """Without spaces behind the text; spaces alone leave nothing."""
    return text_of(text).rstrip(" ")


def shown(number: Decimal, digits: int = 0) -> str:
    """A function's number as DISPLAY shows it: on nine digits, twenty, or as many as it has; or on
    so many."""
    whole, _, decimals = f"{abs(number):f}".partition(".")
    decimals = decimals.rstrip("0")
    bits = int(whole + decimals).bit_length() + (number < 0)
    fitting = 9 if bits < 33 and len(decimals) < 10 else 20 if bits < 65 else 0
    width = digits or fitting
    text = whole.lstrip("0").rjust(width - len(decimals), "0")
    point = signs().point if decimals else ""
    return f"{'-' * (number < 0)}{text}{point}{decimals}"


def when_compiled() -> str:
    """When this translation was made, as CURRENT-DATE shows a moment."""
    made = datetime.fromtimestamp(Path(__file__).stat().st_mtime).astimezone()
    return f"{made:%Y%m%d%H%M%S}00{made:%z}"


def concatenate(*texts: Argument) -> str:
    """Texts one behind the other."""
    return "".join(map(text_of, texts))


concat = concatenate


def abs_(number: Argument) -> Decimal:
    """The number without its sign."""
    return abs(number_of(number))


def greatest(*texts: Argument) -> str:
    """The greatest of texts."""
    found = texts[0]
    for one in texts[1:]:
        found = one if compare(one, found) > 0 else found
    return text_of(found)


def least(*texts: Argument) -> str:
    """The least of texts."""
    found = texts[0]
    for one in texts[1:]:
        found = one if compare(one, found) < 0 else found
    return text_of(found)


def ord_max(*arguments: Argument) -> Decimal:
    """The place of the greatest argument, the first one where several are."""
    found = 0
    for at, one in enumerate(arguments):
        found = at if compare(one, arguments[found]) > 0 else found
    return Decimal(found + 1)


def ord_min(*arguments: Argument) -> Decimal:
    """The place of the least argument, the first one where several are."""
    found = 0
    for at, one in enumerate(arguments):
        found = at if compare(one, arguments[found]) < 0 else found
    return Decimal(found + 1)


def char(number: Argument) -> str:
    """The character at a place of the collating sequence, counted from 1."""
    place = int(number_of(number))
    return chr(place - 1) if 1 <= place <= 256 else "\0"


def ord_(text: Argument) -> Decimal:
    """The place of a character in the collating sequence, counted from 1."""
    return Decimal(ord(text_of(text)[0]) + 1)


def max_(*numbers: Argument) -> Decimal:
    """The greatest."""
    return max(map(number_of, numbers))


def min_(*numbers: Argument) -> Decimal:
    """The smallest."""
    return min(map(number_of, numbers))


def sum_(*numbers: Argument) -> Decimal:
    """The total."""
    total = Decimal(0)
    for number in numbers:
        total += number_of(number)
    return total


def integer(number: Argument) -> Decimal:
    """The greatest whole number not above it."""
    value = number_of(number)
    whole = Decimal(int(value))
    return whole - 1 if whole > value else whole


def integer_part(number: Argument) -> Decimal:
    """The whole number left of its decimal point."""
    return Decimal(int(number_of(number)))


def mod(number: Argument, divisor: Argument) -> Decimal:
    """The rest, with the divisor's sign."""
    one, two = number_of(number), number_of(divisor)
    return one - two * integer(one / two) if two else Decimal("NaN")


def rem(number: Argument, divisor: Argument) -> Decimal:
    """The rest, with the number's sign."""
    one, two = number_of(number), number_of(divisor)
    return one - two * integer_part(one / two) if two else Decimal("NaN")


def current_date() -> str:
    """Date, time to the hundredth of a second, and difference to UTC."""
    moment = now().astimezone()
    return f"{moment:%Y%m%d%H%M%S}{moment.microsecond // 10000:02}{moment:%z}"


# --- Numbers in texts ---


def numval(text: Argument) -> Decimal:
    """The number that a text spells; 0 where it spells none."""
    return spelt(text_of(text))


def numval_c(text: Argument, currency: Argument | None = None) -> Decimal:
    """The number that a text with currency signs and commas spells; 0 where it spells none."""
    sign = signs().currency if currency is None else text_of(currency).strip(" ")
    comma = signs().comma
    return spelt(text_of(text).replace(sign, "", 1).replace(comma, ""))


def test_numval(text: Argument) -> int:
    """0 where a text spells a number, else where its first character is that doesn't belong."""
    return odd_place(text_of(text))


# --- Analysis ---


def acos(number: Argument) -> Decimal:
    """The angle of a cosine, in radians."""
    return analysis.rounded(analysis.arccosine(number_of(number)))


def asin(number: Argument) -> Decimal:
    """The angle of a sine, in radians."""
    return analysis.rounded(analysis.arcsine(number_of(number)))


def atan(number: Argument) -> Decimal:
    """The angle of a tangent, in radians."""
    return analysis.rounded(analysis.arctangent(number_of(number)))


def cos(number: Argument) -> Decimal:
    """The cosine of an angle in radians."""
    return analysis.rounded(analysis.cosine(number_of(number)))


def sin(number: Argument) -> Decimal:
    """The sine of an angle in radians."""
    return analysis.rounded(analysis.sine(number_of(number)))


def tan(number: Argument) -> Decimal:
    """The tangent of an angle in radians."""
    return analysis.rounded(analysis.tangent(number_of(number)))


def log(number: Argument) -> Decimal:
    """The natural logarithm."""
    return analysis.rounded(analysis.logarithm(number_of(number)))


def log10(number: Argument) -> Decimal:
    """The logarithm to the base 10."""
    return analysis.rounded(analysis.logarithm10(number_of(number)))


def sqrt(number: Argument) -> Decimal:
    """The square root."""
    return analysis.rounded(analysis.root(number_of(number)))


def factorial(number: Argument) -> Decimal:
    """The product of the whole numbers up to this one."""
    found = Decimal(1)
    for one in range(2, int(number_of(number)) + 1):
        found *= one
    return found


# --- Chance ---

_STATE: list[int] = []


def random(seed: Argument | None = None) -> Decimal:
    """A number from 0 up to 1, the next of the row that a seed begins; the row is that of the
    GNU C library's `rand`."""
    if seed is not None or not _STATE:
        _begin(1 if seed is None else int(number_of(seed)))
    return from_double(_next() / 0x7FFFFFFF)


def _begin(seed: int) -> None:
    row = [seed or 1]
    for _ in range(30):
        row.append(row[-1] * 16807 % 0x7FFFFFFF)
    _STATE[:] = row[3:] + row[:3]
    for _ in range(310):
        _next()


def _next() -> int:
    _STATE.append((_STATE[-31] + _STATE[-3]) % 2**32)
    del _STATE[0]
    return _STATE[-1] >> 1


# --- Money and statistics ---


def annuity(rate: Argument, periods: Argument) -> Decimal:
    """What is paid each period for 1 at a rate of interest."""
    interest, count = number_of(rate), int(number_of(periods))
    if not interest:
        return trimmed(quotient(1, count))
    return trimmed(quotient(interest, 1 - quotient(1, power(1 + interest, count))))


def present_value(rate: Argument, *amounts: Argument) -> Decimal:
    """What amounts at the ends of periods are worth now."""
    total, factor = Decimal(0), Decimal(1)
    for one in amounts:
        factor *= 1 + number_of(rate)
        total += quotient(number_of(one), factor)
    return trimmed(total)


def mean(*numbers: Argument) -> Decimal:
    """The average."""
    return trimmed(quotient(sum_(*numbers), len(numbers)))


def median(*numbers: Argument) -> Decimal:
    """The number in the middle, or the average of the two there."""
    row = sorted(map(number_of, numbers))
    half, odd = divmod(len(row), 2)
    return row[half] if odd else trimmed(quotient(row[half - 1] + row[half], 2))


def midrange(*numbers: Argument) -> Decimal:
    """The average of the least and the greatest."""
    return trimmed(quotient(max_(*numbers) + min_(*numbers), 2))


def range_(*numbers: Argument) -> Decimal:
    """The difference of the greatest and the least."""
    return max_(*numbers) - min_(*numbers)


def variance(*numbers: Argument) -> Decimal:
    """The average of the squares of what numbers differ from their average."""
    middle = quotient(sum_(*numbers), len(numbers))
    total = Decimal(0)
    for one in numbers:
        total += (number_of(one) - middle) ** 2
    return trimmed(quotient(total, len(numbers)))


def standard_deviation(*numbers: Argument) -> Decimal:
    """The square root of the variance."""
    return analysis.rounded(analysis.root(variance(*numbers)))
