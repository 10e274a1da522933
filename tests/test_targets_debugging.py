"""USE FOR DEBUGGING: translations look when and at what cobc's programs look."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from cobolsmith import source as sources
from cobolsmith.languages.cobol import Library, read_programs
from cobolsmith.lowered import Lowered, RefusedError
from cobolsmith.lowering import lower
from cobolsmith.targets import TARGETS

PLACES = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. PLACES.
       ENVIRONMENT DIVISION.
       CONFIGURATION SECTION.
       SOURCE-COMPUTER. X WITH DEBUGGING MODE.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT F ASSIGN TO "FF".
           SELECT S ASSIGN TO "SS".
       DATA DIVISION.
       FILE SECTION.
       FD F.
       01 R PIC X(10).
       SD S.
       01 SR PIC X(10).
       WORKING-STORAGE SECTION.
       01 K PIC 9(3) VALUE 5.
       01 T.
          05 E PIC X(3) OCCURS 4 INDEXED BY IX.
       01 Q PIC X(40).
       PROCEDURE DIVISION.
       DECLARATIVES.
       A1 SECTION. USE FOR DEBUGGING ON ALL REFERENCES OF K.
       A1-P. DISPLAY "K " DEBUG-LINE DEBUG-NAME DEBUG-CONTENTS.
       A2 SECTION. USE FOR DEBUGGING ON E.
       A2-P. DISPLAY "E " DEBUG-ITEM "|".
       A3 SECTION. USE FOR DEBUGGING ON F R.
       A3-P. DISPLAY "F " DEBUG-ITEM "|".
       A4 SECTION. USE FOR DEBUGGING ON P-2 P-4 P-5.
       A4-P. DISPLAY "P " DEBUG-ITEM "|".
       END DECLARATIVES.
       M-1 SECTION.
       P-1.
           MOVE 7 TO K.
           ADD 1 TO K.
           IF K = 8 DISPLAY "YES" END-IF.
           PERFORM P-2.
           MOVE "AB" TO E (2).
           DISPLAY E (2).
           SET IX TO 3.
           MOVE "QQ" TO E (IX).
           PERFORM P-2 THRU P-2 VARYING K FROM 1 BY 1 UNTIL K > 2.
           OPEN OUTPUT F.
           MOVE "REC" TO R.
           WRITE R.
           CLOSE F.
           OPEN INPUT F.
           READ F AT END CONTINUE.
           CLOSE F.
           MOVE K TO Q.
           ALTER P-4 TO PROCEED TO P-2.
           SORT S ON ASCENDING KEY SR INPUT PROCEDURE P-5
               GIVING F.
      D    DISPLAY "A DEBUGGING LINE".
           GO TO P-4.
       P-2.
           DISPLAY "IN P-2".
           IF K > 8 STOP RUN.
       P-3.
           ADD 1 TO K.
           GO TO P-1 P-4 P-2 DEPENDING ON K.
       P-4.
           GO TO P-3.
       P-5.
           RELEASE SR FROM "X".
"""
"""Files, records, procedures: PERFORM, fall through, GO TO, ALTER, SORT; a debugging line."""
ITEMS = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. ITEMS.
       ENVIRONMENT DIVISION.
       CONFIGURATION SECTION.
       SOURCE-COMPUTER. X WITH DEBUGGING MODE.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01 K PIC 9(3) VALUE 1.
       01 NN PIC S9(3) VALUE -1.
       01 NC PIC S9(3) PACKED-DECIMAL VALUE -1.
       01 L PIC X(50) VALUE "ABC".
       01 G. 05 GA PIC XX VALUE "12". 05 GB PIC XX VALUE "34".
       01 T.
          05 E PIC X(3) OCCURS 4 INDEXED BY IX.
       01 T2. 05 U OCCURS 3. 10 V PIC 99 OCCURS 3.
       01 Q PIC X(40).
       PROCEDURE DIVISION.
       DECLARATIVES.
       A1 SECTION. USE FOR DEBUGGING ON ALL REFERENCES OF K.
       A1-P. DISPLAY "K " DEBUG-LINE DEBUG-NAME DEBUG-CONTENTS "|".
       A2 SECTION. USE FOR DEBUGGING ON E NN NC L G GB V.
       A2-P. DISPLAY "E " DEBUG-ITEM "|".
       END DECLARATIVES.
       M-1 SECTION.
       P-1.
           MOVE K TO E (K) NN.
           ADD 1 TO K NN NC.
           ADD K NN GIVING NC.
           MOVE "LONG" TO L.
           MOVE "5678" TO G.
           MOVE "56" TO GB. MOVE "56" TO GA.
           MOVE K TO V (2 K).
           MOVE K TO V (2, 3).
           CONTINUE.
           PERFORM P-2 UNTIL K > 4.
           PERFORM P-2 VARYING NN FROM K BY 1 UNTIL NN > 7.
           PERFORM VARYING NN FROM 1 BY K UNTIL NN > 7
              DISPLAY "LOOP" END-PERFORM.
           PERFORM P-2 K TIMES.
           EVALUATE K WHEN 5 DISPLAY "FIVE" WHEN OTHER CONTINUE
           END-EVALUATE.
           STRING "A" K DELIMITED BY SIZE INTO L.
           INSPECT L REPLACING ALL "A" BY "B".
           SEARCH E WHEN E (IX) = "AAA" CONTINUE.
           GO TO P-1 P-3 P-3 DEPENDING ON K.
           MOVE 2 TO K.
           GO TO P-2 P-3 P-3 DEPENDING ON K.
       P-2.
           ADD 1 TO K.
       P-3.
           MULTIPLY 2 BY K GIVING K.
           INITIALIZE K.
           ACCEPT K FROM DAY-OF-WEEK.
           STOP RUN.
