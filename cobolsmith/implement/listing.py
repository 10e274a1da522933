"""A new file of chosen items: one line of it where something happens.

The items of a line are parted by one blank; a line with none is the record as it was read.
"""

from __future__ import annotations

import re

from cobolsmith.implement import known
from cobolsmith.implement.anchors import Anchor, anchored, around
from cobolsmith.implement.files import fresh_file, text_file
from cobolsmith.implement.naming import Asked
from cobolsmith.implement.putting import Rows, before, behind
from cobolsmith.implement.statements import Code, Statement
from cobolsmith.implement.ties import GIVING, DoubtError, is_data
from cobolsmith.implement.wish import Sketch, Wish, Work
from cobolsmith.program import DataItem


def plan(wish: Wish, work: Work) -> Sketch:
    """The file, and the WRITE where it happens. Raises DoubtError."""
    code, ties = work.code, work.ties
    name = wish.part("name").upper()
    anchor, asked = happening(wish, work)
    at = anchor.at
    ties.near = at.procedure
    said = re.split(r",\s*(?:and\s+)?|\s+and\s+", wish.part("items"))
    items = [ties.item(one, is_data, given=True) for one in said if one.strip()]
    looked_at = (*(asked.items if asked else ()), *(one.index for one in items))
    known.checked(code, at, looked_at, wish.sentence, behind=not anchor.first)
    length, sender = sum(one.length + 1 for one in items) - 1, ""
    if not items:
        record, sender = came(code, at)
        length = record.length
    fresh = fresh_file(code, name, text_file(code), length)
    rows = listed(fresh.record, items) or [(0, f"WRITE {fresh.record} FROM {sender}")]
    spec = "; ".join(row for _, row in rows)
    inner = [(4 + step, row) for step, row in rows]
    whole: Rows = [(0, f"IF {asked.text}"), *inner, (0, "END-IF")] if asked else rows
    edits = (*fresh.edits, (before if anchor.first else behind)(code, at, whole))
    line = code.line(at.span.start)
    where = (
        f"written in {code.name(at.procedure)}, {'before' if anchor.first else 'behind'} line"
        f" {line} ({anchor.why}); opened and closed beside {fresh.like}"
    )
    what = f"{fresh.file} ({name}), {f'if {asked.text} then ' if asked else ''}{spec}"
    return Sketch(f"write {name}", edits, where, what, (rows[-1][1],), fresh.apart, (name,))


EVENTS = ("when", "thing", "about")
"""Where a request tells its event: by itself, by what it is about, by what the ticket is about."""


def happening(wish: Wish, work: Work) -> tuple[Anchor, Asked | None]:
    """Where the event of a request is, by its own words or by what the ticket is about. Raises the
    DoubtError of its own words."""
    kept, first = list(work.ties.found), None
    for part in EVENTS:
        try:
            return anchored(wish.part(part), work.code, work.ties)
        except DoubtError as doubt:
            first = first or doubt
            work.ties.found[:] = kept
    raise first or DoubtError("where?", wish.sentence)


def listed(record: str, items: list[DataItem]) -> list[tuple[int, str]]:
    """Items that fill a line; nothing for none. Raises DoubtError for one that can't stand in a
    text as it is."""
    for one in items:
        picture = one.picture
        if one.usage != "DISPLAY" or (picture is not None and (picture.signed or picture.scale)):
            raise DoubtError(f"{one.name} is no text: how is it to be written?", one.name)
    if len(items) <= 1:
        return [(0, f"WRITE {record} FROM {one.name}") for one in items]
    sent = " ' ' ".join(one.name for one in items)
    return [
        (0, f"STRING {sent}"),
        (4, f"DELIMITED BY SIZE INTO {record}"),
        (0, f"WRITE {record}"),
    ]


def came(code: Code, at: Statement) -> tuple[DataItem, str]:
    """The record that is worked with at a statement, and the name it is read into. Raises
    DoubtError."""
    given = {use.file for use in code.program.flow.files if use.how in GIVING}
    reads = [s for s in code.statements if s.verb == "READ" and s.words[1] in given]
    near = {at.procedure, *around(code, at.procedure)}
    own = [s for s in reads if s.procedure == at.procedure] or [
        s for s in reads if s.procedure in near
    ]
    if len({s.words[1] for s in own}) != 1:
        names = ", ".join(sorted({s.words[1] for s in own or reads}))
        raise DoubtError(f"a record of which file is meant ({names})?", code.text(at))
    read = own[0]
    file = code.program.file(read.words[1])
    records = [code.program.items[index] for index in file.records] if file else []
    if len(records) != 1:
        raise DoubtError(f"{read.words[1]} has several records: which?", read.words[1])
    into = read.words[read.words.index("INTO") + 1] if "INTO" in read.words else records[0].name
    return records[0], into
