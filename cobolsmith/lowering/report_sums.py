"""Sum counters of reports: what each GENERATE adds, what goes on behind a CONTROL FOOTING."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from cobolsmith.lowered import Block, Compute, Field, Number, Operation, Ref, Statement, Store
from cobolsmith.lowering.context import Context
from cobolsmith.lowering.operands import reference
from cobolsmith.lowering.report_groups import KINDS, Description, clause_of

if TYPE_CHECKING:
    from tree_sitter import Node

COUNTERS = ("LINE-COUNTER", "PAGE-COUNTER")
_MORE = 2
"""Digits that GnuCOBOL gives a sum counter more than its PICTURE has."""


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum counter: its field and place, the item that shows it, the level of its CONTROL FOOTING
    (0: FINAL), and what it adds: items, or (`forward`) a counter of a lower control."""

    field: Field
    place: Ref
    item: int
    level: int
    clause: Node
    operands: tuple[Ref, ...] = ()
    forward: bool = False


def counters_word(report: str) -> str:
    """The record of a report's counters."""
    return f"{report}-COUNTERS"


def counter_fields() -> list[Field]:
    """LINE-COUNTER and PAGE-COUNTER."""
    return [
        Field(word, word, "binary", 4 * at, 4, 9, native=True, cut=False, value=Number(Decimal(0)))
        for at, word in enumerate(COUNTERS)
    ]


def sums_of(report: Description) -> tuple[Sum, ...]:
    """The sum counters of a report, in order."""
    found: list[Sum] = []
    fields = counter_fields()
    for group in report.groups:
        for node, item in (entry for line in group.lines for entry in line.items):
            clause = clause_of(node, "sum_clause")
            if clause is None:
                continue
            if group.kind != "CF":
                raise report.context.refused(node, f"SUM in a {KINDS[group.kind]}")
            assert item.picture is not None
            size, end = item.picture.digits + _MORE, fields[-1].offset + fields[-1].size
            word = _unused(item.name or f"SUM-{len(found) + 1}", fields)
            fields.append(Field(word, word, "zoned", end, size, size, item.picture.scale, True))
            place = Ref(counters_word(report.name), word, "zoned")
            found.append(Sum(fields[-1], place, item.index, group.control, clause))
    return tuple(_resolved(report.context, one, found) for one in found)


def _unused(word: str, fields: Sequence[Field]) -> str:
    taken = {one.word for one in fields}
    return word if word not in taken else f"{word}-{len(fields)}"


def _resolved(context: Context, one: Sum, sums: Sequence[Sum]) -> Sum:
    """A counter with what it adds. GnuCOBOL adds several counters of one SUM several times."""
    if {"UPON", "RESET"} & set(context.words(one.clause)):
        raise context.refused(one.clause, "SUM with UPON or RESET, which GnuCOBOL ignores")
    nodes = one.clause.children_by_field_name("sum")
    by_item = {each.item: each for each in sums}
    operands: list[Ref] = []
    for node in nodes:
        item = context.item(node)
        of = by_item.get(item.index) if item is not None else None
        if of is None:
            operands.append(_added(context, node))
            continue
        if not of.level or len(nodes) > 1 or (one.level and of.level >= one.level):
            raise context.refused(node, "SUM of such counters")
        return replace(one, operands=(of.place,), forward=True)
    return replace(one, operands=tuple(operands))


def _added(context: Context, node: Node) -> Ref:
    found = reference(context, node)
    item = context.item_at(found)
    if found.form != "zoned" or (item.sign and item.sign.separate):
        what = f"SUM of {item.name}, which is not USAGE DISPLAY: GnuCOBOL loses digits of it"
        raise context.refused(node, what)
    return found


def zeroed(one: Sum) -> Statement:
    """A counter begins anew."""
    return Compute((Store(one.place, Number(Decimal(0))),))


def _plus(one: Sum, operand: Ref) -> Statement:
    return Compute((Store(one.place, Operation("+", one.place, operand)),))


def adding(sums: Sequence[Sum]) -> Block:
    """What each GENERATE adds."""
    return tuple(_plus(one, each) for one in sums if not one.forward for each in one.operands)


def rolled(sums: Sequence[Sum], level: int) -> Iterator[Statement]:
    """What follows the CONTROL FOOTING of a control: its sums go on to others, and begin anew."""
    for one in (each for each in sums if each.level == level):
        yield from (_plus(other, one.place) for other in sums if one.place in other.operands)
        yield zeroed(one)
