"""A report as one page that loads nothing: each patch with what was proved of it, and how.

The diff, the verdicts, what ran on both sides, the branches of the change that were executed, the
mutants that the runs noticed, what was masked, and the holes with what filled them.
"""

from __future__ import annotations

import html as markup
import json
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from typing import Any

from cobolsmith import __version__
from cobolsmith.patch import relative
from cobolsmith.report import Outcome, Report, Result
from cobolsmith.verify import Diagnostic, Status

COLOURS = {
    Result.CLEAN: "good",
    Result.VERIFIED: "good",
    Result.UNVERIFIED: "open",
    Result.FOUND: "bad",
    Result.REFUSED: "bad",
    Result.TOOL_MISSING: "bad",
}
VERDICTS = {Status.PASSED: "good", Status.FAILED: "bad", Status.SKIPPED: "open"}


def html(report: Report) -> bytes:
    """The page, UTF-8."""
    style = files(__package__).joinpath("evidence.css").read_text("utf-8")
    shown = [one for one in report.outcomes if one.result is not Result.CLEAN or one.findings]
    counts = {kind: sum(one.result is kind for one in report.outcomes) for kind in Result}
    sums = ", ".join(f"{count} {kind.value}" for kind, count in counts.items() if count)
    parts = [
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>",
        "<meta name='viewport' content='width=device-width'>",
        f"<title>cobolsmith {text(report.command)}</title><style>{style}</style></head><body>",
        f"<h1>cobolsmith {text(report.command)}</h1>",
        f"<p class='dim'>{text(report.root.name)}: {len(report.outcomes)} file(s), "
        f"{sums or 'nothing to do'}; cobolsmith {__version__}</p>",
        *(article(outcome, report) for outcome in shown),
        "</body></html>\n",
    ]
    return "".join(parts).encode()


def text(value: object) -> str:
    """Text that is nothing but text in the page."""
    return markup.escape(str(value))


def article(outcome: Outcome, report: Report) -> str:
    """One file: its end, then all that led to it."""
    written = ", written" if outcome.written else ""
    head = (
        f"<header><span class='mark {COLOURS[outcome.result]}'>{text(outcome.result.value)}"
        f"{written}</span><h2>{text(relative(outcome.path, report.root))}</h2></header>"
    )
    body = "".join(sections(outcome, report))
    return f"<article>{head}<div>{body}</div></article>"


def sections(outcome: Outcome, report: Report) -> Iterator[str]:
    """What is known of one file, each kind under a heading; nothing for what there is none of."""
    if outcome.reasons:
        yield headed("Why not", "".join(f"<p>{text(one)}</p>" for one in outcome.reasons))
    if outcome.findings:
        rows = [finding(one, report) for one in outcome.findings]
        yield headed("Found", table(("place", "severity", "what", "remedy"), rows))
    for plan in outcome.plans:
        reasons = "".join(f"<p class='dim'>{text(one)}</p>" for one in plan.reasons)
        yield headed("Plan", f"<p>{text(plan.title)}</p>{reasons}")
    if outcome.fills:
        rows = [
            (", ".join(f.kinds), f.spec, f.origin, f"{f.score:.2f}", f.text) for f in outcome.fills
        ]
        yield headed("Holes and what filled them", table(FILLS, rows))
    if outcome.patch is not None:
        yield headed("Patch", diff(outcome.patch.diff(report.root)))
    if outcome.verdicts:
        rows = [
            (one.check, (VERDICTS[one.status], one.status.value), one.reason or said(one.evidence))
            for one in outcome.verdicts
        ]
        yield headed("Verdicts", table(("check", "verdict", "what was run, or why not"), rows))
    for verdict in outcome.verdicts:
        for record in verdict.records:
            yield from proof(json.loads(record))


FILLS = ("kind", "what was asked", "by", "score", "text")


def said(lines: Sequence[str]) -> str:
    """Evidence lines as one text."""
    return "; ".join(lines)


