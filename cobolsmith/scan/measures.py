"""What is counted in a COBOL source: statements, decisions, GO TOs, nesting, by offset."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from tree_sitter import Node, Query, QueryCursor

from cobolsmith.program import Program
from cobolsmith.source import Source
from cobolsmith.syntax import language

_ASIDE = ("copy_statement", "replace_statement", "use_statement")
_DECISIONS = (
    "if_statement",
    "when_phrase",
    "until_phrase",
    "times_phrase",
    "at_end_phrase",
    "end_of_page_phrase",
    "exception_phrase",
    "invalid_key_phrase",
    "overflow_phrase",
    "size_error_phrase",
)
_HOLDERS = ("if_statement", "evaluate_statement", "perform_statement", "search_statement")


@dataclass(frozen=True, slots=True)
class Measures:
    """Offsets, ascending, of what is counted in one source; `depths` goes with `statements`."""

    statements: list[int]
    depths: list[int]
    decisions: list[int]
    gotos: list[int]
    entries: list[int]

    def within(self, start: int, end: int) -> tuple[int, int, int, int]:
        """Statements, complexity, GO TOs and deepest nesting of the offsets start..end."""
        first, last = bisect_left(self.statements, start), bisect_left(self.statements, end)
        decisions = _count(self.decisions, start, end)
        deepest = max(self.depths[first:last], default=0)
        return last - first, decisions + 1, _count(self.gotos, start, end), deepest


def measured(program: Program) -> Measures:
    """Count the source of a program, other programs in it too; what copybooks bring is left out.

    A decision is an IF, a WHEN but OTHER, an UNTIL or TIMES, and a phrase that is carried out on
    a condition (AT END, INVALID KEY, ON SIZE ERROR, ...), each once.
    """
    tree, at = program.expanded or program.tree, _Own(program).at
    found = QueryCursor(_query(tree.format)).captures(tree.root)
    nodes = sorted(found.get("statement", ()), key=_start)
    counted = [
        (place, depth, node.type)
        for node, depth in zip(nodes, _depths(nodes), strict=True)
        if (place := at(node)) is not None
    ]
    decisions = (at(node) for node in found.get("decision", ()) if not _other(node))
    return Measures(
        [place for place, _, _ in counted],
        [depth for _, depth, _ in counted],
        sorted(place for place in decisions if place is not None),
        [place for place, _, kind in counted if kind == "go_to_statement"],
        [place for place, _, kind in counted if kind == "entry_statement"],
    )


@dataclass(frozen=True, slots=True)
class _Own:
    """The way from nodes of a program's expanded text back to its own file."""

    program: Program

    def at(self, node: Node) -> int | None:
        """The offset in the file where a node begins; None in a copybook."""
        if self.program.origins is None:
            return node.start_byte
        origin = self.program.origins.origin(node.start_byte, node.start_byte + 1)
        return origin.span.start if origin.path is self.program.source.path else None


def lines_of(source: Source) -> tuple[int, int, int]:
    """Lines, comment lines and blank lines of a source."""
    indicator, code = (6, slice(7, 72)) if source.format != "free" else (0, slice(None))
    comments = blanks = 0
    lines = source.view.splitlines()
    for line in lines:
        mark, text = line[indicator : indicator + 1] if indicator else b"", line[code].strip()
        if mark in (b"*", b"/") or text.startswith(b"*>"):
            comments += 1
        elif not text and not mark.strip():
            blanks += 1
    return len(lines), comments, blanks


@cache
def _query(format: str) -> Query:
    grammar = language(format)
    kinds = (grammar.node_kind_for_id(number) for number in range(grammar.node_kind_count))
    statements = sorted({k for k in kinds if k and k.endswith("_statement")} - {*_ASIDE})
    parts = [f"({kind}) @statement" for kind in statements if grammar.id_for_node_kind(kind, True)]
    parts += [f"({kind}) @decision" for kind in _DECISIONS]
    return Query(grammar, "\n".join(parts))


def _start(node: Node) -> tuple[int, int]:
    return node.start_byte, -node.end_byte


def _depths(statements: Sequence[Node]) -> list[int]:
    """How many statements with bodies hold each statement."""
    depths: list[int] = []
    ends: list[int] = []
    for node in statements:
        while ends and ends[-1] <= node.start_byte:
            ends.pop()
        depths.append(len(ends))
        if node.type in _HOLDERS:
            ends.append(node.end_byte)
    return depths


def _other(node: Node) -> bool:
    if node.type != "when_phrase":
        return False
    return any(child.type.upper() == "OTHER" for child in node.children)


def _count(offsets: Sequence[int], start: int, end: int) -> int:
    return bisect_right(offsets, end - 1) - bisect_left(offsets, start)
