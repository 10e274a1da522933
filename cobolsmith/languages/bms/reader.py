"""From a BMS source to its mapset: macros in order, operands by keyword, defaults filled in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from cobolsmith.cards import pieces
from cobolsmith.items import Origin, Problem
from cobolsmith.languages.bms.mapsets import Field, Map, Mapset
from cobolsmith.source import Source, Span
from cobolsmith.syntax import parse

if TYPE_CHECKING:
    from tree_sitter import Node

SCREEN = (24, 80)
"""The size of a map that nothing gives one: a model 2 screen."""


@dataclass(slots=True)
class _Reading:
    """What has been read so far of a source's mapsets; a macro belongs to the last of each."""

    source: Source
    mapsets: list[Mapset] = field(default_factory=list)
    maps: list[Map] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def end_map(self) -> None:
        if self.maps:
            self.maps[-1] = replace(self.maps[-1], fields=tuple(self.fields))
        self.fields = []

    def end_mapset(self) -> None:
        self.end_map()
        if self.mapsets:
            done = replace(self.mapsets[-1], maps=tuple(self.maps), unknowns=tuple(self.problems))
            self.mapsets[-1], self.problems = done, []
        self.maps = []


def read_bms(source: Source) -> Mapset:
    """The first mapset of a source; one without a name if no DFHMSD opens one."""
    return read_mapsets(source)[0]


def read_mapsets(source: Source) -> tuple[Mapset, ...]:
    """All mapsets of a source in order; at least one, if without a name or maps."""
    tree = parse(source.view, "bms")
    reading = _Reading(source)
    for node in tree.root.children:
        _read_macro(reading, node)
    for fault in tree.errors():
        origin = Origin(source.path, Span(fault.start, fault.end))
        reading.problems.append(Problem("syntax", fault.message, origin, "mend the macro"))
    if not reading.mapsets:
        reading.mapsets.append(Mapset("", Origin(source.path, Span(0, len(source.view)))))
    reading.end_mapset()
    return tuple(reading.mapsets)


def _read_macro(reading: _Reading, node: Node) -> None:
    name = _label(reading.source, node)
    operands = dict(_operands(reading.source, node))
    origin = _origin(reading.source, node)
    if node.type == "mapset_macro":
        if operands.get("TYPE", "").upper() == "FINAL":
            return
        reading.end_mapset()
        reading.mapsets.append(Mapset(name, origin, operands=operands))
    elif node.type == "map_macro":
        if not reading.mapsets:
            reading.mapsets.append(Mapset("", origin))
        reading.end_map()
        size = _numbers(operands.get("SIZE", ""))
        data = operands.get("DATA") or reading.mapsets[-1].operands.get("DATA", "")
        if data.upper() == "BLOCK":
            what = f"{name} is DATA=BLOCK: its symbolic map has another layout, which isn't known"
            _note(reading, "block", what, origin)
        reading.maps.append(Map(name, size or SCREEN, origin, operands=operands))
    elif node.type == "field_macro":
        if reading.maps:
            reading.fields.append(_field(reading, name, operands, origin))
        else:
            _note(reading, "map", f"DFHMDF {name or 'without a name'} is in no map", origin)
    elif node.type == "instruction":
        _read_instruction(reading, node, origin)


_SILENT = frozenset(("TITLE", "PRINT", "END", "EJECT", "SPACE", "PUNCH", "DFHPSD", "DFHPDI"))
"""Instructions that say nothing about maps."""


def _read_instruction(reading: _Reading, node: Node, origin: Origin) -> None:
    """What another macro or a COPY brings isn't known here."""
    operation = node.child_by_field_name("operation")
    name = _text(reading.source, operation).upper() if operation else ""
    if name not in _SILENT:
        _note(reading, "macro", f"{name} isn't expanded", origin)


def _note(reading: _Reading, kind: str, what: str, origin: Origin) -> None:
    reading.problems.append(Problem(kind, what, origin, "check the map by hand"))


