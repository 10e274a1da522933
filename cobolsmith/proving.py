"""`cobolsmith verify OLD NEW`: two programs, run side by side, and what was seen of them."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cobolsmith import config as configuration
from cobolsmith import patch
from cobolsmith import source as sources
from cobolsmith.checks.compiles import unable
from cobolsmith.checks.equivalence import (
    CobolSide,
    Settings,
    Tick,
    answered,
    embedded,
    evidence_json,
    judged,
    silent,
)
from cobolsmith.config import Config
from cobolsmith.errors import ToolError, UsageError
from cobolsmith.languages.cobol import Library, read_programs
from cobolsmith.patch import FileChange, Patch
from cobolsmith.program import Program
from cobolsmith.report import Outcome, Report, Result
from cobolsmith.source import Source
from cobolsmith.verify import Status

RESULTS = {
    Status.PASSED: Result.VERIFIED,
    Status.FAILED: Result.REFUSED,
    Status.SKIPPED: Result.UNVERIFIED,
}


def verify(
    old: Path,
    new: Path,
    settings: Settings,
    tick: Tick | None = None,
    *,
    copybooks: Sequence[Path] = (),
    modules: Sequence[Path] = (),
    evidence: Path | None = None,
) -> Report:
    """Compare NEW with OLD; write the evidence where asked. Exit codes are the report's: 0 alike,
    1 different or not shown to be alike. Raises ToolError where cobc is missing."""
    config = _with_copybooks(configuration.load(old), copybooks)
    if settings.golden is None and config.golden:
        settings = dataclasses.replace(settings, golden=config.root / config.golden)
    read = [
        sources.read(path, encoding=config.encoding, format=config.format) for path in (old, new)
    ]
    reason = unable(read)
    if "not installed" in reason:
        raise ToolError(reason)
    if reason:
        return _report(new, Outcome(new, Result.UNVERIFIED, reasons=(reason,)))
    with tempfile.TemporaryDirectory(prefix="cobolsmith-verify-") as folder:
        sides = _sides(read[0], read[1], config, tuple(modules), Path(folder))
        if isinstance(sides, str):
            return _report(new, Outcome(new, Result.UNVERIFIED, reasons=(sides,)))
        verdict, proof = judged(*sides, settings, tick or silent)
    if evidence is not None and proof is not None:
        change = FileChange(evidence, None, evidence_json(proof, *sides))
        patch.write(Patch((change,)))
    reasons = (f"{verdict.check}: {verdict.reason}",) if verdict.reason else ()
    outcome = Outcome(
        new,
        RESULTS[verdict.status],
        verdict.diagnostics,
        verdicts=(verdict,),
        evidence=verdict.evidence,
        reasons=reasons,
    )
    return _report(new, outcome)


def _sides(
    old: Source, new: Source, config: Config, modules: tuple[Path, ...], folder: Path
) -> tuple[CobolSide, CobolSide] | str:
    """OLD and NEW, made runnable in a folder where they have EXEC blocks; or why they aren't."""
    place = old.path.resolve().parent / new.path.name
    if not (embedded([old]) or embedded([new])):
        after = _program(new, config)
        after = dataclasses.replace(after, source=_placed(after.source, place))
        return (
            CobolSide("old", _program(old, config), config, modules=modules),
            CobolSide("new", after, config, modules=modules),
        )
    both = (old, _placed(new, place))
    made = answered(both, folder, config, lambda source, _: _program(source, config), {})
    if isinstance(made, str):
        return made
    one, other = (dataclasses.replace(side, modules=(*modules, *side.modules)) for side in made)
    return one, other


def _report(new: Path, outcome: Outcome) -> Report:
    return Report("verify", new.resolve().parent, (outcome,))


def _with_copybooks(config: Config, folders: Sequence[Path]) -> Config:
    """The configuration with these copybook folders before its own."""
    named = tuple(str(folder.resolve()) for folder in folders)
    return dataclasses.replace(config, copybooks=(*named, *config.copybooks))


def _program(source: Source, config: Config) -> Program:
    library = Library(ordered=config.copybook_paths)
    program = read_programs(source, library, std=config.std[0])[0]
    if not program.name:
        raise UsageError(
            "is no program", where=str(source.path), remedy="name two COBOL programs, old and new"
        )
    return program


def _placed(source: Source, path: Path) -> Source:
    """NEW is built as if it lay beside OLD: its modules and copybooks are OLD's neighbours."""
    return dataclasses.replace(source, path=path)