def headed(title: str, body: str) -> str:
    """A heading and what stands under it."""
    return f"<h3>{text(title)}</h3>{body}"


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; a cell that is a pair has a colour's name first."""
    head = "".join(f"<th>{text(one)}</th>" for one in columns)
    body = "".join(f"<tr>{''.join(map(cell, row))}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def cell(value: object) -> str:
    """One cell."""
    if isinstance(value, tuple):
        return f"<td class='{value[0]}'>{text(value[1])}</td>"
    return f"<td>{text(value)}</td>"


def finding(found: Diagnostic, report: Report) -> tuple[object, ...]:
    """A diagnostic as a row."""
    place = f"{relative(found.path, report.root)}:{found.line}"
    colour = "bad" if found.severity == "error" else "open"
    return place, (colour, found.severity), found.message, found.remedy


def diff(patch: bytes) -> str:
    """A unified diff in colour."""
    marks = {"+": "plus", "-": "minus", "@": "hunk"}
    lines = patch.decode("utf-8", "replace").splitlines()
    heads = ("--- a/", "--- /dev/null", "+++ b/")
    rows = "".join(
        f"<span class='{'hunk' if one.startswith(heads) else marks.get(one[:1], '')}'>"
        f"{text(one)}</span>"
        for one in lines
    )
    return f"<pre>{rows}</pre>"


# --- What the runs showed -------------------------------------------------------------------------


def proof(record: dict[str, Any]) -> Iterator[str]:
    """A record of equivalence (see checks/equivalence/evidence.py) as tables; another, as it is."""
    if "runs" not in record:
        raw = json.dumps(record, indent=1, ensure_ascii=False)
        yield f"<details><summary>The record</summary>{diff(raw.encode())}</details>"
        return
    runs, settings = record["runs"], record["settings"]
    lines = [
        f"{runs['tried']} runs tried ({runs['recorded']} recorded, the others generated from seed "
        f"{settings['seed']}), {len(runs['kept'])} kept",
        f"old {record['programs']['old']['sha256'][:16]}, "
        f"new {record['programs']['new']['sha256'][:16]}; cobc {record['tools']['cobc']}",
        *(f"masked, never assigned: {one['field']}" for one in record["masks"]),
        *(f"differs as stated: {one}" for one in record["stated"]),
        *(f"mocked: CALL {one}" for one in record["mocked"]),
    ]
    yield headed("Side by side", "".join(f"<p>{text(one)}</p>" for one in lines))
    branches = [
        (side, one["line"], one["label"], taken(one["taken"]))
        for side, region in record["change"].items()
        for one in region["branches"]
    ]
    if branches:
        yield headed("Branches of the change", table(BRANCHES, branches))
    if record["mutants"]:
        killed = sum(bool(one["killed_by"]) for one in record["mutants"])
        title = f"Mutants of the change: {killed} of {len(record['mutants'])} noticed"
        yield headed(title, table(MUTANTS, map(mutant, record["mutants"])))
    if record["differences"]:
        rows = [tuple(one.values()) for one in record["differences"]]
        yield headed("Differences", table(tuple(record["differences"][0]), rows))
    shown = json.dumps(runs["kept"], indent=1, ensure_ascii=False)
    if runs["kept"]:
        yield f"<details><summary>The runs</summary>{diff(shown.encode())}</details>"


BRANCHES = ("side", "line", "branch", "executed")
MUTANTS = ("side", "line", "change", "text", "noticed by")


def taken(yes: bool) -> tuple[str, str]:
    """Whether a branch was executed."""
    return ("good", "yes") if yes else ("open", "no")


def mutant(one: dict[str, Any]) -> tuple[object, ...]:
    """A mutant as a row."""
    end = ("good", one["killed_by"]) if one["killed_by"] else ("open", "no run")
    return one["side"], one["line"], one["what"], one["text"], end
