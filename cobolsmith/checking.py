"""check: what doesn't parse or compile, and what the rules find in what does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock

from cobolsmith import git
from cobolsmith.cards import CARDS
from cobolsmith.checks.compiles import NAME as COMPILES
from cobolsmith.checks.compiles import is_program
from cobolsmith.desk import Desk, copies, copying
from cobolsmith.errors import CobolsmithError, ConfigError
from cobolsmith.estate import COPYBOOK_SUFFIXES, PROGRAM_SUFFIXES, members
from cobolsmith.estate.index import Index, read_index
from cobolsmith.findings import (
    Seen,
    baseline_text,
    copied,
    findings,
    fingerprints,
    read_baseline,
    seen,
    settle,
    severities,
)
from cobolsmith.job import Job, Options
from cobolsmith.patch import relative
from cobolsmith.program import Program
from cobolsmith.report import Outcome, Report, Result
from cobolsmith.scan import index_path, scan
from cobolsmith.smith import Tick, Work, examined, over, prepared
from cobolsmith.source import Source
from cobolsmith.verify import Diagnostic

_LACKS = re.compile(
    r"^(?:(?P<library>[\w#@$-]+)/)?(?P<name>[\w#@$-]+)(?:\.\w+)?: No such file or directory$"
)
RANKS = {"note": 0, "warning": 1, "error": 2}


@dataclass(frozen=True, slots=True)
class Asked:
    """What `check` is told besides its paths: only what changed since a revision and what depends
    on it; no rules; keep what is found now as the baseline."""

    since: str = ""
    rules: bool = True
    write_baseline: bool = False


def check(
    paths: Sequence[Path], options: Options, asked: Asked | None = None, tick: Tick | None = None
) -> Report:
    """Parse and compile each source and look for what the rules know; every problem is a finding.

    A source with a finding of the configuration's `fail_on` severity or worse is not clean.
    """
    asked = asked or Asked()
    work = prepared(paths, options)
    severities(work.job.config)
    if work.job.config.fail_on not in (*RANKS, "never"):
        remedy = f"use one of {', '.join(RANKS)}, never"
        raise ConfigError("fail_on is no severity", where=work.job.config.fail_on, remedy=remedy)
    if asked.since:
        chosen = touched(work, asked.since)
        inputs = tuple(one for one in work.inputs if one.path.resolve() in chosen)
        work = replace(work, inputs=inputs)
    checker = _Checker(work, asked)
    outcomes = over(work.inputs, checker.checked, options.jobs, tick)
    if asked.write_baseline:
        checker.keep()
    return Report("check", work.job.root, work.unreadable + outcomes, options.staged)


@dataclass(slots=True)
class _Checker:
    """One run of `check`; `found` are the findings of rules with their marks."""

    work: Work
    asked: Asked
    found: list[tuple[str, Diagnostic]] = field(default_factory=list)
    _called: dict[str, Program | None] = field(default_factory=dict)
    _seen: dict[Path, tuple[str, Seen]] = field(default_factory=dict)
    _copied: dict[Path, set[str]] | None = None
    _lock: Lock = field(default_factory=Lock)

    @property
    def baseline(self) -> Path:
        """The file of what is known."""
        config = self.work.job.config
        return config.root / config.baseline

    def checked(self, source: Source) -> Outcome:
        """One source's outcome: the compiler's findings, else those and the rules'."""
        outcome = examined(source, self.work.job)
        outcome = replace(outcome, findings=lacking(outcome.findings, self.work.job))
        if not self.asked.rules:
            return outcome
        found = self.of_rules(source)
        root = self.work.job.root
        self.found += zip(fingerprints(source, found, root), found, strict=True)
        known = frozenset[str]() if self.asked.write_baseline else read_baseline(self.baseline)
        settled = settle(source, found, root, known)
        left = () if self.asked.write_baseline else settled.left
        told = [f"{settled.ignored} finding(s) ignored by comments"] * bool(settled.ignored)
        told += [f"{settled.known} finding(s) in the baseline"] * bool(settled.known)
        outcome = replace(
            outcome, findings=(*outcome.findings, *left), evidence=(*outcome.evidence, *told)
        )
        failing = any(_fails(one, self.work.job.config.fail_on) for one in left)
        return replace(outcome, result=Result.FOUND) if failing and _open(outcome) else outcome

    def of_rules(self, source: Source) -> tuple[Diagnostic, ...]:
        """What the rules find; nothing where a source can't be read, which is a finding already."""
        config = self.work.job.config
        if source.format in CARDS:
            return findings(source, (), config)
        if is_program(source):
            return findings(source, self.seen(source)[1].get(source.path, ()), config)
        copiers = [self.seen(one) for one in self.copiers(source)]
        path = source.path.resolve()
        told = [
            (name, [one for at, many in found.items() if at.resolve() == path for one in many])
            for name, found in copiers or [self.seen(source)]
        ]
        return findings(source, copied(told), config)

    def seen(self, source: Source) -> tuple[str, Seen]:
        """What the rules find in the programs of a source, by file, and the first one's name."""
        known = self._seen.get(source.path.resolve())
        if known is None:
            job = self.work.job
            try:
                programs = Desk(job).programs(source)
            except CobolsmithError:
                programs = ()
            name = programs[0].name if programs else ""
            known = (name, seen(programs, job.config, self.called))
            self._seen[source.path.resolve()] = known
        return known

    def copiers(self, source: Source) -> Iterator[Source]:
        """The programs that copy a copybook, as they are checked, else as they are on disk."""
        desk, inputs = Desk(self.work.job), {one.path.resolve(): one for one in self.work.inputs}
        with self._lock:
            if self._copied is None:
                self._copied = copies(desk)
        for path in copying([source], desk, self._copied):
            yield inputs.get(path.resolve()) or desk.source(path)

    def called(self, name: str) -> Program | None:
        """The program of a name: the first of the file that bears it."""
        if name not in self._called:
            job, found = self.work.job, None
            path = members(job.config, PROGRAM_SUFFIXES).get(name)
            if path is not None:
                desk = Desk(job)
                try:
                    programs = desk.programs(desk.source(path))
                except CobolsmithError:
                    programs = ()
                found = next((one for one in programs if one.name == name), None)
            self._called[name] = found
        return self._called[name]

    def keep(self) -> None:
        """Write what was found as the baseline."""
        text = baseline_text(self.found, self.work.job.root)
        self.baseline.write_text(text, encoding="utf-8")


