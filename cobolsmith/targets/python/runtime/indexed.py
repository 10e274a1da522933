"""Indexed files: a SQLite database, a table for the records and one for each alternate key.

What is written is one transaction from OPEN to CLOSE; records with the same alternate key come in
the order in which they got it.
"""

from __future__ import annotations

import sqlite3
from functools import cache
from typing import Any

from .fields import Field
from .keyed import EXTEND, NEXT, OUTPUT, KeyedFile
from .storage import read

Row = tuple[bytes, int, bytes, bytes]
"""An entry of a key's table: value, turn, prime key; and the record."""
_LAST = 2**62
_AHEAD = 32
"""Records that are fetched at once where they are read one behind the other."""
_GROWING = {">": "ASC", ">=": "ASC", "=": "ASC", "<": "DESC", "<=": "DESC"}


@cache
def _asking(nth: int, where: str, order: str, data: str, count: int = 1) -> str:
    """The query for the first entries of a key's table, with the record's `data` or without."""
    also = ", data" if data else ""
    if nth == 0:
        where = where.replace("(value, turn)", "(prime, 0)").replace("value", "prime")
        return (
            f"SELECT prime AS value, 0 AS turn, prime{also} FROM records "
            f"WHERE {where} ORDER BY prime {order} LIMIT {count}"
        )
    table = f"key{nth} CROSS JOIN records USING (prime)" if data else f"key{nth}"
    return (
        f"SELECT value, turn, prime{also} FROM {table} "
        f"WHERE {where} ORDER BY value {order}, turn {order} LIMIT {count}"
    )


