"""Constant subscripts and positions that lie outside of what they mean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cobolsmith.items import DataItem
from cobolsmith.rules.rule import Found, Listing, Rule

if TYPE_CHECKING:
    from tree_sitter import Node


def outside(listing: Listing) -> Iterator[Found]:
    """Constant subscripts beyond OCCURS, and reference modifications beyond the item's end."""
    for node in listing.nodes("qualified_name"):
        if not any(c.type in ("subscript", "reference_modification") for c in node.named_children):
            continue
        names = [listing.text(c) for c in node.named_children if c.type == "name"]
        owner, item = listing.program.find(names[0], tuple(names[1:]))
        if owner is not listing.program or not isinstance(item, DataItem):
            continue
        for child in node.named_children:
            if child.type == "subscript":
                yield from _subscripts(listing, child, item)
            elif child.type == "reference_modification":
                yield from _position(listing, child, item)


def _subscripts(listing: Listing, node: Node, item: DataItem) -> Iterator[Found]:
    given = list(node.named_children)
    tables = listing.program.subscripts(item)
    if len(given) != len(tables):
        return
    for one, table in zip(given, tables, strict=True):
        value = _constant(listing, one)
        if value is not None and table.times > 1 and not 1 <= value <= table.times:
            what = f"subscript {value} of {item.name}: {table.name} occurs {table.times} times"
            yield Found(listing.origin(one), what)


def _position(listing: Listing, node: Node, item: DataItem) -> Iterator[Found]:
    first, length = node.child_by_field_name("start"), node.child_by_field_name("length")
    begin = _constant(listing, first) if first is not None else None
    size = _constant(listing, length) if length is not None else 1
    if begin is None or item.any_length or not item.length:
        return
    last = begin + (size or 1) - 1
    if begin < 1 or last > item.length or size == 0:
        what = f"bytes {begin} to {last} of {item.name}, which has {item.length}"
        yield Found(listing.origin(node), what)


def _constant(listing: Listing, node: Node) -> int | None:
    text = listing.text(node)
    return int(text) if text.isdigit() else None


RULES = (
    Rule(
        "outside-of-item",
        "error",
        "What lies behind a table or an item belongs to others: reading it gives chance values, "
        "writing it destroys them.",
        "correct the number, or `refactor resize-table`",
        outside,
    ),
)