"""
"""Items that statements refer to, with and without ALL REFERENCES."""
LOOPS = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. LOOPS.
       ENVIRONMENT DIVISION.
       CONFIGURATION SECTION.
       SOURCE-COMPUTER. X WITH DEBUGGING MODE.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01 K PIC 9(3) VALUE 1.
       01 NN PIC 9(3) VALUE 1.
       01 M PIC 9(3) VALUE 1.
       01 S PIC X(5) VALUE "ABCDE".
       01 A PIC X(5). 01 B PIC X(5).
       01 T.
          05 E PIC X(3) OCCURS 4 INDEXED BY IX.
       PROCEDURE DIVISION.
       DECLARATIVES.
       A1 SECTION. USE FOR DEBUGGING ON ALL REFERENCES OF K
             ALL REFERENCES OF T.
       A1-P. DISPLAY "K " DEBUG-LINE DEBUG-NAME DEBUG-CONTENTS "|".
       A2 SECTION. USE FOR DEBUGGING ON E NN S A B P-2.
       A2-P. DISPLAY "E " DEBUG-ITEM "|".
       END DECLARATIVES.
       M-1 SECTION.
       P-1.
           MOVE "A" TO E (1) E (2).
           MOVE "B" TO E (IX).
           CONTINUE.
           SET IX TO K.
           SET NN TO IX.
           UNSTRING S DELIMITED BY "C" INTO A B.
           SUBTRACT 1 FROM NN.
           MULTIPLY 2 BY NN.
           DIVIDE NN INTO NN.
           DIVIDE 5 BY 2 GIVING NN REMAINDER NN.
           COMPUTE NN = K + 1.
           ACCEPT NN FROM DAY-OF-WEEK.
           INITIALIZE S A.
           PERFORM VARYING NN FROM 1 BY 1 UNTIL K > 0
              CONTINUE END-PERFORM.
           PERFORM VARYING M FROM 1 BY 1 UNTIL K > 0
              CONTINUE END-PERFORM.
           PERFORM VARYING M FROM 1 BY 1 UNTIL M > 1
              AFTER NN FROM 1 BY 1 UNTIL NN > 1
              DISPLAY "IN" END-PERFORM.
           PERFORM UNTIL NN > 0 ADD 1 TO M END-PERFORM.
           PERFORM WITH TEST AFTER UNTIL K > 0 ADD 1 TO M
           END-PERFORM.
           PERFORM WITH TEST AFTER VARYING NN FROM 1 BY 1 UNTIL K > 0
             ADD 1 TO M
           END-PERFORM.
           DISPLAY K " " K.
           MOVE SPACES TO T.
           IF E (K) = SPACES DISPLAY "SP".
           IF NN > 1 AND (K = 1 OR K = 2) CONTINUE.
           PERFORM P-2 THRU P-3 2 TIMES.
           PERFORM P-3.
           STOP RUN.
       P-2.
           ADD 1 TO M.
       P-3.
           ADD 1 TO M.
"""
"""Items in loops, and twice in a statement."""
NAMES = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. NAMES.
       ENVIRONMENT DIVISION.
       CONFIGURATION SECTION.
       SOURCE-COMPUTER. X WITH DEBUGGING MODE.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01 A1. 05 AB. 10 ABC PIC 9. 10 D OCCURS 3 PIC 9.
       01 A2. 05 AB. 10 ABC PIC 9. 10 D OCCURS 3 PIC 9.
       01 I PIC 9 VALUE 2.
       PROCEDURE DIVISION.
       DECLARATIVES.
       S1 SECTION. USE FOR DEBUGGING ON ABC OF A1 AB OF A2
           D OF A2 I.
       S1-P. DISPLAY DEBUG-LINE DEBUG-NAME "|" DEBUG-ITEM "|".
       END DECLARATIVES.
       M-1 SECTION.
       P-1.
           MOVE 1 TO ABC OF A1.
           MOVE 1 TO ABC OF AB OF A1.
           MOVE 1 TO ABC IN AB IN A1.
           MOVE 1 TO AB IN A2.
           MOVE 1 TO AB OF A2.
           MOVE 1 TO D OF A2 (2).
           MOVE 1 TO D OF AB OF A2 (I).
           MOVE 1 TO I.
           STOP RUN.
