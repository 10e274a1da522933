"""Translated EXEC SQL on real databases: SQLite and PostgreSQL, in Python and in Java.

    python tests/bench/databases.py [--postgresql ADDRESS] [--jars PATH:PATH] [--python PYTHON]

Runs databases/stock.cbl on an empty table in each database, from each language: Python on SQLite
always, on PostgreSQL at an address like postgresql://user:password@host/name (the PYTHON named must
have psycopg), Java where JDBC drivers are given. All must show the same and leave the same rows, as
SHOWN of tests/test_targets_sql.py has it. Prints a row each and, last, one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cobolsmith import source as sources
from cobolsmith.checks.prepare import SUPPLIED
from cobolsmith.languages.cobol import Library, read_programs
from cobolsmith.lowering import lower
from cobolsmith.targets import TARGETS
from cobolsmith.translation import build

PROGRAM = Path(__file__).with_name("databases") / "stock.cbl"
TABLE = (
    "CREATE TABLE STOCK (ID INTEGER PRIMARY KEY, NAME VARCHAR(10), PRICE NUMERIC(7,2),"
    " NOTE VARCHAR(12), ADDED DATE)"
)
ROWS = "SELECT ID, NAME, CAST(PRICE * 100 AS INTEGER), NOTE FROM STOCK ORDER BY ID"


def main() -> int:
    """Run the program everywhere; 1 if something shown or left differs."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--postgresql", default="")
    options.add_argument("--jars", default="")
    options.add_argument("--python", default=sys.executable)
    told = options.parse_args()
    places = ["stock.db", *([told.postgresql] if told.postgresql else [])]
    found: dict[str, tuple[int, str, str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in ("python", *(["java"] if told.jars else [])):
            built = Path(folder) / name
            command = translated(name, built, told)
            for place in places:
                label = f"{name} {'postgresql' if '//' in place else 'sqlite'}"
                found[label] = ran(command, built, place, told.python)
    right = next(iter(found.values()))
    for label, one in found.items():
        said = "same" if one == right and one[0] == 0 else f"differs {one}"
        print(f"{label:20}{len(one[1].splitlines()):4} lines shown  {said}")
    equal = all(one == right and one[0] == 0 for one in found.values())
    print(json.dumps({"runs": list(found), "equal": equal}))
    return 0 if equal else 1


def translated(name: str, built: Path, told: argparse.Namespace) -> Sequence[str]:
    """Translate the program into a folder; the command that runs it."""
    programs = lower(read_programs(sources.read(PROGRAM), Library((SUPPLIED,))))
    for file, data in TARGETS[name].translate(programs, "Not proven.").items():
        (built / file).parent.mkdir(parents=True, exist_ok=True)
        (built / file).write_bytes(data)
    build(TARGETS[name], built, [programs[0].name])
    command = list(TARGETS[name].command(built, programs[0].name))
    if name == "python":
        return [told.python, *command[1:]]
    at = command.index("-cp") + 1
    command[at] = f"{command[at]}:{told.jars}"
    return command


def ran(command: Sequence[str], built: Path, place: str, python: str) -> tuple[int, str, str]:
    """The exit status, what was shown, and the rows left of a run on an empty table."""
    environment = {**os.environ, "COBOL_DATABASE": place}
    if "//" not in place:
        (built / place).unlink(missing_ok=True)
        with sqlite3.connect(built / place) as made:
            made.execute(TABLE)
        made.close()
    else:
        asked(python, place, "DROP TABLE IF EXISTS STOCK", TABLE)
    done = subprocess.run(
        command, cwd=built, env=environment, capture_output=True, text=True, check=False
    )
    if "//" in place:
        rows = asked(python, place, ROWS)
    else:
        with sqlite3.connect(built / place) as left:
            rows = "".join(f"{row[0]} {row[1]} {row[2]} {row[3]}\n" for row in left.execute(ROWS))
        left.close()
    return done.returncode, done.stdout + done.stderr, rows


def asked(python: str, address: str, *texts: str) -> str:
    """Carry texts out on PostgreSQL; the rows of the last, a line each."""
    script = (
        "import psycopg, sys\n"
        "with psycopg.connect(sys.argv[1]) as connection:\n"
        "    for text in sys.argv[2:]:\n"
        "        cursor = connection.execute(text)\n"
        "    for row in cursor if cursor.description else ():\n"
        "        print(*row)\n"
    )
    argv = [python, "-c", script, address, *texts]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    raise SystemExit(main())
