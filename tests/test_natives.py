"""Items that are native: which ones, and that they do what their bytes would do."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cobolsmith import source as sources
from cobolsmith.languages.cobol import Library, read_programs
from cobolsmith.lowered import Lowered
from cobolsmith.lowering import lower
from cobolsmith.targets import TARGETS
from cobolsmith.targets.python.runtime.computational import Binary, Packed
from cobolsmith.targets.python.runtime.natives import Amount, Chars, Index, Whole, rounded
from cobolsmith.targets.python.runtime.numbers import NAN, NEAREST_AWAY, NEAREST_EVEN, TRUNCATION
from cobolsmith.targets.python.runtime.numeric import Fixed, Zoned
from cobolsmith.targets.python.runtime.storage import Storage

HEAD = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. SAMPLE.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01 N PIC S9(3)V9 COMP-3.
       01 M PIC 9(3).
       01 B PIC S9(4) COMP VALUE 7.
       01 X PIC X(5) VALUE "AB".
       01 W.
          05 F PIC X VALUE "N". 88 DONE VALUE "Y".
             88 SOME VALUE "A" THRU "F".
          05 K PIC S9(5) COMP-3.
       01 R.
          05 RN PIC S9(3)V9 COMP-3.
          05 RM PIC S9(3).
          05 RX PIC X(5).
       01 R2 REDEFINES R PIC X(11).
       01 E PIC ---9.9.
       01 L PIC S9(15).
          88 FEW VALUE -5 THRU 5 7. 88 MANY VALUE 1000 THRU 2000000000.
       01 T PIC 9(18) COMP-3.
       01 C PIC S9(9)V99 VALUE 1.50.
          88 CHEAP VALUE 0 THRU 1.5 FALSE 9.99.
          88 DEAR VALUE 100.
       PROCEDURE DIVISION.
"""


class Record:
    """One native item of each kind."""

    zoned = Whole(3)
    signed = Whole(3, signed=True)
    amount = Amount(4, 1, signed=True)
    whole = Amount(3, 3)
    name = Chars(5, value="AB ")
    done = name.condition("AB", ("X", "Y"), false="no")
    at = Index()


def fields() -> dict[str, Fixed]:
    """The fields in bytes whose PICTUREs are those of the record's numbers."""
    return {
        "zoned": Zoned(Storage(3), 0, 3),
        "signed": Packed(Storage(2), 0, 3, signed=True),
        "amount": Binary(Storage(2), 0, 2, 4, 1, signed=True),
        "whole": Zoned(Storage(3), 0, 3, 3),
        "at": Binary(Storage(4), 0, 4, 9, 0, True, native=True, cut=False),
    }


NUMBERS = some.decimals(-20000, 20000, allow_nan=False, places=4) | some.integers(
    -3 * 10**9, 10**10
)
MODES = some.sampled_from([TRUNCATION, NEAREST_AWAY, NEAREST_EVEN])


@given(NUMBERS, NUMBERS, MODES)
def test_numbers_are_cut_as_their_bytes_are(first: Decimal, second: Decimal, mode: str) -> None:
    record = Record()
    for name, field in fields().items():
        item = getattr(Record, name)
        for number in (first, second):
            field.store(number)
            setattr(record, name, number)
            assert getattr(record, name) == field.value, (name, number)
            field.store(number, mode)
            setattr(record, name, rounded(number, field.scale, mode))
            assert getattr(record, name) == field.value, (name, number, mode)
            assert item.fits(record, number, mode) == field.fits(number, mode), (name, number)
            assert getattr(record, name) == field.value, (name, number, mode)


def test_what_is_no_number_is_not_kept() -> None:
    record = Record()
    record.signed = -12
    record.signed = NAN
    assert record.signed == -12 and not Record.signed.fits(record, NAN)


def test_texts_stand_without_spaces_at_their_end() -> None:
    record = Record()
    assert record.name == "AB" and record.done
    record.name = "ABCDEFG"
    assert record.name == "ABCDE" and not record.done
    record.name = "XA  "
    assert record.name == "XA" and record.done
    record.done = False
    assert record.name == "no"
    record.done = True
    assert record.name == "AB" and Record().at == 1


def lowered(body: str, folder: Path) -> Lowered:
    path = folder / "sample.cbl"
    path.write_text(HEAD + body)
    return lower(read_programs(sources.read(path), Library(())))[0]


def natives(body: str, folder: Path) -> set[str]:
    return {word or record for record, word in lowered(body, folder).natives}


EVERY = {"N", "M", "B", "X", "F", "K", "L", "T", "C"}


