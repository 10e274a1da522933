"""A forward pass of the Llama line of models in NumPy, written from the papers: the yardstick.

RMSNorm (Zhang and Sennrich 2019), rotary positions on half-split heads (Su et al. 2021), SwiGLU
(Shazeer 2020), grouped queries (Ainslie et al. 2023), every position seeing every other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

QWEN_NAMES = {
    "embed": "model.embed_tokens.weight",
    "last": "model.norm.weight",
    "head": "lm_head.weight",
    "block": "model.layers.{}.",
    "norm1": "input_layernorm.weight",
    "norm2": "post_attention_layernorm.weight",
    "q": "self_attn.q_proj.weight",
    "k": "self_attn.k_proj.weight",
    "v": "self_attn.v_proj.weight",
    "o": "self_attn.o_proj.weight",
    "gate": "mlp.gate_proj.weight",
    "up": "mlp.up_proj.weight",
    "down": "mlp.down_proj.weight",
}
LLADA_NAMES = {
    "embed": "model.transformer.wte.weight",
    "last": "model.transformer.ln_f.weight",
    "head": "model.transformer.ff_out.weight",
    "block": "model.transformer.blocks.{}.",
    "norm1": "attn_norm.weight",
    "norm2": "ff_norm.weight",
    "q": "q_proj.weight",
    "k": "k_proj.weight",
    "v": "v_proj.weight",
    "o": "attn_out.weight",
    "gate": "ff_proj.weight",
    "up": "up_proj.weight",
    "down": "ff_out.weight",
}
BIASES = {
    "q_bias": "self_attn.q_proj.bias",
    "k_bias": "self_attn.k_proj.bias",
    "v_bias": "self_attn.v_proj.bias",
}
HEAD_NORMS = {"q_norm": "self_attn.q_norm.weight", "k_norm": "self_attn.k_norm.weight"}


@dataclass(frozen=True)
class Shape:
    """Sizes, and what a layout has beside the common matrices (`extra`: names of `BIASES` or
    `HEAD_NORMS`); `theta`: the rotary base; `tied`: the head is the embedding."""

    names: Mapping[str, str]
    extra: Mapping[str, str]
    tied: bool = False
    theta: float = 1e4
    eps: float = 1e-5
    vocabulary: int = 300
    width: int = 32
    inner: int = 48
    layers: int = 2
    heads: int = 4
    kv_heads: int = 2

    @property
    def size(self) -> int:
        return self.width // self.heads

    def tensors(self) -> dict[str, tuple[int, ...]]:
        """Every tensor's name and shape, as in a published file."""
        width, queries, keys = self.width, self.heads * self.size, self.kv_heads * self.size
        shapes = {
            "norm1": (width,), "norm2": (width,),
            "q": (queries, width), "k": (keys, width), "v": (keys, width), "o": (width, queries),
            "gate": (self.inner, width), "up": (self.inner, width), "down": (width, self.inner),
            "q_bias": (queries,), "k_bias": (keys,), "v_bias": (keys,),
            "q_norm": (self.size,), "k_norm": (self.size,),
        }  # fmt: skip
        found: dict[str, tuple[int, ...]] = {
            self.names["embed"]: (self.vocabulary, width),
            self.names["last"]: (width,),
        }
        if not self.tied:
            found[self.names["head"]] = (self.vocabulary, width)
        for layer in range(self.layers):
            for part, name in {**self.names, **self.extra}.items():
                if part in shapes:
                    found[self.names["block"].format(layer) + name] = shapes[part]
        return found


def rms(x: np.ndarray, scale: np.ndarray, eps: float) -> np.ndarray:
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + eps) * scale


def rotated(x: np.ndarray, theta: float) -> np.ndarray:
    """x [H,T,S]: coordinates i and i + S/2 of a head turn by position * theta^(-2i/S)."""
    half = x.shape[-1] // 2
    angle = np.arange(x.shape[1])[:, None] * theta ** (-np.arange(half) / half)
    a, b = x[..., :half], x[..., half:]
    turned = (a * np.cos(angle) - b * np.sin(angle), b * np.cos(angle) + a * np.sin(angle))
    return np.concatenate(turned, -1)


def logits(
    tensors: Mapping[str, np.ndarray], shape: Shape, ids: Sequence[int], causal: bool = False
) -> np.ndarray:
    """Logits [T,V] in float64; `causal` only to show that the other direction matters."""
    names = {**shape.names, **shape.extra}
    x = tensors[names["embed"]][list(ids)]
    for layer in range(shape.layers):
        block = names["block"].format(layer)
        part = {
            key: tensors[block + name] for key, name in names.items() if block + name in tensors
        }
        seen = rms(x, part["norm1"], shape.eps)
        x = x + attended(seen, part, shape, causal) @ part["o"].T
        seen = rms(x, part["norm2"], shape.eps)
        gate = seen @ part["gate"].T
        x = x + (gate / (1 + np.exp(-gate)) * (seen @ part["up"].T)) @ part["down"].T
    head = tensors[names["embed" if shape.tied else "head"]]
    return rms(x, tensors[names["last"]], shape.eps) @ head.T


def attended(
    x: np.ndarray, part: Mapping[str, np.ndarray], shape: Shape, causal: bool
) -> np.ndarray:
    """Attention's mix of values [T, heads * size]."""
    length = len(x)

    def split(which: str, heads: int) -> np.ndarray:
        flat = x @ part[which].T + part.get(f"{which}_bias", 0.0)
        return flat.reshape(length, heads, shape.size).transpose(1, 0, 2)

    query, key, value = (
        split("q", shape.heads),
        split("k", shape.kv_heads),
        split("v", shape.kv_heads),
    )
    if "q_norm" in part:
        query, key = rms(query, part["q_norm"], shape.eps), rms(key, part["k_norm"], shape.eps)
    query, key = rotated(query, shape.theta), rotated(key, shape.theta)
    mixed = np.empty((length, shape.heads, shape.size))
    for head in range(shape.heads):
        shared = head * shape.kv_heads // shape.heads
        scores = query[head] @ key[shared].T / np.sqrt(shape.size)
        if causal:
            scores = np.where(np.tri(length, dtype=bool), scores, -np.inf)
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed[:, head] = weights / weights.sum(-1, keepdims=True) @ value[shared]
    return mixed.reshape(length, -1)
