"""Translations: lowered, said in Python and Java, run beside cobc; and what is refused."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from bench.semantics import different, outputs, program

from cobolsmith import source as sources
from cobolsmith.languages.cobol import Library, read_programs
from cobolsmith.lowered import Lowered, RefusedError, Run, Step
from cobolsmith.lowering import lower
from cobolsmith.report import Result
from cobolsmith.targets import TARGETS
from cobolsmith.targets.java.layout import laid_out as java_lines
from cobolsmith.targets.python.layout import laid_out as python_lines
from cobolsmith.translation import Settings, Wish, translate

ROOT = Path(__file__).parent.parent
TOOLS = [name for name in ("cobc", "javac") if shutil.which(name) is None]
HEAD = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. SAMPLE.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01 N PIC S9(3)V9 COMP-3.
       01 M PIC 9(3) VALUE 998.
       01 T PIC X(8) VALUE "AB,CD,,E".
       01 P PIC 99 VALUE 1.
       01 W.
          05 R OCCURS 3 INDEXED BY IX.
             10 K PIC 9. 10 V PIC X(2).
       01 E PIC $$,$$9.99-.
       01 F PIC X. 88 YES VALUE "Y". 88 SOME VALUE "A" THRU "F".
       01 S PIC VPP99. 01 Q PIC 9(13)V9(5) COMP.
       PROCEDURE DIVISION.
"""
JUMPS = """\
       MAIN-P.
           PERFORM A-P THRU C-P VARYING P FROM 1 BY 1 UNTIL P > 3.
           GO TO Z-P.
       A-P.
           IF P = 2 GO TO C-P.
           DISPLAY "A" P.
       B-P.
           DISPLAY "B" P.
       C-P.
           EXIT.
       D-P.
           DISPLAY "NEVER".
       Z-P.
           PERFORM VARYING IX FROM 1 BY 1 UNTIL IX > 3
              MOVE IX TO K (IX) MOVE "xy" TO V (IX)
              IF IX = 2 EXIT PERFORM CYCLE END-IF
              DISPLAY R (IX)
           END-PERFORM
           SET IX TO 1
           SEARCH R AT END DISPLAY "NONE" WHEN K (IX) = 3 DISPLAY "AT " IX.
           EVALUATE TRUE ALSO P
              WHEN YES ALSO ANY DISPLAY "Y"
              WHEN SOME ALSO 1 THRU 9 DISPLAY "S"
              WHEN OTHER DISPLAY "O" END-EVALUATE
           SET YES TO TRUE IF YES AND NOT SOME DISPLAY "SET" END-IF
           ADD 1 TO M ON SIZE ERROR DISPLAY "BIG" NOT ON SIZE ERROR
              DISPLAY M END-ADD
           ADD 1 TO M ON SIZE ERROR DISPLAY "BIG " M END-ADD
           DIVIDE 7 BY 0 GIVING M ON SIZE ERROR DISPLAY "ZERO"
           END-DIVIDE
           MOVE -1234.5 TO N MOVE N TO E DISPLAY N E
           UNSTRING T DELIMITED BY "," INTO V (1) V (2) V (3)
              TALLYING IN P ON OVERFLOW DISPLAY "MORE"
           END-UNSTRING
           INSPECT T REPLACING ALL "," BY "." AFTER "B"
           DISPLAY W P T
           STRING "<" T DELIMITED BY SIZE ">" DELIMITED BY SIZE INTO T
              ON OVERFLOW DISPLAY "FULL " T END-STRING
           MOVE 7 TO RETURN-CODE STOP RUN.
"""


def lowered(body: str, folder: Path, head: str = HEAD) -> tuple[Lowered, ...]:
    path = folder / "sample.cbl"
    path.write_text(head + body)
    return lower(read_programs(sources.read(path), Library(())))


