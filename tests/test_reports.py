"""Reports: the exit code follows the outcomes; each form says the same and loses nothing."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from junitparser import JUnitXml
from rich.console import Console

from cobolsmith.patch import FileChange, Patch
from cobolsmith.plan import Plan
from cobolsmith.report import Outcome, Report, Result
from cobolsmith.reports import REPORTS, terminal
from cobolsmith.verify import Diagnostic, Status, Verdict, unmet, verified

PATH = Path("/shop/src/P.cbl")
FOUND = Diagnostic(PATH, 12, 8, "'WS-TOTL' is not defined", check="compiles")
CHANGE = Patch((FileChange(PATH, b"a\nWS-TOTL\nc\n", b"a\nWS-TOTAL\nc\n"),))


def report(result: Result, *verdicts: Verdict) -> Report:
    plan = Plan("WS-TOTL is WS-TOTAL, misspelt", (), ("one edit away",))
    outcome = Outcome(PATH, result, (FOUND,), (plan,), CHANGE, verdicts, reasons=("why",))
    return Report("fix", Path("/shop"), (outcome,))


@pytest.mark.parametrize(
    ("results", "code"),
    [
        ((), 0),
        ((Result.CLEAN, Result.VERIFIED), 0),
        ((Result.CLEAN, Result.FOUND), 1),
        ((Result.UNVERIFIED,), 1),
        ((Result.REFUSED,), 1),
        ((Result.FOUND, Result.TOOL_MISSING), 3),
    ],
)
def test_exit_code(results: tuple[Result, ...], code: int) -> None:
    outcomes = tuple(Outcome(PATH, result) for result in results)
    assert Report("fix", Path("/shop"), outcomes).exit_code == code


def test_a_patch_only_proposed_does_not_mend_what_is_staged() -> None:
    proposed = (Outcome(PATH, Result.VERIFIED, patch=CHANGE),)
    written = (Outcome(PATH, Result.VERIFIED, patch=CHANGE, written=True),)
    assert Report("fix", Path("/shop"), proposed).exit_code == 0
    assert Report("fix", Path("/shop"), proposed, staged=True).exit_code == 1
    assert Report("fix", Path("/shop"), written, staged=True).exit_code == 0


def test_skipped_is_never_passed() -> None:
    passed, skipped = Verdict("a", Status.PASSED), Verdict("b", Status.SKIPPED, "no tool")
    assert verified((passed,), ("a",))
    assert not verified((passed, skipped), ("a", "b"))
    assert not verified((passed,), ("a", "b"))
    assert not verified((passed, Verdict("c", Status.FAILED)), ("a",))
    assert unmet((passed, skipped), ("a", "b", "c")) == ("b: skipped (no tool)", "c: not run")


def test_diff_names_paths_below_the_root() -> None:
    text = REPORTS["diff"](report(Result.VERIFIED)).decode()
    assert text.startswith("--- a/src/P.cbl\n+++ b/src/P.cbl\n@@ -1,3 +1,3 @@\n")
    assert "-WS-TOTL\n+WS-TOTAL\n" in text


def test_json_has_everything() -> None:
    skipped = Verdict("suite", Status.SKIPPED, "no test command")
    body = json.loads(REPORTS["json"](report(Result.UNVERIFIED, skipped)))
    (outcome,) = body["outcomes"]
    assert body["exit_code"] == 1
    assert outcome["result"] == "unverified"
    assert outcome["findings"][0]["line"] == 12
    assert outcome["verdicts"][0]["status"] == "skipped"
    assert outcome["reasons"] == ["why"]
    assert "+WS-TOTAL" in outcome["patch"]


def test_sarif_has_place_rule_and_a_fix_that_makes_the_file() -> None:
    body = json.loads(REPORTS["sarif"](report(Result.VERIFIED)))
    run = body["runs"][0]
    (result,) = run["results"]
    assert body["version"] == "2.1.0"
    assert result["ruleId"] == "compiles"
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "src/P.cbl"
    assert place["region"] == {"startLine": 12, "startColumn": 8}
    (replacement,) = result["fixes"][0]["artifactChanges"][0]["replacements"]
    region = replacement["deletedRegion"]
    lines = ["a\n", "WS-TOTL\n", "c\n"]
    lines[region["startLine"] - 1 : region["endLine"] - 1] = [
        replacement["insertedContent"]["text"]
    ]
    assert "".join(lines) == "a\nWS-TOTAL\nc\n"


def test_junit_tells_skipped_from_failed() -> None:
    verdicts = (
        Verdict("parses", Status.PASSED),
        Verdict("compiles", Status.FAILED, "bad", (FOUND,)),
        Verdict("suite", Status.SKIPPED, "no test command"),
    )
    document = JUnitXml.fromstring(REPORTS["junit"](report(Result.UNVERIFIED, *verdicts)))
    assert (document.tests, document.failures, document.skipped) == (4, 2, 1)


def test_notes_that_differ_in_a_name_alone_are_one_line() -> None:
    """A page of them would hide what is wrong; every name and line is still told."""
    notes = tuple(
        Diagnostic(PATH, line, 8, f"nothing uses {name}", "note", "unused-item", remedy="drop it")
        for line, name in ((3, "A"), (5, "B"), (9, "C"))
    )
    out = io.StringIO()
    outcome = Outcome(PATH, Result.CLEAN, (notes[0], FOUND, *notes[1:]))
    terminal.show(Report("check", Path("/shop"), (outcome,)), Console(file=out, width=120))
    lines = out.getvalue().splitlines()
    assert "  src/P.cbl: note: nothing uses A (3), B (5), C (9) [unused-item]" in lines
    assert sum("'WS-TOTL' is not defined" in line for line in lines) == 1


def test_the_terminal_says_what_is_missing() -> None:
    skipped = Verdict("suite", Status.SKIPPED, "no test command")
    out = io.StringIO()
    terminal.show(report(Result.UNVERIFIED, skipped), Console(file=out, width=120))
    text = out.getvalue()
    for part in ("src/P.cbl", "WS-TOTL is WS-TOTAL", "suite", "skipped", "UNVERIFIED", "why"):
        assert part in text
