"""Statements in Java: each kind of node with the lines it becomes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from cobolsmith.lowered import (
    Alter,
    Altered,
    Block,
    Branch,
    Compute,
    GoTo,
    GoToOneOf,
    If,
    Leave,
    Move,
    Number,
    Operation,
    Perform,
    Ref,
    RefusedError,
    Remark,
    Run,
    Sentence,
    Statement,
    Stop,
    Store,
    Times,
    Truth,
    Unknown,
    While,
)
from cobolsmith.targets.java import natives
from cobolsmith.targets.java.expressions import Speech, risky
from cobolsmith.targets.java.words import camel
from cobolsmith.targets.methods import UNKNOWN

Line = tuple[int, str]
_SHORT = {"+": "add", "-": "subtract", "*": "multiply"}


@dataclass(slots=True)
class Writing:
    """The state of one paragraph: its words, and the steps of the loops around a place."""

    speech: Speech
    index: int
    jumps: bool
    steps: list[tuple[Block, bool]] = field(default_factory=list)

    def block(self, block: Block, depth: int) -> Iterator[Line]:
        """The lines of statements, up to one that control doesn't get behind."""
        for one in block:
            yield from SAID[type(one)](self, one, depth)
            if not goes_on(one, self):
                return


def goes_on(one: Statement, writing: Writing) -> bool:
    """Whether control may get behind a statement, as Java sees it."""
    if isinstance(one, GoTo):
        return False
    if isinstance(one, Leave):
        return False
    if isinstance(one, If):
        return _all_go_on(one.then, writing) or _all_go_on(one.otherwise, writing)
    if isinstance(one, While):
        endless = one.until == Truth(False) and not one.first and not one.head
        return not endless or left(one.body, "loop")
    if isinstance(one, Sentence):
        return _all_go_on(one.body, writing) or left(one.body, "sentence")
    if isinstance(one, Times) and _once(one):
        return _all_go_on(one.body, writing)
    if isinstance(one, Compute):
        ends = one.checked and one.on_error and one.otherwise
        return not ends or _all_go_on(one.on_error, writing) or _all_go_on(one.otherwise, writing)
    return True


def _all_go_on(block: Block, writing: Writing) -> bool:
    return all(goes_on(one, writing) for one in block)


def left(body: Block, what: str) -> bool:
    """Whether a way out of a loop or sentence stands in its body."""
    for one in body:
        if isinstance(one, Leave) and (one.what == what or (what == "any" and "r" in one.what)):
            return True
        if isinstance(one, While | Times) and what != "sentence":
            continue
        for name in ("then", "otherwise", "on_error", "body"):
            inside = getattr(one, name, None)
            if isinstance(inside, tuple) and left(inside, what):
                return True
    return False


def _once(one: Times) -> bool:
    once = isinstance(one.count, Number) and one.count.number == 1
    return once and not left(one.body, "loop") and not left(one.body, "round")


def _move(writing: Writing, one: Move, depth: int) -> Iterator[Line]:
    speech = writing.speech
    target = speech.path(one.target)
    item, sent = speech.native(one.target), speech.native(one.source)
    if item is not None:
        yield depth, f"{target} = {natives.received(speech, item, one.source)};"
    elif sent is not None and isinstance(one.source, Ref):
        yield depth, f"{target}.move({natives.sent_text(speech, one.source, one.target, sent)});"
    else:
        yield depth, f"{target}.move({speech.source(one.source)});"


def _store(speech: Speech, one: Store) -> str:
    target, value = speech.path(one.target), one.value
    item = speech.native(one.target)
    if item is not None:
        made = natives.stored(speech, one, item)
        return f"{target} = {f'unlessError({target}, () -> {made})' if risky(value) else made};"
    result = speech.value(value)
    if risky(value):
        result = f"() -> {result}"
    if one.rounding:
        return f"{target}.store({result}, {speech.mode(one.rounding)});"
    if isinstance(value, Operation) and value.left == one.target and not risky(value):
        return f"{target}.{_SHORT[value.operator]}({speech.value(value.right)});"
    return f"{target}.store({result});"


def _fits(speech: Speech, one: Store) -> str:
    rounding = f", {speech.mode(one.rounding)}" if one.rounding else ""
    return f"{speech.path(one.target)}.fits(() -> {speech.value(one.value)}{rounding})"


