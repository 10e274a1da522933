"""Record layouts: what changes beside the entries, and that converted data runs as the old did."""

from __future__ import annotations

import subprocess
from contextlib import ExitStack
from pathlib import Path

import pytest

from cobolsmith import patch, refactoring
from cobolsmith.checks.equivalence.beyond import conditions
from cobolsmith.checks.equivalence.marks import mark
from cobolsmith.config import Config
from cobolsmith.desk import Desk
from cobolsmith.errors import UsageError
from cobolsmith.estate import Estate
from cobolsmith.job import Job, Options
from cobolsmith.languages.cobol import Library, read_programs
from cobolsmith.program import Program
from cobolsmith.recipes import RECIPES
from cobolsmith.recipes.fields.pictures import Room, rewritten
from cobolsmith.source import from_bytes

SEQUENTIAL = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. SEQ.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT IN-FILE ASSIGN TO 'INFILE'{how}.
       DATA DIVISION.
       FILE SECTION.
       FD  IN-FILE{contains}.
       01  IN-REC.
           05  IN-KEY                  PIC 9(4).
           05  IN-MONTH OCCURS 2 TIMES.
               10  IN-COUNT            PIC 9(3).
               10  IN-SUM              PIC S9(3)V99 COMP-3.
           05  IN-TEXT                 PIC X(6).
       WORKING-STORAGE SECTION.
       01  WS-EOF                      PIC X VALUE 'N'.
       01  WS-RRN                      PIC 9(4) VALUE ZERO.
       01  WS-SUM                      PIC S9(9)V99 VALUE ZERO.
       01  WS-SHOWN                    PIC -(9)9.99.
       PROCEDURE DIVISION.
       0000-MAIN.
           OPEN INPUT IN-FILE
           PERFORM UNTIL WS-EOF = 'Y'
               READ IN-FILE NEXT RECORD
                   AT END
                       MOVE 'Y' TO WS-EOF
                   NOT AT END
                       ADD IN-SUM (1) IN-SUM (2) TO WS-SUM
                       MOVE WS-SUM TO WS-SHOWN
                       DISPLAY IN-KEY ' ' IN-COUNT (2) WS-SHOWN IN-TEXT
               END-READ
           END-PERFORM
           CLOSE IN-FILE
           STOP RUN.
"""
LOADER = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. LOADER.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT IN-FILE ASSIGN TO 'INFILE'{how}.
       DATA DIVISION.
       FILE SECTION.
       FD  IN-FILE.
       01  IN-REC.
           05  IN-KEY                  PIC 9(4).
           05  IN-MONTH OCCURS 2 TIMES.
               10  IN-COUNT            PIC 9(3).
               10  IN-SUM              PIC S9(3)V99 COMP-3.
           05  IN-TEXT                 PIC X(6).
       WORKING-STORAGE SECTION.
       01  WS-RRN                      PIC 9(4) VALUE ZERO.
       PROCEDURE DIVISION.
       0000-MAIN.
           OPEN OUTPUT IN-FILE
           PERFORM VARYING WS-RRN FROM 1 BY 2 UNTIL WS-RRN > 7
               COMPUTE IN-KEY = WS-RRN * 100
               MOVE WS-RRN TO IN-COUNT (1) IN-COUNT (2)
               COMPUTE IN-SUM (1) = 10.25 * WS-RRN
               COMPUTE IN-SUM (2) = 0 - 3.50 * WS-RRN
               MOVE 'TEXT' TO IN-TEXT
               WRITE IN-REC
           END-PERFORM
           CLOSE IN-FILE
           STOP RUN.
"""
FILES = {
    "SEQUENTIAL": "",
    "INDEXED": "\n               ORGANIZATION INDEXED ACCESS {access}"
    "\n               RECORD KEY IN-KEY",
    "RELATIVE": "\n               ORGANIZATION RELATIVE ACCESS {access}"
    "\n               RELATIVE KEY WS-RRN",
}


def built(folder: Path, *names: str) -> None:
    for name in names:
        command = ["cobc", "-x", "-fixed", "-o", name, f"{name}.cbl"]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)


def ran(folder: Path, name: str, **files: str) -> str:
    environment = {f"DD_{key}": value for key, value in files.items()}
    done = subprocess.run(
        [folder / name], cwd=folder, check=True, capture_output=True, text=True, env=environment
    )
    return done.stdout


def changed(folder: Path, recipe: str, **values: str | bool) -> None:
    """Write a recipe's change; what the checks say of it is tested elsewhere."""
    config = Config(root=folder)
    job = Job(Options(config=config), config, Estate(config), folder)
    with ExitStack() as closing:
        asked = refactoring.Asked(RECIPES[recipe], job, (), values, closing)
        desk = Desk(job)
        proposal = RECIPES[recipe].propose(asked.setting(desk))
        assert not proposal.questions
        (way,) = refactoring.ways(job, desk, proposal.plans)
        patch.write(refactoring.changed_by(desk, proposal.plans, way))


