"""Faults as maintainers make them, in the words of a statement: what a repair starts from."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from cobolsmith.english import is_name
from cobolsmith.reserved import KEYWORDS, RESERVED

Fault = Callable[[list[str], int, np.random.Generator], list[str]]


def _dropped(words: list[str], at: int, random: np.random.Generator) -> list[str]:
    return words[:at] + words[at + 1 :]


def _doubled(words: list[str], at: int, random: np.random.Generator) -> list[str]:
    return words[: at + 1] + words[at:]


def _swapped(words: list[str], at: int, random: np.random.Generator) -> list[str]:
    return words[:at] + words[at : at + 2][::-1] + words[at + 2 :]


def _misspelt(words: list[str], at: int, random: np.random.Generator) -> list[str]:
    word = words[at]
    place = int(random.integers(len(word)))
    return [*words[:at], word[:place] + word[place + 1 :] or word * 2, *words[at + 1 :]]


FAULTS: dict[str, Fault] = {
    "dropped": _dropped,
    "doubled": _doubled,
    "swapped": _swapped,
    "misspelt": _misspelt,
}


def faulty(words: Sequence[str], random: np.random.Generator) -> tuple[str, ...]:
    """The words of a statement with one fault planted; they always differ from what was given.

    Misspelt are keywords and names; literals, which no compiler can correct, are left alone.
    """
    good = list(words)
    while True:
        kind = list(FAULTS)[int(random.integers(len(FAULTS)))]
        at = int(random.integers(len(good)))
        spelt = good[at] in RESERVED | KEYWORDS or is_name(good[at])
        if good[at].startswith("\n") or (kind == "misspelt" and not spelt):
            continue
        bad = FAULTS[kind](good, at, random)
        if bad != good:
            return tuple(bad)
