"""Kernels in Triton's interpreter against float64, odd shapes, both types."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from cobolsmith.kernels import bench, block_attention, masked_head
from cobolsmith.kernels.block_attention import Rows

from cobolsmith import kernels

DEVICE = "cpu" if os.environ["TRITON_INTERPRET"] == "1" else "cuda"
TYPES = [torch.float32, torch.bfloat16]
EXACT = {torch.float32: 2e-5, torch.bfloat16: 3e-2}
HEADS = ["launch", "reference"]


def noise(*shape: int, kind: torch.dtype, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed + math.prod(shape))
    return torch.randn(shape, generator=generator).to(kind).to(DEVICE)


def yardstick(
    state: torch.Tensor, embedding: torch.Tensor, names: torch.Tensor, forbidden: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Log-probabilities [C,M,V+K] and entropies [C,M] in float64."""
    wide = state.double()
    odds = torch.cat([wide @ embedding.double().T, wide @ names.double().mT], -1)
    odds = odds.masked_fill(forbidden[:, None], -math.inf)
    table = odds.log_softmax(-1)
    return table, -(table.exp() * table.masked_fill(table == -math.inf, 0.0)).sum(-1)


@pytest.mark.parametrize("run", HEADS)
@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize(
    ("canvases", "places", "width", "static", "slots"),
    [
        (1, 1, 16, 130, 1),
        (2, 33, 40, 257, 129),
        (3, 5, 64, 100, 7),
        (1, 70, 96, 1000, 40),
        (1, 6, 32, 90, 0),
    ],
)
def test_head_statistics_equal_those_of_all_logits(
    run: str, kind: torch.dtype, canvases: int, places: int, width: int, static: int, slots: int
) -> None:
    state = noise(canvases, places, width, kind=kind)
    embedding = noise(static, width, kind=kind) * 0.5
    names = noise(canvases, slots, width, kind=kind, seed=1)
    forbidden = noise(canvases, static + slots, kind=kind, seed=2) > 0.8
    found = getattr(masked_head, run)(state, embedding, names, forbidden)
    table, entropy = yardstick(state, embedding, names, forbidden)
    assert found.ids.shape == (canvases, places)
    assert found.ids.dtype == torch.int64
    chosen = table.gather(-1, found.ids[..., None])[..., 0]
    slack = EXACT[kind] if run == "launch" else 4 * EXACT[kind]  # its bfloat16 logits are rounded
    assert (table.max(-1).values - chosen).max() <= slack
    assert (found.log_probabilities - table.max(-1).values).abs().max() <= slack
    assert (found.entropies - entropy).abs().max() <= slack * 2
    assert found.ids.max() < static + slots
    assert not forbidden.gather(1, found.ids).any()


@pytest.mark.parametrize("run", HEADS)
def test_equal_columns_go_to_the_lowest_id_across_splits(run: str) -> None:
    state = torch.ones(1, 3, 16, device=DEVICE)
    embedding = torch.zeros(700, 16, device=DEVICE)
    embedding[[650, 300]] = 1.0
    names = torch.ones(1, 2, 16, device=DEVICE)
    open_ids = torch.zeros(1, 702, dtype=torch.bool, device=DEVICE)
    found = getattr(masked_head, run)(state, embedding, names, open_ids)
    assert found.ids.tolist() == [[300, 300, 300]]
    open_ids[0, :700] = True
    only_names = getattr(masked_head, run)(state, embedding, names, open_ids)
    assert only_names.ids.tolist() == [[700, 700, 700]]
    assert only_names.entropies[0, 0].item() == pytest.approx(math.log(2))
    assert only_names.log_probabilities[0, 0].item() == pytest.approx(-math.log(2))


@pytest.mark.parametrize("run", HEADS)
def test_extreme_and_forbidden_columns_give_numbers(run: str) -> None:
    state = torch.full((2, 1, 16), 100.0, device=DEVICE)
    embedding = torch.full((140, 16), -10.0, device=DEVICE)
    embedding[139] = 10.0
    names = torch.zeros(2, 1, 16, device=DEVICE)
    forbidden = torch.zeros(2, 141, dtype=torch.bool, device=DEVICE)
    forbidden[1] = True
    ids, log_probabilities, entropies = getattr(masked_head, run)(
        state, embedding, names, forbidden
    )
    assert ids.tolist() == [[139], [masked_head.NONE]]
    assert log_probabilities.tolist() == [[0.0], [-math.inf]]
    assert entropies.tolist() == [[0.0], [0.0]]


@pytest.mark.parametrize("kind", TYPES)
def test_a_position_gets_the_same_bits_alone_and_in_a_batch(kind: torch.dtype) -> None:
    state, embedding = noise(3, 40, 48, kind=kind), noise(400, 48, kind=kind)
    names = noise(3, 5, 48, kind=kind)
    open_ids = torch.zeros(3, 405, dtype=torch.bool, device=DEVICE)
    together = masked_head.launch(state, embedding, names, open_ids)
    alone = masked_head.launch(state[1:2, 36:37], embedding, names[1:2], open_ids[1:2])
    for one, all_of_them in zip(alone, together, strict=True):
        assert torch.equal(one[0, 0], all_of_them[1, 36])
    query, key, value = (noise(3, 2, 7, 24, kind=kind, seed=s) for s in (1, 2, 3))
    caches = [noise(3, 2, 90, 24, kind=kind, seed=s) for s in (4, 5)]
    rows = Rows(*torch.tensor([[5, 9, 2], [7, 6, 7], [90, 80, 70]], device=DEVICE).int())
    apart = [cache[1:2].clone() for cache in caches]
    mixed = block_attention.launch(query, key, value, *caches, rows)
    own = block_attention.launch(
        query[1:2], key[1:2], value[1:2], *apart, Rows(*(part[1:2] for part in rows))
    )
    assert torch.equal(own[0], mixed[1])


