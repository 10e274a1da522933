"""What statements do with data: uses, moves, files, calls."""

from __future__ import annotations

from pathlib import Path

import pytest

from cobolsmith.languages.cobol import Library, read_program, read_programs
from cobolsmith.program import Program
from cobolsmith.source import from_bytes, read

DATA = """
01  A PIC X(8).
01  B PIC X(8).
01  N PIC 9(4).
01  M PIC 9(4).
01  T PIC 9(4).
01  G.
    05  G-ONE PIC X(4).
    05  G-TWO PIC X(4).
01  H.
    05  G-ONE PIC X(4).
    05  G-TWO PIC X(4).
    05  G-SIX PIC X(4).
01  TABLE-A.
    05  ROW PIC 9(4) OCCURS 10 INDEXED BY IX.
01  FLAG PIC X VALUE "N".
    88  IS-ON VALUE "Y" FALSE "N".
    88  IS-OFF VALUE "N".
"""


def uses(program: Program) -> set[tuple[str, str, str]]:
    """Verb, role and name of each use by a statement."""
    return {
        (use.verb, use.role, program.items[use.item].name)
        for use in program.flow.uses
        if use.verb not in ("SELECT", "FD", "OCCURS")
    }


def moves(program: Program) -> list[tuple[str, str, bool]]:
    """Sender (or literal), receiver and whether it is computed."""
    items = program.items
    return [
        (
            move.literal if move.sender is None else items[move.sender].name,
            items[move.receiver].name,
            move.computed,
        )
        for move in program.flow.moves
    ]


@pytest.mark.parametrize(
    ("statement", "used", "moved"),
    [
        ("MOVE A TO B", "reads A, writes B", "A>B"),
        ("MOVE 'X' TO A B", "writes A, writes B", "'X'>A 'X'>B"),
        ("MOVE A(N:2) TO B", "reads A, subscripts N, writes B", "A>B"),
        ("MOVE ROW(IX + M) TO N", "reads ROW, subscripts IX, subscripts M, writes N", "ROW>N"),
        ("MOVE LENGTH OF A TO N", "lengths A, writes N", ""),
        ("MOVE FUNCTION MAX(N M) TO T", "reads N, reads M, writes T", "N>>T M>>T"),
        ("COMPUTE N = M", "reads M, writes N", "M>N"),
        ("COMPUTE N T ROUNDED = M * 2", "reads M, writes N, writes T", "M>>N M>>T"),
        ("ADD N TO M", "reads N, reads M, writes M", "N>>M"),
        ("ADD N TO M GIVING T", "reads N, reads M, writes T", "N>>T M>>T"),
        ("SUBTRACT 1 FROM M", "reads M, writes M", ""),
        ("MULTIPLY N BY M", "reads N, reads M, writes M", "N>>M"),
        (
            "DIVIDE N BY 7 GIVING M REMAINDER T",
            "reads N, writes M, writes T",
            "N>>M N>>T",
        ),
        (
            "STRING A DELIMITED BY B INTO H POINTER N",
            "reads A, reads B, reads H, writes H, reads N, writes N",
            "A>>H",
        ),
        (
            "UNSTRING A DELIMITED BY ',' INTO B COUNT IN N TALLYING IN M",
            "reads A, writes B, writes N, reads M, writes M",
            "A>>B",
        ),
        ("INSPECT A TALLYING N FOR ALL B", "reads A, reads N, writes N, reads B", ""),
        ("INSPECT A REPLACING ALL 'A' BY B", "reads A, writes A, reads B", ""),
        ("INSPECT A CONVERTING 'a' TO B", "reads A, writes A, reads B", ""),
        ("INITIALIZE G", "writes G", ">>G"),
        ("SET IS-ON TO TRUE", "writes IS-ON", '"Y">FLAG'),
        ("SET IS-ON TO FALSE", "writes IS-ON", '"N">FLAG'),
        ("SET IX TO N", "writes IX, reads N", "N>IX"),
        ("SET IX UP BY M", "reads IX, writes IX, reads M", "M>>IX"),
        ("ACCEPT A", "accepts A", ">A"),
        ("DISPLAY A N", "shows A, shows N", ""),
        ("CALL 'P' USING A BY CONTENT B RETURNING N", "passes A, passes B, writes N", ""),
        ("GO TO P DEPENDING ON N", "reads N", ""),
        ("SEARCH ROW WHEN ROW(IX) = N CONTINUE", "compares ROW, subscripts IX, compares N", ""),
        (
            "PERFORM VARYING N FROM M BY T UNTIL N > 4\n    CONTINUE END-PERFORM",
            "reads N, writes N, reads M, reads T, compares N",
            "M>N T>>N",
        ),
        ("PERFORM P N TIMES", "reads N", ""),
        ("XML GENERATE A FROM G COUNT IN N", "writes A, reads G, writes N", ""),
    ],
)
def test_what_a_statement_does(program, statement: str, used: str, moved: str) -> None:  # type: ignore[no-untyped-def]
    one = program(DATA, f"P.\n    {statement}.\n    STOP RUN.")
    assert one.problems == ()
    assert sorted(f"{role} {name}" for _, role, name in uses(one)) == sorted(
        set(used.split(", ")) if used else ()
    )
    said = [f"{a}{'>>' if computed else '>'}{b}" for a, b, computed in moves(one)]
    assert said == moved.split()


