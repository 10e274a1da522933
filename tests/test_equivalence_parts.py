"""Equivalence without running anything: values, layouts, changes, mutants, domains, comparison."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobolsmith.checks.equivalence.accepts import accepts
from cobolsmith.checks.equivalence.change import changes, region, words
from cobolsmith.checks.equivalence.compare import Comparison, Stated, check_stated, never_assigned
from cobolsmith.checks.equivalence.domains import domains
from cobolsmith.checks.equivalence.driver import parameters
from cobolsmith.checks.equivalence.fresh import call
from cobolsmith.checks.equivalence.givens import inputs_of
from cobolsmith.checks.equivalence.inputs import Draw
from cobolsmith.checks.equivalence.layouts import converted, seen
from cobolsmith.checks.equivalence.marks import mark
from cobolsmith.checks.equivalence.mutants import mutants
from cobolsmith.checks.equivalence.runs import Ran
from cobolsmith.checks.equivalence.shape import Field, FileShape, fields, loaded, stored
from cobolsmith.checks.equivalence.sides import Built
from cobolsmith.checks.equivalence.values import decode, edges, encode, invalid
from cobolsmith.checks.equivalence.views import views
from cobolsmith.checks.equivalence.wider import Moves, moves, proven
from cobolsmith.errors import UsageError
from cobolsmith.items import Picture, Sign
from cobolsmith.languages.cobol import read_program
from cobolsmith.program import Program
from cobolsmith.source import from_bytes
from cobolsmith.syntax import parse

TEXT = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. CARDS.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT CARDS ASSIGN TO CARDIN.
           SELECT LISTING ASSIGN TO LIST.
       DATA DIVISION.
       FILE SECTION.
       FD  CARDS.
       01  CARD.
           05  CARD-KIND PIC X.
               88  CARD-GOOD VALUE 'G' 'H'.
           05  CARD-AMOUNT PIC S9(3)V99 COMP-3.
           05  CARD-TEXT PIC X(8).
       FD  LISTING.
       01  LIST-LINE.
           05  LIST-AMOUNT PIC S9(5)V99.
           05  LIST-EMPTY PIC X(4).
           05  FILLER PIC X(2).
       WORKING-STORAGE SECTION.
       01  WS-LIMIT PIC S9(3)V99 VALUE 5.
       01  WS-SWITCH PIC X VALUE 'N'.
       01  WS-TOTAL PIC S9(7)V99 COMP-3.
       01  WS-OTHER PIC S9(7)V99 COMP-3.
       01  WS-VIEW.
           05  VIEW-NUMBER PIC 9(4).
           05  VIEW-CODE PIC X(4).
       PROCEDURE DIVISION.
       MAIN.
           OPEN INPUT CARDS OUTPUT LISTING
           PERFORM UNTIL WS-SWITCH = 'Y'
               READ CARDS AT END MOVE 'Y' TO WS-SWITCH
                   NOT AT END PERFORM ONE-CARD
               END-READ
           END-PERFORM
           CLOSE CARDS LISTING
           STOP RUN.
       ONE-CARD.
           MOVE CARD-TEXT TO WS-VIEW
           IF CARD-AMOUNT > 100.50 AND CARD-GOOD
               ADD CARD-AMOUNT TO WS-TOTAL ROUNDED
           ELSE
               COMPUTE WS-OTHER ROUNDED = CARD-AMOUNT * 2
           END-IF
           MOVE CARD-AMOUNT TO LIST-AMOUNT
           WRITE LIST-LINE.
"""


def program(text: str = TEXT) -> Program:
    return read_program(from_bytes(text.encode(), Path("CARDS.cbl")))


def number(text: str, size: int, scale: int, usage: str, length: int, sign: Sign | None = None):
    signed = text.startswith("S")
    picture = Picture(text, "numeric", size, size, scale, signed)
    return Field("N", 0, 0, length, picture, usage, sign)


