"""Starts of a canvas and the fills that come of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cobolsmith.models.sampler import Frame, Hole
from cobolsmith.models.starts import LIKENESS, bare, dealt, draft_bonus, ranked, starts_of
from cobolsmith.models.tokenizer import MASK_ID

FRAME = Frame((), (), np.zeros(10, bool))


def sure_of_seven(row: Sequence[int], places: Sequence[int]) -> np.ndarray:
    """Log-odds by which 7 stands nearly everywhere."""
    odds = np.zeros((len(places), 10))
    odds[:, 7] = 20.0
    return odds


def test_drafts_come_before_masks_and_all_are_dealt_in_turn() -> None:
    begun = starts_of(sure_of_seven, FRAME, [[7, 8], []], [2, 0, 3])
    holes = dealt(begun, 6)
    assert [(hole.origin, hole.variant) for hole in holes] == [
        ("draft:1", 0), ("draft:1", 0), ("masks:2", 0), ("masks:3", 0), ("draft:1", 1),
        ("draft:1", 1),
    ]  # fmt: skip
    assert holes[0].ids == [7, 8]
    assert holes[1].ids == [7, MASK_ID]
    assert holes[3].ids == [MASK_ID] * 3
    assert len(dealt(begun, 1)) == len(begun) == 4
    assert dealt([], 5) == []


def test_starts_share_no_list() -> None:
    begun = starts_of(sure_of_seven, FRAME, [[7, 8]], [])
    first, second = dealt(begun, 3)[0], dealt(begun, 3)[2]
    first.ids[0] = 9
    assert second.ids == [7, 8]


def test_fills_are_done_permitted_ranked_and_told_once() -> None:
    def words_of(ids: Sequence[int]) -> tuple[str, ...]:
        return tuple(map(str, ids)) if 9 not in ids else ()

    holes = [
        Hole("masks:1", 0, [7], [-1.0]),
        Hole("masks:1", 1, [7], [-0.5]),
        Hole("draft:1", 0, [6], [-0.1]),
        Hole("draft:1", 0, [5], [-3.0]),
        Hole("masks:2", 0, [7, MASK_ID], [-0.1, 0.0]),
        Hole("masks:2", 0, [9], [-0.1]),
        Hole("masks:2", 0, [], []),
    ]
    found = ranked(holes, words_of, lambda words: words != ("6",), 9)
    assert [(fill.words, fill.score, fill.origin) for fill in found] == [
        (("7",), -0.5, "masks:1"),
        (("5",), -3.0, "draft:1"),
    ]
    assert len(ranked(holes, words_of, lambda words: True, 1)) == 1


def test_a_first_draft_from_a_like_place_comes_first_unless_it_was_changed() -> None:
    draft, made = Hole("draft:1", 0, [7, 8], [-3.0, -3.0]), Hole("masks:1", 0, [9], [-0.1])

    def fills(likeness: float) -> list[str]:
        found = ranked(
            [draft, made],
            lambda ids: tuple(map(str, ids)),
            lambda words: True,
            2,
            lambda hole: draft_bonus(hole, [7, 8], likeness),
        )
        return [fill.origin for fill in found]

    assert fills(5.5) == ["draft:1", "masks:1"]
    assert fills(1.5) == ["masks:1", "draft:1"]
    assert draft_bonus(Hole("draft:1", 0, [7, 9]), [7, 8], 5.5) == 0.0
    assert draft_bonus(Hole("draft:2", 0, [7, 8]), [7, 8], 5.5) == 0.0
    assert list(LIKENESS) == sorted(LIKENESS)


def test_line_breaks_at_the_ends_are_no_part_of_a_fill() -> None:
    assert bare(("\n  ", "GOBACK", "\n", ".", "\n")) == ("GOBACK", "\n", ".")
    assert bare(("\n",)) == ()
