"""Plain sentences on programs that print nothing alike yet: what is planned, and what it does."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from cobolsmith.implement import Request, implement
from cobolsmith.job import Options
from cobolsmith.report import Result

PARCELS = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. PARCELS.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT PARCEL-FILE ASSIGN TO PARCELS
               ORGANIZATION IS LINE SEQUENTIAL.
       DATA DIVISION.
       FILE SECTION.
       FD  PARCEL-FILE.
       01  PARCEL-REC.
           05  PC-NO                       PIC X(03).
           05  PC-WEIGHT                   PIC 9(03)V9.
           05  PC-PRICE                    PIC S9(03)V99.
           05  PC-TOWN                     PIC X(08).
           05  PC-KIND                     PIC X(01).
       WORKING-STORAGE SECTION.
       01  WS-EOF-SW                       PIC X(01) VALUE 'N'.
       01  WS-FEE                          PIC 9(03)V99.
       01  WS-LIMIT                        PIC 9(03) VALUE 100.
       01  WS-HOME                         PIC 9(05) VALUE ZERO.
       01  WS-ERRORS                       PIC 9(05) VALUE ZERO.
       01  WS-WEIGHT-SUM                   PIC 9(07)V9 VALUE ZERO.
       PROCEDURE DIVISION.
       MAIN-PARA.
           OPEN INPUT PARCEL-FILE
           PERFORM READ-PARA
           PERFORM UNTIL WS-EOF-SW = 'Y'
               PERFORM FEE-PARA
               PERFORM READ-PARA
           END-PERFORM
           PERFORM END-PARA
           CLOSE PARCEL-FILE
           STOP RUN.
       READ-PARA.
           READ PARCEL-FILE AT END MOVE 'Y' TO WS-EOF-SW.
       FEE-PARA.
           IF PC-TOWN = 'LEEDS'
               ADD 1 TO WS-HOME
           END-IF
           IF PC-WEIGHT > WS-LIMIT
               ADD 1 TO WS-ERRORS
           END-IF
           ADD PC-WEIGHT TO WS-WEIGHT-SUM
           EVALUATE PC-KIND
               WHEN 'A'
                   PERFORM AIR-PARA
               WHEN OTHER
                   MOVE 1 TO WS-FEE
           END-EVALUATE
           DISPLAY 'PARCEL ' PC-NO
           DISPLAY 'FEE    ' WS-FEE.
       AIR-PARA.
           COMPUTE WS-FEE = PC-PRICE * 0.123.
       END-PARA.
           DISPLAY 'LEEDS PARCELS:  ' WS-HOME.
"""
ROWS = "P01120501000LEEDS   A\nP02000500999YORK    B\nP03001500001YORK    A\n"
ASKS = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. ASKS.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01  A-IN                            PIC X(04).
       01  B-IN                            PIC 9(03).
       01  WS-CARD.
           05  CARD-NAME                   PIC X(04).
           05  CARD-SUM                    PIC 9(05).
           05  CARD-BONUS                  PIC 9(05) VALUE 7.
       PROCEDURE DIVISION.
       MAIN-PARA.
           DISPLAY "Enter  the name"
           ACCEPT A-IN
           DISPLAY "Enter the price"
           ACCEPT B-IN
           MOVE A-IN TO CARD-NAME
           COMPUTE CARD-SUM = B-IN * 2
           DISPLAY "Name: " CARD-NAME
           DISPLAY "Sum:  " CARD-SUM
           GOBACK.
