"""Literals as values: the text of a quoted one, the digits of a number."""

from __future__ import annotations

import re
from dataclasses import dataclass

_QUOTED = re.compile(r"([\"'])(.*)\1", re.DOTALL)
_NUMBER = re.compile(r"[+-]?(\d*)(?:[.,](\d+))?")


@dataclass(frozen=True, slots=True)
class Literal:
    """The text of a literal without its quotes, or the number as written."""

    text: str
    quoted: bool


def literal(written: str) -> Literal | None:
    """A literal as it is written; None for figurative constants, hexadecimal and national ones."""
    quoted = _QUOTED.fullmatch(written)
    if quoted:
        return Literal(quoted[2].replace(quoted[1] * 2, quoted[1]), True)
    return Literal(written, False) if number(written) else None


def number(text: str) -> tuple[str, str] | None:
    """The digits before and behind the decimal point; None where it is no number."""
    found = _NUMBER.fullmatch(text)
    if found is None or not (found[1] or found[2]):
        return None
    return found[1], found[2] or ""
