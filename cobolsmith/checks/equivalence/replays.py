"""Runs of a proof as files: what a program was given, and what it left, for tests to replay."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cobolsmith import shell
from cobolsmith.checks.equivalence.execute import LIMITS, Floor, place_files, variables
from cobolsmith.checks.equivalence.layouts import Conversion
from cobolsmith.checks.equivalence.runs import Run
from cobolsmith.checks.equivalence.search import Kept
from cobolsmith.checks.equivalence.sides import Built

LARGEST = 65536
"""Bytes of all files of a run that is replayed, at most."""


@dataclass(frozen=True, slots=True)
class Replay:
    """A run by its bytes: `given` and `left` are files by their names."""

    arguments: tuple[str, ...]
    environment: tuple[tuple[str, str], ...]
    stdin: bytes
    status: int
    stdout: bytes
    given: dict[str, bytes] = field(default_factory=dict)
    left: dict[str, bytes] = field(default_factory=dict)

    @property
    def files(self) -> dict[str, bytes]:
        """The run as files of a folder."""
        said = {
            "arguments": "\n".join(self.arguments).encode(),
            "environment": "\n".join(map("=".join, self.environment)).encode(),
            "status": str(self.status).encode(),
            "stdin": self.stdin,
            "stdout": self.stdout,
        }
        given = {f"given/{name}": data for name, data in self.given.items()}
        return said | given | {f"left/{name}": data for name, data in self.left.items()}


def replays(built: Built, kept: Sequence[Kept], floor: Floor, most: int) -> Iterator[Replay]:
    """The first runs kept, carried out once more; none of those that ended abnormally, that use
    indexed files, whose form on disk is each side's own, or that are large. None of a program
    whose files lie above the folder it is run in."""
    if any(".." in Path(one.name).parts for one in built.shapes.values()):
        return
    indexed = {name for name, one in built.shapes.items() if one.organization == "INDEXED"}
    done = 0
    for one in kept:
        if done == most:
            return
        if one.old.died or indexed & {name for name, _ in one.run.files}:
            continue
        found = replay(built, one.run, floor)
        size = sum(len(data) for data in found.files.values())
        if size <= LARGEST and not any(one.startswith(b"SQLite") for one in found.left.values()):
            done += 1
            yield found


def replay(built: Built, run: Run, floor: Floor) -> Replay:
    """Carry out a run and take up its bytes."""
    with tempfile.TemporaryDirectory(prefix="replay-", dir=floor.folder) as folder:
        place = Path(folder)
        place_files(built, run, floor, place, Conversion())
        given = _files(place)
        stdin = b"".join(line + b"\n" for line in run.stdin)
        every = variables(built, run, place / "marks")
        wanted = ("TZ", "LC_ALL", "COB_CURRENT_DATE", *(name for name, _ in run.environment))
        done = shell.run(
            [*built.argv, *run.arguments],
            cwd=place,
            env=every,
            limits=LIMITS,
            stdin=stdin,
            offline=True,
        )
        left = {name: data for name, data in _files(place).items() if given.get(name) != data}
        environment = tuple((name, every[name]) for name in wanted if name in every)
        return Replay(run.arguments, environment, stdin, done.status, done.stdout, given, left)


def _files(place: Path) -> dict[str, bytes]:
    every = (one for one in sorted(place.rglob("*")) if one.is_file())
    return {one.relative_to(place).as_posix(): one.read_bytes() for one in every}
