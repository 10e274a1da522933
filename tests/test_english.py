"""English for code: clauses are said, names kept or said in words, nothing is invented."""

from __future__ import annotations

import numpy as np
import pytest

from cobolsmith.english import CLAUSES, described, repair_spec, sentence_words
from cobolsmith.words import words_of


def said(text: str, seed: int, in_words: float = 0.0, left_out: float = 0.0) -> str:
    words = [word.text for word in words_of(" " * 7 + text, True)]
    random = np.random.default_rng(seed)
    return " ".join(described(words, random, in_words=in_words, left_out=left_out))


@pytest.mark.parametrize(
    ("code", "phrasings"),
    [
        (
            "MOVE WS-A TO WS-B",
            {
                "SET WS-B TO WS-A",
                "PUT WS-A INTO WS-B",
                "MOVE WS-A TO WS-B",
                "WS-B BECOMES WS-A",
                "STORE WS-A IN WS-B",
            },
        ),
        ("GO TO 900-END", {"CONTINUE AT 900-END", "GO TO 900-END", "JUMP TO 900-END"}),
        ("STOP RUN.", {"STOP", "END THE PROGRAM", "STOP THE RUN"}),
        ("DELETE CUST-FILE", {"DELETE CUST-FILE"}),
    ],
)
def test_a_clause_is_said_in_its_phrasings(code: str, phrasings: set[str]) -> None:
    assert {said(code, seed) for seed in range(60)} == phrasings


def test_a_condition_and_its_branches_are_said_in_order() -> None:
    code = "IF WS-BAL < ZERO MOVE 'NO' TO MSG-1 ELSE PERFORM PAY-IT END-IF"
    for seed in range(20):
        text = said(code, seed)
        places = [text.index(part) for part in ("WS-BAL", "'NO'", "PAY-IT")]
        assert places == sorted(places)
        assert "END-IF" not in text
        assert "<" in text or any(word in text for word in ("LESS", "BELOW", "UNDER"))


def test_a_field_is_said_with_its_picture_and_value() -> None:
    for seed in range(20):
        text = said("05 WS-X PIC 9(5)V99 VALUE 12.", seed)
        assert {"WS-X", "9(5)V99", "12"} <= set(text.split())


def test_a_name_is_said_whole_or_in_its_parts() -> None:
    texts = {said("CLOSE CUST-FILE", seed, in_words=0.5) for seed in range(40)}
    assert any("CUST-FILE" in text for text in texts)
    assert any("CUST FILE" in text for text in texts)


def test_only_small_words_are_left_out() -> None:
    for seed in range(40):
        text = said("IF NOT WS-A = WS-B MOVE WS-A TO WS-B", seed, left_out=1.0)
        assert "NOT" in text.split()
        assert not {"TO", "INTO", "IN", "THE"} & set(text.split())


def test_the_same_seed_says_the_same_and_nothing_says_nothing() -> None:
    assert said("MOVE A-1 TO B-1", 7, in_words=0.5) == said("MOVE A-1 TO B-1", 7, in_words=0.5)
    assert described(["\n    ", "."], np.random.default_rng(0)) == ()


def test_every_phrasing_says_only_what_its_pattern_takes() -> None:
    for verb, phrases in CLAUSES.items():
        for pattern, phrasings in phrases:
            taken = {part for part in pattern.split() if part.startswith("@")}
            for phrasing in phrasings:
                assert {part for part in phrasing.split() if part.startswith("@")} <= taken, verb


def test_a_sentence_is_cut_into_words() -> None:
    text = "If cust-balance < 10.50, write 'Too low' to the log!"
    assert " ".join(sentence_words(text)) == "IF CUST-BALANCE < 10.50 WRITE 'Too low' TO THE LOG"
    assert repair_spec("syntax error, unexpected TO", ["\n    ", "MOVE", "TO", "A"]) == tuple(
        "SYNTAX ERROR UNEXPECTED TO . MOVE TO A".split()
    )
