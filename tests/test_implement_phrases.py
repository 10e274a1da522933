"""Phrases of tickets as conditions and events: lists, what restricts a thing, idioms, dates that
have come, and what must be asked about instead of half understood. Planned only."""

from __future__ import annotations

from pathlib import Path

import pytest
from tickets import added

from cobolsmith.implement import Request, implement
from cobolsmith.job import Options
from cobolsmith.report import Outcome

QUAY = """\
      *> QUAY      BERTHS PAID FOR
       IDENTIFICATION DIVISION.
       PROGRAM-ID. QUAY.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT MOORINGS ASSIGN TO MOORIN
               ORGANIZATION IS SEQUENTIAL.
           SELECT BILLS ASSIGN TO BILLOUT
               ORGANIZATION IS LINE SEQUENTIAL.
       DATA DIVISION.
       FILE SECTION.
       FD  MOORINGS.
       01  MO-FIRST-REC.
           05  MO-F-KIND               PIC X(01).
           05  MO-F-DAY                PIC 9(08).
           05  FILLER                  PIC X(36).
       01  MO-BERTH-REC.
           05  MO-KIND                 PIC 9(01).
           05  MO-SHIP                 PIC X(10).
           05  MO-CREW                 PIC X(10).
           05  MO-VESSEL               PIC X(01).
               88  MO-FERRY            VALUE 'F'.
               88  MO-BARGE            VALUE 'B'.
               88  MO-YACHT            VALUE 'Y'.
           05  MO-STATE                PIC X(01).
               88  MO-OVERDUE          VALUE 'O'.
               88  MO-PAID             VALUE 'P'.
           05  MO-EXPIRY-DATE           PIC 9(08).
           05  MO-FEE                  PIC S9(05)V99.
           05  MO-DEPOSIT-FEE          PIC 9(05)V99.
       FD  BILLS.
       01  BI-LINE                     PIC X(40).
       WORKING-STORAGE SECTION.
       01  WS-EOF-SW                   PIC X(01) VALUE 'N'.
           88  WS-EOF                  VALUE 'Y'.
       01  WS-DAY                      PIC 9(08).
       01  WS-REASON                   PIC X(20).
       01  WS-PAID-LATE                PIC 9(05) VALUE ZERO.
       01  WS-REFUSED                  PIC 9(05) VALUE ZERO.
       01  WS-SHARE                    PIC S9(05)V99.
       01  WS-TAKEN                    PIC S9(07)V99 VALUE ZERO.
       01  WS-COUNT-OUT                PIC ZZZZ9.
       01  WS-TAKEN-OUT                PIC ZZZZZZ9.99-.
       PROCEDURE DIVISION.
       0000-MAIN.
           OPEN INPUT MOORINGS OUTPUT BILLS
           PERFORM UNTIL WS-EOF
               READ MOORINGS
                   AT END SET WS-EOF TO TRUE
                   NOT AT END PERFORM 1000-ONE-REC
               END-READ
           END-PERFORM
           CLOSE MOORINGS BILLS
           MOVE WS-REFUSED TO WS-COUNT-OUT
           DISPLAY 'REFUSED            ' WS-COUNT-OUT
           MOVE WS-TAKEN TO WS-TAKEN-OUT
           DISPLAY 'TAKEN              ' WS-TAKEN-OUT
           STOP RUN.
       1000-ONE-REC.
           IF MO-F-KIND = 'F'
               MOVE MO-F-DAY TO WS-DAY
           ELSE
               PERFORM 2000-BERTH THRU 2900-EXIT
           END-IF.
       2000-BERTH.
           MOVE SPACES TO WS-REASON
           PERFORM 3000-TESTS THRU 3900-EXIT
           IF WS-REASON NOT = SPACES
               ADD 1 TO WS-REFUSED
               GO TO 2900-EXIT
           END-IF
           GO TO 2100-SMALL
                 2200-LARGE
               DEPENDING ON MO-KIND.
           GO TO 2900-EXIT.
       2100-SMALL.
           COMPUTE WS-SHARE = MO-FEE / 2
           MOVE MO-CREW TO BI-LINE
           GO TO 2800-BILL.
       2200-LARGE.
           MOVE MO-FEE TO WS-SHARE
           MOVE MO-CREW TO BI-LINE.
       2800-BILL.
           IF MO-OVERDUE AND MO-PAID
               ADD 1 TO WS-PAID-LATE
           END-IF
           ADD WS-SHARE TO WS-TAKEN
           WRITE BI-LINE.
       2900-EXIT.
           EXIT.
       3000-TESTS.
           IF MO-SHIP = SPACES
               MOVE 'NO NAME' TO WS-REASON
               GO TO 3900-EXIT
           END-IF
           IF MO-EXPIRY-DATE > WS-DAY AND MO-BARGE
               MOVE 'LEASED LATER' TO WS-REASON
               GO TO 3900-EXIT
           END-IF.
       3900-EXIT.
           EXIT.
"""


def asked(tmp_path: Path, sentence: str) -> Outcome:
    path = tmp_path / "QUAY.cbl"
    path.write_text(QUAY)
    return implement(Request(sentence), path, Options(runs=0)).outcomes[0]


