"""Rules: each flags the lines that its cases mark and no other; what settles a finding does so."""

from __future__ import annotations

import io
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from cobolsmith.checking import Asked, check
from cobolsmith.config import Config, ShopRule, load
from cobolsmith.errors import ConfigError
from cobolsmith.findings import findings, fingerprints, seen, settle
from cobolsmith.job import Options
from cobolsmith.languages.cobol import Library, read_programs
from cobolsmith.program import Program
from cobolsmith.recipes import RECIPES
from cobolsmith.report import Outcome, Result
from cobolsmith.reports import REPORTS
from cobolsmith.reports.terminal import show
from cobolsmith.rules import RULES
from cobolsmith.source import Source, from_bytes
from cobolsmith.verify import Diagnostic

CASES = Path(__file__).parent.parent / "fixtures" / "cases" / "rules"
MARK = "*> !"
HEADS = {
    "select": ["ENVIRONMENT DIVISION.", "INPUT-OUTPUT SECTION.", "FILE-CONTROL."],
    "file": ["DATA DIVISION.", "FILE SECTION."],
    "storage": ["WORKING-STORAGE SECTION."],
    "linkage": ["LINKAGE SECTION."],
}
TAKER = """
storage
linkage
    01 LK-LONG PIC X(9).
    01 LK-SHORT PIC X(4).
procedure USING LK-LONG LK-SHORT
    MOVE LK-SHORT TO LK-LONG
"""


def program(case: str, name: str = "CASE") -> Source:
    """A case as a program in free format; the marks stay as comments."""
    lines = ["IDENTIFICATION DIVISION.", f"PROGRAM-ID. {name}."]
    for line in case.strip("\n").splitlines():
        head, _, rest = line.partition(" ")
        if head in HEADS:
            data = (
                []
                if head in ("select", "file") or "DATA DIVISION." in lines
                else ["DATA DIVISION."]
            )
            lines += [*data, *HEADS[head]]
        elif head == "procedure":
            lines.append(f"PROCEDURE DIVISION {rest}.")
        else:
            lines.append(line)
    if not lines[-1].split(MARK)[0].rstrip().endswith("."):
        lines.append("    GOBACK.")
    return from_bytes("\n".join([*lines, ""]).encode(), Path(f"/shop/{name}.cbl"), format="free")


def called(name: str) -> Program | None:
    return read_programs(program(TAKER, "TAKER"), Library())[0] if name == "TAKER" else None


def told(source: Source, programs: tuple[Program, ...], config: Config) -> tuple[Diagnostic, ...]:
    """What is found in a program's own text."""
    return findings(source, seen(programs, config, called).get(source.path, ()), config)


def cases() -> Iterator[tuple[str, str]]:
    for path in sorted(CASES.glob("*.txt")):
        for case in path.read_text("utf-8").split("-----\n"):
            yield path.stem, case


def test_every_rule_has_cases_that_it_flags_and_that_it_does_not() -> None:
    assert {path.stem for path in CASES.glob("*.txt")} == set(RULES)
    for name in RULES:
        lines = (CASES / f"{name}.txt").read_text("utf-8").splitlines()
        assert any(MARK in line for line in lines)
        assert any(line.strip() and MARK not in line for line in lines)


def test_a_recipe_that_a_rule_names_is_there() -> None:
    named = {name for rule in RULES.values() for name in re.findall(r"`refactor (\S+)`", rule.fix)}
    assert named <= set(RECIPES) and len(named) > 5


@pytest.mark.parametrize(("name", "case"), list(cases()))
def test_a_rule_flags_what_is_marked_and_nothing_else(name: str, case: str) -> None:
    source = program(case)
    config = Config(rules=((name, "warning"),))
    programs = read_programs(source, Library())
    found = told(source, programs, config)
    assert not programs[0].tree.errors()
    lines = source.view.decode().splitlines()
    marked = [number for number, line in enumerate(lines, 1) if MARK in line]
    assert sorted({one.line for one in found if one.check == name}) == marked
    assert all(one.remedy == RULES[name].fix for one in found if one.check == name)


# --- What settles a finding -----------------------------------------------------------------------

SHOP = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. SHOP.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01  WS-A                PIC X(03) VALUE 'A'.
       PROCEDURE DIVISION.
       0000-MAIN.
           MOVE WS-A TO WS-A.
           DISPLAY WS-A.
           STOP RUN.
