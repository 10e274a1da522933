"""What a data division says: places, problems, pictures, data items with their places in storage.

Every thing remembers the file and the view offsets it came from (`Origin`), whether it was written
in the program itself or in a copybook.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cobolsmith.source import Span

Role = Literal["use", "define", "both", "procedure", "file"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something is written: a file and a range of offsets of that file's view."""

    path: Path
    span: Span


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong or not understood at a place, and what to do about it.

    `kind`: missing copybook, undefined name, ambiguous name, picture, level, clause, layout, ...
    """

    kind: str
    what: str
    origin: Origin
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A PICTURE: `size` character positions stored, `digits` with those of P, `scale` digits right
    of the decimal point (negative for trailing P)."""

    text: str
    category: Literal[
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
    size: int
    digits: int = 0
    scale: int = 0
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """A name as used: `qualifiers` from the nearest outward (A OF B OF C: B, C)."""

    name: str
    qualifiers: tuple[str, ...]
    origin: Origin
    role: Role = "use"
    procedure: int | None = None


@dataclass(frozen=True, slots=True)
class Occurs:
    """An OCCURS clause: bounds, the name it depends on, keys ("ASCENDING", name), index-names."""

    minimum: int
    maximum: int
    depending: Reference | None = None
    keys: tuple[tuple[str, str], ...] = ()
    indexes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sign:
    """A SIGN clause."""

    leading: bool
    separate: bool


@dataclass(frozen=True, slots=True)
class DataItem:
    """A data description entry, or an index-name (level 0, usage INDEX).

    `name` is upper case, "" for FILLER. `usage` is canonical ("BINARY" for COMP, COMPUTATIONAL,
    COMP-4; "GROUP" for groups). `offset` counts bytes from the start of the record, `length` bytes
    of one occurrence (an OCCURS DEPENDING ON at its maximum inside). `parent`, `children`,
    `redefines`, `renames` are positions in `Program.items`. `values` are literals as written, a
    range as a pair. `file` is the FD or SD that a record belongs to.
    """

    index: int
    name: str
    level: int
    section: str
    origin: Origin
    name_origin: Origin | None = None
    picture: Picture | None = None
    usage: str = "DISPLAY"
    occurs: Occurs | None = None
    redefines: int | None = None
    renames: tuple[int, int] | None = None
    sign: Sign | None = None
    synchronized: bool = False
    justified: bool = False
    blank_when_zero: bool = False
    external: bool = False
    global_: bool = False
    any_length: bool = False
    unsigned: bool = False
    values: tuple[str | tuple[str, str], ...] = ()
    false_value: str | None = None
    offset: int = 0
    length: int = 0
    parent: int | None = None
    children: tuple[int, ...] = ()
    conditions: tuple[int, ...] = ()
    file: str = ""

    @property
    def is_group(self) -> bool:
        """Whether items are subordinate to it (88s don't count)."""
        return bool(self.children)

    @property
    def times(self) -> int:
        """How often it stands in one occurrence of what holds it, at most."""
        return self.occurs.maximum if self.occurs else 1


def item_kind(item: DataItem) -> str:
    """The kind of name an item bears: data, group, condition, index or constant."""
    data = "group" if item.children else "data"
    return {88: "condition", 0: "index", 78: "constant"}.get(item.level, data)
