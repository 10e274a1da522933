"""What statements ask: classes of characters, switches, searches, computed GO TO."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import SupportsInt

from .computational import Binary, Floating, Packed
from .fields import Field, Number, Source
from .numeric import Zoned
from .program import Going, Step

_LETTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz ")
_SWITCHES: dict[int, bool] = {}


def is_numeric(field: Field | str) -> bool:
    """IS NUMERIC: digits only, with a sign as the field's form has it."""
    if isinstance(field, str):
        return not field or field.encode("latin-1").isdigit()
    if isinstance(field, Binary | Floating):
        return isinstance(field, Binary)
    if isinstance(field, Packed):
        digits, _ = field.parts()
        signs = "cd" if field.signed else "f"
        mark = field.raw.hex()[-1] if field.unsigned_nibble else ""
        return digits.isdigit() and mark in signs
    if isinstance(field, Zoned):
        return _zoned_is_numeric(field)
    return field.raw.isdigit()


def _zoned_is_numeric(field: Zoned) -> bool:
    data = field.raw
    if not field.signed:
        return data.isdigit()
    at = 0 if field.leading else len(data) - 1
    if field.separate:
        rest = data[1:] if field.leading else data[:-1]
        return data[at : at + 1] in (b"+", b"-") and rest.isdigit()
    digit = bytes([data[at] & ~0x40]) if 0x70 <= data[at] <= 0x79 else data[at : at + 1]
    return (data[:at] + digit + data[at + 1 :]).isdigit()


def is_alphabetic(field: Field | str) -> bool:
    """IS ALPHABETIC: letters and spaces."""
    return _LETTERS.issuperset(_codes(field))


def is_alphabetic_lower(field: Field | str) -> bool:
    """IS ALPHABETIC-LOWER."""
    return all(0x61 <= one <= 0x7A or one == 0x20 for one in _codes(field))


def is_alphabetic_upper(field: Field | str) -> bool:
    """IS ALPHABETIC-UPPER."""
    return all(0x41 <= one <= 0x5A or one == 0x20 for one in _codes(field))


def is_made_of(field: Field | str, characters: str) -> bool:
    """A class of SPECIAL-NAMES: these characters only."""
    return set(_codes(field)) <= set(characters.encode("latin-1"))


def _codes(operand: Field | str) -> bytes:
    return operand.encode("latin-1") if isinstance(operand, str) else operand.raw


def switch(number: int) -> bool:
    """Whether a switch is on; COB_SWITCH_n of the environment sets it at first."""
    if number not in _SWITCHES:
        given = os.environ.get(f"COB_SWITCH_{number}", "").upper()
        _SWITCHES[number] = given in ("1", "ON", "Y", "YES", "TRUE")
    return _SWITCHES[number]


def set_switch(number: int, on: bool) -> None:
    """SET a switch ON or OFF."""
    _SWITCHES[number] = on


def one_of(number: SupportsInt, *steps: Step) -> Going:
    """The paragraph of a number, counted from 1; None where there is none."""
    at = int(number)
    return steps[at - 1] if 1 <= at <= len(steps) else None


def fill(field: Field, value: Source) -> None:
    """MOVE a value to every occurrence of a table's item."""
    for one in field.every():
        one.move(value)


def search_all(
    index: Number,
    count: SupportsInt,
    found: Callable[[], bool],
    before: Callable[[], bool],
) -> bool:
    """Look for an occurrence by halves; the index stays at it. `before` says that the occurrence
    at the index comes before what is looked for."""
    low, high = 0, int(count) + 1
    while high - low > 1:
        middle = (low + high) // 2
        index.store(middle)
        if found():
            return True
        if before():
            low = middle
        else:
            high = middle
    return False