@pytest.mark.parametrize(
    ("statement", "lost"),
    [
        ("MOVE 1 TO N M B MOVE X TO F ADD N TO M SET DONE TO TRUE", set()),
        ("DISPLAY N M X MOVE M TO N MOVE N TO E MOVE X TO RX", set()),
        ("IF X = 'A' AND N > K AND RX NOT = F AND SOME DISPLAY 'Y'", set()),
        ("MOVE RX TO X MOVE RM TO B ADD RM TO M", set()),
        ("MOVE RM TO M", {"M"}),
        ("MOVE N TO RM", {"N"}),
        ("MOVE W TO RX", {"F", "K"}),
        ("MOVE X (2:1) TO F", {"X"}),
        ("MOVE M TO X", {"M", "X"}),
        ("ACCEPT M", {"M"}),
        ("IF M NUMERIC DISPLAY 'Y'", {"M"}),
        ("INSPECT X REPLACING ALL 'A' BY 'B'", {"X"}),
        ("CALL 'SUB' USING N", {"N"}),
        ("IF M = X DISPLAY 'Y'", {"M", "X"}),
        ("INITIALIZE W", set()),
    ],
)
def test_items_seen_as_bytes_are_not_native(statement: str, lost: set[str], tmp_path: Path) -> None:
    assert natives(f"           {statement}.\n", tmp_path) == EVERY - lost


BODY = """\
           MOVE -12345.67 TO N MOVE N TO M E
           DISPLAY N "|" M "|" E "|" B "|" X "|" F "|" K.
           MOVE M TO E DISPLAY E. MOVE X TO RX F DISPLAY RX F.
           IF X > "AA" DISPLAY "GT". IF X = "AB   " DISPLAY "EQ".
           IF F < "B" DISPLAY "LT".
           IF SOME DISPLAY "SOME". SET DONE TO TRUE
           IF DONE AND NOT SOME DISPLAY "DONE".
           MOVE LOW-VALUES TO X
           IF X = LOW-VALUES AND X < SPACES DISPLAY "LOW".
           MOVE ALL "XY" TO X DISPLAY X. MOVE ZEROS TO X K DISPLAY X K.
           PERFORM VARYING B FROM -2 BY 1 UNTIL B > 2
              COMPUTE K ROUNDED = (B * 5) / 4 DISPLAY B K
              ADD 998 TO M ON SIZE ERROR DISPLAY "BIG " M
                 NOT ON SIZE ERROR DISPLAY M END-ADD
           END-PERFORM
           MULTIPLY -1 BY B SUBTRACT 300 FROM B DISPLAY B.
           COMPUTE M = 0 - 5 DISPLAY M.
           DIVIDE 7 BY M GIVING N ROUNDED REMAINDER K DISPLAY N K.
           COMPUTE N = B / 0 DISPLAY N.
           ADD 99999 2 TO K DISPLAY K.
           MOVE FUNCTION UPPER-CASE("abcdefg") TO X DISPLAY X.
           MOVE 999999999999999 TO L MULTIPLY 7 BY L DISPLAY L.
           MOVE 999999999999999999 TO T ADD 1 TO T DISPLAY T.
           SUBTRACT 3 FROM T DISPLAY T.
           COMPUTE T = L * L ON SIZE ERROR DISPLAY "BIG" T.
           COMPUTE L = M * B - K * 2 DISPLAY L.
           IF FEW DISPLAY "FEW". MOVE 7 TO L IF FEW DISPLAY "FEW".
           MOVE 1999999999 TO L IF MANY AND NOT FEW DISPLAY "MANY".
           IF L > M AND T = 3 OR C < L DISPLAY "MORE".
           IF CHEAP DISPLAY C. SET CHEAP TO FALSE DISPLAY C.
           SET DEAR TO TRUE IF DEAR AND C NOT = ZERO DISPLAY C.
           ADD 1.005 L GIVING C ROUNDED ON SIZE ERROR DISPLAY "BIG" C
              NOT ON SIZE ERROR DISPLAY C END-ADD.
           DIVIDE C BY 0 GIVING M ON SIZE ERROR DISPLAY "NONE" M.
           COMPUTE M K = L / 3 ON SIZE ERROR DISPLAY "ONE" M K.
           MOVE C TO L M DISPLAY L M. MOVE -3 TO K MOVE K TO B
           DISPLAY B. IF RN < K DISPLAY "RN". IF K NOT = RN DISPLAY "K".
           MOVE T TO E MOVE B TO RN DISPLAY E RN.
           STOP RUN.
"""


def test_native_items_do_what_cobc_does(tmp_path: Path) -> None:
    program = lowered(BODY, tmp_path)
    assert {word or record for record, word in program.natives} == EVERY
    subprocess.run(["cobc", "-x", "-w", "-o", "sample", "sample.cbl"], cwd=tmp_path, check=True)
    expected = subprocess.run([str(tmp_path / "sample")], capture_output=True, check=True).stdout
    assert expected.count(b"\n") > 25
    for name, target in TARGETS.items():
        home = tmp_path / name
        for file, data in target.translate((program,), "Not proven.").items():
            (home / file).parent.mkdir(parents=True, exist_ok=True)
            (home / file).write_bytes(data)
        for build in target.building(home, "SAMPLE"):
            subprocess.run(build, cwd=home, check=True)
        done = subprocess.run(target.command(home, "SAMPLE"), cwd=home, capture_output=True)
        assert done.stdout.decode() == expected.decode(), name
    argv = [sys.executable, "-m", "mypy", "--strict", "sample"]
    done = subprocess.run(argv, cwd=tmp_path / "python", capture_output=True)
    assert done.returncode == 0, done.stdout
