"""Which statements and branches a run executed: a copy of the program, a mark at each statement.

The copy is made of the text with COPY in its place. Before each statement stands a CALL of the
shim's CSMARK, which changes no item and no special register (RETURNING OMITTED). That the copy
does what the program does is seen in each run: both are compared.
"""

from __future__ import annotations

import textwrap
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cobolsmith.checks.equivalence.shim import MARKS_LIMIT
from cobolsmith.program import Program
from cobolsmith.source import read
from cobolsmith.syntax import Tree

if TYPE_CHECKING:
    from tree_sitter import Node

Lines = Callable[[int], str]
"""The line on which an offset of the expanded text was written."""
_CALL = 'CALL "CSMARK" USING BY VALUE {} RETURNING OMITTED END-CALL'
_WRAP = textwrap.TextWrapper(60, break_on_hyphens=False, break_long_words=False)
_UNMARKED = frozenset(("copy_statement", "replace_statement", "use_statement", "entry_statement"))
_PLACES = frozenset(("block", "sentence"))


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of the expanded text: its mark, kind, place there, line, and what holds it.

    `outer` is the mark of the statement it is part of, `last` the offset after its last byte.
    `line` is that of the source as written ("12"), or of a copybook ("COPYBOOK.cpy:12").
    """

    mark: int
    kind: str
    start: int
    last: int
    line: str
    outer: int | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """A way out of a statement: taken if the marks of `plus` were passed more often than `minus`'s.

    An arm is counted by its first statement; the missing ELSE by what the IF has over its arms.
    """

    label: str
    line: str
    statement: int
    plus: tuple[int, ...]
    minus: tuple[int, ...] = ()

    def taken(self, marks: Mapping[int, int]) -> bool:
        """Whether a run with these marks took it."""
        return sum(marks.get(m, 0) for m in self.plus) > sum(marks.get(m, 0) for m in self.minus)


@dataclass(frozen=True, slots=True)
class Marked:
    """A program's statements in order, its branches, and the marked text."""

    tree: Tree
    statements: tuple[Statement, ...]
    branches: tuple[Branch, ...]
    text: bytes

    def within(self, start: int, end: int) -> tuple[Statement, ...]:
        """The statements that share a byte with [start, end)."""
        return tuple(one for one in self.statements if one.start < end and start < one.last)


def mark(program: Program, watched: Sequence[str] = (), made: Sequence[int] = ()) -> Marked:
    """Mark each statement of a program (its expanded text). Where one of the conditions `watched`
    is true before a statement, the mark 0 is passed, too. `made`: as `lines` of a CobolSide."""
    return mark_tree(program.expanded or program.tree, written(program, made), watched)


def written(program: Program, made: Sequence[int] = ()) -> Lines:
    """The way from a place in the expanded text to the line it was written on."""
    starts: dict[Path, list[int]] = {}

    def own(start: int) -> str:
        number = program.source.line_column(start)[0]
        return str(made[number - 1] if made else number)

    def line(start: int) -> str:
        if program.origins is None:
            return own(start)
        origin = program.origins.origin(start, start + 1)
        if origin.path == program.source.path:
            return own(origin.span.start)
        if origin.path not in starts:
            view = read(origin.path).view
            starts[origin.path] = [at for at, byte in enumerate(view) if byte == 0x0A]
        return f"{origin.path.name}:{bisect_left(starts[origin.path], origin.span.start) + 1}"

    return line


def mark_tree(tree: Tree, lines: Lines, watched: Sequence[str] = ()) -> Marked:
    """Mark each statement of a text."""
    nodes = list(_statements(tree.root))[: MARKS_LIMIT - 2]
    marks = {node.id: number for number, node in enumerate(nodes, 1)}
    alters = any(node.type == "alter_statement" for node in nodes)
    statements: list[Statement] = []
    branches: list[Branch] = []
    for node in nodes:
        line = lines(node.start_byte)
        outer = _outer(node)
        statements.append(
            Statement(
                marks[node.id],
                node.type,
                node.start_byte,
                node.end_byte,
                line,
                marks.get(outer.id) if outer is not None else None,
            )
        )
        branches += _branches(node, marks, lines)
    where = [
        (one.start, one.mark)
        for one in statements
        if not (alters and one.kind == "go_to_statement")
    ]
    return Marked(tree, tuple(statements), tuple(branches), insert(tree, where, watched))


def _statements(root: Node) -> Iterator[Node]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        parent = node.parent
        if (
            node.type.endswith("_statement")
            and node.type not in _UNMARKED
            and parent is not None
            and parent.type in _PLACES
        ):
            yield node
        waiting.extend(node.children[::-1])


def _outer(node: Node) -> Node | None:
    parent = node.parent
    while parent is not None and not parent.type.endswith("_statement"):
        parent = parent.parent
    return parent


def _branches(node: Node, marks: Mapping[int, int], lines: Lines) -> Iterator[Branch]:
    """The branches of one statement: its arms, and going past them."""
    own = marks[node.id]
    line = lines(node.start_byte)
    if node.type == "if_statement":
        then = _first(node.child_by_field_name("then"), marks)
        other = _first(node.child_by_field_name("else"), marks)
        if then:
            yield Branch("IF true", line, own, (then,))
            yield Branch("IF false", line, own, (own,), (then,))
        elif other:
            yield Branch("IF true", line, own, (own,), (other,))
            yield Branch("IF false", line, own, (other,))
        return
    arms = []
    for child in node.children:
        if child.type == "when_phrase" or child.type.endswith("_phrase"):
            first = _first(child.child_by_field_name("body"), marks)
            if first:
                arms.append(first)
                label = child.type.removesuffix("_phrase").replace("_", " ").upper()
                yield Branch(label, lines(child.start_byte), own, (first,))
    if node.type == "perform_statement":
        body = _first(node.child_by_field_name("body"), marks)
        if body:
            yield Branch("PERFORM body", line, own, (body,))
    elif arms and not _has_other(node):
        yield Branch("none of the arms", line, own, (own,), tuple(arms))


def _has_other(node: Node) -> bool:
    return any(
        inner.type == "OTHER"
        for child in node.children
        if child.type == "when_phrase"
        for inner in child.children
    )


def _first(block: Node | None, marks: Mapping[int, int]) -> int:
    """The mark of a block's first statement, or 0."""
    if block is None:
        return 0
    return next((marks[one.id] for one in block.children if one.id in marks), 0)


def insert(tree: Tree, where: list[tuple[int, int]], watched: Sequence[str] = ()) -> bytes:
    """The text with a mark before each offset, on lines of its own."""
    free = tree.format == "free"
    margin = " " * (1 if free else 11)
    tests = [f"IF {one} {_CALL.format(0)} END-IF" for one in watched]
    watch = [f"\n{margin}{line}" for test in tests for line in _WRAP.wrap(test)]
    out, done = [], 0
    for offset, number in sorted(where):
        out.append(tree.view[done:offset])
        column = offset - (tree.view.rfind(b"\n", 0, offset) + 1)
        indent = " " if free else " " * max(column, 11)
        out.append(f"\n{margin}{_CALL.format(number)}{''.join(watch)}\n{indent}".encode())
        done = offset
    out.append(tree.view[done:])
    return b"".join(out)
