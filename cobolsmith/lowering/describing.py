"""Files as SELECT and FD describe them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cobolsmith.languages.cobol.reading import every, outermost
from cobolsmith.lowered import Expression, File, Ref
from cobolsmith.lowering.context import Context
from cobolsmith.lowering.operands import inner, operand, reference
from cobolsmith.program import DataItem, FileEntry

if TYPE_CHECKING:
    from tree_sitter import Node

_UNKNOWN = ("collating_clause", "any_clause")
"""Clauses that make a difference; PADDING makes none, as cobc has no blocks."""
_OWN_CODES = frozenset(("STANDARD-1", "STANDARD-2", "ASCII", "NATIVE"))


def files_of(context: Context, nodes: Sequence[Node]) -> tuple[File, ...]:
    """The files of a program, from their SELECT and FD."""
    entries = [one for node in nodes for one in _under(node, "select_entry")]
    selects = {context.reading.field(one, "name"): one for one in entries}
    found = [one for node in nodes for one in _under(node, "file_description")]
    described = {context.reading.field(one, "name"): one for one in found}
    return tuple(
        _file(context, entry, selects[entry.name], described[entry.name])
        for entry in context.program.files
        if entry.name in selects and entry.name in described
    )


def _under(node: Node, kind: str) -> Iterator[Node]:
    if node.type == kind:
        yield node
    else:
        yield from outermost(node, kind)


def _file(context: Context, entry: FileEntry, select: Node, description: Node) -> File:
    for node in (*select.children, *description.children):
        if node.type in _UNKNOWN or (node.type == "code_set_clause" and _recoded(context, node)):
            what = " ".join(context.reading.word(node).split())
            raise context.refused(node, f"{entry.name}'s clause {what}")
    organization = "SORT" if entry.kind == "SD" else entry.organization
    clauses = {one.type: one for one in (*select.children, *description.children)}
    linage = _linage(context, clauses.get("linage_clause"))
    if linage:
        organization = "LINE SEQUENTIAL"
    shortest, longest, depending, variable = _lengths(context, entry, description)
    key = clauses.get("record_key_clause") or clauses.get("relative_key_clause")
    status = clauses.get("file_status_clause")
    return File(
        entry.name,
        organization,  # type: ignore[arg-type]
        _assigned(context, entry, clauses.get("assign_clause")),
        tuple(context.places[index][0] for index in entry.records),
        shortest,
        longest,
        entry.access,
        entry.optional,
        _field(context, status, "name"),
        _field(context, key, "name"),
        tuple(_alternates(context, select)),
        depending,
        linage,
        variable,
        "external_clause" in clauses,
    )


def _field(context: Context, clause: Node | None, name: str) -> Ref | None:
    node = clause.child_by_field_name(name) if clause is not None else None
    return reference(context, node) if node is not None else None


def _alternates(context: Context, select: Node) -> Iterator[tuple[Ref, bool]]:
    for clause in select.children:
        if clause.type == "alternate_key_clause":
            name = clause.child_by_field_name("name")
            assert name is not None
            if clause.child_by_field_name("part") is not None:
                raise context.refused(clause, "a key of several items")
            yield reference(context, name), "DUPLICATES" in context.words(clause)


_LINAGE = ("LINES", "FOOTING", "TOP", "BOTTOM")


def _linage(context: Context, clause: Node | None) -> tuple[Expression | None, ...]:
    """The lines of a page, where its footing begins, and the lines above and below it."""
    if clause is None:
        return ()
    found: dict[str, Expression] = {}
    about = "LINES"
    for one in inner(clause):
        word = context.reading.word(one)
        if word in _LINAGE:
            about = word
        elif one.is_named:
            found[about] = operand(context, one)
    return tuple(found.get(one) for one in _LINAGE)


def _recoded(context: Context, node: Node) -> bool:
    """Whether a CODE-SET names other codes than those that records are in."""
    named = next(one for one in node.children if one.type == "name")
    alphabets = {
        context.reading.field(one, "name"): set(context.text(one).upper().split())
        for one in every(context.reading.tree.root, "alphabet_clause")
    }
    word = context.reading.word(named)
    return not (alphabets.get(word, set()) | {word}) & _OWN_CODES


def _assigned(context: Context, entry: FileEntry, clause: Node | None) -> str | Ref:
    targets = clause.children_by_field_name("target") if clause is not None else []
    if not targets:
        return entry.name
    node = targets[-1]
    if node.type == "string_literal":
        return context.text(node)[1:-1]
    item = context.item(node)
    if item is not None and item.level not in (78, 88):
        return reference(context, node)
    word = context.text(node)
    if clause is not None and any(one.type == "EXTERNAL" for one in clause.children):
        return word.rpartition("-")[2]
    return word


def _lengths(
    context: Context, entry: FileEntry, description: Node
) -> tuple[int, int, Ref | None, bool]:
    """The shortest and longest record, the item that holds the length, and whether it varies."""
    items = [context.program.items[index] for index in entry.records]
    least = [_least(context, item) for item in items]
    shortest, longest = min(least, default=0), max((one.length for one in items), default=0)
    depending = None
    for clause in description.children:
        if clause.type != "record_clause":
            continue
        name = next((one for one in every(clause, "depending_phrase")), None)
        if name is not None:
            depending = _field(context, name, "depending")
        low, high = (clause.child_by_field_name(one) for one in ("min", "max"))
        varies = "VARYING" in context.words(clause) or high is not None
        ends = [int(context.text(one)) for one in (low, high) if one is not None]
        if ends and varies:
            shortest, longest = min(ends[0], shortest), max(ends[-1], longest)
            shortest = ends[0]
        elif ends:
            shortest = longest = max(ends[0], longest)
        if varies:
            return shortest, longest, depending, True
    return shortest, longest, depending, shortest != longest


def _least(context: Context, item: DataItem) -> int:
    """The shortest a record can be."""
    size = item.length
    for one in context.program.below(item.index):
        if one.occurs is not None and one.occurs.depending is not None:
            size -= (one.occurs.maximum - one.occurs.minimum) * one.length
    return size