@pytest.mark.parametrize("organization", FILES)
@pytest.mark.parametrize(
    ("recipe", "values"),
    [
        ("widen-field", {"name": "SEQ:IN-SUM", "to": "S9(7)V99"}),
        ("widen-field", {"name": "SEQ:IN-KEY", "to": "9(6)"}),
        ("narrow-field", {"name": "SEQ:IN-TEXT", "to": "X(4)"}),
        ("add-field", {"name": "IN-NEW", "picture": "X(3)", "after": "SEQ:IN-COUNT"}),
    ],
    ids=["packed in a table", "key", "narrower", "added in a table"],
)
def test_the_new_program_reads_converted_data_as_the_old_read_the_old(
    organization: str, recipe: str, values: dict[str, str], tmp_path: Path
) -> None:
    how = FILES[organization]
    (tmp_path / "LOADER.cbl").write_text(LOADER.format(how=how.format(access="RANDOM")))
    built(tmp_path, "LOADER")
    (tmp_path / "LOADER.cbl").unlink()  # whoever wrote the file isn't part of the estate
    contains = "" if organization == "INDEXED" else " RECORD CONTAINS 22 CHARACTERS"
    text = SEQUENTIAL.format(how=how.format(access="SEQUENTIAL"), contains=contains)
    (tmp_path / "SEQ.cbl").write_text(text)
    built(tmp_path, "SEQ")
    ran(tmp_path, "LOADER", INFILE="old")
    before = ran(tmp_path, "SEQ", INFILE="old")
    assert before.count("\n") == 4

    changed(tmp_path, recipe, **values)
    (conversion,) = (path.stem for path in tmp_path.glob("CV*.cbl"))
    built(tmp_path, conversion, "SEQ")
    said = ran(tmp_path, conversion, OLDFILE="old", NEWFILE="new")
    assert said.strip() == "000000004 RECORDS CONVERTED"
    after = ran(tmp_path, "SEQ", INFILE="new")
    assert [line.split() for line in after.splitlines()] == [
        [
            word.zfill(6) if nth == 0 and values.get("to") == "9(6)" else word
            for nth, word in enumerate(line.split())
        ]
        for line in before.splitlines()
    ]


def test_long_names_and_clauses_stay_within_the_margins_of_a_conversion(tmp_path: Path) -> None:
    long = "IN-SUM-OF-ALL-PAYMENTS-OF-DAY"
    text = SEQUENTIAL.format(how="", contains="")
    text = text.replace("IN-SUM     ", f"{long}\n                   ").replace(
        "IN-SUM ", f"{long} "
    )
    text = text.replace(f"ADD {long} (1)", f"ADD {long} (1)\n                          ")
    (tmp_path / "SEQ.cbl").write_text(text.replace("S9(3)V99 COMP-3", "S9(3)V9(06) COMP-3"))
    changed(tmp_path, "widen-field", name=long, to="S9(11)V9(06)")
    (conversion,) = tmp_path.glob("CV*.cbl")
    assert max(map(len, conversion.read_text().splitlines())) <= 72
    built(tmp_path, conversion.stem, "SEQ")


def test_a_conversion_stops_at_what_does_not_fit(tmp_path: Path) -> None:
    (tmp_path / "LOADER.cbl").write_text(LOADER.format(how=""))
    built(tmp_path, "LOADER")
    (tmp_path / "LOADER.cbl").unlink()
    (tmp_path / "SEQ.cbl").write_text(SEQUENTIAL.format(how="", contains=""))
    ran(tmp_path, "LOADER", INFILE="old")
    changed(tmp_path, "narrow-field", name="IN-SUM", to="S9(1)V99", fits=True)
    (conversion,) = (path.stem for path in tmp_path.glob("CV*.cbl"))
    built(tmp_path, conversion)
    done = subprocess.run(
        [tmp_path / conversion],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={"DD_OLDFILE": "old", "DD_NEWFILE": "new"},
    )
    assert done.returncode == 16
    assert done.stdout.strip() == "RECORD 000000001: IN-SUM DOES NOT FIT"


# --- Jobs -----------------------------------------------------------------------------------------

