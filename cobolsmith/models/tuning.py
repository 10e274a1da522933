"""Tuning: the built-in model goes on learning from a shop's own sources, on the shop's machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cobolsmith.errors import UsageError
from cobolsmith.models.data import (
    Documents,
    Origin,
    find_sources,
    pack,
    pack_documents,
    save_pack,
)
from cobolsmith.models.noise import NoiseConfig
from cobolsmith.models.optimiser import OptimiserConfig
from cobolsmith.models.prepare import WATCHED_RATE, WATCHED_ROWS
from cobolsmith.models.tokenizer import CobolTokenizer
from cobolsmith.models.training import Feed, Log, Moment, Trainer, TrainingConfig, run
from cobolsmith.models.weights import FOLDER, load_weights, save_weights
from cobolsmith.models.windows import PackedCorpus, shards_at

NAME = "tuned"
FEWEST = 10
"""Sources needed: every tenth is held out, to say whether tuning helped."""
RATES = OptimiserConfig(matrix_rate=0.004, rest_rate=6e-4, warm_steps=30, falling=0.8)
"""A fifth of the rates of a training from scratch: what is known must not be washed out."""
WIDE = NoiseConfig(warm=-1.0, wide=-0.5)
"""All noise rates from the first step on."""


def tune(
    corpus: Path,
    out: Path,
    *,
    minutes: float,
    seed: int = 0,
    base: str = "nano",
    config: TrainingConfig | None = None,
    documents: Documents | None = None,
    tick: Callable[[Mapping[str, Any]], None] | None = None,
) -> dict[str, Any]:
    """Go on training `base` for some minutes (or as `config` says) on a folder of COBOL, and on the
    `documents` made of it; weights are written to `out`.

    Returns the figures before and after on sources held out: loss in nats and accuracy at 15 %
    masked. A tuning in `out` is continued.
    """
    network, tokenizer = load_weights(FOLDER, base)
    config = config or TrainingConfig(seconds=minutes * 60, seed=seed, noise=WIDE, optimiser=RATES)
    packed, aside = packs(corpus, out, tokenizer, documents)
    trainer = Trainer(config, network.config, out)
    if not trainer.resume():
        trainer.start_from(network)
    watched = Feed(aside, tokenizer, config).held_out(WATCHED_ROWS, WATCHED_RATE)
    before = trainer.measure(watched, network)
    log = Log(out / "log.csv")

    def report(moment: Moment) -> None:
        log(moment)
        if tick:
            shown = {"step": moment.step, "tokens": moment.tokens, "loss": moment.loss}
            tick({"done": moment.progress, **shown})

    run(trainer, Feed(packed, tokenizer, config), watched, report)
    after = trainer.measure(watched)
    figures = {
        "base": base,
        "tokens_seen": trainer.counters.tokens,
        "steps": trainer.counters.step,
        "held_out_loss": {"before": round(before[0], 4), "after": round(after[0], 4)},
        "held_out_accuracy": {"before": round(before[1], 4), "after": round(after[1], 4)},
    }
    save_weights(trainer.average, tokenizer, out, NAME, figures)
    return {**figures, "weights": str(out)}


def packs(
    corpus: Path, out: Path, tokenizer: CobolTokenizer, documents: Documents | None = None
) -> tuple[PackedCorpus, PackedCorpus]:
    """What is learnt from and what is held out (every tenth source), packed into `out` once."""
    learnt, aside = out / "train.npz", out / "held_out.npz"
    if not (shards_at(learnt) and shards_at(aside)):
        sources = find_sources(corpus)
        if len(sources) < FEWEST:
            raise UsageError(
                f"{len(sources)} sources are too few to tune on and to say what it is worth",
                where=str(corpus),
                remedy=f"name a folder of at least {FEWEST}",
            )
        out.mkdir(parents=True, exist_ok=True)
        _save(learnt, [one for at, one in enumerate(sources) if at % FEWEST], tokenizer, documents)
        _save(aside, list(sources[::FEWEST]), tokenizer, documents)
    return PackedCorpus(learnt), PackedCorpus(aside)


def _save(
    path: Path, sources: list[Origin], tokenizer: CobolTokenizer, documents: Documents | None
) -> None:
    packed = pack(sources, tokenizer)
    if documents is not None:
        packed = (*packed, *pack_documents(sources, tokenizer, documents))
    if not packed:
        raise UsageError("no source is long enough", where=str(path.parent))
    save_pack(path, packed, tokenizer)
