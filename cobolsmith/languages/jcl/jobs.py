"""What JCL means: jobs, procedures, steps and the data sets they read and write.

Symbols are substituted and procedures expanded; every thing remembers the file and the place where
it was written. Terms are those of the z/OS MVS JCL Reference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from cobolsmith.items import Origin, Problem


@dataclass(frozen=True, slots=True)
class DataSet:
    """One data set of a DD statement, or of a concatenation.

    `dsn` is the name without member and generation; `generation` is as written ("+1", "0"). A
    `referback` (*.STEP.DD) names another DD's data set in place of a `dsn`. `dcb` holds LRECL,
    RECFM and what else describes the records, from DCB= or the DD itself; its MODEL is the data set
    or DD that DCB= names. `parameters` are all keyword parameters, symbols substituted.
    """

    dsn: str
    origin: Origin
    member: str = ""
    generation: str = ""
    temporary: bool = False
    referback: str = ""
    disp: tuple[str, ...] = ()
    dcb: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def lrecl(self) -> int | None:
        """The record length in bytes, if the statement gives it as a number."""
        stated = self.dcb.get("LRECL", "")
        return int(stated) if stated.isdecimal() else None

    @property
    def recfm(self) -> str:
        """The record format (FB, VB, ...), or ""."""
        return self.dcb.get("RECFM", "")

    @property
    def writes(self) -> bool:
        """Whether DISP says that the step makes the data set or may add to it."""
        return bool(self.disp) and self.disp[0] in ("NEW", "MOD", "")


@dataclass(frozen=True, slots=True)
class Instream:
    """Data in the job itself: lines between DD * (or DATA) and their delimiter.

    `text` has symbols substituted only where the DD asks for it by SYMBOLS=.
    """

    text: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class DD:
    """A DD statement with its concatenation; `name` is without a step's name before it.

    `datasets` and `instream` are those of all its statements, each in order.

    `sysout` is the output class as written, `ddname` what DDNAME= puts off to.
    """

    name: str
    origin: Origin
    datasets: tuple[DataSet, ...] = ()
    instream: tuple[Instream, ...] = ()
    dummy: bool = False
    sysout: str = ""
    ddname: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A step: runs a program, or a procedure whose steps are `steps` (empty if it wasn't found).

    `cond` is COND= as written, `condition` what the IF statements around say ("" if none).
    `overrides` are the symbols that the EXEC gives a procedure. `callers` are the EXEC statements
    that lead to a step of a procedure, outermost first (only in `Job.executed`).
    """

    name: str
    origin: Origin
    program: str = ""
    proc: str = ""
    parm: str = ""
    cond: str = ""
    condition: str = ""
    dds: tuple[DD, ...] = ()
    overrides: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    callers: tuple[Origin, ...] = ()

    def dd(self, name: str) -> DD | None:
        """The step's DD of this name."""
        return next((dd for dd in self.dds if dd.name == name), None)


@dataclass(frozen=True, slots=True)
class Proc:
    """A procedure, in-stream or catalogued; its steps have no symbols substituted."""

    name: str
    origin: Origin
    defaults: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """A job: its steps in order, its in-stream procedures, and where procedures are looked for.

    `dds` are those before the first step (JOBLIB, JOBCAT).
    """

    name: str
    origin: Origin
    steps: tuple[Step, ...] = ()
    procs: tuple[Proc, ...] = ()
    dds: tuple[DD, ...] = ()
    libraries: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)

    def executed(self) -> Iterator[Step]:
        """The steps that run programs, in order; one of a procedure is named STEP.PROCSTEP.

        A call of a procedure that wasn't found is among them, without a program. PGM=*.STEP.DD is
        the member that this DD of an earlier step names.
        """
        seen: dict[str, Step] = {}
        for step in _executed(self.steps, "", ()):
            if step.program.startswith("*."):
                step = replace(step, program=_written(step, seen))
            seen[step.name] = step
            yield step


def _executed(steps: tuple[Step, ...], before: str, callers: tuple[Origin, ...]) -> Iterator[Step]:
    for step in steps:
        if step.steps:
            yield from _executed(step.steps, f"{before}{step.name}.", (*callers, step.origin))
        else:
            yield replace(step, name=before + step.name, callers=callers)


def _written(step: Step, seen: Mapping[str, Step]) -> str:
    """The program that a step before has made, or the reference where that isn't known."""
    name, _, dd = step.program.removeprefix("*.").rpartition(".")
    within = step.name.rpartition(".")[0]
    maker = seen.get(f"{within}.{name}" if within else name) or seen.get(name)
    made = maker.dd(dd) if maker else None
    members = [dataset.member for dataset in made.datasets if dataset.member] if made else []
    return members[0] if members else step.program


@dataclass(frozen=True, slots=True)
class Jobs:
    """All of one source: jobs, procedures that are in no job, and what was not understood."""

    jobs: tuple[Job, ...] = ()
    procs: tuple[Proc, ...] = ()
    unknowns: tuple[Problem, ...] = ()