class IndexedFile(KeyedFile):
    """A file whose records are found by keys in them.

    A table `key0` (value, turn, prime) stands for each key, the prime one too: `turn` tells
    records with the same value apart. `place` is where READ NEXT goes on: key, value and turn,
    and whether the record there comes first. `ahead` are the records that come then, the nearest
    last, while nothing changes what comes; `run` counts those read one behind the other. `known`
    is the record got last with its prime key, `latest` the value and turn that an alternate key
    was given last.
    """

    base: sqlite3.Connection

    def __init__(
        self,
        *given: Any,
        key: Field,
        alternates: tuple[tuple[Field, bool], ...] = (),
        **kinds: Any,
    ) -> None:
        super().__init__(*given, **kinds)
        self.keys = [key, *(one for one, _ in alternates)]
        self.many = [False, *(many for _, many in alternates)]
        self.place: tuple[int, bytes, int, bool] | None = None
        self.last = b""
        self.way, self.run, self.ahead = NEXT, 0, list[Row]()
        self.known = (b"", b"")
        self.latest: dict[int, tuple[bytes, int]] = {}

    def opened(self, mode: str, exists: bool) -> None:
        """Open the file itself."""
        if mode == OUTPUT:
            self.path.unlink(missing_ok=True)
        self.base = sqlite3.connect(self.path, isolation_level=None)
        self.base.execute("PRAGMA journal_mode = MEMORY")
        self.base.execute("PRAGMA synchronous = OFF")
        self.base.execute("BEGIN")
        self.base.execute(
            "CREATE TABLE IF NOT EXISTS records (prime BLOB PRIMARY KEY, data BLOB) WITHOUT ROWID"
        )
        for nth in range(1, len(self.keys)):
            self.base.execute(
                f"CREATE TABLE IF NOT EXISTS key{nth} (value BLOB, turn INTEGER, prime BLOB, "
                "PRIMARY KEY (value, turn)) WITHOUT ROWID"
            )
        self.place, self.last = None, b""
        self._stray()
        self._forget()
        if mode == EXTEND:
            found = self.base.execute("SELECT max(prime) FROM records").fetchone()
            self.last = found[0] or b""

    def closed(self) -> None:
        """Close the file itself."""
        self.base.execute("COMMIT")
        self.base.close()

    # --- Keys ---

    def _value(self, nth: int) -> bytes:
        """A key as it stands in the record area."""
        key = self.keys[nth]
        return read(key.storage, key.offset, key.size)

    def _number(self, key: Field | None) -> int:
        """Which key a field is, or begins."""
        if key is None:
            return 0
        sizes = [one.size if one.offset == key.offset else -1 for one in self.keys]
        if key.size in sizes:
            return sizes.index(key.size)
        return next(nth for nth, size in enumerate(sizes) if size > key.size)

    def _row(self, nth: int, where: str, order: str, *given: object) -> tuple[bytes, int, bytes]:
        """The first entry of a key's table that satisfies a condition; all empty for none."""
        found = self.base.execute(_asking(nth, where, order, ""), given)
        row: tuple[bytes, int, bytes] | None = found.fetchone()
        return row or (b"", 0, b"")

    def _record(self, nth: int, where: str, order: str, *given: object) -> Row:
        """As `_row`, with the record."""
        found: Row | None = self.base.execute(_asking(nth, where, order, "data"), given).fetchone()
        return found or (b"", 0, b"", b"")

    def _stored(self, prime: bytes) -> bytes:
        """The record of a prime key, empty for none."""
        row = self.base.execute("SELECT data FROM records WHERE prime = ?", (prime,)).fetchone()
        return bytes(row[0]) if row else b""

    # --- Reading ---

    def _stray(self) -> None:
        """Note that other records may come next than those fetched."""
        self.ahead.clear()
        self.run = 0

    def _forget(self) -> None:
        """Forget what is known of records: one of them was taken out."""
        self.known = (b"", b"")
        self.latest.clear()

    def _got(self, nth: int, row: Row) -> str:
        value, turn, prime, data = row
        self.take(data)
        self.place, self.last, self.known = (nth, value, turn, False), prime, (prime, data)
        return "00"

    def followed(self, way: int) -> str:
        """Read the next record, or the previous one; its status."""
        nth, value, turn, first = self.place or (0, b"", 0, False)
        if self.way != way:
            self._stray()
            self.way = way
        if not self.ahead:
            order, sign = ("ASC", ">") if way == NEXT else ("DESC", "<")
            where = f"(value, turn) {sign}{'=' * first} (?, ?)" if self.place else "1"
            query = _asking(nth, where, order, "data", _AHEAD if self.run else 1)
            rows = self.base.execute(query, (value, turn) if self.place else ())
            self.ahead = rows.fetchall()[::-1]
        if self.ahead:
            self.run += 1
            return self._got(nth, self.ahead.pop())
        if way == NEXT:
            self.ended, self.place = True, (nth, b"\xff" * self.keys[nth].size, _LAST, False)
        else:
            self.begun, self.place = True, (nth, b"", -1, False)
        return "10"

    def found(self, key: Field | None) -> str:
        """Read the record of the key that stands in the record area; its status."""
        nth = self._number(key)
        value = self._value(nth)
        self._stray()
        row = self._record(nth, "value = ?", "ASC", value)
        if row[2]:
            return self._got(nth, row)
        self.place = (nth, value, 0, False)
        return "23"

    def sought(self, relation: str, key: Field | None) -> str:
        """Stand before the first record whose key has a relation to the given one; its status."""
        nth = self._number(key)
        size = self.keys[nth].size if key is None else key.size
        self._stray()
        wanted = self._value(nth)[:size]
        part = "value" if size == self.keys[nth].size else f"substr(value, 1, {size})"
        value, turn, prime = self._row(nth, f"{part} {relation} ?", _GROWING[relation], wanted)
        self.place = (nth, value, turn, True) if prime else (nth, wanted, 0, False)
        return "00" if prime else "23"

    # --- Writing ---

    def added(self, data: bytes) -> str:
        """Put in a record that isn't there yet; its status."""
        prime = self._value(0)
        if self.access == "SEQUENTIAL" and (
            prime < self.last or (prime == self.last and self.mode == OUTPUT)
        ):
            return "21"
        if self._taken(range(1, len(self.keys)), b""):
            return "22"
        self._stray()
        try:
            self.base.execute("INSERT INTO records VALUES (?, ?)", (prime, data))
        except sqlite3.IntegrityError:
            return "22"
        twice = [self._enter(nth, prime) for nth in range(1, len(self.keys))]
        if self.access == "SEQUENTIAL":
            self.last = prime
        return "02" if any(twice) else "00"

    def _taken(self, numbers: range, prime: bytes) -> bool:
        """Whether another record has one of these alternate keys, and may not."""
        rows = (
            self._row(nth, "value = ?", "ASC", self._value(nth))
            for nth in numbers
            if not self.many[nth]
        )
        return any(row[2] and row[2] != prime for row in rows)

    def _enter(self, nth: int, prime: bytes) -> bool:
        """Put a record among those of an alternate key; whether others have the same."""
        value = self._value(nth)
        same, turn = self.latest.get(nth, (b"", -1))
        if same != value:
            last = self._row(nth, "value = ?", "DESC", value)
            turn = last[1] if last[2] else -1
        self.base.execute(f"INSERT INTO key{nth} VALUES (?, ?, ?)", (value, turn + 1, prime))
        self.latest[nth] = value, turn + 1
        return turn >= 0

    def _leave(self, nth: int, value: bytes, prime: bytes) -> None:
        given = (value, prime)
        self.base.execute(f"DELETE FROM key{nth} WHERE value = ? AND prime = ?", given)

    def _former(self, nth: int, data: bytes) -> bytes:
        """A key as a stored record has it."""
        key = self.keys[nth]
        return data[key.offset : key.offset + key.size]

    def replaced(self, data: bytes) -> str:
        """Put a record in the place of the one with its key; its status."""
        prime = self._value(0)
        if self.access == "SEQUENTIAL" and prime != self.last:
            return "21"
        if self._taken(range(1, len(self.keys)), prime):
            return "22"
        former = self.known[1] if self.known[0] == prime else self._stored(prime)
        if not former:
            return "23"
        changed = [
            nth for nth in range(1, len(self.keys)) if self._former(nth, former) != self._value(nth)
        ]
        self.base.execute("UPDATE records SET data = ? WHERE prime = ?", (data, prime))
        if changed or prime != self.last:
            self._stray()
        self.known = (prime, data)
        for nth in changed:
            self._leave(nth, self._former(nth, former), prime)
        twice = [self._enter(nth, prime) for nth in changed]
        return "02" if any(twice) else "00"

    def removed(self) -> str:
        """Take out the record of the key, or that read last; its status."""
        prime = self.last if self.access == "SEQUENTIAL" else self._value(0)
        former = self._stored(prime)
        if not former:
            return "23"
        if prime != self.last:
            self._stray()
        self._forget()
        self.base.execute("DELETE FROM records WHERE prime = ?", (prime,))
        for nth in range(1, len(self.keys)):
            self._leave(nth, self._former(nth, former), prime)
        return "00"
