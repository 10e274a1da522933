"""Literals that an item can hold: what a fill may MOVE where, and compare with what."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cobolsmith.items import Picture
from cobolsmith.program import Program
from cobolsmith.reserved import RESERVED

_STRING = re.compile(r"""(['"])(.*)\1""", re.DOTALL)
_NUMBER = re.compile(r"[+-]?(\d*)(?:\.(\d+))?")
_RELATIONS = frozenset({"=", "<", ">", "<=", ">=", "<>", "EQUAL", "EQUALS", "GREATER", "LESS"})
_FILLERS = frozenset({"IS", "NOT", "THAN", "TO", "OR"})
"""Words of a relation that say neither what is compared nor with what."""


def pictures_of(program: Program) -> dict[str, Picture]:
    """The PICTUREs of the items whose names stand for one item alone."""
    found: dict[str, list[Picture | None]] = {}
    for item in program.items:
        found.setdefault(item.name, []).append(item.picture)
    return {
        name: items[0] for name, items in found.items() if len(items) == 1 and items[0] is not None
    }


def holds(picture: Picture, literal: str) -> bool:
    """Whether an item can hold a literal whole; true of what is no literal, or can't be told."""
    if string := _STRING.fullmatch(literal):
        text = string[2].replace(string[1] * 2, string[1])
        if picture.category == "numeric":
            return text.strip().isdecimal() and len(text.strip()) <= whole_digits(picture)
        if picture.category == "alphabetic" and re.search(r"\d", text):
            return False
        plain = picture.category in ("alphabetic", "alphanumeric")
        return not plain or len(text) <= picture.size
    number = _NUMBER.fullmatch(literal)
    if number and picture.category == "numeric":
        return len(number[1].lstrip("0")) <= whole_digits(picture)
    return True


def whole_digits(picture: Picture) -> int:
    """Digits left of the decimal point."""
    return picture.digits - max(0, picture.scale)


def unfit(words: Sequence[str], pictures: Mapping[str, Picture]) -> frozenset[int]:
    """The indexes of the literals that what they are moved to, or compared with, can't hold."""
    upper = [word.upper() if word[:1] not in "'\"" else word for word in words]
    found = set()
    for at, word in enumerate(upper):
        if _STRING.fullmatch(word) or (_NUMBER.fullmatch(word) and word.strip("+-")):
            near = [*_receivers(upper, at), *_compared(upper, at)]
            if any(not holds(pictures[name], words[at]) for name in near if name in pictures):
                found.add(at)
    return frozenset(found)


def _receivers(words: Sequence[str], at: int) -> list[str]:
    """The names that the MOVE of a literal at this place ends in."""
    if words[max(0, at - 1) : at] != ["MOVE"] or words[at + 1 : at + 2] != ["TO"]:
        return []
    names: list[str] = []
    for place in range(at + 2, len(words)):
        word = words[place]
        if word.startswith("\n") or word == ",":
            continue
        if word in RESERVED or not word[:1].isalnum() or words[place + 1 : place + 2] == ["("]:
            break  # part of an item is moved to, or the statement is over
        names.append(word)
    return names


def _compared(words: Sequence[str], at: int) -> list[str]:
    """The name that stands in front of a relation before a literal."""
    place = at - 1
    seen = False
    while place >= 0 and (words[place] in _RELATIONS or words[place] in _FILLERS):
        seen = seen or words[place] in _RELATIONS
        place -= 1
    return [words[place]] if seen and place >= 0 else []
