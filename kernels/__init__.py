"""GPU kernels of the denoiser, one a file: torch reference, Triton kernel, launcher.

Which of the two runs is chosen here and nowhere else: Triton where the tensors lie on a GPU and
Triton is installed, the torch reference everywhere else.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec

import torch
from cobolsmith.kernels import block_attention, masked_head
from cobolsmith.kernels.block_attention import Rows
from cobolsmith.kernels.masked_head import Statistics
from torch import Tensor


@cache
def has_triton() -> bool:
    """Whether Triton is installed (extra `gpu`)."""
    return find_spec("triton") is not None


def use_triton(tensor: Tensor) -> bool:
    """Whether a kernel over this tensor runs in Triton."""
    return tensor.is_cuda and torch.version.hip is None and has_triton()


def head_statistics(
    state: Tensor, embedding: Tensor, names: Tensor, forbidden: Tensor
) -> Statistics:
    """Statistics of the softmax over static ids and names; see `masked_head.reference`."""
    run = masked_head.launch if use_triton(state) else masked_head.reference
    return run(state, embedding, names, forbidden)


def attend_block(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    cache_key: Tensor,
    cache_value: Tensor,
    rows: Rows,
) -> Tensor:
    """Attention of a block over the cache it refreshes; see `block_attention.reference`."""
    run = block_attention.launch if use_triton(query) else block_attention.reference
    mixed: Tensor = run(query, key, value, cache_key, cache_value, rows)
    return mixed
