"""The estate in fixtures/ compiles, and its night gives what is expected, byte for byte."""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import nightly
import pytest

NIGHT = nightly.load()


@pytest.fixture(scope="session")
def load_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every batch program, compiled once."""
    folder = tmp_path_factory.mktemp("load")
    nightly.build(NIGHT, folder)
    return folder


@pytest.fixture(scope="session")
def the_night(
    load_library: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, nightly.Ran]:
    """Every step of one run, by program."""
    files = tmp_path_factory.mktemp("files")
    return {ran.step.program: ran for ran in nightly.run(NIGHT, load_library, files)}


@pytest.mark.parametrize("program", [step.program for step in NIGHT.steps])
def test_step_writes_what_is_expected(the_night: dict[str, nightly.Ran], program: str) -> None:
    assert nightly.differences(NIGHT, the_night[program]) == []


def test_every_batch_program_runs_in_the_night() -> None:
    written = {path.stem for path in (NIGHT.fixtures / "cobol").glob("*.cbl")}
    assert written == {step.program for step in NIGHT.steps} | set(NIGHT.modules)


def test_nothing_expected_is_left_uncompared() -> None:
    stored = {
        (folder.name, path.name)
        for folder in (NIGHT.fixtures / "expected").iterdir()
        for path in folder.iterdir()
    }
    compared = {(s.program, name) for s in NIGHT.steps for name in ("stdout", *s.writes)}
    assert stored == compared


def test_no_program_asks_the_system_for_the_date() -> None:
    clock = re.compile(
        r"CURRENT-DATE|WHEN-COMPILED|ACCEPT\s+\S+\s+FROM\s+(DATE|DAY|TIME)\b", re.IGNORECASE
    )
    for source in sorted((NIGHT.fixtures / "cobol").glob("*.cbl")):
        assert not clock.search(source.read_text(encoding="ascii")), source.name


def _unloaded(the_night: dict[str, nightly.Ran], shape: str) -> list[list[str]]:
    """The words of the lines of SVB100 that begin like `shape`, each line once."""
    text = the_night["SVB100"].outputs["UNLOAD"].decode("ascii").splitlines()
    return [line.split() for line in dict.fromkeys(text) if re.match(shape, line)]


def test_the_journal_explains_every_balance(the_night: dict[str, nightly.Ran]) -> None:
    """Opening balance plus credits less debits is the closing balance, account by account."""
    opening: dict[str, Decimal] = {}
    for line in (NIGHT.fixtures / "data/ACCTIN").read_text(encoding="ascii").splitlines():
        opening.setdefault(line[:10], Decimal(line[76:90]) / 100)
    movement: dict[str, Decimal] = defaultdict(Decimal)
    for words in _unloaded(the_night, r"\d{10} \d{8} \d{8} \d{7} "):
        movement[words[0]] += Decimal(words[8]) if words[7] == "C" else -Decimal(words[8])
    accounts = _unloaded(the_night, r"\d{10} \d{8} [A-Z]{3} ")
    closing = {words[0]: Decimal(words[7]) for words in accounts}
    assert len(closing) == 74
    assert len(movement) > 60
    assert {number: opening[number] + movement[number] for number in closing} == closing


def _entries(the_night: dict[str, nightly.Ran], account: str) -> list[tuple[str, str, str]]:
    """Type, side and amount of the journal entries of one account, in order."""
    rows = _unloaded(the_night, account + r" \d{8} \d{8} \d{7} ")
    return [(words[6], words[7], words[8]) for words in rows]


def test_interest_over_three_tiers_worked_by_hand(the_night: dict[str, nightly.Ran]) -> None:
    """150,000.00 of instant access savings over the end of March.

    A year earns 10,000 x 1.25 % + 90,000 x 2 % + 50,000 x 2.5 % = 3,175.00. Four days to
    1 April are 3175 x 4 / 365 = 34.794520; with the 287.671232 accrued before 322.465752,
    so 322.47 is paid, and 15 % of it, 48.37, is withheld.
    """
    found = _entries(the_night, "1020012315")
    assert ("IN", "C", "322.47") in found
    assert ("TX", "D", "48.37") in found


def test_returned_items_cost_half_once_and_then_in_full(
    the_night: dict[str, nightly.Ran],
) -> None:
    """100.00 do not cover 600.00 or 500.00: 20.00 for a returned item, the first at half."""
    found = [entry for entry in _entries(the_night, "1030010420") if entry[0] != "IN"]
    assert [entry for entry in found if entry[0] == "FE"] == [
        ("FE", "D", "10.00"),
        ("FE", "D", "20.00"),
    ]
    assert not [entry for entry in found if entry[0] == "DD"]


def test_overdraft_interest_is_counted_in_30_360(the_night: dict[str, nightly.Ran]) -> None:
    """2,100.00 overdrawn at 14.25 %: 299.25 a year, three days of 360: 2.49375."""
    assert _entries(the_night, "1050011406")[0] == ("OI", "D", "2.49")


def test_a_fault_in_a_program_shows(tmp_path: Path, load_library: Path) -> None:
    """The net is tight: posting with a changed rule no longer gives what is expected."""
    text = (NIGHT.programs / "SVB050.cbl").read_text(encoding="ascii")
    changed = text.replace("TA-AMOUNT > 200.00", "TA-AMOUNT > 999.00")
    assert changed != text
    source = tmp_path / "SVB050.cbl"
    source.write_text(changed, encoding="ascii")
    load = tmp_path / "load"
    shutil.copytree(load_library, load)
    nightly.compile_program(source, load / "SVB050", NIGHT.flags, NIGHT.copybooks, module=False)
    for ran in nightly.run(NIGHT, load, tmp_path / "files"):
        if ran.step.program == "SVB050":
            found = nightly.differences(NIGHT, ran)
            assert any("REJPST differs" in sentence for sentence in found)
            break
        assert nightly.differences(NIGHT, ran) == []


BROKEN = nightly.load(nightly.FIXTURES / "broken")
BROKEN_PROGRAMS = [step.program for step in BROKEN.steps]


@pytest.mark.parametrize("program", BROKEN_PROGRAMS)
def test_a_broken_program_does_not_compile(tmp_path: Path, program: str) -> None:
    with pytest.raises(nightly.CompileError, match=program):
        nightly.compile_program(
            BROKEN.programs / f"{program}.cbl", tmp_path / program, BROKEN.flags, (), module=False
        )


@pytest.mark.parametrize("program", BROKEN_PROGRAMS)
def test_its_right_text_gives_what_is_expected(tmp_path: Path, program: str) -> None:
    folder = str(BROKEN.fixtures)
    right = str(BROKEN.fixtures / "expected")
    options = ["--fixtures", folder, "--only", program, "--work", str(tmp_path)]
    assert nightly.main([*options, "--programs", right]) == 0
    assert nightly.main(options) == 2


# What a precompiler would supply, as far as these programs use it.
SUPPLIED = {
    "SQLCA": """
       01  SQLCA.
           05  SQLCODE                     PIC S9(9) COMP.
           05  SQLERRMC                    PIC X(70).
           05  SQLSTATE                    PIC X(5).
