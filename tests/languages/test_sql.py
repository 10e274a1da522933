"""EXEC SQL: kinds, tables, columns, host variables, ties, cursors, and places in the source."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from cobolsmith.languages.cobol import read_program
from cobolsmith.languages.sql import SqlStatement, read_sql
from cobolsmith.program import Origin, Program
from cobolsmith.source import from_bytes, read

Reader = Callable[..., Program]
FIXTURES = Path(__file__).parents[2] / "fixtures"
DATA = """
01  WS-A PIC X(10).
01  WS-B PIC S9(9) COMP.
01  WS-C PIC S9(9) COMP.
01  IND-A PIC S9(4) COMP.
01  REC.
    05  R-KEY PIC S9(9) COMP.
    05  R-NAME.
        49  R-NAME-LEN PIC S9(4) COMP.
        49  R-NAME-TEXT PIC X(60).
    05  R-ALT REDEFINES R-NAME PIC X(62).
    05  R-TOWN PIC X(30).
01  OTHER.
    05  R-KEY PIC S9(9) COMP.
"""


@pytest.fixture
def sql(program: Reader) -> Callable[..., tuple[SqlStatement, ...]]:
    """Reads statements; each text becomes one EXEC SQL block of a paragraph."""

    def make(*texts: str) -> tuple[SqlStatement, ...]:
        lines = "".join(f"    EXEC SQL\n{folded(text)}\n    END-EXEC\n" for text in texts)
        return read_sql(program(DATA, f"P1.\n{lines}    GOBACK."))

    return make


def folded(text: str) -> str:
    """A text in lines that end before column 73."""
    indent = " " * 8
    return textwrap.fill(
        text, 60, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )


def ties(statement: SqlStatement) -> list[tuple[str | None, str, str, str]]:
    return [
        (tie.table, tie.column, tie.item.name if tie.item else "?", tie.how)
        for tie in statement.ties
    ]


def hosts(statement: SqlStatement) -> dict[str, str]:
    return {host.name: host.how for host in statement.hosts}


def columns(statement: SqlStatement, how: str) -> list[tuple[str | None, str]]:
    return [(use.table, use.column) for use in statement.columns if use.how == how]


def tables(statement: SqlStatement) -> list[tuple[str, str]]:
    return [(use.table, use.how) for use in statement.tables]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("COMMIT WORK", "commit"),
        ("rollback", "rollback"),
        ("BEGIN DECLARE SECTION", "declare-section"),
        ("EXECUTE IMMEDIATE :WS-A", "execute-immediate"),
        ("EXECUTE S1 USING :WS-B", "execute"),
        ("PREPARE S1 FROM :WS-A", "prepare"),
        ("CONNECT TO :WS-A", "connect"),
        ("SET CONNECTION DB2P", "connect"),
        ("AT DB1 DELETE FROM T WHERE A = 1", "delete"),
        ("DECLARE C1 CURSOR FOR S1", "declare-cursor"),
        ("DECLARE GLOBAL TEMPORARY TABLE X (A INT)", "create"),
        ("GET DIAGNOSTICS :WS-B = ROW_COUNT", "get-diagnostics"),
        ("LOCK TABLE T IN SHARE MODE", "lock-table"),
        ("WITH X (A) AS (SELECT A FROM T) SELECT A INTO :WS-B FROM X", "select"),
    ],
)
def test_kinds(sql: Callable[..., tuple[SqlStatement, ...]], text: str, kind: str) -> None:
    (one,) = sql(text)
    assert (one.kind, one.unknowns) == (kind, ())


def test_select_into_pairs_columns_with_host_variables(
    sql: Callable[..., tuple[SqlStatement, ...]],
) -> None:
    (one,) = sql(
        """SELECT C.NAME, C.NO + 1, MAX(O.AMOUNT)
    INTO :WS-A INDICATOR :IND-A, :WS-B, :WS-C
    FROM SVB.CUSTOMER C LEFT JOIN ORDERS AS O ON O.NO = C.NO
    WHERE C.TOWN LIKE :WS-A AND O.DAY > CURRENT DATE - 7 DAYS
    FETCH FIRST 1 ROW ONLY WITH UR"""
    )
    assert one.unknowns == ()
    assert tables(one) == [("SVB.CUSTOMER", "reads"), ("ORDERS", "reads")]
    assert ties(one) == [
        ("SVB.CUSTOMER", "NAME", "WS-A", "fetched"),
        ("SVB.CUSTOMER", "NO", "WS-B", "fetched"),
        ("ORDERS", "AMOUNT", "WS-C", "fetched"),
        ("SVB.CUSTOMER", "TOWN", "WS-A", "compared"),
    ]
    assert [tie.exact for tie in one.ties] == [True, False, False, True]
    assert [(host.name, host.how, host.indicator) for host in one.hosts] == [
        ("WS-A", "out", "IND-A"),
        ("WS-B", "out", ""),
        ("WS-C", "out", ""),
        ("WS-A", "in", ""),
    ]


def test_a_host_structure_stands_for_its_members(
    sql: Callable[..., tuple[SqlStatement, ...]],
) -> None:
    select, insert = sql(
        "SELECT KEY, NAME, TOWN INTO :REC FROM T WHERE KEY = :OTHER.R-KEY",
        "INSERT INTO T (KEY, NAME, TOWN, FLAG) VALUES (:REC, 'Y')",
    )
    assert ties(select)[:3] == [
        ("T", "KEY", "R-KEY", "fetched"),
        ("T", "NAME", "R-NAME", "fetched"),
        ("T", "TOWN", "R-TOWN", "fetched"),
    ]
    key, other = select.ties[0].item, select.ties[3].item
    assert key is not None
    assert other is not None
    assert (key.name, other.name, key == other) == ("R-KEY", "R-KEY", False)
    assert [column for _, column, _, _ in ties(insert)] == ["KEY", "NAME", "TOWN"]


def test_changes_of_rows(sql: Callable[..., tuple[SqlStatement, ...]]) -> None:
    update, delete, insert = sql(
        "UPDATE T SET (A, B) = (:WS-A, :WS-B), C = C + :WS-C, D = DEFAULT WHERE K = :REC.R-KEY",
        "DELETE FROM SVB.T WHERE CURRENT OF C1",
        "INSERT INTO T (A, B) SELECT X, :WS-B FROM U WHERE Y = :WS-C",
    )
    assert columns(update, "writes") == [("T", "A"), ("T", "B"), ("T", "C"), ("T", "D")]
    assert columns(update, "reads") == [("T", "C"), ("T", "K")]
    assert ties(update) == [
        ("T", "A", "WS-A", "stored"),
        ("T", "B", "WS-B", "stored"),
        ("T", "C", "WS-C", "stored"),
        ("T", "K", "R-KEY", "compared"),
    ]
    assert not update.ties[2].exact
    assert (tables(delete), delete.cursor) == ([("SVB.T", "writes")], "C1")
    assert sorted(tables(insert)) == [("T", "writes"), ("U", "reads")]
    assert ties(insert) == [("T", "B", "WS-B", "stored"), ("U", "Y", "WS-C", "compared")]


def test_merge_ties_through_its_values(sql: Callable[..., tuple[SqlStatement, ...]]) -> None:
    (one,) = sql(
        """MERGE INTO T AS D USING (VALUES (:WS-B, :WS-A)) AS S (K, V) ON D.K = S.K
    WHEN MATCHED THEN UPDATE SET D.V = S.V
    WHEN NOT MATCHED THEN INSERT (K, V) VALUES (S.K, S.V)"""
    )
    assert one.unknowns == ()
    assert tables(one) == [("T", "writes")]
    assert ("T", "K", "WS-B", "compared") in ties(one)
    assert ("T", "V", "WS-A", "stored") in ties(one)


def test_a_change_inside_a_query(sql: Callable[..., tuple[SqlStatement, ...]]) -> None:
    (one,) = sql("SELECT ID INTO :WS-B FROM FINAL TABLE (INSERT INTO T (A) VALUES (:WS-A))")
    assert one.unknowns == ()
    assert ("T", "writes") in tables(one)
    assert ties(one) == [("T", "ID", "WS-B", "fetched"), ("T", "A", "WS-A", "stored")]


def test_fetch_is_tied_to_the_cursors_query(
    sql: Callable[..., tuple[SqlStatement, ...]],
) -> None:
    declare, _, fetch, wrong, close = sql(
        "DECLARE MY-CUR CURSOR WITH HOLD FOR SELECT A, B FROM T FOR UPDATE OF B",
        "OPEN MY-CUR",
        "FETCH NEXT FROM MY-CUR INTO :WS-A, :WS-B",
        "FETCH MY-CUR INTO :WS-A",
        "CLOSE YOUR-CUR",
    )
    assert (declare.cursor, len(declare.outputs)) == ("MY-CUR", 2)
    assert ties(fetch) == [("T", "A", "WS-A", "fetched"), ("T", "B", "WS-B", "fetched")]
    assert "2 columns for 1 host variables" in wrong.unknowns[0].what
    assert "YOUR-CUR is not declared" in close.unknowns[0].what


def test_declared_columns_tell_what_a_star_and_a_bare_name_mean(
    sql: Callable[..., tuple[SqlStatement, ...]],
) -> None:
    table, other, star, bare = sql(
        "DECLARE T TABLE (A CHAR(10) NOT NULL, B DECIMAL(11, 2), PRIMARY KEY (A))",
        "DECLARE U TABLE (K INTEGER NOT NULL, D TIMESTAMP NOT NULL WITH DEFAULT)",
        "SELECT * INTO :WS-A, :WS-B FROM T",
        "SELECT D INTO :WS-A FROM T, U WHERE A = :WS-A",
    )
    first, second = table.declared
    assert (first.name, first.type, first.length, first.nullable) == ("A", "CHAR", 10, False)
    assert (second.type, second.length, second.scale, second.nullable) == ("DECIMAL", 11, 2, True)
    assert [column.type for column in other.declared] == ["INTEGER", "TIMESTAMP"]
    assert ties(star) == [("T", "A", "WS-A", "fetched"), ("T", "B", "WS-B", "fetched")]
    assert ties(bare) == [("U", "D", "WS-A", "fetched"), ("T", "A", "WS-A", "compared")]


def test_words_of_db2(sql: Callable[..., tuple[SqlStatement, ...]]) -> None:
    found = sql(
        "SELECT A# CONCAT B INTO :WS-A FROM T WHERE STATUS ^= 'X' AND VALUE(C, 0) = 1".replace(
            "^", "!"
        ),
        "SELECT CHAR(DAY, ISO), CAST(N AS DECIMAL(5, 2)) INTO :WS-A, :WS-B FROM T",
        "SELECT CURRENT TIMESTAMP INTO :WS-A FROM SYSIBM.SYSDUMMY1",
        "INSERT INTO USER (YEAR, PROGRAM) VALUES (:WS-B, NEXT VALUE FOR SVB.SEQ)",
        "SELECT COUNT(*) INTO :WS-B FROM T A WHERE EXISTS (SELECT 1 FROM U B WHERE B.K = A.K)",
    )
    assert [one.unknowns for one in found] == [()] * 5
    assert columns(found[0], "reads") == [("T", "A#"), ("T", "B"), ("T", "STATUS"), ("T", "C")]
    assert columns(found[1], "reads") == [("T", "DAY"), ("T", "N")]
    assert columns(found[2], "reads") == []
    assert columns(found[3], "writes") == [("USER", "YEAR"), ("USER", "PROGRAM")]
    assert set(columns(found[4], "reads")) == {("U", "K"), ("T", "K")}


def test_what_is_set_called_and_diagnosed(sql: Callable[..., tuple[SqlStatement, ...]]) -> None:
    assign, call, diagnose, whenever = sql(
        "SET :WS-B = :WS-C + 1",
        "CALL PROC1 (:WS-A, :WS-B)",
        "GET DIAGNOSTICS :WS-B = ROW_COUNT",
        "WHENEVER NOT FOUND GO TO 9000-END",
    )
    assert hosts(assign) == {"WS-B": "out", "WS-C": "in"}
    assert hosts(call) == {"WS-A": "inout", "WS-B": "inout"}
    assert hosts(diagnose) == {"WS-B": "out"}
    assert whenever.whenever is not None
    assert (whenever.whenever.condition, whenever.whenever.label) == ("NOT FOUND", "9000-END")


def test_what_is_not_understood_is_named(sql: Callable[..., tuple[SqlStatement, ...]]) -> None:
    missing, odd, strange = sql(
        "SELECT A INTO :WS-MISSING FROM T",
        "SELECT A FROM FROM T WHERE",
        "FROBNICATE THE TABLE",
    )
    assert missing.unknowns[0].kind == "host variable"
    assert ":WS-MISSING is not defined" in missing.unknowns[0].what
    assert missing.hosts[0].item is None
    assert [problem.kind for problem in odd.unknowns] == ["sql"]
    assert ("T", "reads") in tables(odd)
    assert strange.kind == "unknown"
    assert "FROBNICATE THE TABLE" in strange.unknowns[0].what


def said(source: bytes, origin: Origin) -> bytes:
    return source[origin.span.start : origin.span.end]


def test_places_are_the_files_own(tmp_path: Path) -> None:
    text = (
        b"000100 IDENTIFICATION DIVISION.                                         ID\r\n"
        b"000200 PROGRAM-ID. P.                                                   ID\r\n"
        b"000300 DATA DIVISION.                                                   ID\r\n"
        b"000400 WORKING-STORAGE SECTION.                                         ID\r\n"
        b"000500 01  WS-LONG-NAME PIC X.                                          ID\r\n"
        b"000600 PROCEDURE DIVISION.                                              ID\r\n"
        b"000700     EXEC SQL SELECT COL_A INTO :WS-LONG-NAME                     ID\r\n"
        b"000800* A COMMENT WITH :NO-HOST                                         ID\r\n"
        b"000900       FROM TABLE_T WHERE COL_B = :WS-LON                         ID\r\n"
        b"001000-          G-NAME                                                 ID\r\n"
        b"001100     END-EXEC.                                                    ID\r\n"
    )
    source = from_bytes(text, tmp_path / "P.cbl")
    (one,) = read_sql(read_program(source))
    assert one.unknowns == ()
    assert [host.name for host in one.hosts] == ["WS-LONG-NAME", "WS-LONG-NAME"]
    assert said(source.view, one.hosts[0].origin) == b":WS-LONG-NAME"
    assert said(source.view, one.tables[0].origin) == b"TABLE_T"
    assert [said(source.view, use.origin) for use in one.columns] == [b"COL_A", b"COL_B"]
    assert source.line_column(one.hosts[1].origin.span.start) == (9, 41)
    assert said(source.view, one.origin).startswith(b"EXEC SQL")
    assert said(source.view, one.origin).endswith(b"END-EXEC")


def test_the_fixtures_are_understood() -> None:
    for name in ("SVQ100", "SVQ200"):
        source = read(FIXTURES / "sql" / f"{name}.cbl")
        found = read_sql(read_program(source, [FIXTURES / "copy"]))
        assert [one.unknowns for one in found if one.unknowns] == []
        assert all(host.item is not None for one in found for host in one.hosts)
        declared = {use.table for one in found for use in one.tables if use.how == "declares"}
        assert declared == {"SVB.CUSTOMER", "SVB.ACCOUNT_DAY"}
        fetched = [one for one in found if one.kind == "fetch"]
        assert all(len(one.ties) == 9 for one in fetched)


def test_statements_know_their_program_and_paragraph(tmp_path: Path) -> None:
    programs = "".join(
        f"       IDENTIFICATION DIVISION.\n       PROGRAM-ID. {name}.\n       PROCEDURE DIVISION.\n"
        f"       {name}-PARA.\n           EXEC SQL DELETE FROM {name} END-EXEC.\n"
        f"       END PROGRAM {name}.\n"
        for name in ("ONE", "TWO")
    )
    from cobolsmith.languages.cobol import Library, read_programs

    found = read_programs(from_bytes(programs.encode(), tmp_path / "P.cbl"), Library())
    for program in found:
        (one,) = read_sql(program)
        assert one.tables[0].table == program.name
        assert one.procedure is not None
        assert program.procedures[one.procedure].name == f"{program.name}-PARA"


def test_queries_inside_other_statements_are_read(
    sql: Callable[..., tuple[SqlStatement, ...]],
) -> None:
    assign, merge, common, scan = sql(
        "SET :WS-B = (SELECT MAX(K) FROM T WHERE A = :WS-A)",
        """MERGE INTO T USING (SELECT K, V FROM U) S ON T.K = S.K WHEN MATCHED THEN UPDATE
    SET V = S.V WHEN NOT MATCHED THEN INSERT (K, V) VALUES (S.K, :WS-A)""",
        """WITH R (K) AS (SELECT K FROM T UNION ALL SELECT R.K FROM R) SELECT COUNT(*)
    INTO :WS-B FROM R""",
        "SELECT A INTO :WS-A FROM T WHERE TRANSLATE(B) LIKE '%' CONCAT :WS-A",
    )
    assert [one.unknowns for one in (assign, merge, common, scan)] == [()] * 4
    assert tables(assign) == [("T", "reads")]
    assert ties(assign) == [("T", "K", "WS-B", "fetched"), ("T", "A", "WS-A", "compared")]
    assert columns(merge, "writes") == [("T", "V"), ("T", "K"), ("T", "V")]
    assert ties(merge) == [("T", "V", "WS-A", "stored")]
    assert tables(common) == [("T", "reads")]
    assert columns(common, "reads") == [("T", "K"), (None, "K")]
    assert [(tie.column, tie.exact) for tie in scan.ties] == [("A", True), ("B", False)]
