"""Data items and their places in storage, against figures taken by hand and from cobc."""

from __future__ import annotations

import pytest

from cobolsmith.languages.cobol.layout import lay_out, overlapping
from cobolsmith.program import DataItem, Program


def places(program: Program) -> dict[str, tuple[int, int]]:
    return {item.name: (item.offset, item.length) for item in program.items if item.name}


def item(program: Program, name: str) -> DataItem:
    found = program.resolve(name)
    assert isinstance(found, DataItem)
    return found


def test_items_follow_each_other(program) -> None:  # type: ignore[no-untyped-def]
    one = program("""
01  CUSTOMER.
    05  CUST-ID      PIC 9(6).
    05  FILLER       PIC X.
    05  CUST-NAME.
        10  LAST-NAME  PIC X(20).
        10  FIRST-NAME PIC X(10).
    05  BALANCE      PIC S9(7)V99 COMP-3.
77  COUNTER          PIC S9(4) COMP.
""")
    assert places(one) == {
        "CUSTOMER": (0, 42),
        "CUST-ID": (0, 6),
        "CUST-NAME": (7, 30),
        "LAST-NAME": (7, 20),
        "FIRST-NAME": (27, 10),
        "BALANCE": (37, 5),
        "COUNTER": (0, 2),
    }
    assert [child.name for child in one.children(item(one, "CUSTOMER"))] == [
        "CUST-ID",
        "",
        "CUST-NAME",
        "BALANCE",
    ]
    assert [holder.name for holder in one.ancestors(item(one, "LAST-NAME").index)] == [
        "CUST-NAME",
        "CUSTOMER",
    ]


@pytest.mark.parametrize(
    ("clauses", "default", "ibm"),
    [
        ("PIC 9 COMP", 1, 2),
        ("PIC S9(4) COMP", 2, 2),
        ("PIC S9(5) BINARY", 4, 4),
        ("PIC S9(9) COMP-4", 4, 4),
        ("PIC S9(10) COMPUTATIONAL", 8, 8),
        ("PIC 99 COMP-5", 1, 1),
        ("PIC 9(5) COMP-X", 3, 3),
        ("PIC X(3) COMP-X", 3, 3),
        ("PIC 9(4) COMP-6", 2, 2),
        ("PIC S9(4) COMP-6", 3, 3),
        ("PIC 9(5) COMP-3", 3, 3),
        ("PIC 9(6) PACKED-DECIMAL", 4, 4),
        ("PIC 9(3)PPP COMP-3", 2, 2),
        ("COMP-1", 4, 4),
        ("USAGE IS COMP-2", 8, 8),
        ("USAGE POINTER", 8, 8),
        ("INDEX", 4, 4),
        ("BINARY-CHAR UNSIGNED", 1, 1),
        ("BINARY-SHORT", 2, 2),
        ("BINARY-LONG", 4, 4),
        ("BINARY-DOUBLE", 8, 8),
        ("PIC S9(3)", 3, 3),
        ("PIC S9(3) SIGN LEADING SEPARATE", 4, 4),
        ("PIC S9(3) SIGN IS TRAILING", 3, 3),
        ("PIC N(4)", 8, 8),
        ("PIC $$,$$9.99CR", 11, 11),
    ],
)
def test_lengths_by_usage(program, clauses: str, default: int, ibm: int) -> None:  # type: ignore[no-untyped-def]
    data = f"01  REC.\n    05  IT {clauses}."
    assert item(program(data), "IT").length == default
    assert item(program(data, std="ibm"), "IT").length == ibm


def test_usage_and_sign_come_down_from_groups(program) -> None:  # type: ignore[no-untyped-def]
    one = program("""
01  REC COMP-3.
    05  A PIC 9(5).
    05  B.
        10  C PIC 9(3).
01  OTHER SIGN LEADING SEPARATE.
    05  D PIC S9(3).
    05  E PIC 9(3).
""")
    assert places(one) == {
        "REC": (0, 5),
        "A": (0, 3),
        "B": (3, 2),
        "C": (3, 2),
        "OTHER": (0, 7),
        "D": (0, 4),
        "E": (4, 3),
    }
    assert item(one, "REC").usage == "GROUP"
    assert item(one, "C").usage == "COMP-3"


