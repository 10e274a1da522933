"""Public models from a folder: no code of theirs, both directions, given text untouched."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from public_models import WEIGHTS, byte_tokenizer, rewrite, write_model
from safetensors.torch import load_file, save_file
from transformers import Qwen2ForCausalLM

from cobolsmith import models as backends
from cobolsmith.errors import ModelError, UsageError
from cobolsmith.infill import MASK, Canvas, Name
from cobolsmith.models import public_length, sampler
from cobolsmith.models.public import PublicInfiller, load_public
from cobolsmith.models.public_folder import FIRST
from cobolsmith.models.public_text import Around, header
from cobolsmith.models.tokenizer import MASK_ID
from cobolsmith.words import text_of, words_of

NAMES = (
    Name("WS-TOTAL", "data", 5, "S9(7)V99", "COMP-3"),
    Name("WS-NAME", "data", 5, "X(30)", ""),
    Name("MAIN-LINE", "paragraph", 0, "", ""),
)
PREFIX = ("\n    ", "MOVE", "WS-NAME", "TO")
SUFFIX = (".", "\n    ", "GOBACK", ".")


def canvas(
    lengths: Sequence[int] = (), drafts: Sequence[Sequence[str]] = (), **rest: Any
) -> Canvas:
    return Canvas(PREFIX, SUFFIX, NAMES, tuple(lengths), tuple(map(tuple, drafts)), **rest)


def copying(folder: Path) -> Path:
    """Change the weights: each position predicts the token it holds."""
    tensors = load_file(folder / WEIGHTS)
    for key, tensor in tensors.items():
        if key.endswith(("o_proj.weight", "down_proj.weight")):
            tensors[key] = torch.zeros_like(tensor)
    rows = torch.nn.functional.normalize(tensors["model.embed_tokens.weight"], dim=1)
    tensors["model.embed_tokens.weight"] = rows
    tensors["lm_head.weight"] = rows.clone()
    save_file(tensors, folder / WEIGHTS, metadata={"format": "pt"})
    return folder


@pytest.fixture(scope="module")
def dream(tmp_path_factory: pytest.TempPathFactory) -> PublicInfiller:
    return load_public(write_model(tmp_path_factory.mktemp("public") / "dream"))


def test_a_folder_is_read_without_its_code_and_without_a_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = {"AutoModel": "modeling_dream.DreamModel", "AutoConfig": "modeling_dream.DreamConfig"}
    folder = write_model(tmp_path / "dream", architectures=["DreamModel"], auto_map=code)
    marker = tmp_path / "ran"
    (folder / "modeling_dream.py").write_text(f"open({str(marker)!r}, 'w')\n", "utf-8")
    (folder / "tokenization_dream.py").write_text(f"open({str(marker)!r}, 'w')\n", "utf-8")
    spoken = {"tokenizer_class": "DreamTokenizer", "auto_map": {"AutoTokenizer": [
        "tokenization_dream.DreamTokenizer", None]}}  # fmt: skip
    (folder / "tokenizer_config.json").write_text(json.dumps(spoken), "utf-8")

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    infiller = load_public(folder)
    assert infiller.name == "dream"
    assert isinstance(infiller.network, Qwen2ForCausalLM)
    assert infiller.network.config.rope_parameters["rope_theta"] == 1e6
    assert not marker.exists()
    assert not [name for name in sys.modules if "modeling_dream" in name]


@pytest.mark.parametrize("kind", ["Dream", "qwen2", "a2d-qwen2", "a2d-qwen3"])
def test_a_later_token_moves_an_earlier_prediction(tmp_path: Path, kind: str) -> None:
    infiller = load_public(write_model(tmp_path / "model", kind))
    row = infiller.encode(" MOVE WS-NAME TO WS-TOTAL")
    before = infiller.denoise(row, [2])
    after = infiller.denoise([*row[:-1], row[0]], [2])
    assert row[0] != row[-1]
    assert abs(before[:, FIRST:] - after[:, FIRST:]).max() > 0.01


@pytest.mark.parametrize(("kind", "back"), [("Dream", 1), ("qwen2", 1), ("a2d-qwen2", 0)])
def test_a_shifted_model_is_asked_one_position_before(tmp_path: Path, kind: str, back: int) -> None:
    infiller = load_public(copying(write_model(tmp_path / "model", kind)))
    row = infiller.encode(" MOVE WS-NAME TO WS-TOTAL")
    places = range(1, len(row))
    odds = infiller.denoise(row, places)
    assert odds.argmax(1).tolist() == [row[place - back] for place in places]
    masked = [*row[:3], MASK_ID, *row[4:]]
    wanted = row[2] if back else FIRST + infiller.vocabulary.mask
    assert infiller.denoise(masked, [3]).argmax(1).tolist() == [wanted]


def test_a_seed_gives_the_same_fills_and_given_words_never_change(dream: PublicInfiller) -> None:
    runs = [dream.fill(canvas((1,)), seed=s, steps=3, candidates=10) for s in (5, 5, 6)]
    assert runs[0] == runs[1] != runs[2]
    assert 1 < len(runs[0]) <= 10
    assert list(runs[0]) == sorted(runs[0], key=lambda fill: (-fill.score, fill.words))
    for fill in runs[0] + runs[2]:
        whole = (*PREFIX, *fill.words, *SUFFIX)
        assert tuple(word.text for word in words_of(text_of(whole), fixed=False)) == whole
        assert text_of(whole).isascii()


def test_drafts_are_starts_and_unclean_ones_are_dropped(dream: PublicInfiller) -> None:
    board = canvas((), [("WS-TOTAL",), ("'Ü'",), ("'OPEN",)])
    found = dream.fill(board, seed=0, steps=3, candidates=6)
    assert {fill.origin for fill in found} <= {"draft:1", "draft:2", "draft:3"}
    assert ("WS-TOTAL",) in [fill.words for fill in found if fill.origin == "draft:1"]
    assert not {("'Ü'",), ("'OPEN",)} & {fill.words for fill in found}


def test_what_cant_stand_there_is_denoised_anew_and_stands_last(dream: PublicInfiller) -> None:
    board = canvas((2,), [("WS-NAME",)])
    plain = dream.fill(board, seed=0, steps=4, candidates=6)
    wrong = plain[0].words
    told: list[tuple[str, ...]] = []

    def broken(words: tuple[str, ...]) -> frozenset[int]:
        told.append(words)
        return frozenset({0}) if words == wrong else frozenset()

    fills = dream.fill(replace(board, broken=broken), seed=0, steps=4, candidates=6)
    assert wrong in told
    assert fills[0].words != wrong
    assert wrong not in [fill.words for fill in fills[:-1]]


def test_only_allowed_words_come_back(dream: PublicInfiller) -> None:
    allowed = frozenset({"WS-TOTAL", "WS-NAME"})
    board = canvas((1,), [("MAIN-LINE",), ("WS-NAME",)], allowed=(allowed,))
    fills = dream.fill(board, seed=0, steps=4, candidates=4)
    assert {fill.words for fill in fills} == {("WS-TOTAL",), ("WS-NAME",)}
    several = canvas((2,), allowed=(allowed,))
    found = dream.fill(several, seed=0, steps=4, candidates=2)
    assert all(set(fill.words) <= allowed for fill in found)
    nothing = canvas((1,), allowed=(frozenset({"Ü"}),))
    assert dream.fill(nothing, seed=0, steps=2, candidates=2) == ()


def test_watching_sees_masks_go(dream: PublicInfiller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_length, "PROBES", 1)  # the length asked for, as it is
    seen: list[tuple[str, ...]] = []
    dream.fill(canvas((2,)), seed=0, steps=5, candidates=1, watch=lambda _, w: seen.append(w))
    assert len(seen) > 1
    masks = [words.count(MASK) for words in seen]
    assert masks == sorted(masks, reverse=True)
    assert masks[0] > masks[-1] == 0


def test_the_model_sees_pictures_of_names_and_plain_text(dream: PublicInfiller) -> None:
    assert header(NAMES) == (
        "*> 05 WS-TOTAL PIC S9(7)V99 COMP-3\n*> 05 WS-NAME PIC X(30)\n*> MAIN-LINE paragraph\n"
    )
    spelt = dream.encode("MOVE '<|mask|>' TO X")
    assert FIRST + dream.vocabulary.mask not in spelt
    shown = dream.tokenizer.decode([at - FIRST for at in spelt], skip_special_tokens=False)
    assert shown == "MOVE '<|mask|>' TO X"


@pytest.mark.parametrize(
    ("prefix", "text", "suffix", "words"),
    [
        (("ADD", "1"), " TO X", (".",), ("TO", "X")),
        (("ADD", "1"), "0 TO X", (".",), ()),
        (("ADD", "1", "TO"), " X", ("GIVING", "Y"), ("X",)),
        (("ADD", "1", "TO"), " X\n    add 2 to", ("Y",), ("X", "\n    ", "ADD", "2", "TO")),
        (("MOVE",), " 'A", ("TO", "X"), ()),
        (("MOVE",), " \x07", ("TO", "X"), ()),
        (("\n    ", "05", "X", "PIC"), " S9(4)", (".",), ("S9(4)",)),
        (("\n    ",), " MOVE A TO B", ("\n    ", "GOBACK"), ("MOVE", "A", "TO", "B")),
        (("MOVE", "T", "("), "I", (")", "TO", "X"), ("I",)),
        (("MOVE", "A"), " *> TO B", ("TO", "C"), ()),
    ],
)
def test_a_fill_that_grows_into_its_neighbours_is_dropped(
    prefix: tuple[str, ...], text: str, suffix: tuple[str, ...], words: tuple[str, ...]
) -> None:
    around = Around.of(Canvas(prefix, suffix, (), (1,), ()))
    assert around.words_of(text) == words


def test_a_model_that_deletes_shrinks_its_hole(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "dreamon", "Dream", "<|expand|>")
    period = byte_tokenizer().token_to_id(".")
    tensors = {k: torch.zeros_like(t) for k, t in load_file(folder / WEIGHTS).items()}
    tensors["model.embed_tokens.weight"] += 1.0
    tensors["model.norm.weight"] += 1.0
    tensors["lm_head.weight"][0] = 2.0  # the end token, which deletes
    tensors["lm_head.weight"][period] = 1.0
    save_file(tensors, folder / WEIGHTS, metadata={"format": "pt"})
    fills = load_public(folder).fill(canvas((3,)), seed=1, steps=4, candidates=1)
    assert [fill.words for fill in fills] == [(".",)]
    assert int(fills[0].origin.removeprefix("masks:")) > 3


def test_vocabulary_and_merges_do_for_a_tokenizer(tmp_path: Path, dream: PublicInfiller) -> None:
    folder = write_model(tmp_path / "model")
    model = json.loads((folder / "tokenizer.json").read_text("utf-8"))["model"]
    (folder / "tokenizer.json").unlink()
    (folder / "vocab.json").write_text(json.dumps(model["vocab"]), "utf-8")
    merges = "\n".join(" ".join(pair) for pair in model["merges"])
    (folder / "merges.txt").write_text(f"#version: 0.2\n{merges}\n", "utf-8")
    told = {"mask_token": "<|mask|>", "added_tokens_decoder": {"285": {"content": "<|mask|>"}}}
    (folder / "tokenizer_config.json").write_text(json.dumps(told), "utf-8")
    text = " MOVE WS-NAME TO WS-TOTAL."
    assert load_public(folder).encode(text) == dream.encode(text)
    told["added_tokens_decoder"] = {"290": {"content": "<|mask|>"}}
    (folder / "tokenizer_config.json").write_text(json.dumps(told), "utf-8")
    with pytest.raises(ModelError, match="isn't number 290"):
        load_public(folder)


def pickled_only(folder: Path) -> None:
    (folder / WEIGHTS).rename(folder / "pytorch_model.bin")


def shard_elsewhere(folder: Path) -> None:
    index = {"weight_map": {"lm_head.weight": "../other/pytorch_model.bin"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index), "utf-8")


def lose_a_weight(folder: Path) -> None:
    tensors = load_file(folder / WEIGHTS)
    del tensors["model.layers.1.mlp.up_proj.weight"]
    save_file(tensors, folder / WEIGHTS, metadata={"format": "pt"})


def cut_short(folder: Path) -> None:
    whole = (folder / WEIGHTS).read_bytes()
    (folder / WEIGHTS).write_bytes(whole[:-100])


def left_to_right(folder: Path) -> None:
    byte_tokenizer().save(str(folder / "tokenizer.json"))
    rewrite(folder, model_type="qwen2", mask_token_id=None)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda f: rewrite(f, model_type="gpt2"), "model_type gpt2 .*known: Dream, a2d-llama"),
        (lambda f: rewrite(f, model_type="llada2_moe"), "LLaDA2 models are not read: only their"),
        (lambda f: rewrite(f, architectures=["StableDiffcoderForCausalLM"]), "Stable-DiffCoder"),
        (lambda f: rewrite(f, model_type="diffusion_gemma"), "DiffusionGemma"),
        (pickled_only, r"only pickled weights \(pytorch_model.bin\)"),
        (lambda f: (f / WEIGHTS).unlink(), "no weights"),
        (shard_elsewhere, "not safetensors in this folder: ../other/pytorch_model.bin"),
        (lose_a_weight, "not those of a Qwen2 model: model.layers.1.mlp.up_proj.weight"),
        (lambda f: (f / WEIGHTS).write_bytes(b"\0" * 40), "weights can't be read"),
        (cut_short, r"the weights are cut short: \d+ of \d+ bytes"),
        (lambda f: rewrite(f, hidden_size=64), "weights"),
        (lambda f: rewrite(f, quantization_config={}), "quantised"),
        (lambda f: (f / "tokenizer.json").unlink(), "no tokenizer.*merges.txt"),
        (lambda f: (f / "tokenizer.json").write_text("{}"), "tokenizer can't be read"),
        (left_to_right, "no mask token"),
        (lambda f: rewrite(f, mask_token_id=151_666), "mask_token_id 151666"),
        (lambda f: rewrite(f, vocab_size=280), "mask_token_id 285"),
        (lambda f: (f / "config.json").write_text("[]"), "not a JSON object"),
        (lambda f: (f / "config.json").unlink(), "no model here"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(
    tmp_path: Path, spoil: Callable[[Path], object], said: str
) -> None:
    folder = write_model(tmp_path / "model")
    spoil(folder)
    with pytest.raises(ModelError, match=said) as refused:
        load_public(folder)
    assert refused.value.where.startswith(str(folder))
    assert refused.value.remedy


def test_a_model_is_loaded_by_the_path_of_its_folder(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "coder", "a2d-qwen3")
    assert isinstance(backends.load(str(folder)), PublicInfiller)
    with pytest.raises(UsageError, match=r"unknown model .*folder of a public diffusion model"):
        backends.load(str(tmp_path / "missing"))


def test_a_hole_too_long_or_without_a_start_is_said(dream: PublicInfiller) -> None:
    with pytest.raises(ModelError, match="too long"):
        dream.fill(canvas((2000,)), seed=0, steps=1, candidates=1)
    with pytest.raises(ModelError, match="neither lengths nor drafts"):
        dream.fill(canvas(), seed=0, steps=1, candidates=1)
    with pytest.raises(ModelError, match="at least 1"):
        dream.fill(canvas((1,)), seed=0, steps=0, candidates=1)


def test_a_model_that_expands_grows_its_hole(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "dreamon", "Dream", "<|expand|>")
    tensors = {k: torch.zeros_like(t) for k, t in load_file(folder / WEIGHTS).items()}
    tensors["model.embed_tokens.weight"] += 1.0
    tensors["model.norm.weight"] += 1.0
    tensors["lm_head.weight"][286] = 2.0  # the token that makes two masks of its place
    tensors["lm_head.weight"][byte_tokenizer().token_to_id(".")] = 1.0
    save_file(tensors, folder / WEIGHTS, metadata={"format": "pt"})
    (fill,) = load_public(folder).fill(canvas((2,)), seed=1, steps=4, candidates=1)
    assert set(fill.words) == {"."}
    assert len(fill.words) > int(fill.origin.removeprefix("masks:"))


def test_probing_sees_what_the_table_of_all_log_odds_shows(dream: PublicInfiller) -> None:
    asked = canvas([3])
    frame = dream._frame(asked, Around.of(asked), 6)
    for length in (1, 5):
        masks = [MASK_ID] * length
        table = sampler.log_probabilities(dream.denoise, frame, masks, range(length))
        assert dream.likeliest(frame, length) == pytest.approx(table.max(-1), abs=1e-4)
