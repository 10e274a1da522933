"""Scanning: the index holds what the sources say, and only what changed is read again."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from pathlib import Path

import pytest

from cobolsmith import scan as scanning
from cobolsmith.estate.answer import Answer
from cobolsmith.estate.index import Index, read_index
from cobolsmith.scan import scan
from cobolsmith.scan.reading import read_all

FIXTURES = Path(__file__).parent.parent / "fixtures"
LANGUAGE_FOLDERS = ("cobol", "copy", "cics", "sql", "jcl", "proc", "bms")

MAIN = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. {name}.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
           COPY RATES.
       77  NEXT-ONE PIC X(8) VALUE '{calls}'.
       PROCEDURE DIVISION.
       MAIN-PARA.
           MOVE ZERO TO RT-RATE
           CALL '{calls}' USING RT-RATE
           PERFORM OLD-PARA
           GOBACK.
       LOST-PARA.
           ADD 1 TO RT-RATE.
       OLD-PARA.
           EXIT.
"""
RATES = """\
       01  RT-RECORD.
           05  RT-RATE PIC 9(3)V99.
           05  RT-NAME PIC X(10).
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Three programs that call each other in a ring, and their copybook."""
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "RATES.cpy").write_text(RATES)
    for name, calls in (("ONE", "TWO"), ("TWO", "THREE"), ("THREE", "ONE")):
        (tmp_path / f"{name}.cbl").write_text(MAIN.format(name=name, calls=calls))
    (tmp_path / "cobolsmith.toml").write_text('copybooks = ["copy"]\n')
    return tmp_path


def index_of(folder: Path) -> Index:
    return read_index(folder / ".cobolsmith" / "estate.db")


def reads(answer: Answer) -> int:
    """How many files a scan read."""
    return int(answer.summary.split(", ")[1].split()[0])


def dump(folder: Path) -> list[str]:
    """The index as text, but for the file times."""
    index = index_of(folder)
    index.db.execute("UPDATE files SET mtime = 0")
    lines = sorted(index.db.iterdump())
    index.db.rollback()
    index.close()
    return lines


def test_facts_lead_to_the_line_where_they_are_written(shop: Path) -> None:
    scan(shop, jobs=1)
    index = index_of(shop)
    (rate, *others) = index.rows(
        "SELECT f.path, i.line, i.byte, i.length FROM items i JOIN files f ON f.id = i.at"
        " WHERE i.name = 'RT-NAME'"
    )
    assert tuple(rate) == ("copy/RATES.cpy", 3, 5, 10)
    assert [tuple(one) for one in others] == [tuple(rate)] * 3  # as each program has it
    calls = index.rows(
        "SELECT f.path, c.line, c.target, c.sure FROM calls c JOIN files f ON f.id = c.at"
    )
    assert {tuple(one) for one in calls} == {
        ("ONE.cbl", 10, "TWO", "sure"),
        ("TWO.cbl", 10, "THREE", "sure"),
        ("THREE.cbl", 10, "ONE", "sure"),
    }
    paragraphs = index.rows("SELECT name, reached FROM procedures WHERE file = 1 ORDER BY n")
    index.close()
    assert [tuple(one) for one in paragraphs] == [
        ("MAIN-PARA", 1),
        ("LOST-PARA", 0),
        ("OLD-PARA", 1),
    ]


def test_only_what_changed_is_read_again(shop: Path) -> None:
    assert reads(scan(shop)) == 4
    assert reads(scan(shop)) == 0
    (shop / "TWO.cbl").write_text(MAIN.format(name="TWO", calls="ONE"))
    assert reads(scan(shop)) == 1
    os.utime(shop / "ONE.cbl", ns=(1, 1))  # touched, not changed: the hash says so
    assert reads(scan(shop)) == 0


def test_a_changed_copybook_has_its_programs_read_again(shop: Path) -> None:
    scan(shop)
    (shop / "copy" / "RATES.cpy").write_text(RATES.replace("9(3)", "9(5)"))
    assert reads(scan(shop)) == 4
    index = index_of(shop)
    lengths = index.rows("SELECT DISTINCT length FROM items WHERE name = 'RT-RATE'")
    index.close()
    assert [tuple(one) for one in lengths] == [(7,)]


