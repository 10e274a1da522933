"""The denoiser beside a left-to-right twin: same sizes, tokenizer, data, tokens seen and trainer.

    python tests/bench/ar_twin.py DIR --out FOLDER --held FILE --tokens 2000000 --shares 1,0.25

Both are trained from scratch in FOLDER on each share of the sources (what is there already is
continued or used as it is), and fill the same held-out statements: the denoiser plain (from masks
of several lengths) and as the tool uses it (drafts, structure), the twin greedily with its keys and
values kept. `hole64_s`: seconds for a hole of 64 tokens whose length is given. twin.png shows both
over the share of unique data. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from infill import judged

from cobolsmith.models import sampler
from cobolsmith.models.data import Origin, find_sources
from cobolsmith.models.diffusion import DiffusionInfiller, bindings_of, one_thread
from cobolsmith.models.evaluate import CANDIDATES, STEPS, Filled, fill_holes, words_right
from cobolsmith.models.holes import HoleCase, cut_holes
from cobolsmith.models.network import Network, NetworkConfig, count_parameters
from cobolsmith.models.noise import NoiseConfig, noised_rows
from cobolsmith.models.optimiser import OptimiserConfig
from cobolsmith.models.prepare import prepare
from cobolsmith.models.sampler import Frame, Hole
from cobolsmith.models.tokenizer import EOS, HOLE, MASK_ID, CobolTokenizer
from cobolsmith.models.training import Feed, Trainer, TrainingConfig, run
from cobolsmith.models.twin import Twin, TwinInfiller, middle_rows
from cobolsmith.models.windows import PackedCorpus

KINDS = {"diffusion": (Network, noised_rows), "left_to_right": (Twin, middle_rows)}
LONG = 64


@dataclass(frozen=True, slots=True)
class Lab:
    """What all trainings share."""

    out: Path
    tokenizer: CobolTokenizer
    corpus: PackedCorpus
    sizes: NetworkConfig
    training: TrainingConfig


def thinned(chances: np.ndarray, share: float) -> np.ndarray:
    """Chances with only a share of the programs left (the same ones for both models)."""
    order = np.random.default_rng(5).permutation(len(chances))
    kept = np.zeros(len(chances), bool)
    kept[order[: max(1, round(share * len(chances)))]] = True
    left = np.where(kept, chances, 0.0)
    return np.asarray(left / left.sum())


def trained(lab: Lab, kind: str, share: float) -> Any:
    """The model of a kind after its training on a share of the data."""
    network, rows = KINDS[kind]
    folder = lab.out / f"{kind}-{share:g}"
    folder.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(lab.training, lab.sizes, folder, network)
    trainer.resume()
    feed = Feed(lab.corpus, lab.tokenizer, lab.training, rows)
    feed.chances = thinned(feed.chances, share)
    began = time.process_time()
    run(trainer, feed, None, lambda moment: None)
    spent = time.process_time() - began
    print(f"{kind} on {share:g}: {trainer.counters.tokens:,} tokens, {spent:.0f} CPU s", flush=True)
    trainer.average.eval()
    made = DiffusionInfiller if kind == "diffusion" else TwinInfiller
    return made(kind, trainer.average, lab.tokenizer)  # type: ignore[arg-type]


def figures(cases: Sequence[HoleCase], filled: Sequence[Filled]) -> dict[str, float]:
    """Shares of one way of filling."""
    best: list[tuple[str, ...]] = [f.fills[0].words if f.fills else () for f in filled]
    # Nothing handed back is no fill, though a program without the statement may compile.
    nothing = [() if words else (False, False) for words in best]
    verdicts = [
        none or judged(case, words) for none, case, words in zip(nothing, cases, best, strict=True)
    ]
    compiled = [compiles for _, compiles in verdicts if compiles is not None]
    return {
        "exact_share": sum(f.exact for f in filled) / len(filled),
        "token_accuracy": sum(map(words_right, cases, best)) / len(cases),
        "parse_share": sum(parses for parses, _ in verdicts) / len(verdicts),
        "compile_share": sum(compiled) / max(1, len(compiled)),
        "median_s": statistics.median(f.seconds for f in filled),
        "passes": statistics.median(f.passes for f in filled),
    }


def filled_by(infiller: Any, cases: Sequence[HoleCase]) -> list[Filled]:
    """Fill every case once, nothing told of its length."""
    return fill_holes(infiller, cases, seed=0, steps=STEPS, candidates=CANDIDATES)


def plain(cases: Sequence[HoleCase]) -> list[HoleCase]:
    """The cases without drafts."""
    return [replace(case, canvas=replace(case.canvas, drafts=())) for case in cases]


def compared(models: dict[str, Any], cases: Sequence[HoleCase]) -> dict[str, dict[str, float]]:
    """Both models on the same holes; the denoiser plain, and with all it has."""
    denoiser = models["diffusion"]
    denoiser.structure = False
    found = {"diffusion_plain": figures(cases, filled_by(denoiser, plain(cases)))}
    denoiser.structure = True
    found["diffusion"] = figures(cases, filled_by(denoiser, cases))
    found["left_to_right"] = figures(cases, filled_by(models["left_to_right"], plain(cases)))
    return found


def timed(work: Callable[[], object], times: int = 7) -> float:
    """Median seconds of a piece of work."""
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def long_holes(models: dict[str, Any], cases: Sequence[HoleCase], steps: int) -> dict[str, float]:
    """Seconds for one hole of `LONG` tokens, its length given, one fill each."""
    denoiser, twin = models["diffusion"], models["left_to_right"]
    canvas = replace(cases[0].canvas, lengths=(LONG,), drafts=())
    names = list(canvas.names)
    slots = {name.spelling: at for at, name in enumerate(names)}
    tokenizer = denoiser.tokenizer
    before, after = (tokenizer.encode(words, slots) for words in (canvas.prefix, canvas.suffix))
    room = 255 - LONG
    before, after = before[-room * 6 // 10 :], after[: room * 4 // 10]
    banned = sampler.forbidden_ids(tokenizer.static_size, len(names), len(names))
    frame = Frame(tuple(before), tuple(after), banned)
    table = bindings_of(names, tokenizer)

    def denoised() -> None:
        hole = Hole("masks", 0, [MASK_ID] * LONG)
        ask = denoiser.denoiser(table, frame)
        sampler.denoise_holes(ask, frame, [hole], seed=0, steps=steps)

    def written() -> None:
        twin.middle([*before, HOLE, *after, EOS], table, banned, LONG)

    with torch.no_grad(), one_thread():
        return {"diffusion": timed(denoised), "left_to_right": timed(written)}


def drawn(curves: dict[str, dict[float, dict[str, float]]], picture: Path) -> None:
    """Token accuracy and exact share over the share of unique data."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 4), layout="constrained")
    for axes, key in zip(figure.subplots(1, 2), ("token_accuracy", "exact_share"), strict=True):
        for name, points in curves.items():
            shares = sorted(points)
            axes.plot(shares, [points[share][key] for share in shares], "o-", label=name)
        axes.set(xscale="log", xlabel="share of the unique data", ylabel=key, ylim=(0, None))
        axes.grid(alpha=0.3)
        axes.legend()
    figure.savefig(picture, dpi=110)


