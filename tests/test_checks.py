"""Checks: what they pass, what they fail, and what they can't judge and therefore skip."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cobolsmith import checking, checks, source
from cobolsmith.checks.compiles import cobc
from cobolsmith.config import Config, load
from cobolsmith.job import Options
from cobolsmith.languages.cobol import Library, read_programs
from cobolsmith.patch import FileChange, Patch
from cobolsmith.report import Result
from cobolsmith.verify import Status, Subject, Verdict

FIXTURES = Path(__file__).parent.parent / "fixtures"

PROGRAM = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. P.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       COPY FIELDS.
       PROCEDURE DIVISION.
           DISPLAY WS-NAME.
           STOP RUN.
"""


def subject(folder: Path, data: bytes, name: str = "P.cbl", **settings: object) -> Subject:
    path = folder / name
    before = path.read_bytes() if path.exists() else b""
    after = source.from_bytes(data, path)
    change = Patch((FileChange(path, before, data),))
    config = Config(root=folder, **settings)  # type: ignore[arg-type]
    return Subject(folder, config, (after,), change)


def plain(text: str) -> bytes:
    return text.replace("COPY FIELDS", "01  WS-NAME PIC X").encode()


def test_parses_names_the_first_problem(tmp_path: Path) -> None:
    good = checks.CHECKS["parses"](subject(tmp_path, plain(PROGRAM)))
    bad = checks.CHECKS["parses"](
        subject(tmp_path, plain(PROGRAM).replace(b"STOP", b"END-IF STOP"))
    )
    assert good.status is Status.PASSED
    assert bad.status is Status.FAILED
    assert bad.diagnostics[0].line == 8


def test_control_cards_are_named_and_not_parsed(tmp_path: Path) -> None:
    (tmp_path / "BYKEY.ctl").write_text("  SORT FIELDS=(60,6,CH,A)\n")
    (tmp_path / "copied.txt").write_text("       01  WS-NAME PIC X(5).\n")
    cards = subject(tmp_path, b"  SORT FIELDS=(64,6,CH,A)\n", "BYKEY.ctl")
    copied = subject(tmp_path, b"       01  WS-NAME PIC X(5) PIC.\n", "copied.txt")
    verdict = checks.CHECKS["parses"](cards)
    assert verdict.status is Status.PASSED
    assert verdict.evidence == ("BYKEY.ctl: no language that is parsed",)
    assert checks.CHECKS["parses"](copied).status is Status.FAILED


def test_compiles_builds_in_every_dialect(tmp_path: Path) -> None:
    verdict = checks.CHECKS["compiles"](
        subject(tmp_path, plain(PROGRAM), std=("default", "ibm", "cobol85"))
    )
    assert verdict.status is Status.PASSED
    assert [line.split("-std=")[1].split(",")[0] for line in verdict.evidence] == [
        "default",
        "ibm",
        "cobol85",
    ]


def test_a_dialect_that_refuses_fails_the_check(tmp_path: Path) -> None:
    data = plain(PROGRAM).replace(b"WS-NAME PIC X", b"WS-NAME BINARY-LONG")
    assert checks.CHECKS["compiles"](subject(tmp_path, data)).status is Status.PASSED
    verdict = checks.CHECKS["compiles"](subject(tmp_path, data, std=("default", "cobol85")))
    assert verdict.status is Status.FAILED


def test_copybooks_come_from_the_configured_folders(tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "FIELDS.cpy").write_text("       01  WS-NAME PIC X.\n")
    verdict = checks.CHECKS["compiles"](subject(tmp_path, PROGRAM.encode()))
    assert verdict.status is Status.FAILED
    assert "FIELDS" in verdict.reason
    found = checks.CHECKS["compiles"](subject(tmp_path, PROGRAM.encode(), copybooks=("copy",)))
    assert found.status is Status.PASSED


def test_copybooks_nobody_configured_are_found_where_they_lie(tmp_path: Path) -> None:
    """The nearest of a name is taken; of two as near that differ, the reader says so."""
    for folder, text in (("a/copy", "01 WS-NAME PIC X."), ("b/copy", "01 OTHER PIC X.")):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "FIELDS.cpy").write_text(f"       {text}\n")
    (tmp_path / ".git").mkdir()
    for place in ("a/src", "c"):
        (tmp_path / place).mkdir(parents=True, exist_ok=True)
    config = load(tmp_path)
    near = source.from_bytes(PROGRAM.encode(), tmp_path / "a/src/P.cbl")
    assert not cobc(near, config, "default")
    library = Library(ordered=config.copybook_paths)
    assert not read_programs(near, library)[0].unknowns
    doubtful = read_programs(source.from_bytes(PROGRAM.encode(), tmp_path / "c/P.cbl"), library)[0]
    assert any("says something else" in one.what for one in doubtful.unknowns)


