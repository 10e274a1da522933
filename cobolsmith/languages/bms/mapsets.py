"""What BMS macros mean: mapsets, their maps and the fields on the screen.

Terms and defaults are those of the CICS application programming reference (DFHMSD, DFHMDI, DFHMDF).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cobolsmith.items import Origin, Problem


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a map, named or not.

    `row` and `column` (from 1) are those of the attribute byte, in the map; the first character
    stands one behind it. `length` is in bytes, without the attribute byte. `initial` is the text of
    INITIAL=, quotes undone (of XINIT=, its hexadecimal digits). `group` is GRPNAME=.
    """

    name: str
    row: int
    column: int
    length: int
    origin: Origin
    attributes: tuple[str, ...] = ()
    initial: str = ""
    picin: str = ""
    picout: str = ""
    occurs: int = 1
    group: str = ""
    operands: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Map:
    """A map: `size` is (rows, columns), (0, 0) where neither the map nor the mapset says."""

    name: str
    size: tuple[int, int]
    origin: Origin
    fields: tuple[Field, ...] = ()
    operands: Mapping[str, str] = field(default_factory=dict)

    def named(self) -> tuple[Field, ...]:
        """The fields that programs see: those with a name."""
        return tuple(one for one in self.fields if one.name)


@dataclass(frozen=True, slots=True)
class Mapset:
    """A mapset: DFHMSD, its maps in order, and what was not understood of it, by name.

    `operands` hold DFHMSD's keywords with their values as written; a list without its parentheses.
    """

    name: str
    origin: Origin
    maps: tuple[Map, ...] = ()
    operands: Mapping[str, str] = field(default_factory=dict)
    unknowns: tuple[Problem, ...] = ()
