"""Scope terminators and ELSE: one too many, one too few, or a period that closed the scope early.

END-IF              ->    END-IF          the second one matches nothing
END-IF.                   .
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cobolsmith.plan import Plan
from cobolsmith.recipes.repair.fault import CLOSERS, Fault, inserted, lines_with_code, plan, removed
from cobolsmith.source import Span
from cobolsmith.words import Word

OPENER = {"ELSE": "IF", "WHEN": "EVALUATE"}
BLOCKS = ("IF", "EVALUATE", "PERFORM", "SEARCH", "READ")


def stray_closer(fault: Fault) -> Iterator[Plan]:
    """A terminator, ELSE or WHEN that matches nothing: out, or the period that orphaned it."""
    for index in reversed(fault.near(before=1)):
        word = fault.words[index]
        if word.text not in CLOSERS:
            continue
        opener = OPENER.get(word.text, word.text.removeprefix("END-"))
        open_count, closed = counts(paragraph(fault, index), opener, word.text)
        surplus = closed > open_count or doubled(fault, index)
        on_line = fault.line_of(word) == fault.first.line
        doubt = (0.0 if surplus else 1.6) + (0.0 if on_line else 0.4)
        why = f"{closed} {word.text} for {open_count} {opener} in this paragraph"
        yield removed(fault, word, f"no {word.text} on line {fault.line_of(word)}", doubt, why)
        if not doubled(fault, index):
            yield from early_period(fault, index, opener, 0.1 if not surplus else 1.5)


def early_period(fault: Fault, index: int, opener: str, doubt: float) -> Iterator[Plan]:
    """The periods between the opener and the stray word, nearest first."""
    found = 0
    for back in range(index - 1, -1, -1):
        word = fault.words[back]
        if word.text == ".":
            title = f"no period on line {fault.line_of(word)}, inside the {opener}"
            why = f"it closes the {opener} before its {fault.words[index].text}"
            yield removed(fault, word, title, doubt + 0.2 * found, why)
            found += 1
        if found == 3 or (word.text == opener and found):
            return


def doubled(fault: Fault, index: int) -> bool:
    """Whether the word before (line breaks not counted) is the same word."""
    before = [word for word in fault.words[max(0, index - 2) : index] if word.text[0] != "\n"]
    return bool(before) and before[-1].text == fault.words[index].text


def paragraph(fault: Fault, index: int) -> Sequence[Word]:
    """The words of the paragraph around a word: between Area A headers."""
    start, end = index, index
    while start > 0 and not heads(fault, start):
        start -= 1
    while end + 1 < len(fault.words) and not heads(fault, end + 1):
        end += 1
    return fault.words[start : end + 1]


def heads(fault: Fault, index: int) -> bool:
    """Whether a word is a paragraph's name: first on its line, in Area A, a period after it."""
    if not 0 < index < len(fault.words) - 1:
        return False
    break_before = fault.words[index - 1].text
    return (
        break_before.startswith("\n")
        and len(break_before) <= 4
        and fault.words[index + 1].text == "."
        and fault.words[index].text not in fault.reserved
    )


def counts(words: Sequence[Word], opener: str, closer: str) -> tuple[int, int]:
    """How often the opening and the closing word stand in a paragraph."""
    texts = [word.text for word in words]
    return texts.count(opener), texts.count(closer)


def missing_closer(fault: Fault) -> Iterator[Plan]:
    """A terminator before the fault or where the indentation comes back to the opener's."""
    lines = lines_with_code(fault.source, fault.words)
    at = next((i for i, (line, _) in enumerate(lines) if line >= fault.first.line), len(lines) - 1)
    for opener in BLOCKS:
        start = last_open(fault, lines, at, opener)
        if start is not None:
            yield from closers_after(fault, lines, start, at, opener)


def unterminated(fault: Fault) -> Iterator[Plan]:
    """A terminator for the statement that cobc says has none: before the period that ends it, or
    where the indentation comes back to the statement's own."""
    stated = re.search(r"(\w+) statement not terminated by (END-\w+)", fault.first.message)
    lines = lines_with_code(fault.source, fault.words)
    start = next((i for i, (line, _) in enumerate(lines) if line == fault.first.line), None)
    if not stated or start is None:
        return
    margin = column(fault, lines[start][1])
    for rank, i in enumerate(range(start + 1, min(start + 80, len(lines)))):
        words = lines[i][1]
        first, last = fault.words[words[0]], fault.words[words[-1]]
        text, title = stated[2], f"{stated[2]} on line {lines[i][0]}"
        if first.text == ".":
            why = "the sentence ends here"
            yield inserted(fault, first.start, text, title, 0.35 + 0.001 * rank, why)
        elif column(fault, words) <= margin:
            at = fault.source.line_span(lines[i][0])[0]
            why = f"the indentation is that of the {stated[1]} again"
            new = " " * (margin - 1) + text + "\n"
            yield plan(fault, title, [(Span(at, at), (new,))], 0.36 + 0.001 * rank, why)
        if last.text == ".":
            if len(words) > 1:
                new = "\n" + " " * (margin - 1) + text
                why = "the sentence ends after it"
                yield inserted(fault, last.start, new, title, 0.4 + 0.001 * rank, why)
            return


Lines = list[tuple[int, tuple[int, ...]]]


def last_open(fault: Fault, lines: Lines, at: int, opener: str) -> int | None:
    """The line of the nearest opener above that has no terminator between it and the fault."""
    depth = 0
    for i in range(at, max(-1, at - 60), -1):
        for index in reversed(lines[i][1]):
            text = fault.words[index].text
            depth += text == f"END-{opener}"
            if text == opener:
                if depth == 0:
                    return i if i < at or fault.words[lines[i][1][0]].text == opener else None
                depth -= 1
    return None


def closers_after(fault: Fault, lines: Lines, start: int, at: int, opener: str) -> Iterator[Plan]:
    """A terminator on a line of its own, at each place its indentation allows."""
    margin = column(fault, lines[start][1])
    places = [
        i for i in range(start + 1, min(at + 2, len(lines))) if column(fault, lines[i][1]) <= margin
    ]
    for rank, i in enumerate(sorted({*places[:4], at})):
        offset = fault.source.line_span(lines[i][0])[0]
        blanks = " " * (margin - 1)
        text = f"{blanks}END-{opener}\n"
        doubt = (1.0 if i in places[:1] else 1.4) + 0.1 * rank
        why = f"the {opener} of line {lines[start][0]} is never closed"
        title = f"END-{opener} before line {lines[i][0]}"
        yield plan(fault, title, [(Span(offset, offset), (text,))], doubt, why)


def column(fault: Fault, indexes: tuple[int, ...]) -> int:
    """The 1-based column in which a line's code begins."""
    return fault.source.line_column(fault.words[indexes[0]].start)[1]
