"""The sampler: the holes of one canvas denoised side by side, from masks or from drafts.

Entropy-bounded parallel unmasking: of the masked positions sorted by entropy, the largest set with
sum(H) - max(H) <= bound is committed in one step (at least one, and enough to finish within
`steps`). `<delete>` tokens shrink a hole that was offered longer than its text. Guards against the
repetition small models fall into: no two equal neighbours unless both are near certain, no n-gram
twice in one hole. Known tokens never change.

Noise is a counter-based function of (seed, variant, step, position), added as float64 Gumbel, and
rows go through the network one at a time: on a CPU a batch gains next to nothing, and its sums come
out in another order. So a hole comes out with the same bits alone or among others.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from cobolsmith.models.tokenizer import DELETE, MASK_ID, SPECIALS

ENTROPY_BOUND = 0.1
CERTAIN = 0.95
NGRAM = 6
TEMPERATURE = 0.7
DOUBT = 0.1
"""Probability below which a draft's token is masked again."""

Denoise = Callable[[Sequence[int], Sequence[int]], np.ndarray]
"""(ids of a row, places asked) -> log-odds [places, V+K] in float64, for one table of names."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What all holes of a canvas share: ids before and after, and which ids may be chosen.

    `forbidden` [V+K] (bool); `allowed`: per hole position a mask of ids that may stand there, the
    last one standing for all further positions; empty for no restriction.
    """

    prefix: tuple[int, ...]
    suffix: tuple[int, ...]
    forbidden: np.ndarray
    allowed: tuple[np.ndarray, ...] = ()


@dataclass(slots=True)
class Hole:
    """A hole being denoised: ids (`MASK_ID` where open) and the log-probability at which each was
    committed; `dropped`: those of the deletes. `variant` 0 is greedy; others are sampled."""

    origin: str
    variant: int
    ids: list[int]
    scores: list[float] = field(default_factory=list)
    dropped: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.scores = self.scores or [0.0] * len(self.ids)

    def open(self) -> list[int]:
        """Positions still masked."""
        return [at for at, token in enumerate(self.ids) if token == MASK_ID]

    def score(self) -> float:
        """Mean log-probability of what was committed, all deletes together counting as one token
        (as in training: they say where the text ends); -inf for nothing."""
        if not self.scores:
            return -math.inf
        end = [sum(self.dropped) / len(self.dropped)] if self.dropped else []
        return sum(self.scores + end) / len(self.scores + end)


def gumbel(seed: int, variant: int, step: int, position: int, size: int) -> np.ndarray:
    """Standard Gumbel noise [size] in float64, a pure function of its arguments."""
    counter = np.array([0, variant, step, position], np.uint64)
    bits = np.random.Philox(key=np.array([seed, 0x636F626F6C], np.uint64), counter=counter)
    uniform = np.random.Generator(bits).random(size)
    return np.asarray(-np.log(-np.log(np.clip(uniform, 1e-300, 1 - 1e-16))))


def log_probabilities(
    denoise: Denoise, frame: Frame, hole: Sequence[int], places: Sequence[int]
) -> np.ndarray:
    """Log-probabilities [places, V+K] at positions of a hole, in float64."""
    row = [*frame.prefix, *hole, *frame.suffix]
    odds = denoise(row, [len(frame.prefix) + place for place in places])
    return _normalised(odds, frame, places)


def _normalised(odds: np.ndarray, frame: Frame, positions: Sequence[int]) -> np.ndarray:
    odds = np.where(frame.forbidden, -np.inf, odds)
    for row, position in enumerate(positions):
        if frame.allowed:
            mask = frame.allowed[min(position, len(frame.allowed) - 1)]
            odds[row] = np.where(mask, odds[row], -np.inf)
    top = odds.max(-1, keepdims=True)
    return np.asarray(odds - top - np.log(np.exp(odds - top).sum(-1, keepdims=True)))


def score_draft(
    denoise: Denoise, frame: Frame, draft: Sequence[int], every: int = 3
) -> list[float]:
    """Masked log-likelihood of each token of a draft: every third is masked at a time."""
    scores = [0.0] * len(draft)
    for phase in range(min(every, len(draft))):
        places = range(phase, len(draft), every)
        masked = [MASK_ID if at % every == phase else token for at, token in enumerate(draft)]
        table = log_probabilities(denoise, frame, masked, places)
        for row, at in enumerate(places):
            scores[at] = float(table[row, draft[at]])
    return scores


