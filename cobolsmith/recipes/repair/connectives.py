"""A word the statement can't do without: TO, FROM, BY, INTO ... lost or not expected.

MOVE WS-A WS-B    ->    MOVE WS-A TO WS-B
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from cobolsmith.plan import Plan
from cobolsmith.recipes.repair.fault import (
    EXPECTING,
    UNEXPECTED,
    VERBS,
    Fault,
    in_case,
    inserted,
    plan,
    removed,
)
from cobolsmith.source import Span
from cobolsmith.words import Word

LONGEST = 24
"""Words of a statement that are looked at."""
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
    for far, indexes in enumerate(statements_at(fault)):
        verb = fault.words[indexes[0]].text
        known = list(CONNECTIVES.get(verb, ()))
        ranked = sorted({*expected, *known}, key=[*known, *expected].index)
        for order, text in enumerate(ranked):
            # cobc expects GIVING where TO, which the verb takes first, would do as well.
            alike = text in known and not {*known[known.index(text) :]}.isdisjoint(expected)
            sure = 0.2 if text in expected or alike else 0.9 + 0.1 * order
            for back, index in enumerate(reversed(indexes[1:])):
                word = fault.words[index]
                new = in_case(text, fault.source.text(word.start, word.end))
                why = f"{verb} asks for it" if text in known else "cobc expects it"
                title = f"{text} before {word.text} on line {fault.line_of(word)}"
                doubt = sure + 0.05 * back + 0.02 * far + oddness(fault, word)
                yield inserted(fault, word.start, f"{new} ", title, doubt, why)


def oddness(fault: Fault, word: Word) -> float:
    """What is to be added to the doubt of a word put before this one: it mostly stands before an
    operand, on a line that was pointed at."""
    away = 0.25 if fault.line_of(word) not in fault.places else 0.0
    operand = word.text not in fault.reserved and word.text[0] not in "()=<>+-*/:"
    return away + (0.0 if operand else 0.15)


def statements_at(fault: Fault) -> list[list[int]]:
    """The words of the last statement that begins at or before each place of the fault, to its end.

    Where cobc didn't expect the verb it stumbled over, the statement before that isn't complete.
    """
    stated = UNEXPECTED.search(fault.first.message)
    indexes = fault.near(before=3)
    starts = [index for index in indexes if fault.words[index].text in VERBS | {"SELECT"}]
    chosen: dict[int, list[int]] = {}
    for place in fault.places:
        before = [index for index in starts if fault.line_of(fault.words[index]) <= place]
        if stated and len(before) > 1 and fault.words[before[-1]].text == stated[1]:
            before.pop()
        if before:
            chosen.setdefault(before[-1], words_from(fault, before[-1]))
    return list(chosen.values())


def words_from(fault: Fault, first: int) -> list[int]:
    """The words of the statement that begins there, up to the next verb or period."""
    chosen: list[int] = []
    for index in range(first, len(fault.words)):
        text = fault.words[index].text
        if index > first and (text in VERBS or text == "."):
            break
        if not text.startswith("\n"):
            chosen.append(index)
        if len(chosen) > LONGEST:
            break
    return chosen


def swapped(fault: Fault) -> Iterator[Plan]:
    """Each pair of neighbouring words near the fault, the other way round.

    cobc names the line that a statement begins on, so its other lines are looked at, too.
    """
    whole = [index for words in statements_at(fault) for index in words]
    near = sorted({*fault.near(before=1), *whole})
    for line in sorted({fault.line_of(fault.words[i]) for i in near}, reverse=True):
        indexes = [i for i in near if fault.line_of(fault.words[i]) == line]
        beside = 0.0 if line == fault.first.line else 0.15 if {*indexes} <= {*whole} else 0.3
        for order, (left, right) in enumerate(itertools.pairwise(indexes)):
            a, b = fault.words[left], fault.words[right]
            if "." not in (a.text, b.text) and a.text != b.text:
                yield exchange(fault, left, right, 1.1 + 0.02 * order + beside)


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
