"""The evidence of a proof: lines for reports, and one JSON object to keep beside a patch.

Keys of the object (version 1): `status`, `reason`; `programs` (old, new: path and SHA-256);
`tools`; `settings` (runs, seed, mutants, directed, strength, differs); `runs` (tried, recorded,
kept: each with name, files by SELECT as lists of records in hexadecimal, null for an empty slot,
stdin, arguments, environment, clock, faults, tables, calls); `change` (for old and new: lines of
the changed statements, how many were executed, lines of those not executed that do the same by
COBOL's rules, branches as label, line, taken); `statements` (executed, of how many, for old and
new); `mutants` (what, side, line, text, killed_by); `moves_of_wider_fields` (seen, cut); `masks`
(field, times); `stated` and `stated_but_unseen`; `parted` (kept runs that went a stated way and
were not compared) and among them `beyond` (a field came to hold more than the narrower one can);
`mocked`; `differences` (file, record, field, old, new) and `shown_by`, the run that shows them.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import Any

from cobolsmith.checks.compiles import version
from cobolsmith.checks.equivalence.fates import Fate
from cobolsmith.checks.equivalence.proof import Proof, Settings
from cobolsmith.checks.equivalence.runs import Run
from cobolsmith.checks.equivalence.shim import BLOCK
from cobolsmith.checks.equivalence.sides import BOUNDS, CobolSide
from cobolsmith.checks.equivalence.tasks import MOCK

VERSION = 1
SIDES = ("old", "new")
SHOWN = 3
"""Survivors and missed branches that a line of evidence names."""


def lines(proof: Proof, std: str) -> tuple[str, ...]:
    """The evidence as sentences, for every report."""
    generated = proof.tried - proof.recorded
    seed = proof.settings.seed
    found = [
        f"runs: {proof.recorded} recorded, {generated} generated from seed {seed}, "
        f"{len(proof.kept)} kept, {len(proof.differences)} differences"
    ]
    found += _change(proof)
    found += _by_rule(proof)
    if proof.fates:
        left = [fate.mutant for fate in proof.fates if not fate.killed_by]
        named = "; ".join(f"line {one.line} {one.what}" for one in left[:SHOWN])
        found.append(
            f"mutants of the change: {proof.killed} of {len(proof.fates)} told apart by these runs"
            + (f" (left: {named})" if left else "")
        )
    elif proof.kept and not proof.settings.dead and any(one.own for one in proof.regions):
        found.append("mutants of the change: none could be made, so these runs weren't put to test")
    found += [f"masked, never assigned: {name}, {count} times" for name, count in proof.masks]
    seen = [word for word in proof.stated if word not in proof.unseen]
    found += [f"differs as stated: {word}" for word in seen]
    found += [f"stated to differ, but no run showed it: {word}" for word in proof.unseen]
    if proof.parted > proof.beyond:
        way = "take the new branch" if proof.settings.branches else "go another way, as stated"
        apart = proof.parted - proof.beyond
        found.append(f"{apart} of {len(proof.kept)} kept runs {way}; the others are alike")
    if proof.beyond:
        found.append(
            f"{proof.beyond} of {len(proof.kept)} kept runs put more into a field than the "
            "narrower one holds; they aren't compared"
        )
    commands = [match["verb"] for one in proof.mocked if (match := MOCK.fullmatch(one))]
    known = [one for one in proof.mocked if BLOCK.fullmatch(one) or MOCK.fullmatch(one)]
    found += [f"mocked: CALL {one}" for one in proof.mocked if one not in known]
    if commands:
        verbs = ", ".join(dict.fromkeys(commands))
        found.append(
            f"mocked: EXEC CICS, {len(commands)} commands ({verbs}): RESP and data from a table"
        )
    if blocks := [one for one in proof.mocked if BLOCK.fullmatch(one)]:
        found.append(f"mocked: EXEC SQL, {len(blocks)} blocks, SQLCODE and INTO from a table")
    return (*found, f"tools: cobc {version()} -std={std} {BOUNDS}")


def _change(proof: Proof) -> list[str]:
    if not proof.regions or not any(one.statements for one in proof.regions):
        return ["change: no statement is touched"] if proof.regions else []
    if proof.settings.dead:
        done, whole = proof.statements[0]
        return [
            f"taken out: {len(proof.regions[0].own)} statements, executed by no run; {done} of the "
            f"{whole} statements of the old side were"
        ]
    found = []
    for label, one, reached, arms in zip(
        ("old", "new"), proof.regions, proof.reached, proof.arms, strict=True
    ):
        missed = [f"line {line} {name}" for name, line, taken in arms if not taken]
        found.append(
            f"change, {label} side: {len(reached)} of {len(one.statements)} statements and "
            f"{len(arms) - len(missed)} of {len(arms)} branches executed"
            + (f" (not {'; '.join(missed[:SHOWN])})" if missed else "")
        )
    return found


def _by_rule(proof: Proof) -> list[str]:
    """What is known without a run."""
    found = []
    for label, one, same in zip(SIDES, proof.regions, proof.proven, strict=False):
        places = [each.line for each in one.statements if each.mark in same]
        if places:
            named = ", ".join((*places[:SHOWN], *["..."] * (len(places) > SHOWN)))
            found.append(
                f"not executed, but the same by COBOL's rules for all that the narrower side "
                f"holds: {len(places)} statements ({label} side, lines {named})"
            )
    if proof.moves.seen and not proof.moves.cut:
        found.append(f"MOVEs of wider fields: {proof.moves.seen}, none cuts what it kept before")
    return found


def evidence_json(proof: Proof, old: CobolSide, new: CobolSide) -> bytes:
    """The evidence as UTF-8 JSON with a line end; the same for the same proof."""
    body: dict[str, Any] = {
        "version": VERSION,
        "status": proof.status.value,
        "reason": proof.reason,
        "programs": {side.label: _program(side) for side in (old, new)},
        "tools": {"cobc": version(), "flags": [f"-std={old.config.std[0]}", BOUNDS]},
        "settings": _settings(proof.settings),
        "runs": {
            "tried": proof.tried,
            "recorded": proof.recorded,
            "kept": [run_object(one) for one in proof.kept],
        },
        "change": _regions(proof),
        "statements": {
            label: {"executed": done, "of": whole}
            for label, (done, whole) in zip(SIDES, proof.statements, strict=True)
        },
        "mutants": [_fate(fate) for fate in proof.fates],
        "moves_of_wider_fields": {"seen": proof.moves.seen, "cut": list(proof.moves.cut)},
        "masks": [{"field": name, "times": count} for name, count in proof.masks],
        "stated": list(proof.stated),
        "stated_but_unseen": list(proof.unseen),
        "parted": proof.parted,
        "beyond": proof.beyond,
        "mocked": list(proof.mocked),
        "differences": [dataclasses.asdict(one) for one in proof.differences],
        "shown_by": run_object(proof.shown_by) if proof.shown_by else None,
    }
    return json.dumps(body, indent=1, ensure_ascii=False).encode() + b"\n"


def _settings(settings: Settings) -> dict[str, Any]:
    shown = ("runs", "seed", "mutants", "directed", "strength")
    return {name: getattr(settings, name) for name in shown} | {"differs": list(settings.differs)}


def _regions(proof: Proof) -> dict[str, Any]:
    return {
        label: {
            "lines": [each.line for each in one.statements],
            "executed": len(reached),
            "by_rule": [each.line for each in one.statements if each.mark in same],
            "branches": [
                {"label": name, "line": line, "taken": taken} for name, line, taken in arms
            ],
        }
        for label, one, reached, same, arms in zip(
            SIDES, proof.regions, proof.reached, proof.proven, proof.arms, strict=True
        )
    }


def _fate(fate: Fate) -> dict[str, str]:
    mutant = fate.mutant
    return {
        "what": mutant.what,
        "side": fate.side,
        "line": mutant.line,
        "text": mutant.text,
        "killed_by": fate.killed_by,
    }


def _program(side: CobolSide) -> dict[str, str]:
    source = side.program.source
    return {"path": source.path.name, "sha256": hashlib.sha256(source.data).hexdigest()}


def run_object(run: Run) -> dict[str, Any]:
    """One run, complete: with this and the program anyone can run it again."""
    return {
        "name": run.name,
        "files": {
            select: [None if one is None else one.hex() for one in records]
            for select, records in run.files
        },
        "stdin": [line.hex() for line in run.stdin],
        "arguments": list(run.arguments),
        "environment": dict(run.environment),
        "clock": run.clock,
        "faults": [str(fault) for fault in run.faults],
        "tables": {module: list(rows) for module, rows in run.tables},
        "calls": [[one.hex() for one in row] for row in run.calls],
    }
