"""From a corpus folder to a running training: what `cobolsmith model train` does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch

from cobolsmith.errors import UsageError
from cobolsmith.models.curve import draw_losses
from cobolsmith.models.data import Origin, Progress, count_words, find_sources, pack, save_pack
from cobolsmith.models.network import NetworkConfig, count_parameters
from cobolsmith.models.tokenizer import CobolTokenizer, load_tokenizer, train_tokenizer
from cobolsmith.models.training import Feed, Log, Moment, Trainer, TrainingConfig, run
from cobolsmith.models.weights import save_weights
from cobolsmith.models.windows import PackedCorpus

WATCHED_ROWS = 48
WATCHED_RATE = 0.15


def prepare(
    corpus: Path, cache: Path, held_out: frozenset[str], progress: Progress | None = None
) -> CobolTokenizer:
    """Write tokenizer.json, train.npz and (if anything is held out) held_out.npz into `cache`,
    unless they are there. `held_out`: repositories (owner/name) that are not trained on."""
    if (cache / "train.npz").is_file():
        return load_tokenizer(cache / "tokenizer.json")
    cache.mkdir(parents=True, exist_ok=True)
    sources = find_sources(corpus)
    known = {origin.repository for origin in sources}
    if held_out - known:
        raise UsageError(
            f"held-out repositories not in the corpus: {', '.join(sorted(held_out - known))}",
            where=str(corpus),
            remedy="correct the file of held-out repositories",
        )
    kept = [origin for origin in sources if origin.repository not in held_out]
    aside = [origin for origin in sources if origin.repository in held_out]
    if not kept:
        raise UsageError("nothing is left to train on", where=str(corpus))
    tokenizer = train_tokenizer(*count_words(kept))
    tokenizer.save(cache / "tokenizer.json")
    _pack_both(kept, aside, cache, tokenizer, progress)
    return tokenizer


def _pack_both(
    kept: list[Origin],
    aside: list[Origin],
    cache: Path,
    tokenizer: CobolTokenizer,
    progress: Progress | None,
) -> None:
    """Held-out programs are packed after the trained ones, so that their weight is the share of
    their lines that training has not seen."""
    both = pack([*kept, *aside], tokenizer, progress)
    names = {origin.repository for origin in aside}
    for file, chosen in (
        ("held_out.npz", [p for p in both if p.origin.repository in names]),
        ("train.npz", [p for p in both if p.origin.repository not in names]),
    ):
        if chosen:
            beside = cache / f"part-{file}"
            save_pack(beside, chosen, tokenizer)
            beside.replace(cache / file)


def train(
    corpus: Path,
    out: Path,
    *,
    held_out: frozenset[str] = frozenset(),
    config: TrainingConfig | None = None,
    network: NetworkConfig | None = None,
    report: Callable[[Moment], None] | None = None,
    progress: Progress | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Trainer:
    """Train (or go on training) in `out`: cache, checkpoint and log.csv live there.

    A checkpoint in `out` is continued. `report` is called after each step, `progress` while
    packing.
    """
    config = config or TrainingConfig()
    tokenizer = prepare(corpus, out, held_out, progress)
    packed = PackedCorpus(out / "train.npz")
    network = network or NetworkConfig(static_size=tokenizer.static_size)
    trainer = Trainer(config, network, out)
    trainer.resume()
    watched = None
    if (out / "held_out.npz").is_file():
        aside = Feed(PackedCorpus(out / "held_out.npz"), tokenizer, config)
        watched = aside.held_out(WATCHED_ROWS, WATCHED_RATE)
    log = Log(out / "log.csv")

    def told(moment: Moment) -> None:
        log(moment)
        if report:
            report(moment)

    torch.set_flush_denormal(True)
    run(trainer, Feed(packed, tokenizer, config), watched, told, stop)
    return trainer


def train_for(
    corpus: Path,
    out: Path,
    *,
    minutes: float,
    held_out: frozenset[str],
    seed: int,
    tick: Callable[[Mapping[str, Any]], None] | None,
) -> Path:
    """Train until `minutes` in all are spent in `out`, write weights and loss.png, say where."""

    def report(moment: Moment) -> None:
        if tick:
            shown = {"step": moment.step, "tokens": moment.tokens, "loss": moment.loss}
            tick({"done": moment.progress, **shown})

    config = TrainingConfig(seconds=minutes * 60, seed=seed)
    trainer = train(corpus, out, held_out=held_out, config=config, report=report)
    tokenizer = load_tokenizer(out / "tokenizer.json")
    about = {
        "parameters": count_parameters(trainer.network),
        "tokens_seen": trainer.counters.tokens,
        "steps": trainer.counters.step,
    }
    path = save_weights(trainer.average, tokenizer, out, "trained", about)
    draw_losses(out / "log.csv", out / "loss.png")
    return path
