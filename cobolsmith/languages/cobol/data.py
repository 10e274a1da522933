"""Data description entries to data items: levels, clauses, inheritance, places in storage."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cobolsmith.languages.cobol import picture
from cobolsmith.languages.cobol.hierarchy import Entry, hierarchy
from cobolsmith.languages.cobol.layout import USAGES, Dialect, lay_out
from cobolsmith.languages.cobol.reading import Reading, every, outermost, qualified
from cobolsmith.program import DataItem, Occurs, Origin, Picture, Reference, Sign

if TYPE_CHECKING:
    from tree_sitter import Node

SECTIONS: dict[str, str] = {
    "file_section": "FILE",
    "working_storage_section": "WORKING-STORAGE",
    "local_storage_section": "LOCAL-STORAGE",
    "linkage_section": "LINKAGE",
    "screen_section": "SCREEN",
    "report_section": "REPORT",
    "communication_section": "COMMUNICATION",
}
_SYMBOLIC_COUNT = re.compile(r"\(([A-Z0-9-]*[A-Z][A-Z0-9-]*)\)")
_CONSTANT = re.compile(r"(?:IS\s+)?CONSTANT\b(?:\s+IS)?(?:\s+GLOBAL)?\s*(?:AS\s+)?(.*)", re.DOTALL)
_HARMLESS = re.compile(r"(?:UN)?SIGNED$|ANY LENGTH$|IS TYPEDEF$|TYPEDEF$|VOLATILE$|BASED$")
_DRAWN = ("SCREEN", "REPORT", "COMMUNICATION")


def read_items(reading: Reading, nodes: Sequence[Node], dialect: Dialect) -> tuple[DataItem, ...]:
    """The data items of the data division nodes (or loose entries) of one program, in order."""
    constants: dict[str, int] = {}
    entries = [
        _entry(reading, node, index, section, file, constants)
        for index, (node, section, file) in enumerate(_descriptions(reading, nodes))
    ]
    items = hierarchy(reading, entries)
    places = lay_out(items, dialect)
    placed = [
        replace(item, offset=offset, length=length)
        for item, (offset, length) in zip(items, places, strict=True)
    ]
    _check_lengths(reading, entries, placed)
    return (*placed, *_index_names(placed))


def _descriptions(reading: Reading, nodes: Sequence[Node]) -> Iterator[tuple[Node, str, str]]:
    """Each data_description with its section and the FD or SD it stands under.

    Entries that the parser left outside (behind an error) count to the section before them.
    """
    section = file = ""
    entries = ("file_description", "data_description")
    for node in _data_nodes(nodes, (*entries, *SECTIONS)):
        inside = [node]
        if node.type in SECTIONS:
            section, file = SECTIONS[node.type], ""
            inside = list(outermost(node, *entries))
        for entry in inside:
            if entry.type == "file_description":
                file = reading.field(entry, "name")
            else:
                yield entry, section, file


def _data_nodes(nodes: Sequence[Node], kinds: tuple[str, ...]) -> Iterator[Node]:
    for node in nodes:
        if node.type in kinds:
            yield node
        elif node.type == "data_division":
            yield from outermost(node, *kinds)


def _entry(
    reading: Reading, node: Node, index: int, section: str, file: str, constants: dict[str, int]
) -> Entry:
    """Read one data description; its place in the hierarchy comes later."""
    clauses = {child.type: child for child in node.children}
    level = reading.field(node, "level")
    name = node.child_by_field_name("name")
    item = DataItem(
        index=index,
        name=reading.word(name),
        level=int(level) if level.isdigit() else 1,
        section=section,
        origin=reading.origin(node),
        name_origin=reading.origin(name) if name is not None else None,
        picture=_picture(reading, clauses.get("picture_clause"), constants),
        occurs=_occurs(reading, clauses.get("occurs_clause"), constants),
        sign=_sign(reading, clauses.get("sign_clause")),
        synchronized="synchronized_clause" in clauses,
        justified="justified_clause" in clauses,
        blank_when_zero="blank_when_zero_clause" in clauses,
        external="external_clause" in clauses,
        global_="global_clause" in clauses,
        values=tuple(_values(reading, clauses.get("value_clause"))),
        false_value=_false_value(reading, clauses.get("value_clause")),
        file=file,
    )
    item = _loose_clauses(reading, node, item, constants)
    if item.level == 78 and item.values:
        _note_constant(constants, item.name, str(item.values[0]))
    renames = clauses.get("renames_clause")
    return Entry(
        item,
        node,
        reading.field(clauses["redefines_clause"], "name") if "redefines_clause" in clauses else "",
        tuple(_rename_ends(reading, renames)) if renames is not None else (),
        _usage(reading, clauses.get("usage_clause")),
    )


def _loose_clauses(
    reading: Reading, node: Node, item: DataItem, constants: dict[str, int]
) -> DataItem:
    """The clauses the grammar has no name for: constants, ANY LENGTH; others are unknown."""
    for clause in node.children:
        if clause.type != "any_clause":
            continue
        text = " ".join(reading.word(clause).split())
        if constant := _CONSTANT.match(text):
            _note_constant(constants, item.name, constant[1])
            item = replace(item, level=78, values=(constant[1],))
        elif text == "ANY LENGTH":
            item = replace(item, any_length=True)
        elif item.section not in _DRAWN and not _HARMLESS.match(text):
            reading.unknown("clause", f"the clause {text} of {item.name or 'FILLER'}", clause)
    return item


def _note_constant(constants: dict[str, int], name: str, value: str) -> None:
    if value.lstrip("+-").isdigit():
        constants[name] = int(value)


def _picture(reading: Reading, clause: Node | None, constants: dict[str, int]) -> Picture | None:
    if clause is None:
        return None
    text = _SYMBOLIC_COUNT.sub(
        lambda count: f"({constants.get(count[1], count[1])})", reading.field(clause, "picture")
    )
    try:
        return picture.parse(text, currency=reading.currency, decimal_comma=reading.decimal_comma)
    except picture.PictureError as error:
        reading.problem("picture", error.what, clause, "write a PICTURE string")
        return None


def _usage(reading: Reading, clause: Node | None) -> str:
    if clause is None:
        return ""
    written = reading.field(clause, "usage")
    usage = USAGES.get(written)
    if usage is None:
        reading.unknown("usage", f"the usage {written}", clause)
        return "DISPLAY"
    return usage


def _occurs(reading: Reading, clause: Node | None, constants: dict[str, int]) -> Occurs | None:
    if clause is None:
        return None
    least = _size(reading, clause.child_by_field_name("min"), constants)
    most = clause.child_by_field_name("max")
    depending = next(every(clause, "depending_phrase"), None)
    named = depending.child_by_field_name("depending") if depending is not None else None
    return Occurs(
        least,
        _size(reading, most, constants) if most is not None else least,
        _reference(reading, named) if named is not None else None,
        tuple(
            (reading.field(phrase, "order"), qualified(reading, key)[0])
            for phrase in every(clause, "key_phrase")
            for key in phrase.children_by_field_name("key")
        ),
        tuple(
            reading.word(index)
            for phrase in every(clause, "indexed_phrase")
            for index in phrase.children_by_field_name("index")
        ),
    )


def _size(reading: Reading, node: Node | None, constants: dict[str, int]) -> int:
    text = reading.word(node)
    if text.isdigit():
        return int(text)
    if text in constants:
        return constants[text]
    if node is not None:
        reading.unknown("constant", f"the value of {text}", node)
    return 1


def _reference(reading: Reading, node: Node) -> Reference:
    name, qualifiers = qualified(reading, node)
    return Reference(name, qualifiers, reading.origin(node))


def _sign(reading: Reading, clause: Node | None) -> Sign | None:
    if clause is None:
        return None
    separate = clause.child_by_field_name("separate") is not None
    return Sign(reading.field(clause, "position") == "LEADING", separate)


def _values(reading: Reading, clause: Node | None) -> Iterator[str | tuple[str, str]]:
    for child in clause.children if clause is not None else ():
        if child.type == "value_range":
            ends = [child.child_by_field_name(end) for end in ("from", "through")]
            yield _literal(reading, ends[0]), _literal(reading, ends[1])
    for value in clause.children_by_field_name("value") if clause is not None else ():
        yield _literal(reading, value)


def _false_value(reading: Reading, clause: Node | None) -> str | None:
    phrase = next(outermost(clause, "value_when_false"), None) if clause is not None else None
    value = phrase.child_by_field_name("value") if phrase is not None else None
    return _literal(reading, value) if value is not None else None


def _literal(reading: Reading, node: Node | None) -> str:
    """A literal as written (its case is its own), words in upper case."""
    if node is None:
        return ""
    return reading.tree.text(node) if node.type == "string_literal" else reading.word(node)


def _rename_ends(reading: Reading, clause: Node) -> Iterator[tuple[str, tuple[str, ...]]]:
    for end in ("from", "through"):
        node = clause.child_by_field_name(end)
        if node is not None:
            yield qualified(reading, node)


def _check_lengths(reading: Reading, entries: Sequence[Entry], items: Sequence[DataItem]) -> None:
    for entry, item in zip(entries, items, strict=True):
        if item.length or item.level in (66, 78, 88) or item.section in _DRAWN or item.children:
            continue
        if not any(one.type == "picture_clause" for one in entry.node.children):
            name = item.name or "FILLER"
            reading.problem(
                "layout",
                f"{name} has no PICTURE and no items under it",
                entry.node,
                "give it a PICTURE or a usage that has a length",
            )


def _index_names(items: Sequence[DataItem]) -> Iterator[DataItem]:
    at = len(items)
    for item in items:
        for name in item.occurs.indexes if item.occurs else ():
            origin: Origin = item.origin
            yield DataItem(
                at, name, 0, item.section, origin, usage="INDEX", length=4, file=item.file
            )
            at += 1
