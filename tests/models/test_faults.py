"""Faults: one change, always a change, never in a literal's text."""

from __future__ import annotations

import numpy as np
import pytest

from cobolsmith.models.faults import faulty

WORDS = ("MOVE", "'ABC'", "TO", "WS-NAME")


@pytest.mark.parametrize("seed", range(40))
def test_a_fault_is_one_change(seed: int) -> None:
    bad = faulty(WORDS, np.random.default_rng(seed))
    assert bad != WORDS
    assert abs(len(bad) - len(WORDS)) <= 1
    literals = [word for word in bad if word.startswith("'")]
    assert set(literals) <= {"'ABC'"}


def test_all_kinds_come_up() -> None:
    lengths = {len(faulty(WORDS, np.random.default_rng(seed))) for seed in range(40)}
    assert lengths == {3, 4, 5}
