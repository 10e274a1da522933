"""model info, eval, train and tune: the diffusion model itself."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cobolsmith import learning
from cobolsmith.cli.shared import app, talk
from cobolsmith.reports import terminal

Kind = StrEnum("Kind", {"TRANSLATE": "translate"})
KindOption = Annotated[
    list[Kind] | None, typer.Option(help="More to learn from: paragraphs with their translations.")
]
model_app = typer.Typer(help="The diffusion model: what it is, what it is worth, how to train it.")
app.add_typer(model_app, name="model", no_args_is_help=True)


@model_app.command("info")
def model_info(name: Annotated[str, typer.Option("--model", help="Which model.")] = "nano") -> None:
    """Say what a model is: size, vocabulary, training, figures."""
    for key, value in learning.info(name).items():
        print(f"{key:18} {value}")


@model_app.command("eval")
def model_eval(
    corpus: Path,
    task: Annotated[
        str, typer.Option(help="line, statement, span, paragraph, repair or describe.")
    ] = "line",
    holes: Annotated[int, typer.Option(min=1, help="Holes to fill.")] = 200,
    seed: Annotated[int, typer.Option(help="Which holes.")] = 0,
    name: Annotated[str, typer.Option("--model", help="Which model.")] = "nano",
    trained: Annotated[
        Path | None, typer.Option(help="train.npz: what unigram and 5-gram learn from, else half.")
    ] = None,
    structure: Annotated[bool, typer.Option(help="The grammar's part in the loop.")] = True,
    cached: Annotated[
        bool, typer.Option("--cache/--no-cache", help="Keys and values of the context kept.")
    ] = True,
) -> None:
    """Measure a model on code it wasn't trained on, beside a unigram and a 5-gram."""
    asked = {"task": task, "holes": holes, "seed": seed, "structure": structure, "cached": cached}
    terminal.evaluation(talk, learning.figures(name, corpus, trained, **asked))


@model_app.command("data")
def model_data(
    corpus: Annotated[Path, typer.Option(help="A folder of COBOL sources.")],
    out: Annotated[Path, typer.Option(help="A new folder for the training data.")],
    heldout: Annotated[
        Path | None, typer.Option(help="A list of folders to hold out, one a line.")
    ] = None,
    comments: Annotated[bool, typer.Option(help="Cases from comments above code.")] = True,
    mutants: Annotated[
        int, typer.Option(min=0, help="Cases from planted faults that cobc refuses, at most.")
    ] = 0,
    kind: KindOption = None,
) -> None:
    """Make training data: packed programs, comments and faults with the code they ask for, and
    with --kind translate paragraphs with the Java and Python they become."""
    asked = (corpus, out, heldout, comments, mutants, bool(kind))
    made = terminal.progress(talk, learning.data, *asked)
    for split, figures in made.items():
        print(f"{split:10}" + ", ".join(f"{count:,} {what}" for what, count in figures.items()))


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
        print(learning.train(corpus, out, minutes=minutes, heldout=heldout, seed=seed, tick=tick))


@model_app.command("tune")
def model_tune(
    corpus: Annotated[Path, typer.Option(help="A folder of your COBOL sources.")],
    out: Annotated[Path, typer.Option(help="Where the tuned weights go.")],
    minutes: Annotated[float, typer.Option(min=0.01, help="Time to train for.")] = 20.0,
    seed: int = 0,
    kind: KindOption = None,
) -> None:
    """Teach the built-in model your own sources, here; then `fix --model OUT`. With --kind
    translate also the Java and Python they become; then `translate --model OUT --idiomatic`."""
    with terminal.training(talk) as tick:
        figures = learning.tune(corpus, out, bool(kind), minutes=minutes, seed=seed, tick=tick)
    for key, value in figures.items():
        print(f"{key:18} {value}")