NUMBERS = [
    number("S9(5)V99", 7, 2, "DISPLAY", 7),
    number("S9(5)V99", 7, 2, "DISPLAY", 8, Sign(leading=True, separate=True)),
    number("S9(5)V99", 7, 2, "DISPLAY", 7, Sign(leading=True, separate=False)),
    number("9(5)V99", 7, 2, "DISPLAY", 7),
    number("S9(5)V99", 7, 2, "COMP-3", 4),
    number("9(5)V99", 7, 2, "COMP-3", 4),
    number("S9(5)V99", 7, 2, "BINARY", 4),
    number("S9(5)V99", 7, 2, "COMP-5", 4),
]


@pytest.mark.parametrize("field", NUMBERS)
@given(st.integers(-9_999_999, 9_999_999))
def test_numbers_come_back_from_their_bytes(field: Field, whole: int) -> None:
    assert field.picture is not None
    value = Decimal(whole if field.picture.signed else abs(whole)).scaleb(-2)
    data = encode(field, value)
    assert len(data) == field.length
    assert decode(field, data) == value


def test_the_forms_of_numbers_are_those_of_gnucobol() -> None:
    minus = Decimal("-12345.67")
    assert [encode(field, minus) for field in NUMBERS[:3]] == [b"123456w", b"-1234567", b"q234567"]
    assert encode(NUMBERS[4], minus).hex() == "1234567d"
    assert encode(NUMBERS[5], abs(minus)).hex() == "1234567f"
    assert encode(NUMBERS[6], minus) == (-1234567).to_bytes(4, "big", signed=True)


def test_edges_are_zero_the_step_the_greatest_and_their_negatives() -> None:
    assert NUMBERS[0].picture is not None
    found = set(edges(NUMBERS[0].picture))
    assert {Decimal(0), Decimal("0.01"), Decimal("99999.99"), Decimal("-99999.99")} <= found


def test_invalid_packed_numbers_have_every_sign_nibble() -> None:
    assert {data[-1] & 0xF for data in invalid(NUMBERS[4])} >= set(range(16))


SHAPES = [
    FileShape("F", "F", "SEQUENTIAL", 5, 5, (), ()),
    FileShape("F", "F", "SEQUENTIAL", 1, 9, (), ()),
    FileShape("F", "F", "LINE SEQUENTIAL", 0, 9, (), ()),
    FileShape("F", "F", "RELATIVE", 5, 5, (), ()),
]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape.organization} {shape.longest}")
def test_records_come_back_from_the_file(shape: FileShape) -> None:
    records = (b"ABCDE", b"FGHIJ")
    assert loaded(shape, stored(shape, records)) == records


def test_relative_files_keep_their_empty_slots() -> None:
    records = (b"ABCDE", None, b"FGHIJ")
    assert loaded(SHAPES[3], stored(SHAPES[3], records)) == records


def test_redefinitions_and_tables_are_fields_once_each() -> None:
    text = TEXT.replace(
        "           05  VIEW-CODE PIC X(4).\n",
        "           05  VIEW-CODE PIC X(2) OCCURS 2.\n"
        "           05  VIEW-OTHER REDEFINES VIEW-NUMBER PIC X(4).\n",
    )
    one = program(text)
    record = one.names["WS-VIEW"][0]
    found = [(f.name, f.offset, f.length) for f in fields(one, record)]
    assert found == [("VIEW-NUMBER", 0, 4), ("VIEW-CODE (1)", 4, 2), ("VIEW-CODE (2)", 6, 2)]
    assert fields(one, record, lambda options: options[-1])[0].name == "VIEW-OTHER"


def test_records_are_brought_to_a_wider_layout() -> None:
    old = program()
    new = program(TEXT.replace("CARD-AMOUNT PIC S9(3)V99 COMP-3", "CARD-AMOUNT PIC S9(7)V99"))
    layouts = [fields(one, one.names["CARD"][0]) for one in (old, new)]
    record = b"G" + bytes.fromhex("12345d") + b"TEXTTEXT"
    assert converted(record, *layouts) == b"G00001234u" + b"TEXTTEXT"


