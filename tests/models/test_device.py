"""The device: one choice for all networks, made of what the hardware says."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from cobolsmith.models import device


@pytest.mark.parametrize(("there", "kind"), [(True, "cuda"), (False, "cpu")])
def test_a_gpu_is_taken_if_there_is_one(
    monkeypatch: pytest.MonkeyPatch, there: bool, kind: str
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: there)
    device.chosen.cache_clear()
    assert device.chosen().type == kind
    device.chosen.cache_clear()


@pytest.mark.parametrize("fast", [True, False])
def test_weights_are_brought_to_what_multiplies_fast(
    monkeypatch: pytest.MonkeyPatch, fast: bool
) -> None:
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: fast)
    device.is_fast.cache_clear()
    network = nn.Sequential(nn.Linear(4, 4), nn.LayerNorm(4))
    assert device.quickened(network, torch.device("cpu")) is fast
    assert network[0].weight.dtype == (torch.bfloat16 if fast else torch.float32)
    assert network[1].weight.dtype == torch.float32
    with device.precision(torch.device("cpu"), fast):
        product = torch.ones(2, 2) @ torch.ones(2, 2)
    assert product.dtype == (torch.bfloat16 if fast else torch.float32)
    device.is_fast.cache_clear()
