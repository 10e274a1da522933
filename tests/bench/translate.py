"""Programs translated and run beside cobc's build: equal, refused, or different.

    python tests/bench/translate.py DIR... --to python|java [--programs 100] [--seed 1] [--runs 60]
        [--most 12] [--jobs 1] [--show]

Takes programs that cobc builds by itself, with no parameters, no EXEC and nothing that needs a
terminal: at most `--most` of one repository (a folder of DIR), in an order drawn by the seed.
Equal means that every run generated left the same output, files and exit status and that the runs
executed enough of the COBOL; `unproven` are those that ran equal but not enough of it, or couldn't
be run; `slow` ran out of the time of a run, which cobc's build did not.
Prints a row a program with `--show`, the reasons of refusals, and, last, one JSON object.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from cobolsmith import config as configuration
from cobolsmith import shell
from cobolsmith import source as sources
from cobolsmith.checks.equivalence import Settings
from cobolsmith.errors import CobolsmithError
from cobolsmith.estate import PROGRAM_SUFFIXES
from cobolsmith.languages.cobol import Library, read_programs
from cobolsmith.lowered import RefusedError
from cobolsmith.lowering import lower
from cobolsmith.report import Result
from cobolsmith.targets import TARGETS
from cobolsmith.translation import Wish, translate

TERMINAL = re.compile(
    rb"\bEXEC\s+(SQL|CICS|DLI)\b|\bSCREEN\s+SECTION\b|\bACCEPT\s+[^.]*?\b(AT|LINE|COL)\b|"
    rb"\bDISPLAY\s+[^.]*?\b(AT|LINE|COL)\s+\d|\bCRT\b|\bPROCEDURE\s+DIVISION\s+USING\b|"
    rb"\bCBL_|\bC\$SLEEP\b|\bCALL\s+.SYSTEM.",
    re.IGNORECASE,
)
BUILD = shell.Limits(cpu_s=20, memory_mib=1024, file_mib=64, wall_s=60.0)


@dataclass(frozen=True, slots=True)
class Row:
    """What came of one program. `lines` are those of the translation without its runtime."""

    path: Path
    result: str
    reason: str = ""
    cobol: int = 0
    lines: int = 0
    natives: int = 0
    items: int = 0
    go_tos: int = 0
    left: int = 0


def main() -> None:
    """Translate the programs and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--to", choices=sorted(TARGETS), required=True)
    parser.add_argument("--programs", type=int, default=100)
    parser.add_argument("--most", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=60)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--copybooks", type=Path, action="append", default=[])
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    paths = [one for top in options.folders for one in runnable(top, options)]
    work = partial(row, to=options.to, runs=options.runs, copybooks=tuple(options.copybooks))
    rows = []
    with ProcessPoolExecutor(options.jobs) as pool:
        for one in pool.map(work, paths):
            rows.append(one)
            if options.show:
                print(f"{one.result:10} {one.cobol:6} {one.lines:6}  {one.path}  {one.reason}")
    reasons = Counter(f"{one.result}: {told(one.reason)}" for one in rows if one.reason)
    for reason, count in reasons.most_common(25):
        print(f"{count:4} {reason}")
    print(json.dumps(figures(rows)))


def runnable(top: Path, options: argparse.Namespace) -> Iterator[Path]:
    """Programs of a folder that cobc builds and that need no terminal."""
    every = [one for one in sorted(top.rglob("*")) if one.suffix.lower() in PROGRAM_SUFFIXES]
    random.Random(options.seed).shuffle(every)
    taken: Counter[str] = Counter()
    for path in every:
        if taken.total() >= options.programs:
            return
        home = path.relative_to(top).parts[0]
        if taken[home] < options.most and path.is_file() and builds(path, options.copybooks):
            taken[home] += 1
            yield path


