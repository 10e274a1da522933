"""SORT, MERGE, RELEASE and RETURN."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cobolsmith.lowered import DEBUGGING, FileName, Procedure, Run, Statement, Step
from cobolsmith.lowering.collating import alphabet
from cobolsmith.lowering.context import Context
from cobolsmith.lowering.control import last_of
from cobolsmith.lowering.files import branched, file_of, handled, named, received, sent
from cobolsmith.lowering.operands import reference
from cobolsmith.lowering.statements import parts, verb

if TYPE_CHECKING:
    from tree_sitter import Node


@verb("sort", "merge")
def sort(context: Context, node: Node) -> Sequence[Statement]:
    """SORT and MERGE of files."""
    name = node.child_by_field_name("file")
    assert name is not None
    if context.program.file(context.reading.word(name)) is None:
        raise context.refused(node, "SORT of a table")
    method = node.type.removesuffix("_statement")
    steps = [Step(method)]
    for _, child in parts(node):
        if child.type == "key_phrase":
            order = context.reading.field(child, "order").lower()
            keys = child.children_by_field_name("key")
            steps += [Step(order, (reference(context, one),)) for one in keys]
        elif child.type in ("sort_using_phrase", "sort_giving_phrase"):
            way = "using" if child.type == "sort_using_phrase" else "giving"
            names = child.children_by_field_name("file")
            steps.append(Step(way, tuple(named(context, one) for one in names)))
        elif child.type == "sort_procedure_phrase":
            steps.append(_procedure(context, child))
        elif child.type == "collating_phrase":
            places = alphabet(context.reading, context.reading.word(child).split()[-1])
            if places is None:
                raise context.refused(child, "SORT with that COLLATING SEQUENCE")
            steps += [Step("collated", places)] if places or context.extremes else []
    if context.debugging is not None:
        steps.append(Step("told", (FileName(DEBUGGING), method.upper())))
    return [Run(named(context, name), (*steps, Step("done")))]


def _procedure(context: Context, node: Node) -> Step:
    first = node.child_by_field_name("procedure")
    last = node.child_by_field_name("through")
    assert first is not None
    start_ = context.procedure_named(first)
    end = context.procedure_named(last) if last is not None else start_
    way = "reading" if context.reading.field(node, "direction") == "INPUT" else "writing"
    return Step(way, (Procedure(start_.index, last_of(context, end.index)),))


@verb("release")
def release(context: Context, node: Node) -> Sequence[Statement]:
    """RELEASE a record to a sort."""
    record = node.child_by_field_name("record")
    assert record is not None
    run = Run(file_of(context, record), (Step("release", (reference(context, record),)),))
    return [*sent(context, node, record), run]


@verb("return")
def return_(context: Context, node: Node) -> Sequence[Statement]:
    """RETURN the next record of a sort."""
    name = node.child_by_field_name("file")
    assert name is not None
    file = named(context, name)
    entry = context.program.file(file.word)
    assert entry is not None
    run = Run(file, (Step("return_record", handled(node)),))
    return branched(context, node, run, received(context, node, entry))
