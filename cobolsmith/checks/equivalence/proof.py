"""The proof that two sides behave alike, or the difference: runs, region, mutants, verdict.

PASSED needs all of: no difference on any run, each changed statement executed on both sides, and
enough mutants of the change told apart by the same runs. Anything less is SKIPPED with what is
missing: too little was seen to say that behaviour stayed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from cobolsmith.checks.equivalence.aims import aims
from cobolsmith.checks.equivalence.beyond import BEYOND, conditions
from cobolsmith.checks.equivalence.change import Region, changes, region
from cobolsmith.checks.equivalence.compare import Comparison, Difference, Stated, check_stated
from cobolsmith.checks.equivalence.execute import Floor
from cobolsmith.checks.equivalence.fates import Fate, fates, grounds
from cobolsmith.checks.equivalence.givens import inputs_of
from cobolsmith.checks.equivalence.golden import recorded
from cobolsmith.checks.equivalence.inputs import Inputs
from cobolsmith.checks.equivalence.layouts import conversion
from cobolsmith.checks.equivalence.marks import Marked, Statement, mark
from cobolsmith.checks.equivalence.posed import failing, posed
from cobolsmith.checks.equivalence.reworded import reworded
from cobolsmith.checks.equivalence.runs import Ran, Run
from cobolsmith.checks.equivalence.samples import samples
from cobolsmith.checks.equivalence.search import (
    Found,
    Pair,
    Tick,
    carried_out,
    search,
    silent,
    smaller,
)
from cobolsmith.checks.equivalence.sides import BuildError, Built, CobolSide
from cobolsmith.checks.equivalence.wider import Moves, moves, proven, without
from cobolsmith.verify import Status


@dataclass(frozen=True, slots=True)
class Settings:
    """How hard to look. `strength` is the share of mutants that must be told apart to pass.
    `differs`, `branches`, `ways`, `dead` and `leaves` are as in `Plan`. `anywhere`: what `differs`
    names may be another program's, and mean nothing in this one."""

    runs: int = 480
    seed: int = 0
    mutants: int = 20
    directed: int = 128
    confirmed: int = 60
    minimising: int = 40
    strength: float = 0.8
    differs: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    ways: bool = False
    dead: bool = False
    leaves: tuple[str, ...] = ()
    anywhere: bool = False
    golden: Path | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """What was seen. `regions`: old and new; `reached` are marks of changed statements executed
    on each side, `proven` of the others those that do the same by COBOL's rules; `moves` are those
    of wider fields; `arms` branches of the change as (label, line, taken) for each side; `parted`
    kept runs that took a stated branch or way, and so weren't compared, `beyond` those of them that
    put more into a field than the narrower one holds."""

    status: Status
    reason: str
    differences: tuple[Difference, ...] = ()
    shown_by: Run | None = None
    kept: tuple[Run, ...] = ()
    tried: int = 0
    recorded: int = 0
    regions: tuple[Region, ...] = ()
    reached: tuple[frozenset[int], ...] = ()
    proven: tuple[frozenset[int], ...] = ()
    moves: Moves = field(default_factory=Moves)
    arms: tuple[tuple[tuple[str, str, bool], ...], ...] = ()
    statements: tuple[tuple[int, int], ...] = ()
    fates: tuple[Fate, ...] = ()
    masks: tuple[tuple[str, int], ...] = ()
    stated: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    parted: int = 0
    beyond: int = 0
    mocked: tuple[str, ...] = ()
    settings: Settings = field(default_factory=Settings)

    @property
    def killed(self) -> int:
        """Mutants told apart."""
        return sum(bool(fate.killed_by) for fate in self.fates)


@dataclass(slots=True)
class _Case:
    """Everything about one comparison while it is being made."""

    old: CobolSide
    new: CobolSide
    settings: Settings
    floor: Floor
    marks: tuple[Marked, Marked]
    regions: tuple[Region, Region]
    pair: Pair
    comparison: Comparison
    inputs: Inputs
    tick: Tick
    fates: list[Fate] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Explored:
    """An old side built once, and the runs that show what it can do: for several proofs."""

    marked: Marked
    built: Built
    floor: Floor
    outcomes: Mapping[Run, Ran]


def explored(side: CobolSide, settings: Settings, folder: Path) -> Explored:
    """Build a side in a folder that stays, and search for runs on it alone."""
    marked = mark(side.program)
    built = replace(side, text=marked.text).build(folder / "marked")
    floor = Floor(folder / "floor", untouched([built]))
    floor.folder.mkdir()
    inputs = inputs_of(built)
    found = search(
        Pair(built, built, floor),
        inputs,
        Comparison(built, built),
        frozenset(),
        frozenset(),
        runs=settings.runs,
        seed=settings.seed,
        goals=aims(marked, inputs),
    )
    return Explored(marked, built, floor, {kept.run: kept.old for kept in found.kept})


