"""Every grammar's corpus: a text and the tree it must give, in tree-sitter's own corpus layout.

Attributes under a title: `:fixed`, `:free` or `:variable` is the format in which COBOL's scanner
begins (the other grammars have one), `:outside` compares comments and columns too.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from cobolsmith.cards import CARDS
from cobolsmith.source import from_bytes
from cobolsmith.syntax import FORMATS, Tree, parse

GRAMMARS = Path(__file__).parent.parent / "grammars"

_CASE = re.compile(
    r"^={3,}\n(?P<title>[^\n]+)\n(?P<attributes>(?::\w+\n)*)={3,}\n(?P<text>.*?)^-{3,}\n"
    r"(?P<tree>.*?)(?=^={3,}\n|\Z)",
    re.MULTILINE | re.DOTALL,
)


class Case(NamedTuple):
    """One corpus case: its grammar and title, attributes, text, and the S-expression expected."""

    grammar: str
    title: str
    attributes: frozenset[str]
    text: str
    tree: str


def cases(path: Path) -> list[Case]:
    """The cases of one corpus file, in order."""
    found = _CASE.finditer(path.read_text())
    return [
        Case(
            path.parts[-4],
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


def tree_of(case: Case) -> Tree:
    """The tree of a case's text, in the format it names, else in its grammar's own."""
    if case.grammar in CARDS:
        return parse(from_bytes(case.text.encode(), "case").view, case.grammar)
    return parse(case.text.encode(), *(case.attributes & set(FORMATS)))


CORPUS = [
    pytest.param(case, id=f"{path.parts[-4]} {path.stem}: {case.title}")
    for path in sorted(GRAMMARS.glob("*/test/corpus/*.txt"))
    for case in cases(path)
]


@pytest.mark.parametrize("case", CORPUS)
def test_the_tree_is_as_written(case: Case) -> None:
    tree = tree_of(case)
    assert tree.sexp(outside="outside" in case.attributes) == squeezed(case.tree)


@pytest.mark.parametrize("case", CORPUS)
def test_no_byte_is_lost(case: Case) -> None:
    tree = tree_of(case)
    assert tree.lost_bytes() == ()


@pytest.mark.parametrize("case", CORPUS)
def test_no_word_begins_or_ends_with_a_blank(case: Case) -> None:
    tree = tree_of(case)
    words = [tree.view[name.start_byte : name.end_byte] for name in tree.walk("name")]
    assert [word for word in words if word != word.strip()] == []


@pytest.mark.parametrize("case", CORPUS)
def test_only_broken_trees_have_problems(case: Case) -> None:
    tree = tree_of(case)
    assert bool(tree.errors()) == ("(ERROR" in case.tree or "(MISSING" in case.tree)


def test_the_corpus_is_all_there() -> None:
    headings = sum(
        path.read_text().count("\n---\n") for path in GRAMMARS.glob("*/test/corpus/*.txt")
    )
    assert len(CORPUS) == headings >= 60
