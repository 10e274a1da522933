"""How strong is the evidence? Wrong changes must not pass, right ones should, mutants must die.

    python tests/bench/evidence.py DIR [--std ibm] [--copybooks DIR] [--only NAME ...]
        [--wrong 50] [--alike 40] [--seed 0] [--explore 480] [--runs 80]

DIR has programs that compile and run. Of each, runs are generated once (`--explore` candidates,
from layouts and conditions alone, no recorded data). Then changes are made by a seeded stream:
wrong ones (a literal off by one, a comparison turned, ROUNDED dropped, a statement dropped, a wrong
receiver) and alike ones (a condition negated twice, a relation spelt out, a CONTINUE put in), and
each is judged as `cobolsmith verify` judges. Prints a row a change and, last, one JSON object.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from cobolsmith import source as sources
from cobolsmith.checks.equivalence import BuildError, CobolSide, Proof, Settings, prove
from cobolsmith.checks.equivalence.marks import Marked, mark
from cobolsmith.checks.equivalence.mutants import mutants
from cobolsmith.checks.equivalence.proof import Explored, explored
from cobolsmith.config import Config
from cobolsmith.languages.cobol import Library, read_programs
from cobolsmith.program import Program

_SPELT = {"=": "EQUAL TO", ">": "GREATER THAN", "<": "LESS THAN"}


@dataclass(frozen=True, slots=True)
class Change:
    """A changed program: what was done, whether it is wrong, and the new text."""

    program: str
    what: str
    wrong: bool
    line: str
    text: bytes


@dataclass(frozen=True, slots=True)
class Subject:
    """A program under test with its marks and the runs generated for it."""

    program: Program
    side: CobolSide
    marked: Marked
    known: Explored


def read(path: Path, data: bytes, config: Config) -> Program:
    """A program of these bytes, as if they lay at `path`."""
    source = sources.from_bytes(data, path)
    return read_programs(source, Library(config.copybook_paths()), std=config.std[0])[0]


def wrong_changes(subject: Subject, random: Random) -> Iterator[Change]:
    """Wrong changes of one program without end, one kind after the other."""
    own = list(subject.marked.statements)
    while True:
        statement = random.choice(own)
        made = mutants(subject.marked, subject.program, [statement], 40, random.randrange(10**6))
        kinds = sorted({one.what for one in made})
        if not kinds:
            continue
        kind = random.choice(kinds)
        one = random.choice([each for each in made if each.what == kind])
        text = one.apply(subject.marked.tree.view)
        yield Change(subject.program.name, one.what, True, one.line, text)


def alike_changes(subject: Subject, random: Random) -> Iterator[Change]:
    """Changes that alter nothing, of one program, without end."""
    view = subject.marked.tree.view
    ifs = list(subject.marked.tree.walk("if_statement"))
    signs = [
        leaf
        for node in subject.marked.tree.walk("condition")
        for leaf in node.children
        if leaf.type in _SPELT and not re.search(rb"NOT\s*$", view[: leaf.start_byte])
    ]
    while True:
        way = random.choice(("negated", "spelt", "continue"))
        if way == "negated" and ifs:
            node = random.choice(ifs).child_by_field_name("condition")
            assert node is not None
            inner = view[node.start_byte : node.end_byte]
            if b"\n" in inner:
                continue
            new = b"NOT (NOT (" + inner + b"))"
            yield _made(subject, "condition negated twice", node.start_byte, node.end_byte, new)
        elif way == "spelt" and signs:
            leaf = random.choice(signs)
            new = b" " + _SPELT[leaf.type].encode() + b" "
            yield _made(subject, "relation spelt out", leaf.start_byte, leaf.end_byte, new)
        elif way == "continue":
            at = random.choice(subject.marked.statements)
            yield _made(subject, "CONTINUE put in", at.start, at.start, b"CONTINUE ")


def _made(subject: Subject, what: str, start: int, end: int, new: bytes) -> Change:
    view = subject.marked.tree.view
    line = str(view.count(b"\n", 0, start) + 1)
    return Change(subject.program.name, what, False, line, view[:start] + new + view[end:])


def subject_of(path: Path, config: Config, settings: Settings, folder: Path) -> Subject | None:
    """A program ready to be changed, with its runs; None where it doesn't compile.

    COPY is put in its place first, so that a change may be anywhere.
    """
    program = read(path, path.read_bytes(), config)
    tree = program.expanded or program.tree
    source = sources.from_bytes(tree.view, path, format=tree.format)
    program = read_programs(source, Library(()), std=config.std[0])[0]
    side = CobolSide("old", program, config)
    try:
        known = explored(side, settings, folder)
    except BuildError as error:
        print(f"{path.name}: {error}", file=sys.stderr)
        return None
    print(f"{program.name}: {len(known.outcomes)} runs kept", flush=True)
    return Subject(program, side, mark(program), known)


def judge(subject: Subject, change: Change, settings: Settings) -> Proof | None:
    """The proof about one change; None where the changed program doesn't compile."""
    path, form = subject.program.source.path, subject.program.source.format
    source = sources.from_bytes(change.text, path, format=form)
    program = read_programs(source, Library(()), std=subject.side.config.std[0])[0]
    new = replace(subject.side, label="new", program=program)
    try:
        return prove(subject.side, new, settings, known=subject.known)
    except BuildError:
        return None


