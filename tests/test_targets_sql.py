"""EXEC SQL translated: on a real SQLite, and proven with the same answers on both sides."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from cobolsmith import source as sources
from cobolsmith.checks.equivalence import Settings
from cobolsmith.checks.prepare import SUPPLIED
from cobolsmith.executed import block_name
from cobolsmith.languages.cobol import Library, read_programs
from cobolsmith.lowered import Lowered, RefusedError
from cobolsmith.lowering import lower
from cobolsmith.lowering.dialect import plain
from cobolsmith.report import Result
from cobolsmith.targets import TARGETS
from cobolsmith.translation import Wish, translate

STOCK = Path(__file__).with_name("bench").joinpath("databases", "stock.cbl").read_text()
SHOWN = """\
SQLCODE       0 00000 +000000001
SQLCODE    -803 23505 +000000000
SQLCODE       0 00000 +000000001
BOLT      +00012.50+0000
+00012.50-0001
SQLCODE    -305 22002 +000000000
SQLCODE    -811 21000 +000000000
NUT
0001+0004long
SQLCODE       0 00000 +000000001
SQLCODE       0 00000 +000000001
SQLCODE     100 02000 +000000000
+000000001BOLT      +00013.50+0000+0004long
+000000002NUT       +00013.50-0001+0000
SQLCODE    -501 24501 +000000000
WRONG
SQLCODE    -204 42704 +000000000
"""
TABLE = "CREATE TABLE STOCK (ID INTEGER PRIMARY KEY, NAME TEXT, PRICE NUMERIC, NOTE TEXT, ADDED)"


def lowered(text: str, folder: Path) -> tuple[Lowered, ...]:
    path = folder / "stock.cbl"
    path.write_text(text)
    return lower(read_programs(sources.read(path), Library((SUPPLIED,))))


def written(programs: tuple[Lowered, ...], target: str, folder: Path) -> None:
    for name, data in TARGETS[target].translate(programs, "Not proven.").items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def test_a_translation_works_on_sqlite_and_ends_as_it_should(tmp_path: Path) -> None:
    written(lowered(STOCK, tmp_path), "python", tmp_path)
    with sqlite3.connect(tmp_path / "stock.db") as made:
        made.execute(TABLE)
    made.close()
    done = subprocess.run(
        [sys.executable, "stock"],
        cwd=tmp_path,
        env={**os.environ, "COBOL_DATABASE": "stock.db"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert [line.rstrip() for line in done.stdout.splitlines()] == SHOWN.splitlines()
    with sqlite3.connect(tmp_path / "stock.db") as left:
        rows = left.execute("SELECT ID, NAME, PRICE, NOTE FROM STOCK").fetchall()
    left.close()
    assert rows == [(1, "BOLT", 12.5, "long"), (2, "NUT", None, "")]


def test_a_connection_of_another_driver_may_be_given(tmp_path: Path) -> None:
    written(lowered(STOCK, tmp_path), "python", tmp_path)
    script = (
        "import sqlite3, stock\n"
        "from cobol_runtime import RunUnit\n"
        "from cobol_runtime.sql import use_database\n"
        "connection = sqlite3.connect(':memory:')\n"
        f"connection.execute({TABLE!r})\n"
        "use_database(connection)\n"
        "stock.PROGRAM(RunUnit()).start()\n"
        "print(connection.execute('SELECT COUNT(*) FROM STOCK').fetchone())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "(2,)"


DRIVER = """\
import re, sqlite3


class Error(Exception):
    def __init__(self, message, sqlstate):
        super().__init__(message)
        self.sqlstate = sqlstate


class Cursor(sqlite3.Cursor):
    def execute(self, text, values=()):
        with open("texts", "a") as texts:
            texts.write(text + "\\n")
        if self.connection.broken and not text.startswith("ROLLBACK"):
            raise Error("current transaction is aborted", "25P02")
        self.connection.broken = False
        try:
            return super().execute(text.replace("%s", "?").replace("%%", "%"), values)
        except sqlite3.Error as error:
            self.connection.broken = True
            state = "23505" if "UNIQUE" in str(error) else "42P01"
            raise Error(str(error), state) from None


class Connection(sqlite3.Connection):
    Error = Error
    broken = False

    def cursor(self):
        return super().cursor(Cursor)


def connect(address):
    assert address == "postgresql://me@there/stock"
    return sqlite3.connect("stock.db", factory=Connection, isolation_level=None)
"""
"""A driver as PostgreSQL's is: %s for values, errors with SQLSTATE that break a transaction off."""


