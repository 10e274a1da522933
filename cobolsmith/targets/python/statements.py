"""Statements in Python: a table from each kind of node to the lines it becomes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from cobolsmith.lowered import (
    AllOf,
    Alter,
    Altered,
    Block,
    Branch,
    Compute,
    Expression,
    Field,
    Figurative,
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
    Stop,
    Store,
    Text,
    Times,
    Truth,
    Unknown,
    While,
)
from cobolsmith.targets.methods import UNKNOWN
from cobolsmith.targets.python.expressions import Speech, snake

Line = tuple[int, str]


@dataclass(slots=True)
class Writing:
    """The state of one paragraph: its words, and the steps of the loops around a place."""

    speech: Speech
    index: int
    jumps: bool
    steps: list[tuple[Block, bool]] = field(default_factory=list)

    def block(self, block: Block, depth: int) -> Iterator[Line]:
        """The lines of statements; `pass` where there are none."""
        written = False
        for one in block:
            for line in SAID[type(one)](self, one, depth):
                written = written or not isinstance(one, Remark)
                yield line
        if not written:
            yield depth, "pass"

    def condition(self, one: Any) -> str:
        """A condition's text."""
        return self.speech.condition(one)

    @property
    def leave(self) -> str:
        """The statement by which the paragraph comes to its end."""
        return "return None" if self.jumps else "return"


def _move(writing: Writing, one: Move, depth: int) -> Iterator[Line]:
    speech = writing.speech
    item, sent = speech.native(one.target), speech.native(one.source)
    if item is not None:
        yield depth, f"{speech.path(one.target)} = {_received(speech, item, one.source)}"
    elif sent is not None and isinstance(one.source, Ref):
        yield depth, f"{speech.path(one.target)}.move({_sent(speech, one, sent)})"
    else:
        yield depth, f"{speech.path(one.target)}.move({speech.source(one.source)})"


def _received(speech: Speech, item: Field, source: Expression) -> str:
    """What a native item is given by a MOVE."""
    if isinstance(source, Text) and item.form != "string":
        return speech.number(Decimal(int(source.text)))
    if isinstance(source, Text | Number | Figurative | AllOf):
        return speech.constant(source, item)
    if item.form == "string" and isinstance(source, Ref) and not speech.native(source):
        return f"{speech.path(source)}.text"
    raw = isinstance(source, Ref) and source.form in ("zoned", "packed")
    binary = item.form in ("binary", "index")
    if isinstance(source, Ref) and raw and binary and not speech.native(source):
        return f"{speech.path(source)}.in_binary({item.scale or ''})"
    return speech.value(source)


def _sent(speech: Speech, one: Move, item: Field) -> str:
    """What a native item gives to one in bytes: to characters its digits."""
    assert isinstance(one.source, Ref)
    to = one.target
    characters = isinstance(to, Ref) and (to.form == "string" or to.start is not None)
    if characters and item.form != "string":
        return f'f"{{{speech.shown(one.source, item)}}}"'
    return speech.path(one.source)


def _store(speech: Speech, one: Store) -> str:
    target = speech.path(one.target)
    item = speech.native(one.target)
    if item is not None:
        return _native_store(speech, one, item, target)
    if one.rounding:
        return f"{target}.store({speech.value(one.value)}, {speech.need(one.rounding)})"
    value = one.value
    if isinstance(value, Operation) and value.left == one.target and value.operator in "+-*":
        return f"{target}.value {value.operator}= {speech.value(value.right)}"
    return f"{target}.value = {speech.value(value)}"


def _native_store(speech: Speech, one: Store, item: Field, target: str) -> str:
    value, given = one.value, speech.value(one.value)
    if one.rounding:
        mode = speech.need(one.rounding)
        return f"{target} = {speech.need('rounded')}({given}, {item.scale}, {mode})"
    if isinstance(value, Operation) and value.left == one.target and value.operator in "+-*":
        rank = 2 if value.operator == "*" else 0
        return f"{target} {value.operator}= {speech.value(value.right, rank)}"
    return f"{target} = {given}"


def _fits(speech: Speech, one: Store) -> str:
    rounding = f", {speech.need(one.rounding)}" if one.rounding else ""
    if speech.native(one.target):
        holder, _, name = speech.path(one.target).rpartition(".")
        return f"type({holder}).{name}.fits({holder}, {speech.value(one.value)}{rounding})"
    return f"{speech.path(one.target)}.fits({speech.value(one.value)}{rounding})"


