"""EXEC SQL: each block as an operation on the program's database, with its host variables.

WHENEVER holds from where it stands to the next one of its condition, as a precompiler has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from cobolsmith.executed import Block, block_name, unfolded
from cobolsmith.languages.cobol.reading import every
from cobolsmith.languages.sql.hosts import Hosts, into_range, read_hosts
from cobolsmith.languages.sql.kinds import kind_of
from cobolsmith.languages.sql.statement import HostVariable
from cobolsmith.languages.sql.tokens import Token, find, is_operator, tokens, words_at
from cobolsmith.lowered import (
    DATABASE,
    Argument,
    Compare,
    FileName,
    GoTo,
    If,
    Number,
    Perform,
    Ref,
    Run,
    Statement,
    Step,
    Word,
)
from cobolsmith.lowering.context import Context
from cobolsmith.lowering.control import last_of
from cobolsmith.lowering.dialect import plain
from cobolsmith.lowering.statements import verb
from cobolsmith.program import DataItem, Procedure

if TYPE_CHECKING:
    from tree_sitter import Node

_SILENT = ("declare-section", "declare-cursor", "declare-table", "declare-statement", "include")
_CHANGES = ("insert", "update", "delete", "merge")
_SIZES = {"SQLCODE": "binary", "SQLSTATE": "string", "SQLERRML": "binary", "SQLERRMC": "string"}
_TESTS = {"NOT FOUND": ("=", 100), "SQLERROR": ("<", 0)}


@dataclass(frozen=True, slots=True)
class Said:
    """A block: its node and text, its tokens, the kind they tell, and its host variables."""

    node: Node
    text: str
    found: tuple[Token, ...]
    kind: str
    hosts: Hosts


def said(context: Context, node: Node) -> Said:
    """What a block says. Raises RefusedError for other dialects and host variables not known."""
    dialect = context.reading.field(node, "dialect")
    text = node.child_by_field_name("text")
    if dialect != "SQL" or text is None:
        raise context.refused(node, f"EXEC {dialect}")
    tree = context.reading.tree
    code, places = unfolded(tree.view, text.start_byte, text.end_byte, tree.format)
    found = tokens(code)
    kind = kind_of(found)
    block = Block("SQL", code, places, context.reading.origin(node))
    hosts = read_hosts(context.program, block, found, kind)
    for problem in hosts.unknowns:
        raise context.refused(node, f"EXEC SQL: {problem.what}")
    return Said(node, code, found, kind, hosts)


def database_of(context: Context, nodes: Sequence[Node]) -> Run | None:
    """The making of a program's database, and its cursors; None where it has no EXEC SQL."""
    blocks = [one for node in nodes for one in every(node, "exec_statement")]
    if not blocks:
        return None
    for node in blocks:
        one = said(context, node)
        if one.kind == "declare-cursor":
            context.cursors[_declared(one)] = node
    given: list[Argument] = [_area(context, blocks[0], word, form) for word, form in _SIZES.items()]
    given.insert(2, _rows(context))
    return Run("self", (Step("use_sql", tuple(given)),))


def _area(context: Context, node: Node, word: str, form: str) -> Argument:
    item = _own(context, word)
    if item is not None and context.ref(item).form == form:
        return context.ref(item)
    if word == "SQLCODE":
        raise context.refused(node, "EXEC SQL without SQLCODE", "INCLUDE SQLCA")
    return Word("NONE")


def _rows(context: Context) -> Argument:
    item = _own(context, "SQLERRD")
    if item is None or len(context.program.subscripts(item)) != 1:
        return Word("NONE")
    ref = context.ref(item)
    return Ref(ref.record, ref.word, ref.form, (Number(Decimal(3)),))


def _own(context: Context, word: str) -> DataItem | None:
    """An item of the program itself."""
    item = context.program.resolve(word)
    own = isinstance(item, DataItem) and context.program.items[item.index] is item
    return item if isinstance(item, DataItem) and own and item.index in context.places else None


def _declared(one: Said) -> str:
    """The cursor that a DECLARE is of."""
    return one.found[1].text


# --- Statements -----------------------------------------------------------------------------------


@verb("exec")
def exec_(context: Context, node: Node) -> Sequence[Statement]:
    """A block among statements."""
    one = said(context, node)
    if one.kind in _SILENT:
        return []
    if one.kind == "whenever":
        _whenever(context, one)
        return []
    run = Run(FileName(DATABASE), (*_operation(context, one), Step("run")))
    return [run, *_tested(context, node)]


def _operation(context: Context, one: Said) -> Iterator[Step]:
    name = block_name(one.text)
    if one.kind == "select":
        yield Step("select", (_text(context, one), name))
        yield from _hosts(context, one)
    elif one.kind in _CHANGES:
        yield Step("change", (_text(context, one), name))
        yield from _hosts(context, one)
    elif one.kind == "open":
        yield from _opened(context, one, name)
    elif one.kind == "fetch":
        yield Step("fetch", (_cursor(context, one), name))
        yield from _hosts(context, one)
    elif one.kind == "close":
        yield Step("close", (_cursor(context, one), name))
    elif one.kind in ("commit", "rollback") and len(one.found) < 3:
        yield Step(one.kind, (name,))
    else:
        raise context.refused(one.node, f"EXEC SQL {' '.join(one.text.split()[:2])}")