def test_conditions_compare_and_test(program) -> None:  # type: ignore[no-untyped-def]
    one = program(
        DATA,
        """
P.
    IF A = B AND IS-ON OR NOT N NUMERIC
        CONTINUE
    END-IF.
    EVALUATE TRUE ALSO M
        WHEN IS-OFF ALSO 1 THRU T
            CONTINUE
    END-EVALUATE.
    PERFORM P UNTIL G-SIX > 'A'.
""",
    )
    assert uses(one) == {
        ("IF", "compares", "A"),
        ("IF", "compares", "B"),
        ("IF", "tests", "IS-ON"),
        ("IF", "tests", "N"),
        ("EVALUATE", "compares", "M"),
        ("EVALUATE", "tests", "IS-OFF"),
        ("EVALUATE", "compares", "T"),
        ("PERFORM", "compares", "G-SIX"),
    }


def test_corresponding_moves_pair_by_pair(program) -> None:  # type: ignore[no-untyped-def]
    one = program(DATA, "P.\n    MOVE CORRESPONDING G TO H.")
    items = one.items
    pairs = [(items[move.sender], items[move.receiver]) for move in one.flow.moves]
    assert [(a.name, b.name) for a, b in pairs] == [("G-ONE", "G-ONE"), ("G-TWO", "G-TWO")]
    assert {items[a.parent].name for a, _ in pairs} == {"G"}
    assert {items[b.parent].name for _, b in pairs} == {"H"}


FILES = """
FILE SECTION.
FD  F.
01  F-REC.
    05  F-KEY PIC X(4).
    05  F-NOTE PIC X(4).
01  F-OTHER PIC X(8).
SD  S.
01  S-REC.
    05  S-KEY PIC X(4).
WORKING-STORAGE SECTION.
01  W PIC X(8).
01  ST PIC XX.
"""
SELECTS = """
INPUT-OUTPUT SECTION.
FILE-CONTROL.
    SELECT F ASSIGN TO 'F' ORGANIZATION INDEXED ACCESS DYNAMIC
        RECORD KEY F-KEY FILE STATUS ST.
    SELECT S ASSIGN TO 'S'.
"""