def test_a_changed_copybook_stands_in_for_the_one_on_disk(tmp_path: Path) -> None:
    (tmp_path / "FIELDS.cpy").write_text("       01  WS-NAMES PIC X.\n")
    data = PROGRAM.encode()
    program = source.from_bytes(data, tmp_path / "P.cbl")
    new = FileChange(tmp_path / "FIELDS.cpy", b"", b"       01  WS-NAME PIC X.\n")
    both = Subject(tmp_path, Config(root=tmp_path), (program,), Patch((new,)))
    assert checks.CHECKS["compiles"](both).status is Status.PASSED


def test_exec_blocks_that_the_shim_does_not_know_are_skipped_by_name(tmp_path: Path) -> None:
    data = plain(PROGRAM).replace(b"DISPLAY", b"EXEC ADABAS FIND X END-EXEC\n           DISPLAY")
    verdict = checks.CHECKS["compiles"](subject(tmp_path, data))
    assert verdict.status is Status.SKIPPED
    assert "P.cbl has EXEC ADABAS blocks" in verdict.reason


EXECUTED = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. P.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
           EXEC SQL INCLUDE SQLCA END-EXEC.
           EXEC SQL INCLUDE DCLT END-EXEC.
           EXEC SQL BEGIN DECLARE SECTION END-EXEC.
       01  HV-KEY PIC S9(9) COMP.
           EXEC SQL END DECLARE SECTION END-EXEC.
           EXEC SQL DECLARE C1 CURSOR FOR
               SELECT NAME FROM T WHERE KEY = :HV-KEY
           END-EXEC.
       01  WS-TABLE.
           05  WS-ROW PIC X(10) OCCURS 5.
       01  WS-RESP PIC S9(8) COMP.
           COPY DFHAID.
       PROCEDURE DIVISION.
           EXEC SQL WHENEVER SQLERROR GO TO P9 END-EXEC.
       P1.
           IF EIBCALEN = 0
               EXEC CICS RETURN END-EXEC
           ELSE
               EXEC CICS SEND TEXT FROM(WS-ROW (1))
                   LENGTH(LENGTH OF WS-ROW)
                   RESP(WS-RESP)
               END-EXEC
           END-IF.
           EXEC CICS HANDLE CONDITION NOTFND(P9) ERROR(P9) END-EXEC
           IF WS-RESP NOT = DFHRESP(NORMAL) OR EIBAID = DFHPF3
               MOVE DFHVALUE(OPEN) TO WS-RESP.
           EXEC SQL FETCH C1 INTO :DCLT.T-NAME :HV-IND END-EXEC.
           IF SQLCODE = 100 GO TO P9.
       P9.
           EXEC CICS RETURN TRANSID('T1') COMMAREA(WS-TABLE)
           END-EXEC.
"""
DCLGEN = """\
           EXEC SQL DECLARE T TABLE
           ( KEY    INTEGER NOT NULL,
             NAME   CHAR(10)
           ) END-EXEC.
       01  DCLT.
           10  T-KEY PIC S9(9) COMP.
           10  T-NAME PIC X(10).
       01  HV-IND PIC S9(4) COMP.
