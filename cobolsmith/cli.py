"""The command line: one short function a command; the work is in smith, the talk on stderr."""

from __future__ import annotations

import contextlib
import json
import sys
import traceback
from collections.abc import Callable
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cobolsmith import __version__, config, proving, scan, smith, syntax
from cobolsmith import source as sources
from cobolsmith.checks.equivalence import Settings
from cobolsmith.errors import CobolsmithError
from cobolsmith.estate.answer import Answer
from cobolsmith.estate.calls import calls
from cobolsmith.estate.impact import DEPTH, impact
from cobolsmith.estate.index import Index, read_index
from cobolsmith.estate.metrics import metrics
from cobolsmith.estate.unused import unused
from cobolsmith.job import Options
from cobolsmith.report import Report
from cobolsmith.reports import REPORTS, terminal
from cobolsmith.reports.answers import ANSWERS
from cobolsmith.reports.diff import diff
from cobolsmith.reports.page import map_page

app = typer.Typer(
    name="cobolsmith",
    help="Verified patches for legacy COBOL, written by a local diffusion language model.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
model_app = typer.Typer(help="The diffusion model: what it is, what it is worth, how to train it.")
app.add_typer(model_app, name="model", no_args_is_help=True)
talk = Console(stderr=True, highlight=False)
INTERRUPTED = 130
"""The exit status typer gives Ctrl-C, as a shell does."""


class Format(StrEnum):
    """The forms of a report."""

    TERMINAL = "terminal"
    DIFF = "diff"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"


class AnswerFormat(StrEnum):
    """The forms of an answer about the estate."""

    TERMINAL = "terminal"
    JSON = "json"
    HTML = "html"


class TreeFormat(StrEnum):
    """The forms of a tree."""

    TREE = "tree"
    JSON = "json"
    SEXP = "sexp"


Paths = Annotated[list[Path] | None, typer.Argument(help="Files or folders; the current folder.")]
FormatOption = Annotated[Format, typer.Option("--format", help="The form of the report.")]
Staged = Annotated[bool, typer.Option("--staged", help="Read the git index, not the work tree.")]
Encoding = Annotated[str, typer.Option(help="auto, utf-8, latin-1, cp037, cp1140, ...")]
Reference = Annotated[str, typer.Option(help="Reference format: auto, fixed, free or variable.")]
Jobs = Annotated[int, typer.Option(min=1, help="Files worked on at the same time.")]
AnswerOption = Annotated[AnswerFormat, typer.Option("--format", help="The form of the answer.")]
IndexOption = Annotated[Path | None, typer.Option("--index", help="The index; the project's own.")]


def version(asked: bool) -> None:
    """Print the version and stop."""
    if asked:
        print(f"cobolsmith {__version__}")
        raise typer.Exit


@app.callback()
def main(
    asked: Annotated[
        bool, typer.Option("--version", callback=version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Verified patches for legacy COBOL, written by a local diffusion language model."""


@app.command()
def parse(
    path: Path,
    form: Annotated[TreeFormat, typer.Option("--format", help="The form of the tree.")] = (
        TreeFormat.TREE
    ),
    encoding: Encoding = "auto",
    reference: Reference = "auto",
) -> None:
    """Show the syntax tree of one file; exit 1 where it has errors."""
    source = sources.read(path, encoding=encoding, format=reference)
    tree = syntax.parse(source.view, source.format)
    if form is TreeFormat.JSON:
        print(json.dumps(tree.to_json()))
    else:
        print(tree.sexp() if form is TreeFormat.SEXP else tree.outline())
    for problem in tree.errors():
        talk.print(f"{path}:{problem.line}:{problem.column}: {problem.message}", markup=False)
    raise typer.Exit(1 if tree.errors() else 0)


@app.command()
def check(
    paths: Paths = None,
    form: FormatOption = Format.TERMINAL,
    staged: Staged = False,
    encoding: Encoding = "auto",
    reference: Reference = "auto",
    jobs: Jobs = 2,
) -> None:
    """Report what does not parse or compile."""
    options = Options(staged=staged, encoding=encoding, reference=reference, jobs=jobs)
    finish(terminal.progress(talk, smith.check, paths or [], options), form)


@app.command()
def fix(
    paths: Paths = None,
    form: FormatOption = Format.TERMINAL,
    write: Annotated[bool, typer.Option("--write", help="Replace the files, if verified.")] = False,
    staged: Staged = False,
    encoding: Encoding = "auto",
    reference: Reference = "auto",
    seed: Annotated[int, typer.Option(help="The same seed gives the same text.")] = 0,
    steps: Annotated[int, typer.Option(min=1, help="Denoising steps a hole, at most.")] = 16,
    model: Annotated[str, typer.Option(help="The model that fills holes.")] = "",
    no_model: Annotated[bool, typer.Option("--no-model", help="Hole-free plans only.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Show the denoising live.")] = False,
) -> None:
    """Propose a patch for what does not parse or compile; write nothing without --write."""
    options = Options(
        staged=staged,
        encoding=encoding,
        reference=reference,
        write=write,
        seed=seed,
        steps=steps,
        model="" if no_model else model or "auto",
        watch=terminal.denoising(talk) if watch else None,
    )
    finish(terminal.progress(talk, smith.fix, paths or [], options), form)


@app.command("verify")
def verify_command(
    old: Path,
    new: Path,
    form: FormatOption = Format.TERMINAL,
    copybooks: Annotated[list[Path] | None, typer.Option(help="Where COPY looks.")] = None,
    module: Annotated[list[Path] | None, typer.Option(help="A CALLed program's source.")] = None,
    golden: Annotated[Path | None, typer.Option(help="A folder of recorded runs.")] = None,
    runs: Annotated[int, typer.Option(min=0, help="Runs to generate.")] = Settings().runs,
    seed: Annotated[int, typer.Option(help="The same seed gives the same runs.")] = 0,
    differs: Annotated[
        list[str] | None, typer.Option(help="What may differ: a field, a file, stdout, exit.")
    ] = None,
    evidence: Annotated[Path | None, typer.Option(help="Write the evidence, as JSON.")] = None,
) -> None:
    """Run two programs side by side: does NEW do what OLD does?"""
    settings = Settings(runs=runs, seed=seed, differs=tuple(differs or ()), golden=golden)
    work = partial(
        proving.verify, copybooks=copybooks or (), modules=module or (), evidence=evidence
    )
    finish(terminal.progress(talk, work, old, new, settings), form)


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


@model_app.command("info")
def model_info(name: Annotated[str, typer.Option("--model", help="Which model.")] = "nano") -> None:
    """Say what a model is: size, vocabulary, training, figures."""
    for key, value in smith.model_info(name).items():
        print(f"{key:18} {value}")


@model_app.command("eval")
def model_eval(
    corpus: Path,
    task: Annotated[str, typer.Option(help="line, span or statement.")] = "line",
    holes: Annotated[int, typer.Option(min=1, help="Holes to fill.")] = 200,
    seed: Annotated[int, typer.Option(help="Which holes.")] = 0,
    name: Annotated[str, typer.Option("--model", help="Which model.")] = "nano",
) -> None:
    """Measure a model on code it wasn't trained on, beside a unigram and a 5-gram."""
    terminal.evaluation(talk, smith.model_eval(name, corpus, task, holes, seed))


@model_app.command("train")
def model_train(
    corpus: Annotated[Path, typer.Option(help="A folder of COBOL sources.")],
    out: Annotated[Path, typer.Option(help="Where checkpoints and weights go.")],
    minutes: Annotated[float, typer.Option(min=0.1, help="Time to train for.")] = 60.0,
    heldout: Annotated[
        Path | None, typer.Option(help="A list of folders to hold out, one a line.")
    ] = None,
    seed: int = 0,
) -> None:
    """Train (or go on training) on a folder of COBOL; the code never leaves this machine."""
    with terminal.training(talk) as tick:
        print(
            smith.model_train(corpus, out, minutes=minutes, heldout=heldout, seed=seed, tick=tick)
        )


@model_app.command("tune")
def model_tune(
    corpus: Annotated[Path, typer.Option(help="A folder of your COBOL sources.")],
    out: Annotated[Path, typer.Option(help="Where the tuned weights go.")],
    minutes: Annotated[float, typer.Option(min=0.01, help="Time to train for.")] = 20.0,
    seed: int = 0,
) -> None:
    """Teach the built-in model your own sources, here; then `fix --model OUT`."""
    with terminal.training(talk) as tick:
        figures = smith.model_tune(corpus, out, minutes=minutes, seed=seed, tick=tick)
    for key, value in figures.items():
        print(f"{key:18} {value}")


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


def finish(report: Report, form: Format) -> None:
    """The product on stdout, the talk on stderr, the report's own exit code."""
    if form is Format.TERMINAL:
        terminal.show(report, talk)
        patch = diff(report)
        if sys.stdout.isatty():
            Console().print(terminal.diff_view(patch))
        else:
            sys.stdout.buffer.write(patch)
    else:
        sys.stdout.buffer.write(REPORTS[form.value](report))
    raise typer.Exit(report.exit_code)


def run() -> None:
    """The console script: user errors are a sentence, bugs a traceback, Ctrl-C is 130."""
    try:
        app()
    except CobolsmithError as error:
        talk.print(f"cobolsmith: {error}", markup=False, soft_wrap=True)
        sys.exit(error.exit_code)
    except SystemExit as end:
        if end.code == INTERRUPTED:
            talk.print("cobolsmith: interrupted; every file is as it was or as it should be")
        raise
    except Exception:
        traceback.print_exc()
        talk.print("cobolsmith: this is a bug; please report it with the lines above")
        sys.exit(3)