def from_draft(
    denoise: Denoise, frame: Frame, draft: Sequence[int], origin: str, variant: int
) -> Hole:
    """A hole that starts from a draft, its unlikely tokens masked; later variants doubt more."""
    scores = score_draft(denoise, frame, draft)
    limit = math.log(min(0.9, DOUBT * (1 + 2 * variant)))
    ids = [token if s >= limit else MASK_ID for token, s in zip(draft, scores, strict=True)]
    return Hole(origin, variant, ids, scores)


def denoise_holes(
    denoise: Denoise,
    frame: Frame,
    holes: Sequence[Hole],
    *,
    seed: int,
    steps: int,
    watch: Callable[[int, Hole], None] | None = None,
) -> None:
    """Commit tokens until no hole has a mask left, in at most `steps` steps. Changes the holes.

    `watch` sees the first hole after each step.
    """
    for step in range(steps):
        rows = [hole for hole in holes if hole.open()]
        if not rows:
            break
        for hole in rows:
            places = hole.open()
            table = log_probabilities(denoise, frame, hole.ids, places)
            _advance(hole, places, table, seed=seed, step=step, left=steps - step)
        if watch:
            watch(step, holes[0])


def _advance(
    hole: Hole, places: list[int], table: np.ndarray, *, seed: int, step: int, left: int
) -> None:
    tokens, scores = _chosen(hole, places, table, seed, step)
    safe = np.where(np.isfinite(table), table, 0.0)
    entropy = -(np.exp(table) * safe).sum(-1)
    order = np.lexsort((np.arange(len(places)), entropy))
    sums = np.cumsum(entropy[order])
    count = int((sums - entropy[order] <= ENTROPY_BOUND).sum())
    count = max(count, -(-len(places) // left), 1)
    committed = 0
    must = max(1, -(-len(places) // left))
    removed: list[int] = []
    for rank in order[:count]:
        place, token, score = places[rank], int(tokens[rank]), float(scores[rank])
        if committed >= must and _repeats(hole, place, token, math.exp(score)):
            continue
        if token == DELETE and len(hole.ids) - len(removed) == 1:
            continue  # a hole is never deleted whole in one step
        committed += 1
        hole.ids[place], hole.scores[place] = token, score
        if token == DELETE:
            removed.append(place)
    for place in sorted(removed, reverse=True):
        hole.dropped.append(hole.scores[place])
        del hole.ids[place], hole.scores[place]


def _chosen(
    hole: Hole, places: list[int], table: np.ndarray, seed: int, step: int
) -> tuple[np.ndarray, np.ndarray]:
    """The token wanted at each place and its log-probability; repetition is ruled out first."""
    table = table.copy()
    for row, place in enumerate(places):
        for token in _banned(hole.ids, place):
            if table[row, token] < math.log(CERTAIN):
                table[row, token] = -np.inf
    if len(places) == len(hole.ids) == 1:
        table[:, DELETE] = -np.inf
    noisy = table
    if hole.variant:
        size = table.shape[1]
        noise = [gumbel(seed, hole.variant, step, place, size) for place in places]
        noisy = table + TEMPERATURE * np.stack(noise)
    tokens = noisy.argmax(-1)
    return tokens, np.take_along_axis(table, tokens[:, None], 1)[:, 0]


def _banned(ids: Sequence[int], place: int) -> set[int]:
    """Tokens that would repeat a committed neighbour or an n-gram of the hole."""
    banned = {ids[near] for near in (place - 1, place + 1) if 0 <= near < len(ids)}
    before = tuple(ids[max(0, place - NGRAM + 1) : place])
    if len(before) == NGRAM - 1 and MASK_ID not in before:
        for at in range(len(ids) - NGRAM + 1):
            if tuple(ids[at : at + NGRAM - 1]) == before:
                banned.add(ids[at + NGRAM - 1])
    return banned - {MASK_ID}


def _repeats(hole: Hole, place: int, token: int, probability: float) -> bool:
    near = (at for at in (place - 1, place + 1) if 0 <= at < len(hole.ids))
    if token == DELETE or probability > CERTAIN:
        return False
    return any(hole.ids[at] == token for at in near)


def forbidden_ids(static_size: int, present: int, slots: int) -> np.ndarray:
    """Ids no hole may hold: specials other than `<delete>`, and slots beyond the names present."""
    forbidden = np.zeros(static_size + slots, bool)
    forbidden[: len(SPECIALS)] = True
    forbidden[DELETE] = False
    forbidden[static_size + present :] = True
    return forbidden
