"""Drafts: the like place is found, and its names exchanged as the places differ."""

from __future__ import annotations

from cobolsmith.drafts import drafts, lines, paragraphs, statements
from cobolsmith.words import words_of

TEXT = """\
       PROCEDURE DIVISION.
       1000-READ.
           READ IN-FILE
               AT END MOVE 'Y' TO WS-IN-EOF
           END-READ.
           MOVE IN-NAME TO WS-IN-NAME.
           MOVE IN-CODE TO WS-IN-CODE.
           ADD 1 TO WS-IN-COUNT.
       2000-WRITE.
           MOVE OUT-NAME TO WS-OUT-NAME.
           MOVE OUT-CODE TO WS-OUT-CODE.
           ADD 1 TO WS-OUT-COUNT.
           STOP RUN.
"""
WORDS = [word.text for word in words_of(TEXT, True)]
KNOWN = frozenset(word for word in WORDS if "-" in word)


def run_of(text: str) -> tuple[int, int]:
    """The statement with these words."""
    return next(run for run in statements(WORDS) if " ".join(WORDS[slice(*run)]) == text)


def test_statements_end_before_phrases_and_periods() -> None:
    found = [" ".join(WORDS[begin:end]) for begin, end in statements(WORDS)]
    assert "MOVE 'Y' TO WS-IN-EOF" in found
    assert "ADD 1 TO WS-OUT-COUNT" in found
    assert found[-1] == "STOP RUN"
    assert not any(text.endswith(".") or "\n" in text[-1:] for text in found)


def test_an_exec_block_is_no_statement_and_ends_the_one_before() -> None:
    text = (
        "PROCEDURE DIVISION . IF A-1 > 0 EXEC CICS DELETE FILE ( 'X' ) END-EXEC MOVE A-1 TO B-1 ."
    )
    words = text.split()
    assert [" ".join(words[b:e]) for b, e in statements(words)] == ["IF A-1 > 0", "MOVE A-1 TO B-1"]


def test_a_paragraph_is_what_follows_its_header() -> None:
    found = [[word for word in WORDS[b:e] if word[:1] != "\n"] for b, e in paragraphs(WORDS)]
    assert [text[0] for text in found] == ["READ", "MOVE"]
    assert found[0][-5:] == ["ADD", "1", "TO", "WS-IN-COUNT", "."]
    assert found[1][-3:] == ["STOP", "RUN", "."]


def test_the_statement_of_the_like_place_comes_first_with_its_names_exchanged() -> None:
    hole = run_of("MOVE OUT-CODE TO WS-OUT-CODE")
    best = drafts(WORDS, hole, statements(WORDS), KNOWN)[0]
    assert " ".join(best.words) == "MOVE OUT-CODE TO WS-OUT-CODE"
    assert 2.0 < best.likeness < 6.0


def test_a_name_that_would_not_exist_is_not_made() -> None:
    hole = run_of("MOVE OUT-CODE TO WS-OUT-CODE")
    best = drafts(WORDS, hole, statements(WORDS), KNOWN - {"WS-OUT-CODE"})[0]
    assert " ".join(best.words) == "MOVE OUT-CODE TO WS-IN-CODE"


def test_keywords_are_never_exchanged() -> None:
    words = "PROCEDURE DIVISION . CALL A-1 . ADD B-1 TO C-1 . MOVE A-1 . ADD D-1 TO E-1 .".split()
    runs = list(statements(words))
    found = drafts(words, runs[3], runs, frozenset(words))
    assert {draft.words[0] for draft in found} <= {"CALL", "ADD", "MOVE"}
    assert ("ADD", "B-1", "TO", "C-1") in [draft.words for draft in found]


def test_the_hole_itself_is_no_draft() -> None:
    hole = run_of("STOP RUN")
    found = drafts(WORDS, hole, statements(WORDS), KNOWN)
    assert found
    assert ("STOP", "RUN") not in [draft.words for draft in found]
    assert [d.likeness for d in found] == sorted((d.likeness for d in found), reverse=True)


def test_lines_have_no_breaks() -> None:
    texts = [" ".join(WORDS[begin:end]) for begin, end in lines(WORDS)]
    assert "READ IN-FILE" in texts
    assert not any("\n" in text for text in texts)