def test_a_copybook_that_comes_late_is_found_by_the_programs_that_lacked_it(shop: Path) -> None:
    book = (shop / "copy" / "RATES.cpy").rename(shop / "kept")
    scan(shop)
    book.rename(shop / "copy" / "RATES.cpy")
    assert reads(scan(shop)) == 4
    index = index_of(shop)
    assert not index.rows("SELECT * FROM copies WHERE found IS NULL")
    index.close()


def test_what_is_removed_vanishes(shop: Path) -> None:
    scan(shop)
    (shop / "THREE.cbl").unlink()
    assert "1 gone" in scan(shop).summary
    index = index_of(shop)
    names = [row[0] for row in index.rows("SELECT name FROM programs ORDER BY name")]
    left = index.rows("SELECT count(*) FROM items WHERE file NOT IN (SELECT id FROM files)")
    index.close()
    assert names == ["ONE", "RATES", "TWO"]
    assert left[0][0] == 0


def test_an_update_gives_what_a_new_index_gives(shop: Path) -> None:
    scan(shop)
    (shop / "copy" / "RATES.cpy").write_text(RATES.replace("X(10)", "X(20)"))
    (shop / "TWO.cbl").write_text(MAIN.format(name="TWO", calls="ONE"))
    scan(shop)
    updated = dump(shop)
    shutil.rmtree(shop / ".cobolsmith")
    scan(shop)
    assert dump(shop) == updated


def test_several_processes_give_what_one_gives(tmp_path: Path) -> None:
    texts = []
    for jobs in (1, 2):
        scan(FIXTURES, tmp_path / f"jobs{jobs}.db", jobs)
        index = read_index(tmp_path / f"jobs{jobs}.db")
        texts.append(sorted(index.db.iterdump()))
        index.close()
    assert texts[0] == texts[1]
    assert len(texts[0]) > 8000


def test_unreadable_files_are_listed_and_the_rest_is_read(shop: Path) -> None:
    (shop / "BAD.cbl").write_bytes(b"       COPY BAD2.\n")
    (shop / "copy" / "BAD2.cpy").write_text("       COPY BAD3.\n")
    (shop / "copy" / "BAD3.cpy").write_text("       COPY BAD2.\n")
    answer = scan(shop)
    (held, unread) = answer.sections
    assert answer.exit_code == 1
    assert dict(held.rows)["programs"] == 3
    assert {row[0] for row in unread.rows} == {"BAD.cbl"}
    assert "copies itself" in unread.rows[0][1]


def test_an_interrupt_leaves_whole_files_and_the_next_scan_goes_on(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*args: object) -> object:
        for count, facts in enumerate(read_all(*args)):  # type: ignore[arg-type]
            if count == 2:
                raise KeyboardInterrupt
            yield facts

    monkeypatch.setattr(scanning, "BATCH", 0)
    monkeypatch.setattr(scanning, "read_all", interrupted)
    with pytest.raises(KeyboardInterrupt):
        scan(shop)
    index = index_of(shop)
    done = index.rows("SELECT id FROM files WHERE hash <> ''")
    held = index.rows("SELECT DISTINCT file FROM items")
    index.close()
    assert len(done) == 2
    assert {row[0] for row in held} == {row[0] for row in done}
    monkeypatch.undo()
    assert reads(scan(shop)) >= 2
    went_on = dump(shop)
    shutil.rmtree(shop / ".cobolsmith")
    scan(shop)
    assert dump(shop) == went_on


def test_an_index_of_another_version_is_made_anew_and_said_so(shop: Path) -> None:
    scan(shop)
    db = sqlite3.connect(shop / ".cobolsmith" / "estate.db")
    db.execute("UPDATE meta SET value = 0 WHERE key = 'version'")
    db.commit()
    db.close()
    answer = scan(shop)
    assert reads(answer) == 4
    assert "another version" in answer.notes[0]


