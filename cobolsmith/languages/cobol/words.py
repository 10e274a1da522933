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

_QUOTES = (b'"', b"'")


class TextWord(NamedTuple):
    """A text word: upper-case text (a literal as it stands) and where it lies, [start, end)."""

    text: bytes
    start: int
    end: int


def text_words(data: bytes, format: str) -> Iterator[TextWord]:
    """The text words of a text in format "variable" or "free", without comments and directives."""
    return words_from(data, 0, format)


def words_from(data: bytes, start: int, format: str) -> Iterator[TextWord]:
    """The text words from the line that starts at an offset on, line by line.

    A word or literal that the next line continues (a hyphen in its indicator) is one.
    """
    last: TextWord | None = None
    while start <= len(data):
        end = data.find(b"\n", start)
        line = data[start : end if end >= 0 else len(data)]
        code = _code_start(line, format)
        if code is not None:
            words = _line_words(line, code, start)
            if last is not None and is_continuation(line, format):
                last = _continued(last, next(words, None))
            for word in words:
                if last is not None:
                    yield last
                last = word
        start += len(line) + 1
    if last is not None:
        yield last


def is_continuation(line: bytes, format: str) -> bool:
    """Whether a line goes on with the last word of the one before."""
    return format != "free" and line[6:7] == b"-" and b"\t" not in line[:6]


def _continued(word: TextWord, rest: TextWord | None) -> TextWord:
    """A word with what the next line goes on with, whose opening quote is no part of a literal."""
    if rest is None:
        return word
    quoted = word.text[:1] in _QUOTES or word.text[1:2] in _QUOTES
    more = rest.text[1:] if quoted and rest.text[:1] in _QUOTES else rest.text
    return TextWord(word.text + more, word.start, rest.end)


def _line_words(line: bytes, code: int, start: int) -> Iterator[TextWord]:
    for found in _WORD.finditer(line, code):
        text = found[0]
        if text.startswith(b"*>"):
            return
        if text[-1:] not in _QUOTES and text[:1] not in _QUOTES:
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
