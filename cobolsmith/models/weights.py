"""Weights on disk: NAME.safetensors (bfloat16), NAME.json (sizes, figures), tokenizer beside them.

Nothing is unpickled, and whatever doesn't fit is said by name.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from cobolsmith.errors import ModelError
from cobolsmith.models.network import Network, NetworkConfig
from cobolsmith.models.tokenizer import CobolTokenizer, load_tokenizer

FAMILY = "cobolsmith-denoiser-"
FORMAT = FAMILY + "2"
FOLDER = Path(__file__).parent / "weights"


def save_weights(
    network: Network, tokenizer: CobolTokenizer, folder: Path, name: str, about: dict[str, Any]
) -> Path:
    """Write weights, sizes and tokenizer; `about` (tokens seen, figures) goes into NAME.json."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {key: t.to(torch.bfloat16).contiguous() for key, t in network.state_dict().items()}
    path = folder / f"{name}.safetensors"
    beside = folder / f"{name}.part"
    save_file(tensors, str(beside), metadata={"format": FORMAT})
    beside.replace(path)
    tokenizer.save(folder / f"{name}.tokenizer.json")
    content = {"format": FORMAT, "network": network.config.as_dict(), "about": about}
    (folder / f"{name}.json").write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    return path


def own_weights(folder: Path) -> str | None:
    """The name of the weights of ours in a folder, None where there are none."""
    for path in sorted(folder.glob("*.json")):
        if path.with_suffix(".safetensors").is_file():
            try:
                content = json.loads(path.read_text("utf-8"))
            except (OSError, ValueError):
                continue
            if isinstance(content, dict) and str(content.get("format", "")).startswith(FAMILY):
                return path.stem
    return None


def read_about(folder: Path, name: str) -> dict[str, Any]:
    """NAME.json; `ModelError` if it is missing or not ours."""
    path = folder / f"{name}.json"
    try:
        content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise _damaged(path, "the model's description can't be read") from error
    if content.get("format") != FORMAT:
        raise _damaged(path, "not a model of cobolsmith's")
    return content


def load_weights(folder: Path, name: str) -> tuple[Network, CobolTokenizer]:
    """Read a network and its tokenizer, in float32 and evaluation mode."""
    content = read_about(folder, name)
    path = folder / f"{name}.safetensors"
    try:
        tensors = load_file(str(path))
    except (OSError, SafetensorError) as error:
        raise _damaged(path, "the weights can't be read") from error
    try:
        network = Network(NetworkConfig(**content["network"]))
        network.load_state_dict({key: tensor.float() for key, tensor in tensors.items()})
    except (KeyError, TypeError, RuntimeError) as error:
        raise _damaged(path, "the weights don't fit their description") from error
    if not all(bool(torch.isfinite(tensor).all()) for tensor in network.state_dict().values()):
        raise _damaged(path, "the weights hold values that are not numbers")
    tokenizer = load_tokenizer(folder / f"{name}.tokenizer.json")
    if tokenizer.static_size != network.config.static_size:
        raise _damaged(path, "weights and tokenizer are of different models")
    network.eval()
    return network, tokenizer


def _damaged(path: Path, what: str) -> ModelError:
    return ModelError(what, where=str(path), remedy="reinstall cobolsmith, or train a model anew")
