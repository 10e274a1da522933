"""The bounded repair loop: fault after fault, plan after plan, until the checks find nothing wrong.

Each fault is tried at most three times, each time wider. A fill that a check refuses is not thrown
away: the words under the diagnostic are masked again and denoised anew (see `remask`).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from cobolsmith import models, patch
from cobolsmith import source as sources
from cobolsmith.checks.compiles import NAME as COMPILES
from cobolsmith.checks.compiles import cobc, is_program, unable
from cobolsmith.checks.parses import problems
from cobolsmith.config import Config
from cobolsmith.errors import CobolsmithError
from cobolsmith.infill import Candidate, Infiller, candidates
from cobolsmith.job import Job
from cobolsmith.languages import LANGUAGES
from cobolsmith.plan import Plan
from cobolsmith.program import Program
from cobolsmith.recipes.repair import WIDTHS, repair
from cobolsmith.remask import ROUNDS, remasked
from cobolsmith.source import Source
from cobolsmith.verify import Diagnostic

FAULTS = 12
"""Faults mended in one file before giving up."""
ATTEMPTS = 30
"""Faults times widths looked at in one file before giving up."""
SAME_CLASS = 0.3
"""Plans whose doubts differ by no more are alternatives for the model's score to choose from."""
TRIES = 48
"""Candidates compiled for one fault at one width."""
REMASKED = 2
"""Refused fills of one width that are remasked, those with the fewest errors left first."""


@dataclass(frozen=True, slots=True)
class Mend:
    """A way to leave nothing wrong: the candidates taken in turn, and the source after them."""

    taken: tuple[Candidate, ...]
    state: Source

    @property
    def plans(self) -> tuple[Plan, ...]:
        """The plans of the candidates."""
        return tuple(one.plan for one in self.taken)


@dataclass(slots=True)
class Search:
    """How much looking is left in one file, and the diagnostic that nothing mended."""

    attempts: int = ATTEMPTS
    stuck: tuple[Diagnostic, ...] = ()


def mends(
    source: Source,
    found: tuple[Diagnostic, ...],
    job: Job,
    search: Search,
    taken: tuple[Candidate, ...] = (),
) -> Iterator[Mend]:
    """Ways to leave nothing wrong, best first: the first fault, then what is left after it.

    Each fault is tried at most three times, each time wider.
    """
    for width in range(WIDTHS):
        if search.attempts == 0 or len(taken) == FAULTS:
            return
        search.attempts -= 1
        steps = attempt(source, found, job, width)
        if not steps.clean and steps.better:
            best = steps.better[0]
            further = mends(best.state, best.left, job, search, (*taken, best.candidate))
            first = next(further, None)
            if first is not None or taken:
                yield from (() if first is None else (first, *further))
                return
            steps = attempt(source, found, job, width, every=True)  # what seemed sure led nowhere
        for step in steps.clean:
            yield Mend((*taken, step.candidate), step.state)
        if steps.clean:
            return
    search.stuck = found


@dataclass(frozen=True, slots=True)
class Step:
    """A candidate applied: the source after it and what is still wrong there. `refused` where it
    mends nothing."""

    candidate: Candidate
    state: Source
    left: tuple[Diagnostic, ...]
    refused: bool

    @property
    def doubt(self) -> float:
        """That of its plan."""
        return self.candidate.plan.doubt


@dataclass(slots=True)
class Steps:
    """The steps tried for one fault at one width, by what came of them."""

    clean: list[Step] = field(default_factory=list)
    better: list[Step] = field(default_factory=list)
    refused: list[Step] = field(default_factory=list)

    def add(self, step: Step | None) -> None:
        """Put a step where it belongs."""
        if step is not None:
            rest = self.better if step.left else self.clean
            (self.refused if step.refused else rest).append(step)

    def enough(self, every: bool) -> float:
        """The doubt up to which plans are looked at: that of the first that leaves nothing wrong,
        or, unless `every` is, of a certain one that mends its own fault and leaves others."""
        doubts = [step.doubt for step in self.clean]
        if not every:
            doubts += [step.doubt for step in self.better if step.doubt < SAME_CLASS]
        return min(doubts, default=math.inf)


