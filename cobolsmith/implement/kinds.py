"""The kinds of features: what reads a sentence as one, and what plans it. To add one: two lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from cobolsmith.implement import (
    alike,
    amounts,
    asking,
    branches,
    calls,
    cases,
    default,
    ending,
    exact,
    fields,
    files,
    listing,
    logging,
    reject,
    rounding,
    showing,
    skip,
    tallies,
    total,
)
from cobolsmith.implement.frames import readings
from cobolsmith.implement.said import PRONOUN
from cobolsmith.implement.ticket import polite, quoted, split, ticket
from cobolsmith.implement.ties import DoubtError
from cobolsmith.implement.wish import Sketch, Wish, Work, find

READERS: tuple[Callable[[str], Wish | None], ...] = (
    ending.read,
    asking.read,
    branches.read,
    fields.read,
    files.read,
    calls.read,
    amounts.read,
    default.read,
    showing.read,
    total.read,
    tallies.read,
    logging.read,
    skip.read,
    reject.read,
    cases.read,
)
"""Asked in this order; the first that reads the sentence has it."""
PLANNERS: dict[str, Callable[[Wish, Work], Sketch]] = {
    "ending": ending.plan,
    "asking": asking.plan,
    "branch": branches.plan,
    "validate": reject.plan,
    "reject": reject.plan,
    "skip": skip.plan,
    "default": default.plan,
    "total": total.plan,
    "tally": total.plan_tally,
    "shown": showing.plan,
    "case of letters": showing.plan_case,
    "logging": logging.plan,
    "case": cases.plan,
    "alike": alike.plan,
    "field": fields.plan,
    "file": files.plan,
    "listing": listing.plan,
    "call": calls.plan,
    "rate": amounts.plan,
    "rounding": rounding.plan,
    "statements": exact.plan,
}


def ways(sentence: str) -> tuple[Wish, ...]:
    """What a ticket may ask for, likeliest first; a clause and a colon before a sentence are its
    reason. Raises DoubtError where it is none of the kinds."""
    said = quoted(sentence)
    likened = alike.read(said)
    if likened is not None and not likened.part("in words"):
        return (likened,)
    plain = polite(said)
    reason, colon, rest = plain.partition(": ")
    whole = (plain, rest) if colon and "'" not in reason else (plain,)
    alone = len(tuple(split(said))) == 1
    patterns = [wish for one in whole for read in READERS if alone and (wish := read(one))]
    if not patterns:
        asked = ticket(said).of("request")
        complete = len(asked) == 1 and not find(rf"\b{PRONOUN}\b", asked[0])
        wish = amounts.read(asked[0]) if complete else None
        patterns = [replace(wish, sentence=said)] if wish else []
    found = (*patterns[:1], *((likened,) if likened else ()), *readings(said))
    if not found:
        raise DoubtError("this asks for nothing that can be planned", sentence)
    return found
