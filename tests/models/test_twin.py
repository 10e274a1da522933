"""The left-to-right twin: sees nothing ahead, remembers exactly, learns, ends its fills."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from test_sampler import canvas
from tiny import tiny_config

from cobolsmith.models.diffusion import bindings_of
from cobolsmith.models.network import Layout
from cobolsmith.models.noise import Borders, NoiseConfig
from cobolsmith.models.tokenizer import EOS, HOLE, CobolTokenizer
from cobolsmith.models.training import Feed, Trainer, TrainingConfig, slice_batch
from cobolsmith.models.twin import Twin, TwinInfiller, middle_rows
from cobolsmith.models.windows import PackedCorpus

SMALL = TrainingConfig(tokens=10**9, rows=4, length=95, names=24)


def twin_of(tokenizer: CobolTokenizer) -> Twin:
    torch.manual_seed(0)
    network = Twin(tiny_config(tokenizer))
    for block in network.blocks:
        torch.nn.init.normal_(block.attended.weight, std=0.3)
        torch.nn.init.normal_(block.down.weight, std=0.3)
    return network.eval()


def test_a_row_holds_the_window_in_another_order(
    packed: PackedCorpus, tokenizer: CobolTokenizer
) -> None:
    random, borders = np.random.default_rng(0), Borders(tokenizer)
    for _ in range(20):
        window = packed.draw(0, 80, 24, random)
        (row,) = middle_rows([window], borders, NoiseConfig(), 95, 0.0, random)
        assert (row.targets[:-1] == row.ids[1:]).all()
        whole = [*row.ids.tolist(), int(row.targets[-1])]
        hole, end = whole.index(HOLE), whole.index(EOS)
        assert whole[-1] == EOS
        back = [*whole[:hole], *whole[end + 1 : -1], *whole[hole + 1 : end]]
        assert back == window.ids.tolist()


def test_nothing_ahead_is_seen_and_what_is_remembered_is_exact(tokenizer: CobolTokenizer) -> None:
    network = twin_of(tokenizer)
    names = network.embed_names(bindings_of((), tokenizer))
    ids = torch.randint(6, tokenizer.static_size, (1, 12))
    other = torch.cat([ids[:, :8], torch.randint(6, tokenizer.static_size, (1, 4))], 1)
    layout = Layout.plain(torch.zeros_like(ids, dtype=torch.bool))
    with torch.no_grad():
        one, two = (network.trunk(network.embed(x, names), layout) for x in (ids, other))
        assert torch.equal(one[:, :8], two[:, :8])
        assert not torch.equal(one[:, 8:], two[:, 8:])
        state, memory = network.read(network.embed(ids[:, :8], names))
        for at in range(8, 12):
            token = network.embed(ids[:, at : at + 1], names)[:, 1:]
            state, memory = network.read_on(token, memory)
            torch.testing.assert_close(state[:, -1], one[:, at], atol=1e-5, rtol=1e-4)


def test_the_trainer_teaches_a_twin_its_rows(
    packed: PackedCorpus, tokenizer: CobolTokenizer, tmp_path: Path
) -> None:
    trainer = Trainer(SMALL, tiny_config(tokenizer), tmp_path, Twin)
    batch = slice_batch(Feed(packed, tokenizer, SMALL, middle_rows).batch(0, 0.0), 0, 2)
    losses = [trainer.step(batch) for _ in range(150)]
    assert losses[0] > 6
    assert losses[-1] < 1.5


def test_a_fill_ends_or_is_as_long_as_asked(tokenizer: CobolTokenizer) -> None:
    infiller = TwinInfiller("twin", twin_of(tokenizer), tokenizer)
    fills = infiller.fill(canvas(), seed=0, steps=1, candidates=1)
    assert fills == infiller.fill(canvas(), seed=5, steps=9, candidates=4)
    assert len(fills) <= 1
    banned = np.zeros(tokenizer.static_size + 1, bool)
    banned[tokenizer.static_size :] = True
    with torch.no_grad():
        ids, score = infiller.middle([7, HOLE, 8, EOS], bindings_of((), tokenizer), banned, 9)
    assert len(ids) == 9
    assert EOS not in ids
    assert score < 0