def written(name: str, programs: tuple[Lowered, ...], folder: Path) -> Path:
    """A translation in a folder, built."""
    for file, data in TARGETS[name].translate(programs, "Not proven.").items():
        place = folder / file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    for build in TARGETS[name].building(folder, programs[0].name):
        done = subprocess.run(build, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    return folder


def ran(argv: object, folder: Path) -> tuple[int, bytes]:
    done = subprocess.run(argv, cwd=folder, capture_output=True, timeout=60)  # type: ignore[call-overload]
    return done.returncode, done.stdout


@pytest.fixture(scope="module")
def jumps(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[int, bytes]]:
    """A program of jumps, loops and texts, translated to both, and what cobc's build does."""
    folder = tmp_path_factory.mktemp("jumps")
    programs = lowered(JUMPS, folder)
    for name in TARGETS:
        written(name, programs, folder / name)
    argv = ["cobc", "-x", "-w", "-o", "sample", "sample.cbl"]
    subprocess.run(argv, cwd=folder, check=True)
    return folder, ran([str(folder / "sample")], folder)


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_a_translation_does_what_cobc_does(
    name: str, jumps: tuple[Path, tuple[int, bytes]]
) -> None:
    folder, expected = jumps
    assert expected[0] == 7 and b"AT " in expected[1]
    assert ran(TARGETS[name].command(folder / name, "SAMPLE"), folder) == expected


def test_generated_python_is_clean(jumps: tuple[Path, tuple[int, bytes]]) -> None:
    home = jumps[0] / "python"
    for tool in (["ruff", "check", "-q", "--isolated"], ["mypy", "--strict"]):
        argv = [sys.executable, "-m", *tool, "sample"]
        done = subprocess.run(argv, cwd=home, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_paragraphs_are_methods_and_simple_performs_are_calls(
    jumps: tuple[Path, tuple[int, bytes]],
) -> None:
    said = (jumps[0] / "python" / "sample" / "sample.py").read_text()
    assert "def a_p(self) -> Going:" in said and "return self.c_p" in said
    assert "if self.yes and not self.some:" in said
    java = (jumps[0] / "java" / "sample" / "Sample.java").read_text()
    assert "private void bP() {" in java and "if (isYes() && !isSome" in java


@pytest.mark.parametrize("seed", range(2))
def test_random_statements_leave_the_bytes_that_cobc_leaves(seed: int, tmp_path: Path) -> None:
    drawn = program(Random(f"test {seed}"), 1000)
    assert len(drawn.refused) < 20
    assert all("PIC VPP99" in one or "64 bits" in one for one in drawn.refused)
    *ours, theirs = outputs(drawn.text, tuple(sorted(TARGETS)), tmp_path)
    for one in ours:
        apart = different(one, theirs)
        assert not apart, ((*drawn.said, "the end")[min(apart[0][0], 1000)], apart[0])


def test_floating_point_numbers_and_lengths_are_shown_as_cobc_shows_them(tmp_path: Path) -> None:
    numbers = "0 1.5 -123456.789 0.000012345 0.00012345 123456789012 12345678901234567890 100000000"
    moves = "".join(f'MOVE {one} TO F D DISPLAY F "|" D\n' for one in numbers.split())
    text = (
        "IDENTIFICATION DIVISION. PROGRAM-ID. SEMTEST. DATA DIVISION.\nWORKING-STORAGE SECTION.\n"
        f"01 F COMP-1. 01 D COMP-2. 01 X PIC X(8).\nPROCEDURE DIVISION.\n{moves}"
        'DISPLAY LENGTH OF X "|" FUNCTION LENGTH(X)\nCOMPUTE F D = 1 / 3 DISPLAY F D. STOP RUN.\n'
    )
    *ours, theirs = outputs(text, tuple(sorted(TARGETS)), tmp_path)
    assert theirs.count(b"|") == 9 and ours == [theirs] * len(ours)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("MOVE HIGH-VALUES TO M", "MOVE of HIGH-VALUES to a number"),
        ('MOVE "1.5" TO M', 'MOVE of "1.5" to a number'),
        ("ACCEPT T AT 0101", "AT 0101"),
        ("ACCEPT T WITH NO-ECHO", "NO-ECHO"),
        ("DISPLAY T AT 0101", "AT 0101"),
        ('CALL "X" USING BY VALUE M', "CALL BY VALUE"),
        ("DISPLAY FUNCTION SQRT (2)", "DISPLAY of a numeric function"),
        ("COMPUTE N = 1000000000.5 * 9300000000.5 / M", "more digits than the 64 bits"),
        ("ADD 900000000.123456 9000000000000000.5 TO N", "more digits than the 64 bits"),
        ("COMPUTE N = M - 7000000000 ** 2", "more digits than the 64 bits"),
        ("MOVE S TO N", "MOVE of S, PIC VPP99, to packed"),
        ("MOVE 12345678901234567 TO Q", "MOVE of 12345678901234567 to Q, in 64 bits"),
    ],
)
def test_what_is_not_known_is_refused_by_name(statement: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=r"sample\.cbl:16:\d+: can't translate") as refused:
        lowered(f"           {statement}.\n", tmp_path)
    assert told in str(refused.value)


