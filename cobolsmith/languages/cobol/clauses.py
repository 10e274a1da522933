"""The clauses of a data description entry, one reader each."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from cobolsmith.languages.cobol import picture
from cobolsmith.languages.cobol.hierarchy import Entry
from cobolsmith.languages.cobol.layout import USAGES
from cobolsmith.languages.cobol.reading import Reading, qualified
from cobolsmith.program import Occurs, Reference, Sign
from cobolsmith.syntax import is_outside

if TYPE_CHECKING:
    from tree_sitter import Node

_SYMBOLIC_COUNT = re.compile(r"\(([A-Z0-9-]*[A-Z][A-Z0-9-]*)\)")
_CONSTANT = re.compile(r"(?:IS\s+)?CONSTANT\b(?:\s+IS)?(?:\s+GLOBAL)?\s*(?:AS\s+)?(.*)", re.DOTALL)
_HARMLESS = re.compile(r"SIGNED$|ANY LENGTH$|IS TYPEDEF$|TYPEDEF$|VOLATILE$|BASED$")
DRAWN = ("SCREEN", "REPORT", "COMMUNICATION")
"""Sections whose items have no storage of the usual kind."""


def note_constant(constants: dict[str, int], name: str, value: str) -> None:
    """Keep the value of a constant that may be a size."""
    if value.lstrip("+-").isdigit():
        constants[name] = int(value)


def _picture(reading: Reading, clause: Node, entry: Entry, constants: dict[str, int]) -> None:
    text = reading.field(clause, "picture")
    if "(" in text:
        text = _SYMBOLIC_COUNT.sub(lambda count: f"({constants.get(count[1], count[1])})", text)
    try:
        entry.picture = picture.parse(
            text, currency=reading.currency, decimal_comma=reading.decimal_comma
        )
    except picture.PictureError as error:
        reading.problem("picture", error.what, clause, "write a PICTURE string")


def _usage(reading: Reading, clause: Node, entry: Entry, constants: dict[str, int]) -> None:
    written = reading.field(clause, "usage")
    usage = USAGES.get(written)
    if usage is None:
        reading.unknown("usage", f"the usage {written}", clause)
    entry.usage = usage or "DISPLAY"
    entry.unsigned = entry.unsigned or written.startswith("UNSIGNED-")


def _occurs(reading: Reading, clause: Node, entry: Entry, constants: dict[str, int]) -> None:
    least = _size(reading, clause.child_by_field_name("min"), constants)
    most = clause.child_by_field_name("max")
    phrases: dict[str, list[Node]] = {}
    for child in clause.named_children:
        phrases.setdefault(child.type, []).append(child)
    depending = phrases.get("depending_phrase")
    named = depending[0].child_by_field_name("depending") if depending else None
    entry.occurs = Occurs(
        least,
        _size(reading, most, constants) if most is not None else least,
        _reference(reading, named) if named is not None else None,
        tuple(
            (reading.field(phrase, "order"), qualified(reading, key)[0])
            for phrase in phrases.get("key_phrase", ())
            for key in phrase.children_by_field_name("key")
        ),
        tuple(
            reading.word(index)
            for phrase in phrases.get("indexed_phrase", ())
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


def _sign(reading: Reading, clause: Node, entry: Entry, constants: dict[str, int]) -> None:
    separate = clause.child_by_field_name("separate") is not None
    entry.sign = Sign(reading.field(clause, "position") == "LEADING", separate)


def _value(reading: Reading, clause: Node, entry: Entry, constants: dict[str, int]) -> None:
    values: list[str | tuple[str, str]] = []
    for child in clause.named_children:
        if child.type == "value_range":
            ends = [child.child_by_field_name(end) for end in ("from", "through")]
            values.append((_literal(reading, ends[0]), _literal(reading, ends[1])))
        elif child.type == "value_when_false":
            entry.false_value = _literal(reading, child.child_by_field_name("value"))
        elif child.type != "separator" and not is_outside(child):
            values.append(_literal(reading, child))
    entry.values = tuple(values)


def _literal(reading: Reading, node: Node | None) -> str:
    """A literal as written (its case is its own), words in upper case."""
    if node is None:
        return ""
    return reading.tree.text(node) if node.type == "string_literal" else reading.word(node)


def _redefines(reading: Reading, clause: Node, entry: Entry, constants: dict[str, int]) -> None:
    entry.redefined = reading.field(clause, "name")


def _renames(reading: Reading, clause: Node, entry: Entry, constants: dict[str, int]) -> None:
    ends = (clause.child_by_field_name(end) for end in ("from", "through"))
    entry.renamed = tuple(qualified(reading, end) for end in ends if end is not None)


def _loose(reading: Reading, clause: Node, entry: Entry, constants: dict[str, int]) -> None:
    """A clause the grammar has no name for: constants, ANY LENGTH, UNSIGNED; others are unknown."""
    text = " ".join(reading.word(clause).split())
    if constant := _CONSTANT.match(text):
        note_constant(constants, entry.name, constant[1])
        entry.level, entry.values = 78, (constant[1],)
    elif text == "ANY LENGTH":
        entry.any_length = True
    elif text == "UNSIGNED":
        entry.unsigned = True
    elif entry.section != "COMMUNICATION" and not _HARMLESS.match(text):
        reading.unknown("clause", f"the clause {text} of {entry.name or 'FILLER'}", clause)


def _flag(name: str) -> Reader:
    def read(reading: Reading, clause: Node, entry: Entry, constants: dict[str, int]) -> None:
        setattr(entry, name, True)

    return read


Reader = Callable[["Reading", "Node", Entry, dict[str, int]], None]

CLAUSES: dict[str, Reader] = {
    # node kind: what reads it into the entry
    "picture_clause": _picture,
    "usage_clause": _usage,
    "occurs_clause": _occurs,
    "sign_clause": _sign,
    "value_clause": _value,
    "redefines_clause": _redefines,
    "renames_clause": _renames,
    "synchronized_clause": _flag("synchronized"),
    "justified_clause": _flag("justified"),
    "blank_when_zero_clause": _flag("blank_when_zero"),
    "external_clause": _flag("external"),
    "global_clause": _flag("global_"),
    "any_clause": _loose,
}
