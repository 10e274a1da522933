"""Recorded runs of the nightly batch, and the refactorings of its programs: data for the tests.

`record` runs the night once and keeps what each step was given; `refactored` is a program's text
with its refactoring of fixtures/refactorings.toml made.
"""

from __future__ import annotations

import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path

from tests import nightly


@dataclass(frozen=True, slots=True)
class Refactoring:
    """Lines of a program and what they become, by columns 8 to 72."""

    program: str
    title: str
    old: tuple[str, ...]
    new: tuple[str, ...]


def refactorings(fixtures: Path = nightly.FIXTURES) -> tuple[Refactoring, ...]:
    """Those of fixtures/refactorings.toml, in its order."""
    table = tomllib.loads((fixtures / "refactorings.toml").read_text("utf-8"))
    return tuple(
        Refactoring(
            row["program"],
            row["title"],
            tuple(row["old"].strip("\n").split("\n")),
            tuple(row["new"].strip("\n").split("\n")),
        )
        for row in table["refactoring"]
    )


def refactored(text: str, change: Refactoring) -> str:
    """The text of a program with a refactoring made; fixed format unless it begins otherwise."""
    lines = text.split("\n")
    fixed = lines[0][7:].strip().upper().startswith(("IDENTIFICATION", "ID "))
    area = [line[7:72].strip() if fixed else line.strip() for line in lines]
    wanted = [line.strip() for line in change.old]
    places = [at for at in range(len(area)) if area[at : at + len(wanted)] == wanted]
    assert len(places) == 1, f"{change.program}: {len(places)} places for: {change.title}"
    first = lines[places[0]]
    body = first[7:72] if fixed else first
    indent = " " * (7 if fixed else 0) + body[: len(body) - len(body.lstrip())]
    lines[places[0] : places[0] + len(wanted)] = [indent + line for line in change.new]
    return "\n".join(lines)


def record(folder: Path, fixtures: Path = nightly.FIXTURES) -> None:
    """Run the night and keep what each step was given: a TOML and a folder of files for each."""
    night = nightly.load(fixtures)
    load, files = folder / "load", folder / "night"
    nightly.build(night, load)
    files.mkdir(parents=True)
    for source in sorted((fixtures / "data").iterdir()):
        shutil.copyfile(source, files / source.name)
    for step in night.steps:
        kept = folder / "runs" / step.program
        kept.mkdir(parents=True)
        given = [name for name in step.dd_names if (files / name).exists()]
        for name in given:
            for path in (files / name, *files.glob(f"{name}.[0-9]")):
                shutil.copyfile(path, kept / path.name)
        rows = [f'program = "{step.program}"', 'name = "Maundy Thursday"']
        if step.sysin:
            shutil.copyfile(files / step.sysin, kept / step.sysin)
            rows.append(f'stdin = "{step.program}/{step.sysin}"')
        table = ", ".join(f'{name} = "{step.program}/{name}"' for name in given)
        rows.append(f"files = {{ {table} }}")
        text = "[[run]]\n" + "\n".join(rows) + "\n"
        (folder / "runs" / f"{step.program}.toml").write_text(text)
        nightly.run_step(step, load, files)
