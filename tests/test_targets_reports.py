"""Report Writer: translations print what cobc's programs print; what those get wrong is refused."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from cobolsmith import source as sources
from cobolsmith.languages.cobol import Library, read_programs
from cobolsmith.lowered import Lowered, RefusedError
from cobolsmith.lowering import lower
from cobolsmith.targets import TARGETS

TWO = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. TWO.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT PR ASSIGN TO "SALES".
       DATA DIVISION.
       FILE SECTION.
       FD PR REPORTS ARE SALES FLAWS.
       WORKING-STORAGE SECTION.
       01 I PIC 99.
       01 SALE.
          05 REGION PIC X(2).
          05 DEPT PIC 9(2).
          05 AMOUNT PIC S9(5)V99.
          05 UNITS PIC 9(3).
       REPORT SECTION.
       RD SALES CONTROLS ARE FINAL REGION DEPT
           PAGE LIMIT IS 22 LINES HEADING 1 FIRST DETAIL 5
           LAST DETAIL 17 FOOTING 19.
       01 TYPE IS REPORT HEADING LINE 1.
          05 COLUMN 10 PIC X(5) VALUE "SALES".
       01 TYPE IS PAGE HEADING.
          05 LINE 2.
             10 COLUMN 1 PIC X(4) VALUE "PAGE".
             10 COLUMN PLUS 2 PIC ZZ9 SOURCE PAGE-COUNTER OF SALES.
          05 LINE PLUS 1.
             10 COLUMN 1 PIC X(30) VALUE ALL "-".
       01 DEPT-HEAD TYPE CH DEPT LINE PLUS 2.
          05 COLUMN 1 PIC X(4) VALUE "DEPT".
          05 COLUMN 6 PIC 99 SOURCE DEPT.
       01 DET TYPE DETAIL LINE PLUS 1.
          05 COLUMN 3 PIC X(2) GROUP INDICATE SOURCE REGION.
          05 COLUMN 8 PIC ---,--9.99 SOURCE AMOUNT.
          05 COLUMN 20 PIC S9(3) SIGN TRAILING SEPARATE SOURCE UNITS.
          05 COLUMN 26 PIC Z9 SOURCE LINE-COUNTER OF SALES.
       01 DEPT-FOOT TYPE CF DEPT NEXT GROUP PLUS 1.
          05 LINE PLUS 1.
             10 COLUMN 1 PIC X(5) VALUE "TOTAL".
             10 DEPT-SUM COLUMN 7 PIC ----,--9.99 SUM AMOUNT.
             10 UNIT-SUM COLUMN 20 PIC ZZZ9 SUM UNITS.
       01 REGION-FOOT TYPE CF REGION.
          05 LINE PLUS 1.
             10 COLUMN 1 PIC X(6) VALUE "REGION".
             10 REGION-SUM COLUMN 7 PIC ----,--9.99 SUM DEPT-SUM.
             10 COLUMN 20 PIC ZZZ9 SUM UNIT-SUM.
          05 LINE PLUS 1 COLUMN 1 PIC X(6) VALUE "======".
       01 TYPE CONTROL FOOTING FINAL LINE PLUS 2.
          05 COLUMN 1 PIC X(3) VALUE "ALL".
          05 COLUMN 7 PIC ----,--9.99 SUM REGION-SUM.
       01 TYPE PF LINE 21.
          05 COLUMN 1 PIC X(4) VALUE "FOOT".
       01 TYPE RF LINE PLUS 1.
          05 COLUMN 1 PIC X(3) VALUE "END".
       RD FLAWS CODE IS "F:" PAGE 10 LINES FIRST DETAIL 2.
       01 FLAW TYPE DETAIL.
          05 LINE PLUS 1.
             10 COLUMN 1 PIC X(2) SOURCE REGION.
             10 COLUMN 5 PIC Z9.99- SOURCE AMOUNT.
          05 LINE PLUS 2 COLUMN 5 PIC X(3) JUST RIGHT SOURCE REGION.
       PROCEDURE DIVISION.
       DECLARATIVES.
       REGION-S SECTION. USE BEFORE REPORTING REGION-FOOT.
       REGION-P.
           DISPLAY "REGION " REGION " " LINE-COUNTER OF SALES.
           IF REGION = "B" SUPPRESS PRINTING.
       DEPT-S SECTION. USE BEFORE REPORTING DEPT-HEAD.
       DEPT-P. DISPLAY "DEPT " DEPT.
       END DECLARATIVES.
       MAIN-S SECTION.
       MAIN-P.
           OPEN OUTPUT PR. INITIATE SALES FLAWS.
           PERFORM VARYING I FROM 1 BY 1 UNTIL I > 30
             COMPUTE AMOUNT = I * 37.5 - 300
             COMPUTE UNITS = I * 2
             DIVIDE I BY 6 GIVING DEPT
             MOVE "A" TO REGION
             IF I > 9 MOVE "B" TO REGION END-IF
             IF I > 20 MOVE "C" TO REGION END-IF
             IF I = 14 GENERATE SALES ELSE GENERATE DET END-IF
             DISPLAY LINE-COUNTER OF SALES " " PAGE-COUNTER OF SALES
           END-PERFORM.
           TERMINATE SALES.
           PERFORM VARYING I FROM 1 BY 1 UNTIL I > 4
             GENERATE FLAW
           END-PERFORM.
           DISPLAY LINE-COUNTER OF FLAWS " " PAGE-COUNTER IN FLAWS.
           TERMINATE FLAWS. CLOSE PR. STOP RUN.
"""
"""Two reports on a file: three controls, USE, SUPPRESS, GROUP INDICATE, CODE, NEXT GROUP."""
BARE = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. BARE.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT PR ASSIGN TO "SALES".
       DATA DIVISION.
       FILE SECTION.
       FD PR REPORT IS RP.
       WORKING-STORAGE SECTION.
       01 I PIC 99.
       01 N PIC S9(3) VALUE -4.
       REPORT SECTION.
       RD RP CONTROL N.
       01 DET TYPE DETAIL LINE PLUS 2 NEXT GROUP PLUS 1.
          05 COLUMN 2 PIC 9(2) SOURCE I.
       01 TYPE CF N NEXT GROUP NEXT PAGE.
          05 LINE PLUS 1.
             10 COLUMN 1 PIC Z(4)9 SUM I.
       PROCEDURE DIVISION.
       MAIN-P.
           OPEN OUTPUT PR. INITIATE RP. TERMINATE RP.
           PERFORM VARYING I FROM 1 BY 1 UNTIL I > 7
             IF I > 4 MOVE 9 TO N END-IF
             GENERATE DET
             DISPLAY LINE-COUNTER PAGE-COUNTER
           END-PERFORM.
           TERMINATE RP. CLOSE PR. STOP RUN.
