"""The statements of a program as a planner sees them: words, place, and how they are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cobolsmith.program import Program
from cobolsmith.source import Span
from cobolsmith.syntax import is_outside
from cobolsmith.writing import begins, column, indentation
from cobolsmith.writing import code as code_on

if TYPE_CHECKING:
    from tree_sitter import Node


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement: its words (upper case outside literals), its procedure, where its code begins
    and ends, and whether it stands in no other statement."""

    node: Node
    words: tuple[str, ...]
    procedure: int | None
    span: Span
    top: bool

    @property
    def verb(self) -> str:
        """The first word."""
        return self.words[0]


@dataclass(frozen=True, slots=True)
class Code:
    """A program's statements in order, and the text they are written in."""

    program: Program
    statements: tuple[Statement, ...]

    def of(self, procedure: int | None) -> tuple[Statement, ...]:
        """The statements of a procedure."""
        return tuple(one for one in self.statements if one.procedure == procedure)

    def within(self, outer: Statement) -> tuple[Statement, ...]:
        """The statements inside another, at any depth."""
        return tuple(
            one
            for one in self.statements
            if outer.span.start < one.span.start and one.span.end <= outer.span.end
        )

    def line(self, offset: int) -> int:
        """The line of an offset."""
        return self.program.source.line_column(offset)[0]

    def margin(self, one: Statement) -> int:
        """The column in which what stands beside a statement begins."""
        source = self.program.source
        if begins(source, one.span.start):
            return column(source, one.span.start)
        return indentation(source, one.span.start) + 4

    def ends_sentence(self, one: Statement) -> bool:
        """Whether a period follows a statement."""
        rest = self.program.source.view[one.span.end :].lstrip(b" ")
        return rest.startswith(b".")

    def name(self, procedure: int | None) -> str:
        """A procedure's name."""
        return "" if procedure is None else self.program.procedures[procedure].name

    def text(self, one: Statement) -> str:
        """A statement on one line, as it is written."""
        return " ".join(self.program.tree.text(one.node).split())

    def first_line(self, one: Statement) -> str:
        """A statement's first line, by which runs know it (the words alone)."""
        source, line = self.program.source, self.line(one.span.start)
        last = column(source, one.span.end) - 1 if self.line(one.span.end) == line else None
        text = code_on(source, line)[column(source, one.span.start) - 1 : last]
        return " ".join(text.split())

    def body(self, one: Statement) -> tuple[Statement, ...]:
        """The statements right inside another: those that are in no other statement of it."""
        inside = self.within(one)
        return tuple(s for s in inside if not any(o is not s and holds(o, s) for o in inside))

    def following(self, one: Statement) -> Statement | None:
        """The statement that comes next in the text, not inside this one."""
        return next((s for s in self.statements if s.span.start >= one.span.end), None)


def holds(outer: Statement, inner: Statement) -> bool:
    """Whether a statement stands inside another."""
    return outer.span.start < inner.span.start and inner.span.end <= outer.span.end


def words_of(program: Program, node: Node) -> tuple[str, ...]:
    """The words of a node; comments and areas outside the code are none."""
    found = []
    pending = [node]
    while pending:
        one = pending.pop()
        if is_outside(one):
            continue
        if one.child_count == 0 and one.end_byte > one.start_byte:
            text = program.tree.text(one)
            found.append(text if text[:1] in "'\"" else text.upper())
        pending.extend(reversed(one.children))
    return tuple(found)


def end_of(node: Node) -> int:
    """Where the code of a node ends."""
    last = node.end_byte
    pending, ends = [node], []
    while pending:
        one = pending.pop()
        if is_outside(one):
            continue
        if one.child_count == 0 and one.end_byte > one.start_byte:
            ends.append(one.end_byte)
        pending.extend(one.children)
    return max(ends, default=last)


def code_of(program: Program) -> Code:
    """The statements of a program's own text; those of copybooks are others'."""
    found = []
    for node in program.tree.walk():
        if node.type.endswith("_statement") and node.start_byte >= program.origin.span.start:
            place = program.procedure_at(program.source.path, node.start_byte)
            span = Span(node.start_byte, end_of(node))
            found.append(
                Statement(
                    node,
                    words_of(program, node),
                    place.index if place else None,
                    span,
                    _is_top(node),
                )
            )
    return Code(program, tuple(sorted(found, key=lambda one: one.span.start)))


def _is_top(node: Node) -> bool:
    parent = node.parent
    while parent is not None and not parent.type.endswith("_statement"):
        if parent.type in ("block", "when_phrase") or parent.type.endswith("_phrase"):
            return False
        parent = parent.parent
    return parent is None
