"""The names that statements use: what they define, what they use, and whether they exist."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cobolsmith.languages.cobol.flow import Body
from cobolsmith.languages.cobol.reading import Reading, every, qualified
from cobolsmith.program import Ambiguous, Program, Reference, Role, Undefined
from cobolsmith.reserved import INTRINSICS, KEYWORDS, SPECIAL_REGISTERS

if TYPE_CHECKING:
    from tree_sitter import Node

_DEFINED = frozenset(
    (
        *(("move_statement", "to"), ("compute_statement", "target"), ("add_statement", "giving")),
        *(("subtract_statement", "giving"), ("multiply_statement", "giving")),
        *(("divide_statement", "giving"), ("divide_statement", "remainder")),
        *(("initialize_statement", "target"), ("unstring_statement", "into")),
        *(("delimiter_in_phrase", "delimiter"), ("count_in_phrase", "count")),
        *(("into_phrase", "into"), ("accept_statement", "target"), ("varying_phrase", "index")),
        *(("after_phrase", "index"), ("returning_phrase", "returning")),
    )
)
_BOTH = frozenset(
    (
        *(("string_statement", "into"), ("pointer_phrase", "pointer")),
        *(("tallying_in_phrase", "tally"), ("search_statement", "varying")),
    )
)
_GIVEN = frozenset(
    (
        *(("add_statement", "to"), ("subtract_statement", "from")),
        *(("multiply_statement", "by"), ("divide_statement", "into")),
    )
)
"""Receivers that are only read where the statement has GIVING."""

_PROCEDURES = frozenset(
    (
        *(("perform_statement", "procedure"), ("perform_statement", "through")),
        *(("go_to_statement", "target"), ("alter_statement", "procedure")),
        *(("alter_statement", "target"), ("sort_procedure_phrase", "procedure")),
        ("sort_procedure_phrase", "through"),
    )
)
_FILES = frozenset(("file", "report"))
_PRECOMPILED = ("DFH", "EIB", "SQL")
"""How names begin that the CICS and SQL precompilers define."""

_CONTEXT_NAMES = frozenset(("EXCEPTION-STATUS", "ENVIRONMENT-VALUE", "ARGUMENT-VALUE"))


def read_references(
    reading: Reading, program: Program, bodies: Sequence[Body]
) -> tuple[Reference, ...]:
    """Every name used in the procedures, in order; data-names that don't exist are problems."""
    found: list[Reference] = []
    executes = any(
        next(every(sentence, "exec_statement"), None) is not None
        for body in bodies
        for sentence in body.sentences
    )
    for body in bodies:
        procedure = body.procedure.index if body.procedure else None
        for sentence in body.sentences:
            for node, role in _names(reading, sentence):
                name, qualifiers = qualified(reading, node)
                origin = reading.origin(node)
                reference = Reference(name, qualifiers, origin, role, procedure)
                found.append(reference)
                if not (executes and name.startswith(_PRECOMPILED)):
                    _check(reading, program, node, reference)
    return tuple(found)


def _names(reading: Reading, sentence: Node) -> Iterator[tuple[Node, Role]]:
    """The qualified_name (and file name) nodes of a sentence with what happens to them."""
    waiting = [sentence]
    found: list[tuple[Node, Role]] = []
    while waiting:
        parent = waiting.pop()
        children = parent.children
        for index, child in enumerate(children):
            if child.type == "qualified_name":
                field = parent.field_name_for_child(index) or ""
                found.append((child, _role(reading, parent, field, index)))
            elif child.type == "name" and parent.field_name_for_child(index) in _FILES:
                found.append((child, "file"))
        waiting.extend(one for one in reversed(children) if not _is_translated(reading, one))
    return iter(sorted(found, key=lambda pair: pair[0].start_byte))


def _is_translated(reading: Reading, node: Node) -> bool:
    """Whether the CICS translator takes a name's subscript for a word of its own."""
    return node.type == "qualified_name" and qualified(reading, node)[0] in ("DFHRESP", "DFHVALUE")


def _role(reading: Reading, parent: Node, field: str, index: int) -> Role:
    place = (parent.type, field)
    if place in _PROCEDURES:
        return "procedure"
    if place in _DEFINED:
        return "define"
    if place in _BOTH:
        return "both"
    if place in _GIVEN:
        return "use" if parent.child_by_field_name("giving") is not None else "both"
    if parent.type == "set_statement" and field == "target":
        moved = any(parent.child_by_field_name(way) is not None for way in ("up_by", "down_by"))
        return "both" if moved else "define"
    if parent.type == "inspect_statement" and field == "subject":
        changed = any(
            one.type in ("replacing_phrase", "converting_phrase") for one in parent.children
        )
        return "both" if changed else "use"
    if parent.type == "tallying_phrase":
        following = parent.children[index + 1] if index + 1 < parent.child_count else None
        return "both" if following is not None and reading.word(following) == "FOR" else "use"
    if parent.type == "argument" and field == "value":
        return "use" if reading.field(parent, "mode") in ("CONTENT", "VALUE") else "both"
    return "use"


def _check(reading: Reading, program: Program, node: Node, reference: Reference) -> None:
    if not reference.name or reference.role in ("procedure", "file"):
        return
    if _is_predefined(program, reference.name):
        return
    found = program.resolve(reference.name, reference.qualifiers)
    if isinstance(found, Ambiguous):
        reading.problem(
            "ambiguous name",
            f"{reference.name} is the name of {len(found.candidates)} items",
            node,
            "qualify it with OF",
        )
    elif isinstance(found, Undefined) and reading.whole and not program.containing:
        reading.problem(
            "undefined name", f"{reference.name} is not defined", node, "define it or correct it"
        )


def _is_predefined(program: Program, name: str) -> bool:
    """Registers, mnemonic names, files, functions, and words with a meaning in their context."""
    return (
        name in SPECIAL_REGISTERS
        or name in program.mnemonics
        or name in _CONTEXT_NAMES
        or any(file.name == name for file in program.files)
        or name in KEYWORDS
        or name in INTRINSICS
    )
