"""Noise: from windows to a batch of masked rows and what the network should answer.

Absorbing-state diffusion: tokens become `<mask>` and the target is the token. Two kinds of row:

- *scattered*: every token is masked with the row's rate. Rates are low-discrepancy over the batch
  (one stratum a row) and follow a curriculum: 0.03-0.25 at first, widening to 1, because uniform
  rates from the start sit on the unigram plateau for long.
- *hole*: one to three runs of whole lines, of statements, or of words that begin and end anywhere,
  masked with a ratio drawn from U(0, 1) or wholly. After DreamOn (Wu et al. 2025), a hole may be
  offered longer or shorter than its text: surplus masks at its end have the target `<delete>` (all
  deletes of a hole weigh as one token), or runs of masks are merged into one whose target is
  `<expand>`. In some rows visible hole tokens are replaced by wrong ones whose target is the right
  token: so the network also learns to doubt what it sees. Some rows with one run begin with what
  the run does in English (`specified`): `<hole>`, the sentence, `<eos>`.

A name whose declaration lies in a hole has its binding's features hidden: they would tell what the
hole says, and would not be known when such a hole is filled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from cobolsmith.english import described
from cobolsmith.models.binding import FEATURES, PIECES
from cobolsmith.models.network import GAP, Bindings, Layout
from cobolsmith.models.tokenizer import DELETE, EOS, EXPAND, HOLE, MASK_ID, PAD, CobolTokenizer
from cobolsmith.models.windows import PackedCorpus, Window

VERBS = """
ACCEPT ADD ALTER CALL CANCEL CLOSE COMPUTE CONTINUE DELETE DISPLAY DIVIDE EVALUATE EXEC EXIT GO
GOBACK IF INITIALIZE INSPECT MERGE MOVE MULTIPLY OPEN PERFORM READ RELEASE RETURN REWRITE SEARCH
SET SORT START STOP STRING SUBTRACT UNSTRING WHEN ELSE WRITE
""".split()
LONGEST_SPEC = 48
"""Tokens of the longest sentence a row begins with."""


@dataclass(frozen=True, slots=True)
class NoiseConfig:
    """How rows are noised; see the module."""

    hole_share: float = 0.55
    low: tuple[float, float] = (0.03, 0.25)
    warm: float = 0.15
    wide: float = 0.40
    most_surplus: int = 6
    wrong_share: float = 0.25
    wrong_rate: float = 0.08
    whole_share: float = 0.5
    merge_share: float = 0.35
    most_merged: int = 6
    within_share: float = 0.25
    """Share of runs that begin and end anywhere, mostly inside a line."""
    spec_share: float = 0.4
    """Share of hole rows that say in English what stands in the hole."""
    complementary: bool = False
    """Whether scattered rows come in pairs of one window, each masking what the other shows."""


@dataclass(frozen=True, slots=True)
class Noised:
    """One row: `ids` with masks, `targets` (-1 where nothing is asked), `weights`, `active`
    (tokens of holes); int64, int64, float32 and bool [tokens]; `hidden_names`: slots whose features
    must not be shown."""

    ids: np.ndarray
    targets: np.ndarray
    weights: np.ndarray
    active: np.ndarray
    hidden_names: np.ndarray


@dataclass(frozen=True, slots=True)
class Batch:
    """A training batch of B rows: `ids` [B,T], `layout`, `bindings`, `asked` [M,2] positions with
    `targets` [M] and `weights` [M]."""

    ids: Tensor
    layout: Layout
    bindings: Bindings
    asked: Tensor
    targets: Tensor
    weights: Tensor

    def to(self, device: torch.device) -> Batch:
        """The batch on a device."""
        return Batch(
            self.ids.to(device),
            self.layout.to(device),
            self.bindings.to(device),
            *(part.to(device) for part in (self.asked, self.targets, self.weights)),
        )


class Borders:
    """Look-up tables over static ids: where a hole may begin or end."""

    def __init__(self, tokenizer: CobolTokenizer) -> None:
        self.tokenizer = tokenizer
        self.static_size = tokenizer.static_size
        self.verb = np.zeros(tokenizer.static_size + 1, bool)
        self.verb[[tokenizer.spell(verb)[0] for verb in VERBS]] = True
        self.period = tokenizer.spell(".")[0]

    def lines(self, ids: np.ndarray) -> np.ndarray:
        """Indices of line breaks, and the end."""
        return np.append(np.flatnonzero(PackedCorpus.is_break(ids)), len(ids))

    def statements(self, ids: np.ndarray) -> np.ndarray:
        """Indices where a statement may begin or end: verbs, periods, and line breaks before
        what is neither."""
        clipped = np.minimum(ids, self.static_size)
        starts = self.verb[clipped] | (ids == self.period)
        return np.append(np.flatnonzero(starts), len(ids))


def scattered(window: Window, rate: float, random: np.random.Generator) -> Noised:
    """Mask every token with probability `rate` (at least one); each weighs 1 - rate."""
    ids = window.ids
    masked = random.random(len(ids)) < rate
    masked[int(random.integers(len(ids)))] = True
    return _noised(window, masked, np.full(len(ids), max(1.0 - rate, 0.1), np.float32))


def complement(window: Window, other: Noised) -> Noised:
    """The scattered row that masks what `other`, of the same window, shows; every token of the
    window is asked for once by the two."""
    masked = other.ids != MASK_ID
    if masked.all() or not masked.any():
        return other
    return _noised(window, masked, np.full(len(masked), max(1.0 - masked.mean(), 0.1), np.float32))


def _noised(window: Window, masked: np.ndarray, weights: np.ndarray) -> Noised:
    targets = np.where(masked, window.ids, -1)
    ids = np.where(masked, MASK_ID, window.ids)
    nothing = np.zeros(len(ids), bool)
    return Noised(ids, targets, weights, nothing, np.zeros(len(window.identities), bool))


def holes(
    window: Window, borders: Borders, config: NoiseConfig, random: np.random.Generator, room: int
) -> Noised:
    """Noise one to three runs; `room` tokens may be added as surplus."""
    taken = np.zeros(len(window.ids), bool)
    runs = []
    for _ in range(int(random.integers(1, 4))):
        begin, end = any_run(window.ids, borders, config, random)
        if end > begin and not taken[begin:end].any():
            taken[begin:end] = True
            runs.append((begin, end))
    return _with_holes(window, runs, borders, config, random, room)


def specified(
    window: Window, borders: Borders, config: NoiseConfig, random: np.random.Generator, length: int
) -> Noised:
    """Noise one run of lines or statements, or a case's, in a row that begins with what the run
    does; the row, surplus included, is at most `length` tokens long."""
    begin, end = window.hole if window.spec else run_of(window.ids, borders, random)
    if window.spec:
        spec = [HOLE, *window.spec[:LONGEST_SPEC], EOS]
    else:
        spec = spec_ids(window, begin, end, borders.tokenizer, random)
    room = length - len(spec)
    first = min(begin, max(0, end - room, (begin + end - room) // 2)) if spec else 0
    kept = window.ids[first : first + room]
    shown = (window.declared >= first) & (window.declared < first + len(kept))
    declared = np.where(shown, window.declared - first + len(spec), -1)
    told = replace(window, ids=np.append(spec, kept).astype(np.int64), declared=declared)
    shift = len(spec) - first
    runs = [(begin + shift, end + shift)] if end > begin else []
    return _with_holes(told, runs, borders, config, random, length - len(told.ids))


def spec_ids(
    window: Window,
    begin: int,
    end: int,
    tokenizer: CobolTokenizer,
    random: np.random.Generator,
) -> list[int]:
    """`<hole>`, the English of a run, `<eos>`; nothing for a run of which nothing can be said."""
    names = ["-".join(tokenizer.decode(pieces[pieces > 0], ())) for pieces in window.pieces]
    said = described(tokenizer.decode(window.ids[begin:end], names), random)
    slots = {name: at for at, name in enumerate(names)}
    ids = tokenizer.encode(said, slots)[:LONGEST_SPEC]
    return [HOLE, *ids, EOS] if ids else []


def _with_holes(
    window: Window,
    runs: Sequence[tuple[int, int]],
    borders: Borders,
    config: NoiseConfig,
    random: np.random.Generator,
    room: int,
) -> Noised:
    """Noise these runs: what is masked, wrong, merged or followed by surplus masks."""
    ids, masked = window.ids, np.zeros(len(window.ids), bool)
    inside = np.zeros(len(ids), bool)
    for begin, end in runs:
        inside[begin:end] = True
        ratio = 1.0 if random.random() < config.whole_share else random.random()
        masked[begin:end] = random.random(end - begin) < ratio
    if not masked.any():
        masked[int(random.integers(len(ids)))] = True
    row = _noised(window, masked, np.ones(len(ids), np.float32))
    hidden = (window.declared >= 0) & inside[np.maximum(window.declared, 0)]
    row = Noised(row.ids, row.targets, row.weights, inside, hidden)
    if random.random() < config.wrong_share:
        row = _with_wrong(row, window, inside & ~masked, borders, config.wrong_rate, random)
    if random.random() < config.merge_share:
        return _with_merges(row, inside, config.most_merged, random)
    ends = [end for _, end in runs]
    return _with_surplus(row, ends, config.most_surplus, room, random)


def any_run(
    ids: np.ndarray, borders: Borders, config: NoiseConfig, random: np.random.Generator
) -> tuple[int, int]:
    """A random run [begin, end) of lines, statements or, in their share, words."""
    if random.random() < config.within_share:
        return _within(ids, random)
    return run_of(ids, borders, random)


def run_of(ids: np.ndarray, borders: Borders, random: np.random.Generator) -> tuple[int, int]:
    """A random run [begin, end): one to four lines (from after a break) or statements."""
    by_line = random.random() < 0.5
    starts = borders.lines(ids) if by_line else borders.statements(ids)
    if len(starts) < 2:
        return 0, 0
    count = int(random.choice([1, 1, 1, 2, 3, 4]))
    first = int(random.integers(len(starts) - 1))
    last = min(len(starts) - 1, first + count)
    begin = int(starts[first]) + (1 if by_line else 0)
    if not by_line and ids[begin] == borders.period:
        begin += 1
    return begin, min(int(starts[last]), begin + 64)


def _within(ids: np.ndarray, random: np.random.Generator) -> tuple[int, int]:
    """A random run [begin, end) of one to twelve tokens."""
    begin = int(random.integers(len(ids)))
    return begin, min(len(ids), begin + int(random.integers(1, 13)))


def _with_wrong(
    row: Noised,
    window: Window,
    visible: np.ndarray,
    borders: Borders,
    rate: float,
    random: np.random.Generator,
) -> Noised:
    """Replace some visible tokens of the holes by wrong ones; ask for them and for as many that
    are right, so that asking says nothing about rightness."""
    places = np.flatnonzero(visible)
    picked = places[random.random(len(places)) < 2 * rate]
    ids, targets = row.ids.copy(), row.targets.copy()
    targets[picked] = window.ids[picked]
    for place in picked[random.random(len(picked)) < 0.5]:
        slots = len(window.identities)
        if ids[place] >= borders.static_size and slots > 1:
            ids[place] = borders.static_size + int(random.integers(slots))
        else:
            ids[place] = window.ids[int(random.integers(len(window.ids)))]
    return replace(row, ids=ids, targets=targets)


def _with_surplus(
    row: Noised, ends: Sequence[int], most: int, room: int, random: np.random.Generator
) -> Noised:
    ids, targets, weights, active = row.ids, row.targets, row.weights, row.active
    for end in sorted(ends, reverse=True):
        surplus = int(random.integers(0, most + 1))
        if random.random() < 0.1:
            surplus *= 3
        surplus = min(surplus, room)
        room -= surplus
        if surplus:
            ids = np.insert(ids, end, [MASK_ID] * surplus)
            targets = np.insert(targets, end, [DELETE] * surplus)
            weights = np.insert(weights, end, [1.0 / surplus] * surplus)
            active = np.insert(active, end, [True] * surplus)
    return Noised(ids, targets, weights.astype(np.float32), active, row.hidden_names)


def _with_merges(row: Noised, inside: np.ndarray, most: int, random: np.random.Generator) -> Noised:
    """Merge runs of 2..`most` neighbouring masks of holes into one mask with the target `<expand>`.

    The sampler opens an `<expand>` into two masks, either of which may expand again.
    """
    masked = (row.ids == MASK_ID) & inside
    targets, weights = row.targets.copy(), row.weights.copy()
    gone = np.zeros(len(masked), bool)
    share, at = random.random(), 0
    while at < len(masked):
        run = 1
        if masked[at] and random.random() < share:
            most_here = min(int(random.integers(2, most + 1)), len(masked) - at)
            run = int(np.argmin(np.append(masked[at : at + most_here], False)))
        if run > 1:
            targets[at] = EXPAND
            gone[at + 1 : at + run] = True
        at += run
    kept = ~gone
    return Noised(row.ids[kept], targets[kept], weights[kept], inside[kept], row.hidden_names)


def rate_bounds(progress: float, config: NoiseConfig) -> tuple[float, float]:
    """Bounds of the scattered rates at a progress in [0, 1] of the training."""
    share = (progress - config.warm) / (config.wide - config.warm)
    share = min(1.0, max(0.0, share))
    return config.low[0], config.low[1] + share * (1.0 - config.low[1])


def noised_rows(
    windows: Sequence[Window],
    borders: Borders,
    config: NoiseConfig,
    length: int,
    progress: float,
    random: np.random.Generator,
) -> list[Noised]:
    """Noise windows; scattered rates are stratified over the scattered rows."""
    low, high = rate_bounds(progress, config)
    as_hole = random.random(len(windows)) < config.hole_share
    as_hole |= [bool(window.spec) for window in windows]
    twins = [one is other for one, other in zip([None, *windows], windows, strict=False)]
    as_hole[1:] = np.where(twins[1:], as_hole[:-1], as_hole[1:])
    strata = random.permutation(int((~as_hole & ~np.asarray(twins, bool)).sum()))
    shift, taken, rows = random.random(), 0, list[Noised]()
    for at, (window, hole) in enumerate(zip(windows, as_hole, strict=True)):
        if twins[at] and not hole:
            rows.append(complement(window, rows[-1]))
        elif window.spec or (hole and random.random() < config.spec_share):
            rows.append(specified(window, borders, config, random, length))
        elif hole:
            rows.append(holes(window, borders, config, random, length - len(window.ids)))
        else:
            rate = low + (high - low) * (strata[taken] + shift) / len(strata)
            rows.append(scattered(window, rate, random))
            taken += 1
    return rows


def positions_of(active: np.ndarray) -> np.ndarray:
    """Positions of a row's tokens: what follows a hole stands `GAP` after its beginning."""
    positions = np.arange(len(active))
    edges = np.flatnonzero(np.diff(np.concatenate([[0], active.astype(np.int8), [0]])))
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        positions[end:] += max(0, GAP - int(end - begin))
    return positions


