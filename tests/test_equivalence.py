"""Equivalence by running: right changes pass, wrong ones don't, and what wasn't seen is said."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cobolsmith.checks import CHECKS
from cobolsmith.checks.equivalence import (
    BuildError,
    CobolSide,
    Proof,
    Settings,
    evidence_json,
    lines,
    prove,
)
from cobolsmith.checks.equivalence.execute import Floor, execute
from cobolsmith.checks.equivalence.layouts import SAME
from cobolsmith.checks.equivalence.runs import Fault, Ran, Run
from cobolsmith.checks.equivalence.sides import depending
from cobolsmith.cli import app
from cobolsmith.config import Config
from cobolsmith.languages.cobol import read_program
from cobolsmith.patch import FileChange, Patch
from cobolsmith.program import Program
from cobolsmith.source import Source, from_bytes
from cobolsmith.verify import Status, Subject, Verdict

CARDS = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. CARDS.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT CARDS ASSIGN TO CARDIN FILE STATUS IS WS-STATUS.
           SELECT LISTING ASSIGN TO LISTOUT.
       DATA DIVISION.
       FILE SECTION.
       FD  CARDS.
       01  CARD.
           05  CARD-KIND PIC X.
           05  CARD-AMOUNT PIC 9(3)V99.
       FD  LISTING.
       01  LIST-LINE.
           05  LIST-KIND PIC X.
           05  LIST-AMOUNT PIC 9(5)V9.
       WORKING-STORAGE SECTION.
       01  WS-STATUS PIC XX.
       01  WS-TOTAL PIC 9(7)V99.
       PROCEDURE DIVISION.
       MAIN.
           OPEN INPUT CARDS
           IF WS-STATUS NOT = '00'
               DISPLAY 'CARDS ' WS-STATUS
               MOVE 12 TO RETURN-CODE
               STOP RUN
           END-IF
           OPEN OUTPUT LISTING.
       NEXT-CARD.
           READ CARDS AT END GO TO FINISH.
           IF CARD-KIND = 'G' OR CARD-AMOUNT > 100
               COMPUTE LIST-AMOUNT ROUNDED = CARD-AMOUNT * 1.5
               MOVE CARD-KIND TO LIST-KIND
               WRITE LIST-LINE
               ADD CARD-AMOUNT TO WS-TOTAL.
           GO TO NEXT-CARD.
       FINISH.
           DISPLAY WS-TOTAL
           CLOSE CARDS LISTING
           STOP RUN.
"""
LOOP = CARDS.replace(
    "       NEXT-CARD.\n           READ CARDS AT END GO TO FINISH.\n",
    "           PERFORM UNTIL WS-STATUS = '10'\n"
    "               READ CARDS\n"
    "                   NOT AT END PERFORM ONE-CARD\n"
    "               END-READ\n"
    "           END-PERFORM\n"
    "           GO TO FINISH.\n"
    "       ONE-CARD.\n",
).replace("           GO TO NEXT-CARD.\n", "")
QUICK = Settings(runs=48, mutants=8, directed=24, confirmed=20, minimising=12)


def program(text: str, name: str = "CARDS.cbl") -> Program:
    return read_program(from_bytes(text.encode(), Path(name)))


def side(label: str, text: str) -> CobolSide:
    return CobolSide(label, program(text), Config())


def compared(old: str, new: str, settings: Settings = QUICK) -> Proof:
    return prove(side("old", old), side("new", new), settings)


def test_a_loop_of_go_to_made_a_perform_passes_with_its_evidence() -> None:
    proof = compared(CARDS, LOOP)
    assert (proof.status, proof.reason) == (Status.PASSED, "")
    assert all(one.statements for one in proof.regions)
    assert all(proof.reached)
    assert proof.fates and proof.killed >= 0.8 * len(proof.fates)
    said = "\n".join(lines(proof, "default"))
    assert "0 recorded, " in said and " generated from seed 0, " in said
    assert "change, new side: " in said and "mutants of the change: " in said
    assert "tools: cobc " in said


