"""What a program calls its codes, texts of codes, and things done where something happens: asked in
plain words, planned, and shown by runs posed to the new condition."""

from __future__ import annotations

from pathlib import Path

import pytest
from tickets import added

from cobolsmith.checks.equivalence.idle import idle
from cobolsmith.checks.equivalence.marks import mark
from cobolsmith.implement import Request, implement
from cobolsmith.job import Options
from cobolsmith.languages.cobol import read_program
from cobolsmith.report import Outcome, Result
from cobolsmith.source import from_bytes

TOLLS = """\
      *> TOLLS     ROAD TOLLS
      *> VEHICLE IS CAR (private car), VAN (van or small truck).
       IDENTIFICATION DIVISION.
       PROGRAM-ID. TOLLS.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT PASSES ASSIGN TO PASSIN
               ORGANIZATION IS LINE SEQUENTIAL.
           SELECT NOTES ASSIGN TO TOLLOUT
               ORGANIZATION IS LINE SEQUENTIAL
               FILE STATUS IS WS-TOLLOUT-STATUS.
       DATA DIVISION.
       FILE SECTION.
       FD  PASSES.
       01  PA-REC.
           05  PA-VEHICLE              PIC X(03).
           05  PA-LANE                 PIC X(01).
               88  PA-FAST             VALUE 'F'.
               88  PA-SLOW             VALUE 'S'.
               88  PA-CLOSED           VALUE 'C'.
           05  PA-PLATE                PIC X(06).
           05  PA-TOLL                 PIC 9(03)V99.
       FD  NOTES.
       01  RE-LINE                     PIC X(40).
       WORKING-STORAGE SECTION.
       01  WS-TOLLOUT-STATUS           PIC X(02).
       01  WS-EOF-SW                   PIC X(01) VALUE 'N'.
           88  WS-EOF                  VALUE 'Y'.
       01  WS-REASON                   PIC X(03).
       01  WS-CLASS                    PIC X(05).
       01  WS-REFUSED                  PIC 9(05) VALUE ZERO.
       01  WS-NO-PLATES                PIC 9(05) VALUE ZERO.
       01  TX-VALUES.
           05  FILLER PIC X(23) VALUE 'E01LANE CLOSED         '.
           05  FILLER PIC X(23) VALUE 'E03TOLL MISSING        '.
       01  TX-TABLE REDEFINES TX-VALUES.
           05  TX-ENTRY OCCURS 2 TIMES
                   ASCENDING KEY IS TX-CODE INDEXED BY TX-IX.
               10  TX-CODE             PIC X(03).
               10  TX-TEXT             PIC X(20).
       PROCEDURE DIVISION.
       MAIN-PARA.
           OPEN INPUT PASSES
           OPEN OUTPUT NOTES
           PERFORM UNTIL WS-EOF
               READ PASSES
                   AT END SET WS-EOF TO TRUE
                   NOT AT END PERFORM TAKE-PARA THRU TAKE-EXIT
               END-READ
           END-PERFORM
           CLOSE PASSES
           CLOSE NOTES
           DISPLAY 'REFUSED ' WS-REFUSED
           STOP RUN.
       TAKE-PARA.
           MOVE SPACES TO WS-REASON
           PERFORM TEST-PARA THRU TEST-EXIT
           IF WS-REASON NOT = SPACES
               ADD 1 TO WS-REFUSED
               MOVE SPACES TO RE-LINE
               SEARCH ALL TX-ENTRY
                   WHEN TX-CODE (TX-IX) = WS-REASON
                       MOVE TX-TEXT (TX-IX) TO RE-LINE
               END-SEARCH
               WRITE RE-LINE
               GO TO TAKE-EXIT
           END-IF
           IF PA-PLATE = SPACES
               ADD 1 TO WS-NO-PLATES
           END-IF
           EVALUATE PA-VEHICLE
               WHEN 'CAR'
                   MOVE 'LIGHT' TO WS-CLASS
               WHEN 'BUS'
                   MOVE 'COACH' TO WS-CLASS
               WHEN OTHER
                   MOVE 'HEAVY' TO WS-CLASS
           END-EVALUATE
           MOVE SPACES TO RE-LINE
           STRING WS-CLASS ' ' PA-TOLL DELIMITED BY SIZE INTO RE-LINE
           WRITE RE-LINE.
       TAKE-EXIT.
           EXIT.
       TEST-PARA.
           IF PA-CLOSED
               MOVE 'E01' TO WS-REASON
               GO TO TEST-EXIT
           END-IF
           IF PA-SLOW AND PA-TOLL = ZERO
               MOVE 'E03' TO WS-REASON
           END-IF.
       TEST-EXIT.
           EXIT.
"""
PASSES = "CARFAB123C00150\nVANSXY987Z00300\nCARSAB123C00000\nBUSC      00200\nVANF      00700\n"
TELLER = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. NOTER.
       DATA DIVISION.
       LINKAGE SECTION.
       01  LK-PLATE                    PIC X(06).
       PROCEDURE DIVISION USING LK-PLATE.
           DISPLAY 'NOTED ' LK-PLATE
           GOBACK.
