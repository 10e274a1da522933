"""Weights on disk: they come back, and whatever is wrong with them is said."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from tiny import tiny_network

from cobolsmith import models
from cobolsmith.errors import ModelError, UsageError
from cobolsmith.models.tokenizer import CobolTokenizer
from cobolsmith.models.weights import load_weights, save_weights


@pytest.fixture
def folder(tokenizer: CobolTokenizer, tmp_path: Path) -> Path:
    save_weights(tiny_network(tokenizer), tokenizer, tmp_path, "tiny", {"tokens_seen": 5})
    return tmp_path


def test_weights_come_back_in_bfloat16(folder: Path, tokenizer: CobolTokenizer) -> None:
    network, read = load_weights(folder, "tiny")
    written = tiny_network(tokenizer).state_dict()
    assert read.encode(["MOVE", "X(10)"], {}) == tokenizer.encode(["MOVE", "X(10)"], {})
    for key, tensor in network.state_dict().items():
        assert torch.equal(tensor, written[key].to(torch.bfloat16).float()), key


def cut_short(folder: Path) -> None:
    path = folder / "tiny.safetensors"
    path.write_bytes(path.read_bytes()[:1000])


def drop_a_tensor(folder: Path) -> None:
    tensors = load_file(folder / "tiny.safetensors")
    tensors.pop("sink")
    save_file(tensors, folder / "tiny.safetensors")


def poison(folder: Path) -> None:
    tensors = load_file(folder / "tiny.safetensors")
    tensors["sink"][0] = float("nan")
    save_file(tensors, folder / "tiny.safetensors")


def other_sizes(folder: Path) -> None:
    content = json.loads((folder / "tiny.json").read_text())
    content["network"]["layers"] = 5
    (folder / "tiny.json").write_text(json.dumps(content))


def foreign(folder: Path) -> None:
    (folder / "tiny.json").write_text('{"model_type": "llama"}')


def gone(folder: Path) -> None:
    (folder / "tiny.json").unlink()


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (cut_short, "the weights can't be read"),
        (drop_a_tensor, "don't fit their description"),
        (poison, "not numbers"),
        (other_sizes, "don't fit their description"),
        (foreign, "not a model of cobolsmith's"),
        (gone, "description can't be read"),
    ],
)
def test_damaged_or_foreign_weights_are_refused(folder: Path, harm: object, said: str) -> None:
    assert callable(harm)
    harm(folder)
    with pytest.raises(ModelError, match=said) as caught:
        load_weights(folder, "tiny")
    assert str(folder) in str(caught.value)
    assert caught.value.remedy


def test_an_unknown_model_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="unknown model grand"):
        models.load("grand")


def test_importing_the_models_imports_no_torch() -> None:
    program = "import sys, cobolsmith.models; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
