"""Every published layout, with random weights, against an independent forward pass."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from public_models import WEIGHTS, byte_tokenizer, rewrite
from reference_forward import BIASES, HEAD_NORMS, LLADA_NAMES, QWEN_NAMES, Shape, logits
from safetensors.torch import save_file

from cobolsmith.errors import ModelError
from cobolsmith.models import public_folder
from cobolsmith.models.public import PublicInfiller, load_public
from cobolsmith.models.public_folder import FIRST
from cobolsmith.models.tokenizer import DELETE, EXPAND, MASK_ID

LLADA_CONFIG = {
    "activation_type": "silu", "alibi": False, "alibi_bias_max": 8.0,
    "architectures": ["LLaDAModelLM"], "attention_dropout": 0.0, "attention_layer_norm": False,
    "auto_map": {"AutoModel": "modeling_llada.LLaDAModelLM"}, "bias_for_layer_norm": False,
    "block_group_size": 1, "block_type": "llama", "d_model": 32, "embedding_dropout": 0.0,
    "embedding_size": 300, "eos_token_id": 0, "flash_attention": False, "include_bias": False,
    "include_qkv_bias": False, "init_fn": "mitchell", "init_std": 0.02, "input_emb_norm": False,
    "layer_norm_type": "rms", "layer_norm_with_affine": True, "mask_token_id": 285,
    "max_sequence_length": 4096, "mlp_hidden_size": 48, "mlp_ratio": 4, "model_type": "llada",
    "multi_query_attention": None, "n_heads": 4, "n_kv_heads": 4, "n_layers": 2,
    "pad_token_id": 0, "rms_norm_eps": 1e-05, "rope": True, "rope_full_precision": True,
    "rope_theta": 500000.0, "scale_logits": False, "transformers_version": "4.46.3",
    "use_cache": False, "vocab_size": 300, "weight_tying": False,
}  # fmt: skip
COMMON = {
    "vocab_size": 300, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2,
    "num_attention_heads": 4, "num_key_value_heads": 2, "bos_token_id": 0, "eos_token_id": 0,
    "tie_word_embeddings": False, "max_position_embeddings": 2048, "hidden_act": "silu",
    "torch_dtype": "bfloat16",
}  # fmt: skip


@dataclass(frozen=True)
class Layout:
    """A family as published: its configuration, its tensors, whether predictions are shifted."""

    shape: Shape
    config: dict[str, Any]
    shifted: bool = False
    specials: tuple[str, ...] = ("<|mask|>",)
    shards: int = 1


def qwen(kind: str, architecture: str, shape: Shape, **rest: Any) -> Layout:
    config = {
        **COMMON, "model_type": kind, "architectures": [architecture],
        "rms_norm_eps": shape.eps, "rope_theta": shape.theta,
    }  # fmt: skip
    return Layout(shape, {**config, **rest.pop("config", {})}, **rest)


DREAM = Shape(QWEN_NAMES, BIASES, theta=1e6, eps=1e-6)
LAYOUTS = {
    "Dream": qwen("Dream", "DreamModel", DREAM, shifted=True, config={"mask_token_id": 285}),
    "DreamOn, in shards": qwen(
        "Dream", "DreamModel", DREAM, shifted=True, shards=3,
        config={"mask_token_id": 285}, specials=("<|mask|>", "<|expand|>"),
    ),
    "Open-dCoder": qwen(
        "qwen2", "Qwen2ForCausalLM", Shape(QWEN_NAMES, BIASES, tied=True, theta=1e6, eps=1e-6),
        shifted=True, config={"tie_word_embeddings": True},
    ),
    "Tiny-A2D Qwen2": qwen("a2d-qwen2", "A2DQwen2LMHeadModel", DREAM),
    "Tiny-A2D Qwen3": qwen(
        "a2d-qwen3", "A2DQwen3LMHeadModel", Shape(QWEN_NAMES, HEAD_NORMS, theta=1e6, eps=1e-6),
        config={"head_dim": 8, "attention_bias": False},
    ),
    "Tiny-A2D Llama": qwen("a2d-llama", "A2DLlamaLMHeadModel", Shape(QWEN_NAMES, {}, theta=5e5)),
    "LLaDA": Layout(Shape(LLADA_NAMES, {}, theta=5e5, kv_heads=4), LLADA_CONFIG),
    "LLaDA 1.5, in shards": Layout(
        Shape(LLADA_NAMES, {}, theta=5e5, kv_heads=4), LLADA_CONFIG, shards=2
    ),
    "iLLaDA": Layout(
        Shape(LLADA_NAMES, {}, theta=5e5), {**LLADA_CONFIG, "mask_token_id": 5, "n_kv_heads": 2}
    ),
}  # fmt: skip


def write(folder: Path, layout: Layout) -> dict[str, np.ndarray]:
    """Write a folder in a layout, weights in bfloat16; returns them in float64."""
    folder.mkdir()
    byte_tokenizer(*layout.specials).save(str(folder / "tokenizer.json"))
    (folder / "config.json").write_text(json.dumps(layout.config), "utf-8")
    noise = torch.Generator().manual_seed(3)
    tensors = {}
    for name, shape in layout.shape.tensors().items():
        drawn = torch.randn(shape, generator=noise) * 0.3
        tensors[name] = (drawn + 1.0 if "norm" in name or "ln_f" in name else drawn).bfloat16()
    names = sorted(tensors)
    files = [f"model-{n + 1:05}-of-{layout.shards:05}.safetensors" for n in range(layout.shards)]
    if layout.shards == 1:
        files = [WEIGHTS]
    for number, file in enumerate(files):
        part = {name: tensors[name] for name in names[number :: layout.shards]}
        save_file(part, folder / file, metadata={"format": "pt"})
    if layout.shards > 1:
        where = {name: files[at % layout.shards] for at, name in enumerate(names)}
        index = {"metadata": {}, "weight_map": where}
        (folder / "model.safetensors.index.json").write_text(json.dumps(index), "utf-8")
    return {name: tensor.double().numpy() for name, tensor in tensors.items()}


def asked(infiller: PublicInfiller, row: Sequence[int], places: Sequence[int]) -> np.ndarray:
    """The model's log-odds of its own vocabulary, computed in float32."""
    infiller.network.float()
    return infiller.denoise(row, places)[:, FIRST:]


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_computes_what_the_reference_computes(tmp_path: Path, name: str) -> None:
    layout = LAYOUTS[name]
    tensors = write(tmp_path / "model", layout)
    infiller = load_public(tmp_path / "model")
    row = infiller.encode(" MOVE WS-NAME TO WS-TOTAL")
    row[3:5] = [MASK_ID, MASK_ID]
    mask = infiller.vocabulary.mask
    assert mask == layout.config.get("mask_token_id", 285)
    ids = [mask if at == MASK_ID else at - FIRST for at in row]
    places = range(1, len(row))
    wanted = logits(tensors, layout.shape, ids)
    one_way = logits(tensors, layout.shape, ids, causal=True)
    back = [place - layout.shifted for place in places]
    found = asked(infiller, row, places)
    assert np.abs(found - wanted[back]).max() < 1e-3
    assert np.abs(found - one_way[back]).max() > 0.1  # sees what comes later


