"""The forms a report is shown in, by name: one file, one line here."""

from collections.abc import Callable

from cobolsmith.report import Report
from cobolsmith.reports.diff import diff
from cobolsmith.reports.evidence import html
from cobolsmith.reports.github import github
from cobolsmith.reports.gitlab import gitlab
from cobolsmith.reports.json import json
from cobolsmith.reports.sarif import sarif


def junit(report: Report) -> bytes:
    """JUnit XML; its library is loaded when it is asked for."""
    from cobolsmith.reports.junit import junit

    return junit(report)


REPORTS: dict[str, Callable[[Report], bytes]] = {
    "diff": diff,
    "github": github,
    "gitlab": gitlab,
    "html": html,
    "json": json,
    "junit": junit,
    "sarif": sarif,
}
"""What goes to stdout; `terminal` is the diff on stdout and the talk on stderr (terminal.py)."""
