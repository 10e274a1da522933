"""DISPLAY, ACCEPT, CALL and CANCEL."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from cobolsmith.lowered import (
    Argument,
    Asked,
    Expression,
    Figurative,
    Function,
    If,
    Number,
    Ref,
    Run,
    Size,
    Statement,
    Step,
    Text,
)
from cobolsmith.lowering.context import Context
from cobolsmith.lowering.functions import SHOWN, SHOWN_ON
from cobolsmith.lowering.literals import characters
from cobolsmith.lowering.operands import inner, operand, reference, target
from cobolsmith.lowering.statements import parts, phrase, phrase_block, verb
from cobolsmith.lowering.switches import mnemonics

if TYPE_CHECKING:
    from tree_sitter import Node

_ERRORS = ("SYSERR", "STDERR", "SYSERROR")
_OUTPUTS = ("CONSOLE", "SYSOUT", "STDOUT", "PRINTER", "SYSLST", "SYSPUNCH")
_ARGUMENTS = {
    "COMMAND-LINE": "accept_command_line",
    "ARGUMENT-NUMBER": "accept_argument_number",
    "ARGUMENT-VALUE": "accept_argument",
    "ENVIRONMENT-VALUE": "accept_environment_value",
}
_DATES = ("DATE", "DAY", "TIME", "DAY-OF-WEEK")


_ASKING = ("accept_environment", "accept_environment_value", "accept_argument")
"""What says whether there was something to accept."""


@verb("display")
def display(context: Context, node: Node) -> Sequence[Statement]:
    """DISPLAY on standard output or UPON SYSERR; nothing there is an exception."""
    values: list[Argument] = []
    method, advancing = "display", True
    for field, child in parts(node):
        if field == "value":
            values.append(_shown(context, child))
        elif child.type == "upon_phrase":
            method = _device(context, child)
        elif child.type == "no_advancing_phrase":
            advancing = False
        elif child.type == "exception_phrase":
            raise context.refused(node, "DISPLAY at a place of the screen")
    method += "" if advancing else "_without_advancing"
    shown = Run("", (Step(method, tuple(values)),))
    return [shown, *phrase_block(context, node, "not_exception_phrase")]


def _device(context: Context, node: Node) -> str:
    word = context.reading.field(node, "upon")
    device = mnemonics(context.reading).get(word, word)
    if device == "ENVIRONMENT-NAME":
        return "name_environment"
    if device in _ERRORS:
        return "display_error"
    if device not in _OUTPUTS or device in ("PRINTER", "SYSPUNCH", "SYSLST"):
        raise context.refused(node, f"DISPLAY UPON {word}")
    return "display"


def _shown(context: Context, node: Node) -> Expression:
    found = operand(context, node)
    item = context.item(node) if node.type == "qualified_name" else None
    if isinstance(found, Ref) and item and item.picture and item.picture.scale < 0:
        # cobc shows a byte of what it displayed before.
        raise context.refused(node, f"DISPLAY of {item.name}, whose PICTURE ends in P")
    if isinstance(found, Function) and found.numeric and found.name in SHOWN:
        return Function("SHOWN", (found,), False)
    if isinstance(found, Function) and found.name in SHOWN_ON:
        digits = Number(Decimal(SHOWN_ON[found.name]))
        return Function("SHOWN", (found, digits), False)
    if isinstance(found, Size) or (isinstance(found, Function) and found.numeric):
        raise context.refused(node, "DISPLAY of a numeric function")
    if isinstance(found, Number) and node.type == "number_literal":
        return Text(context.text(node).lstrip("+"))
    return Text(str(found.number)) if isinstance(found, Number) else found


def _accepted(context: Context, node: Node, source: Node, place: Ref) -> Run:
    words = context.reading.word(source).removeprefix("FROM").split()
    device = mnemonics(context.reading).get(words[0], words[0])
    if words[0] in _DATES:
        form = " ".join(words)
        return Run("", (Step("accept_date", (place, form)),))
    if device in ("CONSOLE", "SYSIN", "SYSIPT", "STDIN"):
        return Run("", (Step("accept", (place,)),))
    if device in _ARGUMENTS:
        return Run("", (Step(_ARGUMENTS[device], (place,)),))
    if words[0] == "ENVIRONMENT":
        name = operand(context, inner(source)[-1])
        return Run("", (Step("accept_environment", (place, name)),))
    raise context.refused(node, f"ACCEPT FROM {' '.join(words)}")


@verb("accept")
def accept(context: Context, node: Node) -> Sequence[Statement]:
    """ACCEPT from standard input, or of date and time."""
    place = node.child_by_field_name("target")
    if place is None:
        raise context.refused(node, "ACCEPT from the screen")
    source = phrase(node, "accept_from_phrase")
    into = reference(context, place)
    run = Run("", (Step("accept", (into,)),))
    if source is not None:
        run = _accepted(context, node, source, into)
    failed = phrase_block(context, node, "exception_phrase")
    done = phrase_block(context, node, "not_exception_phrase")
    if not failed and not done:
        return [run]
    if phrase(node, "any_clause") or run.steps[0].method not in _ASKING:
        raise context.refused(node, "ACCEPT with these phrases")
    return [If(Asked(run), done, failed)]


@verb("call")
def call(context: Context, node: Node) -> Sequence[Statement]:
    """CALL with its arguments."""
    name = node.child_by_field_name("program")
    assert name is not None
    if node.child_by_field_name("convention") is not None:
        raise context.refused(node, "CALL with a convention")
    steps = [Step("call", (operand(context, name),)), *_arguments(context, node)]
    given: tuple[Argument, ...] = ()
    for phrase_ in node.children_by_field_name("returning"):
        place = phrase_.child_by_field_name("returning")
        if place is not None and place.type != "OMITTED":
            given = (target(context, place),)
    run = Run("self", (*steps, Step("run", given)))
    failed = (
        *phrase_block(context, node, "exception_phrase"),
        *phrase_block(context, node, "overflow_phrase"),
    )
    done = phrase_block(context, node, "not_exception_phrase")
    if not failed and not done:
        return [run]
    found = Run("self", (*steps, Step("found")))
    return [If(Asked(found), (run, *done), failed)]


def _arguments(context: Context, node: Node) -> list[Step]:
    steps: list[Step] = []
    mode = "REFERENCE"
    for using in node.children_by_field_name("using"):
        for argument in (one for one in using.children if one.type == "argument"):
            given = argument.child_by_field_name("mode")
            mode = context.reading.word(given) if given is not None else mode
            value = argument.child_by_field_name("value")
            if value is None or value.type == "OMITTED":
                steps.append(Step("omitted"))
                continue
            what = operand(context, value)
            if mode == "VALUE":
                raise context.refused(node, "CALL BY VALUE")
            by_reference = mode == "REFERENCE" and isinstance(what, Ref)
            if isinstance(what, Figurative):
                what = Text(characters(what))
            text = isinstance(what, Function) and not what.numeric
            if not by_reference and not isinstance(what, Ref | Text) and not text:
                raise context.refused(node, "CALL with that argument")
            steps.append(Step("by_reference" if by_reference else "by_content", (what,)))
    return steps


@verb("cancel")
def cancel(context: Context, node: Node) -> Sequence[Statement]:
    """CANCEL."""
    names = tuple(operand(context, one) for one in node.children_by_field_name("program"))
    return [Run("self", (Step("cancel", names),))]
