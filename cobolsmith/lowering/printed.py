"""A line of a report as a record: its items at their columns, and what goes into them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cobolsmith.lowered import Field, Form, Kept, Record
from cobolsmith.lowering.context import Context
from cobolsmith.lowering.data import field_of, form_of
from cobolsmith.lowering.pages import place_of
from cobolsmith.program import DataItem

if TYPE_CHECKING:
    from tree_sitter import Node


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a line; `source` is the operand of its SOURCE or VALUE, or its SUM clause."""

    word: str
    form: Form
    node: Node
    item: DataItem
    source: Node
    indicated: bool


@dataclass(frozen=True, slots=True)
class Printed:
    """A line as a record, with the items in it."""

    record: Record
    items: tuple[Item, ...]


def printed_of(context: Context, word: str, entries: Sequence[tuple[Node, DataItem]]) -> Printed:
    """The record of a line, named by `word`."""
    items: list[Item] = []
    fields: list[Field] = []
    end = 0
    for node, item in entries:
        start = _column(context, node, end) - 1
        if start < end:
            raise context.refused(node, "items of a report that overlap, or go backward")
        end = start + item.length
        one = _item(context, node, item, start, {each.word for each in items})
        items.append(one)
        place = {**context.places, item.index: (word, one.word, one.form)}
        made = field_of(context.program, context.reading, place, replace(item, offset=start), True)
        fields.append(replace(made, word=one.word, value=Kept()))
    whole = Field(word, word, "group", 0, max(end, 1), value=Kept())
    return Printed(Record(whole, tuple(fields), "file"), tuple(items))


def _column(context: Context, node: Node, end: int) -> int:
    clause = next((one for one in node.children if one.type == "column_clause"), None)
    if clause is None:
        raise context.refused(node, "an item of a report without COLUMN")
    if {"LEFT", "RIGHT"} & set(context.words(clause)):
        raise context.refused(clause, " ".join(context.reading.word(clause).split()))
    place = place_of(context, clause)
    return end + place.number if place.word == "PLUS" else place.number


def _item(context: Context, node: Node, item: DataItem, start: int, taken: set[str]) -> Item:
    clauses = {one.type: one for one in node.children}
    form = form_of(item)
    if form is None:
        raise context.refused(node, f"{item.name or 'an item'} of a report with such a PICTURE")
    if item.picture is not None and item.picture.size > 500:
        raise context.refused(node, "an item of a report of more than 500 characters")
    word = item.name or f"COLUMN-{start + 1}"
    word = word if word not in taken else f"{word}-{start + 1}"
    return Item(
        word, form, node, item, _source(context, node, item, clauses), _is_indicated(clauses)
    )


def _is_indicated(clauses: dict[str, Node]) -> bool:
    return "group_indicate_clause" in clauses


def _source(context: Context, node: Node, item: DataItem, clauses: dict[str, Node]) -> Node:
    """What an item shows; of VALUE only what GnuCOBOL prints as it stands."""
    if "sum_clause" in clauses:
        return clauses["sum_clause"]
    if "source_clause" in clauses:
        found = clauses["source_clause"].children_by_field_name("source")
        if len(found) != 1 or found[0].next_named_sibling is not None:
            raise context.refused(clauses["source_clause"], "SOURCE of several, or ROUNDED")
        return found[0]
    value = clauses.get("value_clause")
    given = value.children_by_field_name("value") if value is not None else []
    if len(given) != 1:
        raise context.refused(node, "an item of a report without SOURCE, SUM or VALUE")
    spaces = context.reading.word(given[0]) in ("SPACE", "SPACES")
    text = given[0].type in ("string_literal", "all_literal") or spaces
    if form_of(item) != "string" or not text or item.justified:
        raise context.refused(given[0], f"VALUE {context.text(given[0])} of such an item")
    if given[0].type == "string_literal" and len(context.text(given[0])) - 2 > item.length:
        raise context.refused(given[0], "a VALUE longer than its item")
    return given[0]