def test_a_file_whose_name_is_made_up_as_the_program_runs_is_given_no_records() -> None:
    text = CARDS.replace("SELECT CARDS ASSIGN TO CARDIN", "SELECT CARDS ASSIGN TO WS-NAME")
    assert text != CARDS
    text = text.replace(
        "       WORKING-STORAGE SECTION.\n",
        "       WORKING-STORAGE SECTION.\n       01  WS-NAME PIC X(20) VALUE SPACES.\n",
    )
    assert compared(text, text).status is not Status.FAILED


def test_the_same_seed_gives_the_same_evidence() -> None:
    sides = side("old", CARDS), side("new", CARDS.replace("> 100", "NOT < 100.01"))
    settings = dataclasses.replace(QUICK, runs=24, mutants=2, directed=8)
    first, second = (evidence_json(prove(*sides, settings), *sides) for _ in range(2))
    assert first == second
    body = json.loads(first)
    assert body["status"] == "passed"
    assert body["runs"]["kept"][0]["files"].keys() <= {"CARDS"}
    assert {"what", "side", "line", "text", "killed_by"} == body["mutants"][0].keys()


@pytest.mark.parametrize(
    ("right", "wrong", "where"),
    [
        ("> 100", "> 101", "LISTOUT"),
        ("> 100", ">= 100", "LISTOUT"),
        (" ROUNDED", "", "LISTOUT"),
        ("OR CARD", "AND CARD", "LISTOUT"),
        ("               MOVE CARD-KIND TO LIST-KIND\n", "", "LISTOUT"),
        ("ADD CARD-AMOUNT TO WS-TOTAL", "ADD 1 TO WS-TOTAL", "stdout"),
        ("MOVE 12", "MOVE 8", "exit code"),
    ],
)
def test_a_wrong_change_fails_and_the_difference_is_shown(
    right: str, wrong: str, where: str
) -> None:
    proof = compared(CARDS, CARDS.replace(right, wrong))
    assert proof.status is Status.FAILED
    assert where in {one.file for one in proof.differences}
    assert proof.shown_by is not None


def test_what_no_run_executes_is_never_passed() -> None:
    dead = CARDS.replace("           STOP RUN.\n", "           STOP RUN.\n       DEAD.\n{}", 1)
    old = dead.format("           DISPLAY 'A'.\n")
    proof = compared(old, dead.format("           DISPLAY 'B'.\n"), QUICK)
    assert proof.status is Status.SKIPPED
    assert "executed by no run" in proof.reason


def test_a_stated_difference_is_compared_around() -> None:
    new = CARDS.replace("* 1.5", "* 2")
    stated = dataclasses.replace(QUICK, differs=("LIST-AMOUNT", "LIST-KIND"), strength=0.0)
    proof = compared(CARDS, new, stated)
    assert proof.status is Status.PASSED
    assert proof.unseen == ("LIST-KIND",)
    worse = new.replace("ADD CARD-AMOUNT TO", "ADD 1 TO")
    assert compared(CARDS, worse, stated).differences[0].file == "stdout"


def test_a_wider_field_is_given_the_same_records() -> None:
    wide = CARDS.replace("CARD-AMOUNT PIC 9(3)V99", "CARD-AMOUNT PIC 9(5)V99")
    proof = compared(CARDS, wide, dataclasses.replace(QUICK, strength=0.5))
    assert proof.status is Status.PASSED


def test_a_side_that_does_not_compile_is_said() -> None:
    with pytest.raises(BuildError, match="cobc refuses it"):
        compared(CARDS, CARDS.replace("WS-TOTAL PIC", "WS-TOTALS PIC"))


def run_once(text: str, run: Run, folder: Path) -> Ran:
    built = side("old", text).build(folder / "built")
    floor = Floor(folder / "floor")
    floor.folder.mkdir()
    return execute(built, run, floor, SAME)


