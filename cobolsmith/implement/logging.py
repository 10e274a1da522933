"""Log a message: a DISPLAY where something happens, or where a condition is known."""

from __future__ import annotations

import re

from cobolsmith.implement import enumerated, known
from cobolsmith.implement.anchors import everywhere
from cobolsmith.implement.commands import message_item
from cobolsmith.implement.conditions import literal
from cobolsmith.implement.spots import edits_at, told_at
from cobolsmith.implement.statements import Code
from cobolsmith.implement.ties import DoubtError, is_data
from cobolsmith.implement.total import shown_lines
from cobolsmith.implement.wish import QUOTED, Sketch, Wish, Work, find
from cobolsmith.program import DataItem

SAY = r"(?:log|display|show|print|trace|report|say|write|put out|issue|output)"
WHEN = r"(?:when(?:ever)?|if|each time|every time|once|for (?:each|every)|as soon as|after)"
WITH = (
    rf"(?:\s*(?:,|and|with|followed by|together with|plus)+\s*(?:show\s+|the\s+values? of\s+)?(?P<"
    rf"items>(?!{WHEN}\b).+?))?"
)


def read(sentence: str) -> Wish | None:
    """`Log 'TEXT' and NAME when C`, `When C, display 'TEXT' with NAME`."""
    head = (
        rf"{SAY}\s+(?:a |the |an )?(?:message|line|warning|note|text|log line|notice)?\s*(?:saying"
        rf"\s+|that says\s+)?(?P<text>{QUOTED})"
    )
    place = r"(?:\s+(?:on|to|in) (?:the )?(?:console|log|job log|operator|sysout))?"
    patterns = (
        rf"^{head}{place}{WITH}{place}\s*,?\s*{WHEN}\s+(?P<when>.+)$",
        rf"^{WHEN}\s+(?P<when>.+?)\s*,\s*(?:then\s+)?{head}{place}{WITH}{place}$",
        rf"^{WHEN}\s+(?P<when>.+?)\s+(?:then\s+)?{head}{place}{WITH}{place}$",
    )
    thing = r"(?:a |an |the )?(?:message|warning|note|notice|line)"
    bare = (
        rf"^{SAY}\s+{thing}{place}\s*,?\s*{WHEN}\s+(?P<when>.+)$",
        rf"^warn\s+(?:the \w+\s+)?{WHEN}\s+(?P<when>.+)$",
        rf"^{WHEN}\s+(?P<when>.+?)\s*,?\s+(?:then\s+)?{SAY}\s+{thing}{place}$",
    )
    for pattern in (*patterns, *bare):
        found = find(pattern, sentence)
        if found:
            return Wish(sentence, "logging", found.groupdict())
    return None


def plan(wish: Wish, work: Work) -> Sketch:
    """The DISPLAY at its place. Raises DoubtError."""
    code, ties = work.code, work.ties
    spots = everywhere(wish.part("when"), code, ties)
    ties.near = spots[0][0].at.procedure
    names = enumerated.items(wish.part("items"), ties, is_data, wish.part("when"))
    if any(code.program.subscripts(one) for one in names):
        raise DoubtError("an item of a table needs a subscript: which?", wish.part("items"))
    spots = known.settled(code, spots, [one.index for one in names], wish.sentence)
    said_text = wish.part("text") or worded(wish.part("when"), code)
    text = message(
        code.program.name, [one.label for one in shown_lines(code)], said_text, bool(names)
    )
    screen = None if names else message_item(code.program)
    shown = f"DISPLAY '{text}'" + "".join(f" {one.name}" for one in names)
    if screen is not None:
        value = literal(f"'{text}'", screen)
        shown = f"MOVE {value} TO {screen.name}"
    inner = spots[0][1]
    spec = f"if {inner.text} then {shown}" if inner else shown
    edits, where = edits_at(code, spots, [(0, shown)]), told_at(code, spots)
    differs = told_in(code, screen, text) if screen else (f"stdout+{text}",)
    return Sketch(f"log '{text.strip()}'", edits, where, spec, (shown,), (), differs)


def told_in(code: Code, screen: DataItem, text: str) -> tuple[str, ...]:
    """What differs once a text goes to a screen's message: the fields that are sent for it."""
    sent = {m.receiver for m in code.program.flow.moves if m.sender == screen.index}
    names = sorted({code.program.items[index].name for index in sent} - {""})
    return (f"{names[0]}={text}",) if len(names) == 1 else (screen.name, *names)


def worded(when: str, code: Code) -> str:
    """What happens as the text of a message: in capitals where the program's own are."""
    text = re.sub(r"^(?:the|an?|there is|there are)\s+", "", when, flags=re.IGNORECASE)
    if "'" in text or '"' in text:
        raise DoubtError("which text is shown?", when)
    own = [w for one in code.statements if one.verb == "DISPLAY" for w in one.words[1:2]]
    own += [value for item in code.program.items for value in map(str, item.values)]
    letters = [w for w in own if w[:1] in "'\"" and sum(map(str.isalpha, w)) > 3]
    small = sum(w != w.upper() for w in letters)
    return f"'{text.upper() if small * 2 <= len(letters) else text[:1].upper() + text[1:]}'"


def message(program: str, labels: list[str], given: str, more: bool) -> str:
    """The text as the program writes its own: after its name where the others have it, and with a
    blank before what follows."""
    text = given.strip("'")
    if any(one.startswith(f"{program} ") for one in labels) and not text.startswith(program):
        text = f"{program} {text}"
    return f"{text} " if more and not text.endswith(" ") else text
