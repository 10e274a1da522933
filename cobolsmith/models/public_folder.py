"""A public model's folder, in Hugging Face format: what is in it, and what isn't let in.

A folder is untrusted. Its code is never run, pickled weights are refused, nothing is fetched, and
weights that don't fill a native class exactly are refused rather than completed at random. What
sets a family of models apart is one row of `FAMILIES`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from cobolsmith.errors import ModelError
from cobolsmith.models.tokenizer import DELETE, SPECIALS

FIRST = len(SPECIALS)
"""The sampler's ids: its own specials, then the model's ids, each plus `FIRST`."""


@dataclass(frozen=True, slots=True)
class Family:
    """How models of a kind are read. `native`: the class of transformers that holds the weights;
    `shifted`: position i predicts token i + 1, as before the adaptation; `framed`: the canvas
    stands between the begin and end tokens; `mask`: the mask's id if the folder doesn't say."""

    native: str
    shifted: bool
    framed: bool = False
    mask: int | None = None


FAMILIES = {
    "Dream": Family("Qwen2", shifted=True, framed=True, mask=151_666),
    "qwen2": Family("Qwen2", shifted=True),
    "a2d-qwen2": Family("Qwen2", shifted=False),
    "a2d-qwen3": Family("Qwen3", shifted=False),
}
"""By `model_type`: Dream, Dream-Coder, DreamOn and DiffuCoder; Open-dCoder; Tiny-A2D."""
ARCHITECTURES = {
    "DreamModel": "Dream",
    "A2DQwen2LMHeadModel": "a2d-qwen2",
    "A2DQwen3LMHeadModel": "a2d-qwen3",
}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The model's ids that matter. `delete`: the token that takes its position away, if it has one
    (DreamOn); `before`, `after`: what frames a canvas; `clean` [FIRST+V]: ids of printable ASCII;
    `parting` [FIRST+V]: ids whose text can't grow together with a word in front of it."""

    mask: int
    delete: int | None
    before: tuple[int, ...]
    after: tuple[int, ...]
    clean: np.ndarray
    parting: np.ndarray


def family_of(config: dict[str, Any], folder: Path) -> Family:
    """The family a config.json names, by `model_type`, else by `architectures`."""
    kind = str(config.get("model_type", ""))
    architectures = [str(name) for name in config.get("architectures") or ()]
    for name in (kind, *(ARCHITECTURES.get(architecture, "") for architecture in architectures)):
        if name in FAMILIES:
            return FAMILIES[name]
    raise ModelError(
        f"model_type {kind or 'missing'} ({', '.join(architectures) or 'no architecture'}) "
        "is of no family known here",
        where=str(folder / "config.json"),
        remedy=f"known: {', '.join(sorted(FAMILIES))}; a model's own code is never run",
    )


def check_weights(folder: Path, config: dict[str, Any]) -> None:
    """Refuse what isn't plain weights in safetensors, by name."""
    tensors = sorted(path.name for path in folder.glob("*.safetensors"))
    pickled = sorted(path.name for end in ("bin", "pt", "pth") for path in folder.glob(f"*.{end}"))
    if not tensors:
        what = f"only pickled weights ({', '.join(pickled)})" if pickled else "no weights"
        raise ModelError(
            f"{what}, no .safetensors", where=str(folder), remedy="save the model as safetensors"
        )
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        shards = set(map(str, read_json(index).get("weight_map", {}).values()))
        if strange := sorted(shards - set(tensors)):
            raise ModelError(
                f"names weights that are not safetensors in this folder: {', '.join(strange)}",
                where=str(index),
                remedy="fetch the missing files of the model",
            )
    if "quantization_config" in config or (folder / "adapter_config.json").is_file():
        raise ModelError(
            "quantised weights and adapters are not read",
            where=str(folder),
            remedy="use the model's full weights, adapters merged in",
        )


def read_tokenizer(folder: Path) -> tuple[Tokenizer, int | None]:
    """The folder's tokenizer, and the id of what it calls its mask token."""
    from transformers.models.qwen2.tokenization_qwen2 import Qwen2Tokenizer

    files = {path.name for path in folder.iterdir()}
    if "tokenizer.json" not in files and not {"vocab.json", "merges.txt"} <= files:
        raise ModelError(
            "no tokenizer",
            where=str(folder),
            remedy="put the model's tokenizer.json, or its vocab.json and merges.txt, beside it",
        )
    try:
        known = Qwen2Tokenizer.from_pretrained(
            str(folder), local_files_only=True, trust_remote_code=False
        )
    except Exception as error:  # the library throws what it likes on a damaged file
        raise _damaged(folder, f"the tokenizer can't be read: {_first_line(error)}") from error
    told = folder / "tokenizer_config.json"
    content = read_json(told) if told.is_file() else {}
    tokenizer: Tokenizer = known.backend_tokenizer
    for at, token in content.get("added_tokens_decoder", {}).items():
        if tokenizer.token_to_id(token["content"]) != int(at):
            raise _damaged(told, f"token {token['content']} isn't number {at} of the vocabulary")
    tokenizer.encode_special_tokens = True
    return tokenizer, known.mask_token_id


