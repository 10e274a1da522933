"""CICS programs in the equivalence check: commands answered from a table, tasks told apart."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cobolsmith.checks import CHECKS
from cobolsmith.checks.equivalence.tasks import handlers, mock, standing, unknown
from cobolsmith.cli import app
from cobolsmith.config import Config
from cobolsmith.executed import Block, blocks_of
from cobolsmith.languages.cobol import Library, read_programs
from cobolsmith.patch import FileChange, Patch
from cobolsmith.program import Program
from cobolsmith.source import Source, from_bytes
from cobolsmith.verify import Status, Subject, Verdict

HEAD = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. ENQUIRY.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01  WS-RESP PIC S9(08) COMP.
       01  WS-KEY PIC X(06).
       01  WS-REC.
           05  WS-NAME PIC X(10).
           05  WS-SUM PIC S9(05) COMP-3.
       01  WS-TEXT PIC X(20) VALUE SPACES.
       01  WS-SEEN PIC 9(02) VALUE ZERO.
       LINKAGE SECTION.
       01  DFHCOMMAREA PIC X(06).
       PROCEDURE DIVISION.
"""
ENQUIRY = (
    HEAD
    + """\
       MAIN.
           IF EIBCALEN = ZERO
               MOVE 'KEY A NUMBER' TO WS-TEXT
           ELSE
               MOVE DFHCOMMAREA TO WS-KEY
               EXEC CICS READ FILE('ACCTS') INTO(WS-REC)
                   RIDFLD(WS-KEY) RESP(WS-RESP)
               END-EXEC
               EVALUATE WS-RESP
                   WHEN DFHRESP(NORMAL) MOVE WS-NAME TO WS-TEXT
                   WHEN DFHRESP(NOTFND) MOVE 'NOT THERE' TO WS-TEXT
                   WHEN OTHER
                       EXEC CICS ABEND ABCODE('ENQ1') END-EXEC
               END-EVALUATE
           END-IF
           EXEC CICS SEND TEXT FROM(WS-TEXT) ERASE END-EXEC
           EXEC CICS RETURN TRANSID('ENQ1') COMMAREA(WS-KEY) END-EXEC.
"""
)
HANDLED = (
    HEAD
    + """\
       MAIN.
           EXEC CICS HANDLE CONDITION NOTFND(NONE) ENDFILE(DONE)
           END-EXEC
           EXEC CICS HANDLE AID CLEAR(DONE) END-EXEC
           EXEC CICS RECEIVE INTO(WS-KEY) END-EXEC
           EXEC CICS STARTBR FILE('ACCTS') RIDFLD(WS-KEY) END-EXEC.
       ON-AND-ON.
           EXEC CICS READNEXT FILE('ACCTS') INTO(WS-REC)
               RIDFLD(WS-KEY)
           END-EXEC
           ADD 1 TO WS-SEEN
           GO TO ON-AND-ON.
       NONE.
           MOVE 'NOT THERE' TO WS-TEXT.
       DONE.
           EXEC CICS SEND TEXT FROM(WS-TEXT) END-EXEC
           EXEC CICS SEND TEXT FROM(WS-SEEN) END-EXEC
           EXEC CICS RETURN END-EXEC.
"""
)


def verdict(folder: Path, text: str, new: str, runs: int = 24) -> Verdict:
    path = folder / "ENQUIRY.cbl"
    path.write_text(text)
    patch = Patch((FileChange(path, text.encode(), new.encode()),))

    def read(source: Source, changed: Mapping[Path, bytes]) -> Program:
        return read_programs(source, Library())[0]

    made = Subject(folder, Config(folder), (from_bytes(new.encode(), path),), patch, read=read)
    return CHECKS["equivalence"](dataclasses.replace(made, behaviour="same", runs=runs))


