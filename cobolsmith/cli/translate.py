"""translate: a program in Java or Python, proven."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from cobolsmith import translation, translations
from cobolsmith.checks.equivalence import Settings
from cobolsmith.cli.shared import Format, FormatOption, app, finish, talk
from cobolsmith.errors import UsageError
from cobolsmith.idiomatic import Asked
from cobolsmith.reports import terminal
from cobolsmith.targets import TARGETS

RUNS = 240
Target = StrEnum("Target", {name.upper(): name for name in TARGETS})  # type: ignore[misc]


@app.command()
def translate(
    path: Path,
    to: Annotated[Target, typer.Option(help="The target language.")],
    out: Annotated[Path, typer.Option(help="Where the translation is written.")],
    copybooks: Annotated[list[Path] | None, typer.Option(help="Where COPY looks.")] = None,
    prove: Annotated[bool, typer.Option(help="Run it beside the COBOL.")] = True,
    runs: Annotated[int, typer.Option(min=1, help="Runs to generate.")] = RUNS,
    seed: Annotated[int, typer.Option(help="The same seed gives the same runs.")] = 0,
    jcl: Annotated[list[Path] | None, typer.Option(help="Jobs to write as scripts.")] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Programs of a folder at a time.")] = 2,
    idiomatic: Annotated[
        list[str] | None,
        typer.Option(
            help="A paragraph that the model is to write, if its fill does the same; ALL."
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(help="The model that writes them, and statements that no table knows."),
    ] = None,
    form: FormatOption = Format.TERMINAL,
) -> None:
    """Translate a program, or all of a folder, and prove that it does what the COBOL does."""
    settings = Settings(runs=runs, seed=seed) if prove else None
    if (idiomatic or model) and not prove:
        raise UsageError("what a model writes needs the proof", remedy="leave out --no-prove")
    asked = Asked(tuple(idiomatic or ()), model or "auto", seed) if idiomatic or model else None
    wish = translation.Wish(to.value, out, settings, tuple(copybooks or ()), asked)
    if path.is_dir():
        work = partial(translations.translate_estate, jcl=tuple(jcl or ()))
        finish(terminal.progress(talk, work, path, wish, jobs), form)
    if jcl:
        raise UsageError("--jcl needs a folder of programs", where=str(path))
    finish(terminal.progress(talk, translation.translate, path, wish), form)
