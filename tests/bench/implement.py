"""Features from sentences: how many of the specs come out right.

    python tests/bench/implement.py [--split used|unused|all] [--no-model] [--model M] [--only KIND]
                                     [--choose]

Each spec of tests/bench/specs/*.toml names a program of fixtures/, a sentence as a maintainer would
write it, and acceptance runs that neither planner nor model sees: inputs, and the same change made
by hand (`reference`: lines put before a line, or words changed in one). The night of the fixtures
is run once; what a program is given there is what its runs start from. A spec counts as right if
`implement` verified a patch (from the sentence, the recorded run and generated ones) and every
hidden run leaves the bytes that the hand-made program leaves; as verified but wrong if one doesn't.
A patch that is only proposed counts as `proposed`, or as `misled` where it isn't what was meant.
With `--choose`, each sentence that a question offers is tried, too: `chosen` are specs that are
asked about, and one of whose offered sentences is verified and right.
Specs with `nights` are judged by whole nights of the estate instead (nights.py): one for each list
of edits of the night's input; outputs named `loose` count by what they say, not by their bytes.
`--check-specs` only looks whether the runs of each spec tell the hand-made program from the old
one. `nonsense.toml` has sentences that must be asked about or refused. A spec on which nothing was
tuned is marked `unused = true`, and loses the mark once its outcome was looked at; the two halves
are printed apart.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import nightly
import nights

from cobolsmith.desk import Desk
from cobolsmith.errors import CobolsmithError
from cobolsmith.implement import DoubtError, Request, implement, read_examples
from cobolsmith.implement.acceptance import accepted
from cobolsmith.job import Options
from cobolsmith.report import Outcome, Result
from cobolsmith.smith import prepared
from cobolsmith.verify import Status

SPECS = Path(__file__).parent / "specs"
ENDS = "right wrong proposed misled chosen asked refused".split()


@dataclass(frozen=True, slots=True)
class Spec:
    """One spec: program, kind, sentence, examples as Markdown; whether it was never tuned on."""

    name: str
    program: str
    kind: str
    sentence: str
    examples: str = ""
    unused: bool = False
    reference: tuple[Mapping[str, str], ...] = ()
    module: str = ""
    nights: tuple[tuple[Mapping[str, str], ...], ...] = ()
    loose: tuple[str, ...] = ()

    @property
    def half(self) -> str:
        """The half it is counted in; what means nothing is counted apart."""
        return "nonsense" if self.kind == "nonsense" else "unused" if self.unused else "used"


def specs(split: str, kind: str) -> Iterator[Spec]:
    """The specs of a split, in the order of their files."""
    for path in sorted(SPECS.glob("*.toml")):
        table = tomllib.loads(path.read_text("utf-8"))
        for nth, row in enumerate(table["spec"], 1):
            one = Spec(f"{path.stem} {nth}", kind=row.pop("kind", path.stem), **row)
            wanted = split == "all" or one.unused == (split == "unused")
            if (wanted or one.kind == "nonsense") and kind in ("", one.kind):
                yield one


def recorded(folder: Path) -> Path:
    """What each step of the night is given, as folders of recorded runs."""
    night = nightly.load()
    work, files = folder / "night", folder / "night" / "files"
    nightly.build(night, work / "load")
    files.mkdir(parents=True)
    for source in (night.fixtures / "data").iterdir():
        shutil.copyfile(source, files / source.name)
    for step in night.steps:
        place = folder / "golden" / step.program
        place.mkdir(parents=True)
        for path in files.iterdir():
            if path.name.split(".")[0] in (*step.reads, *step.updates) or path.name == step.sysin:
                shutil.copyfile(path, place / path.name)
        names = [one for one in (*step.reads, *step.updates) if (place / one).exists()]
        given = ", ".join(f'{one} = "{one}"' for one in names)
        stdin = f'stdin = "{step.sysin}"\n' if step.sysin else ""
        text = f'[[run]]\nprogram = "{step.program}"\n{stdin}files = {{ {given} }}\n'
        (place / "night.toml").write_text(text)
        nightly.run_step(step, work / "load", files)
    return folder / "golden"


def estate(folder: Path) -> Path:
    """A copy of the fixture estate without its suite: a feature changes what the night expects."""
    target = folder / "estate"
    shutil.copytree(nightly.FIXTURES, target, ignore=shutil.ignore_patterns("broken", "cases"))
    (target / "cobolsmith.toml").write_text('copybooks = ["copy"]\nstd = ["ibm"]\n')
    for text in {one.module for one in specs("all", "") if one.module}:
        name = text.split("PROGRAM-ID.")[1].split(".")[0].strip()
        (target / "cobol" / f"{name}.cbl").write_text(text)
    return target


def came_out(spec: Spec, root: Path, golden: Path, model: str, runs: int) -> tuple[str, str, float]:
    """How one spec came out, why, and after how many seconds (without those of its judge)."""
    path = root / "cobol" / f"{spec.program}.cbl"
    place = golden / spec.program
    recorded_runs = place if place.is_dir() else None
    options = Options(model=model, quality="quick", runs=runs, golden=recorded_runs)
    started = time.monotonic()
    try:
        (outcome,) = implement(Request(spec.sentence), path, options).outcomes
    except CobolsmithError as error:
        return "refused", str(error), time.monotonic() - started
    took = time.monotonic() - started
    return *ended(spec, outcome, path, golden), took


def chosen(spec: Spec, root: Path, golden: Path, model: str, runs: int) -> str:
    """The sentence among those offered by which a spec comes out right; "" for none."""
    path = root / "cobol" / f"{spec.program}.cbl"
    offered: list[str] = []

    def answer(_: DoubtError, sentences: Sequence[str]) -> str:
        offered.extend(sentences)
        return ""

    implement(Request(spec.sentence), path, Options(model="", runs=0), answer)
    for nth, one in enumerate(offered, 1):
        if came_out(replace(spec, sentence=one), root, golden, model, runs)[0] == "right":
            return f"{nth}: {one}"
    return ""


def ended(spec: Spec, outcome: Outcome, path: Path, golden: Path) -> tuple[str, str]:
    """What became of a sentence, and why."""
    if outcome.patch is None:
        asked = [one.message for one in outcome.findings if one.severity == "question"]
        return ("asked", asked[0]) if asked else ("refused", "; ".join(outcome.reasons))
    wrong = hidden(spec, outcome, path, golden)
    if outcome.result is not Result.VERIFIED:
        why = "; ".join(outcome.reasons)
        return ("misled", f"{wrong} ({why})") if wrong else ("proposed", why)
    return ("wrong", wrong) if wrong else ("right", outcome.plans[0].title)


def hidden(spec: Spec, outcome: Outcome, path: Path, golden: Path) -> str:
    """What the spec's own runs say against a patch."""
    if spec.kind == "nonsense":
        return "a patch, though it means nothing"
    assert outcome.patch is not None
    after = {file.path.resolve(): file.after for file in outcome.patch.files}
    hand = by_hand(spec, path)
    if spec.nights:
        return nights.judged(whole(path.parent.parent), hand, after, spec.nights, spec.loose)
    return runs_differ(spec, path, golden, hand, after)


