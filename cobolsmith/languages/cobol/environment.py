"""ENVIRONMENT DIVISION: what SPECIAL-NAMES changes and names, and the files of FILE-CONTROL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cobolsmith.languages.cobol.reading import Reading, every, outermost
from cobolsmith.program import DataItem, FileEntry

if TYPE_CHECKING:
    from tree_sitter import Node

_NAMED = (
    # clause, fields that hold a name SPECIAL-NAMES defines
    ("mnemonic_clause", ("mnemonic",)),
    ("switch_status", ("condition",)),
    ("class_clause", ("name",)),
    ("alphabet_clause", ("name",)),
)

_WITHOUT = frozenset(
    (
        *("procedure_division", "section", "paragraph", "sentence", "declaratives"),
        *("working_storage_section", "local_storage_section", "linkage_section"),
        *("screen_section", "data_description", "report_section", "comment_paragraph"),
    )
)
"""Parts that hold nothing of the environment or of file descriptions: not looked into."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What SPECIAL-NAMES and REPOSITORY say; contained programs inherit it."""

    currency: str = "$"
    decimal_comma: bool = False
    mnemonics: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()


def read_environment(
    reading: Reading, nodes: Sequence[Node], inherited: Environment
) -> Environment:
    """SPECIAL-NAMES and REPOSITORY of a program's nodes, on top of its containing program's."""
    currency, comma = inherited.currency, inherited.decimal_comma
    names = list(inherited.mnemonics)
    for paragraph in _under(nodes, "special_names_paragraph"):
        comma = comma or any(one.type == "decimal_point_clause" for one in paragraph.children)
        for clause in outermost(paragraph, "currency_clause"):
            currency = _currency(reading, clause) or currency
        for kind, fields in _NAMED:
            for clause in every(paragraph, kind):
                names.extend(filter(None, (reading.field(clause, name) for name in fields)))
        for clause in every(paragraph, "symbolic_clause"):
            names.extend(reading.word(one) for one in clause.children if one.type == "name")
    functions = list(inherited.functions)
    for paragraph in _under(nodes, "repository_paragraph"):
        words = [reading.word(one) for one in paragraph.children if one.type == "name"]
        functions.extend(word for word in words if word not in ("INTRINSIC", "AS"))
    mnemonics = tuple(dict.fromkeys((*names, *functions)))
    return Environment(currency, comma, mnemonics, tuple(dict.fromkeys(functions)))


def _under(nodes: Sequence[Node], *kinds: str) -> Iterator[Node]:
    """The outermost nodes of these kinds among nodes and below them."""
    waiting = list(reversed(nodes))
    while waiting:
        node = waiting.pop()
        if node.type in kinds:
            yield node
        elif node.child_count and node.type not in _WITHOUT:
            waiting.extend(reversed(node.children))


def _currency(reading: Reading, clause: Node) -> str:
    """The currency symbol: the last literal (that of PICTURE SYMBOL where there are two)."""
    literals = [one for one in clause.children if one.type == "string_literal"]
    return reading.tree.text(literals[-1])[1:-1] if literals else ""


def read_files(
    reading: Reading, nodes: Sequence[Node], items: Sequence[DataItem]
) -> tuple[FileEntry, ...]:
    """The files of a program: each SELECT with its FD or SD, and each FD or SD without one."""
    environment = [
        node for node in nodes if node.type not in ("data_division", "procedure_division")
    ]
    selects = {reading.field(node, "name"): node for node in _under(environment, "select_entry")}
    described = {
        reading.field(node, "name"): node
        for node in _under(nodes, "file_description")
        if reading.field(node, "kind") in ("FD", "SD")
    }
    records: dict[str, tuple[int, ...]] = {}
    for item in items:
        if item.file and item.parent is None and item.level not in (0, 66, 78, 88):
            records[item.file] = (*records.get(item.file, ()), item.index)
    return tuple(
        _file(reading, name, selects.get(name), described.get(name), records.get(name, ()))
        for name in dict.fromkeys((*selects, *described))
    )


def _file(
    reading: Reading,
    name: str,
    select: Node | None,
    description: Node | None,
    records: tuple[int, ...],
) -> FileEntry:
    shown = select if select is not None else description
    assert shown is not None
    kind = reading.field(description, "kind") if description is not None else ""
    which: Literal["FD", "SD", ""] = "FD" if kind == "FD" else "SD" if kind == "SD" else ""
    shared = description is not None and any(
        one.type == "global_clause" for one in description.children
    )
    reports = tuple(_reports(reading, description))
    entry = FileEntry(
        name, which, reading.origin(shown), global_=shared, reports=reports, records=records
    )
    if select is None:
        if reading.whole:
            reading.problem("file", f"{name} has no SELECT", shown, "add it to FILE-CONTROL")
        return entry
    clauses = {one.type: one for one in select.children}
    alternates = [one for one in select.children if one.type == "alternate_key_clause"]
    return FileEntry(
        name,
        which,
        reading.origin(select),
        _assigned(reading, clauses.get("assign_clause")),
        _organization(reading, clauses.get("organization_clause")),
        _field(reading, clauses.get("access_mode_clause"), "mode") or "SEQUENTIAL",
        _field(reading, clauses.get("record_key_clause"), "name"),
        tuple(reading.field(one, "name") for one in alternates),
        _field(reading, clauses.get("relative_key_clause"), "name"),
        _field(reading, clauses.get("file_status_clause"), "name"),
        any(reading.word(one) == "OPTIONAL" for one in select.children if not one.is_named),
        shared,
        reports,
        records,
    )


def _reports(reading: Reading, description: Node | None) -> Iterator[str]:
    for clause in description.children if description is not None else ():
        if clause.type == "report_clause":
            yield from (reading.word(one) for one in clause.children_by_field_name("name"))


def _field(reading: Reading, clause: Node | None, name: str) -> str:
    return reading.field(clause, name) if clause is not None else ""


def _assigned(reading: Reading, clause: Node | None) -> str:
    if clause is None:
        return ""
    targets = clause.children_by_field_name("target")
    return reading.tree.text(targets[-1]) if targets else ""


def _organization(reading: Reading, clause: Node | None) -> str:
    words = reading.word(clause).split() if clause is not None else []
    if "LINE" in words:
        return "LINE SEQUENTIAL"
    return next((word for word in words if word in ("INDEXED", "RELATIVE")), "SEQUENTIAL")
