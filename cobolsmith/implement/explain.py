"""A plan in words: where, what, what each phrase was taken to mean, and what was not chosen."""

from __future__ import annotations

from cobolsmith.implement.ticket import ticket
from cobolsmith.implement.ties import Ties
from cobolsmith.implement.wish import Sketch, Wish


def reasons_of(sketch: Sketch, wish: Wish, ties: Ties) -> tuple[str, ...]:
    """The lines that a reviewer reads before the patch."""
    return (
        f"read as: {wish.kind}",
        f"where: {sketch.where}",
        f"what: {sketch.what}",
        *(f"to stay as it is: {one}" for one in [wish.part("kept")] if one),
        *(f"taken as a reason: {one}" for one in ticket(wish.sentence).of("reason")),
        *(f"tie: {tie}" for tie in ties.found),
        *(f"rejected: {one}" for one in (*sketch.rejected, *ties.passed)),
    )
