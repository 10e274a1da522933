"""The database of a run: a DB-API connection, and what its errors mean to COBOL.

COBOL_DATABASE names a SQLite file, or a PostgreSQL database as postgresql://user@host/name, for
which psycopg must be installed. For a schema S of SQLite, COBOL_SCHEMA_S names a file of its own.
"""

from __future__ import annotations

import importlib
import os
import re
import sqlite3
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from .units import RunError

_PARTS = re.compile(r"('(?:[^']|'')*'|\"[^\"]*\"|\?)")
_MARKS = {"qmark": "?", "format": "%s", "pyformat": "%s"}
_CODES = {
    "22001": (-302, "22001"),
    "22003": (-413, "22003"),
    "22012": (-802, "22012"),
    "23502": (-407, "23502"),
    "23503": (-530, "23503"),
    "23505": (-803, "23505"),
    "23514": (-545, "23513"),
    "40001": (-911, "40001"),
    "40P01": (-911, "40001"),
    "42703": (-206, "42703"),
    "42P01": (-204, "42704"),
}
"""SQLSTATEs of PostgreSQL with Db2's SQLCODE and SQLSTATE."""
_SAID = {
    "NOT NULL": "23502",
    "FOREIGN KEY": "23503",
    "UNIQUE": "23505",
    "CHECK": "23514",
    "NO SUCH TABLE": "42P01",
    "NO SUCH COLUMN": "42703",
}
"""Parts of SQLite's messages with the SQLSTATE for them."""
sqlite3.register_adapter(Decimal, str)


class Database:
    """The connection that all programs of a run use."""

    def __init__(self) -> None:
        self.connection: Any = None
        self.mark = "?"
        self.saves = False

    def use(self, connection: Any, paramstyle: str) -> None:
        """Work on a connection; `paramstyle` is that of its driver: qmark, format or pyformat."""
        self.connection, self.mark = connection, _MARKS[paramstyle]
        self.saves = type(connection).__module__.startswith("psycopg")

    def open(self) -> Any:
        """The connection, made where there is none yet."""
        if self.connection is None:
            address = os.environ.get("COBOL_DATABASE", "database.sqlite")
            if address.startswith(("postgresql:", "postgres:")):
                self.use(_postgresql(address), "pyformat")
            else:
                self.use(_sqlite(address), "qmark")
        return self.connection

    def executed(self, text: str, values: Sequence[Any]) -> Any:
        """A driver's cursor that has carried out a text; what failed has changed nothing."""
        cursor = self.open().cursor()
        marked = text
        if self.mark != "?":
            parts = _PARTS.split(text)
            marked = "".join(self.mark if one == "?" else one.replace("%", "%%") for one in parts)
        if not self.saves:
            cursor.execute(marked, tuple(values))
            return cursor
        self._do("SAVEPOINT statement")
        try:
            cursor.execute(marked, tuple(values))
        except self.errors:
            self._do("ROLLBACK TO SAVEPOINT statement")
            raise
        self._do("RELEASE SAVEPOINT statement")
        return cursor

    def _do(self, text: str) -> None:
        self.connection.cursor().execute(text)

    @property
    def errors(self) -> type[Exception]:
        """The class of the driver's errors."""
        found: type[Exception] = getattr(self.connection, "Error", sqlite3.Error)
        return found


def _sqlite(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    for name, file in os.environ.items():
        if name.startswith("COBOL_SCHEMA_"):
            connection.execute(f'ATTACH ? AS "{name.removeprefix("COBOL_SCHEMA_")}"', (file,))
    return connection


def _postgresql(address: str) -> Any:
    try:
        driver = importlib.import_module("psycopg")
    except ImportError:
        raise RunError("COBOL_DATABASE is PostgreSQL's: install psycopg to reach it") from None
    return driver.connect(address)


def meaning(error: Exception) -> tuple[int, str]:
    """Db2's SQLCODE and SQLSTATE for a driver's error; (-1, its own state) for others."""
    state = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)
    said = str(error).upper()
    if state is None:
        state = next((found for part, found in _SAID.items() if part in said), "58004")
    return _CODES.get(state, (-1, state))
