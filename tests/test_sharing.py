"""Records that several places have from one copybook: one class, with what all can share."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cobolsmith import source as sources
from cobolsmith.checks.equivalence import Settings
from cobolsmith.languages.cobol import Library, read_programs
from cobolsmith.lowered import Lowered
from cobolsmith.lowered.sharing import copied, settled, shared_by, shelf_of, shelved
from cobolsmith.lowering import lower, restricted
from cobolsmith.report import Result
from cobolsmith.targets import TARGETS
from cobolsmith.translation import Wish, translate
from cobolsmith.translations import translate_estate

ITEM = """\
       01  :T:-ITEM.
           05 :T:-NO    PIC 9(4) VALUE 7.
           05 :T:-KIND  PIC X VALUE "N".
              88 :T:-NEW   VALUE "N".
           05 :T:-PRICE PIC S9(5)V99 COMP-3 VALUE 1.25.
"""
MODES = """\
       01  WS-MODES.
           05 WS-MODE  PIC X VALUE "A".
              88 WS-ALL    VALUE "A".
           05 WS-COUNT PIC 9(3) VALUE 5.
"""
BARE = """\
           05 WS-LEFT  PIC X(2) VALUE "L".
           05 WS-RIGHT PIC X(3) VALUE "R".
"""
HEAD = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. {name}.
"""
FILED = """\
       ENVIRONMENT DIVISION. INPUT-OUTPUT SECTION. FILE-CONTROL.
           SELECT ITEMS ASSIGN TO "ITEMS" ORGANIZATION IS SEQUENTIAL.
       DATA DIVISION. FILE SECTION.
       FD ITEMS.
       COPY ITEM REPLACING ==:T:== BY ==FI==.
       WORKING-STORAGE SECTION.
       COPY ITEM REPLACING ==:T:== BY ==WS==.
       COPY MODES.
       01 OWN. COPY BARE.
       PROCEDURE DIVISION.
           OPEN OUTPUT ITEMS.
           DISPLAY WS-ITEM OWN.
           IF WS-NEW AND WS-ALL ADD 1 TO WS-COUNT.
           MOVE WS-ITEM TO FI-ITEM.
           ADD 1.5 TO FI-PRICE. WRITE FI-ITEM. CLOSE ITEMS.
           CALL "TAKES" USING WS-ITEM.
           DISPLAY WS-COUNT WS-PRICE.
           STOP RUN.
"""
TAKES = """\
       DATA DIVISION. WORKING-STORAGE SECTION.
       COPY MODES.
       01 MINE. COPY BARE.
       LINKAGE SECTION.
       COPY ITEM REPLACING ==:T:== BY ==LK==.
       PROCEDURE DIVISION USING LK-ITEM.
           IF LK-NEW DISPLAY "NEW " LK-NO WS-MODES MINE.
           MOVE 9.75 TO LK-PRICE.
           GOBACK.
"""
BOOKS = {"ITEM.cpy": ITEM, "MODES.cpy": MODES, "BARE.cpy": BARE}


def estate(folder: Path, **programs: str) -> list[Lowered]:
    """Programs and the copybooks in a folder; the programs lowered."""
    for name, text in BOOKS.items():
        (folder / name).write_text(text)
    found: list[Lowered] = []
    for name, text in programs.items():
        path = folder / f"{name}.cbl"
        path.write_text(HEAD.format(name=name) + text)
        found += lower(read_programs(sources.read(path), Library((folder,)), std="default"))
    return found


def test_records_of_one_shape_share_a_class_without_their_prefix(tmp_path: Path) -> None:
    programs = estate(tmp_path, FILED=FILED, TAKES=TAKES)
    shelf = settled(programs, restricted)
    classes = shared_by(shelved(one, shelf, restricted) for one in programs)
    assert sorted(classes) == ["BARE", "ITEM", "WS-MODES"]
    item = classes["ITEM"]
    assert [one.word for one in item.record.fields] == ["NO", "KIND", "PRICE"]
    assert item.record.fields[1].conditions[0].word == "NEW"
    assert item.begins == {True, False} and not item.natives
    assert [one.word for one in classes["WS-MODES"].record.fields] == ["WS-MODE", "WS-COUNT"]


