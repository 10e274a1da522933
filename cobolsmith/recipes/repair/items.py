"""Data entries: a PICTURE that isn't one, and a data item that is used and not declared."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from cobolsmith.plan import Hole, Plan
from cobolsmith.program import DataItem
from cobolsmith.recipes.repair.fault import (
    UNDEFINED,
    Fault,
    distance,
    lines_with_code,
    nearest,
    plan,
    replaced,
)
from cobolsmith.recipes.repair.names import repeated
from cobolsmith.source import Span
from cobolsmith.words import Word

SIGNS = "9XAVSZPBN0/,.+-*$ECRD"
CONDITION_PLACES = frozenset({"IF", "UNTIL", "AND", "OR", "NOT", "WHEN"})


def bad_picture(fault: Fault) -> Iterator[Plan]:
    """A valid PICTURE one letter away, else one like the program's others, else the model's."""
    for index in fault.near(before=1):
        word = fault.words[index]
        if index == 0 or fault.words[index - 1].text not in ("PIC", "PICTURE", "IS"):
            continue
        near = dict.fromkeys(neighbours(word.text))
        seen = pictures(fault)
        ranked = sorted(near, key=lambda text: (-seen[text], list(near).index(text)))
        for rank, text in enumerate(ranked[:10]):
            why = f"{seen[text]} other item(s) have this PICTURE" if seen[text] else "one edit away"
            title = f"PICTURE {text} for {word.text}"
            yield replaced(
                fault, word, text, title, (0.4 if seen[text] else 0.8) + 0.05 * rank, why
            )
        close = sorted(seen, key=lambda text: (distance(word.text, text, 4), -seen[text]))
        hole = Hole(
            "picture_string", lengths=(1, 2, 4), drafts=tuple(close[:4]), diagnostics=fault.said()
        )
        span = Span(word.start, word.end)
        yield plan(
            fault, f"a PICTURE for {word.text}", [(span, (hole,))], 2.0, "no valid one is near"
        )


def pictures(fault: Fault) -> Counter[str]:
    """The PICTURE strings of the program and how often each is used."""
    return Counter(item.picture.text.upper() for item in fault.program.items if item.picture)


def neighbours(text: str) -> Iterator[str]:
    """PICTURE strings one edit away that have balanced parentheses and known signs."""
    made = [text[:i] + text[i + 1 :] for i in range(len(text))]
    made += [text[:i] + ")" + text[i:] for i in range(len(text) + 1)]
    made += [text[:i] + "(" + text[i:] for i in range(len(text) + 1)]
    made += [text[:i] + sign + text[i + 1 :] for i in range(len(text)) for sign in "9X)("]
    swaps = range(len(text) - 1)
    made += [text[:i] + text[i + 1] + text[i] + text[i + 2 :] for i in swaps]
    return (new for new in made if new and new != text and valid(new))


def valid(text: str) -> bool:
    """Whether a string has the form of a PICTURE: known signs, each count in parentheses."""
    return bool(re.fullmatch(rf"(?:[{re.escape(SIGNS)}](?:\(\d+\))?)+", text))


def missing_item(fault: Fault) -> Iterator[Plan]:
    """An entry for a data name that is used but not declared, its PICTURE left to the model."""
    for name in undeclared(fault):
        beside = sibling(fault, name)
        if beside is None:
            yield from first_item(fault, name)
            continue
        item, place = beside
        level = f"{item.level:02d}"
        margin = " " * (fault.source.line_column(place.start)[1] - 1)
        end, _ = entry_end(fault, place)
        doubt = 0.4 if fault.uses(name) > 1 else 1.2
        head = f"\n{margin}{level}  {name}"
        if is_condition(fault, name):
            holder = f"\n{margin}    88  {name} VALUE "
            hole = Hole("literal", lengths=(1, 2), drafts=("'Y'",), diagnostics=fault.said())
            pieces: tuple[str | Hole, ...] = (holder, hole, ".")
        else:
            near = tuple(text for text, _ in pictures(fault).most_common(4))
            own = (item.picture.text.upper(),) if item.picture else ()
            drafts = tuple(dict.fromkeys((*own, *near)))
            hole = Hole("picture_string", lengths=(1, 2), drafts=drafts, diagnostics=fault.said())
            pieces = (f"{head}  PIC ", hole, ".")
        why = (
            f"{name} is used {fault.uses(name)} time(s), declared nowhere; {item.name} is its like"
        )
        yield plan(
            fault, f"declare {name} beside {item.name}", [(Span(end, end), pieces)], doubt, why
        )


def first_item(fault: Fault, name: str) -> Iterator[Plan]:
    """The entry right after the header of WORKING-STORAGE, where nothing is declared beside it."""
    for index, word in enumerate(fault.words[:-2]):
        if word.text == "WORKING-STORAGE" and fault.words[index + 2].text == ".":
            at = fault.words[index + 2].end
            margin = " " * (0 if fault.source.format == "free" else 7)
            hole = Hole("picture_string", lengths=(1, 2), diagnostics=fault.said())
            pieces = (f"\n{margin}01  {name}  PIC ", hole, ".")
            why = f"{name} is used {fault.uses(name)} time(s) and declared nowhere"
            yield plan(fault, f"declare {name}", [(Span(at, at), pieces)], 1.0, why)
            return


def missing_group(fault: Fault) -> Iterator[Plan]:
    """A level 01 header for items that have lost theirs, under a name used but not declared."""
    if "must begin with 01" not in fault.first.message:
        return
    unknown = [
        word.text
        for word in fault.words
        if re.fullmatch(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)*", word.text)
        and word.text not in fault.known
        and word.text not in fault.reserved
    ]
    start, _ = fault.source.line_span(fault.first.line)
    margin = " " * (0 if fault.source.format == "free" else 7)
    for rank, (name, count) in enumerate(Counter(unknown).most_common(3)):
        why = f"{name} is used {count} time(s) and declared nowhere"
        text = f"{margin}01  {name}.\n"
        title = f"01 {name} before line {fault.first.line}"
        yield plan(fault, title, [(Span(start, start), (text,))], 0.3 + 0.1 * rank, why)


def undeclared(fault: Fault) -> list[str]:
    """Data names the diagnostics call undefined, with no known name one letter away that they may
    be misspelt for."""
    found = []
    for diagnostic in fault.diagnostics[:4]:
        match = UNDEFINED.search(diagnostic.message)
        name = (match[1] or "").upper() if match else ""
        misspelt = nearest(name, fault.known, 1) and not repeated(fault, name)
        if re.fullmatch(r"[A-Z0-9][A-Z0-9-]*[A-Z0-9]", name) and not misspelt:
            found.append(name)
    return list(dict.fromkeys(found))


def sibling(fault: Fault, name: str) -> tuple[DataItem, Word] | None:
    """The declared item of this file whose name is most like `name`, the last of equals, and its
    level number."""
    best: tuple[int, int] = (-1, 0)
    chosen: tuple[DataItem, Word] | None = None
    places = level_numbers(fault)
    for order, item in enumerate(fault.program.items):
        own = item.level not in (0, 66, 78, 88) and item.picture and item.name in places
        likeness = (shared(item.name, name), order)
        if own and likeness > best and item.origin.path == fault.path:
            best, chosen = likeness, (item, places[item.name])
    return chosen


def level_numbers(fault: Fault) -> dict[str, Word]:
    """For each name that stands after a level number, that number's word."""
    pairs = zip(fault.words, fault.words[1:], strict=False)
    return {name.text: level for level, name in pairs if re.fullmatch(r"\d\d?", level.text)}