def swapped(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


def test_commands_are_answered_alike_on_both_sides(tmp_path: Path) -> None:
    new = swapped(ENQUIRY, "IF EIBCALEN = ZERO", "IF NOT (EIBCALEN > ZERO)")
    found = verdict(tmp_path, ENQUIRY, new)
    assert found.status is Status.PASSED, found.reason
    said = "mocked: EXEC CICS, 4 commands (ABEND, READ, RETURN, SEND): RESP and data from a table"
    assert said in found.evidence


@pytest.mark.parametrize(
    ("text", "old", "new", "where"),
    [
        (ENQUIRY, "DFHRESP(NOTFND)", "DFHRESP(DUPREC)", "CALLS"),
        (ENQUIRY, "FILE('ACCTS')", "FILE('ACCTX')", "CI-READ"),
        (HANDLED, "NOTFND(NONE)", "NOTFND(DONE)", "CALLS.CI-SEND"),
        (HANDLED, "AID CLEAR(DONE)", "AID PF3(DONE)", "CALLS"),
    ],
)
def test_a_wrong_change_is_seen(tmp_path: Path, text: str, old: str, new: str, where: str) -> None:
    found = verdict(tmp_path, text, swapped(text, old, new), runs=96)
    assert found.status is Status.FAILED
    assert where in found.reason
    assert found.diagnostics[0].path == tmp_path / "ENQUIRY.cbl"


def test_conditions_and_keys_go_where_they_are_handled(tmp_path: Path) -> None:
    new = swapped(HANDLED, "ADD 1 TO WS-SEEN", "COMPUTE WS-SEEN = WS-SEEN + 1")
    found = verdict(tmp_path, HANDLED, new)
    assert found.status is Status.PASSED, found.reason


def test_answers_are_brought_to_a_wider_layout(tmp_path: Path) -> None:
    new = swapped(ENQUIRY, "WS-NAME PIC X(10)", "WS-NAME PIC X(14)")
    found = verdict(tmp_path, ENQUIRY, swapped(new, "S9(05) COMP-3", "S9(07) COMP-3"))
    assert found.status is Status.PASSED, found.reason


def test_verify_takes_cics_programs(tmp_path: Path) -> None:
    old, new = tmp_path / "ENQUIRY.cbl", tmp_path / "new" / "ENQUIRY.cbl"
    new.parent.mkdir()
    old.write_text(ENQUIRY)
    new.write_text(swapped(ENQUIRY, "MOVE WS-NAME TO", "MOVE SPACES TO"))
    done = CliRunner().invoke(app, ["verify", str(old), str(new), "--runs", "24"])
    assert done.exit_code == 1
    assert "equivalence FAILED" in done.output
    assert "CI-SEND" in done.output


def blocks(command: str) -> tuple[Block, ...]:
    text = f"{HEAD}       MAIN.\n           EXEC CICS {command}\n           END-EXEC.\n"
    return blocks_of(from_bytes(text.encode(), Path("A.cbl")))


@pytest.mark.parametrize(
    ("command", "named"),
    [
        ("GETMAIN SET(ADDRESS OF A) LENGTH(9)", "GETMAIN"),
        ("READ FILE('A') SET(ADDRESS OF B) RIDFLD(C)", "READ"),
        ("HANDLE ABEND PROGRAM('A')", "HANDLE ABEND"),
        ("PUSH HANDLE", "PUSH"),
        ("ADDRESS CWA(A)", "ADDRESS"),
    ],
)
def test_what_cannot_be_answered_is_named(command: str, named: str) -> None:
    assert named in unknown(blocks(command))


def test_commands_that_can_be_answered() -> None:
    assert unknown(blocks("READ FILE('A') INTO(WS-REC) RIDFLD(WS-KEY)")) == ""
    assert handlers(blocks("HANDLE CONDITION NOTFND(P1) ERROR(P2)")).labels == ("P1", "P2")


def test_a_mock_is_named_by_its_command_and_not_by_its_items() -> None:
    assert standing("EXEC CICS ABEND ABCODE('A') END-EXEC").startswith('CALL "CI-ABEND-')
    one, other = (blocks(f"ABEND ABCODE('{code}')")[0] for code in "AB")
    assert mock(one, "ABEND", []) != mock(other, "ABEND", [])
