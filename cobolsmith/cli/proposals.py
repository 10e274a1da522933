"""propose, proposals, apply, reject and review: verified patches that a person takes or leaves."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.prompt import Prompt

from cobolsmith import config, git, journal, refactoring, shell, smith
from cobolsmith.cli.shared import Paths, Staged, app, talk
from cobolsmith.errors import CobolsmithError, UsageError
from cobolsmith.job import Options
from cobolsmith.proposals import Proposal, accept, edited, keep, listed, proposal, reject
from cobolsmith.reports import terminal

CHOICES = "accept, edit, skip, reject, evidence, quit"


def root() -> Path:
    """The repository around the current folder, or its configuration's folder."""
    return git.root(Path.cwd()) or config.load(Path.cwd()).root


@app.command()
def propose(
    paths: Paths = None,
    recipe: Annotated[str, typer.Option(help="A recipe of `refactor`, instead of repair.")] = "",
    staged: Staged = False,
    model: Annotated[str, typer.Option(help="The model that fills holes; none.")] = "",
) -> None:
    """Keep verified patches as proposals; exit 1 where some are to be looked at."""
    options = Options(staged=staged, model=model)
    if recipe:
        given: tuple[Any, ...] = (recipe, paths or [], options, {})
        report = terminal.progress(talk, refactoring.refactor, *given)
    else:
        report = terminal.progress(talk, smith.fix, paths or [], options)
    kept = keep(report)
    terminal.show(report, talk)
    for one in kept:
        print(f"{one.number:4}  {one.said['title']}")
        sys.stdout.buffer.write(one.diff)
    raise typer.Exit(1 if kept else report.exit_code)


@app.command("proposals")
def proposals_command(
    every: Annotated[bool, typer.Option("--all", help="Those applied and rejected, too.")] = False,
) -> None:
    """List the proposals that are open."""
    for one in listed(root()):
        if every or one.state == "open":
            files = ", ".join(row["path"] for row in one.said["files"])
            print(f"{one.number:4}  {one.state:8}  {files}  {one.said['title']}")


@app.command("apply")
def apply_command(number: int) -> None:
    """Write a proposal's files, unless one of them has changed since."""
    journal.recover(root())
    for file in accept(proposal(root(), number)).files:
        talk.print(f"written: {file.path}", markup=False)


@app.command("reject")
def reject_command(number: int) -> None:
    """Put a proposal away."""
    reject(proposal(root(), number))


@app.command()
def review() -> None:
    """Go through the open proposals: accept, edit, skip, reject, or look at the evidence."""
    journal.recover(root())
    for one in [one for one in listed(root()) if one.state == "open"]:
        if not reviewed(one):
            break


def reviewed(one: Proposal) -> bool:
    """Ask about one proposal until it is decided; False to stop."""
    talk.print(f"\n[bold]{one.number}[/]  {escape(str(one.said['title']))}")
    talk.print(terminal.diff_view(one.diff))
    while True:
        answer = Prompt.ask(f"  {CHOICES}", console=talk, default="skip", show_default=False)
        chosen = next((word for word in CHOICES.split(", ") if word.startswith(answer)), "")
        try:
            if chosen == "evidence":
                shown(one)
                continue
            if chosen == "accept":
                accept(one)
            elif chosen == "edit":
                changed = by_editor(one)
                return changed is None or reviewed(changed)
            elif chosen == "reject":
                reject(one)
            elif not chosen:
                continue
        except CobolsmithError as error:
            talk.print(f"  {error}", markup=False)
            continue
        return chosen != "quit"


def shown(one: Proposal) -> None:
    """The verdicts and the evidence."""
    for verdict in one.said["verdicts"]:
        said = verdict["reason"] or "; ".join(verdict["evidence"])
        talk.print(f"  {verdict['check']:12} {verdict['status']:8} {said}", markup=False)
    for line in one.said["evidence"]:
        talk.print(f"  evidence: {line}", markup=False)
    talk.print(f"  all of it: {one.folder / 'records.json'}", markup=False)


def by_editor(one: Proposal) -> Proposal | None:
    """The proposal as an editor leaves it, if the checks take it; raises UsageError if not."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    texts = {}
    for row in one.said["files"]:
        path = one.folder / f"edit-{Path(row['path']).name}"
        path.write_bytes((one.folder / row["after"]).read_bytes())
        shell.attended([*shlex.split(editor), str(path)], one.folder)
        texts[row["path"]] = path.read_bytes()
        path.unlink()
    made = edited(one, config.load(root()), texts)
    if isinstance(made, Proposal):
        return made
    raise UsageError(f"not verified: {'; '.join(made)}", remedy="edit it again, or skip it")
