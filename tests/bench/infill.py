"""Cut holes out of programs, let the model fill them, and count what comes back.

    python tests/bench/infill.py DIR --task TASK --holes 200 --seed 0

Lengths are offered as unknown; the share restored exactly with the length known is shown beside
it, and what a 5-gram restores. `parse_share`: the program with the best fill in it has no more
places that don't parse than before. `compile_share`: of the programs that cobc accepts as they
are, those it accepts with the fill. `checked_*`: the same for the first fill that the checks pass,
which is what the tool hands on. --plain, --no-drafts and --no-cache turn off the structure, the
drafts, and what is remembered of the context. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from functools import cache
from pathlib import Path

from cobolsmith import syntax
from cobolsmith.checks.compiles import EXEC, cobc
from cobolsmith.config import Config
from cobolsmith.models.diffusion import load_infiller
from cobolsmith.models.evaluate import (
    CANDIDATES,
    STEPS,
    Filled,
    bench_of,
    costs,
    fill_holes,
    measure_holes,
    token_accuracy,
)
from cobolsmith.models.holes import TASKS, HoleCase, cut_holes, source_of, with_words
from cobolsmith.models.weights import FOLDER


@cache
def broken(case: HoleCase, words: tuple[str, ...]) -> int:
    """Number of places that don't parse."""
    read = source_of(case, with_words(case, words)[0])
    return len(syntax.parse(read.view, read.format).errors())


@cache
def accepted(case: HoleCase, words: tuple[str, ...]) -> bool:
    """Whether cobc accepts the program; programs with EXEC blocks it can't."""
    read = source_of(case, with_words(case, words)[0])
    config = Config(root=case.origin.path.parent, cpu_seconds=5, wall_seconds=15)
    return not EXEC.search(read.view) and not cobc(read, config, "default")


def judged(case: HoleCase, words: tuple[str, ...]) -> tuple[bool, bool | None]:
    """Whether a fill parses, and whether it compiles (None: the original doesn't)."""
    parses = broken(case, words) <= broken(case, case.gold)
    if not accepted(case, case.gold):
        return parses, None
    return parses, parses and accepted(case, words)


def checked(filled: Filled) -> tuple[tuple[str, ...], tuple[bool, bool | None]]:
    """The first fill that passes what can be checked, else the best one, and its verdict."""
    shown = [fill.words for fill in filled.fills] or [()]
    for words in shown:
        verdict = judged(filled.case, words)
        if verdict[0] and verdict[1] is not False:
            return words, verdict
    return shown[0], judged(filled.case, shown[0])


def shares(name: str, verdicts: list[tuple[bool, bool | None]]) -> dict[str, float | int | None]:
    """How many parse, and of those that can be compiled, how many do."""
    compiled = [compiles for _, compiles in verdicts if compiles is not None]
    return {
        f"{name}parse_share": sum(parses for parses, _ in verdicts) / len(verdicts),
        f"{name}compile_share": sum(compiled) / len(compiled) if compiled else None,
        f"{name}compilable": len(compiled),
    }


def main() -> None:
    """Run the bench."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("corpus", type=Path)
    options.add_argument("--task", default="line", choices=TASKS)
    options.add_argument("--holes", type=int, default=200)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--steps", type=int, default=STEPS)
    options.add_argument("--candidates", type=int, default=CANDIDATES)
    options.add_argument("--plain", action="store_true", help="without structure in the loop")
    options.add_argument("--no-cache", action="store_true", help="compute the context each time")
    options.add_argument("--guidance", type=float, default=1.0, help="weight of a spec")
    options.add_argument("--no-drafts", action="store_true", help="from masks alone")
    options.add_argument("--quick", action="store_true", help="unknown lengths alone, no 5-gram")
    options.add_argument("--weights", type=Path, default=FOLDER, help="another folder of weights")
    options.add_argument("--trained", type=Path, help="train.npz: what the 5-gram learns from")
    told = options.parse_args()
    infiller = load_infiller("nano", told.weights)
    infiller.structure, infiller.guidance = not told.plain, told.guidance
    infiller.cached = not told.no_cache
    bench = bench_of(told.corpus, infiller.tokenizer, told.trained)
    how = {"seed": told.seed, "steps": told.steps, "candidates": told.candidates}
    cases = list(cut_holes(bench.sources, told.task, told.holes, told.seed))
    if told.no_drafts:
        cases = [replace(case, canvas=replace(case.canvas, drafts=())) for case in cases]
    figures: dict[str, object] = {"holes": len(cases), "task": told.task, **how}
    if told.quick or told.no_drafts:
        free = tuple(fill_holes(infiller, cases, **how))
        figures |= {"token_accuracy": token_accuracy(free), **costs(free)}
    else:
        measured = measure_holes(infiller, bench, task=told.task, holes=told.holes, **how)
        free = measured.free
        figures |= measured.figures()
    chosen = [checked(filled) for filled in free]
    first = [judged(f.case, f.fills[0].words if f.fills else ()) for f in free]
    exact = [words == filled.case.gold for (words, _), filled in zip(chosen, free, strict=True)]
    figures |= {"exact_share": sum(f.exact for f in free) / len(free)}
    figures |= shares("", first) | shares("checked_", [verdict for _, verdict in chosen])
    figures |= {"checked_exact_share": sum(exact) / len(exact)}
    for key, value in figures.items():
        print(f"{key:40} {value:.4f}" if isinstance(value, float) else f"{key:40} {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
