"""Records skipped, and messages worded from the sentence: plans, and what the new program does."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cobolsmith.cli import app
from cobolsmith.errors import UsageError
from cobolsmith.implement import Request, implement
from cobolsmith.job import Options
from cobolsmith.report import Result

HEAD = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. METERS.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT METER-FILE ASSIGN TO METERS
               ORGANIZATION IS LINE SEQUENTIAL.
       DATA DIVISION.
       FILE SECTION.
       FD  METER-FILE.
       01  MT-REC.
           05  MT-METER-NO             PIC X(04).
           05  MT-READING              PIC 9(05).
           05  MT-KIND                 PIC X(01).
               88  MT-CLOSED           VALUE 'C'.
       WORKING-STORAGE SECTION.
       01  WS-EOF-SW                   PIC X(01) VALUE 'N'.
           88  WS-EOF                  VALUE 'Y'.
       01  WS-TOTAL                    PIC 9(07) VALUE ZERO.
       PROCEDURE DIVISION.
       MAIN-PARA.
           OPEN INPUT METER-FILE
{loop}
           CLOSE METER-FILE
           DISPLAY 'TOTAL ' WS-TOTAL
           STOP RUN.
       ADD-PARA.
           DISPLAY 'METER ' MT-METER-NO
           ADD MT-READING TO WS-TOTAL.
       READ-PARA.
           READ METER-FILE AT END SET WS-EOF TO TRUE.
       WORK-PARA.
           PERFORM ADD-PARA
           PERFORM READ-PARA.
"""
LOOPS = {
    "inline": """\
           PERFORM READ-PARA
           PERFORM UNTIL WS-EOF
               PERFORM ADD-PARA
               PERFORM READ-PARA
           END-PERFORM""",
    "paragraph": """\
           PERFORM READ-PARA
           PERFORM WORK-PARA UNTIL WS-EOF""",
    "phrase": """\
           PERFORM UNTIL WS-EOF
               READ METER-FILE
                   AT END SET WS-EOF TO TRUE
                   NOT AT END
      *                what is done with it
                       PERFORM ADD-PARA
               END-READ
           END-PERFORM""",
    "asked": """\
           PERFORM UNTIL WS-EOF
               PERFORM READ-PARA
               IF NOT WS-EOF
                   PERFORM ADD-PARA
               END-IF
           END-PERFORM""",
}
METERS = "A00100010C\nA00200200N\nA00300000N\nA00400005N\n"


def program(folder: Path, loop: str) -> Path:
    text = HEAD.format(loop=LOOPS[loop])
    if loop != "paragraph":  # there it is the loop; nobody performs it else
        text = text[: text.index("       WORK-PARA.")]
    path = folder / "METERS.cbl"
    path.write_text(text)
    return path


def output(path: Path) -> str:
    """What a program shows of the four meters."""
    folder = path.parent
    (folder / "METERS").write_text(METERS)
    subprocess.run(["cobc", "-x", "-o", "main", path], cwd=folder, check=True)
    done = subprocess.run([folder / "main"], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def after(path: Path, sentence: str, runs: int = 0) -> Path:
    """The program with what a sentence asks for."""
    (outcome,) = implement(Request(sentence), path, Options(runs=runs)).outcomes
    assert outcome.patch is not None, outcome.reasons
    (file,) = outcome.patch.files
    new = path.with_name("NEW.cbl")
    new.write_bytes(file.after)
    return new


@pytest.mark.parametrize("loop", sorted(LOOPS))
def test_what_a_loop_does_with_a_record_goes_under_the_condition(loop: str, tmp_path: Path) -> None:
    path = program(tmp_path, loop)
    new = after(path, "Skip meters whose reading is zero")
    assert "IF MT-READING = ZERO" in new.read_text()
    assert output(path).count("METER") == 4
    assert output(new) == "METER A001\nMETER A002\nMETER A004\nTOTAL 0000215\n"


@pytest.mark.parametrize(
    ("sentence", "test"),
    [
        ("Ignore all meters that are closed", "IF MT-CLOSED"),
        ("When the meter is closed, leave out the meter", "IF MT-CLOSED"),
        ("Don't process records where the reading is above 100", "IF MT-READING > 100"),
        ("Process only meters that are not closed", "IF MT-CLOSED"),
        ("Only list meters whose reading is below 200", "IF MT-READING NOT < 200"),
    ],
)
def test_ways_to_say_it(sentence: str, test: str, tmp_path: Path) -> None:
    new = after(program(tmp_path, "inline"), sentence)
    assert test in new.read_text() and output(new).count("METER") == 3


def test_a_skipped_record_is_verified_by_runs_that_skip_one(tmp_path: Path) -> None:
    request = Request("Skip meters whose reading is zero")
    (outcome,) = implement(request, program(tmp_path, "inline"), Options(runs=40)).outcomes
    assert outcome.result is Result.VERIFIED, outcome.reasons
    assert "take the new branch; the others are alike" in " ".join(outcome.evidence)


@pytest.mark.parametrize(
    ("loop", "old", "new", "question"),
    [
        (
            "paragraph",
            "           PERFORM ADD-PARA\n",
            "           PERFORM ADD-PARA.\n",
            "the sentence",
        ),
        ("inline", "PERFORM READ-PARA\n           END-", "CONTINUE\n           END-", "no loop"),
        ("inline", "MT-READING ", "MT-VALUE ", "nothing in METERS is called"),
    ],
)
def test_what_has_no_such_form_is_asked(
    loop: str, old: str, new: str, question: str, tmp_path: Path
) -> None:
    path = program(tmp_path, loop)
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    request = Request("Skip meters whose reading is zero")
    (outcome,) = implement(request, path, Options(runs=0)).outcomes
    assert outcome.patch is None
    assert question in " ".join(one.message for one in outcome.findings)


def test_a_message_is_worded_from_the_sentence(tmp_path: Path) -> None:
    path = program(tmp_path, "inline")
    new = after(path, "Display a warning when the reading is above 100")
    assert "DISPLAY 'READING IS ABOVE 100'" in new.read_text()
    assert output(new).splitlines()[1:3] == ["READING IS ABOVE 100", "METER A002"]


def test_the_program_may_stand_behind_the_sentence(tmp_path: Path) -> None:
    path, sentence = program(tmp_path, "inline"), "Skip meters whose reading is zero"
    done = CliRunner().invoke(app, ["implement", sentence, str(path), "--runs", "0"])
    assert "IF MT-READING = ZERO" in done.stdout and done.exit_code == 1
    twice = CliRunner().invoke(app, ["implement", sentence, str(path), "--in", str(path)])
    assert isinstance(twice.exception, UsageError)
