"""Literals as written, and what they say."""

from __future__ import annotations

import re
from decimal import Decimal

from cobolsmith.lowered import AllOf, Figurative, Number, Text

FIGURATIVE: dict[str, Figurative] = {
    **dict.fromkeys(("SPACE", "SPACES"), Figurative("SPACES")),
    **dict.fromkeys(("ZERO", "ZEROS", "ZEROES"), Figurative("ZEROS")),
    **dict.fromkeys(("HIGH-VALUE", "HIGH-VALUES"), Figurative("HIGH-VALUES")),
    **dict.fromkeys(("LOW-VALUE", "LOW-VALUES"), Figurative("LOW-VALUES")),
    **dict.fromkeys(("QUOTE", "QUOTES"), Figurative("QUOTES")),
}
_NUMBER = re.compile(r"[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:E[+-]?\d+)?")
_STRING = re.compile(r"""([A-Za-z]{0,2})(["'])(.*)\2""", re.DOTALL)
_CHARACTERS = {
    "SPACES": " ",
    "ZEROS": "0",
    "HIGH-VALUES": "\xff",
    "LOW-VALUES": "\0",
    "QUOTES": '"',
}


def literal(text: str, *, comma: bool = False) -> Text | Number | Figurative | AllOf | None:
    """The literal that a text is; None where it is none, or of a kind not known here."""
    text = text.strip()
    upper = text.upper()
    if upper.startswith("ALL") and upper[3:4] in (" ", '"', "'", "\n"):
        inner = literal(text[3:], comma=comma)
        if isinstance(inner, Figurative):
            return inner
        return AllOf(inner.text) if isinstance(inner, Text) else None
    if upper in FIGURATIVE:
        return FIGURATIVE[upper]
    if _NUMBER.fullmatch(upper):
        spelt = "" if "E" in upper else "".join(one for one in text if one.isdigit())
        return Number(Decimal(text.replace(",", ".") if comma else text), spelt)
    return _string(text)


def _string(text: str) -> Text | None:
    found = _STRING.fullmatch(text)
    if found is None:
        return None
    prefix, body = found[1].upper(), found[3].replace(found[2] * 2, found[2])
    if prefix in ("", "Z"):
        return Text(body + "\0" * (prefix == "Z"))
    if prefix == "X" and len(body) % 2 == 0:
        return Text(bytes.fromhex(body).decode("latin-1"))
    return None


def characters(of: Figurative) -> str:
    """The character that a figurative constant repeats."""
    return _CHARACTERS[of.name]


def digits(of: Number) -> str:
    """A numeric literal beside characters: its digits as spelt, neither sign nor point."""
    return of.digits or str(abs(of.number)).replace(".", "")
