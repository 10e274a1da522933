"""What denoising steps are worth: the same held-out holes in 1, 2, 4 ... steps.

    python tests/bench/steps.py DIR --task statement --holes 60 --picture steps.png

One table row a number of steps: exact, words right, parse and compile shares of the best fill,
seconds and passes a hole, length unknown. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from ar_twin import figures, table

from cobolsmith.models.data import find_sources
from cobolsmith.models.diffusion import load_infiller
from cobolsmith.models.evaluate import CANDIDATES, fill_holes
from cobolsmith.models.holes import TASKS, cut_holes
from cobolsmith.models.weights import FOLDER

STEPS = (1, 2, 4, 8, 16, 32)


def drawn(rows: dict[str, dict[str, float]], picture: Path) -> None:
    """Shares over the number of steps."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.add_subplot()
    for key in ("exact_share", "token_accuracy", "parse_share", "compile_share"):
        axes.plot(STEPS, [row[key] for row in rows.values()], "o-", label=key)
    axes.set(xscale="log", xlabel="denoising steps, at most", ylim=(0, 1), xticks=STEPS)
    axes.set_xticklabels([str(steps) for steps in STEPS])
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(picture, dpi=110)


def main() -> None:
    """Run the bench."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("corpus", type=Path)
    options.add_argument("--task", default="statement", choices=TASKS)
    options.add_argument("--holes", type=int, default=60)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--weights", type=Path, default=FOLDER, help="another folder of weights")
    options.add_argument("--picture", type=Path, help="where the PNG goes")
    told = options.parse_args()
    infiller = load_infiller("nano", told.weights)
    cases = list(cut_holes(find_sources(told.corpus), told.task, told.holes, told.seed))
    rows = {}
    for steps in STEPS:
        filled = fill_holes(infiller, cases, seed=told.seed, steps=steps, candidates=CANDIDATES)
        rows[f"{steps} steps"] = figures(cases, filled)
    table(rows)
    if told.picture:
        drawn(rows, told.picture)
    print(json.dumps({"holes": len(cases), "task": told.task, "steps": rows}))


if __name__ == "__main__":
    main()
