"""Which reference format a COBOL source is in: fixed, free or variable, by what its lines show."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cobolsmith.cards import RECORD

_DIRECTIVE = re.compile(
    rb"^.{0,72}?(?:>>\s*SOURCE(?:\s+FORMAT)?(?:\s+IS)?\s+|\$\s*SET\s+SOURCE-?FORMAT\s*\(?\s*[\"'(]?)"
    rb"(FREE|FIXED|VARIABLE)",
    re.IGNORECASE | re.MULTILINE,
)
_MARK = re.compile(rb">>|\$")
"""What a text must show to have such a directive: quicker asked for."""
_WORDS = (
    rb"(?:IDENTIFICATION|ID|PROGRAM-ID|FUNCTION-ID|ENVIRONMENT|DATA|PROCEDURE|CONFIGURATION|FILE|"
    rb"INPUT-OUTPUT|WORKING-STORAGE|LINKAGE|LOCAL-STORAGE|SCREEN|SPECIAL-NAMES|REPOSITORY|SELECT|"
    rb"FD|SD|COPY|MOVE|IF|ELSE|END-[A-Z]+|PERFORM|DISPLAY|ACCEPT|CALL|OPEN|CLOSE|READ|WRITE|EXIT|"
    rb"STOP|GOBACK|COMPUTE|ADD|SUBTRACT|EVALUATE|WHEN|STRING|INSPECT|SET|GO|EXEC|AUTHOR|"
    rb"DATE-WRITTEN|INSTALLATION|SECURITY|0[1-9]|1[05]|77|88)"
)
_EVIDENCE: tuple[tuple[str, int, re.Pattern[bytes]], ...] = (
    # name, weight towards free (minus: towards fixed), what a line with its tabs expanded shows
    ("sequence number", -3, re.compile(rb"\d{6}[ *\-/$dD]")),
    ("comment in column 7", -4, re.compile(rb" {6}[*/](?!>)")),
    ("continuation in column 7", -3, re.compile(rb" {6}- +\S")),
    ("marked sequence area", -1, re.compile(rb"(?=.{0,5}\d)[A-Z0-9#@]{6}[ *\-/$]", re.I)),
    ("code from column 8", -1, re.compile(rb" {7,11}" + _WORDS + rb"[ .]", re.I)),
    ("code before column 7", 4, re.compile(rb" {0,5}(?!\d{6})" + _WORDS + rb"(?:[ .;]|$)", re.I)),
    ("word across column 7", 2, re.compile(rb"(?!\d{6}).{5}[A-Z][A-Z-][A-Z]", re.I)),
    ("inline comment first", 4, re.compile(rb" {0,5}\*>")),
)
_SHOWN = re.compile(b"|".join(b"(%s)" % one.pattern for _, _, one in _EVIDENCE), re.IGNORECASE)
"""The first evidence that a line shows, by its group; letters count in either case in all."""
_CROSSING = re.compile(rb".{65}\S(?!\d{8}$)\S")
"""From column 7 on: text goes on from column 72 into 73, and no sequence number stands there."""
_LONG = re.compile(rb"\t|[^\n]{73}")
"""What a text must show to have anything beyond column 72."""
_REMARK = re.compile(rb".{6}(?:[*/]|.{0,65}\*>)")
"""A comment, or one behind code."""


def sample_lines(view: bytes, limit: int = 3000) -> Iterator[bytes]:
    """The first lines of a view that aren't blank, tabs expanded to 8, at most 256 bytes each."""
    at, size = 0, len(view)
    while at < size and limit:
        end = view.find(b"\n", at)
        end = size if end < 0 else end
        line = view[at : min(end, at + 256)].expandtabs(8).rstrip()
        at = end + 1
        if line:
            limit -= 1
            yield line


def detect_format(view: bytes, fallback: str = "fixed") -> str:
    """The reference format a view starts in: fixed, free or variable.

    A `>>SOURCE` or `$SET SOURCEFORMAT` directive decides where nothing above it does; otherwise
    each line's evidence is weighed. A tie is `fallback`.
    """
    directive = _DIRECTIVE.search(view[:200_000]) if _MARK.search(view) else None
    if directive:
        above = free_weight(view[: directive.start()])
        stated = directive[1].decode().lower()
        agrees = (above > 0) == (stated == "free")
        return stated if agrees or abs(above) < 4 else ("free" if above > 0 else "fixed")
    weight = free_weight(view)
    if weight == 0:
        return fallback
    if weight < 0 and _variable(view):
        return "variable"
    return "free" if weight > 0 else "fixed"


def free_weight(view: bytes) -> int:
    """The sum of the evidence of all lines: above zero speaks for free, below for fixed."""
    total = 0
    for line in sample_lines(view):
        if shown := _SHOWN.match(line):
            assert shown.lastindex is not None
            total += _EVIDENCE[shown.lastindex - 1][1]
    return total


def _variable(view: bytes) -> bool:
    """Whether a source in fixed columns keeps on writing code beyond column 72."""
    if not _LONG.search(view):
        return False
    beyond = [line for line in sample_lines(view) if len(line) > 72 and not _REMARK.match(line)]
    crossing = [line for line in beyond if _CROSSING.match(line[6:])]
    long = sum(len(line) > RECORD for line in crossing)
    return (len(crossing) >= 3 or long >= 2) and len(crossing) * 2 >= len(beyond)
