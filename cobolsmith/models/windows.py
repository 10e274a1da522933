"""Windows: pieces of packed programs, with their table of names dealt afresh each time.

A window begins at a line and holds at most `length` tokens. Its table holds the names it uses and
distractors from the same program (used near by, or anywhere), in random order; a few of its names
are left out of the table and spelt in pieces, so that the model also learns to spell. Identities
(which of the learned slot vectors a name wears) are dealt at random, so they mean nothing beyond
"the same name" within one canvas.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from cobolsmith.errors import ModelError
from cobolsmith.models.tokenizer import DEEPEST_INDENT, FIRST_BREAK

SPELT_SHARE = 0.03
NEAR = 1500
"""Tokens to either side of a window within which a used name counts as near."""


@dataclass(frozen=True, slots=True)
class Window:
    """`ids` int64 [tokens]; `pieces` [names, PIECES], `features` [names, FEATURES], `identities`
    [names]; `declared` [names]: index in `ids` of the name's declaration, -1 if elsewhere;
    `rows` [names]: the names' numbers in the packed corpus. `spec` (ids) asks for what stands in
    `hole` [begin, end), where the window is that of a case."""

    ids: np.ndarray
    pieces: np.ndarray
    features: np.ndarray
    identities: np.ndarray
    declared: np.ndarray
    rows: np.ndarray
    spec: tuple[int, ...] = ()
    hole: tuple[int, int] = (0, 0)


def shards_at(path: Path) -> list[Path]:
    """The files of a pack: `train.npz`, or `train.000.npz` and so on; none if there is no pack."""
    return [path] if path.is_file() else sorted(path.parent.glob(f"{path.stem}.*{path.suffix}"))


def joined(shards: Sequence[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """The arrays of shards behind each other; where programs, names and spellings begin is counted
    on."""
    first = shards[0]
    whole = {}
    for key, array in first.items():
        parts = [shard[key] for shard in shards]
        if key.endswith("begins"):
            ends = np.cumsum([0, *(part[-1] for part in parts)])
            moved = [part[:-1] + end for part, end in zip(parts, ends[:-1], strict=True)]
            whole[key] = np.append(np.concatenate(moved), ends[-1])
        else:
            whole[key] = np.concatenate(parts) if array.ndim else array
    return whole


class PackedCorpus:
    """Packed programs on disk (see `data.save_pack`), all shards of them, read into memory."""

    def __init__(self, path: Path) -> None:
        try:
            arrays = joined([dict(np.load(shard)) for shard in shards_at(path) or [path]])
        except (OSError, ValueError) as error:
            raise ModelError("packed training data can't be read", where=str(path)) from error
        self.ids = arrays["ids"].astype(np.int64)
        self.begins = arrays["begins"]
        self.name_begins = arrays["name_begins"]
        self.pieces = arrays["pieces"].astype(np.int64)
        self.features = arrays["features"].astype(np.int64)
        self.defined = arrays["defined"].astype(np.int64)
        self.spelt = arrays["spelt"].astype(np.int64)
        self.spelt_begins = arrays["spelt_begins"]
        self.repositories = arrays["repositories"]
        self.licences = arrays["licences"]
        self.weights = arrays["weights"]
        self.static_size = int(arrays["static_size"])
        self.line_starts = np.flatnonzero(self.is_break(self.ids))

    def __len__(self) -> int:
        return len(self.begins) - 1

    @staticmethod
    def is_break(ids: np.ndarray) -> np.ndarray:
        """Which ids are line breaks."""
        inside: np.ndarray = (ids >= FIRST_BREAK) & (ids <= FIRST_BREAK + DEEPEST_INDENT)
        return inside

    def chances(self, floor: float = 0.02) -> np.ndarray:
        """Probability of each program: its tokens times its share of lines not seen before."""
        mass = np.diff(self.begins) * np.maximum(self.weights, floor)
        return np.asarray(mass / mass.sum())

    def spelling(self, name: int) -> np.ndarray:
        """Static ids that spell a name (its global number) as text."""
        begin, end = int(self.spelt_begins[name]), int(self.spelt_begins[name + 1])
        return np.asarray(self.spelt[begin:end])

    def draw(self, program: int, length: int, most: int, random: np.random.Generator) -> Window:
        """A random window of a program: up to `length` tokens, up to `most` names."""
        begin, end = int(self.begins[program]), int(self.begins[program + 1])
        latest = max(begin, end - length)
        start = self._line_at(begin, int(random.integers(begin, latest + 1)))
        return self.cut(program, start, min(end, start + length), most, random)

    def draw_case(
        self,
        program: int,
        hole: tuple[int, int],
        spec: Sequence[int],
        length: int,
        most: int,
        random: np.random.Generator,
    ) -> Window:
        """A window around tokens [begin, end) of a program, with the spec that asks for them.

        The names of the spec that the window doesn't use are spelt.
        """
        first, last = int(self.begins[program]), int(self.begins[program + 1])
        begin, end = first + hole[0], first + hole[1]
        before = int(random.integers(0, max(1, length - (end - begin))))
        start = self._line_at(first, max(first, begin - before))
        stop = max(end, min(last, start + length))
        start = max(start, stop - length)
        window = self.cut(program, start, stop, most, random, spelt_share=0.0)
        table = window.rows - self.name_begins[program]
        dealt = self._dealt(program, np.asarray(spec, np.int64), table)
        place = (begin - start, end - start)
        fits = len(window.ids) == stop - start  # fewer or more where names had to be spelt
        return replace(window, spec=tuple(dealt.tolist()), hole=place) if fits else window

    def _line_at(self, begin: int, at: int) -> int:
        place = np.searchsorted(self.line_starts, at, side="right") - 1
        return max(begin, int(self.line_starts[place])) if place >= 0 else begin

    def cut(
        self,
        program: int,
        start: int,
        stop: int,
        most: int,
        random: np.random.Generator,
        *,
        spelt_share: float = SPELT_SHARE,
        identities: int = 128,
    ) -> Window:
        """The window [start, stop) of a program (indices into all ids), its slots dealt anew."""
        length = stop - start
        ids = self.ids[start:stop]
        used = np.unique(ids[ids >= self.static_size]) - self.static_size
        keep = used[random.random(len(used)) >= spelt_share]
        keep = random.permutation(keep)[:most]
        table = np.concatenate([keep, self._distractors(program, start, stop, used, most, random)])
        table = random.permutation(table[:most])
        ids = self._dealt(program, ids, table)[:length]
        rows = table + self.name_begins[program]
        declared = self.defined[rows] + self.begins[program] - start
        inside = (self.defined[rows] >= 0) & (declared >= 0) & (declared < length)
        return Window(
            ids,
            self.pieces[rows],
            self.features[rows],
            random.permutation(identities)[: len(rows)],
            np.where(inside, declared, -1),
            rows,
        )

    def _distractors(
        self,
        program: int,
        start: int,
        stop: int,
        used: np.ndarray,
        most: int,
        random: np.random.Generator,
    ) -> np.ndarray:
        wanted = int(random.integers(0, max(1, most - len(used)) + 1))
        begin, end = int(self.begins[program]), int(self.begins[program + 1])
        around = self.ids[max(begin, start - NEAR) : min(end, stop + NEAR)]
        near = np.unique(around[around >= self.static_size]) - self.static_size
        near = random.permutation(near)[: (wanted + 1) // 2]
        count = int(self.name_begins[program + 1] - self.name_begins[program])
        far = random.integers(0, count, wanted // 2) if count else near[:0]
        others = np.setdiff1d(np.concatenate([near, far]), used)
        return np.asarray(random.permutation(others))

    def _dealt(self, program: int, ids: np.ndarray, table: np.ndarray) -> np.ndarray:
        """Replace the program's name numbers by slots; spell the names that got none."""
        count = int(self.name_begins[program + 1] - self.name_begins[program])
        slot_of = np.full(count + 1, -1, np.int64)
        slot_of[table] = np.arange(len(table))
        is_name = ids >= self.static_size
        local = np.where(is_name, ids - self.static_size, count)
        slots = slot_of[local]
        dealt = np.where(is_name, self.static_size + slots, ids)
        missing = np.flatnonzero(is_name & (slots < 0))
        if not len(missing):
            return dealt
        parts: list[np.ndarray] = []
        done = 0
        for at in missing:
            parts += [
                dealt[done:at],
                self.spelling(int(self.name_begins[program]) + int(local[at])),
            ]
            done = int(at) + 1
        return np.concatenate([*parts, dealt[done:]])
