"""JCL: jobs as they run, with procedures, symbols and overrides; and what SORT is told."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from cobolsmith import source as sources
from cobolsmith import syntax
from cobolsmith.languages.jcl import (
    DD,
    Job,
    Jobs,
    Sorting,
    Step,
    read_jcl,
    read_sorting,
    step_sorting,
)
from cobolsmith.source import Source

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"


def source(text: str, name: str = "TEST.jcl") -> Source:
    return sources.from_bytes(text.encode(), name, format="jcl")


def jobs(text: str, members: Mapping[str, str] | None = None) -> Jobs:
    """The jobs of a text; members by name."""
    texts = members or {}
    return read_jcl(
        source(text),
        lambda name: source(texts[name], f"{name}.prc") if name in texts else None,
    )


def job(text: str, members: Mapping[str, str] | None = None) -> Job:
    return jobs("//J        JOB 1\n" + text, members).jobs[0]


def steps(text: str, members: Mapping[str, str] | None = None) -> dict[str, Step]:
    return {step.name: step for step in job(text, members).executed()}


def only_dd(text: str) -> DD:
    return steps(f"//S        EXEC PGM=A\n{text}")["S"].dds[0]


def estate_member(name: str) -> Source | None:
    path = FIXTURES / f"proc/{name}.prc"
    return sources.read(path) if path.exists() else None


# --- The estate -----------------------------------------------------------------------------------


def test_the_nightly_job_runs_its_programs_in_order() -> None:
    read = read_jcl(sources.read(FIXTURES / "jcl/SVJNITE.jcl"), estate_member)
    (nightly,) = read.jobs
    assert read.unknowns == () and nightly.libraries == ("SVB.PROD.PROCLIB",)
    programs = [(step.name, step.program) for step in nightly.executed()]
    assert programs[:5] == [
        ("CLOSE", "SDSF"),
        ("SAVE", "IDCAMS"),
        ("EDIT.RUN", "SVB020"),
        ("CLEAR.RUN", "SVB030"),
        ("MERGE.RUN", "SVB040"),
    ]
    assert len(programs) == 14


def test_a_step_of_a_procedure_has_its_own_and_its_callers_data_sets() -> None:
    read = read_jcl(sources.read(FIXTURES / "jcl/SVJNITE.jcl"), estate_member)
    post = next(step for step in read.jobs[0].executed() if step.name == "POST.RUN")
    assert post.condition == "(EDIT.RUN.RC <= 4 AND CLEAR.RUN.RC <= 4)"
    journal = post.dd("JOURNAL")
    assert journal is not None
    dataset = journal.datasets[0]
    assert (dataset.dsn, dataset.generation, dataset.member) == ("SVB.PROD.JOURNAL", "+1", "")
    assert (dataset.lrecl, dataset.recfm) == (100, "FB") and dataset.writes
    assert dataset.dcb["MODEL"] == "SVB.MODEL.GDG"
    parameters = post.dd("RUNPARM")
    assert parameters is not None and parameters.datasets[0].member == "RUNPARM"
    assert parameters.origin.path.name == "SVPBATCH.prc"
    assert journal.origin.path.name == "SVJNITE.jcl"
    assert [origin.path.name for origin in post.callers] == ["SVJNITE.jcl"]
    text = sources.read(journal.origin.path).text(*journal.origin.span)
    assert text.startswith("//RUN.JOURNAL  DD DSN=SVB.&ENV..JOURNAL(&GDG),")


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("jcl/*.jcl")), ids=lambda path: path.stem)
def test_every_program_of_the_estate_has_a_dd_for_each_file(path: Path) -> None:
    read = read_jcl(sources.read(path), estate_member)
    assert read.unknowns == ()
    for step in read.jobs[0].executed():
        assert (step.program and step.dds) or step.program == "IEFBR14"


# --- Symbols and procedures -----------------------------------------------------------------------

PROC = """\
//P        PROC ENV=TEST,LIB='A.&ENV..B',OUT=X
//S1       EXEC PGM=PROG&ENV
//IN       DD DSN=&LIB(M),DISP=SHR,DCB=(LRECL=80,RECFM=FB)
//         DD DSN=SECOND,DISP=SHR
//OUT      DD SYSOUT=&OUT
//S2       EXEC PGM=B,PARM='P'
"""


def test_what_exec_gives_comes_before_defaults_and_those_before_set() -> None:
    read = steps("//         SET ENV=SET,OUT=S\n//C        EXEC P,ENV=EXEC\n", {"P": PROC})
    assert read["C.S1"].program == "PROGEXEC"
    assert read["C.S1"].dds[1].sysout == "X"


def test_a_symbol_ends_at_a_period_and_two_ampersands_are_a_temporary_name() -> None:
    read = only_dd("//D        DD DSN=&&TEMP(M),DISP=(,PASS)\n").datasets[0]
    assert (read.dsn, read.member, read.temporary) == ("&&TEMP", "M", True)
    assert read.disp == ("NEW", "PASS")
    found = steps("//         SET A=X,B='Y Z'\n//S        EXEC PGM=&A.1,PARM='&B..&A'\n")["S"]
    assert (found.program, found.parm) == ("X1", "Y Z.X")


def test_a_program_that_a_step_before_has_linked() -> None:
    proc = (
        "//LG       PROC\n//LKED     EXEC PGM=IEWL\n//SYSLMOD  DD DSN=LOAD(&MEM)\n"
        "//GO       EXEC PGM=*.LKED.SYSLMOD\n//LOST     EXEC PGM=*.NONE.DD\n"
    )
    read = steps(
        "//C        EXEC LG,MEM=HELLO\n//D        EXEC PGM=*.C.LKED.SYSLMOD\n", {"LG": proc}
    )
    assert (read["C.GO"].program, read["D"].program) == ("HELLO", "HELLO")
    assert read["C.LOST"].program == "*.NONE.DD"


def test_operands_over_cards_are_one_text() -> None:
    first = "//S        EXEC PGM=A,PARM='THE FIRST PART"
    read = steps(
        f"{first}\n//             , AND THE SECOND',   REMARK\n//* COMMENT\n"
        "//             COND=((0,NE),   REMARK\n//             (4,LT))\n"
    )["S"]
    assert read.parm == f"THE FIRST PART{' ' * (71 - len(first))}, AND THE SECOND"
    assert read.cond == "((0,NE),(4,LT))"


def test_a_symbol_may_hold_a_whole_parameter() -> None:
    found = steps(
        "//         SET SP='SPACE=(CYL,(1,1))'\n//S        EXEC PGM=A\n//D        DD UNIT=U,&SP\n"
    )["S"]
    assert found.dds[0].datasets[0].parameters["SPACE"] == "(CYL,(1,1))"


def test_a_symbol_without_a_value_is_named_once_a_place() -> None:
    read = jobs("//J        JOB\n//S        EXEC PGM=&NONE,PARM='&NONE &SYSUID'\n")
    assert [problem.what for problem in read.unknowns] == ["&NONE has no value"]
    assert read.jobs[0].steps[0].program == "&NONE"


def test_dds_override_parameter_by_parameter() -> None:
    read = steps(
        "//C        EXEC P\n"
        "//S1.IN    DD DSN=OTHER,DCB=LRECL=100\n"
        "//         DD DISP=OLD\n"
        "//         DD DSN=THIRD\n"
        "//S1.OUT   DD DSN=FILE,DISP=(NEW,CATLG)\n"
        "//NEW      DD DUMMY\n",
        {"P": PROC},
    )["C.S1"]
    first, second, third = read.dds[0].datasets
    assert (first.dsn, first.disp, first.dcb) == (
        "OTHER",
        ("SHR",),
        {"LRECL": "100", "RECFM": "FB"},
    )
    assert (second.dsn, second.disp) == ("SECOND", ("OLD",)) and third.dsn == "THIRD"
    assert read.dds[1].sysout == "" and read.dds[1].datasets[0].dsn == "FILE"
    assert (read.dds[2].name, read.dds[2].dummy) == ("NEW", True)


def test_parameters_of_the_call_reach_their_steps() -> None:
    read = steps("//C        EXEC P,PARM='ONE',COND.S2=(4,LT),REGION=0M\n", {"P": PROC})
    assert (read["C.S1"].parm, read["C.S2"].parm) == ("ONE", "P")
    assert (read["C.S1"].cond, read["C.S2"].cond) == ("", "(4,LT)")
    assert all(step.parameters["REGION"] == "0M" for step in read.values())


def test_procedures_of_the_job_come_first_and_nest() -> None:
    inner = "//Q        PROC N=1\n//T        EXEC PGM=T&N\n//         PEND\n"
    outer = "//P        PROC\n//CALL     EXEC Q,N=2\n//         PEND\n"
    read = job(f"{inner}{outer}//C        EXEC P\n", {"P": PROC})
    assert [(step.name, step.program) for step in read.executed()] == [("C.CALL.T", "T2")]
    assert [proc.name for proc in read.procs] == ["Q", "P"]
    assert read.procs[0].defaults == {"N": "1"} and read.procs[0].steps[0].program == "T&N"


def test_a_procedure_that_calls_itself_is_refused_by_name() -> None:
    read = jobs("//J        JOB\n//C        EXEC P\n", {"P": "//P PROC\n//S EXEC P\n"})
    assert [problem.kind for problem in read.unknowns] == ["nesting"]


def test_calls_that_multiply_are_bounded() -> None:
    members = {f"P{n}": f"//P{n} PROC\n" + f"//S EXEC P{n + 1}\n" * 8 for n in range(12)}
    members["P12"] = "//P12 PROC\n//S EXEC PGM=A\n"
    read = jobs("//J        JOB\n//C        EXEC P0\n", members)
    assert {problem.kind for problem in read.unknowns} == {"nesting"}
    assert 0 < len(list(read.jobs[0].executed())) < 10_000


def test_what_is_not_found_is_named_and_its_dds_are_kept() -> None:
    read = jobs("//J        JOB\n//C        EXEC NONE\n//S.D      DD DSN=A\n")
    assert [problem.what for problem in read.unknowns] == ["NONE isn't found"]
    assert [step.proc for step in read.jobs[0].executed()] == ["NONE"]
    assert read.jobs[0].steps[0].dds[0].datasets[0].dsn == "A"


def test_an_override_of_no_step_is_named() -> None:
    read = jobs("//J        JOB\n//C        EXEC P\n//S9.D     DD DSN=A\n", {"P": PROC})
    assert [problem.kind for problem in read.unknowns] == ["override"]


def test_an_include_brings_symbols_dds_and_steps() -> None:
    members = {
        "SYMS": "//         SET A=1\n",
        "DDS": "//D        DD DSN=X&A\n//T        EXEC PGM=B\n",
    }
    read = steps(
        "//         INCLUDE MEMBER=SYMS\n//S        EXEC PGM=A&A\n//         INCLUDE MEMBER=DDS\n",
        members,
    )
    assert read["S"].program == "A1" and read["S"].dds[0].datasets[0].dsn == "X1"
    assert read["S"].dds[0].origin.path.name == "DDS.prc"
    assert read["T"].program == "B"
    missing = jobs("//J        JOB\n//         INCLUDE MEMBER=NONE\n")
    assert [problem.kind for problem in missing.unknowns] == ["member"]


def test_a_catalogued_procedure_is_read_without_its_symbols() -> None:
    (proc,) = read_jcl(sources.read(FIXTURES / "proc/SVPSORT.prc")).procs
    assert proc.defaults["SPACE"] == "(CYL,(5,5),RLSE)" and proc.defaults["CNTL"] == ""
    assert proc.steps[0].dds[2].datasets[0].dsn == "SVB.&ENV..&SORTOUT"
    bare = read_jcl(source("//S        EXEC PGM=A\n", "BARE.jcl"))
    assert [(one.name, len(one.steps)) for one in bare.procs] == [("BARE", 1)]


# --- Statements -----------------------------------------------------------------------------------


def test_conditions_of_if_reach_their_steps() -> None:
    read = steps(
        "//         IF A.RC = 0 THEN\n"
        "//S1       EXEC PGM=A\n"
        "//         IF (B.RC > 4 |\n"
        "//             ABEND) THEN\n"
        "//S2       EXEC PGM=A\n"
        "//         ENDIF\n"
        "//         ELSE\n"
        "//S3       EXEC PGM=A\n"
        "//         ENDIF\n"
        "//S4       EXEC PGM=A\n"
    )
    assert [step.condition for step in read.values()] == [
        "A.RC = 0",
        "(A.RC = 0) AND ((B.RC > 4 | ABEND))",
        "NOT (A.RC = 0)",
        "",
    ]


@pytest.mark.parametrize(
    ("text", "name", "member", "generation", "referback"),
    [
        ("DSN=A.B(MEM),DISP=SHR", "A.B", "MEM", "", ""),
        ("DSN='A.B(-1)'", "A.B", "", "-1", ""),
        ("DSNAME=A.B(0)", "A.B", "", "0", ""),
        ("DSN=*.STEP1.OUT", "", "", "", "*.STEP1.OUT"),
        ("UNIT=SYSDA,SPACE=(TRK,1)", "", "", "", ""),
    ],
)
def test_names_of_data_sets(
    text: str, name: str, member: str, generation: str, referback: str
) -> None:
    read = only_dd(f"//D        DD {text}\n").datasets[0]
    assert (read.dsn, read.member, read.generation) == (name, member, generation)
    assert read.referback == referback


def test_dds_that_are_no_data_sets() -> None:
    read = steps(
        "//S        EXEC PGM=A\n"
        "//A        DD DUMMY\n//B        DD SYSOUT=(R,,FORM)\n//C        DD DDNAME=LATER\n"
        "//D        DD DSN=NULLFILE\n//E        DD PATH='/u/x'\n"
    )["S"]
    assert all(dd.datasets == () for dd in read.dds)
    assert [dd.dummy for dd in read.dds] == [True, False, False, True, False]
    assert (read.dds[1].sysout, read.dds[2].ddname) == ("R", "LATER")


def test_data_in_the_job_with_its_place() -> None:
    text = "//S        EXEC PGM=A\n//SYSIN    DD *\n  ONE &A\n TWO\n/*\n//D        DD DUMMY\n"
    data = steps(text)["S"].dds[0].instream[0]
    assert data.text == "  ONE &A\n TWO\n"
    whole = "//J        JOB 1\n" + text
    assert whole[slice(*data.origin.span)] == data.text
    substituted = text.replace("DD *", "DD *,SYMBOLS=JCLONLY")
    read = steps(f"//         SET A=1\n{substituted}")["S"]
    assert read.dds[0].instream[0].text == "  ONE 1\n TWO\n"


def test_data_without_a_dd_is_sysin() -> None:
    read = steps("//S        EXEC PGM=A\n  DATA\n//T        EXEC PGM=B\n")["S"]
    assert [(dd.name, dd.instream[0].text) for dd in read.dds] == [("SYSIN", "  DATA\n")]


def test_what_the_system_would_refuse_is_named() -> None:
    read = jobs("//J        JOB\n//S        EXEC PGM=A,\n//                 PARM=X\n")
    assert [problem.kind for problem in read.unknowns] == ["continuation"]
    assert read.jobs[0].steps[0].parm == "X"
    read = jobs("//J        JOB\n//S        EXEC PGM=A\n//D        DDD DSN=X\n")
    assert [problem.kind for problem in read.unknowns] == ["syntax"]
    read = jobs(
        "//J        JOB\n//S        EXEC P,PGM=A\n", {"P": "//P PROC PGM=\n//S EXEC PGM=&PGM\n"}
    )
    assert [problem.kind for problem in read.unknowns] == ["keyword"]
    assert [step.program for step in read.jobs[0].executed()] == ["A"]


def test_dds_before_the_first_step_are_the_jobs() -> None:
    read = job("//JOBLIB   DD DSN=LOAD,DISP=SHR\n//         DD DSN=LOAD2\n//S        EXEC PGM=A\n")
    assert [dataset.dsn for dataset in read.dds[0].datasets] == ["LOAD", "LOAD2"]


# --- SORT -----------------------------------------------------------------------------------------


def sorting(text: str) -> Sorting:
    return read_sorting(source(text))


def places(read: Sorting) -> list[tuple[int, int, str, str]]:
    return [
        (piece.begin, piece.length, piece.format, piece.order)
        for control in read.controls
        for piece in control.pieces
    ]


def test_keys_of_the_estate() -> None:
    text = sources.read(FIXTURES / "cntl/SVSRTGL.ctl")
    read = read_sorting(text)
    assert places(read) == [(60, 6, "CH", "A"), (41, 3, "CH", "A"), (27, 7, "CH", "A")]
    assert [text.text(*key.origin.span) for key in read.keys] == ["60,6,CH", "41,3,CH", "27,7,CH"]
    assert [control.operation for control in read.controls] == ["SORT", "SUM"]


def test_a_step_that_sorts_in_the_job_and_from_a_member() -> None:
    read = read_jcl(sources.read(FIXTURES / "jcl/SVJMEND.jcl"), estate_member).jobs[0]
    by_name = {step.name: step for step in read.executed()}

    def control(name: str) -> Source | None:
        path = FIXTURES / f"cntl/{name}.ctl"
        return sources.read(path) if path.exists() else None

    archive = step_sorting(by_name["ARCHIVE"], sources.read, control)
    assert archive is not None and archive.unknowns == ()
    assert places(archive)[-2:] == [(46, 1, "CH", ""), (47, 6, "PD", "")]
    assert archive.controls[-1].literals == ("D", "+500000")
    assert archive.controls[-1].outputs == ("LARGE",)
    by_ledger = step_sorting(by_name["BYGL.SORT"], sources.read, control)
    assert by_ledger is not None and len(by_ledger.keys) == 3
    lost = step_sorting(by_name["BYGL.SORT"], sources.read, lambda name: None)
    assert lost is not None and [problem.kind for problem in lost.unknowns] == ["member"]
    assert step_sorting(by_name["UNLOAD.RUN"], sources.read, control) is None


def test_one_format_for_all_and_keys_over_cards() -> None:
    read = sorting("  SORT FIELDS=(1,10,A,  THE ACCOUNT\n    11,2,D),FORMAT=ZD\n")
    assert places(read) == [(1, 10, "ZD", "A"), (11, 2, "ZD", "D")]


def test_a_card_full_to_the_margin_goes_on() -> None:
    card = f"  SORT FIELDS=(1,2,CH,A,{'3,4,CH,A,' * 5}"
    card = f"{card}{'5,6,CH,A,7,8,CH,A,9,9,CH,A)'[: 71 - len(card)]}*"
    rest = "               " + "5,6,CH,A,7,8,CH,A,9,9,CH,A)"[71 - 24 - 45 :]
    assert len(card) == 72
    read = sorting(f"{card}\n{rest}\n")
    assert read.unknowns == () and places(read)[-1] == (9, 9, "CH", "A")


def test_conditions_name_fields_and_constants() -> None:
    read = sorting(
        " OMIT COND=(1,2,CH,EQ,C'A B',OR,\n"
        "   (5,3,PD,GT,+10,AND,8,2,ZD,LE,12,2,ZD),OR,3,1,SS,EQ,L'X')\n"
    )
    assert places(read) == [
        (1, 2, "CH", ""),
        (5, 3, "PD", ""),
        (8, 2, "ZD", ""),
        (12, 2, "ZD", ""),
        (3, 1, "SS", ""),
    ]
    assert read.controls[0].literals == ("A B", "+10", "X")


def test_layouts_name_what_is_kept_and_put_in() -> None:
    read = sorting(
        " INREC IFTHEN=(WHEN=(1,1,CH,EQ,C'X'),\n"
        "   BUILD=(1,4,5X,10:20,5,ZD,EDIT=(IIT.TT),C'IT''S',\n"
        "   SEQNUM,8,ZD,30)),IFTHEN=(WHEN=INIT,OVERLAY=(50:1,2))\n"
    )
    assert [(begin, length) for begin, length, _, _ in places(read)] == [
        (1, 1),
        (1, 4),
        (20, 5),
        (30, 0),
        (1, 2),
    ]
    assert read.controls[0].literals == ("X", "IT'S")


@pytest.mark.parametrize(
    ("inrec", "begin", "length", "read"),
    [
        ("INREC BUILD=(11,10,1,4,C'ABC',21,5)", 1, 10, 11),
        ("INREC BUILD=(11,10,1,4,C'ABC',21,5)", 12, 3, 2),
        ("INREC BUILD=(11,10,1,4,C'ABC',21,5)", 15, 3, None),
        ("INREC BUILD=(11,10,1,4,C'ABC',21,5)", 18, 5, 21),
        ("INREC BUILD=(11,10,1,4,C'ABC',21,5)", 9, 4, None),
        ("INREC FIELDS=(5X,3C'-',40:7,2)", 40, 2, 7),
        ("INREC BUILD=(1,4,20,5,ZD,EDIT=(IIT.TT),9,1)", 10, 1, None),
        ("INREC BUILD=(1,4,20,5,ZD,EDIT=(IIT.TT),30:9,1)", 30, 1, 9),
        ("INREC BUILD=(1,4,X'0D0A',SEQNUM,8,ZD,50)", 20, 6, 55),
        ("INREC OVERLAY=(20:1,5)", 18, 4, None),
        ("INREC OVERLAY=(20:1,5)", 25, 4, 25),
        ("INREC IFTHEN=(WHEN=(1,1,CH,EQ,C'A'),BUILD=(1,80))", 1, 4, None),
        ("INREC IFTHEN=(WHEN=INIT,OVERLAY=(3:C'XY'))", 5, 4, 5),
        ("OPTION COPY", 7, 4, 7),
    ],
)
def test_keys_behind_a_new_layout_lead_to_the_record_read(
    inrec: str, begin: int, length: int, read: int | None
) -> None:
    (key,) = sorting(f" {inrec}\n SORT FIELDS=({begin},{length},CH,A)\n").keys
    assert (key.begin, key.input) == (begin, read)


def test_an_outfil_reads_what_outrec_made_of_inrec() -> None:
    read = sorting(
        " INREC BUILD=(11,20)\n OUTREC BUILD=(5:1,10)\n OUTFIL BUILD=(5,4)\n"
        " INCLUDE COND=(3,1,CH,EQ,C'A')\n"
    )
    assert [piece.input for control in read.controls for piece in control.pieces] == [11, 11, 11, 3]


def test_operators_of_icetool_and_what_they_use() -> None:
    text = (
        "//S        EXEC PGM=ICETOOL\n//TOOLIN   DD *\n* THE LAST OF EACH ACCOUNT\n"
        " SELECT FROM(IN) TO(OUT) ON(3,10,CH) -\n   ON(20,2,ZD) LAST\n SORT FROM(IN) USING(BYDT)\n"
        "//BYDTCNTL DD *\n  SORT FIELDS=(30,8,CH,D)\n//IN       DD DSN=A\n"
    )
    whole = source("//J        JOB 1\n" + text)
    step = next(read_jcl(whole).jobs[0].executed())
    read = step_sorting(step, lambda path: whole, lambda name: None)
    assert read is not None and read.unknowns == ()
    assert places(read) == [(3, 10, "CH", ""), (20, 2, "ZD", ""), (30, 8, "CH", "D")]
    assert [control.operation for control in read.controls] == ["SELECT", "SORT", "SORT"]
    assert whole.text(*read.controls[0].pieces[1].origin.span) == "20,2,ZD"


def test_joined_files_are_told_apart() -> None:
    read = sorting(" JOINKEYS FILE=F2,FIELDS=(1,5,A)\n REFORMAT FIELDS=(F1:1,5,F2:6,7)\n")
    found = [(piece.file, piece.begin) for one in read.controls for piece in one.pieces]
    assert found == [("F2", 1), ("F1", 1), ("F2", 6)]


def test_what_sort_says_and_we_do_not_know_is_named() -> None:
    read = sorting("* COMMENT\n SORT FIELDS=(ACCT,A)\n WHATEVER X=1\nSORT FIELDS=(1,2,CH,A)\n")
    assert [problem.what for problem in read.unknowns] == [
        "ACCT is no position in bytes",
        "WHATEVER is no control statement that is known",
        "SORT begins in column 1, where a label stands",
    ]
    assert places(read) == [(1, 2, "CH", "A")]


# --- Whatever comes -------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_broken_jobs_are_read_without_failing(seed: int) -> None:
    rng = random.Random(seed)
    whole = (FIXTURES / "jcl/SVJMEND.jcl").read_bytes()
    for _ in range(100):
        text = bytearray(whole[: rng.randrange(1, len(whole))])
        for _ in range(rng.randrange(5)):
            at = rng.randrange(len(text))
            text[at : at + rng.randrange(12)] = bytes(rng.choice(b"',()=&/* \n") for _ in range(3))
        broken = sources.from_bytes(bytes(text), "T.jcl", format="jcl")
        assert syntax.parse(broken.view, "jcl").lost_bytes() == ()
        read = read_jcl(broken, estate_member)
        for one in read.jobs:
            for step in one.executed():
                step_sorting(step, lambda path, broken=broken: broken, lambda name: None)
        assert read_sorting(broken).controls is not None
