"""EXEC CICS: commands, options, items, labels, responses and ties."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cobolsmith.languages.cics import CicsCommand, read_cics
from cobolsmith.languages.cics.table import commands
from cobolsmith.languages.cobol import read_program
from cobolsmith.program import Program
from cobolsmith.source import from_bytes, read

Reader = Callable[..., Program]
FIXTURES = Path(__file__).parents[2] / "fixtures"
DATA = """
01  WS-RESP PIC S9(8) COMP.
    88  RESP-OK VALUE 0.
01  WS-RESP2 PIC S9(8) COMP.
01  WS-AREA PIC X(80).
01  WS-KEY PIC X(10).
01  WS-FILE PIC X(8) VALUE 'ACCTMST'.
01  WS-PROG PIC X(8).
01  WS-TABLE.
    05  WS-ROW PIC X(10) OCCURS 5.
01  WS-OTHER.
    05  WS-ROW2 PIC X(10).
01  WS-I PIC S9(4) COMP.
"""


@pytest.fixture
def cics(program: Reader) -> Callable[..., tuple[CicsCommand, ...]]:
    """Reads the commands of procedure lines."""

    def make(procedure: str) -> tuple[CicsCommand, ...]:
        return read_cics(program(DATA, procedure))

    return make


def options(command: CicsCommand) -> dict[str, tuple[str | None, str]]:
    return {
        one.name: (one.item.name if one.item else one.literal, one.how) for one in command.options
    }


def tied(command: CicsCommand) -> list[tuple[str, tuple[str, ...], str, bool]]:
    return [(tie.kind, tie.names, tie.how, tie.sure) for tie in command.ties]


Cics = Callable[..., tuple[CicsCommand, ...]]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("SEND MAP('M') MAPSET('S') MAPONLY", "SEND MAP"),
        ("SEND FROM(WS-AREA) ERASE", "SEND"),
        ("SEND MAPSET('S') MAP('M')", "SEND MAP"),
        ("WRITEQ QUEUE('Q') FROM(WS-AREA)", "WRITEQ TS"),
        ("DELETEQ TD QUEUE('Q')", "DELETEQ TD"),
        ("DELETE FILE('F') RIDFLD(WS-KEY)", "DELETE"),
        ("DELETE CONTAINER('C')", "DELETE CONTAINER"),
        ("SYNCPOINT ROLLBACK", "SYNCPOINT ROLLBACK"),
        ("INQUIRE TERMINAL('T1') NETNAME(WS-KEY)", "INQUIRE TERMINAL"),
        ("WEB READ HTTPHEADER('A') NAMELENGTH(1) VALUE(WS-AREA) VALUELENGTH(WS-RESP)",
         "WEB READ HTTPHEADER"),
        ("handle abend label(p1)", "HANDLE ABEND"),
    ],
)  # fmt: skip
def test_names_of_commands(cics: Cics, text: str, name: str) -> None:
    lines = "\n        ".join(text.split())
    (one,) = cics(f"P1.\n    EXEC CICS {lines}\n    END-EXEC.")
    assert (one.name, one.unknowns) == (name, ())


def test_options_with_their_items_and_directions(cics: Cics) -> None:
    (one,) = cics(
        """P1.
    EXEC CICS READ FILE(WS-FILE) INTO(WS-ROW (WS-I)) UPDATE
        RIDFLD (WS-ROW2 OF WS-OTHER) LENGTH(LENGTH OF WS-AREA)
        KEYLENGTH(10) RESP(WS-RESP) RESP2(WS-RESP2) NOHANDLE
    END-EXEC."""
    )
    assert one.unknowns == ()
    assert options(one) == {
        "FILE": ("WS-FILE", "in"),
        "INTO": ("WS-ROW", "out"),
        "UPDATE": (None, ""),
        "RIDFLD": ("WS-ROW2", "inout"),
        "LENGTH": ("WS-AREA", "in"),
        "KEYLENGTH": ("10", "in"),
        "RESP": ("WS-RESP", "out"),
        "RESP2": ("WS-RESP2", "out"),
        "NOHANDLE": (None, ""),
    }
    length = one.option("LENGTH")
    assert length is not None
    assert (length.of, length.argument) == ("LENGTH", "LENGTH OF WS-AREA")
    assert one.resp is not None
    assert (one.resp.name, one.nohandle) == ("WS-RESP", True)


def test_what_is_not_known_is_named(cics: Cics) -> None:
    command, option, item, argument, label, empty = cics(
        """P1.
    EXEC CICS FROBNICATE NOW END-EXEC
    EXEC CICS RETURN TRANSIT('A') END-EXEC
    EXEC CICS SEND TEXT FROM(WS-AERA) END-EXEC
    EXEC CICS RECEIVE INTO END-EXEC
    EXEC CICS HANDLE CONDITION ERROR(P9) END-EXEC
    EXEC CICS
    END-EXEC."""
    )
    assert "FROBNICATE NOW" in command.unknowns[0].what
    assert "RETURN has no option TRANSIT" in option.unknowns[0].what
    assert "WS-AERA is not defined" in item.unknowns[0].what
    assert "INTO lacks its argument" in argument.unknowns[0].what
    assert "P9 is no section or paragraph" in label.unknowns[0].what
    assert empty.unknowns


def test_ties(cics: Cics) -> None:
    found = cics(
        """P1.
    MOVE 'PROGA' TO WS-PROG
    IF WS-I = 1
        MOVE 'PROGB' TO WS-PROG
    END-IF
    EXEC CICS LINK PROGRAM(WS-PROG) COMMAREA(WS-AREA) END-EXEC
    EXEC CICS REWRITE FILE(WS-FILE) FROM(WS-AREA) END-EXEC
    EXEC CICS READ DATASET('OTHER') INTO(WS-AREA) UPDATE
        RIDFLD(WS-KEY) END-EXEC
    EXEC CICS SEND MAP('MENU') FROM(WS-AREA) END-EXEC
    EXEC CICS WRITEQ TS QUEUE('Q1') FROM(WS-AREA) ITEM(WS-I)
        REWRITE END-EXEC
    EXEC CICS PUT CONTAINER('IN') CHANNEL('CH') FROM(WS-AREA)
    END-EXEC
    EXEC CICS START TRANSID('TX01') END-EXEC
    EXEC CICS READQ TD QUEUE(WS-KEY) INTO(WS-KEY) END-EXEC."""
    )
    link, rewrite, update, send, queue, put, start, unsure = found
    assert tied(link) == [
        ("program", ("PROGA", "PROGB"), "calls", True),
        ("commarea", (), "passes", True),
    ]
    assert tied(rewrite)[0] == ("file", ("ACCTMST",), "rewrites", True)
    assert tied(update)[0] == ("file", ("OTHER",), "reads-for-update", True)
    assert tied(send)[:2] == [
        ("map", ("MENU",), "sends", True),
        ("mapset", ("MENU",), "sends", True),
    ]
    assert tied(queue)[0] == ("ts-queue", ("Q1",), "rewrites", True)
    assert tied(put)[:2] == [
        ("container", ("IN",), "writes", True),
        ("channel", ("CH",), "uses", True),
    ]
    assert tied(start) == [("transaction", ("TX01",), "starts", True)]
    assert tied(unsure)[0] == ("td-queue", (), "reads", False)


def test_whether_the_response_is_looked_at(cics: Cics) -> None:
    found = cics(
        """P1.
    EXEC CICS READ FILE('A') INTO(WS-AREA) RIDFLD(WS-KEY)
        RESP(WS-RESP) END-EXEC
    IF WS-RESP NOT = DFHRESP(NORMAL) GO TO P9.
    EXEC CICS READ FILE('A') INTO(WS-AREA) RIDFLD(WS-KEY)
        RESP(WS-RESP) END-EXEC
    EXEC CICS REWRITE FILE('A') FROM(WS-AREA) RESP(WS-RESP)
    END-EXEC
    IF NOT RESP-OK PERFORM P9.
    EXEC CICS REWRITE FILE('A') FROM(WS-AREA) RESP(WS-RESP)
    END-EXEC
    PERFORM P8.
    EXEC CICS SYNCPOINT NOHANDLE END-EXEC
    EXEC CICS SYNCPOINT NOHANDLE END-EXEC
    IF EIBRESP > 0 GO TO P9.
    EXEC CICS DELETE FILE('A') RIDFLD(WS-KEY) RESP(WS-RESP)
    END-EXEC.
