"""Cut holes out of programs, let the model fill them, and count what comes back.

    python tests/bench/infill.py DIR --task line|statement|span --holes 200 --seed 0

Lengths are offered as unknown; the share restored exactly with the length known is shown beside
it, and what a 5-gram restores. `parse_share`: the program with the best fill in it has no more
places that don't parse than before. `compile_share`: of the programs that cobc accepts as they
are, those it accepts with the fill. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
from functools import cache
from pathlib import Path

from cobolsmith import source as sources
from cobolsmith import syntax
from cobolsmith.checks.compiles import EXEC, cobc
from cobolsmith.config import Config
from cobolsmith.models.data import read_text
from cobolsmith.models.diffusion import load_infiller
from cobolsmith.models.evaluate import Filled, HoleCase, bench_of, measure_holes
from cobolsmith.models.weights import FOLDER
from cobolsmith.words import AREA_A, text_of

LAST = 72
"""Last column of code in fixed format; what stands beyond is cut, or a fill would push it in."""


def with_words(case: HoleCase, words: tuple[str, ...]) -> str:
    """The source with other words in the hole."""
    text = read_text(case.origin.path)
    begin, end = case.words[case.begin].start, case.words[case.end - 1].end
    margin = " " * AREA_A if case.origin.fixed else ""
    body = text_of(words).replace("\n", "\n" + margin)
    if not case.origin.fixed:
        return text[:begin] + body + text[end:]
    stop = text.find("\n", end)
    start = text.rfind("\n", 0, end) + 1
    tail = text[end : start + LAST] if end < start + LAST else ""
    return text[:begin] + body + tail.rstrip("\r\n") + (text[stop:] if stop >= 0 else "\n")


@cache
def broken(path: Path, text: str, fixed: bool) -> int:
    """Number of places that don't parse."""
    read = source_of(path, text, fixed)
    return len(syntax.parse(read.view, read.format).errors())


@cache
def accepted(path: Path, text: str, fixed: bool) -> bool:
    """Whether cobc accepts the program; programs with EXEC blocks it can't."""
    read = source_of(path, text, fixed)
    return not EXEC.search(read.view) and not cobc(read, Config(root=path.parent), "default")


def source_of(path: Path, text: str, fixed: bool) -> sources.Source:
    """A source of the text, in the format that it was cut in."""
    data = text.encode("utf-8")
    return sources.from_bytes(data, path, encoding="utf-8", format="fixed" if fixed else "free")


def judged(filled: Filled) -> tuple[bool, bool | None]:
    """Whether the best fill parses, and whether it compiles (None: the original doesn't)."""
    origin = filled.case.origin
    before = with_words(filled.case, filled.case.gold)
    after = with_words(filled.case, filled.fills[0].words if filled.fills else ())
    parses = broken(origin.path, after, origin.fixed) <= broken(origin.path, before, origin.fixed)
    if not accepted(origin.path, before, origin.fixed):
        return parses, None
    return parses, accepted(origin.path, after, origin.fixed)


def main() -> None:
    """Run the bench."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("corpus", type=Path)
    options.add_argument("--task", default="line", choices=("line", "statement", "span"))
    options.add_argument("--holes", type=int, default=200)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--steps", type=int, default=16)
    options.add_argument("--weights", type=Path, default=FOLDER, help="another folder of weights")
    options.add_argument("--trained", type=Path, help="train.npz: what the 5-gram learns from")
    told = options.parse_args()
    infiller = load_infiller("nano", told.weights)
    bench = bench_of(told.corpus, infiller.tokenizer, told.trained)
    measured = measure_holes(
        infiller, bench, task=told.task, holes=told.holes, seed=told.seed, steps=told.steps
    )
    verdicts = [judged(filled) for filled in measured.free]
    compiled = [compiles for _, compiles in verdicts if compiles is not None]
    figures = measured.figures() | {
        "task": told.task,
        "parse_share": sum(parses for parses, _ in verdicts) / len(verdicts),
        "compilable": len(compiled),
        "compile_share": sum(compiled) / len(compiled) if compiled else None,
        "passes": told.steps,
    }
    for key, value in figures.items():
        print(f"{key:40} {value:.4f}" if isinstance(value, float) else f"{key:40} {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