def _field(reading: _Reading, name: str, operands: dict[str, str], origin: Origin) -> Field:
    columns = reading.maps[-1].size[1]
    row, column = _position(operands.get("POS", ""), columns)
    initial = _unquoted(operands.get("INITIAL", operands.get("GINIT", "")))
    xinit = _unquoted(operands.get("XINIT", ""))
    picin, picout = (_unquoted(operands.get(key, "")) for key in ("PICIN", "PICOUT"))
    stated = operands.get("LENGTH", "")
    if row == 0:
        _note(reading, "position", f"the field {name} has no POS that is understood", origin)
    length = int(stated) if stated.isdecimal() else 0
    if not stated:
        length = len(initial) or len(xinit) // 2 or picture_bytes(picin) or picture_bytes(picout)
    occurs = operands.get("OCCURS", "")
    return Field(
        name,
        row,
        column,
        length,
        origin,
        attributes=tuple(part.upper() for part in listed(operands.get("ATTRB", ""))),
        initial=initial or xinit,
        picin=picin,
        picout=picout,
        occurs=int(occurs) if occurs.isdecimal() else 1,
        group=operands.get("GRPNAME", ""),
        operands=operands,
    )


def _position(text: str, columns: int) -> tuple[int, int]:
    """POS=(row,column), or POS=n counted from 0 through the map; (0, 0) where it is neither."""
    if text.isdecimal():
        return int(text) // columns + 1, int(text) % columns + 1
    return _numbers(text) or (0, 0)


def _numbers(text: str) -> tuple[int, int] | None:
    parts = listed(text)
    if len(parts) != 2 or not all(part.isdecimal() for part in parts):
        return None
    return int(parts[0]), int(parts[1])


def listed(value: str) -> tuple[str, ...]:
    """The parts of an operand: `(A,B)` and `A,B` are two, `A` is one, nothing is none."""
    inner = value[1:-1] if value.startswith("(") else value
    return tuple(part.strip() for part in inner.split(",")) if inner else ()


def picture_bytes(picture: str) -> int:
    """How many bytes a PICTURE covers on the screen (S, V and P none)."""
    size, at, text = 0, 0, picture.upper()
    while at < len(text):
        count = 1
        end = at + 1
        if text[end : end + 1] == "(" and ")" in text[end:]:
            close = text.index(")", end)
            count = int(text[end + 1 : close]) if text[end + 1 : close].isdecimal() else 1
            end = close + 1
        size += 0 if text[at] in "SVP" else count
        at = end
    return size


# --- Nodes ----------------------------------------------------------------------------------------


def _operands(source: Source, node: Node) -> Iterator[tuple[str, str]]:
    """Keywords in capitals and their values as written, continued literals made whole."""
    for child in node.children:
        if child.type == "operand":
            keyword = child.child_by_field_name("keyword")
            value = child.child_by_field_name("value")
            if keyword is not None:
                yield _text(source, keyword).upper(), _value(source, value) if value else ""


def _value(source: Source, node: Node) -> str:
    """A value's text; a list is `(A,B)` without what stands between its cards."""
    if not node.child_count:
        return _text(source, node)
    aside = ("remarks", "continuation", "identification_area", "comment")
    return "".join(_value(source, child) for child in node.children if child.type not in aside)


def _label(source: Source, node: Node) -> str:
    label = node.child_by_field_name("label")
    return _text(source, label).upper() if label else ""


def _origin(source: Source, node: Node) -> Origin:
    return Origin(source.path, Span(node.start_byte, node.end_byte))


def _text(source: Source, node: Node) -> str:
    raw, start = source.view[node.start_byte : node.end_byte], node.start_byte
    parts = pieces(raw, node.start_point.column)
    return "".join(source.text(start + a, start + b).ljust(width) for a, b, width in parts)


def _unquoted(literal: str) -> str:
    """What a literal says: without its quotes, doubled quotes and ampersands made one."""
    if not literal.endswith("'") or "'" not in literal[:-1]:
        return literal
    inner = literal[literal.index("'") + 1 : -1]
    return inner.replace("''", "'").replace("&&", "&")
