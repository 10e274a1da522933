"""Which sources are card images of another language than COBOL: JCL and BMS."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

CARDS = ("jcl", "bms")
"""Formats of text in columns 1-71 that column 72 or a comma continues on the next card."""

RECORD = 80
"""Bytes of a card image: mainframe source kept without line ends is cut every 80 bytes."""

SUFFIXES = {
    ".jcl": "jcl", ".prc": "jcl", ".proc": "jcl", ".jclproc": "jcl", ".jclinc": "jcl",
    ".cntl": "jcl", ".bms": "bms",
}  # fmt: skip
"""What a file's name says, in lower case; its content must not speak against it."""

_STATEMENT = re.compile(
    rb"\s*//(?:\*|[^\s/]{0,17}[ ]+(?:JOB|PROC|EXEC|DD|SET|JCLLIB|INCLUDE|IF|OUTPUT)\b)",
    re.IGNORECASE,
)
_MACRO = re.compile(rb"^[^\s*]{0,8}[ ]+DFHM(?:SD|DI|DF)[ ]", re.MULTILINE | re.IGNORECASE)


def card_language(path: Path, view: bytes) -> str:
    """ "jcl" or "bms" by the first statement or the macros, then by the file's name; else ""."""
    if _STATEMENT.match(view):
        return "jcl"
    named = SUFFIXES.get(path.suffix.lower(), "")
    if named != "jcl" and _MACRO.search(view[:200_000]):
        return "bms"
    return "" if named == "jcl" and not re.search(rb"^//", view, re.MULTILINE) else named


def pieces(raw: bytes, column: int) -> Iterator[tuple[int, int, int]]:
    """The parts of a word or literal on several cards: (start, end, width) in `raw`, each part.

    `column` (from 0) is where the leaf begins on its first card; a part shorter than its width has
    lost blanks at its end. On later cards text stands in columns 16-71; JCL's comments are none.
    """
    start = 0
    lines = raw.split(b"\n")
    for number, line in enumerate(lines):
        first = 15 if number else 0
        margin = 71 if number else 71 - column
        last = number == len(lines) - 1
        if last or not line.startswith(b"//*"):
            end = min(len(line.rstrip(b"\r")), margin)
            yield start + min(first, end), start + end, 0 if last else margin - first
        start += len(line) + 1