def test_conditions_say_which_values_to_try() -> None:
    one = program()
    found = domains(one)
    amount, kind = one.names["CARD-AMOUNT"][0], one.names["CARD-KIND"][0]
    assert set(found.asked(amount)) == {Decimal("100.50"), Decimal("100.49"), Decimal("100.51")}
    assert found.asked(kind) == ["G", "H"]
    assert found.root(amount) == found.root(one.names["LIST-AMOUNT"][0])


def test_a_field_moved_to_a_group_is_looked_at_as_that_group() -> None:
    one = program()
    assert views(one).groups[one.names["CARD-TEXT"][0]] == one.names["WS-VIEW"]


# --- The change -----------------------------------------------------------------------------------


def lines_of(old: str, new: str) -> tuple[list[str], list[str]]:
    """The lines of the changed statements on both sides."""
    marked = [mark(program(text)) for text in (old, new)]
    spans = changes(marked[0].tree, marked[1].tree)
    both = [region(one, side) for one, side in zip(marked, spans, strict=True)]
    return [one.line for one in both[0].statements], [one.line for one in both[1].statements]


def line(text: str) -> str:
    return str(TEXT[: TEXT.index(text)].count("\n") + 1)


def test_a_changed_word_is_its_statement() -> None:
    where = line("ADD CARD-AMOUNT")
    assert lines_of(TEXT, TEXT.replace("TO WS-TOTAL ROUNDED", "TO WS-OTHER")) == ([where], [where])


def test_comments_and_blanks_are_no_change() -> None:
    new = TEXT.replace("           WRITE", "      * NOTE\n           WRITE  ")
    assert [word[0] for word in words(parse(TEXT.encode()))] == [
        word[0] for word in words(parse(new.encode()))
    ]
    assert lines_of(TEXT, new) == ([], [])


def test_where_a_statement_was_taken_away_the_next_one_is_meant() -> None:
    statement = "           MOVE CARD-AMOUNT TO LIST-AMOUNT\n"
    old, new = lines_of(TEXT, TEXT.replace(statement, ""))
    assert (old, new) == ([line("MOVE CARD-AMOUNT")], [line("MOVE CARD-AMOUNT")])


def test_a_changed_item_means_the_statements_that_name_it() -> None:
    old, _ = lines_of(TEXT, TEXT.replace("LIST-AMOUNT PIC S9(5)V99", "LIST-AMOUNT PIC S9(5)V9"))
    assert old == [line("MOVE CARD-AMOUNT")]


def test_mutants_are_the_faults_people_make() -> None:
    one = program()
    marked = mark(one)
    made = mutants(marked, one, marked.statements, 1000, 0)
    kinds = {mutant.what for mutant in made}
    assert kinds >= {
        "literal off by one",
        "comparison turned",
        "ROUNDED dropped",
        "statement dropped",
        "wrong receiver",
        "operator turned",
        "another literal",
    }
    texts = {mutant.text for mutant in made if mutant.what == "literal off by one"}
    assert {"100.51", "100.49", "1", "3"} <= texts
    for mutant in made:
        assert not parse(mutant.apply(marked.tree.view), marked.tree.format).errors()


def test_the_same_seed_chooses_the_same_mutants() -> None:
    one = program()
    marked = mark(one)
    first = mutants(marked, one, marked.statements, 5, 7)
    assert first == mutants(marked, one, marked.statements, 5, 7)
    assert first != mutants(marked, one, marked.statements, 5, 8)


# --- Comparison -----------------------------------------------------------------------------------


def built(text: str = TEXT) -> Built:
    one = program(text)
    record = one.names["LIST-LINE"][0]
    shape = FileShape("LISTING", "LIST", "SEQUENTIAL", 13, 13, (), (record,))
    return Built((), {}, {"LISTING": shape}, one)


def ran(*records: bytes, stdout: bytes = b"", status: int = 0) -> Ran:
    return Ran(status, stdout, {"LIST": records})


