"""The search for runs: candidates are run on both sides, those that do something new are kept.

What is new is a statement executed, or executed more often by a power of two, on either side. A
candidate that makes the sides differ ends the search. All is deterministic in the seed: candidates
are drawn in batches before any of a batch is run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from random import Random
from typing import TypeVar

from cobolsmith.checks.equivalence.aims import Aim, open_aims
from cobolsmith.checks.equivalence.children import candidate, first
from cobolsmith.checks.equivalence.compare import Comparison, Difference
from cobolsmith.checks.equivalence.execute import Floor, execute
from cobolsmith.checks.equivalence.inputs import Inputs
from cobolsmith.checks.equivalence.layouts import SAME, Conversion
from cobolsmith.checks.equivalence.runs import Ran, Run
from cobolsmith.checks.equivalence.sides import Built

BATCH = 8
JOBS = 2
OTHER_MEMORY = ("MALLOC_PERTURB_", "90")
"""Makes glibc fill the memory it hands out: what a program never set shows as another thing."""
T = TypeVar("T")
Tick = Callable[[str, int, int], None]
"""Progress: what is being done, how much of it is done, of how much."""


def silent(what: str, done: int, of: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Both sides as they are run: built, on one floor, with the new side's layouts."""

    old: Built
    new: Built
    floor: Floor
    conversion: Conversion = SAME
    outcomes: Mapping[Run, Ran] = field(default_factory=dict)

    def on_old(self, run: Run) -> Ran:
        """What a run leaves on the old side; `outcomes` are those known already."""
        return self.outcomes.get(run) or execute(self.old, run, self.floor, SAME)

    def both(self, run: Run) -> tuple[Ran, Ran]:
        """What a run leaves on each side."""
        return self.on_old(run), execute(self.new, run, self.floor, self.conversion)


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

    def note(self, kept: Kept, comparison: Comparison, pair: Pair, *, always: bool = False) -> bool:
        """Take up a run's outcome; true where it was kept. Stops at the first difference. A run
        that differs, and whose sides don't even repeat themselves, shows memory that is not the
        program's: it says nothing."""
        self.tried += 1
        if kept.old.timed_out and kept.new.timed_out:
            return False
        differences = comparison.differences(kept.old, kept.new)
        if differences and not repeats(kept, pair):
            return False
        if differences and self.differing is None:
            self.differing, self.differences = kept, differences
        self.old_marks.update(kept.old.marks)
        self.new_marks.update(kept.new.marks)
        new = novelties("old", kept.old) | novelties("new", kept.new)
        new -= self.seen
        self.seen |= new
        if new or always:
            self.kept.append(kept)
        return bool(new or always)


def repeats(kept: Kept, pair: Pair) -> bool:
    """Whether both sides, run again in other memory, leave what they left."""
    run = replace(kept.run, environment=(*kept.run.environment, OTHER_MEMORY))
    again = (
        execute(pair.old, run, pair.floor, SAME),
        execute(pair.new, run, pair.floor, pair.conversion),
    )
    return not Comparison(pair.old, pair.old).differences(kept.old, again[0]) and not Comparison(
        pair.new, pair.new
    ).differences(kept.new, again[1])


def novelties(side: str, ran: Ran) -> set[tuple[str, int, int]]:
    """What a run did on a side: statements, how often by powers of two, and how it ended."""
    found = {(side, mark, min(count.bit_length(), 5)) for mark, count in ran.marks.items()}
    found.add((f"{side} exit", ran.status, len(ran.died) > 0))
    return found