def test_a_tensor_in_no_shard_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    write(folder, LAYOUTS["LLaDA 1.5, in shards"])
    index = folder / "model.safetensors.index.json"
    content = json.loads(index.read_text("utf-8"))
    first, *_ = content["weight_map"]
    content["weight_map"][first] = next(
        file for file in content["weight_map"].values() if file != content["weight_map"][first]
    )
    index.write_text(json.dumps(content), "utf-8")
    with pytest.raises(ModelError, match=f"{first} isn't in model-"):
        load_public(folder)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"alibi": True}, "alibi is True: not LLaDA as it is published"),
        ({"include_qkv_bias": True}, "include_qkv_bias"),
        ({"block_type": "sequential"}, "block_type is sequential"),
        ({"d_model": None}, "lacks d_model"),
        ({"model_type": "llada", "architectures": ["LLaDAMoEModelLM"]}, "LLaDA-MoE"),
        ({"n_layers": 3}, "not those of a Llama model"),
    ],
)
def test_a_llada_unlike_the_published_ones_is_refused(
    tmp_path: Path, settings: dict[str, Any], said: str
) -> None:
    write(tmp_path / "model", LAYOUTS["LLaDA"])
    rewrite(tmp_path / "model", **settings)
    with pytest.raises(ModelError, match=said):
        load_public(tmp_path / "model")


