"""Words of Db2 that other databases don't know, said in theirs."""

from __future__ import annotations

import re

_BLANKS = re.compile(r"\s+")
_LEVELS = re.compile(r"\s+WITH\s+(?:UR|CS|RS|RR)(?=\s|$)", re.IGNORECASE)
_HINTS = re.compile(
    r"\s+(?:FOR\s+(?:READ|FETCH)\s+ONLY|OPTIMIZE\s+FOR\s+\d+\s+ROWS?|QUERYNO\s+\d+)(?=\s|$)",
    re.IGNORECASE,
)
_NOW = re.compile(r"\bCURRENT\s+(TIMESTAMP|DATE|TIME)\b", re.IGNORECASE)
_FIRST = re.compile(r"\s+FETCH\s+(?:FIRST|NEXT)\s*(\d*)\s+ROWS?\s+ONLY(?=\s|$)", re.IGNORECASE)
_QUOTED = re.compile(r"('(?:[^']|'')*'|\"(?:[^\"]|\"\")*\")")


def plain(text: str) -> str:
    """A statement without isolation levels and hints, with LIMIT for FETCH FIRST; what stands in
    quotes stays."""
    parts = _QUOTED.split(text)
    return "".join(one if at % 2 else _said(one) for at, one in enumerate(parts)).strip()


def _said(text: str) -> str:
    text = _BLANKS.sub(" ", text)
    text = _HINTS.sub("", _LEVELS.sub("", text))
    text = _FIRST.sub(lambda found: f" LIMIT {found[1] or 1}", text)
    return _NOW.sub(lambda found: f"CURRENT_{found[1].upper()}", text)
