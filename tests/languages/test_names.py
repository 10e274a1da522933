"""Names: qualification, ambiguity, what statements use and define, and where things came from."""

from __future__ import annotations

from pathlib import Path

from cobolsmith.languages import LANGUAGES
from cobolsmith.languages.cobol import Library, read_programs
from cobolsmith.program import Ambiguous, DataItem, Program, Undefined
from cobolsmith.reserved import KEYWORDS, RESERVED, SCOPE_TERMINATORS, VERBS
from cobolsmith.source import from_bytes, read

TWO_RECORDS = """
01  OLD-REC.
    05  KEY-PART.
        10  ID-NO PIC 9(4).
    05  NOTE PIC X.
01  NEW-REC.
    05  KEY-PART.
        10  ID-NO PIC 9(4).
    05  FLAG PIC X.
        88  IS-ON VALUE "1".
"""


def roles(program: Program) -> set[tuple[str, str]]:
    return {(reference.name, reference.role) for reference in program.references}


def test_names_are_resolved_by_qualification(program) -> None:  # type: ignore[no-untyped-def]
    one = program(TWO_RECORDS)
    assert isinstance(one.resolve("NOTE"), DataItem)
    both = one.resolve("ID-NO")
    assert isinstance(both, Ambiguous) and len(both.candidates) == 2
    new = one.resolve("id-no", ("new-rec",))
    assert isinstance(new, DataItem) and one.record(new.index).name == "NEW-REC"
    assert one.resolve("ID-NO", ("KEY-PART", "NEW-REC")) == new
    assert one.resolve("ID-NO", ("NEW-REC", "KEY-PART")) == Undefined("ID-NO")
    assert one.resolve("NOWHERE") == Undefined("NOWHERE")


def test_names_in_scope_by_kind(program) -> None:  # type: ignore[no-untyped-def]
    one = program(TWO_RECORDS, "PARA-1.\n    STOP RUN.")
    assert one.names_in_scope("condition") == ("IS-ON",)
    assert one.names_in_scope("paragraph") == ("PARA-1",)
    assert one.names_in_scope("group") == ("KEY-PART", "NEW-REC", "OLD-REC")
    assert set(one.names_in_scope("data")) == {"ID-NO", "NOTE", "FLAG"}
    assert "IS-ON" in one.names_in_scope()


def test_statements_define_and_use(program) -> None:  # type: ignore[no-untyped-def]
    one = program(
        "01  A PIC 9.\n01  B PIC 9.\n01  C PIC 9.\n01  D PIC 9.\n01  T.\n    05  E PIC 9 OCCURS 3.",
        """
P.
    MOVE A TO E (B).
    ADD C TO D.
    STOP RUN.
""",
    )
    assert roles(one) == {
        ("A", "use"),
        ("E", "define"),
        ("B", "use"),
        ("C", "use"),
        ("D", "both"),
    }


def test_giving_leaves_the_other_operands_alone(program) -> None:  # type: ignore[no-untyped-def]
    data = "01  A PIC 9.\n01  B PIC 9.\n01  C PIC 9."
    one = program(data, "P.\n    ADD A TO B GIVING C.\n    STOP RUN.")
    assert roles(one) == {("A", "use"), ("B", "use"), ("C", "define")}
    two = program(
        data, "P.\n    CALL 'X' USING A BY CONTENT B.\n    COMPUTE C = A + B.\n    STOP RUN."
    )
    assert {("A", "both"), ("B", "use"), ("C", "define"), ("A", "use")} == roles(two)


def test_undefined_and_ambiguous_names_are_problems(program) -> None:  # type: ignore[no-untyped-def]
    one = program(
        TWO_RECORDS,
        """
P.
    MOVE NOTE TO NO-ITEM.
    MOVE NOTE TO ID-NO.
    MOVE 1 TO ID-NO OF OLD-REC.
    MOVE 0 TO RETURN-CODE.
    SET IS-ON TO TRUE.
    STOP RUN.
""",
    )
    assert [(problem.kind, problem.what) for problem in one.problems] == [
        ("undefined name", "NO-ITEM is not defined"),
        ("ambiguous name", "ID-NO is the name of 2 items"),
    ]
    assert one.source.view[slice(*one.problems[0].origin.span)] == b"NO-ITEM"


def test_names_of_the_precompilers_are_no_problem(program) -> None:  # type: ignore[no-untyped-def]
    one = program(
        "01  R PIC S9(8) COMP.",
        """
P.
    EXEC CICS RECEIVE RESP(R) END-EXEC.
    IF R = DFHRESP(MAPFAIL) OR EIBCALEN = 0
        MOVE MISSPELT TO R
    END-IF.
    GOBACK.
""",
    )
    assert [problem.what for problem in one.problems] == ["MISSPELT is not defined"]


