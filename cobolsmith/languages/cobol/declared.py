"""What clauses of the environment and data divisions do with items: keys, status, OCCURS, screens
and reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from cobolsmith.dataflow import UseRole
from cobolsmith.languages.cobol.reading import Reading
from cobolsmith.languages.cobol.roles import Roles
from cobolsmith.languages.cobol.statements import Operand, clauses
from cobolsmith.languages.cobol.uses import Uses
from cobolsmith.program import Ambiguous, DataItem, Program

if TYPE_CHECKING:
    from tree_sitter import Node

_KEYS: Roles = ("keys",)
_PLACES: dict[tuple[str, str], tuple[str, Roles]] = {
    # (kind of node, field): what is said to use the item, and how
    ("record_key_clause", "name"): ("SELECT", _KEYS),
    ("record_key_clause", "part"): ("SELECT", _KEYS),
    ("alternate_key_clause", "name"): ("SELECT", _KEYS),
    ("alternate_key_clause", "part"): ("SELECT", _KEYS),
    ("relative_key_clause", "name"): ("SELECT", _KEYS),
    ("file_status_clause", "name"): ("SELECT", ("writes",)),
    ("file_status_clause", "extended"): ("SELECT", ("writes",)),
    ("linage_clause", ""): ("FD", ("reads",)),
    ("key_phrase", "key"): ("OCCURS", ("sorts",)),
    ("control_clause", "control"): ("CONTROL", ("compares",)),
    ("type_clause", "control"): ("CONTROL", ("compares",)),
    ("source_clause", "source"): ("SOURCE", ("shows",)),
    ("sum_clause", "sum"): ("SUM", ("shows",)),
    ("sum_clause", "upon"): ("SUM", ()),
    ("sum_clause", "reset"): ("SUM", ("compares",)),
    ("present_when_clause", "condition"): ("PRESENT", ("compares",)),
    ("from_clause", "from"): ("FROM", ("shows",)),
    ("to_clause", "to"): ("TO", ("accepts",)),
    ("using_clause", "using"): ("USING", ("shows", "accepts")),
    ("line_clause", "place"): ("LINE", ("reads",)),
    ("column_clause", "place"): ("COLUMN", ("reads",)),
    ("property_clause", "value"): ("SCREEN", ("reads",)),
}
_PARAMETERS: tuple[tuple[str, UseRole], ...] = (("using", "passes"), ("returning", "returns"))


def read_declared(
    reading: Reading, uses: Uses, selects: Iterable[Node], tables: Iterable[tuple[int | None, Node]]
) -> None:
    """Add to `uses` what SELECT entries, and file and data descriptions, say of items.

    `tables` are the descriptions that may name items, each with its item's position.
    """
    for node in selects:
        _read(reading, uses, node, reading.field(node, "name"), None, "SELECT")
    for index, node in tables:
        file = reading.field(node, "name") if index is None else ""
        _read(reading, uses, node, file, index, "OCCURS" if index is not None else "FD")


def read_header(reading: Reading, uses: Uses, division: Node) -> None:
    """Add to `uses` the parameters of a PROCEDURE DIVISION; what isn't defined is a problem."""
    for place, role in _PARAMETERS:
        phrase = division.child_by_field_name(place)
        for operand in clauses(reading, phrase).operands if phrase is not None else ():
            if operand.kind == "name" and operand.name:
                _use(uses, operand, "PROCEDURE DIVISION", (role,), "", None)


def _read(
    reading: Reading, uses: Uses, node: Node, file: str, index: int | None, verb: str
) -> None:
    if index is not None and uses.program.items[index].section in ("SCREEN", "REPORT"):
        verb = uses.program.items[index].section
    entry = clauses(reading, node)
    for operand in entry.operands:
        if operand.kind != "name" or not operand.name:
            continue
        place = (operand.where, operand.field)
        if place == ("depending_phrase", "depending"):
            _use(uses, operand, verb, ("lengths",), file, index)
        elif place in _PLACES:
            clause, roles = _PLACES[place]
            if operand.inside == "subscript":
                roles = ("subscripts",)
            _use(uses, operand, clause, roles, file, index)
        elif operand.where == "any_clause" or place == ("assign_clause", "target"):
            _shown(uses, operand, verb)


def _shown(uses: Uses, operand: Operand, verb: str) -> None:
    """A name in a clause that is kept as words; what means no item is a word of the clause."""
    found = uses.item(operand)
    if found is not None:
        uses.add(operand, found, "reads", verb, None)


def _use(
    uses: Uses, operand: Operand, verb: str, roles: Roles, file: str, index: int | None
) -> None:
    found = uses.look_up(operand.name, operand.qualifiers)
    if isinstance(found, Ambiguous):
        near = _nearest(uses.program, found, file, index)
        found = ("", near) if near is not None else found
    if not isinstance(found, tuple):
        uses.miss(uses.refer(operand, "use", None), operand, found, verb)
        return
    for role in roles:
        uses.add(operand, found, role, verb, None)


def _nearest(program: Program, found: Ambiguous, file: str, index: int | None) -> DataItem | None:
    """Of items with one name the one in the file's records, or in the table itself."""
    inside = {one.index for one in program.below(index)} | {index} if index is not None else set()
    near = [
        program.items[one]
        for one in found.candidates
        if one in inside or (file and program.record(one).file == file)
    ]
    return near[0] if len(near) == 1 else None


def selects(nodes: Iterable[Node]) -> Iterator[Node]:
    """The SELECT entries among the nodes of a program and below them."""
    for node in nodes:
        if node.type == "select_entry":
            yield node
        elif node.type in _HOLDING:
            yield from selects(node.children)


_HOLDING = frozenset(
    ("environment_division", "input_output_section", "file_control_paragraph", "ERROR")
)
