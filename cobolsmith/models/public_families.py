"""Families of public diffusion models: what sets one apart from the other, and which are refused.

A family's weights are those of a class that transformers knows natively, so none of its own code
is needed. LLaDA is Llama under OLMo's names: its configuration and its tensors are renamed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cobolsmith.errors import ModelError


@dataclass(frozen=True, slots=True)
class Family:
    """How models of a kind are read. `native`: the class of transformers that holds the weights;
    `shifted`: position i predicts token i + 1, as before the adaptation; `framed`: the canvas
    stands between the begin and end tokens; `mask`: the mask's id if the folder doesn't say;
    `settings`, `tensors`: the family's own names for the class's settings and tensors."""

    native: str
    shifted: bool
    framed: bool = False
    mask: int | None = None
    settings: Mapping[str, str] | None = None
    tensors: Mapping[str, str] | None = None


LLADA_SETTINGS = {
    "hidden_size": "d_model",
    "intermediate_size": "mlp_hidden_size",
    "num_hidden_layers": "n_layers",
    "num_attention_heads": "n_heads",
    "num_key_value_heads": "n_kv_heads",
    "max_position_embeddings": "max_sequence_length",
    "tie_word_embeddings": "weight_tying",
    "rms_norm_eps": "rms_norm_eps",
    "rope_theta": "rope_theta",
    "vocab_size": "vocab_size",
}
LLADA_TENSORS = {
    r"^model\.transformer\.wte\.": "model.embed_tokens.",
    r"^model\.transformer\.ln_f\.": "model.norm.",
    r"^model\.transformer\.ff_out\.": "lm_head.",
    r"^model\.transformer\.blocks\.(\d+)\.attn_norm\.": r"model.layers.\1.input_layernorm.",
    r"^model\.transformer\.blocks\.(\d+)\.ff_norm\.": r"model.layers.\1.post_attention_layernorm.",
    r"^model\.transformer\.blocks\.(\d+)\.q_proj\.": r"model.layers.\1.self_attn.q_proj.",
    r"^model\.transformer\.blocks\.(\d+)\.k_proj\.": r"model.layers.\1.self_attn.k_proj.",
    r"^model\.transformer\.blocks\.(\d+)\.v_proj\.": r"model.layers.\1.self_attn.v_proj.",
    r"^model\.transformer\.blocks\.(\d+)\.attn_out\.": r"model.layers.\1.self_attn.o_proj.",
    r"^model\.transformer\.blocks\.(\d+)\.ff_proj\.": r"model.layers.\1.mlp.gate_proj.",
    r"^model\.transformer\.blocks\.(\d+)\.up_proj\.": r"model.layers.\1.mlp.up_proj.",
    r"^model\.transformer\.blocks\.(\d+)\.ff_out\.": r"model.layers.\1.mlp.down_proj.",
}
LLADA_IS = {
    "block_type": "llama",
    "layer_norm_type": "rms",
    "activation_type": "silu",
    "rope": True,
    "alibi": False,
    "include_bias": False,
    "include_qkv_bias": False,
    "bias_for_layer_norm": False,
    "attention_layer_norm": False,
    "input_emb_norm": False,
    "scale_logits": False,
    "clip_qkv": None,
}
"""Settings under which LLaDA is Llama by other names, as all published models have them."""

FAMILIES = {
    "Dream": Family("Qwen2", shifted=True, framed=True, mask=151_666),
    "qwen2": Family("Qwen2", shifted=True),
    "a2d-qwen2": Family("Qwen2", shifted=False),
    "a2d-qwen3": Family("Qwen3", shifted=False),
    "a2d-llama": Family("Llama", shifted=False),
    "llada": Family("Llama", False, mask=126_336, settings=LLADA_SETTINGS, tensors=LLADA_TENSORS),
}
"""By `model_type`: Dream, Dream-Coder, DreamOn and DiffuCoder; Open-dCoder; Tiny-A2D; LLaDA 8B, 1.5
and iLLaDA (whose configuration names another mask)."""
ARCHITECTURES = {
    "DreamModel": "Dream",
    "A2DQwen2LMHeadModel": "a2d-qwen2",
    "A2DQwen3LMHeadModel": "a2d-qwen3",
    "A2DLlamaLMHeadModel": "a2d-llama",
    "LLaDAModelLM": "llada",
}
REFUSED = {
    "llada2_moe": "LLaDA2",
    "LLaDA2MoeModelLM": "LLaDA2",
    "LLaDAMoEModelLM": "LLaDA-MoE",
    "StableDiffcoderForCausalLM": "Stable-DiffCoder",
    "diffusion_gemma": "DiffusionGemma",
    "DiffusionGemmaForBlockDiffusion": "DiffusionGemma",
}
"""Models known by `model_type` or architecture whose layers or decoding no class here has: mixtures
of experts, attention causal by blocks, or no mask token at all."""


def family_of(config: dict[str, Any], folder: Path) -> Family:
    """The family a config.json names, by `model_type`, else by `architectures`; `ModelError` if it
    is of no known family, or one whose own code would have to run."""
    kind = str(config.get("model_type", ""))
    architectures = [str(name) for name in config.get("architectures") or ()]
    where = str(folder / "config.json")
    for name in (*architectures, kind):
        if name in REFUSED:
            raise ModelError(
                f"{REFUSED[name]} models are not read: only their own code can run them",
                where=where,
                remedy=f"known families: {', '.join(sorted(FAMILIES))}; "
                "or serve the model and name its endpoint",
            )
    for name in (kind, *(ARCHITECTURES.get(architecture, "") for architecture in architectures)):
        if name in FAMILIES:
            return FAMILIES[name]
    raise ModelError(
        f"model_type {kind or 'missing'} ({', '.join(architectures) or 'no architecture'}) "
        "is of no family known here",
        where=where,
        remedy=f"known: {', '.join(sorted(FAMILIES))}; a model's own code is never run",
    )


def native_settings(config: dict[str, Any], family: Family, folder: Path) -> dict[str, Any]:
    """A config.json in the names of the family's native class."""
    foreign = ("model_type", "auto_map", "architectures", "transformers_version")
    if family.settings is None:
        return {key: value for key, value in config.items() if key not in foreign}
    where = str(folder / "config.json")
    for key, wanted in LLADA_IS.items():
        if config.get(key, wanted) != wanted:
            raise ModelError(
                f"{key} is {config[key]}: not LLaDA as it is published",
                where=where,
                remedy=f"only models with {key} {wanted} are read",
            )
    found = {native: config.get(own) for native, own in family.settings.items()}
    found["vocab_size"] = config.get("embedding_size") or found["vocab_size"]
    found["num_key_value_heads"] = found["num_key_value_heads"] or found["num_attention_heads"]
    if missing := sorted(family.settings[key] for key, value in found.items() if value is None):
        raise ModelError(
            f"lacks {', '.join(missing)}", where=where, remedy="fetch the model's files anew"
        )
    return found
