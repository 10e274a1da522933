"""What all commands share: the application, options and formats, and how a report is shown."""

from __future__ import annotations

import sys
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from typer.core import TyperGroup
from typer.main import get_group

from cobolsmith import __version__
from cobolsmith.report import Report
from cobolsmith.reports import REPORTS, terminal
from cobolsmith.reports.diff import diff

if TYPE_CHECKING:
    from typer._click import Command, Context

FAMILIES = {
    "parse": "trees",
    "check": "maintenance",
    "rules": "maintenance",
    "fix": "maintenance",
    "refactor": "refactor",
    "implement": "implement",
    "translate": "translate",
    "verify": "maintenance",
    "propose": "proposals",
    "proposals": "proposals",
    "apply": "proposals",
    "reject": "proposals",
    "review": "proposals",
    "scan": "estate",
    "impact": "estate",
    "calls": "estate",
    "unused": "estate",
    "metrics": "estate",
    "model": "model",
}
"""The module of each command, in the order in which `--help` shows them."""


class Commands(TyperGroup):
    """The commands of `app`. A command's module is loaded when the command is asked for: loading
    all would take longer than most of them run."""

    def list_commands(self, ctx: Context) -> list[str]:
        """All names."""
        return list(FAMILIES)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """A command by its name."""
        if cmd_name not in FAMILIES:
            return None
        import_module(f"cobolsmith.cli.{FAMILIES[cmd_name]}")
        return get_group(app).commands[cmd_name]


app = typer.Typer(
    name="cobolsmith",
    cls=Commands,
    help="Verified patches for legacy COBOL, written by a local diffusion language model.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
talk = Console(stderr=True, highlight=False)


class Format(StrEnum):
    """The forms of a report."""

    TERMINAL = "terminal"
    DIFF = "diff"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"
    GITLAB = "gitlab"
    HTML = "html"


class Quality(StrEnum):
    """How hard the model tries: steps and fills a hole."""

    QUICK = "quick"
    NORMAL = "normal"
    THOROUGH = "thorough"


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
