"""GO TO said as what it is: a way out, a loop back, a skip forward.

Paragraphs that GO TOs tie together become one, where nothing else enters them: its labels stay as
remarks. Back to a label is the next round of a loop, to the end of the paragraphs is a return, over
some statements is a choice. What is none of these stays a GO TO, and the paragraphs as they were.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from cobolsmith.lowered import (
    Alter,
    Block,
    Branch,
    Compute,
    GoTo,
    GoToOneOf,
    Handler,
    If,
    Leave,
    Lowered,
    Move,
    Paragraph,
    Perform,
    Procedure,
    Run,
    Stop,
    While,
    goes_on,
)
from cobolsmith.lowering.regions import (
    Region,
    StaysError,
    changed,
    go_tos,
    nodes,
    without_tail,
)

MOST = 150
"""Statements that one paragraph made of several has at most."""


def structured(program: Lowered) -> Lowered:
    """The program with as few GO TOs as can be; `go_tos` counts them before and after."""
    count = len(list(go_tos(program.paragraphs)))
    if not count or any(_alters(one) for one in nodes(program.paragraphs)):
        return replace(program, go_tos=(count, count))
    found = _falls(_shortened(_last_calls(program)))
    for first, last in _regions(found):
        found = _merged(found, first, last)
    reached, (_, ends) = _contexts(found), _ranges(found)
    named = ends.union(*(_targets(one.body) for one in found.paragraphs))
    paragraphs = tuple(
        one for one in found.paragraphs if one.body or reached[one.index] or one.index in named
    )
    paragraphs = tuple(replace(one, body=without_tail(one.body)) for one in paragraphs)
    paragraphs = tuple(replace(one, jumps=_jumps(one)) for one in paragraphs)
    direct = frozenset(one.index for one in paragraphs if not one.jumps)
    left = len(list(go_tos(paragraphs)))
    return replace(found, paragraphs=paragraphs, direct=direct, go_tos=(count, left))


# --- GO TO what never comes back ---


def _last_calls(program: Lowered) -> Lowered:
    """GO TO a paragraph that ends the run, as PERFORM of it."""
    final = {
        one.index
        for one in program.paragraphs
        if one.body and isinstance(one.body[-1], Stop) and one.body[-1].how != "program"
        if not any(isinstance(each, GoTo | GoToOneOf | Leave) for each in nodes(one.body))
    }

    def called(node: object) -> object | None:
        if isinstance(node, GoTo) and node.target in final:
            return Perform(node.target, node.target)
        return None

    done = [
        one if one.index in final else replace(one, body=changed(one.body, called))
        for one in program.paragraphs
    ]
    return replace(program, paragraphs=tuple(done))


# --- Who comes where ---


def _contexts(program: Lowered) -> dict[int, set[int | None]]:
    """For each paragraph, behind which others control may go back when it gets there (the innermost
    PERFORM's last paragraph; None where there is no PERFORM)."""
    order = [one.index for one in program.paragraphs]
    following = dict(pairwise(order))
    bodies = {one.index: one for one in program.paragraphs}
    found: dict[int, set[int | None]] = {one: set() for one in order}
    waiting: list[tuple[int, int | None]] = []
    if program.start is not None:
        waiting.append((program.start, None))
    for one in nodes((program.paragraphs, program.handlers)):
        if isinstance(one, Perform | Procedure | Handler):
            waiting.append((one.first, one.last))
    while waiting:
        place, back = waiting.pop()
        if back in found[place]:
            continue
        found[place].add(back)
        body = bodies[place].body
        waiting += [(target, back) for target in _targets(body)]
        if goes_on(body) and back != place and place in following:
            waiting.append((following[place], back))
    return found


def _targets(body: Block) -> Iterator[int]:
    """Where a paragraph's GO TOs lead."""
    for one in nodes(body):
        if isinstance(one, GoTo):
            yield one.target
        elif isinstance(one, GoToOneOf):
            yield from one.targets
        elif isinstance(one, Leave) and one.what == "section":
            yield one.paragraph


def _shortened(program: Lowered) -> Lowered:
    """PERFORM of paragraphs to an empty one, GO TO which is how the first of them end: those that
    stand between are never run by it."""
    ranges = {
        (one.first, one.last)
        for one in nodes((program.paragraphs, program.handlers))
        if isinstance(one, Perform | Procedure | Handler)
    }
    for first, last in sorted(ranges):
        program = _short(program, first, last)
    return program


def _short(program: Lowered, first: int, last: int) -> Lowered:
    row: list[Paragraph] = []
    for one in program.paragraphs:
        if first <= one.index < last and (not row or goes_on(row[-1].body)):
            row.append(one)
    ends = [one for one in program.paragraphs if one.index == last]
    if not row or goes_on(row[-1].body) or not ends or ends[0].body:
        return program
    inside = {one.index for one in row}
    contexts = _contexts(program)
    if any(contexts[one] != {last} for one in inside):
        return program
    if any(set(_targets(one.body)) - inside - {last} for one in row):
        return program
    others = (one for one in program.paragraphs if one.index not in inside)
    if any(set(_targets(one.body)) & inside for one in others):
        return program
    starts, _ = _ranges(program)
    if starts & (inside - {first}):
        return program
    return _joined(program, row, last, (first, last), last)


# --- GO TO the next paragraph ---


def _ranges(program: Lowered) -> tuple[set[int], set[int]]:
    """The paragraphs that something enters by PERFORM, and those behind which it goes back."""
    starts, ends = {program.start}, set()
    for one in nodes((program.paragraphs, program.handlers)):
        if isinstance(one, Perform | Procedure | Handler):
            starts.add(one.first)
            ends.add(one.last)
        elif isinstance(one, GoToOneOf):
            starts.update(one.targets)
        elif isinstance(one, Leave) and one.what == "section":
            ends.add(one.paragraph)
    return {one for one in starts if one is not None}, ends


def _falls(program: Lowered) -> Lowered:
    """GO TO the next paragraph where the end of this one leads there anyway."""
    contexts = _contexts(program)
    paragraphs = list(program.paragraphs)
    for at, one in enumerate(paragraphs[:-1]):
        if one.index in contexts[one.index]:
            continue
        leave = Leave("paragraph", one.index)
        following = paragraphs[at + 1].index

        def fallen(node: object, to: int = following, by: Leave = leave) -> object | None:
            return by if isinstance(node, GoTo) and node.target == to else None

        paragraphs[at] = replace(one, body=changed(one.body, fallen))
    return replace(program, paragraphs=tuple(paragraphs))


# --- GO TO among paragraphs ---


def _regions(program: Lowered) -> list[tuple[int, int]]:
    """Rows of paragraphs that GO TOs tie together, as their first and last index."""
    order = {one.index: at for at, one in enumerate(program.paragraphs)}
    spans = sorted(
        (min(order[one.target], at), max(order[one.target], at))
        for at, paragraph in enumerate(program.paragraphs)
        for one in go_tos(paragraph.body)
        if isinstance(one, GoTo)
    )
    rows: list[tuple[int, int]] = []
    for first, last in spans:
        if rows and first <= rows[-1][1]:
            rows[-1] = rows[-1][0], max(rows[-1][1], last)
        else:
            rows.append((first, last))
    at = [one.index for one in program.paragraphs]
    return [(at[first], at[last]) for first, last in rows]


def _merged(program: Lowered, first: int, last: int) -> Lowered:
    """A row of paragraphs as one, where that can be; else the program as it was."""
    row = [one for one in program.paragraphs if first <= one.index <= last]
    starts, ends = _ranges(program)
    inside = {one.index for one in row}
    if starts & (inside - {first}) or ends & (inside - {last}):
        return program
    each = [one for paragraph in row for one in nodes(paragraph.body)]
    sections = (isinstance(one, Leave) and one.what == "section" for one in each)
    if any(isinstance(one, GoToOneOf) for one in each) or any(sections):
        return program
    if sum(isinstance(one, _STATEMENTS) for one in each) > MOST:
        return program
    if len({one.declarative for one in row}) > 1:
        return program
    return _joined(program, row, None, (first, last), last)


def _joined(
    program: Lowered,
    row: list[Paragraph],
    behind: int | None,
    entered: tuple[int, int],
    last: int,
) -> Lowered:
    """Paragraphs as one; what was performed from the first to the last of `entered` is now that."""
    first = row[0].index
    inside = {one.index for one in row}
    try:
        body = Region(first, row, behind).block()
    except StaysError:
        return program
    whole = replace(row[0], body=body)
    kept = [one for one in program.paragraphs if one.index not in inside or one is row[0]]
    found = replace(program, paragraphs=tuple(whole if one is row[0] else one for one in kept))

    def renamed(node: object) -> object | None:
        if isinstance(node, Perform | Procedure | Handler) and node.last == last:
            same = behind is None or (node.first, node.last) == entered
            return replace(node, last=first) if same else None
        return None

    paragraphs = changed(found.paragraphs, renamed)
    handlers = changed(found.handlers, renamed)
    return replace(found, paragraphs=paragraphs, handlers=handlers)


_STATEMENTS = (Branch, Compute, GoTo, If, Leave, Move, Perform, Run, While)


def _alters(node: object) -> bool:
    return isinstance(node, Alter) or (isinstance(node, GoTo) and node.altered is not None)


def _jumps(paragraph: Paragraph) -> bool:
    """Whether a paragraph may lead control elsewhere than behind its end."""
    return any(
        isinstance(one, GoTo | GoToOneOf)
        or (isinstance(one, Leave) and one.what == "section" and one.paragraph != paragraph.index)
        for one in nodes(paragraph.body)
    )
