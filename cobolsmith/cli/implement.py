"""implement: a feature from a sentence, or from a Markdown spec with examples."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from cobolsmith import config as configuration
from cobolsmith import implement as features
from cobolsmith import refactoring
from cobolsmith.cli.shared import Format, FormatOption, Quality, app, finish, talk
from cobolsmith.errors import UsageError
from cobolsmith.job import Options


@app.command("implement")
def implement_command(
    sentence: Annotated[str, typer.Argument(help="What the program shall do; - reads stdin.")] = "",
    source: Annotated[
        Path | None, typer.Argument(metavar="[PROGRAM]", help="The program's source.")
    ] = None,
    program: Annotated[Path | None, typer.Option("--in", help="The same.")] = None,
    spec: Annotated[
        Path | None, typer.Option(help="A Markdown file: the sentence, then examples.")
    ] = None,
    tests: Annotated[
        bool, typer.Option("--tests", help="Keep the spec's examples as recorded runs, too.")
    ] = False,
    forms: Annotated[
        bool, typer.Option("--forms", help="Show what may be said of this program, and stop.")
    ] = False,
    form: FormatOption = Format.TERMINAL,
    write: Annotated[bool, typer.Option("--write", help="Replace the files, if verified.")] = False,
    model: Annotated[str, typer.Option(help="The model that words the change.")] = "",
    quality: Annotated[Quality, typer.Option(help="How hard the model tries.")] = Quality.NORMAL,
    seed: Annotated[int, typer.Option(help="The same seed gives the same.")] = 0,
    golden: Annotated[Path | None, typer.Option(help="A folder of recorded runs.")] = None,
    runs: Annotated[
        int | None,
        typer.Option(min=0, help="Runs to generate for equivalence: 60, with examples none."),
    ] = None,
    suite_differs: Annotated[
        bool, typer.Option("--suite-differs", help="What the suite expects changes with this.")
    ] = False,
    evidence: Annotated[Path | None, typer.Option(help="Write the evidence, as JSON.")] = None,
) -> None:
    """A feature from a sentence: a verified patch, or what isn't understood.

    Exact sentences name a place (at the end of PARAGRAPH, before line N, after each STATEMENT), a
    condition (when CONDITION) and statements (display, call, move, set, add, subtract, perform).
    """
    if source is not None and program is not None:
        raise UsageError(f"two programs are named: {source} and {program}", remedy="name one")
    program = source or program or (Path(sentence) if forms and sentence else None)
    if program is None:
        raise UsageError("no program is named", remedy='implement "SENTENCE" PROGRAM')
    if forms:
        for one in features.understood_in(program, Options()):
            print(one)
        return
    said, examples = asked(sentence, spec)
    options = Options(
        write=write, seed=seed, model=model, quality=quality.value, runs=runs, golden=golden
    )
    if suite_differs:
        own = configuration.load(program)
        options = dataclasses.replace(options, config=dataclasses.replace(own, test=()))
    answer = answered if sys.stdin.isatty() and form is Format.TERMINAL else None
    request = features.Request(said, examples, tests=tests)
    report = features.implement(request, program, options, answer)
    if evidence is not None:
        refactoring.keep_evidence(report, evidence)
    finish(report, form)


def asked(sentence: str, spec: Path | None) -> tuple[str, tuple[features.Example, ...]]:
    """The sentence and its examples, from wherever they come."""
    if spec is not None:
        said, examples = features.read_examples(spec.read_text("utf-8"))
        return sentence or said, examples
    if sentence == "-" or (not sentence and not sys.stdin.isatty()):
        return features.read_examples(sys.stdin.read())
    if not sentence:
        raise UsageError("there is no sentence", remedy='implement "SENTENCE" PROGRAM')
    return sentence, ()


def answered(doubt: features.DoubtError, offered: Sequence[str]) -> str:
    """Ask in the terminal which of several names or places is meant, or for another sentence."""
    listed = doubt.choices or tuple(offered)
    talk.print(f"{doubt.what}. {'Which?' if doubt.choices else 'Say it in other words, such as:'}")
    for nth, name in enumerate(listed, 1):
        talk.print(f"  {nth}  {name}", markup=False)
    try:
        reply = input("> ").strip()
    except EOFError:
        return ""
    if reply.isdigit() and 1 <= int(reply) <= len(listed):
        return listed[int(reply) - 1]
    if not doubt.choices:
        return reply
    return next((one for one in listed if one.upper() == reply.upper()), "")
