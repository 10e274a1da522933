"""The columns of DECLARE TABLE (as DCLGEN writes it) and CREATE TABLE."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cobolsmith.languages.sql.statement import Declared
from cobolsmith.languages.sql.tokens import Token, closing, dotted, is_operator, words_at

_NO_COLUMN = frozenset(("CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "LIKE", "PERIOD"))
_TYPE_ENDS = frozenset(
    "NOT NULL WITH DEFAULT FOR CCSID GENERATED PRIMARY UNIQUE REFERENCES CHECK CONSTRAINT AS "
    "IMPLICITLY FIELDPROC INLINE AUTO_INCREMENT IDENTITY".split()
)


def read_columns(found: Sequence[Token]) -> tuple[str, tuple[Declared, ...]]:
    """The table of a DECLARE or CREATE TABLE and its columns in order."""
    at = 1 if words_at(found, 0, "DECLARE") and not words_at(found, 1, "GLOBAL") else -1
    if at < 0:
        mark = next((i for i in range(len(found)) if words_at(found, i, "TABLE")), -1)
        at = mark + 1
        while at < len(found) and found[at].text in ("IF", "NOT", "EXISTS"):
            at += 1
    name, after = dotted(found, at)
    opens = next((i for i in range(after, len(found)) if is_operator(found[i], "(")), -1)
    if not name or opens < 0:
        return name, ()
    parts = _parts(found, opens + 1, closing(found, opens))
    return name, tuple(column for part in parts if (column := _column(part)))


def _parts(found: Sequence[Token], start: int, end: int) -> Iterator[Sequence[Token]]:
    """The tokens between the commas of a list."""
    first = at = start
    while at < end:
        if is_operator(found[at], "("):
            at = closing(found, at)
        elif is_operator(found[at], ","):
            yield found[first:at]
            first = at + 1
        at += 1
    yield found[first:end]


def _column(part: Sequence[Token]) -> Declared | None:
    if len(part) < 2 or part[0].kind not in ("word", "quoted"):
        return None
    if part[0].kind == "word" and part[0].text in _NO_COLUMN:
        return None
    kind, sizes, at = "", [], 1
    while at < len(part) and part[at].text not in _TYPE_ENDS:
        if is_operator(part[at], "("):
            end = closing(part, at)
            sizes = [int(one.text) for one in part[at:end] if one.text.isdigit()]
            at = end
        elif part[at].kind in ("word", "quoted"):
            kind = f"{kind} {part[at].text}".strip()
        at += 1
    nullable = not any(words_at(part, i, "NOT", "NULL") for i in range(at, len(part)))
    length = sizes[0] if sizes else 0
    return Declared(part[0].text, kind, length, sizes[1] if len(sizes) > 1 else 0, nullable)
