"""Indexed files by way of COBOL itself: a generated program loads one, or unloads it in key order.

It reads `load` or `unload` from its input: CSFLAT (records of fixed length) -> CSINDEX, or
the other way.
"""

from __future__ import annotations

from cobolsmith.checks.equivalence.shape import FileShape

_TEXT = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. CSKEYED.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT FLAT ASSIGN TO "CSFLAT"
               ORGANIZATION IS SEQUENTIAL FILE STATUS IS FLAT-STATUS.
           SELECT KEYED ASSIGN TO "CSINDEX"
               ORGANIZATION IS INDEXED ACCESS MODE IS DYNAMIC
               {keys}
               FILE STATUS IS KEYED-STATUS.
       DATA DIVISION.
       FILE SECTION.
       FD  FLAT.
       01  FLAT-RECORD PIC X({length}).
       FD  KEYED{varying}.
       {records}
       WORKING-STORAGE SECTION.
       01  FLAT-STATUS PIC X(2).
       01  KEYED-STATUS PIC X(2).
       01  WHAT PIC X(8).
       PROCEDURE DIVISION.
           ACCEPT WHAT.
           IF WHAT = "load"
               OPEN INPUT FLAT OUTPUT KEYED
           ELSE
               OPEN INPUT KEYED OUTPUT FLAT
           END-IF.
           IF KEYED-STATUS NOT = "00" OR FLAT-STATUS NOT = "00"
               DISPLAY KEYED-STATUS
               STOP RUN RETURNING 9
           END-IF.
           IF WHAT = "load"
               READ FLAT END-READ
               PERFORM UNTIL FLAT-STATUS NOT = "00"
                   MOVE FLAT-RECORD TO KEYED-RECORD
                   WRITE KEYED-RECORD INVALID KEY CONTINUE END-WRITE
                   READ FLAT END-READ
               END-PERFORM
           ELSE
               READ KEYED NEXT END-READ
               PERFORM UNTIL KEYED-STATUS NOT = "00" AND "02"
                   MOVE KEYED-RECORD TO FLAT-RECORD
                   WRITE FLAT-RECORD
                   READ KEYED NEXT END-READ
               END-PERFORM
           END-IF.
           CLOSE FLAT KEYED.
           STOP RUN RETURNING 0.
"""


def keyed_program(shape: FileShape) -> str:
    """The COBOL text that loads and unloads files of this shape; written for -std=default."""
    keys, records = [], [f"01  KEYED-RECORD PIC X({shape.longest})."]
    if shape.variable:
        records.append(f"01  KEYED-LEAST PIC X({shape.shortest}).")
    for nth, (offset, length, twice) in enumerate(shape.keys):
        clause = "RECORD KEY IS KEY-0" if nth == 0 else f"ALTERNATE RECORD KEY IS KEY-{nth}"
        keys.append(clause + (" WITH DUPLICATES" if twice else ""))
        before = f"    05 FILLER PIC X({offset})." if offset else ""
        rest = shape.longest - offset - length
        after = f"    05 FILLER PIC X({rest})." if rest else ""
        lines = (f"01  KEYED-{nth}.", before, f"    05 KEY-{nth} PIC X({length}).", after)
        records += [line for line in lines if line]
    return _TEXT.format(
        keys="\n               ".join(keys),
        length=shape.longest,
        varying=f" RECORD CONTAINS {shape.shortest} TO {shape.longest}" if shape.variable else "",
        records="\n       ".join(records),
    )