def test_an_item_is_native_only_where_it_is_so_in_all_places(tmp_path: Path) -> None:
    programs = estate(tmp_path, FILED=FILED, TAKES=TAKES)
    alone = {word for record, word in programs[0].natives if record == "WS-MODES"}
    assert alone == {"WS-MODE", "WS-COUNT"}
    shelf = settled(programs, restricted)
    assert shared_by([shelved(programs[0], shelf, restricted)])["WS-MODES"].natives == frozenset()
    both = estate(tmp_path, FILED=FILED, TWICE=FILED)
    shelf = settled(both, restricted)
    assert len(shared_by([shelved(both[1], shelf, restricted)])["WS-MODES"].natives) == 2


def test_what_begins_with_other_values_or_lies_otherwise_shares_nothing(tmp_path: Path) -> None:
    own = "       WORKING-STORAGE SECTION.\n"
    wide = own + "       COPY ITEM REPLACING ==:T:== BY ==A== ==9(4)== BY ==9(6)==.\n"
    last = '       PROCEDURE DIVISION. DISPLAY "X". STOP RUN.\n'
    seven = own + "       COPY ITEM REPLACING ==:T:== BY ==A==.\n"
    eight = own + "       COPY ITEM REPLACING ==:T:== BY ==B== ==7== BY ==8==.\n"
    data = "       DATA DIVISION.\n"
    programs = estate(tmp_path, ONE=data + wide + last, TWO=data + seven + last)
    assert not shelf_of(copied(programs))
    programs = estate(tmp_path, ONE=data + seven + last, TWO=data + eight + last)
    shelf = settled(programs, restricted)
    assert not shared_by(shelved(one, shelf, restricted) for one in programs)


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_programs_with_a_shared_class_do_what_cobc_does(target: str, tmp_path: Path) -> None:
    home, out = tmp_path / "cobol", tmp_path / "out"
    home.mkdir()
    estate(home, FILED=FILED, TAKES=TAKES)
    report = translate(home / "FILED.cbl", Wish(target, out, Settings(runs=2), (home,)))
    assert report.outcomes[0].result is Result.VERIFIED, report.outcomes[0].reasons
    shared = {one.name for one in (out / "copybooks").iterdir()}
    assert {"Item.java", "item.py"} & shared


def test_packages_of_a_folder_lie_side_by_side(tmp_path: Path) -> None:
    home, out = tmp_path / "cobol", tmp_path / "out"
    home.mkdir()
    estate(home, FILED=FILED, TAKES=TAKES)
    (home / "deep").mkdir()
    for folder, said in ((home, "HIGH"), (home / "deep", "DEEP")):
        text = f'       PROCEDURE DIVISION.\n           DISPLAY "{said}". STOP RUN.\n'
        (folder / "TWIN.cbl").write_text(HEAD.format(name="TWIN") + text)
    wish = Wish("python", out, Settings(runs=2), (home,))
    report = translate_estate(home, wish, 2)
    results = {one.path.name: one.result for one in report.outcomes}
    assert results["FILED.cbl"] is Result.VERIFIED
    assert "called with parameters" in next(
        one.reasons[0] for one in report.outcomes if one.path.name == "TAKES.cbl"
    )
    assert (out / "filed" / "filed.py").is_file() and (out / "takes" / "takes.py").is_file()
    assert not (out / "filed" / "cobol_runtime").exists() and not (out / "filed" / "takes").exists()
    run = [sys.executable, str(out / "filed")]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-2:] == ["NEW 0007A005L R  ", "006+00009.75"]
    for folder, said in (("twin", "HIGH"), ("deep_twin", "DEEP")):
        run = [sys.executable, str(out / folder / "twin")]
        done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=True)
        assert done.stdout == f"{said}\n"
    for tool in (["ruff", "check", "-q"], ["mypy", "--strict", "-p", "filed", "-p", "takes"]):
        argv = [sys.executable, "-m", *tool]
        done = subprocess.run(argv, cwd=out, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
