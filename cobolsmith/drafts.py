"""Drafts: what stands in like places of the same program, its names exchanged as the places differ.

A small model edits well long before it writes well, so a canvas may start from a draft. The like
place is found by the words around it; where those differ in names (WS-IN-NAME here, WS-OUT-NAME
there), the parts that differ are exchanged in the draft too, if that makes a name that exists.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from cobolsmith.reserved import RESERVED, VERBS

AROUND = 10
"""Words looked at on either side."""
AREA_B = 4
"""Blanks from Area A on at which a line no longer begins in Area A, its line break counted."""
_NAME = re.compile(r"(?=[0-9-]*[A-Z])[A-Z0-9][A-Z0-9_-]*")
Run = tuple[int, int]
"""Words [begin, end)."""


def statements(words: Sequence[str]) -> Iterator[Run]:
    """The statements of the PROCEDURE DIVISION, phrases with statements of their own cut off; line
    breaks at their ends left out. EXEC blocks, whose verbs are another language's, are none."""
    begin, procedural, embedded = -1, False, False
    for at, word in enumerate(words):
        procedural = procedural or (word == "PROCEDURE" and words[at + 1 : at + 2] == ["DIVISION"])
        embedded = word == "EXEC" or (embedded and word != "END-EXEC")
        starts = word in VERBS and not embedded
        ends = starts or word in (".", "ELSE", "WHEN", "EXEC") or word.startswith("END-")
        if not procedural or not ends:
            continue
        if begin >= 0:
            yield begin, _without_breaks(words, at)
        begin = at if starts else -1


def lines(words: Sequence[str]) -> Iterator[Run]:
    """The lines of a program."""
    breaks = [at for at, word in enumerate(words) if word.startswith("\n")]
    for begin, end in zip(breaks, [*breaks[1:], len(words)], strict=True):
        if end > begin + 1:
            yield begin + 1, end


def paragraphs(words: Sequence[str]) -> Iterator[Run]:
    """The bodies of the paragraphs of the PROCEDURE DIVISION, their last period included."""
    begin, procedural = -1, False
    for at, word in enumerate(words):
        procedural = procedural or (word == "PROCEDURE" and words[at + 1 : at + 2] == ["DIVISION"])
        header = procedural and word.startswith("\n") and len(word) <= AREA_B
        if header and begin >= 0:
            yield begin, _without_breaks(words, at)
            begin = -1
        if header and _NAME.fullmatch(words[at + 1]) and words[at + 2 : at + 3] == ["."]:
            begin = at + 3
            while words[begin : begin + 1] and words[begin].startswith("\n"):
                begin += 1
    if begin >= 0 and begin < len(words):
        yield begin, _without_breaks(words, len(words))


def _without_breaks(words: Sequence[str], end: int) -> int:
    while words[end - 1].startswith("\n"):
        end -= 1
    return end


class Draft(NamedTuple):
    """A text from a like place, and how like the places are: 0 for not at all, about 5.9 for the
    same words on both sides."""

    words: tuple[str, ...]
    likeness: float


def drafts(
    words: Sequence[str], hole: Run, runs: Iterable[Run], known: frozenset[str], most: int = 3
) -> list[Draft]:
    """The texts of the runs whose surroundings are most like the hole's, best first, all different.

    Runs that touch the hole don't count. `known` are the names that may come out of an exchange.
    """
    before, after = _around(words, *hole)
    ranked: list[tuple[float, int, Run]] = []
    for begin, end in runs:
        if end <= hole[0] or begin >= hole[1]:
            sides = _around(words, begin, end)
            alike = _alike(before, sides[0]) + _alike(after, sides[1])
            ranked.append((-alike, abs(begin - hole[0]), (begin, end)))
    found: dict[tuple[str, ...], float] = {}
    for alike, _, (begin, end) in sorted(ranked)[: 4 * most]:
        sides = _around(words, begin, end)
        parts = _exchanged(sides[0], before) | _exchanged(sides[1], after)
        text = tuple(_renamed(word, parts, known) for word in words[begin:end])
        if alike < 0:
            found.setdefault(text, -alike)
    return [Draft(text, alike) for text, alike in found.items()][:most]


def _around(words: Sequence[str], begin: int, end: int) -> tuple[list[str], list[str]]:
    """Words before (nearest first) and after, line breaks left out."""
    left = [w for w in reversed(words[max(0, begin - 3 * AROUND) : begin]) if w[:1] != "\n"]
    right = [w for w in words[end : end + 3 * AROUND] if w[:1] != "\n"]
    return left[:AROUND], right[:AROUND]


def _alike(one: Sequence[str], other: Sequence[str]) -> float:
    """How like two runs of words are, the nearest ones counting most; names alike in part count
    in part."""
    total = 0.0
    for at, (a, b) in enumerate(zip(one, other, strict=False)):
        if a == b:
            total += 1.0 / (1 + at)
        elif _NAME.fullmatch(a) and _NAME.fullmatch(b) and "-" in a and "-" in b:
            mine, others = set(a.split("-")), set(b.split("-"))
            total += len(mine & others) / len(mine | others) / (1 + at)
    return total


def _exchanged(old: Sequence[str], new: Sequence[str]) -> dict[str, str]:
    """The parts of names that differ between two runs of words, until the runs part."""
    parts: dict[str, str] = {}
    for a, b in zip(old, new, strict=False):
        left, right = a.split("-"), b.split("-")
        if a != b:
            if len(left) != len(right) or not (_is_name(a) and _is_name(b)):
                break
            parts |= {x: y for x, y in zip(left, right, strict=True) if x != y}
    return parts


def _is_name(word: str) -> bool:
    return _NAME.fullmatch(word) is not None and word not in RESERVED


def _renamed(word: str, parts: dict[str, str], known: frozenset[str]) -> str:
    if not _is_name(word):
        return word
    new = "-".join(parts.get(part, part) for part in word.split("-"))
    return new if new in known else word
