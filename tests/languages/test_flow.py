"""Procedures and the ways between them."""

from __future__ import annotations

from cobolsmith.program import Program


def edges(program: Program) -> set[tuple[str, str, str]]:
    """Kind, source and target (with its last procedure) of each edge; "" is the start."""
    procedures = program.procedures

    def name(index: int | None) -> str:
        return "" if index is None else procedures[index].name

    return {
        (
            edge.kind,
            name(edge.source),
            name(edge.target)
            if edge.through is None
            else f"{name(edge.target)} THRU {name(edge.through)}",
        )
        for edge in program.edges
        if edge.kind != "call"
    }


def test_procedures_nest_in_sections(program) -> None:  # type: ignore[no-untyped-def]
    one = program(
        procedure="""
MAIN SECTION.
A.
    CONTINUE.
B.
    CONTINUE.
SUB SECTION 50.
A.
    STOP RUN.
"""
    )
    assert [(p.name, p.kind, p.section) for p in one.procedures] == [
        ("MAIN", "section", None),
        ("A", "paragraph", 0),
        ("B", "paragraph", 0),
        ("SUB", "section", None),
        ("A", "paragraph", 3),
    ]
    view = one.source.view
    assert view[slice(*one.procedures[2].header.span)] == b"B."
    inside = one.procedure_at(one.source.path, view.index(b"STOP"))
    assert inside is not None and inside.index == 4


def test_perform_go_to_and_falling_through(program) -> None:  # type: ignore[no-untyped-def]
    one = program(
        "01  N PIC 9.",
        """
MAIN-LINE.
    PERFORM READ-ALL.
    PERFORM READ-ALL THRU READ-EXIT 3 TIMES.
    PERFORM UNTIL N > 3
        PERFORM COUNT-UP
    END-PERFORM.
    IF N = 1 GO TO COUNT-UP.
    GO TO A B DEPENDING ON N.
    STOP RUN.
READ-ALL.
    IF N = 1
        GO TO READ-EXIT
    END-IF.
READ-EXIT.
    EXIT.
COUNT-UP.
    ADD 1 TO N.
A.
    GO TO B.
B.
    GOBACK.
""",
    )
    assert edges(one) == {
        ("fall_through", "", "MAIN-LINE"),
        ("perform", "MAIN-LINE", "READ-ALL"),
        ("perform_thru", "MAIN-LINE", "READ-ALL THRU READ-EXIT"),
        ("perform", "MAIN-LINE", "COUNT-UP"),
        ("go_to", "MAIN-LINE", "COUNT-UP"),
        ("go_to", "MAIN-LINE", "A"),
        ("go_to", "MAIN-LINE", "B"),
        ("go_to", "READ-ALL", "READ-EXIT"),
        ("fall_through", "READ-ALL", "READ-EXIT"),
        ("fall_through", "READ-EXIT", "COUNT-UP"),
        ("fall_through", "COUNT-UP", "A"),
        ("go_to", "A", "B"),
    }


def test_a_paragraph_all_of_whose_branches_leave_does_not_fall_through(program) -> None:  # type: ignore[no-untyped-def]
    one = program(
        "01  N PIC 9.",
        """
A.
    IF N = 1 GO TO C ELSE STOP RUN.
B.
    EVALUATE N WHEN 1 WHEN 2 GOBACK WHEN OTHER GO TO C END-EVALUATE.
C.
    EVALUATE N WHEN 1 GOBACK WHEN 2 GO TO B END-EVALUATE.
D.
    IF N = 1 NEXT SENTENCE ELSE GOBACK.
E.
    EXIT PROGRAM.
F.
    CONTINUE.
""",
    )
    falls = {(source, target) for kind, source, target in edges(one) if kind == "fall_through"}
    assert falls == {("", "A"), ("C", "D"), ("D", "E")}


def test_sections_fall_into_their_paragraphs(program) -> None:  # type: ignore[no-untyped-def]
    one = program(
        procedure="""
FIRST-SECTION SECTION.
A.
    CONTINUE.
SECOND-SECTION SECTION.
    STOP RUN.
"""
    )
    assert edges(one) == {
        ("fall_through", "", "FIRST-SECTION"),
        ("fall_through", "FIRST-SECTION", "A"),
        ("fall_through", "A", "SECOND-SECTION"),
    }


def test_declaratives_are_not_fallen_out_of(program) -> None:  # type: ignore[no-untyped-def]
    one = program(
        """
FILE SECTION.
FD  F.
01  R PIC X.
""",
        """
DECLARATIVES.
ON-ERROR SECTION.
    USE AFTER ERROR PROCEDURE ON F.
TELL.
    DISPLAY "ERROR".
END DECLARATIVES.
MAIN SECTION.
    STOP RUN.
""",
        "INPUT-OUTPUT SECTION.\nFILE-CONTROL.\n    SELECT F ASSIGN TO 'F'.",
    )
    assert [p.declarative for p in one.procedures] == [True, True, False]
    assert edges(one) == {
        ("fall_through", "", "MAIN"),
        ("fall_through", "ON-ERROR", "TELL"),
    }


def test_alter_changes_where_a_paragraph_goes(program) -> None:  # type: ignore[no-untyped-def]
    one = program(
        procedure="""
A.
    ALTER SWITCH TO PROCEED TO C.
SWITCH.
    GO TO B.
B.
    STOP RUN.
C.
    STOP RUN.
"""
    )
    (altered,) = [edge for edge in one.edges if edge.kind == "alter"]
    assert altered.dynamic
    assert ("alter", "SWITCH", "C") in edges(one)


