"""What the model writes where a recipe leaves the wording open, beside the recipe's own draft.

    python tests/bench/holes.py DIR... [--holes 20] [--seed 1] [--model nano]

Programs of the folders that compile are drawn by the seed; recipes that put handlers in propose
their plans. Of each plan's first fill by the model is asked: does it parse and compile, is it
another text than the draft, does it name an item or a literal of the place. Prints the draft and
the fill of each hole; the last line is one JSON object: holes, filled (the model had a fill),
compiles, drafts (the fill is the draft, word for word), median_s (CPU seconds a plan).
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random

from cobolsmith import refactoring
from cobolsmith.checks import CHECKS
from cobolsmith.config import Config
from cobolsmith.desk import Desk
from cobolsmith.errors import CobolsmithError
from cobolsmith.estate import PROGRAM_SUFFIXES, Estate
from cobolsmith.job import Job, Options
from cobolsmith.plan import Plan
from cobolsmith.recipes import RECIPES
from cobolsmith.report import fills_of
from cobolsmith.verify import Status

NAMES = ("exception-phrases", "file-status", "sqlcode-check", "resp-check")
LARGEST = 60_000
"""Bytes of a program, at most: the model's time goes into holes, not into reading."""


def proposed(path: Path, options: Options) -> Iterator[tuple[refactoring.Asked, Desk, Plan]]:
    """Each plan with holes that a recipe proposes for one program."""
    config = Config(root=path.parent, copybooks=options.config.copybooks if options.config else ())
    job = Job(options, config, Estate(config), path.parent)
    for name in NAMES:
        with ExitStack() as closing:
            desk = Desk(job)
            asked = refactoring.Asked(RECIPES[name], job, (path,), {}, closing)
            for plan in RECIPES[name].propose(asked.setting(desk)).plans:
                if plan.holes:
                    yield asked, desk, plan


def judged(asked: refactoring.Asked, desk: Desk, plan: Plan) -> dict[str, object]:
    """The first way to fill a plan's holes, and what comes of it."""
    way = next(iter(refactoring.ways(asked.job, desk, [plan])))
    subject = refactoring.subject_of(
        asked, desk, [plan], refactoring.changed_by(desk, [plan], way), frozenset()
    )
    drafted = plan.drafted
    texts = ["".join(map(str, edit.new)) for edit in drafted.edits] if drafted else []
    drafts = [text for edit, text in zip(plan.edits, texts, strict=False) if edit.holes]
    fills = fills_of(way)
    return {
        "model": way[0].origin != "draft",
        "compiles": all(
            CHECKS[name](subject).status is Status.PASSED for name in ("parses", "compiles")
        ),
        "rows": [(draft, fill.text) for draft, fill in zip(drafts, fills, strict=False)],
    }


def main() -> None:
    """Draw programs, fill holes until there are enough, print them and the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--holes", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model", default="nano")
    asked = parser.parse_args()
    every = (one for folder in asked.folders for one in sorted(folder.rglob("*")))
    programs = (one for one in every if one.suffix.lower() in PROGRAM_SUFFIXES)
    paths = [one for one in programs if one.stat().st_size < LARGEST]
    Random(asked.seed).shuffle(paths)
    count = filled = compiles = same = 0
    seconds: list[float] = []
    for path in paths:
        if count >= asked.holes:
            break
        try:
            for place in proposed(path.resolve(), Options(model=asked.model)):
                started = time.process_time()
                found = judged(*place)
                seconds.append(time.process_time() - started)
                rows = found["rows"]
                assert isinstance(rows, list)
                count += 1
                filled += bool(found["model"])
                compiles += bool(found["compiles"])
                same += all(" ".join(a.split()) == " ".join(b.split()) for a, b in rows)
                print(f"{path.name}: {place[2].title}")
                for draft, fill in rows:
                    print(
                        f"    draft {' '.join(draft.split())}\n    fill  {' '.join(fill.split())}"
                    )
                break  # one plan of a program: houses differ, plans of one program don't
        except CobolsmithError as error:
            print(f"{path.name}: {error}")
    middle = round(statistics.median(seconds), 2) if seconds else 0.0
    figures = {"holes": count, "filled": filled, "compiles": compiles, "drafts": same}
    print(json.dumps(figures | {"median_s": middle}))


if __name__ == "__main__":
    main()