""",
    "DFHAID": """
       01  DFHAID.
           05  DFHENTER                    PIC X VALUE ''''.
           05  DFHCLEAR                    PIC X VALUE '_'.
           05  DFHPF3                      PIC X VALUE '3'.
           05  DFHPF5                      PIC X VALUE '5'.
           05  DFHPF6                      PIC X VALUE '6'.
           05  DFHPF8                      PIC X VALUE '8'.
""",
    "DFHBMSCA": """
       01  DFHBMSCA.
           05  DFHBMASK                    PIC X VALUE '0'.
           05  DFHRED                      PIC X VALUE '2'.
           05  DFHYELLO                    PIC X VALUE '6'.
""",
}
EIB = """
       01  EIBCALEN                        PIC S9(4) COMP.
       01  EIBAID                          PIC X.
       01  EIBTRMID                        PIC X(4).
"""


def _without_exec(text: str) -> str:
    """The program with its EXEC blocks taken out, as a precompiler would leave it."""
    text = "\n".join(line[:72].rstrip() for line in text.splitlines()) + "\n"
    text = re.sub(r"EXEC SQL\s+INCLUDE (\w+)\s+END-EXEC", r"COPY \1", text)
    head, division, body = text.partition("PROCEDURE DIVISION")
    head = re.sub(r"EXEC SQL\b.*?END-EXEC\.", "", head, flags=re.DOTALL)
    head = head.replace("LINKAGE SECTION.\n", "LINKAGE SECTION.\n" + EIB)
    body = re.sub(r"EXEC (SQL|CICS)\b.*?END-EXEC", "CONTINUE", body, flags=re.DOTALL)
    return head + division + re.sub(r"DFHRESP\((\w+)\)", "1", body)


@pytest.mark.parametrize("name", ["cics/SVC100", "cics/SVC200", "sql/SVQ100", "sql/SVQ200"])
def test_online_and_sql_programs_compile_without_their_exec_blocks(
    tmp_path: Path, name: str
) -> None:
    for copybook in (NIGHT.fixtures / "copy").glob("*.cpy"):
        text = _without_exec(copybook.read_text(encoding="ascii"))
        (tmp_path / copybook.name).write_text(text, encoding="ascii")
    for copybook_name, text in SUPPLIED.items():
        (tmp_path / f"{copybook_name}.cpy").write_text(text, encoding="ascii")
    source = tmp_path / f"{Path(name).name}.cbl"
    original = (NIGHT.fixtures / f"{name}.cbl").read_text(encoding="ascii")
    assert original.count("EXEC ") >= 10
    source.write_text(_without_exec(original), encoding="ascii")
    target = source.with_suffix(".so")
    nightly.compile_program(source, target, NIGHT.flags, (tmp_path,), module=True)
    assert target.exists()


def test_the_symbolic_map_is_that_of_the_mapset() -> None:
    """Every named field of the mapset has its length, attribute and data in the copybook."""
    mapset = (NIGHT.fixtures / "bms/SVMS01.bms").read_text(encoding="ascii")
    symbolic = (NIGHT.fixtures / "copy/SVMS01.cpy").read_text(encoding="ascii")
    fields = re.findall(r"^(\w+) +DFHMDF POS=\(\d+,\d+\),LENGTH=(\d+)", mapset, re.MULTILINE)
    assert len(fields) == 17
    for name, length in fields:
        assert re.search(rf"\b{name}L +PIC S9\(4\) COMP", symbolic), name
        assert re.search(rf"\b{name}I +PIC [X9](\({length}\))?\.", symbolic), name
        assert re.search(rf"\b{name}O +PIC ", symbolic), name


def _jcl_steps() -> dict[str, set[str]]:
    """The DD names that the jobs give to each program they run through SVPBATCH."""
    steps: dict[str, set[str]] = {}
    for job in sorted((NIGHT.fixtures / "jcl").glob("*.jcl")):
        program = None
        for line in job.read_text(encoding="ascii").splitlines():
            if started := re.match(r"//\w+ +EXEC +(?:SVPBATCH,PROG=(\w+))?", line):
                program = started[1]
            elif program and (dd := re.match(r"//RUN\.(\w+) +DD ", line)):
                steps.setdefault(program, set()).add(dd[1])
    return steps


def test_the_jobs_give_every_program_its_dd_names() -> None:
    jobs = _jcl_steps()
    assert set(jobs) == {step.program for step in NIGHT.steps}
    for step in NIGHT.steps:
        needed = set(step.dd_names) - {"RUNPARM"}
        assert needed <= jobs[step.program], step.program


def test_the_jobs_name_only_procedures_and_members_that_exist() -> None:
    text = "".join(
        job.read_text(encoding="ascii") for job in (NIGHT.fixtures / "jcl").glob("*.jcl")
    )
    called = set(re.findall(r"EXEC +(SVP\w+)", text))
    assert called == {path.stem for path in (NIGHT.fixtures / "proc").glob("*.prc")}
    members = set(re.findall(r"(?:TSPRM|CNTL)=(\w+)", text))
    assert members == {path.stem for path in (NIGHT.fixtures / "cntl").glob("*.ctl")}


@pytest.mark.parametrize(
    ("program", "missing", "said"),
    [
        ("SVB020", "RUNPARM", "CANNOT OPEN THE PARAMETER CARD"),
        ("SVB030", "CLRIN", "FILE CLRIN    STATUS 35"),
        ("SVB050", "ACCTMST", "RESTORE ACCTMST AND RESTART FROM SVB050"),
        ("SVB085", "STMTEXT", "FILE STMTEXT  STATUS 35"),
    ],
)
def test_a_missing_file_ends_the_step_with_16(
    load_library: Path, tmp_path: Path, program: str, missing: str, said: str
) -> None:
    for source in (NIGHT.fixtures / "data").iterdir():
        if source.name != missing:
            shutil.copyfile(source, tmp_path / source.name)
    (tmp_path / "TRANALL").write_bytes(b"")
    step = next(step for step in NIGHT.steps if step.program == program)
    ran = nightly.run_step(step, load_library, tmp_path)
    assert ran.return_code == 16
    assert said in ran.outputs["stdout"].decode("ascii")
