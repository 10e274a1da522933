"""Queries and changes of rows as plain SQL for the parser: names and host variables are numbered.

Db2 lets most words be names, has registers and clauses of its own, and COBOL gives host variables
hyphens. So the parser is shown `n12` for the name that is token 12 and `:h12` for the host
variable, and what it can't know is taken out before. Source: Db2 for z/OS, SQL Reference, "Queries"
and "Statements".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cobolsmith.languages.sql.tokens import Token, closing, is_operator, words_at

KEYWORDS = frozenset(
    "ALL AND ANY AS ASC BETWEEN BY CASE CAST CROSS DEFAULT DELETE DESC DISTINCT ELSE END ESCAPE "
    "EXCEPT EXISTS FOLLOWING FROM FULL GROUP HAVING IN INNER INSERT INTERSECT INTO IS JOIN LATERAL "
    "LEFT LIKE LIMIT MATCHED MERGE NOT NULL ON OR ORDER OUTER OVER PARTITION PRECEDING RIGHT "
    "SELECT SET SOME TABLE THEN UNBOUNDED UNION UPDATE USING VALUES WHEN WHERE WITH".split()
)
FUNCTIONS = frozenset(
    "AVG COALESCE COUNT DENSE_RANK EXTRACT MAX MIN NULLIF POSITION RANK ROW_NUMBER SUBSTRING SUM "
    "TRIM".split()
)
"""Functions whose arguments have a syntax of their own; all others are shown as f12(...)."""

_REGISTERS = frozenset(
    "APPLICATION CLIENT_ACCTNG CLIENT_USERID DATE DEGREE LOCALE MEMBER PACKAGE PACKAGESET PATH "
    "PRECISION RULES SCHEMA SERVER SQLID TIME TIMESTAMP TIMEZONE USER".split()
)
_REGISTER_WORDS = frozenset(
    ("USER", "SESSION_USER", "SYSDATE", "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP",
     "CURRENT_USER", "CURRENT_SCHEMA", "CURRENT_SQLID", "CURRENT_SERVER")
)  # fmt: skip
_DURATIONS = frozenset(
    word + plural
    for word in ("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND", "MICROSECOND")
    for plural in ("", "S")
)
_SIDES = frozenset(("BOTH", "LEADING", "TRAILING"))
_FORMATS = frozenset(("ISO", "USA", "EUR", "JIS", "LOCAL")) | _SIDES
_TIMES = frozenset(("DATE", "TIME", "TIMESTAMP"))
_COMPARISONS = {"=": "<>", "<": ">=", ">": "<="}
_NAMES_A_LIST = frozenset(("INTO", "FROM", "JOIN", "UPDATE", "AS", "TABLE", "WITH"))
_ISOLATION = frozenset(("UR", "CS", "RS", "RR", "NC"))


def without_clauses(found: Sequence[Token]) -> tuple[list[int], str]:
    """The positions that are left when Db2's own clauses are out, and the cursor of CURRENT OF."""
    left: list[int] = []
    cursor = ""
    at = 0
    while at < len(found):
        if words_at(found, at, "WHERE", "CURRENT", "OF") and at + 3 < len(found):
            cursor = found[at + 3].text
        skipped = _clause(found, at)
        if not skipped:
            left.append(at)
        at += skipped or 1
    return left, cursor


def _clause(found: Sequence[Token], at: int) -> int:
    """How many tokens of a clause that is no part of the parser's SQL begin here."""
    rest = len(found) - at
    if (
        found[at].text not in _BEGINS
        or found[at].kind != "word"
        or (at and is_operator(found[at - 1], "."))
    ):
        return 0
    if words_at(found, at, "WITH") and rest > 1 and found[at + 1].text in _ISOLATION:
        return _with_locks(found, at + 2) - at
    for words, length in _ENDINGS:
        if words_at(found, at, *words):
            return rest if length == 0 else length
    if words_at(found, at, "FETCH", "FIRST") or words_at(found, at, "FETCH", "NEXT"):
        return next((i for i in range(2, rest) if found[at + i].text == "ONLY"), rest - 1) + 1
    if words_at(found, at, "FOR") and rest > 2 and found[at + 2].text in ("ROWS", "ROW"):
        return 3
    if words_at(found, at, "FOR") and rest > 2 and found[at + 1].text in _PERIODS:
        return 5 if words_at(found, at + 2, "AS", "OF") else 6
    if words_at(found, at, "OPTIMIZE", "FOR") or words_at(found, at, "QUERYNO"):
        return 4 if found[at].text == "OPTIMIZE" else 2
    return 0


_PERIODS = frozenset(("SYSTEM_TIME", "BUSINESS_TIME"))
_ENDINGS: tuple[tuple[tuple[str, ...], int], ...] = (
    (("WHERE", "CURRENT", "OF"), 0),
    (("FOR", "READ", "ONLY"), 3),
    (("FOR", "FETCH", "ONLY"), 3),
    (("FOR", "UPDATE"), 0),
    (("SKIP", "LOCKED", "DATA"), 3),
    (("NOT", "ATOMIC", "CONTINUE", "ON", "SQLEXCEPTION"), 5),
    (("OVERRIDING", "USER", "VALUE"), 3),
    (("OVERRIDING", "SYSTEM", "VALUE"), 3),
    (("NULLS", "FIRST"), 2),
    (("NULLS", "LAST"), 2),
    (("ATOMIC",), 1),
)
"""Clauses and how many tokens each has (0: all up to the end of the statement)."""


