"""A folder of programs: each translated into a package, refusals told, nothing done twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cobolsmith.checks.equivalence import Settings
from cobolsmith.errors import UsageError
from cobolsmith.report import Result
from cobolsmith.translation import Wish
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


def test_a_folder_without_programs_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no program"):
        translate_estate(tmp_path, Wish("java", tmp_path / "out", None), 1)
