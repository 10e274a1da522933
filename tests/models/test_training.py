"""Training: it learns, it resumes to the same weights, it refuses a foreign checkpoint."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from tiny import tiny_config

from cobolsmith.errors import ModelError, UsageError
from cobolsmith.models.curve import draw_losses
from cobolsmith.models.network import NetworkConfig
from cobolsmith.models.prepare import prepare, train
from cobolsmith.models.tokenizer import CobolTokenizer
from cobolsmith.models.training import Feed, Moment, Trainer, TrainingConfig, levelled, slice_batch
from cobolsmith.models.windows import PackedCorpus

SMALL = TrainingConfig(tokens=3000, rows=4, length=95, names=24, check_every=2)


def test_a_tiny_batch_is_learnt_by_heart(
    packed: PackedCorpus, tokenizer: CobolTokenizer, tmp_path: Path
) -> None:
    trainer = Trainer(SMALL, tiny_config(tokenizer), tmp_path)
    trainer.config = TrainingConfig(tokens=10**9)
    batch = slice_batch(Feed(packed, tokenizer, SMALL).batch(0, 0.0), 0, 2)
    losses = [trainer.step(batch) for _ in range(180)]
    assert losses[0] > 6
    assert losses[-1] < 0.5
    assert trainer.measure(batch, rows=1)[1] > 0.9


def test_a_batch_depends_on_seed_and_step_alone(
    packed: PackedCorpus, tokenizer: CobolTokenizer
) -> None:
    feed = Feed(packed, tokenizer, SMALL)
    once, again, other = (feed.batch(step, 0.3) for step in (5, 5, 6))
    assert torch.equal(once.ids, again.ids)
    assert torch.equal(once.bindings.identities, again.bindings.identities)
    assert not torch.equal(once.ids, other.ids)


def test_a_resumed_training_is_the_uninterrupted_one(
    corpus: Path, tokenizer: CobolTokenizer, tmp_path: Path
) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    for folder in (whole, parts):
        prepare(corpus, folder, frozenset())
    sizes = NetworkConfig(PackedCorpus(whole / "train.npz").static_size, 32, 2, 2, 48)
    seen: list[Moment] = []
    one = train(corpus, whole, config=SMALL, network=sizes)
    train(
        corpus, parts, config=SMALL, network=sizes, report=seen.append, stop=lambda: len(seen) >= 3
    )
    assert [moment.step for moment in seen] == [1, 2, 3]
    two = train(corpus, parts, config=SMALL, network=sizes)
    assert one.counters.step == two.counters.step > 3
    for key, tensor in one.network.state_dict().items():
        assert torch.equal(tensor, two.network.state_dict()[key]), key
        assert torch.equal(one.average.state_dict()[key], two.average.state_dict()[key]), key
    lines = (parts / "log.csv").read_text().splitlines()
    assert [int(line.split(",")[0]) for line in lines] == list(range(1, one.counters.step + 1))
    draw_losses(parts / "log.csv", parts / "loss.png")
    assert (parts / "loss.png").read_bytes()[:4] == b"\x89PNG"


def test_held_out_repositories_are_measured_but_not_trained_on(
    corpus: Path, tmp_path: Path
) -> None:
    prepare(corpus, tmp_path, frozenset({"shop"}))
    trained, aside = (PackedCorpus(tmp_path / f) for f in ("train.npz", "held_out.npz"))
    assert set(trained.repositories) == {"bank"}
    assert set(aside.repositories) == {"shop"}
    with pytest.raises(UsageError, match="bakery"):
        prepare(corpus, tmp_path / "other", frozenset({"bakery"}))


def test_no_repository_is_more_than_its_share(packed: PackedCorpus) -> None:
    assert levelled(packed, 0.5).sum() == pytest.approx(1.0)
    assert levelled(packed, 0.5).max() == pytest.approx(0.5, abs=0.01)
    assert packed.chances().max() > 0.6


def test_a_checkpoint_of_another_network_is_refused(
    tokenizer: CobolTokenizer, tmp_path: Path
) -> None:
    Trainer(SMALL, tiny_config(tokenizer), tmp_path).save()
    other = NetworkConfig(tokenizer.static_size, 48, 1, 2, 48)
    with pytest.raises(ModelError, match=r"checkpoint\.pt.*another network"):
        Trainer(SMALL, other, tmp_path).resume()


def test_the_average_follows_the_weights(
    packed: PackedCorpus, tokenizer: CobolTokenizer, tmp_path: Path
) -> None:
    trainer = Trainer(SMALL, tiny_config(tokenizer), tmp_path)
    before = trainer.network.embedding.detach().clone()
    batch = Feed(packed, tokenizer, SMALL).batch(0, 0.0)
    for _ in range(5):
        trainer.step(batch)
    now, mean = trainer.network.embedding.detach(), trainer.average.embedding
    assert 0 < (now - mean).norm() < (now - before).norm()
    assert not mean.requires_grad
