"""Statements where a sentence says they go: `After each PERFORM 3500-WAKE, add 1 to WS-WOKEN`.

Who knows the program says place, condition and statement in its own names, and needs no kind. Each
sentence of such a ticket is an order of its own; all of them make one change.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cobolsmith.implement import known
from cobolsmith.implement.conditions import condition
from cobolsmith.implement.files import text_file
from cobolsmith.implement.listing import opened_at
from cobolsmith.implement.naming import Asked
from cobolsmith.implement.places import NAME, Place, located, turns_of
from cobolsmith.implement.putting import together
from cobolsmith.implement.spots import Anchor, edits_at, told_at
from cobolsmith.implement.statements import Code
from cobolsmith.implement.ticket import split
from cobolsmith.implement.verbatim import TOKEN
from cobolsmith.implement.wish import Sketch, Wish, Work, find, unquoted
from cobolsmith.implement.wording import Making, Row

CASE = r"(?P<how>when(?:ever)?|if|where|provided|unless)"
SHOW = r"(?:display|show|log|print|say|trace)"
ACTS = (
    rf"{SHOW}\s+(?P<shown>\S.*)",
    r"call\s+(?:the\s+)?(?:(?:sub-?)?(?:program|routine)|module)?\s*'?(?P<program>[A-Z]"
    r"[A-Z0-9]{0,7})'?(?:\s+(?:with|using|passing)\s+(?P<items>.+))?",
    r"set\s+(?P<true>[\w-]+)(?:\s+to\s+true)?",
    r"(?:move|put|store)\s+(?P<value>.+?)\s+(?:to|into|in)\s+(?P<to>\S.*)",
    r"set\s+(?P<to>.+?)\s+to\s+(?P<value>\S.*)",
    r"(?:add|count)\s+(?P<more>.+?)\s+(?:to|in)\s+(?P<sum>\S.*)",
    r"(?:increase|raise)\s+(?P<sum>.+?)\s+by\s+(?P<more>\S.*)",
    r"subtract\s+(?P<less>.+?)\s+from\s+(?P<sum>\S.*)",
    r"(?:decrease|reduce|lower)\s+(?P<sum>.+?)\s+by\s+(?P<less>\S.*)",
    r"(?:compute|calculate)\s+(?P<result>[\w-]+)(?P<rounded>\s+rounded)?\s*(?:=|\bas\b)\s*"
    r"(?P<formula>\S.*)",
    r"(?:write|put|list)\s+(?P<line>.+?)\s+(?:to|in|into|on)\s+(?:a|an|the|that)\s+(?:new\s+|same\s+"
    r"|text\s+|output\s+)*file\s+(?:called\s+|named\s+)?(?P<file>[A-Z][A-Z0-9]{1,7})",
    rf"(?P<source>(?-i:DIVIDE|INITIALIZE|INSPECT|MULTIPLY|REWRITE|STRING|WRITE)(?:\s+(?:{TOKEN}))+)",
    rf"perform\s+{NAME}(?:\s+(?:thru|through)\s+(?P<last>[\w-]+))?",
    r"(?:go|jump)\s+to\s+(?P<label>[\w-]+)",
)
"""What may be ordered; the first that fits is it."""
ORDER = (
    r"(?:display|show|log|print|say|trace|call|set|move|put|store|add|count|increase|raise|subtract|"
    r"decrease|reduce|lower|perform|go|jump|compute|calculate|write|list|divide|initialize|inspect|"
    r"multiply|rewrite|string)"
)
LED = rf"^{CASE}\s+(?P<when>.+?)\s*(?:,\s*(?:then\s+)?|\s+then\s+)(?P<do>{ORDER}\b.+)$"
JOINT = (
    r"\s*(?:,\s*(?:and\s+|then\s+)*|;\s*|\s+and\s+(?:then\s+|also\s+)?|\s+then\s+)"
    rf"(?={ORDER}\b)"
)
NEW = (
    r"^(?:add|declare|define|create|we need)\s+(?:an?\s+)?(?:new\s+)?(?:item|counter|field|switch|"
    r"data item|variable)\s+(?:called\s+)?(?P<name>[A-Za-z][\w-]*),?\s+(?P<form>PIC(?:TURE)?\s+.+?)"
    r"(?:,?\s+(?:to|in)\s+(?:the\s+)?working[- ]storage)?$"
)


@dataclass(frozen=True, slots=True)
class Order:
    """One sentence: where, on what condition ("" for none; `unless` it), and what."""

    place: Place
    when: str
    unless: bool
    acts: tuple[Mapping[str, str], ...]


def read(sentence: str, code: Code) -> Wish | None:
    """A ticket all of whose sentences order statements at places, as its parts; None for others.
    Raises DoubtError for places that the program hasn't."""
    said = list(split(sentence))
    kinds = [re.search(NEW, one, re.IGNORECASE) or ordered(one, code) for one in said]
    if not said or not all(kinds) or not any(isinstance(one, Order) for one in kinds):
        return None
    return Wish(sentence, "statements", {})


