"""Files with keys, functions, collating sequences, shared records: translations beside cobc."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from cobolsmith import source as sources
from cobolsmith.checks.equivalence import Settings
from cobolsmith.languages.cobol import Library, read_programs
from cobolsmith.lowered import Lowered, RefusedError
from cobolsmith.lowering import lower
from cobolsmith.report import Result
from cobolsmith.targets import TARGETS
from cobolsmith.translation import Wish, translate

KEYED = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. KEYED.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT OPTIONAL SLOTS ASSIGN TO "SLOTS" ORGANIZATION RELATIVE
              ACCESS MODE DYNAMIC RELATIVE KEY NUM FILE STATUS FIRST-ST.
           SELECT OPTIONAL TREES ASSIGN TO "TREES" ORGANIZATION INDEXED
              ACCESS MODE DYNAMIC RECORD KEY PRIME
              ALTERNATE RECORD KEY MANY WITH DUPLICATES
              ALTERNATE RECORD KEY SOLE FILE STATUS SECOND-ST.
       DATA DIVISION.
       FILE SECTION.
       FD SLOTS.
       01 SLOT PIC X(6).
       FD TREES.
       01 TREE.
          05 PRIME PIC X(2). 05 MANY. 10 HALF PIC X. 10 PIC X.
          05 SOLE PIC X(2).
       WORKING-STORAGE SECTION.
       01 FIRST-ST PIC XX VALUE "--".
       01 SECOND-ST PIC XX VALUE "--".
       01 NUM PIC 9(4).
       01 ASKED.
          05 WHAT PIC XX. 05 GIVEN PIC 9. 05 TEXTS PIC X(6).
       PROCEDURE DIVISION.
       MAIN-P.
           PERFORM ONE-P UNTIL WHAT = "XX".
           STOP RUN.
       ONE-P.
           ACCEPT ASKED.
           MOVE TEXTS TO SLOT TREE.
           IF WHAT NOT = "RN" MOVE GIVEN TO NUM END-IF
           EVALUATE WHAT
           WHEN "OI" OPEN INPUT SLOTS TREES
           WHEN "OO" OPEN OUTPUT SLOTS TREES
           WHEN "OU" OPEN I-O SLOTS TREES
           WHEN "CL" CLOSE SLOTS TREES
{cases}
           END-EVALUATE
           DISPLAY WHAT FIRST-ST SECOND-ST NUM SLOT TREE.
"""
ON_BOTH = {
    "RN": ("READ SLOTS NEXT AT END {}", "READ TREES NEXT AT END {}"),
    "RP": ("", "READ TREES PREVIOUS AT END {}"),
    "RK": ("READ SLOTS INVALID KEY {}", "READ TREES INVALID KEY {}"),
    "RM": ("", "READ TREES KEY IS MANY INVALID KEY {}"),
    "WR": ("WRITE SLOT INVALID KEY {}", "WRITE TREE INVALID KEY {}"),
    "RW": ("REWRITE SLOT INVALID KEY {}", "REWRITE TREE INVALID KEY {}"),
    "DL": ("DELETE SLOTS INVALID KEY {}", "DELETE TREES INVALID KEY {}"),
    "SE": ("START SLOTS INVALID KEY {}", "START TREES KEY = MANY INVALID KEY {}"),
    "SG": ("START SLOTS KEY > NUM INVALID KEY {}", "START TREES KEY > HALF INVALID KEY {}"),
    "SN": ("START SLOTS KEY NOT < NUM INVALID KEY {}", "START TREES KEY >= SOLE INVALID KEY {}"),
    "SL": ("START SLOTS KEY < NUM INVALID KEY {}", "START TREES KEY < PRIME INVALID KEY {}"),
}
REST = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. REST.
       ENVIRONMENT DIVISION.
       CONFIGURATION SECTION.
       OBJECT-COMPUTER. HERE PROGRAM COLLATING SEQUENCE BACKWARD.
       SPECIAL-NAMES.
           ALPHABET BACKWARD IS "Z" THRU "A" "a" ALSO "b"
           ALPHABET FORWARD IS NATIVE.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT ONE ASSIGN TO "ONE". SELECT TWO ASSIGN TO "TWO".
           SELECT BOTH ASSIGN TO "BOTH".
       I-O-CONTROL.
           SAME RECORD AREA FOR ONE TWO.
       DATA DIVISION.
       FILE SECTION.
       FD ONE. 01 ONE-R PIC X(4).
       FD TWO. 01 TWO-R PIC X(4).
       SD BOTH. 01 BOTH-R PIC X(4).
       WORKING-STORAGE SECTION.
       01 LOW PIC X VALUE LOW-VALUE.
       01 W PIC S9(6)V9(12).
       01 T PIC X(12) VALUE " -1,234.50 ".
       01 SHARED EXTERNAL. 05 COUNTED PIC 9(3).
       01 L PIC X(2) VALUE "AB". 01 M PIC X(2) VALUE "BA".
       PROCEDURE DIVISION.
       MAIN-P.
           IF L > M DISPLAY "L" ELSE DISPLAY "M" END-IF
           MOVE "b" TO L MOVE "a" TO M IF L = M DISPLAY "ALIKE" END-IF
           DISPLAY LOW MOVE HIGH-VALUE TO M IF M > "z" DISPLAY "TOP".
           OPEN OUTPUT ONE TWO
           MOVE "AAAA" TO ONE-R WRITE TWO-R
           MOVE "ZZZZ" TO TWO-R WRITE ONE-R
           MOVE "MMMM" TO TWO-R WRITE ONE-R
           CLOSE ONE TWO WITH NO REWIND
           SORT BOTH DESCENDING KEY BOTH-R USING ONE TWO GIVING ONE
           PERFORM SHOW-P.
           SORT BOTH DESCENDING KEY BOTH-R
              COLLATING SEQUENCE IS FORWARD USING ONE GIVING ONE
           PERFORM SHOW-P.
           COMPUTE W = FUNCTION SIN (0.5) DISPLAY W
           COMPUTE W = FUNCTION ACOS (-0.25) DISPLAY W
           COMPUTE W = FUNCTION ATAN (12.5) DISPLAY W
           COMPUTE W = FUNCTION TAN (40) DISPLAY W
           COMPUTE W = FUNCTION LOG (7) + FUNCTION LOG10 (1000)
           DISPLAY W
           COMPUTE W = FUNCTION SQRT (2) + FUNCTION FACTORIAL (5)
           DISPLAY W
           COMPUTE W = FUNCTION NUMVAL-C (T) DISPLAY W
           COMPUTE W = FUNCTION NUMVAL ("  12.5 CR ") DISPLAY W
           COMPUTE W = FUNCTION MEAN (7 4 1) DISPLAY W
           COMPUTE W = FUNCTION MEDIAN (7 4 1) DISPLAY W
           COMPUTE W = FUNCTION VARIANCE (7 4 1) DISPLAY W
           COMPUTE W = FUNCTION STANDARD-DEVIATION (1 2 4.5) DISPLAY W
           COMPUTE W = FUNCTION RANGE (10.2 -0.2, 5.6) DISPLAY W
           COMPUTE W = FUNCTION ANNUITY (0.1 4) DISPLAY W
           COMPUTE W = FUNCTION PRESENT-VALUE (0.1 100 200) DISPLAY W
           COMPUTE W = FUNCTION RANDOM (7) + FUNCTION RANDOM DISPLAY W
           COMPUTE W = FUNCTION ORD-MAX (3 9 9) + FUNCTION ORD ("A")
           DISPLAY W FUNCTION CHAR (67) FUNCTION MAX ("AB" "AC")
           DISPLAY FUNCTION CURRENT-DATE (1:14)
           MOVE 5 TO COUNTED CALL "OTHER" DISPLAY COUNTED
           MOVE "A" TO L IF L > "B" DISPLAY "STILL" END-IF STOP RUN.
       SHOW-P.
           OPEN INPUT ONE READ ONE DISPLAY ONE-R READ ONE DISPLAY TWO-R
           CLOSE ONE.
       END PROGRAM REST.
       IDENTIFICATION DIVISION.
       PROGRAM-ID. OTHER.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01 SHARED EXTERNAL. 05 COUNTED PIC 9(3).
       01 X PIC X VALUE "A".
       PROCEDURE DIVISION.
           ADD 1 TO COUNTED.
           IF X < "B" DISPLAY "FORWARD" END-IF
           GOBACK.
       END PROGRAM OTHER.