def attempt(
    source: Source, found: tuple[Diagnostic, ...], job: Job, width: int, *, every: bool = False
) -> Steps:
    """The candidates of one width: those that leave nothing wrong, best first, and those that mend
    the first diagnostic and leave others, best first.

    Plans come in order of doubt. Once one leaves nothing wrong, only those about as certain are
    still looked at; the model's score decides among them. Unless `every` plan is asked for, a
    certain one that leaves other faults does so, too. Where no plan helps, the most promising
    refused fills are remasked.
    """
    options = job.options
    program = LANGUAGES["cobol"].read_program(
        source, job.config.copybook_paths(source.path.resolve().parent)
    )
    plans = repair(program, job.estate, diagnostics=found, width=width)
    model = functools.partial(models.load, options.model) if options.model else None
    steps, tried = Steps(), 0
    for plan in plans:
        if tried >= TRIES or plan.doubt > steps.enough(every) + SAME_CLASS:
            break
        for candidate in filled(program, plan, model, job, options.seed):
            tried += 1
            steps.add(judged(source, found, candidate, job))
    if not steps.clean and not steps.better and model is not None:
        again(program, found, steps, model, job)
    steps.clean.sort(key=lambda step: (step.doubt, -step.candidate.score))
    steps.better.sort(key=lambda step: (len(step.left), step.doubt))
    return steps


def filled(
    program: Program, plan: Plan, model: Callable[[], Infiller] | None, job: Job, seed: int
) -> Iterator[Candidate]:
    """The candidates of a plan, as the options ask."""
    options = job.options
    return candidates(program, plan, model, seed=seed, watch=options.watch, **options.effort)


def again(
    program: Program,
    found: tuple[Diagnostic, ...],
    steps: Steps,
    model: Callable[[], Infiller],
    job: Job,
) -> None:
    """Remask refused fills, each round wider, until one of them helps."""
    holed = [step for step in steps.refused if step.candidate.plan.holes]
    holed.sort(key=lambda step: (len(step.left), step.doubt, -step.candidate.score))
    for step in holed[:REMASKED]:
        for number, reach in enumerate(ROUNDS, 1):
            plan = remasked(program, step.candidate, step.state, step.left, reach)
            if plan is None:
                continue
            for candidate in filled(program, plan, model, job, job.options.seed + number):
                steps.add(judged(program.source, found, candidate, job))
            if steps.clean or steps.better:
                return


def judged(
    source: Source, found: tuple[Diagnostic, ...], candidate: Candidate, job: Job
) -> Step | None:
    """The candidate applied; refused if it parses worse than before or has no fewer errors. None
    where it can't be applied."""
    pieces = candidate.pieces_of(source.path)
    if candidate.plan.holes:
        pieces = [one for piece in pieces for one in patch.narrowed(source, *piece)]
    try:
        data = patch.edited(source, pieces)
    except CobolsmithError:
        return None
    state = sources.from_bytes(data, source.path, encoding=source.encoding, format=source.format)
    worse = problems(state)
    if len(worse) <= len(problems(source)):
        left = diagnosed(state, job.config)
        return Step(candidate, state, left, bool(left) and not progressed(found, left))
    if candidate.plan.holes:
        return Step(candidate, state, worse, True)
    # Beside a second fault the parser may recover otherwise and find more; the compiler decides.
    left = diagnosed(state, job.config)
    before, after = said_by_cobc(found), said_by_cobc(left)
    return Step(candidate, state, left, not (before and after and progressed(before, after)))


def said_by_cobc(found: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """What cobc said."""
    return tuple(one for one in found if one.check == COMPILES)


def progressed(found: Sequence[Diagnostic], left: Sequence[Diagnostic]) -> bool:
    """Whether the first error is gone and fewer are left, or as many but further down."""
    first, now = found[0], left[0]
    gone = (first.line, first.message) != (now.line, now.message)
    further = len(left) == len(found) and now.line > first.line + 1
    return gone and (len(left) < len(found) or further)


def diagnosed(source: Source, config: Config) -> tuple[Diagnostic, ...]:
    """The parse problems, then cobc's errors in the first dialect that has any; where cobc can't
    be asked, what the reader of programs finds instead."""
    found = problems(source)
    if not is_program(source):
        return found
    if unable([source]):
        return found or meaningless(source, config)
    for std in config.std:
        said = cobc(source, config, std)
        if said:
            return (*said, *found)
    return found


def meaningless(source: Source, config: Config) -> tuple[Diagnostic, ...]:
    """What parses in a program but means nothing: names undefined, pictures impossible, ..."""
    program = LANGUAGES["cobol"].read_program(
        source, config.copybook_paths(source.path.resolve().parent)
    )
    found = []
    for problem in program.problems:
        inside = problem.origin.path == source.path
        at = problem.origin.span.start
        line = source.line_column(at)[0] if inside else 1
        said = f"{problem.kind}: {problem.what}" + (f"; {problem.remedy}" if problem.remedy else "")
        where = "" if inside else f" (in {problem.origin.path.name})"
        found.append(Diagnostic(source.path, line, 0, said + where, check="reads"))
    return tuple(found)
