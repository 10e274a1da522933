"""Texts that STRING builds of what changes: what stood in the receiver before shows behind them.

STRING leaves the rest of its receiver as it was (COBOL-85, 6.26). Where nothing has made that blank
just before, a text of another length leaves other remains.
"""

from __future__ import annotations

from collections.abc import Iterator

from cobolsmith.items import Origin
from cobolsmith.program import Program
from cobolsmith.recipes.fields.spread import Spread
from cobolsmith.recipes.fields.views import resized
from cobolsmith.recipes.fields.world import Held

_BLANK = ("SPACE", "SPACES")
_WRITING = ("writes", "accepts", "returns")


def strung(spread: Spread, program: Program, touched: list[Held]) -> None:
    """Ask about each STRING of a changed length into what may still hold another text."""
    longer = {one.item.index for one in touched if resized(spread, one)}
    for place, receiver in dict.fromkeys(_strings(program, longer)):
        held = Held(program, program.items[receiver])
        if not _blank(spread, held, place):
            what = f"{held.name} isn't blank before this: behind a longer text its old one shows"
            spread.ask(what, place, f"MOVE SPACES TO {held.name} first")


def _strings(program: Program, senders: set[int]) -> Iterator[tuple[Origin, int]]:
    for move in program.flow.moves:
        own = not (move.owner or move.receiver_owner)
        if move.verb == "STRING" and own and move.sender in senders:
            yield move.origin, move.receiver


def _blank(spread: Spread, receiver: Held, place: Origin) -> bool:
    """Whether the receiver is made blank before a STRING, or holds nothing but its text."""
    writers = sorted(_writers(receiver), key=lambda one: one[0].span)
    others = [(origin, blank) for origin, blank, _ in writers if not _within(origin, place)]
    here = next((procedure for origin, _, procedure in writers if _within(origin, place)), None)
    if not any(not blank for _, blank in others):
        text = spread.world.source(place.path).text(*place.span).upper()
        return not any(word not in ("SIZE", "BY") for word in _delimiters(text))
    before = [
        blank
        for origin, blank, procedure in writers
        if procedure == here and origin.path == place.path and origin.span.end <= place.span.start
    ]
    return bool(before) and before[-1]


def _writers(receiver: Held) -> Iterator[tuple[Origin, bool, int | None]]:
    """What writes to an item, what holds it or what shares its bytes: where, whether with blanks,
    and in which paragraph."""
    program, item = receiver.program, receiver.item
    touching = {item.index, *(one.index for one in program.over(item.index))}
    holding = {item.index, *(one.index for one in program.ancestors(item.index))}
    for use in program.flow.uses:
        if use.item in touching and use.role in _WRITING:
            moved = use.verb == "INITIALIZE" or _moves_blank(program, use.item, use.origin)
            yield use.origin, moved and use.item in holding, use.procedure


def _moves_blank(program: Program, item: int, place: Origin) -> bool:
    """Whether the statement that writes an item at a place moves blanks to it."""
    return any(
        move.receiver == item and move.literal.upper() in _BLANK and _within(place, move.origin)
        for move in program.flow.moves
    )


def _within(place: Origin, statement: Origin) -> bool:
    return (
        place.path == statement.path
        and statement.span.start <= place.span.start
        and place.span.end <= statement.span.end
    )


def _delimiters(text: str) -> Iterator[str]:
    """The words behind each DELIMITED of a STRING."""
    words = text.split()
    for nth, word in enumerate(words):
        if word == "DELIMITED":
            rest = words[nth + 1 : nth + 3]
            yield rest[-1] if rest[:1] == ["BY"] else rest[0]
