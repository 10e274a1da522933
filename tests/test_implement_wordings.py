"""Tickets as people word them: reasons named by their text, what isn't sent, bounds, price lists,
new fields. Planned only; what the runs show is tested elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from tickets import added

from cobolsmith.implement import Request, implement
from cobolsmith.job import Options
from cobolsmith.report import Outcome

FERRY = """\
      *> FERRY     BOOKINGS OF THE DAY
       IDENTIFICATION DIVISION.
       PROGRAM-ID. FERRY.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT CAPTURE ASSIGN TO BOOKIN
               ORGANIZATION IS SEQUENTIAL.
           SELECT TICKETS ASSIGN TO TICKOUT
               ORGANIZATION IS SEQUENTIAL.
       DATA DIVISION.
       FILE SECTION.
       FD  CAPTURE.
       01  BO-HEADER.
           05  BO-H-TYPE               PIC X(01).
           05  BO-H-PORT               PIC X(04).
           05  BO-H-DAY                PIC 9(08).
           05  FILLER                  PIC X(17).
       01  BO-BOOKING.
           05  BO-B-TYPE               PIC X(01).
           05  BO-B-NAME               PIC X(12).
           05  BO-B-CLASS              PIC X(03).
           05  BO-B-WEIGHT             PIC 9(05).
           05  BO-B-DAY                PIC 9(08).
           05  BO-B-SEATS              PIC 9(01).
       FD  TICKETS.
       01  TK-TICKET.
           05  TK-NAME                 PIC X(12).
           05  TK-FARE                 PIC 9(03)V99.
           05  FILLER                  PIC X(13).
       WORKING-STORAGE SECTION.
       01  WS-EOF-SW                   PIC X(01) VALUE 'N'.
           88  WS-EOF                  VALUE 'Y'.
       01  WS-DAY                      PIC 9(08).
       01  WS-REASON                   PIC X(03).
       01  WS-HARBOUR-DUES             PIC 9(03)V99 VALUE 2.50.
       01  WS-REFUSED                  PIC 9(05) VALUE ZERO.
       01  TX-VALUES.
           05  FILLER PIC X(18) VALUE 'F01NAME MISSING   '.
           05  FILLER PIC X(18) VALUE 'F02CARGO TOO HEAVY'.
       01  TX-TABLE REDEFINES TX-VALUES.
           05  TX-ENTRY OCCURS 2 TIMES INDEXED BY TX-IX.
               10  TX-CODE             PIC X(03).
               10  TX-TEXT             PIC X(15).
       01  FA-VALUES.
           05  FILLER PIC X(11) VALUE 'DCK00500200'.
           05  FILLER PIC X(11) VALUE 'SAL01250200'.
       01  FA-TABLE REDEFINES FA-VALUES.
           05  FA-ROW OCCURS 2 TIMES INDEXED BY FA-IX.
               10  FA-CLASS            PIC X(03).
               10  FA-SINGLE           PIC 9(03)V99.
               10  FA-CABIN            PIC 9(03).
       PROCEDURE DIVISION.
       MAIN-PARA.
           OPEN INPUT CAPTURE
           OPEN OUTPUT TICKETS
           PERFORM UNTIL WS-EOF
               READ CAPTURE
                   AT END SET WS-EOF TO TRUE
                   NOT AT END PERFORM TAKE-PARA
               END-READ
           END-PERFORM
           CLOSE CAPTURE TICKETS
           DISPLAY 'REFUSED ' WS-REFUSED
           STOP RUN.
       TAKE-PARA.
           IF BO-H-TYPE = 'H'
               MOVE BO-H-DAY TO WS-DAY
           ELSE
               PERFORM BOOK-PARA THRU BOOK-EXIT
           END-IF.
       BOOK-PARA.
           MOVE SPACES TO WS-REASON
           PERFORM TEST-PARA THRU TEST-EXIT
           IF WS-REASON NOT = SPACES
               ADD 1 TO WS-REFUSED
               GO TO BOOK-EXIT
           END-IF
           MOVE BO-B-NAME TO TK-NAME
           PERFORM FARE-PARA
           WRITE TK-TICKET.
       BOOK-EXIT.
           EXIT.
       TEST-PARA.
           IF BO-B-NAME = SPACES
               MOVE 'F01' TO WS-REASON
               GO TO TEST-EXIT
           END-IF
           IF BO-B-WEIGHT > 2000
               MOVE 'F02' TO WS-REASON
           END-IF.
       TEST-EXIT.
           EXIT.
       FARE-PARA.
           MOVE ZERO TO TK-FARE
           SET FA-IX TO 1
           SEARCH FA-ROW
               WHEN FA-CLASS (FA-IX) = BO-B-CLASS
                   COMPUTE TK-FARE =
                       FA-SINGLE (FA-IX) * BO-B-SEATS + WS-HARBOUR-DUES
           END-SEARCH
           IF BO-B-DAY > WS-DAY
               SUBTRACT 1 FROM TK-FARE
           END-IF.
