"""The text of a CICS command cut into its words, each with what stands in parentheses behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_WORD = re.compile(r"[A-Za-z0-9\x7f#@$][A-Za-z0-9\x7f#@$-]*")
_PART = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|[()]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word in upper case and the argument's range in the text (None: no parentheses).

    `stray` is what stands between this word and the next and is neither.
    """

    text: str
    start: int
    end: int
    argument: tuple[int, int] | None = None
    stray: str = ""


def words(text: str) -> tuple[Word, ...]:
    """The words of a command in order."""
    return tuple(_cut(text))


def _cut(text: str) -> Iterator[Word]:
    at = 0
    while match := _WORD.search(text, at):
        at = match.end()
        opens = at + len(text[at:]) - len(text[at:].lstrip())
        argument = None
        if text[opens : opens + 1] == "(":
            at = _closing(text, opens)
            argument = _trimmed(text, opens + 1, max(opens + 1, at - 1))
        following = _WORD.search(text, at)
        stray = text[at : following.start() if following else len(text)].strip(" \n\t.,;")
        yield Word(match[0].upper(), match.start(), match.end(), argument, stray)


def _closing(text: str, opens: int) -> int:
    """The offset behind the parenthesis that closes the one at `opens`."""
    depth = 0
    for match in _PART.finditer(text, opens):
        depth += (match[0] == "(") - (match[0] == ")")
        if depth == 0:
            return match.end()
    return len(text)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    inside = text[start:end]
    first = start + len(inside) - len(inside.lstrip())
    return first, max(first, start + len(inside.rstrip()))