def prove(
    old: CobolSide,
    new: CobolSide,
    settings: Settings,
    tick: Tick = silent,
    known: Explored | None = None,
) -> Proof:
    """Compare two sides; what is `known` of the old one isn't looked for again. Raises BuildError
    where a side can't be built, UsageError for a stated difference that names nothing."""
    with tempfile.TemporaryDirectory(prefix="cobolsmith-verify-") as folder:
        case = _prepared(old, new, settings, Path(folder), tick, known)
        given = recorded(settings.golden, case.pair.old, case.floor) if settings.golden else ()
        given += samples(case.pair.old, old.config.root)
        given += reworded(case.pair.old.program, case.pair.new.program, given)
        given += posed(case.marks[1], case.regions[1].marks, case.inputs, given, new.program)
        given += failing(case.pair.old.program, case.pair.new.program, given)
        given = (*given, *(run for run in (known.outcomes if known else ()) if run not in given))
        found = search(
            case.pair,
            case.inputs,
            case.comparison,
            case.regions[0].marks,
            case.regions[1].marks,
            runs=settings.runs,
            seed=settings.seed,
            given=given,
            goals=(
                *aims(case.marks[0], case.inputs),
                *aims(case.marks[1], case.inputs, case.regions[1].marks),
            ),
            tick=case.tick,
        )
        if found.differing is None and not settings.dead:
            case.fates += fates(
                case.pair,
                grounds(case.pair, (old, new), case.marks, _to_mutate(case, found)),
                case.inputs,
                case.comparison,
                found,
                limit=settings.mutants,
                directed=settings.directed,
                seed=settings.seed,
                tick=case.tick,
            )
        if found.differing is None:
            _confirm(case, found, Path(folder))
        return _judged(case, found, sum(run.recorded for run in given))


def _unseen(case: _Case, found: Found) -> tuple[frozenset[int], frozenset[int]]:
    """Each side's changed statements that no run executed, but that do the same by the rules."""
    programs = (case.old.program, case.new.program)
    marks = (found.old_marks, found.new_marks)
    one, two = (
        frozenset(
            mark
            for mark in proven(programs[nth], programs[1 - nth], case.marks[nth], case.regions[nth])
            if not marks[nth][mark]
        )
        for nth in (0, 1)
    )
    return one, two


def _to_mutate(case: _Case, found: Found) -> tuple[Region, Region]:
    left = _unseen(case, found)
    return without(case.regions[0], left[0]), without(case.regions[1], left[1])


def _prepared(
    old: CobolSide,
    new: CobolSide,
    settings: Settings,
    folder: Path,
    tick: Tick,
    known: Explored | None,
) -> _Case:
    watched = (conditions(old.program, new.program), conditions(new.program, old.program))
    marks = (
        known.marked if known else mark(old.program, watched[0], old.lines),
        mark(new.program, watched[1], new.lines),
    )
    spans = changes(marks[0].tree, marks[1].tree)
    before = known.built if known else replace(old, text=marks[0].text).build(folder / "old-marked")
    after = replace(new, text=marks[1].text).build(folder / "new-marked")
    if not settings.anywhere:
        check_stated(settings.differs, {"old": before, "new": after})
    floor = Floor(folder / "floor", untouched([before, after]))
    floor.folder.mkdir()
    calls = tuple(zip(before.parameters, after.parameters, strict=False))
    programs = (old.program, new.program)
    other = conversion(*programs, before.shapes, after.shapes, calls, before.mocked)
    outcomes = known.outcomes if known and known.floor.untouched == floor.untouched else {}
    regions = (region(marks[0], spans[0]), region(marks[1], spans[1]))
    return _Case(
        old,
        new,
        settings,
        floor,
        marks,
        regions,
        Pair(before, after, floor, other, outcomes),
        Comparison(before, after, _stated(settings, marks, regions)),
        inputs_of(before, (new.program,)),
        tick,
    )


def _stated(
    settings: Settings, marks: tuple[Marked, Marked], regions: tuple[Region, Region]
) -> Stated:
    """What may differ; `branches` are statements of the change itself, `leaves` stand in one."""
    old, new = (
        {" ".join(text.upper().split()) for text in texts}
        for texts in (settings.leaves, settings.branches)
    )
    changed = regions[0].marks
    inside = [one for one in marks[0].statements if one.outer in changed]
    left = frozenset(one.mark for one in inside if _first_line(marks[0], one) in old)
    apart = {one.mark for one in regions[1].own if _first_line(marks[1], one) in new}
    ways = settings.ways
    return Stated(settings.differs, frozenset((BEYOND, *apart)), ways, left, "SUBSCRIPT" in old)


def _first_line(marked: Marked, one: Statement) -> str:
    text = marked.tree.view[one.start : one.last].split(b"\n")[0]
    return " ".join(text.decode().upper().split())


