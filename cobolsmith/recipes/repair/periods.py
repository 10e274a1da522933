"""A period that is missing before a header or an entry, or that stands where none may.

05  WS-A  PIC X           05  WS-A  PIC X.
05  WS-B  PIC X.    ->    05  WS-B  PIC X.
"""

from __future__ import annotations

from collections.abc import Iterator

from cobolsmith.plan import Plan
from cobolsmith.recipes.repair.fault import VERBS, Fault, inserted, lines_with_code, removed

HEADERS = frozenset({"DIVISION", "SECTION"})
LINES_BACK = 3


def missing_period(fault: Fault) -> Iterator[Plan]:
    """A period at the end of each of the last lines that lack one, likeliest first."""
    lines = lines_with_code(fault.source, fault.words)
    here = [i for i, (line, _) in enumerate(lines) if line <= fault.first.line][-1:]
    start = here[0] if here else 0
    for at in range(start, max(-1, start - LINES_BACK - 1), -1):
        last = fault.words[lines[at][1][-1]]
        if last.text.endswith(".") or last.text == ",":
            continue
        before_header = at + 1 < len(lines) and opens(fault, lines[at + 1][1])
        doubt = 0.0 if before_header else 1.5 + 0.2 * (start - at)
        why = (
            "the next line opens a header or an entry"
            if before_header
            else "a sentence may end here"
        )
        title = f"a period after {last.text} on line {lines[at][0]}"
        yield inserted(fault, last.end, ".", title, doubt, why)
    yield from header_period(fault, lines[start][1] if lines else ())


def header_period(fault: Fault, indexes: tuple[int, ...]) -> Iterator[Plan]:
    """A period after the first word of the fault's line (a paragraph's name) or before a verb."""
    words = [fault.words[index] for index in indexes]
    for place, word in enumerate(words[:4]):
        after = words[place + 1].text if place + 1 < len(words) else ""
        if after in VERBS and (place == 0 or word.text in HEADERS):
            title = f"a period after {word.text}"
            yield inserted(fault, word.end, ".", title, 1.0, "a header ends with a period")


def opens(fault: Fault, indexes: tuple[int, ...]) -> bool:
    """Whether a line begins a header, a data entry or a file entry."""
    first = fault.words[indexes[0]]
    second = fault.words[indexes[1]].text if len(indexes) > 1 else ""
    column = fault.source.line_column(first.start)[1]
    if first.text.isdigit() and len(first.text) <= 2:
        return True
    if first.text in ("FD", "SD", "SELECT") or second in HEADERS:
        return True
    area_a = column <= 11 if fault.source.format != "free" else column <= 4
    return area_a and second == "." and first.text not in VERBS


def extra_period(fault: Fault) -> Iterator[Plan]:
    """Each period on the fault's line and the line before, taken out; the nearest first."""
    indexes = fault.near(before=1)
    for back, index in enumerate(reversed(indexes)):
        word = fault.words[index]
        if word.text == ".":
            line = fault.line_of(word)
            title = f"no period on line {line}"
            inside = index + 1 < len(fault.words) and not fault.words[index + 1].text.startswith(
                "\n"
            )
            doubt = (0.3 if inside else 1.2) + 0.02 * back
            yield removed(fault, word, title, doubt, "a period ends the sentence too early")
