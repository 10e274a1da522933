"""Cards: which sources are JCL or BMS, and words that go on from card to card."""

from __future__ import annotations

from pathlib import Path

import pytest
from tree_sitter import Query, QueryCursor

from cobolsmith import source as sources
from cobolsmith import syntax
from cobolsmith.cards import card_language, pieces

FIXTURES = Path(__file__).parent.parent / "fixtures"


@pytest.mark.parametrize(
    ("name", "text", "language"),
    [
        ("A.jcl", "//A        JOB 1\n", "jcl"),
        ("A.txt", "\n//* A COMMENT\n//A        JOB 1\n", "jcl"),
        ("A", "//         SET A=1\n", "jcl"),
        ("A.prc", "/*JOBPARM L=1\n//A        JOB 1\n", "jcl"),
        ("A.bms", "* A MAPSET\n", "bms"),
        ("A.txt", "         PRINT NOGEN\nA        DFHMSD TYPE=MAP\n", "bms"),
        ("A.jcl", "  DSN SYSTEM(DB2P)\n  END\n", ""),
        ("A.cbl", "       IDENTIFICATION DIVISION.\n", ""),
        ("A.cbl", "//TEXT THAT BEGINS WITH SLASHES\n", ""),
        ("A.cbl", "      * DFHMSD TYPE=MAP\n       ID DIVISION.\n", ""),
        ("A.cpy", "", ""),
    ],
)
def test_content_says_more_than_a_name(name: str, text: str, language: str) -> None:
    assert card_language(Path(name), text.encode()) == language
    read = sources.from_bytes(text.encode(), name)
    assert read.format == (language or read.format) and (read.format in ("jcl", "bms")) == bool(
        language
    )


@pytest.mark.parametrize("encoding", ["utf-8", "cp037"])
def test_every_job_procedure_and_map_of_the_estate_is_told_and_parses(encoding: str) -> None:
    paths = [*FIXTURES.glob("jcl/*"), *FIXTURES.glob("proc/*"), *FIXTURES.glob("bms/*")]
    assert len(paths) == 7
    for path in paths:
        data = path.read_text().encode(encoding)
        read = sources.from_bytes(data, path)
        assert read.format == ("bms" if path.suffix == ".bms" else "jcl")
        tree = syntax.parse(read.view, read.format)
        assert tree.errors() == () and tree.lost_bytes() == ()


def test_programs_are_not_taken_for_cards() -> None:
    for path in (*FIXTURES.glob("cobol/*"), *FIXTURES.glob("cics/*"), *FIXTURES.glob("copy/*")):
        assert sources.read(path).format in ("fixed", "free", "variable")


def test_a_leaf_over_cards_is_made_whole() -> None:
    first = "//S        EXEC PGM=A,PARM='ONE"
    text = f"{first}\n//             TWO', REMARK\n"
    tree = syntax.parse(text.encode(), "jcl")
    literal = next(tree.walk("string"))
    assert tree.text(literal) == f"'ONE{' ' * (71 - len(first))}TWO'"


def test_pieces_leave_out_columns_and_comments_between() -> None:
    raw = b"'AB\r\n//* COMMENT\n//             CD'"
    found = [(raw[start:end], width) for start, end, width in pieces(raw, 60)]
    assert found == [(b"'AB", 11), (b"CD'", 0)]


@pytest.mark.parametrize(
    ("format", "text", "said"),
    [
        ("jcl", "//S EXEC PGM=A,PARM='X\n", "a quote is opened and not closed"),
        ("jcl", "//S EXEC PGM=A,\n//D DD DUMMY\n", "a comma ends the operands"),
        ("jcl", "//S EXCE PGM=A\n", "unexpected 'EXCE'"),
        ("bms", "A        DFHMDF POS=(1,1),\n         END\n", "a comma ends the operands"),
    ],
)
def test_what_is_wrong_is_said(format: str, text: str, said: str) -> None:
    (problem,) = syntax.parse(text.encode(), format).errors()
    assert problem.message.startswith(said) and problem.line == 1


@pytest.mark.parametrize("format", ["jcl", "bms"])
def test_highlights_name_nodes_of_the_grammar(format: str) -> None:
    queries = Path(__file__).parent.parent / f"grammars/{format}/queries/highlights.scm"
    query = Query(syntax.language(format), queries.read_text())
    path = FIXTURES / ("jcl/SVJNITE.jcl" if format == "jcl" else "bms/SVMS01.bms")
    tree = syntax.parse(sources.read(path).view, format)
    assert {"comment", "keyword", "property", "string"} <= set(
        QueryCursor(query).captures(tree.root)
    )


def test_a_long_line_and_deep_nesting_are_read() -> None:
    for format, text in (
        ("jcl", b"//A JOB " + b"X," * 500_000),
        ("jcl", b"// IF A=1 THEN\n" * 2_000),
        ("jcl", b"//A DD *\n/*\n" * 2_000),
        ("bms", b"'" * 500_000),
        ("bms", b"(\n" * 20_000),
    ):
        assert syntax.parse(text, format).lost_bytes() == ()
