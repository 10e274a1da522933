"""A COBOL program that brings a file from the old layout to the new, and the job step that runs it.

The program names only what changes: runs of bytes that stay are PIC X on both sides, so nothing in
them is looked at. A number that isn't one stops it before anything is lost (return code 16).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from cobolsmith.plan import Creation
from cobolsmith.program import DataItem
from cobolsmith.recipes.fields.files import Stored
from cobolsmith.recipes.fields.layout import Placed, places
from cobolsmith.recipes.fields.pictures import like
from cobolsmith.recipes.fields.spread import Spread
from cobolsmith.recipes.fields.world import entry_of

_READ = frozenset(("opens-input", "opens-io", "opens-extend", "reads"))


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


def conversions(spread: Spread, files: list[Stored]) -> list[Creation]:
    """A program (and a job step, where the estate has jobs) for each data set that is read."""
    found: list[Creation] = []
    done: set[str] = set()
    for one in files:
        kept = [name for name in one.names if not name.startswith("&&")]
        name = kept[0] if kept else ""
        if not name or name in done or not _is_input(spread, files, name):
            continue
        done.add(name)
        if one.views > 1:
            what = f"{one.file.name} has records of several kinds, moved to several groups"
            spread.ask(what, one.file.origin, "convert the file by hand")
            continue
        if len(one.file.records) > 1 and one.lengths[0] != one.lengths[1]:
            what = f"{one.file.name} has several kinds of record: which are to be converted how?"
            spread.ask(what, one.file.origin, "convert the file by hand")
            continue
        if any(
            item.occurs and item.occurs.depending
            for item in one.record.program.items
            if one.record.program.record(item.index).index == one.record.item.index
        ):
            what = f"{one.file.name} has records of varying length"
            spread.ask(what, one.file.origin, "convert the file by hand")
            continue
        found += _made(spread, one, name, len(found) + 1)
    return found


def _is_input(spread: Spread, files: list[Stored], name: str) -> bool:
    """Whether a program reads a data set that another run, or somebody else, has written."""
    for one in files:
        if name in one.names:
            uses = one.record.program.flow.files
            if any(use.file == one.file.name and use.how in _READ for use in uses):
                return True
    return False


def _made(spread: Spread, one: Stored, name: str, number: int) -> Iterator[Creation]:
    writer = Writer(spread, one, places(one.view.program, one.view.item, spread.sizes))
    member = f"CV{_word(one.file.assign or one.file.name)[:5]}{number}"
    folder = one.record.program.source.path.parent
    path = folder / f"{member}{one.record.program.source.path.suffix}"
    yield Creation(path, program(writer, member, name))
    if spread.world.jobs:
        jobs = sorted(spread.world.setting.config.root.rglob("*.jcl"))
        yield Creation(jobs[0].parent / f"{member}.jcl", step(one, member, name))


def _word(text: str) -> str:
    return "".join(letter for letter in text.upper().rpartition("-")[2] if letter.isalnum())


# --- The record -----------------------------------------------------------------------------------


def describe(writer: Writer) -> None:
    """Both descriptions of the record, part by part, and the moves between them."""
    one = writer.one
    for side in (writer.old, writer.new):
        side.lines.append(f"01  {side.prefix}-RECORD.")
    cuts = _cuts(writer)
    _group(writer, one.view.item, "05", cuts, ())
    rest = [length - size for length, size in zip(one.lengths, one.bytes.size, strict=True)]
    if rest[0] > 0 and rest[1] > 0:  # a plain record that is longer than what is moved to it
        for side, size in ((writer.old, rest[0]), (writer.new, rest[1])):
            side.lines.append(_entry("05", f"{side.prefix}-REST", f"PIC X({size})"))
        _move(writer, "REST", "REST", ())


def _cuts(writer: Writer) -> list[tuple[int, int, str]]:
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
    name = f"{item.name or 'FILLER'}"[:22] + f"-{item.index}"
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


def _put_in(writer: Writer, item: DataItem, level: str, subscripts: tuple[str, ...]) -> None:
    """The field that the new layout has behind an item, with what old records get there."""
    put = writer.spread.put.get(entry_of(item))
    if put is None:
        return
    name = f"ADDED-{item.index}"
    writer.new.lines.append(_entry(level, f"NEW-{name}", f"PIC {put.clauses}"))
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


# --- The program ----------------------------------------------------------------------------------


def program(writer: Writer, member: str, data_set: str) -> str:
    """The text of a conversion program, fixed format."""
    describe(writer)
    one = writer.one
    lines = [
        "IDENTIFICATION DIVISION.",
        f"PROGRAM-ID. {member}.",
        f"*> Brings {data_set}",
        f"*> ({one.file.name} of {one.record.program.name}) to its new layout:",
        f"*> records of {one.lengths[0]} bytes become records of {one.lengths[1]}.",
        "ENVIRONMENT DIVISION.",
        "INPUT-OUTPUT SECTION.",
        "FILE-CONTROL.",
        *_select(writer, "OLD"),
        *_select(writer, "NEW"),
        "DATA DIVISION.",
        "FILE SECTION.",
        "FD  OLD-FILE.",
        *_nested(writer.old.lines),
        "FD  NEW-FILE.",
        *_nested(writer.new.lines),
        "WORKING-STORAGE SECTION.",
        "01  WS-STATUS                       PIC XX.",
        "01  WS-READ                         PIC 9(9) VALUE ZERO.",
        "01  WS-WHY                          PIC X(50) VALUE SPACES.",
        "01  WS-END                          PIC X VALUE 'N'.",
    ]
    if one.file.organization == "RELATIVE":
        lines += [
            "01  OLD-SLOT                        PIC 9(9).",
            "01  NEW-SLOT                        PIC 9(9).",
        ]
    lines += [
        f"01  IX-{nth}                            PIC 9(5) COMP."
        for nth in range(1, writer.indexes + 1)
    ]
    lines += _procedure(writer)
    return "".join(f"{_columns(line)}\n" for line in lines)


def _select(writer: Writer, prefix: str) -> list[str]:
    file = writer.one.file
    dd = "OLDFILE" if prefix == "OLD" else "NEWFILE"
    lines = [f"    SELECT {prefix}-FILE ASSIGN TO '{dd}'"]
    organization = file.organization
    if organization != "SEQUENTIAL":
        lines.append(f"        ORGANIZATION {organization}")
    if organization == "INDEXED":
        cuts = [name for _, _, name in _cuts(writer)]
        lines.append("        ACCESS SEQUENTIAL")
        lines.append(f"        RECORD KEY {prefix}-{_key(writer, 'KEY-1')}")
        for name in sorted(cuts):
            if name != "KEY-1":
                lines.append(f"        ALTERNATE RECORD KEY {prefix}-{_key(writer, name)}")
                lines.append("            WITH DUPLICATES")
    elif organization == "RELATIVE":
        access = "SEQUENTIAL" if prefix == "OLD" else "RANDOM"
        lines += [f"        ACCESS {access}", f"        RELATIVE KEY {prefix}-SLOT"]
    lines.append("        FILE STATUS WS-STATUS.")
    return lines


def _key(writer: Writer, name: str) -> str:
    """The name of a key's part: its own, or that of the changed item that it is."""
    offsets = {one[2]: one for one in _cuts(writer)}
    start, end, _ = offsets[name]
    for item in writer.one.record.program.items:
        same = (item.offset, item.offset + item.length) == (start, end) and not item.children
        record = writer.one.record
        own = record.program.record(item.index).index == record.item.index
        if same and own and entry_of(item) in writer.spread.changes:
            return f"{item.name[:22]}-{item.index}"
    return name