"""


def executed(tmp_path: Path, old: str = "", new: str = "") -> Verdict:
    """The verdict on EXECUTED with one thing changed; its DCLGEN lies beside it."""
    (tmp_path / "DCLT.cpy").write_text(DCLGEN)
    assert old in EXECUTED
    data = EXECUTED.replace(old, new, 1) if old else EXECUTED
    return checks.CHECKS["compiles"](subject(tmp_path, data.encode(), std=("default", "ibm")))


def test_programs_with_sql_and_cics_are_compiled_through_the_shim(tmp_path: Path) -> None:
    verdict = executed(tmp_path)
    assert (verdict.status, verdict.reason) == (Status.PASSED, "")
    assert all("through the EXEC shim" in line for line in verdict.evidence)


@pytest.mark.parametrize(
    ("old", "new", "line", "word"),
    [
        (":HV-KEY", ":HV-KYE", 11, "HV-KYE"),
        ("COMMAREA(WS-TABLE)", "COMMAREA(WS-TABEL)", 36, "WS-TABEL"),
        ("RESP(WS-RESP)", "RESP(WS-RSEP)", 25, "WS-RSEP"),
        ("LENGTH OF WS-ROW)", "LENGTH OF WS-ROWS)", 24, "WS-ROWS"),
        (":DCLT.T-NAME", ":DCLT.T-NMAE", 32, "T-NMAE"),
        (":HV-IND END-EXEC", ":HV-INT END-EXEC", 32, "HV-INT"),
        ("NOTFND(P9)", "NOTFND(P8)", 29, "P8"),
        ("GO TO P9 END-EXEC", "GO TO P8 END-EXEC", 18, "P8"),
        ("DFHRESP(NORMAL)", "DFHRESP(NORMLA)", 30, "NORMLA"),
        ("EIBAID", "EIBADI", 30, "EIBADI"),
        ("GO TO P9.\n       P9", "GO TO P8.\n       P9", 33, "P8"),
    ],
)
def test_faults_in_and_around_exec_blocks_are_found_on_their_lines(
    tmp_path: Path, old: str, new: str, line: int, word: str
) -> None:
    verdict = executed(tmp_path, old, new)
    assert verdict.status is Status.FAILED
    found = verdict.diagnostics[0]
    lines = EXECUTED.replace(old, new, 1).splitlines()
    wanted = next(number for number, text in enumerate(lines, 1) if word in text)
    assert (found.path.name, found.line) == ("P.cbl", wanted)
    assert word in found.message
    if old[0] == ":" or "(" in old:
        assert lines[wanted - 1][found.column - 1 :].upper().startswith((word, "DFHRESP"))


def test_a_fault_in_a_copybook_with_exec_blocks_is_found_there(tmp_path: Path) -> None:
    (tmp_path / "DCLT.cpy").write_text(DCLGEN.replace("PIC X(10)", "PIC Q(10)"))
    verdict = checks.CHECKS["compiles"](subject(tmp_path, EXECUTED.encode()))
    assert verdict.status is Status.FAILED
    found = verdict.diagnostics[0]
    assert (found.path, found.line) == (tmp_path / "DCLT.cpy", 7)


def test_a_program_whose_copybook_alone_has_exec_blocks(tmp_path: Path) -> None:
    (tmp_path / "FIELDS.cpy").write_text(DCLGEN.replace("HV-IND", "WS-NAME"))
    verdict = checks.CHECKS["compiles"](subject(tmp_path, PROGRAM.encode()))
    assert (verdict.status, verdict.reason) == (Status.PASSED, "")
    assert verdict.evidence[0].endswith("through the EXEC shim")


def test_a_condition_misspelt_in_a_copybook_is_found_there(tmp_path: Path) -> None:
    (tmp_path / "CHECK.cpy").write_text(
        "           EVALUATE WS-RESP\n           WHEN DFHRESP(NOTFUND) CONTINUE\n"
        "           END-EVALUATE.\n"
    )
    verdict = executed(
        tmp_path, "           IF SQLCODE = 100", "           COPY CHECK.\n       P8."
    )
    found = verdict.diagnostics[0]
    assert (found.path, found.line, found.column) == (tmp_path / "CHECK.cpy", 2, 17)
    assert "NOTFUND" in found.message


def test_the_estates_own_copybooks_go_before_those_supplied(tmp_path: Path) -> None:
    (tmp_path / "DFHAID.cpy").write_text("       01  DFHPF4 PIC X VALUE '4'.\n")
    verdict = executed(tmp_path)
    assert verdict.status is Status.FAILED
    assert "DFHPF3" in verdict.reason


def test_free_format_goes_through_the_shim(tmp_path: Path) -> None:
    (tmp_path / "DCLT.cpy").write_text(freed(DCLGEN))
    data = freed(EXECUTED).encode()
    good = checks.CHECKS["compiles"](subject(tmp_path, data))
    assert (good.status, good.reason) == (Status.PASSED, "")
    bad = checks.CHECKS["compiles"](subject(tmp_path, data.replace(b":HV-KEY", b":HV-KYE", 1)))
    assert bad.diagnostics[0].line == 11


def freed(text: str) -> str:
    return "\n".join(line[7:] for line in text.splitlines()) + "\n"


@pytest.mark.parametrize("program", ["cics/SVC100", "cics/SVC200", "sql/SVQ100", "sql/SVQ200"])
def test_the_fixtures_compile_through_the_shim(program: str) -> None:
    path = FIXTURES / f"{program}.cbl"
    config = Config(root=FIXTURES, copybooks=("copy",), std=("ibm",))
    verdict = checks.CHECKS["compiles"](Subject(FIXTURES, config, (source.read(path),), Patch(())))
    assert (verdict.status, verdict.reason) == (Status.PASSED, "")


def test_a_copybook_alone_is_skipped(tmp_path: Path) -> None:
    verdict = checks.CHECKS["compiles"](subject(tmp_path, b"       01  A PIC X.\n", "A.cpy"))
    assert verdict.status is Status.SKIPPED


@pytest.mark.parametrize("encoding", ["cp037", "latin-1", "utf-8"])
def test_sources_in_other_encodings_are_compiled(tmp_path: Path, encoding: str) -> None:
    text = plain(PROGRAM).decode().replace("WS-NAME.\n", "'caf\u00e9' WS-NAME.\n", 1)
    data = text.replace("\n", "\x85" if encoding == "cp037" else "\n").encode(encoding)
    assert source.from_bytes(data, "P.cbl").encoding == encoding
    assert checks.CHECKS["compiles"](subject(tmp_path, data)).status is Status.PASSED


def test_free_format_is_compiled_as_such(tmp_path: Path) -> None:
    text = "\n".join(line[7:] for line in plain(PROGRAM).decode().splitlines()) + "\n"
    assert checks.CHECKS["compiles"](subject(tmp_path, text.encode())).status is Status.PASSED


def test_the_column_is_that_of_the_quoted_word(tmp_path: Path) -> None:
    program = source.from_bytes(
        plain(PROGRAM).replace(b"DISPLAY WS-NAME", b"DISPLAY WS-NAEM"), "P.cbl"
    )
    (found,) = cobc(program, Config(root=tmp_path), "default")
    assert (found.line, found.column) == (7, 20)


def test_the_suite_runs_on_a_copy_with_the_change(tmp_path: Path) -> None:
    (tmp_path / "P.cbl").write_bytes(b"old\n")
    command = ("sh", "-c", "grep -q WS-NAME P.cbl && touch made-by-the-suite")
    verdict = checks.CHECKS["suite"](subject(tmp_path, plain(PROGRAM), test=command))
    assert verdict.status is Status.PASSED
    assert (tmp_path / "P.cbl").read_bytes() == b"old\n"
    assert not (tmp_path / "made-by-the-suite").exists()


def test_a_suite_that_fails_hangs_or_is_missing(tmp_path: Path) -> None:
    failing = checks.CHECKS["suite"](
        subject(tmp_path, b"x\n", test=("sh", "-c", "echo 3 of 4 failed; exit 1"))
    )
    assert failing.status is Status.FAILED
    assert failing.reason == "exit 1: 3 of 4 failed"
    hanging = checks.CHECKS["suite"](
        subject(tmp_path, b"x\n", test=("sleep", "30"), wall_seconds=1)
    )
    assert hanging.status is Status.FAILED
    assert "ran out of time" in hanging.reason
    missing = checks.CHECKS["suite"](subject(tmp_path, b"x\n", test=("no-such-tool",)))
    assert missing.status is Status.SKIPPED
    none = checks.CHECKS["suite"](subject(tmp_path, b"x\n"))
    assert none.status is Status.SKIPPED


def test_settles_repeats_what_a_second_run_would_do(tmp_path: Path) -> None:
    base = subject(tmp_path, b"x\n")
    fields = (base.root, base.config, base.sources, base.patch, False)
    assert checks.CHECKS["settles"](Subject(*fields, lambda: ())).status is Status.PASSED
    verdict = checks.CHECKS["settles"](Subject(*fields, lambda: ("line 3",)))
    assert verdict.status is Status.FAILED
    assert "line 3" in verdict.reason
    assert checks.CHECKS["settles"](base).status is Status.SKIPPED


def test_a_copybook_with_the_programs_own_name_is_found(tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "P.cpy").write_text("       01  WS-NAME PIC X.\n")
    data = PROGRAM.replace("COPY FIELDS", "COPY P").encode()
    (tmp_path / "P.cbl").write_bytes(data)
    verdict = checks.CHECKS["compiles"](subject(tmp_path, data, copybooks=("copy",)))
    assert (verdict.status, verdict.reason) == (Status.PASSED, "")
    (tmp_path / "copy" / "P.cpy").write_text("\n       01  WS-NAME PIC Q.\n")
    bad = checks.CHECKS["compiles"](subject(tmp_path, data, copybooks=("copy",)))
    assert (bad.diagnostics[0].path, bad.diagnostics[0].line) == (tmp_path / "copy" / "P.cpy", 2)


LAYOUTS = """\
       CBL CICS('SP')
       IDENTIFICATION DIVISION.
       PROGRAM-ID. P.
      * DATA DIVISION. PROCEDURE DIVISION. A COMMENT ONLY
       ENVIRONMENT DIVISION.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01  WS-A-RATHER-LONG-NAME-OF-A-GROUP.
           05  WS-ANOTHER-RATHER-LONG-NAME PIC X(10).
       01  T-PROGRAM-ID PIC X(8).
       01  WS-LOB SQL TYPE IS CLOB(1M).
       01  WS-P POINTER.
       01  WS-N PIC S9(4) COMP.
       PROCEDURE DIVISION.
       P1. EXEC CICS RETURN END-EXEC. MOVE 1 TO WS-N. EXEC CICS SEND
           TEXT FROM('IT''S (EXEC)') LENGTH(11) END-EXEC.
           IF WS-N = 1 EXEC CICS SYNCPOINT END-EXEC ELSE EXEC SQL
               UPDATE T SET A = :T-PROGRAM-ID, B = ':NO-HOST'
      *        WHERE B = :COMMENTED-OUT
                WHERE C = :WS-A-RATHER-LONG-NAME-OF-A-GROUP.WS-ANOTHER-R
      -    ATHER-LONG-NAME END-EXEC END-IF
           EXEC CICS GETMAIN SET(ADDRESS OF DFHCOMMAREA) FLENGTH(WS-N)
           END-EXEC
           EXEC CICS ADDRESS CWA(WS-P)
           END-EXEC DISPLAY 'EXEC SQL :IN-A-LITERAL END-EXEC'

           .
       P2.
           EXEC CICS ABEND ABCODE('X') END-EXEC.
       END PROGRAM P.
       IDENTIFICATION DIVISION.
       PROGRAM-ID. Q.
       PROCEDURE DIVISION.
           IF EIBCALEN > 0 EXEC CICS RETURN END-EXEC.
       END PROGRAM Q.
