"""Rules: each flags the lines that its cases mark and no other; what settles a finding does so."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from cobolsmith.checking import Asked, check
from cobolsmith.config import Config, ShopRule, load
from cobolsmith.errors import ConfigError
from cobolsmith.findings import findings, fingerprints, settle
from cobolsmith.job import Options
from cobolsmith.languages.cobol import Library, read_programs
from cobolsmith.program import Program
from cobolsmith.recipes import RECIPES
from cobolsmith.report import Outcome, Result
from cobolsmith.rules import RULES
from cobolsmith.source import Source, from_bytes

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
    found = findings(source, programs, config, called)
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
    found = findings(source, read_programs(source, Library()), Config(), called)
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
        found = findings(source, read_programs(source, Library()), Config(), called)
        marks.append(fingerprints(source, found, Path("/shop")))
    assert marks[0] == marks[1]
    assert len(set(marks[0])) == 2


def test_a_rule_of_the_shop_is_a_query() -> None:
    rule = ShopRule("no-display", "(display_statement) @found", "we log, we don't DISPLAY", "error")
    source = read(SHOP)
    config = Config(rules=(("moved-to-itself", "off"),), shop_rules=(rule,))
    found = findings(source, read_programs(source, Library()), config, called)
    assert [(one.check, one.severity, one.line) for one in found] == [("no-display", "error", 9)]
    with pytest.raises(ConfigError, match="bad query"):
        bad = Config(shop_rules=(ShopRule("bad", "(no_such_node) @found", "x"),))
        findings(source, (), bad, called)


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
