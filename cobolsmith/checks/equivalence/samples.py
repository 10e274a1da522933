"""Sample files: what lies in the repository under the name of a file that a program reads.

A file `data/CLRIN` beside a program whose SELECT is assigned to CLRIN is what people try it on: it
passes the edits that made-up records seldom pass. Such a file is given to a run as it is, and
made-up runs are children of that one, too. Only what is small, opened for INPUT and not keyed is
taken.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from cobolsmith.checks.equivalence.runs import Run
from cobolsmith.checks.equivalence.shape import FileShape, loaded
from cobolsmith.checks.equivalence.sides import Built

LARGEST = 100_000
"""Bytes of a sample file, at most."""
ENDINGS = ("", ".DAT", ".TXT", ".DATA", ".INPUT", ".IN")
SOURCES = (".py", ".md", ".cbl", ".cob", ".cpy", ".jcl", ".json", ".toml", ".c", ".h", ".html")
"""Endings of what is no data."""
KINDS = ("LINE SEQUENTIAL", "SEQUENTIAL")


def samples(built: Built, root: Path) -> tuple[Run, ...]:
    """One run with all the sample files of a program's inputs; none where there is no such file."""
    ways: dict[str, set[str]] = {}
    for use in built.program.flow.files:
        ways.setdefault(use.file, set()).add(use.how)
    found = []
    for select, shape in built.shapes.items():
        opened = {how for how in ways.get(select, ()) if how.startswith("opens-")}
        if opened == {"opens-input"} and shape.organization in KINDS:
            path = sample(shape, built.program.name, files_below(root.resolve()))
            if path is not None:
                found.append((select, path, loaded(shape, path.read_bytes())))
    if not found:
        return ()
    named = ", ".join(os.path.relpath(path, root) for _, path, _ in found)
    return (Run(f"sample: {named}", tuple((select, rows) for select, _, rows in found)),)


def sample(shape: FileShape, program: str, known: Sequence[Path]) -> Path | None:
    """The file of the repository that bears a file's name, rather that with the program's name
    behind it; None where there is none, or where two do."""
    name = shape.name.upper()
    for wanted in ({f"{name}.{program}"}, {name + ending for ending in ENDINGS}):
        found = [one for one in known if one.name.upper() in wanted and legible(one)]
        if found:
            return found[0] if len(found) == 1 and found[0].stat().st_size <= LARGEST else None
    return None


def legible(path: Path) -> bool:
    """Whether it is still there, may be read, and ends: no dead link, no pipe."""
    return path.is_file() and os.access(path, os.R_OK)


@lru_cache(maxsize=8)
def files_below(root: Path) -> tuple[Path, ...]:
    """The files below a folder whose names may be those of data; hidden folders are left out."""
    found: list[Path] = []
    for place, folders, names in os.walk(root):
        folders[:] = [one for one in folders if not one.startswith(".")]
        paths = (Path(place, one) for one in names)
        found += [one for one in paths if one.suffix.lower() not in SOURCES]
    return tuple(found)