def _open(outcome: Outcome) -> bool:
    return outcome.result is Result.CLEAN


def _fails(one: Diagnostic, least: str) -> bool:
    return least != "never" and RANKS.get(one.severity, 2) >= RANKS[least]


def lacking(found: tuple[Diagnostic, ...], job: Job) -> tuple[Diagnostic, ...]:
    """Of a program whose copybooks aren't all found: those, and where they are; the compiler's
    other errors follow from that, as a rule, and are counted only."""
    told, others = [], 0
    for one in found:
        match = _LACKS.search(one.message)
        if match is None:
            others += one.check == COMPILES
            continue
        name = match["name"].upper()
        library = f" of library {match['library']}" if match["library"] else ""
        what = f"the copybook {name}{library} is not found"
        told.append(replace(one, message=what, remedy=_where(name, one.path, job)))
    if not told:
        return found
    if others:
        more = (
            f"{told[-1].message}; {others} more error(s) of cobc not told: they may follow from it"
        )
        told[-1] = replace(told[-1], message=more)
    return (*told, *(one for one in found if one.check != COMPILES))


def _where(name: str, path: Path, job: Job) -> str:
    """What makes a copybook known: the folder that has it, below what is worked on."""
    around = (one for one in (job.root, Path.cwd()) if path.resolve().is_relative_to(one.resolve()))
    for root in (job.config.root, *around):
        there = members(replace(job.config, root=root), COPYBOOK_SUFFIXES).get(name)
        if there is not None:
            folder = relative(there.parent, root)
            return f'add "{folder}" to copybooks in {relative(root, Path.cwd())}/cobolsmith.toml'
    return "add the folder that has it to copybooks in cobolsmith.toml"


# --- What changed ---------------------------------------------------------------------------------


def touched(work: Work, revision: str) -> set[Path]:
    """The files that differ from a revision, and the programs that copy or call them."""
    job = work.job
    changed = set(git.changed_paths(job.root, revision))
    scan(job.config.root)
    with read_index(index_path(job.config)) as index:
        return changed | {(index.root / path).resolve() for path in dependents(index, changed)}


def dependents(index: Index, changed: Iterable[Path]) -> set[str]:
    """The index's paths of programs that copy a changed member, through others too, and of those
    that call a program of it."""
    found: set[str] = set()
    for path in changed:
        stem = path.stem.upper()
        key = str(path.relative_to(index.root)) if path.is_relative_to(index.root) else str(path)
        names = index.rows(
            "SELECT p.name FROM programs p JOIN files f ON f.id = p.file"
            " WHERE f.path = ? AND p.kind = 'program'",
            (key,),
        )
        rows = index.rows(
            "SELECT f.path FROM copies c JOIN files f ON f.id = c.file WHERE c.book = ?", (stem,)
        )
        for (name,) in names:
            query = "SELECT f.path FROM calls c JOIN files f ON f.id = c.file WHERE c.target = ?"
            rows += index.rows(query, (name,))
        found |= {row[0] for row in rows}
    return found
