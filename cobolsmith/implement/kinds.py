"""The kinds of features: what reads a sentence as one, and what plans it. To add one: two lines."""

from __future__ import annotations

from collections.abc import Callable

from cobolsmith.implement import (
    amounts,
    asking,
    branches,
    calls,
    cases,
    default,
    ending,
    fields,
    files,
    logging,
    reject,
    showing,
    skip,
    tallies,
    total,
)
from cobolsmith.implement.ties import DoubtError
from cobolsmith.implement.wish import Sketch, Wish, Work

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
    "tally": tallies.plan,
    "shown": showing.plan,
    "case of letters": showing.plan_case,
    "logging": logging.plan,
    "case": cases.plan,
    "field": fields.plan,
    "file": files.plan,
    "call": calls.plan,
    "rate": amounts.plan,
    "rounding": amounts.plan_rounding,
}


def reading(sentence: str) -> Wish:
    """A sentence as a wish; a clause and a colon before it are its reason. Raises DoubtError where
    it is none of the kinds."""
    reason, colon, rest = sentence.partition(": ")
    for said in (sentence, rest) if colon and "'" not in reason else (sentence,):
        for read in READERS:
            wish = read(said)
            if wish is not None:
                return wish
    kinds = ", ".join(PLANNERS)
    raise DoubtError(
        f"this asks for nothing that can be planned; known kinds are: {kinds}", sentence
    )
