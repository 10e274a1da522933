"""Tests for the new behaviour: the examples of a spec kept as recorded runs (`--tests`).

Each spec becomes a TOML file and a folder of inputs among the recorded runs that equivalence reads
(checks/equivalence/golden.py), so that every later change of the program is run on them, too.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from cobolsmith.checks.equivalence.execute import Floor, place_files
from cobolsmith.checks.equivalence.layouts import SAME
from cobolsmith.checks.equivalence.runs import Run
from cobolsmith.desk import Desk
from cobolsmith.implement.acceptance import KEPT, Example, given, golden_of, staged
from cobolsmith.job import Job
from cobolsmith.patch import FileChange

FOLDER = "golden"
"""Where recorded runs go in a project that has none yet."""


def kept_tests(
    job: Job, before: Desk, after: Desk, path: Path, title: str, examples: Sequence[Example]
) -> tuple[FileChange, ...]:
    """The files that keep the examples as runs, below the project's folder of recorded runs.
    Raises BuildError."""
    old, new = (desk.programs(desk.source(path))[0] for desk in (before, after))
    home = golden_of(job) or job.config.root / FOLDER
    stem = re.sub(r"[^a-z0-9]+", "-", f"spec {new.name} {title}".lower()).strip("-")[:60]
    with tempfile.TemporaryDirectory(prefix="cobolsmith-") as folder:
        place, floor = Path(folder), Floor(Path(folder))
        sides = ((old, before.changed), (new, after.changed))
        stage = staged(job, sides, place, golden_of(job), floor)
        files: dict[str, bytes] = {}
        tables = []
        for nth, example in enumerate(examples, 1):
            run, inputs = given(stage, example), place / f"example-{nth}"
            inputs.mkdir()
            place_files(stage.new, run, floor, inputs, SAME)
            own = {f"{stem}/{nth}/{name}": data for name, data in taken(inputs)}
            if run.stdin:
                own[f"{stem}/{nth}/stdin"] = b"".join(line + b"\n" for line in run.stdin)
            files |= own
            tables.append(table(new.name, example.title, run, tuple(own), f"{stem}/{nth}/"))
    files[f"{stem}.toml"] = "\n".join(tables).encode()
    return tuple(change(home / name, data) for name, data in sorted(files.items()))


def taken(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The files of a folder by their names in it."""
    for one in sorted(folder.rglob("*")):
        if one.is_file():
            yield one.relative_to(folder).as_posix(), one.read_bytes()


def table(program: str, title: str, run: Run, files: Sequence[str], folder: str) -> str:
    """A run as a table of TOML; `files` are paths beside it, those of inputs below `folder`."""
    stdin = f"{folder}stdin"
    inputs = {one.removeprefix(folder): one for one in files if one != stdin or not run.stdin}
    rows = {
        "program": quoted(program),
        "name": quoted(f"{KEPT}{title}"),
        "arguments": quoted(list(run.arguments)) if run.arguments else "",
        "stdin": quoted(stdin) if run.stdin else "",
        "clock": quoted(run.clock),
        "environment": inline(dict(run.environment)),
        "files": inline(inputs),
    }
    return "\n".join(["[[run]]", *(f"{key} = {said}" for key, said in rows.items() if said), ""])


def quoted(value: str | list[str]) -> str:
    """A value as TOML writes it; its strings are JSON's."""
    return json.dumps(value)


def inline(values: Mapping[str, str]) -> str:
    """An inline table; "" for none."""
    inside = ", ".join(f"{quoted(name)} = {quoted(value)}" for name, value in values.items())
    return f"{{ {inside} }}" if inside else ""


def change(path: Path, data: bytes) -> FileChange:
    """A file that is made, or renewed where it is there."""
    return FileChange(path, path.read_bytes() if path.exists() else None, data)
