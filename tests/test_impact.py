"""`impact` against what a person found by reading the fixtures: nothing missed or invented."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cobolsmith.estate.calls import calls
from cobolsmith.estate.impact import impact
from cobolsmith.estate.index import Index, read_index
from cobolsmith.estate.unused import unused
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


def test_what_nothing_leads_to_in_the_fixtures(index: Index) -> None:
    answer = unused(index)
    found = {section.title: [row[0] for row in section.rows] for section in answer.sections}
    assert found["data items"] == ["TAX-EXEMPT", "MARKETING-OK", "CHANGED-AT", "ICUSTOMER"]
    assert [row[1] for row in answer.sections[0].rows] == ["9900-ABEND-EXIT"]
    assert found["copybooks"] == found["programs"] == []


def test_all_calls_of_the_fixtures_are_resolved(index: Index) -> None:
    known, unresolved, runs = (section.rows for section in calls(index).sections)
    assert {(row[0], row[1]) for row in known} == {
        ("SVB050", "SVS910"),
        ("SVB060", "SVS900"),
        ("SVB070", "SVS900"),
        ("SVB070", "SVS910"),
        ("SVC100", "SVC200"),
        ("SVC200", "SVC100"),
    }
    assert unresolved == ()
    assert ("SVJNITE.POST.RUN", "SVB050") in {row[:2] for row in runs}
