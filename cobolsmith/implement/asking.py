"""Ask again: a value typed in is tested behind its ACCEPT, and asked for until it is right.

DISPLAY 'ENTER AMOUNT'        DISPLAY 'ENTER AMOUNT'
ACCEPT WS-AMOUNT         ->   ACCEPT WS-AMOUNT
                              PERFORM UNTIL WS-AMOUNT > ZERO
                                  DISPLAY 'AMOUNT MUST BE ABOVE ZERO'
                                  DISPLAY 'ENTER AMOUNT'
                                  ACCEPT WS-AMOUNT
                              END-PERFORM
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cobolsmith.implement.closing import spoken
from cobolsmith.implement.conditions import condition
from cobolsmith.implement.naming import Asked
from cobolsmith.implement.putting import Rows, behind, quoted
from cobolsmith.implement.statements import Code, Statement
from cobolsmith.implement.ties import DoubtError
from cobolsmith.implement.vocabulary import content, of_name, soft
from cobolsmith.implement.wish import Sketch, Wish, Work, find
from cobolsmith.program import DataItem

AGAIN = r"(?:ask|prompt)(?:\s+(?:the user|for it|for (?:a|the) [\w\s]+?))?\s+(?:once\s+)?again"
STATE = r"(?P<state>(?:is|are|isn't|exceeds|has|equals)\b.+?)"


def read(sentence: str) -> Wish | None:
    """`Ask again when X is blank`, `Make sure X is above zero, otherwise ask again`."""
    wrong = (
        rf"^{AGAIN}\s+(?P<how>when|if|as long as|while|until|unless)\s+(?P<subject>.+?)\s+{STATE}$",
        rf"^(?P<how>when|if)\s+(?P<subject>.+?)\s+{STATE}\s*,?\s+(?:then\s+)?{AGAIN}$",
    )
    right = (
        rf"^(?:make sure|ensure|check|validate|verify)(?: that)?\s+(?P<subject>.+?)\s+{STATE}"
        rf"\s*,?\s*(?:otherwise|else|or|if not)\s*,?\s*{AGAIN}$",
        rf"^(?P<subject>.+?)\s+must\s+(?P<state>be\s+.+?)"
        rf"\s*,?\s*(?:otherwise|else|or|if not)\s*,?\s*{AGAIN}$",
    )
    for pattern in wrong:
        found = find(pattern, sentence)
        if found:
            how = "right" if found["how"].lower() in ("until", "unless") else "wrong"
            return Wish(sentence, "asking", {**found.groupdict(), "how": how})
    for pattern in right:
        found = find(pattern, sentence)
        if found:
            return Wish(sentence, "asking", {**found.groupdict(), "how": "right"})
    return None


@dataclass(frozen=True, slots=True)
class Typed:
    """An ACCEPT of an item, and the DISPLAY before it that asks for it."""

    at: Statement
    item: DataItem
    prompt: Statement | None


def plan(wish: Wish, work: Work) -> Sketch:
    """The loop behind the ACCEPT. Raises DoubtError."""
    code, subject = work.code, wish.part("subject")
    typed = typed_in(subject, work)
    state = re.sub(r"^be\b", "is", wish.part("state"), flags=re.IGNORECASE)
    asked = condition(f"{typed.item.name} {state}", work.ties)
    right = asked if wish.part("how") == "right" else Asked(asked.opposite, asked.items)
    text = quoted(code, spoken(f"{plain(subject)} {said(wish)}", code))
    prompt = [(4, " ".join(typed.prompt.words))] if typed.prompt else []
    rows: Rows = [
        (0, f"PERFORM UNTIL {right.text}"),
        (4, f"DISPLAY {text}"),
        *prompt,
        (4, f"ACCEPT {typed.item.name}"),
        (0, "END-PERFORM"),
    ]
    line = code.line(typed.at.span.start)
    return Sketch(
        f"ask again until {right.text}",
        (behind(code, typed.at, rows),),
        f"behind line {line}, where {typed.item.name} is typed in",
        "; ".join(row for _, row in rows),
        (f"PERFORM UNTIL {right.text} DISPLAY {text}",),
        (f"DISPLAY {text}",),
    )


def plain(subject: str) -> str:
    """A phrase without its article."""
    return re.sub(r"^(?:the|an?|his|her|its)\s+", "", subject, flags=re.IGNORECASE)


def said(wish: Wish) -> str:
    """What is told about a wrong value."""
    state = wish.part("state")
    if wish.part("how") == "wrong":
        return state
    return re.sub(r"^(?:is|are|be)\b", "must be", state, flags=re.IGNORECASE)


def typed_in(said: str, work: Work) -> Typed:
    """The ACCEPT that a phrase means, by the words of its item and of the text that asks for it.
    Raises DoubtError."""
    words = frozenset(content(said))
    found = [
        one
        for one in accepts(work.code)
        if words - soft(words) <= of_name(one.item.name) | asking(one)
        and (words & (of_name(one.item.name) | asking(one)))
    ]
    if len(found) != 1:
        names = tuple(one.item.name for one in found or accepts(work.code))
        which = ", ".join(names) or "nothing is typed in"
        raise DoubtError(f"which value that is typed in is '{said}' ({which})?", said, names)
    one = found[0]
    why = "its name and the text that asks for it" if one.prompt else "its name"
    work.ties.tie(said, one.item.name, "likely", why)
    return one


def asking(one: Typed) -> frozenset[str]:
    """The words of the text that asks for a value."""
    texts = [word[1:-1] for word in one.prompt.words if word[:1] in "'\""] if one.prompt else []
    return frozenset(content(" ".join(texts).lower()))


def accepts(code: Code) -> list[Typed]:
    """The values that are typed in, each with the text before it."""
    found = []
    for nth, one in enumerate(code.statements):
        item = code.program.resolve(one.words[1]) if one.verb == "ACCEPT" else None
        if isinstance(item, DataItem) and len(one.words) == 2:
            before = code.statements[nth - 1] if nth else None
            shown = before is not None and before.verb == "DISPLAY"
            found.append(Typed(one, item, before if shown else None))
    return found
