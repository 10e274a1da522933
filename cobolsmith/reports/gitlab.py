"""GitLab's code quality report: a list of issues, each with a mark by which GitLab tells new ones.

Source: GitLab documentation, "Code Quality report format".
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import Any

from cobolsmith.patch import relative
from cobolsmith.report import Report
from cobolsmith.verify import Diagnostic

SEVERITIES = {"error": "major", "warning": "minor"}


def gitlab(report: Report) -> bytes:
    """UTF-8 JSON with a line end."""
    seen: Counter[str] = Counter()
    issues = [
        issue(found, report, seen) for outcome in report.outcomes for found in outcome.findings
    ]
    return json.dumps(issues, indent=2, ensure_ascii=False).encode() + b"\n"


def issue(found: Diagnostic, report: Report, seen: Counter[str]) -> dict[str, Any]:
    """One finding. Its mark has no line in it, so that an issue stays itself when lines move."""
    path = relative(found.path, report.root)
    text = f"{path}\0{found.check}\0{found.message}"
    seen[text] += 1
    return {
        "description": found.message,
        "check_name": found.check or "cobolsmith",
        "fingerprint": hashlib.md5(
            f"{text}\0{seen[text]}".encode(), usedforsecurity=False
        ).hexdigest(),
        "severity": SEVERITIES.get(found.severity, "info"),
        "location": {"path": path, "lines": {"begin": max(found.line, 1)}},
    }