def question(outcome: Outcome) -> str:
    """What is asked instead of a patch."""
    assert outcome.patch is None, added(outcome)
    return outcome.findings[0].message


@pytest.mark.parametrize(
    ("what", "test"),
    [
        ("ferries or barges", "MO-FERRY OR MO-BARGE"),
        ("overdue ferries", "MO-FERRY AND MO-OVERDUE"),
        ("a ferry whose fee is not 10 or 20", "MO-FERRY AND MO-FEE NOT = 10 AND MO-FEE NOT = 20"),
        ("records whose vessel is neither F, B nor Y", None),
        ("berths with a negative fee", "MO-FEE < ZERO"),
        ("berths with an empty crew", "MO-CREW = SPACES"),
        ("berths with a fee of zero", "MO-FEE = ZERO"),
        ("berths with an expiry date before 20240101", "MO-EXPIRY-DATE < 20240101"),
        ("the fee of a ferry is above 900", "MO-FERRY AND MO-FEE > 900"),
        ("a yacht that has not expired", "MO-YACHT AND MO-EXPIRY-DATE > WS-DAY"),
        ("small berths with a fee over 100", "MO-KIND = 1 AND MO-FEE > 100"),
    ],
)
def test_phrases_are_conditions(tmp_path: Path, what: str, test: str | None) -> None:
    text = " ".join(added(asked(tmp_path, f"Reject {what} with the message NOT WANTED HERE")))
    if test is None:
        test = "MO-VESSEL NOT = 'F' AND MO-VESSEL NOT = 'B' AND MO-VESSEL NOT = 'Y'"
    assert f"IF {test} MOVE 'NOT WANTED HERE' TO WS-REASON GO TO 3900-EXIT" in text


@pytest.mark.parametrize(
    "sentence",
    [
        "No ferry may leave with an empty crew: refuse it, message CREW MISSING.",
        "Don't allow ferries whose crew is blank: reject them with CREW MISSING",
        "Ferries with an empty crew are no longer accepted. Turn them away: CREW MISSING.",
        "A ferry must have a crew. If it is blank, refuse the ferry with CREW MISSING.",
        "Check that the crew of a ferry is not blank, otherwise reject it with CREW MISSING",
        "Ferries without a crew must be refused ('CREW MISSING').",
    ],
)
def test_what_may_not_be_is_rejected(tmp_path: Path, sentence: str) -> None:
    text = " ".join(added(asked(tmp_path, sentence)))
    assert "IF MO-FERRY AND MO-CREW = SPACES MOVE 'CREW MISSING' TO WS-REASON" in text


def test_a_check_of_some_is_no_check_of_the_others(tmp_path: Path) -> None:
    sentence = "The fee of a ferry must be numeric, otherwise reject it with FEE IS NO NUMBER"
    assert "IF MO-FERRY AND MO-FEE NOT NUMERIC" in added(asked(tmp_path, sentence))


def test_one_of_two_values_is_both(tmp_path: Path) -> None:
    sentence = "Make sure the state of a ferry is O or P, otherwise refuse it with BAD STATE"
    rows = " ".join(added(asked(tmp_path, sentence)))
    assert "IF MO-FERRY AND NOT (MO-STATE = 'O' OR MO-STATE = 'P')" in rows


def test_a_refusal_is_no_default(tmp_path: Path) -> None:
    sentence = "If the crew is blank, refuse the berth with 'CREW MISSING'"
    rows = added(asked(tmp_path, sentence))
    assert "MOVE 'CREW MISSING' TO WS-REASON" in rows
    assert "MOVE 'CREW MISSING' TO MO-CREW" not in rows


def test_a_default_stands_before_all_that_uses_it(tmp_path: Path) -> None:
    path = tmp_path / "QUAY.cbl"
    rows = added(asked(tmp_path, "When the crew is blank, use 'UNKNOWN'"))
    assert rows[:2] == ["IF MO-CREW = SPACES", "MOVE 'UNKNOWN' TO MO-CREW"]
    outcome = implement(
        Request("When the crew is blank, use 'UNKNOWN'"), path, Options(runs=0)
    ).outcomes[0]
    assert outcome.patch is not None
    text = outcome.patch.files[0].after.decode()
    assert text.index("MOVE 'UNKNOWN' TO MO-CREW") < text.index("DEPENDING ON MO-KIND")


@pytest.mark.parametrize(
    ("sentence", "asks"),
    [
        ("Show how many firsts there were at the end", "firsts"),
        ("The share must be rounded down to the cent", ""),
        ("Reject berths that are sunken with the message NOT WANTED HERE", "sunken"),
        ("Write all yachts to a new file YACHTS", "where not all come by"),
    ],
)
def test_what_is_only_half_understood_is_asked_about(
    tmp_path: Path, sentence: str, asks: str
) -> None:
    assert asks in question(asked(tmp_path, sentence))


def test_what_is_counted_is_known_where_it_is_counted(tmp_path: Path) -> None:
    said = question(asked(tmp_path, "Show the number of paid berths at the end"))
    assert "MOORINGS has several records" in said


def test_lines_are_logged_in_the_passive(tmp_path: Path) -> None:
    rows = added(asked(tmp_path, "Refused berths should be logged with ship and fee"))
    assert "DISPLAY 'REFUSED BERTHS ' MO-SHIP MO-FEE" in rows