def test_a_missing_file_and_an_injected_status_reach_the_program(tmp_path: Path) -> None:
    built = side("old", CARDS).build(tmp_path / "built")
    floor = Floor(tmp_path)
    missing = execute(built, Run("missing"), floor, SAME)
    assert (missing.status, missing.stdout) == (12, b"CARDS 35\n")
    fault = Run("fault", (("CARDS", ()),), faults=(Fault("CARDS", "open", 1, "39"),))
    assert execute(built, fault, floor, SAME).stdout == b"CARDS 39\n"
    late = Run("late", (("CARDS", (b"G00100",) * 3),), faults=(Fault("CARDS", "read", 2, "10"),))
    assert execute(built, late, floor, SAME).files["LISTOUT"] == (b"G000015",)


def test_where_the_runtime_stopped_is_no_part_of_a_result(tmp_path: Path) -> None:
    text = CARDS.replace("           CLOSE CARDS LISTING\n", "           OPEN INPUT LISTING\n")
    run = Run("stopped", (("CARDS", ()),))
    first = run_once(text, run, tmp_path / "first")
    moved = run_once(
        text.replace("       FINISH.\n", "       FINISH.\n\n\n"), run, tmp_path / "moved"
    )
    assert first.died.startswith("error: ")
    assert (first.died, first.stdout) == (moved.died, moved.stdout)


INDEXED = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. KEYS.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT KEYED ASSIGN TO MASTER ORGANIZATION IS INDEXED
               ACCESS IS DYNAMIC RECORD KEY IS K-ID
               ALTERNATE RECORD KEY IS K-NAME WITH DUPLICATES.
       DATA DIVISION.
       FILE SECTION.
       FD  KEYED.
       01  K-REC.
           05  K-ID PIC 9(3).
           05  K-NAME PIC X(4).
       PROCEDURE DIVISION.
       MAIN.
           OPEN I-O KEYED
           MOVE 2 TO K-ID
           READ KEYED INVALID KEY DISPLAY 'NO 2'
               NOT INVALID KEY MOVE 'TWO ' TO K-NAME REWRITE K-REC
           END-READ
           CLOSE KEYED
           STOP RUN.
"""


def test_indexed_files_are_loaded_and_read_back_in_key_order(tmp_path: Path) -> None:
    records = (b"003CCCC", b"001AAAA", b"002BBBB")
    ran = run_once(INDEXED, Run("keys", (("KEYED", records),)), tmp_path)
    assert ran.files == {"MASTER": (b"001AAAA", b"002TWO ", b"003CCCC")}


SUBPROGRAM = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. HALVE.
       DATA DIVISION.
       LINKAGE SECTION.
       01  LK-NUMBER PIC S9(4) COMP.
       01  LK-TEXT PIC X(3).
       PROCEDURE DIVISION USING LK-NUMBER LK-TEXT.
           DIVIDE 2 INTO LK-NUMBER
           MOVE 'OUT' TO LK-TEXT
           MOVE 3 TO RETURN-CODE
           GOBACK.
"""


def test_a_subprogram_is_called_with_rows_of_parameters(tmp_path: Path) -> None:
    run = Run("calls", calls=((b"\0\x0a", b"IN "), (b"\0\x05", b"IN ")))
    ran = run_once(SUBPROGRAM, run, tmp_path)
    assert ran.files["CSAFTER"] == (b"+00000003\0\x05OUT", b"+00000003\0\x02OUT")


def test_a_called_module_that_is_not_there_is_mocked_from_a_table(tmp_path: Path) -> None:
    text = CARDS.replace(
        "           DISPLAY WS-TOTAL\n",
        "           CALL 'ABSENT' USING WS-TOTAL\n           DISPLAY WS-TOTAL\n",
    )
    built = side("old", text).build(tmp_path / "built")
    assert built.mocked == ("ABSENT",)
    run = Run("mock", (("CARDS", ()),), tables=(("ABSENT", (b"000000123".hex(),)),))
    ran = execute(built, run, Floor(tmp_path), SAME)
    assert ran.stdout == b"0000001.23\n"
    assert ran.files["CALLS.ABSENT"] == (b"303030303030303030", b"")