def test_constants_that_fit_are_folded_as_cobc_does(tmp_path: Path) -> None:
    text = (
        "IDENTIFICATION DIVISION. PROGRAM-ID. SEMTEST. DATA DIVISION.\nWORKING-STORAGE SECTION.\n"
        "01 A PIC S9(18)V9(9) VALUE 1. 01 B PIC VPP99 VALUE .0012. 01 C PIC S9V9(6) COMP-5.\n"
        "PROCEDURE DIVISION.\n"
        "COMPUTE A = 3000000000 * 3000000000 / A DISPLAY A\n"
        "COMPUTE A = 10000000000000.0000 / 7.000001 + 2 ** 62 * .000000001 DISPLAY A\n"
        "COMPUTE A = (1234567.5 - 8234567.25) * -99.125 DISPLAY A\n"
        "MOVE B TO C DISPLAY C STOP RUN.\n"
    )
    *ours, theirs = outputs(text, tuple(sorted(TARGETS)), tmp_path)
    assert theirs.count(b"\n") == 4 and ours == [theirs] * len(ours)


def test_unsigned_binary_items_wrap_around_where_those_of_cobc_do(tmp_path: Path) -> None:
    ways = (
        "SUBTRACT 7 FROM U X", "SUBTRACT 7 FROM U ROUNDED", "COMPUTE U = U - 7", "ADD -7 TO U",
        "SUBTRACT 7 FROM U GIVING U", "SUBTRACT W FROM U X", "SUBTRACT L FROM U", "ADD S TO U X",
        "SUBTRACT 3 4 FROM U", "SUBTRACT 3000000000 FROM U", "SUBTRACT D FROM U", "ADD B TO X",
        "SUBTRACT CORRESPONDING G FROM H", "SUBTRACT 1 FROM V", "SUBTRACT IX FROM T (2)",
        'SUBTRACT 7 FROM U ON SIZE ERROR DISPLAY "BIG"',
    )  # fmt: skip
    said = "".join(
        f"MOVE 3 TO U X F OF H T (2) MOVE 0.5 TO V {one}\n. DISPLAY U X V F OF H T (2).\n"
        for one in ways
    )
    text = (
        "IDENTIFICATION DIVISION. PROGRAM-ID. SEMTEST. DATA DIVISION.\nWORKING-STORAGE SECTION.\n"
        "01 U PIC 9(9) COMP-5. 01 X PIC X(2) COMP-X. 01 V PIC 9(4)V9 COMP-5.\n"
        "01 W PIC 9(9) VALUE 7. 01 L PIC 9(10) VALUE 7. 01 S PIC S9(4) VALUE -7.\n"
        "01 D PIC 9V9 VALUE 7.5. 01 B PIC S9(9) COMP VALUE -7.\n"
        "01 G. 05 F PIC 9 VALUE 7. 01 H. 05 F PIC 9(4) COMP-5.\n"
        "01 R. 05 T PIC 9(4) COMP-5 OCCURS 3 INDEXED BY IX.\n"
        f"PROCEDURE DIVISION.\nA. SET IX TO 7.\n{said}STOP RUN.\n"
    )
    *ours, theirs = outputs(text, tuple(sorted(TARGETS)), tmp_path)
    assert theirs.count(b"\n") == len(ways) and ours == [theirs] * len(ours)
    assert theirs.startswith(b"42949672925532")