def test_tables_and_their_subscripts(program) -> None:  # type: ignore[no-untyped-def]
    one = program("""
01  T.
    05  N PIC 99.
    05  MONTH-ROW OCCURS 12 TIMES
            ASCENDING KEY IS ROW-NO INDEXED BY M-IX.
        10  ROW-NO PIC 99.
        10  CELL PIC X(3) OCCURS 4.
    05  LINES-OF OCCURS 1 TO 9 DEPENDING ON N.
        10  L PIC X(5).
""")
    assert item(one, "T").length == 2 + 12 * 14 + 9 * 5
    assert (item(one, "CELL").offset, item(one, "CELL").length) == (4, 3)
    assert (item(one, "LINES-OF").offset, item(one, "LINES-OF").length) == (170, 5)
    occurs = item(one, "LINES-OF").occurs
    assert occurs is not None and occurs.depending is not None
    assert (occurs.minimum, occurs.maximum, occurs.depending.name) == (1, 9, "N")
    row = item(one, "MONTH-ROW").occurs
    assert row is not None
    assert (row.keys, row.indexes) == ((("ASCENDING", "ROW-NO"),), ("M-IX",))
    assert [table.name for table in one.subscripts(item(one, "CELL"))] == ["MONTH-ROW", "CELL"]
    assert item(one, "M-IX").usage == "INDEX"


def test_redefines_share_storage(program) -> None:  # type: ignore[no-untyped-def]
    one = program("""
01  REC.
    05  A PIC X(3).
    05  DAY-NO PIC 9(8).
    05  DAY-PARTS REDEFINES DAY-NO.
        10  YYYY PIC 9(4).
        10  MM PIC 99.
    05  SHORT REDEFINES DAY-NO PIC X(4).
    05  Z PIC X.
01  REC-2 REDEFINES REC PIC X(12).
""")
    assert places(one) == {
        "REC": (0, 12),
        "A": (0, 3),
        "DAY-NO": (3, 8),
        "DAY-PARTS": (3, 6),
        "YYYY": (3, 4),
        "MM": (7, 2),
        "SHORT": (3, 4),
        "Z": (11, 1),
        "REC-2": (0, 12),
    }
    parts = item(one, "DAY-PARTS")
    assert parts.redefines == item(one, "DAY-NO").index
    below = one.children(item(one, "REC"))
    assert [one.name for one in overlapping(below, 8, 9)] == ["DAY-NO", "DAY-PARTS"]


def test_a_longer_redefinition_makes_room(program) -> None:  # type: ignore[no-untyped-def]
    one = program("""
01  REC.
    05  A PIC X(3).
    05  B REDEFINES A PIC X(5).
    05  C REDEFINES A PIC X(4).
    05  D PIC X.
""")
    assert places(one)["D"] == (5, 1)
    assert places(one)["REC"] == (0, 6)


def test_synchronized_items_are_aligned(program) -> None:  # type: ignore[no-untyped-def]
    data = """
01  REC.
    05  A PIC X.
    05  B PIC S9(8) COMP SYNC.
    05  C PIC X(2).
    05  T OCCURS 3.
        10  D PIC X.
        10  E PIC S9(4) COMP SYNCHRONIZED.
        10  F PIC X.
    05  G PIC X.
"""
    one = places(program(data))
    assert (one["B"], one["C"], one["T"], one["E"]) == ((4, 4), (8, 2), (10, 6), (12, 2))
    # cobc pads the occurrence to 6 bytes and puts the last item at its end.
    assert (one["F"], one["G"], one["REC"]) == ((15, 1), (28, 1), (0, 29))
    assert places(program(data, std="cobol85"))["REC"] == (0, 20)


def test_a_value_may_stand_for_a_picture(program) -> None:  # type: ignore[no-untyped-def]
    one = program("""
01  REC.
    05  A VALUE "ABC".
    05  B VALUE X"4142".
    05  C VALUE SPACE.
    05  D VALUE 'IT''S'.
    05  E VALUE "AB" & "CDE".
    05  Z PIC X.
""")
    assert (places(one)["REC"], places(one)["Z"]) == ((0, 16), (15, 1))


def test_renames_cover_a_range(program) -> None:  # type: ignore[no-untyped-def]
    one = program("""
01  REC.
    05  A PIC X(3).
    05  B PIC X(4).
    05  C PIC X(5) OCCURS 2.
66  AB RENAMES A THRU B.
66  BC RENAMES B THROUGH C.
66  JUST-B RENAMES B.
""")
    assert (places(one)["AB"], places(one)["BC"], places(one)["JUST-B"]) == (
        (0, 7),
        (3, 14),
        (3, 4),
    )
    assert item(one, "AB").renames == (item(one, "A").index, item(one, "B").index)