"""
CLOCK = {"COB_CURRENT_DATE": "2024/03/28 10:11:12", "PATH": "/usr/bin:/bin"}


def keyed_text() -> str:
    rows: list[str] = []
    for word, statements in ON_BOTH.items():
        rows.append(f'           WHEN "{word}"')
        for number, statement in enumerate(statements, 1):
            if statement:
                head, _, tail = statement.partition(" INVALID")
                head, tail = (head, f"INVALID{tail}") if tail else (statement, "")
                verb = statement.split()[0]
                rows.append(f"              {head}".format(f'DISPLAY "E{number}"'))
                rows += [f"                 {tail}".format(f'DISPLAY "I{number}"')] if tail else []
                rows.append(f"              END-{verb}")
    return KEYED.format(cases="\n".join(rows))


def asked(seed: int) -> Iterator[str]:
    """Statements at random, more of those that read and write; then the end. Where cobc 3.1.2 reads
    on after a statement that failed is its own affair; so a START stands before READ NEXT."""
    random = Random(seed)
    words = [
        *(word for word in ON_BOTH if word != "RP"),
        *("RN", "WR") * 4,
        "RW",
        "DL",
        "OU",
        "OU",
        "OI",
        "OO",
        "CL",
    ]
    yield "OU0AAAAAA"
    for _ in range(80):
        texts = "".join(random.choice("ABC") for _ in range(6))
        word = random.choice(words)
        if word == "RN":
            yield from ("SN0AAAAAA", "RN0AAAAAA", "RN0AAAAAA")
        yield f"{word}{random.randrange(8)}{texts}"
    yield from (f"{word}0AAAAAA" for word in ("CL", "OU", "RN", "RN", "RP", "RP", "RN", "XX"))


def ran(argv: object, folder: Path, given: str) -> tuple[int, str, bytes]:
    folder.mkdir()
    done = subprocess.run(
        argv,  # type: ignore[call-overload]
        cwd=folder,
        input=given,
        capture_output=True,
        text=True,
        env=CLOCK,
        check=False,
    )
    slots = folder / "SLOTS"
    return done.returncode, done.stdout, slots.read_bytes() if slots.is_file() else b""


NEVER_GIVEN = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. NEVER.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01 G. 05 K PIC 9(5).
       01 H. 05 L PIC S9(5).
       01 I. 05 M PIC 9(3)V99.
       01 N PIC 9.
       PROCEDURE DIVISION.
       MAIN-P.
           PERFORM ONE-P VARYING N FROM 1 BY 1 UNTIL N > 5.
           MOVE LOW-VALUE TO G H I.
           DISPLAY "[" K "][" L "][" M "]".
           STOP RUN.
       ONE-P.
           MOVE "12345" TO G H I.
           MOVE LOW-VALUE TO G (N:1) H (N:1) I (N:1).
           DISPLAY "[" K "][" L "][" M "]".
"""