"""


def asked(tmp_path: Path, sentence: str) -> Outcome:
    path = tmp_path / "FERRY.cbl"
    path.write_text(FERRY)
    return implement(Request(sentence), path, Options(runs=0)).outcomes[0]


@pytest.mark.parametrize(
    ("sentence", "test", "code"),
    [
        ("Treat a booking as missing if the class is left blank.", "BO-B-CLASS = SPACES", "F01"),
        (
            "More than 7 seats are not sold. Refuse a booking of more than 7 seats under the cargo "
            "reason we already have.",
            "BO-B-SEATS > 7",
            "F02",
        ),
        (
            "By order of the harbour master a booking without a weight must go back to the agent "
            "with a reason of its own, F03 WEIGHT UNKNOWN.",
            "BO-B-WEIGHT = ZERO",
            "F03",
        ),
    ],
)
def test_reasons_are_known_by_their_text_or_come_with_it(
    tmp_path: Path, sentence: str, test: str, code: str
) -> None:
    rows = added(asked(tmp_path, sentence))
    assert f"IF {test}" in rows
    assert f"MOVE '{code}' TO WS-REASON" in rows
    assert ("05  TX-ENTRY OCCURS 3 TIMES INDEXED BY TX-IX." in rows) == (code == "F03")


@pytest.mark.parametrize(
    ("sentence", "rows"),
    [
        (
            "The small agents do not send us a class. Put 'DCK' there.",
            ["IF BO-B-CLASS = SPACES", "MOVE 'DCK' TO BO-B-CLASS"],
        ),
        (
            "Where an agent keyed zeros as the day of the booking, the day of the header shall be "
            "used.",
            ["IF BO-B-DAY = ZERO", "MOVE WS-DAY TO BO-B-DAY"],
        ),
    ],
)
def test_what_is_not_sent_gets_a_default_where_its_record_is_known(
    tmp_path: Path, sentence: str, rows: list[str]
) -> None:
    """Behind the READ it may be a header, whose bytes mean other things; the header's own day is
    gone by then, and stands in what it was moved to."""
    outcome = asked(tmp_path, sentence)
    made = added(outcome)
    assert [one for one in made if one in rows] == rows
    assert outcome.patch is not None
    text = outcome.patch.files[0].after.decode()
    assert text.index(rows[0]) > text.index("BOOK-PARA.\n           MOVE SPACES")


@pytest.mark.parametrize(
    ("sentence", "row"),
    [
        ("The weight of a booking may be 2500 now, not 2000 any more.", "IF BO-B-WEIGHT > 2500"),
        (
            "From now on the harbour dues are at 3.00 per ticket, no longer 2.50.",
            "01  WS-HARBOUR-DUES             PIC 9(03)V99 VALUE 3.00.",
        ),
        (
            "The single fare of class SAL rises from 12.50 to 13.00; everything else stays.",
            "05  FILLER PIC X(11) VALUE 'SAL01300200'.",
        ),
    ],
)
def test_another_number_is_put_where_the_words_stand(
    tmp_path: Path, sentence: str, row: str
) -> None:
    assert row in added(asked(tmp_path, sentence))


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        ("The cabin fare rises from 2.00 to 3.00", "is in no one row"),
        ("The single fare of class SAL rises from 12.50 to 1300.00", "can't hold"),
    ],
)
def test_rows_that_are_not_clear_are_asked_about(tmp_path: Path, sentence: str, why: str) -> None:
    outcome = asked(tmp_path, sentence)
    assert outcome.patch is None
    assert why in outcome.findings[0].message


def test_a_new_field_has_the_picture_of_what_fills_it(tmp_path: Path) -> None:
    rows = added(asked(tmp_path, "Carry the class of the booking in the ticket record"))
    assert any(row.startswith("05  TK-CLASS") and "PIC X(03)" in row for row in rows), rows
    assert "MOVE BO-B-CLASS TO TK-CLASS" in rows


def test_a_result_is_rounded_in_any_wording(tmp_path: Path) -> None:
    said = "The inspector has ruled that the fare may not be cut off: it is to be rounded properly."
    rows = added(asked(tmp_path, said))
    assert any("TK-FARE ROUNDED" in row for row in rows), rows


@pytest.mark.parametrize(
    "sentence",
    [
        "The fare must not be rounded any more but cut off after the cent.",
        "From now on the fare is no longer rounded.",
    ],
)
def test_what_shall_not_be_rounded_never_is(tmp_path: Path, sentence: str) -> None:
    outcome = asked(tmp_path, sentence)
    assert outcome.patch is None or not any("ROUNDED" in row for row in added(outcome))
