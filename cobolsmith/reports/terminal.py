"""A report for people: on stderr, in colour where stderr is a terminal."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from cobolsmith.patch import relative
from cobolsmith.report import Outcome, Report, Result
from cobolsmith.verify import Diagnostic, Status, Verdict

MARKS = {
    Status.PASSED: "[green]passed[/]",
    Status.FAILED: "[red]FAILED[/]",
    Status.SKIPPED: "[yellow]skipped[/]",
}
FOLDED = 3
"""So many notes that differ in a name alone are one line."""
COLOURS = {
    Result.CLEAN: "green",
    Result.VERIFIED: "green",
    Result.FOUND: "red",
    Result.UNVERIFIED: "yellow",
    Result.REFUSED: "red",
    Result.TOOL_MISSING: "red",
}


def show(report: Report, console: Console) -> None:
    """Print every outcome that has something to say, what mends each kind of finding, once, and one
    line of sums."""
    for outcome in report.outcomes:
        if outcome.result is not Result.CLEAN or outcome.verdicts or outcome.findings:
            console.print(outcome_view(outcome, report), soft_wrap=True)
    found = (one for outcome in report.outcomes for one in outcome.findings if one.remedy)
    for rule, remedy in dict.fromkeys((one.check, one.remedy) for one in found):
        console.print(Text(f"fix [{rule}]: {remedy}", style="dim"), soft_wrap=True)
    counts = dict.fromkeys(Result, 0)
    for outcome in report.outcomes:
        counts[outcome.result] += 1
    sums = ", ".join(f"{count} {result.value}" for result, count in counts.items() if count)
    console.print(f"{len(report.outcomes)} file(s): {sums or 'nothing to do'}")


def outcome_view(outcome: Outcome, report: Report) -> RenderableType:
    """One file: what was found, what was planned and why, the verdicts, the end."""
    colour = COLOURS[outcome.result]
    name = escape(relative(outcome.path, report.root))
    parts: list[RenderableType] = [Text.from_markup(f"[bold]{name}[/]")]
    parts += [Text(f"  {line}") for line in findings(outcome.findings, report)]
    for plan in outcome.plans:
        parts.append(Text.from_markup(f"  [bold]plan[/] {escape(plan.title)}"))
        parts += [Text(f"       {reason}", style="dim") for reason in plan.reasons]
    if outcome.verdicts:
        parts.append(verdict_table(outcome.verdicts))
    parts += [Text(f"  evidence: {line}", style="dim") for line in outcome.evidence]
    written = ", written" if outcome.written else ""
    parts.append(Text.from_markup(f"  [{colour} bold]{outcome.result.value.upper()}[/]{written}"))
    parts += [Text(f"    {reason}") for reason in outcome.reasons]
    return Group(*parts)


def findings(found: Sequence[Diagnostic], report: Report) -> Iterator[str]:
    """A line for each finding; notes that say the same of many names are one line, where the first
    of them stands: `path: note: nothing uses A (12), B (40) [rule]`."""
    alike: dict[tuple[object, ...], list[Diagnostic]] = {}
    for one in found:
        said = one.message.rpartition(" ")[0] if one.severity == "note" else one.message
        key = (one.path, one.severity, one.check, said, one.severity != "note" and one)
        alike.setdefault(key, []).append(one)
    for ones in alike.values():
        first = ones[0]
        if len(ones) < FOLDED or not first.message.count(" "):
            yield from (finding(one, report) for one in ones)
            continue
        said, _, _ = first.message.rpartition(" ")
        names = ", ".join(f"{one.message.rpartition(' ')[2]} ({one.line})" for one in ones)
        rule = f" [{first.check}]" if first.remedy else ""
        yield f"{relative(first.path, report.root)}: {first.severity}: {said} {names}{rule}"


def finding(found: Diagnostic, report: Report) -> str:
    """`path:line:column: severity: message`, the path below the report's root."""
    place = f"{relative(found.path, report.root)}:{found.line}"
    place += f":{found.column}" if found.column else ""
    rule = f" [{found.check}]" if found.remedy else ""
    return f"{place}: {found.severity}: {found.message}{rule}"


def verdict_table(verdicts: tuple[Verdict, ...]) -> Group:
    """Check, status, and what was run or why not."""
    lines = []
    for verdict in verdicts:
        said = verdict.reason or "; ".join(verdict.evidence)
        mark = Text.from_markup(MARKS[verdict.status])
        mark.pad_right(8 - len(mark.plain))
        lines.append(Text.assemble(f"  {verdict.check:12}", mark, said))
    return Group(*lines)


def diff_view(diff: bytes) -> Syntax:
    """A coloured diff for a terminal; never for a pipe."""
    return Syntax(diff.decode("utf-8", "replace"), "diff", background_color="default")


# --- While it runs --------------------------------------------------------------------------------

T = TypeVar("T")


def progress(console: Console, work: Callable[..., T], *args: Any) -> T:
    """Run `work(*args, tick)` under a bar that shows after a second, on a terminal only."""
    if not console.is_terminal:
        return work(*args, None)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as bar:
        started, task = time.monotonic(), bar.add_task("reading", total=None, visible=False)

        def tick(name: str, done: int, total: int) -> None:
            late = time.monotonic() - started > 1.0
            bar.update(task, description=name, completed=done, total=total, visible=late)

        return work(*args, tick)


def denoising(console: Console) -> Callable[[int, tuple[str, ...]], None]:
    """A watcher that shows the canvas at each step, masks as blocks."""

    def watch(step: int, words: tuple[str, ...]) -> None:
        text = Text(f"  step {step:2d}  ", style="dim")
        for word in words:
            if word == "<mask>":
                text.append("\u2591\u2591\u2591 ", style="magenta")
            elif word.startswith("\n"):
                text.append("\u23ce ", style="dim")
            else:
                text.append(word + " ", style="cyan")
        console.print(text, soft_wrap=True)

    return watch


def evaluation(console: Console, figures: Mapping[str, Any]) -> None:
    """The model's figures beside its baselines', one row each."""
    table = Table("figure", "value", title="on text it wasn't trained on")
    for key, value in figures.items():
        shown = f"{value:.4f}" if isinstance(value, float) else str(value)
        table.add_row(key, shown)
    console.print(table)


@contextlib.contextmanager
def training(console: Console) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """A line of figures that is renewed while training runs; plain lines without a terminal."""
    with Live(Text("starting"), console=console, refresh_per_second=2) as live:

        def tick(figures: Mapping[str, Any]) -> None:
            parts = (
                f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}" for k, v in figures.items()
            )
            live.update(Text("  ".join(parts)))

        yield tick