PRINTED = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. PRINTED.
       ENVIRONMENT DIVISION.
       CONFIGURATION SECTION.
       SPECIAL-NAMES. C01 IS TOP-P FORMFEED IS FF C05 IS FIVE
           ALPHABET TAPE IS STANDARD-1.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT P ASSIGN "SLOTS" ORGANIZATION LINE SEQUENTIAL.
           SELECT Q ASSIGN UT-S-OTHER PADDING CHARACTER IS "9".
       DATA DIVISION.
       FILE SECTION.
       FD P. 01 R PIC X(5).
       FD Q CODE-SET IS TAPE. 01 S PIC X(5).
       PROCEDURE DIVISION.
           OPEN OUTPUT P Q. MOVE "A" TO R S. WRITE S.
           WRITE R AFTER ADVANCING TOP-P. MOVE "B" TO R.
           WRITE R AFTER FF. MOVE "C" TO R. WRITE R AFTER FIVE.
           MOVE "D" TO R. WRITE R BEFORE ADVANCING TOP-P.
           MOVE "E" TO R. WRITE R AFTER PAGE. CLOSE P Q. STOP RUN.
"""


AHEAD = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. AHEAD.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT T ASSIGN TO "TREES" ORGANIZATION INDEXED
              ACCESS MODE DYNAMIC RECORD KEY K
              ALTERNATE RECORD KEY A WITH DUPLICATES FILE STATUS ST.
       DATA DIVISION.
       FILE SECTION.
       FD T.
       01 R. 05 K PIC 99. 05 A PIC X. 05 D PIC X.
       WORKING-STORAGE SECTION.
       01 ST PIC XX. 01 N PIC 99.
       PROCEDURE DIVISION.
       MAIN-P.
           OPEN OUTPUT T.
           PERFORM VARYING N FROM 2 BY 2 UNTIL N > 40
              MOVE N TO K MOVE "M" TO A MOVE "-" TO D WRITE R
           END-PERFORM.
           CLOSE T. OPEN I-O T.
           PERFORM NEXT-P 3 TIMES.
           MOVE "09MW" TO R. WRITE R. DISPLAY ST.
           PERFORM NEXT-P 4 TIMES.
           MOVE "16MR" TO R. REWRITE R. DISPLAY ST.
           PERFORM NEXT-P 3 TIMES.
           MOVE 20 TO K. DELETE T. DISPLAY ST.
           PERFORM NEXT-P 3 TIMES.
           MOVE "R" TO D. REWRITE R. DISPLAY ST.
           PERFORM NEXT-P 2 TIMES.
           DELETE T. DISPLAY ST. REWRITE R. DISPLAY ST.
           MOVE 2 TO K. START T KEY > K. PERFORM NEXT-P 3 TIMES.
           READ T PREVIOUS. DISPLAY R ST.
           READ T PREVIOUS. DISPLAY R ST.
           PERFORM NEXT-P 2 TIMES.
           MOVE LOW-VALUES TO A. START T KEY > A. DISPLAY ST.
           PERFORM NEXT-P 3 TIMES.
           MOVE "P" TO A. REWRITE R. DISPLAY ST.
           PERFORM NEXT-P 3 TIMES.
           MOVE "43Z+" TO R. WRITE R. DISPLAY ST. DELETE T.
           MOVE "44Z+" TO R. WRITE R. DISPLAY ST.
           MOVE "45Z+" TO R. WRITE R. DISPLAY ST.
           PERFORM NEXT-P 3 TIMES.
           MOVE "N" TO A. REWRITE R. DISPLAY ST.
           PERFORM NEXT-P UNTIL ST = "10".
           CLOSE T. STOP RUN.
       NEXT-P.
           READ T NEXT. DISPLAY R ST.
"""


