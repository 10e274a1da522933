"""Paragraphs of programs that the model itself translates, judged by runs beside the COBOL.

    python tests/bench/idiomatic.py DIR... --to python|java [--model auto] [--programs 40]
        [--seed 1] [--runs 40] [--show]

Programs are drawn as tests/bench/translate.py draws them; of each that translates and is proven,
every paragraph is asked of the model, which sees the COBOL and not the exact translation. Counts
the paragraphs where it writes what the tables do, where it writes something else that does the
same, and where it fails; those that no run executes whole, or that are too long for it, are not
asked. Prints, last, one JSON object.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

from cobolsmith.checks.equivalence import Settings
from cobolsmith.errors import CobolsmithError
from cobolsmith.idiomatic import EVERY, Asked
from cobolsmith.targets import TARGETS
from cobolsmith.translation import Wish, translate

sys.path.insert(0, str(Path(__file__).parent))
from translate import runnable

MEANT = {
    "the model writes what": "alike",
    "the model's (": "own",
    "not asked: no run": "not executed",
    "not asked: ": "too long",
}


def main() -> None:
    """Translate the programs and count."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--to", choices=sorted(TARGETS), required=True)
    parser.add_argument("--model", default="auto")
    parser.add_argument("--programs", type=int, default=40)
    parser.add_argument("--most", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    options.copybooks = []
    found: Counter[str] = Counter()
    for path in (one for top in options.folders for one in runnable(top, options)):
        for line in lines(path, options):
            paragraph, _, told = line.partition(": ")
            kind = next((what for start, what in MEANT.items() if told.startswith(start)), "failed")
            found[kind] += 1
            if options.show:
                print(f"{kind:13} {path.name} {paragraph}: {told}")
    asked = found["alike"] + found["own"] + found["failed"]
    equivalent = found["alike"] + found["own"]
    share = round(equivalent / asked, 3) if asked else 0.0
    print(json.dumps({"asked": asked, "equivalent": equivalent, "share": share, **found}))


def lines(path: Path, options: argparse.Namespace) -> list[str]:
    """What is told of each paragraph of a program."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(runs=options.runs, seed=1)
        asked = Asked((EVERY,), options.model)
        try:
            report = translate(path, Wish(options.to, Path(folder), settings, (), asked))
        except CobolsmithError:
            return []
        evidence = report.outcomes[0].evidence
        start = next((n for n, one in enumerate(evidence) if one.startswith("methods: ")), None)
        return list(evidence[start + 1 :]) if start is not None else []


if __name__ == "__main__":
    main()