def _compute(writing: Writing, one: Compute, depth: int) -> Iterator[Line]:
    speech = writing.speech
    for temporary, value in one.before:
        speech.standard.add("Decimal")
        yield depth, f"{snake(temporary.name)} = Decimal({speech.value(value)})"
    if not one.checked:
        for store in one.stores:
            yield depth, _store(speech, store)
        return
    tests = [_fits(speech, store) for store in one.stores]
    together = tests[0] if len(tests) == 1 else f"all([{', '.join(tests)}])"
    if not one.on_error and not one.otherwise:
        yield depth, together
        return
    yield from _choice(writing, together, one.otherwise, one.on_error, depth)


def _choice(
    writing: Writing, test: str, then: Block, otherwise: Block, depth: int
) -> Iterator[Line]:
    if not then:
        yield depth, f"if not {test}:"
        yield from writing.block(otherwise, depth + 1)
        return
    yield depth, f"if {test}:"
    yield from writing.block(then, depth + 1)
    if otherwise:
        yield depth, "else:"
        yield from writing.block(otherwise, depth + 1)


def _if(writing: Writing, one: If, depth: int, word: str = "if") -> Iterator[Line]:
    if not one.then and one.otherwise:
        yield depth, f"{word} {writing.speech.negated(one.condition)}:"
        yield from writing.block(one.otherwise, depth + 1)
        return
    yield depth, f"{word} {writing.condition(one.condition)}:"
    yield from writing.block(one.then, depth + 1)
    if not one.otherwise:
        return
    if len(one.otherwise) == 1 and isinstance(one.otherwise[0], If):
        yield from _if(writing, one.otherwise[0], depth, "elif")
        return
    yield depth, "else:"
    yield from writing.block(one.otherwise, depth + 1)


def _while(writing: Writing, one: While, depth: int) -> Iterator[Line]:
    ends = writing.condition(one.until)
    writing.steps.append((one.step, one.first))
    if one.first or one.head:
        yield depth, "while True:"
        if one.head:
            yield from writing.block(one.head, depth + 1)
        if one.first:
            yield from writing.block(one.body, depth + 1)
        yield depth + 1, f"if {ends}:"
        yield depth + 2, "break"
        rest = one.step if one.first else (*one.body, *one.step)
        if rest:
            yield from writing.block(rest, depth + 1)
    else:
        test = "True" if one.until == Truth(False) else writing.speech.negated(one.until)
        yield depth, f"while {test}:"
        yield from writing.block((*one.body, *one.step), depth + 1)
    writing.steps.pop()


def _times(writing: Writing, one: Times, depth: int) -> Iterator[Line]:
    once = isinstance(one.count, Number) and one.count.number == 1
    if once and not _left(one.body):
        yield from writing.block(one.body, depth)
        return
    writing.steps.append(((), False))
    yield depth, f"for _ in range(int({writing.speech.subscript(one.count)})):"
    yield from writing.block(one.body, depth + 1)
    writing.steps.pop()


def _left(body: Block) -> bool:
    """Whether a way out of the loop stands in its body."""
    for one in body:
        if isinstance(one, Leave) and one.what in ("loop", "round"):
            return True
        if isinstance(one, While | Times):
            continue
        for name in ("then", "otherwise", "on_error", "body"):
            inside = getattr(one, name, None)
            if isinstance(inside, tuple) and _left(inside):
                return True
    return False


def _perform(writing: Writing, one: Perform, depth: int) -> Iterator[Line]:
    program, names = writing.speech.program, writing.speech.names
    order = [paragraph.index for paragraph in program.paragraphs]
    start, end = order.index(one.first), order.index(one.last)
    row = order[start : end + 1]
    written = [index for index in row if _has_body(writing.speech, index)]
    if row and all(index in program.direct for index in row) and len(written) <= 4:
        for index in written:
            yield depth, f"self.{names.paragraphs[index]}()"
        return
    first, last = names.paragraphs[one.first], names.paragraphs[one.last]
    given = f"self.{first}" if first == last else f"self.{first}, self.{last}"
    yield depth, f"self.perform({given})"


def _has_body(speech: Speech, index: int) -> bool:
    return any(one.index == index and one.body for one in speech.program.paragraphs)


