"""Figures on code the model wasn't trained on: masked tokens, and holes filled exactly.

Holes are cut from sources as the tool will meet them: words before and after, the names in scope
(those of the program that also stand outside the hole), the gold words taken out. A name declared
in the hole is offered without what its declaration would tell.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from cobolsmith.errors import UsageError
from cobolsmith.infill import Canvas, Fill, Infiller
from cobolsmith.models.baselines import FiveGram, Lexicon, NearCounts, learnt
from cobolsmith.models.data import Origin, find_sources, pack, read_text, save_pack, scan_names
from cobolsmith.models.diffusion import DiffusionInfiller
from cobolsmith.models.noise import VERBS, Noised, collate, scattered
from cobolsmith.models.tokenizer import MASK_ID, CobolTokenizer
from cobolsmith.models.windows import PackedCorpus, Window
from cobolsmith.words import Word, words_of

TASKS = ("line", "statement", "span")
OFFERED = (3, 6, 10, 16, 24)
"""Numbers of masks offered when the length is not known."""
SCOPE = 96
LONGEST = 24
"""Words of the longest hole that is cut."""
CONTEXT = 400
"""Words handed over on either side; the model keeps what fits its window."""


@dataclass(frozen=True, slots=True)
class HoleCase:
    """A hole cut from a source: words [begin, end) are the gold; `words` carry their offsets."""

    origin: Origin
    words: tuple[Word, ...]
    begin: int
    end: int
    canvas: Canvas

    @property
    def gold(self) -> tuple[str, ...]:
        """The words that were there."""
        return tuple(word.text for word in self.words[self.begin : self.end])


def cut_holes(sources: Sequence[Origin], task: str, count: int, seed: int) -> Iterator[HoleCase]:
    """Cut holes, at most three a source, sources in random order until `count` are cut."""
    if task not in TASKS:
        raise UsageError(f"unknown task {task}", remedy=f"one of {', '.join(TASKS)}")
    random = np.random.default_rng((seed, TASKS.index(task)))
    done = 0
    for at in random.permutation(len(sources)):
        words = tuple(words_of(read_text(sources[at].path), sources[at].fixed))
        spans = list(_spans(words, task, random))
        for place in random.permutation(len(spans))[:3]:
            begin, end = spans[place]
            yield HoleCase(sources[at], words, begin, end, canvas_of(words, begin, end))
            done += 1
            if done == count:
                return


def _spans(
    words: Sequence[Word], task: str, random: np.random.Generator
) -> Iterator[tuple[int, int]]:
    """Candidate holes [begin, end): whole lines, statements of the PROCEDURE DIVISION, or runs."""
    text = [word.text for word in words]
    breaks = [at for at, word in enumerate(text) if word.startswith("\n")]
    if task == "line":
        found = [(a + 1, b) for a, b in zip(breaks, [*breaks[1:], len(text)], strict=True)]
    elif task == "statement":
        found = list(_statements(text))
    else:
        sizes = random.integers(2, 13, max(0, len(text) - 12))
        found = [(at, at + int(size)) for at, size in enumerate(sizes)]
    yield from (span for span in found if 2 <= span[1] - span[0] <= LONGEST)


def _statements(text: Sequence[str]) -> Iterator[tuple[int, int]]:
    verbs = frozenset(VERBS)
    ends = verbs | {"."}
    begin = -1
    procedural = False
    for at, word in enumerate(text):
        procedural = procedural or (word == "PROCEDURE" and text[at + 1 : at + 2] == ["DIVISION"])
        if not procedural or not (word in ends or word.startswith("END-")):
            continue
        if begin >= 0:
            end = at
            while text[end - 1].startswith("\n"):
                end -= 1
            yield begin, end
        begin = at if word in verbs else -1


def canvas_of(words: Sequence[Word], begin: int, end: int) -> Canvas:
    """The canvas of a hole: names by nearness of their nearest use outside the hole."""
    text = [word.text for word in words]
    names, places = scan_names(text)
    nearest: dict[str, int] = {}
    for at, word in enumerate(text):
        if not begin <= at < end:
            away = begin - at if at < begin else at - end
            nearest[word] = min(away, nearest.get(word, away))
    scope = []
    for name, place in zip(names, places, strict=True):
        if name.spelling in nearest:
            hidden = replace(name, kind="", level=0, picture="", usage="")
            scope.append(hidden if begin <= place < end else name)
    scope.sort(key=lambda name: (nearest[name.spelling], name.spelling))
    return Canvas(
        tuple(text[max(0, begin - CONTEXT) : begin]),
        tuple(text[end : end + CONTEXT]),
        tuple(scope[:SCOPE]),
        OFFERED,
        (),
    )


def gold_length(tokenizer: CobolTokenizer, case: HoleCase) -> int:
    """Tokens of the gold words under the canvas's table of names."""
    return len(tokenizer.encode(case.gold, {name.spelling: 0 for name in case.canvas.names}))


