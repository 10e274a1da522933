"""scan and the questions put to its index: impact, calls, unused, metrics."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from cobolsmith import config, scan
from cobolsmith.cli.shared import AnswerFormat, Jobs, app, talk
from cobolsmith.estate.answer import Answer
from cobolsmith.estate.calls import calls
from cobolsmith.estate.impact import DEPTH, impact
from cobolsmith.estate.index import Index, read_index
from cobolsmith.estate.metrics import metrics
from cobolsmith.estate.unused import unused
from cobolsmith.reports import terminal
from cobolsmith.reports.answers import ANSWERS
from cobolsmith.reports.page import map_page

AnswerOption = Annotated[AnswerFormat, typer.Option("--format", help="The form of the answer.")]
IndexOption = Annotated[Path | None, typer.Option("--index", help="The index; the project's own.")]


@app.command("scan")
def scan_command(
    folder: Annotated[Path, typer.Argument(help="The folder of an estate.")] = Path(),
    index: IndexOption = None,
    page: Annotated[Path | None, typer.Option("--html", help="Draw the map into a page.")] = None,
    jobs: Jobs = 2,
    form: AnswerOption = AnswerFormat.TERMINAL,
) -> None:
    """Read an estate into its index: what changed since the last time, several files at once."""
    answer = terminal.progress(talk, scan.scan, folder, index, jobs)
    with read_index(scan.index_path(config.load(folder), index)) as held:
        if page is not None:
            page.write_bytes(map_page(held))
        told(answer, form, held)


@app.command("impact")
def impact_command(
    name: Annotated[str, typer.Argument(help="FIELD, 'FIELD OF GROUP', PROGRAM:FIELD, ...")],
    index: IndexOption = None,
    depth: Annotated[int, typer.Option(min=0, help="Moves followed, one after another.")] = DEPTH,
    form: AnswerOption = AnswerFormat.TERMINAL,
) -> None:
    """Everything that reads, writes, moves, redefines, sorts by, passes or shows a field."""
    ask(index, form, lambda held: impact(held, name, depth))


@app.command("calls")
def calls_command(
    program: Annotated[str, typer.Argument(help="One program's; all.")] = "",
    index: IndexOption = None,
    form: AnswerOption = AnswerFormat.TERMINAL,
) -> None:
    """Who calls whom, and which job steps run what."""
    ask(index, form, lambda held: calls(held, program))


@app.command("unused")
def unused_command(index: IndexOption = None, form: AnswerOption = AnswerFormat.TERMINAL) -> None:
    """Paragraphs, data items, copybooks and programs that nothing leads to; exit 1 if any."""
    ask(index, form, unused)


@app.command("metrics")
def metrics_command(
    program: Annotated[str, typer.Argument(help="One program, with its paragraphs.")] = "",
    index: IndexOption = None,
    form: AnswerOption = AnswerFormat.TERMINAL,
) -> None:
    """Lines, complexity, GO TO density, nesting, copybook fan-in."""
    ask(index, form, lambda held: metrics(held, program))


def ask(named: Path | None, form: AnswerFormat, question: Callable[[Index], Answer]) -> None:
    """Put a question to the index of the project around the current folder."""
    path = scan.index_path(config.load(Path.cwd()), named)
    with read_index(path) as index:
        with talk.status("looking") if talk.is_terminal else contextlib.nullcontext():
            answer = question(index)
        told(answer, form, index)


def told(answer: Answer, form: AnswerFormat, index: Index) -> None:
    """An answer on stdout, its own exit code."""
    html = form is AnswerFormat.HTML
    sys.stdout.buffer.write(map_page(index, answer) if html else ANSWERS[form.value](answer))
    raise typer.Exit(answer.exit_code)
