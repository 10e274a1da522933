"""Text words, the units COPY REPLACING and REPLACE work with (ISO/IEC 1989:2014 7.1.3).

This is not the grammar's lexer: it cuts text that may not be COBOL before it is replaced.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_WORD = re.compile(
    rb"""
    \*>.*                                        # inline comment
    | ==                                         # pseudo-text delimiter
    | [XNZBGH]?"(?:[^"]|"")*(?:"|$) | [XNZBGH]?'(?:[^']|'')*(?:'|$)
    | [.](?=[\s]|$)                              # separator period
    | [():=]
    | (?:[^\s()"':=.,;]+ | [.,;](?=[^\s.,;]))+   # word, number, operator, PICTURE string
    """,
    re.VERBOSE | re.IGNORECASE,
)


class TextWord(NamedTuple):
    """A text word: upper-case text (a literal as it stands) and where it lies, [start, end)."""

    text: bytes
    start: int
    end: int


def text_words(data: bytes, format: str) -> Iterator[TextWord]:
    """The text words of a text in format "variable" or "free", without comments and directives."""
    return words_from(data, 0, format)


def words_from(data: bytes, start: int, format: str) -> Iterator[TextWord]:
    """The text words from the line that starts at an offset on, line by line."""
    while start <= len(data):
        end = data.find(b"\n", start)
        line = data[start : end if end >= 0 else len(data)]
        code = _code_start(line, format)
        if code is not None:
            yield from _line_words(line, code, start)
        start += len(line) + 1


def _line_words(line: bytes, code: int, start: int) -> Iterator[TextWord]:
    for found in _WORD.finditer(line, code):
        text = found[0]
        if text.startswith(b"*>"):
            return
        if text[-1:] not in b"\"'" and text[:1] not in b"\"'":
            text = text.upper()
        first, last = found.span()
        yield TextWord(text, start + first, start + last)


def _code_start(line: bytes, format: str) -> int | None:
    """Where the program text of a line begins; None for a comment, directive or blank line."""
    stripped = line.lstrip()
    if not stripped or stripped.startswith((b">>", b"$")):
        return None
    if format == "free":
        return 0
    if b"\t" in line[:7]:
        at = line.index(b"\t") + 1
        return None if line[at : at + 1] in (b"*", b"/") else at
    return None if line[6:7] in b"*/Dd$" and len(line) > 6 else min(7, len(line))
