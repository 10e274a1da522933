"""The path: sources in, a report of verified patches out. Knows all registries; a straight line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cobolsmith import config as configuration
from cobolsmith import estate as estates
from cobolsmith import git, models, patch
from cobolsmith import source as sources
from cobolsmith.checks import CHECKS
from cobolsmith.checks.compiles import cobc, is_program, unable
from cobolsmith.checks.parses import problems
from cobolsmith.config import Config
from cobolsmith.errors import CobolsmithError, UsageError
from cobolsmith.estate import Estate
from cobolsmith.infill import Candidate, Watch, candidates
from cobolsmith.languages import LANGUAGES
from cobolsmith.patch import FileChange, Patch
from cobolsmith.plan import Plan
from cobolsmith.recipes import RECIPES
from cobolsmith.recipes.repair import WIDTHS
from cobolsmith.report import Outcome, Report, Result
from cobolsmith.source import Source
from cobolsmith.verify import Diagnostic, Status, Subject, Verdict, unmet, verified

FAULTS = 12
"""Faults mended in one file before giving up."""
TRIES = 48
"""Candidates compiled for one fault at one width."""
Tick = Callable[[str, int, int], None]
"""Progress: what is worked on, done, of how many."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line chose; `model` "" means hole-free plans only."""

    staged: bool = False
    encoding: str = "auto"
    reference: str = "auto"
    jobs: int = 2
    write: bool = False
    seed: int = 0
    steps: int = 16
    model: str = ""
    watch: Watch | None = None
    config: Config | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """What one file's work needs."""

    options: Options
    config: Config
    estate: Estate
    root: Path


def check(paths: Sequence[Path], options: Options, tick: Tick | None = None) -> Report:
    """Parse and compile each source; every problem is a finding."""
    work = prepared(paths, options)
    outcomes = over(work.inputs, lambda source: examined(source, work.job), options.jobs, tick)
    return Report("check", work.job.root, outcomes)


def fix(paths: Sequence[Path], options: Options, tick: Tick | None = None) -> Report:
    """Repair each source that doesn't parse or compile; write verified patches if asked to."""
    work = prepared(paths, options)
    outcomes = over(work.inputs, lambda source: repaired(source, work.job), 1, tick)
    return Report("fix", work.job.root, outcomes)


@dataclass(frozen=True, slots=True)
class Work:
    """The sources of a command and what all of them need."""

    inputs: tuple[Source, ...]
    job: Job


def prepared(paths: Sequence[Path], options: Options) -> Work:
    """Read what is named: files, folders, or the index with `staged`."""
    start = paths[0] if paths else Path.cwd()
    config = options.config or configuration.load(start)
    encoding = options.encoding if options.encoding != "auto" else config.encoding
    reference = options.reference if options.reference != "auto" else config.format
    if options.staged:
        inputs = tuple(staged_sources(start, paths, encoding, reference))
    else:
        inputs = tuple(
            sources.read(path, encoding=encoding, format=reference)
            for path in listed(paths or [Path.cwd()], config)
        )
    root = git.root(start) or (start if start.is_dir() else start.parent).resolve()
    return Work(inputs, Job(options, config, estates.gather(config), root))


def listed(paths: Sequence[Path], config: Config) -> list[Path]:
    """Files as named; of folders, the COBOL sources below them."""
    suffixes = estates.PROGRAM_SUFFIXES + estates.COPYBOOK_SUFFIXES
    found: list[Path] = []
    for path in paths:
        found += estates.sources(path, suffixes, config) if path.is_dir() else [path]
    return list(dict.fromkeys(found))


def staged_sources(
    start: Path, paths: Sequence[Path], encoding: str, reference: str
) -> Iterable[Source]:
    """The COBOL sources in the index that differ from HEAD, as they are in the index."""
    repo = git.repository(start)
    top = Path(repo.working_tree_dir or ".")
    suffixes = estates.PROGRAM_SUFFIXES + estates.COPYBOOK_SUFFIXES
    named = [path.resolve() for path in paths]
    for path in git.staged_paths(repo):
        place = (top / path).resolve()
        chosen = not named or any(place == one or place.is_relative_to(one) for one in named)
        if chosen and path.suffix.lower() in suffixes:
            data = git.staged_bytes(repo, path)
            yield sources.from_bytes(data, place, encoding=encoding, format=reference)


def over(
    inputs: Sequence[Source], work: Callable[[Source], Outcome], jobs: int, tick: Tick | None
) -> tuple[Outcome, ...]:
    """Work on every source, `jobs` at a time, telling `tick` after each."""
    done = []
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        for source, outcome in zip(inputs, pool.map(work, inputs), strict=True):
            done.append(outcome)
            if tick:
                tick(source.path.name, len(done), len(inputs))
    return tuple(done)


def examined(source: Source, job: Job) -> Outcome:
    """One source's findings; a program that couldn't be compiled says so in its verdict."""
    found = diagnosed(source, job.config)
    reason = unable([source]) if is_program(source) else ""
    verdicts = (Verdict("compiles", Status.SKIPPED, reason),) if reason else ()
    if found:
        return Outcome(source.path, Result.FOUND, found, verdicts=verdicts)
    if reason.startswith("cobc is not installed"):
        return Outcome(source.path, Result.TOOL_MISSING, verdicts=verdicts, reasons=(reason,))
    return Outcome(source.path, Result.CLEAN, verdicts=verdicts)


