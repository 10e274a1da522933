"""New lines get the numbers and the marks of their neighbours; CICS programs their own messages."""

from __future__ import annotations

from pathlib import Path

import pytest

from cobolsmith.implement import Request, implement
from cobolsmith.implement.numbered import numbered_text
from cobolsmith.job import Options

BOX = """\
000100 IDENTIFICATION DIVISION.                                         BOX
000200 PROGRAM-ID. BOX.                                                 BOX
000300 DATA DIVISION.                                                   BOX
000400 WORKING-STORAGE SECTION.                                         BOX
000500 01  WS-BOX.                                                      BOX
000600     05  BX-WEIGHT                   PIC 9(03).                   BOX
000700     05  BX-TOWN                     PIC X(08).                   BOX
000800 01  WS-MESSAGE                      PIC X(30).                   BOX
000900 01  WS-SCREEN.                                                   BOX
001000     05  SC-MESSAGE                  PIC X(30).                   BOX
001100     05  SC-WEIGHT                   PIC ZZ9.                     BOX
001200 PROCEDURE DIVISION.                                              BOX
001300 0000-MAIN.                                                       BOX
001400     MOVE 'HERE IS YOUR BOX' TO WS-MESSAGE                        BOX
001500     PERFORM 1000-GET                                             BOX
001600     MOVE BX-WEIGHT TO SC-WEIGHT                                  BOX
001700     IF BX-WEIGHT = ZERO                                          BOX
001800         MOVE 'THE BOX IS EMPTY' TO WS-MESSAGE                    BOX
001900     END-IF                                                       BOX
002000     MOVE WS-MESSAGE TO SC-MESSAGE                                BOX
002100     EXEC CICS SEND FROM(WS-SCREEN) END-EXEC                      BOX
002200     EXEC CICS RETURN END-EXEC.                                   BOX
002300 1000-GET.                                                        BOX
002400     EXEC CICS GET CONTAINER('BOX') INTO(WS-BOX) END-EXEC.        BOX
"""


def after(folder: Path, sentence: str) -> list[str]:
    path = folder / "BOX.cbl"
    path.write_text(BOX)
    (outcome,) = implement(Request(sentence), path, Options(runs=0)).outcomes
    assert outcome.patch is not None, [one.message for one in outcome.findings]
    (file,) = outcome.patch.files
    return file.after.decode().splitlines()


def put_in(folder: Path, sentence: str) -> tuple[str, list[str], str]:
    """The line before what is new, what is new, the line behind; all else must be as it was."""
    new, old = after(folder, sentence), BOX.splitlines()
    fresh = [line for line in new if line not in old]
    assert [line for line in new if line not in fresh] == old
    at = new.index(fresh[0])
    return new[at - 1], fresh, new[at + len(fresh)]


def test_a_message_goes_where_the_screen_has_its_messages(tmp_path: Path) -> None:
    before, fresh, behind = put_in(tmp_path, "Show a message when the weight is above 100")
    assert before.startswith("001500") and behind.startswith("001600")
    assert [line[7:72].strip() for line in fresh] == [
        "IF BX-WEIGHT > 100",
        "MOVE 'WEIGHT IS ABOVE 100' TO WS-MESSAGE",
        "END-IF",
    ]
    assert [line[:6] for line in fresh] == ["001510", "001520", "001530"]
    assert all(line[72:] == "BOX" for line in fresh)


def test_a_default_stands_behind_the_command_that_gives_the_value(tmp_path: Path) -> None:
    new = after(tmp_path, "Use 'LEEDS' as the town when it is blank")
    at = next(nth for nth, line in enumerate(new) if "GET CONTAINER" in line)
    assert [line[7:72].strip() for line in new[at + 1 :]] == [
        "IF BX-TOWN = SPACES",
        "MOVE 'LEEDS' TO BX-TOWN",
        "END-IF.",
    ]


@pytest.mark.parametrize(
    ("rows", "numbers"),
    [
        (("000100 A", "NEW", "000200 B"), ["000100", "000110", "000200"]),
        (("000100 A", "NEW", "NEW", "000103 B"), ["000100", "000101", "000102", "000103"]),
        (("000100 A", "NEW", "000101 B"), ["000100", "", "000101"]),
        (("       A", "NEW", "       B"), ["", "", ""]),
        (("000100 A", "NEW"), ["000100", ""]),
    ],
)
def test_numbers_go_on_where_there_is_room(rows: tuple[str, ...], numbers: list[str]) -> None:
    text = [row.replace("NEW", "       NEW") for row in rows]
    old = "".join(f"{row}\n" for row in text if "NEW" not in row).encode()
    new = "".join(f"{row}\n" for row in text).encode()
    assert [line[:6].strip() for line in numbered_text(old, new).decode().splitlines()] == numbers


def test_a_line_that_only_moved_keeps_its_number() -> None:
    old = b"000100 A\n000200 B\n000300 C\n"
    new = b"000100 A\n000200 IF\n       B\n000300 C\n"
    assert numbered_text(old, new) == b"000100 A\n000110 IF\n000200 B\n000300 C\n"
