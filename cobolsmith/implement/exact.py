"""Statements where a sentence says they go: `After each PERFORM 3500-WAKE, add 1 to WS-WOKEN`.

Who knows the program says place, condition and statement in its own names, and needs no kind. Each
sentence of such a ticket is an order of its own; all of them make one change.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cobolsmith.implement import calls, enumerated, known
from cobolsmith.implement.conditions import condition, literal
from cobolsmith.implement.logging import message
from cobolsmith.implement.naming import Asked
from cobolsmith.implement.places import NAME, Place, located, turns_of
from cobolsmith.implement.putting import entry, together
from cobolsmith.implement.spots import Anchor, edits_at, told_at
from cobolsmith.implement.statements import Code
from cobolsmith.implement.ticket import split
from cobolsmith.implement.ties import DoubtError, Ties, is_condition, is_data
from cobolsmith.implement.total import shown_lines
from cobolsmith.implement.wish import QUOTED, Sketch, Wish, Work, find, unquoted
from cobolsmith.program import DataItem, Procedure

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
    rf"perform\s+{NAME}(?:\s+(?:thru|through)\s+(?P<last>[\w-]+))?",
    r"(?:go|jump)\s+to\s+(?P<label>[\w-]+)",
)
"""What may be ordered; the first that fits is it."""
ORDER = (
    r"(?:display|show|log|print|say|trace|call|set|move|put|store|add|count|increase|raise|subtract|"
    r"decrease|reduce|lower|perform|go|jump)"
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


@dataclass(slots=True)
class Row:
    """A new statement: its text, the items whose values it needs, and the text it shows alone."""

    text: str
    items: list[int] = field(default_factory=list)
    shows: str = ""


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
    fresh: dict[str, str] = {}
    orders: list[Order] = []
    for one in split(wish.sentence):
        new = re.search(NEW, one, re.IGNORECASE)
        if new:
            fresh[free(new["name"].upper(), code)] = clauses(new["form"])
        elif order := ordered(one, code):
            orders.append(order)
    edits = [entry(code, name, form) for name, form in fresh.items()]
    made: list[Row] = []
    where: list[str] = []
    what: list[str] = []
    for order in orders:
        rows, asked = worded(order, fresh, work)
        needed = [one for row in rows for one in row.items]
        turns = turns_of(order.place, code, [*needed, *(asked.items if asked else ())])
        spots = [(Anchor(one.at, frozenset(), one.why, 0.0, one.first), asked) for one in turns]
        spots = known.settled(code, spots, needed, order.place.said)
        edits += edits_at(code, spots, [(0, row.text) for row in rows])
        where.append(told_at(code, spots))
        made += rows
        told = "; ".join(row.text for row in rows)
        what.append(f"if {asked.text} then {told}" if asked else told)
    only_shown = all(row.shows for row in made)
    return Sketch(
        "; ".join(row.text for row in made)[:72],
        together(edits),
        ", and ".join(dict.fromkeys(where)),
        "; ".join((*what, *(f"{name} {form}" for name, form in fresh.items()))),
        tuple(row.text for row in made),
        () if only_shown else tuple(row.text for row in made),
        tuple(f"stdout+{row.shows}" for row in made) if only_shown else (),
    )


def free(name: str, code: Code) -> str:
    """The name of a new item. Raises DoubtError where the program has it."""
    if name in {one for one, _ in code.program.scope()} | set(code.program.reserved):
        raise DoubtError(f"{code.program.name} has {name} already", name)
    return name


def clauses(form: str) -> str:
    """The clauses of a new item: capitals outside literals, with a first value."""
    hidden, shown = unquoted(form)
    text = shown(hidden.upper().rstrip(" .,"))
    if " VALUE " not in text:
        first = "SPACES" if re.search(r"PIC(?:TURE)?\s+[XA]", text) else "ZERO"
        text += f" VALUE {first}"
    return re.sub(r"\bPICTURE\b", "PIC", text)


# --- Wording --------------------------------------------------------------------------------------


def worded(order: Order, fresh: Mapping[str, str], work: Work) -> tuple[list[Row], Asked | None]:
    """The statements of an order and its condition. Raises DoubtError."""
    ties = work.ties
    asked = condition(order.when, ties) if order.when else None
    if asked is not None and order.unless:
        asked = Asked(asked.opposite, asked.items)
    return [statement(one, fresh, work) for one in order.acts], asked


def statement(parts: Mapping[str, str], fresh: Mapping[str, str], work: Work) -> Row:
    """One order as a statement. Raises DoubtError."""
    ties = work.ties
    if "shown" in parts:
        return displayed(parts["shown"], fresh, work)
    if "program" in parts:
        name = parts["program"].upper()
        items = enumerated.items(parts.get("items", ""), ties, calls.passable)
        calls.check(name, calls.called(name, work), items)
        using = f" USING {' '.join(one.name for one in items)}" if items else ""
        return Row(f"CALL '{name}'{using}", [one.index for one in items])
    if "name" in parts:
        names = [label(parts[one], work.code) for one in ("name", "last") if one in parts]
        return Row(f"PERFORM {' THRU '.join(names)}")
    if "label" in parts:
        return Row(f"GO TO {label(parts['label'], work.code)}")
    if "true" in parts:
        item = ties.item(parts["true"], is_condition)
        return Row(f"SET {item.name} TO TRUE")
    if "to" in parts:
        return moved(parts["value"], parts["to"], fresh, ties)
    return added(parts, fresh, ties)


def displayed(said: str, fresh: Mapping[str, str], work: Work) -> Row:
    """A DISPLAY of texts and items, in their order. Raises DoubtError."""
    ties, code = work.ties, work.code
    said = re.sub(r"^(?:the|a)\s+(?:message|line|text)\s+(?=['\"])", "", said)
    said = re.sub(r"\s+(?:on|to|in) (?:the )?(?:console|log|job log|operator|sysout)$", "", said)
    pieces = [one for one in re.split(rf"({QUOTED})", said) if one.strip(" ,") not in ("", "and")]
    labels = [one.label for one in shown_lines(code)]
    words: list[str] = []
    items: list[int] = []
    texts: list[str] = []
    for nth, piece in enumerate(pieces):
        if piece[0] in "'\"":
            more = nth + 1 < len(pieces)
            text = message(code.program.name, labels if not nth else [], piece[1:-1], more)
            words.append(f"'{text}'")
            texts.append(text)
            continue
        bare = re.sub(r"^[\s,]*(?:and|with|followed by|then)\s+|[\s,]*(?:and)?[\s,]*$", "", piece)
        for part in enumerated.PARTS.split(bare.strip(" ,")):
            if part.upper() in fresh:
                words.append(part.upper())
            elif part.strip():
                one = enumerated.one_of(part, ties, is_data)
                unsubscripted(one, part, ties)
                words.append(one.name)
                items.append(one.index)
    return Row(f"DISPLAY {' '.join(words)}", items, texts[0] if texts else "")


def moved(value: str, to: str, fresh: Mapping[str, str], ties: Ties) -> Row:
    """A MOVE. Raises DoubtError."""
    name, item = receiver(to, fresh, ties)
    if item is not None and item.level == 88:
        raise DoubtError(f"{name} is a condition: set it to true?", to)
    text, items = value_of(value, item, fresh, ties)
    return Row(f"MOVE {text} TO {name}", items)


def added(parts: Mapping[str, str], fresh: Mapping[str, str], ties: Ties) -> Row:
    """An ADD or a SUBTRACT. Raises DoubtError."""
    name, item = receiver(parts["sum"], fresh, ties)
    if item is not None and (item.picture is None or item.picture.category != "numeric"):
        raise DoubtError(f"{name} is no number", parts["sum"])
    text, items = value_of(parts.get("more") or parts["less"], item, fresh, ties)
    verb, joint = ("ADD", "TO") if "more" in parts else ("SUBTRACT", "FROM")
    return Row(f"{verb} {text} {joint} {name}", items)


def receiver(said: str, fresh: Mapping[str, str], ties: Ties) -> tuple[str, DataItem | None]:
    """What gets a value: a name, and its item where it isn't new. Raises DoubtError."""
    if said.upper() in fresh:
        return said.upper(), None
    item = ties.item(said, is_data)
    unsubscripted(item, said, ties)
    return item.name, item


