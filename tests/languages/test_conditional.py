"""Conditional compilation: what is compiled, and what can't be decided."""

from __future__ import annotations

from pathlib import Path

import pytest

from cobolsmith.languages.cobol import read_program
from cobolsmith.program import DataItem
from cobolsmith.source import read


def names(program, directives: str) -> list[str]:  # type: ignore[no-untyped-def]
    return [item.name for item in program(directives).items]


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("N = 5", True),
        ("N IS NOT EQUAL TO 5", False),
        ("N > 4 AND N < 5", False),
        ("N > 9 OR T = 'YES'", True),
        ("NOT (N >= 5)", False),
        ("N IS DEFINED", True),
        ("GONE IS DEFINED", False),
        ("GONE IS NOT DEFINED", True),
        ("P64 IS SET", True),
    ],
)
def test_constants_decide(program, condition: str, holds: bool) -> None:  # type: ignore[no-untyped-def]
    text = f"""
>>DEFINE N AS 5  *> five
>>SET CONSTANT T 'YES'
>>DEFINE GONE 1
>>DEFINE GONE OFF
>>IF {condition}  *> a remark
01  ONE PIC X.
>>ELSE
01  OTHER PIC X.
>>END-IF
01  ALWAYS PIC X.
"""
    assert names(program, text) == ["ONE" if holds else "OTHER", "ALWAYS"]


def test_branches_nest_and_the_first_that_holds_is_taken(program) -> None:  # type: ignore[no-untyped-def]
    text = """
>>DEFINE N 2
>>IF N = 1
01  A PIC X.
>>ELIF N = 2
01  B PIC X.
>>IF N = 3
01  C PIC X.
>>ELSE
01  D PIC X.
>>END-IF
>>ELIF N = 2
01  E PIC X.
>>ELSE
01  F PIC X.
>>END-IF
"""
    assert names(program, text) == ["B", "D"]


def test_what_is_defined_nowhere_is_said(program) -> None:  # type: ignore[no-untyped-def]
    one = program("01  A PIC X.\n>>IF ELSEWHERE = 1\n01  B PIC X.\n>>END-IF")
    assert [item.name for item in one.items] == ["A"]
    (unknown,) = one.unknowns
    assert "ELSEWHERE is not defined in the source" in unknown.what


def test_what_cannot_be_decided_is_read_whole(program) -> None:  # type: ignore[no-untyped-def]
    text = ">>DEFINE N AS PARAMETER\n>>IF N = 1\n01  A PIC X.\n>>ELSE\n01  B PIC X.\n>>END-IF"
    one = program(text)
    assert [item.name for item in one.items] == ["A", "B"]
    (unknown,) = one.unknowns
    assert "every branch is read" in unknown.what


def test_a_constant_is_a_size_and_a_name(program) -> None:  # type: ignore[no-untyped-def]
    one = program(
        ">>DEFINE CONSTANT MOST 12\n01  T.\n    05  E PIC X OCCURS MOST.",
        "P.\n    IF MOST > 3 DISPLAY MOST.",
    )
    item = one.resolve("T")
    assert isinstance(item, DataItem) and item.length == 12
    assert one.problems == ()


def test_places_behind_text_left_out_stay(tmp_path: Path) -> None:
    main = tmp_path / "main.cbl"
    main.write_text(
        "       IDENTIFICATION DIVISION.\n       PROGRAM-ID. MAIN.\n       DATA DIVISION.\n"
        "       WORKING-STORAGE SECTION.\n      >>IF X IS DEFINED\n           COPY NOWHERE.\n"
        "      >>END-IF\n       01  AFTER-IT PIC X.\n"
    )
    one = read_program(read(main))
    (item,) = one.items
    assert item.name_origin is not None
    assert main.read_bytes()[slice(*item.name_origin.span)] == b"AFTER-IT"
    assert (one.copies, one.problems) == ((), ())
