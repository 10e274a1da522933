"""Conditions that always or never hold."""

from __future__ import annotations

from collections.abc import Iterator

from cobolsmith.dataflow import And, Or, Relation, Term, parts
from cobolsmith.items import DataItem
from cobolsmith.rules.literals import literal, number
from cobolsmith.rules.rule import Found, Listing, Rule

_ZERO = frozenset(("ZERO", "ZEROS", "ZEROES", "0"))
_FITS = ("alphanumeric", "alphabetic")


def settled(listing: Listing) -> Iterator[Found]:
    """Relations and combinations whose truth doesn't depend on any data."""
    for _, condition in listing.conditions:
        for one in parts(condition):
            if isinstance(one, Relation):
                said = of_relation(listing, one)
            elif isinstance(one, And | Or):
                said = of_parts(one)
            else:
                said = ""
            if said:
                yield Found(one.origin, said)


def of_parts(both: And | Or) -> str:
    """`A <> 1 OR A <> 2` always holds, `A = 1 AND A = 2` never."""
    wanted = "<>" if isinstance(both, Or) else "="
    seen: dict[str, str] = {}
    for one in both.parts:
        if not isinstance(one, Relation) or one.operator != wanted or one.object.item is not None:
            continue
        value = literal(one.object.text)
        if one.subject.item is None or value is None or "(" in one.subject.text:
            continue
        text = value.text.rstrip() if value.quoted else value.text.lstrip("0")
        other = seen.setdefault(one.subject.text, text)
        if other != text:
            if wanted == "<>":
                return f"always true: {one.subject.text} differs from one of the two values"
            return f"never true: {one.subject.text} can't be both values"
    return ""


def of_relation(listing: Listing, one: Relation) -> str:
    """What is certain of a relation without looking at data; "" for most."""
    if one.subject.text == one.object.text and one.subject.item is not None:
        always = one.operator in ("=", "<=", ">=")
        return f"{'always' if always else 'never'} true: {one.subject.text} is on both sides"
    if one.subject.item is None or one.object.item is not None:
        return ""
    item = listing.program.items[one.subject.item]
    if item.name != one.subject.text.split("(")[0].split(" ")[0] or ":" in one.subject.text:
        return ""
    return _against(item, one.operator, one.object)


def _against(item: DataItem, operator: str, term: Term) -> str:
    picture = item.picture
    if picture is None or item.any_length:
        return ""
    if picture.category in _FITS:
        return _text_against(item, operator, term)
    if picture.category != "numeric" or item.usage in ("BINARY", "COMP-5"):
        return ""
    if term.text.upper() in _ZERO and not picture.signed and operator in ("<", ">="):
        always = "always" if operator == ">=" else "never"
        return f"{always} true: {item.name} ({picture.text}) has no sign"
    figures = None if term.text[:1] in "+-\"'" else number(term.text)
    if figures is None or len(figures[0].lstrip("0")) <= picture.digits - picture.scale:
        return ""
    if operator in ("=", ">", ">="):
        return f"never true: {item.name} ({picture.text}) is less than {term.text}"
    return f"always true: {item.name} ({picture.text}) is less than {term.text}"


def _text_against(item: DataItem, operator: str, term: Term) -> str:
    value = literal(term.text)
    if value is None or not value.quoted or operator not in ("=", "<>"):
        return ""
    if not value.text[item.length :].strip():
        return ""
    always = "always" if operator == "<>" else "never"
    return f"{always} true: {value.text!r} is longer than {item.name} ({item.length} bytes)"


RULES = (
    Rule(
        "settled-condition",
        "warning",
        "A condition that is always or never true is a slip: a wrong name, OR for AND, a literal "
        "that doesn't fit the item.",
        "`refactor change-condition`, or correct it",
        settled,
    ),
)
