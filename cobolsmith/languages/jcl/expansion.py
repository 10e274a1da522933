"""What is known where a statement of JCL is read: symbols, procedures, and what calls what.

Precedence of symbols as in the z/OS MVS JCL Reference: what EXEC gives, then the defaults of PROC,
then SET.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from cobolsmith.items import Origin, Problem
from cobolsmith.languages.jcl.datasets import Allocations
from cobolsmith.languages.jcl.jobs import Step
from cobolsmith.languages.jcl.operands import (
    Operands,
    operand_text,
    operands,
    origin,
    substitute,
    unquoted,
)
from cobolsmith.source import Source
from cobolsmith.syntax import parse

if TYPE_CHECKING:
    from tree_sitter import Node

FindMember = Callable[[str], Source | None]
"""Gives the source of a procedure or INCLUDE member by its name, or None."""

NESTING = 15
"""How deep procedures and INCLUDEs may call each other: the system's limit."""

CALLS = 1000
"""How many procedures and INCLUDEs are expanded in one job; the system allows 255 steps."""

_EXEC = frozenset(
    "PGM PROC PARM PARMDD COND REGION REGIONX TIME ACCT ADDRSPC CCSID DPRTY DYNAMNBR MEMLIMIT "
    "PERFORM RD RLSTMOUT TVSMSG TVSAMCOM".split()
)
"""Keywords of EXEC; what else a call of a procedure gives is a symbol."""


@dataclass(slots=True)
class Context:
    """One level of reading: a job, or a procedure within it. Levels share what isn't symbols."""

    source: Source
    find_member: FindMember
    symbols: dict[str, str] = field(default_factory=dict)
    procedures: dict[str, tuple[Source, Node]] = field(default_factory=dict)
    members: dict[str, tuple[Source, list[Node]] | None] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    entered: list[str] = field(default_factory=list)
    within: tuple[str, ...] = ()
    expands: bool = True

    def inside(self, source: Source, name: str, symbols: Mapping[str, str]) -> Context:
        """The level below: a member or procedure of this name."""
        return replace(
            self, source=source, symbols=dict(symbols), within=(*self.within, name.upper())
        )

    def member(self, name: str) -> tuple[Source, list[Node]] | None:
        """A member's source and what is in it, parsed once; None if it isn't found."""
        if name not in self.members:
            source = self.find_member(name)
            read = (source, parse(source.view, "jcl").root.children) if source else None
            self.members[name] = read
        return self.members[name]

    def operands(self, statement: Node) -> Operands:
        """A statement's operands with symbols substituted; those that have no value are noted."""
        text = operand_text(self.source, statement)
        if not self.expands:
            return operands(text)
        missing: set[str] = set()
        whole = substitute(text, self.symbols, missing)
        for name in sorted(missing):
            if not name.startswith("SYS"):  # SYSUID and the like are the system's
                remedy = f"give &{name} a value by SET, PROC or EXEC"
                self.note("symbol", f"&{name} has no value", statement, remedy)
        return operands(whole)

    def note(self, kind: str, what: str, node: Node, remedy: str = "") -> None:
        """Remember what was not understood, once."""
        problem = Problem(kind, what, self.origin(node), remedy)
        if problem not in self.problems:
            self.problems.append(problem)

    def origin(self, node: Node) -> Origin:
        """Where a node of this level's source is written."""
        return origin(self.source, node)

    def may_enter(self, name: str, node: Node) -> bool:
        """Whether a member may be read here: not within itself, not too deep, not too often."""
        refused = ""
        if name.upper() in self.within:
            refused = "calls itself"
        elif len(self.within) >= NESTING:
            refused = f"lies more than {NESTING} levels deep"
        elif len(self.entered) >= CALLS:
            refused = f"isn't expanded: more than {CALLS} calls in a job"
        if refused:
            self.note("nesting", f"{name} {refused}", node, "break the circle")
            return False
        self.entered.append(name)
        return True


@dataclass(slots=True)
class Running:
    """A step while it is read: DDs can still be overridden."""

    step: Step
    allocations: list[Allocations] = field(default_factory=list)
    steps: list[Running] = field(default_factory=list)

    def finished(self) -> Step:
        """The step with its DDs and the steps of its procedure."""
        return replace(
            self.step,
            dds=tuple(one.finished() for one in self.allocations if one.statements),
            steps=tuple(step.finished() for step in self.steps),
        )

    def lay(self, over: Allocations) -> None:
        """Add a DD, or lay it over the one of its name."""
        below = next((one for one in self.allocations if one.name == over.name), None)
        if below is None:
            self.allocations.append(over)
        else:
            below.overridden(over)


def overrides(given: Operands) -> dict[str, str]:
    """The symbols that an EXEC or PROC statement gives values.

    PGM can't be one on the system, but where it stands beside a procedure's name it can be nothing
    else.
    """
    return {
        key: unquoted(value)
        for key, value in given.keywords.items()
        if "." not in key and key not in _EXEC - {"PGM"}
    }


def call(running: Running, given: Operands, own: list[Allocations], context: Context) -> None:
    """Lay a call's parameters and DDs over the steps of its procedure."""
    for key, value in given.keywords.items():
        keyword, _, target = key.partition(".")
        if keyword in _EXEC - {"PGM", "PROC"}:
            for chosen in _chosen(running.steps, keyword, target):
                chosen.step = _with(chosen.step, keyword, value)
    now = running.steps[0].step.name if running.steps else ""
    for over in own:
        target, _, name = over.name.rpartition(".")
        now = target or now
        step = _named(running.steps, now)
        if step is not None:
            step.lay(Allocations(name, over.statements))
            continue
        running.allocations.append(over)
        if running.steps:
            what = f"{over.name} overrides a step that {running.step.proc} hasn't"
            place = over.statements[0].origin
            context.problems.append(Problem("override", what, place, "check the step's name"))


def _chosen(steps: list[Running], keyword: str, target: str) -> list[Running]:
    """The steps that a parameter is for: the named one, else all; PARM is for the first."""
    if target:
        return [step for step in steps if step.step.name == target]
    return steps[:1] if keyword in ("PARM", "PARMDD") else steps


def _named(steps: list[Running], name: str) -> Running | None:
    """A step by its name, or by the path of names to it through nested procedures."""
    head, _, rest = name.partition(".")
    for step in steps:
        if step.step.name == head:
            return _named(step.steps, rest) if rest else step
    return None


def _with(step: Step, keyword: str, value: str) -> Step:
    parameters = {**step.parameters, keyword: value}
    parm = unquoted(value) if keyword == "PARM" else step.parm
    cond = value if keyword == "COND" else step.cond
    return replace(step, parameters=parameters, parm=parm, cond=cond)
