"""What the rules of `check` find in programs, and how a person judged a sample of it.

    python tests/bench/findings.py DIR [--files 1000] [--most 90] [--seed 11] [--sample 100]

DIR holds a folder a repository. At most `--most` programs of one repository are taken, so that no
house's habits decide. Prints the findings by rule; with `--sample N` as many findings in turn from
each rule, drawn by the seed, as lines for tests/bench/judged.tsv (path, line, rule, judgement,
why). judged.tsv is the draw of seed 11, made when the rules had been sharpened on another draw; two
were false, and two rules were sharpened once more since. The last line is one JSON object: files,
copybooks (that they copy), findings, in_copybooks (of them), cpu_seconds, judged, true_share (of
those judged: true / (true + false); debatable ones count for neither) and judged_found (judged ones
that the rules still find).
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from cobolsmith import source as sources
from cobolsmith.config import Config
from cobolsmith.errors import CobolsmithError
from cobolsmith.estate import COPYBOOK_SUFFIXES, PROGRAM_SUFFIXES
from cobolsmith.findings import copied, findings, seen
from cobolsmith.languages.cobol import Library, read_programs
from cobolsmith.program import Program
from cobolsmith.verify import Diagnostic

JUDGED = Path(__file__).parent / "judged.tsv"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--most", type=int, default=90)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--sample", type=int, default=0)
    options = parser.parse_args()
    started, found = time.process_time(), []
    paths = chosen(options.folder, options.files, options.most, options.seed)
    shown: dict[Path, list[tuple[str, Sequence[Diagnostic]]]] = defaultdict(list)
    for path in paths:
        own = of_file(path, shown)
        found += [(path.relative_to(options.folder).as_posix(), one) for one in own]
    books = list(of_copybooks(options.folder.resolve(), shown))
    found += books
    seconds = time.process_time() - started
    for rule, count in Counter(one.check for _, one in found).most_common():
        print(f"{count:6} {rule}")
    for path, one in sample(found, options.sample, options.seed):
        print(f"{path}\t{one.line}\t{one.check}\t\t{one.message}")
    figures = {"files": len(paths), "copybooks": len(shown), "findings": len(found)}
    figures |= {"in_copybooks": len(books), "cpu_seconds": round(seconds)}
    print(json.dumps(figures | judged({(p, one.line, one.check) for p, one in found})))


def chosen(folder: Path, files: int, most: int, seed: int) -> list[Path]:
    """Programs drawn by the seed, not too many of one repository."""
    every = [p for p in sorted(folder.rglob("*")) if p.suffix.lower() in PROGRAM_SUFFIXES]
    random.Random(seed).shuffle(every)
    taken: Counter[str] = Counter()
    paths = []
    for path in every:
        repository = path.relative_to(folder).parts[0]
        if taken[repository] < most and path.is_file():
            taken[repository] += 1
            paths.append(path)
    return paths[:files]


def of_file(
    path: Path, shown: dict[Path, list[tuple[str, Sequence[Diagnostic]]]]
) -> tuple[Diagnostic, ...]:
    """The findings of a file, and what it shows in copybooks, noted in `shown`; those of its folder
    and of those beside it are known."""
    near = [path.parent, *(p for p in path.parent.parent.iterdir() if p.is_dir())]
    folders = tuple(
        f for f in near if any(s.suffix.lower() in COPYBOOK_SUFFIXES for s in f.iterdir())
    )
    try:
        source = sources.read(path)
        programs = read_programs(source, Library(folders))
        every = seen(programs, Config(), lambda name: called(path, name))
        for program in programs[:1]:
            for book in {one.path for one in program.copies if one.path is not None}:
                shown[book.resolve()].append((program.name, every.get(book, ())))
        return findings(source, every.get(path, ()), Config())
    except CobolsmithError as error:
        print(error, file=sys.stderr)
        return ()


def of_copybooks(
    folder: Path, shown: dict[Path, list[tuple[str, Sequence[Diagnostic]]]]
) -> Iterator[tuple[str, Diagnostic]]:
    """What all programs together show in copybooks, each place once."""
    for path, many in sorted(shown.items()):
        source = sources.read(path)
        for one in findings(source, copied(many), Config()):
            yield path.relative_to(folder).as_posix(), one


def called(path: Path, name: str) -> Program | None:
    """The program of a file of that name beside this one."""
    for other in path.parent.iterdir():
        if other.stem.upper() == name and other.suffix.lower() in PROGRAM_SUFFIXES:
            programs = read_programs(sources.read(other), Library((path.parent,)))
            return next((one for one in programs if one.name == name), None)
    return None


def sample(
    found: list[tuple[str, Diagnostic]], wanted: int, seed: int
) -> list[tuple[str, Diagnostic]]:
    """As many findings of each rule as there are, in turn, until there are enough."""
    by_rule: dict[str, list[tuple[str, Diagnostic]]] = defaultdict(list)
    for one in found:
        by_rule[one[1].check].append(one)
    for many in by_rule.values():
        random.Random(seed).shuffle(many)
    drawn: list[tuple[str, Diagnostic]] = []
    while len(drawn) < wanted and any(by_rule.values()):
        for rule in sorted(by_rule):
            if by_rule[rule] and len(drawn) < wanted:
                drawn.append(by_rule[rule].pop())
    return drawn


def judged(there: set[tuple[str, int, str]]) -> dict[str, float | int]:
    """The sums of judged.tsv, and how many of its rows the rules still find."""
    with JUDGED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    counts = Counter(row["judgement"] for row in rows)
    sure = counts["true"] + counts["false"]
    still = [row for row in rows if (row["path"], int(row["line"]), row["rule"]) in there]
    return {
        "judged": len(rows),
        **{what: counts[what] for what in ("true", "false", "debatable")},
        "true_share": round(counts["true"] / sure, 3) if sure else 0.0,
        "judged_found": len(still),
    }


if __name__ == "__main__":
    main()