def shared(a: str, b: str) -> int:
    """How many leading letters two names share, up to the first hyphen and beyond."""
    count = 0
    while count < min(len(a), len(b)) and a[count] == b[count]:
        count += 1
    return count


def entry_end(fault: Fault, level: Word) -> tuple[int, int]:
    """The view offset after the period of the entry (with its 88s), and its line."""
    lines = lines_with_code(fault.source, fault.words)
    start = next(i for i, (line, _) in enumerate(lines) if line == fault.line_of(level))
    at = start
    while at + 1 < len(lines) and not fault.words[lines[at][1][-1]].text.endswith("."):
        at += 1
    while at + 1 < len(lines) and fault.words[lines[at + 1][1][0]].text == "88":
        at += 1
    return fault.words[lines[at][1][-1]].end, lines[at][0]


def is_condition(fault: Fault, name: str) -> bool:
    """Whether a name is only used where a condition-name may stand."""
    places = [index for index, word in enumerate(fault.words) if word.text == name]
    return all(
        is_condition_place(fault, index) and not compared(fault, index) for index in places
    ) and bool(places)


def is_condition_place(fault: Fault, index: int) -> bool:
    """Whether the word before asks for a condition, or this is SET name TO TRUE."""
    before = [word.text for word in fault.words[max(0, index - 3) : index] if word.text[0] != "\n"]
    if before and before[-1] == "SET":
        after = [word.text for word in fault.words[index + 1 : index + 4] if word.text[0] != "\n"]
        return after[1:2] == ["TRUE"]
    return bool(before) and before[-1] in CONDITION_PLACES


def compared(fault: Fault, index: int) -> bool:
    """Whether a comparison follows the word."""
    after = [word.text for word in fault.words[index + 1 : index + 4] if word.text[0] != "\n"]
    return bool(after) and after[0] in (
        "=",
        "<",
        ">",
        "<=",
        ">=",
        "<>",
        "IS",
        "NOT",
        "EQUAL",
        "GREATER",
        "LESS",
    )
