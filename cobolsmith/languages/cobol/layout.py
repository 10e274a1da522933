"""Where data items lie in storage: offsets and lengths in bytes, as cobc computes them.

The rules were measured with GnuCOBOL 3.1.2 (`-fdump=ALL`, generated C) and agree with the IBM
Enterprise COBOL Programming Guide where a dialect says "ibm", slack bytes of OCCURS aside.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log2
from typing import Protocol

from cobolsmith.errors import ConfigError
from cobolsmith.program import DataItem, Picture, Sign


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a `-std` changes in storage.

    `binary`: bytes of BINARY by digits ("1-2-4-8", "2-4-8", "1--8"); `synchronized`: whether SYNC
    aligns; `comp_1_binary`: COMP-1 is a 16-bit integer.
    """

    binary: str = "1-2-4-8"
    synchronized: bool = True
    comp_1_binary: bool = False


DIALECTS: dict[str, Dialect] = {
    "default": Dialect(),
    "cobol85": Dialect(synchronized=False),
    "cobol2002": Dialect(),
    "cobol2014": Dialect(),
    "xopen": Dialect(),
    "ibm": Dialect("2-4-8"),
    "mvs": Dialect("2-4-8"),
    "mf": Dialect("1--8"),
    "bs2000": Dialect("2-4-8"),
    "acu": Dialect(comp_1_binary=True),
    "rm": Dialect("2-4-8", comp_1_binary=True),
}

USAGES: dict[str, str] = {
    # as written: canonical
    **dict.fromkeys(("BINARY", "COMP", "COMPUTATIONAL", "COMP-4"), "BINARY"),
    "COMPUTATIONAL-4": "BINARY",
    **dict.fromkeys(("COMP-3", "COMPUTATIONAL-3", "PACKED-DECIMAL"), "COMP-3"),
    **{f"COMP{long}-{n}": f"COMP-{n}" for long in ("", "UTATIONAL") for n in "12560XN"},
    **{word: word for word in ("DISPLAY", "NATIONAL", "INDEX", "POINTER", "DISPLAY-1", "LENGTH")},
    **{word: word for word in ("PROCEDURE-POINTER", "FUNCTION-POINTER", "PROGRAM-POINTER")},
    **{f"BINARY-{size}": f"BINARY-{size}" for size in ("CHAR", "SHORT", "LONG", "DOUBLE")},
    "BINARY-INT": "BINARY-LONG",
    "BINARY-LONG-LONG": "BINARY-DOUBLE",
    "BINARY-C-LONG": "BINARY-DOUBLE",
    "SIGNED-SHORT": "BINARY-SHORT",
    "UNSIGNED-SHORT": "BINARY-SHORT",
    "SIGNED-INT": "BINARY-LONG",
    "UNSIGNED-INT": "BINARY-LONG",
    "SIGNED-LONG": "BINARY-DOUBLE",
    "UNSIGNED-LONG": "BINARY-DOUBLE",
    "FLOAT-SHORT": "COMP-1",
    "FLOAT": "COMP-1",
    "FLOAT-LONG": "COMP-2",
    "DOUBLE": "COMP-2",
    "FLOAT-DECIMAL-16": "FLOAT-DECIMAL-16",
    "FLOAT-DECIMAL-34": "FLOAT-DECIMAL-34",
    "FLOAT-BINARY-32": "FLOAT-BINARY-32",
    "FLOAT-BINARY-64": "FLOAT-BINARY-64",
    "FLOAT-BINARY-128": "FLOAT-BINARY-128",
    "FLOAT-EXTENDED": "FLOAT-EXTENDED",
    "BIT": "BIT",
    "HANDLE": "HANDLE",
    "OBJECT": "OBJECT",
}

FIXED_LENGTHS: dict[str, int] = {
    # canonical usage without PICTURE: bytes
    "COMP-1": 4,
    "COMP-2": 8,
    "INDEX": 4,
    "LENGTH": 4,
    "HANDLE": 4,
    "POINTER": 8,
    "PROCEDURE-POINTER": 8,
    "FUNCTION-POINTER": 8,
    "PROGRAM-POINTER": 8,
    "OBJECT": 8,
    "BINARY-CHAR": 1,
    "BINARY-SHORT": 2,
    "BINARY-LONG": 4,
    "BINARY-DOUBLE": 8,
    "FLOAT-BINARY-32": 4,
    "FLOAT-BINARY-64": 8,
    "FLOAT-BINARY-128": 16,
    "FLOAT-DECIMAL-16": 8,
    "FLOAT-DECIMAL-34": 16,
    "FLOAT-EXTENDED": 16,
}

_ALIGNED = frozenset(("BINARY", "COMP-5", "COMP-X", "COMP-N", "COMP-1", "COMP-2")) | frozenset(
    usage for usage in FIXED_LENGTHS if usage.startswith(("BINARY", "FLOAT"))
)
_WORDS = frozenset(FIXED_LENGTHS) - _ALIGNED - {"HANDLE"}


def dialect(name: str) -> Dialect:
    """The dialect of a `-std` name ("ibm-strict" is as "ibm"). Raises ConfigError."""
    found = DIALECTS.get(name.removesuffix("-strict"))
    if found is None:
        raise ConfigError(
            f"unknown dialect {name!r}", remedy=f"use one of {', '.join(sorted(DIALECTS))}"
        )
    return found


