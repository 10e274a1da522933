"""The record of a conversion, described twice: what stays as runs of bytes, what changes by its
entries, and the statements that bring one to the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from cobolsmith.program import DataItem
from cobolsmith.recipes.fields.files import Stored
from cobolsmith.recipes.fields.layout import Placed
from cobolsmith.recipes.fields.pictures import like
from cobolsmith.recipes.fields.spread import Spread
from cobolsmith.recipes.fields.world import entry_of


@dataclass(slots=True)
class Side:
    """The description of a record on one side: lines, and what is moved."""

    prefix: str
    lines: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Writer:
    """A conversion program under way."""

    spread: Spread
    one: Stored
    placed: Placed
    old: Side = field(default_factory=lambda: Side("OLD"))
    new: Side = field(default_factory=lambda: Side("NEW"))
    moves: list[str] = field(default_factory=list)
    indexes: int = 0
    parts: int = 0


def describe(writer: Writer) -> None:
    """Both descriptions of the record, part by part, and the moves between them."""
    one = writer.one
    for side in (writer.old, writer.new):
        side.lines.append(f"01  {side.prefix}-RECORD.")
    cuts = cuts_of(writer)
    _group(writer, one.view.item, "05", cuts, ())
    rest = [length - size for length, size in zip(one.lengths, one.bytes.size, strict=True)]
    if rest[0] > 0 and rest[1] > 0:  # a plain record that is longer than what is moved to it
        for side, size in ((writer.old, rest[0]), (writer.new, rest[1])):
            side.lines.append(_entry("05", f"{side.prefix}-REST", f"PIC X({size})"))
        _move(writer, "REST", "REST", ())


def cuts_of(writer: Writer) -> list[tuple[int, int, str]]:
    """Keys of an indexed file as (offset, end, name): parts of their own."""
    file, program = writer.one.file, writer.one.record.program
    if file.organization != "INDEXED":
        return []
    found = []
    for nth, key in enumerate((file.record_key, *file.alternate_keys)):
        name = key.split()[0].upper() if key else ""
        for index in program.names.get(name, ()):
            item = program.items[index]
            if program.record(index).file == file.name:
                found.append((item.offset, item.offset + item.length, f"KEY-{nth + 1}"))
    return sorted(set(found))


def _touched(writer: Writer, item: DataItem) -> bool:
    return writer.spread.sizes.touches(writer.one.view.program, item)


def _group(
    writer: Writer,
    group: DataItem,
    level: str,
    cuts: list[tuple[int, int, str]],
    subscripts: tuple[str, ...],
) -> None:
    program = writer.one.view.program
    children = [
        one
        for one in program.children(group)
        if one.redefines is None and one.level not in (66, 88)
    ] or [group]
    run = 0
    start = children[0].offset
    base = writer.one.view.item.offset
    for item in children:
        size = item.length * item.times
        if not _touched(writer, item):
            run += size
            continue
        _plain(writer, level, start - base, run, cuts, subscripts)
        _changed(writer, item, level, cuts, subscripts)
        run, start = 0, item.offset + size
    _plain(writer, level, start - base, run, cuts, subscripts)


def _plain(
    writer: Writer,
    level: str,
    start: int,
    size: int,
    cuts: list[tuple[int, int, str]],
    subscripts: tuple[str, ...],
) -> None:
    """A run of bytes that stays, cut where keys begin and end."""
    end = start + size
    borders = {start, end}
    for first, last, _ in cuts:
        borders |= {at for at in (first, last) if start < at < end}
    ordered = sorted(borders)
    names = {(first, last): name for first, last, name in cuts}
    for first, last in pairwise(ordered):
        writer.parts += 1
        name = names.get((first, last), f"PART-{writer.parts}")
        for side in (writer.old, writer.new):
            side.lines.append(_entry(level, f"{side.prefix}-{name}", f"PIC X({last - first})"))
        _move(writer, name, name, subscripts)


def _changed(
    writer: Writer,
    item: DataItem,
    level: str,
    cuts: list[tuple[int, int, str]],
    subscripts: tuple[str, ...],
) -> None:
    """An item that changes, or holds one that does."""
    change = writer.spread.changes.get(entry_of(item))
    name = numbered(item)
    new_length = writer.placed.new[item.index][1]
    occurs = f" OCCURS {item.times} TIMES" if item.occurs else ""
    inner = subscripts
    if item.occurs:
        writer.indexes += 1
        index = f"IX-{writer.indexes}"
        inner = (*subscripts, index)
        writer.moves.append(f"PERFORM VARYING {index} FROM 1 BY 1 UNTIL {index} > {item.times}")
    if item.children:
        for side in (writer.old, writer.new):
            side.lines.append(_entry(level, f"{side.prefix}-{name}", occurs.strip()))
        _group(writer, item, f"{int(level) + 5:02}", cuts, inner)
    elif change is not None:
        clauses = like(item)
        before = item.picture.text if item.picture else f"X({item.length})"
        after = change.picture.upper()
        writer.old.lines.append(_entry(level, f"OLD-{name}", f"PIC {before}{clauses}{occurs}"))
        writer.new.lines.append(_entry(level, f"NEW-{name}", f"PIC {after}{clauses}{occurs}"))
        if item.picture and item.picture.category == "numeric":
            _check(writer, f"OLD-{name}", item, inner)
        elif change.length < item.length:
            _cut_off(writer, f"OLD-{name}", item, change.length, inner)
        _move(writer, name, name, inner)
    else:
        writer.old.lines.append(_entry(level, f"OLD-{name}", f"PIC X({item.length}){occurs}"))
        if new_length:
            text = f"PIC X({new_length}){occurs}"
            writer.new.lines.append(_entry(level, f"NEW-{name}", text))
            _move(writer, name, name, inner)
    if item.occurs:
        writer.moves.append("END-PERFORM")
    _put_in(writer, item, level, subscripts)


def numbered(item: DataItem) -> str:
    """A name for an item that is its own in the program, short enough behind OLD- and NEW-."""
    return f"{(item.name or 'FILLER')[:18].rstrip('-')}-{item.index}"


def _put_in(writer: Writer, item: DataItem, level: str, subscripts: tuple[str, ...]) -> None:
    """The field that the new layout has behind an item, with what old records get there."""
    put = writer.spread.put.get(entry_of(item))
    if put is None:
        return
    name = f"ADDED-{item.index}"
    writer.new.lines.append(_entry(level, f"NEW-{name}", f"PIC {put.clauses}{put.inherited}"))
    where = f" ({', '.join(subscripts)})" if subscripts else ""
    if put.value:
        writer.moves.append(f"MOVE {put.value} TO NEW-{name}{where}")
    else:
        writer.moves.append(f"INITIALIZE NEW-{name}{where}")


def _entry(level: str, name: str, clauses: str) -> str:
    return f"{level}  {name} {clauses}".rstrip() + "."


def _move(writer: Writer, old: str, new: str, subscripts: tuple[str, ...]) -> None:
    where = f" ({', '.join(subscripts)})" if subscripts else ""
    writer.moves.append(f"MOVE OLD-{old}{where}")
    writer.moves.append(f"    TO NEW-{new}{where}")


def _cut_off(
    writer: Writer, name: str, item: DataItem, length: int, subscripts: tuple[str, ...]
) -> None:
    """Stop where a text doesn't fit a shorter field."""
    where = f" ({', '.join(subscripts)})" if subscripts else ""
    writer.moves += [
        f"IF {name}{where}",
        f"        ({length + 1}:) NOT = SPACES",
        f"    MOVE '{item.name[:30]} DOES NOT FIT'",
        "        TO WS-WHY",
        "    PERFORM 9000-STOP",
        "END-IF",
    ]


def _check(writer: Writer, name: str, item: DataItem, subscripts: tuple[str, ...]) -> None:
    """Stop where a number isn't one, or doesn't fit a narrower field."""
    where = f" ({', '.join(subscripts)})" if subscripts else ""
    if item.usage in ("DISPLAY", "COMP-3"):
        writer.moves += [
            f"IF {name}{where}",
            "        NOT NUMERIC",
            f"    MOVE '{(item.name or 'FILLER')[:30]} IS NO NUMBER'",
            "        TO WS-WHY",
            "    PERFORM 9000-STOP",
            "END-IF",
        ]
    change = writer.spread.changes.get(entry_of(item))
    if change is None or item.picture is None:
        return
    whole = item.picture.digits - item.picture.scale
    if change.room.whole < whole:
        limit = "9" * change.room.whole or "0"
        writer.moves += [
            f"IF FUNCTION INTEGER-PART (FUNCTION ABS ({name}{where}))",
            f"        > {limit}",
            f"    MOVE '{item.name[:30]} DOES NOT FIT'",
            "        TO WS-WHY",
            "    PERFORM 9000-STOP",
            "END-IF",
        ]