@cache
def whole(root: Path) -> nights.Estate:
    """The estate of the bench, compiled for whole nights."""
    return nights.compiled(root, root.parent / "nights")


def telling(spec: Spec, path: Path, golden: Path) -> str:
    """How a spec's runs tell the old program from the hand-made one; VOID where they don't."""
    hand = by_hand(spec, path)
    if not spec.nights:
        return runs_differ(spec, path, golden, {}, hand) or "VOID"
    judge = whole(path.parent.parent)
    itself = nights.judged(judge, hand, hand, spec.nights, spec.loose)
    told = nights.judged(judge, hand, {}, spec.nights, spec.loose)
    return "VOID" if itself or not told else told


def runs_differ(
    spec: Spec, path: Path, golden: Path, one: Mapping[Path, bytes], two: Mapping[Path, bytes]
) -> str:
    """How the runs of two versions differ; "" where they don't."""
    place = golden / spec.program
    work = prepared([path], Options(golden=place if place.is_dir() else None))
    _, examples = read_examples(f"# Example: {spec.name}\n{spec.examples}")
    verdict = accepted(work.job, Desk(work.job, one), Desk(work.job, two), path, examples)
    ran = verdict.status is not Status.FAILED and verdict.evidence
    return "" if ran else f"{verdict.status.value}: {verdict.reason}"