def read_vocabulary(
    folder: Path, config: dict[str, Any], family: Family, tokenizer: Tokenizer, spoken: int | None
) -> Vocabulary:
    """Find the tokens that matter; `spoken`: the tokenizer's own mask."""
    size = int(config.get("vocab_size", 0))
    named = _token_of(folder, config, "mask_token_id")
    candidates = (named, spoken, tokenizer.token_to_id("<|mask|>"), family.mask)
    mask = next((at for at in candidates if at is not None), None)
    if mask is None or mask >= size:
        raise ModelError(
            "the vocabulary has no mask token: this is a left-to-right model"
            if mask is None
            else f"the mask token is number {mask} of a vocabulary of {size}",
            where=str(folder),
            remedy="set mask_token_id in config.json if the model was trained with masks",
        )
    table: dict[str, int] = tokenizer.get_vocab(with_added_tokens=True)
    if max(table.values()) >= size:
        raise _damaged(folder, "weights and tokenizer are of different models")
    added = {mask, *tokenizer.get_added_tokens_decoder()}
    clean, parting = np.zeros(FIRST + size, bool), np.zeros(FIRST + size, bool)
    parting[DELETE] = True
    for spelt, at in table.items():
        text = spelt.replace("Ġ", " ").replace("Ċ", "\n")  # how byte-level vocabularies write them
        clean[FIRST + at] = at not in added and all(" " <= c <= "~" or c == "\n" for c in text)
        parting[FIRST + at] = text[:1] in tuple(" \n.,;()=<>")
    begin, end = (_token_of(folder, config, key) for key in ("bos_token_id", "eos_token_id"))
    delete = end if tokenizer.token_to_id("<|expand|>") is not None else None
    before = (begin,) if family.framed and begin is not None else ()
    after = (end,) if family.framed and end is not None else ()
    return Vocabulary(mask, delete, before, after, clean, parting)


def _token_of(folder: Path, config: dict[str, Any], key: str) -> int | None:
    """A token's number in config.json, the first of several; None where it isn't given."""
    value = config.get(key)
    value = value[0] if isinstance(value, list) and value else value
    if value is None or (isinstance(value, int) and 0 <= value < config.get("vocab_size", 0)):
        return value
    raise _damaged(folder / "config.json", f"{key} {value} isn't a number of the vocabulary")


def read_network(folder: Path, config: dict[str, Any], family: Family) -> Any:
    """The weights in their native class, attention in both directions, in evaluation mode."""
    import transformers
    from transformers.utils import logging

    native = getattr(transformers, f"{family.native}ForCausalLM")
    foreign = ("model_type", "auto_map", "architectures", "transformers_version")
    quiet: Callable[[], None] = logging.disable_progress_bar
    quiet()  # stderr is for what cobolsmith says
    try:
        settings = native.config_class.from_dict(
            {key: value for key, value in config.items() if key not in foreign}
        )
        settings.is_causal = False
        network, found = native.from_pretrained(
            str(folder),
            config=settings,
            dtype=torch.bfloat16 if torch.cpu._is_avx512_bf16_supported() else torch.float32,
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
            output_loading_info=True,
        )
    except Exception as error:  # the library throws what it likes on a damaged file
        raise _damaged(folder, f"the weights can't be read: {_first_line(error)}") from error
    odd = {str(key) for kind in ("missing_keys", "unexpected_keys") for key in found[kind]}
    odd = {key for key in odd if not key.endswith("rotary_emb.inv_freq")}  # computed, not learnt
    if odd or found["mismatched_keys"]:
        names = ", ".join(sorted(odd)[:3]) or "sizes differ"
        raise _damaged(folder, f"the weights are not those of a {family.native} model: {names}")
    return network.eval()


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object; `ModelError` if the file is missing or holds anything else."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ModelError(
            "there is no model here",
            where=str(path),
            remedy="name a folder with a model in Hugging Face format",
        ) from error
    except ValueError as error:
        raise _damaged(path, "not JSON") from error
    if not isinstance(content, dict):
        raise _damaged(path, "not a JSON object")
    return content


def _damaged(path: Path, what: str) -> ModelError:
    return ModelError(what, where=str(path), remedy="fetch the model's files anew")


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