def test_files_are_used_by_name_and_through_their_records(program) -> None:  # type: ignore[no-untyped-def]
    one = program(
        FILES,
        """
P.
    OPEN I-O F.
    READ F INTO W KEY IS F-KEY.
    START F KEY NOT LESS F-KEY.
    WRITE F-REC FROM W.
    REWRITE F-OTHER.
    DELETE F RECORD.
    SORT S ON ASCENDING KEY S-KEY USING F GIVING F.
    RELEASE S-REC.
    CLOSE F.
    STOP RUN.
""",
        SELECTS,
    )
    assert [(use.verb, use.file, use.how) for use in one.flow.files] == [
        ("OPEN", "F", "opens-io"),
        ("READ", "F", "reads"),
        ("START", "F", "starts"),
        ("WRITE", "F", "writes"),
        ("REWRITE", "F", "rewrites"),
        ("DELETE", "F", "deletes"),
        ("SORT", "S", "sorts"),
        ("SORT", "F", "reads"),
        ("SORT", "F", "writes"),
        ("RELEASE", "S", "writes"),
        ("CLOSE", "F", "closes"),
    ]
    assert moves(one) == [("F-REC", "W", False), ("W", "F-REC", False)]
    assert {
        ("READ", "keys", "F-KEY"),
        ("START", "keys", "F-KEY"),
        ("SORT", "sorts", "S-KEY"),
        ("WRITE", "writes", "F-REC"),
        ("REWRITE", "reads", "F-OTHER"),
    } <= uses(one)


def test_clauses_use_items_too(program) -> None:  # type: ignore[no-untyped-def]
    one = program(
        FILES + "01  L.\n    05  E PIC X OCCURS 1 TO 9 DEPENDING ON N ASCENDING KEY E.\n"
        "01  N PIC 99.",
        "P.\n    STOP RUN.",
        SELECTS,
    )
    found = {(use.verb, use.role, one.items[use.item].name) for use in one.flow.uses}
    assert found == {
        ("SELECT", "keys", "F-KEY"),
        ("SELECT", "writes", "ST"),
        ("OCCURS", "lengths", "N"),
        ("OCCURS", "sorts", "E"),
    }
    key = next(use for use in one.flow.uses if use.role == "keys")
    assert one.source.view[slice(*key.origin.span)] == b"F-KEY"
    assert key.procedure is None


REPORTS = """
FILE SECTION.
FD  PRT REPORT IS R1.
WORKING-STORAGE SECTION.
01  W-REC.
    05  W-NAME PIC X(10).
    05  W-AMT PIC 9(5)V99.
    05  W-KEY PIC X.
REPORT SECTION.
RD  R1 CONTROLS ARE FINAL W-KEY PAGE LIMIT IS 60 LINES.
01  DET TYPE IS DETAIL LINE PLUS 1.
    05  COLUMN 1 PIC X(10) SOURCE IS W-NAME.
    05  COLUMN 20 PIC ZZ9.99 SOURCE W-AMT OF W-REC.
01  TYPE CONTROL FOOTING W-KEY LINE PLUS 2.
    05  COLUMN 20 PIC ZZZ9.99 SUM W-AMT UPON DET.
SCREEN SECTION.
01  SCR.
    05  LINE 2 COLUMN 5 PIC X(10) USING W-NAME.
    05  LINE 3 COLUMN 5 PIC X(10) FROM W-NAME TO W-KEY.
"""


def test_reports_and_screens_show_and_accept_items(program) -> None:  # type: ignore[no-untyped-def]
    one = program(
        REPORTS,
        "P.\n    INITIATE R1.\n    GENERATE DET.\n    TERMINATE R1.\n    DISPLAY SCR.",
        "INPUT-OUTPUT SECTION.\nFILE-CONTROL.\n    SELECT PRT ASSIGN TO 'P'.",
    )
    assert (one.problems, one.unknowns) == ((), ())
    assert uses(one) == {
        ("CONTROL", "compares", "W-KEY"),
        ("SOURCE", "shows", "W-NAME"),
        ("SOURCE", "shows", "W-AMT"),
        ("SUM", "shows", "W-AMT"),
        ("USING", "shows", "W-NAME"),
        ("USING", "accepts", "W-NAME"),
        ("FROM", "shows", "W-NAME"),
        ("TO", "accepts", "W-KEY"),
        ("DISPLAY", "shows", "SCR"),
    }
    assert [(use.verb, use.file, use.how) for use in one.flow.files] == [
        ("INITIATE", "PRT", "reports"),
        ("GENERATE", "PRT", "reports"),
        ("TERMINATE", "PRT", "reports"),
    ]
    assert {item.offset for item in one.items if item.section in ("REPORT", "SCREEN")} == {0}
    assert "TYPE" not in one.names


