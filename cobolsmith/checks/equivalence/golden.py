"""Recorded runs: what a program was once given, kept in a folder.

`DIR/*.toml` hold runs, as tables named `run`:

    [[run]]
    program = "SVB020"            # for this program only; left out: for any
    name = "night of 28 March"
    arguments = ["PARM"]          # argv
    stdin = "sysin.txt"           # a file beside the TOML
    clock = "2024/03/28 10:11:12"
    environment = { SWITCH = "1" }
    files = { TELLIN = "tellin.dat" }   # by SELECT or DD name: a file as GnuCOBOL keeps it

Outputs are not recorded: the old program, run again, says what they are.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cobolsmith.checks.equivalence.execute import Floor
from cobolsmith.checks.equivalence.runs import CLOCK, Run
from cobolsmith.checks.equivalence.shape import FileShape, Records, loaded
from cobolsmith.checks.equivalence.sides import Built
from cobolsmith.errors import ConfigError

_KEYS = frozenset("program name arguments stdin clock environment files".split())


def recorded(folder: Path, built: Built, floor: Floor) -> tuple[Run, ...]:
    """The runs recorded in a folder for this program. Raises ConfigError for a bad recording."""
    if not folder.is_dir():
        raise ConfigError("no such folder of recorded runs", where=str(folder))
    return tuple(run for path in sorted(folder.glob("*.toml")) for run in _runs(path, built, floor))


def _runs(path: Path, built: Built, floor: Floor) -> Iterator[Run]:
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"not valid TOML: {error}", where=str(path)) from error
    for nth, row in enumerate(table.get("run", ()), 1):
        unknown = sorted(set(row) - _KEYS)
        if unknown:
            raise ConfigError(
                f"run {nth}: unknown key {unknown[0]}",
                where=str(path),
                remedy=f"known: {', '.join(sorted(_KEYS))}",
            )
        if row.get("program", built.program.name).upper() == built.program.name:
            yield _run(path, nth, row, built, floor)


def _run(path: Path, nth: int, row: Mapping[str, Any], built: Built, floor: Floor) -> Run:
    stdin = _read(path, row["stdin"]).split(b"\n") if "stdin" in row else []
    if stdin and stdin[-1] == b"":
        stdin.pop()
    shapes = {one.name: one for one in built.shapes.values()} | dict(built.shapes)
    files = []
    for name, place in row.get("files", {}).items():
        shape = shapes.get(name) or shapes.get(name.upper())
        if shape is None:
            raise ConfigError(
                f"run {nth}: {built.program.name} has no file {name}",
                where=str(path),
                remedy=f"it has {', '.join(one.name for one in built.shapes.values())}",
            )
        files.append((shape.select, _records(path, place, shape, floor)))
    return Run(
        f"recorded: {row.get('name', f'{path.stem} {nth}')}",
        tuple(files),
        tuple(stdin),
        tuple(str(word) for word in row.get("arguments", ())),
        tuple((str(name), str(value)) for name, value in row.get("environment", {}).items()),
        str(row.get("clock", CLOCK)),
        recorded=True,
    )


def _read(path: Path, name: str) -> bytes:
    try:
        return (path.parent / name).read_bytes()
    except OSError as error:
        raise ConfigError(f"{name} can't be read: {error.strerror}", where=str(path)) from error


def _records(path: Path, name: str, shape: FileShape, floor: Floor) -> Records:
    if shape.organization == "INDEXED":
        _read(path, name)
        return floor.unload(shape, path.parent / name)
    return loaded(shape, _read(path, name))