def test_postgresql_is_reached_by_its_driver_and_goes_on_after_errors(tmp_path: Path) -> None:
    written(lowered(STOCK, tmp_path), "python", tmp_path)
    (tmp_path / "psycopg.py").write_text(DRIVER)
    with sqlite3.connect(tmp_path / "stock.db") as made:
        made.execute(TABLE)
    made.close()
    script = "import psycopg; c = psycopg.connect('postgresql://me@there/stock'); c.cursor()"
    environment = {**os.environ, "COBOL_DATABASE": "postgresql://me@there/stock"}
    environment["PYTHONPATH"] = str(tmp_path)
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True)
    done = subprocess.run(
        [sys.executable, "stock"], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    shown = [line.rstrip() for line in done.stdout.splitlines()]
    assert shown == SHOWN.splitlines()
    texts = (tmp_path / "texts").read_text().splitlines()
    assert texts.count("ROLLBACK TO SAVEPOINT statement") == 2
    assert texts.count("SAVEPOINT statement") == texts.count("RELEASE SAVEPOINT statement") + 2


def test_a_driver_that_is_missing_is_named(tmp_path: Path) -> None:
    written(lowered(STOCK, tmp_path), "python", tmp_path)
    (tmp_path / "psycopg.py").write_text("raise ImportError")
    environment = {**os.environ, "COBOL_DATABASE": "postgresql://me@there/stock"}
    environment["PYTHONPATH"] = str(tmp_path)
    done = subprocess.run(
        [sys.executable, "stock"], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "install psycopg to reach it" in done.stderr


def test_java_compiles_and_both_take_the_same_answers(tmp_path: Path) -> None:
    programs = lowered(STOCK, tmp_path)
    written(programs, "java", tmp_path / "java")
    written(programs, "python", tmp_path / "python")
    for command in TARGETS["java"].building(tmp_path / "java", "STOCK"):
        subprocess.run(command, cwd=tmp_path / "java", check=True)
    shown = []
    for target in ("java", "python"):
        place = tmp_path / f"run-{target}"
        place.mkdir()
        (place / "ROWS").write_text("fffffcdd\n00000000\nffffff\n")
        name = block_name(STOCK[STOCK.index("INSERT INTO STOCK VALUES") :].partition("END-EXEC")[0])
        done = subprocess.run(
            TARGETS[target].command(tmp_path / target, "STOCK"),
            cwd=place,
            env={**os.environ, "COBOL_SQL": "answered", f"CS_TABLE_{name}": "ROWS"},
            capture_output=True,
            text=True,
            check=True,
        )
        noted = {one.name: one.read_text() for one in place.glob("CALLS.*")}
        assert len(noted[f"CALLS.{name}"].splitlines()) == 3
        shown.append((done.stdout, noted))
    assert shown[0] == shown[1]
    assert "SQLCODE    -803" in shown[0][0]


def test_a_program_with_sql_is_proven_around_its_database(tmp_path: Path) -> None:
    path = tmp_path / "stock.cbl"
    path.write_text(STOCK)
    wish = Wish("python", tmp_path / "out", Settings(runs=12, seed=3))
    (outcome,) = translate(path, wish).outcomes
    assert outcome.result is Result.VERIFIED, outcome.reasons
    assert "0 differences" in outcome.evidence[0]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("EXEC SQL COMMIT", "EXEC SQL SET CURRENT SQLID = 'A'", "EXEC SQL SET CURRENT"),
        ("WHERE NAME = 'NONE: ?'", "WHERE CURRENT OF PARTS", "WHERE CURRENT OF a cursor"),
        (":PART,\n", ":LOST,\n", ":LOST is not defined"),
        ("WHENEVER SQLERROR PERFORM", "WHENEVER SQLWARNING PERFORM", "WHENEVER SQLWARNING"),
        ("EXEC SQL INCLUDE SQLCA END-EXEC.", "", "EXEC SQL without SQLCODE"),
        ("EXEC SQL COMMIT", "EXEC CICS SYNCPOINT", "EXEC CICS"),
        ("SQL OPEN PARTS", "SQL OPEN OTHERS", "EXEC SQL OPEN OTHERS"),
    ],
)
def test_what_is_not_known_is_refused_by_name(
    old: str, new: str, told: str, tmp_path: Path
) -> None:
    assert old in STOCK
    with pytest.raises(RefusedError) as caught:
        lowered(STOCK.replace(old, new), tmp_path)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("SELECT A FROM T WITH UR", "SELECT A FROM T"),
        ("SELECT A FROM T\n FETCH FIRST ROW ONLY", "SELECT A FROM T LIMIT 1"),
        ("SELECT 'WITH UR  X' FROM T FOR FETCH ONLY", "SELECT 'WITH UR  X' FROM T"),
        ("SELECT CURRENT TIMESTAMP FROM T", "SELECT CURRENT_TIMESTAMP FROM T"),
        ("WITH A AS (SELECT 1) SELECT * FROM A", "WITH A AS (SELECT 1) SELECT * FROM A"),
    ],
)
def test_words_of_db2_are_said_as_others_know_them(written: str, said: str) -> None:
    assert plain(written) == said