"""


def read(text: str) -> Source:
    return from_bytes(text.encode(), Path("/shop/SHOP.cbl"), format="fixed")


def left_of(text: str) -> list[str]:
    source = read(text)
    found = told(source, read_programs(source, Library()), Config())
    return [one.check for one in settle(source, found, Path("/shop"), frozenset()).left]


@pytest.mark.parametrize(
    ("before", "behind", "left"),
    [
        ("", "", ["moved-to-itself"]),
        ("      * cobolsmith: ignore moved-to-itself for the trace\n", "", []),
        ("", "  *> cobolsmith: ignore moved-to-itself traced", []),
        ("      * cobolsmith: ignore unused-item for nothing\n", "", ["moved-to-itself"]),
        (
            "      * cobolsmith: ignore moved-to-itself\n",
            "",
            ["moved-to-itself", "ignored-without-reason"],
        ),
        ("", "  *> cobolsmith: ignore no-such why", ["moved-to-itself", "ignored-without-reason"]),
    ],
)
def test_a_comment_settles_with_a_reason(before: str, behind: str, left: list[str]) -> None:
    row = "           MOVE WS-A TO WS-A."
    assert left_of(SHOP.replace(row, before + row + behind)) == left


def test_fingerprints_stay_when_lines_move_and_differ_between_places() -> None:
    twice = SHOP.replace("           DISPLAY", "           MOVE WS-A TO WS-A.\n           DISPLAY")
    moved = twice.replace("       DATA DIV", "      * NEW\n      * LINES\n       DATA DIV")
    marks = []
    for text in (twice, moved):
        source = read(text)
        found = told(source, read_programs(source, Library()), Config())
        marks.append(fingerprints(source, found, Path("/shop")))
    assert marks[0] == marks[1]
    assert len(set(marks[0])) == 2


def test_a_rule_of_the_shop_is_a_query() -> None:
    rule = ShopRule("no-display", "(display_statement) @found", "we log, we don't DISPLAY", "error")
    source = read(SHOP)
    config = Config(rules=(("moved-to-itself", "off"),), shop_rules=(rule,))
    found = told(source, read_programs(source, Library()), config)
    assert [(one.check, one.severity, one.line) for one in found] == [("no-display", "error", 9)]
    with pytest.raises(ConfigError, match="bad query"):
        bad = Config(shop_rules=(ShopRule("bad", "(no_such_node) @found", "x"),))
        findings(source, (), bad)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[rules]\nmoved-to-itslf = "off"\n', "did you mean moved-to-itself"),
        ('[rules]\nmoved-to-itself = "loud"\n', "no severity 'loud'"),
        ('fail_on = "fatal"\n', "fail_on is no severity"),
        ('[[shop_rules]]\nname = "x"\n', "not a rule of the shop"),
        ('rules = "all"\n', "must be a table"),
    ],
)
def test_bad_settings_are_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "SHOP.cbl").write_text(SHOP)
    (tmp_path / "cobolsmith.toml").write_text(text)
    with pytest.raises(ConfigError, match=said):
        check([tmp_path], Options(jobs=1))


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "SHOP.cbl").write_text(SHOP)
    return tmp_path


def only(shop: Path, asked: Asked | None = None) -> Outcome:
    return check([shop], Options(jobs=1), asked).outcomes[0]


def test_check_fails_on_warnings_and_a_baseline_settles_them(shop: Path) -> None:
    assert only(shop).result is Result.FOUND
    assert only(shop, Asked(rules=False)).result is Result.CLEAN
    assert only(shop, Asked(write_baseline=True)).result is Result.CLEAN
    marks = json.loads((shop / "cobolsmith-baseline.json").read_text("utf-8"))["findings"]
    assert list(marks.values()) == ["SHOP.cbl: moved-to-itself: WS-A is moved to itself"]
    known = only(shop)
    assert (known.result, known.findings) == (Result.CLEAN, ())
    assert known.evidence == ("1 finding(s) in the baseline",)
    more = SHOP.replace("STOP RUN", "IF WS-A = WS-A STOP RUN").replace(
        "       DATA", "\n       DATA"
    )
    (shop / "SHOP.cbl").write_text(more)
    assert [one.check for one in only(shop).findings] == ["settled-condition"]
    (shop / "cobolsmith-baseline.json").write_text("[]")
    with pytest.raises(ConfigError, match="no baseline"):
        only(shop)


def test_notes_are_shown_and_fail_nothing(shop: Path) -> None:
    (shop / "cobolsmith.toml").write_text('[rules]\nmoved-to-itself = "note"\n')
    found = only(shop)
    assert found.result is Result.CLEAN and len(found.findings) == 1
    assert load(shop).rules == (("moved-to-itself", "note"),)


# --- Copybooks ------------------------------------------------------------------------------------

BOOKS = {
    "CODES.cpy": """\
       01  :T:-REC.
           05  :T:-STATE               PIC X.
               88  :T:-OPEN            VALUE 'OPEN'.
           05  :T:-NAME                PIC X(3).
""",
    "NAMED.cpy": """\
           MOVE 'SMITH' TO A-NAME.
      * cobolsmith: ignore moved-to-itself kept for the trace
           MOVE A-NAME TO A-NAME.
           IF A-NAME = 'X'
               DISPLAY 'X'.
               DISPLAY 'ALWAYS'.
""",
    "LONE.cpy": """\
           MOVE X-A TO X-A.
           MOVE X-B TO X-C.
""",
}
COPIER = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. {name}.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
           COPY CODES REPLACING ==:T:== BY =={tag}==.
{more}       PROCEDURE DIVISION.
           MOVE 'A' TO {tag}-STATE.
{copy}           DISPLAY {tag}-NAME.
           STOP RUN.
"""


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copied")
    for name, text in BOOKS.items():
        (folder / name).write_text(text)
    named = "           COPY NAMED.\n"
    wide = "       01  A-NAME                  PIC X(9).\n"
    ways = {"ONE": ("A", "", named), "TWO": ("B", wide, named), "THREE": ("C", "", "")}
    for name, (tag, more, copy) in ways.items():
        text = COPIER.format(name=name, tag=tag, more=more, copy=copy)
        (folder / f"{name}.cbl").write_text(text)
    return folder


