"""The facts of EXEC SQL blocks: tables, columns, and the items tied to them."""

from __future__ import annotations

from cobolsmith.estate import facts
from cobolsmith.items import DataItem
from cobolsmith.languages.sql import read_sql
from cobolsmith.languages.sql.statement import SqlStatement
from cobolsmith.program import Program
from cobolsmith.scan.places import Gathering, shifted


def add_sql(gathering: Gathering, program: Program, number: int, first: int) -> None:
    """Add what the SQL of a program does; `first` is its first procedure."""
    for statement in read_sql(program):
        _sql(gathering, program, statement, number, first)


def item_number(gathering: Gathering, program: Program, item: DataItem | None) -> int | None:
    """The number of a data item, here or (GLOBAL) in a program around this one."""
    holder: Program | None = program
    while item is not None and holder is not None:
        if item.index < len(holder.items) and holder.items[item.index] is item:
            return gathering.bases[holder.name] + item.index
        holder = holder.outer
    return None


def _sql(
    gathering: Gathering, program: Program, said: SqlStatement, number: int, first: int
) -> None:
    of, rows = gathering.places.of, gathering.rows
    for table in said.tables:
        row = facts.TableUse(*of(table.origin), number, table.table, "", table.how, said.kind)
        rows.add("table_uses", row)
    for column in said.columns:
        use = (column.table or "", column.column, column.how, said.kind)
        rows.add("table_uses", facts.TableUse(*of(column.origin), number, *use))
    where = shifted(said.procedure, first)
    for host in said.hosts:
        verb = f"EXEC SQL {said.kind.upper()}"
        for item, how in ((host.item, host.how), (host.indicator_item, host.how)):
            found = item_number(gathering, program, item)
            if found is not None:
                add_use(gathering, of(host.origin), number, found, how, verb, where)
    for tie in said.ties:
        found = item_number(gathering, program, tie.item)
        if found is not None:
            end = (tie.table or "", tie.column, found, tie.how)
            rows.add("ties", facts.Tie(*of(tie.origin), number, *end))
    for unknown in said.unknowns:
        rows.add("unknowns", facts.Unknown(*of(unknown.origin), unknown.kind, unknown.what))


def add_use(
    gathering: Gathering,
    place: tuple[int, int, int, int],
    number: int,
    item: int,
    how: str,
    verb: str,
    where: int | None,
) -> None:
    """Add a use for each direction; `inout` is two."""
    for role in ("reads",) * (how != "out") + ("writes",) * (how in ("out", "inout")):
        gathering.rows.add("uses", facts.Use(*place, number, item, role, verb, where, 1))
