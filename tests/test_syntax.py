"""Trees: what they say about a text, and that broken text is flagged where it is broken."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cobolsmith.errors import UsageError
from cobolsmith.syntax import FORMATS, SyntaxProblem, parse

PROGRAM = b"""\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. PAY.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01  A PIC 9(3) VALUE 1.
       01  NAME-OUT PIC X(5) VALUE "SMITH".
       PROCEDURE DIVISION.
       MAIN-PARA.
           IF A > 1
               DISPLAY "BIG"
           ELSE
               DISPLAY "SMALL"
           END-IF.
           PERFORM NEXT-PARA UNTIL A > 10.
           STOP RUN.
       NEXT-PARA.
           ADD 1 TO A
               ON SIZE ERROR DISPLAY "FULL"
           END-ADD.
"""


def problems(text: bytes, format: str = "fixed") -> tuple[SyntaxProblem, ...]:
    return parse(text, format).errors()


def test_a_program_has_no_problems() -> None:
    assert problems(PROGRAM) == ()


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (b'DISPLAY "BIG"', b'DISPLAY "BIG', 10),
        (b'VALUE "SMITH".', b'VALUE "SMITH.', 6),
        (b"           ELSE\n", b"           ELSE\n           ELSE\n", 12),
        (b"STOP RUN.", b"END-IF STOP RUN.", 15),
        (b"UNTIL A > 10.", b"UNTIL A > 10 END-PERFORM.", 14),
        (b"STOP RUN.", b"STOP RUN", 16),
        (b"ADD 1 TO A", b"ADD TO A", 17),
        (b"VALUE 1.", b"VALUE.", 5),
        (b"PROCEDURE DIVISION", b"PROCEDURE DIVISON", 7),
    ],
)
def test_a_mutant_is_flagged_near_its_line(old: bytes, new: bytes, line: int) -> None:
    assert PROGRAM.count(old) == 1
    found = problems(PROGRAM.replace(old, new))
    assert found and min(abs(problem.line - line) for problem in found) <= 2


@pytest.mark.parametrize(
    ("broken", "kept"),
    [
        (b'           DISPLAY "ABC.\n', 3),
        (b"           DISPLAY 1 END-IF.\n", 3),
        (b"           MOVE A B.\n", 3),
        (b"           GO TO TO X.\n", 3),
        (b"      ?    DISPLAY 1.\n", 3),
    ],
)
def test_one_bad_line_costs_one_statement(broken: bytes, kept: int) -> None:
    good = b"           COMPUTE X = Y.\n"
    tree = parse(good + broken + good + good)
    assert tree.errors() and len(list(tree.walk("compute_statement"))) == kept


def test_a_problem_says_what_and_where() -> None:
    (problem,) = problems(b"DISPLAY 1.\nMOVE A 'B.\n", "free")
    assert (problem.line, problem.column, problem.kind) == (2, 1, "error")
    assert "quote" in problem.message


def test_a_missing_token_is_named() -> None:
    (problem,) = problems(b"PROCEDURE DIVISION.\n    MOVE A B.\n    DISPLAY C\n.\n", "free")
    assert problem.line == 2


@pytest.mark.parametrize("format", FORMATS)
def test_nesting_is_deep(format: str) -> None:
    text = b"           IF A\n" * 900 + b"           DISPLAY B.\n"
    tree = parse(text, format)
    assert tree.errors() == () and len(list(tree.walk("if_statement"))) == 900


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(UsageError, match="no reference format 'cards'"):
        parse(b"", "cards")


def test_text_joins_continued_literals_and_drops_columns() -> None:
    opened = b'000100     DISPLAY "' + b"x" * 52 + b"PROG0001\n"
    tree = parse(opened + b"      * a remark\n" + b'000200-    "tail".\n')
    (literal,) = tree.walk("string_literal")
    assert tree.text(literal) == '"' + "x" * 52 + 'tail"'
    (statement,) = tree.walk("display_statement")
    assert tree.text(statement) == 'DISPLAY "' + "x" * 52 + 'tail"'


def test_text_pads_a_short_continued_literal_to_the_margin() -> None:
    tree = parse(b'           DISPLAY "ab\n      -    "cd".\n')
    (literal,) = tree.walk("string_literal")
    assert tree.text(literal) == '"ab' + " " * 50 + 'cd"'
    tree = parse(b'           DISPLAY "ab\n      -    "cd\n      * remark\n      -    "ef".\n')
    (literal,) = tree.walk("string_literal")
    assert tree.text(literal) == '"ab' + " " * 50 + "cd" + " " * 58 + 'ef"'


def test_text_joins_continued_words() -> None:
    tree = parse(b"           MOVE ALPHA-\n      -    BETA TO C.\n")
    assert [tree.text(name) for name in tree.walk("name")] == ["ALPHA-BETA", "C"]


def test_text_of_exec_has_no_columns() -> None:
    tree = parse(b"           EXEC SQL\n      * no\n000100      SELECT A\n           END-EXEC.\n")
    (text,) = tree.walk("exec_text")
    assert tree.text(text).split() == ["SELECT", "A"]


def test_leaves_of_a_range() -> None:
    tree = parse(b"MOVE A TO B.\nDISPLAY C.\n", "free")
    assert [tree.text(leaf) for leaf in tree.leaves(13)] == ["DISPLAY", "C", "."]
    assert [tree.text(leaf) for leaf in tree.leaves(5, 9)] == ["A", "TO"]


def test_statements_end_where_their_text_ends() -> None:
    tree = parse(b"IF A\n  DISPLAY B\n\n*> remark\nEND-IF\n", "free")
    ends = {node.type: tree.view[node.start_byte : node.end_byte] for node in tree.walk()}
    assert ends["display_statement"] == b"DISPLAY B"
    assert ends["if_statement"].endswith(b"END-IF")


def test_json_carries_fields_and_text() -> None:
    tree = parse(b"MOVE A TO B.\n", "free")
    move = tree.to_json()["children"][0]["children"][0]
    assert move["kind"] == "move_statement"
    fields = {child.get("field"): child for child in move["children"]}
    assert fields["to"]["children"][0]["text"] == "B"


@settings(max_examples=60, deadline=None)
@given(
    st.text(alphabet="ABIF MOVE.TO'\"=()-0123456789\n\t*>:,ELSEND\x7f", max_size=200),
    st.sampled_from(FORMATS),
)
def test_any_text_parses_without_losing_a_byte(text: str, format: str) -> None:
    view = text.encode("ascii")
    tree = parse(view, format)
    assert tree.lost_bytes() == ()
    assert all(0 <= problem.start <= problem.end <= len(view) for problem in tree.errors())


WORDS = re.findall(
    r'"([^"]+)"', (Path(__file__).parent.parent / "grammars/cobol/src/keywords.def").read_text()
)
BLANKS = [" ", "\n", "\n       ", "\n           ", "\n      - ", "\t"]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                [*WORDS, *["A", "05", "'x'", "'x", ".", "(", ")", "==A==", ":T:"] * 12]
            ),
            st.sampled_from(BLANKS),
        ),
        max_size=60,
    ),
    st.sampled_from(FORMATS),
)
def test_keywords_in_any_order_parse_without_losing_a_byte(
    words: list[tuple[str, str]], format: str
) -> None:
    tree = parse("".join(word + blank for word, blank in words).encode(), format)
    assert tree.lost_bytes() == ()


@pytest.mark.parametrize("cut", range(0, len(PROGRAM), 37))
def test_a_program_cut_anywhere_still_parses(cut: int) -> None:
    tree = parse(PROGRAM[:cut])
    assert tree.lost_bytes() == () and tree.root.end_byte <= cut


def test_a_picture_where_none_may_stand_ends() -> None:
    """The scanner looks ahead there for what to close; it must not give the word without moving."""
    for text in (b"FREE R PICTURE IS", b"FREE R PICTURE IS X.", b"FREE R EXEC SQL X END-EXEC."):
        tree = parse(text, "free")
        assert not tree.lost_bytes()
    assert parse(b"FREE R PICTURE IS", "free").errors()


def test_a_problem_is_told_behind_what_is_whole_before_it() -> None:
    text = (
        "ENVIRONMENT DIVISION.\nCONFIGURATION SECTION.\nSOURCE-COMPUTER.\nX.\n"
        "REPOSITORY.\nFUNCTION ALL INTRINSIC\nINPUT-OUTPUT SECTION.\nFILE-CONTROL.\n"
    )
    (problem,) = parse(text.encode(), "free").errors()
    assert problem.line == 5
    assert problem.message.startswith("unexpected 'REPOSITORY. FUNCTION")