def ordered(said: str, code: Code) -> Order | None:
    """A sentence as an order; None where it isn't one."""
    rest, place = located(said, code)
    if place is None:
        return None
    hidden, shown = unquoted(rest)
    led = find(LED, hidden) or find(rf"^(?P<do>.+?)\s*,?\s+{CASE}\s+(?P<when>.+)$", hidden)
    do = led["do"] if led else hidden
    acts = [act(one, shown) for one in re.split(JOINT, do, flags=re.IGNORECASE)]
    if not all(acts):
        return None
    when, how = (shown(led["when"]), led["how"].lower()) if led else ("", "")
    return Order(place, when, how == "unless", tuple(one for one in acts if one))


def act(said: str, shown: Callable[[str], str]) -> dict[str, str] | None:
    """What one clause orders, by parts; None for what is no statement."""
    bare = re.sub(r"^(?:then|also|just|please)\s+", "", said.strip(" ,."), flags=re.IGNORECASE)
    for form in ACTS:
        found = re.fullmatch(form, bare, re.IGNORECASE)
        if found:
            return {k: shown(v).strip(" ,") for k, v in found.groupdict().items() if v}
    return None


def plan(wish: Wish, work: Work) -> Sketch:
    """The statements at their places. Raises DoubtError."""
    code = work.code
    making = Making(work)
    orders: list[Order] = []
    for one in split(wish.sentence):
        new = re.search(NEW, one, re.IGNORECASE)
        if new:
            making.item(new["name"].upper(), new["form"])
        elif order := ordered(one, code):
            orders.append(order)
    for parts in (one for order in orders for one in order.acts if "file" in one):
        making.line(parts["file"], parts["line"])
    edits = making.edits()
    made: list[Row] = []
    where: list[str] = []
    what: list[str] = []
    for order in orders:
        rows, asked = worded(order, making)
        needed = [one for row in rows for one in row.items]
        turns = turns_of(order.place, code, [*needed, *(asked.items if asked else ())])
        spots = [(Anchor(one.at, frozenset(), one.why, 0.0, one.first), asked) for one in turns]
        spots = known.settled(code, spots, needed, order.place.said)
        if any("file" in one for one in order.acts):
            opened_at(code, text_file(code), [one for one, _ in spots])
        edits += edits_at(code, spots, [line for row in rows for line in row.lines])
        where.append(told_at(code, spots))
        made += rows
        told = "; ".join(row.text for row in rows)
        what.append(f"if {asked.text} then {told}" if asked else told)
    firsts = tuple(row.lines[0][1] for row in made) if any(not one.apart for one in made) else ()
    return Sketch(
        "; ".join(row.text for row in made)[:72],
        together(edits),
        ", and ".join(dict.fromkeys(where)),
        "; ".join((*what, *making.told())),
        tuple(line for row in made for _, line in row.lines),
        (*firsts, *making.apart()),
        tuple(making.opened) if firsts else tuple(dict.fromkeys(row.apart for row in made)),
    )


def worded(order: Order, making: Making) -> tuple[list[Row], Asked | None]:
    """The statements of an order and its condition. Raises DoubtError."""
    asked = condition(order.when, making.work.ties) if order.when else None
    if asked is not None and order.unless:
        asked = Asked(asked.opposite, asked.items)
    return [making.statement(one) for one in order.acts], asked
