"""Neighbours: what the grammar says may stand side by side, and what programs really have."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cobolsmith.models.neighbours import Neighbours, load_pairs, open_exec, pairs_of
from cobolsmith.models.tokenizer import MASK_ID, CobolTokenizer

GRAMMAR = Path(__file__).parent.parent.parent / "grammars" / "cobol"
NAMES = {"WS-TOTAL": 0, "WS-NAME": 1}


@pytest.fixture(scope="module")
def neighbours(tokenizer: CobolTokenizer) -> Neighbours:
    return Neighbours(tokenizer, load_pairs())


def allowed(neighbours: Neighbours, tokenizer: CobolTokenizer, text: str, word: str) -> bool:
    """Whether `word` may stand at the mask in `text`."""
    row = tokenizer.encode(text.split(), NAMES)
    found = neighbours.allowed(row, row.index(MASK_ID), len(NAMES))
    (token,) = tokenizer.encode([word], NAMES)
    return bool(found[token])


def test_the_pairs_kept_are_the_grammar_s() -> None:
    kept = {word: list(after) for word, after in load_pairs().items() if after}
    assert kept == pairs_of(GRAMMAR)


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("MOVE <mask> TO WS-NAME .", "WS-TOTAL", True),
        ("MOVE <mask> TO WS-NAME .", "ZERO", True),
        ("MOVE <mask> TO WS-NAME .", "PERFORM", False),
        ("MOVE WS-NAME <mask> WS-TOTAL .", "TO", True),
        ("MOVE WS-NAME <mask> WS-TOTAL .", "PICTURE", False),
        ("IF WS-NAME <mask> SPACES", "EQUAL", True),
        ("IF WS-NAME <mask> SPACES", "PICTURE", False),
        ("<mask> DIVISION .", "PROCEDURE", True),
        ("<mask> DIVISION .", "PERFORM", False),
        ("05 WS-NAME <mask> X(3)", "PIC", True),
    ],
)
def test_a_word_between_its_neighbours(
    neighbours: Neighbours, tokenizer: CobolTokenizer, text: str, word: str, expected: bool
) -> None:
    assert allowed(neighbours, tokenizer, text, word) is expected


def test_a_line_break_is_no_neighbour_and_a_mask_says_nothing(
    neighbours: Neighbours, tokenizer: CobolTokenizer
) -> None:
    row = [*tokenizer.encode(["MOVE", "\n    "], NAMES), MASK_ID, MASK_ID]
    found = neighbours.allowed(row, 2, len(NAMES))
    assert not found[tokenizer.spell("PERFORM")[0]]
    assert found[-len(NAMES) :].all()
    assert neighbours.allowed(row, 3, len(NAMES)).all()


def test_the_words_of_an_exec_block_are_free(tokenizer: CobolTokenizer) -> None:
    inside = tokenizer.encode(["EXEC", "SQL", "SELECT"], {})
    assert open_exec(tokenizer, inside)
    assert not open_exec(tokenizer, [*inside, *tokenizer.encode(["END-EXEC"], {})])


def test_real_code_is_allowed(neighbours: Neighbours, tokenizer: CobolTokenizer) -> None:
    """Of the words of a program of our own that the constraint judges, none is ruled out."""
    words = (
        "IF WS-TOTAL > ZERO AND WS-NAME NOT = SPACES \n      MOVE WS-TOTAL TO WS-NAME \n      "
        "PERFORM UNTIL WS-TOTAL = ZERO \n ADD 1 TO WS-TOTAL \n END-PERFORM \n ELSE \n "
        "COMPUTE WS-TOTAL ROUNDED = WS-TOTAL * 2 \n END-IF . \n GOBACK ."
    ).split(" ")
    row = tokenizer.encode([w for w in words if w], NAMES)
    for place, token in enumerate(row):
        masked = [*row[:place], MASK_ID, *row[place + 1 :]]
        found = neighbours.allowed(masked, place, len(NAMES))
        assert isinstance(found, np.ndarray)
        assert found[token], tokenizer.decode([token], ["WS-TOTAL", "WS-NAME"])
