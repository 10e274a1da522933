"""Public models' folders with random weights, as such models are published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import Qwen2Config, Qwen2ForCausalLM, Qwen3Config, Qwen3ForCausalLM

WEIGHTS = "model.safetensors"
SPOKEN = "MOVE WS-NAME TO WS-TOTAL.\n    ADD 1 TO WS-TOTAL\n    GOBACK.\n    PERFORM MAIN-LINE."


def byte_tokenizer(*specials: str) -> Tokenizer:
    """Bytes, a few merges, and special tokens behind them."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=285,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=["<|endoftext|>"],
        show_progress=False,
    )
    tokenizer.train_from_iterator([SPOKEN], trainer)
    tokenizer.add_special_tokens([AddedToken(text, special=True) for text in specials])
    return tokenizer


def write_model(folder: Path, kind: str = "Dream", *specials: str, **settings: Any) -> Path:
    """A model with random weights, as such models are published."""
    folder.mkdir()
    byte_tokenizer("<|mask|>", *specials).save(str(folder / "tokenizer.json"))
    sizes: dict[str, Any] = {
        "vocab_size": 300,
        "hidden_size": 32,
        "intermediate_size": 48,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "initializer_range": 0.2,
        "tie_word_embeddings": False,
        "bos_token_id": 0,
        "eos_token_id": 0,
    }
    torch.manual_seed(1)
    if kind == "a2d-qwen3":
        native: Any = Qwen3ForCausalLM(Qwen3Config(**sizes, head_dim=16))
        sizes["head_dim"] = 16
    else:
        native = Qwen2ForCausalLM(Qwen2Config(**sizes))
    save_file(native.state_dict(), folder / WEIGHTS, metadata={"format": "pt"})
    mask = {"mask_token_id": 285} if kind == "Dream" else {}
    config = {"model_type": kind, "rope_theta": 1e6, **sizes, **mask, **settings}
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    return folder


def rewrite(folder: Path, **settings: Any) -> None:
    """Change config.json."""
    config = json.loads((folder / "config.json").read_text("utf-8"))
    (folder / "config.json").write_text(json.dumps({**config, **settings}), "utf-8")
