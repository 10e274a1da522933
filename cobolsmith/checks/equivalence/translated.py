"""Does a translation behave as its COBOL does? Both are run on the same inputs.

The COBOL side is built with marks, so that the search finds runs that execute all of it; the other
side is a command. Runs that inject file faults or answer for missing modules are left out: they
work inside of cobc's runtime. Where the COBOL ends abnormally the translation must too; what it
says then is its own.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cobolsmith.checks.equivalence.aims import aims
from cobolsmith.checks.equivalence.compare import Comparison, Difference
from cobolsmith.checks.equivalence.execute import Floor, execute
from cobolsmith.checks.equivalence.givens import inputs_of
from cobolsmith.checks.equivalence.inputs import Inputs
from cobolsmith.checks.equivalence.layouts import Conversion
from cobolsmith.checks.equivalence.marks import Statement, mark
from cobolsmith.checks.equivalence.proof import Settings, untouched
from cobolsmith.checks.equivalence.replays import Replay, replays
from cobolsmith.checks.equivalence.runs import Ran, Run
from cobolsmith.checks.equivalence.samples import samples
from cobolsmith.checks.equivalence.search import Found, Kept, Pair, Tick, search, silent
from cobolsmith.checks.equivalence.shim import BLOCK
from cobolsmith.checks.equivalence.sides import Built, CobolSide, Maker
from cobolsmith.program import Program
from cobolsmith.verify import Status

ENOUGH = 0.7
"""The share of the COBOL's statements that runs must execute."""
REPLAYS = 6
"""Runs that the tests of a translation replay."""


@dataclass(frozen=True, slots=True)
class _Plain(Conversion):
    """Runs without faults and stand-ins: those both sides can carry out."""

    def fits(self, run: Run) -> bool:
        """Whether the translation can carry out a run."""
        return not run.faults


@dataclass(slots=True)
class _Ends(Comparison):
    """As `Comparison`, but an abnormal end need only be one on both sides."""

    def differences(self, old: Ran, new: Ran) -> list[Difference]:
        """All differences between what the sides left."""
        if old.died:
            if new.status != 0:
                return []
            return [Difference("exit status", 0, "", f"{old.status} ({old.died})", "0")]
        return Comparison.differences(self, old, new)


@dataclass(frozen=True, slots=True)
class Translated:
    """What was seen of a translation; `replays` are runs to keep as its tests, `mocked` the
    programs it calls whose source isn't there, `missed` the lines of the source with statements
    that no run executes."""

    status: Status
    reason: str
    differences: tuple[Difference, ...]
    tried: int
    kept: int
    executed: int
    statements: int
    replays: tuple[Replay, ...] = ()
    mocked: tuple[str, ...] = ()
    missed: frozenset[int] = frozenset()

    @property
    def lines(self) -> tuple[str, ...]:
        """The evidence as sentences."""
        return (
            f"runs: {self.tried} generated, {self.kept} kept, {len(self.differences)} differences",
            f"statements of the COBOL executed: {self.executed} of {self.statements}",
            *(f"answered from tables on both sides: CALL {one}" for one in self.mocked),
        )


@dataclass(frozen=True, slots=True)
class Trial:
    """The runs of a proof, to try another translation on: what they left on the old side, the side
    that was proven, which statements of the COBOL no run executed."""

    pair: Pair
    kept: Sequence[Kept]
    unseen: tuple[Statement, ...]

    def unlike(self, command: Sequence[str]) -> str:
        """What is unlike where a command is run in the place of the translation; "" for nothing."""
        after = replace(self.pair.new, argv=tuple(command))
        comparison = _Ends(self.pair.old, after)
        for one in self.kept:
            new = execute(after, one.run, self.pair.floor, self.pair.conversion)
            if found := comparison.differences(one.old, new):
                return str(found[0])
        return ""

    def unexecuted(self, program: Program, paragraph: str) -> int:
        """How many statements of a paragraph no run executed."""
        places = [one.origin.span for one in program.procedures if one.name == paragraph]
        source = program.source
        lines = {
            line
            for span in places
            for line in range(
                source.line_column(span.start)[0], source.line_column(span.end)[0] + 1
            )
        }
        return sum(one.line.isdigit() and int(one.line) in lines for one in self.unseen)


