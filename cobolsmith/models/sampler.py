"""The sampler: the holes of one canvas denoised side by side, from masks or from drafts.

Entropy-bounded parallel unmasking: of the masked positions sorted by entropy, the largest set with
sum(H) - max(H) <= bound is committed in one step (at least one, and enough to finish within
`steps`). `<delete>` tokens shrink a hole that was offered longer than its text, `<expand>` tokens
become two masks where it was offered shorter. Guards against the repetition small models fall into:
no two equal neighbours unless both are near certain, no n-gram twice in one hole. Tokens outside
the hole never change; those inside are masked again when `revise` finds the network sure of others,
or when what reads the hole finds them broken.

Noise is a counter-based function of (seed, variant, step, position), added as float64 Gumbel, and
rows go through the network one at a time: on a CPU a batch gains next to nothing, and its sums come
out in another order. So a hole comes out with the same bits alone or among others.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from cobolsmith.models.tokenizer import DELETE, EXPAND, MASK_ID, SPECIALS

ENTROPY_BOUND = 0.1
CERTAIN = 0.95
NGRAM = 6
TEMPERATURE = 0.7
DOUBT = 0.1
"""Probability below which a draft's token is masked again."""
SURE = 0.6
"""Probability of another token at which a committed, doubted one is masked again."""
LONGEST = 64
"""Tokens up to which a hole may expand."""

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
    limits: Callable[[Sequence[int], int], np.ndarray] | None = None
    """(a whole row, a place in it) -> which ids the words beside the place let stand there."""
    spec: int = 0
    """Ids at the beginning of `prefix` that say what the hole must do."""


