"""The grammars' budgets: tables that stay small enough to commit, to compile and to understand."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

GRAMMARS = [path.parent for path in Path(__file__).parent.parent.glob("grammars/*/grammar.js")]
COBOL = Path(__file__).parent.parent / "grammars" / "cobol"


def constant(grammar: Path, name: str) -> int:
    """A #define of the generated parser."""
    found = re.search(
        rf"^#define {name} (\d+)$", (grammar / "src/parser.c").read_text(), re.MULTILINE
    )
    assert found, f"{name} is not in {grammar}/src/parser.c"
    return int(found[1])


@pytest.mark.parametrize("grammar", GRAMMARS, ids=lambda path: path.name)
def test_tables_are_within_budget(grammar: Path) -> None:
    assert constant(grammar, "STATE_COUNT") < 5_000
    assert constant(grammar, "LARGE_STATE_COUNT") < 500
    assert constant(grammar, "LANGUAGE_VERSION") == 15
    assert (grammar / "src/parser.c").stat().st_size < 5_000_000


@pytest.mark.parametrize("grammar", GRAMMARS, ids=lambda path: path.name)
def test_there_are_no_conflicts(grammar: Path) -> None:
    assert json.loads((grammar / "src/grammar.json").read_text())["conflicts"] == []


def test_keywords_are_sorted_and_unique() -> None:
    rows = re.findall(
        r'^(?:KEYWORD|SYNONYM)\(\w+, "([^"]+)"',
        (COBOL / "src/keywords.def").read_text(),
        re.MULTILINE,
    )
    assert rows == sorted(set(rows)) and len(rows) > 300


def test_scanner_and_grammar_name_the_same_tokens() -> None:
    externals = json.loads((COBOL / "src/grammar.json").read_text())["externals"]
    keywords = len(
        re.findall(r"^KEYWORD\(", (COBOL / "src/keywords.def").read_text(), re.MULTILINE)
    )
    enum = (COBOL / "src/words.h").read_text().split('#include "keywords.def"')[1].split("};")[0]
    own = re.findall(r"\b[A-Z][A-Z_]+\b", re.sub(r"#.*|/\*.*?\*/", "", enum))
    assert len(externals) == keywords + len(own)
