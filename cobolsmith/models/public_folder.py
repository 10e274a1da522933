"""A public model's folder, in Hugging Face format: what is in it, and what isn't let in.

A folder is untrusted. Its code is never run, pickled weights are refused, nothing is fetched, and
weights that don't fill a native class exactly are refused rather than completed at random. What
sets a family of models apart is one row of `public_families.FAMILIES`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import AddedToken, Tokenizer

from cobolsmith.errors import ModelError
from cobolsmith.models.public_families import Family
from cobolsmith.models.tokenizer import DELETE, SPECIALS

FIRST = len(SPECIALS)
"""The sampler's ids: its own specials, then the model's ids, each plus `FIRST`."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The model's ids that matter. `delete`, `expand`: the tokens that take their position away and
    that make two of it, if the model has them (DreamOn, where the end token deletes); `before`,
    `after`: what frames a canvas; `clean` [FIRST+V]: ids of printable ASCII; `parting` [FIRST+V]:
    ids whose text can't grow together with a word in front of it."""

    mask: int
    delete: int | None
    expand: int | None
    before: tuple[int, ...]
    after: tuple[int, ...]
    clean: np.ndarray
    parting: np.ndarray


def check_weights(folder: Path, config: dict[str, Any]) -> None:
    """Refuse by name what isn't plain, whole weights in safetensors, or more than memory holds."""
    files = sorted(folder.glob("*.safetensors"))
    pickled = sorted(path.name for end in ("bin", "pt", "pth") for path in folder.glob(f"*.{end}"))
    if not files:
        what = f"only pickled weights ({', '.join(pickled)})" if pickled else "no weights"
        raise ModelError(
            f"{what}, no .safetensors", where=str(folder), remedy="save the model as safetensors"
        )
    if "quantization_config" in config or (folder / "adapter_config.json").is_file():
        raise ModelError(
            "quantised weights and adapters are not read",
            where=str(folder),
            remedy="use the model's full weights, adapters merged in",
        )
    index = folder / "model.safetensors.index.json"
    shards = {path.name: tensors_of(path) for path in files}
    if index.is_file():
        shards = _indexed(index, shards)
    _check_memory(folder, sum(map(_numbers, shards.values())))


