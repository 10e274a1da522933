"""Does the changed program behave as the old one did? Both are run side by side.

`prove` compares two sides and says what was seen (proof.py); `equivalence` is the check on a patch.
Where cobc makes the same code of both (code.py) nothing need be run. Runs are recorded (golden.py)
or made from layouts and conditions (domains, views, inputs, children); sides are built beside a
shim (sides, shim, marks) and run in folders of their own (execute); what they leave is compared by
record and field (compare); mutants of the change test the runs (mutants).
"""

from __future__ import annotations

import dataclasses
import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from cobolsmith.checks.compiles import is_program, unable
from cobolsmith.checks.equivalence.answered import Reader, answered_side, unanswered
from cobolsmith.checks.equivalence.code import same_code
from cobolsmith.checks.equivalence.compare import Difference
from cobolsmith.checks.equivalence.evidence import evidence_json, lines
from cobolsmith.checks.equivalence.proof import Proof, Settings, prove
from cobolsmith.checks.equivalence.search import Tick, silent
from cobolsmith.checks.equivalence.sides import BuildError, Built, CobolSide, Side
from cobolsmith.checks.equivalence.tasks import standing
from cobolsmith.config import Config
from cobolsmith.executed import EXEC
from cobolsmith.source import Source, from_bytes
from cobolsmith.verify import Diagnostic, Status, Subject, Verdict

__all__ = [
    "BuildError",
    "Built",
    "CobolSide",
    "Difference",
    "Proof",
    "Settings",
    "Side",
    "Tick",
    "answered",
    "embedded",
    "equivalence",
    "evidence_json",
    "judged",
    "lines",
    "prove",
    "silent",
]
NAME = "equivalence"


def equivalence(subject: Subject) -> Verdict:
    """Compare each changed program, and each that copies what changed, with what it was; SKIPPED
    where that says nothing. A program that is new has nothing to be compared with."""
    if subject.behaviour == "free":
        return Verdict(NAME, Status.SKIPPED, "the change may alter what the program does")
    before = {file.path: file.before for file in subject.patch.files}
    changed = {file.path.resolve(): file.after for file in subject.patch.files}
    programs = [source for source in subject.sources if is_program(source)]
    compared = [one for one in programs if before.get(one.path, b"") is not None]
    reason = unable(compared)
    if reason or subject.read is None:
        return Verdict(NAME, Status.SKIPPED, reason or "nothing reads programs here")
    verdicts = []
    for source in compared:
        data = before.get(source.path)
        old = source  # one that copies what changed
        if data is not None:
            old = from_bytes(data, source.path, encoding=source.encoding, format=source.format)
        same = _alike(subject, old, source, changed)
        verdicts.append(same or _compared(subject, old, source, changed))
    return _together(verdicts)


def _alike(
    subject: Subject, old: Source, new: Source, changed: Mapping[Path, bytes]
) -> Verdict | None:
    """PASSED where cobc makes the same code of both, in each dialect; else None."""
    started = time.monotonic()
    said = []
    for std in subject.config.std:
        said.append(same_code(old, new, subject.config, std, changed))
        if not said[-1]:
            return None
    seconds = time.monotonic() - started
    record = json.dumps({"version": 1, "status": "passed", "same_code": said}, indent=1)
    return Verdict(NAME, Status.PASSED, "", (), tuple(said), seconds, (record,))


def embedded(programs: Sequence[Source]) -> str:
    """Why programs with EXEC blocks can't be run as they are, or an empty text."""
    for source in programs:
        if EXEC.search(source.view):
            return f"{source.path.name} has EXEC blocks: what they answer can't be made up"
    return ""


def _compared(subject: Subject, old: Source, new: Source, changed: Mapping[Path, bytes]) -> Verdict:
    assert subject.read is not None
    stated = subject.behaviour == "stated"
    golden = subject.config.golden
    recorded = (subject.config.root / golden) if golden else None
    usual = Settings()
    runs = usual.runs if subject.runs is None else subject.runs
    settings = Settings(
        runs=runs,
        mutants=min(usual.mutants, max(runs // 6, 1)),
        directed=min(usual.directed, runs),
        seed=subject.seed,
        differs=subject.differs if stated else (),
        branches=subject.branches if stated else (),
        ways=subject.ways and stated,
        dead=subject.dead,
        leaves=subject.leaves if stated else (),
        anywhere=True,
        golden=subject.golden or recorded,
    )
    if not embedded([new]):
        sides = (
            CobolSide("old", subject.read(old, {}), subject.config),
            CobolSide("new", subject.read(new, changed), subject.config, changed=changed),
        )
        return judged(*sides, settings)[0]
    with tempfile.TemporaryDirectory(prefix="cobolsmith-answered-") as folder:
        both = answered((old, new), Path(folder), subject.config, subject.read, changed)
        if isinstance(both, str):
            return Verdict(NAME, Status.SKIPPED, both)
        branches = tuple(standing(one) for one in settings.branches)
        return judged(*both, dataclasses.replace(settings, branches=branches))[0]


def answered(
    programs: tuple[Source, Source],
    folder: Path,
    config: Config,
    read: Reader,
    changed: Mapping[Path, bytes],
) -> tuple[CobolSide, CobolSide] | str:
    """The sides of programs with EXEC blocks, made in a folder that must stay; or why there are
    none. `changed` are the new side's other files."""
    old, new = programs
    reason = unanswered(old) or unanswered(new)
    if reason:
        return reason
    first = answered_side("old", old, folder / "old", config, read, {})
    second = answered_side("new", new, folder / "new", config, read, changed)
    if isinstance(first, str) or isinstance(second, str):
        return first if isinstance(first, str) else str(second)
    return first, second


def judged(
    old: CobolSide, new: CobolSide, settings: Settings, tick: Tick = silent
) -> tuple[Verdict, Proof | None]:
    """The verdict on two sides, and the proof behind it; no proof where a side isn't built."""
    started = time.monotonic()
    try:
        proof = prove(old, new, settings, tick)
    except BuildError as error:
        return Verdict(NAME, Status.SKIPPED, str(error)), None
    path = new.made_of or new.program.source.path
    found = tuple(Diagnostic(path, 0, 0, str(one), check=NAME) for one in proof.differences)
    seconds = time.monotonic() - started
    evidence = lines(proof, old.config.std[0])
    records = (evidence_json(proof, old, new).decode(),)
    return Verdict(NAME, proof.status, proof.reason, found, evidence, seconds, records), proof


def _together(verdicts: list[Verdict]) -> Verdict:
    """The worst of several programs' verdicts, with the evidence of all."""
    order = (Status.FAILED, Status.SKIPPED, Status.PASSED)
    worst = min(verdicts, key=lambda one: order.index(one.status))
    evidence = tuple(line for one in verdicts for line in one.evidence)
    seconds = sum(one.seconds for one in verdicts)
    records = tuple(text for one in verdicts for text in one.records)
    return Verdict(NAME, worst.status, worst.reason, worst.diagnostics, evidence, seconds, records)