def prove_translation(
    old: CobolSide,
    command: Sequence[str],
    settings: Settings,
    tick: Tick = silent,
    maker: Maker | None = None,
    others: Sequence[Program] = (),
    proven: Callable[[Trial], None] | None = None,
) -> Translated:
    """Run a program and its translation, a command, side by side; `maker` translates what loads
    and unloads indexed files, `others` are the programs it calls. `proven` is called where it is,
    with the runs. Raises BuildError."""
    marked = mark(old.program)
    with tempfile.TemporaryDirectory(prefix="cobolsmith-translate-") as folder:
        before = replace(old, text=marked.text).build(Path(folder) / "cobol")
        if before.parameters:
            return _unseen("it is called with parameters: prove a program that calls it")
        answers = dict.fromkeys(("COBOL_SQL", "COBOL_CALLS"), "answered") if before.mocked else {}
        after = Built(tuple(command), answers, before.shapes, old.program, maker=maker)
        floor = Floor(Path(folder) / "floor", untouched([before]))
        floor.folder.mkdir()
        wanted = frozenset(one.mark for one in marked.statements)
        inputs = inputs_of(before)
        pair = Pair(before, after, floor, _Plain())
        found = search(
            pair,
            inputs,
            _Ends(before, after),
            wanted,
            frozenset(),
            runs=settings.runs,
            seed=settings.seed,
            given=samples(before, old.config.root),
            goals=aims(marked, inputs),
            tick=tick,
        )
        executed = sum(bool(found.old_marks[one]) for one in wanted)
        share = 0.0 if _runs_alone(inputs, (old.program, *others)) else ENOUGH
        status, reason = _judged(found, executed, len(wanted), share)
        unseen = tuple(one for one in marked.statements if not found.old_marks[one.mark])
        if status is Status.PASSED and proven is not None:
            proven(Trial(pair, found.kept, unseen))
        kept = status is Status.PASSED and not before.mocked
        return Translated(
            status,
            reason,
            tuple(found.differences),
            found.tried,
            len(found.kept),
            executed,
            len(wanted),
            tuple(replays(after, found.kept, floor, REPLAYS)) if kept else (),
            tuple(one for one in before.mocked if not BLOCK.fullmatch(one)),
            frozenset(int(one.line) for one in unseen if one.line.isdigit()),
        )


_ASKS = re.compile(
    rb"(?<![\w-])(?:CALL\s+[^'\"\s]|(?:ACCEPT|INPUT|I-O|EXTEND|SORT|MERGE|CURRENT-DATE|RANDOM|"
    rb"WHEN-COMPILED|(?:UPSI|SWITCH)-?\d+|COPY|EXEC)(?![\w-]))",
    re.IGNORECASE,
)
"""What makes one run of a program another than the next, or may."""


def _runs_alone(inputs: Inputs, programs: Sequence[Program]) -> bool:
    """Whether nothing is given to a program and those it calls, so that what its one run does is
    all it ever does."""
    given = inputs.files or inputs.accepts.every or inputs.parameters or inputs.mocked
    return not given and not any(_ASKS.search(one.source.view) for one in programs)


def _judged(found: Found, executed: int, of: int, share: float) -> tuple[Status, str]:
    if found.differences:
        return Status.FAILED, str(found.differences[0])
    if not found.kept:
        return Status.SKIPPED, "no run came to an end on both sides"
    if executed < share * of:
        return Status.SKIPPED, f"the runs execute only {executed} of {of} statements"
    return Status.PASSED, ""


def _unseen(reason: str) -> Translated:
    return Translated(Status.SKIPPED, reason, (), 0, 0, 0, 0)