def test_a_name_that_means_nothing_or_too_much_is_kept(program) -> None:  # type: ignore[no-untyped-def]
    one = program(DATA, "P.\n    MOVE NOWHERE TO G-ONE.\n    MOVE G-ONE OF H TO A.")
    assert [(u.name, u.verb, len(u.candidates)) for u in one.flow.unknowns] == [
        ("NOWHERE", "MOVE", 0),
        ("G-ONE", "MOVE", 2),
    ]
    assert moves(one) == [("G-ONE", "A", False)]


def test_a_name_in_a_copybook_of_statements_leads_there(tmp_path: Path) -> None:
    book = tmp_path / "body.cpy"
    book.write_text("           MOVE :A: TO B.\n")
    main = tmp_path / "main.cbl"
    main.write_text(
        "       IDENTIFICATION DIVISION.\n       PROGRAM-ID. MAIN.\n       DATA DIVISION.\n"
        "       WORKING-STORAGE SECTION.\n       01  A PIC X.\n       01  B PIC X.\n"
        "       PROCEDURE DIVISION.\n       P.\n"
        "           COPY BODY REPLACING ==:A:== BY ==A==.\n"
    )
    one = read_program(read(main))
    reading, writing = one.flow.uses
    assert (reading.origin.path, writing.origin.path) == (book, book)
    assert book.read_bytes()[slice(*writing.origin.span)] == b"B"
    assert book.read_bytes()[slice(*reading.origin.span)] == b":A:"


# --- Calls ---

CALLS = """
01  FIXED-NAME PIC X(8) VALUE "SUB0".
01  MOVED-NAME PIC X(8).
01  PASSED-ON PIC X(8).
01  BUILT PIC X(8).
01  GIVEN PIC X(8).
01  CHOSEN PIC X(8).
    88  IS-SUB4 VALUE "SUB4".
01  PARM PIC X(8).
78  CONST VALUE "SUB5".
"""


def test_calls_are_resolved_by_the_constants_that_reach_them(program) -> None:  # type: ignore[no-untyped-def]
    one = program(
        CALLS,
        """
P.
    CALL "SUBX" USING PARM, BY CONTENT "L" PARM BY VALUE 3, OMITTED.
    MOVE "SUB1" TO MOVED-NAME.
    IF PARM = "A" MOVE "SUB2" TO MOVED-NAME.
    MOVE MOVED-NAME TO PASSED-ON.
    STRING "SUB" PARM DELIMITED BY SIZE INTO BUILT.
    MOVE "SUB3" TO GIVEN.
    CALL "SETS-IT" USING GIVEN.
    SET IS-SUB4 TO TRUE.
    CALL FIXED-NAME. CALL MOVED-NAME. CALL PASSED-ON.
    CALL BUILT. CALL GIVEN. CALL CHOSEN. CALL CONST.
    STOP RUN.
""",
    )
    calls = {call.name: (call.targets, call.sure) for call in one.flow.calls}
    assert calls == {
        "SUBX": (("SUBX",), True),
        "SETS-IT": (("SETS-IT",), True),
        "FIXED-NAME": (("SUB0",), True),
        "MOVED-NAME": (("SUB1", "SUB2"), True),
        "PASSED-ON": (("SUB1", "SUB2"), True),
        "BUILT": ((), False),
        "GIVEN": (("SUB3",), False),
        "CHOSEN": (("SUB4",), True),
        "CONST": (("SUB5",), True),
    }
    first = one.flow.calls[0]
    given = [
        (p.position, p.mode, p.literal or (one.items[p.item].name if p.item is not None else ""))
        for p in first.parameters
    ]
    assert given == [
        (0, "REFERENCE", "PARM"),
        (1, "CONTENT", '"L"'),
        (2, "CONTENT", "PARM"),
        (3, "VALUE", "3"),
        (4, "VALUE", ""),
    ]


