"""GO TOs as loops, returns and choices: what becomes of them, and that it does the same."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from random import Random

import pytest

from cobolsmith import source as sources
from cobolsmith.languages.cobol import Library, read_programs
from cobolsmith.lowered import GoTo, Lowered, While
from cobolsmith.lowering import lower
from cobolsmith.lowering.regions import nodes
from cobolsmith.targets import TARGETS

HEAD = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. SAMPLE.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01 C PIC 9(4) VALUE 0.
       01 Q PIC 9(4).
       01 R PIC 9(4).
       PROCEDURE DIVISION.
       MAIN-P.
"""


def lowered(body: str, folder: Path) -> Lowered:
    path = folder / "sample.cbl"
    path.write_text(HEAD + body)
    return lower(read_programs(sources.read(path), Library(())))[0]


LOOP = """\
           PERFORM READ-P THRU READ-X. STOP RUN.
       READ-P.
           ADD 1 TO C.
           IF C > 9 GO TO READ-X.
           IF C = 3 GO TO READ-P.
           IF C < 6 GO TO SKIP-P.
           DISPLAY "LATE " C.
       SKIP-P.
           DISPLAY "C " C.
           GO TO READ-P.
       READ-X.
           EXIT.
"""
SECTION = """\
           PERFORM WORK. STOP RUN.
       WORK SECTION.
       BEGIN.
           PERFORM PART. IF C > 0 GO TO DONE. DISPLAY "NO".
           GO TO DONE.
       PART.
           ADD 1 TO C.
       DONE.
           EXIT.
"""
OUT = """\
           PERFORM A-P. PERFORM B-P. DISPLAY "MAIN". GO TO Z-P.
       A-P.
           IF C = 0 GO TO B-P.
           DISPLAY "A".
       B-P.
           DISPLAY "B". ADD 1 TO C.
           IF C = 2 GO TO Z-P.
       Y-P.
           DISPLAY "Y".
       Z-P.
           DISPLAY "Z" STOP RUN.
"""


def test_a_loop_a_skip_and_a_way_out(tmp_path: Path) -> None:
    program = lowered(LOOP, tmp_path)
    assert program.go_tos == (4, 0)
    assert [one.name for one in program.paragraphs] == ["MAIN-P", "READ-P"]
    assert any(isinstance(one, While) for one in nodes(program.paragraphs))
    said = TARGETS["python"].translate((program,), "")["sample/sample.py"].decode()
    assert "while True:" in said and "# SKIP-P" in said and "Going" not in said


def test_the_paragraphs_between_a_section_and_its_exit_stay_methods(tmp_path: Path) -> None:
    program = lowered(SECTION, tmp_path)
    assert program.go_tos == (2, 0)
    names = [one.name for one in program.paragraphs]
    assert names == ["MAIN-P", "WORK", "PART"]
    assert program.direct == {one.index for one in program.paragraphs}


def test_where_control_may_come_back_or_go_on_the_go_to_stays(tmp_path: Path) -> None:
    program = lowered(OUT, tmp_path)
    left = [one for one in nodes(program.paragraphs) if isinstance(one, GoTo)]
    assert program.go_tos == (3, 1) and len(left) == 1


def random_program(rng: Random) -> str:
    """Paragraphs that jump about among themselves, in three ranges that a main part performs."""
    lines = [f"           PERFORM P{a} THRU P{b}." for a, b in ((1, 4), (5, 7), (8, 9))]
    lines += ["           PERFORM P8.", "           GO TO P10."]
    ranges = dict.fromkeys(range(1, 5), (1, 4)) | dict.fromkeys(range(5, 8), (5, 7))
    ranges |= {8: (8, 9), 9: (8, 9), 10: (10, 13), 11: (10, 13), 12: (10, 13), 13: (10, 13)}
    for at in range(1, 14):
        lines.append(f"       P{at}.")
        low, high = ranges[at]
        if at == high and rng.random() < 0.6:
            lines.append("           EXIT.")
            continue
        for _ in range(rng.randint(1, 3)):
            to = rng.randint(low, high)
            jump = f"GO TO P{to}" if rng.random() < 0.8 else f'DISPLAY "X{at}"'
            kind = rng.randint(0, 3)
            test = f"DIVIDE C BY {rng.randint(2, 5)} GIVING Q REMAINDER R\n          "
            lines += [f'           ADD 1 TO C DISPLAY "P{at} " C.']
            lines += ["           IF C > 90 DISPLAY 'END' STOP RUN."]
            value = rng.randint(0, 2)
            if kind == 0:
                lines.append(f"           {test} IF R = {value} {jump}.")
            elif kind == 1:
                lines.append(f'           {test} IF R = {value} DISPLAY "T" {jump}')
                lines.append(f'           ELSE DISPLAY "E{at}".')
            elif kind == 2:
                lines.append(f"           {test} IF R = {value}")
                lines.append(f'           DISPLAY "T" ELSE {jump}.')
            else:
                lines.append(f'           DISPLAY "S{at}".')
        if rng.random() < 0.3:
            lines.append(f"           GO TO P{rng.randint(low, high)}.")
    return "\n".join([*lines, "       P14.", '           DISPLAY "LAST" STOP RUN.', ""])


def outputs(program: Lowered, target: str, folder: Path) -> bytes:
    home = folder / target
    for file, data in TARGETS[target].translate((program,), "Not proven.").items():
        (home / file).parent.mkdir(parents=True, exist_ok=True)
        (home / file).write_bytes(data)
    for build in TARGETS[target].building(home, "SAMPLE"):
        subprocess.run(build, cwd=home, check=True)
    argv = TARGETS[target].command(home, "SAMPLE")
    done = subprocess.run(argv, cwd=home, capture_output=True, timeout=60)
    assert not done.stderr
    return done.stdout


SEEDS = range(int(os.environ.get("COBOLSMITH_SEEDS", "6")))


@pytest.mark.parametrize("seed", SEEDS)
def test_random_jumps_lead_where_cobc_leads_them(seed: int, tmp_path: Path) -> None:
    program = lowered(random_program(Random(seed)), tmp_path)
    argv = ["cobc", "-x", "-w", "-o", "sample", "sample.cbl"]
    subprocess.run(argv, cwd=tmp_path, check=True)
    expected = subprocess.run([str(tmp_path / "sample")], capture_output=True).stdout
    assert expected
    for target in ("python", "java")[: 2 if seed < 2 else 1]:
        assert outputs(program, target, tmp_path) == expected, target


@pytest.mark.parametrize("body", [LOOP, SECTION, OUT])
def test_the_samples_do_what_cobc_does(body: str, tmp_path: Path) -> None:
    program = lowered(body, tmp_path)
    argv = ["cobc", "-x", "-w", "-o", "sample", "sample.cbl"]
    subprocess.run(argv, cwd=tmp_path, check=True)
    expected = subprocess.run([str(tmp_path / "sample")], capture_output=True).stdout
    assert outputs(program, "python", tmp_path) == expected
