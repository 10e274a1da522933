"""Translations beside cobc's builds: how many times as long they take.

    python tests/bench/speed.py [PROGRAM...] [--turns 5]

Runs each program (those of tests/bench/speed/ if none is named) as cobc builds it, in Python and in
Java, in turns; the figures are of the fastest turn of each, process start included. All must show
the same and leave the same files (keyed ones aside, whose form is each side's own). Prints a row a
program: seconds of cobc's build, then ratios; and, last, one JSON object.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cobolsmith import shell
from cobolsmith import source as sources
from cobolsmith.languages.cobol import Library, read_programs
from cobolsmith.lowering import lower
from cobolsmith.targets import TARGETS
from cobolsmith.translation import build

PROGRAMS = Path(__file__).with_name("speed")
LIMITS = shell.Limits(cpu_s=600, memory_mib=4096, file_mib=256, wall_s=600.0)


def main() -> int:
    """Run the programs and print the figures; 1 if an output differs."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("programs", type=Path, nargs="*")
    options.add_argument("--turns", type=int, default=5)
    told = options.parse_args()
    rows = {}
    print(f"{'':12}{'cobc s':>9}{'python/cobc':>13}{'java/cobc':>11}{'python/java':>13}")
    for path in told.programs or sorted(PROGRAMS.glob("*.cbl")):
        with tempfile.TemporaryDirectory() as folder:
            rows[path.stem] = row = measured(path, Path(folder), told.turns)
        ratios = f"{row['python/cobc']:13.1f}{row['java/cobc']:11.1f}{row['python/java']:13.1f}"
        same = "" if row["same"] else "  DIFFERS"
        print(f"{path.stem:12}{row['cobc']:9.3f}{ratios}{same}", flush=True)
    print(json.dumps(rows))
    return 0 if all(row["same"] for row in rows.values()) else 1


def measured(path: Path, folder: Path, turns: int) -> dict[str, float]:
    """Seconds of cobc's build, and ratios, of one program."""
    commands = {"cobc": compiled(path, folder / "cobc")}
    for name in ("python", "java"):
        commands[name] = translated(path, name, folder / name)
    best = dict.fromkeys(commands, float("inf"))
    left: dict[str, object] = {}
    for turn in range(turns):
        for name, command in commands.items():
            place = folder / f"{name}-{turn}"
            place.mkdir()
            done = shell.run(list(command), cwd=place, limits=LIMITS)
            best[name] = min(best[name], done.seconds)
            left[name] = (done.status, done.stdout, files(place))
    return {
        "cobc": best["cobc"],
        "python/cobc": best["python"] / best["cobc"],
        "java/cobc": best["java"] / best["cobc"],
        "python/java": best["python"] / best["java"],
        "same": left["cobc"] == left["python"] == left["java"],
    }


def files(place: Path) -> dict[str, bytes]:
    """What a run left in its folder, but for keyed files."""
    return {one.name: one.read_bytes() for one in place.iterdir() if one.stem != "CLIENTS"}


def compiled(path: Path, folder: Path) -> Sequence[str]:
    """cobc's build of a program, and the command that runs it."""
    folder.mkdir()
    program = folder / path.stem
    argv = ["cobc", "-x", "-o", str(program), str(path.resolve())]
    done = shell.run(argv, cwd=folder, limits=LIMITS)
    if done.status != 0:
        sys.exit(f"{path}: cobc: {done.output}")
    return [str(program)]


def translated(path: Path, to: str, folder: Path) -> Sequence[str]:
    """A program's translation, built, and the command that runs it."""
    lowered = lower(read_programs(sources.read(path), Library(()), std="default"))
    for name, data in TARGETS[to].translate(lowered, "").items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    build(TARGETS[to], folder, [each.name for each in lowered])
    return TARGETS[to].command(folder, lowered[0].name)


if __name__ == "__main__":
    sys.exit(main())
