"""CORRESPONDING: which items of two groups belong together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from cobolsmith.lowered import Ref
from cobolsmith.lowering.context import Context
from cobolsmith.lowering.operands import NUMERIC, reference
from cobolsmith.program import DataItem

if TYPE_CHECKING:
    from tree_sitter import Node


def pairs(
    context: Context, source: Node, target: Node, *, numbers: bool = False
) -> Iterator[tuple[Ref, Ref]]:
    """The pairs of items with one name in two groups; with `numbers` numeric ones only."""
    one, two = context.owner(source), context.owner(target)
    out, into = reference(context, source), reference(context, target)
    for left, right in _matching(one[0], one[1], two[0], two[1]):
        from_, to = one[0].ref(left, one[2]), two[0].ref(right, two[2])
        if not numbers or (from_.form in NUMERIC and to.form in NUMERIC):
            yield replace(from_, at=out.at), replace(to, at=into.at)


def _matching(
    one: Context, left: DataItem, two: Context, right: DataItem
) -> Iterator[tuple[DataItem, DataItem]]:
    others = {item.name: item for item in two.program.children(right) if _takes_part(item)}
    for item in one.program.children(left):
        other = others.get(item.name)
        if other is None or not _takes_part(item):
            continue
        if item.is_group and other.is_group:
            yield from _matching(one, item, two, other)
        else:
            yield item, other


def _takes_part(item: DataItem) -> bool:
    return bool(item.name) and item.redefines is None and not item.occurs and item.level != 66
