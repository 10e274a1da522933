"""What all handlers share: where a check goes, and the branch that says what happened and ends.

The branch's message is a matter of taste, so it is a hole with a draft; what follows it is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cobolsmith.patch import MARGIN
from cobolsmith.plan import Hole
from cobolsmith.program import Program
from cobolsmith.source import Span
from cobolsmith.syntax import is_outside
from cobolsmith.writing import AREA_B, begins, cased, column, indentation

if TYPE_CHECKING:
    from tree_sitter import Node

CODE = 16
"""The RETURN-CODE of a run that a handler ends: severe, by the custom of the mainframe."""
FAILED = f"MOVE {CODE} TO RETURN-CODE"
"""The statement by which equivalence knows the branch."""
STEP = 4
"""Columns that a branch is indented by."""
Parts = tuple[str | Hole, ...]


def branch(program: Program, near: Node, at: int, said: str, shown: Sequence[str]) -> Parts:
    """The lines of a branch from column `at` on, each begun by a line end: a message with the
    values of some items, a return code, the end."""
    source = program.source
    blank = "\n" + " " * (at - 1)
    rows = message(at, said, shown)
    drafts = tuple(cased(source, near.start_byte, row) for row in rows)
    hole = Hole("display_statement", drafts=("".join(drafts),), spec=f"say that {said.lower()}")
    rest = f"{blank}{FAILED}{blank}{ending(program)}"
    return (blank, hole, cased(source, near.start_byte, rest))


def message(at: int, said: str, shown: Sequence[str]) -> list[str]:
    """A DISPLAY, its operands on lines of their own where one line is too short."""
    text = f"DISPLAY '{said}'"
    rows = [text]
    if at + len(text) - 1 > MARGIN:
        literal = f"'{said[: MARGIN - AREA_B - 2]}'"
        begin = max(AREA_B, min(at + STEP, MARGIN - len(literal)))
        rows = ["DISPLAY", "\n" + " " * (begin - 1) + literal]
    for name in shown:
        start = at if len(rows) == 1 else 0
        if start + len(rows[-1]) + 1 + len(name) > MARGIN:
            rows.append("\n" + " " * (min(at + 8, MARGIN - len(name)) - 1) + name)
        else:
            rows[-1] += f" {name}"
    return rows


def ending(program: Program) -> str:
    """How this program ends a run: GOBACK where it does so itself or is called."""
    own = any(node.type == "goback_statement" for node in program.tree.walk("goback_statement"))
    return "GOBACK" if own or program.using or program.containing else "STOP RUN"


def leaves(node: Node) -> Iterator[Node]:
    """The leaves of a node that are code."""
    pending = [node]
    while pending:
        one = pending.pop()
        if one.child_count == 0 and one.end_byte > one.start_byte and not is_outside(one):
            yield one
        pending.extend(reversed(one.children))


def end_of(node: Node) -> int:
    """Where the code of a statement ends."""
    return max((leaf.end_byte for leaf in leaves(node)), default=node.end_byte)


def margin_of(program: Program, node: Node) -> int:
    """The column in which what stands beside a statement begins."""
    source = program.source
    if begins(source, node.start_byte):
        return column(source, node.start_byte)
    return indentation(source, node.start_byte) + STEP


def closed(node: Node) -> bool:
    """Whether a statement has its END-x."""
    return any(child.type == "terminator" for child in node.children)


def closing(program: Program, node: Node) -> str:
    """END-x on a line of its own where a statement with phrases has none, else nothing."""
    if closed(node) or not any(
        child.type.endswith("_phrase") and "block" in [inner.type for inner in child.children]
        for child in node.children
    ):
        return ""
    verb = node.type.removesuffix("_statement").upper()
    blanks = " " * (margin_of(program, node) - 1)
    return cased(program.source, node.start_byte, f"\n{blanks}END-{verb}")


def place(node: Node) -> Span:
    """Where what follows a statement goes."""
    return Span(end_of(node), end_of(node))