def test_a_name_set_in_its_group_or_by_a_parameter_is_not_sure(program) -> None:  # type: ignore[no-untyped-def]
    one = program(
        """
01  GRP.
    05  PGM PIC X(8) VALUE "SUB1".
01  OTHER REDEFINES GRP PIC X(8).
LINKAGE SECTION.
01  FROM-CALLER PIC X(8).
""",
        "P.\n    MOVE FROM-CALLER TO OTHER.\n    CALL PGM.\n    CALL FROM-CALLER.",
    )
    assert [(c.name, c.targets, c.sure) for c in one.flow.calls] == [
        ("PGM", ("SUB1",), False),
        ("FROM-CALLER", (), False),
    ]


# --- Contained programs ---

NESTED = """
identification division.
program-id. outer.
environment division.
input-output section.
file-control.
    select f assign to "f".
data division.
file section.
fd f is global.
01 f-rec pic x(8).
working-storage section.
01 shared is global.
   05 part pic x(4).
01 own pic x(4).
procedure division.
    call "inner".
    stop run.
identification division.
program-id. inner is common.
data division.
working-storage section.
01 own pic x(4).
procedure division.
    read f into own.
    move part to own.
    move hidden to own.
    goback.
end program inner.
end program outer.
"""


def test_global_names_are_found_in_the_program_around() -> None:
    outer, inner = read_programs(from_bytes(NESTED.encode(), "two.cbl"), Library())
    assert inner.outer is outer
    reads = [use for use in inner.flow.uses if use.role == "reads"]
    assert [(use.owner, outer.items[use.item].name) for use in reads] == [("OUTER", "PART")]
    writes = [use for use in inner.flow.uses if use.role == "writes"]
    assert {(use.owner, inner.items[use.item].name) for use in writes} == {("", "OWN")}
    (use,) = inner.flow.files
    assert (use.file, use.how) == ("F", "reads")
    assert [unknown.name for unknown in inner.flow.unknowns] == ["HIDDEN"]
    move = next(move for move in inner.flow.moves if move.sender is not None and move.owner)
    assert (move.owner, outer.items[move.sender].name) == ("OUTER", "PART")


def test_what_else_a_use_touches(program) -> None:  # type: ignore[no-untyped-def]
    one = program(
        """
FILE SECTION.
FD  F.
01  R1.
    05  R1-A PIC X(4).
    05  R1-B PIC X(4).
01  R2.
    05  R2-A PIC X(6).
WORKING-STORAGE SECTION.
01  G.
    05  T OCCURS 3.
        10  T-A PIC X(2).
        10  T-B PIC X(2).
        10  T-C REDEFINES T-B.
            15  T-D PIC X.
            15  T-E PIC X.
            88  E-IS-ONE VALUE "1".
    66  RENAMED RENAMES T.
01  V REDEFINES G PIC X(3).
"""
    )

    def over(name: str) -> set[str]:
        item = one.resolve(name)
        return {other.name for other in one.over(item.index)}  # type: ignore[union-attr]

    assert over("R1-B") == {"R1", "R2", "R2-A"}
    assert over("R1-A") == {"R1", "R2", "R2-A"}
    assert over("T-D") == {"T-C", "T", "G", "T-B", "RENAMED", "V"}
    assert over("T-A") == {"T", "G", "V", "RENAMED"}
    assert over("E-IS-ONE") == {"T-E", "T-C", "T", "G", "T-B", "RENAMED"}