def main(argv: Sequence[str] | None = None) -> int:
    """The command; see the module."""
    parser = argparse.ArgumentParser(description="How strong is the evidence?")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--std", default="ibm")
    parser.add_argument("--copybooks", type=Path, action="append", default=[])
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--wrong", type=int, default=50)
    parser.add_argument("--alike", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--explore", type=int, default=480)
    parser.add_argument("--runs", type=int, default=80)
    options = parser.parse_args(argv)
    config = Config(
        root=options.folder,
        copybooks=tuple(str(one.resolve()) for one in options.copybooks),
        std=(options.std,),
    )
    paths = [
        path
        for path in sorted(options.folder.glob("*.cbl"))
        if not options.only or path.stem in options.only
    ]
    explore = Settings(runs=options.explore, seed=options.seed)
    settings = Settings(runs=options.runs, seed=options.seed, minimising=0)
    with tempfile.TemporaryDirectory(prefix="evidence-") as folder:
        subjects: list[Subject] = []
        for path in paths:
            one = subject_of(path, config, explore, Path(folder) / path.stem)
            subjects += [one] if one else []
        rows = list(_rows(subjects, options.wrong, True, options.seed, settings))
        rows += list(_rows(subjects, options.alike, False, options.seed, settings))
    print(json.dumps(_sums(rows)))
    return 0


Row = tuple[Change, Proof, float]


def _rows(
    subjects: Sequence[Subject], wanted: int, wrong: bool, seed: int, settings: Settings
) -> Iterator[Row]:
    streams = []
    for subject in subjects:
        random = Random(f"{seed} {subject.program.name} {wrong}")
        made = wrong_changes(subject, random) if wrong else alike_changes(subject, random)
        streams.append((subject, made))
    done = 0
    while done < wanted:
        subject, made = streams[done % len(streams)]
        change = next(made)
        started = time.monotonic()
        proof = judge(subject, change, settings)
        if proof is None:
            continue
        done += 1
        seconds = time.monotonic() - started
        print(
            f"{'wrong' if wrong else 'alike'} {change.program:8} {change.line:>5} {change.what:24}"
            f" {proof.status.value:8} {proof.killed}/{len(proof.fates)} {seconds:5.1f}s"
            f" {proof.reason[:110]}",
            flush=True,
        )
        yield change, proof, seconds


def _sums(rows: Sequence[Row]) -> dict[str, object]:
    def count(wrong: bool, status: str) -> int:
        return sum(c.wrong == wrong and p.status.value == status for c, p, _ in rows)

    reached = [p for c, p, _ in rows if not c.wrong and p.fates and "executed" not in p.reason]
    passed = [p for c, p, _ in rows if not c.wrong and p.status.value == "passed"]

    def share(proofs: Sequence[Proof]) -> float:
        whole = sum(len(p.fates) for p in proofs)
        return round(sum(p.killed for p in proofs) / whole, 4) if whole else 0.0

    return {
        "wrong": sum(c.wrong for c, _, _ in rows),
        "wrong_verified": count(True, "passed"),
        "wrong_failed": count(True, "failed"),
        "wrong_skipped": count(True, "skipped"),
        "alike": sum(not c.wrong for c, _, _ in rows),
        "alike_verified": count(False, "passed"),
        "alike_failed": count(False, "failed"),
        "alike_skipped": count(False, "skipped"),
        "mutants": sum(len(p.fates) for c, p, _ in rows if not c.wrong),
        "killed_share": share([p for c, p, _ in rows if not c.wrong]),
        "killed_share_reached": share(reached),
        "killed_share_verified": share(passed),
        "median_s": round(statistics.median(s for _, _, s in rows), 1) if rows else 0.0,
    }


if __name__ == "__main__":
    sys.exit(main())
