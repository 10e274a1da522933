"""What is known where: an item that still holds the record before's value is no value."""

from __future__ import annotations

from pathlib import Path

import pytest

from cobolsmith import source
from cobolsmith.implement.known import checked, stale
from cobolsmith.implement.statements import Code, Statement, code_of
from cobolsmith.implement.ties import DoubtError
from cobolsmith.languages.cobol import Library, read_programs
from cobolsmith.program import DataItem

PROGRAM = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. P.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01  WS-N     PIC 9(3).
       01  WS-PARTS PIC 9(3).
       01  WS-LIMIT PIC 9(3) VALUE 7.
       01  WS-DONE  PIC 9(3).
       PROCEDURE DIVISION.
       MAIN.
           PERFORM STEP-ONE UNTIL WS-N > 3.
           STOP RUN.
       STEP-ONE.
           ADD 1 TO WS-N.
           ADD 1 TO WS-DONE.
           PERFORM COUNT-PARTS.
           DISPLAY WS-PARTS.
       COUNT-PARTS.
           MOVE WS-N TO WS-PARTS.
"""


@pytest.fixture
def code(tmp_path: Path) -> Code:
    read = source.from_bytes(PROGRAM.encode(), tmp_path / "P.cbl")
    return code_of(read_programs(read, Library())[0])


def at(code: Code, text: str) -> Statement:
    return next(one for one in code.statements if code.text(one).startswith(text))


def index(code: Code, name: str) -> int:
    item = code.program.resolve(name)
    assert isinstance(item, DataItem)
    return item.index


def test_what_is_set_behind_a_statement_is_not_known_there(code: Code) -> None:
    items = [index(code, name) for name in ("WS-N", "WS-PARTS", "WS-LIMIT")]
    assert stale(code, at(code, "ADD 1 TO WS-DONE"), items) == ["WS-PARTS"]
    assert stale(code, at(code, "DISPLAY WS-PARTS"), items) == []
    assert stale(code, at(code, "MOVE WS-N"), items) == ["WS-PARTS"]
    assert stale(code, at(code, "MOVE WS-N"), items, behind=True) == []


def test_the_doubt_names_the_item_and_the_line(code: Code) -> None:
    with pytest.raises(DoubtError, match=r"WS-PARTS has no value yet .*line 15"):
        checked(code, at(code, "ADD 1 TO WS-DONE"), [index(code, "WS-PARTS")], "parts")
