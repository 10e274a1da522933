"""A COBOL program that brings a file from the old layout to the new, and the job step that runs it.

The program names only what changes: runs of bytes that stay are PIC X on both sides, so nothing in
them is looked at. A number that isn't one stops it before anything is lost (return code 16).
"""

from __future__ import annotations

from collections.abc import Iterator

from cobolsmith.patch import broken
from cobolsmith.plan import Creation
from cobolsmith.recipes.fields.files import Stored
from cobolsmith.recipes.fields.layout import places
from cobolsmith.recipes.fields.parts import Writer, cuts_of, describe, numbered
from cobolsmith.recipes.fields.spread import Spread
from cobolsmith.recipes.fields.world import entry_of

_READ = frozenset(("opens-input", "opens-io", "opens-extend", "reads"))


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
    home = one.record.program.source.path
    stem = f"CV{_word(one.file.assign or one.file.name)[:5]}"
    while home.with_name(f"{stem}{number}{home.suffix}").exists():  # an earlier change's
        number += 1
    member = f"{stem}{number}"
    path = home.with_name(f"{member}{home.suffix}")
    yield Creation(path, program(writer, member, name))
    if spread.world.jobs:
        jobs = sorted(spread.world.setting.config.root.rglob("*.jcl"))
        yield Creation(jobs[0].parent / f"{member}.jcl", step(one, member, name))


def _word(text: str) -> str:
    return "".join(letter for letter in text.upper().rpartition("-")[2] if letter.isalnum())


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
    return "".join(f"{row}\n" for line in lines for row in broken(_columns(line)))


def _select(writer: Writer, prefix: str) -> list[str]:
    file = writer.one.file
    dd = "OLDFILE" if prefix == "OLD" else "NEWFILE"
    lines = [f"    SELECT {prefix}-FILE ASSIGN TO '{dd}'"]
    organization = file.organization
    if organization != "SEQUENTIAL":
        lines.append(f"        ORGANIZATION {organization}")
    if organization == "INDEXED":
        cuts = [name for _, _, name in cuts_of(writer)]
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
    offsets = {one[2]: one for one in cuts_of(writer)}
    start, end, _ = offsets[name]
    for item in writer.one.record.program.items:
        same = (item.offset, item.offset + item.length) == (start, end) and not item.children
        record = writer.one.record
        own = record.program.record(item.index).index == record.item.index
        if same and own and entry_of(item) in writer.spread.changes:
            return numbered(item)
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