def value_of(
    said: str, item: DataItem | None, fresh: Mapping[str, str], ties: Ties
) -> tuple[str, list[int]]:
    """What is moved or added: a literal that the item holds, or another item. Raises DoubtError."""
    if said.upper() in fresh:
        return said.upper(), []
    if item is None:
        if re.fullmatch(rf"{QUOTED}|[+-]?\d+(?:\.\d+)?", said):
            return said, []
        figurative = {"zero": "ZERO", "spaces": "SPACES", "blanks": "SPACES"}.get(said.lower())
        if figurative:
            return figurative, []
    text = literal(said, item) if item is not None else None
    if text is not None:
        return text, []
    other = ties.item(said, is_data, given=True)
    unsubscripted(other, said, ties)
    numeric = [one.picture and one.picture.category == "numeric" for one in (other, item) if one]
    if len(numeric) == 2 and numeric[1] and not numeric[0]:
        raise DoubtError(f"{other.name} is text and {item and item.name} a number", said)
    return other.name, [other.index]


def unsubscripted(item: DataItem, said: str, ties: Ties) -> None:
    """Raise DoubtError for an item of a table."""
    if ties.program.subscripts(item):
        raise DoubtError(f"{item.name} is of a table: which of it?", said)


def label(said: str, code: Code) -> str:
    """A paragraph or section by its name. Raises DoubtError."""
    found = code.program.resolve_procedure(said.upper())
    if not isinstance(found, Procedure):
        raise DoubtError(f"{code.program.name} has no paragraph {said.upper()}", said)
    return found.name
