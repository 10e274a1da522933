"""The search for runs: candidates are run on both sides, those that do something new are kept.

What is new is a statement executed, or executed more often by a power of two, on either side. A
candidate that makes the sides differ ends the search. All is deterministic in the seed: candidates
are drawn in batches before any of a batch is run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from random import Random

from cobolsmith.checks.equivalence.children import candidate
from cobolsmith.checks.equivalence.compare import Comparison, Difference
from cobolsmith.checks.equivalence.execute import Floor, execute
from cobolsmith.checks.equivalence.inputs import Inputs
from cobolsmith.checks.equivalence.layouts import SAME, Conversion
from cobolsmith.checks.equivalence.runs import Ran, Run
from cobolsmith.checks.equivalence.sides import Built

BATCH = 8
JOBS = 2
MINIMISING = 40
"""Runs spent on making a run that shows a difference smaller."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Both sides as they are run: built, on one floor, with the new side's layouts."""

    old: Built
    new: Built
    floor: Floor
    conversion: Conversion = SAME

    def both(self, run: Run) -> tuple[Ran, Ran]:
        """What a run leaves on each side."""
        return (
            execute(self.old, run, self.floor, SAME),
            execute(self.new, run, self.floor, self.conversion),
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """A run worth keeping, with what it left on both sides."""

    run: Run
    old: Ran
    new: Ran


@dataclass(slots=True)
class Found:
    """What a search has found so far."""

    kept: list[Kept] = field(default_factory=list)
    differing: Kept | None = None
    differences: list[Difference] = field(default_factory=list)
    tried: int = 0
    old_marks: Counter[int] = field(default_factory=Counter)
    new_marks: Counter[int] = field(default_factory=Counter)
    seen: set[tuple[str, int, int]] = field(default_factory=set)

    def note(self, kept: Kept, comparison: Comparison, *, always: bool = False) -> bool:
        """Take up a run's outcome; true where it was kept. Stops at the first difference."""
        self.tried += 1
        if kept.old.timed_out and kept.new.timed_out:
            return False
        differences = comparison.differences(kept.old, kept.new)
        if differences and self.differing is None:
            self.differing, self.differences = kept, differences
        self.old_marks.update(kept.old.marks)
        self.new_marks.update(kept.new.marks)
        new = _novelties(kept) - self.seen
        self.seen |= new
        if new or always:
            self.kept.append(kept)
        return bool(new or always)


def _novelties(kept: Kept) -> set[tuple[str, int, int]]:
    found = {
        (side, mark, min(count.bit_length(), 5))
        for side, ran in (("old", kept.old), ("new", kept.new))
        for mark, count in ran.marks.items()
    }
    found.add(("exit", kept.old.status, len(kept.old.died) > 0))
    return found


def search(
    pair: Pair,
    inputs: Inputs,
    comparison: Comparison,
    wanted: Callable[[Kept], bool],
    *,
    runs: int,
    seed: int,
    given: Sequence[Run] = (),
) -> Found:
    """Run what is given, then up to `runs` candidates; parents that are `wanted` are preferred."""
    found = Found()
    for batch in _batches(given):
        for kept in carried_out(pair.both, batch):
            found.note(kept, comparison, always=True)
    random = Random(f"{seed} runs")
    while found.tried < runs + len(given) and found.differing is None:
        parents = [one.run for one in found.kept]
        close = [one.run for one in found.kept if wanted(one)]
        batch = [
            candidate(inputs, random, f"generated {found.tried + nth + 1}", parent)
            for nth, parent in enumerate(_parents(random, parents, close))
        ]
        for kept in carried_out(pair.both, batch):
            if found.differing is None:
                found.note(kept, comparison)
    return found


def _parents(random: Random, parents: list[Run], close: list[Run]) -> list[Run | None]:
    chosen: list[Run | None] = []
    for _ in range(BATCH):
        chance = random.random()
        if close and chance < 0.5:
            chosen.append(random.choice(close))
        elif parents and chance < 0.8:
            chosen.append(random.choice(parents))
        else:
            chosen.append(None)
    return chosen


def _batches(runs: Sequence[Run]) -> Iterable[Sequence[Run]]:
    return (runs[at : at + BATCH] for at in range(0, len(runs), BATCH))


def carried_out(both: Callable[[Run], tuple[Ran, Ran]], runs: Sequence[Run]) -> list[Kept]:
    """Runs carried out, in order, some at the same time."""
    with ThreadPoolExecutor(max_workers=JOBS) as pool:
        outcomes = pool.map(both, runs)
        return [Kept(run, *outcome) for run, outcome in zip(runs, outcomes, strict=True)]


def smaller(pair: Pair, kept: Kept, comparison: Comparison) -> Kept:
    """The run with records and lines left out that aren't needed to show a difference."""
    left = MINIMISING
    shrunk = True
    while shrunk and left > 0:
        shrunk = False
        for run in _shrunk(kept.run):
            if left <= 0:
                break
            left -= 1
            old, new = pair.both(run)
            if comparison.differences(old, new):
                kept, shrunk = Kept(run, old, new), True
                break
    return kept


def _shrunk(run: Run) -> Iterable[Run]:
    """The run with a half, then a single record of a file (or call) left out."""
    for nth, (select, records) in enumerate(run.files):
        for start, end in _cuts(len(records)):
            files = list(run.files)
            files[nth] = (select, records[:start] + records[end:])
            yield replace(run, files=tuple(files))
    for start, end in _cuts(len(run.calls)):
        yield replace(run, calls=run.calls[:start] + run.calls[end:])


def _cuts(count: int) -> list[tuple[int, int]]:
    half = count // 2
    halves = [(0, half), (half, count)] if count > 3 else []
    return halves + [(at, at + 1) for at in range(min(count, 8))]