JOB = """\
//NIGHT    JOB (A),'NIGHT',CLASS=A
//DEFINE   EXEC PGM=IDCAMS
//SYSIN    DD *
  DEFINE CLUSTER (NAME(A.MASTER)          -
         INDEXED KEYS(4 0)                -
         RECORDSIZE(22 22))
  DEFINE AIX (NAME(A.MASTER.AIX)          -
         RELATE(A.MASTER)                 -
         KEYS(6 16) UPGRADE)
/*
//READ     EXEC PGM=SEQ
//INFILE   DD DSN=A.MASTER,DISP=SHR
//UNLOAD   EXEC PGM=SORT
//SORTIN   DD DSN=A.MASTER,DISP=SHR
//SORTOUT  DD DSN=A.MASTER.FLAT,DISP=(NEW,CATLG),
//             DCB=(RECFM=FB,LRECL=22,BLKSIZE=0)
//SYSIN    DD *
  SORT FIELDS=(17,6,CH,A,1,4,ZD,D)
/*
"""


def test_jobs_follow_a_record_that_grows(tmp_path: Path) -> None:
    how = FILES["INDEXED"].format(access="SEQUENTIAL")
    (tmp_path / "SEQ.cbl").write_text(SEQUENTIAL.format(how=how, contains=""))
    (tmp_path / "NIGHT.jcl").write_text(JOB)
    changed(tmp_path, "widen-field", name="IN-KEY", to="9(6)")
    job = (tmp_path / "NIGHT.jcl").read_text()
    assert "INDEXED KEYS(6 0) " in job
    assert "RECORDSIZE(24 24))" in job
    assert "KEYS(6 18) UPGRADE" in job
    assert "LRECL=24," in job
    assert "SORT FIELDS=(19,6,CH,A,1,6,ZD,D)" in job
    step = next(tmp_path.glob("CV*.jcl")).read_text()
    assert "//OLDFILE  DD DSN=A.MASTER,DISP=OLD" in step


PROCEDURE = """\
//SORTED   PROC FROM=,TO=,CARDS=,LRECL=22
//SORT     EXEC PGM=SORT
//SORTIN   DD DSN=&FROM,DISP=SHR
//SORTOUT  DD DSN=&TO,DISP=(NEW,CATLG,DELETE),
//             DCB=(RECFM=FB,LRECL=&LRECL,BLKSIZE=0)
//SYSIN    DD DSN=A.CNTLLIB(&CARDS),DISP=SHR
//         PEND
"""
CALLING = """\
//DAY      JOB (A),'DAY',CLASS=A
//READ     EXEC PGM=SEQ
//INFILE   DD DSN=A.MASTER,DISP=SHR
//ONE      EXEC SORTED,FROM=A.MASTER,
//             TO=A.MASTER.ONE,CARDS=BYTEXT
//TWO      EXEC SORTED,FROM=A.MASTER,TO=A.MASTER.TWO,LRECL=22,CARDS=BYTEXT
"""


def test_a_record_length_is_given_where_its_procedure_is_called(tmp_path: Path) -> None:
    (tmp_path / "SEQ.cbl").write_text(SEQUENTIAL.format(how="", contains=""))
    (tmp_path / "SORTED.prc").write_text(PROCEDURE)
    (tmp_path / "DAY.jcl").write_text(CALLING)
    (tmp_path / "BYTEXT.ctl").write_text("* BY TEXT\n  SORT FIELDS=(17,6,CH,A)\n")
    changed(tmp_path, "widen-field", name="IN-KEY", to="9(6)")
    job = (tmp_path / "DAY.jcl").read_text()
    assert "CARDS=BYTEXT,\n//             LRECL=24\n" in job
    assert "TO=A.MASTER.TWO,LRECL=24,CARDS=BYTEXT\n" in job
    assert (tmp_path / "SORTED.prc").read_text() == PROCEDURE
    assert "SORT FIELDS=(19,6,CH,A)" in (tmp_path / "BYTEXT.ctl").read_text()


PACKED = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. PACKED.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01  WS-COUNTERS COMP-3.
           05  WS-FIRST                PIC S9(5) VALUE ZERO.
       PROCEDURE DIVISION.
       0000-MAIN.
           DISPLAY WS-FIRST
           STOP RUN.
