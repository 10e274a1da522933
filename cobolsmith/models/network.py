"""The network: a bidirectional transformer over one window of code and its table of names.

Pre-norm blocks with RMSNorm, rotary positions, SwiGLU and normalised queries and keys; one learned
sink token in front that every position may attend to; the output head shares the token embedding
and is computed only where asked. A name's embedding is computed from its binding (spelling,
features, identity) by `NameEncoder`, and its row of the softmax from that embedding, so the
vocabulary of a canvas is [static ids ; its names].

The tokens of holes are *active*: they attend to everything, while the context (prefix and suffix)
attends to context alone, and the suffix stands `GAP` positions after the prefix however long the
hole is. So keys and values of the context don't depend on what the hole holds or how long it is:
`remember` computes them once for all steps, lengths and candidates of a canvas, and `attend` runs
the hole's few tokens over them, in room kept for them behind the context. The cache is exact: of
the context nothing has to be refreshed.

Shapes: B rows, T tokens, K names a row, M asked positions, D width, V static ids, H heads, S the
size of a head.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812 (torch's own name for it)
from torch import Tensor, nn

from cobolsmith.kernels import Rows, attend_block
from cobolsmith.models.binding import FEATURE_SIZES, PIECES

LONGEST = 1024
"""Positions for which rotary tables are kept, the sink's included."""
GAP = 96
"""Positions kept free for a hole: its longest length."""


@dataclass(frozen=True, slots=True)
class NetworkConfig:
    """Sizes. `static_size`: ids of the tokenizer; `identities`: learned slot vectors."""

    static_size: int
    width: int = 256
    layers: int = 6
    heads: int = 4
    inner: int = 704
    identities: int = 128
    rope_base: float = 10_000.0

    def as_dict(self) -> dict[str, float]:
        """Plain numbers, for a JSON file."""
        return asdict(self)


class Bindings(NamedTuple):
    """Tables of names, padded: `pieces` [B,K,PIECES], `features` [B,K,FEATURES], `identities`
    [B,K] and `present` [B,K] (bool)."""

    pieces: Tensor
    features: Tensor
    identities: Tensor
    present: Tensor

    def to(self, device: torch.device) -> Bindings:
        """The tables on a device."""
        return Bindings(*(table.to(device) for table in self))


class Layout(NamedTuple):
    """What stands where in rows of tokens, each [B,T]: `hidden` (padding), `active` (of a hole),
    `positions` (rotary, counted from 0)."""

    hidden: Tensor
    active: Tensor
    positions: Tensor

    def to(self, device: torch.device) -> Layout:
        """The tables on a device."""
        return Layout(*(table.to(device) for table in self))

    @classmethod
    def plain(cls, hidden: Tensor) -> Layout:
        """Rows without a hole: everything attends to everything."""
        positions = torch.arange(hidden.shape[1], device=hidden.device).expand_as(hidden)
        return cls(hidden, torch.zeros_like(hidden), positions)


Pair = tuple[Tensor, Tensor]
"""Keys (at their positions) and values, each [B,H,T,S]."""


class Memory(NamedTuple):
    """Keys and values of a context, a pair for each block, with room for a hole of `GAP` tokens
    behind it; `context`: how many of the positions are the context's."""

    pairs: tuple[Pair, ...]
    context: int

    @classmethod
    def of(cls, pairs: Sequence[Pair], context: int) -> Memory:
        """What the blocks made of a context, with room behind it."""
        room = (0, 0, 0, GAP)
        return cls(
            tuple((F.pad(keys, room), F.pad(values, room)) for keys, values in pairs), context
        )


def rms_norm(x: Tensor, scale: Tensor | None = None) -> Tensor:
    """Root-mean-square normalisation of the last dimension, in float32."""
    wide = x.float()
    normed = wide * torch.rsqrt(wide.square().mean(-1, keepdim=True) + 1e-6)
    return (normed if scale is None else normed * scale).to(x.dtype)