"""


def asked(tmp_path: Path, sentence: str, *, runs: int = 40, text: str = TOLLS) -> Outcome:
    path = tmp_path / "TOLLS.cbl"
    path.write_text(text)
    (tmp_path / "NOTER.cbl").write_text(TELLER)
    (tmp_path / "day.toml").write_text(
        '[[run]]\nprogram = "TOLLS"\nfiles = { PASSIN = "passes" }\n'
    )
    (tmp_path / "passes").write_text(PASSES)
    options = Options(runs=runs, golden=tmp_path)
    return implement(Request(sentence), path, options).outcomes[0]


@pytest.mark.parametrize(
    ("said", "test"),
    [
        ("Private cars of more than 10.00", "PA-VEHICLE = 'CAR' AND PA-TOLL > 10.00"),
        ("Coaches without a toll", "PA-VEHICLE = 'BUS' AND PA-TOLL = ZERO"),
        ("Small trucks over 10.00", "PA-VEHICLE = 'VAN' AND PA-TOLL > 10.00"),
    ],
)
def test_codes_are_known_by_comments_and_by_what_their_branches_make(
    tmp_path: Path, said: str, test: str
) -> None:
    outcome = asked(tmp_path, f"{said} must be rejected with code E03")
    if said.startswith("Small"):
        assert outcome.patch is None  # the comment says van or small truck, the words say neither
        return
    assert f"IF {test}" in added(outcome)


def test_a_branch_that_says_nothing_of_its_own_value_names_none(tmp_path: Path) -> None:
    outcome = asked(tmp_path, "Heavy passes of more than 10.00 must be rejected with code E03")
    assert outcome.patch is None


def test_a_new_reason_gets_its_text_in_the_table_at_its_place(tmp_path: Path) -> None:
    sentence = (
        "Fast passes above 20.00 are refused. They get reason code E02 with the text TOO FAST"
    )
    outcome = asked(tmp_path, sentence)
    rows = added(outcome)
    assert "05  FILLER PIC X(23) VALUE 'E02TOO FAST            '." in rows
    assert "05  TX-ENTRY OCCURS 3 TIMES" in rows
    assert outcome.patch is not None
    text = outcome.patch.files[0].after.decode()
    assert text.index("'E01LANE") < text.index("'E02TOO") < text.index("'E03TOLL")
    assert outcome.result is Result.VERIFIED, outcome.reasons


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("A TEXT THAT IS FAR TOO LONG", "can't hold"),
        ("LANE SHUT", "is 'LANE CLOSED' already"),
    ],
)
def test_texts_that_do_not_fit_are_asked_about(tmp_path: Path, text: str, why: str) -> None:
    code = "E01" if "already" in why else "E02"
    sentence = (
        f"Fast passes above 20.00 are refused. They get reason code {code} with the text {text}"
    )
    outcome = asked(tmp_path, sentence)
    assert outcome.patch is None
    assert why in outcome.findings[0].message


def test_runs_are_posed_to_a_new_condition(tmp_path: Path) -> None:
    """No recorded pass is slow and above the limit, and none is generated: what is given is set so
    that the condition holds, at the limit and one step beside it."""
    outcome = asked(tmp_path, "Reject a slow pass of more than 5.00 with reason code E03")
    assert outcome.result is Result.VERIFIED, outcome.reasons
    assert any("mutants of the change: 3 of 3" in line for line in outcome.evidence)


def test_a_jump_over_what_cannot_be_is_no_mutant(tmp_path: Path) -> None:
    """Behind the new test stands one of slow passes: a fast one is none of these."""
    outcome = asked(tmp_path, "Reject a fast pass of more than 5.00 with reason code E03")
    assert "GO TO TEST-EXIT" in added(outcome)
    assert outcome.result is Result.VERIFIED, outcome.reasons


def jumps(behind: str, before: str = "IF PA-CLOSED") -> list[bool]:
    """Of each GO TO of a text, whether the program would do the same without it."""
    text = TOLLS.replace("IF PA-SLOW AND PA-TOLL = ZERO", behind)
    text = text.replace("IF PA-CLOSED", before)
    program = read_program(from_bytes(text.encode(), Path("TOLLS.cbl")))
    marked = mark(program)
    found = [one for one in marked.statements if one.kind == "go_to_statement"]
    return [idle(marked, program, one) for one in found]


@pytest.mark.parametrize(
    ("behind", "same"),
    [
        ("IF PA-SLOW AND PA-TOLL = ZERO", True),  # behind IF PA-CLOSED: a closed lane is not slow
        ("IF (PA-SLOW OR PA-FAST) AND PA-TOLL = ZERO", True),
        ("IF PA-LANE = 'F' AND PA-TOLL = ZERO", True),
        ("IF PA-CLOSED AND PA-TOLL > 5.00", False),
        ("IF PA-TOLL = ZERO", False),
        ("IF PA-SLOW OR PA-TOLL = ZERO", False),
        ("IF NOT PA-SLOW AND PA-TOLL = ZERO", False),
        ("IF NOT (PA-SLOW OR PA-FAST) AND PA-TOLL = ZERO", False),
        ("IF PA-LANE > 'F' AND PA-TOLL = ZERO", False),
    ],
)
def test_a_jump_is_idle_only_where_all_it_skips_is_ruled_out(behind: str, same: bool) -> None:
    assert jumps(behind) == [False, same]


@pytest.mark.parametrize(
    ("before", "same"),
    [("> 5.00", True), ("= 5.00", True), (">= 0.01", True), ("< 5.00", False), ("<= 0", False)],
)
def test_numbers_rule_each_other_out(before: str, same: bool) -> None:
    assert jumps("IF PA-TOLL = ZERO", f"IF PA-TOLL {before}") == [False, same]


def test_chosen_items_go_to_a_new_file(tmp_path: Path) -> None:
    sentence = (
        "Passes without plates are only counted. List them in a new file NOPLATE: one line for "
        "each, with the vehicle and the lane."
    )
    outcome = asked(tmp_path, sentence)
    rows = added(outcome)
    assert "SELECT NOPLATE-FILE ASSIGN TO NOPLATE" in rows
    at = rows.index("STRING PA-VEHICLE ' ' PA-LANE")
    assert rows[at : at + 3] == [
        "STRING PA-VEHICLE ' ' PA-LANE",
        "DELIMITED BY SIZE INTO NOPLATE-LINE",
        "WRITE NOPLATE-LINE",
    ]
    assert outcome.result is Result.VERIFIED, outcome.reasons


def test_records_go_to_a_new_file_as_they_came(tmp_path: Path) -> None:
    sentence = "Write the refused passes, just as they came, to a new file BADPASS"
    outcome = asked(tmp_path, sentence)
    assert "WRITE BADPASS-LINE FROM PA-REC" in added(outcome)
    assert outcome.result is Result.VERIFIED, outcome.reasons


def test_numbers_that_are_no_text_are_edited(tmp_path: Path) -> None:
    sentence = "New file BADPASS, one line with the plate and the toll for each refused pass"
    outcome = asked(tmp_path, sentence)
    rows = added(outcome)
    assert "MOVE PA-TOLL TO WS-BADPASS-TOLL" in rows
    assert "STRING PA-PLATE ' ' WS-BADPASS-TOLL" in rows
    assert outcome.result is Result.VERIFIED, outcome.reasons


@pytest.mark.parametrize(
    "sentence",
    [
        "Hand the plate of each refused pass to the subprogram NOTER",
        "When a pass is refused, call NOTER with the plate",
        "Pass the plate to NOTER whenever a pass is refused; nothing else changes",
    ],
)
def test_a_subprogram_is_called_in_any_wording(tmp_path: Path, sentence: str) -> None:
    outcome = asked(tmp_path, sentence)
    assert "CALL 'NOTER' USING PA-PLATE" in added(outcome)
    assert outcome.result is Result.VERIFIED, outcome.reasons


@pytest.mark.parametrize(
    "sentence",
    [
        "When a pass is refused, call NOTER with the plate. Closed lanes do not count.",
        "Write the refused passes, just as they came, to a new file BADPASS. Buses don't go there.",
    ],
)
def test_what_a_second_sentence_leaves_out_is_not_overheard(tmp_path: Path, sentence: str) -> None:
    outcome = asked(tmp_path, sentence)
    assert outcome.patch is None
    assert "leaves out" in outcome.findings[0].message
