"""JUnit XML: a suite a file, a case a check; skipped is skipped, never passed."""

from __future__ import annotations

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from cobolsmith.patch import relative
from cobolsmith.report import Outcome, Report, Result
from cobolsmith.verify import Status, Verdict


def junit(report: Report) -> bytes:
    """UTF-8 XML."""
    document = JUnitXml("cobolsmith")
    for outcome in report.outcomes:
        suite = TestSuite(relative(outcome.path, report.root))
        suite.add_testcases(cases(outcome, suite.name))
        document.add_testsuite(suite)
    document.update_statistics()  # type: ignore[no-untyped-call]
    xml: bytes = document.tostring()  # type: ignore[no-untyped-call]
    return xml if xml.endswith(b"\n") else xml + b"\n"


def cases(outcome: Outcome, name: str) -> list[TestCase]:
    """The file's own case, then one for each verdict."""
    own = TestCase("outcome", classname=name)
    if outcome.result not in (Result.CLEAN, Result.VERIFIED):
        reasons = [*outcome.reasons, *map(str, outcome.findings)]
        kind = Error if outcome.result is Result.TOOL_MISSING else Failure
        own.result = [kind(f"{outcome.result.value}: {'; '.join(reasons)}")]
    return [own, *(verdict_case(verdict, name) for verdict in outcome.verdicts)]


def verdict_case(verdict: Verdict, name: str) -> TestCase:
    """A check as a test case."""
    case = TestCase(verdict.check, classname=name, time=round(verdict.seconds, 3))
    if verdict.status is Status.FAILED:
        case.result = [Failure("\n".join(map(str, verdict.diagnostics)) or verdict.reason)]
    elif verdict.status is Status.SKIPPED:
        case.result = [Skipped(verdict.reason)]
    return case
