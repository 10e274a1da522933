"""Which sources are card images of another language than COBOL: JCL and BMS."""

from __future__ import annotations

import re
from pathlib import Path

CARDS = ("jcl", "bms")
"""Formats of text in columns 1-71 that column 72 or a comma continues on the next card."""

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
