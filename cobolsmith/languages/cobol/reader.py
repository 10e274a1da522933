"""From a source to its programs: expand, parse, then read items, files, procedures and names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from cobolsmith.languages.cobol.copybooks import Expansion, Library, expand
from cobolsmith.languages.cobol.data import read_items
from cobolsmith.languages.cobol.declared import selects
from cobolsmith.languages.cobol.environment import Environment, read_environment, read_files
from cobolsmith.languages.cobol.flow import (
    read_bodies,
    read_edges,
    read_entries,
    read_handles,
    read_statements,
)
from cobolsmith.languages.cobol.layout import Dialect, dialect
from cobolsmith.languages.cobol.names import read_flow
from cobolsmith.languages.cobol.reading import Reading, every, outermost
from cobolsmith.program import Problem, Program
from cobolsmith.reserved import RESERVED
from cobolsmith.source import Source
from cobolsmith.syntax import Tree, parse, parse_later

if TYPE_CHECKING:
    from tree_sitter import Node

_ASIDE = frozenset(
    ("comment", "debug_line", "directive", "sequence_area", "identification_area", "indicator")
)
"""What stands around programs and belongs to none."""


@dataclass(slots=True, eq=False)
class Unit:
    """The header and nodes of one program, and the program that holds it."""

    header: Node | None
    name: str
    holder: Unit | None
    nodes: list[Node] = field(default_factory=list)
    environment: Environment = field(default_factory=Environment)


def read_program(
    source: Source, copybook_paths: Sequence[Path] = (), *, std: str = "default"
) -> Program:
    """The first program of a source (of a copybook: its items and procedures, under no name).

    `copybook_paths` are the folders COPY is resolved from, after the source's own; `std` is cobc's
    name of the dialect, which decides on lengths. Raises SourceError for copybooks in a circle.
    """
    return read_programs(source, Library(tuple(copybook_paths)), std=std)[0]


def read_programs(source: Source, library: Library, *, std: str = "default") -> tuple[Program, ...]:
    """All programs of a source in order, contained ones too; at least one, if without a name."""
    expansion = expand(source, library)
    tree = parse_later(source.view, source.format)
    code = with_debugging_lines(expansion.text.data, expansion.format)
    same = code == source.view and expansion.format == source.format
    expanded = tree if same else parse(code, expansion.format)
    found = units(expanded)
    done: list[Program] = []
    for unit, following in zip_longest(found, found[1:]):
        outer = done[found.index(unit.holder)] if unit.holder else None
        one = _program(source, tree, expanded, expansion, unit, outer, dialect(std))
        done.append(_with_errors(one, expansion, unit, following))
    return tuple(done)


_COMPUTER = re.compile(rb"\bSOURCE-COMPUTER\b", re.IGNORECASE)
_DEBUGGING = re.compile(
    rb"\b(?:(DEBUGGING)|OBJECT-COMPUTER|SPECIAL-NAMES|SECTION|DIVISION)\b", re.IGNORECASE
)
_COMMENTS = re.compile(rb"(?m)^.{6}[*/].*$|\*>.*$")
_DEBUGGING_LINES = {
    "fixed": re.compile(rb"(?m)^(.{6})[Dd]"),
    "variable": re.compile(rb"(?m)^(.{6})[Dd]"),
    "free": re.compile(rb"(?mi)^(\s*)>>D(?=\s)"),
}


def with_debugging_lines(code: bytes, format: str) -> bytes:
    """A text whose debugging lines are code, where SOURCE-COMPUTER says WITH DEBUGGING MODE.

    It is as long as the text: what marks a debugging line becomes blanks.
    """
    if not _has_debugging_mode(code):
        return code
    return _DEBUGGING_LINES[format].sub(lambda one: one[0][: len(one[1])].ljust(len(one[0])), code)


def _has_debugging_mode(code: bytes) -> bool:
    """Whether SOURCE-COMPUTER says so, and no comment."""
    code = _COMMENTS.sub(b"", code)
    computer = _COMPUTER.search(code)
    found = _DEBUGGING.search(code, computer.end()) if computer is not None else None
    return found is not None and found[1] is not None


def units(tree: Tree) -> list[Unit]:
    """The programs of a source in order: cut into programs at PROGRAM-ID and END PROGRAM."""
    units: list[Unit] = []
    now: Unit | None = None
    for node in _parts(tree.root):
        if node.type in (
            "identification_division",
            "program_id_paragraph",
            "function_id_paragraph",
        ):
            now = Unit(node, _program_name(tree, node), now)
            units.append(now)
        elif node.type == "end_program":
            now = now.holder if now else None
        elif now is None:
            now = Unit(None, "", None, [node])
            units.append(now)
        else:
            now.nodes.append(node)
    return units or [Unit(None, "", None)]


def _parts(node: Node) -> Iterator[Node]:
    """The units of a source, those the parser put under an ERROR too."""
    for child in node.children:
        if child.type == "ERROR":
            yield from _parts(child)
        elif child.is_named and child.type not in _ASIDE:
            yield child


def _program_name(tree: Tree, node: Node) -> str:
    paragraph = node
    if node.type == "identification_division":
        found = next(outermost(node, "program_id_paragraph", "function_id_paragraph"), None)
        if found is None:
            return ""
        paragraph = found
    name = paragraph.child_by_field_name("name")
    return tree.text(name).strip("\"'").upper() if name is not None else ""


def _program(
    source: Source,
    tree: Tree,
    expanded: Tree,
    expansion: Expansion,
    unit: Unit,
    outer: Program | None,
    std: Dialect,
) -> Program:
    whole = unit.header is not None and not expansion.problems
    reading = Reading(expanded, expansion.text, whole=whole)
    inherited = unit.holder.environment if unit.holder else Environment()
    unit.environment = read_environment(reading, unit.nodes, inherited)
    reading = replace(
        reading,
        currency=unit.environment.currency,
        decimal_comma=unit.environment.decimal_comma,
    )
    items, naming = read_items(reading, unit.nodes, std, expansion.constants)
    program = Program(
        name=unit.name,
        source=source,
        tree=tree,
        origin=reading.origin(unit.header if unit.header is not None else expanded.root),
        items=items,
        files=read_files(reading, unit.nodes, items),
        copies=expansion.copies,
        mnemonics=(*unit.environment.mnemonics, *expansion.constants),
        functions=unit.environment.functions,
        outer=outer,
        common=_is_common(unit.header),
        expanded=expanded,
        origins=expansion.text,
        reserved=RESERVED,
        names=_index((item.name, item.index) for item in items),
    )
    program = _with_procedures(reading, program, unit.nodes, naming)
    return replace(
        program,
        problems=(*expansion.problems, *reading.problems),
        unknowns=(*expansion.unknowns, *program.unknowns, *reading.unknowns),
    )


def _is_common(header: Node | None) -> bool:
    """Whether PROGRAM-ID says COMMON."""
    if header is None:
        return False
    paragraphs = [header, *outermost(header, "program_id_paragraph")]
    return any(child.type == "COMMON" for one in paragraphs for child in one.children)


def _with_errors(
    program: Program, expansion: Expansion, unit: Unit, following: Unit | None
) -> Program:
    """A program with what the parser couldn't read, up to the next program's header."""
    tree = program.expanded
    if tree is None or not tree.root.has_error:
        return program
    start = unit.header.start_byte if unit.header is not None else 0
    end = following.header.start_byte if following and following.header else len(tree.view) + 1
    errors = tuple(
        Problem("syntax", error.message, expansion.text.origin(error.start, error.end))
        for error in tree.errors()
        if start <= error.start < end
    )
    return replace(program, unknowns=(*program.unknowns, *errors))


def _with_procedures(
    reading: Reading,
    program: Program,
    nodes: Sequence[Node],
    naming: Sequence[tuple[int | None, Node]],
) -> Program:
    kinds = ("procedure_division", "section", "paragraph", "sentence", "declaratives")
    divisions = [node for node in nodes if node.type == "procedure_division"]
    loose = [node for node in nodes if node.type in kinds[1:]]
    bodies = read_bodies(reading, divisions, loose)
    procedures = tuple(body.procedure for body in bodies if body.procedure)
    program = replace(
        program,
        procedures=procedures,
        labels=_index((one.name, one.index) for one in procedures),
        using=tuple(_using(reading, divisions)),
    )
    said = read_statements(reading, bodies)
    program = replace(
        program,
        procedures=read_handles(reading, procedures, said),
        entries=read_entries(reading, said),
    )
    edges = read_edges(reading, program, bodies, said)
    references, flow = read_flow(reading, program, said, selects(nodes), divisions, naming)
    return replace(program, edges=edges, references=references, flow=flow)


def _using(reading: Reading, divisions: Sequence[Node]) -> Iterator[str]:
    for division in divisions:
        phrase = division.child_by_field_name("using")
        for argument in every(phrase, "argument") if phrase is not None else ():
            yield reading.field(argument, "value")


def _index(pairs: Iterator[tuple[str, int]]) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for name, index in pairs:
        if name:
            found[name] = (*found.get(name, ()), index)
    return found
