"""The symbolic map: the COBOL copybook that assembling a mapset with TYPE=DSECT makes.

Layout as in the CICS Application Programming Guide (symbolic description maps): a field has its
length (L), flag (F) and attribute (A), the extended attributes of DSATTS, and its data, on the
input side (I) and again on the output side (O), which redefines it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from cobolsmith.items import Origin
from cobolsmith.languages.bms.mapsets import Field, Map, Mapset
from cobolsmith.languages.bms.reader import listed

EXTENDED = {
    "COLOR": "C", "PS": "P", "HILIGHT": "H", "VALIDN": "V", "OUTLINE": "U", "SOSI": "M",
    "TRANSP": "T",
}  # fmt: skip
"""DSATTS and the letters of their bytes, in the order of storage."""

PREFIX = 12
"""The bytes that TIOAPFX=YES keeps free before the fields."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What a field or group adds to a side of the map: its name, members and shape."""

    name: str
    members: tuple[Field, ...]
    extended: str
    occurs: int
    grouped: bool
    columns: int


def symbolic(mapset: Mapset) -> str:
    """The copybook of a mapset as COBOL text in fixed format, one line an entry.

    A map with DATA=BLOCK has another layout; a comment stands for it.
    """
    return "".join(line for line, _ in symbolic_lines(mapset))


def symbolic_lines(mapset: Mapset) -> Iterator[tuple[str, Origin]]:
    """The lines of that copybook, each with the macro (DFHMDI or DFHMDF) that it comes from."""
    first = ""
    for one in mapset.maps:
        if _operand(mapset, one, "DATA", "FIELD").upper() == "BLOCK":
            yield f"       *> {one.name}: DATA=BLOCK ISN'T LAID OUT HERE\n", one.origin
            continue
        mode = _operand(mapset, one, "MODE", "OUT").upper()
        separate = mapset.operands.get("STORAGE", "").upper() == "AUTO"
        below = "" if separate or not first else first
        first = first or f"{one.name}{'O' if mode == 'OUT' else 'I'}"
        base = mapset.operands.get("BASE", "")
        for line, origin in _map(mapset, one, mode, below or ("" if separate else base)):
            yield f"       {line}\n", origin


def _map(mapset: Mapset, one: Map, mode: str, redefined: str) -> Iterator[tuple[str, Origin]]:
    parts = [part for part in _parts(mapset, one) if part.name]
    prefixed = _operand(mapset, one, "TIOAPFX", "NO").upper() == "YES"
    tables = iter(range(1, len(parts) + 1))
    over = f" REDEFINES {redefined}" if redefined else ""
    if mode in ("IN", "INOUT"):
        yield f"01  {one.name}I{over}.", one.origin
        yield from [(f"    02  FILLER PIC X({PREFIX}).", one.origin)] * prefixed
        for part in parts:
            yield from ((line, part.members[0].origin) for line in _input(part))
        over = f" REDEFINES {one.name}I"
    if mode in ("OUT", "INOUT"):
        yield f"01  {one.name}O{over}.", one.origin
        yield from [(f"    02  FILLER PIC X({PREFIX}).", one.origin)] * prefixed
        for part in parts:
            yield from ((line, part.members[0].origin) for line in _output(part, mode, tables))


def _operand(mapset: Mapset, one: Map, keyword: str, default: str) -> str:
    """A map's operand, else its mapset's."""
    return one.operands.get(keyword) or mapset.operands.get(keyword) or default


def _parts(mapset: Mapset, one: Map) -> Iterator[_Part]:
    """Fields one by one, those of a group together."""
    extended = _extended(mapset, one)
    numbered = enumerate(one.fields)
    for (group, _), run in groupby(numbered, lambda pair: (pair[1].group, _alone(*pair))):
        fields = tuple(field for _, field in run)
        name = group or fields[0].name
        yield _Part(name, fields, extended, fields[0].occurs, bool(group), one.size[1])


def _alone(index: int, field: Field) -> int:
    """A key that keeps fields without a group apart."""
    return -1 if field.group else index


def _extended(mapset: Mapset, one: Map) -> str:
    """The letters of the extended attributes, in the order of their bytes."""
    stated = one.operands.get("DSATTS") or mapset.operands.get("DSATTS")
    asked = {part.upper() for part in listed(stated or "")}
    if not stated and _operand(mapset, one, "EXTATT", "NO").upper() == "YES":
        asked = {"COLOR", "HILIGHT", "PS", "VALIDN"}
    return "".join(letter for keyword, letter in EXTENDED.items() if keyword in asked)


def _input(part: _Part) -> Iterator[str]:
    """The input side of a field: L, F with A over it, room for the extended attributes, I."""
    name, level, pad = part.name, "02", "    "
    if part.occurs > 1:
        yield f"    02  {name}D OCCURS {part.occurs} TIMES."
        level, pad = "03", "      "
    yield f"{pad}{level}  {name}L    COMP  PIC  S9(4)."
    yield f"{pad}{level}  {name}F    PICTURE X."
    if part.occurs == 1:
        yield f"{pad}{level}  FILLER REDEFINES {name}F."
        yield f"{pad}  03 {name}A    PICTURE X."
    if part.extended:
        yield f"{pad}{level}  FILLER   PICTURE X({len(part.extended)})."
    yield from _data(part, "I", pad, level)


def _output(part: _Part, mode: str, tables: Iterator[int]) -> Iterator[str]:
    """The output side of a field: room for L and A, the extended attributes, O."""
    name, level, pad = part.name, "02", "    "
    if part.occurs > 1:
        table = f"{name}G" if mode == "OUT" else f"DFHMS{next(tables)}"
        yield f"    02  {table} OCCURS {part.occurs} TIMES."
        level, pad = "03", "      "
    if part.occurs > 1 or mode == "OUT":
        yield f"{pad}{level}  FILLER PICTURE X(2)."
        yield f"{pad}{level}  {name}A    PICTURE X."
    else:
        yield f"{pad}{level}  FILLER PICTURE X(3)."
    for letter in part.extended:
        yield f"{pad}{level}  {name}{letter}    PICTURE X."
    yield from _data(part, "O", pad, level)


def _data(part: _Part, side: str, pad: str, level: str) -> Iterator[str]:
    if not part.grouped:
        yield f"{pad}{level}  {part.name}{side}  PIC {_picture(part.members[0], side)}."
        return
    yield f"{pad}{level}  {part.name}{side}."
    inner = f"{int(level) + 1:02}"
    for between, field in _spaced(part.members, part.columns):
        if between:
            yield f"{pad}  {inner}  FILLER PIC X({between})."
        name = f"{field.name}{side}" if field.name else "FILLER"
        yield f"{pad}  {inner}  {name}  PIC {_picture(field, side)}."


def _spaced(members: Sequence[Field], columns: int) -> Iterator[tuple[int, Field]]:
    """The members of a group, each with the bytes on the screen between it and the one before."""
    end: int | None = None
    for field in members:
        start = (field.row - 1) * columns + field.column
        yield max(start - end, 0) if end is not None else 0, field
        end = start + field.length


def _picture(field: Field, side: str) -> str:
    stated = field.picin if side == "I" else field.picout
    return stated or f"X({field.length})"
