"""Spots: statements behind or before which new ones go, each with what must hold there besides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cobolsmith.implement.naming import Asked
from cobolsmith.implement.putting import Rows, before, behind
from cobolsmith.implement.statements import Code, Statement
from cobolsmith.plan import Edit


@dataclass(frozen=True, slots=True)
class Anchor:
    """A statement behind which (or before which) something goes, the words it takes, and why;
    `spare` are words of its name that the phrase hasn't."""

    at: Statement
    taken: frozenset[str]
    why: str
    score: float
    first: bool = False
    spare: frozenset[str] = frozenset()


Spot = tuple[Anchor, Asked | None]
"""A place, and what must hold there besides."""


def edits_at(code: Code, spots: Sequence[Spot], rows: Rows) -> tuple[Edit, ...]:
    """Rows at each place, inside an IF where something must hold there."""
    found = []
    for one, asked in spots:
        inner = [(4 + step, row) for step, row in rows]
        whole = [(0, f"IF {asked.text}"), *inner, (0, "END-IF")] if asked else rows
        found.append((before if one.first else behind)(code, one.at, whole))
    return tuple(found)


def told_at(code: Code, spots: Sequence[Spot]) -> str:
    """Places in words."""
    return ", and ".join(
        f"in {code.name(one.at.procedure)}, {'before' if one.first else 'behind'} line"
        f" {code.line(one.at.span.start)} ({one.why})"
        for one, _ in spots
    )
