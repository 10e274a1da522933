"""What is counted in a COBOL source: statements, decisions, GO TOs, nesting, by offset."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from tree_sitter import Node, Query, QueryCursor

from cobolsmith.source import Source
from cobolsmith.syntax import Tree, language

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


def measured(tree: Tree) -> Measures:
    """Count one tree.

    A decision is an IF, a WHEN but OTHER, an UNTIL or TIMES, and a phrase that is carried out on
    a condition (AT END, INVALID KEY, ON SIZE ERROR, ...), each once.
    """
    found = QueryCursor(_query(tree.format)).captures(tree.root)
    statements = sorted(found.get("statement", ()), key=_start)
    decisions = [node for node in found.get("decision", ()) if not _other(node)]
    return Measures(
        [node.start_byte for node in statements],
        _depths(statements),
        sorted(node.start_byte for node in decisions),
        [node.start_byte for node in statements if node.type == "go_to_statement"],
        [node.start_byte for node in statements if node.type == "entry_statement"],
    )


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
