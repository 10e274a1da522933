"""Which statement a text is, by the words it begins with.

Source: Db2 for z/OS, SQL Reference, "Statements"; ISO/IEC 9075 part 2 for those Db2 lacks.
"""

from __future__ import annotations

from collections.abc import Sequence

from cobolsmith.languages.sql.tokens import Token, find, is_operator, words_at

KINDS: tuple[tuple[str, str], ...] = (
    ("BEGIN DECLARE SECTION", "declare-section"),
    ("END DECLARE SECTION", "declare-section"),
    ("DECLARE GLOBAL TEMPORARY TABLE", "create"),
    ("EXECUTE IMMEDIATE", "execute-immediate"),
    ("GET DIAGNOSTICS", "get-diagnostics"),
    ("GET CURRENT DIAGNOSTICS", "get-diagnostics"),
    ("GET STACKED DIAGNOSTICS", "get-diagnostics"),
    ("GET DESCRIPTOR", "descriptor"),
    ("SET DESCRIPTOR", "descriptor"),
    ("ALLOCATE DESCRIPTOR", "descriptor"),
    ("DEALLOCATE DESCRIPTOR", "descriptor"),
    ("SET CONNECTION", "connect"),
    ("SET TRANSACTION", "set-transaction"),
    ("START TRANSACTION", "set-transaction"),
    ("LOCK TABLE", "lock-table"),
    ("ALLOCATE", "allocate-cursor"),
    ("ASSOCIATE", "associate-locators"),
    ("FREE LOCATOR", "locator"),
    ("HOLD LOCATOR", "locator"),
    ("RELEASE SAVEPOINT", "savepoint"),
    ("SAVEPOINT", "savepoint"),
    ("RELEASE", "connect"),
    ("CONNECT", "connect"),
    ("DISCONNECT", "connect"),
    ("USE", "connect"),
    ("SELECT", "select"),
    ("INSERT", "insert"),
    ("UPDATE", "update"),
    ("DELETE", "delete"),
    ("MERGE", "merge"),
    ("TRUNCATE", "truncate"),
    ("OPEN", "open"),
    ("FETCH", "fetch"),
    ("CLOSE", "close"),
    ("INCLUDE", "include"),
    ("WHENEVER", "whenever"),
    ("COMMIT", "commit"),
    ("ROLLBACK", "rollback"),
    ("BEGIN", "set-transaction"),
    ("PREPARE", "prepare"),
    ("EXECUTE", "execute"),
    ("DESCRIBE", "describe"),
    ("CALL", "call"),
    ("SET", "set"),
    ("VALUES", "values"),
    ("SIGNAL", "signal"),
    ("RESIGNAL", "signal"),
    ("EXPLAIN", "explain"),
    ("CREATE", "create"),
    ("ALTER", "alter"),
    ("DROP", "drop"),
    ("RENAME", "alter"),
    ("REFRESH", "alter"),
    ("EXCHANGE", "alter"),
    ("LABEL", "comment"),
    ("COMMENT", "comment"),
    ("GRANT", "grant"),
    ("REVOKE", "grant"),
)
"""The first words and the kind they tell, longer before shorter. Also: declare-cursor,
declare-table, declare-statement, declare-variable, and "" for what isn't known."""

ROWS = frozenset(("select", "insert", "update", "delete", "merge", "declare-cursor"))
"""Kinds whose text is a query or a change of rows."""


def kind_of(found: Sequence[Token]) -> str:
    """The kind of a statement, "" where its first words aren't known."""
    if words_at(found, 0, "DECLARE"):
        return _declared(found)
    if words_at(found, 0, "WITH"):
        change = next((w for w in ("INSERT", "UPDATE", "DELETE") if find(found, w) > 0), "SELECT")
        return change.lower()
    if found and is_operator(found[0], "("):
        return "select"
    for words, kind in KINDS:
        if words_at(found, 0, *words.split()):
            return kind
    return ""


def _declared(found: Sequence[Token]) -> str:
    if words_at(found, 1, "GLOBAL", "TEMPORARY", "TABLE"):
        return "create"
    for word in ("CURSOR", "TABLE", "STATEMENT", "VARIABLE"):
        at = find(found, word, 2)
        if 0 < at < 9:
            return f"declare-{word.lower()}"
    return ""


def without_connection(found: Sequence[Token]) -> Sequence[Token]:
    """The statement without AT connection, which some precompilers take before it."""
    if words_at(found, 0, "AT") and len(found) > 2:
        return found[2:]
    return found
