"""IF, EVALUATE, PERFORM, GO TO, EXIT and what else leads control."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from cobolsmith.lowered import (
    Alter,
    Block,
    Both,
    Compute,
    Condition,
    Either,
    Expression,
    GoTo,
    GoToOneOf,
    If,
    Leave,
    Not,
    Number,
    Operation,
    Perform,
    Place,
    Run,
    Statement,
    Step,
    Stop,
    Store,
    Text,
    Times,
    Truth,
    While,
)
from cobolsmith.lowering.conditions import compared, condition
from cobolsmith.lowering.context import Context
from cobolsmith.lowering.operands import expression, inner, operand, target
from cobolsmith.lowering.segments import around, left_behind
from cobolsmith.lowering.statements import block, verb

if TYPE_CHECKING:
    from tree_sitter import Node


@verb("if")
def if_(context: Context, node: Node) -> Sequence[Statement]:
    """IF condition ... ELSE ..."""
    tested = node.child_by_field_name("condition")
    assert tested is not None
    then = block(context, node.child_by_field_name("then"))
    otherwise = block(context, node.child_by_field_name("else"))
    return [If(condition(context, tested), then, otherwise)]


@verb("continue")
def continue_(context: Context, node: Node) -> Sequence[Statement]:
    """CONTINUE."""
    return []


@verb("next_sentence")
def next_sentence(context: Context, node: Node) -> Sequence[Statement]:
    """NEXT SENTENCE."""
    if context.loops:
        raise context.refused(node, "NEXT SENTENCE inside an inline PERFORM", "write CONTINUE")
    return [Leave("sentence")]


# --- EVALUATE -------------------------------------------------------------------------------------


@verb("evaluate")
def evaluate(context: Context, node: Node) -> Sequence[Statement]:
    """EVALUATE as a row of choices; a WHEN without statements shares those of the next."""
    subjects = node.children_by_field_name("subject")
    choices: list[tuple[Condition, Block]] = []
    waiting: list[Condition] = []
    for phrase in node.children_by_field_name("when"):
        waiting.append(_when(context, subjects, phrase))
        body = phrase.child_by_field_name("body")
        if body is not None and body.named_child_count:
            together = waiting[0] if len(waiting) == 1 else Either(tuple(waiting))
            if any(one == Truth(True) for one in waiting):
                together = Truth(True)
            choices.append((together, block(context, body)))
            waiting = []
    found: Block = ()
    for test, body_ in reversed(choices):
        found = body_ if test == Truth(True) else (If(test, body_, found),)
    return list(found)


def _when(context: Context, subjects: Sequence[Node], phrase: Node) -> Condition:
    if "OTHER" in context.words(phrase):
        return Truth(True)
    selections = phrase.children_by_field_name("selection")
    tests = [
        _selected(context, subject, selection)
        for subject, selection in zip(subjects, selections, strict=False)
    ]
    tests = [one for one in tests if one != Truth(True)] or [Truth(True)]
    return tests[0] if len(tests) == 1 else Both(tuple(tests))


def _selected(context: Context, subject: Node, selection: Node) -> Condition:
    said = context.reading.word(selection)
    asked = context.reading.word(subject)
    if said == "ANY":
        return Truth(True)
    if asked in ("TRUE", "FALSE"):
        test = Truth(said == "TRUE") if said in ("TRUE", "FALSE") else condition(context, selection)
        return test if asked == "TRUE" else Not(test)
    if said in ("TRUE", "FALSE"):
        test = condition(context, subject)
        return test if said == "TRUE" else Not(test)
    left = expression(context, inner(subject))
    nodes = inner(selection)
    if selection.type == "condition_range":
        return _between(context, selection, left)
    opposite = nodes[0].type == "NOT"
    if opposite and len(nodes) > 1 and nodes[1].type == "condition_range":
        return Not(_between(context, nodes[1], left))
    right = expression(context, nodes[1:] if opposite else nodes)
    return compared(context, selection, left, "<>" if opposite else "=", right)


def _between(context: Context, node: Node, left: Expression) -> Condition:
    ends = [one for one in node.children if one.type == "condition"]
    first = inner(ends[0])
    opposite = first[0].type == "NOT"
    low = expression(context, first[1:] if opposite else first)
    high = expression(context, inner(ends[1]))
    both = Both(
        (compared(context, node, left, ">=", low), compared(context, node, left, "<=", high))
    )
    return Not(both) if opposite else both


# --- PERFORM --------------------------------------------------------------------------------------


@verb("perform")
def perform(context: Context, node: Node) -> Sequence[Statement]:
    """PERFORM of procedures or of statements in line, once or in one of the loops."""
    first = node.child_by_field_name("procedure")
    if first is None:
        context.loops += 1
        body = block(context, node.child_by_field_name("body"))
        context.loops -= 1
    else:
        performed = perform_range(context, first, node.child_by_field_name("through"))
        body = tuple(around(context, performed))
    test = node.child_by_field_name("test")
    after = test is not None and "AFTER" in context.words(test)
    times = node.child_by_field_name("times")
    if times is not None:
        count = times.child_by_field_name("count")
        assert count is not None
        return [Times(operand(context, count), body)]
    varying = node.child_by_field_name("varying")
    if varying is not None:
        return _varying(context, varying, body, after)
    until = node.child_by_field_name("until")
    if until is not None:
        tested = until.child_by_field_name("condition")
        forever = tested is None or tested.type == "EXIT"
        ends = Truth(False) if forever or tested is None else condition(context, tested)
        return [While(ends, body, first=after)]
    if "FOREVER" in context.words(node):
        return [While(Truth(False), body)]
    return list(body) if first is not None else [Times(Number(Decimal(1)), body)]


def perform_range(context: Context, first: Node, last: Node | None) -> Perform:
    """The paragraphs that a PERFORM names, as positions of procedures; a section is all of it."""
    start = context.procedure_named(first)
    end = context.procedure_named(last) if last is not None else start
    return Perform(start.index, last_of(context, end.index))


def last_of(context: Context, index: int) -> int:
    """The last paragraph of a section, or the paragraph itself."""
    inside = [one.index for one in context.program.procedures if one.section == index]
    return max(inside, default=index)


def _varying(context: Context, node: Node, body: Block, after: bool) -> list[Statement]:
    levels = [node, *(one for one in node.children if one.type == "after_phrase")]
    begun: Block = ()
    for level in reversed(levels):
        place, start, step = _level(context, level)
        tested = level.child_by_field_name("condition")
        assert tested is not None
        head = begun
        body = (While(condition(context, tested), body, (step,), after, head),)
        begun = (_set(context, node, place, start),)
    return [*begun, *body]


def _level(context: Context, node: Node) -> tuple[Place, Expression, Statement]:
    index, start = node.child_by_field_name("index"), node.child_by_field_name("from")
    by = node.child_by_field_name("by")
    assert index is not None and start is not None
    place = target(context, index)
    amount = operand(context, by) if by is not None else Number(Decimal(1))
    step = Compute((Store(place, Operation("+", place, amount)),))
    return place, operand(context, start), step


def _set(context: Context, node: Node, place: Place, value: Expression) -> Statement:
    from cobolsmith.lowering.moving import moved

    if isinstance(value, Operation):
        return Compute((Store(place, value),))
    return moved(context, node, value, place)


# --- Ways out -------------------------------------------------------------------------------------


@verb("go_to")
def go_to(context: Context, node: Node) -> Sequence[Statement]:
    """GO TO, with DEPENDING ON too."""
    targets = tuple(
        context.procedure_named(one).index for one in node.children_by_field_name("target")
    )
    depending = node.child_by_field_name("depending")
    forgets = [left_behind(context, one) for one in targets]
    if depending is not None:
        if any(forgets):
            raise context.refused(node, "GO TO DEPENDING ON into an independent segment")
        return [GoToOneOf(targets, operand(context, depending))]
    edges = context.program.edges
    changed = {edge.source for edge in edges if edge.kind == "alter"}
    altered = context.procedure if context.procedure in changed or not targets else None
    if not targets:
        return [GoTo(-1, altered)]
    return [GoTo(targets[0], altered, forgets[0])]


@verb("alter")
def alter(context: Context, node: Node) -> Sequence[Statement]:
    """ALTER paragraphs."""
    changed = node.children_by_field_name("procedure")
    targets = node.children_by_field_name("target")
    found: list[Statement] = []
    for one, other in zip(changed, targets, strict=True):
        paragraph, target = context.procedure_named(one), context.procedure_named(other)
        found.append(Alter(paragraph.index, target.index))
        if context.debugging is not None:
            found += context.debugging.altered(paragraph.index, target.index)
    return found


@verb("exit")
def exit_(context: Context, node: Node) -> Sequence[Statement]:
    """EXIT and its kinds."""
    words = context.words(node)
    procedure = context.procedure
    if "PROGRAM" in words:
        if node.child_by_field_name("returning") is not None:
            raise context.refused(node, "EXIT PROGRAM RETURNING")
        return [Stop("program")]
    if "PERFORM" in words:
        return [Leave("round" if "CYCLE" in words else "loop")]
    if "PARAGRAPH" in words:
        return [Leave("paragraph", -1 if procedure is None else procedure)]
    if "SECTION" in words:
        assert procedure is not None
        section = context.program.procedures[procedure].section
        home = procedure if section is None else section
        return [Leave("section", last_of(context, home))]
    if "FUNCTION" in words:
        raise context.refused(node, "EXIT FUNCTION")
    return []


@verb("goback")
def goback(context: Context, node: Node) -> Sequence[Statement]:
    """GOBACK."""
    given = node.child_by_field_name("returning")
    return [Stop("goback", operand(context, given) if given is not None else None)]


LITERALS = ("_literal", "figurative_constant")


@verb("stop")
def stop(context: Context, node: Node) -> Sequence[Statement]:
    """STOP RUN, with its status; STOP with a literal shows it and waits."""
    if "RUN" not in context.words(node):
        literal = next((one for one in node.children if one.type.endswith(LITERALS)), None)
        if literal is None:
            raise context.refused(node, "STOP without RUN or a literal")
        number = literal.type == "number_literal"
        shown = Text(context.text(literal)) if number else operand(context, literal)
        return [Run("", (Step("display", (shown,)),)), Run("", (Step("await_enter"),))]
    given = node.child_by_field_name("returning") or node.child_by_field_name("status")
    if given is None and "WITH" in context.words(node):
        raise context.refused(node, "STOP RUN WITH")
    return [Stop("run", operand(context, given) if given is not None else None)]
