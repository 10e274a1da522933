"""Time of each kernel on a GPU: beside the roofline, and beside the torch reference.

`python -m cobolsmith.kernels.bench`. The roofline is the larger of bytes over the copy bandwidth
and operations over the rate of a large matrix product, both measured here first. Medians; inputs
are random and rotate so that the table isn't found in the cache. Last line: one JSON object.
Exits 3 without a GPU.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from cobolsmith.kernels import block_attention, masked_head
from cobolsmith.kernels.block_attention import Rows

from cobolsmith import kernels

HEADS = ((1, 64, 256, 8_192, 128), (8, 64, 512, 16_384, 128), (32, 128, 512, 16_384, 128))
"""Canvases, masked positions, width, static ids, names."""
BLOCKS = ((8, 4, 64, 64, 512), (32, 8, 64, 64, 1_024), (32, 16, 128, 64, 2_048))
"""Rows, heads, head size, positions of the block, of the cache."""
COPIES = 4
"""Sets of inputs in rotation."""


@dataclass(frozen=True, slots=True)
class Case:
    """A kernel at one size. `moved`: bytes read and written once; `operations`: of its products."""

    name: str
    launch: Callable[..., Any]
    reference: Callable[..., Any]
    inputs: Sequence[tuple[Any, ...]]
    moved: int
    operations: int


def head_case(size: tuple[int, ...], kind: torch.dtype) -> Case:
    """Head statistics at (canvases, places, width, static, slots)."""
    canvases, places, width, static, slots = size
    inputs = []
    for _ in range(COPIES):
        flags = torch.rand(canvases, static + slots, device="cuda") > 0.9
        table = _noise(kind, static, width)
        state, slot_rows = (_noise(kind, canvases, n, width) for n in (places, slots))
        inputs.append((state, table, slot_rows, flags))
    moved = sum(part.numel() * part.element_size() for part in inputs[0]) + 16 * canvases * places
    operations = 2 * canvases * places * width * (static + slots)
    name = f"masked_head {size} {str(kind)[6:]}"
    return Case(name, masked_head.launch, masked_head.reference, inputs, moved, operations)


def block_case(size: tuple[int, ...], kind: torch.dtype) -> Case:
    """Block attention at (rows, heads, head size, block, cache)."""
    rows, heads, wide, block, longest = size
    lasting = [longest // 2, block, longest]
    where = Rows(*(torch.full((rows,), n, device="cuda", dtype=torch.int32) for n in lasting))
    inputs = []
    for _ in range(COPIES):
        fresh = [_noise(kind, rows, heads, block, wide) for _ in range(3)]
        cache = [_noise(kind, rows, heads, longest, wide) for _ in range(2)]
        inputs.append((*fresh, *cache, where))
    unit = rows * heads * wide * inputs[0][0].element_size()
    moved = unit * (2 * longest + 6 * block)  # read: cache, fresh; written: fresh in place, out
    operations = 4 * rows * heads * block * longest * wide
    name = f"block_attention {size} {str(kind)[6:]}"
    return Case(name, block_attention.launch, block_attention.reference, inputs, moved, operations)


def _noise(kind: torch.dtype, *shape: int) -> torch.Tensor:
    return torch.randn(shape, device="cuda", dtype=torch.float32).to(kind)


def seconds(run: Callable[..., Any], inputs: Sequence[tuple[Any, ...]]) -> float:
    """Median seconds of a call, the inputs taken in turn."""
    from triton.testing import do_bench

    turn = itertools.cycle(inputs)
    return float(do_bench(lambda: run(*next(turn)), return_mode="median")) / 1e3


def ceilings(kind: torch.dtype) -> tuple[float, float]:
    """Bytes a second of a copy and operations a second of a matrix product, as measured."""
    source = torch.randn(2**28, device="cuda")
    copied = 2 * source.numel() * 4 / seconds(torch.clone, [(source,)])
    side = 8_192
    pair = (_noise(kind, side, side), _noise(kind, side, side))
    return copied, 2 * side**3 / seconds(torch.matmul, [pair])


def measured(case: Case, copied: float, multiplied: float) -> dict[str, Any]:
    """One line of the table, seconds and ratios."""
    own, other = seconds(case.launch, case.inputs), seconds(case.reference, case.inputs)
    bound = max(case.moved / copied, case.operations / multiplied)
    return {
        "case": case.name,
        "seconds": own,
        "roofline_seconds": bound,
        "over_roofline": own / bound,
        "torch_seconds": other,
        "speedup": other / own,
    }


def main() -> int:
    """Measure and print; returns the exit status."""
    if not torch.cuda.is_available() or not kernels.has_triton():
        what = "Triton is not installed" if torch.cuda.is_available() else "there is no GPU here"
        print(f"{what}: no kernel was timed", file=sys.stderr)
        return 3
    lines = []
    print(f"{torch.cuda.get_device_name()}\n{'':56}     us  /roofline  torch/own")
    for kind in (torch.float32, torch.bfloat16):
        copied, multiplied = ceilings(kind)
        cases = [head_case(size, kind) for size in HEADS]
        for case in cases + [block_case(size, kind) for size in BLOCKS]:
            lines.append(line := measured(case, copied, multiplied))
            ratios = f"{line['over_roofline']:9.2f}x {line['speedup']:9.2f}x"
            print(f"{case.name:56} {line['seconds'] * 1e6:6.1f} {ratios}")
    print(json.dumps({"device": torch.cuda.get_device_name(), "cases": lines}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
