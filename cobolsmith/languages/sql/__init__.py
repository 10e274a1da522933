"""EXEC SQL: from a program to what its SQL statements read, write and tie to data items."""

from __future__ import annotations

from cobolsmith.languages.sql.reader import read_sql
from cobolsmith.languages.sql.statement import (
    ColumnUse,
    Declared,
    HostVariable,
    Output,
    SqlStatement,
    TableUse,
    Tie,
    Whenever,
)

__all__ = [
    "ColumnUse",
    "Declared",
    "HostVariable",
    "Output",
    "SqlStatement",
    "TableUse",
    "Tie",
    "Whenever",
    "read_sql",
]
