"""NIST CCVS85, translated, run, and scored by the programs' own reports, beside cobc.

    python tests/bench/nist.py DIR --to python|java [--modules NC,IF] [--show]

DIR holds the prepared suite: a folder a module, its programs as *.CBL with their later steps as
*.SUB, called programs in lib/, copybooks in ../copy. A program is translated or refused; the same
bytes stand in report.log after it and after cobc's build, or it counts as `differ`. Prints a row a
module and, last, one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from cobolsmith import source as sources
from cobolsmith.errors import CobolsmithError
from cobolsmith.languages.cobol import Library, read_programs
from cobolsmith.lowered import Lowered
from cobolsmith.lowering import lower
from cobolsmith.targets import TARGETS

RAN = re.compile(rb"^ *(\d+) *OF *(\d+) *TESTS WERE", re.MULTILINE)
REST = re.compile(rb"^ *(\d+|NO) *TEST\(S\) (FAILED|DELETED|REQUIRE)", re.MULTILINE)
FLAGGING = re.compile(r"..[34]0")
KEYS = ("executed", "passed", "failed", "deleted", "inspect", "refused", "differ", "crashed")
ENVIRONMENT = {
    **os.environ,
    "COB_SWITCH_1": "ON",
    "COB_SWITCH_2": "OFF",
    "COB_CURRENT_DATE": "2024/03/28 10:11:12",
}
STD = "cobol85"
OPTIONS = ("-w", f"-std={STD}")
DEBUGGING = ("SM206A",)
DEBUG_LINE = re.compile(rb"(?m)^(.{6})[Dd]")
"""Programs whose lines marked D are to be compiled."""
WATCHED = re.compile(r"DB(?!102A)")
"""Programs whose debugging sections are to run: COB_SET_DEBUG, as their comments say."""


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("dir", type=Path)
    options.add_argument("--to", choices=sorted(TARGETS), required=True)
    options.add_argument("--modules", default="NC,IF,SQ,IX,RL,ST,SG,SM,IC,OB,DB,RW")
    options.add_argument("--programs", default="", help="only programs whose name begins so")
    options.add_argument("--show", action="store_true", help="a line for each program")
    options.add_argument("--reports", type=Path, help="keep cobc's reports here for the next run")
    args = options.parse_args()
    rows: dict[str, dict[str, int]] = {}
    print(f"{'module':8}{'':10}" + "".join(f"{key:>10}" for key in KEYS))
    for name in args.modules.split(","):
        with tempfile.TemporaryDirectory() as folder:
            ours, theirs = module(args.dir, name, args, Path(folder))
        rows[name] = {key: ours[key] for key in KEYS}
        for label, row in (("cobc", theirs), (args.to, ours)):
            print(f"{name:8}{label:10}" + "".join(f"{row[key]:10}" for key in KEYS), flush=True)
    total = {key: sum(row[key] for row in rows.values()) for key in KEYS}
    print(json.dumps({"modules": rows, **total}))
    return 0


def module(suite: Path, name: str, args: argparse.Namespace, folder: Path) -> list[Counter[str]]:
    """Run one module on both sides; the counts of ours and of cobc's."""
    home, copies = suite / name, (suite / "copy", suite / "copyalt")
    places = [folder / "ours", folder / "theirs"]
    built = folder / "built"
    for place in (*places, built):
        place.mkdir()
    subprograms = sorted((home / "lib").glob("*.CBL"))
    for path in subprograms:
        if reason := translated(path, copies, built, args.to):
            told(args, path, f"refused: {reason}")
    for path in subprograms:
        compiled(path, copies, places[1] / f"{path.stem}.so", "-m")
    ours, theirs = Counter[str](), Counter[str]()
    for path in sorted([*home.glob("*.CBL"), *home.glob("*.SUB")]):
        if FLAGGING.match(path.stem) or not path.stem.startswith(args.programs):
            continue
        if path.suffix == ".CBL":
            for stale in (one for place in places for one in place.glob("XXXXX*")):
                shutil.rmtree(stale) if stale.is_dir() else stale.unlink()
        expected = reported(path, copies, places[1], args.reports)
        right = expected is not None
        count(theirs, expected or b"", right)
        reason = translated(path, copies, built, args.to)
        if reason:
            ours["refused"] += 1
            told(args, path, f"refused: {reason}")
            continue
        found = run(TARGETS[args.to].command(built, path.stem), places[0], path)
        count(ours, found, True)
        if expected is not None and found != expected:
            ours["differ"] += 1
            told(args, path, f"differs {score(found)} {score(expected)}")
            if args.show:
                keep(path.name, found, expected)
    return [ours, theirs]


