"""What the model commands do: a model described, measured, given its data, trained and tuned."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from cobolsmith import models
from cobolsmith import source as sources
from cobolsmith.checks.compiles import cobc
from cobolsmith.config import Config
from cobolsmith.errors import UsageError
from cobolsmith.pairs import document
from cobolsmith.targets import TARGETS

Tick = Callable[[str, int, int], None]
"""Progress: what is worked on, done, of how many."""


def info(name: str) -> dict[str, Any]:
    """What a model is."""
    return models.info(name)


def figures(name: str, corpus: Path, trained: Path | None = None, **options: Any) -> dict[str, Any]:
    """A model's figures on sources it wasn't trained on; `trained`: the pack it was trained on,
    from which the models beside it learn; `options` as in `models.figures`."""
    if trained and not trained.parent.is_dir():
        raise UsageError("there is no such training data", where=str(trained))
    return models.figures(name, corpus, trained=trained, **options)


def data(
    corpus: Path,
    out: Path,
    heldout: Path | None,
    comments: bool,
    mutants: int,
    translations: bool = False,
    tick: Tick | None = None,
) -> dict[str, Any]:
    """Make training data in an empty folder; says how much of what there is now. With
    `translations` the paragraphs with the Java and the Python they become are learnt from, too."""
    folder(corpus)
    if out.is_dir() and any(out.iterdir()):
        raise UsageError("the folder is not empty", where=str(out), remedy="name a new one")
    config = Config(root=corpus)

    def refused(path: Path, fixed: bool, text: str) -> list[tuple[int, str]]:
        form = "fixed" if fixed else "free"
        source = sources.from_bytes(text.encode(), path, encoding="utf-8", format=form)
        return [(found.line, found.message) for found in cobc(source, config, "default")]

    return models.make_data(
        corpus,
        out,
        heldout=heldout,
        comments=comments,
        mutants=mutants,
        diagnose=refused,
        documents=translated if translations else None,
        tick=tick,
    )


def train(corpus: Path, out: Path, **options: Any) -> str:
    """Train on a folder of COBOL; returns where the weights are."""
    return str(models.train(folder(corpus), out, **options))


def tune(corpus: Path, out: Path, translations: bool = False, **options: Any) -> dict[str, Any]:
    """Tune the built-in model on a folder of COBOL, and with `translations` on the Java and Python
    it becomes; returns its figures before and after."""
    documents = translated if translations else None
    return models.tune(folder(corpus), out, documents=documents, **options)


def translated(path: Path) -> Iterator[tuple[list[str], list[str]]]:
    """A source's own words, and for each target those of its paragraphs with their methods."""
    for target in TARGETS:
        own, words = document(path, target)
        if words:
            yield own, words


def folder(corpus: Path) -> Path:
    """The folder of sources; a usage error if it is none."""
    if not corpus.is_dir():
        raise UsageError("not a folder", where=str(corpus), remedy="name a folder of COBOL sources")
    return corpus
