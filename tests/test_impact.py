"""`impact` against what a person found by reading the fixtures: nothing missed or invented."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cobolsmith.estate.impact import impact
from cobolsmith.estate.index import Index, read_index
from cobolsmith.scan import scan

FIXTURES = Path(__file__).parent.parent / "fixtures"
TRUTH = tomllib.loads((FIXTURES / "cases" / "impact" / "truth.toml").read_text("utf-8"))["field"]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    path = tmp_path_factory.mktemp("impact") / "estate.db"
    scan(FIXTURES, path, 1)
    with read_index(path) as index:
        yield index


def test_there_are_ten_fields() -> None:
    assert len({field["name"] for field in TRUTH}) >= 10


@pytest.mark.parametrize("field", TRUTH, ids=lambda field: field["name"])
def test_impact_is_what_a_person_found(index: Index, field: dict[str, Any]) -> None:
    answer = impact(index, field["name"], field["depth"])
    found = {
        (section.title, f"{sure} | {how} | {where}")
        for section in answer.sections
        if section.title != "declared"
        for sure, how, _, where, _ in section.rows
    }
    expected = {
        (title, line) for title, lines in field.items() if isinstance(lines, list) for line in lines
    }
    assert sorted(expected - found) == [], "missed"
    assert sorted(found - expected) == [], "invented"