def test_bytes_that_are_no_digits_are_beside_whole_numbers_what_cobc_takes_them_for(
    tmp_path: Path,
) -> None:
    asked = ("> ZERO", "= 0", "< 5", "> M", "< T", "< 5.5", "> 300", "NOT < -1")
    shown = "".join(
        f'MOVE "{given}" TO {name}X IF {name} {one} DISPLAY "Y" ELSE DISPLAY "N" END-IF\n'
        for given in ("   ", "00-", "0 0", "  5", "A0-", "12p", "12.")
        for name in "USW"
        for one in asked
    )
    text = (
        "IDENTIFICATION DIVISION. PROGRAM-ID. SEMTEST. DATA DIVISION.\nWORKING-STORAGE SECTION.\n"
        "01 U PIC 9(3). 01 UX REDEFINES U PIC X(3).\n01 S PIC S9(3). 01 SX REDEFINES S PIC X(3).\n"
        "01 W PIC 9(12). 01 WX REDEFINES W PIC X(12).\n"
        "01 M PIC 9(3) VALUE 4. 01 T PIC S9(4) COMP VALUE 3.\n"
        f"PROCEDURE DIVISION.\nA. {shown} STOP RUN.\n"
    )
    *ours, theirs = outputs(text, tuple(sorted(TARGETS)), tmp_path)
    assert {b"Y", b"N"} <= set(theirs.split()) and ours == [theirs] * len(ours)


def test_a_runtime_that_lacks_something_refuses_it(tmp_path: Path) -> None:
    (program,) = lowered('           DISPLAY "A".\n', tmp_path)
    unknown = replace(program.paragraphs[0], body=(Run("", (Step("unheard_of"),)),))
    with pytest.raises(RefusedError, match="no unheard_of there yet"):
        TARGETS["python"].translate((replace(program, paragraphs=(unknown,)),), "")


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_a_fixture_is_translated_and_proven(name: str, tmp_path: Path) -> None:
    wish = Wish(name, tmp_path, Settings(runs=24))
    report = translate(ROOT / "fixtures" / "cobol" / "SVB085.cbl", wish)
    (outcome,) = report.outcomes
    assert outcome.result is Result.VERIFIED and report.exit_code == 0
    assert "Proven against cobc" in next(tmp_path.glob("svb085/*085.*")).read_text()
    assert len(list((tmp_path / "tests" / "runs" / "svb085").iterdir())) > 2
    for argv in REPLAY[name]:
        done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


REPLAY = {
    "python": [
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        [sys.executable, "-m", "ruff", "check", "-q", "svb085", "tests"],
        [sys.executable, "-m", "mypy", "tests"],
    ],
    "java": [
        [*"javac -Xlint:all -Werror -cp . -d classes".split(), "svb085/Svb085.java"],
        [*"javac -Xlint:all -Werror -cp . -d classes".split(), "tests/ReplayRuns.java"],
        ["java", "-cp", "classes", "tests.ReplayRuns", "svb085.Svb085", "tests/runs/svb085"],
    ],
}


def test_without_a_proof_the_header_says_so(tmp_path: Path) -> None:
    report = translate(ROOT / "fixtures" / "cobol" / "SVS910.cbl", Wish("python", tmp_path, None))
    assert report.exit_code == 1
    assert "Not proven" in (tmp_path / "svs910" / "svs910.py").read_text()


def test_long_lines_are_laid_out() -> None:
    call = f"self.thing.move({', '.join(f'argument_{one}' for one in range(9))})"
    python = list(python_lines(call, 2))
    assert len(python) > 1 and all(len(line) <= 88 for line in python)
    java = list(java_lines(f"display({', '.join(f'argument{one}' for one in range(15))});", 2))
    assert len(java) > 1 and all(len(line) <= 100 for line in java)


def test_the_tools_are_here() -> None:
    assert not TOOLS
