"""The optimisers: Muon for the blocks' matrices, AdamW for everything else."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn


@dataclass(frozen=True, slots=True)
class OptimiserConfig:
    """Peak learning rates and the shape of the schedule (shares of the whole training)."""

    matrix_rate: float = 0.02
    rest_rate: float = 3e-3
    decay: float = 0.05
    warm_steps: int = 60
    falling: float = 0.45


def optimisers(network: nn.Module, config: OptimiserConfig) -> tuple[torch.optim.Optimizer, ...]:
    """Muon (Jordan et al. 2024, Newton-Schulz in bfloat16) for matrices inside blocks and the name
    encoder, AdamW for embeddings, norms and heads."""
    matrices: list[nn.Parameter] = []
    rest: list[nn.Parameter] = []
    for name, parameter in network.named_parameters():
        inside = name.startswith("blocks.") or name in ("names.mix.weight", "names.out.weight")
        (matrices if inside and parameter.ndim == 2 else rest).append(parameter)
    return (
        torch.optim.Muon(matrices, lr=config.matrix_rate, weight_decay=config.decay),
        torch.optim.AdamW(rest, lr=config.rest_rate, betas=(0.9, 0.95), weight_decay=0.0),
    )


def rate_share(step: int, progress: float, config: OptimiserConfig) -> float:
    """Share of the peak rate: linear warm-up in steps, flat, linear to zero over the last
    `falling` part of the training."""
    warm = min(1.0, (step + 1) / config.warm_steps)
    fall = min(1.0, max(0.0, (1.0 - progress) / config.falling))
    return warm * fall


def set_rates(
    chosen: tuple[torch.optim.Optimizer, ...], share: float, config: OptimiserConfig
) -> None:
    """Set both optimisers' learning rates to a share of their peaks."""
    peaks = (config.matrix_rate, config.rest_rate)
    for optimiser, peak in zip(chosen, peaks, strict=True):
        for group in optimiser.param_groups:
            group["lr"] = peak * share
