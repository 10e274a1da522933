"""The estate: members by name, and what the questions about it answer."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cobolsmith.config import Config
from cobolsmith.errors import UsageError
from cobolsmith.estate import Estate
from cobolsmith.estate.answer import Answer
from cobolsmith.estate.calls import calls
from cobolsmith.estate.impact import impact
from cobolsmith.estate.index import Index, read_index
from cobolsmith.estate.metrics import metrics
from cobolsmith.estate.unused import unused
from cobolsmith.reports.answers import as_json, text
from cobolsmith.scan import scan

CALLER = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. CALLER.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01  WS-RECORD.
           05  WS-KEY PIC X(4).
           05  WS-AMOUNT PIC 9(5).
               88  WS-NOTHING VALUE ZERO.
           05  WS-PARTS REDEFINES WS-AMOUNT.
               10  WS-THOUSANDS PIC 99.
               10  WS-REST PIC 999.
       01  WS-COPY.
           05  WC-KEY PIC X(4).
           05  WC-AMOUNT PIC 9(5).
       77  WS-NEXT PIC X(8).
       77  WS-FORGOTTEN PIC X.
       77  WS-LIST PIC ZZ,ZZ9.
       PROCEDURE DIVISION.
       FIRST-PARA.
           MOVE 'A' TO WS-KEY
           IF WS-NOTHING AND WS-REST > 1 GO TO LAST-PARA.
           MOVE WS-RECORD TO WS-COPY
           MOVE WC-AMOUNT TO WS-LIST
           CALL 'CALLED' USING WS-RECORD
           CALL WS-NEXT.
       LAST-PARA.
           DISPLAY WS-LIST
           GOBACK.
       DEAD-PARA.
           MOVE 'SOMEONE' TO WS-NEXT.
"""
CALLED = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. CALLED.
       DATA DIVISION.
       LINKAGE SECTION.
       01  LK-RECORD.
           05  LK-KEY PIC X(4).
           05  LK-AMOUNT PIC 9(5).
       PROCEDURE DIVISION USING LK-RECORD.
       ONLY-PARA.
           IF LK-AMOUNT > 5 DISPLAY LK-KEY.
           GOBACK.
