"""Runs carried out: a fresh folder for each, files put into it, what is left read back."""

from __future__ import annotations

import os
import re
import struct
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from cobolsmith import shell
from cobolsmith.checks.equivalence.driver import AFTER, CALLS
from cobolsmith.checks.equivalence.layouts import Conversion
from cobolsmith.checks.equivalence.runs import Ran, Run
from cobolsmith.checks.equivalence.shape import FileShape, Records, loaded, stored
from cobolsmith.checks.equivalence.shim import MARKS_LIMIT
from cobolsmith.checks.equivalence.sides import BuildError, Built, Maker, cobc, fingerprint
from cobolsmith.checks.equivalence.unload import keyed_program

LIMITS = shell.Limits(cpu_s=5, memory_mib=1024, file_mib=16, wall_s=20.0)
"""What one run may use. A program in a loop ends at its CPU seconds or the size of its output."""
_DIED = re.compile(
    rb"^(?:libcob: )?(?:\S+:\d+: )?((?:error: |attempt to reference |abnormal termination).*)$",
    re.MULTILINE,
)
# The verb that the runtime names is of the last statement that noted itself, not the one at fault.
_VERB = re.compile(r" on [A-Z-]+$")
# After its error the runtime tells where it was, in lines of the built text: no part of a result.
_TALK = re.compile(rb"^libcob: .*\n?", re.MULTILINE)
_LOADER = shell.Limits(cpu_s=10, memory_mib=1024, file_mib=64, wall_s=30.0)