def test_a_vocabulary_that_is_not_byte_level_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    write(folder, LAYOUTS["LLaDA"])
    content = (folder / "tokenizer.json").read_text("utf-8").replace("Ġ", "▁")
    (folder / "tokenizer.json").write_text(content, "utf-8")
    with pytest.raises(ModelError, match="not of the byte-level kind"):
        load_public(folder)


def test_weights_that_memory_cannot_hold_are_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "model", LAYOUTS["LLaDA"])
    monkeypatch.setattr(public_folder, "free_bytes", lambda _: 1000)
    with pytest.raises(ModelError, match=r"out of memory: the weights need 0\.0 GiB") as refused:
        load_public(tmp_path / "model")
    assert "smaller model" in refused.value.remedy


def test_numbers_that_are_none_stop_the_fill(tmp_path: Path) -> None:
    tensors = write(tmp_path / "model", LAYOUTS["LLaDA"])
    spoilt = {name: torch.tensor(tensor).bfloat16() for name, tensor in tensors.items()}
    spoilt["model.transformer.ln_f.weight"][0] = float("nan")
    save_file(spoilt, tmp_path / "model" / WEIGHTS, metadata={"format": "pt"})
    infiller = load_public(tmp_path / "model")
    with pytest.raises(ModelError, match=r"not numbers .*fetch the model's files anew"):
        infiller.denoise(infiller.encode(" MOVE A"), [1])


def test_memory_that_runs_out_while_filling_is_said(tmp_path: Path) -> None:
    write(tmp_path / "model", LAYOUTS["LLaDA"])
    infiller = load_public(tmp_path / "model")
    for message, kind in (("can't allocate memory", ModelError), ("sizes differ", RuntimeError)):

        def fail(*_: Any, text: str = message, **__: Any) -> None:
            raise RuntimeError(text)

        infiller.network.model.forward = fail
        with pytest.raises(kind, match=r"out of memory on 1 tokens|sizes differ"):
            infiller.denoise(infiller.encode("A"), [0])


def test_dreamon_says_what_expands_and_what_deletes(tmp_path: Path) -> None:
    layout = LAYOUTS["DreamOn, in shards"]
    tensors = write(tmp_path / "model", layout)
    infiller = load_public(tmp_path / "model")
    infiller.network.float()
    row = infiller.encode(" MOVE WS-NAME TO X")
    wanted = logits(tensors, layout.shape, [at - FIRST for at in row])[1]
    found = infiller.denoise(row, [2])[0]
    assert found[EXPAND] == pytest.approx(wanted[286], abs=1e-3)
    assert found[DELETE] == pytest.approx(wanted[0], abs=1e-3)
    assert not infiller.vocabulary.clean[[FIRST + 286, FIRST, FIRST + 285]].any()
    write(tmp_path / "other", LAYOUTS["Dream"])
    lacking = load_public(tmp_path / "other").denoise(row, [2])[0]
    assert lacking[[EXPAND, DELETE]].tolist() == [-np.inf, -np.inf]
