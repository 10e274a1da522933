"""What is known where: whether an item has its value at a statement, and what stands for an item
that has it only later."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from cobolsmith.dataflow import WRITING
from cobolsmith.implement.anchors import sources_of
from cobolsmith.implement.loops import covered, performed_by
from cobolsmith.implement.naming import Asked
from cobolsmith.implement.spots import Spot
from cobolsmith.implement.statements import Code, Statement, holds
from cobolsmith.implement.ties import DoubtError
from cobolsmith.program import DataItem


def stale(code: Code, at: Statement, items: Iterable[int], *, behind: bool = False) -> list[str]:
    """The names of items that something gives a value, but nothing that is executed before a
    statement (or, with `behind`, before what stands right behind it), or what is executed gives
    them that of something before: their own procedure gives them another one only later."""
    held = {index: held_by(code, index) for index in items}
    earlier, whole = reached(code, at, behind=behind)
    found = []
    for index, wanted in held.items():
        given = [u for u in code.program.flow.uses if u.item in wanted and u.role in WRITING]
        places: list[tuple[int | None, int]] = [
            (u.procedure, u.origin.span.start) for u in given if u.procedure is not None
        ]
        places += [(s.procedure, s.span.start) for i in wanted for s in sources_of(code, i)]
        known = any(p in whole or (p, s) in earlier for p, s in spans(code, places, earlier))
        own = [offset for procedure, offset in places if procedure == at.procedure]
        end = at.span.end if behind else at.span.start
        read = any(sources_of(code, i) for i in wanted)
        later = not read and bool(own) and all(offset >= end for offset in own)
        near = performed_by(code, [s for s in code.of(at.procedure) if s.span.end <= end])
        if places and (not known or (later and not near & {one for one, _ in places})):
            found.append(code.program.items[index].name)
    return found


def brought(code: Code, at: Statement, asked: Asked, *, behind: bool = False) -> Asked:
    """A condition with what has no value yet at a statement replaced by what its value comes
    from: `AM-DAILY` is `AT-CYCLE = 'D'` where AT-CYCLE is moved to AM-DAILY's item later on."""
    late = set(stale(code, at, asked.items, behind=behind))
    text, items = asked.text, list[int]()
    for index in asked.items:
        item = code.program.items[index]
        source = source_of(code, item) if item.name in late else None
        if source is None or stale(code, at, (source.index,), behind=behind):
            items.append(index)
            continue
        items.append(source.index)
        found = rf"(?<![\w-]){re.escape(item.name)}(?![\w-])"
        if item.level != 88:
            text = re.sub(found, source.name, text)
            continue
        for no, relation, joint in (("NOT ", "NOT =", " AND "), ("", "=", " OR ")):
            several = [f"{source.name} {relation} {value}" for value in item.values]
            told = joint.join(several)
            told = f"({told})" if len(several) > 1 else told
            text = re.sub(no + found, told.replace("\\", r"\\"), text)
    return Asked(text, tuple(items), asked.joined)


def source_of(code: Code, item: DataItem) -> DataItem | None:
    """The one item of its kind whose value an item (of a condition-name, its item) gets; None
    where there isn't one."""
    program = code.program
    held = item if item.level != 88 or item.parent is None else program.items[item.parent]
    moves = [one for one in program.flow.moves if one.receiver == held.index]
    senders = {one.sender for one in moves if not one.computed}
    if len(senders) != 1 or (sender := senders.pop()) is None:
        return None
    source, one, other = program.items[sender], program.items[sender].picture, held.picture
    if one is None or other is None or one.category != other.category:
        return None
    ranges = any(not isinstance(value, str) for value in item.values)
    return None if source.level == 88 or program.subscripts(source) or ranges else source


def held_by(code: Code, index: int) -> set[int]:
    """An item (of a condition-name, its item) with what holds it and what shares its bytes."""
    program = code.program
    item = program.items[index]
    if item.level == 88 and item.parent is not None:
        item = program.items[item.parent]
    over = {one.index for one in program.over(item.index)}
    return {item.index, *over, *(one.index for one in program.ancestors(item.index))}


def spans(
    code: Code, places: Iterable[tuple[int | None, int]], earlier: set[tuple[int | None, int]]
) -> Iterable[tuple[int | None, int]]:
    """Places as (procedure, begin of the outermost statement there)."""
    for procedure, offset in places:
        tops = [s for s in code.of(procedure) if s.span.start <= offset < s.span.end]
        yield procedure, min((s.span.start for s in tops), default=offset)
        for one in tops:
            if (procedure, one.span.start) in earlier:
                yield procedure, one.span.start


def reached(
    code: Code, at: Statement, *, behind: bool
) -> tuple[set[tuple[int | None, int]], set[int | None]]:
    """What is executed before a statement: statements as (procedure, begin), and procedures as a
    whole (those performed before, and those that lead there by GO TO or by falling through)."""
    begun: set[tuple[int | None, int]] = set()
    whole: set[int | None] = {None}
    waiting, seen = [(at, behind)], set[tuple[int | None, int]]()
    edges = code.program.edges
    led = {edge.target for edge in edges if edge.kind.startswith("perform")}
    while waiting:
        one, too = waiting.pop()
        if (one.procedure, one.span.start) in seen:
            continue
        seen.add((one.procedure, one.span.start))
        own = code.of(one.procedure)
        end = one.span.end if too else one.span.start
        done = [s for s in own if s.span.start < end]
        begun |= {(s.procedure, s.span.start) for s in done}
        whole |= performed_by(code, [s for s in done if not holds(s, one)])
        for edge in edges:
            if edge.target is None or one.procedure not in covered(edge.target, edge.through):
                continue
            if edge.kind.startswith("perform"):
                whole |= set(range(edge.target, one.procedure or edge.target))
                waiting += [
                    (s, False) for s in code.statements if starts(s, edge.origin.span.start)
                ]
            elif edge.kind == "fall_through" and edge.target in led:
                continue  # what is performed is not come to from what stands above it
            elif edge.source is not None and edge.source != one.procedure:
                last = code.of(edge.source)[-1:]
                whole.add(edge.source)
                waiting += [(s, True) for s in last]
    return begun, whole


def settled(code: Code, spots: Sequence[Spot], items: Iterable[int], said: str) -> list[Spot]:
    """Places whose conditions, and some items besides, have their values there; what has none yet
    stands in a condition by what it comes from. Raises DoubtError."""
    found: list[Spot] = []
    for one, asked in spots:
        inner = asked and brought(code, one.at, asked, behind=not one.first)
        looked_at = (*(inner.items if inner else ()), *items)
        checked(code, one.at, looked_at, said, behind=not one.first)
        found.append((one, inner))
    return found


def starts(one: Statement, offset: int) -> bool:
    """Whether a PERFORM holds an offset."""
    return one.verb == "PERFORM" and one.span.start <= offset < one.span.end


def checked(
    code: Code, at: Statement, items: Iterable[int], said: str, *, behind: bool = False
) -> None:
    """Raise DoubtError where what is looked at has no value yet at a statement, or still that of
    the record before."""
    names = stale(code, at, items, behind=behind)
    if names:
        line = code.line(at.span.start)
        what = f"{', '.join(names)} has no value yet where this would be asked (line {line})"
        raise DoubtError(what, said)
