"""The network: a bidirectional transformer over one window of code and its table of names.

Pre-norm blocks with RMSNorm, rotary positions, SwiGLU and normalised queries and keys; one learned
sink token in front that every position may attend to; the output head shares the token embedding
and is computed only where asked. A name's embedding is computed from its binding (spelling,
features, identity) by `NameEncoder`, and its row of the softmax from that embedding, so the
vocabulary of a canvas is [static ids ; its names].

Shapes: B rows, T tokens, K names a row, M asked positions, D width, V static ids.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812 (torch's own name for it)
from torch import Tensor, nn

from cobolsmith.models.binding import FEATURE_SIZES, PIECES

LONGEST = 1024
"""Positions for which rotary tables are kept, the sink's included."""


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
    """Apply rotary positions to x [B,H,T,S]; the halves of S are the two coordinates."""
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

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, bias: Tensor) -> Tensor:
        """`bias` [B,1,1,T] is added to attention scores (-inf hides a key)."""
        x = x + self.attended(self._attention(rms_norm(x, self.attend_norm), cos, sin, bias))
        gate, up = self.gate_up(rms_norm(x, self.inner_norm)).chunk(2, dim=-1)
        return x + self.down(F.silu(gate) * up)  # type: ignore[no-any-return]

    def _attention(self, x: Tensor, cos: Tensor, sin: Tensor, bias: Tensor) -> Tensor:
        rows, length, width = x.shape
        split = self.query_key_value(x).view(rows, length, 3, self.heads, -1)
        query, key, value = split.permute(2, 0, 3, 1, 4)  # each [B,H,T,S]
        query, key = rotate(rms_norm(query), cos, sin), rotate(rms_norm(key), cos, sin)
        # Written out: on the CPU the backward pass of the fused attention takes five times as long.
        scores = query @ key.transpose(2, 3) * query.shape[-1] ** -0.5
        weights = (scores.float() + bias).softmax(-1).to(value.dtype)
        mixed: Tensor = weights @ value
        return mixed.transpose(1, 2).reshape(rows, length, width)


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

    def trunk(self, x: Tensor, hidden: Tensor) -> Tensor:
        """Run the blocks over [B,1+T,D]; `hidden` [B,T] (bool) marks padding. -> [B,T,D]."""
        cos, sin = self.cos[: x.shape[1]], self.sin[: x.shape[1]]
        bias = torch.zeros(hidden.shape, device=x.device).masked_fill(hidden, float("-inf"))
        bias = F.pad(bias, (1, 0))[:, None, None, :]
        x = rms_norm(x)
        for block in self.blocks:
            x = block(x, cos, sin, bias)
        return rms_norm(x, self.last_norm)[:, 1:]

    def head(self, state: Tensor, names: Tensor, present: Tensor, asked: Tensor) -> Tensor:
        """Log-odds at asked positions. `state` [B,T,D], `asked` [M,2] (row, place) -> [M,V+K]."""
        rows, places = asked[:, 0], asked[:, 1]
        scale = self.scale * self.config.width**-0.5
        chosen = state[rows, places] * scale
        static = chosen @ self.embedding.to(chosen.dtype).T
        slots = torch.bmm(state * scale, self.name_head(names).to(state.dtype).transpose(1, 2))
        slots = slots.masked_fill(~present[:, None, :], float("-inf"))
        return torch.cat([static, slots[rows, places]], dim=-1)

    def forward(self, ids: Tensor, bindings: Bindings, hidden: Tensor, asked: Tensor) -> Tensor:
        """Log-odds [M,V+K] at the asked positions of ids [B,T]."""
        names = self.embed_names(bindings)
        state = self.trunk(self.embed(ids, names), hidden)
        return self.head(state, names, bindings.present, asked)


def count_parameters(network: nn.Module) -> int:
    """Number of trained numbers."""
    return sum(parameter.numel() for parameter in network.parameters())
