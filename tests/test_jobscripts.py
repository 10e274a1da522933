"""Jobs as scripts: what JCL says of steps, and what a night of translated programs leaves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cobolsmith.jobscripts import Runnable, Script, scripts
from cobolsmith.jobscripts.conditions import UnknownError, nested, said_cond, said_if
from cobolsmith.report import Result
from cobolsmith.targets.jobs import RUNTIME, runtime
from cobolsmith.translation import Wish
from cobolsmith.translations import translate_estate

COUNTS = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. COUNTS.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT CARDS ASSIGN TO UT-S-CARDS.
           SELECT TOTALS ASSIGN TO UT-S-TOTALS.
       DATA DIVISION.
       FILE SECTION.
       FD  CARDS.
       01  CARD.
           05  CARD-NAME       PIC X(10).
           05  CARD-AMOUNT     PIC 9(5).
           05  FILLER          PIC X(65).
       FD  TOTALS.
       01  TOTAL-LINE.
           05  TOTAL-NAME      PIC X(10).
           05  TOTAL-AMOUNT    PIC 9(7).
           05  FILLER          PIC X(3).
       WORKING-STORAGE SECTION.
       01  WS-END              PIC X VALUE 'N'.
       01  WS-COUNT            PIC 9(4) COMP VALUE 0.
       PROCEDURE DIVISION.
       MAIN-LINE.
           OPEN INPUT CARDS OUTPUT TOTALS.
           PERFORM UNTIL WS-END = 'Y'
               READ CARDS
                   AT END MOVE 'Y' TO WS-END
                   NOT AT END PERFORM ONE-CARD
               END-READ
           END-PERFORM.
           CLOSE CARDS TOTALS.
           IF WS-COUNT = 0 MOVE 8 TO RETURN-CODE.
           IF WS-COUNT > 4 MOVE 4 TO RETURN-CODE.
           STOP RUN.
       ONE-CARD.
           ADD 1 TO WS-COUNT.
           MOVE SPACES TO TOTAL-LINE.
           MOVE CARD-NAME TO TOTAL-NAME.
           ADD CARD-AMOUNT 1 GIVING TOTAL-AMOUNT.
           WRITE TOTAL-LINE.
"""
JOB = """\
//NIGHT    JOB (1),'NIGHT'
//*
//CLEAR    EXEC PGM=IDCAMS
//SYSIN    DD *
  DELETE OLD.SORTED
  SET MAXCC = 0
/*
//FIRST    EXEC PGM=COUNTS
//CARDS    DD *
SMITH     00012
BAKER     00007
SMITH     00003
//         DD DSN=MORE.CARDS,DISP=SHR
//TOTALS   DD DSN=&&TOTALS,DISP=(NEW,PASS),DCB=(RECFM=FB,LRECL=20)
//*
//ORDER    EXEC PGM=SORT,COND=(4,LT)
//SORTIN   DD DSN=&&TOTALS,DISP=(OLD,DELETE)
//SORTOUT  DD DSN=NIGHT.SORTED(+1),DISP=(NEW,CATLG,DELETE),
//            DCB=(RECFM=FB,LRECL=20)
//SYSIN    DD *
  SORT FIELDS=(1,10,CH,A,11,7,ZD,D)
/*
//         IF (FIRST.RC = 4 AND NOT ABEND) THEN
//KEPT     EXEC PGM=IEBGENER
//SYSUT1   DD DSN=NIGHT.SORTED(+1),DISP=SHR
//SYSUT2   DD DSN=NIGHT.ALL,DISP=(MOD,CATLG)
//SYSIN    DD DUMMY
//         ELSE
//NEVER    EXEC PGM=IEFBR14
//         ENDIF
//EMPTY    EXEC PGM=COUNTS,COND=(8,EQ,FIRST)
//CARDS    DD DUMMY
//TOTALS   DD SYSOUT=A
//SKIPPED  EXEC PGM=COUNTS,COND=((8,EQ,EMPTY),(0,LT,CLEAR))
//CARDS    DD DSN=NOWHERE,DISP=SHR
//LAST     EXEC PGM=SDSF,COND=ONLY
"""