@dataclass(slots=True)
class Hole:
    """A hole being denoised: ids (`MASK_ID` where open) and the log-probability at which each was
    committed; `dropped`: those of deletes and expands. `variant` 0 is greedy; others are sampled.
    `refused`: (place, token) pairs that were masked again and are not to come back."""

    origin: str
    variant: int
    ids: list[int]
    scores: list[float] = field(default_factory=list)
    dropped: list[float] = field(default_factory=list)
    refused: set[tuple[int, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.scores = self.scores or [0.0] * len(self.ids)

    def open(self) -> list[int]:
        """Positions still masked."""
        return [at for at, token in enumerate(self.ids) if token == MASK_ID]

    def mask_again(self, places: Iterable[int]) -> None:
        """Open committed tokens again; they don't come back to their places."""
        for place in places:
            self.refused.add((place, self.ids[place]))
            self.ids[place], self.scores[place] = MASK_ID, 0.0

    def score(self) -> float:
        """Mean log-probability of what was committed, all decisions on the length together counting
        as one token (as deletes do in training); -inf for nothing."""
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
    return _normalised(odds, frame, places, row)


def _normalised(
    odds: np.ndarray, frame: Frame, positions: Sequence[int], whole: Sequence[int]
) -> np.ndarray:
    odds = np.where(frame.forbidden, -np.inf, odds)
    for row, position in enumerate(positions):
        if frame.allowed:
            mask = frame.allowed[min(position, len(frame.allowed) - 1)]
            odds[row] = np.where(mask, odds[row], -np.inf)
        if frame.limits:
            limited = np.where(
                frame.limits(whole, len(frame.prefix) + position), odds[row], -np.inf
            )
            if np.isfinite(limited).any():  # neighbours that leave nothing are wrong themselves
                odds[row] = limited
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


def likelihood(
    denoise: Denoise, frame: Frame, ids: Sequence[int], seed: int = 0, stages: int = 4
) -> float:
    """Log-probability of a whole hole: its tokens uncovered in `stages` groups, each scored by what
    is known before it. One order of the many an order-free model knows, the same for equal lengths
    and seeds; -inf for nothing."""
    if not ids:
        return -math.inf
    order = np.random.default_rng((seed, len(ids))).permutation(len(ids))
    shown = [MASK_ID] * len(ids)
    total = 0.0
    for group in np.array_split(order, min(stages, len(ids))):
        places = sorted(group.tolist())
        table = log_probabilities(denoise, frame, shown, places)
        for row, at in enumerate(places):
            total += float(table[row, ids[at]])
            shown[at] = ids[at]
    return total


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

    A hole expands in the first half of the steps only, and up to `LONGEST`. `watch` sees the first
    hole after each step.
    """
    for step in range(steps):
        rows = [hole for hole in holes if hole.open()]
        if not rows:
            break
        for hole in rows:
            places = hole.open()
            table = log_probabilities(denoise, frame, hole.ids, places)
            if 2 * step >= steps or len(hole.ids) + len(places) > LONGEST:
                table[:, EXPAND] = -np.inf
            _advance(hole, places, table, seed=seed, step=step, left=steps - step)
        if watch:
            watch(step, holes[0])


def revise(
    denoise: Denoise,
    frame: Frame,
    holes: Sequence[Hole],
    *,
    seed: int,
    steps: int,
    rounds: int,
    broken: Callable[[Hole], Iterable[int]] | None = None,
    doubting: bool = True,
) -> None:
    """Look at whole holes again: mask and denoise anew what can't stay, at most `rounds` times.

    What can't stay: tokens in what doesn't parse (`broken` gives their places), and, of a network
    trained to correct visible tokens (`doubting`), those it doubts while it is sure of another.
    """
    for turn in range(1, rounds + 1):
        opened = []
        for hole in holes:
            places = set(broken(hole)) if broken else set()
            places |= _doubted(denoise, frame, hole) if doubting else set()
            if places:
                hole.mask_again(places)
                opened.append(hole)
        if not opened:
            return
        denoise_holes(denoise, frame, opened, seed=seed + 7919 * turn, steps=steps)


def _doubted(denoise: Denoise, frame: Frame, hole: Hole) -> set[int]:
    if not hole.ids or hole.open():
        return set()
    places = range(len(hole.ids))
    table = log_probabilities(denoise, frame, hole.ids, places)
    best = table.argmax(-1)
    return {
        at
        for at, token in enumerate(hole.ids)
        if best[at] not in (token, DELETE, EXPAND)
        and table[at, best[at]] > math.log(SURE)
        and table[at, token] < math.log(DOUBT)
        and (at, int(best[at])) not in hole.refused
    }


def _advance(
    hole: Hole, places: list[int], table: np.ndarray, *, seed: int, step: int, left: int
) -> None:
    tokens, scores = _chosen(hole, places, table, seed, step)
    safe = np.where(np.isfinite(table), table, 0.0)
    entropy = -(np.exp(table) * safe).sum(-1)
    order = np.lexsort((np.arange(len(places)), entropy))
    sums = np.cumsum(entropy[order])
    must = max(1, -(-len(places) // left))
    count = max(int((sums - entropy[order] <= ENTROPY_BOUND).sum()), must)
    committed = 0
    resized: list[tuple[int, int]] = []
    for rank in order[:count]:
        place, token, score = places[rank], int(tokens[rank]), float(scores[rank])
        if committed >= must and _repeats(hole, place, token, math.exp(score)):
            continue
        gone = sum(kind == DELETE for _, kind in resized)
        if token == DELETE and len(hole.ids) - gone == 1:
            continue  # a hole is never deleted whole in one step
        committed += 1
        hole.scores[place] = score
        if token in (DELETE, EXPAND):
            resized.append((place, token))
        else:
            hole.ids[place] = token
    _resize(hole, resized)


def _resize(hole: Hole, resized: Sequence[tuple[int, int]]) -> None:
    """Take out deleted places, open expanded ones to two masks; later places first."""
    for place, kind in sorted(resized, reverse=True):
        hole.dropped.append(hole.scores[place])
        if kind == DELETE:
            del hole.ids[place], hole.scores[place]
        else:
            hole.ids[place : place + 1] = [MASK_ID, MASK_ID]
            hole.scores[place : place + 1] = [0.0, 0.0]
        shift = -1 if kind == DELETE else 1
        hole.refused = {(at + shift if at > place else at, token) for at, token in hole.refused}


def _chosen(
    hole: Hole, places: list[int], table: np.ndarray, seed: int, step: int
) -> tuple[np.ndarray, np.ndarray]:
    """The token wanted at each place and its log-probability; repetition is ruled out first."""
    table = table.copy()
    for row, place in enumerate(places):
        for token in _banned(hole.ids, place):
            if table[row, token] < math.log(CERTAIN):
                table[row, token] = -np.inf
        for at, token in hole.refused:
            if at == place:
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
    if token in (DELETE, EXPAND) or probability > CERTAIN:
        return False
    return any(hole.ids[at] == token for at in near)


def forbidden_ids(static_size: int, present: int, slots: int) -> np.ndarray:
    """Ids no hole may hold: specials other than `<delete>` and `<expand>`, and slots beyond the
    names present."""
    forbidden = np.zeros(static_size + slots, bool)
    forbidden[: len(SPECIALS)] = True
    forbidden[[DELETE, EXPAND]] = False
    forbidden[static_size + present :] = True
    return forbidden
