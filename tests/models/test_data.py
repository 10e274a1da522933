"""From sources to packed programs: names found by the scan, copies weighed down."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from cobolsmith.errors import ModelError, UsageError
from cobolsmith.infill import Name
from cobolsmith.models.binding import FEATURE_SIZES, features_of
from cobolsmith.models.data import find_sources, looks_fixed, pack, scan_names, scan_words
from cobolsmith.models.tokenizer import CobolTokenizer
from cobolsmith.models.windows import PackedCorpus


def test_the_scan_finds_each_kind_of_name(corpus: Path) -> None:
    ledger = find_sources(corpus)[0]
    words = scan_words(ledger)
    names, places = scan_names(words)
    kinds = {name.spelling: name.kind for name in names}
    assert kinds == {
        "LEDGER": "program",
        "LEDGER-FILE": "file",
        "LEDGER-RECORD": "group",
        "LEDGER-KEY": "data",
        "LEDGER-AMOUNT": "data",
        "WS-TOTALS": "group",
        "WS-TOTAL": "data",
        "WS-COUNT": "data",
        "WS-RATES": "group",
        "RATE-IX": "index",
        "WS-RATE": "data",
        "WS-DONE": "data",
        "ALL-DONE": "condition",
        "MAIN-LINE": "paragraph",
        "READ-ONE": "paragraph",
    }
    assert [words[at] for at in places] == [name.spelling for name in names]
    amount = next(name for name in names if name.spelling == "LEDGER-AMOUNT")
    assert amount == Name("LEDGER-AMOUNT", "data", 5, "S9(7)V99", "COMP-3")


def test_an_undeclared_hyphenated_word_is_a_name_of_kind_other() -> None:
    names, places = scan_names(["MOVE", "COPIED-FIELD", "TO", "HIGH-VALUES", "."])
    assert names == (Name("COPIED-FIELD", "other", 0, "", ""),)
    assert places == (-1,)


@pytest.mark.parametrize(
    ("name", "same"),
    [
        (
            Name("A", "data", 5, "S9(5)V99", "COMP-3"),
            Name("B", "data", 4, "S9(05)V9(2)", "PACKED-DECIMAL"),
        ),
        (Name("A", "data", 1, "X(10)", ""), Name("B", "data", 1, "XXXXXXXXXX", "DISPLAY")),
    ],
)
def test_features_do_not_depend_on_how_a_picture_is_written(name: Name, same: Name) -> None:
    assert features_of(name) == features_of(same)


def test_features_tell_pictures_apart() -> None:
    pictures = ["X(5)", "9(5)", "S9(5)", "9(5)V99", "ZZ,ZZ9.99", "N(5)", "X(500)", ""]
    seen = {features_of(Name("A", "data", 5, picture, "")) for picture in pictures}
    assert len(seen) == len(pictures)
    assert all(f < size for row in seen for f, size in zip(row, FEATURE_SIZES, strict=True))


def test_format_is_guessed_from_the_columns(corpus: Path) -> None:
    assert [(o.path.name, o.fixed) for o in find_sources(corpus)] == [
        ("ledger.cbl", True),
        ("tariff.cob", False),
    ]
    assert not looks_fixed("       >>SOURCE FORMAT IS FREE\n       DISPLAY 'A'.\n")


def test_a_copy_weighs_next_to_nothing(
    corpus: Path, tokenizer: CobolTokenizer, tmp_path: Path
) -> None:
    shutil.copytree(corpus, tmp_path / "c")
    shutil.copy(corpus / "bank/ledger.cbl", tmp_path / "c/bank/ledger2.cbl")
    weights = {p.origin.path.name: p.weight for p in pack(find_sources(tmp_path / "c"), tokenizer)}
    assert weights["ledger.cbl"] == 1.0
    assert weights["ledger2.cbl"] == 0.0
    assert weights["tariff.cob"] > 0.5


def test_a_manifest_chooses_the_sources(corpus: Path, tmp_path: Path) -> None:
    folder = tmp_path / "c"
    shutil.copytree(corpus, folder)
    (folder / "manifest.tsv").write_text(
        "path\trepository\tlicence\tkind\tformat\tflag\n"
        "bank/ledger.cbl\tthe/bank\tMIT\tprogram\tfixed\tok\n"
        "shop/tariff.cob\tthe/shop\tMIT\tprogram\tfree\tbad\n"
    )
    assert [(o.repository, o.licence) for o in find_sources(folder)] == [("the/bank", "MIT")]


def test_a_folder_without_cobol_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no COBOL sources"):
        find_sources(tmp_path)


def test_packed_programs_come_back_as_their_words(
    corpus: Path, packed: PackedCorpus, tokenizer: CobolTokenizer
) -> None:
    for program, origin in enumerate(find_sources(corpus)):
        words = scan_words(origin)
        ids = packed.ids[packed.begins[program] : packed.begins[program + 1]]
        names = [name.spelling for name in scan_names(words)[0]]
        assert tokenizer.decode(ids.tolist(), names) == tuple(words)
        declared = packed.defined[packed.name_begins[program] : packed.name_begins[program + 1]]
        expected = packed.static_size + np.arange(len(names))
        assert (ids[declared] == expected).all()


def test_damaged_packed_data_is_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "train.npz"
    path.write_bytes(b"PK nothing")
    with pytest.raises(ModelError, match="packed training data"):
        PackedCorpus(path)
