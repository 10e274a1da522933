"""A tiny corpus, tokenizer and network that the model tests share."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny import LEDGER, TARIFF, tiny_network

from cobolsmith.models.data import count_words, find_sources, pack, save_pack
from cobolsmith.models.diffusion import DiffusionInfiller
from cobolsmith.models.tokenizer import CobolTokenizer, train_tokenizer
from cobolsmith.models.windows import PackedCorpus


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two programs: one fixed, one free."""
    folder = tmp_path_factory.mktemp("corpus")
    for name, text in (("bank/ledger.cbl", LEDGER), ("shop/tariff.cob", TARIFF)):
        path = folder / name
        path.parent.mkdir()
        path.write_text(text, "ascii")
    return folder


@pytest.fixture(scope="session")
def tokenizer(corpus: Path) -> CobolTokenizer:
    """A tokenizer of the tiny corpus."""
    return train_tokenizer(*count_words(find_sources(corpus)), size=1750, frequent=20)


@pytest.fixture(scope="session")
def packed(
    corpus: Path, tokenizer: CobolTokenizer, tmp_path_factory: pytest.TempPathFactory
) -> PackedCorpus:
    """The tiny corpus packed."""
    path = tmp_path_factory.mktemp("packed") / "train.npz"
    save_pack(path, pack(find_sources(corpus), tokenizer), tokenizer)
    return PackedCorpus(path)


@pytest.fixture
def infiller(tokenizer: CobolTokenizer) -> DiffusionInfiller:
    """An infiller with random weights."""
    return DiffusionInfiller("tiny", tiny_network(tokenizer), tokenizer)
