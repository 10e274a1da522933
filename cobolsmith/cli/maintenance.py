"""check, fix and verify: what is wrong, what mends it, and whether two programs do the same."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from cobolsmith import checking, proving, smith
from cobolsmith.checks.equivalence import Settings
from cobolsmith.cli.shared import (
    Encoding,
    Format,
    FormatOption,
    Jobs,
    Paths,
    Quality,
    Reference,
    Staged,
    app,
    finish,
    talk,
)
from cobolsmith.errors import UsageError
from cobolsmith.job import Options
from cobolsmith.reports import terminal
from cobolsmith.rules import RULES


@app.command()
def check(
    paths: Paths = None,
    form: FormatOption = Format.TERMINAL,
    staged: Staged = False,
    encoding: Encoding = "auto",
    reference: Reference = "auto",
    jobs: Jobs = 2,
    since: Annotated[
        str, typer.Option(help="A commit: what changed since it, and what depends on that.")
    ] = "",
    rules: Annotated[bool, typer.Option(help="Look for what the rules know, too.")] = True,
    write_baseline: Annotated[
        bool, typer.Option("--write-baseline", help="Keep the rules' findings as known.")
    ] = False,
) -> None:
    """Report what does not parse or compile, and what the rules find."""
    options = Options(staged=staged, encoding=encoding, reference=reference, jobs=jobs)
    asked = checking.Asked(since, rules, write_baseline)
    finish(terminal.progress(talk, checking.check, paths or [], options, asked), form)


@app.command("rules")
def rules_command(
    name: Annotated[str, typer.Argument(help="One rule, with its reason and remedy.")] = "",
) -> None:
    """The rules of `check`: names, severities, and why each is one."""
    for rule in RULES.values():
        if name in ("", rule.name):
            print(f"{rule.name:24} {rule.severity:8} {rule.why if name else rule.fix}")
        if name == rule.name:
            print(f"{'fix':33} {rule.fix}")
    if name not in ("", *RULES):
        raise UsageError(f"no rule {name}", remedy="`cobolsmith rules` lists them")


@app.command()
def fix(
    paths: Paths = None,
    form: FormatOption = Format.TERMINAL,
    write: Annotated[bool, typer.Option("--write", help="Replace the files, if verified.")] = False,
    staged: Staged = False,
    encoding: Encoding = "auto",
    reference: Reference = "auto",
    seed: Annotated[int, typer.Option(help="The same seed gives the same text.")] = 0,
    quality: Annotated[Quality, typer.Option(help="How hard the model tries.")] = Quality.NORMAL,
    steps: Annotated[
        int, typer.Option(min=0, help="Denoising steps a hole, at most (0: by quality).")
    ] = 0,
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
        quality=quality.value,
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
