"""A wish: the sentence taken apart by kind, and what a planner makes of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cobolsmith.implement.statements import Code
from cobolsmith.implement.ties import Ties
from cobolsmith.plan import Creation, Edit
from cobolsmith.recipe import Setting

QUOTED = r"(?<![A-Za-z])'[^']*'|\"[^\"]*\""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: the kind, and the parts of the sentence by what they are."""

    sentence: str
    kind: str
    parts: Mapping[str, str]

    def part(self, name: str) -> str:
        """A part's words; "" where the sentence has none."""
        return (self.parts.get(name) or "").strip(" ,;:").rstrip(" .,;:")


@dataclass(frozen=True, slots=True)
class Work:
    """What a planner works on."""

    code: Code
    ties: Ties
    setting: Setting


@dataclass(frozen=True, slots=True)
class Sketch:
    """A planner's answer: edits, in words where and what, and what was not chosen and why.

    `marks` are runs of words that all stand in the program once the wish is granted; `apart` are
    first lines of new statements: a run that executes one may differ. `differs` as in `Plan`.
    """

    title: str
    edits: tuple[Edit, ...]
    where: str
    what: str
    marks: tuple[str, ...]
    apart: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()
    ways: bool = False
    rejected: tuple[str, ...] = ()
    creates: tuple[Creation, ...] = field(default=())


def tidy(sentence: str) -> str:
    """A ticket on one line, quotes made straight, items of a list parted by semicolons, without the
    period at its end."""
    text = re.sub(r"[\u2018\u2019]", "'", re.sub(r"[\u201c\u201d]", '"', sentence))
    text = re.sub(r'"([^"\']*)"', r"'\1'", text)
    text = re.sub(r"(?:^|(?<=\n))[ \t]*(?:[-*\u2022]|\d+[.)])[ \t]+", "; ", text).strip("; ")
    return re.sub(r"\s+", " ", text).strip().rstrip(".").strip()


def find(pattern: str, text: str) -> re.Match[str] | None:
    """A pattern in a sentence, whatever its case."""
    return re.search(pattern, text, re.IGNORECASE)


def unquoted(text: str) -> tuple[str, Callable[[str], str]]:
    """A text with numbers for its quoted parts, and what puts these back."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[0])
        return f"'{len(kept) - 1}'"

    hidden = re.sub(rf"(?<!\w)(?:{QUOTED})(?!\w)", keep, text)
    return hidden, lambda part: re.sub(r"'(\d+)'", lambda at: kept[int(at[1])], part)