P8.
    IF WS-RESP > 0 DISPLAY 'BAD'.
P9.
    EXEC CICS RETURN END-EXEC."""
    )
    assert [one.handling for one in found] == [
        "checked",
        "unchecked",
        "checked",
        "checked",
        "nohandle",
        "checked",
        "unchecked",
        "default",
    ]


def test_handle_names_its_labels(cics: Cics) -> None:
    condition, aid, _, read_command, abend = cics(
        """P1.
    EXEC CICS HANDLE CONDITION NOTFND(P2) ERROR END-EXEC
    EXEC CICS HANDLE AID PF3(P2) CLEAR(P1) END-EXEC
    EXEC CICS IGNORE CONDITION LENGERR END-EXEC
    EXEC CICS READ FILE('A') INTO(WS-AREA) RIDFLD(WS-KEY) END-EXEC
    EXEC CICS HANDLE ABEND LABEL(P2) END-EXEC.
P2.
    GOBACK."""
    )
    assert [(one.condition, one.label, one.procedure) for one in condition.labels] == [
        ("NOTFND", "P2", 1),
        ("ERROR", "", None),
    ]
    assert [(one.condition, one.label) for one in aid.labels] == [("PF3", "P2"), ("CLEAR", "P1")]
    assert [(one.condition, one.procedure) for one in abend.labels] == [("ABEND", 1)]
    assert read_command.handling == "handled"


def test_places_are_the_files_own(tmp_path: Path) -> None:
    text = (
        b"000100 IDENTIFICATION DIVISION.                                         ID\n"
        b"000200 PROGRAM-ID. P.                                                   ID\n"
        b"000300 DATA DIVISION.                                                   ID\n"
        b"000400 WORKING-STORAGE SECTION.                                         ID\n"
        b"000500 01  WS-AREA PIC X.                                               ID\n"
        b"000600 PROCEDURE DIVISION.                                              ID\n"
        b"000700     EXEC CICS SEND TEXT                                          ID\n"
        b"000800*      LENGTH(1)                                                  ID\n"
        b"000900       FROM( WS-AREA ) ERASE                                      ID\n"
        b"001000     END-EXEC.                                                    ID\n"
    )
    source = from_bytes(text, tmp_path / "P.cbl")
    (one,) = read_cics(read_program(source))
    assert [option.name for option in one.options] == ["FROM", "ERASE"]
    place = one.options[0].argument_origin
    assert place is not None
    assert source.view[place.span.start : place.span.end] == b"WS-AREA"
    assert source.line_column(place.span.start) == (9, 20)


def test_the_fixtures_are_understood() -> None:
    named: dict[str, set[str]] = {}
    for program in ("SVC100", "SVC200"):
        source = read(FIXTURES / "cics" / f"{program}.cbl")
        for one in read_cics(read_program(source, [FIXTURES / "copy"])):
            assert one.unknowns == ()
            for tie in one.ties:
                named.setdefault(tie.kind, set()).update(tie.names)
    assert named["map"] == {"SVMAPA", "SVMAPB"}
    assert named["mapset"] == {"SVMS01"}
    assert named["program"] == {"SVC100", "SVC200"}
    assert named["transaction"] == {"SVI1", "SVM1"}
    assert named["file"] == {"ACCTMST", "ACCTPTH"}
    assert named["td-queue"] == {"SVAU"}


def test_the_table_is_whole() -> None:
    for name, known in commands().items():
        assert {"RESP", "RESP2", "NOHANDLE"} <= known.keys(), name
        assert set(known.values()) <= {"", "<", ">", "=", "@", "<?", ">?", "=?"}, name