def test_sort_procedures_are_edges(program) -> None:  # type: ignore[no-untyped-def]
    one = program(
        "FILE SECTION.\nSD  S.\n01  R.\n    05  K PIC X.",
        """
A.
    SORT S ON ASCENDING KEY K
        INPUT PROCEDURE IS B THRU C
        OUTPUT PROCEDURE D.
    STOP RUN.
B.
    CONTINUE.
C.
    CONTINUE.
D.
    CONTINUE.
""",
        "INPUT-OUTPUT SECTION.\nFILE-CONTROL.\n    SELECT S ASSIGN TO 'S'.",
    )
    assert {("sort", "A", "B THRU C"), ("sort", "A", "D")} <= edges(one)


def test_calls_are_fixed_or_dynamic(program) -> None:  # type: ignore[no-untyped-def]
    one = program(
        "01  PGM PIC X(8).\n01  X PIC X.",
        "A.\n    CALL 'SUB1' USING X.\n    CALL PGM USING BY CONTENT X.\n    STOP RUN.",
    )
    calls = [(edge.name, edge.dynamic) for edge in one.edges if edge.kind == "call"]
    assert calls == [("SUB1", False), ("PGM", True)]


def test_names_that_are_no_procedure_are_problems(program) -> None:  # type: ignore[no-untyped-def]
    one = program(
        procedure="""
X SECTION.
A.
    PERFORM A.
    PERFORM B.
    PERFORM B OF Z.
    PERFORM NOWHERE.
    STOP RUN.
Y SECTION.
A.
    PERFORM A.
B.
    CONTINUE.
Z SECTION.
B.
    CONTINUE.
"""
    )
    said = [problem.what for problem in one.problems]
    assert said == [
        "B is a paragraph of several sections",
        "NOWHERE is no section or paragraph",
    ]
    own = [edge for edge in one.edges if edge.kind == "perform" and edge.name == "A"]
    assert [edge.source == edge.target for edge in own] == [True, True]


def test_deep_nesting_is_read(program) -> None:  # type: ignore[no-untyped-def]
    deep = 600
    text = (
        "A.\n" + "    IF N = 1\n" * deep + "    STOP RUN\n" + "    END-IF\n" * deep + "    .\nB.\n"
    )
    one = program("01  N PIC 9.", text + "    GO TO A.")
    assert len(one.references) == deep + 1
    assert edges(one) == {
        ("fall_through", "", "A"),
        ("fall_through", "A", "B"),
        ("go_to", "B", "A"),
    }


def test_declaratives_know_what_they_handle(program) -> None:  # type: ignore[no-untyped-def]
    one = program(
        "FILE SECTION.\nFD  F.\n01  R PIC X.",
        """
DECLARATIVES.
D1 SECTION.
    USE AFTER STANDARD ERROR PROCEDURE ON F.
D2 SECTION.
    USE GLOBAL AFTER EXCEPTION PROCEDURE ON INPUT.
END DECLARATIVES.
M SECTION.
    STOP RUN.
""",
        "INPUT-OUTPUT SECTION.\nFILE-CONTROL.\n    SELECT F ASSIGN TO 'F'.",
    )
    assert [(p.name, p.handles) for p in one.procedures] == [
        ("D1", ("F",)),
        ("D2", ("INPUT",)),
        ("M", ()),
    ]
    assert (one.problems, one.unknowns) == ((), ())


def test_entries_are_other_names_with_parameters(program) -> None:  # type: ignore[no-untyped-def]
    one = program(
        "LINKAGE SECTION.\n01  A PIC X.\n01  B PIC X.",
        "P.\n    GOBACK.\n    ENTRY 'SUB2' USING A B.\n    GOBACK.",
    )
    (entry,) = one.entries
    assert (entry.name, entry.using) == ("SUB2", ("A", "B"))


def test_what_does_not_parse_is_named(program) -> None:  # type: ignore[no-untyped-def]
    one = program("01  A PIC X.", "P.\n    MOVE ) TO A.\n    DISPLAY A.\n    STOP RUN.")
    (unknown,) = one.unknowns
    assert unknown.kind == "syntax"
    assert [use.verb for use in one.flow.uses if use.role == "shows"] == ["DISPLAY"]


def test_a_branch_without_a_statement_is_a_problem(program) -> None:  # type: ignore[no-untyped-def]
    one = program(
        "01  A PIC 9.",
        """
P.
    IF A = 1
    END-IF.
    IF A = 1 ELSE DISPLAY A END-IF.
    IF A = 1 DISPLAY A ELSE
    END-IF.
    ADD 1 TO A ON SIZE ERROR END-ADD.
    EVALUATE A END-EVALUATE.
    EVALUATE A WHEN 1 END-EVALUATE.
    STOP RUN.
""",
    )
    said = [(one.source.line_column(p.origin.span.start)[0] - 7, p.what) for p in one.problems]
    assert sorted(said) == [
        (1, "IF without a statement"),
        (4, "ELSE without a statement"),
        (6, "SIZE ERROR without a statement"),
        (7, "EVALUATE without WHEN"),
    ]


def test_an_inline_perform_must_be_ended(program) -> None:  # type: ignore[no-untyped-def]
    one = program("01  A PIC 9.", "P.\n    PERFORM UNTIL A = 1\n        ADD 1 TO A.\n    STOP RUN.")
    assert [problem.what for problem in one.problems] == ["PERFORM is not ended by END-PERFORM"]
