"""Attention of the active block over cached keys and values, which it refreshes in place.

While a hole is denoised only its own positions change, so keys and values of the prefix and suffix
are kept (the dual cache of Fast-dLLM, Wu et al., arXiv 2505.22618). Each query of the block sees
the whole row: the cache where it isn't the block's, the block's fresh keys and values where it is;
and the fresh ones are written into the cache for the next layer's refresh to find. Softmax online
over blocks of keys (Dao et al., FlashAttention, arXiv 2205.14135). Keys come already rotated.

Shapes: R rows, H query heads, G heads of keys (H a multiple of G), A positions of the block, T of
the cache, S head size.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from cobolsmith.kernels.masked_head import precision_of
from torch import Tensor

try:
    import triton
    import triton.language as tl
except ImportError:  # the reference needs none
    triton = None

TILES = {torch.bfloat16: (32, 64, 4), torch.float32: (32, 32, 8)}
"""Queries and keys of a tile of scores, and the warps that hold it in registers on compute
capability 9.0."""


class Rows(NamedTuple):
    """Where rows of unequal length lie, each [R] int32: `starts`: the block's first position in
    the cache; `counts`: its positions, at most A; `lengths`: the row's, at most T. Callers see to
    it that start + count <= length and count >= 1: looking would stop a GPU."""

    starts: Tensor
    counts: Tensor
    lengths: Tensor


def reference(
    query: Tensor, key: Tensor, value: Tensor, cache_key: Tensor, cache_value: Tensor, rows: Rows
) -> Tensor:
    """The block's mixed values [R,H,A,S] in torch; 0 for queries beyond a row's count.

    `query` [R,H,A,S], `key`, `value` [R,G,A,S]; `cache_key`, `cache_value` [R,G,T,S] are changed.
    Row by row: a row gets the same bits alone and among others, and attention without a mask takes
    a CPU half the time.
    """
    check(query, key, value, cache_key, cache_value, rows)
    mixed = torch.zeros_like(query)
    for row, (start, count, length) in enumerate(torch.stack(rows).T.tolist()):
        for cache, fresh in ((cache_key, key), (cache_value, value)):
            cache[row, :, start : start + count] = fresh[row, :, :count]
        mixed[row, :, :count] = torch.nn.functional.scaled_dot_product_attention(
            query[row : row + 1, :, :count],
            cache_key[row : row + 1, :, :length],
            cache_value[row : row + 1, :, :length],
            enable_gqa=True,
        )[0]
    return mixed


def check(
    query: Tensor, key: Tensor, value: Tensor, cache_key: Tensor, cache_value: Tensor, rows: Rows
) -> None:
    """`ValueError` where shapes or types don't fit each other."""
    count, heads, block, size = query.shape
    groups = key.shape[1]
    if key.shape != (count, groups, block, size) or value.shape != key.shape or heads % groups:
        raise ValueError(f"block: {query.shape}, {key.shape}, {value.shape}")
    around = (count, groups, cache_key.shape[2], size)
    if cache_key.shape != around or cache_value.shape != around:
        raise ValueError(f"cache: {cache_key.shape}, {cache_value.shape}")
    kinds = {tensor.dtype for tensor in (query, key, value, cache_key, cache_value)}
    if len(kinds) > 1 or query.dtype not in TILES:
        raise ValueError(f"types: {query.dtype}, {key.dtype}, {cache_key.dtype}")
    if any(part.shape != (count,) or part.dtype != torch.int32 for part in rows):
        raise ValueError(f"rows are not int32 of {count}")
    if not (cache_key.is_contiguous() and cache_value.is_contiguous()):
        raise ValueError("the cache is not contiguous, so it can't be refreshed in place")