def test_a_night_of_translated_programs_runs_as_its_job_says(tmp_path: Path) -> None:
    home, out, data = tmp_path / "cobol", tmp_path / "out", tmp_path / "data"
    for folder in (home, data):
        folder.mkdir()
    (home / "COUNTS.cbl").write_text(COUNTS)
    (home / "NIGHT.jcl").write_text(JOB)
    report = translate_estate(home, Wish("python", out, None), 1, jcl=[home])
    job = report.outcomes[-1]
    assert job.result is Result.UNVERIFIED and job.path.name == "NIGHT.jcl"
    assert "LAST isn't translated: SDSF is not among the translated programs" in job.reasons
    (data / "OLD.SORTED").write_bytes(b"gone")
    more = b"".join(b"%-10s%05d%65s" % (b"ADAMS", amount, b"") for amount in (1, 2))
    (data / "MORE.CARDS").write_bytes(more)
    (data / "NIGHT.ALL").write_bytes(b"BEFORE".ljust(20))
    (data / "NIGHT.SORTED.G0007V00").write_bytes(b"")
    run = [sys.executable, str(out / "jobs" / "night.py"), str(data)]
    done = subprocess.run(run, capture_output=True, text=True)
    assert done.returncode == 8, done.stderr
    said = [line.split() for line in done.stdout.splitlines()]
    assert said == [
        ["CLEAR", "IDCAMS", "RC=0000"],
        ["FIRST", "COUNTS", "RC=0004"],
        ["ORDER", "SORT", "RC=0000"],
        ["KEPT", "IEBGENER", "RC=0000"],
        ["EMPTY", "COUNTS", "RC=0008"],
        ["SKIPPED", "COUNTS", "NOT", "RUN"],
        ["LAST", "SDSF", "NOT", "RUN"],
    ]
    wanted = ["ADAMS     0000003", "ADAMS     0000002", "BAKER     0000008", "SMITH     0000013"]
    rows = b"".join(one.encode().ljust(20) for one in [*wanted, "SMITH     0000004"])
    assert (data / "NIGHT.SORTED.G0008V00").read_bytes() == rows
    assert (data / "NIGHT.ALL").read_bytes() == b"BEFORE".ljust(20) + rows
    assert not (data / "OLD.SORTED").exists()
    assert (data / "sysout" / "NIGHT" / "EMPTY.TOTALS").read_bytes() == b""

    (data / "MORE.CARDS").unlink()
    stopped = subprocess.run(run, capture_output=True, text=True)
    assert stopped.returncode == 98
    assert "FIRST: CARDS: MORE.CARDS is not in" in stopped.stderr


FIXTURES = Path(__file__).parent.parent / "fixtures"
DATA = {
    "ACCTIN": "ACCOUNT.EXTRACT",
    "BRCHIN": "BRANCH.CARDS",
    "TELLIN": "TELLER.CAPTURE.G0001V00",
    "CLRIN": "CLEARING.INBOUND.G0001V00",
    "RUNPARM": "PARMLIB(RUNPARM)",
    "RATEIN": "PARMLIB(RATES)",
}
LEFT = {
    "SVB020/REJTEL": "SVB.PROD.REJECTS.TELLER.G0001V00",
    "SVB030/REJCLR": "SVB.PROD.REJECTS.CLEARING.G0001V00",
    "SVB040/REJSRT": "SVB.PROD.REJECTS.SORT.G0001V00",
    "SVB050/REJPST": "SVB.PROD.REJECTS.POST.G0001V00",
    "SVB050/POSTRPT": "sysout/SVJNITE/POST.RUN.POSTRPT",
    "SVB050/LRGCASH": "sysout/SVJNITE/POST.RUN.LRGCASH",
    "SVB060/INTRPT": "sysout/SVJNITE/INTEREST.RUN.INTRPT",
    "SVB070/NOTICES": "sysout/SVJNITE/FEES.RUN.NOTICES",
    "SVB085/STMTPRT": "sysout/SVJNITE/STMTP.RUN.STMTPRT",
    "SVB090/TRIALRPT": "sysout/SVJNITE/TRIAL.RUN.TRIALRPT",
    "SVB110/GLFEED": "SVB.PROD.GL.FEED.G0001V00",
}
"""What a night of the estate's COBOL leaves, and where its translation leaves it."""