@dataclass(frozen=True, slots=True)
class Filled:
    """A case and what came back for it; `seconds` on the clock."""

    case: HoleCase
    fills: tuple[Fill, ...]
    seconds: float

    @property
    def exact(self) -> bool:
        """Whether the best fill is the gold."""
        return bool(self.fills) and self.fills[0].words == self.case.gold

    @property
    def found(self) -> bool:
        """Whether any fill is the gold."""
        return any(fill.words == self.case.gold for fill in self.fills)


def fill_holes(
    infiller: Infiller, cases: Sequence[HoleCase], *, seed: int, steps: int, candidates: int
) -> list[Filled]:
    """Fill every case."""
    filled = []
    for case in cases:
        began = time.perf_counter()
        fills = infiller.fill(case.canvas, seed=seed, steps=steps, candidates=candidates)
        filled.append(Filled(case, fills, time.perf_counter() - began))
    return filled


def words_right(case: HoleCase, words: Sequence[str]) -> float:
    """Share of gold words that stand at their own place in the fill."""
    same = sum(a == b for a, b in zip(case.gold, words, strict=False))
    return same / max(len(case.gold), len(words))


def with_known_length(tokenizer: CobolTokenizer, case: HoleCase) -> HoleCase:
    """The case with the right number of masks offered."""
    return replace(case, canvas=replace(case.canvas, lengths=(gold_length(tokenizer, case),)))


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
            "token_accuracy": _right(self.free),
            "exact_share_known_length": sum(filled.exact for filled in self.known) / count,
            "token_accuracy_known_length": _right(self.known),
            "fivegram_exact_share_known_length": exact / count,
            "fivegram_token_accuracy_known_length": sum(map(words_right, cases, self.grams))
            / count,
            "median_s": statistics.median(filled.seconds for filled in self.free),
        }


def _right(filled: Sequence[Filled]) -> float:
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
    infiller: DiffusionInfiller, bench: Bench, *, task: str, holes: int, seed: int, steps: int
) -> Measured:
    """Fill holes with length known and unknown, and let the 5-gram fill them too."""
    cases = list(cut_holes(bench.sources, task, holes, seed))
    if not cases:
        raise UsageError("no hole could be cut from these sources", remedy="name a larger folder")
    tokenizer = infiller.tokenizer
    known = [with_known_length(tokenizer, case) for case in cases]
    return Measured(
        tuple(fill_holes(infiller, cases, seed=seed, steps=steps, candidates=len(OFFERED))),
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
    steps: int = 16,
    trained: Path | None = None,
) -> dict[str, Any]:
    """Figures of a model on a folder of sources; for `trained` see `bench_of`."""
    bench = bench_of(corpus, infiller.tokenizer, trained)
    figures: dict[str, Any] = {"task": task, "passes": steps}
    figures["baselines"] = "trained on the model's stream" if trained else "half of the folder"
    for rate in (0.15, 0.5):
        shares = masked_figures(infiller, bench, rate=rate, windows=max(8, holes // 2), seed=seed)
        figures |= {f"masked_{rate:.2f}_{who}": share for who, share in shares.items()}
    measured = measure_holes(infiller, bench, task=task, holes=holes, seed=seed, steps=steps)
    return figures | measured.figures()