def compared(old: Ran, new: Ran, *stated: str) -> tuple[list[str], Comparison]:
    comparison = Comparison(built(), built(), Stated(stated))
    return [str(one) for one in comparison.differences(old, new)], comparison


GOOD = b"0012345    XX"


def test_what_is_alike_has_no_difference() -> None:
    assert compared(ran(GOOD), ran(GOOD))[0] == []


def test_a_difference_names_file_record_field_and_both_values() -> None:
    found, _ = compared(ran(GOOD, GOOD), ran(GOOD, b"0012346    XX"))
    assert found == ["LIST record 2 LIST-AMOUNT: 123.45 became 123.46"]


def test_exit_codes_lines_and_missing_records_differ() -> None:
    assert compared(ran(status=4), ran(status=0))[0] == ["exit code: 4 became 0"]
    assert compared(ran(stdout=b"A\n"), ran(stdout=b"B\n"))[0] == [
        "stdout record 1: 'A' became 'B'"
    ]
    assert compared(ran(GOOD), ran())[0] == ["LIST record 1: '0012345    XX' became nothing"]
    assert compared(ran(), Ran(0, b"", {}))[0] == ["LIST: 0 records became not written"]


def test_a_stated_field_may_differ_and_nothing_else() -> None:
    other = b"0099999    XX"
    found, comparison = compared(ran(GOOD), ran(other), "LIST-AMOUNT")
    assert found == [] and comparison.stated.unseen() == ()
    found, _ = compared(ran(GOOD), ran(other, stdout=b"A"), "LIST-AMOUNT")
    assert found == ["stdout record 1: '' became 'A'"]


def test_stated_columns_may_differ_and_nothing_else() -> None:
    assert compared(ran(GOOD), ran(b"9912345    XX"), "LIST:1-2")[0] == []
    assert compared(ran(GOOD), ran(b"9912346    XX"), "LIST:1-2")[0] != []


def test_what_was_stated_and_never_seen_is_told() -> None:
    _, comparison = compared(ran(GOOD), ran(GOOD), "LIST-AMOUNT")
    assert comparison.stated.unseen() == ("LIST-AMOUNT",)


def test_bytes_never_assigned_are_masked_and_counted() -> None:
    one = program()
    assert never_assigned(one, one.names["LIST-EMPTY"][0])
    assert not never_assigned(one, one.names["LIST-AMOUNT"][0])
    assert not never_assigned(one, one.names["CARD-KIND"][0]), "READ fills it"
    found, comparison = compared(ran(GOOD), ran(b"0012345\0\0\0\0XX"))
    assert found == []
    assert comparison.masked == {"LIST LIST-EMPTY": 1}


def test_a_stated_name_that_nothing_has_is_refused() -> None:
    sides: Mapping[str, Built] = {"old": built()}
    check_stated(("LIST-AMOUNT", "LISTING", "stdout", "exit", "LIST:1-4"), sides)
    with pytest.raises(UsageError, match="LIST-AMUONT"):
        check_stated(("LIST-AMUONT",), sides)


def test_a_run_that_went_the_same_statements_in_another_order_went_another_way() -> None:
    marks = {1: 2, 2: 1}
    stated = Stated(ways=True)
    assert stated.parts(Ran(0, b"", {}, marks, 5), Ran(0, b"", {}, marks, 7))
    assert not stated.parts(Ran(0, b"", {}, marks, 5), Ran(0, b"", {}, marks, 5))


SORTS = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. SORTS.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT RAW ASSIGN TO RAWIN.
           SELECT DONE ASSIGN TO DONEOUT.
           SELECT WORK ASSIGN TO WORKDD.
       DATA DIVISION.
       FILE SECTION.
       FD  RAW.
       01  RAW-REC PIC X(12).
       FD  DONE.
       01  DONE-REC.
           05  DONE-NO PIC 9(4).
           05  DONE-TEXT PIC X(8).
       SD  WORK.
       01  WORK-REC.
           05  WORK-NO PIC 9(4).
           05  FILLER PIC X(8).
       PROCEDURE DIVISION.
       MAIN.
           SORT WORK ON ASCENDING KEY WORK-NO USING RAW GIVING DONE
           STOP RUN.
