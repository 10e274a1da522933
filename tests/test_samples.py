"""Sample files: what lies in a repository under a file's name is given to runs as it is."""

from __future__ import annotations

import os
from pathlib import Path

from cobolsmith import source
from cobolsmith.checks.equivalence import samples as sampling
from cobolsmith.checks.equivalence.samples import sample
from cobolsmith.checks.equivalence.shape import FileShape
from cobolsmith.checks.equivalence.sides import CobolSide
from cobolsmith.config import Config
from cobolsmith.languages.cobol import Library, read_programs

PROGRAM = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. P.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT ORDER-FILE ASSIGN TO ORDERS
               ORGANIZATION IS LINE SEQUENTIAL.
           SELECT OUT-FILE ASSIGN TO OUTS
               ORGANIZATION IS LINE SEQUENTIAL.
       DATA DIVISION.
       FILE SECTION.
       FD  ORDER-FILE.
       01  ORDER-LINE  PIC X(10).
       FD  OUT-FILE.
       01  OUT-LINE    PIC X(10).
       PROCEDURE DIVISION.
           OPEN INPUT ORDER-FILE OUTPUT OUT-FILE.
           READ ORDER-FILE AT END CONTINUE END-READ.
           WRITE OUT-LINE FROM ORDER-LINE.
           CLOSE ORDER-FILE OUT-FILE.
           STOP RUN.
"""


def test_a_file_of_the_repository_is_given_to_a_run(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "ORDERS").write_text("0000000001\n0000000002\n")
    (tmp_path / "data" / "OUTS").write_text("what a run leaves is no input\n")
    read = source.from_bytes(PROGRAM.encode(), tmp_path / "P.cbl")
    program = read_programs(read, Library())[0]
    side = CobolSide("old", program, Config(root=tmp_path))
    (run,) = sampling.samples(side.build(tmp_path / "built"), tmp_path)
    assert run.name == "sample: data/ORDERS"
    assert run.files == (("ORDER-FILE", (b"0000000001", b"0000000002")),)


def test_of_two_files_of_a_name_none_is_taken_but_that_of_the_program(tmp_path: Path) -> None:
    shape = FileShape("ORDER-FILE", "ORDERS", "LINE SEQUENTIAL", 1, 10, (), ())
    names = ("a/ORDERS", "b/orders.txt", "c/ORDERS.P")
    for name in names:
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("x\n")
    known = [tmp_path / name for name in names]
    assert sample(shape, "Q", known) is None
    assert sample(shape, "P", known) == known[2]
    assert sample(shape, "Q", known[1:]) == known[1]


def test_what_cannot_be_read_is_no_sample(tmp_path: Path) -> None:
    shape = FileShape("ORDER-FILE", "ORDERS", "LINE SEQUENTIAL", 1, 10, (), ())
    dead, pipe, gone = (tmp_path / one / "ORDERS" for one in ("dead", "pipe", "gone"))
    for path in (dead, pipe, gone):
        path.parent.mkdir()
    dead.symlink_to(tmp_path / "nothing")
    os.mkfifo(pipe)
    assert sample(shape, "P", (dead, pipe, gone)) is None
    kept = tmp_path / "orders.dat"
    kept.write_text("x\n")
    assert sample(shape, "P", (dead, pipe, gone, kept)) == kept
