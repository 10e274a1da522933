"""Tickets: which sentence asks, which tells why, and what is read out of them."""

from __future__ import annotations

import pytest

from cobolsmith.implement.frames import readings
from cobolsmith.implement.ticket import quoted, ticket, turned
from cobolsmith.implement.wish import tidy


def read(text: str) -> list[tuple[str, dict[str, str]]]:
    return [
        (one.kind, {name: part for name, part in one.parts.items() if part})
        for one in readings(quoted(text))
    ]


def test_reasons_requests_and_limits_are_told_apart() -> None:
    found = ticket(
        "From May the shops also send vouchers, kind VCH. Please treat them like cash so that we "
        "can book them. The trailer stays as it is. Amounts must be positive."
    )
    assert [(one.role, one.text) for one in found.parts] == [
        ("reason", "From May the shops also send vouchers, kind VCH"),
        ("request", "treat them like cash"),
        ("limit", "The trailer stays as it is"),
        ("request", "Amounts must be positive"),
    ]


def test_bullets_are_sentences_and_quoted_text_is_never_cut() -> None:
    found = ticket(tidy("Wanted:\n- show 'A. B; C' at the end\n- nothing else changes"))
    assert [one.text for one in found.parts] == [
        "Wanted",
        "show 'A. B; C' at the end",
        "nothing else changes",
    ]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("At the very end display the lines", "display the lines, at the very end"),
        (
            "Under the total of the page print one line",
            "print one line, under the total of the page",
        ),
        ("In the job log note every order", "note every order, in the job log"),
        ("The end of the list is near", "The end of the list is near"),
    ],
)
def test_an_order_goes_first(said: str, meant: str) -> None:
    assert turned(said) == meant


def test_text_in_capitals_is_text() -> None:
    assert quoted("Refuse it with the message ORDER TOO OLD.").endswith("message 'ORDER TOO OLD'.")
    assert quoted("Call SVX900 for WS-AMOUNT") == "Call SVX900 for WS-AMOUNT"
    assert quoted("It can't be the customer's") == "It cannot be the customer"


@pytest.mark.parametrize(
    ("text", "kind", "parts"),
    [
        (
            "An order whose date is later than the run date is malformed: reject it with R14.",
            "reject",
            {
                "subject": "An order whose date is later than the run date",
                "code": "R14",
            },
        ),
        (
            "Orders cannot be older than their customer. When the order date lies before the open "
            "date, refuse the order like the other bad ones, with the message ORDER TOO OLD.",
            "reject",
            {
                "subject": "the order",
                "when": "the order date lies before the open date",
                "like": "bad ones",
                "text": "'ORDER TOO OLD'",
                "code": "'ORDER TOO OLD'",
            },
        ),
        (
            "Clerk ids are a C and four digits. A card with anything else in its clerk id is to be "
            "rejected, reason R13.",
            "validate",
            {"subject": "Clerk ids", "must": "are", "state": "a C and four digits", "code": "R13"},
        ),
        (
            "An export order that comes without a duty rate (zero) is loaded with one of 2.50.",
            "default",
            {"item": "duty rate", "only": "An export order", "value": "2.50"},
        ),
        (
            "If an invoice carries no clerk name, print THE CLERK where the name would be.",
            "default",
            {
                "item": "clerk name",
                "only": "an invoice",
                "value": "'THE CLERK'",
                "shown": "yes",
            },
        ),
        (
            "With the other totals show how many vouchers were booked: VOUCHERS BOOKED and the "
            "count.",
            "total",
            {"what": "vouchers were booked", "label": "'VOUCHERS BOOKED'"},
        ),
        (
            "Note in the log every order that runs to more than one page, with the customer number "
            "and how many pages it has.",
            "logging",
            {
                "when": "order that runs to more than one page",
                "items": "the customer number and pages",
            },
        ),
    ],
)
def test_what_a_ticket_asks_for(text: str, kind: str, parts: dict[str, str]) -> None:
    assert (kind, parts) in read(text)


def test_two_requests_are_not_read_as_one() -> None:
    asked = "Reject orders over 100 with R12. Write every voucher to the list as well."
    assert not [kind for kind, _ in read(asked) if kind == "reject"]


@pytest.mark.parametrize(
    "said",
    (
        "Reject payments over 10 with R12. At the end show how many were rejected as 'BAD ONES'.",
        "Raise the fee to 3.00. At the end show how many blocked accounts there are as 'BLOCKED'.",
        "Reject deposits to dormant accounts with R04. Withdrawals are not wanted either.",
        "Reject deposits to dormant accounts with R04. Count withdrawals but no other cards.",
    ),
)
def test_of_two_requests_none_is_done_alone(said: str) -> None:
    assert not list(readings(said))
