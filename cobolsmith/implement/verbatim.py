"""A condition that a sentence writes as COBOL does, in the program's own names: `AM-YOUTH AND
(TA-AMOUNT > 100 OR TA-CHEQUE)`."""

from __future__ import annotations

import re

from cobolsmith.implement.naming import Asked
from cobolsmith.implement.ties import Ties
from cobolsmith.program import DataItem

TOKEN = r"'[^']*'|\"[^\"]*\"|[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*|[<>]=|<>|[=<>()+*/:-]"
RELATIONS = frozenset(
    "= < > <= >= <> NUMERIC ALPHABETIC POSITIVE NEGATIVE EQUAL GREATER LESS".split()
)
RELATING = RELATIONS | frozenset(
    "AND OR NOT IS THAN TO ZERO ZEROS ZEROES SPACE SPACES HIGH-VALUE HIGH-VALUES LOW-VALUE "
    "LOW-VALUES QUOTE QUOTES OF IN".split()
)
"""What a condition of COBOL is made of, besides names, literals and signs."""


def verbatim(said: str, ties: Ties) -> Asked | None:
    """A condition as COBOL writes it, in the program's own names; None where it is in words."""
    items: list[int] = []
    words: list[str] = []
    for word in re.findall(rf"{TOKEN}", said):
        word = word if word[0] in "'\"" else word.upper()
        found = ties.program.resolve(word) if re.search("[A-Z]", word) else None
        if isinstance(found, DataItem) and "-" in word:
            items.append(found.index)
        elif re.search("[A-Z]", word) and word[0] not in "'\"" and word not in RELATING:
            return None
        words.append(word)
    text = " ".join(words)
    if not items or re.sub(r"\s", "", text).upper() != re.sub(r"\s", "", said).upper():
        return None
    named = any(ties.program.items[index].level == 88 for index in items)
    joined = "OR" if "OR" in words else "AND" if "AND" in words else ""
    if not RELATIONS & set(words) and not (named and (joined or len(words) <= 2)):
        return None
    for index in items:
        ties.tie(ties.program.items[index].name, ties.program.items[index].name, "sure", "its name")
    return Asked(
        re.sub(r"(?<=\() | (?=\))| ?: ?", lambda at: at[0].strip(), text), tuple(items), joined
    )
