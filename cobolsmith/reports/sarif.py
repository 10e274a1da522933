"""SARIF 2.1.0: each finding with its place, and the patch as its fix."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cobolsmith import __version__
from cobolsmith.patch import FileChange, lines_of, relative
from cobolsmith.report import Outcome, Report
from cobolsmith.verify import Diagnostic

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {"error": "error", "warning": "warning"}


def sarif(report: Report) -> bytes:
    """UTF-8 JSON with a line end."""
    results = [
        result(found, outcome, report) for outcome in report.outcomes for found in outcome.findings
    ]
    remedies = {f.check: f.remedy for one in report.outcomes for f in one.findings if f.remedy}
    rules = [rule(name, remedies) for name in sorted({row["ruleId"] for row in results})]
    driver = {"name": "cobolsmith", "version": __version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "utf16CodeUnits",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "the top of the repository"}}},
        "invocations": [
            {"executionSuccessful": report.exit_code in (0, 1), "exitCode": report.exit_code}
        ],
        "results": results,
    }
    body = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(body, indent=2, ensure_ascii=False).encode() + b"\n"


def rule(name: str, remedies: dict[str, str]) -> dict[str, Any]:
    """A rule's description, with what to do about its findings."""
    body: dict[str, Any] = {"id": name}
    if name in remedies:
        body["help"] = {"text": remedies[name]}
    return body


def result(found: Diagnostic, outcome: Outcome, report: Report) -> dict[str, Any]:
    """One finding; the fix is attached to the findings of the file that has a patch."""
    body: dict[str, Any] = {
        "ruleId": found.check or "finding",
        "level": LEVELS.get(found.severity, "note"),
        "message": {"text": found.message},
        "locations": [location(found, report)],
        "properties": {"result": outcome.result.value, "reasons": list(outcome.reasons)},
    }
    if outcome.patch is not None:
        body["fixes"] = [fix(outcome, report)]
    return body


def artifact(path: Path, report: Report) -> dict[str, str]:
    """Where a file is: a URI below the root, or as it is."""
    inside = relative(path, report.root)
    if inside.startswith("/"):
        return {"uri": path.as_uri()}
    return {"uri": quote(inside), "uriBaseId": "%SRCROOT%"}


def location(found: Diagnostic, report: Report) -> dict[str, Any]:
    """A physical location; a line of 0 (no place known) has no region."""
    place: dict[str, Any] = {"artifactLocation": artifact(found.path, report)}
    if found.line:
        place["region"] = {"startLine": found.line}
        if found.column:
            place["region"]["startColumn"] = found.column
    return {"physicalLocation": place}


def fix(outcome: Outcome, report: Report) -> dict[str, Any]:
    """The patch as whole-line replacements."""
    assert outcome.patch is not None
    text = outcome.plans[0].title if outcome.plans else "patch"
    changes = [change(file, report) for file in outcome.patch.files]
    return {"description": {"text": text}, "artifactChanges": changes}


def change(file: FileChange, report: Report) -> dict[str, Any]:
    """The lines between the common head and tail of before and after, replaced."""
    old, new = lines_of(file.before or b""), lines_of(file.after)
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    inserted = b"".join(new[head : len(new) - tail]).decode("utf-8", "replace")
    region = {
        "startLine": head + 1,
        "startColumn": 1,
        "endLine": len(old) - tail + 1,
        "endColumn": 1,
    }
    return {
        "artifactLocation": artifact(file.path, report),
        "replacements": [{"deletedRegion": region, "insertedContent": {"text": inserted}}],
    }
