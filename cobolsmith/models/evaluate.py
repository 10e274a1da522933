"""Figures on code the model wasn't trained on: masked tokens, and holes filled exactly."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from cobolsmith.errors import UsageError
from cobolsmith.infill import QUALITIES, Fill
from cobolsmith.models.baselines import FiveGram, Lexicon, NearCounts, learnt
from cobolsmith.models.data import Origin, find_sources, pack, save_pack
from cobolsmith.models.diffusion import DiffusionInfiller
from cobolsmith.models.holes import (
    OFFERED,
    HoleCase,
    broken_in,
    cut_holes,
    gold_length,
    with_known_length,
)
from cobolsmith.models.noise import Noised, collate, scattered
from cobolsmith.models.tokenizer import MASK_ID, CobolTokenizer
from cobolsmith.models.windows import PackedCorpus, Window

STEPS = QUALITIES["normal"][0]
"""Denoising steps where none are asked for: what the tool takes."""
CANDIDATES = 2 * len(OFFERED)
"""Starts for a hole whose length is not known: each length and draft, then sampled ones."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A case and what came back for it; `seconds` on the clock, `passes` through the network."""

    case: HoleCase
    fills: tuple[Fill, ...]
    seconds: float
    passes: int = 0

    @property
    def exact(self) -> bool:
        """Whether the best fill is the gold."""
        return bool(self.fills) and self.fills[0].words == self.case.gold

    @property
    def found(self) -> bool:
        """Whether any fill is the gold."""
        return any(fill.words == self.case.gold for fill in self.fills)


def fill_holes(
    infiller: DiffusionInfiller,
    cases: Sequence[HoleCase],
    *,
    seed: int,
    steps: int,
    candidates: int,
) -> list[Filled]:
    """Fill every case."""
    filled = []
    for case in cases:
        canvas = replace(case.canvas, broken=partial(broken_in, case))
        began, before = time.perf_counter(), infiller.passes
        fills = infiller.fill(canvas, seed=seed, steps=steps, candidates=candidates)
        seconds = time.perf_counter() - began
        filled.append(Filled(case, fills, seconds, infiller.passes - before))
    return filled


def words_right(case: HoleCase, words: Sequence[str]) -> float:
    """Share of gold words that stand at their own place in the fill."""
    same = sum(a == b for a, b in zip(case.gold, words, strict=False))
    return same / max(len(case.gold), len(words))


def masked_figures(
    infiller: DiffusionInfiller, bench: Bench, *, rate: float, windows: int, seed: int
) -> dict[str, float]:
    """Accuracy at scattered masks: the network's, the 5-gram's and the unigram's."""
    random = np.random.default_rng((seed, int(rate * 100)))
    chances = bench.packed.chances()
    right = {"model": 0, "fivegram": 0, "unigram": 0}
    total = 0
    for _ in range(windows):
        program = int(random.choice(len(bench.packed), p=chances))
        window = bench.packed.draw(program, 255, 64, random)
        row = scattered(window, rate, random)
        places = np.flatnonzero(row.targets >= 0)
        total += len(places)
        right["model"] += _model_right(infiller, window, row)
        text = _as_text(window, bench.packed, bench.lexicon)
        guesses = _fivegram_guesses(
            text, row.targets >= 0, places, bench.fivegram, bench.lexicon.static_size
        )
        right["fivegram"] += int((guesses == text[places]).sum())
        right["unigram"] += int((text[places] == bench.fivegram.unigram).sum())
    return {key: value / total for key, value in right.items()}


def _model_right(infiller: DiffusionInfiller, window: Window, row: Noised) -> int:
    batch = collate([window], [row], 255, max(1, len(window.identities)))
    odds = infiller.odds(batch)
    return int((odds.argmax(-1) == batch.targets).sum())


def _as_text(window: Window, corpus: PackedCorpus, lexicon: Lexicon) -> np.ndarray:
    names = [lexicon.name(corpus.spelling(int(row)).tolist()) for row in window.rows]
    table = np.asarray([*names, 0], np.int64)
    is_name = window.ids >= lexicon.static_size
    slots = np.where(is_name, window.ids - lexicon.static_size, -1)
    return np.where(is_name, table[slots], window.ids)


def _fivegram_guesses(
    text: np.ndarray, masked: np.ndarray, places: np.ndarray, fivegram: FiveGram, static_size: int
) -> np.ndarray:
    near = NearCounts(text.tolist(), masked.tolist(), static_size)
    answers = frozenset(text.tolist())
    guesses = []
    for place in places:
        begin = int(place)
        while begin > 0 and place - begin < 4 and not masked[begin - 1]:
            begin -= 1
        guesses.append(fivegram.guess(text[begin:place].tolist(), near, answers))
    return np.asarray(guesses)


def fivegram_fill(
    case: HoleCase, tokenizer: CobolTokenizer, fivegram: FiveGram, lexicon: Lexicon
) -> tuple[str, ...]:
    """The 5-gram's fill of known length, greedily from left to right."""
    spellings = [name.spelling for name in case.canvas.names]
    spelt = {spelling: lexicon.name(tokenizer.spell(spelling)) for spelling in spellings}
    names = {number: spelling for spelling, number in spelt.items()}

    def numbers(words: Sequence[str]) -> list[int]:
        return [n for w in words for n in ((spelt[w],) if w in spelt else tokenizer.spell(w))]

    before, after = numbers(case.canvas.prefix)[-200:], numbers(case.canvas.suffix)[:200]
    text = [*before, MASK_ID, *after]
    near = NearCounts(text, [n == MASK_ID for n in text], lexicon.static_size)
    made: list[int] = []
    for _ in range(gold_length(tokenizer, case)):
        made.append(fivegram.guess([*before, *made][-4:], near, frozenset(names)))
    shown = sorted(names)
    slots = {number: lexicon.static_size + at for at, number in enumerate(shown)}
    ids = [slots.get(number, number) for number in made]
    return tokenizer.decode(ids, [names[number] for number in shown])