def test_parameters_of_the_program_are_used(program) -> None:  # type: ignore[no-untyped-def]
    one = program(
        "LINKAGE SECTION.\n01  P1 PIC X.\n01  R PIC 9.",
        "PROCEDURE DIVISION USING P1 MISSPELT RETURNING R.\nP.\n    GOBACK.",
    )
    assert uses(one) == {
        ("PROCEDURE DIVISION", "passes", "P1"),
        ("PROCEDURE DIVISION", "returns", "R"),
    }
    assert [problem.what for problem in one.problems] == ["MISSPELT is not defined"]


def test_functions_of_the_repository_are_called(program) -> None:  # type: ignore[no-untyped-def]
    one = program(
        DATA,
        "P.\n    MOVE FUNCTION TAX(N) TO M.\n    COMPUTE M = TAX(T) + FUNCTION MAX(N 1).",
        "CONFIGURATION SECTION.\nREPOSITORY.\n    FUNCTION TAX.",
    )
    assert one.problems == ()
    assert [(call.verb, call.name, call.sure) for call in one.flow.calls] == [
        ("FUNCTION", "TAX", True),
        ("FUNCTION", "TAX", True),
    ]


def test_assign_defines_its_name_where_nothing_else_does(program) -> None:  # type: ignore[no-untyped-def]
    one = program(
        "FILE SECTION.\nFD  F.\n01  R PIC X.",
        "P.\n    ACCEPT THE-PATH.\n    OPEN INPUT F.\n    STOP RUN.",
        "INPUT-OUTPUT SECTION.\nFILE-CONTROL.\n    SELECT F ASSIGN TO THE-PATH.",
    )
    assert one.problems == ()


def test_a_decimal_comma_is_no_separator(program) -> None:  # type: ignore[no-untyped-def]
    one = program(
        "01  A PIC 9V99.\n01  B PIC Z.ZZ9,99.",
        "P.\n    MOVE 1,5 TO A.\n    ADD 0,5 , A TO A.",
        "CONFIGURATION SECTION.\nSPECIAL-NAMES.\n    DECIMAL-POINT IS COMMA.",
    )
    assert one.flow.moves[0].literal == "1,5"
    picture = one.items[1].picture
    assert picture is not None and picture.scale == 2


def test_a_misspelt_item_of_a_report_or_a_screen_is_told(program) -> None:  # type: ignore[no-untyped-def]
    wrong = REPORTS.replace("SOURCE IS W-NAME", "SOURCE IS W-NAMR").replace("TO W-KEY", "TO W-KEX")
    one = program(wrong, "P.\n    STOP RUN.")
    assert {(problem.kind, problem.what) for problem in one.problems} >= {
        ("undefined name", "W-NAMR is not defined"),
        ("undefined name", "W-KEX is not defined"),
    }


def test_xml_and_storage_and_messages_read_and_write(program) -> None:  # type: ignore[no-untyped-def]
    one = program(
        "01 DOC PIC X(99).\n01 REC.\n    05 N PIC 9.\n01 C PIC 9(4).\n01 PTR POINTER.\n01 T PIC X.",
        "P.\n    XML GENERATE DOC FROM REC COUNT IN C NAME OF N IS 'n'.\n"
        "    XML PARSE DOC PROCESSING PROCEDURE Q.\n    ALLOCATE C CHARACTERS RETURNING PTR.\n"
        "    FREE PTR.\n    EXAMINE T REPLACING ALL 'A' BY 'B'.\n    STOP RUN.\nQ.\n    CONTINUE.",
    )
    assert one.problems == ()
    assert uses(one) == {
        ("XML", "writes", "DOC"),
        ("XML", "reads", "REC"),
        ("XML", "writes", "C"),
        ("XML", "reads", "N"),
        ("XML", "reads", "DOC"),
        ("ALLOCATE", "reads", "C"),
        ("ALLOCATE", "writes", "PTR"),
        ("FREE", "writes", "PTR"),
        ("EXAMINE", "reads", "T"),
        ("EXAMINE", "writes", "T"),
    }
    assert [(edge.kind, edge.name) for edge in one.edges if edge.name == "Q"] == [("perform", "Q")]
