"""Code as words: layout goes, what COBOL reads stays, and the way back reads the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobolsmith import words
from cobolsmith.words import text_area, text_of, words_of


def cut(text: str, fixed: bool = True) -> list[str]:
    return [word.text for word in words_of(text, fixed)]


def test_areas_comments_and_blank_lines_are_no_words() -> None:
    text = (
        "000100 IDENTIFICATION DIVISION.                                         PROG0001\n"
        "000200*    A COMMENT\n"
        "\n"
        "000300     MOVE  'It''s'   TO   ws-a.  *> AND ANOTHER\n"
    )
    assert cut(text) == [
        "\n", "IDENTIFICATION", "DIVISION", ".",
        "\n    ", "MOVE", "'It''s'", "TO", "WS-A", ".",
    ]  # fmt: skip


def test_offsets_are_those_of_the_text() -> None:
    text = "000100     MOVE A TO WS-B.\n"
    found = {word.text: (word.start, word.end) for word in words_of(text, True)}
    assert text[slice(*found["WS-B"])] == "WS-B"
    assert text[slice(*found["."])] == "."


def test_free_format_counts_indentation_from_column_1() -> None:
    assert cut("  display x *> why\n*> all of it\n", fixed=False) == ["\n  ", "DISPLAY", "X"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("05 A PIC S9(5)V9(2) COMP-3.", ["05", "A", "PIC", "S9(5)V9(2)", "COMP-3", "."]),
        ("05 A PICTURE IS Z,ZZ9.99-.", ["05", "A", "PICTURE", "IS", "Z,ZZ9.99-", "."]),
        ("COMPUTE A = B ** 2.5", ["COMPUTE", "A", "=", "B", "**", "2.5"]),
        ("MOVE X'0D0A' TO A(1:3)", ["MOVE", "X'0D0A'", "TO", "A", "(", "1", ":", "3", ")"]),
        ("COPY C REPLACING ==:T:== BY ==X==.", ["COPY", "C", "REPLACING", "==", ":", "T"]),
        ("MOVE WS-:T:-A TO B", ["MOVE", "WS-:T:-A", "TO", "B"]),
        ("IF A >= 1 AND B <> 2", ["IF", "A", ">=", "1", "AND", "B", "<>", "2"]),
        ("DISPLAY 'OPEN", ["DISPLAY", "'OPEN"]),
    ],
)
def test_words_of_a_line(code: str, expected: list[str]) -> None:
    assert cut(f"       {code}\n")[1 : len(expected) + 1] == expected


def test_a_tab_reaches_to_the_next_of_every_eight_columns() -> None:
    assert [
        word.text for word in words_of("\tMOVE A\n      *\tNOTE\n      -\tB TO C.\n", True)
    ] == [
        "\n",
        "MOVE",
        "AB",
        "TO",
        "C",
        ".",
    ]
    wide = "\t" * 8 + "12345678X"
    assert wide[slice(*text_area(wide))] == "\t" * 7 + "12345678"


def test_a_continued_literal_is_one_word() -> None:
    first = "           MOVE 'A LITERAL THAT GOES ON TO THE VERY END OF ITS LINE, AND ONN"
    text = f"{first[:72]}\n      -    'WARD' TO A.\n"
    found = cut(text)
    assert found[2].startswith("'A LITERAL") and found[2].endswith("WARD'")
    assert found[3:] == ["TO", "A", "."]


def test_the_state_behind_words_tells_how_to_cut_what_follows() -> None:
    assert words.state_after(["05", "A", "PIC"]) == "pic"
    assert words.state_after(["05", "A", "PIC", "X(3)"]) == ""
    assert words.state_after(["EXEC", "SQL", "\n    ", "SELECT"]) == "exec"
    assert words.state_after(["EXEC", "SQL", "COMMIT", "END-EXEC"]) == ""


TOKENS = st.sampled_from(
    "MOVE TO WS-A 1 2.5 'A B' ( ) . = >= PIC X(3) IF ADD A-B \n \n    DISPLAY : ,".split(" ")
)


@given(st.lists(TOKENS, min_size=1, max_size=12))
def test_written_words_are_read_back(tokens: list[str]) -> None:
    sound = [t.strip(" ") if not t.startswith("\n") else t for t in tokens if t]
    first = cut("       " + text_of(sound).replace("\n", "\n       ") + "\n")
    again = cut("       " + text_of(first).lstrip("\n").replace("\n", "\n       ") + "\n")
    assert [w for w in again if w[0] != "\n"] == [w for w in first if w[0] != "\n"]