def untouched(sides: Sequence[Built]) -> frozenset[str]:
    """The names of files that every side opens for INPUT only."""
    left: set[str] | None = None
    for built in sides:
        ways: dict[str, set[str]] = {}
        for use in built.program.flow.files:
            ways.setdefault(use.file, set()).add(use.how)
        read = {
            shape.name
            for select, shape in built.shapes.items()
            if ways.get(select, {""}) <= {"opens-input", "reads", "starts", "closes"}
        }
        left = read if left is None else left & read
    return frozenset(left or ())


def _confirm(case: _Case, found: Found, folder: Path) -> None:
    """Run what was kept on the unmarked programs: those are what is compared in the end."""
    sides = [side.build(folder / side.label) for side in (case.old, case.new)]
    pair = Pair(sides[0], sides[1], case.floor, case.pair.conversion)
    stated = case.comparison.stated
    alike = [kept for kept in found.kept if not stated.parts(kept.old, kept.new)]
    chosen = alike[: case.settings.confirmed]
    strict = [Comparison(one, one) for one in sides]
    for kept, plain in zip(
        chosen, carried_out(pair.both, [one.run for one in chosen]), strict=True
    ):
        differences = case.comparison.differences(plain.old, plain.new)
        if differences:
            found.differing, found.differences = plain, differences
            return
        for check, marked, ran in zip(
            strict, (kept.old, kept.new), (plain.old, plain.new), strict=True
        ):
            apart = check.differences(marked, ran)
            if apart:
                raise BuildError(f"the marked copy doesn't do what the program does: {apart[0]}")


# --- The verdict ----------------------------------------------------------------------------------


def _judged(case: _Case, found: Found, given: int) -> Proof:
    marks = (found.old_marks, found.new_marks)
    proof = Proof(
        Status.PASSED,
        "",
        kept=tuple(one.run for one in found.kept),
        tried=found.tried,
        recorded=given,
        regions=case.regions,
        reached=tuple(
            frozenset(mark for mark in one.marks if side[mark])
            for one, side in zip(case.regions, marks, strict=True)
        ),
        proven=_unseen(case, found),
        moves=moves(case.old.program, case.new.program, case.marks[1]),
        arms=tuple(
            tuple((arm.label, arm.line, arm.taken(side)) for arm in one.arms)
            for one, side in zip(case.regions, marks, strict=True)
        ),
        statements=tuple(
            (sum(bool(side[one.mark]) for one in marked.statements), len(marked.statements))
            for marked, side in zip(case.marks, marks, strict=True)
        ),
        fates=tuple(case.fates),
        masks=tuple(sorted(case.comparison.masked.items())),
        stated=case.settings.differs,
        unseen=case.comparison.stated.unseen(),
        beyond=sum(BEYOND in {*one.old.marks, *one.new.marks} for one in found.kept),
        parted=sum(case.comparison.stated.parts(one.old, one.new) for one in found.kept),
        mocked=tuple(sorted({*case.pair.old.mocked, *case.pair.new.mocked})),
        settings=case.settings,
    )
    if found.differing is not None:
        least = smaller(case.pair, found.differing, case.comparison, case.settings.minimising)
        differences = case.comparison.differences(least.old, least.new) or found.differences
        reason = f"run {least.run.name}: {differences[0]}"
        return replace(
            proof,
            status=Status.FAILED,
            reason=reason,
            differences=tuple(differences),
            shown_by=least.run,
        )
    reason = lacking(proof)
    return replace(proof, status=Status.SKIPPED, reason=reason) if reason else proof


def lacking(proof: Proof) -> str:
    """What is missing for PASSED, or an empty text."""
    if not proof.kept:
        return "no run came to an end on both sides"
    if proof.beyond and proof.parted == len(proof.kept):
        return "every run put more into a field than the narrower one holds"
    if proof.settings.dead:
        alive = [one for one in proof.regions[0].own if one.mark in proof.reached[0]]
        return f"line {alive[0].line} is taken out, and a run executes it" if alive else ""
    if proof.moves.cut:
        return f"what a wider field can hold now is cut: {proof.moves.cut[0]}"
    sides = zip(("old", "new"), proof.regions, proof.reached, proof.proven, strict=True)
    for label, one, reached, same in sides:
        missed = [each for each in one.statements if each.mark not in reached | same]
        if missed and not reached:
            return f"the change was executed by no run ({label} side, line {missed[0].line})"
        if missed:
            lines = ", ".join(each.line for each in missed[:5])
            return (
                f"{len(missed)} of {len(one.statements)} changed statements were executed by no "
                f"run ({label} side, lines {lines})"
            )
    awaited = [word for word in proof.unseen if "+" in word or "=" in word or "/case" in word]
    if awaited:
        return f"no run showed what is stated to be new ({awaited[0]})"
    if proof.settings.ways and not proof.parted:
        return "no run goes another way by the changed condition"
    if proof.fates and proof.killed < proof.settings.strength * len(proof.fates):
        left = next(fate.mutant for fate in proof.fates if not fate.killed_by)
        return (
            f"the runs tell only {proof.killed} of {len(proof.fates)} mutants of the change apart "
            f"(not line {left.line}: {left.what})"
        )
    return ""