"""


def source(folder: Path, text: str = PARCELS) -> Path:
    path = folder / f"{text.split('PROGRAM-ID. ')[1].split('.')[0]}.cbl"
    path.write_text(text)
    return path


def output(path: Path, given: str = "") -> tuple[str, int]:
    """What a program shows of the three parcels, and its return code."""
    folder = path.parent
    (folder / "PARCELS").write_text(ROWS)
    subprocess.run(["cobc", "-x", "-o", "main", path], cwd=folder, check=True)
    done = subprocess.run(
        [folder / "main"], cwd=folder, input=given, capture_output=True, text=True, check=False
    )
    return done.stdout, done.returncode


def after(path: Path, sentence: str) -> Path:
    """The program with what a sentence asks for."""
    (outcome,) = implement(Request(sentence), path, Options(runs=0)).outcomes
    assert outcome.patch is not None, [one.message for one in outcome.findings]
    assert not [v for v in outcome.verdicts if v.status.value == "failed"], outcome.reasons
    (file,) = outcome.patch.files
    new = path.with_name("NEW.cbl")
    new.write_bytes(file.after)
    return new


@pytest.mark.parametrize(
    ("sentence", "line"),
    [
        ("Add a total of all prices and print it at the end", "TOTAL PRICE:         20.00 "),
        ("Show the average price at the end", "AVERAGE PRICE:    6.67 "),
        ("Show the lowest price at the end", "LOWEST PRICE:     0.01 "),
        ("At the end show the highest fee", "HIGHEST FEE:      1.23"),
        ("Display the total weight at the end", "TOTAL WEIGHT:       122.5"),
        ("Count the parcels in York and show the count like Leeds", "YORK PARCELS:   0000002"),
        ("Show the number of parcels whose price is above 5 at the end", "0000002"),
        ("Count the parcels and show the number as 'ALL'", "ALL:            0000003"),
    ],
)
def test_what_a_run_comes_to(sentence: str, line: str, tmp_path: Path) -> None:
    path = source(tmp_path)
    shown = output(path)[0].splitlines()
    new = output(after(path, sentence))[0].splitlines()
    assert new[:-1] == shown, "all that was shown is shown as before"
    assert new[-1].endswith(line), new[-1]


def test_a_total_that_is_there_is_only_shown(tmp_path: Path) -> None:
    new = after(source(tmp_path), "Display the total weight at the end").read_text()
    assert new.count("ADD PC-WEIGHT") == 1


def test_a_total_is_verified_by_runs_that_differ_in_its_line_alone(tmp_path: Path) -> None:
    request = Request("Add a total of all prices and print it at the end")
    (outcome,) = implement(request, source(tmp_path), Options(runs=30)).outcomes
    assert outcome.result is Result.VERIFIED, outcome.reasons
    assert "differs as stated: stdout+TOTAL PRICE:" in " ".join(outcome.evidence)


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("Set the return code to 8 when errors were found", 8),
        ("Stop with return code 12 when the weight is zero", 0),
        ("When the fee is above 1, set the return code to 4", 4),
    ],
)
def test_return_codes(sentence: str, code: int, tmp_path: Path) -> None:
    assert output(after(source(tmp_path), sentence))[1] == code


def test_what_only_some_come_by_is_not_asked_there_for_all(tmp_path: Path) -> None:
    path = source(tmp_path)
    sentence = "Stop with return code 12 when the price is negative"
    outcome = implement(Request(sentence), path, Options(runs=0)).outcomes[0]
    assert outcome.patch is None
    assert "AIR-PARA, where not all come by" in outcome.findings[0].message


def test_a_message_about_what_is_computed_stands_behind_it(tmp_path: Path) -> None:
    new = after(source(tmp_path, ASKS), "Display a warning when the sum is zero")
    shown, _ = output(new, "JO\n000\n")
    assert shown.splitlines()[2:] == ["Sum is zero", "Name: JO  ", "Sum:  00000"]


@pytest.mark.parametrize(
    ("sentence", "given", "told"),
    [
        ("Ask again when the name is blank", "\nJO\n5\n", "Name is blank"),
        (
            "Make sure the price is above 2, otherwise ask again",
            "JO\n2\n5\n",
            "Price must be above 2",
        ),
        ("The price must be at least 5, or ask again", "JO\n2\n5\n", "Price must be at least 5"),
    ],
)
def test_asking_again(sentence: str, given: str, told: str, tmp_path: Path) -> None:
    shown, _ = output(after(source(tmp_path, ASKS), sentence), given)
    lines = shown.splitlines()
    assert lines[-2:] == ["Name: JO  ", "Sum:  00010"]
    asked = "Enter  the name" if "name" in sentence else "Enter the price"
    assert lines[lines.index(told) + 1] == asked, "the text that asks is shown as it is"


@pytest.mark.parametrize(
    ("sentence", "lines"),
    [
        ("Display the bonus as well", ["Name: jo  ", "Sum:  00010", "Bonus: 00007"]),
        ("Show the name in upper case", ["Name: JO  ", "Sum:  00010"]),
    ],
)
def test_what_is_shown(sentence: str, lines: list[str], tmp_path: Path) -> None:
    shown, _ = output(after(source(tmp_path, ASKS), sentence), "jo\n5\n")
    assert shown.splitlines()[2:] == lines


def test_a_case_that_performs_a_paragraph(tmp_path: Path) -> None:
    sentence = "Add a case for kind 'B' that performs AIR-PARA"
    shown, _ = output(after(source(tmp_path), sentence))
    assert shown.splitlines()[3] == "FEE    001.22"


def test_a_limit_without_its_old_value(tmp_path: Path) -> None:
    new = after(source(tmp_path), "Raise the limit to 150")
    assert "VALUE 150." in new.read_text()


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("Show the highest temper at the end", "nothing in PARCELS is called 'temper'"),
        ("Count the unicorns and show the count at the end", "nothing in PARCELS tells"),
        ("Count the parcels in York like Hull", "nothing in PARCELS"),
        ("Set the return code to 99999 when errors were found", "99999 is no return code"),
        ("Ask again when the price is negative", "nothing is typed in"),
        ("Add a case for kind 'B' that performs SEA-PARA", "has no paragraph SEA-PARA"),
        ("Raise the ceiling to 150", "nothing in PARCELS is called 'the ceiling'"),
        ("Raise the limit to 1500", "can't hold 1500"),
    ],
)
def test_what_cant_be_known_is_asked(sentence: str, question: str, tmp_path: Path) -> None:
    (outcome,) = implement(Request(sentence), source(tmp_path), Options(runs=0)).outcomes
    assert outcome.patch is None
    assert question in " ".join(one.message for one in outcome.findings)


ROUND = """\
       MAIN-PARA.
           OPEN INPUT PARCEL-FILE.
       READ-PARA.
           READ PARCEL-FILE AT END GO TO END-PARA.
           DISPLAY 'PARCEL ' PC-NO.
           GO TO READ-PARA.
       END-PARA.
           CLOSE PARCEL-FILE.
           DISPLAY 'LEEDS PARCELS:  ' WS-HOME.
           STOP RUN.
"""


@pytest.mark.parametrize(
    ("sentence", "lines"),
    [
        ("Count the parcels of kind A", ["PARCEL P01", "PARCEL P02", "PARCEL P03", "0000002"]),
        ("Skip parcels whose price is below 1", ["PARCEL P01", "PARCEL P02"]),
    ],
)
def test_where_go_tos_lead_back_to_the_read(
    sentence: str, lines: list[str], tmp_path: Path
) -> None:
    text = PARCELS[: PARCELS.index("       MAIN-PARA.")] + ROUND
    shown, _ = output(after(source(tmp_path, text), sentence))
    left = [line for line in shown.splitlines() if not line.startswith("LEEDS")]
    assert [line.split(": ")[-1].strip() for line in left] == lines
