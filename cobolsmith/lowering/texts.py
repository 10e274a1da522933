"""INSPECT, STRING and UNSTRING."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cobolsmith.lowered import (
    Argument,
    Asked,
    Expression,
    If,
    Number,
    Run,
    Statement,
    Step,
    Text,
    Word,
)
from cobolsmith.lowering.context import Context
from cobolsmith.lowering.literals import digits
from cobolsmith.lowering.operands import operand, reference, target
from cobolsmith.lowering.statements import parts, phrase, phrase_block, verb

if TYPE_CHECKING:
    from tree_sitter import Node

NONE = Word("NONE")


def text(context: Context, node: Node) -> Expression:
    """An operand seen as characters."""
    found = operand(context, node)
    return Text(digits(found)) if isinstance(found, Number) else found


@verb("inspect")
def inspect(context: Context, node: Node) -> Sequence[Statement]:
    """INSPECT TALLYING, REPLACING, CONVERTING."""
    subject = node.child_by_field_name("subject")
    assert subject is not None
    seen = reference(context, subject)
    done: list[Statement] = []
    for one in node.children:
        if one.type == "tallying_phrase":
            steps = _tallying(context, one)
        elif one.type == "replacing_phrase":
            steps = _replacing(context, one)
        elif one.type == "converting_phrase":
            steps = [_converting(context, one)]
        else:
            continue
        done.append(Run("", (Step("inspect", (seen,)), *steps, Step("done"))))
    return done


def _limits(context: Context, fields: list[tuple[str, Node]], at: int) -> tuple[Argument, ...]:
    """The BEFORE and AFTER that follow a place in a phrase."""
    found: dict[str, Argument] = {"BEFORE": NONE, "AFTER": NONE}
    way = ""
    for field, child in fields[at:]:
        if child.type in found:
            way = child.type
        elif field == "limit":
            found[way] = text(context, child)
        elif child.type != "INITIAL":
            break
    return found["BEFORE"], found["AFTER"]


def _tallying(context: Context, node: Node) -> list[Step]:
    steps: list[Step] = []
    fields = list(parts(node))
    how = ""
    tally: Argument = NONE
    for at, (field, child) in enumerate(fields):
        if field == "tally":
            tally = target(context, child)
        elif child.type in ("ALL", "LEADING", "TRAILING"):
            how = child.type.lower()
        elif child.type == "CHARACTERS":
            steps.append(Step("tally_characters", (tally, *_limits(context, fields, at + 1))))
        elif field == "pattern":
            given = (tally, text(context, child), *_limits(context, fields, at + 1))
            if how == "trailing":
                raise context.refused(node, "INSPECT TALLYING TRAILING")
            steps.append(Step(f"tally_{how}", given))
    return steps


def _replacing(context: Context, node: Node) -> list[Step]:
    steps: list[Step] = []
    fields = list(parts(node))
    how = ""
    pattern: Argument = NONE
    for at, (field, child) in enumerate(fields):
        if child.type in ("ALL", "LEADING", "FIRST", "TRAILING", "CHARACTERS"):
            how = child.type.lower()
        elif field == "pattern":
            pattern = text(context, child)
        elif field == "by":
            limits = _limits(context, fields, at + 1)
            by = text(context, child)
            given = (by, *limits) if how == "characters" else (pattern, by, *limits)
            steps.append(Step(f"replace_{how}", given))
    return steps


def _converting(context: Context, node: Node) -> Step:
    fields = list(parts(node))
    at = next(place for place, (field, _) in enumerate(fields) if field == "to")
    first = next(child for field, child in fields if field == "from")
    given = (text(context, first), text(context, fields[at][1]))
    return Step("convert", (*given, *_limits(context, fields, at + 1)))


@verb("string")
def string(context: Context, node: Node) -> Sequence[Statement]:
    """STRING: senders up to their delimiters, one behind the other."""
    into = node.child_by_field_name("into")
    assert into is not None
    pointer = _pointer(context, node)
    steps: list[Step] = []
    waiting: list[Expression] = []
    for field, child in parts(node):
        if field == "from":
            waiting.append(text(context, child))
        elif child.type == "delimited_phrase":
            by = child.child_by_field_name("by")
            whole = by is None or context.reading.word(by) == "SIZE"
            limit: Argument = NONE if whole or by is None else text(context, by)
            steps += [Step("add", (one, limit)) for one in waiting]
            waiting = []
    steps += [Step("add", (one, NONE)) for one in waiting]
    start = Step("string_into", (reference(context, into), pointer))
    return _overflowing(context, node, [start, *steps])


def _pointer(context: Context, node: Node) -> Argument:
    found = phrase(node, "pointer_phrase")
    place = found.child_by_field_name("pointer") if found is not None else None
    return target(context, place) if place is not None else NONE


def _overflowing(context: Context, node: Node, steps: list[Step]) -> list[Statement]:
    run = Run("", (*steps, Step("done")))
    failed = phrase_block(context, node, "overflow_phrase")
    done = phrase_block(context, node, "not_overflow_phrase")
    if failed or done:
        return [If(Asked(run), done, failed)]
    return [run]


@verb("unstring")
def unstring(context: Context, node: Node) -> Sequence[Statement]:
    """UNSTRING: pieces between delimiters, one receiver after the other."""
    source = node.child_by_field_name("from")
    assert source is not None
    tally = phrase(node, "tallying_in_phrase")
    counted: Argument = NONE
    if tally is not None:
        (place,) = tally.children_by_field_name("tally")
        counted = target(context, place)
    steps = [Step("unstring", (text(context, source), _pointer(context, node), counted))]
    steps += _delimiters(context, node)
    into: list[Argument] = []
    for field, child in parts(node):
        if field == "into":
            if into:
                steps.append(Step("into", tuple(into)))
            into = [target(context, child), NONE, NONE]
        elif child.type == "delimiter_in_phrase":
            (place,) = child.children_by_field_name("delimiter")
            into[1] = target(context, place)
        elif child.type == "count_in_phrase":
            (place,) = child.children_by_field_name("count")
            into[2] = target(context, place)
    if into:
        steps.append(Step("into", tuple(into)))
    return _overflowing(context, node, steps)


def _delimiters(context: Context, node: Node) -> list[Step]:
    found = phrase(node, "delimiters_phrase")
    if found is None:
        return []
    steps: list[Step] = []
    for field, child in parts(found):
        if field != "by":
            continue
        words = child.type == "all_literal"
        if words:
            named = [one for one in child.children if one.is_named][-1]
            steps.append(Step("delimited_by_all", (text(context, named),)))
        else:
            steps.append(Step("delimited_by", (text(context, child),)))
    return steps