def packed_of(sources: Sequence[Origin], tokenizer: CobolTokenizer) -> PackedCorpus:
    """Pack sources for measuring."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "held_out.npz"
        save_pack(path, pack(sources, tokenizer), tokenizer)
        return PackedCorpus(path)


@dataclass(frozen=True, slots=True)
class Measured:
    """Holes and what filled them: length unknown (`free`), length known, the 5-gram's words."""

    free: tuple[Filled, ...]
    known: tuple[Filled, ...]
    grams: tuple[tuple[str, ...], ...]

    def figures(self) -> dict[str, Any]:
        """Shares of holes restored exactly and of words right in their places."""
        count = len(self.free)
        cases = [filled.case for filled in self.free]
        exact = sum(words == case.gold for words, case in zip(self.grams, cases, strict=True))
        return {
            "holes": count,
            "exact_share": sum(filled.exact for filled in self.free) / count,
            "exact_share_any": sum(filled.found for filled in self.free) / count,
            "token_accuracy": token_accuracy(self.free),
            "exact_share_known_length": sum(filled.exact for filled in self.known) / count,
            "token_accuracy_known_length": token_accuracy(self.known),
            "fivegram_exact_share_known_length": exact / count,
            "fivegram_token_accuracy_known_length": sum(map(words_right, cases, self.grams))
            / count,
            **costs(self.free),
        }


def costs(filled: Sequence[Filled]) -> dict[str, float]:
    """What a fill costs: seconds on the clock, runs of a hole through the network; medians."""
    return {
        "median_s": statistics.median(one.seconds for one in filled),
        "passes": statistics.median(one.passes for one in filled),
    }


def token_accuracy(filled: Sequence[Filled]) -> float:
    """Share of words that stand at their own place in the best fill, a mean over the holes."""
    best = [words_right(f.case, f.fills[0].words) if f.fills else 0.0 for f in filled]
    return sum(best) / len(best)


@dataclass(frozen=True, slots=True)
class Bench:
    """What is asked, and the baselines beside: sources, the same packed, and a trained 5-gram."""

    sources: tuple[Origin, ...]
    packed: PackedCorpus
    fivegram: FiveGram
    lexicon: Lexicon


def bench_of(corpus: Path, tokenizer: CobolTokenizer, trained: Path | None) -> Bench:
    """Read a folder for measuring.

    `trained`: the packed stream the model was trained on (train.npz), which the baselines then
    learn from too. Without it they learn from every other source of the folder itself and only
    the rest is asked, which favours them: same authors, same style.
    """
    sources = find_sources(corpus)
    lexicon = Lexicon(tokenizer.static_size)
    if trained:
        stream = PackedCorpus(trained)
    else:
        if len(sources) < 2:
            raise UsageError("one source is too few to measure on", where=str(corpus))
        stream, sources = packed_of(sources[::2], tokenizer), sources[1::2]
    fivegram = learnt(stream, range(len(stream)), lexicon)
    return Bench(sources, packed_of(sources, tokenizer), fivegram, lexicon)


def measure_holes(
    infiller: DiffusionInfiller,
    bench: Bench,
    *,
    task: str,
    holes: int,
    seed: int,
    steps: int,
    candidates: int = CANDIDATES,
) -> Measured:
    """Fill holes with length known and unknown, and let the 5-gram fill them too."""
    cases = list(cut_holes(bench.sources, task, holes, seed))
    if not cases:
        raise UsageError("no hole could be cut from these sources", remedy="name a larger folder")
    tokenizer = infiller.tokenizer
    known = [with_known_length(tokenizer, case) for case in cases]
    return Measured(
        tuple(fill_holes(infiller, cases, seed=seed, steps=steps, candidates=candidates)),
        tuple(fill_holes(infiller, known, seed=seed, steps=steps, candidates=1)),
        tuple(fivegram_fill(case, tokenizer, bench.fivegram, bench.lexicon) for case in cases),
    )


def evaluate(
    infiller: DiffusionInfiller,
    corpus: Path,
    *,
    task: str,
    holes: int,
    seed: int,
    steps: int = STEPS,
    trained: Path | None = None,
) -> dict[str, Any]:
    """Figures of a model on a folder of sources; for `trained` see `bench_of`."""
    bench = bench_of(corpus, infiller.tokenizer, trained)
    figures: dict[str, Any] = {"task": task, "steps": steps}
    figures["baselines"] = "trained on the model's stream" if trained else "half of the folder"
    for rate in (0.15, 0.5):
        shares = masked_figures(infiller, bench, rate=rate, windows=max(8, holes // 2), seed=seed)
        figures |= {f"masked_{rate:.2f}_{who}": share for who, share in shares.items()}
    measured = measure_holes(infiller, bench, task=task, holes=holes, seed=seed, steps=steps)
    return figures | measured.figures()