"""


def test_what_a_sort_reads_is_looked_at_as_the_records_it_sorts() -> None:
    program = read_program(from_bytes(SORTS.encode(), Path("SORTS.cbl")))
    index = {one.name: one.index for one in program.items}
    groups = views(program).groups[index["RAW-REC"]]
    assert set(groups) == {index["DONE-REC"], index["WORK-REC"]}
    found = domains(program)
    assert found.root(index["DONE-NO"]) == found.root(index["WORK-NO"])
    fields_seen = [(one.name, one.offset) for one in seen(program, index["RAW-REC"])]
    assert fields_seen == [("WORK-NO", 0), ("FILLER at 5", 4)]


PARM = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. PARM.
       DATA DIVISION.
       LINKAGE SECTION.
       01  LK-PARM.
           05  LK-LENGTH PIC S9(4) COMP.
           05  LK-TEXT PIC X(20).
       PROCEDURE DIVISION USING LK-PARM.
       MAIN.
           IF LK-LENGTH > 3 DISPLAY LK-TEXT (1:LK-LENGTH).
           GOBACK.
"""


def test_a_parm_is_a_halfword_and_a_text_of_that_length() -> None:
    program = read_program(from_bytes(PARM.encode(), Path("PARM.cbl")))
    using = tuple(found for _, found in parameters(program))
    inputs = inputs_of(Built((), {}, {}, program, using))
    draw = Draw(inputs, Random(1))
    rows = [row[0] for row in (call(draw) for _ in range(200))]
    sound = [row for row in rows if int.from_bytes(row[:2], "big") <= 20]
    assert len(sound) >= 0.9 * len(rows)
    assert len({row[:2] for row in sound}) > 3


def test_a_number_cut_off_by_the_end_of_its_record_is_its_bytes() -> None:
    packed = Field("F", 0, 0, 3, Picture("S9(5)", "numeric", 5, 5, 0, True), "COMP-3")
    assert decode(packed, b"") == b""
    assert decode(packed, b"\x12\x34") == b"\x12\x34"


WIDER = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. WIDER.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01  WS-ID                       PIC 9(3) VALUE 7.
           88  IS-FIRST                VALUE 1.
       01  WS-COPY                     PIC 9(3).
       01  WS-SHOWN                    PIC ZZ9.
       01  WS-TEXT                     PIC X(9).
       01  WS-NAME                     PIC X(4).
       01  WS-REC.
           05  WS-PART                 PIC X(4).
       PROCEDURE DIVISION.
       0000-MAIN.
           MOVE WS-ID TO WS-COPY
           ADD 1 TO WS-ID ON SIZE ERROR CONTINUE END-ADD
           IF WS-ID > 5 OR IS-FIRST MOVE SPACES TO WS-NAME END-IF
           MOVE WS-ID TO WS-TEXT
           MOVE WS-ID TO WS-SHOWN
           IF WS-ID NUMERIC CONTINUE END-IF
           IF WS-NAME = 'A' CONTINUE END-IF
           IF WS-NAME = ZERO CONTINUE END-IF
           MOVE WS-NAME (1:2) TO WS-TEXT
           MOVE WS-NAME TO WS-PART
           MOVE WS-REC TO WS-NAME
           DISPLAY WS-NAME
           COMPUTE WS-COPY = FUNCTION LENGTH (WS-NAME)
           STOP RUN.