def builds(path: Path, copybooks: Iterable[Path]) -> bool:
    """Whether cobc makes a program of a file that runs without a terminal."""
    text = path.read_bytes()
    if TERMINAL.search(text) or b"PROCEDURE" not in text.upper():
        return False
    form = () if re.search(rb"(?m)^.{6}[ *-]", text) else ("-free",)
    folders = [one for place in (path.parent, *copybooks) for one in ("-I", str(place.resolve()))]
    with tempfile.TemporaryDirectory() as folder:
        argv = ["cobc", "-x", "-w", *form, *folders, "-o", "program", str(path.resolve())]
        return shell.run(argv, cwd=Path(folder), limits=BUILD).status == 0


def row(path: Path, to: str, runs: int, copybooks: tuple[Path, ...]) -> Row:
    """Translate and prove one program."""
    cobol = path.read_bytes().count(b"\n")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        try:
            found = shape(path, copybooks)
            report = translate(path, Wish(to, out, Settings(runs=runs, seed=1), copybooks))
        except RefusedError as error:
            return Row(path, "refused", str(error), cobol)
        except CobolsmithError as error:
            return Row(path, "unproven", str(error), cobol)
        except Exception as error:  # a bug of ours: it is counted, and the bench goes on
            return Row(path, "crashed", f"{type(error).__name__}: {error}", cobol)
        (outcome,) = report.outcomes
        written = sum(one.read_bytes().count(b"\n") for one in sources_of(out, to))
    names = {Result.VERIFIED: "equal", Result.REFUSED: "differ"}
    slow = any("ran out of time" in one for one in outcome.reasons)
    result = "slow" if slow else names.get(outcome.result, "unproven")
    return Row(path, result, "; ".join(outcome.reasons), cobol, written, *found)


def sources_of(out: Path, to: str) -> Iterator[Path]:
    """The files of a translation that aren't the same for every program."""
    same = TARGETS[to].common({})
    for path in out.rglob({"python": "*.py", "java": "*.java"}[to]):
        name = path.relative_to(out)
        if name.as_posix() not in same and name.parts[0] != "tests":
            yield path


def shape(path: Path, copybooks: tuple[Path, ...]) -> tuple[int, int, int, int]:
    """Native items and all elementary ones of WORKING-STORAGE, GO TOs and those that are left."""
    config = configuration.load(path)
    source = sources.read(path, encoding=config.encoding, format=config.format)
    library = Library((*copybooks, *config.copybook_paths()))
    programs = lower(read_programs(source, library, std="default"))
    items = sum(
        bool(one.word) and one.form != "group"
        for program in programs
        for record in program.records
        if record.kind == "own"
        for one in (record.fields if record.is_group else (record.whole,))
    )
    natives = sum(len(one.natives) for one in programs)
    counts = [one.go_tos for one in programs]
    return natives, items, sum(one for one, _ in counts), sum(left for _, left in counts)


def told(reason: str) -> str:
    """A reason without its place and its names, so that like ones are counted together."""
    said = re.sub(r"^\S*:\d+:\d+: ", "", reason.replace("translation: ", ""))
    said = re.sub(r"\(rewrite it.*|\d+", "", said)
    return said[:90]


def figures(rows: list[Row]) -> dict[str, object]:
    """The counts and shares."""
    counts = Counter(one.result for one in rows)
    ratios = sorted(one.lines / one.cobol for one in rows if one.lines and one.cobol)
    items, go_tos = sum(one.items for one in rows), sum(one.go_tos for one in rows)
    return {
        "programs": len(rows),
        "equal": counts["equal"],
        "refused": counts["refused"],
        "different": counts["differ"],
        "unproven": counts["unproven"],
        "slow": counts["slow"],
        "crashed": counts["crashed"],
        "equal_share": round(counts["equal"] / len(rows), 3) if rows else 0.0,
        "native_share": round(sum(one.natives for one in rows) / items, 3) if items else 0.0,
        "go_tos": go_tos,
        "structured_share": round(1 - sum(one.left for one in rows) / max(go_tos, 1), 3),
        "lines_ratio_median": round(statistics.median(ratios), 2) if ratios else 0.0,
        "lines_ratio_p90": round(ratios[int(0.9 * (len(ratios) - 1))], 2) if ratios else 0.0,
    }


if __name__ == "__main__":
    main()
