"""`cobolsmith refactor NAME`: a recipe's plans, each as a patch that the checks have judged.

A recipe proposes; holes are filled by the model, or by their drafts; plans of one file are tried
together, and one by one where the checks refuse them together. Questions stop everything.
"""

from __future__ import annotations

import functools
import itertools
import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from cobolsmith import models, patch, scan, smith
from cobolsmith.checks import CHECKS
from cobolsmith.checks.equivalence import NAME as EQUIVALENCE
from cobolsmith.checks.suite import NAME as SUITE
from cobolsmith.desk import Desk, conditions_of, copying
from cobolsmith.errors import CobolsmithError, PatchError, UsageError
from cobolsmith.estate.index import Index, read_index
from cobolsmith.infill import Candidate, candidates
from cobolsmith.items import Problem
from cobolsmith.job import Job, Options
from cobolsmith.languages.cobol import Library, read_programs
from cobolsmith.patch import FileChange, Patch
from cobolsmith.plan import Plan
from cobolsmith.program import Program
from cobolsmith.recipe import Proposal, Recipe, Setting
from cobolsmith.recipes import RECIPES
from cobolsmith.report import Outcome, Report, Result, fills_of
from cobolsmith.source import Source
from cobolsmith.verify import Diagnostic, Subject, unmet, verified

FINALISTS = 3
"""Fills of a plan's holes that are checked before its drafts are."""
_LITERAL = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_WORD = re.compile(r"[\w-]+")
APART = 12
"""Plans of one file that are tried one by one."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A recipe, what it was told, and the sources it was shown."""

    recipe: Recipe
    job: Job
    paths: tuple[Path, ...]
    values: Mapping[str, str | int | bool]
    closing: ExitStack = field(repr=False)

    def setting(self, desk: Desk) -> Setting:
        """What the recipe looks at on a desk."""
        return Setting(
            tuple(desk.source(path) for path in self.paths),
            self.job.estate,
            self.job.config,
            self.values,
            desk.programs,
            desk.source,
            functools.cache(self.indexed),
            conditions_of,
        )

    def indexed(self) -> Index:
        """The project's index, brought up to date; one for this command alone if it has none."""
        own = scan.index_path(self.job.config)
        if not own.is_file():
            folder = self.closing.enter_context(tempfile.TemporaryDirectory(prefix="cobolsmith-"))
            own = Path(folder) / scan.FILE
        scan.scan(self.job.config.root, own)
        found = read_index(own)
        self.closing.callback(found.close)
        return found


def refactor(
    name: str,
    paths: Sequence[Path],
    options: Options,
    values: Mapping[str, str | int | bool],
    tick: smith.Tick | None = None,
) -> Report:
    """Run a recipe over sources; verified patches are written if the options say so."""
    recipe = RECIPES.get(name)
    if recipe is None:
        raise UsageError(f"no recipe {name}", remedy=f"one of {', '.join(RECIPES)}")
    work = smith.prepared(paths, options)
    with ExitStack() as closing:
        asked = Asked(recipe, work.job, tuple(one.path for one in work.inputs), values, closing)
        desk = Desk(work.job)
        proposal = recipe.propose(asked.setting(desk))
        outcomes = tuple(_outcomes(asked, desk, proposal, tick))
    return Report(f"refactor {name}", work.job.root, work.unreadable + outcomes, options.staged)


def keep_evidence(report: Report, path: Path) -> None:
    """Write the full evidence of a report's patches as one JSON file, for whoever reviews them."""
    records = [
        json.loads(text)
        for outcome in report.outcomes
        for verdict in outcome.verdicts
        for text in verdict.records
    ]
    data = json.dumps(records, indent=1, ensure_ascii=False).encode() + b"\n"
    before = path.read_bytes() if path.exists() else None
    patch.write(Patch((FileChange(path, before, data),)))


def _outcomes(
    asked: Asked, desk: Desk, proposal: Proposal, tick: smith.Tick | None
) -> Iterator[Outcome]:
    """One for the questions (then nothing else is done) or one a group of plans; and one for each
    file with refusals."""
    if proposal.questions:
        found = tuple(located(desk, one) for one in proposal.questions)
        reasons = (f"{len(found)} to be decided first; nothing was done",)
        yield Outcome(asked.job.root, Result.REFUSED, found, reasons=reasons)
        return
    groups = grouped(proposal.plans)
    for nth, group in enumerate(groups):
        if tick:
            tick(group[0].paths[0].name, nth, len(groups))
        yield from judged(asked, desk, group)
    places: dict[Path, list[Problem]] = {}
    for one in proposal.refusals:
        places.setdefault(one.origin.path, []).append(one)
    for path, problems in places.items():
        found = tuple(located(desk, one) for one in problems)
        yield Outcome(path, Result.REFUSED, found, reasons=("left as it is",))


