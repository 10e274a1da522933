"""A folder of programs: each translated into a package, refusals told, nothing done twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cobolsmith.checks.equivalence import Settings
from cobolsmith.errors import UsageError
from cobolsmith.report import Result
from cobolsmith.translation import Wish, translate
from cobolsmith.translations import translate_estate

PROGRAM = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. {name}.
       PROCEDURE DIVISION.
           {statement}.
           STOP RUN.
"""


def written(folder: Path, name: str, statement: str) -> None:
    text = PROGRAM.format(name=name, statement=statement)
    (folder / f"{name}.cbl").write_text(text)


def test_a_folder_is_translated_once(tmp_path: Path) -> None:
    home, out = tmp_path / "cobol", tmp_path / "out"
    home.mkdir()
    written(home, "ONE", 'DISPLAY "ONE"')
    written(home, "TWO", "ACCEPT RETURN-CODE AT 0101")
    seen: list[str] = []
    wish = Wish("python", out, Settings(runs=2))
    report = translate_estate(home, wish, 2, lambda name, done, total: seen.append(name))
    assert [one.result for one in report.outcomes] == [Result.VERIFIED, Result.REFUSED]
    assert report.exit_code == 1 and sorted(seen) == ["ONE.cbl", "TWO.cbl"]
    assert (out / "one" / "one.py").is_file() and not (out / "two").exists()
    page = (out / "index.html").read_text()
    assert "1 verified, 1 refused" in page and "can&#x27;t translate" in page

    again = translate_estate(home, wish, 2, lambda name, done, total: seen.append(name))
    assert [one.result for one in again.outcomes] == [one.result for one in report.outcomes]
    assert len(seen) == 2

    kept = json.loads((out / "translations.json").read_text())
    kept["ONE.cbl"]["key"] = "another"
    (out / "translations.json").write_text(json.dumps(kept))
    translate_estate(home, wish, 1, lambda name, done, total: seen.append(name))
    assert seen[2:] == ["ONE.cbl"]


@pytest.mark.parametrize(
    ("target", "file"), [("python", "p_2lab/p_2lab.py"), ("java", "p_2lab/P2lab.java")]
)
def test_a_program_whose_name_begins_with_a_digit(target: str, file: str, tmp_path: Path) -> None:
    written(tmp_path, "2LAB", 'DISPLAY "ONE"')
    report = translate(tmp_path / "2LAB.cbl", Wish(target, tmp_path / "out", Settings(runs=1)))
    assert report.outcomes[0].result is Result.VERIFIED and (tmp_path / "out" / file).is_file()


def test_a_folder_without_programs_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no program"):
        translate_estate(tmp_path, Wish("java", tmp_path / "out", None), 1)


COMMAND = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. NIGHT.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT LOG-FILE ASSIGN TO "../logs/night.log"
               ORGANIZATION IS LINE SEQUENTIAL.
           SELECT PARTS ASSIGN TO EXTERNAL dd_parts
               ORGANIZATION IS LINE SEQUENTIAL.
       DATA DIVISION.
       FILE SECTION.
       FD LOG-FILE.
       01 LOG-LINE PIC X(20).
       FD PARTS.
       01 PART PIC X(4).
       WORKING-STORAGE SECTION.
       01 WS-COUNT PIC 9.
       01 WS-MODE PIC X(4).
       01 WS-PLACE PIC X(20).
       01 WS-SUM PIC 9(4) VALUE 0.
       PROCEDURE DIVISION.
           ACCEPT WS-COUNT FROM ARGUMENT-NUMBER.
           IF WS-COUNT NOT = 2 DISPLAY "HOW?" STOP RUN RETURNING 3.
           ACCEPT WS-MODE FROM ARGUMENT-VALUE.
           IF WS-MODE = "FULL" DISPLAY "ALL OF IT".
           ACCEPT WS-PLACE FROM ENVIRONMENT "dd_parts".
           IF WS-PLACE = SPACES DISPLAY "WHERE?" STOP RUN RETURNING 4.
           OPEN OUTPUT LOG-FILE PARTS.
           MOVE WS-MODE TO LOG-LINE PART.
           WRITE LOG-LINE. WRITE PART.
           CLOSE LOG-FILE PARTS.
           CALL "ADDING" USING WS-SUM.
           DISPLAY WS-SUM.
           STOP RUN.
"""


@pytest.mark.parametrize("target", ["python", "java"])
def test_words_variables_and_files_outside_reach_both_sides(target: str, tmp_path: Path) -> None:
    home = tmp_path / "cobol"
    home.mkdir()
    (home / "NIGHT.cbl").write_text(COMMAND)
    report = translate(home / "NIGHT.cbl", Wish(target, tmp_path / "out", Settings(runs=24)))
    (outcome,) = report.outcomes
    assert outcome.result is Result.VERIFIED, outcome.reasons
    executed = next(line for line in outcome.evidence if "statements of the COBOL" in line)
    assert executed.endswith("19 of 19")


def test_a_program_without_input_is_run_once_with_those_it_calls(tmp_path: Path) -> None:
    calling = 'CALL "ENDS".\n' + "           DISPLAY RETURN-CODE.\n" * 4 + "           CONTINUE"
    written(tmp_path, "MAIN", calling)
    written(tmp_path, "ENDS", 'DISPLAY "THE END"')
    settings = Settings(runs=4)
    report = translate(tmp_path / "MAIN.cbl", Wish("python", tmp_path / "out", settings))
    assert report.outcomes[0].result is Result.VERIFIED
    written(tmp_path, "ENDS", "DISPLAY FUNCTION CURRENT-DATE")
    report = translate(tmp_path / "MAIN.cbl", Wish("python", tmp_path / "two", settings))
    assert "execute only 1 of" in report.outcomes[0].reasons[0]
