"""Tickets that are asked about, and the exact sentences that their questions offer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from tickets import FERRY, added

from cobolsmith.implement import DoubtError, Request, implement
from cobolsmith.job import Options
from cobolsmith.report import Outcome, Result

TOLL = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. TOLLBK.
       DATA DIVISION.
       LINKAGE SECTION.
       01  LK-PIER                     PIC X(06).
       01  LK-FARE                     PIC 9(03)V99.
       PROCEDURE DIVISION USING LK-PIER LK-FARE.
           GOBACK.
"""


@pytest.fixture
def ferry(tmp_path: Path) -> Path:
    (tmp_path / "TOLLBK.cbl").write_text(TOLL)
    path = tmp_path / "FERRY.cbl"
    path.write_text(FERRY)
    return path


def offered(path: Path, sentence: str) -> list[str]:
    """The exact sentences that a question offers for a ticket."""
    outcome = implement(Request(sentence), path, Options(runs=0)).outcomes[0]
    assert outcome.result is Result.REFUSED and outcome.patch is None
    led = "this may mean:"
    return [one.strip() for one in outcome.reasons[2:]] if led in outcome.reasons else []


def chosen(path: Path, sentence: str) -> Outcome:
    """The outcome where the first sentence that is offered is chosen."""

    def answer(_: DoubtError, sentences: Sequence[str]) -> str:
        return sentences[0] if sentences else ""

    return implement(Request(sentence), path, Options(runs=40), answer).outcomes[0]


OPENED = (
    "The harbour office would like to follow the quays. Show QUAY AGAIN OPEN, followed by the pier "
    "and the fare, once a quay was closed before and gets open."
)


@pytest.mark.parametrize(
    ("ticket", "first"),
    [
        (
            OPENED,
            "After each SET WS-QUAY-OPEN TO TRUE, display 'QUAY AGAIN OPEN' and TR-PIER and "
            "TR-FARE",
        ),
        (
            "For the accountants: once a return of 20.00 or more has been made, let their module "
            "TOLLBK have the pier and the fare, please call it at once.",
            "At the end of 2000-RETURN, call TOLLBK with TR-PIER and TR-FARE when TR-RETURN AND "
            "TR-FARE NOT < 20.00",
        ),
        (
            "The office rings up the people who go one way. Pier and fare, please, in a small file "
            "ONEWAY: a line for each single trip that came in.",
            "At the end of 1000-TRIP, write TR-PIER and TR-FARE to a new file ONEWAY when "
            "TR-SINGLE",
        ),
    ],
)
def test_the_ticket_is_offered_in_exact_words(ferry: Path, ticket: str, first: str) -> None:
    assert offered(ferry, ticket)[:1] == [first]


def test_what_is_chosen_is_verified(ferry: Path) -> None:
    outcome = chosen(ferry, OPENED)
    assert outcome.result is Result.VERIFIED, outcome.reasons
    assert added(outcome) == ["DISPLAY 'QUAY AGAIN OPEN ' TR-PIER TR-FARE"] * 2


@pytest.mark.parametrize(
    "ticket",
    [
        "Once a return of 20.00 or more has been made within 3 days, log BIG RETURN and the pier.",
        "Log SHUT AND OPEN with the pier whenever an open quay that was closed is found.",
    ],
)
def test_what_would_lose_a_number_or_hold_never_is_not_offered(ferry: Path, ticket: str) -> None:
    assert not [one for one in offered(ferry, ticket) if "3" not in one and " AND WS" not in one]
