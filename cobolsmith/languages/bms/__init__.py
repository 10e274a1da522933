"""BMS: from a source to its maps, and the copybooks they generate."""

from __future__ import annotations

from cobolsmith.languages.bms.mapsets import Field, Map, Mapset
from cobolsmith.languages.bms.reader import read_bms, read_mapsets
from cobolsmith.languages.bms.symbolic import symbolic, symbolic_lines

EXTENSIONS: tuple[str, ...] = (".bms",)
"""File name extensions of BMS sources, in lower case."""

__all__ = [
    "EXTENSIONS",
    "Field",
    "Map",
    "Mapset",
    "read_bms",
    "read_mapsets",
    "symbolic",
    "symbolic_lines",
]
