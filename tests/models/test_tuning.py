"""Tuning: the built-in model goes on from where it is, and says what it was worth."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tiny import tiny_network

from cobolsmith import models
from cobolsmith.errors import UsageError
from cobolsmith.models import tuning
from cobolsmith.models.diffusion import DiffusionInfiller
from cobolsmith.models.tokenizer import CobolTokenizer
from cobolsmith.models.training import TrainingConfig
from cobolsmith.models.weights import save_weights


@pytest.fixture
def base(tokenizer: CobolTokenizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for the package's weights."""
    folder = tmp_path / "weights"
    save_weights(tiny_network(tokenizer), tokenizer, folder, "nano", {"tokens_seen": 5})
    monkeypatch.setattr(tuning, "FOLDER", folder)
    return folder


def budget(tokens: int) -> TrainingConfig:
    """A short training that ends at so many tokens."""
    return TrainingConfig(
        tokens=tokens, rows=4, length=95, names=24, noise=tuning.WIDE, optimiser=tuning.RATES
    )


def shop(corpus: Path, folder: Path, copies: int) -> Path:
    """A folder with the corpus's sources, each several times."""
    for path in sorted(p for p in corpus.rglob("*") if p.is_file()):
        for number in range(copies):
            place = folder / f"copy{number}" / path.name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, place)
    return folder


def test_tuning_learns_a_shop_s_sources(base: Path, corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    sources = shop(corpus, tmp_path / "shop", 8)
    figures = tuning.tune(sources, out, minutes=0, config=budget(3000))
    loss = figures["held_out_loss"]
    assert loss["after"] < loss["before"]
    infiller = models.load(str(out))
    assert isinstance(infiller, DiffusionInfiller)
    assert infiller.name == "tuned"
    on = tuning.tune(sources, out, minutes=0, config=budget(4000))
    assert on["steps"] > figures["steps"]
    assert on["held_out_loss"]["before"] == loss["before"]


def test_too_few_sources_are_refused(base: Path, corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="too few to tune on"):
        tuning.tune(corpus, tmp_path / "out", minutes=0.1)
    assert not (tmp_path / "out").exists()
