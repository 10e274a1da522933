"""A parsed text with the way back to its files: what the readers of items and flow share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cobolsmith.program import Origin, Origins, Problem, Program
from cobolsmith.syntax import Tree

if TYPE_CHECKING:
    from tree_sitter import Node


_BLANKS = frozenset(b" \t\r\n")


@dataclass(frozen=True, slots=True)
class Reading:
    """The tree of an expanded text, and the problems and unknowns met while reading it.

    `whole` says that nothing is missing (no copybook, and it is a program): what isn't defined
    here is defined nowhere.
    """

    tree: Tree
    text: Origins
    currency: str = "$"
    decimal_comma: bool = False
    whole: bool = True
    problems: list[Problem] = field(default_factory=list)
    unknowns: list[Problem] = field(default_factory=list)
    spelt: dict[bytes, str] = field(default_factory=dict, repr=False)

    def origin(self, node: Node) -> Origin:
        """Where a node's text was written, blanks at its end left out."""
        start, end = node.start_byte, node.end_byte
        view = self.tree.view
        while end > start and view[end - 1] in _BLANKS:
            end -= 1
        return self.text.origin(start, end)

    def word(self, node: Node | None) -> str:
        """A node's text in upper case, columns taken out; "" for no node."""
        return self.tree.text(node).upper() if node is not None else ""

    def name(self, node: Node) -> str:
        """The upper-case text of a leaf, one string for all of a spelling."""
        raw = self.tree.view[node.start_byte : node.end_byte]
        known = self.spelt.get(raw)
        if known is None:
            known = self.tree.text(node).upper()
            if b"\n" in raw:  # what is continued depends on its columns
                return known
            self.spelt[raw] = known
        return known

    def field(self, node: Node, name: str) -> str:
        """The upper-case text of a field, "" where it is absent."""
        return self.word(node.child_by_field_name(name))

    def problem(self, kind: str, what: str, node: Node, remedy: str = "") -> None:
        """Note a fault of the source."""
        self.problems.append(Problem(kind, what, self.origin(node), remedy))

    def unknown(self, kind: str, what: str, node: Node) -> None:
        """Note something not understood."""
        self.unknowns.append(Problem(kind, what, self.origin(node)))


def reading_of(program: Program) -> Reading:
    """A program's expanded tree again, for questions that are asked later."""
    assert program.expanded is not None and program.origins is not None
    return Reading(program.expanded, program.origins)


def outermost(node: Node, *kinds: str) -> Iterator[Node]:
    """The nodes of these kinds below a node, in order, not looking inside those found."""
    waiting = node.children[::-1]
    while waiting:
        one = waiting.pop()
        if one.type in kinds:
            yield one
        else:
            waiting.extend(one.children[::-1])


def every(node: Node, *kinds: str) -> Iterator[Node]:
    """All nodes of these kinds below a node, in order, those inside others too."""
    waiting = node.children[::-1]
    while waiting:
        one = waiting.pop()
        if one.type in kinds:
            yield one
        waiting.extend(one.children[::-1])


def qualified(reading: Reading, node: Node) -> tuple[str, tuple[str, ...]]:
    """The name and qualifiers (nearest first) of a qualified_name or name node."""
    if node.type == "name":
        return reading.word(node), ()
    words = [reading.word(child) for child in node.children if child.type == "name"]
    return (words[0], tuple(words[1:])) if words else (reading.word(node), ())
