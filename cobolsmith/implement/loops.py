"""Loops over records: what a program does with each, before it reads the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cobolsmith.dataflow import WRITING
from cobolsmith.implement.statements import Code, Statement
from cobolsmith.implement.ties import DoubtError
from cobolsmith.implement.vocabulary import of_name
from cobolsmith.program import DataItem

Place = tuple[Sequence[Statement], str]
"""Statements that work with a record, and in words what stands before or behind them."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A statement that is executed once for each record (or value), whether what is new goes before
    it, and why there."""

    at: Statement
    first: bool
    why: str


def file_of(
    code: Code, items: Sequence[int], about: str, words: frozenset[str] = frozenset()
) -> str:
    """The file whose records some items are of, or whose name has one of the words. Raises
    DoubtError."""
    read = {one.words[1] for one in code.statements if one.verb == "READ" and len(one.words) > 1}
    files = {code.program.record(index).file for index in items} & read
    if not files:
        files = {one for one in read if words & of_name(one)} or read
    if len(files) != 1:
        names = tuple(sorted(files))
        which = ", ".join(names) or "none is read"
        raise DoubtError(f"which file's records are meant ({which})?", about)
    return files.pop()


def loop_over(code: Code, file: str, about: str) -> Place:
    """What the one loop over a file does with a record. Raises DoubtError."""
    loops = list(loops_over(code, file))
    if not loops:
        raise DoubtError(
            f"no loop of {code.program.name} that reads {file} has a form known here: where are its"
            " records worked with?",
            about,
        )
    if len(loops) > 1:
        lines = ", ".join(str(code.line(body[0].span.start)) for body, _ in loops)
        raise DoubtError(f"{file} is read in several loops (lines {lines}): which?", about)
    return loops[0]


def loops_over(code: Code, file: str) -> Iterator[Place]:
    """What loops do with the records of a file: up to the statement that reads the next, or in the
    IF that asks for the end; where there is no such loop, behind a READ in its NOT AT END."""
    readers = {s.procedure for s in code.statements if s.verb == "READ" and s.words[1] == file}
    found = [one for loop in code.statements for one in worked(code, loop, file, readers)]
    if found:
        yield from found
        return
    for one in code.statements:
        if one.verb == "READ" and one.words[1] == file and phrase_of(code, one):
            yield phrase_of(code, one), f"behind the READ of line {code.line(one.span.start)}"


def turn_over(code: Code, file: str, about: str) -> Turn:
    """Where what is done with a record of a file begins: in the one loop over it, or behind the one
    READ that GO TOs lead back to. Raises DoubtError."""
    again = read_again(code, file)
    if again is not None and not list(loops_over(code, file)):
        line = code.line(again.span.start)
        return Turn(again, False, f"behind line {line}, which reads the next record of {file}")
    body, how = loop_over(code, file, about)
    return Turn(body[0], True, f"what is done with a record of {file}, {how}")


def read_again(code: Code, file: str) -> Statement | None:
    """The one READ of a file that leaves at its end, in a paragraph that GO TOs lead back to."""
    back = {e.target for e in code.program.edges if e.kind == "go_to"}
    found = [
        one
        for one in code.statements
        if one.verb == "READ" and one.words[1] == file and one.top and one.procedure in back
    ]
    leaving = [s for one in found for s in code.body(one) if s.verb in ("GO", "STOP", "GOBACK")]
    return found[0] if len(found) == 1 and leaving else None


def worked(code: Code, loop: Statement, file: str, readers: set[int | None]) -> Iterator[Place]:
    """What one loop does with a record, where it reads the next by a statement of its own."""
    body = body_of(code, loop)
    if len(body) < 2:
        return
    if reads(code, body[-1], file, readers):
        yield body[:-1], f"before line {code.line(body[-1].span.start)} reads the next"
    elif reads(code, body[0], file, readers) and not phrase_of(code, body[0]):
        asks = body[1]
        if len(body) == 2 and asks.verb == "IF" and "ELSE" not in asks.words:
            yield code.body(asks), f"where line {code.line(asks.span.start)} asks for the end"


def body_of(code: Code, loop: Statement) -> tuple[Statement, ...]:
    """The statements that a PERFORM repeats; none where it repeats nothing."""
    if loop.verb != "PERFORM" or not {"UNTIL", "TIMES"} & set(loop.words):
        return ()
    body = code.body(loop)
    if not body:
        named = code.program.resolve_procedure(loop.words[1])
        body = tuple(s for s in code.of(getattr(named, "index", -1)) if s.top)
    return body


def phrase_of(code: Code, read: Statement) -> tuple[Statement, ...]:
    """The statements of a READ's NOT AT END."""
    spans = [
        (n.start_byte, n.end_byte) for n in read.node.children if n.type == "not_at_end_phrase"
    ]
    return tuple(
        one
        for one in code.body(read)
        for start, end in spans
        if start <= one.span.start and one.span.end <= end
    )


def reads(code: Code, one: Statement, file: str, readers: set[int | None]) -> bool:
    """Whether a statement reads a file, or performs one procedure that does."""
    if one.verb == "READ":
        return one.words[1] == file
    if one.verb != "PERFORM" or len(one.words) < 2 or code.within(one):
        return False
    named = code.program.resolve_procedure(one.words[1])
    return getattr(named, "index", None) in readers


# --- Once for each value --------------------------------------------------------------------------


