"""Items that a sentence enumerates: `the account number, the customer and the balance`."""

from __future__ import annotations

import re
from collections.abc import Callable

from cobolsmith.implement.ties import DoubtError, Ties
from cobolsmith.implement.vocabulary import GENERIC, content, of_name, soft
from cobolsmith.program import DataItem

PARTS = re.compile(r"\s*,\s+(?:and\s+|together with\s+)?|\s*,?\s+(?:and|plus|as well as)\s+")


def items(
    said: str, ties: Ties, wanted: Callable[[DataItem], bool], about: str = ""
) -> list[DataItem]:
    """The items of an enumeration, in its order; none for nothing. A thing alone (`the customer`)
    is its number, `its number` that of what it is `about`. Raises DoubtError."""
    return [one_of(owned(part, about), ties, wanted) for part in PARTS.split(said) if part.strip()]


def owned(said: str, about: str) -> str:
    """`its number` as `account number`, where it is about an account."""
    found = re.match(r"^\s*(?:its|their|his)\s+(?=\w+\s*$)", said)
    things = [one for one in re.findall("[a-z]+", about.lower()) if set(content(one)) & GENERIC]
    if found is None or len(things) != 1 or not soft(content(said)):
        return said
    return f"{things[0]} {said[found.end() :]}"


def one_of(said: str, ties: Ties, wanted: Callable[[DataItem], bool]) -> DataItem:
    """One item of an enumeration. Raises DoubtError."""
    kept, words = list(ties.found), frozenset(content(said))
    thing = len(words - soft(words)) == 1 and bool(words & GENERIC | words & keyed(ties))
    try:
        return ties.item(said, wanted, given=True)
    except DoubtError as doubt:
        if not thing or words & soft(words):
            raise
        ties.found[:] = kept
        try:
            return ties.item(f"{said} number", wanted, given=True)
        except DoubtError:
            ties.found[:] = kept
            raise doubt from None


def keyed(ties: Ties) -> frozenset[str]:
    """The words of what has a number (or an id) of its own: CUST-NO, BRANCH-NO."""
    number = frozenset(content("number"))
    named = [of_name(one.name) for one in ties.program.items if one.name]
    return frozenset(word for own in named if number < own and len(own) == 2 for word in own)
