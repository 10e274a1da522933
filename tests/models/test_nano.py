"""The weights that ship: they load, they know COBOL's frame, they keep to the names in scope."""

from __future__ import annotations

import pytest

from cobolsmith import models
from cobolsmith.infill import Canvas, Name
from cobolsmith.words import words_of

PROGRAM = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. INTEREST.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01  WS-BALANCE              PIC S9(9)V99 COMP-3.
       01  WS-RATE                 PIC 9V9(4).
       01  WS-INTEREST             PIC S9(9)V99 COMP-3.
       PROCEDURE DIVISION.
       MAIN-LINE.
           MOVE ZERO TO WS-INTEREST.
           PERFORM COMPUTE-INTEREST.
           STOP RUN.
       COMPUTE-INTEREST.
           IF WS-BALANCE > ZERO
               MULTIPLY WS-BALANCE BY WS-RATE GIVING WS-INTEREST
           END-IF.
"""
NAMES = (
    Name("WS-BALANCE", "data", 1, "S9(9)V99", "COMP-3"),
    Name("WS-RATE", "data", 1, "9V9(4)", ""),
    Name("WS-INTEREST", "data", 1, "S9(9)V99", "COMP-3"),
    Name("MAIN-LINE", "paragraph", 0, "", ""),
    Name("COMPUTE-INTEREST", "paragraph", 0, "", ""),
    Name("INTEREST", "program", 0, "", ""),
)
WORDS = tuple(word.text for word in words_of(PROGRAM, True))


def without(word: str, nth: int = 0, **rest: tuple[frozenset[str], ...]) -> Canvas:
    """The program with one word masked: the nth of its kind."""
    at = [place for place, found in enumerate(WORDS) if found == word][nth]
    return Canvas(WORDS[:at], WORDS[at + 1 :], NAMES, (1,), (), **rest)


@pytest.mark.parametrize(
    ("word", "nth"),
    [("DIVISION", 0), ("DIVISION", 2), ("SECTION", 0), ("PIC", 0), ("PIC", 2), ("TO", 0)],
)
def test_an_obvious_keyword_is_restored(word: str, nth: int) -> None:
    fills = models.load("nano").fill(without(word, nth), seed=0, steps=4, candidates=1)
    assert [fill.words for fill in fills] == [(word,)]


def test_a_paragraph_is_performed_and_data_is_not() -> None:
    (fill,) = models.load("nano").fill(without("COMPUTE-INTEREST"), seed=0, steps=4, candidates=1)
    kinds = {name.spelling: name.kind for name in NAMES}
    assert kinds.get(fill.words[0]) == "paragraph"


def test_the_scope_holds() -> None:
    allowed = frozenset(name.spelling for name in NAMES if name.kind == "data")
    canvas = without("WS-BALANCE", 1, allowed=(allowed,))
    fills = models.load("nano").fill(canvas, seed=3, steps=4, candidates=4)
    assert fills
    assert {fill.words[0] for fill in fills} <= allowed


def test_the_same_seed_gives_the_same_fills() -> None:
    canvas = Canvas(WORDS[:40], WORDS[48:], NAMES, (4, 8), ())
    runs = [models.load("nano").fill(canvas, seed=5, steps=8, candidates=4) for _ in range(2)]
    assert runs[0] == runs[1]
    assert len(runs[0]) > 1


def test_what_ships_says_what_it_is() -> None:
    about = models.info("auto")
    assert about["name"] == "nano"
    assert about["tokens_seen"] > 1_000_000
    assert 0 < about["held_out_masked_0.15"] < 1
