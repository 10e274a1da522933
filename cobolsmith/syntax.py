"""The syntax tree of one source: a tree-sitter tree over its view, and what can be asked of it.

A tree is a view of the text and is never printed back; COPY is not expanded in it. What a node
means is not known here. Node kinds and fields are those of grammars/cobol.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from tree_sitter import Language, Node, Parser
from tree_sitter import Tree as SitterTree

from cobolsmith.cards import CARDS, pieces
from cobolsmith.errors import ToolError, UsageError

FORMATS = ("fixed", "free", "variable")

_BLANKS = frozenset(b" \t\r\n\f\x1a")
_OUTSIDE = frozenset(
    (
        *("sequence_area", "identification_area", "comment", "debug_line", "indicator"),
        *("directive", "remarks", "continuation"),
    )
)
"""Leaves that are no part of the language: columns, comments, and cards to the compiler."""


class SyntaxProblem(NamedTuple):
    """A place that doesn't parse. `kind` is "error" or "missing"; offsets are the view's.

    `line` and `column` count from 1, in bytes.
    """

    kind: str
    start: int
    end: int
    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """The tree of one view in one reference format, made by tree-sitter when first asked for."""

    view: bytes = field(repr=False)
    format: str
    _made: list[SitterTree] = field(default_factory=list, repr=False)

    @property
    def sitter(self) -> SitterTree:
        """The tree as tree-sitter made it."""
        if not self._made:
            self._made.append(Parser(language(self.format)).parse(self.view))
        return self._made[0]

    @property
    def root(self) -> Node:
        """The `source_file` node."""
        return self.sitter.root_node

    def errors(self) -> tuple[SyntaxProblem, ...]:
        """Every ERROR and MISSING node, in source order; none if the text parses."""
        if not self.root.has_error:
            return ()
        return tuple(_problem(self.view, node) for node in _broken(self.root))

    def walk(self, *kinds: str) -> Iterator[Node]:
        """All nodes in source order, parents first; with `kinds`, only those."""
        for node in _nodes(self.root):
            if not kinds or node.type in kinds:
                yield node

    def leaves(self, start: int = 0, end: int | None = None) -> Iterator[Node]:
        """The nodes without children that overlap the view's bytes start..end, in order."""
        stop = len(self.view) if end is None else end
        return _leaves(self.root, start, stop)

    def text(self, node: Node) -> str:
        """What a node says: its text without columns 1-6, 7 and 73-80, comments and directives.

        Lines of one node are joined by a line end; a continued word or literal is made whole.
        """
        while node.child_count == 1 and (inner := node.child(0)) is not None:
            node = inner
        if node.child_count == 0:
            return _leaf_text(self.view[node.start_byte : node.end_byte], node, self.format)
        return _joined_text(self, node)

    def lost_bytes(self) -> tuple[tuple[int, int], ...]:
        """Spans (start, end) that are in no leaf and aren't blank: must be none."""
        return tuple(_lost(self))

    def sexp(self, *, outside: bool = False) -> str:
        """The tree as an S-expression of named nodes; columns and comments too if `outside`."""
        return _sexp(self.root, None, outside)

    def outline(self) -> str:
        """The tree as indented lines: field, kind, line:column, and the text of leaves."""
        return "\n".join(_outline(self))

    def to_json(self) -> dict[str, Any]:
        """The tree as plain data: kind, field, start, end, children; text on leaves."""
        return _json(self, self.root, None)


def parse(view: bytes, format: str = "fixed") -> Tree:
    """The tree of a view (see `Source.view`) that begins in this reference format."""
    return Tree(view, format, [Parser(language(format)).parse(view)])


def parse_later(view: bytes, format: str = "fixed") -> Tree:
    """As `parse`, but the work is done when the tree is first looked at."""
    language(format)  # a missing grammar is told now
    return Tree(view, format)


@cache
def language(format: str) -> Language:
    """The compiled grammar of COBOL that begins in this reference format, or of JCL or BMS."""
    if format not in (*FORMATS, *CARDS):
        raise UsageError(
            f"no reference format {format!r}", remedy=f"use one of {(*FORMATS, *CARDS)}"
        )
    name = format if format in CARDS else f"cobol_{format}"
    try:
        module = import_module(f"cobolsmith.grammars.{name}")
    except ImportError as error:
        raise ToolError(
            f"the grammar {name} isn't built: {error}", remedy="install the package: `make install`"
        ) from error
    return Language(module.language())


def is_outside(node: Node) -> bool:
    """Whether a leaf is no part of the language: columns, comments, directives."""
    return node.type in _OUTSIDE


def _nodes(root: Node) -> Iterator[Node]:
    """Parents first, by one cursor: no recursion, so depth doesn't matter."""
    cursor = root.walk()
    while True:
        node = cursor.node
        assert node is not None
        yield node
        if cursor.goto_first_child() or cursor.goto_next_sibling():
            continue
        while cursor.goto_parent():
            if cursor.goto_next_sibling():
                break
        else:
            return


def _leaves(root: Node, start: int, end: int) -> Iterator[Node]:
    pending = [root]
    while pending:
        node = pending.pop()
        if node.start_byte >= end or node.end_byte <= start:
            continue
        if node.child_count == 0:
            yield node
        else:
            pending.extend(reversed(node.children))


def _broken(root: Node) -> Iterator[Node]:
    pending = [root]
    while pending:
        node = pending.pop()
        if node.is_error or node.is_missing:
            yield node
        elif node.has_error:
            inside = [child for child in node.children if child.has_error]
            if inside:
                pending.extend(reversed(inside))
            else:  # a token without text is missing: the end of a statement or block
                yield node


