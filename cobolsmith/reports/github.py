"""GitHub workflow commands: each finding is an annotation at its line.

`::error file=...,line=...,col=...,title=...::message`; `%`, line ends and, in properties, `:` and
`,` are escaped (GitHub Actions, "Workflow commands").
"""

from __future__ import annotations

from cobolsmith.patch import relative
from cobolsmith.report import Outcome, Report, Result

COMMANDS = {"error": "error", "warning": "warning"}
BAD = (Result.UNVERIFIED, Result.REFUSED, Result.TOOL_MISSING)


def github(report: Report) -> bytes:
    """One command a line, UTF-8."""
    lines = [line for outcome in report.outcomes for line in commands(outcome, report)]
    return "".join(f"{line}\n" for line in lines).encode()


def commands(outcome: Outcome, report: Report) -> list[str]:
    """A file's findings, and why there is no verified patch."""
    lines = []
    for found in outcome.findings:
        place = {"file": relative(found.path, report.root)}
        place |= {"line": str(found.line)} if found.line else {}
        place |= {"col": str(found.column)} if found.column else {}
        place["title"] = f"cobolsmith {found.check}".strip()
        kind = COMMANDS.get(found.severity, "notice")
        remedy = f"\n{found.remedy}" if found.remedy else ""
        lines.append(command(kind, place, f"{found.message}{remedy}"))
    for reason in outcome.reasons if outcome.result in BAD else ():
        place = {"file": relative(outcome.path, report.root), "title": outcome.result.value}
        lines.append(command("error", place, reason))
    return lines


def command(kind: str, place: dict[str, str], message: str) -> str:
    """A workflow command."""
    said = ",".join(f"{key}={property_(value)}" for key, value in place.items())
    return f"::{kind} {said}::{data(message)}"


def data(text: str) -> str:
    """A message on one line."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def property_(text: str) -> str:
    """A property's value: without what ends it, too."""
    return data(text).replace(":", "%3A").replace(",", "%2C")
