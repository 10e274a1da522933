"""What each choice of the training is worth: small trainings that differ in one thing.

    python tests/bench/ablations.py DIR --out FOLDER --held FILE --tokens 800000

All have the same sizes, data, tokens seen and seed. `masked_15`, `masked_50`: share of tokens
restored in held-out windows masked at that rate; the rest is of held-out statements filled from
masks alone, length unknown (`--holes 0`: none are filled). `names as text` gives the network no
table of names; `causal start` spends the first third of the tokens on the left-to-right twin and
goes on from its weights. The last line is one JSON object.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ar_twin import Lab, arguments, figures, filled_by, plain, prepared, table

from cobolsmith.models.diffusion import DiffusionInfiller
from cobolsmith.models.holes import HoleCase
from cobolsmith.models.network import Network
from cobolsmith.models.training import Feed, Trainer, TrainingConfig, run
from cobolsmith.models.twin import Twin, middle_rows
from cobolsmith.models.windows import PackedCorpus

CAUSAL = 0.33
"""Share of the tokens that the twin sees before the denoiser goes on from its weights."""
FEW_NAMES = 1
"""A table of one name at most: nearly every name is spelt."""


def variants(base: TrainingConfig) -> dict[str, TrainingConfig]:
    """The trainings by what they change."""
    noise = base.noise
    return {
        "base": base,
        "complementary": replace(base, noise=replace(noise, complementary=True)),
        "holes 0.3": replace(base, noise=replace(noise, hole_share=0.3)),
        "holes 0.8": replace(base, noise=replace(noise, hole_share=0.8)),
        "no wide start": replace(base, noise=replace(noise, warm=-1.0, wide=-0.5)),
        "rows / 2": replace(base, rows=base.rows // 2),
        "rows x 2": replace(base, rows=base.rows * 2),
        "names as text": replace(base, names=FEW_NAMES),
        "causal start": replace(base, tokens=round(base.tokens * (1 - CAUSAL))),
    }


def trained(lab: Lab, name: str) -> DiffusionInfiller:
    """The denoiser of one variant after its training (continued if it lies there)."""
    folder = lab.out / name.replace(" ", "-").replace("/", "by")
    folder.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(lab.training, lab.sizes, folder)
    if not trainer.resume() and name == "causal start":
        trainer.start_from(causal(lab, folder / "twin"))
    run(trainer, Feed(lab.corpus, lab.tokenizer, lab.training), None, lambda moment: None)
    return DiffusionInfiller(name, trainer.average.eval(), lab.tokenizer)


def causal(lab: Lab, folder: Path) -> Network:
    """The left-to-right twin after its share of the tokens."""
    folder.mkdir(parents=True, exist_ok=True)
    share = CAUSAL / (1 - CAUSAL)
    config = replace(lab.training, tokens=round(lab.training.tokens * share))
    trainer = Trainer(config, lab.sizes, folder, Twin)
    trainer.resume()
    feed = Feed(lab.corpus, lab.tokenizer, config, middle_rows)
    run(trainer, feed, None, lambda moment: None)
    return trainer.average


def masked(lab: Lab, network: Network) -> dict[str, float]:
    """Share of masked tokens restored in windows of the held-out sources."""
    feed = Feed(PackedCorpus(lab.out / "held_out.npz"), lab.tokenizer, lab.training)
    trainer = Trainer(lab.training, lab.sizes, lab.out)
    return {
        f"masked_{round(100 * rate)}": trainer.measure(feed.held_out(128, rate), network)[1]
        for rate in (0.15, 0.5)
    }


def judged_by(infiller: DiffusionInfiller, cases: Sequence[HoleCase]) -> dict[str, float]:
    """The figures of one variant; without its table of names where it was trained without."""
    if not cases:
        return {}
    infiller.structure = False
    if infiller.name == "names as text":
        cases = [replace(case, canvas=replace(case.canvas, names=())) for case in cases]
    return figures(cases, filled_by(infiller, plain(cases)))


def main() -> None:
    """Run the bench."""
    options = arguments(__doc__.splitlines()[0], 800_000, 128, 4)
    options.add_argument("--only", help="names of variants, separated by commas")
    told = options.parse_args()
    base, cases = prepared(told)
    wanted = variants(base.training)
    rows: dict[str, Any] = {}
    for name in told.only.split(",") if told.only else wanted:
        lab = replace(base, training=wanted[name])
        model = trained(lab, name)
        rows[name] = {**masked(lab, model.network), **judged_by(model, cases)}
        table({name: rows[name]})
    print()
    table(rows)
    print(json.dumps({"tokens": told.tokens, "holes": len(cases), "variants": rows}))


if __name__ == "__main__":
    main()
