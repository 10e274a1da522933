"""Proposals: verified patches kept for a person to take or leave.

Each lies in `.cobolsmith/proposals/N/`: `proposal.json` (title, state, files with the hash of what
they were made from, verdicts, evidence), `patch.diff` as `git apply` takes it, the new bytes of
each file under `files/`, and `records.json`, the full evidence of the runs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cobolsmith import patch
from cobolsmith import source as sources
from cobolsmith.checks import CHECKS
from cobolsmith.config import Config
from cobolsmith.errors import PatchError, UsageError
from cobolsmith.patch import FileChange, Patch, relative
from cobolsmith.report import Outcome, Report, Result
from cobolsmith.reports.json import verdict_object
from cobolsmith.verify import Subject, unmet, verified

FOLDER = Path(".cobolsmith") / "proposals"
OPEN, APPLIED, REJECTED = "open", "applied", "rejected"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal as it is kept; `said` is the content of proposal.json."""

    number: int
    folder: Path
    root: Path
    said: Mapping[str, Any]

    @property
    def state(self) -> str:
        """open, applied or rejected."""
        return str(self.said["state"])

    @property
    def diff(self) -> bytes:
        """The unified diff."""
        return (self.folder / "patch.diff").read_bytes()

    def patch(self) -> Patch:
        """The change, as it applies to what is there now.

        Raises PatchError where a file is no longer what the proposal was made from.
        """
        files = []
        for row in self.said["files"]:
            path = self.root / row["path"]
            now = path.read_bytes() if path.is_file() else None
            if digest(now) != row["before"]:
                what = "the file has changed since the proposal was made"
                remedy = f"`cobolsmith reject {self.number}`, and propose again"
                raise PatchError(what, where=row["path"], remedy=remedy)
            files.append(FileChange(path, now, (self.folder / row["after"]).read_bytes()))
        return Patch(tuple(files))


def digest(data: bytes | None) -> str:
    """The hash of a file's bytes; "" for a file that isn't there."""
    return "" if data is None else hashlib.blake2b(data, digest_size=16).hexdigest()


def keep(report: Report) -> tuple[Proposal, ...]:
    """Keep each verified patch that wasn't written; one that lies there open already isn't kept
    twice."""
    kept = []
    there = {one.diff for one in listed(report.root) if one.state == OPEN}
    for outcome in report.outcomes:
        if outcome.result is Result.VERIFIED and outcome.patch and not outcome.written:
            diff = outcome.patch.diff(report.root)
            if diff not in there:
                kept.append(_kept(report, outcome, outcome.patch, diff))
    return tuple(kept)


def _kept(report: Report, outcome: Outcome, change: Patch, diff: bytes) -> Proposal:
    home = report.root / FOLDER
    home.mkdir(parents=True, exist_ok=True)
    ignore = home.parent / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="ascii")
    number = 1 + max((one.number for one in listed(report.root)), default=0)
    draft = home / f".{number}"
    (draft / "files").mkdir(parents=True)
    files = []
    for nth, file in enumerate(change.files, 1):
        after = f"files/{nth}-{file.path.name}"
        (draft / after).write_bytes(file.after)
        row = {"path": relative(file.path, report.root), "before": digest(file.before)}
        files.append(row | {"after": after})
    title = "; ".join(plan.title for plan in outcome.plans) or report.command
    said = {
        "title": title,
        "command": report.command,
        "state": OPEN,
        "files": files,
        "reasons": [reason for plan in outcome.plans for reason in plan.reasons],
        "findings": [str(found) for found in outcome.findings],
        "verdicts": [verdict_object(verdict, report) for verdict in outcome.verdicts],
        "evidence": list(outcome.evidence),
    }
    records = [json.loads(text) for one in outcome.verdicts for text in one.records]
    (draft / "records.json").write_text(_text(records), encoding="utf-8")
    (draft / "patch.diff").write_bytes(diff)
    (draft / "proposal.json").write_text(_text(said), encoding="utf-8")
    draft.replace(home / str(number))
    return Proposal(number, home / str(number), report.root, said)


def _text(body: object) -> str:
    return json.dumps(body, indent=1, ensure_ascii=False) + "\n"


def listed(root: Path) -> tuple[Proposal, ...]:
    """The proposals of a repository, in their order."""
    return tuple(sorted(_read(root), key=lambda one: one.number))


def _read(root: Path) -> Iterator[Proposal]:
    home = root / FOLDER
    for folder in home.iterdir() if home.is_dir() else ():
        if folder.name.isdigit() and (folder / "proposal.json").is_file():
            said = json.loads((folder / "proposal.json").read_text("utf-8"))
            yield Proposal(int(folder.name), folder, root, said)


def proposal(root: Path, number: int) -> Proposal:
    """The open proposal of a number. Raises UsageError where there is none."""
    found = next((one for one in listed(root) if one.number == number), None)
    if found is None:
        raise UsageError(f"no proposal {number}", remedy="`cobolsmith proposals` lists them")
    if found.state != OPEN:
        raise UsageError(f"proposal {number} is {found.state}", remedy="propose again")
    return found


def accept(one: Proposal) -> Patch:
    """Write a proposal's files, all or none. Raises PatchError with nothing changed."""
    change = one.patch()
    patch.write(change)
    _mark(one, APPLIED)
    return change


def reject(one: Proposal) -> None:
    """Put a proposal away; its files stay for the record, and it can't be applied any more."""
    _mark(one, REJECTED)


def _mark(one: Proposal, state: str) -> None:
    draft = one.folder / "proposal.new"
    draft.write_text(_text({**one.said, "state": state}), encoding="utf-8")
    draft.replace(one.folder / "proposal.json")


def edited(one: Proposal, config: Config, texts: Mapping[str, bytes]) -> Proposal | tuple[str, ...]:
    """The proposal with other bytes for its files (by path), judged anew by every check; or why
    the checks don't take it.

    What an editor has changed was never compared with the old program: whether behaviour is kept
    is said of the proposal as it was, no longer of this one.
    """
    before = one.patch()
    changes = [
        FileChange(file.path, file.before, texts.get(relative(file.path, one.root), file.after))
        for file in before.files
    ]
    change = Patch(tuple(changes))
    read = tuple(sources.from_bytes(file.after, file.path) for file in changes)
    subject = Subject(one.root, config, read, change)
    verdicts = tuple(check(subject) for check in CHECKS.values())
    required = tuple(name for name in config.required if name != "settles")
    if not verified(verdicts, required):
        return unmet(verdicts, required)
    outcome = Outcome(changes[0].path, Result.VERIFIED, patch=change, verdicts=verdicts)
    report = Report(f"{one.said['command']}, edited", one.root, (outcome,))
    made = _kept(report, outcome, change, change.diff(one.root))
    _mark(one, REJECTED)
    return made
