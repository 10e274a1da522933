"""What CICS gives a program: the commands that fill an item, and where its messages go."""

from __future__ import annotations

from collections import Counter

from cobolsmith.implement.statements import Code, Statement
from cobolsmith.languages.cics.reader import read_cics
from cobolsmith.program import DataItem, Program

GIVEN = ("INTO", "SET")
"""Options whose area a command fills."""


def filled_by(code: Code, item: DataItem) -> list[Statement]:
    """The EXEC CICS commands of the program's own text that fill an item, or what holds it."""
    program = code.program
    held = {item.index, *(one.index for one in program.ancestors(item.index))}
    held |= {one.index for one in program.over(item.index)}
    starts = {
        command.origin.span.start
        for command in read_cics(program)
        if command.origin.path == program.source.path
        for tie in command.ties
        if tie.kind == "data" and tie.item is not None and tie.item.index in held
        if fills(command.name)
    }
    return [
        one
        for one in code.statements
        if one.verb == "EXEC" and any(one.span.start <= at < one.span.end for at in starts)
    ]


def fills(name: str) -> bool:
    """Whether a command puts something into the area that it names."""
    return name.split()[0] in (
        "READ",
        "READNEXT",
        "READPREV",
        "RECEIVE",
        "RETRIEVE",
        "GET",
        "READQ",
    )


def message_item(program: Program) -> DataItem | None:
    """The item of a CICS program that its messages are moved to: texts of several words, to one
    item more than to any other."""
    if not read_cics(program):
        return None
    counts: Counter[int] = Counter()
    for move in program.flow.moves:
        item = program.items[move.receiver]
        spoken = move.literal[:1] in ("'", '"') and " " in move.literal.strip("'\" ")
        if spoken and item.picture is not None and item.length >= 20:
            counts[move.receiver] += 1
    best = counts.most_common(2)
    if not best or best[0][1] < 2 or (len(best) > 1 and best[0][1] == best[1][1]):
        return None
    return program.items[best[0][0]]
