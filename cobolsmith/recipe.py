"""A recipe: what it has to be told, what it promises, and how it turns sources into plans.

A recipe looks only: `propose` gets a `Setting` and hands back a `Proposal`. Running tools, filling
holes, checking and writing are `refactoring`'s. To add one: a file in recipes/, a line in its
`__init__`, cases under fixtures/cases/NAME/.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from cobolsmith.config import Config
from cobolsmith.dataflow import Condition
from cobolsmith.errors import UsageError
from cobolsmith.estate import Estate
from cobolsmith.estate.index import Index
from cobolsmith.items import Origin, Problem
from cobolsmith.plan import Plan
from cobolsmith.program import Procedure, Program
from cobolsmith.source import Source, Span

Behaviour = Literal["same", "stated", "free"]
"""same: the program does what it did; stated: all but what a plan says `differs`; free: anything
(what didn't compile has no behaviour to keep)."""


@dataclass(frozen=True, slots=True)
class Option:
    """Something a recipe is told: an argument by its position, or `--name VALUE`, or a flag."""

    name: str
    help: str
    kind: Literal["argument", "text", "number", "flag"] = "text"
    required: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """What a recipe may look at. All of it shows the sources as they are now (or, when a recipe is
    run a second time, as its own change left them).

    `sources` are the programs and copybooks named on the command line. `reader` gives the programs
    of a source, `opener` a source by its path, `indexer` the index of the whole estate; each keeps
    what it has read. `conditioner` reads the conditions of a program.
    """

    sources: tuple[Source, ...]
    estate: Estate
    config: Config
    options: Mapping[str, str | int | bool]
    reader: Callable[[Source], tuple[Program, ...]] = field(repr=False)
    opener: Callable[[Path], Source] = field(repr=False)
    indexer: Callable[[], Index] = field(repr=False)
    conditioner: Callable[[Program], tuple[Condition, ...]] = field(repr=False)

    def programs(self, source: Source) -> tuple[Program, ...]:
        """The programs of a source in order; of a copybook one without a name."""
        return self.reader(source)

    def source(self, path: Path) -> Source:
        """Any source of the estate: a copybook, a job, a mapset. Raises SourceError."""
        return self.opener(path)

    def index(self) -> Index:
        """The index of the estate, brought up to date when first asked for."""
        return self.indexer()

    def conditions(self, program: Program) -> tuple[Condition, ...]:
        """The conditions of a program's statements that can be read, in source order."""
        return self.conditioner(program)

    def text(self, name: str) -> str:
        """An option's text; "" where it wasn't given."""
        return str(self.options.get(name, ""))

    def number(self, name: str, default: int = 0) -> int:
        """An option's number; `default` where it wasn't given."""
        value = self.options.get(name)
        return default if value is None or isinstance(value, str) else int(value)

    def flag(self, name: str) -> bool:
        """Whether a flag was given."""
        return bool(self.options.get(name, False))

    def place(self, name: str) -> tuple[Source, int]:
        """The source and line of an option FILE:LINE (the file among `sources`).

        Raises UsageError where it isn't one.
        """
        given = self.text(name)
        file, _, line = given.rpartition(":")
        found = [one for one in self.sources if _names(one.path, file)]
        if not file or not line.isdigit() or len(found) != 1:
            remedy = "write FILE:LINE, the file one of those the command works on"
            raise UsageError(f"--{name} {given} is no line of one source", remedy=remedy)
        if not 1 <= int(line) <= len(found[0].line_starts):
            raise UsageError(f"has no line {line}", where=file, remedy=f"look at --{name} again")
        return found[0], int(line)


def _names(path: Path, given: str) -> bool:
    """Whether a file is meant by what was typed: its path, or the end of it."""
    parts = Path(given).parts
    return bool(parts) and path.resolve().parts[-len(parts) :] == parts


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a recipe would do.

    `plans` stand each for itself: it is checked, shown and written (or not) without the others.
    Plans of one file are tried together first. Of a `question` the user must decide first: as long
    as there is one, nothing is done. `refusals` are places left as they are, and why.
    """

    plans: tuple[Plan, ...] = ()
    questions: tuple[Problem, ...] = ()
    refusals: tuple[Problem, ...] = ()

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files that the plans touch, each once."""
        return tuple(dict.fromkeys(path for plan in self.plans for path in plan.paths))


@dataclass(frozen=True, slots=True)
class Recipe:
    """A refactoring by name: its promise in one line, its options, its behaviour, its work."""

    name: str
    summary: str
    propose: Callable[[Setting], Proposal]
    behaviour: Behaviour = "same"
    options: tuple[Option, ...] = ()


def question(what: str, path: Path, span: Span, remedy: str = "") -> Problem:
    """Something only the user can decide, at a place."""
    return Problem("question", what, Origin(path, span), remedy)


def refusal(what: str, path: Path, span: Span, remedy: str = "") -> Problem:
    """A place that the recipe leaves as it is, and why."""
    return Problem("refused", what, Origin(path, span), remedy)


def one_procedure(
    setting: Setting, name: str, kinds: tuple[str, ...]
) -> tuple[Program, Procedure] | Problem:
    """The one paragraph or section of a name (in upper case) in all programs; a refusal where there
    are more. Raises UsageError where there is none."""
    found = [
        (program, one)
        for source in setting.sources
        for program in setting.programs(source)
        for one in program.procedures
        if program.name and one.name == name and one.kind in kinds
    ]
    if not found:
        raise UsageError(f"no program here has a {' or '.join(kinds)} {name}")
    if len(found) > 1:
        header = found[1][1].header
        what = f"{len(found)} paragraphs are named {name}"
        return refusal(what, header.path, header.span, "name PATHS")
    return found[0]


def each_program(setting: Setting, work: Callable[[Program, Span], Proposal]) -> Proposal:
    """What `work` proposes for each program of the sources, joined. It is given the program and
    where its own text begins and ends in the source: contained programs and next ones are others'.
    """
    found = []
    for source in setting.sources:
        programs = [one for one in setting.programs(source) if one.name]
        starts = [one.origin.span.start for one in programs]
        for program, end in zip(programs, [*starts[1:], len(source.view)], strict=False):
            found.append(work(program, Span(program.origin.span.start, end)))
    return joined(found)


def joined(proposals: list[Proposal]) -> Proposal:
    """Several proposals as one."""
    return Proposal(
        tuple(plan for one in proposals for plan in one.plans),
        tuple(problem for one in proposals for problem in one.questions),
        tuple(problem for one in proposals for problem in one.refusals),
    )