def rotary_table(length: int, size: int, base: float) -> tuple[Tensor, Tensor]:
    """Cosines and sines [length, size // 2] of the rotary position embedding (RoFormer)."""
    rates = base ** (-torch.arange(0, size, 2, dtype=torch.float32) / size)
    angles = torch.arange(length, dtype=torch.float32)[:, None] * rates
    return angles.cos(), angles.sin()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Apply rotary positions [B,1,T,S/2] to x [B,H,T,S]; the halves of S are the coordinates."""
    a, b = x.chunk(2, dim=-1)
    cos, sin = cos.to(x.dtype), sin.to(x.dtype)
    return torch.cat([a * cos - b * sin, a * sin + b * cos], dim=-1)


class Block(nn.Module):
    """One transformer block: [B,T,D] -> [B,T,D]."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        width = config.width
        self.heads = config.heads
        self.attend_norm = nn.Parameter(torch.ones(width))
        self.query_key_value = nn.Linear(width, 3 * width, bias=False)
        self.attended = nn.Linear(width, width, bias=False)
        self.inner_norm = nn.Parameter(torch.ones(width))
        self.gate_up = nn.Linear(width, 2 * config.inner, bias=False)
        self.down = nn.Linear(config.inner, width, bias=False)

    def forward(
        self, x: Tensor, cos: Tensor, sin: Tensor, bias: Tensor | None = None
    ) -> tuple[Tensor, Pair]:
        """The block's output, and its keys and values.

        `bias` [B,1,T,T] is added to attention scores (-inf hides a key from a query).
        """
        query, key, value = self._heads(rms_norm(x, self.attend_norm), cos, sin)
        # Written out: on the CPU the backward pass of the fused attention takes five times as long.
        scores = (query @ key.transpose(2, 3) * query.shape[-1] ** -0.5).float()
        weights = (scores if bias is None else scores + bias).softmax(-1).to(value.dtype)
        return self._mixed_in(x, weights @ value), (key, value)

    def over(self, x: Tensor, cos: Tensor, sin: Tensor, cache: Pair, rows: Rows) -> Tensor:
        """The block's output for a hole's tokens over a cache, where their own keys and values are
        put in; see `kernels.block_attention`."""
        query, key, value = self._heads(rms_norm(x, self.attend_norm), cos, sin)
        return self._mixed_in(x, attend_block(query, key, value, *cache, rows))

    def _mixed_in(self, x: Tensor, mixed: Tensor) -> Tensor:
        """What attention mixed [B,H,T,S] added to x [B,T,D], and the block's inner layer."""
        x = x + self.attended(mixed.transpose(1, 2).reshape(x.shape))
        gate, up = self.gate_up(rms_norm(x, self.inner_norm)).chunk(2, dim=-1)
        deeper: Tensor = x + self.down(F.silu(gate) * up)
        return deeper

    def _heads(self, x: Tensor, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys (both normalised, at their positions) and values, each [B,H,T,S]."""
        rows, length, _ = x.shape
        split = self.query_key_value(x).view(rows, length, 3, self.heads, -1)
        query, key, value = split.permute(2, 0, 3, 1, 4)
        return rotate(rms_norm(query), cos, sin), rotate(rms_norm(key), cos, sin), value


class NameEncoder(nn.Module):
    """Embeddings of names from their bindings: [B,K,...] -> [B,K,D]."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        width = config.width
        self.places = nn.Parameter(torch.randn(PIECES, width) * 0.1 + 1.0)
        self.features = nn.ModuleList(nn.Embedding(size, width) for size in FEATURE_SIZES)
        self.identity = nn.Embedding(config.identities, width)
        self.mix = nn.Linear(width, width, bias=False)
        self.out = nn.Linear(width, width, bias=False)

    def forward(self, bindings: Bindings, embedding: Tensor) -> Tensor:
        """`embedding` [V,D] is the static one: pieces of a spelling are ordinary pieces."""
        shown = (bindings.pieces > 0).unsqueeze(-1)
        pieces = F.embedding(bindings.pieces, embedding) * self.places * shown
        total = pieces.sum(2)
        for place, table in enumerate(self.features):
            total = total + table(bindings.features[..., place])
        total = total + self.identity(bindings.identities)
        return total + self.out(F.silu(self.mix(rms_norm(total))))  # type: ignore[no-any-return]


class Network(nn.Module):
    """The denoiser: ids with masks in, log-odds of the static ids and names out."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Parameter(torch.randn(config.static_size, config.width) * 0.5)
        self.sink = nn.Parameter(torch.randn(config.width) * 0.5)
        self.names = NameEncoder(config)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.last_norm = nn.Parameter(torch.ones(config.width))
        self.name_head = nn.Linear(config.width, config.width, bias=False)
        self.scale = nn.Parameter(torch.tensor(1.0))
        self.cos: Tensor
        self.sin: Tensor
        cos, sin = rotary_table(LONGEST, config.width // config.heads, config.rope_base)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        self._shrink()

    def _shrink(self) -> None:
        """Initialise: matrices at 1/sqrt(fan-in), residual outputs at zero."""
        for block in self.blocks:
            assert isinstance(block, Block)
            for linear in (block.query_key_value, block.gate_up):
                nn.init.normal_(linear.weight, std=self.config.width**-0.5)
            nn.init.zeros_(block.attended.weight)
            nn.init.zeros_(block.down.weight)
        for table in (*self.names.features, self.names.identity):
            assert isinstance(table, nn.Embedding)
            nn.init.normal_(table.weight, std=0.5)
        nn.init.normal_(self.names.mix.weight, std=self.config.width**-0.5)
        nn.init.zeros_(self.names.out.weight)
        nn.init.eye_(self.name_head.weight)

    def embed_names(self, bindings: Bindings) -> Tensor:
        """[B,K,D] embeddings of the tables of names."""
        return self.names(bindings, self.embedding)  # type: ignore[no-any-return]

    def embed(self, ids: Tensor, names: Tensor) -> Tensor:
        """[B,T] ids -> [B,1+T,D]: static rows, slots' rows, the sink in front."""
        static = self.config.static_size
        is_slot = ids >= static
        plain = F.embedding(ids.clamp(max=static - 1), self.embedding)
        slots = (ids - static).clamp(min=0).unsqueeze(-1).expand(-1, -1, names.shape[-1])
        mixed = torch.where(is_slot.unsqueeze(-1), names.gather(1, slots), plain)
        sink = self.sink.expand(len(ids), 1, -1)
        return torch.cat([sink, mixed], dim=1)

    def trunk(self, x: Tensor, layout: Layout) -> Tensor:
        """Run the blocks over [B,1+T,D] -> [B,T,D]."""
        hidden, active = F.pad(layout.hidden, (1, 0)), F.pad(layout.active, (1, 0))
        cos, sin = self._rotary(F.pad(layout.positions + 1, (1, 0)))
        unseen = hidden[:, None, :] | (active[:, None, :] & ~active[:, :, None])
        bias = torch.zeros(unseen.shape, device=x.device).masked_fill(unseen, float("-inf"))
        x = rms_norm(x)
        for block in self.blocks:
            x, _ = block(x, cos, sin, bias[:, None])
        return rms_norm(x, self.last_norm)[:, 1:]

    def remember(self, x: Tensor, positions: Tensor) -> Memory:
        """Keys and values of a context [B,1+T,D] (sink in front) at `positions` [B,T]."""
        cos, sin = self._rotary(F.pad(positions + 1, (1, 0)))
        x, pairs = rms_norm(x), []
        for block in self.blocks:
            x, pair = block(x, cos, sin)
            pairs.append(pair)
        return Memory.of(pairs, x.shape[1])

    def attend(self, x: Tensor, positions: Tensor, memory: Memory) -> Tensor:
        """Run the blocks over a hole's tokens [B,A,D] (no sink, A at most `GAP`) at `positions`
        [B,A], its context remembered -> [B,A,D]. Overwrites the memory's room."""
        cos, sin = self._rotary(positions + 1)
        size, begin = x.shape[1], memory.context
        columns = torch.tensor([begin, size, begin + size], dtype=torch.int32, device=x.device)
        rows = Rows(*columns[:, None].expand(-1, len(x)).contiguous())
        x = rms_norm(x)
        for block, cache in zip(self.blocks, memory.pairs, strict=True):
            assert isinstance(block, Block)
            x = block.over(x, cos, sin, cache, rows)
        return rms_norm(x, self.last_norm)

    def _rotary(self, positions: Tensor) -> tuple[Tensor, Tensor]:
        """Cosines and sines [B,1,T,S/2] at positions [B,T], the sink's being 0."""
        return self.cos[positions][:, None], self.sin[positions][:, None]

    def head(self, state: Tensor, names: Tensor, present: Tensor, asked: Tensor) -> Tensor:
        """Log-odds at asked positions. `state` [B,T,D], `asked` [M,2] (row, place) -> [M,V+K]."""
        rows, places = asked[:, 0], asked[:, 1]
        scale = self.scale * self.config.width**-0.5
        chosen = state[rows, places] * scale
        static = chosen @ self.embedding.to(chosen.dtype).T
        slots = torch.bmm(state * scale, self.name_head(names).to(state.dtype).transpose(1, 2))
        slots = slots.masked_fill(~present[:, None, :], float("-inf"))
        return torch.cat([static, slots[rows, places]], dim=-1)

    def forward(self, ids: Tensor, bindings: Bindings, layout: Layout, asked: Tensor) -> Tensor:
        """Log-odds [M,V+K] at the asked positions of ids [B,T]."""
        names = self.embed_names(bindings)
        state = self.trunk(self.embed(ids, names), layout)
        return self.head(state, names, bindings.present, asked)


def count_parameters(network: nn.Module) -> int:
    """Number of trained numbers."""
    return sum(parameter.numel() for parameter in network.parameters())