def by_hand(spec: Spec, path: Path) -> dict[Path, bytes]:
    """The files of the spec's own version of the change."""
    made: dict[Path, bytes] = {}
    for row in spec.reference:
        file = (path.parent.parent / row["file"] if "file" in row else path).resolve()
        text = made.get(file, file.read_bytes()).decode("latin-1")
        lines = text.split("\n")
        found = [nth for nth, line in enumerate(lines) if row["at"] in line]
        if len(found) != 1:
            raise SystemExit(f"{spec.name}: {row['at']!r} stands on {len(found)} lines")
        free = ">>SOURCE FORMAT IS FREE" in text
        if "change" in row:
            lines[found[0]] = lines[found[0]].replace(row["change"], row["to"], 1)
        else:
            fresh = [
                line if free else " " * 7 + line for line in row["put"].strip("\n").split("\n")
            ]
            lines[found[0] : found[0]] = fresh
        made[file] = "\n".join(lines).encode("latin-1")
    return made


def main() -> int:
    """Run the bench."""
    parser = argparse.ArgumentParser(description="Features from sentences.")
    parser.add_argument("--split", choices=("used", "unused", "all"), default="all")
    parser.add_argument("--no-model", action="store_true", help="templates alone")
    parser.add_argument("--model", default="auto")
    parser.add_argument("--only", default="", help="one kind")
    parser.add_argument("--runs", type=int, default=40, help="runs to generate for a sentence")
    parser.add_argument("--choose", action="store_true", help="try the sentences offered")
    parser.add_argument("--quiet", action="store_true")
    parser.add_argument("--check-specs", action="store_true", help="are their runs telling?")
    options = parser.parse_args()
    model = "" if options.no_model else options.model
    kinds: dict[str, dict[str, Counter[str]]] = {}
    seconds: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="cobolsmith-") as scratch:
        golden, root = recorded(Path(scratch)), estate(Path(scratch))
        for spec in specs(options.split, options.only):
            if options.check_specs:
                if spec.kind != "nonsense":
                    path = root / "cobol" / f"{spec.program}.cbl"
                    print(f"{spec.name:14} {telling(spec, path, golden)[:110]}", flush=True)
                continue
            how, why, took = came_out(spec, root, golden, model, options.runs)
            if options.choose and how == "asked" and spec.kind != "nonsense":
                choice = chosen(spec, root, golden, model, options.runs)
                how, why = ("chosen", choice) if choice else (how, why)
            seconds.setdefault(spec.half, []).append(took)
            kinds.setdefault(spec.half, {}).setdefault(spec.kind, Counter())[how] += 1
            if not options.quiet:
                print(f"{spec.name:14} {how:8} {took:5.1f} s  {why[:150]}", flush=True)
    for half in kinds:
        report(half, kinds[half], seconds[half])
    return 0


def report(half: str, kinds: dict[str, Counter[str]], seconds: list[float]) -> None:
    """The table of one half, and its figures as JSON. Sentences that mean nothing stand apart."""
    print(f"\n{half}:")
    print(f"{'kind':10} {'specs':>6}" + "".join(f"{one:>9}" for one in ENDS))
    for kind, counts in kinds.items():
        print(f"{kind:10} {sum(counts.values()):6}" + "".join(f"{counts[one]:9}" for one in ENDS))
    nonsense = kinds.pop("nonsense", Counter())
    every: Counter[str] = sum(kinds.values(), Counter())
    print(
        json.dumps(
            {
                "half": half,
                "specs": sum(every.values()),
                "right": every["right"],
                "wrong_verified": every["wrong"] + nonsense["wrong"],
                "proposed": every["proposed"],
                "misled": every["misled"],
                "asked": every["asked"] + every["chosen"],
                "right_sentence_offered": every["chosen"],
                "refused": every["refused"],
                "nonsense": sum(nonsense.values()),
                "nonsense_patched": nonsense["wrong"] + nonsense["misled"],
                "median_s": round(statistics.median(seconds), 1),
            }
        )
    )


if __name__ == "__main__":
    sys.exit(main())
