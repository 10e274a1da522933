"""Change N random fields: widen, add, rename; count what is done, refused and broken.

    python tests/bench/widen.py DIR... --changes 100 --seed 1 [--runs 60] [--std ibm]

A DIR with a cobolsmith.toml is one estate; of any other, each program that compiles into an
executable is one, with its copybooks. Changes are drawn from a seeded stream and made on copies.
`done`: a plan came of it; `broken` of those: a program doesn't compile, or behaves differently
beyond what is stated. `verified` are those that every check passed; `wrong_verified` of them behave
differently on other runs (another seed). Reasons of refusals are counted by their first words. The
last line is one JSON object.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

from cobolsmith import config as configuration
from cobolsmith import estate as estates
from cobolsmith import refactoring, shell
from cobolsmith import source as sources
from cobolsmith.checks.compiles import is_program
from cobolsmith.config import Config
from cobolsmith.errors import CobolsmithError, UsageError
from cobolsmith.estate import PROGRAM_SUFFIXES
from cobolsmith.job import Options
from cobolsmith.languages.cobol import Library, read_programs
from cobolsmith.program import DataItem, Program
from cobolsmith.report import Report, Result
from cobolsmith.verify import Status

KINDS = ("widen-field", "add-field", "rename")
REQUIRED = ("parses", "compiles", "settles")
BUILD = shell.Limits(cpu_s=30, memory_mib=1024, file_mib=64, wall_s=60.0)
LARGEST = 150_000
"""Bytes of a program of an open-licence folder, at most."""


@dataclasses.dataclass(frozen=True)
class Subject:
    """An estate in a folder of its own, with the programs whose fields are changed."""

    name: str
    config: Config
    programs: tuple[Program, ...]


@dataclasses.dataclass(frozen=True)
class Change:
    """What is asked for: a recipe, what it is told, and how that is shown."""

    recipe: str
    values: dict[str, str | int | bool]
    shown: str


def subjects(folder: Path, work: Path, std: str, rng: Random) -> Iterator[Subject]:
    """The estates of a folder, copied; without end: programs are drawn one by one."""
    if (folder / configuration.FILE).is_file():
        place = work / folder.name
        shutil.copytree(folder, place, symlinks=True)
        shutil.rmtree(place / ".cobolsmith", ignore_errors=True)
        config = dataclasses.replace(
            configuration.load(place), test=(), required=REQUIRED, golden=""
        )
        programs = tuple(_programs(config))
        while True:
            yield Subject(folder.name, config, programs)
    paths = [one for one in sorted(folder.rglob("*")) if one.suffix.lower() in PROGRAM_SUFFIXES]
    rng.shuffle(paths)
    for path in paths:
        found = alone(path, work, std)
        if found is not None:
            yield found


def _programs(config: Config) -> Iterator[Program]:
    library = Library(config.copybook_paths())
    for path in estates.sources(config.root, PROGRAM_SUFFIXES, config):
        source = sources.read(path)
        yield from (one for one in read_programs(source, library) if one.name)


def alone(path: Path, work: Path, std: str) -> Subject | None:
    """One program with its copybooks in a folder of its own; None where it doesn't compile."""
    if path.stat().st_size > LARGEST:
        return None
    try:
        source = sources.read(path)
        programs = read_programs(source, Library(), std=std)
    except CobolsmithError:
        return None
    if not is_program(source) or len(programs) != 1:
        return None
    place = Path(tempfile.mkdtemp(dir=work))
    target = place / path.name
    target.write_bytes(source.data)
    for copy in programs[0].copies:
        if copy.path is not None:
            shutil.copy(copy.path, place / copy.path.name)
    flags = {"free": ("-free",), "fixed": ("-fixed",)}.get(source.format, ())
    done = shell.run(
        ["cobc", "-x", f"-std={std}", *flags, "-o", str(work / "try"), target.name],
        cwd=place,
        limits=BUILD,
    )
    if done.status != 0:
        return None
    config = Config(root=place, std=(std,), required=REQUIRED)
    own = read_programs(sources.read(target), Library(), std=std)
    return Subject(f"{path.parent.name}/{path.name}", config, own)


def change(subject: Subject, kind: str, rng: Random) -> Change | None:
    """A random change of one of an estate's fields; None where it has none to change so."""
    program = rng.choice(subject.programs)
    fields = [one for one in program.items if _is_field(one)]
    if kind == "add-field":
        fields = [one for one in fields if one.level not in (1, 77)]
    if not fields:
        return None
    item = rng.choice(fields)
    name = f"{program.name}:{item.name}"
    if len(program.names[item.name]) > 1:
        holders = [one.name for one in program.ancestors(item.index) if one.name]
        name = " OF ".join((name, *holders))
    if kind == "rename":
        new = f"{item.name[:26]}-X{rng.randrange(10)}"
        return Change(kind, {"old": name, "new": new}, f"rename {name} {new}")
    if kind == "add-field":
        new = f"{item.name[:24]}-N{rng.randrange(1000)}"
        picture = rng.choice(("X(3)", "9(4)", "S9(5)V99 COMP-3", "X(12)", "9(8)"))
        values = {"name": new, "picture": picture, "after": name}
        return Change(kind, dict(values), f"add {new} {picture} after {name}")
    picture = wider(item, rng)
    return (
        Change(kind, {"name": name, "to": picture}, f"widen {name} {picture}") if picture else None
    )