"""


@pytest.mark.parametrize(
    ("picture", "said"),
    [
        ("X(12)", r"X\(12\) can't be COMP-3: only a number can"),
        ("S9(4) COMP", "the fields around WS-FIRST are COMP-3 by their group, not BINARY"),
        ("9(4) DISPLAY", "the fields around WS-FIRST are COMP-3 by their group, not DISPLAY"),
    ],
)
def test_a_new_field_has_the_usage_of_its_group(picture: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "PACKED.cbl").write_text(PACKED)
    values = {"name": "WS-NEW", "picture": picture, "after": "WS-FIRST"}
    with pytest.raises(UsageError, match=said):
        refactoring.refactor(
            "add-field", [tmp_path], Options(config=Config(root=tmp_path)), dict(values)
        )


# --- PICTUREs -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("picture", "category", "whole", "scale", "wider"),
    [
        ("9(5)V99", "numeric", 2, 0, "9(7)V99"),
        ("S9(05)V9(2)", "numeric", 2, 1, "S9(07)V9(3)"),
        ("999", "numeric", 1, 0, "9999"),
        ("999", "numeric", 3, 0, "9(6)"),
        ("V99", "numeric", 2, 0, "99V99"),
        ("99", "numeric", 0, 2, "99V99"),
        ("ZZ9", "numeric-edited", 2, 0, "ZZZZ9"),
        ("Z(4)9", "numeric-edited", 2, 0, "Z(6)9"),
        ("ZZ,ZZ9.99", "numeric-edited", 2, 0, "Z,ZZZ,ZZ9.99"),
        ("Z,ZZ9", "numeric-edited", 1, 0, "ZZ,ZZ9"),
        ("9,999", "numeric-edited", 2, 0, "999,999"),
        ("--,---,--9.99", "numeric-edited", 2, 0, "----,---,--9.99"),
        ("$$,$$9.99-", "numeric-edited", 2, 0, "$$$$,$$9.99-"),
        ("ZZ9.99", "numeric-edited", 0, 1, "ZZ9.999"),
        ("-(5)9", "numeric-edited", 3, 0, "-(8)9"),
        ("9(10)B", "numeric-edited", 4, 0, "9(14)B"),
    ],
)
def test_a_picture_grows_in_its_own_style(
    picture: str, category: str, whole: int, scale: int, wider: str
) -> None:
    before, after = Room(5, 2, number=True), Room(5 + whole, 2 + scale, number=True)
    assert rewritten(picture, category, before, after) == wider


@pytest.mark.parametrize("picture", ["99/99/99", "Z9B99", "PP99"])
def test_a_picture_that_does_not_say_how_it_grows_is_left(picture: str) -> None:
    before, after = Room(4, 0, number=True), Room(6, 0, number=True)
    category = "numeric" if "P" in picture else "numeric-edited"
    assert rewritten(picture, category, before, after) is None


def test_texts_grow_by_their_symbol() -> None:
    assert rewritten("X(08)", "alphanumeric", Room(size=8), Room(size=12)) == "X(12)"
    assert rewritten("XX", "alphanumeric", Room(size=2), Room(size=4)) == "XXXX"
    assert rewritten("X(20)B", "alphanumeric-edited", Room(size=20), Room(size=30)) == "X(30)B"
    assert rewritten("XX99", "alphanumeric", Room(size=4), Room(size=6)) is None


# --- Runs that only the wider field can hold ------------------------------------------------------

ITEMS = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. ITEMS.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01  WS-REC.
           05  WS-SUM                  PIC S9({0})V9({1}) COMP-3.
           05  WS-NAME                 PIC X({0}).
           05  WS-CELL                 PIC 9({0}) OCCURS 3 TIMES.
           05  WS-SAME                 PIC X(4).
       PROCEDURE DIVISION.
           STOP RUN.
"""


def items(*sizes: int) -> Program:
    source = from_bytes(ITEMS.format(*sizes).encode(), Path("ITEMS.cbl"))
    return read_programs(source, Library())[0]


def test_only_items_with_more_room_are_watched() -> None:
    narrow, wide = items(3, 2), items(5, 2)
    assert conditions(narrow, wide) == ()
    assert conditions(narrow, narrow) == ()
    assert conditions(wide, narrow) == (
        "WS-SUM OF WS-REC NUMERIC AND (WS-SUM OF WS-REC >= 1000 OR WS-SUM OF WS-REC <= -1000)",
        "WS-NAME OF WS-REC (4 : ) NOT = SPACES AND WS-NAME OF WS-REC (4 : ) NOT = LOW-VALUES",
        *(
            f"WS-CELL OF WS-REC ({nth}) NUMERIC AND "
            f"(WS-CELL OF WS-REC ({nth}) >= 1000 OR WS-CELL OF WS-REC ({nth}) <= -1000)"
            for nth in (1, 2, 3)
        ),
    )


def test_more_decimals_are_watched_too() -> None:
    (found,) = conditions(items(3, 4), items(3, 2))
    assert found == (
        "WS-SUM OF WS-REC NUMERIC AND FUNCTION INTEGER-PART (WS-SUM OF WS-REC * 100) "
        "NOT = WS-SUM OF WS-REC * 100"
    )


def test_cobc_takes_a_program_with_its_watches(tmp_path: Path) -> None:
    wide = items(5, 4)
    (tmp_path / "ITEMS.cbl").write_bytes(mark(wide, conditions(wide, items(3, 2))).text)
    command = ["cobc", "-c", "-std=ibm", "-fixed", "-o", "items.o", "ITEMS.cbl"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