def test_conditions_belong_to_their_item(program) -> None:  # type: ignore[no-untyped-def]
    one = program("""
01  REC.
    05  STATE PIC X.
        88  OPEN-STATE VALUE 'O' 'o'.
        88  SHUT VALUES ARE 'A' THRU 'C', 'X'
                WHEN SET TO FALSE IS 'Z'.
    05  NEXT-ONE PIC 9.
""")
    state = item(one, "STATE")
    assert [one.items[index].name for index in state.conditions] == ["OPEN-STATE", "SHUT"]
    assert item(one, "OPEN-STATE").values == ("'O'", "'o'")
    assert item(one, "SHUT").values == (("'A'", "'C'"), "'X'")
    assert item(one, "SHUT").false_value == "'Z'"
    assert item(one, "SHUT").parent == state.index
    assert not state.is_group


def test_constants_stand_for_numbers(program) -> None:  # type: ignore[no-untyped-def]
    one = program("""
78  MAX-ROWS VALUE 7.
01  ROW-LENGTH CONSTANT AS 30.
01  T.
    05  R PIC X(ROW-LENGTH) OCCURS MAX-ROWS TIMES.
""")
    assert item(one, "T").length == 210
    assert one.names_in_scope("constant") == ("MAX-ROWS", "ROW-LENGTH")


def test_records_of_a_file_start_together(program) -> None:  # type: ignore[no-untyped-def]
    one = program(
        """
FILE SECTION.
FD  CUST-FILE.
01  HEADER-REC.
    05  H PIC X(10).
01  DETAIL-REC.
    05  D1 PIC X(4).
    05  D2 PIC X(4).
WORKING-STORAGE SECTION.
01  STAT PIC XX.
""",
        environment="""
INPUT-OUTPUT SECTION.
FILE-CONTROL.
    SELECT OPTIONAL CUST-FILE ASSIGN TO "CUSTFILE"
        ORGANIZATION IS INDEXED ACCESS MODE IS DYNAMIC
        RECORD KEY IS D1 ALTERNATE RECORD KEY IS D2 WITH DUPLICATES
        FILE STATUS IS STAT.
""",
    )
    (file,) = one.files
    assert (file.name, file.kind, file.organization, file.access) == (
        "CUST-FILE",
        "FD",
        "INDEXED",
        "DYNAMIC",
    )
    assert (file.record_key, file.alternate_keys, file.status) == ("D1", ("D2",), "STAT")
    assert file.optional and "CUSTFILE" in file.assign
    assert [one.items[index].name for index in file.records] == ["HEADER-REC", "DETAIL-REC"]
    assert (places(one)["DETAIL-REC"], places(one)["D2"]) == ((0, 8), (4, 4))


def test_what_is_wrong_is_named_and_placed(program) -> None:  # type: ignore[no-untyped-def]
    one = program("""
01  REC.
    05  A PIC X(.
    05  B REDEFINES NOWHERE PIC X.
    05  C.
""")
    kinds = {problem.kind: problem for problem in one.problems}
    assert {"picture", "undefined name", "layout"} <= set(kinds)
    assert "NOWHERE" in kinds["undefined name"].what
    assert one.source.view[slice(*kinds["layout"].origin.span)].startswith(b"05  C")


def test_a_decimal_comma_and_a_currency_are_heard(program) -> None:  # type: ignore[no-untyped-def]
    environment = """
CONFIGURATION SECTION.
SPECIAL-NAMES.
    CURRENCY SIGN IS 'F'
    DECIMAL-POINT IS COMMA.
"""
    one = program("01  A PIC FFF.FF9,99.", environment=environment)
    picture = item(one, "A").picture
    assert picture is not None
    assert (picture.size, picture.scale, item(one, "A").length) == (10, 2, 10)


def test_laying_out_needs_nothing_but_shapes(program) -> None:  # type: ignore[no-untyped-def]
    from cobolsmith.languages.cobol.layout import dialect

    one = program("01  REC.\n    05  A PIC X(3).\n    05  B PIC 9(4).")
    assert lay_out(one.items, dialect("default")) == [(0, 7), (0, 3), (3, 4)]