@dataclass(frozen=True, slots=True)
class Floor:
    """Where runs take place: a folder for them, and loaders of indexed files, built once each.

    `untouched` are the names of files that both sides only read: they aren't read back.
    """

    folder: Path
    untouched: frozenset[str] = frozenset()
    loaders: dict[str, tuple[str, ...]] = field(default_factory=dict)
    images: dict[str, dict[str, bytes]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def loader(self, shape: FileShape, maker: Maker | None = None) -> tuple[str, ...]:
        """How the program is started that loads and unloads indexed files of a shape."""
        name = fingerprint(shape.shortest, shape.longest, shape.keys, maker is None)
        with self.lock:
            if name not in self.loaders:
                place = self.folder / f"load-{name}"
                place.mkdir()
                self.loaders[name] = (maker or cobol)(keyed_program(shape), place)
            return self.loaders[name]

    def load(
        self, shape: FileShape, records: Records, target: Path, maker: Maker | None = None
    ) -> None:
        """Make an indexed file of records; one whose key is there already is left out."""
        loader, flat = self.loader(shape, maker), stored(shape, records)
        key = fingerprint(shape.longest, shape.keys, flat, maker is None)
        image = self.images.get(key)
        if image is None:
            made = self._convert(loader, "load", {"CSFLAT": flat})
            image = {name[7:]: data for name, data in made.items() if name.startswith("CSINDEX")}
            self.images[key] = image
        for suffix, data in image.items():
            target.with_name(target.name + suffix).write_bytes(data)

    def unload(self, shape: FileShape, path: Path, maker: Maker | None = None) -> Records:
        """The records of an indexed file in key order."""
        names = ("", *alternates(shape))
        parts = {name: path.with_name(path.name + name) for name in names}
        given = {f"CSINDEX{end}": one.read_bytes() for end, one in parts.items() if one.exists()}
        return loaded(shape, self._convert(self.loader(shape, maker), "unload", given)["CSFLAT"])

    def _convert(
        self, loader: tuple[str, ...], what: str, given: Mapping[str, bytes]
    ) -> dict[str, bytes]:
        with tempfile.TemporaryDirectory(prefix="load-", dir=self.folder) as folder:
            place = Path(folder)
            for name, data in given.items():
                (place / name).write_bytes(data)
            typed = f"{what}\n".encode()
            done = shell.run(loader, cwd=place, limits=_LOADER, stdin=typed)
            if done.status != 0:
                raise BuildError(f"an indexed file can't be read back: {done.output.strip()}")
            return {path.name: path.read_bytes() for path in place.iterdir()}


def cobol(text: str, place: Path) -> tuple[str, ...]:
    """Build a program with cobc."""
    (place / "cskeyed.cbl").write_text(text)
    cobc(place, "-x", "-std=default", "-fixed", "-o", "cskeyed", "cskeyed.cbl")
    return (str(place / "cskeyed"),)


def execute(built: Built, run: Run, floor: Floor, conversion: Conversion) -> Ran:
    """Carry out a run on one side; `conversion` brings records to the side's layout and back."""
    with tempfile.TemporaryDirectory(prefix="run-", dir=floor.folder) as folder:
        place = within(built, Path(folder))
        marks = place / "CSMARKS"
        place_files(built, run, floor, place, conversion)
        marks.write_bytes(bytes(4 * MARKS_LIMIT))
        for module, rows in run.tables:
            own = conversion.table(module, rows)
            (place / f"CSTABLE.{module}").write_text("".join(f"{row}\n" for row in own))
        done = shell.run(
            [*built.argv, *run.arguments],
            cwd=place,
            env=variables(built, run, marks),
            limits=LIMITS,
            stdin=b"".join(line + b"\n" for line in run.stdin),
            offline=True,
        )
        died = _DIED.search(done.stderr)
        talk = _TALK.sub(b"", done.stderr[: died.start()] if died else done.stderr)
        return Ran(
            done.status,
            done.stdout + (b"\n[stderr]\n" + talk if talk.strip() else b""),
            left(built, floor, place, Path(folder)),
            *counted(marks),
            _VERB.sub("", died[1].decode("latin-1")) if died else "",
            done.timed_out or done.status in (-9, -24, -25, 137, 152, 153),
            done.seconds,
        )


def variables(built: Built, run: Run, marks: Path) -> dict[str, str]:
    """The environment of a run: fixed zone, locale and clock, and what the run says itself."""
    fixed = {
        "TZ": "UTC",
        "LC_ALL": "C",
        "COB_CURRENT_DATE": run.clock,
        "CS_MARKS": str(marks),
        "CS_FAULTS": ";".join(f"{f.file}:{f.operation}:{f.nth}:{f.status}" for f in run.faults),
    }
    tables = {
        f"CS_TABLE_{module.replace('-', '__')}": f"CSTABLE.{module}" for module, _ in run.tables
    }
    return {**built.environment, **fixed, **tables, **dict(run.environment)}


def within(built: Built, folder: Path) -> Path:
    """Where in a folder a run takes place: as far down as `..` in the names of files leads up."""
    names = [Path(one.name).parts for one in built.shapes.values()]
    place = folder.joinpath(*(["run"] * max((one.count("..") for one in names), default=0)))
    place.mkdir(parents=True, exist_ok=True)
    return place


def place_files(built: Built, run: Run, floor: Floor, place: Path, conversion: Conversion) -> None:
    """Put the files of a run into its folder, as this side keeps them, and make the folders of
    those that it may write."""
    for written in built.shapes.values():
        named = Path(written.name)
        if not named.is_absolute():
            (place / named).parent.mkdir(parents=True, exist_ok=True)
    for select, records in run.files:
        shape = built.shapes.get(select)
        if shape is None or not shape.name.strip(" ./"):
            continue  # a name that the program makes up only as it runs
        target = place / shape.name
        target.parent.mkdir(parents=True, exist_ok=True)
        own = conversion.given(select, records)
        if shape.organization == "INDEXED":
            floor.load(shape, own, target, built.maker)
        else:
            target.write_bytes(stored(shape, own))
    if built.parameters:
        rows = (b"".join(conversion.parameters(row)) for row in run.calls)
        (place / CALLS).write_bytes(b"".join(rows))


def left(built: Built, floor: Floor, place: Path, folder: Path) -> dict[str, Records]:
    """The files in a run's `folder` as records, by their names seen from where it took place; its
    tables and marks left out."""
    shapes = {one.name: one for one in built.shapes.values()}
    spelt = {os.path.normpath(name): name for name in shapes}
    aside = {"CSMARKS", CALLS, *floor.untouched}
    for one in shapes.values():
        aside.update(f"{one.name}{end}" for end in alternates(one))
    found: dict[str, Records] = {}
    for path in sorted(folder.rglob("*")):
        name = os.path.relpath(path, place)
        name = spelt.get(name, name)
        if not path.is_file() or name in aside or name.startswith("CSTABLE."):
            continue
        shape = shapes.get(name)
        if name == AFTER:
            step = 9 + sum(one[-1].end for one in built.parameters if one)
            data = path.read_bytes()
            found[name] = tuple(data[at : at + step] for at in range(0, len(data), step))
        elif shape is None:
            found[name] = tuple(path.read_bytes().split(b"\n"))
        elif shape.organization == "INDEXED":
            found[name] = floor.unload(shape, path, built.maker)
        else:
            found[name] = loaded(shape, path.read_bytes())
    return found


def counted(marks: Path) -> tuple[dict[int, int], int]:
    """The marks passed, how often each, and a number made of their order."""
    *numbers, way = struct.unpack(f"<{MARKS_LIMIT}I", marks.read_bytes())
    return {mark: count for mark, count in enumerate(numbers) if count}, way


def alternates(shape: FileShape) -> tuple[str, ...]:
    """What the names of the files that hold an indexed file's alternate keys end in."""
    return tuple(f".{nth}" for nth in range(1, len(shape.keys)))