def test_symbols_of_a_copybook_know_their_file(tmp_path: Path) -> None:
    book = tmp_path / "book.cpy"
    book.write_text("           05  :P:-NAME PIC X(9).\n           05  :P:-AGE PIC 999.\n")
    main = tmp_path / "main.cbl"
    main.write_text(
        "       IDENTIFICATION DIVISION.\n       PROGRAM-ID. MAIN.\n       DATA DIVISION.\n"
        "       WORKING-STORAGE SECTION.\n       01  REC.\n"
        "           COPY BOOK REPLACING ==:P:== BY ==EMP==.\n"
        "       PROCEDURE DIVISION.\n       P.\n           MOVE 1 TO EMP-AGE.\n"
    )
    one = LANGUAGES["cobol"].read_program(read(main))
    age = one.resolve("EMP-AGE")
    assert isinstance(age, DataItem) and age.name_origin is not None
    assert (age.offset, age.length) == (9, 3)
    assert (age.origin.path, age.name_origin.path) == (book, book)
    assert book.read_bytes()[slice(*age.name_origin.span)] == b":P:-AGE"
    (use,) = one.references
    assert use.origin.path == main
    assert main.read_bytes()[slice(*use.origin.span)] == b"EMP-AGE"
    assert b"COPY BOOK" in one.tree.view
    assert [copy.path for copy in one.copies] == [book]


def test_a_missing_copybook_does_not_make_every_name_undefined(tmp_path: Path) -> None:
    text = (
        "       IDENTIFICATION DIVISION.\n       PROGRAM-ID. MAIN.\n       DATA DIVISION.\n"
        "       WORKING-STORAGE SECTION.\n       COPY ABSENT.\n       PROCEDURE DIVISION.\n"
        "       P.\n           MOVE 1 TO UNKNOWN-ITEM.\n"
    )
    one = LANGUAGES["cobol"].read_program(from_bytes(text.encode(), tmp_path / "main.cbl"))
    assert [problem.kind for problem in one.problems] == ["missing copybook"]


def test_every_program_of_a_source_is_read() -> None:
    text = """
identification division.
program-id. outer.
environment division.
configuration section.
special-names.
    decimal-point is comma.
data division.
working-storage section.
01 a pic 9,99.
procedure division.
    stop run.
identification division.
program-id. inner.
data division.
working-storage section.
01 b pic z9,99.
procedure division.
p.
    goback.
end program inner.
end program outer.
identification division.
program-id. next-one.
procedure division.
    goback.
end program next-one.
"""
    programs = read_programs(from_bytes(text.encode(), "three.cbl"), Library())
    assert [(one.name, one.containing) for one in programs] == [
        ("OUTER", ""),
        ("INNER", "OUTER"),
        ("NEXT-ONE", ""),
    ]
    inner = programs[1].resolve("B")
    assert isinstance(inner, DataItem) and inner.picture is not None
    assert inner.picture.scale == 2


def test_a_copybook_is_read_by_itself() -> None:
    one = LANGUAGES["cobol"].read_program(
        from_bytes(b"       01  REC.\n           05  A PIC X(3).\n", "book.cpy")
    )
    assert one.name == ""
    assert [(item.name, item.length) for item in one.items] == [("REC", 3), ("A", 3)]


def test_nothing_at_all_is_read() -> None:
    one = LANGUAGES["cobol"].read_program(from_bytes(b"", "empty.cbl"))
    assert (one.name, one.items, one.problems) == ("", (), ())


def test_parameters_and_mnemonics(program) -> None:  # type: ignore[no-untyped-def]
    one = program(
        "LINKAGE SECTION.\n01  P1 PIC X.\n01  P2 PIC X.",
        "PROCEDURE DIVISION USING P1 BY VALUE P2.\nA.\n    GOBACK.",
        "CONFIGURATION SECTION.\nSPECIAL-NAMES.\n    C01 IS TOP-OF-PAGE\n    CLASS VOWEL 'A' 'E'.",
    )
    assert one.using == ("P1", "P2")
    assert one.mnemonics == ("TOP-OF-PAGE", "VOWEL")


def test_reserved_words() -> None:
    assert {"MOVE", "PERFORM", "COMP-3", "END-EVALUATE"} <= RESERVED < KEYWORDS
    assert VERBS | SCOPE_TERMINATORS <= KEYWORDS
    assert "CUSTOMER" not in KEYWORDS
    assert "SCREEN" not in RESERVED


def test_conditional_compilation_is_said_not_to_be_understood(program) -> None:  # type: ignore[no-untyped-def]
    one = program("01  A PIC X.\n>>IF P IS DEFINED\n01  B PIC X.\n>>END-IF")
    (unknown,) = one.unknowns
    assert unknown.kind == "directive"
    assert one.source.view[slice(*unknown.origin.span)].strip().startswith(b">>IF")