"""
"""A report without PAGE."""


def lowered(text: str, folder: Path) -> tuple[Lowered, ...]:
    path = folder / "sample.cbl"
    path.write_text(text)
    return lower(read_programs(sources.read(path), Library(())))


def ran(argv: object, folder: Path) -> tuple[int, str, bytes]:
    folder.mkdir()
    done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False)  # type: ignore[call-overload]
    return done.returncode, done.stdout, (folder / "SALES").read_bytes()


@pytest.mark.parametrize("text", [TWO, BARE], ids=["two", "bare"])
def test_reports_are_printed_as_cobc_prints_them(text: str, tmp_path: Path) -> None:
    programs = lowered(text, tmp_path)
    main = tmp_path / "main"
    subprocess.run(["cobc", "-x", "-w", "-o", main, tmp_path / "sample.cbl"], check=True)
    right = ran([main], tmp_path / "right")
    assert len(right[2].splitlines()) > 15
    for name, target in TARGETS.items():
        built = tmp_path / f"{name}-built"
        for file, data in target.translate(programs, "Not proven.").items():
            (built / file).parent.mkdir(parents=True, exist_ok=True)
            (built / file).write_bytes(data)
        for command in target.building(built, programs[0].name):
            subprocess.run(command, cwd=built, check=True)
        found = ran(target.command(built, programs[0].name), tmp_path / name)
        assert found[2].decode().splitlines() == right[2].decode().splitlines()
        assert found == right


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("TYPE CH DEPT", "TYPE CH FINAL", "CONTROL HEADING FINAL, which GnuCOBOL never prints"),
        (" SUM AMOUNT", " SUM AMOUNT UPON DET", "SUM with UPON or RESET"),
        ("UNITS PIC 9(3)", "UNITS PIC 9(3) COMP-3", "SUM of UNITS, which is not USAGE DISPLAY"),
        ("SUM UNIT-SUM", "SUM UNIT-SUM DEPT-SUM", "SUM of such counters"),
        ("REPORTING DEPT-HEAD", "REPORTING DET", "USE BEFORE REPORTING of a DETAIL"),
        ("DET TYPE DETAIL LINE PLUS 1", "DET TYPE DETAIL LINE NEXT PAGE", "LINE NEXT PAGE"),
        ("GROUP PLUS 1", "GROUP NEXT PAGE", "beside a CONTROL FOOTING with NEXT GROUP NEXT PAGE"),
        ("COLUMN 8 PIC ---", "COLUMN 4 PIC ---", "items of a report that overlap"),
        ("TYPE RF LINE PLUS 1", "TYPE PF LINE 20", "a second PAGE FOOTING of its kind"),
        ("LINE 21", "LINE 23", "LINE 23, outside of the page"),
        ("LAST DETAIL 17", "LAST DETAIL 20", "whose lines don't follow each other"),
        ('CODE IS "F:"', "CODE IS REGION", "CODE that is no literal"),
        (
            "FD PR REPORTS ARE SALES FLAWS.",
            "FD PR REPORT SALES FLAWS. 01 R PIC X.",
            "records of its",
        ),
        ("COLUMN 26 PIC Z9", "COLUMN 26 PIC Z9 OCCURS 2", "OCCURS 2"),
        ('VALUE "END"', "VALUE ZEROS", "VALUE ZEROS of such an item"),
    ],
)
def test_what_cobc_prints_otherwise_than_said_is_refused(
    old: str, new: str, told: str, tmp_path: Path
) -> None:
    assert old in TWO
    with pytest.raises(RefusedError) as caught:
        lowered(TWO.replace(old, new, 1), tmp_path)
    assert told in str(caught.value)


def test_a_line_that_makes_initiate_fail_is_refused(tmp_path: Path) -> None:
    old = "05 LINE PLUS 1.\n             10 COLUMN"
    assert old in BARE
    with pytest.raises(RefusedError, match="LINE of an item in a report without PAGE LIMIT"):
        lowered(BARE.replace(old, "05 LINE PLUS 1 COLUMN"), tmp_path)
    text = (tmp_path / "sample.cbl").as_posix()
    subprocess.run(["cobc", "-x", "-w", "-o", tmp_path / "main", text], check=True)
    done = subprocess.run([tmp_path / "main"], cwd=tmp_path, capture_output=True, check=False)
    assert b"exceeds PAGE LIMIT" in done.stderr
