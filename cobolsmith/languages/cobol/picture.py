"""PICTURE character-strings: category, positions, digits, scale.

Sources: ISO/IEC 1989:2014 13.18.40; IBM Enterprise COBOL Language Reference, "PICTURE clause";
sizes as GnuCOBOL 3.1 computes them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby
from typing import Literal

from cobolsmith.errors import CobolsmithError
from cobolsmith.program import Picture

_UNIT = re.compile(r"(CR|DB|.)(?:\((\d+)\))?", re.DOTALL)
_MAXIMUM = 0x7FFFFFFF
_TWICE = frozenset("+-")

Category = Literal[
    "numeric",
    "numeric-edited",
    "alphabetic",
    "alphanumeric",
    "alphanumeric-edited",
    "national",
    "national-edited",
    "boolean",
    "floating",
]


class PictureError(CobolsmithError):
    """A PICTURE that isn't one; the message names the offending symbol."""


@lru_cache(maxsize=4096)
def parse(text: str, *, currency: str = "$", decimal_comma: bool = False) -> Picture:
    """Parse a PICTURE string: `parse("S9(5)V99")` is numeric, 7 positions, scale 2.

    `currency` is the currency symbol of SPECIAL-NAMES; `decimal_comma` states DECIMAL-POINT IS
    COMMA. Raises PictureError.
    """
    runs = _runs(text.upper().replace(currency.upper(), "$"), text)
    symbols = {symbol for symbol, _ in runs}
    point = "," if decimal_comma else "."
    floating = _floating(runs, symbols)
    if floating:
        return floating_point(text, runs)
    _check(text, runs, symbols, point)
    category = _category(symbols, runs)
    size = sum(_width(symbol) * count for symbol, count in runs)
    if category not in ("numeric", "numeric-edited"):
        return Picture(text.upper(), category, size)
    digits, scale = _digits(runs, point)
    signed = bool(symbols & {"S", "+", "-", "CR", "DB"})
    return Picture(text.upper(), category, size, digits, scale, signed)


def _runs(upper: str, text: str) -> list[tuple[str, int]]:
    """The symbols with their counts, neighbours of one kind added up."""
    units: list[tuple[str, int]] = []
    at = 0
    while at < len(upper):
        unit = _UNIT.match(upper, at)
        if not unit or unit[1] in "()":
            raise PictureError(f"the PICTURE {text} has an unmatched parenthesis")
        count = int(unit[2]) if unit[2] else 1
        if not 0 < count <= _MAXIMUM:
            raise PictureError(f"the PICTURE {text} repeats {unit[1]} {count} times")
        units.append((unit[1], count))
        at = unit.end()
    if not units:
        raise PictureError("the PICTURE is empty")
    return [
        (symbol, sum(count for _, count in same))
        for symbol, same in groupby(units, key=lambda unit: unit[0])
    ]


def _width(symbol: str) -> int:
    return {"S": 0, "V": 0, "P": 0, "CR": 2, "DB": 2}.get(symbol, 1)


def _floating(runs: list[tuple[str, int]], symbols: set[str]) -> bool:
    return "E" in symbols and runs[0][0] in _TWICE | {"9", "V", "."} and "9" in symbols


def floating_point(text: str, runs: list[tuple[str, int]]) -> Picture:
    """An external floating-point PICTURE such as +9(3).99E+99."""
    size = sum(_width(symbol) * count for symbol, count in runs)
    return Picture(text.upper(), "floating", size, signed=True)


def _check(text: str, runs: list[tuple[str, int]], symbols: set[str], point: str) -> None:
    strange = symbols - set("AX9NGBZSVP0/,.+-*$1U") - {"CR", "DB"}
    if strange:
        raise PictureError(f"the PICTURE {text} has {min(strange)!r}, which is no PICTURE symbol")
    counts = dict.fromkeys(symbols, 0)
    for symbol, count in runs:
        counts[symbol] += count
    if counts.get("S", 0) > 1 or ("S" in symbols and runs[0][0] != "S"):
        raise PictureError(f"the PICTURE {text} may have one S, and at its start")
    if counts.get("V", 0) + counts.get(point, 0) > 1 and not symbols & set("AXNG"):
        raise PictureError(f"the PICTURE {text} has more than one decimal point")
    signs = sum(symbol in symbols for symbol in ("CR", "DB"))
    if signs > 1 or any(symbol in ("CR", "DB") for symbol, _ in runs[:-1]):
        raise PictureError(f"the PICTURE {text} may have one CR or DB, and at its end")
    doubled = any(counts.get(symbol, 0) > 1 for symbol in "+-$")
    if not symbols & set("AX9NGZ*1U") and not doubled:
        raise PictureError(f"the PICTURE {text} has no symbol for a character or digit")


def _category(symbols: set[str], runs: list[tuple[str, int]]) -> Category:
    editing = symbols - set("AX9NGU")
    if symbols & set("NGU"):
        return "national-edited" if editing else "national"
    if symbols <= set("9SVP"):
        return "numeric"
    if "1" in symbols and symbols == {"1"}:
        return "boolean"
    if symbols & set("AX"):
        if symbols <= {"A"}:
            return "alphabetic"
        return "alphanumeric-edited" if editing else "alphanumeric"
    return "numeric-edited"


def _digits(runs: list[tuple[str, int]], point: str) -> tuple[int, int]:
    """Digit positions and scale; of floating signs and currency all but the first are digits."""
    digits = scale = 0
    right = False
    floats = {
        symbol for symbol in "+-$" if sum(count for other, count in runs if other == symbol) > 1
    }
    pending = set(floats)
    for position, (symbol, count) in enumerate(runs):
        if symbol in ("V", point):
            right = True
            continue
        stored = count if symbol in "9Z*" or symbol in floats else 0
        if symbol in pending:
            pending.discard(symbol)
            stored -= 1
        if symbol == "P":
            stored, leading = count, _leads(runs, position)
            if not leading and not right:
                digits, scale = digits + count, scale - count
                continue
            right = True
        digits += stored
        scale += stored if right else 0
    return digits, scale


def _leads(runs: list[tuple[str, int]], position: int) -> bool:
    return all(symbol in ("S", "V") for symbol, _ in runs[:position])
