"""The path: sources in, a report of verified patches out. Knows all registries; a straight line."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from cobolsmith import config as configuration
from cobolsmith import estate as estates
from cobolsmith import git, journal, patch
from cobolsmith import source as sources
from cobolsmith.cards import CARDS
from cobolsmith.checks import CHECKS
from cobolsmith.checks.compiles import is_program, unable
from cobolsmith.checks.prepare import MAKERS
from cobolsmith.config import Config
from cobolsmith.errors import SourceError
from cobolsmith.estate import Estate
from cobolsmith.job import Job, Options
from cobolsmith.languages import bms
from cobolsmith.loop import Mend, Search, diagnosed, mends
from cobolsmith.patch import FileChange, Patch
from cobolsmith.report import Outcome, Report, Result, fills_of
from cobolsmith.source import Source
from cobolsmith.verify import Diagnostic, Status, Subject, Verdict, unmet, verified

FINALISTS = 8
"""Ways to leave nothing wrong that are handed to the user's suite."""
MAKERS[".bms"] = lambda source: "".join(map(bms.symbolic, bms.read_mapsets(source)))
Tick = Callable[[str, int, int], None]
"""Progress: what is worked on, done, of how many."""


def fix(paths: Sequence[Path], options: Options, tick: Tick | None = None) -> Report:
    """Repair each source that doesn't parse or compile; write verified patches if asked to."""
    work = prepared(paths, options)
    outcomes = over(work.inputs, lambda source: repaired(source, work.job), 1, tick)
    return Report("fix", work.job.root, work.unreadable + outcomes, options.staged)


@dataclass(frozen=True, slots=True)
class Work:
    """The sources of a command and what all of them need."""

    inputs: tuple[Source, ...]
    job: Job
    unreadable: tuple[Outcome, ...] = ()


def prepared(paths: Sequence[Path], options: Options) -> Work:
    """Read what is named: files, folders, or the index with `staged`.

    A file named itself must be readable; one found in a folder is refused by name if it isn't.
    """
    start = paths[0] if paths else Path.cwd()
    journal.recover(start)
    config = options.config or configuration.load(start)
    encoding = options.encoding if options.encoding != "auto" else config.encoding
    reference = options.reference if options.reference != "auto" else config.format
    unreadable: list[Outcome] = []
    if options.staged:
        inputs = list(staged_sources(start, paths, encoding, reference))
    else:
        inputs = []
        for path in listed(paths or [Path.cwd()], config):
            try:
                inputs.append(sources.read(path, encoding=encoding, format=reference))
            except SourceError as error:
                if path in paths:
                    raise
                unreadable.append(Outcome(path, Result.REFUSED, reasons=(str(error),)))
    root = git.root(start) or (start if start.is_dir() else start.parent).resolve()
    job = Job(options, config, Estate(config), root)
    return Work(tuple(inputs), job, tuple(unreadable))


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
    if jobs == 1:  # in this thread, so that an interrupt stops the work itself
        return tuple(told(map(work, inputs), inputs, tick))
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        try:
            return tuple(told(pool.map(work, inputs), inputs, tick))
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def told(
    outcomes: Iterable[Outcome], inputs: Sequence[Source], tick: Tick | None
) -> Iterator[Outcome]:
    """Outcomes as they come, each counted to `tick`."""
    for count, (source, outcome) in enumerate(zip(inputs, outcomes, strict=True), 1):
        if tick:
            tick(source.path.name, count, len(inputs))
        yield outcome


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


# --- Repair ---------------------------------------------------------------------------------------


def repaired(source: Source, job: Job) -> Outcome:
    """Mend fault after fault, then judge the whole change; the checks choose among the ways.

    The first way that passes every required check is taken. Where only the user's suite says no,
    the next is tried; where none passes, the first is shown, unverified.
    """
    found = diagnosed(source, job.config)
    if not found:
        return examined(source, job)
    if source.format in CARDS:
        reason = f"repair knows COBOL; {source.format.upper()} is only checked"
        return Outcome(source.path, Result.REFUSED, found, reasons=(reason,))
    try:
        return chosen(source, found, job)
    except SourceError as error:  # a circle of copybooks, an unreadable one
        return Outcome(source.path, Result.REFUSED, found, reasons=(str(error),))


def chosen(source: Source, found: tuple[Diagnostic, ...], job: Job) -> Outcome:
    """The first way to mend everything that the checks verify, else the first way, else none."""
    search = Search()
    shown: Outcome | None = None
    for mend in itertools.islice(mends(source, found, job, search), FINALISTS):
        outcome = whole(source, found, mend, job)
        if outcome.result is Result.VERIFIED:
            return written(outcome) if job.options.write else outcome
        shown = shown or outcome
        if not any(v.check == "suite" and v.status is Status.FAILED for v in outcome.verdicts):
            break
    if shown is not None:
        return shown
    reason = unable([source])
    skipped = (f"compiles: skipped ({reason})",) if reason else ()
    stuck = (search.stuck or found)[0]
    reasons = (f"no plan mends this: {stuck}", *skipped)
    return Outcome(source.path, Result.REFUSED, found, reasons=reasons)


def whole(source: Source, found: tuple[Diagnostic, ...], mend: Mend, job: Job) -> Outcome:
    """Run every check on a whole change."""
    change = Patch((FileChange(source.path, source.data, mend.state.data),))

    def settle() -> tuple[str, ...]:
        return tuple(str(left) for left in diagnosed(mend.state, job.config))

    subject = Subject(job.root, job.config, (mend.state,), change, job.options.staged, settle)
    verdicts = tuple(check(subject) for check in CHECKS.values())
    good = verified(verdicts, job.config.required)
    return Outcome(
        source.path,
        Result.VERIFIED if good else Result.UNVERIFIED,
        found,
        mend.plans,
        change,
        verdicts,
        tuple(line for verdict in verdicts for line in verdict.evidence),
        unmet(verdicts, job.config.required),
        fills=fills_of(mend.taken),
    )


def written(outcome: Outcome) -> Outcome:
    """Write a verified patch."""
    assert outcome.patch is not None
    patch.write(outcome.patch)
    return dataclasses.replace(outcome, written=True)
