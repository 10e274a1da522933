"""Probing for a hole's length: peaks over the decay, both directions, a bound on passes."""

from __future__ import annotations

import numpy as np
import pytest

from cobolsmith.models.public_length import (
    PATIENCE,
    PROBES,
    confidence,
    expected,
    likeliest_lengths,
)


@pytest.mark.parametrize(("first", "peak"), [(8, 8), (8, 11), (8, 5), (4, 1), (9, 14)])
def test_the_peak_is_climbed_from_either_side(first: int, peak: int) -> None:
    asked: list[int] = []

    def measure(length: int) -> float:
        asked.append(length)
        return -abs(length - peak)

    found = likeliest_lengths(measure, first, 20, 3)
    assert found[0] == peak
    assert len(found) == 3
    assert len(asked) == len(set(asked)) <= PROBES + 1


def test_a_dip_is_crossed_and_a_plain_is_left() -> None:
    bumps = {8: 0.5, 9: 0.4, 10: 0.4, 11: 0.9}
    assert likeliest_lengths(lambda n: bumps.get(n, 0.0), 8, 30, 1) == [11]
    asked: list[int] = []
    likeliest_lengths(lambda n: asked.append(n) or 1.0, 10, 30, 1)
    assert sorted(asked) == list(range(10 - PATIENCE, 10 + PATIENCE + 1))


def test_lengths_stay_within_bounds() -> None:
    assert likeliest_lengths(lambda n: n, 2, 4, 9) == [4, 3, 2, 1]
    assert likeliest_lengths(lambda n: n, 50, 4, 1) == [4]


def test_confidence_is_taken_over_what_any_length_shows() -> None:
    shares = [expected(length) for length in range(1, 40)]
    assert shares == sorted(shares, reverse=True)
    assert 0.24 < shares[-1] < shares[0] < 1.0

    for length in (1, 7):
        wanted = (6 / 9) / expected(length)
        found = confidence(lambda count: np.log(np.full(count, 6 / 9)), length)
        assert found == pytest.approx(wanted)