"""


@pytest.mark.parametrize("encoding", ["utf-8", "cp037"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_blocks_stand_anywhere_a_statement_does(
    tmp_path: Path, encoding: str, newline: str
) -> None:
    def verdict(text: str) -> Verdict:
        data = text.replace("\n", newline).encode(encoding)
        return checks.CHECKS["compiles"](subject(tmp_path, data, std=("ibm",)))

    good = verdict(LAYOUTS)
    assert (good.status, good.reason) == (Status.PASSED, "")
    for old, new in (
        ("-    ATHER", "-    OTHER"),
        ("CWA(WS-P)", "CWA(WS-Q)"),
        ("= :T-P", "= :T-Q"),
    ):
        bad = verdict(LAYOUTS.replace(old, new, 1))
        number = next(at for at, line in enumerate(LAYOUTS.splitlines(), 1) if old in line)
        assert bad.status is Status.FAILED
        assert abs(bad.diagnostics[0].line - number) <= (1 if "-    " in old else 0)


@pytest.mark.parametrize("std", ["default", "ibm", "ibm-strict", "mf", "mvs-strict", "cobol2014"])
def test_what_is_supplied_suits_every_dialect(tmp_path: Path, std: str) -> None:
    copies = "".join(f"       COPY {book}.\n" for book in ("DFHAID", "DFHBMSCA", "SQLCA", "SQLDA"))
    text = PROGRAM.replace("       COPY FIELDS.\n", copies).replace(
        "DISPLAY WS-NAME", "EXEC CICS RETURN END-EXEC"
    )
    verdict = checks.CHECKS["compiles"](subject(tmp_path, text.encode(), std=(std,)))
    assert (verdict.status, verdict.reason) == (Status.PASSED, "")


def test_symbolic_maps_are_made_of_their_mapset(tmp_path: Path) -> None:
    for folder in ("copy", "bms", "cics"):
        shutil.copytree(FIXTURES / folder, tmp_path / folder)
    (tmp_path / "copy" / "SVMS01.cpy").unlink()
    config = Config(root=tmp_path, copybooks=("copy", "bms"), std=("ibm",))
    path = tmp_path / "cics" / "SVC200.cbl"
    report = checking.check([path], Options(config=config))
    assert [outcome.result for outcome in report.outcomes] == [Result.CLEAN]
    path.write_text(path.read_text().replace("LIMITBO", "LIMITBX"))
    report = checking.check([path], Options(config=config))
    assert {found.line for found in report.outcomes[0].findings} == {74}