"""


def by_rule(new: str, before: str = WIDER) -> tuple[set[str], Moves]:
    """The lines of changed statements that do the same by rule, and the moves of wider fields."""
    sides = [read_program(from_bytes(one.encode(), Path("W.cbl"))) for one in (before, new)]
    marked = [mark(one) for one in sides]
    spans = changes(marked[0].tree, marked[1].tree)
    found = region(marked[0], spans[0])
    same = proven(sides[0], sides[1], marked[0], found)
    lines = {one.line for one in found.statements if one.mark in same}
    return lines, moves(sides[0], sides[1], marked[1])


def test_statements_of_a_wider_number_do_the_same_by_rule() -> None:
    wider = WIDER.replace("WS-ID                       PIC 9(3)", "WS-ID PIC 9(5)")
    lines, moved = by_rule(wider)
    assert lines == {"15", "16", "17", "19"}
    assert moved.seen == 3 and moved.cut == (
        "MOVE WS-ID TO WS-COPY, line 15",
        "MOVE WS-ID TO WS-SHOWN, line 19",
    )
    whole = wider.replace("WS-COPY                     PIC 9(3)", "WS-COPY PIC 9(5)")
    assert by_rule(whole.replace("ZZ9", "ZZZZ9"))[1].cut == ()


def test_statements_of_a_wider_text_do_the_same_by_rule() -> None:
    wider = WIDER.replace("WS-NAME                     PIC X(4)", "WS-NAME PIC X(6)")
    lines, moved = by_rule(wider)
    assert lines == {"17", "21", "24", "25"}
    assert moved.cut == ("MOVE WS-NAME TO WS-PART, line 24",)


def test_only_a_text_that_grows_at_its_end_does_the_same_by_rule() -> None:
    assert by_rule(WIDER.replace("WS-PART                 PIC X(4)", "WS-PART PIC X(6)"))[0] == {
        "24"
    }
    right = WIDER.replace("WS-NAME                     PIC X(4)", "WS-NAME PIC X(4) JUSTIFIED")
    assert by_rule(right)[0] == set()


def test_what_was_cut_before_may_be_cut_and_other_changes_are_no_rule() -> None:
    short = WIDER.replace("WS-COPY                     PIC 9(3)", "WS-COPY PIC 9(2)")
    wider = short.replace("WS-ID                       PIC 9(3)", "WS-ID PIC 9(5)")
    assert by_rule(wider, short)[1].cut == ("MOVE WS-ID TO WS-SHOWN, line 19",)
    assert by_rule(WIDER.replace("VALUE 7", "VALUE 8"))[0] == set()
    assert by_rule(WIDER.replace("VALUE 1.", "VALUE 2."))[0] == set()
    assert by_rule(WIDER.replace("ADD 1", "ADD 2"))[0] == set()
    assert (
        by_rule(WIDER.replace("WS-ID                       PIC 9(3)", "WS-ID PIC 9(3)V9"))[0]
        == set()
    )
    unlike = WIDER.replace("WS-ID                       PIC 9(3)", "WS-ID PIC S9(5)")
    assert by_rule(unlike)[0] == set()


def test_what_is_accepted_is_told_apart_by_where_it_comes_from() -> None:
    text = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. ASKS.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01 WS-A PIC X(4).
       01 WS-B PIC 9.
       01 WS-C PIC X(8).
       01 WS-NAME PIC X(20) VALUE 'NIGHT_RUN'.
       PROCEDURE DIVISION.
           ACCEPT WS-A.
           ACCEPT WS-B FROM ARGUMENT-NUMBER.
           ACCEPT WS-A FROM ARGUMENT-VALUE.
           ACCEPT WS-C FROM COMMAND-LINE.
           ACCEPT WS-C FROM DATE YYYYMMDD.
           ACCEPT WS-C AT 0101.
           MOVE 'PATH' TO WS-NAME.
           MOVE 'SHOP' TO WS-NAME.
           ACCEPT WS-C FROM ENVIRONMENT WS-NAME.
           ACCEPT WS-C FROM ENVIRONMENT 'BRANCH'.
           STOP RUN.
"""
    found = accepts(read_program(from_bytes(text.encode(), Path("asks.cbl"))))
    assert [one.name for one in found.console] == ["WS-A"]
    assert [one.name for one in found.of_command] == ["WS-A", "WS-C", "WS-B"]
    assert [name for name, _ in found.variables] == ["SHOP", "NIGHT_RUN", "BRANCH"]
