"""Every grammar's corpus: a text and the tree it must give, in tree-sitter's own corpus layout.

Attributes under a title: `:fixed`, `:free` or `:variable` is the format in which the scanner
begins, `:outside` compares comments and columns too.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from cobolsmith.syntax import FORMATS, parse

GRAMMARS = Path(__file__).parent.parent / "grammars"

_CASE = re.compile(
    r"^={3,}\n(?P<title>[^\n]+)\n(?P<attributes>(?::\w+\n)*)={3,}\n(?P<text>.*?)^-{3,}\n"
    r"(?P<tree>.*?)(?=^={3,}\n|\Z)",
    re.MULTILINE | re.DOTALL,
)


class Case(NamedTuple):
    """One corpus case: its title, its attributes, the text, and the S-expression expected."""

    title: str
    attributes: frozenset[str]
    text: str
    tree: str


def cases(path: Path) -> list[Case]:
    """The cases of one corpus file, in order."""
    found = _CASE.finditer(path.read_text())
    return [
        Case(
            case["title"],
            frozenset(re.findall(r"\w+", case["attributes"])),
            case["text"],
            case["tree"],
        )
        for case in found
    ]


def squeezed(tree: str) -> str:
    """A tree on one line, whatever its layout."""
    return re.sub(r"\s+\)", ")", " ".join(tree.split()))


CORPUS = [
    pytest.param(case, id=f"{path.stem}: {case.title}")
    for path in sorted(GRAMMARS.glob("cobol/test/corpus/*.txt"))
    for case in cases(path)
]


@pytest.mark.parametrize("case", CORPUS)
def test_the_tree_is_as_written(case: Case) -> None:
    tree = parse(case.text.encode(), *(case.attributes & set(FORMATS)))
    assert tree.sexp(outside="outside" in case.attributes) == squeezed(case.tree)


@pytest.mark.parametrize("case", CORPUS)
def test_no_byte_is_lost(case: Case) -> None:
    tree = parse(case.text.encode(), *(case.attributes & set(FORMATS)))
    assert tree.lost_bytes() == ()


@pytest.mark.parametrize("case", CORPUS)
def test_only_broken_trees_have_problems(case: Case) -> None:
    tree = parse(case.text.encode(), *(case.attributes & set(FORMATS)))
    assert bool(tree.errors()) == ("(ERROR" in case.tree or "(MISSING" in case.tree)


def test_the_corpus_is_all_there() -> None:
    headings = sum(
        path.read_text().count("\n---\n") for path in GRAMMARS.glob("cobol/test/corpus/*.txt")
    )
    assert len(CORPUS) == headings >= 60
