"""What a name's slot is made of: the small numbers its embedding is computed from.

Six features, each with 0 for "not known": kind, level, class of the PICTURE, decimals, USAGE,
length. The same features describe names found by the scan in training and names delivered by the
program model when a hole is filled.
"""

from __future__ import annotations

import re

from cobolsmith.infill import Name

KINDS = (
    "unknown",
    "data",
    "group",
    "condition",
    "index",
    "paragraph",
    "section",
    "file",
    "program",
    "mnemonic",
    "other",
)
CLASSES = ("none", "alphanumeric", "alphabetic", "unsigned", "signed", "edited", "national")
USAGES = ("none", "display", "binary", "comp-1", "comp-2", "packed", "native", "index", "pointer")
FEATURE_SIZES = (len(KINDS), 11, len(CLASSES), 5, len(USAGES), 12)
FEATURES = len(FEATURE_SIZES)
PIECES = 10
"""Pieces of a spelling that its embedding reads; the rest is cut off."""

_USAGE_OF = {
    "DISPLAY": 1,
    "BINARY": 2,
    "COMP": 2,
    "COMPUTATIONAL": 2,
    "COMP-4": 2,
    "COMPUTATIONAL-4": 2,
    "BINARY-SHORT": 2,
    "BINARY-LONG": 2,
    "BINARY-DOUBLE": 2,
    "BINARY-CHAR": 2,
    "COMP-1": 3,
    "COMPUTATIONAL-1": 3,
    "FLOAT-SHORT": 3,
    "COMP-2": 4,
    "COMPUTATIONAL-2": 4,
    "FLOAT-LONG": 4,
    "COMP-3": 5,
    "COMPUTATIONAL-3": 5,
    "COMP-6": 5,
    "PACKED-DECIMAL": 5,
    "COMP-5": 6,
    "COMPUTATIONAL-5": 6,
    "COMP-X": 6,
    "INDEX": 7,
    "POINTER": 8,
    "PROCEDURE-POINTER": 8,
    "FUNCTION-POINTER": 8,
}
_REPEAT = re.compile(r"(.)\((\d{1,6})\)")


def features_of(name: Name) -> tuple[int, ...]:
    """The six features of a name, each below its `FEATURE_SIZES` entry."""
    picture = _REPEAT.sub(lambda m: m[1] * min(int(m[2]), 4096), name.picture.upper())
    decimals = len(re.sub(r"[^9Z*]", "", re.split(r"[V.]", picture)[-1]))
    point = "V" in picture or "." in picture
    return (
        KINDS.index(name.kind) if name.kind in KINDS else 0,
        _level_bucket(name.level),
        _picture_class(picture),
        min(4, 1 + decimals if point else 1) if picture else 0,
        _USAGE_OF.get(name.usage.upper(), 1 if picture else 0),
        _length_bucket(len(re.sub(r"[SVP]", "", picture))),
    )


def _level_bucket(level: int) -> int:
    special = {66: 7, 77: 8, 78: 9, 88: 10}
    if level in special:
        return special[level]
    return 0 if level < 1 else 1 + sum(level > bound for bound in (1, 3, 5, 10, 15))


def _picture_class(picture: str) -> int:
    letters = set(picture)
    if not letters:
        return 0
    for letter, place in (("N", 6), ("G", 6), ("X", 1)):
        if letter in letters:
            return place
    if letters <= set("SV9P"):
        return 4 if "S" in letters else 3
    return 2 if letters <= set("AB") else 5


def _length_bucket(length: int) -> int:
    return sum(length > bound for bound in (0, 1, 2, 3, 5, 8, 12, 20, 40, 80, 132))