def located(desk: Desk, problem: Problem) -> Diagnostic:
    """A question or refusal as a diagnostic at its place."""
    at = desk.source(problem.origin.path).line_column(problem.origin.span.start)
    said = problem.what + (f" ({problem.remedy})" if problem.remedy else "")
    kind = "question" if problem.kind == "question" else "refused"
    return Diagnostic(problem.origin.path, *at, said, kind, "refactor", problem.origin.span)


def grouped(plans: Iterable[Plan]) -> list[list[Plan]]:
    """Plans that share a file, together."""
    groups: list[list[Plan]] = []
    for plan in plans:
        near = [one for one in groups if {p for o in one for p in o.paths} & {*plan.paths}]
        groups = [one for one in groups if one not in near]
        groups.append([*(o for one in near for o in one), plan])
    return groups


def judged(asked: Asked, desk: Desk, group: list[Plan]) -> Iterator[Outcome]:
    """The plans of a group as one change; where the checks refuse that, those that stand alone."""
    outcome = best(asked, desk, group)
    if outcome.result is not Result.VERIFIED and 1 < len(group) <= APART:
        alone = [(plan, best(asked, desk, [plan], group)) for plan in group]
        good = [plan for plan, one in alone if one.result is Result.VERIFIED]
        if good:
            outcome = best(asked, desk, good, group) if len(good) > 1 else _of(alone, good[0])
            yield from (one for _, one in alone if one.result is not Result.VERIFIED)
    if asked.job.options.write and outcome.result is Result.VERIFIED:
        outcome = smith.written(outcome)
    yield outcome


def _of(alone: Iterable[tuple[Plan, Outcome]], plan: Plan) -> Outcome:
    return next(outcome for one, outcome in alone if one is plan)


def best(asked: Asked, desk: Desk, plans: Sequence[Plan], group: Sequence[Plan] = ()) -> Outcome:
    """The first way to fill the plans' holes that the checks verify, else the last one tried.

    Of a `group` the other plans are left for now: that the recipe would still make them is known.
    """
    left = frozenset(plan.title for plan in group if plan not in plans)
    shown: Outcome | None = None
    for way in ways(asked.job, desk, plans):
        outcome = checked(asked, desk, plans, way, left)
        if outcome.result is Result.VERIFIED:
            return outcome
        shown = outcome
    reason = "a hole that only a model can fill: name one with --model"
    return shown or Outcome(
        plans[0].paths[0], Result.REFUSED, plans=tuple(plans), reasons=(reason,)
    )


def ways(job: Job, desk: Desk, plans: Sequence[Plan]) -> Iterator[tuple[Candidate, ...]]:
    """Ways to fill the holes of plans: the model's, best first, then the drafts of the recipe. A
    plan for which the model has no words keeps its draft."""
    options = job.options
    drafts = [drafted(plan) for plan in plans]
    if options.model and any(plan.holes for plan in plans):
        model = functools.partial(models.load, options.model)
        filled: list[tuple[Candidate, ...]] = []
        for plan, draft in zip(plans, drafts, strict=True):
            program = desk.programs(desk.source(plan.paths[0]))[0]
            given = candidates(
                program, plan, model, seed=options.seed, watch=options.watch, **options.effort
            )
            own = tuple(one for one in itertools.islice(given, FINALISTS) if tells(one, draft))
            filled.append(own or ((draft,) if draft else ()))
        if all(filled):
            for rank in range(max(map(len, filled))):
                way = tuple(some[min(rank, len(some) - 1)] for some in filled)
                if any(one not in drafts for one in way):
                    yield way
    whole = [draft for draft in drafts if draft is not None]
    if len(whole) == len(drafts):
        yield tuple(whole)


def drafted(plan: Plan) -> Candidate | None:
    """A plan with its first drafts in its holes; None where a hole has none."""
    draft = plan.drafted
    if draft is None:
        return None
    pieces = tuple((e.path, e.span, "".join(map(str, e.new))) for e in draft.edits)
    return Candidate(plan, pieces, origin="draft" if plan.holes else "rule")