def test_a_mock_answers_to_its_name_as_the_call_writes_it(tmp_path: Path) -> None:
    text = CARDS.replace(
        "           DISPLAY WS-TOTAL\n",
        "           CALL 'not-there' USING WS-TOTAL\n           DISPLAY WS-TOTAL\n",
    )
    built = side("old", text).build(tmp_path / "built")
    run = Run("mock", (("CARDS", ()),), tables=(("NOT-THERE", (b"000000123".hex(),)),))
    ran = execute(built, run, Floor(tmp_path), SAME)
    assert (built.mocked, ran.stdout) == (("NOT-THERE",), b"0000001.23\n")


def test_what_a_contained_program_calls_is_mocked_and_it_is_not(tmp_path: Path) -> None:
    inner = (
        "       IDENTIFICATION DIVISION.\n       PROGRAM-ID. INNER.\n       PROCEDURE DIVISION.\n"
        "           CALL 'FARAWAY'\n           GOBACK.\n       END PROGRAM INNER.\n"
        "       END PROGRAM CARDS.\n"
    )
    text = CARDS.replace("           DISPLAY WS-TOTAL\n", "           CALL 'INNER'\n") + inner
    built = side("old", text).build(tmp_path / "built")
    assert built.mocked == ("FARAWAY",)
    ran = execute(
        built, Run("mock", (("CARDS", ()),), tables=(("FARAWAY", ()),)), Floor(tmp_path), SAME
    )
    assert ran.status == 0, ran


# --- The check and the command --------------------------------------------------------------------


def subject(behaviour: str, new: str) -> Subject:
    path = Path("CARDS.cbl")
    patch = Patch((FileChange(path, CARDS.encode(), new.encode()),))

    def read(source: Source, changed: Mapping[Path, bytes]) -> Program:
        return read_program(source)

    sources = (from_bytes(new.encode(), path),)
    made = Subject(Path(), Config(), sources, patch, read=read)
    return dataclasses.replace(made, behaviour=behaviour)  # type: ignore[arg-type]


def test_the_check_fails_a_patch_that_changes_what_must_stay() -> None:
    verdict = CHECKS["equivalence"](subject("same", CARDS.replace("> 100", "> 200")))
    assert verdict.status is Status.FAILED
    assert "LISTOUT record 1" in "; ".join(map(str, verdict.diagnostics))


def test_the_check_is_skipped_by_name_where_behaviour_is_free() -> None:
    verdict = CHECKS["equivalence"](subject("free", CARDS))
    assert (verdict.status, verdict.evidence) == (Status.SKIPPED, ())
    assert "may alter" in verdict.reason


def test_verify_says_what_differs_and_leaves_its_evidence(tmp_path: Path) -> None:
    old, new = tmp_path / "OLD.cbl", tmp_path / "NEW.cbl"
    old.write_text(CARDS)
    new.write_text(CARDS.replace("* 1.5", "* 1.6"))
    kept = tmp_path / "evidence.json"
    words = ["verify", str(old), str(new), "--runs", "32", "--evidence", str(kept)]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 1
    assert "LISTOUT record 1 LIST-AMOUNT" in done.output
    assert json.loads(kept.read_text())["differences"][0]["field"] == "LIST-AMOUNT"


