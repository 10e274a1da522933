"""EXEC SQL on a DB-API connection: host variables, indicators, cursors, and the SQLCA.

The connection is that of `use_database`, else that of COBOL_DATABASE; see `databases`. A run that
ends in order commits, another one rolls back. Characters go to the database without the blanks at
their end.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Self

from .answers import Answers
from .databases import Database, meaning
from .fields import Field, Number

NOT_FOUND, NULL_WITHOUT_INDICATOR, SEVERAL_ROWS, CURSOR_CLOSED = 100, -305, -811, -501
_STATES = {100: "02000", -305: "22002", -811: "21000", -501: "24501"}
_DATABASE = Database()


def use_database(connection: Any, paramstyle: str = "qmark") -> None:
    """Let programs work on a DB-API connection; `paramstyle` is that of its driver: qmark, format
    or pyformat."""
    _DATABASE.use(connection, paramstyle)


@dataclass(slots=True)
class Host:
    """A host variable: its bytes, the field of its value, a VARCHAR's length, its indicator."""

    whole: Field
    field: Field
    length: Number | None = None
    indicator: Number | None = None

    @property
    def value(self) -> Any:
        """What the database is given."""
        if self.indicator is not None and int(self.indicator) < 0:
            return None
        if self.length is not None:
            return self.field.text[: int(self.length)]
        if not isinstance(self.field, Number):
            return self.field.text.rstrip(" ")
        value = self.field.value
        return int(value) if value == value.to_integral_value() else value

    def receive(self, value: Any) -> bool:
        """Take what the database gives; False for a NULL without an indicator."""
        if self.indicator is not None:
            self.indicator.store(-1 if value is None else 0)
        if value is None:
            return self.indicator is not None
        if isinstance(self.field, Number):
            self.field.store(Decimal(str(value)))
            return True
        text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
        self.field.move(text or " ")
        if self.length is not None:
            self.length.store(min(len(text), self.field.size))
        return True


@dataclass(slots=True)
class Statement:
    """A statement being put together: host variables in the order of its text, then `run`."""

    sql: Sql
    name: str
    work: Callable[[list[Any], list[Host]], None]
    values: list[Host] = field(default_factory=list)
    receivers: list[Host] = field(default_factory=list)
    named: list[tuple[Field, bool]] = field(default_factory=list)
    last: Host | None = None

    def given(self, item: Field) -> Self:
        """A host variable that the database is given."""
        return self.enter(self.values, Host(item, item), False)

    def given_varying(self, whole: Field, length: Number, text: Field) -> Self:
        """A VARCHAR that the database is given."""
        return self.enter(self.values, Host(whole, text, length), False)

    def into(self, item: Field) -> Self:
        """A host variable that gets a value."""
        return self.enter(self.receivers, Host(item, item), True)

    def into_varying(self, whole: Field, length: Number, text: Field) -> Self:
        """A VARCHAR that gets a value."""
        return self.enter(self.receivers, Host(whole, text, length), True)

    def naming(self, whole: Field, receives: bool) -> Self:
        """A structure that the block names; its members follow, `bound` or `filled`."""
        self.named.append((whole, receives))
        return self

    def filled(self, item: Field) -> Self:
        """A member of a structure that gets values."""
        self.receivers.append(Host(item, item))
        return self

    def filled_varying(self, whole: Field, length: Number, text: Field) -> Self:
        """A VARCHAR of a structure that gets values."""
        self.receivers.append(Host(whole, text, length))
        return self

    def bound(self, item: Field) -> Self:
        """A host variable of a cursor's query, or a member of a structure."""
        self.last = Host(item, item)
        self.values.append(self.last)
        return self

    def bound_varying(self, whole: Field, length: Number, text: Field) -> Self:
        """A VARCHAR of a cursor's query."""
        self.last = Host(whole, text, length)
        self.values.append(self.last)
        return self

    def indicator(self, item: Number) -> Self:
        """The indicator of the host variable before."""
        assert self.last is not None
        self.last.indicator = item
        if self.named and self.named[-1][0] is self.last.whole:
            self.named.append((item, self.named[-1][1]))
        return self

    def enter(self, where: list[Host], host: Host, receives: bool) -> Self:
        """Note a host variable that the block itself names."""
        where.append(host)
        self.last = host
        self.named.append((host.whole, receives))
        return self

    def run(self) -> None:
        """Carry the statement out, and set the SQLCA."""
        if self.sql.answers is not None:
            self.sql.answers.answer(self.name, [(self.sql.code, True), *self.named])
            return
        _DATABASE.open()
        try:
            self.sql.ended(0)
            self.work([one.value for one in self.values], self.receivers)
        except _DATABASE.errors as error:
            self.sql.failed(error)