def mixed_in_float64(
    query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, length: int
) -> torch.Tensor:
    """One row's attention [H,A,S] over its first `length` keys [G,T,S]."""
    shared = len(query) // len(key)
    keys, values = (part.double()[:, :length].repeat_interleave(shared, 0) for part in (key, value))
    scores = query.double() @ keys.mT / math.sqrt(query.shape[-1])
    return scores.softmax(-1) @ values


@pytest.mark.parametrize("run", HEADS)
@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize(
    ("heads", "groups", "size", "block", "longest", "rows"),
    [
        (2, 2, 16, 1, 1, [(0, 1, 1)]),
        (4, 2, 24, 5, 70, [(3, 5, 70), (0, 2, 9), (60, 1, 61)]),
        (2, 1, 32, 40, 200, [(100, 37, 200), (160, 40, 200)]),
        (1, 1, 64, 65, 66, [(0, 65, 66), (1, 65, 66)]),
    ],
)
def test_a_block_sees_its_row_and_refreshes_the_cache(
    run: str, kind: torch.dtype, heads: int, groups: int, size: int, block: int, longest: int,
    rows: list[tuple[int, int, int]],
) -> None:  # fmt: skip
    count = len(rows)
    query = noise(count, heads, block, size, kind=kind)
    key, value = (noise(count, groups, block, size, kind=kind, seed=s) for s in (1, 2))
    cache = [noise(count, groups, longest, size, kind=kind, seed=s) for s in (3, 4)]
    cache[0][:, :, :, 0] = 50.0  # a stale key that is seen would take all the weight
    for row, (start, wide, length) in enumerate(rows):
        cache[0][row, :, :start, 0] = 0.1
        cache[0][row, :, start + wide : length, 0] = 0.1
    wanted = [part.clone() for part in cache]
    for row, (start, wide, _) in enumerate(rows):
        wanted[0][row, :, start : start + wide] = key[row, :, :wide]
        wanted[1][row, :, start : start + wide] = value[row, :, :wide]
    columns = torch.tensor(rows, dtype=torch.int32, device=DEVICE).T.contiguous()
    where = Rows(*columns)
    found = getattr(block_attention, run)(query, key, value, *cache, where)
    assert torch.equal(cache[0], wanted[0])
    assert torch.equal(cache[1], wanted[1])
    assert found.dtype == kind
    for row, (_, wide, length) in enumerate(rows):
        exact = mixed_in_float64(query[row], wanted[0][row], wanted[1][row], length)
        assert (found[row, :, :wide] - exact[:, :wide]).abs().max() <= EXACT[kind]
        assert not found[row, :, wide:].any()


def test_shapes_that_do_not_fit_are_refused() -> None:
    state, table = torch.zeros(1, 2, 16), torch.zeros(9, 16)
    flags = torch.zeros(1, 10, dtype=torch.bool)
    with pytest.raises(ValueError, match="widths"):
        kernels.head_statistics(state, table, torch.zeros(2, 1, 16), flags)
    with pytest.raises(ValueError, match="forbidden"):
        kernels.head_statistics(state, table, torch.zeros(1, 2, 16), flags)
    with pytest.raises(ValueError, match="types"):
        kernels.head_statistics(state.bfloat16(), table, torch.zeros(1, 1, 16), flags)
    block = torch.zeros(1, 2, 3, 16)
    rows = Rows(*(torch.ones(1, dtype=torch.int32) for _ in range(3)))
    cache = torch.zeros(1, 2, 9, 16)
    with pytest.raises(ValueError, match="block"):
        kernels.attend_block(block, block[:, :, :2], block, cache, cache, rows)
    with pytest.raises(ValueError, match="cache"):
        kernels.attend_block(block, block, block, cache[..., :8], cache, rows)
    with pytest.raises(ValueError, match="not contiguous"):
        strided = torch.zeros(1, 2, 16, 9).mT
        kernels.attend_block(block, block, block, strided, cache, rows)
    with pytest.raises(ValueError, match="int32"):
        kernels.attend_block(block, block, block, cache, cache, Rows(*(p.long() for p in rows)))


def test_on_the_cpu_the_torch_reference_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("Triton was launched on the CPU")

    monkeypatch.setattr(masked_head, "launch", refuse)
    monkeypatch.setattr(block_attention, "launch", refuse)
    flags = torch.zeros(1, 5, dtype=torch.bool)
    found = kernels.head_statistics(torch.ones(1, 1, 4), torch.eye(4), torch.ones(1, 1, 4), flags)
    assert found.ids.tolist() == [[4]]
    block = torch.ones(1, 1, 1, 4)
    cache = torch.zeros(1, 1, 2, 4)
    rows = Rows(*(torch.tensor([n], dtype=torch.int32) for n in (0, 1, 1)))
    assert kernels.attend_block(block, block, block, cache, cache.clone(), rows).tolist() == [
        [[[1.0] * 4]]
    ]
    assert cache[0, 0, 0].tolist() == [1.0] * 4


def test_the_bench_says_that_it_needs_a_gpu(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert bench.main() == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert "there is no GPU here: no kernel was timed" in said.err


def test_every_kernel_compiles_for_a_gpu_and_uses_its_matrix_units() -> None:
    script = Path(__file__).with_name("compile_kernels.py")
    done = subprocess.run(
        [sys.executable, script, "90"],
        env={**os.environ, "TRITON_INTERPRET": "0"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    made = json.loads(done.stdout)
    assert made == {
        "part bf16": ["wgmma"],
        "attend bf16": ["mma.sync"],
        "part fp32": [],  # float32 is multiplied as float32
        "attend fp32": [],
        "join": [],
    }
