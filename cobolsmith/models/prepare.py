"""From a corpus folder to a running training: what `cobolsmith model train` does."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from cobolsmith.errors import UsageError
from cobolsmith.models.cases import (
    Case,
    Diagnose,
    cases_at,
    comment_cases,
    repair_cases,
    save_cases,
)
from cobolsmith.models.curve import draw_losses
from cobolsmith.models.data import (
    Documents,
    Packed,
    Progress,
    count_words,
    find_sources,
    pack,
    pack_documents,
    save_pack,
)
from cobolsmith.models.network import NetworkConfig, count_parameters
from cobolsmith.models.tokenizer import CobolTokenizer, load_tokenizer, train_tokenizer
from cobolsmith.models.training import Feed, Log, Moment, Trainer, TrainingConfig, run
from cobolsmith.models.weights import save_weights
from cobolsmith.models.windows import PackedCorpus, shards_at

WATCHED_ROWS = 48
WATCHED_RATE = 0.15


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is made of a corpus beside the packed programs: cases from comments, up to `mutants`
    from faults that `diagnose` finds (see `cases`), and `documents` made of sources."""

    comments: bool = True
    mutants: int = 0
    diagnose: Diagnose | None = None
    documents: Documents | None = None


def prepare(
    corpus: Path,
    cache: Path,
    held_out: frozenset[str],
    progress: Progress | None = None,
    wanted: Wanted | None = None,
) -> CobolTokenizer:
    """Write the training data of a corpus into `cache`, unless it is there.

    tokenizer.json; train.npz and, if anything is held out, held_out.npz (or their shards); the
    cases of each (train_cases.npz ...); manifest.tsv, which says of each source where it comes
    from. `held_out`: repositories (owner/name) that are not trained on.
    """
    if shards_at(cache / "train.npz"):
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
    # Held-out programs are packed after the trained ones, so that their weight is the share of
    # their lines that training has not seen.
    both = pack([*kept, *aside], tokenizer, progress)
    save_manifest(cache / "manifest.tsv", corpus, both, held_out)
    for stem in ("held_out", "train"):
        chosen = [p for p in both if (p.origin.repository in held_out) == (stem == "held_out")]
        if chosen:
            cases = list(made_cases(chosen, tokenizer, wanted or Wanted()))
            save_cases(cache / f"{stem}_cases.npz", cases)
            made = wanted.documents if wanted else None
            whose = kept if stem == "train" else aside
            more = pack_documents(whose, tokenizer, made, progress) if made else ()
            save_pack(cache / f"{stem}.npz", [*chosen, *more], tokenizer)
    return tokenizer


def made_cases(
    packed: Sequence[Packed], tokenizer: CobolTokenizer, wanted: Wanted
) -> Iterator[Case]:
    """The cases wanted of packed programs."""
    if wanted.comments:
        yield from comment_cases(packed, tokenizer)
    if wanted.mutants and wanted.diagnose:
        yield from repair_cases(packed, tokenizer, wanted.diagnose, most=wanted.mutants)


def contents(cache: Path) -> dict[str, Any]:
    """What lies in a folder of training data: programs, tokens and cases of each split."""
    found: dict[str, Any] = {}
    for stem in ("train", "held_out"):
        if shards := shards_at(cache / f"{stem}.npz"):
            packed = PackedCorpus(cache / f"{stem}.npz")
            cases = cases_at(cache / f"{stem}_cases.npz")
            found[stem] = {
                "programs": len(packed),
                "tokens": len(packed.ids),
                "shards": len(shards),
                **(cases.counts() if cases else {}),
            }
    return found


def save_manifest(
    path: Path, corpus: Path, packed: Sequence[Packed], held_out: frozenset[str]
) -> None:
    """Write one line a source: path, repository, commit, licence, SHA-256, tokens, the share of its
    lines not seen in sources before it, and whether it is trained on or held out."""
    columns = "path repository commit licence sha256 tokens fresh split".split()
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, delimiter="\t", lineterminator="\n")
        lines.writerow(columns)
        for one in packed:
            origin = one.origin
            digest = hashlib.sha256(origin.path.read_bytes()).hexdigest()
            split = "held_out" if origin.repository in held_out else "train"
            place = origin.path.relative_to(corpus).as_posix()
            about = (place, origin.repository, origin.commit, origin.licence, digest)
            lines.writerow([*about, len(one.ids), f"{one.weight:.3f}", split])


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
    cases = cases_at(out / "train_cases.npz")
    network = network or NetworkConfig(static_size=tokenizer.static_size)
    trainer = Trainer(config, network, out)
    trainer.resume()
    watched = None
    if shards_at(out / "held_out.npz"):
        aside = Feed(PackedCorpus(out / "held_out.npz"), tokenizer, config)
        watched = aside.held_out(WATCHED_ROWS, WATCHED_RATE)
    log = Log(out / "log.csv")

    def told(moment: Moment) -> None:
        log(moment)
        if report:
            report(moment)

    torch.set_flush_denormal(True)
    run(trainer, Feed(packed, tokenizer, config, cases=cases), watched, told, stop)
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
