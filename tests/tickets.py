"""What tests of `implement` share: a program, and the lines that a sentence adds."""

from __future__ import annotations

import difflib

from cobolsmith.report import Outcome

FERRY = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. FERRY.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT TRIPS ASSIGN TO TRIPIN
               ORGANIZATION IS LINE SEQUENTIAL.
           SELECT BILLS ASSIGN TO BILLOUT
               ORGANIZATION IS LINE SEQUENTIAL.
       DATA DIVISION.
       FILE SECTION.
       FD  TRIPS.
       01  TR-REC.
           05  TR-KIND                 PIC X(01).
               88  TR-RETURN           VALUE 'R'.
               88  TR-SINGLE           VALUE 'S'.
           05  TR-PIER                 PIC X(06).
           05  TR-FARE                 PIC 9(03)V99.
       FD  BILLS.
       01  BI-LINE                     PIC X(40).
       WORKING-STORAGE SECTION.
       01  WS-EOF-SW                   PIC X(01) VALUE 'N'.
           88  WS-EOF                  VALUE 'Y'.
       01  WS-STATE-SW                 PIC X(01) VALUE 'C'.
           88  WS-QUAY-OPEN            VALUE 'O'.
           88  WS-QUAY-CLOSED          VALUE 'C'.
       01  WS-DUE                      PIC 9(05)V99 VALUE ZERO.
       01  WS-OPENED                   PIC 9(05) VALUE ZERO.
       01  WS-PIERS.
           05  WS-PIER                 PIC X(06) OCCURS 20 TIMES.
       01  WS-SEEN                     PIC 9(03) VALUE ZERO.
       01  WS-NOTE                     PIC X(08) VALUE SPACES.
       01  WS-OPENED-OUT               PIC ZZZZ9.
       PROCEDURE DIVISION.
       0000-MAIN.
           OPEN INPUT TRIPS OUTPUT BILLS
           PERFORM 8000-READ
           PERFORM UNTIL WS-EOF
               PERFORM 1000-TRIP
               PERFORM 8000-READ
           END-PERFORM
           PERFORM 9000-TOTALS
           CLOSE TRIPS BILLS
           STOP RUN.
       1000-TRIP.
           IF TR-RETURN
               PERFORM 2000-RETURN
           ELSE
               PERFORM 3000-SINGLE
           END-IF
           IF WS-SEEN < 20
               ADD 1 TO WS-SEEN
               MOVE TR-PIER TO WS-PIER (WS-SEEN)
           END-IF
           MOVE TR-PIER TO BI-LINE
           WRITE BI-LINE.
       2000-RETURN.
           COMPUTE WS-DUE = TR-FARE * 2
           IF WS-QUAY-CLOSED
               SET WS-QUAY-OPEN TO TRUE
               ADD 1 TO WS-OPENED
           END-IF.
       3000-SINGLE.
           MOVE TR-FARE TO WS-DUE
           IF WS-QUAY-CLOSED
               SET WS-QUAY-OPEN TO TRUE
               ADD 1 TO WS-OPENED
           END-IF.
       8000-READ.
           READ TRIPS AT END SET WS-EOF TO TRUE END-READ.
       9000-TOTALS.
           MOVE WS-OPENED TO WS-OPENED-OUT
           DISPLAY 'QUAYS OPENED ' WS-OPENED-OUT.
"""


def added(outcome: Outcome) -> list[str]:
    """The lines that are new in the files of a patch, in order, without their margins."""
    assert outcome.patch is not None, [one.message for one in outcome.findings]
    found = []
    for file in outcome.patch.files:
        old = (file.before or b"").decode().splitlines()
        diff = difflib.ndiff(old, file.after.decode().splitlines())
        found += [line[2:].strip() for line in diff if line.startswith("+ ")]
    return found