@pytest.mark.parametrize("name", sorted(TARGETS))
@pytest.mark.parametrize(
    "text",
    [keyed_text(), REST, NEVER_GIVEN, PRINTED, AHEAD],
    ids=["keyed", "rest", "never-given", "printed", "ahead"],
)
def test_a_program_does_what_cobc_does(text: str, name: str, tmp_path: Path) -> None:
    path = tmp_path / "sample.cbl"
    path.write_text(text)
    built = tmp_path / "built"
    programs = lower(read_programs(sources.read(path), Library(())))
    for file, data in TARGETS[name].translate(programs, "Not proven.").items():
        (built / file).parent.mkdir(parents=True, exist_ok=True)
        (built / file).write_bytes(data)
    for one in programs:
        for command in TARGETS[name].building(built, one.name):
            subprocess.run(command, cwd=built, check=True)
    subprocess.run(["cobc", "-x", "-w", "-o", tmp_path / "main", path], check=True)
    for seed in range(2 if "SLOTS" in text else 1):
        given = "\n".join(asked(seed)) + "\n"
        right = ran([tmp_path / "main"], tmp_path / f"right{seed}", given)
        found = ran(TARGETS[name].command(built, programs[0].name), tmp_path / f"{seed}", given)
        assert found[1].splitlines() == right[1].splitlines()
        assert found == right
        if text is PRINTED:
            assert {one.name for one in (tmp_path / f"{seed}").iterdir()} == {"SLOTS", "UT-S-OTHER"}
            assert (tmp_path / f"right{seed}/UT-S-OTHER").is_file()


def refusal(old: str, new: str, text: str, folder: Path) -> str:
    path = folder / "sample.cbl"
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(RefusedError) as caught:
        lower(read_programs(sources.read(path), Library(())))
    return str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("TREES PREVIOUS", "SLOTS PREVIOUS", "READ PREVIOUS but in an indexed file"),
        ('IF WHAT NOT = "RN"', "IF NUM > -12345.5", "a comparison with -12345.5"),
    ],
)
def test_what_cobc_does_otherwise_is_refused(old: str, new: str, told: str, tmp_path: Path) -> None:
    assert told in refusal(old, new, keyed_text(), tmp_path)


def test_an_alphabet_that_is_not_known_is_refused(tmp_path: Path) -> None:
    assert "COLLATING SEQUENCE" in refusal("FORWARD IS NATIVE", "FORWARD IS EBCDIC", REST, tmp_path)