def _opened(context: Context, one: Said, name: str) -> Iterator[Step]:
    """OPEN: the cursor's query with the host variables that its DECLARE names."""
    cursor = _cursor(context, one)
    if len(one.found) > 2:
        raise context.refused(one.node, "OPEN with USING")
    query = said(context, context.cursors[cursor])
    holds = 0 < find(query.found, "HOLD", 2) < find(query.found, "FOR", 2)
    start = find(query.found, "FOR", 2) + 1
    if start < len(query.found) and query.found[start].text not in ("SELECT", "WITH", "("):
        raise context.refused(one.node, f"the cursor {cursor} of a prepared statement")
    yield Step("open", (cursor, _text(context, query, start), holds, name))
    for host in query.hosts.by_token.values():
        yield from _host(context, query, host, "bound")


def _cursor(context: Context, one: Said) -> str:
    words = [each.text for each in one.found if each.kind in ("word", "quoted")]
    names = [each for each in words[1:] if each not in ("NEXT", "FROM", "INTO")]
    fixed = one.kind != "fetch" or not {"FOR", "ROWSET", "PRIOR", "FIRST", "LAST"} & set(words)
    if not fixed or not names or names[0] not in context.cursors:
        raise context.refused(one.node, f"EXEC SQL {' '.join(one.text.split()[:4])}")
    return names[0]


def _text(context: Context, one: Said, start: int = 0) -> str:
    """A statement's text with a ? for each value, without INTO and its host variables."""
    first, last = into_range(one.found) if one.kind == "select" else (0, 0)
    parts: list[str] = []
    before = None
    marks = {each.indicator for each in one.hosts.by_token.values() if each.indicator}
    for at, token in enumerate(one.found):
        if at < start or first - 1 <= at < last:
            continue
        if words_at(one.found, at, "CURRENT", "OF"):
            raise context.refused(one.node, "WHERE CURRENT OF a cursor")
        if token.kind == "host" and at not in one.hosts.by_token:
            continue
        if token.text == "INDICATOR" and marks:
            continue
        apart = before is not None and before.end < token.start
        shown = one.text[token.start : token.end]
        if token.kind == "host":
            shown = ", ".join("?" * len(one.hosts.by_token[at].members))
            follows = one.found[at + 1 : at + 2]
            if follows and is_operator(follows[0], "(") and follows[0].start == token.end:
                raise context.refused(one.node, f"the host variable :{token.text} with a subscript")
        parts.append(f" {shown}" if apart and parts else shown)
        before = token
    return plain("".join(parts))


def _hosts(context: Context, one: Said) -> Iterator[Step]:
    for host in one.hosts.by_token.values():
        yield from _host(context, one, host, "into" if host.how == "out" else "given")


def _host(context: Context, one: Said, host: HostVariable, way: str) -> Iterator[Step]:
    """A host variable with its indicator; a structure is its members."""
    item, mark = host.item, host.indicator_item
    assert item is not None
    for each in (item, *host.members, *((mark,) if mark else ())):
        if context.program.items[each.index] is not each or context.program.subscripts(each):
            raise context.refused(one.node, f"the host variable :{host.name}, a table or GLOBAL")
    if host.members == (item,):
        yield _value(context, item, way)
        if mark is not None:
            yield Step("indicator", (context.ref(mark),))
        return
    if mark is not None:
        raise context.refused(one.node, f"an indicator of the structure :{host.name}")
    if way != "bound":
        yield Step("naming", (context.ref(item), way == "into"))
    for member in host.members:
        yield _value(context, member, "filled" if way == "into" else "bound")


def _value(context: Context, item: DataItem, way: str) -> Step:
    """One value; of a VARCHAR also its length and characters."""
    if not item.is_group:
        return Step(way, (context.ref(item),))
    length, text = (context.ref(each) for each in context.program.children(item))
    return Step(f"{way}_varying", (context.ref(item), length, text))


# --- WHENEVER -------------------------------------------------------------------------------------


def _whenever(context: Context, one: Said) -> None:
    words = [each.text for each in one.found if each.kind in ("word", "host", "quoted")][1:]
    condition = " ".join(words[:2]) if words[:2] == ["NOT", "FOUND"] else words[0]
    action = words[len(condition.split()) :]
    if action == ["CONTINUE"]:
        context.whenever.pop(condition, None)
        return
    kind = action[0] if action else ""
    label = one.text.split()[-1].lstrip(":").upper()
    found = context.program.resolve_procedure(label, "", context.procedure)
    known = condition in _TESTS and kind in ("GO", "GOTO", "PERFORM", "DO")
    if not known or not isinstance(found, Procedure):
        raise context.refused(one.node, f"WHENEVER {' '.join(words)}")
    context.whenever[condition] = (kind in ("GO", "GOTO"), found.index)


def _tested(context: Context, node: Node) -> Iterator[Statement]:
    """What WHENEVER asks for behind a block."""
    for condition, (jumps, index) in context.whenever.items():
        operator, number = _TESTS[condition]
        item = _own(context, "SQLCODE")
        assert item is not None
        test = Compare(context.ref(item), operator, Number(Decimal(number)), True)  # type: ignore[arg-type]
        done = GoTo(index) if jumps else Perform(index, last_of(context, index))
        yield If(test, (done,))
