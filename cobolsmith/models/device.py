"""Where networks run, and how precisely: a CUDA device if there is one, else the CPU.

The one place where this is chosen. Products are in bfloat16 where the hardware multiplies it
natively; sums, normalisations and losses are always float32.
"""

from __future__ import annotations

from functools import cache

import torch
from torch import nn


@cache
def chosen() -> torch.device:
    """The device that networks are put on."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


@cache
def is_fast(device: torch.device) -> bool:
    """Whether the device multiplies bfloat16 natively (AVX-512 BF16, or compute capability 8)."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return bool(torch.cpu._is_avx512_bf16_supported())


def precision(device: torch.device, enabled: bool = True) -> torch.autocast:
    """A context in which products are in bfloat16, if `enabled`."""
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=enabled)


def quickened(network: nn.Module, device: torch.device) -> bool:
    """Put a network that only fills holes on a device; says whether it multiplies in bfloat16, to
    which its weights are then brought once, rather than in every call."""
    network.to(device).eval()
    fast = is_fast(device)
    for module in network.modules() if fast else ():
        if isinstance(module, nn.Linear):
            module.to(torch.bfloat16)
    return fast