def _go_to(writing: Writing, one: GoTo, depth: int) -> Iterator[Line]:
    names = writing.speech.names.paragraphs
    if one.altered is None:
        if one.forgets:
            yield from _altered(writing, Altered("forget", one.forgets), depth)
        yield depth, f"return self.{names[one.target]}"
        return
    key = f'"{names[one.altered]}"'
    if one.forgets:
        yield depth, f"if {key} not in self.altered:"
        yield from _altered(writing, Altered("forget", one.forgets), depth + 1)
    if one.target < 0:
        yield depth, f"return self.altered[{key}]"
    else:
        yield depth, f"return self.altered.get({key}, self.{names[one.target]})"


def _go_to_one_of(writing: Writing, one: GoToOneOf, depth: int) -> Iterator[Line]:
    names = writing.speech.names.paragraphs
    targets = ", ".join(f"self.{names[target]}" for target in one.targets)
    number = writing.speech.subscript(one.number)
    yield depth, f"going = {writing.speech.need('one_of')}({number}, {targets})"
    yield depth, "if going is not None:"
    yield depth + 1, "return going"


def _alter(writing: Writing, one: Alter, depth: int) -> Iterator[Line]:
    names = writing.speech.names.paragraphs
    yield depth, f'self.altered["{names[one.paragraph]}"] = self.{names[one.target]}'


def _altered(writing: Writing, one: Altered, depth: int) -> Iterator[Line]:
    names = ", ".join(f'"{writing.speech.names.paragraphs[each]}"' for each in one.paragraphs)
    yield depth, f"self.{one.how.replace(' ', '_')}_altered({names})"


def _leave(writing: Writing, one: Leave, depth: int) -> Iterator[Line]:
    if one.what == "paragraph" or (one.what == "section" and one.paragraph == writing.index):
        yield depth, writing.leave
    elif one.what == "section":
        last = writing.speech.names.paragraphs[one.paragraph]
        yield depth, f"return {writing.speech.need('End')}(self.{last})"
    elif one.what == "round":
        step, after = writing.steps[-1]
        if after:
            raise RefusedError("can't translate EXIT PERFORM CYCLE in a loop WITH TEST AFTER")
        if step:
            yield from writing.block(step, depth)
        yield depth, "continue"
    else:
        yield depth, "break"


def _sentence(writing: Writing, one: Sentence, depth: int) -> Iterator[Line]:
    yield depth, "while True:  # NEXT SENTENCE leaves it"
    yield from writing.block(one.body, depth + 1)
    yield depth + 1, "break"


def _stop(writing: Writing, one: Stop, depth: int) -> Iterator[Line]:
    speech = writing.speech
    status = speech.value(one.status) if one.status is not None else ""
    if one.how == "run":
        yield depth, f"self.stop_run({status})"
        return
    if status:
        yield depth, f"self.return_code.value = {status}"
    yield depth, "self.goback()" if one.how == "goback" else "self.exit_program()"


def _run(writing: Writing, one: Run, depth: int) -> Iterator[Line]:
    if writing.speech.native(one.subject) and isinstance(one.subject, Ref):
        yield depth, f"{writing.speech.path(one.subject)} = {one.steps[0].method == 'set'}"
        return
    text = writing.speech.run(one)
    if len(text) + 4 * depth > 88 and len(one.steps) > 2:
        text = f"({text})"
    yield depth, text


def _remark(writing: Writing, one: Remark, depth: int) -> Iterator[Line]:
    for line in one.lines:
        yield depth, f"# {line}"


def _unknown(writing: Writing, one: Unknown, depth: int) -> Iterator[Line]:
    yield depth, f"# {UNKNOWN} {one.number}"


def _branch(writing: Writing, one: Branch, depth: int) -> Iterator[Line]:
    run = writing.speech.run(one.run)
    if one.then and one.otherwise:
        yield depth, f"outcome = {run}"
        yield depth, "if outcome.failed:"
        yield from writing.block(one.then, depth + 1)
        yield depth, "elif outcome.done:"
        yield from writing.block(one.otherwise, depth + 1)
        return
    asked = "failed" if one.then else "done"
    yield depth, f"if {run}.{asked}:"
    yield from writing.block(one.then or one.otherwise, depth + 1)


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