if triton is not None:

    @triton.jit
    def _mix(
        query, keys, values, seen, top, total, mixed, scale, PRECISION: tl.constexpr,
    ):  # fmt: skip
        """Take one block of keys [S,KEYS] and values [KEYS,S] into the running mix."""
        if PRECISION == "ieee":
            query, keys = query.to(tl.float32), keys.to(tl.float32)
        scores = tl.dot(query, keys, input_precision=PRECISION) * scale
        scores = tl.where(seen[None, :], scores, float("-inf"))
        new = tl.maximum(top, tl.max(scores, 1))
        base = tl.where(new == float("-inf"), 0.0, new)
        kept = tl.exp(top - base)
        share = tl.exp(scores - base[:, None])
        total = kept * total + tl.sum(share, 1)
        weights = share.to(values.dtype)
        if PRECISION == "ieee":
            weights, values = weights.to(tl.float32), values.to(tl.float32)
        mixed = tl.dot(weights, values, kept[:, None] * mixed, input_precision=PRECISION)
        return new, total, mixed

    @triton.jit
    def _attend(
        query, key, value, cache_key, cache_value, starts, counts, lengths, out,
        groups, block, longest, scale,
        SHARED: tl.constexpr, SIZE: tl.constexpr, WIDE: tl.constexpr, QUERIES: tl.constexpr,
        KEYS: tl.constexpr, PRECISION: tl.constexpr,
    ):  # fmt: skip
        """One block of queries of one head over the cache and the fresh keys, which the first
        program of each group of heads also writes into the cache."""
        head, first = tl.program_id(0), tl.program_id(1) * QUERIES
        row, group = head // (groups * SHARED), head // SHARED
        start, count = tl.load(starts + row), tl.load(counts + row)
        length = tl.load(lengths + row)
        inner = tl.arange(0, WIDE)
        real = inner < SIZE
        fresh_key = key + group.to(tl.int64) * block * SIZE
        fresh_value = value + group.to(tl.int64) * block * SIZE
        old_key = cache_key + group.to(tl.int64) * longest * SIZE
        old_value = cache_value + group.to(tl.int64) * longest * SIZE
        place = first + tl.arange(0, QUERIES)
        own = head.to(tl.int64) * block * SIZE + place[:, None] * SIZE + inner[None, :]
        asked = tl.load(query + own, mask=(place < count)[:, None] & real[None, :], other=0.0)
        top = tl.full([QUERIES], float("-inf"), tl.float32)
        total = tl.zeros([QUERIES], tl.float32)
        mixed = tl.zeros([QUERIES, WIDE], tl.float32)
        for begin in range(0, length, KEYS):
            at = begin + tl.arange(0, KEYS)
            seen = (at < length) & ((at < start) | (at >= start + count))
            down, across = at[None, :] * SIZE + inner[:, None], at[:, None] * SIZE + inner[None, :]
            keys = tl.load(old_key + down, mask=seen[None, :] & real[:, None], other=0.0)
            values = tl.load(old_value + across, mask=seen[:, None] & real[None, :], other=0.0)
            top, total, mixed = _mix(asked, keys, values, seen, top, total, mixed, scale, PRECISION)
        writes = (first == 0) & (head % SHARED == 0)
        for begin in range(0, count, KEYS):
            at = begin + tl.arange(0, KEYS)
            seen = at < count
            down, across = at[None, :] * SIZE + inner[:, None], at[:, None] * SIZE + inner[None, :]
            keys = tl.load(fresh_key + down, mask=seen[None, :] & real[:, None], other=0.0)
            values = tl.load(fresh_value + across, mask=seen[:, None] & real[None, :], other=0.0)
            place_down = down + start * SIZE
            place_across = across + start * SIZE
            tl.store(old_key + place_down, keys, mask=seen[None, :] & real[:, None] & writes)
            tl.store(old_value + place_across, values, mask=seen[:, None] & real[None, :] & writes)
            top, total, mixed = _mix(asked, keys, values, seen, top, total, mixed, scale, PRECISION)
        mixed = tl.where((place < count)[:, None], mixed / total[:, None], 0.0)
        tl.store(
            out + own, mixed.to(out.dtype.element_ty), mask=(place < block)[:, None] & real[None, :]
        )


def launch(
    query: Tensor, key: Tensor, value: Tensor, cache_key: Tensor, cache_value: Tensor, rows: Rows
) -> Tensor:
    """The block's mixed values in Triton; arguments as of `reference`."""
    check(query, key, value, cache_key, cache_value, rows)
    count, heads, block, size = query.shape
    groups = key.shape[1]
    tile_queries, tile_keys, warps = TILES[query.dtype]
    out = torch.empty(query.shape, dtype=query.dtype, device=query.device)
    _attend[(count * heads, triton.cdiv(block, tile_queries))](
        query.contiguous(), key.contiguous(), value.contiguous(), cache_key, cache_value,
        *rows, out, groups, block, cache_key.shape[2], size**-0.5,
        SHARED=heads // groups, SIZE=size, WIDE=max(16, triton.next_power_of_2(size)),
        QUERIES=tile_queries, KEYS=tile_keys,
        PRECISION=precision_of(query), num_warps=warps,
    )  # fmt: skip
    return out
