"""A generated main program for a subprogram: it calls it once for each row of parameters.

CSCALLS holds rows of parameters, fixed length, one after the other as LINKAGE has them; CSAFTER
gets them as the subprogram left them, and RETURN-CODE before them.
"""

from __future__ import annotations

from cobolsmith.checks.equivalence.shape import Field, fields
from cobolsmith.program import DataItem, Program

CALLS, AFTER = "CSCALLS", "CSAFTER"
RETURN_CODE_BYTES = 9
TASK = "DFHEIBLK"
"""The first parameter of a program that CICS calls: each task has WORKING-STORAGE of its own."""

Using = tuple[tuple[DataItem, tuple[Field, ...]], ...]
"""The LINKAGE records of a subprogram in the order of USING, each with its fields."""

_TEXT = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. CSDRIVER.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT CALLS ASSIGN TO "{calls}" ORGANIZATION IS SEQUENTIAL.
           SELECT AFTERS ASSIGN TO "{after}" ORGANIZATION IS SEQUENTIAL.
       DATA DIVISION.
       FILE SECTION.
       FD  CALLS.
       01  CALLS-RECORD PIC X({total}).
       FD  AFTERS.
       01  AFTERS-RECORD.
           05 AFTER-CODE PIC S9(8) SIGN IS LEADING SEPARATE.
           05 AFTER-PARAMETERS PIC X({total}).
       WORKING-STORAGE SECTION.
       {areas}
       PROCEDURE DIVISION.
           OPEN INPUT CALLS OUTPUT AFTERS.
           PERFORM UNTIL EXIT
               READ CALLS AT END EXIT PERFORM END-READ
               {before}
               MOVE 0 TO RETURN-CODE
               CALL "{name}" USING {using}
               MOVE RETURN-CODE TO AFTER-CODE
               {fresh}
               {behind}
               WRITE AFTERS-RECORD
           END-PERFORM.
           MOVE 0 TO RETURN-CODE.
           CLOSE CALLS AFTERS.
           STOP RUN.
"""


def parameters(program: Program) -> Using:
    """The LINKAGE records in the order of PROCEDURE DIVISION USING, each with its fields."""
    found = []
    for name in program.using:
        item = program.resolve(name)
        if isinstance(item, DataItem):
            found.append((item, fields(program, item.index)))
    return tuple(found)


def driver_program(name: str, using: Using) -> str:
    """The driver's text, in fixed format, for -std=default."""
    areas, before, behind, at = [], [], [], 1
    for nth, (item, _) in enumerate(using):
        areas.append(f"01  AREA-{nth} PIC X({item.length}).")
        before.append(f"MOVE CALLS-RECORD ({at}:{item.length}) TO AREA-{nth}")
        behind.append(f"MOVE AREA-{nth} TO AFTER-PARAMETERS ({at}:{item.length})")
        at += item.length
    task = using[0][0].name == TASK
    return _TEXT.format(
        fresh=f'CANCEL "{name}"' if task else "CONTINUE",
        calls=CALLS,
        after=AFTER,
        total=at - 1,
        name=name,
        areas="\n       ".join(areas),
        using=" ".join(f"AREA-{nth}" for nth in range(len(using))),
        before="\n               ".join(before),
        behind="\n               ".join(behind),
    )
