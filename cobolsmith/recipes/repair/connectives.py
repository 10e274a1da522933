"""A word the statement can't do without: TO, FROM, BY, INTO ... lost or not expected.

MOVE WS-A WS-B    ->    MOVE WS-A TO WS-B
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from cobolsmith.plan import Plan
from cobolsmith.recipes.repair.fault import (
    EXPECTING,
    VERBS,
    Fault,
    in_case,
    inserted,
    plan,
    removed,
)
from cobolsmith.source import Span

CONNECTIVES = {
    "MOVE": ("TO",),
    "ADD": ("TO", "GIVING"),
    "SUBTRACT": ("FROM",),
    "MULTIPLY": ("BY",),
    "DIVIDE": ("INTO", "BY", "GIVING"),
    "COMPUTE": ("=",),
    "SET": ("TO", "UP", "DOWN", "BY"),
    "GO": ("TO",),
    "STRING": ("DELIMITED", "INTO", "BY"),
    "UNSTRING": ("INTO", "DELIMITED", "BY"),
    "INSPECT": ("REPLACING", "TALLYING", "BY", "FOR", "ALL"),
    "PERFORM": ("UNTIL", "VARYING", "FROM", "BY", "TIMES", "THRU"),
    "ACCEPT": ("FROM",),
    "CALL": ("USING",),
    "EVALUATE": ("ALSO", "TRUE"),
    "OPEN": ("INPUT", "OUTPUT", "I-O"),
    "STOP": ("RUN",),
    "READ": ("INTO", "AT END", "INVALID KEY"),
    "WRITE": ("FROM", "AFTER"),
    "REWRITE": ("FROM",),
    "IF": ("=", "THEN", "NOT", "AND", "OR"),
    "SELECT": ("ASSIGN", "ASSIGN TO", "STATUS"),
    "RETURN": ("AT END",),
    "DISPLAY": ("UPON",),
}


def connectives(fault: Fault) -> Iterator[Plan]:
    """The word cobc expects, then the words the statement's verb takes, at each place in it."""
    stated = EXPECTING.search(fault.first.message)
    expected = [word for word in stated.groups() if word] if stated else []
    indexes = statement(fault)
    if not indexes:
        return
    verb = fault.words[indexes[0]].text
    known = list(CONNECTIVES.get(verb, ()))
    for order, text in enumerate(dict.fromkeys([*expected, *known])):
        sure = 0.2 if text in expected else 0.9 + 0.1 * order
        for back, index in enumerate(reversed(indexes[1:])):
            word = fault.words[index]
            new = in_case(text, fault.source.text(word.start, word.end))
            why = f"{verb} asks for it" if text in known else "cobc expects it"
            title = f"{text} before {word.text} on line {fault.line_of(word)}"
            doubt = sure + 0.05 * back
            yield inserted(fault, word.start, f"{new} ", title, doubt, why)


def statement(fault: Fault) -> list[int]:
    """The words of the last statement that begins at or before the fault's line, to its end."""
    indexes = fault.near(before=3)
    starts = [index for index in indexes if fault.words[index].text in VERBS | {"SELECT"}]
    on_line = [i for i in starts if fault.line_of(fault.words[i]) <= fault.first.line]
    if not on_line:
        return []
    first, chosen = on_line[-1], []
    for index in range(first, len(fault.words)):
        text = fault.words[index].text
        if index > first and (text in VERBS or text == "."):
            break
        if not text.startswith("\n"):
            chosen.append(index)
        if len(chosen) > 24:
            break
    return chosen


def swapped(fault: Fault) -> Iterator[Plan]:
    """Each pair of neighbouring words near the fault, the other way round."""
    from_line = sorted({fault.line_of(fault.words[i]) for i in fault.near(before=1)})
    for line in reversed(from_line):
        indexes = [i for i in fault.near(before=1) if fault.line_of(fault.words[i]) == line]
        for order, (left, right) in enumerate(itertools.pairwise(indexes)):
            a, b = fault.words[left], fault.words[right]
            if "." in (a.text, b.text) or a.text == b.text:
                continue
            yield exchange(
                fault, left, right, 1.1 + 0.02 * order + 0.3 * (line != fault.first.line)
            )


def exchange(fault: Fault, left: int, right: int, doubt: float) -> Plan:
    """Two words the other way round, the blanks between them kept."""
    a, b = fault.words[left], fault.words[right]
    text = fault.source.text
    new = text(b.start, b.end) + text(a.end, b.start) + text(a.start, a.end)
    title = f"{b.text} before {a.text} on line {fault.line_of(a)}"
    span = Span(a.start, b.end)
    return plan(fault, title, [(span, (new,))], doubt, "two words have changed places")


def surplus_word(fault: Fault) -> Iterator[Plan]:
    """The word of the fault's line that cobc didn't expect, where it repeats its neighbour."""
    indexes = fault.near(before=0)
    for left, right in itertools.pairwise(indexes):
        a, b = fault.words[left], fault.words[right]
        if a.text == b.text and a.text not in (")", "("):
            yield removed(
                fault, b, f"{b.text} once on line {fault.line_of(b)}", 0.3, "it stands twice"
            )
