"""The head over masked positions: top-1, its log-probability and the entropy, without the logits.

A canvas's softmax has V static columns (the tied embedding) and K columns of its names. The kernel
walks blocks of columns and keeps, for each position, the running maximum, its id, the sum of
exponentials and the sum of exponentials times log-odds (the online softmax of Milakov and
Gimelshein, arXiv 1805.02867, with the entropy's numerator beside it). Columns are split over
programs, since there are fewer blocks of positions than multiprocessors; a second kernel joins.

Shapes: C canvases, M positions a canvas, D width, V static ids, K names.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor

try:
    import triton
    import triton.language as tl
except ImportError:  # the reference needs none
    triton = None

NONE = -1
"""The id where every column is forbidden; its log-probability is -inf, its entropy 0."""
LEAST = -1e30
CACHED = 4
"""Rows of log-odds that the reference takes at a time, so that they stay in a CPU's cache: 1.6
times as fast as all at once at 64 rows of 8 to 16 thousand."""
TILES = {torch.bfloat16: (64, 128, 64), torch.float32: (32, 64, 32)}
"""Positions and columns of a tile of log-odds, and how much of the width a step multiplies: as
much as 8 warps hold in registers on compute capability 9.0."""
WARPS = 8
SPLITS = 64
"""Shares of the columns: programs enough for a whole GPU at one block of positions, and never a
matter of the batch, which would change the order of sums and with it their last bits."""
JOINED = 128
"""Positions that one program of the joining kernel takes."""


class Statistics(NamedTuple):
    """Per position [C,M]: the likeliest `ids` (int64; the lowest of equals; names from V on), their
    `log_probabilities` and the softmax's `entropies`, both in float32 and nats."""

    ids: Tensor
    log_probabilities: Tensor
    entropies: Tensor


def reference(state: Tensor, embedding: Tensor, names: Tensor, forbidden: Tensor) -> Statistics:
    """The statistics in torch, logits and all.

    `state` [C,M,D] (scaled), `embedding` [V,D], `names` [C,K,D], `forbidden` [C,V+K] (bool).
    """
    check(state, embedding, names, forbidden)
    odds = torch.cat([state @ embedding.T, state @ names.transpose(1, 2)], dim=-1)
    parts = [
        _statistics(rows, banned)
        for canvas, banned in zip(odds, forbidden, strict=True)
        for rows in canvas.split(CACHED)
    ]
    columns = (torch.cat(column).view(state.shape[:2]) for column in zip(*parts, strict=True))
    return Statistics(*columns)


def _statistics(odds: Tensor, banned: Tensor) -> Statistics:
    """The statistics [N] of rows of log-odds [N,V+K], those of `banned` [V+K] left out."""
    shifted = odds.float().masked_fill(banned, float("-inf"))
    top, ids = shifted.max(-1)
    none = top == float("-inf")
    shifted -= top.masked_fill(none, 0.0)[:, None]
    share = shifted.exp()
    total = share.sum(-1).masked_fill(none, 1.0)
    share *= shifted.clamp_(min=LEAST)  # 0 times -inf would be no number
    entropies = (total.log() - share.sum(-1) / total).clamp(min=0.0)
    return Statistics(
        ids.masked_fill(none, NONE),
        (-total.log()).masked_fill(none, float("-inf")),
        entropies.masked_fill(none, 0.0),
    )


def check(state: Tensor, embedding: Tensor, names: Tensor, forbidden: Tensor) -> None:
    """`ValueError` where shapes or types don't fit each other."""
    canvases, _, width = state.shape
    columns = len(embedding) + names.shape[1]
    if embedding.shape[1] != width or names.shape[::2] != (canvases, width):
        raise ValueError(f"widths: {state.shape}, {embedding.shape}, {names.shape}")
    if forbidden.shape != (canvases, columns) or forbidden.dtype != torch.bool:
        raise ValueError(f"forbidden is {forbidden.dtype} {forbidden.shape}")
    if not state.dtype == embedding.dtype == names.dtype or state.dtype not in TILES:
        raise ValueError(f"types: {state.dtype}, {embedding.dtype}, {names.dtype}")