"""
"""Qualified names and subscripts."""


def lowered(text: str, folder: Path) -> tuple[Lowered, ...]:
    path = folder / "sample.cbl"
    path.write_text(text)
    return lower(read_programs(sources.read(path), Library(()), std="cobol85"), "cobol85")


def shown(argv: list[str], folder: Path, switch: str) -> tuple[int, str]:
    folder.mkdir()
    environment = {**os.environ, "COB_SET_DEBUG": switch}
    done = subprocess.run(
        argv, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize(
    "text", [PLACES, ITEMS, LOOPS, NAMES], ids=["places", "items", "loops", "names"]
)
def test_debugging_sections_see_what_cobcs_see(text: str, tmp_path: Path) -> None:
    programs = lowered(text, tmp_path)
    main = tmp_path / "main"
    argv = ["cobc", "-x", "-w", "-std=cobol85", "-o", main, tmp_path / "sample.cbl"]
    subprocess.run(argv, check=True)
    right = {one: shown([str(main)], tmp_path / f"right{one}", one) for one in ("1", "0")}
    assert len(right["1"][1].splitlines()) > len(right["0"][1].splitlines()) + 5
    for name, target in TARGETS.items():
        built = tmp_path / name
        for file, data in target.translate(programs, "Not proven.").items():
            (built / file).parent.mkdir(parents=True, exist_ok=True)
            (built / file).write_bytes(data)
        for command in target.building(built, programs[0].name):
            subprocess.run(command, cwd=built, check=True)
        for switch, expected in right.items():
            command = target.command(built, programs[0].name)
            found = shown(list(command), tmp_path / f"{name}{switch}", switch)
            assert found[1].splitlines() == expected[1].splitlines()
            assert found == expected


def test_debugging_lines_are_code_with_debugging_mode_only(tmp_path: Path) -> None:
    assert "A DEBUGGING LINE" in str(lowered(PLACES, tmp_path))
    text = PLACES.replace(" WITH DEBUGGING MODE", "")
    assert "A DEBUGGING LINE" not in str(lowered(text, tmp_path))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("ON P-2 P-4 P-5", "ON P-2 P-9", "USE FOR DEBUGGING ON P-9"),
        ("WRITE R.", "WRITE R FROM K.", "WRITE FROM an item watched"),
        ("DEBUGGING ON F R.", "DEBUGGING ON SR.", "RELEASE of an item watched"),
        ("MOVE K TO Q.", "MOVE 1 TO E (1) (2:1).", "reference modification of a watched item"),
    ],
)
def test_what_is_not_known_of_debugging_is_refused(
    old: str, new: str, told: str, tmp_path: Path
) -> None:
    assert old in PLACES
    with pytest.raises(RefusedError, match=told):
        lowered(PLACES.replace(old, new), tmp_path)
