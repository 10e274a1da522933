"""A value treated like another one: where it is put, what is asked, and that runs show it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cobolsmith.implement import Request, implement
from cobolsmith.job import Options
from cobolsmith.report import Outcome, Result

FARES = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. FARES.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT TRIPS ASSIGN TO TRIPIN
               ORGANIZATION IS LINE SEQUENTIAL.
       DATA DIVISION.
       FILE SECTION.
       FD  TRIPS.
       01  TR-REC.
           05  TR-ZONE                 PIC X(02).
           05  TR-KIND                 PIC X(03).
               88  TR-CHEAP            VALUES 'KID' 'SEN'.
           05  TR-PASS                 PIC X(03).
       WORKING-STORAGE SECTION.
       01  WS-EOF-SW                   PIC X(01) VALUE 'N'.
           88  WS-EOF                  VALUE 'Y'.
       01  WS-FARE                     PIC 9(03).
       01  WS-SUM                      PIC 9(05) VALUE ZERO.
       PROCEDURE DIVISION.
       MAIN-PARA.
           OPEN INPUT TRIPS
           PERFORM UNTIL WS-EOF
               READ TRIPS
                   AT END SET WS-EOF TO TRUE
                   NOT AT END PERFORM PRICE-PARA
               END-READ
           END-PERFORM
           CLOSE TRIPS
           DISPLAY 'SUM ' WS-SUM
           STOP RUN.
       PRICE-PARA.
           EVALUATE TR-KIND ALSO TR-ZONE
               WHEN 'KID' ALSO ANY
                   MOVE 1 TO WS-FARE
               WHEN 'SEN' ALSO 'Z1'
                   MOVE 2 TO WS-FARE
               WHEN OTHER
                   MOVE 9 TO WS-FARE
           END-EVALUATE
           IF TR-CHEAP AND (TR-ZONE = 'Z1' OR TR-ZONE = 'Z2')
               SUBTRACT 1 FROM WS-FARE
           END-IF
           IF TR-PASS = 'DAY'
               MOVE ZERO TO WS-FARE
           END-IF
           IF TR-PASS NOT = 'SEN' AND TR-ZONE = 'Z9'
               ADD 5 TO WS-FARE
           END-IF
           ADD WS-FARE TO WS-SUM.
"""


def asked(tmp_path: Path, sentence: str, records: str = "") -> Outcome:
    path = tmp_path / "FARES.cbl"
    path.write_text(FARES)
    options = Options(runs=0)
    if records:
        (tmp_path / "day.toml").write_text('[[run]]\nfiles = { TRIPIN = "trips" }\n')
        (tmp_path / "trips").write_text(records)
        options = Options(runs=0, golden=tmp_path)
    return implement(Request(sentence), path, options).outcomes[0]


def changed(outcome: Outcome) -> list[str]:
    assert outcome.patch is not None, outcome
    rows = outcome.patch.files[0].after.decode().splitlines()
    old = FARES.splitlines()
    return [" ".join(row.split()) for row in rows if row not in old]


@pytest.mark.parametrize(
    ("sentence", "lines"),
    [
        (
            "From May schools buy tickets of kind SCH. Treat them like KID.",
            ["88 TR-CHEAP VALUES 'KID' 'SCH' 'SEN'.", "WHEN 'SCH' ALSO ANY"],
        ),
        (
            "Trip kind 'SCH' should be handled the same way as 'KID'.",
            ["88 TR-CHEAP VALUES 'KID' 'SCH' 'SEN'.", "WHEN 'SCH' ALSO ANY"],
        ),
        ("A pass WEK works just like DAY.", ["IF TR-PASS = 'DAY' OR 'WEK'"]),
        (
            "Zone Z3 is the same as zone Z1.",
            [
                "WHEN 'SEN' ALSO 'Z3'",
                "IF TR-CHEAP AND ((TR-ZONE = 'Z1' OR 'Z3') OR TR-ZONE = 'Z2')",
            ],
        ),
        (
            "Zone Z8 is the same as zone Z9.",
            ["IF TR-PASS NOT = 'SEN' AND (TR-ZONE = 'Z9' OR 'Z8')"],
        ),
    ],
)
def test_the_new_value_stands_beside_the_old_one(
    sentence: str, lines: list[str], tmp_path: Path
) -> None:
    assert changed(asked(tmp_path, sentence)) == lines


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("Treat SCH like XYZ.", "'XYZ' is no value"),
        ("A pass SEASON works just like DAY.", "TR-PASS has room for 3 characters"),
        ("Treat ABC and DEF like KID.", "which value is treated like 'KID'?"),
        ("Treat ABC like SEN.", "'SEN' of which item: TR-KIND, TR-PASS?"),
    ],
)
def test_what_is_to_be_decided_is_asked(sentence: str, question: str, tmp_path: Path) -> None:
    outcome = asked(tmp_path, sentence)
    assert outcome.result is Result.REFUSED
    assert question in outcome.findings[0].message


def test_words_of_the_sentence_tell_which_item_is_meant(tmp_path: Path) -> None:
    lines = changed(asked(tmp_path, "Kind STU is treated like kind SEN."))
    assert lines == ["88 TR-CHEAP VALUES 'KID' 'SEN' 'STU'.", "WHEN 'STU' ALSO 'Z1'"]


def test_runs_that_say_the_new_value_for_the_old_one_show_it(tmp_path: Path) -> None:
    records = "Z1KIDNON\nZ1SENNON\nZ2KIDNON\nZ9ABCNON\nZ1ABCNON\n"
    outcome = asked(tmp_path, "Kind SCH is treated like kind KID.", records)
    assert outcome.result is Result.VERIFIED, outcome.reasons
    plain = asked(tmp_path, "Kind SCH is treated like kind KID.", "Z1ABCNON\n")
    assert plain.result is Result.UNVERIFIED
