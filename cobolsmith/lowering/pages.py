"""Pages of reports: PAGE LIMIT and its lines, and places as LINE and NEXT GROUP say them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cobolsmith.lowering.context import Context

if TYPE_CHECKING:
    from tree_sitter import Node

_WORDS = re.compile(r"NUMBERS?|IS|ARE|LINES?|COLUMNS?|COLS?|COL|NEXT|GROUP|LIMITS?|PAGE")
_PAGE = re.compile(
    r"PAGE(?: LIMITS?)?(?: IS| ARE)?(?: (?P<limit>\d+))?(?: LINES?)?"
    r"(?P<rest>(?: (?:HEADING|FIRST DE(?:TAIL)?|LAST DE(?:TAIL)?|FOOTING)(?: IS| ARE)? \d+)*)"
)
_PART = re.compile(r"(HEADING|FIRST|LAST|FOOTING)\D* (\d+)")


@dataclass(frozen=True, slots=True)
class Place:
    """LINE, PLUS or PAGE with a number; `word` is "" where nothing is said."""

    word: str = ""
    number: int = 0


def place_of(context: Context, clause: Node | None) -> Place:
    """The place that a LINE, COLUMN or NEXT GROUP clause says."""
    if clause is None:
        return Place()
    text = " ".join(context.reading.word(clause).split())
    if text.split()[-1] == "PAGE":
        if "GROUP" in text.split():
            return Place("PAGE")
        raise context.refused(clause, f"LINE {text}, where GnuCOBOL leaves a page empty")
    rest = [one for one in text.replace("+", "PLUS ").split() if not _WORDS.fullmatch(one)]
    word = rest.pop(0) if rest[:1] == ["PLUS"] else "LINE"
    if len(rest) != 1 or not rest[0].isdigit():
        raise context.refused(clause, text)
    return Place(word, int(rest[0]))


def page_of(context: Context, clause: Node | None) -> tuple[int, int, int, int]:
    """Lines of a page, and those of HEADING, FIRST DETAIL and LAST DETAIL; what isn't said is as
    GnuCOBOL takes it. Raises RefusedError where they don't follow each other."""
    if clause is None:
        return 0, 0, 1, 0
    text = " ".join(context.reading.word(clause).split())
    found = _PAGE.fullmatch(text)
    if found is None or found["limit"] is None:
        raise context.refused(clause, text)
    limit = int(found["limit"])
    parts = {word: int(number) for word, number in _PART.findall(found["rest"])}
    heading = parts.get("HEADING", 1)
    first = parts.get("FIRST", heading)
    footing = parts.get("FOOTING", parts.get("LAST", limit))
    last = parts.get("LAST", footing)
    if not heading <= first <= last <= footing <= limit <= 9999:
        raise context.refused(clause, f"{text}, whose lines don't follow each other")
    return limit, heading, first, last
