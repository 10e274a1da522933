"""Which procedures control can get to, PERFORM ranges and falling through taken exactly."""

from __future__ import annotations

from collections.abc import Sequence

from cobolsmith.program import Edge, Program

State = tuple[int | None, int | None]
"""A procedure (None: the program's start) and the procedure at whose end control goes back."""


def reached(program: Program, entries: Sequence[int] = ()) -> set[int]:
    """The positions of procedures that some path from the start leads to.

    Control starts at the program's start, in each declarative section, and in procedures with an
    ENTRY statement (`entries`). What follows the last procedure of a PERFORM range is not reached
    through that PERFORM.
    """
    return {at for at, _ in states(program, entries) if at is not None}


def states(program: Program, entries: Sequence[int] = ()) -> set[State]:
    """As `reached`, each procedure with the one at whose end control goes back from there."""
    ways: dict[int | None, list[Edge]] = {}
    for edge in program.edges:
        if edge.target is not None:
            ways.setdefault(edge.source, []).append(edge)
    waiting: list[State] = [(None, None), *((entry, None) for entry in entries)]
    for one in program.procedures:
        if one.declarative and one.kind == "section":
            waiting.append((one.index, _last(program, one.index)))
    seen = set(waiting)
    while waiting:
        at, end = waiting.pop()
        for edge in ways.get(at, ()):
            for state in _next(program, edge, at, end):
                if state not in seen:
                    seen.add(state)
                    waiting.append(state)
    return seen


def _next(program: Program, edge: Edge, at: int | None, end: int | None) -> list[State]:
    assert edge.target is not None
    if edge.kind in ("perform", "perform_thru", "sort"):
        last = edge.through if edge.through is not None else edge.target
        return [(edge.target, _last(program, last))]
    if edge.kind == "fall_through" and at is not None and at == end:
        return []
    return [(edge.target, end)]


def _last(program: Program, index: int) -> int:
    """The last procedure of a section, or the paragraph itself."""
    inside = [one.index for one in program.procedures if one.section == index]
    return max(inside, default=index)
