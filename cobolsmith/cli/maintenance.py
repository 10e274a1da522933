"""check, fix and verify: what is wrong, what mends it, and whether two programs do the same."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from cobolsmith import proving, smith
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
from cobolsmith.job import Options
from cobolsmith.reports import terminal


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