def reported(path: Path, copies: Sequence[Path], place: Path, kept: Path | None) -> bytes | None:
    """The report of cobc's build, None where cobc refuses the program."""
    known = kept / path.parent.name / path.name if kept is not None else None
    if known is not None and known.is_file():
        return known.read_bytes() or None
    right = compiled(path, copies, place / "main", "-x")
    found = run([str(place / "main")], place, path) if right else None
    if known is not None:
        known.parent.mkdir(parents=True, exist_ok=True)
        known.write_bytes(found or b"")
    return found


def told(args: argparse.Namespace, path: Path, what: str) -> None:
    if args.show:
        print(f"  {path.name}: {what}", flush=True)


def keep(name: str, found: bytes, expected: bytes) -> None:
    """Leave two reports that differ beside each other."""
    place = Path(tempfile.gettempdir()) / "nist-differ"
    place.mkdir(exist_ok=True)
    (place / f"{name}.ours").write_bytes(found)
    (place / f"{name}.cobc").write_bytes(expected)


def lowered(path: Path, copies: Sequence[Path]) -> tuple[Lowered, ...]:
    """A program as targets take it; where cobc is told to, its lines of debugging are code."""
    if path.stem not in DEBUGGING:
        return lower(read_programs(sources.read(path), Library(tuple(copies)), std=STD), STD)
    with tempfile.TemporaryDirectory() as folder:
        plain = [Path(folder) / str(number) for number in range(len(copies))]
        for one, copy in zip(plain, copies, strict=True):
            shutil.copytree(copy, one)
        own = Path(shutil.copy(path, folder))
        for one in (own, *(book for place in plain for book in place.iterdir())):
            one.write_bytes(DEBUG_LINE.sub(rb"\1 ", one.read_bytes()))
        return lower(read_programs(sources.read(own), Library(tuple(plain)), std=STD), STD)


def translated(path: Path, copies: Sequence[Path], built: Path, to: str) -> str:
    """Translate a program into a folder; why not, or an empty text."""
    try:
        programs = lowered(path, copies)
        files = TARGETS[to].translate(programs, "Not proven.")
    except CobolsmithError as error:
        return str(error)
    for name, data in files.items():
        target = built / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.is_file() or target.read_bytes() != data:
            target.write_bytes(data)
    for one in programs:
        for build in TARGETS[to].building(built, one.name):
            done = subprocess.run(build, cwd=built, capture_output=True, text=True, check=False)
            if done.returncode:
                return f"doesn't build: {done.stderr[:300]}"
    return ""


def compiled(path: Path, copies: Sequence[Path], output: Path, kind: str) -> bool:
    marked = ("-fdebugging-line",) if path.stem in DEBUGGING else ()
    folders = (f"-I{one}" for one in copies)
    argv = ["cobc", kind, *OPTIONS, *marked, "-o", str(output), *folders, str(path)]
    return subprocess.run(argv, capture_output=True, check=False).returncode == 0


def run(argv: Sequence[str], folder: Path, path: Path) -> bytes:
    """Run what was made of a program in a folder; its report."""
    given = path.with_suffix(".DAT")
    environment = {**ENVIRONMENT, "COB_SET_DEBUG": str(int(bool(WATCHED.match(path.stem))))}
    report = folder / "report.log"
    report.unlink(missing_ok=True)
    data = given.read_bytes() if given.is_file() else b""
    try:
        subprocess.run(
            argv, cwd=folder, input=data, capture_output=True, env=environment, timeout=60
        )
    except subprocess.TimeoutExpired:
        return b""
    return report.read_bytes() if report.is_file() else b""


def score(report: bytes) -> dict[str, int]:
    """What a report says of itself."""
    found = Counter[str]()
    for passed, executed in RAN.findall(report):
        found["passed"] += int(passed)
        found["executed"] += int(executed)
    for number, kind in REST.findall(report):
        word = {b"FAILED": "failed", b"DELETED": "deleted", b"REQUIRE": "inspect"}[kind]
        found[word] += 0 if number == b"NO" else int(number)
    return found


def count(row: Counter[str], report: bytes, ran: bool) -> None:
    if not ran:
        row["refused"] += 1
        return
    found = score(report)
    row.update(found)
    row["crashed"] += not found["executed"]


if __name__ == "__main__":
    raise SystemExit(main())