def _nested(lines: list[str]) -> list[str]:
    return [
        line if line.startswith("01") else " " * (int(line[:2]) // 5 * 4) + line for line in lines
    ]


def _procedure(writer: Writer) -> list[str]:
    slot = ["    MOVE OLD-SLOT TO NEW-SLOT"] if writer.one.file.organization == "RELATIVE" else []
    return [
        "PROCEDURE DIVISION.",
        "0000-MAIN.",
        "    OPEN INPUT OLD-FILE",
        "    PERFORM 8000-TEST-STATUS",
        "    OPEN OUTPUT NEW-FILE",
        "    PERFORM 8000-TEST-STATUS",
        "    PERFORM 1000-READ",
        "    PERFORM 2000-CONVERT UNTIL WS-END = 'Y'",
        "    CLOSE OLD-FILE NEW-FILE",
        "    DISPLAY WS-READ ' RECORDS CONVERTED'",
        "    STOP RUN.",
        "1000-READ.",
        "    READ OLD-FILE NEXT RECORD",
        "        AT END",
        "            MOVE 'Y' TO WS-END",
        "        NOT AT END",
        "            ADD 1 TO WS-READ",
        "    END-READ.",
        "2000-CONVERT.",
        *(f"    {line}" for line in writer.moves),
        *slot,
        "    WRITE NEW-RECORD",
        "    PERFORM 8000-TEST-STATUS",
        "    PERFORM 1000-READ.",
        "8000-TEST-STATUS.",
        "    IF WS-STATUS (1:1) NOT = '0'",
        "        STRING 'FILE STATUS ' WS-STATUS DELIMITED BY SIZE",
        "            INTO WS-WHY",
        "        PERFORM 9000-STOP",
        "    END-IF.",
        "9000-STOP.",
        "    DISPLAY 'RECORD ' WS-READ ': ' WS-WHY",
        "    MOVE 16 TO RETURN-CODE",
        "    STOP RUN.",
    ]


def _columns(line: str) -> str:
    """A line of program text in its columns: Area A from 8, comments in 7."""
    return f"      *{line[2:]}"[:72].rstrip() if line.startswith("*>") else f"       {line}"


def step(one: Stored, member: str, data_set: str) -> str:
    """The job that converts a data set: the old one is read, the new one made beside it."""
    old, new = one.lengths
    base = data_set.partition("(")[0]
    return (
        f"//{member:<8} JOB (CONVERT),'NEW RECORD LAYOUT',CLASS=A,MSGCLASS=X,\n"
        "//             TYPRUN=HOLD\n"
        f"//* {base}: RECORDS OF {old} BYTES BECOME {new}.\n"
        "//* RUN ONCE, BEFORE THE CHANGED PROGRAMS; THEN RENAME THE DATA SETS.\n"
        f"//CONVERT  EXEC PGM={member}\n"
        "//SYSOUT   DD SYSOUT=*\n"
        f"//OLDFILE  DD DSN={base},DISP=OLD\n"
        f"//NEWFILE  DD DSN={base}.NEW,\n"
        + (
            "//             DISP=OLD\n"
            if one.file.organization in ("INDEXED", "RELATIVE")
            else "//             DISP=(NEW,CATLG,DELETE),UNIT=SYSDA,\n"
            "//             SPACE=(CYL,(10,10),RLSE),\n"
            f"//             DCB=(RECFM=FB,LRECL={new},BLKSIZE=0)\n"
        )
        + "//\n"
    )
