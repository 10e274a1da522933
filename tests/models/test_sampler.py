"""The sampler: same seed, same bits; lengths shrink; nothing but names in scope."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from cobolsmith.errors import ModelError
from cobolsmith.infill import Canvas, Fill, Name
from cobolsmith.models import sampler
from cobolsmith.models.diffusion import DiffusionInfiller
from cobolsmith.models.sampler import Frame, Hole, denoise_holes, gumbel
from cobolsmith.models.tokenizer import DELETE, EXPAND, MASK_ID

NAMES = (
    Name("WS-TOTAL", "data", 5, "S9(7)V99", "COMP-3"),
    Name("WS-NAME", "data", 5, "X(30)", ""),
    Name("MAIN-LINE", "paragraph", 0, "", ""),
)
PREFIX = ("\n    ", "MOVE", "WS-NAME", "TO")
SUFFIX = (".", "\n    ", "GOBACK", ".")


def canvas(
    lengths: Sequence[int] = (), drafts: Sequence[Sequence[str]] = (), **rest: object
) -> Canvas:
    return Canvas(PREFIX, SUFFIX, NAMES, tuple(lengths), tuple(map(tuple, drafts)), **rest)  # type: ignore[arg-type]


def by_origin(fills: Sequence[Fill]) -> dict[str, Fill]:
    return {fill.origin: fill for fill in fills}


def test_noise_is_a_pure_function_of_its_counter() -> None:
    one = gumbel(3, 1, 2, 5, 1000)
    assert np.array_equal(one, gumbel(3, 1, 2, 5, 1000))
    others = [gumbel(4, 1, 2, 5, 1000), gumbel(3, 2, 2, 5, 1000), gumbel(3, 1, 3, 5, 1000)]
    assert not any(np.array_equal(one, other) for other in others)
    assert abs(gumbel(0, 1, 1, 1, 100_000).mean() - 0.5772) < 0.02


def test_a_seed_gives_the_same_bits_alone_in_a_batch_and_without_the_cache(
    infiller: DiffusionInfiller,
) -> None:
    together = by_origin(infiller.fill(canvas((2, 5, 9, 14)), seed=7, steps=20, candidates=4))
    again = by_origin(infiller.fill(canvas((2, 5, 9, 14)), seed=7, steps=20, candidates=4))
    assert together == again
    for length in (2, 5, 9, 14):
        alone = infiller.fill(canvas((length,)), seed=7, steps=20, candidates=1)
        assert alone == (together[f"masks:{length}"],)
    remembered, infiller.cached = infiller.cached, False
    try:
        anew = by_origin(infiller.fill(canvas((2, 5, 9, 14)), seed=7, steps=20, candidates=4))
    finally:
        infiller.cached = remembered
    assert anew == together


def test_variants_differ_by_seed(infiller: DiffusionInfiller) -> None:
    runs = [infiller.fill(canvas((6,)), seed=s, steps=8, candidates=4) for s in (1, 1, 2)]
    assert runs[0] == runs[1] != runs[2]
    assert len(runs[0]) > 1


def test_fills_are_best_first_and_at_most_as_many_as_asked(infiller: DiffusionInfiller) -> None:
    fills = infiller.fill(canvas((1, 2, 3, 4, 5)), seed=0, steps=8, candidates=3)
    scores = [fill.score for fill in fills]
    assert len(fills) == 3
    assert scores == sorted(scores, reverse=True)
    assert all(score <= 0 for score in scores)


def test_names_are_only_those_of_the_table(infiller: DiffusionInfiller) -> None:
    """Random weights try everything: whatever they write decodes, and slots are names in scope."""
    allowed = frozenset(name.spelling for name in NAMES[:2])
    for seed in range(5):
        fills = infiller.fill(canvas((1,), allowed=(allowed,)), seed=seed, steps=4, candidates=3)
        assert fills
        assert all(set(fill.words) <= allowed and len(fill.words) == 1 for fill in fills)


def test_steps_bound_the_denoising(infiller: DiffusionInfiller) -> None:
    seen: list[tuple[int, tuple[str, ...]]] = []
    infiller.fill(canvas((12,)), seed=0, steps=3, candidates=1, watch=lambda *at: seen.append(at))
    masks = [words.count("<mask>") for _, words in seen]
    assert [step for step, _ in seen] == list(range(len(seen)))
    assert len(seen) <= 3
    assert masks == sorted(masks, reverse=True)
    assert masks[-1] == 0


def test_a_draft_is_scored_and_its_unlikely_words_written_anew(infiller: DiffusionInfiller) -> None:
    draft = ("ADD", "WS-TOTAL", "GIVING", "WS-NAME")
    (fill,) = infiller.fill(canvas((), (draft,)), seed=0, steps=9, candidates=1)
    assert fill.origin == "draft:1"
    assert fill.words != draft  # random weights believe in nothing


def test_no_start_and_too_long_a_hole_are_refused(infiller: DiffusionInfiller) -> None:
    with pytest.raises(ModelError, match="neither lengths nor drafts"):
        infiller.fill(canvas(), seed=0, steps=4, candidates=1)
    with pytest.raises(ModelError, match="too long"):
        infiller.fill(canvas((250,)), seed=0, steps=4, candidates=1)
    with pytest.raises(ModelError, match="at least 1"):
        infiller.fill(canvas((3,)), seed=0, steps=0, candidates=1)


# --- Against a network that is told what to answer ------------------------------------------------

SIZE = 40
A, B, C, D = 10, 11, 12, 13


def oracle(answers: dict[int, list[tuple[int, float]]], prefix: int) -> sampler.Denoise:
    """Log-odds by place in the hole: listed (token, log-odds), -20 for the rest."""

    def denoise(row: Sequence[int], places: Sequence[int]) -> np.ndarray:
        odds = np.full((len(places), SIZE), -20.0)
        for at, place in enumerate(places):
            for token, value in answers.get(place - prefix, []):
                odds[at, token] = value
        return odds

    return denoise


FRAME = Frame((5, 6), (7, 8), np.zeros(SIZE, bool))


def test_deletes_shrink_a_hole_that_was_too_long() -> None:
    answers = {0: [(A, 9.0)], 1: [(B, 9.0)], 2: [(DELETE, 9.0)], 3: [(DELETE, 9.0)]}
    hole = Hole("masks:4", 0, [MASK_ID] * 4)
    denoise_holes(oracle(answers, 2), FRAME, [hole], seed=0, steps=8)
    assert hole.ids == [A, B]
    assert len(hole.scores) == 2
    assert hole.score() == pytest.approx(0.0, abs=1e-3)


def test_all_deletes_of_a_hole_score_as_one_token() -> None:
    hole = Hole("masks:6", 0, [A, B], [-1.0, -2.0], [-3.0, -3.0, -9.0, -5.0])
    assert hole.score() == pytest.approx((-1.0 - 2.0 - 5.0) / 3)


def test_a_hole_is_not_deleted_whole_in_one_step() -> None:
    answers = {0: [(DELETE, 9.0), (A, 3.0)], 1: [(DELETE, 9.0), (A, 3.0)]}
    hole = Hole("masks:2", 0, [MASK_ID] * 2)
    denoise_holes(oracle(answers, 2), FRAME, [hole], seed=0, steps=8)
    assert hole.ids == [A]


def test_equal_neighbours_are_not_written_unless_certain() -> None:
    unsure = {at: [(A, 2.0), (B, 1.5)] for at in range(4)}
    hole = Hole("masks:4", 0, [MASK_ID] * 4)
    denoise_holes(oracle(unsure, 2), FRAME, [hole], seed=0, steps=8)
    assert hole.ids == [A, B, A, B]
    certain = {at: [(A, 9.0), (B, 1.0)] for at in range(4)}
    hole = Hole("masks:4", 0, [MASK_ID] * 4)
    denoise_holes(oracle(certain, 2), FRAME, [hole], seed=0, steps=8)
    assert hole.ids == [A] * 4


def test_the_certain_go_first_and_the_doubtful_wait() -> None:
    doubt = [(A, 0.1), (B, 0.0), (C, 0.0)]
    answers = {0: doubt, 1: [(C, 30.0)], 2: [(D, 30.0)], 3: doubt}
    steps: list[list[int]] = []
    hole = Hole("masks:4", 0, [MASK_ID] * 4)
    denoise_holes(
        oracle(answers, 2),
        FRAME,
        [hole],
        seed=0,
        steps=8,
        watch=lambda _, seen: steps.append(list(seen.ids)),
    )
    assert steps == [[A, C, D, MASK_ID], [A, C, D, A]]


def test_forbidden_and_disallowed_ids_are_never_chosen() -> None:
    answers = {0: [(A, 9.0), (B, 5.0), (C, 1.0)]}
    forbidden = np.zeros(SIZE, bool)
    forbidden[A] = True
    only = np.zeros(SIZE, bool)
    only[[A, C]] = True
    for frame, expected in (
        (Frame((5,), (7,), forbidden), B),
        (Frame((5,), (7,), forbidden, (only,)), C),
    ):
        hole = Hole("masks:1", 0, [MASK_ID])
        denoise_holes(oracle(answers, 1), frame, [hole], seed=0, steps=2)
        assert hole.ids == [expected]


def test_a_draft_keeps_its_likely_tokens() -> None:
    answers = {0: [(A, 9.0)], 1: [(B, 9.0)], 2: [(C, 9.0)]}
    denoise = oracle(answers, 2)
    hole = sampler.from_draft(denoise, FRAME, [A, D, C], "draft:1", 0)
    assert hole.ids == [A, MASK_ID, C]
    denoise_holes(denoise, FRAME, [hole], seed=0, steps=4)
    assert hole.ids == [A, B, C]
    assert hole.score() == pytest.approx(0.0, abs=1e-3)
    assert Hole("masks:0", 0, []).score() == -math.inf


def test_an_expand_opens_two_masks_and_the_hole_grows() -> None:
    """The oracle wants A B C D where two masks were offered."""

    def denoise(row: Sequence[int], places: Sequence[int]) -> np.ndarray:
        odds = np.full((len(places), SIZE), -20.0)
        short = len(row) < 4
        for at, place in enumerate(places):
            odds[at, EXPAND if short else (A, B, C, D)[place]] = 5.0
        return odds

    hole = Hole("masks:2", 0, [MASK_ID] * 2)
    frame = Frame((), (), np.zeros(SIZE, bool))
    denoise_holes(denoise, frame, [hole], seed=0, steps=8)
    assert hole.ids == [A, B, C, D]
    assert len(hole.dropped) == 2


def test_expanding_ends() -> None:
    """A network that always wants more is bound by the steps and the longest hole."""

    def denoise(row: Sequence[int], places: Sequence[int]) -> np.ndarray:
        odds = np.full((len(places), SIZE), -20.0)
        odds[:, EXPAND], odds[:, A] = 5.0, 0.0
        odds[:, B] = -0.5
        return odds

    hole = Hole("masks:2", 0, [MASK_ID] * 2)
    frame = Frame((), (), sampler.forbidden_ids(SIZE, 0, 0))
    denoise_holes(denoise, frame, [hole], seed=0, steps=40)
    assert not hole.open()
    assert len(hole.ids) <= sampler.LONGEST


def test_a_doubted_token_is_written_anew() -> None:
    answers = {0: [(A, 5.0)], 1: [(B, 5.0)]}
    hole = Hole("draft:1", 0, [A, C])
    frame = Frame((), (), np.zeros(SIZE, bool))
    sampler.revise(oracle(answers, 0), frame, [hole], seed=0, steps=4, rounds=2)
    assert hole.ids == [A, B]


def test_what_does_not_parse_is_written_anew_and_does_not_come_back() -> None:
    answers = {0: [(A, 5.0)], 1: [(B, 5.0), (C, 4.0)]}
    hole = Hole("masks:2", 0, [A, B])
    frame = Frame((), (), np.zeros(SIZE, bool))
    sampler.revise(
        oracle(answers, 0),
        frame,
        [hole],
        seed=0,
        steps=4,
        rounds=3,
        broken=lambda hole: [1] if hole.ids[1] == B else [],
    )
    assert hole.ids == [A, C]


def test_limits_are_what_the_neighbours_allow() -> None:
    answers = {0: [(A, 5.0), (B, 4.0)]}

    def limits(row: Sequence[int], place: int) -> np.ndarray:
        return np.arange(SIZE) != A

    hole = Hole("masks:1", 0, [MASK_ID])
    frame = Frame((), (), np.zeros(SIZE, bool), (), limits)
    denoise_holes(oracle(answers, 0), frame, [hole], seed=0, steps=2)
    assert hole.ids == [B]


def test_a_spec_leads_the_row_and_guidance_weighs_it(infiller: DiffusionInfiller) -> None:
    asked = canvas((6,), spec=("PUT", "WS-NAME", "INTO", "WS-TOTAL"))
    plain, told = (infiller.fill(c, seed=1, steps=6, candidates=1) for c in (canvas((6,)), asked))
    assert told != plain
    infiller.guidance = 3.0
    pushed = infiller.fill(asked, seed=1, steps=6, candidates=1)
    assert pushed != told
    infiller.guidance = 0.0
    assert infiller.fill(asked, seed=1, steps=6, candidates=1) == plain


def test_a_start_too_long_leaves_the_others(infiller: DiffusionInfiller) -> None:
    long = ["MOVE"] * 200
    fills = infiller.fill(canvas((4, 200), [long]), seed=1, steps=4, candidates=3)
    assert {fill.origin for fill in fills} == {"masks:4"}