if triton is not None:

    @triton.jit
    def _columns(
        state, weight, forbidden, places, columns, first, last, offset, top, ids, total, mean,
        WIDTH: tl.constexpr, PLACES: tl.constexpr, COLUMNS: tl.constexpr, STEP: tl.constexpr,
        PRECISION: tl.constexpr,
    ):  # fmt: skip
        """Take blocks `first` to `last` of a table's columns into the running statistics.

        `state` [PLACES] rows and `weight` [columns,WIDTH] are pointers to a canvas's first row;
        `forbidden` to the flag of the table's first column; `offset`: the id of that column.
        """
        for block in range(first, last):
            at = block * COLUMNS + tl.arange(0, COLUMNS)
            odds = tl.zeros([PLACES, COLUMNS], tl.float32)
            for start in range(0, WIDTH, STEP):
                inner = start + tl.arange(0, STEP)
                rows = tl.load(
                    state + inner[None, :],
                    mask=(places & (inner < WIDTH)[None, :]),
                    other=0.0,
                )
                table = tl.load(
                    weight + at.to(tl.int64)[None, :] * WIDTH + inner[:, None],
                    mask=(at < columns)[None, :] & (inner < WIDTH)[:, None],
                    other=0.0,
                )
                if PRECISION == "ieee":
                    rows, table = rows.to(tl.float32), table.to(tl.float32)
                odds = tl.dot(rows, table, odds, input_precision=PRECISION)
            banned = tl.load(forbidden + at, mask=at < columns, other=1)
            odds = tl.where((banned == 0)[None, :], odds, float("-inf"))
            here = tl.max(odds, 1)
            which = tl.argmax(odds, 1).to(tl.int32) + block * COLUMNS + offset
            new = tl.maximum(top, here)
            base = tl.where(new == float("-inf"), 0.0, new)
            moved = tl.where(top == float("-inf"), 0.0, top - base)
            share = tl.exp(odds - base[:, None])
            shifted = tl.where(odds == float("-inf"), 0.0, odds - base[:, None])
            mean = tl.exp(moved) * (mean + total * moved) + tl.sum(share * shifted, 1)
            total = tl.exp(moved) * total + tl.sum(share, 1)
            first_best = (here > top) | ((here == top) & (which < ids))
            ids = tl.where(first_best & (here > float("-inf")), which, ids)
            top = new
        return top, ids, total, mean

    @triton.jit
    def _part(
        state, embedding, names, forbidden, parts, best, places, static, slots, rows, splits,
        WIDTH: tl.constexpr, PLACES: tl.constexpr, COLUMNS: tl.constexpr, STEP: tl.constexpr,
        PRECISION: tl.constexpr,
    ):  # fmt: skip
        """Statistics of one block of a canvas's positions over one share of the columns."""
        blocks = tl.cdiv(places, PLACES)
        canvas = (tl.program_id(0) // blocks).to(tl.int64)
        split = tl.program_id(1)
        place = (tl.program_id(0) % blocks) * PLACES + tl.arange(0, PLACES)
        row = canvas * places + place
        state += row[:, None] * WIDTH
        flags = forbidden + canvas * (static + slots)
        top = tl.full([PLACES], float("-inf"), tl.float32)
        ids = tl.full([PLACES], 2147483647, tl.int32)
        total = tl.zeros([PLACES], tl.float32)
        mean = tl.zeros([PLACES], tl.float32)
        count = tl.cdiv(static, COLUMNS)
        top, ids, total, mean = _columns(
            state, embedding, flags, (place < places)[:, None], static,
            split * count // splits, (split + 1) * count // splits, 0, top, ids, total, mean,
            WIDTH, PLACES, COLUMNS, STEP, PRECISION,
        )  # fmt: skip
        count = tl.cdiv(slots, COLUMNS)
        top, ids, total, mean = _columns(
            state, names + canvas * slots * WIDTH, flags + static, (place < places)[:, None], slots,
            split * count // splits, (split + 1) * count // splits, static, top, ids, total, mean,
            WIDTH, PLACES, COLUMNS, STEP, PRECISION,
        )  # fmt: skip
        out = split * rows + row
        tl.store(parts + out, top, mask=place < places)
        tl.store(parts + splits * rows + out, total, mask=place < places)
        tl.store(parts + 2 * splits * rows + out, mean, mask=place < places)
        tl.store(best + out, ids, mask=place < places)

    @triton.jit
    def _join(parts, best, found, chosen, rows, splits, PLACES: tl.constexpr):
        """Join the shares of columns: probability and entropy into `found`, ids into `chosen`."""
        row = tl.program_id(0) * PLACES + tl.arange(0, PLACES)
        valid = row < rows
        top = tl.full([PLACES], float("-inf"), tl.float32)
        ids = tl.full([PLACES], 2147483647, tl.int32)
        for split in range(splits):
            here = tl.load(parts + split * rows + row, mask=valid, other=float("-inf"))
            which = tl.load(best + split * rows + row, mask=valid, other=2147483647)
            better = (here > top) | ((here == top) & (which < ids))
            top, ids = tl.where(better, here, top), tl.where(better, which, ids)
        none = top == float("-inf")
        base = tl.where(none, 0.0, top)
        total = tl.zeros([PLACES], tl.float32)
        mean = tl.zeros([PLACES], tl.float32)
        for split in range(splits):
            here = tl.load(parts + split * rows + row, mask=valid, other=float("-inf"))
            moved = tl.where(here == float("-inf"), 0.0, here - base)
            more = tl.load(parts + (splits + split) * rows + row, mask=valid, other=0.0)
            sums = tl.load(parts + (2 * splits + split) * rows + row, mask=valid, other=0.0)
            mean += tl.exp(moved) * (sums + more * moved)
            total += tl.exp(moved) * more
        total = tl.where(none, 1.0, total)
        entropy = tl.maximum(tl.log(total) - mean / total, 0.0)
        tl.store(found + row, tl.where(none, float("-inf"), -tl.log(total)), mask=valid)
        tl.store(found + rows + row, tl.where(none, 0.0, entropy), mask=valid)
        tl.store(chosen + row, tl.where(none, -1, ids).to(tl.int64), mask=valid)


def launch(state: Tensor, embedding: Tensor, names: Tensor, forbidden: Tensor) -> Statistics:
    """The statistics in Triton; arguments as of `reference`."""
    check(state, embedding, names, forbidden)
    canvases, places, width = state.shape
    static, slots, rows = len(embedding), names.shape[1], canvases * places
    tile_places, tile_columns, step = TILES[state.dtype]
    blocks = canvases * triton.cdiv(places, tile_places)
    splits = min(SPLITS, triton.cdiv(static, tile_columns))
    new: dict[str, Any] = {"dtype": torch.float32, "device": state.device}
    parts, found = torch.empty(3, splits, rows, **new), torch.empty(2, rows, **new)
    best = torch.empty(splits, rows, dtype=torch.int32, device=state.device)
    chosen = torch.empty(rows, dtype=torch.int64, device=state.device)
    _part[(blocks, splits)](
        state.contiguous(), embedding.contiguous(), names.contiguous(),
        forbidden.contiguous().view(torch.int8), parts, best, places, static, slots, rows, splits,
        WIDTH=width, PLACES=tile_places, COLUMNS=tile_columns, STEP=step,
        PRECISION=precision_of(state), num_warps=WARPS,
    )  # fmt: skip
    _join[(triton.cdiv(rows, JOINED),)](parts, best, found, chosen, rows, splits, PLACES=JOINED)
    shape = (canvases, places)
    return Statistics(chosen.view(shape), found[0].view(shape), found[1].view(shape))


def precision_of(tensor: Tensor) -> str:
    """What products are taken in: "ieee" is float32 throughout, "tf32" leaves bfloat16 as it is.

    On the CPU all is widened: Triton's interpreter multiplies the bits of bfloat16 as integers.
    """
    return "ieee" if tensor.dtype == torch.float32 or not tensor.is_cuda else "tf32"
