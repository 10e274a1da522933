"""A few hundred broken sources, always the same: what bench/fuzz.py does at length."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench.fuzz import Input, files, inputs, taken

from cobolsmith.errors import SourceError
from cobolsmith.source import from_bytes
from cobolsmith.syntax import FORMATS, parse

ROOT = Path(__file__).parent.parent
KNOWN = files([ROOT / "fixtures"])
SUFFIXES = {"cobol": ".cbl", "jcl": ".jcl", "bms": ".bms"}


def tried(one: Input) -> int:
    """Parse an input in every format of its grammar; the number of trees."""
    try:
        source = from_bytes(one.data, f"fuzz{SUFFIXES[one.grammar]}")
    except SourceError:
        return 0
    formats = FORMATS if one.grammar == "cobol" else (one.grammar,)
    trees = [parse(source.view, format) for format in formats]
    for tree in trees:
        assert tree.lost_bytes() == ()
        assert bool(tree.errors()) == tree.root.has_error
    return len(trees)


@pytest.mark.parametrize("seed", range(1, 9))
def test_broken_sources_give_trees_that_lose_nothing(seed: int) -> None:
    assert sum(tried(inputs(KNOWN, seed, number)) for number in range(25)) > 25


def test_inputs_are_the_same_for_the_same_seed() -> None:
    assert inputs(KNOWN, 3, 7) == inputs(KNOWN, 3, 7) != inputs(KNOWN, 4, 7)


def test_a_line_without_end_is_an_error_and_no_burden() -> None:
    tree = parse(b"COMPUTE X = " + b"A B " * 20_000 + b".\nDISPLAY 1.\n", "free")
    assert tree.lost_bytes() == ()
    assert [leaf.type for leaf in tree.leaves()].count("name") < 3_000
    assert "display_statement" in tree.sexp()


def test_a_sign_far_out_on_a_line_is_in_the_tree() -> None:
    tree = parse(b"DISPLAY 0.\n      *" + b" " * 5_000 + b"*\nDISPLAY 1.\n", "free")
    assert tree.lost_bytes() == ()
    assert tree.sexp().count("display_statement") == 2


@pytest.mark.parametrize(
    "text",
    [
        b" IDENTIFICATION DIVISION.\n  DFHMDF   INPUT-OUTPUT SECTION.\n",
        b"//A JOB\n//S EXEC PGM=X\n",
        b"COPY A. " * 500,
        b" EXEC SQL SELECT A INTO :B FROM C WHERE " + b"(" * 3_000 + b" END-EXEC.\n",
    ],
)
def test_scan_reads_what_lies_in_a_file_whatever_its_suffix_says(
    text: bytes, tmp_path: Path
) -> None:
    taken(Input("cobol", text), tmp_path)
    assert (tmp_path / "fuzz.cbl").read_bytes() == text
