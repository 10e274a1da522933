"""A rule: what it looks for, why, what mends it; and a program as rules look at it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from cobolsmith.dataflow import Condition
from cobolsmith.executed import captures
from cobolsmith.items import DataItem, Origin
from cobolsmith.languages.cics import read_cics
from cobolsmith.languages.cics.command import CicsCommand
from cobolsmith.languages.cobol.conditions import conditions
from cobolsmith.languages.cobol.reading import Reading, reading_of
from cobolsmith.languages.cobol.statements import Operand, Statement, statements
from cobolsmith.languages.embedded import Block, blocks
from cobolsmith.languages.sql import read_sql
from cobolsmith.languages.sql.statement import SqlStatement
from cobolsmith.program import Program
from cobolsmith.source import read

if TYPE_CHECKING:
    from tree_sitter import Node

Severity = Literal["error", "warning", "note", "off"]
"""error: the program does wrong or fails where control gets there; warning: it may; note: worth
knowing; off: not looked for unless a project asks for it."""


_QUOTED = re.compile(r"(\"[^\"]*\"|'[^']*')")


def _upper(part: str) -> str:
    return part if part[:1] in "\"'" else part.upper()


class Found(NamedTuple):
    """A place that a rule flags, and what is wrong there."""

    origin: Origin
    message: str


@dataclass(frozen=True, slots=True)
class Rule:
    """What is looked for. `fix` says what to do about it: a recipe's name in backticks, or text.

    `near` says that a statement or an entry is all that is looked at: a copybook that no program
    copies can be told of it, too.
    """

    name: str
    severity: Severity
    why: str
    fix: str
    examine: Callable[[Listing], Iterable[Found]]
    near: bool = False


class Said(NamedTuple):
    """A statement, the procedure that it stands in, and its sentence."""

    procedure: int | None
    statement: Statement
    sentence: Node


@dataclass(frozen=True)
class Listing:
    """One program of a source, as rules look at it; what takes time is worked out when first asked.

    `start` and `end` are where its text stands in the expanded tree. `called` gives the program of
    a name, if the estate has it. `usable` says that the whole program is known: it is one, no
    copybook is missing and all of it parses, so that what isn't there is nowhere.
    """

    program: Program
    start: int
    end: int
    called: Callable[[str], Program | None] = field(repr=False, compare=False)

    @cached_property
    def reading(self) -> Reading:
        """The expanded tree and the way back to the files."""
        return reading_of(self.program)

    @cached_property
    def usable(self) -> bool:
        """Whether nothing of the program is missing or unreadable."""
        missing = any(problem.kind == "missing copybook" for problem in self.program.problems)
        broken = any(one.kind == "syntax" for one in self.program.unknowns)
        return bool(self.program.name) and not missing and not broken

    @cached_property
    def said(self) -> tuple[Said, ...]:
        """Every statement of the procedure division, in source order."""
        found: list[Said] = []
        procedure: int | None = None
        for node in self.nodes("section", "paragraph", "sentence"):
            if node.type == "sentence":
                found += [Said(procedure, one, node) for one in statements(self.reading, node)]
            else:
                procedure = 0 if procedure is None else procedure + 1
        return tuple(found)

    @cached_property
    def conditions(self) -> tuple[tuple[Node, Condition], ...]:
        """The conditions that can be read, with their nodes."""
        return tuple(
            (node, one)
            for node, one in conditions(self.program)
            if self.start <= node.start_byte < self.end and not isinstance(one, Exception)
        )

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The EXEC blocks."""
        return blocks(self.program)

    @cached_property
    def sql(self) -> tuple[SqlStatement, ...]:
        """The SQL statements."""
        return read_sql(self.program) if self.blocks else ()

    @cached_property
    def cics(self) -> tuple[CicsCommand, ...]:
        """The CICS commands."""
        return read_cics(self.program) if self.blocks else ()

    @cached_property
    def executed(self) -> frozenset[str]:
        """The words of all EXEC blocks, in upper case: items named in them are used."""
        words = " ".join(block.text.upper() for block in self.blocks)
        return frozenset("".join(c if c.isalnum() or c in "-_" else " " for c in words).split())

    def nodes(self, *kinds: str) -> Iterator[Node]:
        """The nodes of these kinds in the program's expanded text, in order."""
        pattern = " ".join(f"({kind}) @found" for kind in kinds)
        found = captures(self.reading.tree, pattern)
        for node in sorted(found, key=lambda one: (one.start_byte, -one.end_byte)):
            if self.start <= node.start_byte < self.end:
                yield node

    def statements(self, *kinds: str) -> Iterator[Said]:
        """The statements of these kinds: `move_statement`, ..."""
        return (one for one in self.said if one.statement.kind in kinds)

    def item(self, operand: Operand) -> DataItem | None:
        """The item of this program that an operand names."""
        owner, found = self.program.find(operand.name, operand.qualifiers)
        return found if owner is self.program and isinstance(found, DataItem) else None

    def text(self, node: Node) -> str:
        """A node's words with one blank between them, in upper case but for literals."""
        text = self.reading.tree.text(node)
        return " ".join("".join(map(_upper, _QUOTED.split(text))).split())

    def origin(self, node: Node) -> Origin:
        """Where a node is written."""
        return self.reading.origin(node)

    def line(self, node: Node, beside: Node) -> str:
        """A node's line, as a finding at the node `beside` tells it: with its file if that is
        another."""
        return self.line_of(self.origin(node), self.origin(beside))

    def line_of(self, origin: Origin, beside: Origin) -> str:
        """The line of a place, with its file if that isn't the file of the place `beside`."""
        own = self.program.source
        source = own if origin.path == own.path else read(origin.path)
        line = str(source.line_column(origin.span.start)[0])
        return line if origin.path == beside.path else f"{line} of {origin.path.name}"

    def together(self, *nodes: Node) -> bool:
        """Whether nodes are written in one file, so that their columns say something."""
        return len({self.origin(node).path for node in nodes}) == 1

    @cached_property
    def _places(self) -> dict[int, list[tuple[int, int, int]]]:
        """The bytes of every item, by the record whose storage it lies in: (start, end, item)."""
        found: dict[int, list[tuple[int, int, int]]] = {}
        for item in self.program.items:
            if item.level not in (0, 78, 88):
                spread = sum((t.times - 1) * t.length for t in self.program.subscripts(item))
                end = item.offset + max(item.length, 1) + spread
                area = found.setdefault(self.program.area(item.index), [])
                area.append((item.offset, end, item.index))
        return found

    def named(self, index: int) -> set[int]:
        """An item, its parts and what shares its bytes: a use of one of them is a use of it."""
        program, near = self.program, {index}
        near |= {one.index for one in (*program.below(index), *program.ancestors(index))}
        places = self._places.get(program.area(index), ())
        own = next(((start, end) for start, end, one in places if one == index), (0, 0))
        return near | {one for start, end, one in places if start < own[1] and own[0] < end}


def listings(
    programs: tuple[Program, ...], called: Callable[[str], Program | None]
) -> tuple[Listing, ...]:
    """The programs of one source (see `read_programs`) with their parts of the expanded text; a
    copybook's one has no name."""
    tree = programs[0].expanded or programs[0].tree
    starts = [n.start_byte for n in tree.walk("program_id_paragraph", "function_id_paragraph")]
    if len(starts) != len(programs):
        starts = [0]
    starts[0] = 0
    ends = [*starts[1:], len(tree.view) + 1]
    return tuple(
        Listing(program, start, end, called)
        for program, start, end in zip(programs, starts, ends, strict=False)
    )
