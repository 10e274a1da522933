"""EXEC blocks: found wherever they stand, with their places; and no text breaks their readers."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from cobolsmith.checks.shim import translated
from cobolsmith.executed import blocks_of
from cobolsmith.languages.cics import read_cics
from cobolsmith.languages.cobol import read_program
from cobolsmith.languages.embedded import blocks
from cobolsmith.languages.sql import SqlStatement, read_sql
from cobolsmith.source import from_bytes

HEAD = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. P.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01  WS-A PIC X(10).
       PROCEDURE DIVISION.
       P1.
"""
WORDS = (
    "SELECT A FROM T WHERE CURRENT OF C INSERT INTO ( ) , . ; : :WS-A :WS-A.B ' '' \" -- /* */ "
    "VALUES UPDATE SET = <> || DELETE MERGE USING AS ON WHEN MATCHED THEN NOT DECLARE CURSOR FOR "
    "TABLE FETCH FINAL CAST CASE END WITH UR UNION ALL COUNT(*) 1 2.5 X'0F' WHENEVER SQLERROR "
    "GO TO READ FILE('F') INTO(WS-A) RIDFLD( HANDLE CONDITION ERROR(P1) SEND MAP('M') "
    "RESP(WS-A) LENGTH OF LINK PROGRAM(WS-A) COMMAREA RETURN - *> \n \n \n"
).split(" ")


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(("SQL", "CICS")), st.lists(st.sampled_from(WORDS), max_size=30))
def test_no_text_breaks_the_readers(dialect: str, words: list[str]) -> None:
    body = "\n".join(f"           {word}" for word in " ".join(words).split("\n"))
    text = f"{HEAD}           EXEC {dialect}\n{body}\n           END-EXEC.\n"
    source = from_bytes(text.encode(), Path("P.cbl"), format="fixed")
    program = read_program(source)
    statements = read_sql(program) if dialect == "SQL" else read_cics(program)
    found = [one for one in blocks(program) if one.dialect == dialect]
    assert len(statements) == len(found)
    for one in statements:
        assert text[one.origin.span.start :].startswith("EXEC")
        assert one.unknowns or (one.kind if isinstance(one, SqlStatement) else one.name)
    made = translated(source)
    assert len(made.lines) == made.data.count(b"\n")
    assert set(made.lines) <= set(range(1, text.count("\n") + 1))


def test_each_character_knows_its_place(tmp_path: Path) -> None:
    text = (
        HEAD.encode()
        + b"000700     EXEC CICS LINK PROGRAM('PROG                                 ID\r\n"
        + b"000800-    'RAM') COMMAREA(WS-A)                                        ID\r\n"
        + b"000900* NOT THIS\r\n"
        + b"001000     END-EXEC.\r\n"
    )
    (block,) = blocks_of(from_bytes(text, tmp_path / "P.cbl"))
    assert block.text.split() == ["LINK", "PROGRAM('PROG", "RAM')", "COMMAREA(WS-A)"]
    assert len(block.places) == len(block.text) + 1
    for letter, place in zip(block.text, block.places, strict=False):
        assert text[place : place + 1].decode() in (letter, "\r")


def test_blocks_of_copybooks_stand_where_they_are_copied(tmp_path: Path) -> None:
    (tmp_path / "CUR.cpy").write_text("           EXEC SQL OPEN C2 END-EXEC.\n")
    text = (
        f"{HEAD}           EXEC SQL OPEN C1 END-EXEC.\n"
        "           COPY CUR.\n           EXEC SQL OPEN C3 END-EXEC.\n"
    )
    program = read_program(from_bytes(text.encode(), tmp_path / "P.cbl"))
    found = blocks(program)
    assert [one.text for one in found] == ["OPEN C1", "OPEN C2", "OPEN C3"]
    assert [one.origin.path.name for one in found] == ["P.cbl", "CUR.cpy", "P.cbl"]