"""


def test_members_by_name_and_the_first_of_a_name_wins(tmp_path: Path) -> None:
    for name in ("copy/Rates.cpy", "other/RATES.cpy", "other/FEES.copy", ".old/LOST.cpy"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / "other" / "GEN.cpy").write_text("")
    config = Config(root=tmp_path, copybooks=("copy",), exclude=("other/GEN*",))
    found = Estate(config).copybooks
    assert set(found) == {"RATES", "FEES"}
    assert found["RATES"] == tmp_path / "copy" / "Rates.cpy"


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    (tmp_path / "CALLER.cbl").write_text(CALLER)
    (tmp_path / "CALLED.cbl").write_text(CALLED)
    (tmp_path / "SPARE.cpy").write_text("       01  SPARE PIC X.\n")
    scan(tmp_path, tmp_path / "estate.db", 1)
    with read_index(tmp_path / "estate.db") as index:
        yield index


def rows(answer: Answer, title: str) -> list[tuple[object, ...]]:
    return next(list(section.rows) for section in answer.sections if section.title == title)


def test_calls_are_listed_and_unresolved_ones_with_the_item_they_go_through(index: Index) -> None:
    answer = calls(index)
    assert [row[:2] for row in rows(answer, "calls")] == [
        ("CALLER", "CALLED"),
        ("CALLER", "SOMEONE"),
    ]
    assert "not in the estate" in str(rows(answer, "calls")[1][3])
    with pytest.raises(UsageError, match="NOSUCH"):
        calls(index, "nosuch")


def test_unused_things(index: Index) -> None:
    answer = unused(index)
    assert [row[1] for row in rows(answer, "paragraphs")] == ["DEAD-PARA"]
    assert [row[0] for row in rows(answer, "data items")] == ["WS-FORGOTTEN"]
    assert [row[0] for row in rows(answer, "copybooks")] == ["SPARE"]
    assert [row[0] for row in rows(answer, "programs")] == ["CALLER"]
    assert answer.exit_code == 1


def test_metrics_count_decisions_and_jumps(index: Index) -> None:
    answer = metrics(index, "caller")
    ((name, lines, _, statements, complexity, gotos, *_),) = rows(answer, "programs")
    assert (name, lines, statements, complexity, gotos) == ("CALLER", 30, 10, 2, 1)
    assert rows(answer, "paragraphs")[0][1] == "FIRST-PARA"


def test_impact_follows_bytes_through_group_moves_and_calls(index: Index) -> None:
    answer = impact(index, "ws-amount", 2)
    uses = {(row[0], row[1], row[3]) for row in rows(answer, "uses")}
    assert uses == {
        ("sure", "tests (IF)", "CALLER.cbl:21"),
        ("likely", "compares (IF)", "CALLER.cbl:21"),
        ("likely", "reads (MOVE)", "CALLER.cbl:22"),
        ("likely", "passes (CALL)", "CALLER.cbl:24"),
    }
    onward = {(row[0], row[1], str(row[2]).split()[-1]) for row in rows(answer, "goes on to")}
    assert onward == {
        ("likely", "moved to (MOVE)", "WC-AMOUNT"),
        ("likely", "reads (MOVE)", "WS-LIST"),
        ("likely", "moved to (MOVE)", "WS-LIST"),
        ("likely", "shows (DISPLAY)", "WS-LIST"),
        ("likely", "compares (IF)", "LK-AMOUNT"),
    }


def test_impact_without_moves_stays_with_the_field(index: Index) -> None:
    assert rows(impact(index, "WS-AMOUNT", 0), "goes on to") == []


@pytest.mark.parametrize(
    ("name", "line"),
    [("WS-KEY OF WS-RECORD", 6), ("CALLER:WC-KEY", 13), ("wc-key in ws-copy", 13)],
)
def test_a_name_may_be_qualified(index: Index, name: str, line: int) -> None:
    ((_, _, _, where, _),) = rows(impact(index, name), "declared")
    assert where == f"CALLER.cbl:{line}"


@pytest.mark.parametrize("name", ["WS-KEY OF WS-COPY", "CALLED:WS-KEY", "WS-AMUONT", " "])
def test_a_name_that_nothing_has_is_refused(index: Index, name: str) -> None:
    with pytest.raises(UsageError, match=r"named|no name"):
        impact(index, name)


def test_an_answer_as_text_and_as_json_say_the_same(index: Index) -> None:
    answer = impact(index, "WS-AMOUNT")
    body = json.loads(as_json(answer))
    assert body["exit_code"] == 0
    assert [one["where"] for one in body["sections"]["declared"]] == ["CALLER.cbl:7"]
    shown = text(answer).decode()
    assert all(use["where"] in shown for use in body["sections"]["uses"])


def test_there_must_be_an_index_to_ask(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="scan"):
        read_index(tmp_path / "none.db")
    (tmp_path / "other.db").write_text("not a database, but long enough to look at" * 50)
    with pytest.raises(UsageError, match="no index"):
        read_index(tmp_path / "other.db")


def ask(folder: Path, *argv: str) -> subprocess.CompletedProcess[str]:
    """The command line, in a folder."""
    command = [sys.executable, "-m", "cobolsmith", *argv]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_command_line_scans_and_answers(tmp_path: Path) -> None:
    (tmp_path / "CALLER.cbl").write_text(CALLER)
    (tmp_path / "CALLED.cbl").write_text(CALLED)
    early = ask(tmp_path, "impact", "WS-AMOUNT")
    assert early.returncode == 2
    assert "cobolsmith scan" in early.stderr
    done = ask(tmp_path, "scan", "--html", "map.html", "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["sections"]["holds"][0] == {"what": "programs", "count": 2}
    assert (tmp_path / "map.html").read_text("utf-8").startswith("<!doctype html>")
    assert (tmp_path / ".cobolsmith" / ".gitignore").read_text() == "*\n"
    impact_ = ask(tmp_path, "impact", "ws-amount", "--depth", "1")
    assert impact_.returncode == 0
    assert "CALLER FIRST-PARA: WS-RECORD to WS-COPY" in impact_.stdout
    page = ask(tmp_path, "impact", "WS-AMOUNT", "--format", "html")
    assert "impact WS-AMOUNT" in page.stdout
    assert ask(tmp_path, "calls").stdout.startswith("2 calls of the estate, 0 not resolved")
    assert ask(tmp_path, "metrics", "caller").returncode == 0
    assert ask(tmp_path, "unused").returncode == 1  # something was found
    wrong = ask(tmp_path, "impact", "WS-AMUONT")
    assert wrong.returncode == 2
    assert "did you mean WS-AMOUNT" in wrong.stderr
    assert "Traceback" not in wrong.stderr