def collate(
    windows: Sequence[Window],
    rows: Sequence[Noised],
    length: int,
    names: int,
    drop: np.ndarray | None = None,
) -> Batch:
    """Pad rows to `length` tokens and `names` names. `drop` [rows, names] hides more features."""
    count = len(rows)
    ids = np.full((count, length), PAD, np.int64)
    targets = np.full((count, length), -1, np.int64)
    weights = np.zeros((count, length), np.float32)
    active = np.zeros((count, length), bool)
    positions = np.tile(np.arange(length), (count, 1))
    pieces = np.zeros((count, names, PIECES), np.int64)
    features = np.zeros((count, names, FEATURES), np.int64)
    identities = np.zeros((count, names), np.int64)
    present = np.zeros((count, names), bool)
    for at, (window, row) in enumerate(zip(windows, rows, strict=True)):
        size, slots = len(row.ids), len(window.identities)
        ids[at, :size], targets[at, :size], weights[at, :size] = row.ids, row.targets, row.weights
        active[at, :size], positions[at, :size] = row.active, positions_of(row.active)
        pieces[at, :slots], identities[at, :slots] = window.pieces, window.identities
        features[at, :slots] = np.where(row.hidden_names[:, None], 0, window.features)
        present[at, :slots] = True
    if drop is not None:
        features[drop] = 0
    asked = np.argwhere(targets >= 0)
    places = (asked[:, 0], asked[:, 1])
    return Batch(
        torch.from_numpy(ids),
        Layout(*(torch.from_numpy(x) for x in (ids == PAD, active, positions))),
        Bindings(*(torch.from_numpy(x) for x in (pieces, features, identities, present))),
        torch.from_numpy(asked),
        torch.from_numpy(targets[places]),
        torch.from_numpy(weights[places]),
    )
