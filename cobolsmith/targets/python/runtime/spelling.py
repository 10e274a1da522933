"""Numbers that texts spell: NUMVAL and TEST-NUMVAL, as GnuCOBOL reads them."""

from __future__ import annotations

import re
from decimal import Decimal

from .editing import signs
from .numbers import MOST_DIGITS, trimmed

_VALUE = re.compile(r" *([+-]?) *(\d*)(?:\.(\d*))? *([+-]|CR|DB)? *", re.IGNORECASE)


def spelt(text: str) -> Decimal:
    """The number that a text spells; 0 where it spells none."""
    found = _VALUE.fullmatch(text.replace(signs().point, ".") if signs().point != "." else text)
    if found is None:
        return Decimal(0)
    before, whole, decimals, after = found.groups("")
    number = Decimal(f"{whole or 0}.{decimals or 0}") if whole or decimals else Decimal(0)
    return trimmed(-number if "-" in before + after or len(after) == 2 else number)


def odd_place(row: str) -> int:
    """0 where a text spells a number, else where its first character is that doesn't belong."""
    at, digits, signed, spaced, pointed = 0, 0, False, False, False
    while at < len(row):
        one, begun = row[at], digits or pointed
        at += 1
        if "0" <= one <= "9":
            digits += 1
            if digits > MOST_DIGITS or spaced:
                return at
        elif one == " ":
            spaced = bool(begun)
        elif one == signs().point and not (pointed or spaced):
            pointed = True
        elif one in "+-" and not signed:
            signed = True
        elif one in "CD" and begun and not signed:
            if row[at : at + 1] != {"C": "R", "D": "B"}[one]:
                return at + 1
            signed, at = True, at + 1
        else:
            return at
    return 0 if digits else at + 1