def turn_of(code: Code, item: DataItem, about: str) -> Turn:
    """Where an item has its value, once for each record: beside the statement that adds it up
    already, at the head of what is done with its record, or behind what computes it. Raises
    DoubtError."""
    added = [one for one in code.statements if adds(one, item)]
    if len(added) == 1:
        line = code.line(added[0].span.start)
        return Turn(added[0], False, f"line {line} adds it up already")
    read = {one.words[1] for one in code.statements if one.verb == "READ" and len(one.words) > 1}
    file = code.program.record(item.index).file
    if file in read:
        return turn_over(code, file, about)
    return computed(code, item, about)


def adds(one: Statement, item: DataItem) -> bool:
    """Whether a statement adds an item, and nothing else, to another."""
    return one.words[:3] == ("ADD", item.name, "TO") and len(one.words) == 4


def computed(code: Code, item: DataItem, about: str) -> Turn:
    """Behind the statement that gives an item its value; where several do, at the end of the loop
    that leads to all of them. Raises DoubtError."""
    given = givers(code, item)
    if not given:
        raise DoubtError(f"nothing in {code.program.name} gives {item.name} a value", about)
    if len(given) == 1:
        at = settled(code, item, given[0])
        line = code.line(at.span.start)
        return Turn(at, False, f"behind line {line} {item.name} has its value")
    for loop in code.statements:
        body = body_of(code, loop)
        if body and all(any(leads_to(code, one, s) for one in body) for s in given):
            last = [one for one in body if one.verb != "READ" and not fetches(code, one)]
            if last:
                line = code.line(last[-1].span.start)
                why = f"behind line {line} {item.name} has its value"
                return Turn(last[-1], False, why)
    lines = ", ".join(str(code.line(one.span.start)) for one in given[:6])
    raise DoubtError(f"{item.name} gets its value on lines {lines}: behind which?", about)


def settled(code: Code, item: DataItem, giver: Statement) -> Statement:
    """The statement behind which an item keeps its value: what gives it, or the last statement of
    the same procedure that sets it back behind that."""
    later = [
        one
        for one in writers(code, item)
        if one.procedure == giver.procedure and one.span.start > giver.span.start
    ]
    if not later:
        return giver
    tops = [one for one in code.of(giver.procedure) if one.top]
    return next(one for one in tops if inside(one, later[-1]))


def inside(outer: Statement, inner: Statement) -> bool:
    """Whether a statement stands in another."""
    return outer.span.start <= inner.span.start and inner.span.end <= outer.span.end


def givers(code: Code, item: DataItem) -> list[Statement]:
    """Those that give an item a value, and don't only set it back."""
    return [one for one in writers(code, item) if not clears(one)]


def writers(code: Code, item: DataItem) -> list[Statement]:
    """The innermost statements of the program's own text that write an item, in order."""
    found = []
    for use in code.program.flow.uses:
        own = use.origin.path == code.program.source.path
        if use.item == item.index and use.role in WRITING and own and not use.owner:
            at = use.origin.span.start
            around = [s for s in code.statements if s.span.start <= at < s.span.end]
            one = max(around, key=lambda s: s.span.start, default=None)
            if one is not None and one not in found:
                found.append(one)
    return sorted(found, key=lambda one: one.span.start)


def clears(one: Statement) -> bool:
    """Whether a statement only sets things back."""
    nothing = ("ZERO", "ZEROS", "ZEROES", "SPACE", "SPACES", "0")
    return one.verb == "INITIALIZE" or (one.verb == "MOVE" and one.words[1] in nothing)


def fetches(code: Code, one: Statement) -> bool:
    """Whether a statement performs a procedure that reads."""
    if one.verb != "PERFORM" or code.within(one):
        return False
    named = code.program.resolve_procedure(one.words[1])
    return any(s.verb == "READ" for s in code.of(getattr(named, "index", -1)))


def leads_to(code: Code, one: Statement, inner: Statement) -> bool:
    """Whether executing a statement may execute another."""
    return inside(one, inner) or inner.procedure in performed_by(code, (one, *code.within(one)))


def performed_by(code: Code, body: Sequence[Statement]) -> frozenset[int]:
    """The procedures that some statements perform, and those that these perform."""
    starts = {one.span.start for one in body if one.verb == "PERFORM"}
    ways = [e for e in code.program.edges if e.kind.startswith("perform") and e.target is not None]
    ends = {one.span.start: one.span.end for one in body if one.verb == "PERFORM"}
    found: set[int] = set()
    waiting = [
        p
        for e in ways
        if any(at <= e.origin.span.start < ends[at] for at in starts)
        and e.origin.path == code.program.source.path
        for p in covered(e.target, e.through)
    ]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += [p for e in ways if e.source == one for p in covered(e.target, e.through)]
    return frozenset(found)


def covered(first: int | None, last: int | None) -> range:
    """The procedures of a PERFORM range."""
    assert first is not None, "only ways that lead somewhere are taken"
    return range(first, (first if last is None else last) + 1)


def repeated(code: Code) -> tuple[frozenset[int], tuple[tuple[int, int], ...]]:
    """What loops repeat: procedures, and the spans of inline bodies."""
    procedures: set[int] = set()
    spans = []
    for one in code.statements:
        body = body_of(code, one)
        if body:
            procedures |= performed_by(code, (one, *code.within(one)))
        if body and code.within(one):
            spans.append((one.span.start, one.span.end))
    return frozenset(procedures), tuple(spans)
