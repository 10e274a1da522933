"""What came of a run, and the exit code computed from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from cobolsmith.patch import Patch
from cobolsmith.verify import Diagnostic, Verdict

if TYPE_CHECKING:  # questions to an index show reports and fill no holes
    from cobolsmith.infill import Candidate
    from cobolsmith.plan import Plan


class Result(Enum):
    """How one file came out."""

    CLEAN = "clean"
    FOUND = "found"
    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    REFUSED = "refused"
    TOOL_MISSING = "tool missing"


@dataclass(frozen=True, slots=True)
class Fill:
    """What filled the holes of one edit: the whole new text, whose it is (model, draft), and the
    model's score (mean log probability of its words)."""

    kinds: tuple[str, ...]
    spec: str
    text: str
    origin: str
    score: float


def fills_of(candidates: Iterable[Candidate]) -> tuple[Fill, ...]:
    """The fills of plans as they were taken."""
    return tuple(
        Fill(
            tuple(hole.kind for hole in edit.holes),
            next((hole.spec for hole in edit.holes if hole.spec), ""),
            text,
            one.origin,
            one.score,
        )
        for one in candidates
        for edit, (_, _, text) in zip(one.plan.edits, one.pieces, strict=False)
        if edit.holes
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """One file's end: findings before, plans taken, the patch if any, verdicts and evidence.

    `reasons` say why there is no verified patch. `written` tells that the files were replaced,
    `fills` what the model (or a draft) put into the plans' holes.
    """

    path: Path
    result: Result
    findings: tuple[Diagnostic, ...] = ()
    plans: tuple[Plan, ...] = ()
    patch: Patch | None = None
    verdicts: tuple[Verdict, ...] = ()
    evidence: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    written: bool = False
    fills: tuple[Fill, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """All outcomes of one command; `staged` where the index was judged, as it stands."""

    command: str
    root: Path
    outcomes: tuple[Outcome, ...]
    staged: bool = False

    @property
    def exit_code(self) -> int:
        """0 nothing to do or done and verified; 1 findings or refused; 3 a tool is missing.

        What is staged is still broken while a verified patch is only proposed: that is a finding,
        so that a commit hook stops the commit.
        """
        results = {outcome.result for outcome in self.outcomes}
        if Result.TOOL_MISSING in results:
            return 3
        proposed = any(o.result is Result.VERIFIED and not o.written for o in self.outcomes)
        if self.staged and proposed:
            return 1
        return 0 if results <= {Result.CLEAN, Result.VERIFIED} else 1