_BEGINS = frozenset((*(words[0] for words, _ in _ENDINGS), "WITH", "FETCH", "OPTIMIZE", "QUERYNO"))


def _with_locks(found: Sequence[Token], at: int) -> int:
    return at + 5 if words_at(found, at, "USE", "AND", "KEEP") else at


def rendered(found: Sequence[Token], left: Sequence[int]) -> str:
    """The tokens at these positions as SQL that any dialect has."""
    kept = [found[at] for at in left]
    return " ".join(_pieces(kept, left))


def _pieces(kept: Sequence[Token], left: Sequence[int]) -> Iterator[str]:
    at = 0
    while at < len(kept):
        token = kept[at]
        if token.kind == "word":
            text, used = _word(kept, left, at)
            yield text
            at += used
            continue
        if token.kind == "host":
            yield f":h{left[at]}"
            at += 1 + _indicator(kept, at + 1)
            continue
        yield _plain(token, left[at])
        at += 1


def _indicator(kept: Sequence[Token], at: int) -> int:
    mark = at + words_at(kept, at, "INDICATOR")
    return mark + 1 - at if mark < len(kept) and kept[mark].kind == "host" else 0


def _plain(token: Token, number: int) -> str:
    if token.kind == "quoted":
        return f"n{number}"
    if token.kind == "string":
        return "'s'"
    if token.kind == "operator" and len(token.text) > 1 and token.text[0] in "\x7f!":
        return _COMPARISONS[token.text.lstrip("\x7f!")[0]]
    return token.text


def _word(kept: Sequence[Token], left: Sequence[int], at: int) -> tuple[str, int]:
    """What is shown for a word, and how many tokens that takes in."""
    text = kept[at].text
    before = kept[at - 1] if at else None
    after = kept[at + 1] if at + 1 < len(kept) else None
    if before is not None and is_operator(before, "."):
        return f"n{left[at]}", 1
    if text == "CURRENT" and after is not None and after.text in _REGISTERS:
        zone = words_at(kept, at + 1, "TIME", "ZONE") or words_at(kept, at + 1, "LOCALE")
        return "0", 3 if zone else 2
    if text in _REGISTER_WORDS and not _is_table(before, after):
        return "0", 1
    if text == "INTERVAL" and after is not None and after.kind == "string":
        return "0", 2
    if text in ("NEXT", "PREVIOUS") and words_at(kept, at + 1, "VALUE", "FOR"):
        return "0", 6 if at + 4 < len(kept) and is_operator(kept[at + 4], ".") else 4
    if text in _DURATIONS and before is not None and _is_value(before):
        return "", 1
    if text == "CONCAT" and before is not None and _is_operand(before):
        return "||", 1
    if text in _FORMATS and before is not None and is_operator(before, ","):
        return "'s'", 1
    if text in _TIMES and after is not None and after.kind == "string":
        return "", 1
    if text in _SIDES and before is not None and is_operator(before, "("):
        return text, 1
    if text in ("LEFT", "RIGHT") and after is not None and is_operator(after, "("):
        return f"f{left[at]}", 1
    if text == "WITHIN" and words_at(kept, at + 1, "GROUP"):
        return text, 1
    if text == "CAST" and after is not None and is_operator(after, "("):
        return _cast(kept, left, at)
    if text == "DEFAULT":
        return "NULL", 1
    if text in KEYWORDS:
        return text, 1
    if after is not None and is_operator(after, "(") and not _is_list(kept, at):
        return text if text in FUNCTIONS else f"f{left[at]}", 1
    return f"n{left[at]}", 1


def _is_table(before: Token | None, after: Token | None) -> bool:
    """Whether a word names a table (INSERT INTO USER) or its owner, whatever else it means."""
    named = before is not None and before.text in ("INTO", "FROM", "JOIN", "UPDATE")
    return named or (after is not None and is_operator(after, "."))


def _is_value(token: Token) -> bool:
    return token.kind in ("number", "host") or is_operator(token, ")")


def _is_operand(token: Token) -> bool:
    word = token.kind == "word" and token.text not in KEYWORDS
    return word or token.kind in ("quoted", "string") or _is_value(token)


def _is_list(kept: Sequence[Token], at: int) -> bool:
    """Whether the parenthesis after a name holds a list of columns: T (A, B), AS S (A, B)."""
    before = kept[at - 1] if at else None
    if before is None:
        return False
    if (before.kind == "word" and before.text in _NAMES_A_LIST) or is_operator(before, ")"):
        return True
    if before.kind == "operator" and before.text == ".":
        return True
    end = closing(kept, at + 1)
    return words_at(kept, end + 1, "AS") and end + 2 < len(kept) and is_operator(kept[end + 2], "(")


def _cast(kept: Sequence[Token], left: Sequence[int], at: int) -> tuple[str, int]:
    """CAST(x AS type) with a type that every dialect knows."""
    end = closing(kept, at + 1)
    depth, mark = 0, end
    for index in range(at + 1, end):
        depth += is_operator(kept[index], "(") - is_operator(kept[index], ")")
        if depth == 1 and words_at(kept, index, "AS"):
            mark = index
    inside = " ".join(_pieces(kept[at + 2 : mark], left[at + 2 : mark]))
    return f"CAST({inside} AS INT)", end + 1 - at