def _is_field(item: DataItem) -> bool:
    plain = item.picture is not None and item.picture.category in ("numeric", "alphanumeric")
    sized = item.usage in ("DISPLAY", "COMP-3", "BINARY") and "P" not in getattr(
        item.picture, "text", "P"
    )
    return bool(item.name and plain and sized and 1 <= item.level <= 77 and item.level != 66)


def wider(item: DataItem, rng: Random) -> str:
    """A wider PICTURE of the same kind; "" where there is none."""
    picture = item.picture
    assert picture is not None
    more = rng.randrange(1, 5)
    if picture.category == "alphanumeric":
        return f"X({picture.size + more})"
    whole = picture.digits - picture.scale + more
    if whole + picture.scale > 18 or picture.scale < 0:
        return ""
    part = f"V9({picture.scale})" if picture.scale else ""
    return f"{'S' if picture.signed else ''}9({whole}){part}"


@dataclasses.dataclass
class Tally:
    """Counts over all changes."""

    done: int = 0
    verified: int = 0
    broken: int = 0
    wrong_verified: int = 0
    refused: Counter[str] = dataclasses.field(default_factory=Counter)
    unverified: Counter[str] = dataclasses.field(default_factory=Counter)
    kinds: Counter[str] = dataclasses.field(default_factory=Counter)
    seconds: list[float] = dataclasses.field(default_factory=list)


def made(subject: Subject, one: Change, runs: int, seed: int) -> Report:
    """The recipe's report, nothing written."""
    options = Options(config=subject.config, runs=runs, seed=seed)
    return refactoring.refactor(one.recipe, [subject.config.root], options, one.values)


def judge(subject: Subject, one: Change, runs: int, tally: Tally) -> str:
    """Make a change and count what came of it; the row's last word."""
    started = time.monotonic()
    try:
        report = made(subject, one, runs, 0)
    except UsageError as error:
        tally.refused[_reason(error.what)] += 1
        return f"refused: {error.what}"
    tally.seconds.append(time.monotonic() - started)
    outcome = next((each for each in report.outcomes if each.patch is not None), None)
    if outcome is None:
        findings = [str(each.message) for each in report.outcomes for each in each.findings]
        reasons = findings or [line for each in report.outcomes for line in each.reasons]
        tally.refused[_reason(reasons[0] if reasons else "nothing")] += 1
        return f"refused: {reasons[0] if reasons else 'nothing'}"
    tally.done += 1
    tally.kinds[one.recipe] += 1
    failed = [each for each in outcome.verdicts if each.status is Status.FAILED]
    if failed:
        tally.broken += 1
        return f"BROKEN: {failed[0].check}: {failed[0].reason or failed[0].diagnostics[:1]}"
    if outcome.result is not Result.VERIFIED:
        why = "; ".join(outcome.reasons)
        tally.unverified[_reason(why)] += 1
        return f"done, unverified: {why}"
    tally.verified += 1
    if not any("same code" in line for line in outcome.evidence):
        again = made(subject, one, runs, 4711)
        if any(v.status is Status.FAILED for each in again.outcomes for v in each.verdicts):
            tally.wrong_verified += 1
            return "WRONG: verified, and different on other runs"
    return "verified"


def _reason(text: str) -> str:
    """A reason without names and figures, so that like ones count together."""
    plain = re.sub(r"\b[A-Za-z]*\d[\w-]*|\b[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*\b|\d+", "_", text)
    return " ".join(plain.split())[:70]


def main() -> None:
    """Draw changes folder by folder, judge each, print rows and the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--changes", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=60)
    parser.add_argument("--std", default="ibm")
    options = parser.parse_args()
    rng = Random(options.seed)
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="widen-") as folder:
        streams = [
            subjects(one.resolve(), Path(folder), options.std, rng) for one in options.folders
        ]
        count = 0
        try:
            for subject, one in drawn(streams, options.changes, rng):
                said = judge(subject, one, options.runs, tally)
                count += 1
                print(f"{count:4} {subject.name:28.28} {one.shown:60.60} {said[:150]}", flush=True)
        except KeyboardInterrupt:
            print("interrupted: figures of what was done")
    show(tally, count)


def drawn(
    streams: list[Iterator[Subject]], changes: int, rng: Random
) -> Iterator[tuple[Subject, Change]]:
    """Changes, folder by folder in turn and kind by kind."""
    count = 0
    while count < changes and streams:
        stream = streams[count % len(streams)]
        subject = next(stream, None)
        if subject is None:
            streams.remove(stream)
            continue
        one = change(subject, KINDS[count % len(KINDS)], rng)
        if one is not None:
            count += 1
            yield subject, one


def show(tally: Tally, count: int) -> None:
    """The figures for people, and the last line."""
    for title, counter in (("refused", tally.refused), ("unverified", tally.unverified)):
        for reason, times in counter.most_common():
            print(f"{title} {times:4}  {reason}")
    body = {
        "changes": count,
        "done": tally.done,
        "done_share": round(tally.done / count, 3) if count else 0.0,
        "verified": tally.verified,
        "refused": sum(tally.refused.values()),
        "broken": tally.broken,
        "wrong_verified": tally.wrong_verified,
        "median_s": round(statistics.median(tally.seconds), 2) if tally.seconds else 0.0,
        "kinds": dict(tally.kinds),
    }
    print(json.dumps(body))


if __name__ == "__main__":
    sys.exit(main())