def test_a_reader_that_dies_costs_one_file(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(10):
        (shop / f"P{number}.cbl").write_text(MAIN.format(name=f"P{number}", calls="ONE"))

    def deadly(source: object, readers: object) -> object:
        if source.path.stem == "P3":  # type: ignore[attr-defined]
            os._exit(1)
        return scanning.reading._cobol(source, readers)  # type: ignore[attr-defined]

    monkeypatch.setitem(scanning.reading.READERS, "cobol", deadly)  # type: ignore[attr-defined]
    answer = scan(shop, jobs=2)
    assert dict(answer.sections[0].rows)["programs"] == 12
    assert [row[0] for row in answer.sections[1].rows] == ["P3.cbl"]


def test_jobs_run_programs_on_data_sets(tmp_path: Path) -> None:
    scan(FIXTURES, tmp_path / "estate.db", 1)
    index = read_index(tmp_path / "estate.db")
    runs = index.rows(
        "SELECT name, program, proc FROM steps WHERE name IN ('POST.RUN', 'TAXCERT.DB2')"
    )
    assert {tuple(row) for row in runs} == {
        ("POST.RUN", "SVB050", ""),
        ("TAXCERT.DB2", "SVQ200", "IKJEFT01"),  # what the monitor is told to run
    }
    query = (
        "SELECT f.path, d.line, d.dd, d.generation, d.lrecl FROM datasets d"
        " JOIN files f ON f.id = d.at WHERE dsn = 'SVB.PROD.JOURNAL.BYGL'"
    )
    found = [tuple(row) for row in index.rows(query)]
    assert found == [("proc/SVPSORT.prc", 9, "SORTOUT", "+1", 100)]
    names = {row[0] for row in index.rows("SELECT dsn FROM datasets WHERE dsn LIKE '%PARMLIB%'")}
    assert names == {"SVB.PROD.PARMLIB(RUNPARM)", "SVB.PROD.PARMLIB(RATES)"}
    maps = {tuple(row) for row in index.rows("SELECT map, name, length FROM map_fields")}
    assert ("SVMAPB", "LIMITB", 9) in maps
    commands = {tuple(row) for row in index.rows("SELECT kind, name, how FROM commands")}
    assert ("TRANSACTION", "SVI1", "returns-to") in commands
    tables = index.rows("SELECT DISTINCT table_name FROM table_uses WHERE how = 'writes'")
    assert {row[0] for row in tables} >= {"SVB.RESTART", "SVB.ACCOUNT_DAY", "SVB.MAILING"}
    index.close()


def test_a_changed_procedure_has_its_jobs_read_again(tmp_path: Path) -> None:
    for name in ("jcl", "proc", "cntl"):
        shutil.copytree(FIXTURES / name, tmp_path / name)
    scan(tmp_path, jobs=1)
    proc = tmp_path / "proc" / "SVPSORT.prc"
    proc.write_text(proc.read_text().replace("LRECL=100", "LRECL=120"))
    assert reads(scan(tmp_path, jobs=1)) == 2  # itself, and the one job that calls it
    index = index_of(tmp_path)
    query = "SELECT lrecl FROM datasets WHERE dsn = 'SVB.PROD.JOURNAL.BYGL'"
    assert [row[0] for row in index.rows(query)] == [120]
    index.close()


def test_mutilated_sources_cost_no_more_than_themselves(tmp_path: Path) -> None:
    """Truncated and scrambled sources of every language are read or listed, never a bug."""
    chance = random.Random(7)
    sources = sorted(path for folder in LANGUAGE_FOLDERS for path in (FIXTURES / folder).iterdir())
    for number in range(60):
        path = chance.choice(sources)
        data = bytearray(path.read_bytes())
        for _ in range(chance.randrange(12)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        if number % 2:
            del data[chance.randrange(len(data)) :]
        (tmp_path / f"M{number}{path.suffix}").write_bytes(data)
    answer = scan(tmp_path, jobs=1)
    assert not [row for row in answer.sections[1].rows if str(row[1]).startswith("bug")]
    assert dict(answer.sections[0].rows)["lines"] > 1000
