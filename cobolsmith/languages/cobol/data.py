"""Data description entries to data items: levels, clauses, inheritance, places in storage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from cobolsmith.languages.cobol.clauses import CLAUSES, DRAWN, note_constant
from cobolsmith.languages.cobol.hierarchy import Entry, hierarchy
from cobolsmith.languages.cobol.layout import Dialect, lay_out
from cobolsmith.languages.cobol.reading import Reading, outermost
from cobolsmith.program import DataItem, Origin

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


def read_items(
    reading: Reading,
    nodes: Sequence[Node],
    dialect: Dialect,
    defined: Mapping[str, str | int | None],
) -> tuple[tuple[DataItem, ...], list[tuple[int | None, Node]]]:
    """The data items of the data division nodes (or loose entries) of one program, in order; and
    the descriptions whose clauses may name items, with their item (None: that of a file).
    `defined` are the constants of >>DEFINE."""
    described: list[Node] = []
    constants = {name: value for name, value in defined.items() if isinstance(value, int)}
    entries = [
        _entry(reading, node, index, section, file, constants)
        for index, (node, section, file) in enumerate(_descriptions(reading, nodes, described))
    ]
    hierarchy(reading, entries)
    places = lay_out(entries, dialect)
    items = [
        entry.item(0 if entry.section in DRAWN else offset, length)
        for entry, (offset, length) in zip(entries, places, strict=True)
    ]
    _check_lengths(reading, entries, items)
    naming: list[tuple[int | None, Node]] = [(None, node) for node in described]
    naming += [(one.index, one.node) for one in entries if one.occurs or one.section in DRAWN]
    return (*items, *_index_names(items)), naming


def _descriptions(
    reading: Reading, nodes: Sequence[Node], described: list[Node]
) -> Iterator[tuple[Node, str, str]]:
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
                described.append(entry)
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
    level = name = None
    clauses: list[Node] = []
    for child in node.children:
        kind = child.type
        if kind == "level_number":
            level = child
        elif kind == "name":
            name = child
        elif kind.endswith("_clause"):
            clauses.append(child)
    number = reading.word(level)
    entry = Entry(
        index,
        reading.name(name) if name is not None else "",
        int(number) if number.isdigit() else 1,
        section,
        file,
        node,
        reading.origin(node),
        reading.origin(name) if name is not None else None,
    )
    for clause in clauses:
        read = CLAUSES.get(clause.type)
        if read is not None:
            read(reading, clause, entry, constants)
    if entry.level == 78 and entry.values:
        note_constant(constants, entry.name, str(entry.values[0]))
    return entry


def _check_lengths(reading: Reading, entries: Sequence[Entry], items: Sequence[DataItem]) -> None:
    for entry, item in zip(entries, items, strict=True):
        if item.length or item.level in (66, 78, 88) or item.section in DRAWN or item.children:
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
