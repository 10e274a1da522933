"""What the network must beat: a unigram and a 5-gram with back-off, on the same token stream.

Names are slots to the network; to the baselines they are their spellings, counted as words across
programs. To be fair to the 5-gram, it also counts the visible text of the window it is asked about
(so it can repeat a name it has just seen), and like the network it only answers with names of the
window's table.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from cobolsmith.models.windows import PackedCorpus

ORDER = 5
NEAR_WEIGHT = 8
"""A turn of phrase seen once near by counts as much as this many seen somewhere in the corpus."""
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


class Lexicon:
    """Numbers for tokens across programs: static ids as they are, spellings of names above."""

    def __init__(self, static_size: int) -> None:
        self.static_size = static_size
        self._names: dict[tuple[int, ...], int] = {}

    def name(self, spelling: Iterable[int]) -> int:
        """The number of a name's spelling (its static ids)."""
        key = tuple(spelling)
        return self._names.setdefault(key, self.static_size + len(self._names))

    def program(self, corpus: PackedCorpus, program: int) -> np.ndarray:
        """A packed program as numbers, int64 [tokens]."""
        begin, end = int(corpus.begins[program]), int(corpus.begins[program + 1])
        ids = corpus.ids[begin:end]
        first, last = int(corpus.name_begins[program]), int(corpus.name_begins[program + 1])
        names = [self.name(corpus.spelling(row).tolist()) for row in range(first, last)]
        table = np.asarray([*names, 0], np.int64)
        local = np.where(ids >= self.static_size, ids - self.static_size, len(names))
        return np.where(ids >= self.static_size, table[local], ids)


@dataclass(frozen=True, slots=True)
class _Order:
    """Successors of contexts of one size, sorted by (context, token)."""

    contexts: np.ndarray
    tokens: np.ndarray
    counts: np.ndarray

    def after(self, context: np.uint64) -> dict[int, int]:
        begin = int(np.searchsorted(self.contexts, context, "left"))
        end = int(np.searchsorted(self.contexts, context, "right"))
        pairs = zip(self.tokens[begin:end], self.counts[begin:end], strict=True)
        return {int(token): int(count) for token, count in pairs}


def _hashes(tokens: np.ndarray, size: int) -> np.ndarray:
    """Hash of the `size` tokens before each position from `size` on, uint64."""
    total = np.full(len(tokens) - size, np.uint64(size + 1), np.uint64)
    for place in range(size):
        part = tokens[place : len(tokens) - size + place].astype(np.uint64) + np.uint64(1)
        total = (total ^ part) * _MULTIPLIER
        total ^= total >> np.uint64(29)
    return total


class FiveGram:
    """The longest left context that was ever seen decides; its most frequent successor wins."""

    def __init__(self, programs: Sequence[np.ndarray]) -> None:
        self._orders = tuple(_counted(programs, size) for size in range(ORDER))
        zero = self._orders[0]
        order = np.argsort(-zero.counts, kind="stable")
        self.by_frequency: tuple[int, ...] = tuple(int(t) for t in zero.tokens[order][:2000])

    @property
    def unigram(self) -> int:
        """The most frequent token of all."""
        return self.by_frequency[0]

    def guess(self, before: Sequence[int], near: NearCounts, answers: frozenset[int]) -> int:
        """The successor of `before` (nearest last); names must be among `answers`."""
        for size in range(min(ORDER - 1, len(before)), 0, -1):
            context = np.asarray(before[len(before) - size :], np.int64)
            hashed = _hashes(np.append(context, 0), size)[0]
            total = self._orders[size].after(hashed)
            for token, count in near.after(tuple(int(t) for t in context)).items():
                total[token] = total.get(token, 0) + NEAR_WEIGHT * count
            known = {t: c for t, c in total.items() if t < near.static_size or t in answers}
            if known:
                return max(known, key=lambda token: (known[token], -token))
        return self.unigram


def _counted(programs: Sequence[np.ndarray], size: int) -> _Order:
    contexts = np.concatenate([_hashes(p, size) for p in programs if len(p) > size])
    tokens = np.concatenate([p[size:] for p in programs if len(p) > size])
    order = np.lexsort((tokens, contexts))
    contexts, tokens = contexts[order], tokens[order]
    new = np.ones(len(tokens), bool)
    new[1:] = (contexts[1:] != contexts[:-1]) | (tokens[1:] != tokens[:-1])
    starts = np.flatnonzero(new)
    counts = np.diff(np.append(starts, len(tokens)))
    return _Order(contexts[starts], tokens[starts], counts)


class NearCounts:
    """Counts of the visible n-grams of one window; `masked` [tokens] (bool) marks what isn't."""

    def __init__(self, tokens: Sequence[int], masked: Sequence[bool], static_size: int) -> None:
        self.static_size = static_size
        self._counts: dict[tuple[int, ...], dict[int, int]] = {}
        run = 0
        for at, token in enumerate(tokens):
            run = 0 if masked[at] else run + 1
            for size in range(1, min(ORDER, run)):
                after = self._counts.setdefault(tuple(tokens[at - size : at]), {})
                after[token] = after.get(token, 0) + 1

    def after(self, context: tuple[int, ...]) -> dict[int, int]:
        """Successors of a context in this window, with their counts."""
        return self._counts.get(context, {})


def learnt(corpus: PackedCorpus, programs: Iterable[int], lexicon: Lexicon) -> FiveGram:
    """A 5-gram (and in it a unigram) of the given programs, each read once."""
    return FiveGram([lexicon.program(corpus, program) for program in programs])