class Sql:
    """A program's cursors and its SQLCA."""

    def __init__(
        self, has_failed: Callable[[], bool], code: Number, state: Field | None,
        rows: Number | None, length: Number | None, message: Field | None,
    ) -> None:  # fmt: skip
        self.has_failed = has_failed
        self.code, self.state, self.rows = code, state, rows
        self.length, self.message = length, message
        self.cursors: dict[str, tuple[Any, bool]] = {}
        self.answers = Answers() if os.environ.get("COBOL_SQL") == "answered" else None

    # --- Statements ---

    def select(self, text: str, name: str) -> Statement:
        """SELECT INTO: one row."""

        def work(values: list[Any], into: list[Host]) -> None:
            rows = _DATABASE.executed(text, values).fetchmany(2)
            if len(rows) == 1:
                self.received(rows[0], into)
            else:
                self.ended(SEVERAL_ROWS if rows else NOT_FOUND)

        return Statement(self, name, work)

    def change(self, text: str, name: str) -> Statement:
        """INSERT, UPDATE, DELETE, MERGE."""

        def work(values: list[Any], into: list[Host]) -> None:
            count = _DATABASE.executed(text, values).rowcount
            self.ended(0 if count else NOT_FOUND, count)

        return Statement(self, name, work)

    def open(self, cursor: str, text: str, holds: bool, name: str) -> Statement:
        """OPEN a cursor, which a COMMIT closes unless it `holds`."""

        def work(values: list[Any], into: list[Host]) -> None:
            if cursor in self.cursors:
                self.ended(-502)
            else:
                self.cursors[cursor] = (_DATABASE.executed(text, values), holds)

        return Statement(self, name, work)

    def fetch(self, cursor: str, name: str) -> Statement:
        """FETCH the next row."""

        def work(values: list[Any], into: list[Host]) -> None:
            if cursor not in self.cursors:
                self.ended(CURSOR_CLOSED)
                return
            row = self.cursors[cursor][0].fetchone()
            if row is None:
                self.ended(NOT_FOUND)
            else:
                self.received(row, into)

        return Statement(self, name, work)

    def close(self, cursor: str, name: str) -> Statement:
        """CLOSE a cursor."""

        def work(values: list[Any], into: list[Host]) -> None:
            if cursor not in self.cursors:
                self.ended(CURSOR_CLOSED)
                return
            self.cursors.pop(cursor)[0].close()

        return Statement(self, name, work)

    def commit(self, name: str) -> Statement:
        """COMMIT."""

        def work(values: list[Any], into: list[Host]) -> None:
            for cursor in [one for one, (_, holds) in self.cursors.items() if not holds]:
                self.cursors.pop(cursor)[0].close()
            _DATABASE.open().commit()

        return Statement(self, name, work)

    def rollback(self, name: str) -> Statement:
        """ROLLBACK."""

        def work(values: list[Any], into: list[Host]) -> None:
            for cursor in list(self.cursors):
                self.cursors.pop(cursor)[0].close()
            _DATABASE.open().rollback()

        return Statement(self, name, work)

    # --- What they do ---

    def received(self, row: Sequence[Any], into: list[Host]) -> None:
        """Give a row's values to host variables."""
        for value, host in zip(row, into, strict=False):
            if not host.receive(value):
                self.ended(NULL_WITHOUT_INDICATOR)

    # --- The SQLCA ---

    def ended(self, code: int, rows: int = 0) -> None:
        """Set SQLCODE, SQLSTATE and the rows that were changed."""
        self.code.store(code)
        if self.state is not None:
            self.state.move(_STATES.get(code, "00000" if code == 0 else "58004"))
        if self.rows is not None:
            self.rows.store(max(rows, 0))

    def failed(self, error: Exception) -> None:
        """Set the SQLCA to what a driver's error says."""
        (code, state), message = meaning(error), str(error)
        self.ended(code)
        if self.state is not None:
            self.state.move(state)
        if self.length is not None and self.message is not None:
            self.length.store(min(len(message), self.message.size))
            self.message.move(message or " ")

    def leave(self) -> None:
        """End the run's work: commit it, or after an abnormal end roll it back."""
        connection = _DATABASE.connection
        if connection is not None and self.answers is None:
            connection.rollback() if self.has_failed() else connection.commit()
