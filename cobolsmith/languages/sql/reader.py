"""From a program to its SQL statements: kinds, facts, host variables, and FETCH tied to DECLARE."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, cast

from cobolsmith.languages.embedded import Block, blocks
from cobolsmith.languages.sql.declared import read_columns
from cobolsmith.languages.sql.hosts import Hosts, into_range, into_tokens, read_hosts
from cobolsmith.languages.sql.kinds import ROWS, kind_of, without_connection
from cobolsmith.languages.sql.query import rendered, without_clauses
from cobolsmith.languages.sql.statement import (
    Declared,
    Output,
    SqlStatement,
    TableUse,
    Tie,
    Whenever,
)
from cobolsmith.languages.sql.tokens import (
    Token,
    closing,
    dotted,
    find,
    is_operator,
    texts,
    tokens,
    words_at,
)
from cobolsmith.program import Origin, Problem, Program

_FINAL = ("FINAL", "OLD", "NEW")
_ESCAPES = re.compile(r"\x1b\[\d*m")


def read_sql(program: Program) -> tuple[SqlStatement, ...]:
    """The EXEC SQL statements of a program and its copybooks, in the order of their text.

    What isn't understood is in each statement's `unknowns`; it never raises for bad SQL.
    """
    found = [_Text.of(block) for block in blocks(program, "SQL")]
    declared = {
        name: columns
        for text in found
        if text.kind in ("declare-table", "create")
        for name, columns in [read_columns(text.found)]
        if columns
    }
    statements = [_statement(program, text, declared) for text in found]
    cursors = {one.cursor: one for one in statements if one.kind == "declare-cursor"}
    return tuple(_with_cursor(one, cursors) for one in statements)


@dataclass(frozen=True, slots=True)
class _Text:
    """A block, its tokens and its kind."""

    block: Block
    found: Sequence[Token]
    kind: str

    @classmethod
    def of(cls, block: Block) -> _Text:
        found = without_connection(tokens(block.text))
        return cls(block, found, kind_of(found))


@dataclass(slots=True)
class _Draft:
    """A statement in the making."""

    tables: list[TableUse] = field(default_factory=list)
    outputs: list[Output] | None = None
    unknowns: list[Problem] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)


def _statement(
    program: Program, text: _Text, declared: Mapping[str, tuple[Declared, ...]]
) -> SqlStatement:
    block, found = text.block, text.found
    hosts = read_hosts(program, block, found, text.kind)
    draft = _Draft(unknowns=list(hosts.unknowns))
    statement = SqlStatement(text.kind or "unknown", block.origin, block.procedure)
    if not text.kind:
        what = f"no known statement: {texts(found[:4])}" if found else "nothing between the words"
        draft.unknowns.append(Problem("sql", what, block.origin))
    elif text.kind in ROWS:
        statement = _rows(text, hosts, draft, statement, declared)
    else:
        _other(text, draft)
        statement = _subqueries(text, hosts, draft, statement, declared)
    return replace(
        statement,
        tables=(*statement.tables, *draft.tables),
        hosts=tuple(hosts.by_token.values()),
        outputs=tuple(draft.outputs or ()),
        unknowns=tuple(draft.unknowns),
        **draft.fields,
    )


# --- Queries and changes of rows ---


def _rows(
    text: _Text,
    hosts: Hosts,
    draft: _Draft,
    statement: SqlStatement,
    declared: Mapping[str, tuple[Declared, ...]],
) -> SqlStatement:
    """SELECT, INSERT, UPDATE, DELETE, MERGE, and the query of DECLARE CURSOR."""
    found = text.found
    start = 0
    if text.kind == "declare-cursor":
        name, _ = dotted(found, 1)
        draft.fields["cursor"] = name.upper()
        start = find(found, "FOR", 2) + 1
        if start == 0 or not kind_of(found[start:]):
            draft.fields["prepared"] = dotted(found, start)[0] if start else ""
            return statement
    query = list(range(start, len(found)))
    if text.kind == "select":
        first, last = into_range(found)
        query = [at for at in query if not first - 1 <= at < last] if last else query
    outer, inner = _final_table(found, query)
    facts = _facts(text, hosts, declared)
    for positions in (inner, outer):
        if positions:
            _parse(facts, positions, found, draft)
    draft.outputs = facts.outputs
    if text.kind == "select" and facts.outputs is not None:
        given = hosts.slots(into_tokens(found))
        facts.ties.extend(_fetched(facts.outputs, given))
        _note_count(text.block.origin, len(facts.outputs), len(given), "INTO", draft.unknowns)
    return replace(
        statement,
        tables=_in_order(facts.tables),
        columns=_in_order(facts.columns),
        ties=_in_order(facts.ties),
    )


def _subqueries(
    text: _Text,
    hosts: Hosts,
    draft: _Draft,
    statement: SqlStatement,
    declared: Mapping[str, tuple[Declared, ...]],
) -> SqlStatement:
    """(SELECT ...) inside SET, VALUES, CALL and the like."""
    found, at = text.found, 0
    facts = (
        _facts(text, hosts, declared)
        if any(_is_query(found, i) for i in range(len(found)))
        else None
    )
    while facts is not None and at < len(found):
        end = closing(found, at) if _is_query(found, at) else at
        if end > at:
            _parse(facts, range(at + 1, end), found, draft)
            if at > 1 and is_operator(found[at - 1], "=") and found[at - 2].kind == "host":
                facts.ties.extend(_fetched(facts.outputs or (), hosts.slots([at - 2])))
        at = end + 1
    if facts is None:
        return statement
    return replace(
        statement,
        tables=_in_order(facts.tables),
        columns=_in_order(facts.columns),
        ties=_in_order(facts.ties),
    )


def _is_query(found: Sequence[Token], at: int) -> bool:
    return is_operator(found[at], "(") and words_at(found, at + 1, "SELECT")


def _in_order(uses: Sequence[Any]) -> tuple[Any, ...]:
    """Each of these once, as they stand in the text."""
    return tuple(sorted(dict.fromkeys(uses), key=lambda use: use.origin.span.start))


def _facts(text: _Text, hosts: Hosts, declared: Mapping[str, tuple[Declared, ...]]) -> Any:
    # sqlglot takes half a second to load: only programs with queries pay for it.
    from cobolsmith.languages.sql.facts import Facts

    return Facts(text.block, text.found, hosts, declared)


def _parse(facts: Any, positions: Sequence[int], found: Sequence[Token], draft: _Draft) -> None:
    """Parse the tokens at these positions; what the parser refuses is an unknown, with its tables
    taken from the words before them."""
    from sqlglot.errors import SqlglotError

    left, cursor = without_clauses([found[at] for at in positions])
    if cursor:
        draft.fields["cursor"] = cursor
    kept = [positions[at] for at in left]
    try:
        tree = _tree(rendered(found, kept))
    except (SqlglotError, RecursionError) as error:  # the latter by a thousand parentheses
        said = _ESCAPES.sub("", str(error)).splitlines()[0] if str(error) else "no SQL"
        draft.unknowns.append(Problem("sql", said.partition(" Line ")[0], facts.block.origin))
        facts.tables.extend(_tables_by_words(facts, found, positions))
        return
    if tree.key == "command":
        what = f"not parsed: {texts([found[at] for at in kept[:4]])}"
        draft.unknowns.append(Problem("sql", what, facts.block.origin))
    facts.take(tree)


@lru_cache(maxsize=4096)
def _tree(sql: str) -> Any:
    """The tree of a statement; it is only looked at, and programs repeat statements."""
    from sqlglot import parse_one

    return parse_one(sql)


def _tables_by_words(
    facts: Any, found: Sequence[Token], positions: Sequence[int]
) -> Iterator[TableUse]:
    for at in positions[:-1]:
        if found[at].kind == "word" and found[at].text in ("FROM", "JOIN", "INTO", "UPDATE"):
            name, after = dotted(found, at + 1)
            if name and found[at + 1].kind != "host":
                first = words_at(found, at - 1, "DELETE") if at else False
                writes = found[at].text in ("INTO", "UPDATE") or first
                place = facts.origin(at + 1, after - 1)
                yield TableUse(name, "writes" if writes else "reads", place)


def _final_table(found: Sequence[Token], query: list[int]) -> tuple[list[int], list[int]]:
    """FROM FINAL TABLE (change): the query over the changed table, and the change."""
    for at in query:
        opens = at + 2
        if found[at].text in _FINAL and words_at(found, at + 1, "TABLE") and opens < len(found):
            end = closing(found, opens)
            inner = list(range(opens + 1, end))
            mark = next((i for i in inner if found[i].text in ("INTO", "UPDATE", "FROM")), None)
            if mark is None or not is_operator(found[opens], "("):
                return query, []
            after = dotted(found, mark + 1)[1]
            outer = [i for i in query if i < at or i > end]
            spot = next((n for n, i in enumerate(outer) if i > end), len(outer))
            outer[spot:spot] = range(mark + 1, after)
            return outer, inner
    return query, []


def _fetched(outputs: Sequence[Output], given: Sequence[Any]) -> Iterator[Tie]:
    for output, (host, item) in zip(outputs, given, strict=False):
        for use in output.columns:
            yield Tie(use.table, use.column, host.name, item, "fetched", host.origin, output.exact)


def _note_count(
    origin: Origin, columns: int, values: int, where: str, unknowns: list[Problem]
) -> None:
    if values and columns != values:
        what = f"{columns} columns for {values} host variables of {where}"
        unknowns.append(Problem("host variables", what, origin, "make them as many"))


# --- Cursors ---


def _with_cursor(one: SqlStatement, cursors: Mapping[str, SqlStatement]) -> SqlStatement:
    """A FETCH with the ties that its cursor's query makes; a cursor that isn't declared."""
    if one.kind not in ("open", "fetch", "close") or not one.cursor:
        return one
    declared = cursors.get(one.cursor)
    if declared is None:
        if one.cursor.startswith(":"):
            return one
        what = f"the cursor {one.cursor} is not declared here"
        return replace(one, unknowns=(*one.unknowns, Problem("cursor", what, one.origin)))
    if one.kind != "fetch" or not declared.outputs:
        return one
    given = [
        (host, item)
        for host in one.hosts
        if host.how == "out"
        for item in host.members or (host.item,)
    ]
    unknowns = list(one.unknowns)
    where = f"FETCH {one.cursor}"
    _note_count(one.origin, len(declared.outputs), len(given), where, unknowns)
    ties = tuple(_fetched(declared.outputs, given))
    return replace(one, ties=(*one.ties, *ties), unknowns=tuple(unknowns))


# --- Everything else ---


def _other(text: _Text, draft: _Draft) -> None:
    """Statements read by their words: cursors, tables, WHENEVER, INCLUDE, prepared statements."""
    found, kind = text.found, text.kind
    if kind in ("open", "close", "fetch"):
        draft.fields["cursor"] = _cursor_of(found)
    elif kind in ("declare-table", "create", "alter", "drop", "truncate", "lock-table"):
        _table(text, draft)
    elif kind == "include":
        draft.fields["member"] = dotted(found, 1)[0]
    elif kind == "whenever":
        _whenever(text, draft)
    elif kind in ("prepare", "execute", "describe"):
        at = 1 + (words_at(found, 1, "INPUT") or words_at(found, 1, "OUTPUT"))
        name = dotted(found, at)[0]
        draft.fields["prepared"] = name
    elif kind == "declare-statement":
        draft.fields["prepared"] = dotted(found, 1)[0]
    elif kind == "allocate-cursor":
        draft.fields["cursor"] = dotted(found, 1)[0].upper()


_ORIENTATION = frozenset(
    "NEXT PRIOR FIRST LAST CURRENT ABSOLUTE RELATIVE BEFORE AFTER SENSITIVE INSENSITIVE ROWSET "
    "WITH CONTINUE FROM STARTING AT".split()
)


def _cursor_of(found: Sequence[Token]) -> str:
    """OPEN c, CLOSE c, FETCH [orientation] [FROM] c."""
    at = 1
    if words_at(found, 0, "FETCH"):
        mark = next((i for i in range(1, len(found)) if words_at(found, i, "FROM")), -1)
        stop = find(found, "INTO")
        if 0 < mark < (stop if stop > 0 else len(found)):
            at = mark + 1
        while at < len(found) and found[at].text in _ORIENTATION and at + 1 != stop:
            at += 1 + (found[at].text in ("ABSOLUTE", "RELATIVE"))
    if at < len(found) and found[at].kind == "host":
        return f":{found[at].text}"
    return dotted(found, at)[0].upper()


def _table(text: _Text, draft: _Draft) -> None:
    found, kind = text.found, text.kind
    if kind == "declare-table":
        name, after = dotted(found, 1)
        first = 1
    else:
        mark = find(found, "TABLE")
        if mark < 0 and kind != "truncate":
            return
        first = max(mark, 0) + 1
        while first < len(found) and found[first].text in ("IF", "NOT", "EXISTS"):
            first += 1
        name, after = dotted(found, first)
    if not name:
        draft.unknowns.append(Problem("sql", "no table is named", text.block.origin))
        return
    ways = {"declare-table": "declares", "truncate": "writes", "lock-table": "locks"}
    place = text.block.at(found[first].start, found[after - 1].end)
    draft.tables.append(TableUse(name, cast(Any, ways.get(kind, "defines")), place))
    if kind in ("declare-table", "create"):
        draft.fields["declared"] = read_columns(found)[1]


def _whenever(text: _Text, draft: _Draft) -> None:
    found = text.found
    not_found = words_at(found, 1, "NOT", "FOUND")
    after = 3 if not_found else 2
    condition = "NOT FOUND" if not_found else found[1].text if len(found) > 1 else ""
    action = [token.text for token in found[after:]]
    known = condition in ("SQLERROR", "SQLWARNING", "NOT FOUND") and action
    if not known:
        draft.unknowns.append(Problem("sql", f"WHENEVER: {texts(found[1:])}", text.block.origin))
        return
    verb, label = action[0], ""
    if verb in ("GO", "GOTO", "PERFORM", "DO"):
        verb = "GO TO" if verb.startswith("GO") else verb
        at = after + 1 + words_at(found, after + 1, "TO")
        at += at < len(found) and is_operator(found[at], ":")
        # A paragraph may begin with a digit, which no SQL name does: taken as written.
        rest = text.block.text[found[at].start :].split() if at < len(found) else []
        label = rest[0].upper() if rest else ""
    draft.fields["whenever"] = Whenever(cast(Any, condition), verb, label)