def _indexed(index: Path, shards: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The shards that an index names; each must hold the tensors that it is said to hold."""
    said: dict[str, str] = read_json(index).get("weight_map", {})
    if strange := sorted({str(file) for file in said.values()} - set(shards)):
        raise ModelError(
            f"names weights that are not safetensors in this folder: {', '.join(strange)}",
            where=str(index),
            remedy="fetch the missing files of the model",
        )
    for tensor, file in said.items():
        if tensor not in shards[file]:
            raise _damaged(index, f"{tensor} isn't in {file}")
    return {file: shards[file] for file in set(said.values())}


def tensors_of(path: Path) -> dict[str, Any]:
    """The tensors that a safetensors file lists, by name; `ModelError` if it is cut short."""
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        head = file.read(length) if size >= 8 + length else b""
    try:
        listed: dict[str, Any] = json.loads(head)
        listed.pop("__metadata__", None)
        whole = 8 + length + max((entry["data_offsets"][1] for entry in listed.values()), default=0)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(path, "the weights can't be read: no list of tensors") from error
    if size != whole:
        raise _damaged(path, f"the weights are cut short: {size} of {whole} bytes")
    return listed


def _numbers(tensors: Mapping[str, Any]) -> int:
    return sum(math.prod(entry["shape"]) for entry in tensors.values())


def device_and_type() -> tuple[str, torch.dtype]:
    """Where public models run, and in what: a GPU in bfloat16 if there is one; else the CPU, in
    bfloat16 if it multiplies that natively."""
    if torch.cuda.is_available():
        return "cuda", torch.bfloat16
    return "cpu", torch.bfloat16 if torch.cpu._is_avx512_bf16_supported() else torch.float32


def free_bytes(device: str) -> int | None:
    """Memory that could be had, in bytes; None where the system doesn't tell."""
    if device != "cpu":
        return int(torch.cuda.mem_get_info()[0])
    told = Path("/proc/meminfo")
    lines = told.read_text("ascii").splitlines() if told.is_file() else []
    kib = [line.split()[1] for line in lines if line.startswith("MemAvailable:")]
    return 1024 * int(kib[0]) if kib else None


def _check_memory(folder: Path, numbers: int) -> None:
    """Linux grants memory that it hasn't got and ends the process later, so it is asked before."""
    device, kind = device_and_type()
    needed, free = numbers * kind.itemsize, free_bytes(device)
    if free is not None and needed > free:
        raise ModelError(
            f"out of memory: the weights need {needed / 2**30:.1f} GiB, "
            f"{free / 2**30:.1f} GiB are free",
            where=str(folder),
            remedy="use a smaller model, or serve this one elsewhere and name its endpoint",
        )


def read_tokenizer(folder: Path) -> tuple[Tokenizer, int | None]:
    """The folder's tokenizer, and the id of what it calls its mask token."""
    try:
        tokenizer = _tokenizer_in(folder)
    except ModelError:
        raise
    except Exception as error:  # the library throws what it likes on a damaged file
        raise _damaged(folder, f"the tokenizer can't be read: {_first_line(error)}") from error
    told = folder / "tokenizer_config.json"
    content = read_json(told) if told.is_file() else {}
    added: dict[str, Any] = content.get("added_tokens_decoder", {})
    for at, token in sorted(added.items(), key=lambda pair: int(pair[0])):
        if tokenizer.token_to_id(token["content"]) is None:
            tokenizer.add_special_tokens([AddedToken(token["content"], special=True)])
        if tokenizer.token_to_id(token["content"]) != int(at):
            raise _damaged(told, f"token {token['content']} isn't number {at} of the vocabulary")
    spoken = content.get("mask_token")
    spoken = spoken.get("content") if isinstance(spoken, dict) else spoken
    tokenizer.encode_special_tokens = True
    return tokenizer, tokenizer.token_to_id(spoken) if isinstance(spoken, str) else None


def _tokenizer_in(folder: Path) -> Tokenizer:
    """The tokenizer as published: its own file, or Qwen's vocabulary and merges."""
    if (folder / "tokenizer.json").is_file():
        return Tokenizer.from_file(str(folder / "tokenizer.json"))
    if not ((folder / "vocab.json").is_file() and (folder / "merges.txt").is_file()):
        raise ModelError(
            "no tokenizer",
            where=str(folder),
            remedy="put the model's tokenizer.json, or its vocab.json and merges.txt, beside it",
        )
    from transformers.models.qwen2.tokenization_qwen2 import Qwen2Tokenizer

    known = Qwen2Tokenizer.from_pretrained(
        str(folder), local_files_only=True, trust_remote_code=False
    )
    tokenizer: Tokenizer = known.backend_tokenizer
    return tokenizer


def read_vocabulary(
    folder: Path, config: dict[str, Any], family: Family, tokenizer: Tokenizer, spoken: int | None
) -> Vocabulary:
    """Find the tokens that matter; `spoken`: the tokenizer's own mask."""
    size = int(config.get("embedding_size") or config.get("vocab_size", 0))
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
    if not any(spelt.startswith("Ġ") for spelt in table):
        raise ModelError(
            "the vocabulary is not of the byte-level kind",
            where=str(folder),
            remedy="use a model whose tokenizer is; all families known here have one",
        )
    added = {mask, *tokenizer.get_added_tokens_decoder()}
    clean, parting = np.zeros(FIRST + size, bool), np.zeros(FIRST + size, bool)
    parting[DELETE] = True
    for spelt, at in table.items():
        text = spelt.replace("Ġ", " ").replace("Ċ", "\n")  # how byte-level vocabularies write them
        clean[FIRST + at] = at not in added and all(" " <= c <= "~" or c == "\n" for c in text)
        parting[FIRST + at] = text[:1] in tuple(" \n.,;()=<>")
    begin, end = (_token_of(folder, config, key) for key in ("bos_token_id", "eos_token_id"))
    expand = tokenizer.token_to_id("<|expand|>")
    delete = end if expand is not None else None
    before = (begin,) if family.framed and begin is not None else ()
    after = (end,) if family.framed and end is not None else ()
    return Vocabulary(mask, delete, expand, before, after, clean, parting)


def _token_of(folder: Path, config: dict[str, Any], key: str) -> int | None:
    """A token's number in config.json, the first of several; None where it isn't given."""
    value = config.get(key)
    value = value[0] if isinstance(value, list) and value else value
    if value is None or (isinstance(value, int) and 0 <= value < config.get("vocab_size", 0)):
        return value
    raise _damaged(folder / "config.json", f"{key} {value} isn't a number of the vocabulary")


def read_network(folder: Path, settings: dict[str, Any], family: Family) -> Any:
    """The weights in their native class, attention in both directions, in evaluation mode.

    `settings`: those of the class (see `public_families.native_settings`).
    """
    import transformers
    from transformers.utils import logging

    native = getattr(transformers, f"{family.native}ForCausalLM")
    device, kind = device_and_type()
    quiet: Callable[[], None] = logging.disable_progress_bar
    quiet()  # stderr is for what cobolsmith says
    try:
        known = native.config_class.from_dict(settings)
        known.is_causal = False
        network, found = native.from_pretrained(
            str(folder),
            config=known,
            dtype=kind,
            key_mapping=dict(family.tensors) if family.tensors else None,
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
            output_loading_info=True,
        )
        network = network.to(device)
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
