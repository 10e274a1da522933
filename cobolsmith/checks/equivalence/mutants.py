"""Mutants: a program with one small fault put into the changed statements, to test the runs.

Runs that tell the program from its mutants would tell it from a wrong change, too. The faults are
those people make: a literal off by one, a comparison turned, ROUNDED forgotten, a statement left
out, a wrong receiver or operator.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from cobolsmith.checks.equivalence.marks import Marked, Statement
from cobolsmith.program import DataItem, Program

if TYPE_CHECKING:
    from tree_sitter import Node

_TURNED = {
    "=": ("<>",),
    ">": (">=", "<"),
    "<": ("<=", ">"),
    ">=": (">", "<"),
    "<=": ("<", ">"),
    "<>": ("=",),
    "EQUAL": ("GREATER",),
    "GREATER": ("LESS",),
    "LESS": ("GREATER",),
    "AND": ("OR",),
    "OR": ("AND",),
    "POSITIVE": ("NEGATIVE",),
    "NEGATIVE": ("POSITIVE",),
}
_ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*"}
_KEPT = frozenset(
    "if_statement evaluate_statement continue_statement exit_statement next_sentence_statement "
    "search_statement".split()
)
_RECEIVERS = ("to", "giving", "target", "into", "from")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault: what was done, the statement's mark and line, the edit [start, end) -> text."""

    what: str
    mark: int
    line: str
    start: int
    end: int
    text: str

    def apply(self, view: bytes) -> bytes:
        """The text with the fault in it."""
        return view[: self.start] + self.text.encode("ascii", "replace") + view[self.end :]


def mutants(
    marked: Marked, program: Program, statements: Sequence[Statement], limit: int, seed: int
) -> tuple[Mutant, ...]:
    """At most `limit` mutants of these statements, of all kinds alike, chosen by `seed`."""
    found: list[Mutant] = []
    for statement in statements:
        node = node_of(marked, statement)
        if node is not None:
            found += _of(marked, program, statement, node)
    unique = list({(one.start, one.end, one.text): one for one in found}.values())
    if len(unique) <= limit:
        return tuple(unique)
    chosen = Random(f"{seed} mutants").sample(unique, limit)
    return tuple(sorted(chosen, key=lambda one: (one.start, one.text)))


def node_of(marked: Marked, statement: Statement) -> Node | None:
    """The node of a statement in the marked text's tree."""
    node = marked.tree.root.descendant_for_byte_range(statement.start, statement.start + 1)
    while node is not None and (node.type != statement.kind or node.end_byte != statement.last):
        node = node.parent
    return node


def _of(marked: Marked, program: Program, statement: Statement, node: Node) -> Iterator[Mutant]:
    def made(what: str, start: int, end: int, text: str) -> Mutant:
        return Mutant(what, statement.mark, statement.line, start, end, text)

    for leaf in own_leaves(node):
        text = marked.tree.text(leaf)
        for what, new in _replaced(leaf, text):
            if len(new) <= len(text) or not _tight(marked, leaf, len(new)):
                yield made(what, leaf.start_byte, leaf.end_byte, new)
    for rounded in _own(node, "rounded"):
        yield made("ROUNDED dropped", rounded.start_byte, rounded.end_byte, "")
    yield from _receivers(marked, program, statement, node)
    if node.type not in _KEPT:
        yield made("statement dropped", statement.start, statement.last, "CONTINUE")


def _tight(marked: Marked, leaf: Node, length: int) -> bool:
    """Whether a longer word would leave the columns of its line."""
    if marked.tree.format != "fixed":
        return False
    view = marked.tree.view
    column = leaf.start_byte - (view.rfind(b"\n", 0, leaf.start_byte) + 1)
    return column + length > 72


def own_leaves(node: Node) -> Iterator[Node]:
    """The leaves of a statement that are not part of a statement within it."""
    for child in node.children:
        if child.type.endswith("_statement"):
            continue
        if child.child_count == 0:
            yield child
        else:
            yield from own_leaves(child)


def _own(node: Node, kind: str) -> Iterator[Node]:
    for child in node.children:
        if child.type == kind:
            yield child
        elif not child.type.endswith("_statement"):
            yield from _own(child, kind)


def _replaced(leaf: Node, text: str) -> Iterator[tuple[str, str]]:
    """What may stand wrongly in the place of one word."""
    word = text.upper()
    parent = leaf.parent.type if leaf.parent is not None else ""
    if leaf.type == "number_literal":
        yield from _numbers(text)
    elif leaf.type == "string_literal" and len(text) > 2:
        last = "X" if text[-2] != "X" else "Y"
        yield "another literal", text[:-2] + last + text[-1]
    elif leaf.type == "figurative_constant" and word.startswith("ZERO"):
        yield "ZERO off by one", "1"
    elif leaf.type == "figurative_constant" and word.startswith("SPACE"):
        yield "another literal", "ZERO"
    elif parent in ("condition", "parenthesized", "until_phrase", "key_phrase"):
        for new in _TURNED.get(word, ()):
            yield "comparison turned", new
        if word == "NOT":
            yield "NOT dropped", ""
    elif parent == "expression" and word in _ARITHMETIC:
        yield "operator turned", _ARITHMETIC[word]


def _numbers(text: str) -> Iterator[tuple[str, str]]:
    """A number a step of its last digit up or down."""
    digits = text.lstrip("+-").replace(".", "").replace(",", "")
    if not digits.isdigit():
        return
    for step in (1, -1):
        value = int(digits) + step
        if value < 0:
            continue
        new = str(value).rjust(len(digits), "0")
        point = next((at for at, one in enumerate(reversed(text)) if one in ".,"), 0)
        if point:
            new = new[:-point] + text[-point - 1] + new[-point:]
        sign = text[0] if text[0] in "+-" else ""
        yield "literal off by one", sign + new


def _receivers(
    marked: Marked, program: Program, statement: Statement, node: Node
) -> Iterator[Mutant]:
    """A receiver or sender taken for another item of the same kind and size."""
    tree = marked.tree
    for field in ("from", *_RECEIVERS, "value", "operand"):
        for one in node.children_by_field_name(field):
            if one.type != "qualified_name" or one.child_count != 1:
                continue
            name = tree.text(one).upper()
            item = program.resolve(name)
            if not isinstance(item, DataItem) or item.picture is None:
                continue
            other = _like(program, item)
            if other is not None and not _tight(marked, one, len(other)):
                what = "wrong receiver" if field in _RECEIVERS[:4] else "wrong item"
                yield Mutant(
                    what, statement.mark, statement.line, one.start_byte, one.end_byte, other
                )


def _like(program: Program, item: DataItem) -> str | None:
    """The name of the nearest item of the same category that needs no subscript."""
    assert item.picture is not None
    near = sorted(
        (
            one
            for one in program.items
            if one.picture is not None
            and one.index != item.index
            and one.name
            and len(program.names.get(one.name, ())) == 1
            and not program.subscripts(one)
            and one.picture.category == item.picture.category
            and one.section == item.section
        ),
        key=lambda one: (abs(one.length - item.length), abs(one.index - item.index)),
    )
    return near[0].name if near else None