def diagnosed(source: Source, config: Config) -> tuple[Diagnostic, ...]:
    """The parse problems, then cobc's errors in the first dialect that has any."""
    found = problems(source)
    if is_program(source) and not unable([source]):
        for std in config.std:
            said = cobc(source, config, std)
            if said:
                return (*said, *found)
    return found


# --- Repair ---------------------------------------------------------------------------------------


def repaired(source: Source, job: Job) -> Outcome:
    """Mend fault after fault, then judge the whole change."""
    found = diagnosed(source, job.config)
    if not found:
        return examined(source, job)
    state, plans, left = mended(source, found, job)
    change = Patch((FileChange(source.path, source.data, state.data),))
    if left:
        reasons = (f"no plan mends this: {left[0]}", *tool_reasons(source))
        return Outcome(source.path, Result.REFUSED, found, tuple(plans), reasons=reasons)
    subject = Subject(
        job.root, job.config, (state,), change, job.options.staged, lambda: unsettled(state, job)
    )
    verdicts = tuple(CHECKS[name](subject) for name in CHECKS)
    missing = unmet(verdicts, job.config.required)
    good = verified(verdicts, job.config.required)
    result = Result.VERIFIED if good else Result.UNVERIFIED
    written = good and job.options.write
    if written:
        patch.write(change)
    return Outcome(
        source.path,
        result,
        found,
        tuple(plans),
        change,
        verdicts,
        tuple(line for verdict in verdicts for line in verdict.evidence),
        missing,
        written,
    )


def tool_reasons(source: Source) -> tuple[str, ...]:
    """What couldn't be run, for a refusal."""
    reason = unable([source])
    return (f"compiles: skipped ({reason})",) if reason else ()


def unsettled(state: Source, job: Job) -> tuple[str, ...]:
    """What a second run would still find."""
    return tuple(str(found) for found in diagnosed(state, job.config))


def mended(
    source: Source, found: tuple[Diagnostic, ...], job: Job
) -> tuple[Source, list[Plan], tuple[Diagnostic, ...]]:
    """Apply the best plan for the first diagnostic until none is left or none can be mended."""
    plans: list[Plan] = []
    for _ in range(FAULTS):
        step = next(
            (s for width in range(WIDTHS) if (s := attempt(source, found, job, width))), None
        )
        if step is None:
            break
        candidate, source, found = step
        plans.append(candidate.plan)
        if not found:
            break
    return source, plans, found


Step = tuple[Candidate, Source, tuple[Diagnostic, ...]]


def attempt(source: Source, found: tuple[Diagnostic, ...], job: Job, width: int) -> Step | None:
    """The best candidate of one width that mends the first diagnostic, or None.

    Candidates come in order of doubt. The first that leaves nothing wrong ends the class of plans
    about as certain as it; the model's score decides among them.
    """
    language = LANGUAGES["cobol"]
    program = language.read_program(source, job.config.copybook_paths())
    plans = RECIPES["repair"](program, job.estate, diagnostics=found, width=width)
    infiller = models.load(job.options.model) if job.options.model else None
    clean: list[Step] = []
    better: list[Step] = []
    tried = 0
    for plan in plans:
        if clean and plan.doubt > clean[0][0].plan.doubt + 0.3:
            break
        options = job.options
        for candidate in candidates(
            program, plan, infiller, seed=options.seed, steps=options.steps, watch=options.watch
        ):
            step = judged(source, found, candidate, job)
            tried += 1
            if step and not step[2]:
                clean.append(step)
            elif step:
                better.append(step)
        if tried >= TRIES:
            break
    if clean:
        return min(clean, key=lambda step: (step[0].plan.doubt, -step[0].score))
    return min(better, key=lambda step: (len(step[2]), step[0].plan.doubt), default=None)


def judged(
    source: Source, found: tuple[Diagnostic, ...], candidate: Candidate, job: Job
) -> Step | None:
    """The candidate applied, if it parses no worse than before and has fewer errors."""
    try:
        data = patch.edited(source, candidate.pieces_of(source.path))
    except CobolsmithError:
        return None
    state = sources.from_bytes(data, source.path, encoding=source.encoding, format=source.format)
    if len(problems(state)) > len(problems(source)):
        return None
    left = diagnosed(state, job.config)
    if left and not progressed(found, left):
        return None
    return candidate, state, left


def progressed(found: Sequence[Diagnostic], left: Sequence[Diagnostic]) -> bool:
    """Whether the first error is gone and fewer are left, or as many but further down."""
    first, now = found[0], left[0]
    gone = (first.line, first.message) != (now.line, now.message)
    further = len(left) == len(found) and now.line > first.line + 1
    return gone and (len(left) < len(found) or further)


# --- The model ------------------------------------------------------------------------------------


def model_info(name: str) -> dict[str, Any]:
    """What a model is."""
    return models.info(name)


def model_eval(name: str, corpus: Path, task: str, holes: int, seed: int) -> dict[str, Any]:
    """A model's figures on sources it wasn't trained on."""
    return models.evaluate(name, corpus, task=task, holes=holes, seed=seed)


def model_train(corpus: Path, out: Path, **options: Any) -> str:
    """Train on a folder of COBOL; returns where the weights are."""
    if not corpus.is_dir():
        raise UsageError("not a folder", where=str(corpus), remedy="name a folder of COBOL sources")
    return str(models.train(corpus, out, **options))
