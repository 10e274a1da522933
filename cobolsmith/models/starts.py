"""Around the sampler: where the denoising of a canvas starts, and which fills come of it.

The same for every model that denoises: each draft as it is and with its unlikely tokens masked,
then each number of masks; all greedily once, and as sampled variants until enough were started.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from cobolsmith.infill import Fill
from cobolsmith.models import sampler
from cobolsmith.models.sampler import Denoise, Frame, Hole
from cobolsmith.models.tokenizer import MASK_ID

LIKENESS = (0.0, 0.0, 0.5, 1.0, 2.5, 4.0)
"""Nats the first draft's score gains where its place is 0, 1, 2 ... like the hole's: on 679
statements of repositories trained on it was what had stood there in 0, 2, 6, 11, 26 and 73 % of the
holes (later drafts in under 3), and the model's own score of a draft told next to nothing."""
Start = Callable[[int], Hole]
"""Variant (0: greedy) -> a hole to denoise."""


def starts_of(
    denoise: Denoise, frame: Frame, drafts: Sequence[Sequence[int]], counts: Iterable[int]
) -> list[Start]:
    """Starts from drafts (ids) and numbers of masks, in this order; empty ones are left out."""
    found: list[Start] = []
    for at, draft in enumerate(drafts, 1):
        if draft:
            scores = sampler.score_draft(denoise, frame, draft)
            found.append(partial(_as_it_is, f"draft:{at}", draft, scores))
            found.append(partial(sampler.from_draft, denoise, frame, draft, f"draft:{at}"))
    return found + [partial(_masks, count) for count in counts if count > 0]


def dealt(starts: Sequence[Start], candidates: int) -> list[Hole]:
    """Holes from all starts in turn, at least one of each and `candidates` in all."""
    wanted = max(candidates, len(starts)) if starts else 0
    return [starts[at % len(starts)](at // len(starts)) for at in range(wanted)]


def _masks(count: int, variant: int) -> Hole:
    return Hole(f"masks:{count}", variant, [MASK_ID] * count)


def _as_it_is(origin: str, draft: Sequence[int], scores: Sequence[float], variant: int) -> Hole:
    return Hole(origin, variant, list(draft), list(scores))


def ranked(
    holes: Iterable[Hole],
    words_of: Callable[[Sequence[int]], tuple[str, ...]],
    permitted: Callable[[tuple[str, ...]], bool],
    candidates: int,
    bonus: Callable[[Hole], float] = lambda hole: 0.0,
) -> tuple[Fill, ...]:
    """Fills of the holes that are done and whose words are permitted, best first, each once; line
    breaks at their ends, which are the place's and not the fill's, are left out.

    `words_of`: ids -> words, none where they make no text; `bonus`: what a hole's score gains.
    """
    fills: dict[tuple[str, ...], Fill] = {}
    for hole in holes:
        score = hole.score() + bonus(hole)
        if hole.open() or score == -math.inf:
            continue
        words = bare(words_of(hole.ids))
        better = words not in fills or fills[words].score < score
        if words and better and permitted(words):
            fills[words] = Fill(words, score, hole.origin)
    best = sorted(fills.values(), key=lambda fill: (-fill.score, fill.words))
    return tuple(best[:candidates])


def bare(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words without line breaks at their ends."""
    first, last = 0, len(words)
    while first < last and words[first].startswith("\n"):
        first += 1
    while last > first and words[last - 1].startswith("\n"):
        last -= 1
    return words[first:last]


def draft_bonus(hole: Hole, draft: Sequence[int], likeness: float) -> float:
    """What a hole's score gains for being the first draft, unchanged, from a place so like its own
    (`drafts.Draft`)."""
    same = hole.origin == "draft:1" and hole.ids == list(draft)
    return LIKENESS[min(int(likeness), len(LIKENESS) - 1)] if same else 0.0