def _compute(writing: Writing, one: Compute, depth: int) -> Iterator[Line]:
    speech = writing.speech
    for temporary, value in one.before:
        name, result = camel(temporary.name), speech.value(value)
        if risky(value):
            speech.risks.add(name)
            result = f"orNone(() -> {result})"
        yield depth, f"BigDecimal {name} = {result};"
    if not one.checked:
        for store in one.stores:
            yield depth, _store(speech, store)
        return
    tests = []
    for store in one.stores:
        test, lines = _fitting(speech, store)
        yield from ((depth + deeper, line) for deeper, line in lines)
        tests.append(test)
    if not one.on_error and not one.otherwise:
        yield from ((depth, f"{test};") for test in tests if test.endswith(")"))
        return
    yield from _sized(writing, one, tests, depth)


def _fitting(speech: Speech, one: Store) -> tuple[str, list[Line]]:
    """The test whether a result fits, and what stands before it: a native item's new value."""
    item = speech.native(one.target)
    if item is None:
        return _fits(speech, one), []
    name = f"value{speech.next_made()}"
    kept = f"{speech.path(one.target)} = {natives.of_fitted(item, name)};"
    return f"{name} != null", [
        (0, f"BigDecimal {name} = {natives.fitted(speech, one, item)};"),
        (0, f"if ({name} != null) {{"),
        (1, kept),
        (0, "}"),
    ]


def _sized(writing: Writing, one: Compute, tests: list[str], depth: int) -> Iterator[Line]:
    """The branches of ON SIZE ERROR and NOT ON SIZE ERROR."""
    all_fit = " & ".join(tests)
    if not one.otherwise:
        yield depth, f"if ({_failed(tests)}) {{"
        yield from writing.block(one.on_error, depth + 1)
        yield depth, "}"
        return
    yield depth, f"if ({all_fit}) {{"
    yield from writing.block(one.otherwise, depth + 1)
    if one.on_error:
        yield depth, "} else {"
        yield from writing.block(one.on_error, depth + 1)
    yield depth, "}"


def _failed(tests: list[str]) -> str:
    """The opposite of tests whether results fit."""
    if len(tests) > 1:
        return f"!({' & '.join(tests)})"
    held = tests[0].removesuffix(" != null")
    return f"!{held}" if held == tests[0] else f"{held} == null"


def _if(writing: Writing, one: If, depth: int, before: str = "") -> Iterator[Line]:
    condition = writing.speech.condition(one.condition)
    then, otherwise = one.then, one.otherwise
    if not then and otherwise:
        condition = writing.speech.negated(one.condition)
        then, otherwise = otherwise, ()
    yield depth, f"{before}if ({condition}) {{"
    yield from writing.block(then, depth + 1)
    if len(otherwise) == 1 and isinstance(otherwise[0], If):
        yield from _if(writing, otherwise[0], depth, "} else ")
        return
    if otherwise:
        yield depth, "} else {"
        yield from writing.block(otherwise, depth + 1)
    yield depth, "}"


def _while(writing: Writing, one: While, depth: int) -> Iterator[Line]:
    speech = writing.speech
    writing.steps.append((one.step, one.first))
    if one.first or one.head:
        yield depth, "while (true) {"
        first = one.body if one.first else ()
        yield from writing.block((*one.head, *first), depth + 1)
        if not first or _all_go_on(first, writing) or left(first, "any"):
            yield depth + 1, f"if ({speech.condition(one.until)}) {{"
            yield depth + 2, "break;"
            yield depth + 1, "}"
            rest = one.step if one.first else (*one.body, *one.step)
            yield from writing.block(rest, depth + 1)
    else:
        test = "true" if one.until == Truth(False) else speech.negated(one.until)
        yield depth, f"while ({test}) {{"
        yield from writing.block((*one.body, *one.step), depth + 1)
    yield depth, "}"
    writing.steps.pop()


def _times(writing: Writing, one: Times, depth: int) -> Iterator[Line]:
    if _once(one):
        yield from writing.block(one.body, depth)
        return
    writing.steps.append(((), False))
    name = f"n{writing.speech.next_made()}"
    count = writing.speech.integer(one.count)
    yield depth, f"for (int {name} = {count}; {name} > 0; {name}--) {{"
    yield from writing.block(one.body, depth + 1)
    yield depth, "}"
    writing.steps.pop()


def _perform(writing: Writing, one: Perform, depth: int) -> Iterator[Line]:
    speech = writing.speech
    order = [paragraph.index for paragraph in speech.program.paragraphs]
    row = order[order.index(one.first) : order.index(one.last) + 1]
    bodies = {paragraph.index for paragraph in speech.program.paragraphs if paragraph.body}
    written = [index for index in row if index in bodies]
    if row and all(index in speech.program.direct for index in row) and len(written) <= 4:
        for index in written:
            yield depth, f"{speech.names.paragraphs[index]}();"
        return
    first, last = speech.label(one.first), speech.label(one.last)
    yield depth, f"perform({first});" if first == last else f"perform({first}, {last});"


