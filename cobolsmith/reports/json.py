"""The whole report as one JSON object, keys stable."""

from __future__ import annotations

import json as json_format
from typing import Any

from cobolsmith.patch import relative
from cobolsmith.report import Outcome, Report
from cobolsmith.verify import Diagnostic, Verdict


def json(report: Report) -> bytes:
    """UTF-8 JSON with a line end."""
    body = {
        "command": report.command,
        "exit_code": report.exit_code,
        "staged": report.staged,
        "outcomes": [outcome_object(outcome, report) for outcome in report.outcomes],
    }
    return json_format.dumps(body, indent=2, ensure_ascii=False).encode() + b"\n"


def outcome_object(outcome: Outcome, report: Report) -> dict[str, Any]:
    """One file's part."""
    patch = outcome.patch.diff(report.root) if outcome.patch else b""
    return {
        "path": relative(outcome.path, report.root),
        "result": outcome.result.value,
        "findings": [diagnostic_object(finding, report) for finding in outcome.findings],
        "plans": [{"title": plan.title, "reasons": list(plan.reasons)} for plan in outcome.plans],
        "patch": patch.decode("utf-8", "replace"),
        "verdicts": [verdict_object(verdict, report) for verdict in outcome.verdicts],
        "evidence": list(outcome.evidence),
        "reasons": list(outcome.reasons),
        "written": outcome.written,
    }


def diagnostic_object(found: Diagnostic, report: Report) -> dict[str, Any]:
    """A located message."""
    return {
        "path": relative(found.path, report.root),
        "line": found.line,
        "column": found.column,
        "severity": found.severity,
        "check": found.check,
        "message": found.message,
        "remedy": found.remedy,
    }


def verdict_object(verdict: Verdict, report: Report) -> dict[str, Any]:
    """One check's answer."""
    return {
        "check": verdict.check,
        "status": verdict.status.value,
        "reason": verdict.reason,
        "diagnostics": [diagnostic_object(found, report) for found in verdict.diagnostics],
        "evidence": list(verdict.evidence),
        "seconds": round(verdict.seconds, 3),
    }
