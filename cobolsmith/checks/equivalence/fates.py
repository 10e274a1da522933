"""Which mutants of a change the runs tell apart: of what the new side has, and of what the old had.

A mutant is run against the side it was made of. Those that no kept run tells apart are hunted with
children of the runs that reach them; what is found that way is kept and compared like any run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from cobolsmith.checks.equivalence.aims import decisive
from cobolsmith.checks.equivalence.change import Region
from cobolsmith.checks.equivalence.children import candidate
from cobolsmith.checks.equivalence.compare import Comparison
from cobolsmith.checks.equivalence.execute import execute
from cobolsmith.checks.equivalence.idle import idle
from cobolsmith.checks.equivalence.inputs import Inputs
from cobolsmith.checks.equivalence.layouts import SAME, Conversion
from cobolsmith.checks.equivalence.marks import Marked, Statement
from cobolsmith.checks.equivalence.mutants import Mutant, mutants
from cobolsmith.checks.equivalence.runs import Ran, Run
from cobolsmith.checks.equivalence.search import (
    BATCH,
    Found,
    Kept,
    Pair,
    Tick,
    at_once,
    carried_out,
)
from cobolsmith.checks.equivalence.sides import BuildError, Built, CobolSide

AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a mutant of a side: the run that told it apart, or ""."""

    mutant: Mutant
    side: str
    killed_by: str


@dataclass(frozen=True, slots=True)
class Ground:
    """One side's part in it: what mutants are made of, and what they are compared with."""

    side: CobolSide
    marked: Marked
    region: Region
    built: Built
    conversion: Conversion
    old: bool

    def outcome(self, kept: Kept) -> Ran:
        """What the run left on this side."""
        return kept.old if self.old else kept.new


@dataclass(frozen=True, slots=True)
class Alive:
    """A mutant that is built and that nothing has told apart so far."""

    mutant: Mutant
    built: Built
    ground: Ground

    def reached(self, kept: Sequence[Kept]) -> list[Kept]:
        """The runs that execute the mutated statement, those given least first."""
        near = [one for one in kept if self.mutant.mark in self.ground.outcome(one).marks]
        return sorted(near, key=lambda one: one.run.size)

    def decisive(self, inputs: Inputs) -> frozenset[int]:
        """The domains of what the mutated statement names; for the new side's those of the old
        one's items of these names."""
        own = next(one for one in self.ground.region.own if one.mark == self.mutant.mark)
        return decisive(self.ground.marked, inputs, own)

    def killer(self, kept: Sequence[Kept], pair: Pair) -> str:
        """The first run whose outcome on the mutant is another, or ""."""
        strict = Comparison(self.ground.built, self.built)

        def alone(run: Run) -> Ran:
            return execute(self.built, run, pair.floor, self.ground.conversion)

        for at in range(0, len(kept), AT_ONCE):
            batch = kept[at : at + AT_ONCE]
            for one, ran in zip(batch, at_once(alone, [k.run for k in batch]), strict=True):
                if strict.differences(self.ground.outcome(one), ran):
                    return one.run.name
        return ""


def grounds(
    pair: Pair,
    sides: tuple[CobolSide, CobolSide],
    marks: tuple[Marked, Marked],
    regions: tuple[Region, Region],
) -> tuple[Ground, Ground]:
    """Both sides' parts."""
    return (
        Ground(sides[0], marks[0], regions[0], pair.old, SAME, True),
        Ground(sides[1], marks[1], regions[1], pair.new, pair.conversion, False),
    )


def fates(
    pair: Pair,
    sides: Sequence[Ground],
    inputs: Inputs,
    comparison: Comparison,
    found: Found,
    *,
    limit: int,
    directed: int,
    seed: int,
    tick: Tick,
) -> list[Fate]:
    """What becomes of at most `limit` mutants; `directed` runs are made to hunt the survivors."""
    done: list[Fate] = []
    alive: list[Alive] = []
    for one in _built(pair, sides, limit, seed, tick):
        killer = one.killer(one.reached(found.kept), pair)
        if killer:
            done.append(Fate(one.mutant, one.ground.side.label, killer))
        else:
            alive.append(one)
    random = Random(f"{seed} directed")
    tried = 0
    while inputs.varied and alive and tried < directed and found.differing is None:
        parents = [
            (kept.run, one.decisive(inputs)) for one in alive for kept in one.reached(found.kept)
        ]
        if not parents:
            break
        batch = [
            candidate(inputs, random, f"directed {tried + nth + 1}", *random.choice(parents))
            for nth in range(BATCH)
        ]
        tried += len(batch)
        batch = [run for run in batch if pair.conversion.fits(run)]
        tick("hunting mutants", tried, directed)
        for kept in carried_out(pair.both, batch):
            if found.differing is None:
                found.note(kept, comparison, pair)
                alive = _hunted(kept, alive, done, found, pair)
    return done + [Fate(one.mutant, one.ground.side.label, "") for one in alive]


def telling(ground: Ground) -> list[Statement]:
    """A side's changed statements but for GO TOs without which it would do the same."""
    return [one for one in ground.region.own if not idle(ground.marked, ground.side.program, one)]


def _built(pair: Pair, sides: Sequence[Ground], limit: int, seed: int, tick: Tick) -> list[Alive]:
    """The mutants of all sides that compile, half of the limit for each side that has any."""
    made = [
        (ground, mutant)
        for ground in sides
        for mutant in mutants(
            ground.marked, ground.side.program, telling(ground), limit // len(sides), seed
        )
    ]
    found = []
    for nth, (ground, mutant) in enumerate(made):
        tick("mutants", nth + 1, len(made))
        text = mutant.apply(ground.marked.tree.view)
        side = replace(ground.side, label=f"mutant {nth}", text=text)
        try:
            built = side.rebuild(pair.floor.folder / f"mutant-{nth}", ground.built)
        except BuildError:
            continue
        found.append(Alive(mutant, built, ground))
    return found


def _hunted(
    kept: Kept, alive: list[Alive], done: list[Fate], found: Found, pair: Pair
) -> list[Alive]:
    """Those that a new run doesn't tell apart; the run is kept if it tells one."""
    left = []
    for one in alive:
        if one.reached([kept]) and one.killer([kept], pair):
            done.append(Fate(one.mutant, one.ground.side.label, kept.run.name))
        else:
            left.append(one)
    if len(left) < len(alive) and kept not in found.kept:
        found.kept.append(kept)
    return left