def _go_to(writing: Writing, one: GoTo, depth: int) -> Iterator[Line]:
    speech = writing.speech
    if one.altered is None:
        if one.forgets:
            yield from _altered(writing, Altered("forget", one.forgets), depth)
        yield depth, f"return {speech.label(one.target)};"
        return
    if one.forgets:
        yield depth, f"if (!isAltered({speech.label(one.altered)})) {{"
        yield from _altered(writing, Altered("forget", one.forgets), depth + 1)
        yield depth, "}"
    target = speech.label(one.target) if one.target >= 0 else "NEXT"
    yield depth, f"return altered({speech.label(one.altered)}, {target});"


def _go_to_one_of(writing: Writing, one: GoToOneOf, depth: int) -> Iterator[Line]:
    speech = writing.speech
    targets = ", ".join(speech.label(target) for target in one.targets)
    name = f"going{speech.next_made()}"
    yield depth, f"int {name} = oneOf({speech.integer(one.number)}, {targets});"
    yield depth, f"if ({name} != NEXT) {{"
    yield depth + 1, f"return {name};"
    yield depth, "}"


def _alter(writing: Writing, one: Alter, depth: int) -> Iterator[Line]:
    speech = writing.speech
    yield depth, f"alter({speech.label(one.paragraph)}, {speech.label(one.target)});"


def _altered(writing: Writing, one: Altered, depth: int) -> Iterator[Line]:
    labels = ", ".join(map(writing.speech.label, one.paragraphs))
    yield depth, f"{camel(one.how.replace(' ', '-'))}Altered({labels});"


def _leave(writing: Writing, one: Leave, depth: int) -> Iterator[Line]:
    if one.what == "paragraph" or (one.what == "section" and one.paragraph == writing.index):
        yield depth, "return NEXT;" if writing.jumps else "return;"
    elif one.what == "section":
        yield depth, f"return endOf({writing.speech.label(one.paragraph)});"
    elif one.what == "round":
        step, after = writing.steps[-1]
        if after:
            raise RefusedError("can't translate EXIT PERFORM CYCLE in a loop WITH TEST AFTER")
        yield from writing.block(step, depth)
        yield depth, "continue;"
    else:
        yield depth, "break;" if one.what == "loop" else "break sentence;"


def _sentence(writing: Writing, one: Sentence, depth: int) -> Iterator[Line]:
    yield depth, "sentence:"
    yield depth, "{"
    yield from writing.block(one.body, depth + 1)
    yield depth, "}"


def _stop(writing: Writing, one: Stop, depth: int) -> Iterator[Line]:
    speech = writing.speech
    status = speech.value(one.status) if one.status is not None else ""
    if one.how == "run":
        yield depth, f"stopRun({status});"
        return
    if status:
        yield depth, f"returnCode().store({status});"
    yield depth, "goback();" if one.how == "goback" else "exitProgram();"


def _run(writing: Writing, one: Run, depth: int) -> Iterator[Line]:
    native = writing.speech.native(one.subject) is not None
    said = natives.switched(writing.speech, one) if native else writing.speech.run(one)
    yield depth, f"{said};"


def _remark(writing: Writing, one: Remark, depth: int) -> Iterator[Line]:
    for line in one.lines:
        yield depth, f"// {line}"


def _unknown(writing: Writing, one: Unknown, depth: int) -> Iterator[Line]:
    yield depth, f"// {UNKNOWN} {one.number}"


def _branch(writing: Writing, one: Branch, depth: int) -> Iterator[Line]:
    run = writing.speech.run(one.run)
    if one.then and one.otherwise:
        name = f"outcome{writing.speech.next_made()}"
        yield depth, f"Outcome {name} = {run};"
        yield depth, f"if ({name}.hasFailed()) {{"
        yield from writing.block(one.then, depth + 1)
        yield depth, f"}} else if ({name}.isDone()) {{"
        yield from writing.block(one.otherwise, depth + 1)
    else:
        yield depth, f"if ({run}.{'hasFailed' if one.then else 'isDone'}()) {{"
        yield from writing.block(one.then or one.otherwise, depth + 1)
    yield depth, "}"


SAID: dict[type, Callable[[Writing, Any, int], Iterator[Line]]] = {
    Move: _move,
    Compute: _compute,
    If: _if,
    While: _while,
    Times: _times,
    Perform: _perform,
    GoTo: _go_to,
    GoToOneOf: _go_to_one_of,
    Alter: _alter,
    Altered: _altered,
    Leave: _leave,
    Sentence: _sentence,
    Stop: _stop,
    Run: _run,
    Branch: _branch,
    Remark: _remark,
    Unknown: _unknown,
}
"""Each kind of statement: what says it."""
