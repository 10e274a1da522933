"""How many masks to offer a model that can neither expand nor delete: probing, without training.

The mean confidence of a masked-diffusion model's first step has a local peak near the length that
fits, on top of a decay that any canvas shows as it grows (Liu, Yang, Su: Diffusion LMs Can
Approximate Optimal Infilling Lengths Implicitly, arXiv 2602.00476, "CAL"). So confidence over that
decay is climbed from a first guess, in both directions, one forward pass a length.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

BIAS = (1.0, 1.77, 0.56, 0.06, 0.24)
"""a, b, c, d, e of the decay a exp(-bL) + c exp(-dL) + e, as the paper fits it for Dream-Coder."""
PATIENCE = 3
"""Lengths in one direction that may be no better than the best one before it is given up."""
PROBES = 16
"""Forward passes at most: on a processor one takes as long as a denoising step."""

Likeliest = Callable[[int], np.ndarray]
"""Tokens of a hole -> log-probability of the likeliest token at each, all being masked."""
Confidence = Callable[[int], float]
"""Tokens of a hole -> calibrated confidence of the first step."""


def expected(length: int) -> float:
    """The confidence of a first step that its length alone leads one to expect."""
    a, b, c, d, e = BIAS
    return a * math.exp(-b * length) + c * math.exp(-d * length) + e


def confidence(likeliest: Likeliest, length: int) -> float:
    """Mean of the likeliest token's probability over `length` masks, by what is to be expected."""
    return float(np.exp(likeliest(length)).mean()) / expected(length)


def likeliest_lengths(measure: Confidence, first: int, longest: int, keep: int) -> list[int]:
    """The `keep` lengths of most confidence among those probed around `first`, best first.

    Both directions are climbed in turns until `PATIENCE` lengths there are no better than the best.
    """
    start = min(max(1, first), longest)
    found = {start: measure(start)}
    edges, idle = {-1: start, 1: start}, {-1: 0, 1: 0}
    while len(found) < PROBES:
        going = [way for way in (1, -1) if idle[way] < PATIENCE and 0 < edges[way] + way <= longest]
        if not going:
            break
        for way in going:
            edges[way] += way
            best = max(found.values())
            found[edges[way]] = measure(edges[way])
            idle[way] = 0 if found[edges[way]] > best else idle[way] + 1
    return sorted(found, key=lambda length: (-found[length], length))[:keep]