def tells(one: Candidate, draft: Candidate | None) -> bool:
    """Whether a fill says something where its draft does: two words, at least, in its literals."""
    pairs = zip(one.plan.edits, one.pieces, draft.pieces if draft else (), strict=False)
    return all(_said(mine[2]) >= min(_said(its[2]), 2) for edit, mine, its in pairs if edit.holes)


def _said(text: str) -> int:
    literals = " ".join("".join(found) for found in _LITERAL.findall(text))
    return sum(len(word) > 1 and word.isalpha() for word in _WORD.findall(literals))


def checked(
    asked: Asked,
    desk: Desk,
    plans: Sequence[Plan],
    way: Sequence[Candidate],
    left: frozenset[str],
) -> Outcome:
    """A way as a patch, judged by every check."""
    path = plans[0].paths[0]
    try:
        change = changed_by(desk, plans, way)
    except CobolsmithError as error:
        return Outcome(path, Result.REFUSED, plans=tuple(plans), reasons=(str(error),))
    subject = subject_of(asked, desk, plans, change, left)
    verdicts = tuple(check(subject) for check in CHECKS.values())
    needed = required(asked)
    notes = tuple(
        "the wording is the recipe's own draft; --model lets the model write it"
        for one in way
        if one.origin == "draft"
    )
    return Outcome(
        path,
        Result.VERIFIED if verified(verdicts, needed) else Result.UNVERIFIED,
        (),
        tuple(plans),
        change,
        verdicts,
        (*(line for verdict in verdicts for line in verdict.evidence), *notes[:1]),
        unmet(verdicts, needed),
        fills=fills_of(way),
    )


def required(asked: Asked) -> tuple[str, ...]:
    """The checks that must pass: those configured, and equivalence where behaviour must stay. It
    stands in for a suite where none is configured."""
    config = asked.job.config
    if asked.recipe.behaviour == "free":
        return config.required
    own = [name for name in config.required if name != SUITE or config.test]
    return tuple(dict.fromkeys((*own, EQUIVALENCE)))


def changed_by(desk: Desk, plans: Sequence[Plan], way: Sequence[Candidate]) -> Patch:
    """The files before and after. Raises PatchError where edits overlap or a file is there."""
    files = []
    for path in dict.fromkeys(edit.path for plan in plans for edit in plan.edits):
        source = desk.source(path)
        pieces = [piece for one in way for piece in one.pieces_of(path)]
        files.append(FileChange(path, source.data, patch.edited(source, pieces)))
    for one in (made for plan in plans for made in plan.creates):
        if one.path.exists():
            raise PatchError("the file is already there", where=str(one.path))
        files.append(FileChange(one.path, None, one.text.encode()))
    return Patch(tuple(file for file in files if file.before != file.after))


def subject_of(
    asked: Asked, desk: Desk, plans: Sequence[Plan], change: Patch, left: frozenset[str]
) -> Subject:
    """What the checks judge: the files after the change and the programs that copy one of them."""
    job = asked.job
    after = Desk(job, {file.path.resolve(): file.after for file in change.files})
    own = [after.source(file.path) for file in change.files]
    touched = [after.source(path) for path in copying(own, desk)]
    within = {*(file.path for file in change.files), *(one.path for one in touched)}

    def settle() -> tuple[str, ...]:
        again = asked.recipe.propose(asked.setting(after))
        titles = (plan.title for plan in again.plans if within.intersection(plan.paths))
        return tuple(title for title in titles if title not in left)

    def read(source: Source, changed: Mapping[Path, bytes]) -> Program:
        config = job.config
        library = Library((), config.encoding, changed, config.copybook_paths)
        return read_programs(source, library, std=config.std[0])[0]

    differs = tuple(dict.fromkeys(word for plan in plans for word in plan.differs))
    behaviour = asked.recipe.behaviour
    return Subject(
        job.root,
        job.config,
        (*own, *touched),
        change,
        job.options.staged,
        settle,
        behaviour,
        differs,
        tuple(dict.fromkeys(text for plan in plans for text in plan.branches)),
        any(plan.ways for plan in plans),
        all(plan.dead for plan in plans),
        tuple(dict.fromkeys(text for plan in plans for text in plan.leaves)),
        job.options.seed,
        read,
        job.options.runs,
        job.options.golden,
    )