class Shape(Protocol):
    """What of an item decides on its place: finished items have it, and those being read."""

    @property
    def index(self) -> int: ...
    @property
    def level(self) -> int: ...
    @property
    def usage(self) -> str: ...
    @property
    def picture(self) -> Picture | None: ...
    @property
    def sign(self) -> Sign | None: ...
    @property
    def synchronized(self) -> bool: ...
    @property
    def times(self) -> int: ...
    @property
    def parent(self) -> int | None: ...
    @property
    def redefines(self) -> int | None: ...
    @property
    def renames(self) -> tuple[int, int] | None: ...
    @property
    def children(self) -> Sequence[int]: ...


def elementary_length(item: Shape, dialect: Dialect) -> int:
    """Bytes of an elementary item; 0 where it has neither PICTURE nor a usage with a length."""
    if item.usage == "COMP-1" and dialect.comp_1_binary:
        return 2
    if item.usage in FIXED_LENGTHS:
        return FIXED_LENGTHS[item.usage]
    picture = item.picture
    if picture is None:
        return 0
    separate = bool(item.sign and item.sign.separate and picture.signed)
    if item.usage in ("BINARY", "COMP-5", "COMP-X", "COMP-N"):
        return _binary(picture, item.usage, dialect)
    if item.usage == "COMP-3" or (item.usage == "COMP-6" and picture.signed):
        return picture.size // 2 + 1
    if item.usage == "BIT":
        return (picture.size + 7) // 8
    if item.usage == "COMP-6":
        return (picture.size + 1) // 2
    if picture.category.startswith("national") or item.usage == "DISPLAY-1":
        return picture.size * 2
    return picture.size + (1 if separate and picture.category == "numeric" else 0)


def _binary(picture: Picture, usage: str, dialect: Dialect) -> int:
    digits = picture.size
    if not picture.category.startswith("numeric"):
        return digits
    if usage in ("COMP-X", "COMP-N"):
        return _fewest_bytes(digits, 0)
    if dialect.binary == "1--8":
        return _fewest_bytes(digits, 1 if picture.signed else 0)
    if digits <= 2:
        return 2 if dialect.binary == "2-4-8" and usage == "BINARY" else 1
    return 2 if digits <= 4 else 4 if digits <= 9 else 8 if digits <= 18 else 16


def _fewest_bytes(digits: int, sign: int) -> int:
    return int(-(-(digits * log2(10) + sign) // 8))


@dataclass(slots=True)
class _Storage:
    """The state of one layout: what is known so far of each item."""

    items: Sequence[Shape]
    dialect: Dialect
    offsets: list[int]
    lengths: list[int]
    alignment: int = 1

    def place(self, index: int) -> int:
        """Set the length of an item whose offset is set, and all below it; return the length."""
        item = self.items[index]
        length = self._group(item) if item.children else elementary_length(item, self.dialect)
        self.lengths[index] = length
        return length

    def _group(self, group: Shape) -> int:
        # cobc keeps one alignment for the whole compilation: each group that is entered resets it,
        # so a group without SYNC after a synchronized item takes away the padding of its table.
        self.alignment = 1
        size = 0
        for index in group.children:
            child = self.items[index]
            if child.redefines is not None:
                size += self._redefinition(index, child)
                continue
            self.offsets[index] = self.offsets[group.index] + size
            size += self.place(index) * child.times
            size += self._slack(index, child)
        if group.times > 1 and size % self.alignment:
            padding = self.alignment - size % self.alignment
            size += padding
            self.offsets[self._last_leaf(group)] += padding
        return size

    def _redefinition(self, index: int, child: Shape) -> int:
        """Place an item over the one it redefines; return by how much it sticks out."""
        assert child.redefines is not None
        self.offsets[index] = self.offsets[child.redefines]
        longest = self._extent(child.redefines)
        siblings = self.items[child.parent].children if child.parent is not None else ()
        for other in siblings:
            if other == index:
                break
            if self.items[other].redefines == child.redefines:
                longest = max(longest, self._extent(other))
        self.place(index)
        return max(0, self._extent(index) - longest)

    def _extent(self, index: int) -> int:
        return self.lengths[index] * self.items[index].times

    def _slack(self, index: int, child: Shape) -> int:
        """Bytes put before a synchronized item, measured from the start of the record."""
        if not (child.synchronized and self.dialect.synchronized) or child.children:
            return 0
        alignment = 1
        if child.usage in _ALIGNED and self.lengths[index] in (2, 4, 8):
            alignment = self.lengths[index]
        elif child.usage in _WORDS:
            alignment = FIXED_LENGTHS[child.usage]
        slack = -self.offsets[index] % alignment
        self.offsets[index] += slack
        self.alignment = max(self.alignment, alignment)
        return slack

    def _last_leaf(self, group: Shape) -> int:
        """The item cobc moves to the end of a padded occurrence."""
        item = group
        while item.children:
            item = self.items[item.children[-1]]
        return item.index


def lay_out(items: Sequence[Shape], dialect: Dialect) -> list[tuple[int, int]]:
    """Offset and length of each item of a program, in their order; only shapes are looked at."""
    storage = _Storage(items, dialect, [0] * len(items), [0] * len(items))
    for item in items:
        if item.parent is None and item.level not in (66, 88):
            storage.place(item.index)
    for item in items:
        if item.level == 88 and item.parent is not None:
            storage.offsets[item.index] = storage.offsets[item.parent]
        elif item.renames:
            first, last = item.renames
            end = storage.offsets[last] + storage.lengths[last] * items[last].times
            storage.offsets[item.index] = storage.offsets[first]
            storage.lengths[item.index] = end - storage.offsets[first]
    return list(zip(storage.offsets, storage.lengths, strict=True))


def overlapping(items: Iterable[DataItem], start: int, end: int) -> list[DataItem]:
    """The items of one record that share a byte with [start, end)."""
    return [item for item in items if item.offset < end and start < item.offset + item.length]