READS_A_MASTER = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. MASTER.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT ACCOUNTS ASSIGN TO "ACCTS" ORGANIZATION INDEXED
              ACCESS MODE SEQUENTIAL RECORD KEY AC-NO
              ALTERNATE RECORD KEY AC-OWNER WITH DUPLICATES
              FILE STATUS WS-ST.
       DATA DIVISION.
       FILE SECTION.
       FD ACCOUNTS.
       01 ACCOUNT.
          05 AC-NO PIC 9(4). 05 AC-OWNER PIC X(3). 05 AC-SUM PIC S9(5).
       WORKING-STORAGE SECTION.
       01 WS-ST PIC XX.
       01 WS-COUNT PIC 9(4) VALUE 0.
       PROCEDURE DIVISION.
       MAIN-P.
           OPEN I-O ACCOUNTS
           IF WS-ST = "00"
               PERFORM ONE-P UNTIL WS-ST NOT = "00"
               CLOSE ACCOUNTS
           END-IF
           DISPLAY "READ " WS-COUNT
           STOP RUN.
       ONE-P.
           READ ACCOUNTS NEXT AT END CONTINUE
           NOT AT END
               ADD 1 TO WS-COUNT
               IF AC-SUM < 0
                   MOVE "NEG" TO AC-OWNER
                   REWRITE ACCOUNT
                   MOVE "00" TO WS-ST
               END-IF
           END-READ.
"""


@pytest.mark.parametrize("target", ["python", "java"])
def test_indexed_files_are_given_to_each_side_in_its_own_form(target: str, tmp_path: Path) -> None:
    path = tmp_path / "MASTER.cbl"
    path.write_text(READS_A_MASTER)
    settings = Settings(runs=10, seed=1)
    (outcome,) = translate(path, Wish(target, tmp_path / "out", settings)).outcomes
    assert outcome.result is Result.VERIFIED, outcome.reasons
    assert "0 differences" in outcome.evidence[0]


def test_a_wrong_record_of_an_indexed_file_is_a_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "MASTER.cbl"
    path.write_text(READS_A_MASTER)
    right = TARGETS["python"].translate

    def wrong(programs: tuple[Lowered, ...], header: str) -> dict[str, bytes]:
        files = right(programs, header)
        return {name: data.replace(b'"NEG"', b'"NEC"') for name, data in files.items()}

    monkeypatch.setattr(TARGETS["python"], "translate", wrong)
    (outcome,) = translate(path, Wish("python", tmp_path / "out", Settings(runs=10))).outcomes
    assert outcome.result is Result.REFUSED
    assert not (tmp_path / "out").exists()


ASKS_STRANGERS = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. ASKS.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01 WS-CODE PIC S9(9) COMP VALUE 12.
       01 WS-RATE.
          05 WS-KEY PIC X(3). 05 WS-AMOUNT PIC 9(5)V99 COMP-3.
       01 WS-N PIC 9(3).
       PROCEDURE DIVISION.
       MAIN-P.
           ACCEPT WS-N.
           MOVE "ABC" TO WS-KEY. MOVE WS-N TO WS-AMOUNT.
           CALL "RATES" USING WS-RATE WS-CODE.
           DISPLAY "RATE " WS-KEY " " WS-AMOUNT " " RETURN-CODE.
           IF WS-AMOUNT > 100 DISPLAY "MUCH" ELSE DISPLAY "LITTLE".
           IF WS-CODE NOT = 0
               CALL "CEE3ABD" USING WS-CODE BY CONTENT WS-N
                   ON EXCEPTION MOVE 9 TO WS-N
               END-CALL
           END-IF.
           DISPLAY "END " WS-N. STOP RUN.
"""


def test_programs_whose_source_is_not_here_are_answered_and_left_to_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ASKS.cbl"
    path.write_text(ASKS_STRANGERS)
    wish = Wish("python", tmp_path / "out", Settings(runs=20, seed=1))
    (outcome,) = translate(path, wish).outcomes
    assert outcome.result is Result.VERIFIED, outcome.reasons
    assert outcome.evidence[2:] == tuple(
        f"answered from tables on both sides: CALL {one}" for one in ("RATES", "CEE3ABD")
    )
    hook = tmp_path / "out" / "cee3abd" / "cee3abd.py"
    assert "class Cee3abd(Unwritten):" in hook.read_text()
    hook.write_text("# written by a person")
    right = TARGETS["python"].translate

    def wrong(programs: tuple[Lowered, ...], header: str) -> dict[str, bytes]:
        files = right(programs, header)
        return {name: data.replace(b'"ABC"', b'"ABD"') for name, data in files.items()}

    monkeypatch.setattr(TARGETS["python"], "translate", wrong)
    (outcome,) = translate(path, wish).outcomes
    assert outcome.result is Result.REFUSED and hook.read_text() == "# written by a person"
