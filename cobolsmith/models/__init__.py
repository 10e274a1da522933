"""Models that fill holes. Importing this package imports no torch; loading a model does.

To add a backend: one module, one line in `BACKENDS`, one test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cobolsmith.errors import UsageError
from cobolsmith.infill import Infiller

if TYPE_CHECKING:
    from cobolsmith.models.data import Documents


def _nano() -> Infiller:
    from cobolsmith.models.diffusion import load_infiller

    return load_infiller("nano")


BACKENDS: dict[str, Callable[[], Infiller]] = {"nano": _nano}
AUTO = "nano"


@cache
def load(name: str) -> Infiller:
    """The model of that name ("auto" for the one built in), the public model in the folder of that
    path, or the model that a server has at that address; read once."""
    wanted = AUTO if name == "auto" else name
    if wanted.startswith(("https://", "http://")):
        from cobolsmith.models.endpoint import load_endpoint

        return load_endpoint(wanted)
    if wanted not in BACKENDS and Path(wanted).is_dir():
        return _from_folder(Path(wanted))
    if wanted not in BACKENDS:
        known = ", ".join(sorted(BACKENDS))
        remedy = (
            f"one of auto, {known}, the folder of a public diffusion model, "
            "or https://host/v1#model"
        )
        raise UsageError(f"unknown model {name}", remedy=remedy)
    return BACKENDS[wanted]()


def _from_folder(folder: Path) -> Infiller:
    """Weights of ours (tuned or trained), or a public model."""
    from cobolsmith.models.weights import own_weights

    own = own_weights(folder)
    if own:
        from cobolsmith.models.diffusion import load_infiller

        return load_infiller(own, folder)
    from cobolsmith.models.public import load_public

    return load_public(folder)


def info(name: str) -> dict[str, Any]:
    """What a built-in model is: sizes, training, held-out figures."""
    from cobolsmith.models.weights import FOLDER, read_about

    wanted = AUTO if name == "auto" else name
    if wanted not in BACKENDS:
        raise UsageError(f"unknown model {name}", remedy=f"one of {', '.join(sorted(BACKENDS))}")
    content = read_about(FOLDER, wanted)
    return {"name": wanted, **content["network"], **content["about"]}


def figures(
    name: str,
    corpus: Path,
    *,
    task: str,
    holes: int,
    seed: int,
    trained: Path | None = None,
    structure: bool = True,
    cached: bool = True,
) -> dict[str, Any]:
    """A model's figures on a folder of sources it wasn't trained on; see `models.evaluate`.

    `structure` and `cached` as in `DiffusionInfiller`: what each of them is worth.
    """
    from cobolsmith.models.diffusion import DiffusionInfiller
    from cobolsmith.models.evaluate import evaluate

    infiller = load(name)
    if not isinstance(infiller, DiffusionInfiller):
        raise UsageError(f"{name} is not a diffusion model of ours", remedy="evaluate nano")
    infiller.structure, infiller.cached = structure, cached
    return evaluate(infiller, corpus, task=task, holes=holes, seed=seed, trained=trained)


def make_data(
    corpus: Path,
    out: Path,
    *,
    heldout: Path | None,
    comments: bool,
    mutants: int,
    diagnose: Callable[[Path, bool, str], Sequence[tuple[int, str]]],
    documents: Documents | None = None,
    tick: Callable[[str, int, int], None] | None = None,
) -> dict[str, Any]:
    """Make training data of a corpus in `out`, see `models.prepare`; returns what was made.

    `diagnose`: (path, whether in fixed format, text) -> (line, message) of what a compiler refuses.
    `documents`: path of a source -> its own words and those of each text made of it.
    """
    from cobolsmith.models import prepare

    names = frozenset(heldout.read_text("utf-8").split()) if heldout else frozenset()
    wanted = prepare.Wanted(comments, mutants, diagnose, documents)
    prepare.prepare(corpus, out, names, tick, wanted)
    return prepare.contents(out)


def train(
    corpus: Path,
    out: Path,
    *,
    minutes: float,
    heldout: Path | None = None,
    seed: int = 0,
    tick: Callable[[Mapping[str, Any]], None] | None = None,
) -> Path:
    """Train (or go on training) for some minutes; returns where the weights were written.

    `heldout`: a file of repositories that are not trained on, one a line. `tick` gets the figures
    of each step. What is in `out` of an earlier training is continued.
    """
    from cobolsmith.models import prepare

    names = frozenset(heldout.read_text("utf-8").split()) if heldout else frozenset()
    return prepare.train_for(corpus, out, minutes=minutes, held_out=names, seed=seed, tick=tick)


def tune(
    corpus: Path,
    out: Path,
    *,
    minutes: float,
    seed: int = 0,
    documents: Documents | None = None,
    tick: Callable[[Mapping[str, Any]], None] | None = None,
) -> dict[str, Any]:
    """Go on training the built-in model on a folder of sources; see `models.tuning`."""
    from cobolsmith.models import tuning

    return tuning.tune(corpus, out, minutes=minutes, seed=seed, documents=documents, tick=tick)
