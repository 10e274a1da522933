"""Literals against PICTUREs: what is moved or compared must fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from cobolsmith import source
from cobolsmith.infill import canvas
from cobolsmith.items import Picture
from cobolsmith.languages import LANGUAGES
from cobolsmith.literals import holds, pictures_of, unfit
from cobolsmith.plan import Hole
from cobolsmith.source import Span

TEXT = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. TILL.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01  WS-CODE             PIC X(02).
       01  WS-COUNT            PIC 9(03).
       01  WS-PRICE            PIC S9(03)V99 COMP-3.
       01  WS-SHOWN            PIC ZZ9.99.
       01  IN-REC.
           05  WS-TWICE        PIC X.
       01  OUT-REC.
           05  WS-TWICE        PIC X(09).
       PROCEDURE DIVISION.
       0000-MAIN.
           MOVE 'A' TO WS-CODE.
           STOP RUN.
"""


@pytest.fixture(scope="module")
def pictures() -> dict[str, Picture]:
    read = source.from_bytes(TEXT.encode(), Path("TILL.cbl"))
    return pictures_of(LANGUAGES["cobol"].read_program(read, ()))


@pytest.mark.parametrize(
    ("name", "literal", "fits"),
    [
        ("WS-CODE", "'AB'", True),
        ("WS-CODE", "'ABC'", False),
        ("WS-CODE", "'A''B'", False),
        ("WS-CODE", "'''B'", True),
        ("WS-COUNT", "'12'", True),
        ("WS-COUNT", "'AB'", False),
        ("WS-COUNT", "999", True),
        ("WS-COUNT", "1000", False),
        ("WS-COUNT", "0000999", True),
        ("WS-PRICE", "-999.99", True),
        ("WS-PRICE", "1000.5", False),
        ("WS-SHOWN", "12345", True),
        ("WS-COUNT", "ZERO", True),
    ],
)
def test_what_an_item_holds(
    pictures: dict[str, Picture], name: str, literal: str, fits: bool
) -> None:
    assert holds(pictures[name], literal) is fits


def test_a_name_of_two_items_is_none(pictures: dict[str, Picture]) -> None:
    assert set(pictures) == {"WS-CODE", "WS-COUNT", "WS-PRICE", "WS-SHOWN"}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("MOVE 'ABC' TO WS-CODE", {1}),
        ("MOVE 'ABC' TO WS-OTHER WS-CODE", {1}),
        ("MOVE 'ABC' TO WS-CODE ( 1 : 2 )", set()),
        ("MOVE 'ABC' TO WS-OTHER ADD 1 TO WS-CODE", set()),
        ("IF WS-CODE = 'ABC'", {3}),
        ("IF WS-CODE IS NOT EQUAL TO 'ABC'", {6}),
        ("IF WS-COUNT > 99 AND WS-CODE = 'AB'", set()),
        ("DISPLAY 'ABC' WS-CODE", set()),
        ("ADD 5000 TO WS-COUNT", set()),
    ],
)
def test_literals_are_looked_at_where_they_are_moved_or_compared(
    pictures: dict[str, Picture], text: str, wrong: set[int]
) -> None:
    assert unfit(text.split(), pictures) == wrong


def test_a_canvas_says_which_literal_cant_stand_there() -> None:
    read = source.from_bytes(TEXT.encode(), Path("TILL.cbl"))
    program = LANGUAGES["cobol"].read_program(read, ())
    span = Span(TEXT.index("MOVE 'A'"), TEXT.index(".\n           STOP"))
    board = canvas(program, span, Hole("move_statement", (4,)), "", "")
    assert board.broken is not None
    assert board.broken(("MOVE", "'AB'", "TO", "WS-CODE")) == frozenset()
    assert board.broken(("MOVE", "'ABC'", "TO", "WS-CODE")) == {1}
    assert board.broken(("MOVE", "MOVE", "TO", "WS-CODE"))