def search(
    pair: Pair,
    inputs: Inputs,
    comparison: Comparison,
    old_marks: frozenset[int],
    new_marks: frozenset[int],
    *,
    runs: int,
    seed: int,
    given: Sequence[Run] = (),
    goals: Sequence[Aim] = (),
    tick: Tick = silent,
) -> Found:
    """Run what is given, then up to `runs` candidates; children of runs that pass one of these
    marks (the changed statements') are preferred, and such as may take a branch (`goals`) that none
    took. A candidate that neither passes one of the old
    side's nor does anything new there isn't run on the new side."""
    found = Found()
    runs = runs if inputs.varied else min(runs, 1)

    def worthwhile(run: Run) -> tuple[Ran, Ran | None]:
        old = pair.on_old(run)
        new = not found.seen.issuperset(novelties("old", old))
        if not new and old_marks and not old_marks.intersection(old.marks):
            return old, None
        if pair.new is pair.old:
            return old, old
        if not pair.conversion.fits(run):
            return old, None
        return old, execute(pair.new, run, pair.floor, pair.conversion)

    for batch in _batches(given):
        for run, (old, new) in zip(batch, at_once(worthwhile, batch), strict=True):
            if new is None and run.recorded and pair.conversion.fits(run):
                new = execute(pair.new, run, pair.floor, pair.conversion)
            if new is None:
                found.tried += 1
            elif found.differing is None:
                found.note(Kept(run, old, new), comparison, pair, always=True)
        if found.differing is not None:
            return found
    random = Random(f"{seed} runs")
    plain = first(inputs, random)[: max(runs // 2, 1)]
    while found.tried < runs + len(given) and found.differing is None:
        close = [
            one.run
            for one in found.kept
            if old_marks.intersection(one.old.marks) or new_marks.intersection(one.new.marks)
        ]
        batch, plain = plain[:BATCH], plain[BATCH:]
        wanted = open_aims(goals, found.old_marks, found.new_marks)
        batch = batch or _drawn(found, inputs, random, close, wanted)
        batch = batch[: runs + len(given) - found.tried]
        for run, (old, new) in zip(batch, at_once(worthwhile, batch), strict=True):
            if new is None:
                found.tried += 1
            elif found.differing is None:
                found.note(Kept(run, old, new), comparison, pair)
        tick("runs", found.tried, runs + len(given))
    return found


Parent = tuple[Run | None, frozenset[int]]
"""What a candidate is a child of (None: of none), and the domains to be changed in it."""


def _drawn(
    found: Found, inputs: Inputs, random: Random, close: list[Run], goals: list[Aim]
) -> list[Run]:
    """The next candidates: children of kept runs, rather of those `close` or that come to a branch
    not taken, and fresh ones."""
    parents = _parents(random, found.kept, close, goals)
    return [
        candidate(inputs, random, f"generated {found.tried + nth + 1}", parent, focus)
        for nth, (parent, focus) in enumerate(parents)
    ]


def _parents(random: Random, kept: list[Kept], close: list[Run], goals: list[Aim]) -> list[Parent]:
    chosen: list[Parent] = []
    fresh = [goal for goal in goals if goal.new]
    for _ in range(BATCH):
        chance = random.random()
        if goals and chance < (0.5 if fresh else 0.35):
            goal = random.choice(fresh if fresh and random.random() < 0.7 else goals)
            chosen.append((_often(random, kept, goal), goal.roots))
        elif close and chance < 0.6:
            chosen.append((_recent(random, close), frozenset()))
        elif kept and chance < 0.88:
            chosen.append((_recent(random, [one.run for one in kept]), frozenset()))
        else:
            chosen.append((None, frozenset()))
    return chosen


def _often(random: Random, kept: list[Kept], goal: Aim) -> Run | None:
    """One of the runs that come to a branch, rather one that does so often."""
    mark = goal.branch.statement
    times = [(one.new if goal.new else one.old).marks.get(mark, 0) for one in kept]
    return random.choices(kept, times)[0].run if any(times) else None


def _recent(random: Random, runs: list[Run]) -> Run:
    """One of the runs, rather one of the last: those do what no run before them did."""
    back = int(random.expovariate(1 / 4))
    return runs[-1 - back] if back < len(runs) and random.random() < 0.8 else random.choice(runs)


def _batches(runs: Sequence[Run]) -> Iterable[Sequence[Run]]:
    return (runs[at : at + BATCH] for at in range(0, len(runs), BATCH))


def carried_out(both: Callable[[Run], tuple[Ran, Ran]], runs: Sequence[Run]) -> list[Kept]:
    """Runs carried out on both sides, in order."""
    return [Kept(run, *ran) for run, ran in zip(runs, at_once(both, runs), strict=True)]


def at_once(work: Callable[[Run], T], runs: Sequence[Run]) -> list[T]:
    """Work on runs, some at the same time, in order."""
    with ThreadPoolExecutor(max_workers=JOBS) as pool:
        return list(pool.map(work, runs))


def smaller(pair: Pair, kept: Kept, comparison: Comparison, left: int) -> Kept:
    """The run with records and calls left out that aren't needed to show a difference; `left` runs
    are spent on it."""
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