def test_the_estates_night_in_python_leaves_what_its_cobol_leaves(tmp_path: Path) -> None:
    out, data = tmp_path / "out", tmp_path / "data"
    data.mkdir()
    for name, dataset in DATA.items():
        (data / f"SVB.PROD.{dataset}").write_bytes((FIXTURES / "data" / name).read_bytes())
    wish = Wish("python", out, None)
    translate_estate(FIXTURES / "cobol", wish, 2, jcl=[FIXTURES / "jcl"])
    stands = ["--with", "SDSF=true", "--with", "IDCAMS=true", "--with", "SORT=true"]
    for job, code in ("svjload", 4), ("svjnite", 4):
        run = [sys.executable, str(out / "jobs" / f"{job}.py"), str(data)]
        done = subprocess.run([*run, *stands], capture_output=True, text=True)
        assert done.returncode == code, done.stdout + done.stderr
    for expected, dataset in LEFT.items():
        wanted = (FIXTURES / "expected" / expected).read_bytes()
        assert (data / dataset).read_bytes() == wanted, expected


def written(tmp_path: Path, steps: str) -> Script:
    path = tmp_path / "j.jcl"
    path.write_text(f"//J        JOB (1),'J'\n{steps}")
    run = Runnable(("{python}", "a.py"), {"IN": "SEQUENTIAL", "MST": "INDEXED"})
    (script,) = scripts(path, lambda name: None, {"A": run})
    return script


@pytest.mark.parametrize(
    ("steps", "reason"),
    [
        ("//S EXEC PGM=SORT\n//SYSIN DD *\n SORT FIELDS=(1,4,CH,A)\n OUTFIL FNAMES=X\n/*\n",
         "OUTFIL of SORT"),
        ("//S EXEC PGM=SORT\n//SYSIN DD *\n SORT FIELDS=(1,4,Y2C,A)\n/*\n", "SORT by Y2C"),
        ("//S EXEC PGM=SORT\n//SORTIN DD DSN=X,DISP=SHR\n"
         "//SYSIN DD *\n SORT FIELDS=(1,4,CH,A)\n/*\n", "length"),
        ("//S EXEC PGM=IDCAMS\n//SYSIN DD *\n  ALTER X NULLIFY(RETENTION)\n/*\n", "IDCAMS ALTER X"),
        ("//S EXEC PGM=IEBGENER\n//SYSIN DD *\n  GENERATE\n/*\n", "control statements"),
        ("//S EXEC NOPROC\n", "procedure NOPROC isn't found"),
        ("//A EXEC PGM=A\n//MST DD DSN=M,DISP=SHR\n//S EXEC PGM=IDCAMS\n//F DD DSN=M,DISP=SHR\n"
         "//T DD DSN=T,DISP=(,CATLG)\n//SYSIN DD *\n  REPRO INFILE(F) OUTFILE(T)\n/*\n",
         "has keys"),
    ],
)  # fmt: skip
def test_what_no_script_can_do_is_named(tmp_path: Path, steps: str, reason: str) -> None:
    script = written(tmp_path, steps)
    ((step, why),) = script.refused
    assert step == "S" and reason in why
    assert why.replace('"', '\\"') in script.text.split("def j")[1]
    (tmp_path / RUNTIME).write_bytes(runtime())
    (tmp_path / "j.py").write_text(script.text)
    if "job.run(" not in script.text:
        run = [sys.executable, str(tmp_path / "j.py"), str(tmp_path)]
        done = subprocess.run(run, capture_output=True, text=True)
        assert done.returncode == 98 and reason in done.stderr


def test_conditions_are_said_in_python() -> None:
    assert said_cond("(4,LT)") == ['cond=[(4, "LT")]']
    assert said_cond("((4,LT,POST.RUN),(8,EQ),EVEN)") == [
        'cond=[(4, "LT", "POST.RUN"), (8, "EQ")]',
        "even=True",
    ]
    assert said_if("(A.RUN.RC <= 4 AND B.RC NE 0)") == (
        'job.code("<=", 4, of="A.RUN") and job.code("!=", 0, of="B")'
    )
    assert said_if("NOT A.RUN | ABEND") == 'not job.ran("A") or job.abended'
    assert nested("((RC = 0)) AND (NOT (A.RC > 4))") == [("(RC = 0)", True), ("A.RC > 4", False)]
    for text in ("A.ABENDCC = S0C7", "RC", "4 = RC"):
        with pytest.raises(UnknownError, match="IF"):
            said_if(text)


def test_what_its_own_steps_change_is_asked_once(tmp_path: Path) -> None:
    steps = "// IF (RC = 0) THEN\n//X EXEC PGM=A\n// ELSE\n//Y EXEC PGM=A\n// ENDIF\n"
    text = written(tmp_path, steps).text
    assert text.count('if_1 = job.code("==", 0)') == 1
    assert "    if if_1:\n" in text and "    if not if_1:\n" in text
