"""The requests of a ticket, each cut into what leads it (`when X`, `for each Y`) and its main
clause; pronouns stand for what the sentence before is about."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cobolsmith.implement.ticket import CLAUSE, Ticket, orders, tails
from cobolsmith.implement.wish import find

PRONOUN = r"(?:it|them|they|these|those|this|such (?:a |an )?\w+|that one|the same)"
BARS = (
    r"(?:(?:don't|do not|never|no longer)\s+(?:allow|accept|permit|let)|"
    r"(?:forbid|disallow|prohibit))"
)
"""What comes before a thing that is not to be."""
FINITE = (
    r"(?:is|are|was|were|has|have|had|can|can't|cannot|must|should|shall|"
    r"will|may|do|does|don't|goes|"
    r"go|comes?|gets?|carries|carry|lies?|takes?|sends?|needs?|wants?|holds?|stands?|becomes?|"
    r"arrives?|exceeds?|reaches|sometimes|often|never|always|only)"
)


@dataclass(frozen=True, slots=True)
class Said:
    """A request cut up: what leads it, its main clause, and what the sentence before is about."""

    whole: str
    led: str
    main: str
    about: str


def requests(parts: Ticket) -> list[Said]:
    """The requests of a ticket, pronouns bound."""
    found: list[Said] = []
    about = ""
    for part in parts.parts:
        text, head = part.text, ""
        left, colon, right = text.partition(": ")
        barred = find(rf"^{BARS}\s+(?P<what>.+)$", left)
        if colon and orders(right) and (barred or not orders(left)):
            head, text = barred["what"] if barred else left, right
        if part.role == "request":
            led, main = cut(text)
            found.append(Said(text, led, main, head or about))
        barred = find(rf"^{BARS}\s+(?P<what>.+)$", head or part.text)
        about = barred["what"] if barred else head or part.text
    return found


def cut(said: str) -> tuple[str, str]:
    """What leads a sentence and its main clause; a clause at the end leads it as well."""
    at = find(rf"^(?P<led>{CLAUSE}\s+.*)$", said)
    if at:
        for main in reversed(list(tails(said))):
            if orders(main) or find(rf"^(?:then\b|it\b|they\b|the\b|a\b|an\b).*\b{FINITE}\b", main):
                return said[: len(said) - len(main)].strip(" ,"), main
        first = next(tails(said), "")
        return (said[: len(said) - len(first)].strip(" ,"), first) if first else ("", said)
    for at in re.finditer(rf",?\s+(?={CLAUSE}\s+\S)", said, re.IGNORECASE):
        main, led = said[: at.start()].rstrip(" ,"), said[at.end() :]
        begun = orders(main) or find(rf"\b{FINITE}\b", main)
        if begun or not (ASKS.search(led) or find(rf"\b{FINITE}\b", led)):
            return led, main
    return "", said


ASKS = re.compile(r"\b(?:must|should|shall|has to|have to|is to|are to|may|can(?:not)?)\b", re.I)
"""Verbs of a main clause: what stands before one is no sentence yet."""


def subject_of(said: str) -> str:
    """What a sentence is about: the words before its verb; the last verb where a clause of its own
    (`whose`, `that`) stands before."""
    text = re.sub(rf"^{CLAUSE}\s+", "", said)
    verbs = list(re.finditer(rf"\s+{FINITE}\b", text, re.IGNORECASE))
    if not verbs:
        return text
    within = find(r"\b(?:whose|that|which|who)\b", text)
    inner = within is not None and within.start() < verbs[0].start()
    return text[: verbs[-1 if inner else 0].start()].strip(" ,")


def bound_in(led: str, about: str) -> str:
    """A clause whose subject is a pronoun, with what that stands for: `A must have a B. If it is
    zero` is of the B of an A."""
    at = find(rf"^(?P<by>{CLAUSE})\s+(?:it|that|this|they)\s+(?P<rest>(?:{FINITE})\b.+)$", led)
    if at is None or not about:
        return led
    has = find(
        r"^(?P<thing>.+?)\s+(?:must|should|shall|has to|have to|needs? to)\s+(?:always\s+)?"
        r"(?:have|carry|bear|contain)\s+(?:an?|the|its|some)\s+(?P<item>.+)$",
        about,
    )
    what = f"the {has['item']} of {has['thing']}" if has else subject_of(about)
    return f"{at['by']} {what} {at['rest']}"


def bound(text: str, about: str) -> str:
    """A phrase; if it is a pronoun, what that stands for."""
    bare = re.sub(rf"\b{PRONOUN}\b", "", text, flags=re.IGNORECASE).strip(" ,")
    return subject_of(about) if not bare and about else text
