"""A new file of chosen items: one line of it where something happens.

The items of a line are parted by one blank; a line with none is the record as it was read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cobolsmith.implement import enumerated, known
from cobolsmith.implement.anchors import around, everywhere
from cobolsmith.implement.files import fresh_file, text_file
from cobolsmith.implement.putting import entry, house_name, together
from cobolsmith.implement.spots import Anchor, Spot, edits_at, told_at
from cobolsmith.implement.statements import Code, Statement
from cobolsmith.implement.ties import GIVING, DoubtError, is_data
from cobolsmith.implement.vocabulary import content, of_name
from cobolsmith.implement.wish import Sketch, Wish, Work
from cobolsmith.program import DataItem, FileEntry, Picture


def plan(wish: Wish, work: Work) -> Sketch:
    """The file, and the WRITE where it happens. Raises DoubtError."""
    code, ties = work.code, work.ties
    name = wish.part("name").upper()
    spots = happening(wish, work)
    at = spots[0][0].at
    ties.near = at.procedure
    items = enumerated.items(wish.part("items"), ties, is_data, wish.part("when"))
    spots = known.settled(code, spots, [one.index for one in items], wish.sentence)
    columns = [column_of(code, name, o.name, o.picture, o.usage, o.length) for o in items]
    length, sender = sum(one.length + 1 for one in columns) - 1, ""
    if not items:
        record, sender = came(code, at)
        named = of_name(record.name) | of_name(record.file or "")
        if not named & frozenset(content(f"{wish.part('thing')} {wish.part('when')}")):
            raise DoubtError(f"is {record.name} what is written?", wish.part("thing"))
        length = record.length
    like = text_file(code)
    opened_at(code, like, [one for one, _ in spots])
    fresh = fresh_file(code, name, like, length)
    rows = listed(fresh.record, columns) or [(0, f"WRITE {fresh.record} FROM {sender}")]
    spec = "; ".join(row for _, row in rows)
    kept = [entry(code, one.name, f"PIC {one.form}") for one in columns if one.form]
    edits = together((*fresh.edits, *kept, *edits_at(code, spots, rows)))
    where = f"written {told_at(code, spots)}; opened and closed beside {fresh.like}"
    asked = spots[0][1]
    what = f"{fresh.file} ({name}), {f'if {asked.text} then ' if asked else ''}{spec}"
    return Sketch(f"write {name}", edits, where, what, (rows[-1][1],), fresh.apart, (name,))


EVENTS = ("when", "thing", "about")
"""Where a request tells its event: by itself, by what it is about, by what the ticket is about."""


def happening(wish: Wish, work: Work) -> list[Spot]:
    """Where the event of a request is, by its own words or by what the ticket is about. Raises the
    DoubtError of its own words."""
    kept, first = list(work.ties.found), None
    for part in EVENTS:
        try:
            return everywhere(wish.part(part), work.code, work.ties)
        except DoubtError as doubt:
            first = first or doubt
            work.ties.found[:] = kept
    raise first or DoubtError("where?", wish.sentence)


def opened_at(code: Code, like: FileEntry, places: Sequence[Anchor]) -> None:
    """Raise DoubtError for a place where a file that is opened and closed beside another isn't open
    yet, or no longer."""
    for one in places:
        begun, whole = known.reached(code, one.at, behind=not one.first)
        for verb, wanted in (("OPEN", True), ("CLOSE", False)):
            found = [s for s in code.statements if s.verb == verb and like.name in s.words]
            done = [s.procedure in whole or (s.procedure, s.span.start) in begun for s in found]
            if any(done) != wanted:
                where = f"line {code.line(one.at.span.start)}"
                when = "not open yet" if wanted else "closed already"
                raise DoubtError(
                    f"a file opened and closed beside {like.name} is {when} at {where}"
                )


@dataclass(frozen=True, slots=True)
class Column:
    """What stands in a line: a name and its length; `form` is the PICTURE of an edited item of its
    own, which `item` is moved to, "" where the item itself is text."""

    name: str
    length: int
    form: str
    item: str


def column_of(
    code: Code, file: str, name: str, picture: Picture | None, usage: str, length: int
) -> Column:
    """An item in a line of a new file: as it is where it is text, else edited. Raises DoubtError
    for what is neither."""
    plain = usage == "DISPLAY" and picture is not None and not picture.signed
    if plain and picture is not None and not picture.scale:
        return Column(name, length, "", name)
    if picture is None or picture.category != "numeric" or picture.scale < 0:
        raise DoubtError(f"{name} is no text: how is it to be written?", name)
    whole = max(picture.digits - picture.scale, 1)
    form = f"-({whole})9" if picture.signed else "Z" * (whole - 1) + "9"
    form = form.replace("-(1)9", "-9") + ("." + "9" * picture.scale if picture.scale else "")
    length = whole + picture.signed + (picture.scale + 1 if picture.scale else 0)
    return Column(house_name(code, (file, *name.split("-")[1:])), length, form, name)


def listed(record: str, columns: list[Column]) -> list[tuple[int, str]]:
    """Columns that fill a line; nothing for none."""
    rows = [(0, f"MOVE {one.item} TO {one.name}") for one in columns if one.form]
    if len(columns) <= 1:
        return [*rows, *((0, f"WRITE {record} FROM {one.name}") for one in columns)]
    sent = " ' ' ".join(one.name for one in columns)
    return [
        *rows,
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
