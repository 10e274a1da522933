"""From a ticket to a plan: the readings of its sentence, tried in their order, and the planner of
each."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cobolsmith.implement import exact
from cobolsmith.implement.kinds import PLANNERS, ways
from cobolsmith.implement.places import HERE, Place, honoured, located, strangers, undecided
from cobolsmith.implement.statements import code_of
from cobolsmith.implement.ties import DoubtError, Ties
from cobolsmith.implement.wish import Sketch, Wish, Work, tidy
from cobolsmith.program import Program
from cobolsmith.recipe import Setting


def planned(
    sentence: str, program: Program, setting: Setting, answers: dict[str, str]
) -> tuple[Wish, Sketch, Ties]:
    """The first way to read a ticket that can be planned. Raises the DoubtError of the last."""
    doubts: list[DoubtError] = []
    said, code = tidy(answered(sentence, answers)), code_of(program)
    stated = exact.read(said, code)
    rest, place = (said, None) if stated else located(said, code)
    try:
        wishes = (stated,) if stated else ways_at(rest, place)
    except DoubtError as doubt:
        raise unknown(doubt, rest, program) from None
    for wish in wishes:
        try:
            return (wish, *sketched(wish, program, setting, answers, place))
        except DoubtError as doubt:
            if doubt.settles:
                raise
            doubts.append(doubt)
    which = next((one for one in doubts if one.choices), None)
    last = next((one for one in reversed(doubts) if one.said), doubts[-1])
    raise which or unknown(last, rest, program)


def answered(sentence: str, answers: Mapping[str, str]) -> str:
    """A sentence with the places that were chosen for those it says."""
    for said, chosen in answers.items():
        if re.match(PLACED, chosen):
            sentence = re.sub(re.escape(said), chosen, sentence, flags=re.IGNORECASE)
    return sentence


PLACED = r"(?:at|before|after|behind|ahead of|above|below|following) (?:line \d|the (?:start|end) )"
"""An answer that is a place."""


def ways_at(sentence: str, place: Place | None) -> tuple[Wish, ...]:
    """What a sentence without its place may ask for. Raises DoubtError."""
    try:
        return ways(sentence)
    except DoubtError:
        if place is None:
            raise
        return ways(f"{sentence} when {HERE}")


def unknown(doubt: DoubtError, sentence: str, program: Program) -> DoubtError:
    """A doubt, with the names that the sentence spells out and the program hasn't."""
    names = strangers(sentence, program)
    if not names:
        return doubt
    return DoubtError(f"{doubt.what}; {program.name} has no {', '.join(names)}", doubt.said)


def sketched(
    wish: Wish,
    program: Program,
    setting: Setting,
    answers: dict[str, str],
    place: Place | None = None,
) -> tuple[Sketch, Ties]:
    """The planner's answer and the ties it made. Raises DoubtError, also for a place that was
    spelled out and where the planner puts nothing."""
    ties = Ties(program, answers, at=place)
    work = Work(code_of(program), ties, setting)
    sketch = PLANNERS[wish.kind](wish, work)
    if place is not None and ties.put:
        undecided(place, [one.name for one in ties.found], work.code)
    elif place is not None and not honoured(place, sketch.edits, work.code):
        what = f"this would go {sketch.where}, not {place.said}: which?"
        doubt = DoubtError(what, place.said)
        doubt.settles = True
        raise doubt
    return sketch, ties
