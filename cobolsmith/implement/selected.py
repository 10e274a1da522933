"""Which records a phrase means: `clients in Texas`, `orders that are urgent`, `lines read`.

The words for the things themselves name a file's records; what is left is a condition, or a value
of an item that the program compares with its like.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from cobolsmith.implement.closing import closing_lines
from cobolsmith.implement.conditions import condition, literal
from cobolsmith.implement.naming import Asked
from cobolsmith.implement.ties import GIVING, DoubtError
from cobolsmith.implement.vocabulary import content, of_name, soft
from cobolsmith.implement.wish import Work, find
from cobolsmith.program import DataItem, Program

EQUAL = ("=", "EQUAL", "EQUALS")
LINKS = (
    r"(?:that|which|who)\s+(?:are|is|were|was|have|has)|having|whose|where|with|in|from|of|for|"
    r"that|which|who"
)


@dataclass(frozen=True, slots=True)
class Selected:
    """The condition of some records (None: all of them), a label for their number, and words for a
    name."""

    asked: Asked | None
    label: str
    name: tuple[str, ...]


def selected(said: str, like: str, work: Work) -> Selected:
    """The records of a phrase. Raises DoubtError where a word means nothing here."""
    been = r"\s+(?:that|which)?\s*(?:(?:were|was|are|is|have been)\s+)?(?:read|processed)$"
    text = re.sub(been, "", said)
    spoken = re.sub(r"\s+(?:that|which|who)\s+(?:were|was|are|is|have been)\b", "", said)
    label = " ".join(re.findall(r"[A-Za-z']+", spoken)).replace("'", "").lower()
    name = tuple(w.upper() for w in re.findall(r"[A-Za-z0-9]+", said) if content(w))[-3:]
    things = (work.ties.things | fields_about(work.ties.program)) - work.ties.kinds
    found = find(rf"^(?P<things>[\w\s-]+?)\s+(?P<link>{LINKS})\s+(?P<rest>.+)$", text)
    if found is None:
        words = frozenset(content(text))
        if not words - soft(words) - things:
            if not words:
                raise DoubtError(f"what is '{said}'?", said)
            return Selected(None, label, (*name, "COUNT"))
        return Selected(condition(text, work.ties), label, (*name, "COUNT"))
    subject = frozenset(content(found["things"]))
    if subject - soft(subject) - things:
        return Selected(condition(text, work.ties), label, (*name, "COUNT"))
    if re.fullmatch(r"in|from|of|for", found["link"]) or like:
        pair = valued(found["rest"], like, work)
        if pair is not None:
            asked, literal_, known = pair
            return Selected(asked, labelled(work, known, literal_, label), (*name, "COUNT"))
    rest = re.sub(r"^the\s+|^(\w+) of (?=['A-Z])", r"\1 ", found["rest"]).strip()
    if re.fullmatch(r"[a-z]+ [A-Z]\w*", rest):
        noun, value = rest.split()
        with suppress(DoubtError):
            asked = condition(f"{found['things']} {noun} is '{value}'", work.ties)
            return Selected(asked, label, (*name, "COUNT"))
        rest = f"{noun} is '{value}'"
    return Selected(condition(rest, work.ties), label, (*name, "COUNT"))


def fields_about(program: Program) -> frozenset[str]:
    """Words that two fields or more of a record that is read have in common."""
    read = {use.file for use in program.flow.files if use.how in GIVING}
    found: set[str] = set()
    for file in program.files:
        for record in file.records if file.name in read else ():
            names = {one.name for one in program.below(record) if one.level != 88}
            words = Counter(word for name in names for word in of_name(name))
            found |= {word for word, times in words.items() if times > 1}
    return frozenset(found)


def valued(said: str, like: str, work: Work) -> tuple[Asked, str, str] | None:
    """A value of an item that the program compares with another such value: the condition, the
    value, and the one it is compared with now. None where the phrase is no such value."""
    if not re.fullmatch(r"'[A-Za-z][\w ]*'|[A-Z]\w*(?: [A-Z]\w*)*", said):
        return None
    bare = said.strip("'")
    known = {
        item.index: (item, text)
        for item, text in compared(work)
        if text[1:2].isalpha() and like.lower() in ("", text[1:-1].lower())
    }
    if not known:
        return None
    if len(known) > 1:
        names = tuple(item.name for item, _ in known.values())
        raise DoubtError(f"'{bare}' may be a value of {', '.join(names)}", bare, names)
    (item, text), *_ = known.values()
    quote, inner = text[0], text[1:-1]
    spelled = bare.upper() if inner == inner.upper() else bare
    literal(f"'{spelled}'", item)  # says what the item can't hold
    work.ties.tie(said, item.name, "likely", f"compared with {text} elsewhere")
    return Asked(f"{item.name} = {quote}{spelled}{quote}", (item.index,)), spelled, inner


def compared(work: Work) -> Iterator[tuple[DataItem, str]]:
    """The items of records that are read which the program compares with literals, and those."""
    for one in work.code.statements:
        if one.verb not in ("IF", "EVALUATE", "PERFORM"):
            continue
        words = one.words
        for nth, word in enumerate(words[1:-1], 1):
            item = work.ties.program.resolve(words[nth - 1]) if word in EQUAL else None
            text = next((w for w in words[nth + 1 : nth + 3] if w != "TO"), "")
            if isinstance(item, DataItem) and text[:1] in ("'", '"') and work.ties.comes(item) > 0:
                yield item, text


def labelled(work: Work, known: str, value: str, label: str) -> str:
    """The label of the line that shows another value's number, with this value in its place."""
    for line in closing_lines(work.code):
        text = line.label[1:-1]
        if known.lower() in text.lower():
            found = re.sub(re.escape(known), value, text, flags=re.IGNORECASE)
            return found.rstrip(" :=.")
    return label
