"""Cases: comments with the code below them, faults with what the compiler says; shards."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from tiny import LEDGER, TARIFF

from cobolsmith import learning
from cobolsmith.errors import UsageError
from cobolsmith.models import data as packing
from cobolsmith.models.cases import Case, Cases, comment_cases, repair_cases, save_cases
from cobolsmith.models.data import find_sources, pack, save_pack
from cobolsmith.models.noise import Borders, NoiseConfig, noised_rows
from cobolsmith.models.tokenizer import EOS, HOLE, CobolTokenizer
from cobolsmith.models.training import Feed, TrainingConfig
from cobolsmith.models.windows import PackedCorpus, shards_at

COMMENTED = LEDGER.replace(
    "           OPEN INPUT LEDGER-FILE\n",
    "      *----------------------------------------\n"
    "      * OPEN THE LEDGER AND PREPARE WS-TOTAL\n"
    "      *----------------------------------------\n"
    "           OPEN INPUT LEDGER-FILE\n"
    "           MOVE ZERO TO WS-TOTAL\n"
    "\n",
)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with one commented program."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "ledger.cbl").write_text(COMMENTED, "ascii")
    return tmp_path


def words_of_case(case: Case, packed: packing.Packed, tokenizer: CobolTokenizer) -> tuple[str, str]:
    names = [name.spelling for name in packed.names]
    code = tokenizer.decode(packed.ids[case.begin : case.end].tolist(), names)
    spec = tokenizer.decode(case.spec, names)
    return " ".join(spec), " ".join(word for word in code if not word.startswith("\n"))


def test_a_comment_asks_for_the_statements_below_it(shop: Path, tokenizer: CobolTokenizer) -> None:
    packed = pack(find_sources(shop), tokenizer)
    (case,) = comment_cases(packed, tokenizer)
    assert words_of_case(case, packed[0], tokenizer) == (
        "OPEN THE LEDGER AND PREPARE WS-TOTAL",
        "OPEN INPUT LEDGER-FILE MOVE ZERO TO WS-TOTAL",
    )


def test_a_fault_is_a_case_where_the_compiler_names_its_line(
    shop: Path, tokenizer: CobolTokenizer
) -> None:
    packed = pack(find_sources(shop), tokenizer)
    good = COMMENTED.splitlines()

    def diagnose(path: Path, fixed: bool, text: str) -> list[tuple[int, str]]:
        assert fixed
        lines = text.splitlines()
        bad = [at for at, (a, b) in enumerate(zip(good, lines, strict=False), 1) if a != b]
        return [(at, "syntax error, unexpected WORD") for at in bad[:1]]

    cases = list(repair_cases(packed, tokenizer, diagnose, most=9))
    assert len(cases) == 3
    for case in cases:
        spec, code = words_of_case(case, packed[0], tokenizer)
        assert spec.startswith("SYNTAX ERROR UNEXPECTED WORD .")
        assert spec.removeprefix("SYNTAX ERROR UNEXPECTED WORD . ") != code
    silent = repair_cases(packed, tokenizer, lambda *_: [], most=9)
    assert list(silent) == []
    refused = repair_cases(packed, tokenizer, lambda *_: [(1, "no")], most=9)
    assert list(refused) == []


def test_cases_come_back_and_make_rows_that_ask_for_them(
    shop: Path, tokenizer: CobolTokenizer, tmp_path: Path
) -> None:
    packed = pack(find_sources(shop), tokenizer)
    save_pack(tmp_path / "train.npz", packed, tokenizer)
    save_cases(tmp_path / "cases.npz", list(comment_cases(packed, tokenizer)))
    corpus, cases = PackedCorpus(tmp_path / "train.npz"), Cases(tmp_path / "cases.npz")
    assert cases.counts() == {"comments": 1, "repair": 0}
    one = cases.at(0)
    for seed in range(10):
        random = np.random.default_rng(seed)
        window = corpus.draw_case(0, (one.begin, one.end), one.spec, 90, 64, random)
        config = NoiseConfig(whole_share=1.0, merge_share=0.0, wrong_share=0.0)
        (row,) = noised_rows([window], Borders(tokenizer), config, 120, 1.0, random)
        assert row.ids[0] == HOLE
        assert row.ids[len(one.spec) + 1] == EOS
        asked = row.targets[row.active]
        told = window.ids[slice(*window.hole)].tolist()
        assert asked[: len(told)].tolist() == told
    training = TrainingConfig(rows=6, length=95, names=24, case_share=1.0)
    batch = Feed(corpus, tokenizer, training, cases=cases).batch(0, 1.0)
    assert (batch.ids[:, 0] == HOLE).all()


def test_a_large_pack_lies_in_shards(
    corpus: Path, tokenizer: CobolTokenizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = pack(find_sources(corpus), tokenizer)
    save_pack(tmp_path / "one.npz", packed, tokenizer)
    monkeypatch.setattr(packing, "SHARD", 10)
    save_pack(tmp_path / "many.npz", packed, tokenizer)
    assert [p.name for p in shards_at(tmp_path / "many.npz")] == ["many.000.npz", "many.001.npz"]
    one, many = PackedCorpus(tmp_path / "one.npz"), PackedCorpus(tmp_path / "many.npz")
    for key, array in vars(one).items():
        assert np.array_equal(array, vars(many)[key]), key


def test_the_command_makes_data_and_says_where_it_comes_from(tmp_path: Path) -> None:
    shop, out = tmp_path / "shop", tmp_path / "data"
    shop.mkdir()
    said = "    *> work out the tax of an item\n    multiply"
    (shop / "tariff.cob").write_text(TARIFF.replace("    multiply", said), "ascii")
    made = learning.data(shop, out, None, comments=True, mutants=2)
    assert made["train"]["programs"] == made["train"]["comments"] == made["train"]["shards"] == 1
    assert made["train"]["repair"] >= 1
    with (out / "manifest.tsv").open(newline="") as file:
        (row,) = csv.DictReader(file, delimiter="\t")
    assert row["path"] == "tariff.cob"
    assert row["split"] == "train"
    assert len(row["sha256"]) == 64
    with pytest.raises(UsageError, match="not empty"):
        learning.data(shop, out, None, comments=True, mutants=0)