def test_verify_passes_a_program_and_itself_on_recorded_runs(tmp_path: Path) -> None:
    old = tmp_path / "OLD.cbl"
    old.write_text(CARDS)
    golden = tmp_path / "golden"
    golden.mkdir()
    (golden / "cards.dat").write_bytes(b"G00100B20000")
    (golden / "cards.toml").write_text(
        '[[run]]\nprogram = "CARDS"\nfiles = { CARDIN = "cards.dat" }\n'
    )
    words = ["verify", str(old), str(old), "--golden", str(golden), "--runs", "8"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    assert "1 recorded, 8 generated" in done.output


def test_a_recording_of_a_file_the_program_has_not_is_refused(tmp_path: Path) -> None:
    (tmp_path / "OLD.cbl").write_text(CARDS)
    (tmp_path / "bad.toml").write_text('[[run]]\nfiles = { NOFILE = "x" }\n')
    old = str(tmp_path / "OLD.cbl")
    done = CliRunner().invoke(app, ["verify", old, old, "--golden", str(tmp_path)])
    assert done.exit_code == 1
    assert "has no file NOFILE" in str(done.exception)


# --- EXEC SQL -------------------------------------------------------------------------------------

PAYS = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. PAYS.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
           EXEC SQL INCLUDE SQLCA END-EXEC.
       01  WS-NO PIC S9(09) COMP VALUE 7.
       01  WS-SUM PIC S9(07) COMP-3 VALUE ZERO.
       PROCEDURE DIVISION.
       MAIN.
           EXEC SQL
               SELECT TOTAL INTO :WS-SUM FROM PAYMENT WHERE NO = :WS-NO
           END-EXEC
           DISPLAY WS-NO ' ' WS-SUM
           GOBACK.
"""


def sql_verdict(folder: Path, new: str) -> Verdict:
    path = folder / "PAYS.cbl"
    path.write_text(PAYS)
    patch = Patch((FileChange(path, PAYS.encode(), new.encode()),))

    def read(source: Source, changed: Mapping[Path, bytes]) -> Program:
        return read_program(source)

    made = Subject(folder, Config(folder), (from_bytes(new.encode(), path),), patch, read=read)
    return CHECKS["equivalence"](dataclasses.replace(made, behaviour="same", runs=24))


def test_sql_is_answered_by_a_mock_on_both_sides(tmp_path: Path) -> None:
    verdict = sql_verdict(tmp_path, PAYS.replace("DISPLAY WS-NO", "CONTINUE DISPLAY WS-NO"))
    assert verdict.status is Status.PASSED, verdict.reason
    assert "mocked: EXEC SQL, 1 blocks, SQLCODE and INTO from a table" in verdict.evidence


def test_what_sql_answers_shows_a_wrong_change_at_its_own_line(tmp_path: Path) -> None:
    wrong = PAYS.replace("DISPLAY WS-NO", "SUBTRACT 1 FROM WS-SUM DISPLAY WS-NO")
    verdict = sql_verdict(tmp_path, wrong)
    assert verdict.status is Status.FAILED
    assert "change, new side: 1 of 1 statements" in " ".join(verdict.evidence)


def test_whenever_goes_where_it_says_behind_each_block(tmp_path: Path) -> None:
    gone = "EXEC SQL WHENEVER NOT FOUND GO TO LAST-P END-EXEC"
    text = PAYS.replace("MAIN.\n", f"MAIN.\n           {gone}\n")
    verdict = sql_verdict(tmp_path, f"{text}       LAST-P.\n           GOBACK.\n")
    assert verdict.status is Status.FAILED  # what it shows without a row isn't shown any more
    assert "stdout" in verdict.reason


def test_a_warning_is_not_answered(tmp_path: Path) -> None:
    gone = "EXEC SQL WHENEVER SQLWARNING GO TO MAIN END-EXEC"
    verdict = sql_verdict(tmp_path, PAYS.replace("MAIN.\n", f"MAIN.\n           {gone}\n"))
    assert (verdict.status, "SQLWARNING" in verdict.reason) == (Status.SKIPPED, True)


# --- The end of a table ---------------------------------------------------------------------------


def test_a_table_ends_where_its_storage_ends() -> None:
    text = CARDS.replace(
        "           05  CARD-AMOUNT PIC 9(3)V99.\n",
        "           05  CARD-AMOUNT PIC 9(3)V99.\n"
        "           05  CARD-TIMES PIC 9.\n"
        "           05  CARD-ROW OCCURS 1 TO 3 DEPENDING ON CARD-TIMES.\n"
        "               10  CARD-MARK PIC X.\n",
    )
    assert depending(program(text)) == "CARD-ROW:3;CARD-MARK:3"
    assert depending(program(CARDS)) == ""