def test_what_lies_in_a_copybook_is_told_once_and_there(copied: Path) -> None:
    report = check([copied], Options(jobs=1))
    found = {
        (one.path.name, one.line, one.check): one.message
        for outcome in report.outcomes
        for one in outcome.findings
        if one.check in RULES and outcome.path == one.path
    }
    assert {key[:2] for key in found if key[0] != "CODES.cpy"} == {
        ("NAMED.cpy", 1), ("NAMED.cpy", 6), ("LONE.cpy", 1),
    }  # fmt: skip
    assert found["CODES.cpy", 3, "condition-too-long"].startswith("A-OPEN never holds")
    cut = found["NAMED.cpy", 1, "literal-truncated"]
    assert cut == "A-NAME (X(3)) cuts 'TH' off 'SMITH' (in ONE)"
    behind = found["NAMED.cpy", 6, "period-ends-if"]
    assert behind == "the period before ends the IF of line 4: this is always done"
    assert sum(len(outcome.findings) for outcome in report.outcomes) == len(found) == 4


def test_a_copybook_by_itself_is_told_of_what_its_programs_show(copied: Path) -> None:
    (outcome,) = check([copied / "NAMED.cpy"], Options(jobs=2)).outcomes
    assert [(one.line, one.check) for one in outcome.findings] == [
        (1, "literal-truncated"), (6, "period-ends-if"),
    ]  # fmt: skip
    assert outcome.result is Result.FOUND
    assert outcome.evidence[-1] == "1 finding(s) ignored by comments"
    sarif = json.loads(REPORTS["sarif"](check([copied], Options(jobs=1))))
    uris = [
        one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for one in sarif["runs"][0]["results"]
    ]
    assert sorted(uris) == ["CODES.cpy", "LONE.cpy", "NAMED.cpy", "NAMED.cpy"]


def test_a_copybook_that_is_not_found_is_told_with_its_folder(tmp_path: Path) -> None:
    (tmp_path / "cobol").mkdir()
    (tmp_path / "copy").mkdir()
    text = SHOP.replace("       PROCEDURE", "           COPY BOOK.\n       PROCEDURE")
    (tmp_path / "cobol" / "SHOP.cbl").write_text(text.replace("WS-A TO WS-A", "BK-A TO BK-B"))
    (tmp_path / "copy" / "BOOK.cpy").write_text("       01  BK-A PIC X.\n       01  BK-B PIC X.\n")
    found = check([tmp_path], Options(jobs=1))
    assert not next(o.findings for o in found.outcomes if o.path.name == "SHOP.cbl")
    (tmp_path / "cobolsmith.toml").write_text('copybooks = ["other"]')
    report = check([tmp_path], Options(jobs=1))
    (one,) = next(o.findings for o in report.outcomes if o.path.name == "SHOP.cbl")
    assert one.message.startswith("the copybook BOOK is not found; 2 more error(s) of cobc")
    assert one.remedy.startswith('add "copy" to copybooks in ')
    console = Console(width=200, record=True, file=io.StringIO())
    show(report, console)
    assert 'fix [compiles]: add "copy" to copybooks in ' in console.export_text()


# --- Since a revision -----------------------------------------------------------------------------


def test_since_takes_what_changed_and_what_depends_on_it(tmp_path: Path) -> None:
    texts = {
        "USES.cbl": SHOP.replace("SHOP", "USES").replace("           MOVE WS-A TO WS-A.\n", ""),
        "CALLS.cbl": SHOP.replace("SHOP", "CALLS").replace("MOVE WS-A TO WS-A", "CALL 'USES'"),
        "ALONE.cbl": SHOP.replace("SHOP", "ALONE"),
        "BOOK.cpy": "       01  BK-A                PIC X.\n",
    }
    texts["USES.cbl"] = texts["USES.cbl"].replace(
        "       PROCEDURE", "           COPY BOOK.\n       PROCEDURE"
    )
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    git = ["git", "-c", "user.email=a@example.org", "-c", "user.name=A"]
    for argv in (["init", "-q"], ["add", "."], ["commit", "-qm", "one"]):
        subprocess.run([*git, *argv], cwd=tmp_path, check=True)
    (tmp_path / "BOOK.cpy").write_text("       01  BK-A                PIC XX.\n")
    names = {one.path.name for one in check([tmp_path], Options(), Asked(since="HEAD")).outcomes}
    assert names == {"BOOK.cpy", "USES.cbl"}
    (tmp_path / "USES.cbl").write_text(texts["USES.cbl"].replace("'A'", "'B'"))
    names = {one.path.name for one in check([tmp_path], Options(), Asked(since="HEAD")).outcomes}
    assert names == {"BOOK.cpy", "USES.cbl", "CALLS.cbl"}