def table(rows: dict[str, dict[str, float]]) -> None:
    """Print ways of filling side by side."""
    keys = list(next(iter(rows.values())))
    print(f"{'':18}" + "".join(f"{key:>16}" for key in keys))
    for name, row in rows.items():
        print(f"{name:18}" + "".join(f"{row[key]:16.4f}" for key in keys), flush=True)


def arguments(summary: str, tokens: int, width: int, layers: int) -> argparse.ArgumentParser:
    """What small trainings side by side are told."""
    told = argparse.ArgumentParser(description=summary)
    told.add_argument("corpus", type=Path)
    told.add_argument("--out", type=Path, required=True, help="where packs and checkpoints lie")
    told.add_argument("--held", type=Path, required=True, help="file of held-out repositories")
    told.add_argument("--tokens", type=int, default=tokens)
    told.add_argument("--holes", type=int, default=100)
    told.add_argument("--seed", type=int, default=0)
    told.add_argument("--width", type=int, default=width)
    told.add_argument("--layers", type=int, default=layers)
    told.add_argument("--rows", type=int, default=16)
    told.add_argument("--compiled", action="store_true", help="torch.compile while training")
    return told


def prepared(told: argparse.Namespace) -> tuple[Lab, list[HoleCase]]:
    """Packs, sizes and the training that were asked for, and the held-out statements."""
    held = frozenset(told.held.read_text("utf-8").split())
    tokenizer = prepare(told.corpus, told.out, held)
    sizes = NetworkConfig(tokenizer.static_size, told.width, told.layers, 4, told.width * 11 // 4)
    training = TrainingConfig(
        tokens=told.tokens,
        rows=told.rows,
        seed=told.seed,
        compiled=told.compiled,
        noise=NoiseConfig(spec_share=0.0),
        optimiser=OptimiserConfig(falling=0.6),
    )
    lab = Lab(told.out, tokenizer, PackedCorpus(told.out / "train.npz"), sizes, training)
    aside: list[Origin] = [o for o in find_sources(told.corpus) if o.repository in held]
    cases = list(cut_holes(aside, "statement", told.holes, told.seed)) if told.holes else []
    return lab, cases


def main() -> None:
    """Run the bench."""
    options = arguments(__doc__.splitlines()[0], 2_000_000, 256, 6)
    options.add_argument("--shares", default="1,0.5,0.25,0.125")
    told = options.parse_args()
    lab, cases = prepared(told)
    curves: dict[str, dict[float, dict[str, float]]] = {}
    seconds: dict[str, float] = {}
    for share in sorted(map(float, told.shares.split(",")), reverse=True):
        models = {kind: trained(lab, kind, share) for kind in KINDS}
        rows = compared(models, cases)
        table(rows)
        for name, row in rows.items():
            curves.setdefault(name, {})[share] = row
        seconds = seconds or long_holes(models, cases, STEPS)
    drawn(curves, told.out / "twin.png")
    most = max(curves["diffusion"])
    result = {
        "tokens": told.tokens,
        "parameters": count_parameters(Network(lab.sizes)),
        "holes": len(cases),
        **{name: points[most] for name, points in curves.items()},
        "hole64_s": seconds,
        "speedup": seconds["left_to_right"] / seconds["diffusion"],
        "curves": curves,
    }
    print(f"a hole of {LONG} tokens: {result['speedup']:.2f} times as fast as left to right")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
