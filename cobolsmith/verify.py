"""What a check says: a verdict with located diagnostics. Skipped is never passed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Literal

from cobolsmith.config import Config
from cobolsmith.patch import Patch
from cobolsmith.program import Program
from cobolsmith.source import Source, Span


class Status(Enum):
    """The three ends of a check."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """Something wrong at a place: 1-based line and column (0: the tool gave none).

    `severity` is error, warning or note; `check` what said it (a check, or a rule); `remedy` what
    to do about it, where that is known.
    """

    path: Path
    line: int
    column: int
    message: str
    severity: str = "error"
    check: str = ""
    span: Span | None = None
    remedy: str = ""

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" + (f":{self.column}" if self.column else "")
        return f"{place}: {self.severity}: {self.message}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One check's answer, with what was run for it.

    `records` are the full evidence as JSON texts, one a program, to keep beside the patch.
    """

    check: str
    status: Status
    reason: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()
    evidence: tuple[str, ...] = ()
    seconds: float = 0.0
    records: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is checked: the sources as they would be, and the patch that makes them so.

    `sources` are the files after the change, and the programs that copy a changed copybook;
    `settle` runs the same recipe on them once more and says what it would still do (empty:
    settled). `behaviour` says whether the program must do what it did ("same"), all but `differs`
    ("stated": fields, files, lines by name), or anything ("free": a repair, whose old side doesn't
    compile); `branches`, `ways`, `dead` and `leaves` are as in `Plan`. `read` makes a program of a
    source, given the bytes of changed copybooks; `runs` are those to generate for it (None: as many
    as usual), `golden` a folder of recorded ones.
    """

    root: Path
    config: Config
    sources: tuple[Source, ...]
    patch: Patch
    staged: bool = False
    settle: Callable[[], tuple[str, ...]] | None = field(default=None, compare=False)
    behaviour: Literal["same", "stated", "free"] = "free"
    differs: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    ways: bool = False
    dead: bool = False
    leaves: tuple[str, ...] = ()
    seed: int = 0
    read: Callable[[Source, Mapping[Path, bytes]], Program] | None = field(
        default=None, compare=False
    )
    runs: int | None = None
    golden: Path | None = None


Check = Callable[[Subject], Verdict]
"""A way to judge a change. It never raises for a change that is bad, only for a bug."""


def verified(verdicts: Sequence[Verdict], required: Sequence[str]) -> bool:
    """True where every required check ran and passed."""
    passed = {verdict.check for verdict in verdicts if verdict.status is Status.PASSED}
    failed = any(verdict.status is Status.FAILED for verdict in verdicts)
    return not failed and passed.issuperset(required)


def unmet(verdicts: Sequence[Verdict], required: Sequence[str]) -> tuple[str, ...]:
    """Why a change is not verified: each required check that didn't pass, by name."""
    by_name = {verdict.check: verdict for verdict in verdicts}
    reasons = []
    for name in required:
        verdict = by_name.get(name)
        if verdict is None:
            reasons.append(f"{name}: not run")
        elif verdict.status is not Status.PASSED:
            reasons.append(
                f"{name}: {verdict.status.value}"
                + (f" ({verdict.reason})" if verdict.reason else "")
            )
    return tuple(reasons)
