"""What an EXEC SQL statement says, as data: tables, columns, host variables and what ties them.

Positions are the original file's (`Origin`). Names of tables and columns are in upper case unless
they were written in quotes; a table name keeps its qualifiers (`SVB.CUSTOMER`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cobolsmith.program import DataItem, Origin, Problem

Direction = Literal["in", "out", "inout"]


@dataclass(frozen=True, slots=True)
class TableUse:
    """A table (or view) named: rows read or written, the table declared, defined or locked."""

    table: str
    how: Literal["reads", "writes", "declares", "defines", "locks"]
    origin: Origin


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """A column named (by `*` too); `table` is None where the text doesn't tell which."""

    table: str | None
    column: str
    how: Literal["reads", "writes"]
    origin: Origin


@dataclass(frozen=True, slots=True)
class HostVariable:
    """A host variable: `name` as written (`GROUP.ITEM` too), the data item it means.

    `members` are the values it stands for, in order: the item alone, or of a host structure its
    elementary items (a group of two level-49 items is one VARCHAR). Empty where `item` is None.
    """

    name: str
    item: DataItem | None
    how: Direction
    origin: Origin
    indicator: str = ""
    indicator_item: DataItem | None = None
    members: tuple[DataItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Tie:
    """A column and the data item whose value it takes, gives or is compared with.

    `exact` says that the value goes unchanged; False where it goes through an expression.
    """

    table: str | None
    column: str
    host: str
    item: DataItem | None
    how: Literal["fetched", "stored", "compared"]
    origin: Origin
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Output:
    """One value that a query gives: a column, or an expression over columns (`exact` False)."""

    columns: tuple[ColumnUse, ...]
    exact: bool


@dataclass(frozen=True, slots=True)
class Declared:
    """A column of DECLARE TABLE or CREATE TABLE: its type in upper case, length and scale."""

    name: str
    type: str
    length: int = 0
    scale: int = 0
    nullable: bool = True


@dataclass(frozen=True, slots=True)
class Whenever:
    """WHENEVER: from here down the text, `condition` leads to `action` (`label` of GO TO)."""

    condition: Literal["SQLERROR", "SQLWARNING", "NOT FOUND"]
    action: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class SqlStatement:
    """One EXEC SQL statement. `kind` is one of KINDS' names ("select", "declare-cursor", ...).

    `cursor` is the cursor declared or used, `prepared` the prepared statement, `member` the
    INCLUDE, `outputs` what a query gives. `procedure` is a position in `Program.procedures`.
    """

    kind: str
    origin: Origin
    procedure: int | None = None
    tables: tuple[TableUse, ...] = ()
    columns: tuple[ColumnUse, ...] = ()
    hosts: tuple[HostVariable, ...] = ()
    ties: tuple[Tie, ...] = ()
    cursor: str = ""
    prepared: str = ""
    member: str = ""
    outputs: tuple[Output, ...] = ()
    declared: tuple[Declared, ...] = ()
    whenever: Whenever | None = None
    unknowns: tuple[Problem, ...] = ()