_TOLD = {
    "unterminated_literal": "a quote is opened and not closed",
    "unterminated_string": "a quote is opened and not closed",
    "uncontinued": "a comma ends the operands, and no card goes on with them",
}
"""Tokens that the scanner gives for what is wrong, and what is wrong."""


def _first_wrong(node: Node) -> Node:
    """Where an ERROR node goes wrong: what it holds in front of that may be whole, the sentences
    and paragraphs before and their periods. A stray word is what is wrong."""
    stray = next((child for child in node.children if child.type == "stray"), None)
    if stray is not None:
        return stray
    first: Node | None = None
    for child in node.children:
        first = child if first is None else first
        if child.has_error:
            break
        last = child.child(child.child_count - 1) if child.child_count else None
        if last is not None and last.type == "period":
            first = None
    return first or node


def _problem(view: bytes, node: Node) -> SyntaxProblem:
    first = _first_wrong(node)
    row, column = first.start_point
    place = (first.start_byte, node.end_byte, row + 1, column + 1)
    if node.is_missing:
        return SyntaxProblem("missing", *place, f"{_spoken(node.type)} is missing here")
    inside = {child.type for child in _nodes(node)}
    for kind, message in _TOLD.items():
        if kind in inside:
            return SyntaxProblem("error", *place, message)
    if not node.is_error:
        return SyntaxProblem("error", *place, f"{_spoken(node.type)} isn't complete")
    shown = view[first.start_byte : node.end_byte].decode("ascii", "replace").split()
    return SyntaxProblem("error", *place, f"unexpected {' '.join(shown)[:60]!r}")


def _spoken(kind: str) -> str:
    return kind.replace("_", " ") if kind.islower() else kind


def _leaf_text(raw: bytes, node: Node, format: str) -> str:
    if b"\n" not in raw:
        return raw.decode("ascii")
    return _unfold(raw, node.start_point.column, node.type, format)


_JOINED_LITERAL = re.compile(r"[\"']-[ \t]*\n\s*[\"']")
_CONTINUED_QUOTE = re.compile(r"^\s*[\"']")


def _unfold(raw: bytes, column: int, kind: str, format: str) -> str:
    """A leaf of several lines without their columns; continued literals and words are joined."""
    if format in CARDS and kind != "instream_data":
        parts = (raw[start:end].ljust(width) for start, end, width in pieces(raw, column))
        return b"".join(parts).decode("ascii")
    first, *rest = raw.decode("ascii").replace("\r", "").split("\n")
    if format in ("free", *CARDS):
        whole = "\n".join([first, *rest])
        return _JOINED_LITERAL.sub("", whole) if kind == "string_literal" else whole
    width = 72 if format == "fixed" else None
    text = first if width is None else first[: max(width - column, 0)]
    if kind == "string_literal" and width is not None:
        text = text.ljust(width - column)
    joined = kind in ("string_literal", "name", "number_literal", "picture_string")
    for number, line in enumerate(rest, 1):
        indicator, body = line[6:7], line[7:width]
        if indicator in ("*", "/") or (joined and not body.strip()):
            continue
        if indicator != "-":
            text += "\n" + body
        elif kind == "string_literal":
            if width is not None and number < len(rest):  # it goes on: up to column 72
                body = body.ljust(width - 7)
            text += _CONTINUED_QUOTE.sub("", body)
        else:
            text = text.rstrip() + body.lstrip()
    return text.rstrip() if kind == "exec_text" else text


def _joined_text(tree: Tree, node: Node) -> str:
    """Leaves as they stand, blanks between them kept as blanks or line ends."""
    parts: list[str] = []
    end = node.start_byte
    for leaf in tree.leaves(node.start_byte, node.end_byte):
        if is_outside(leaf):
            continue
        between = tree.view[end : leaf.start_byte]
        if parts:
            parts.append("\n" if b"\n" in between else " " * len(between))
        parts.append(tree.text(leaf))
        end = leaf.end_byte
    return "".join(parts)


def _lost(tree: Tree) -> Iterator[tuple[int, int]]:
    end = 0
    for leaf in tree.leaves():
        if leaf.start_byte > end:
            yield from _dark(tree.view, end, leaf.start_byte)
        end = max(end, leaf.end_byte)
    yield from _dark(tree.view, end, len(tree.view))


def _dark(view: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    if any(byte not in _BLANKS for byte in view[start:end]):
        yield (start, end)


def _sexp(node: Node, name: str | None, outside: bool) -> str:
    head = f"{name}: " if name else ""
    if node.is_missing:
        return f"{head}(MISSING {node.type})"
    inner = "".join(
        " " + _sexp(child, node.field_name_for_child(index), outside)
        for index, child in enumerate(node.children)
        if (child.is_named or child.is_missing) and (outside or not is_outside(child))
    )
    return f"{head}({node.type}{inner})"


def _outline(tree: Tree) -> Iterator[str]:
    depths: dict[int, int] = {}
    for node in tree.walk():
        depth = depths.get(node.parent.id, 0) + 1 if node.parent else 0
        depths[node.id] = depth
        if node.is_named and not is_outside(node):
            row, column = node.start_point
            said = f" {tree.text(node)!r}" if node.child_count == 0 else ""
            yield f"{'  ' * depth}{node.type} {row + 1}:{column + 1}{said}"


def _json(tree: Tree, node: Node, name: str | None) -> dict[str, Any]:
    data: dict[str, Any] = {"kind": node.type, "start": node.start_byte, "end": node.end_byte}
    if name:
        data["field"] = name
    if node.is_missing:
        data["missing"] = True
    if node.child_count == 0:
        data["text"] = tree.text(node)
    else:
        data["children"] = [
            _json(tree, child, node.field_name_for_child(index))
            for index, child in enumerate(node.children)
        ]
    return data
