"""INSPECT, STRING and UNSTRING."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

from .fields import Field, Number, Text
from .figurative import Figurative
from .numeric import Zoned
from .storage import Storage, write

Operand = Field | Figurative | str


def _bytes(operand: Operand, size: int = 1) -> bytes:
    """An operand's characters; a figurative constant as long as asked."""
    if isinstance(operand, Field):
        return operand.raw
    if isinstance(operand, Figurative):
        return operand.filled(size) if size > 1 else operand.pattern
    return operand.encode("latin-1")


class inspect:  # noqa: N801 - spoken as the statement it is
    """An INSPECT being put together; `done` carries it out."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self.sign = 1
        if isinstance(field, Zoned) and not field.separate:
            digits, self.sign = field.parts()
            self.data = bytearray(digits)
        else:
            self.data = bytearray(field.raw)
        self.marked = bytearray(len(self.data))
        self.new: dict[int, int] = {}
        self.changed = False

    def _range(self, before: Operand | None, after: Operand | None) -> tuple[int, int]:
        """The part of the field between AFTER and BEFORE."""
        start, end = 0, len(self.data)
        if before is not None:
            found = self.data.find(_bytes(before))
            end = found if found >= 0 else end
        if after is not None:
            limit = _bytes(after)
            found = self.data.find(limit, start, end)
            start = found + len(limit) if found >= 0 else end
        return start, end

    def _places(self, pattern: bytes, start: int, end: int, how: str) -> list[int]:
        """Where a pattern stands on places that are still free; they are taken then."""
        if not pattern:
            return []
        if how in ("leading", "trailing"):
            return self._in_line(pattern, start, end, how == "trailing")
        found: list[int] = []
        at = self.data.find(pattern, start, end)
        while at >= 0:
            if free := self._take(at, len(pattern)):
                found.append(at)
                if how == "first":
                    break
            at = self.data.find(pattern, at + (len(pattern) if free else 1), end)
        return found

    def _in_line(self, pattern: bytes, start: int, end: int, trailing: bool) -> list[int]:
        """Where a pattern stands without a gap, from the start on or from the end back."""
        found: list[int] = []
        size = len(pattern)
        at = end - size if trailing else start
        while start <= at <= end - size and self.data[at : at + size] == pattern:
            free = self._take(at, size)
            if free:
                found.append(at)
            step = size if free else 1
            at += -step if trailing else step
        return found

    def _take(self, at: int, size: int) -> bool:
        """Take places if all of them are free."""
        free = self.marked.find(1, at, at + size) < 0
        if free:
            self.marked[at : at + size] = b"\1" * size
        return free

    def _tally(
        self,
        how: str,
        tally: Number,
        pattern: Operand,
        before: Operand | None,
        after: Operand | None,
    ) -> Self:
        count = len(self._places(_bytes(pattern), *self._range(before, after), how))
        if count:
            tally.store(tally.value + count)
        return self

    def tally_all(
        self, tally: Number, pattern: Operand, before: Operand | None, after: Operand | None
    ) -> Self:
        """TALLYING tally FOR ALL pattern."""
        return self._tally("all", tally, pattern, before, after)

    def tally_leading(
        self, tally: Number, pattern: Operand, before: Operand | None, after: Operand | None
    ) -> Self:
        """TALLYING tally FOR LEADING pattern."""
        return self._tally("leading", tally, pattern, before, after)

    def tally_characters(
        self, tally: Number, before: Operand | None, after: Operand | None
    ) -> Self:
        """TALLYING tally FOR CHARACTERS."""
        start, end = self._range(before, after)
        count = self.marked[start:end].count(0)
        self.marked[start:end] = b"\1" * (end - start)
        if count:
            tally.store(tally.value + count)
        return self

    def _replace(
        self,
        how: str,
        pattern: Operand,
        by: Operand,
        before: Operand | None,
        after: Operand | None,
    ) -> Self:
        old = _bytes(pattern)
        new = _bytes(by, len(old))
        if len(old) == len(new):
            for at in self._places(old, *self._range(before, after), how):
                self.new.update(zip(range(at, at + len(new)), new, strict=True))
        return self

    def replace_all(
        self, pattern: Operand, by: Operand, before: Operand | None, after: Operand | None
    ) -> Self:
        """REPLACING ALL pattern BY by."""
        return self._replace("all", pattern, by, before, after)

    def replace_leading(
        self, pattern: Operand, by: Operand, before: Operand | None, after: Operand | None
    ) -> Self:
        """REPLACING LEADING pattern BY by."""
        return self._replace("leading", pattern, by, before, after)

    def replace_first(
        self, pattern: Operand, by: Operand, before: Operand | None, after: Operand | None
    ) -> Self:
        """REPLACING FIRST pattern BY by."""
        return self._replace("first", pattern, by, before, after)

    def replace_trailing(
        self, pattern: Operand, by: Operand, before: Operand | None, after: Operand | None
    ) -> Self:
        """REPLACING TRAILING pattern BY by."""
        return self._replace("trailing", pattern, by, before, after)

    def replace_characters(
        self, by: Operand, before: Operand | None, after: Operand | None
    ) -> Self:
        """REPLACING CHARACTERS BY by."""
        start, end = self._range(before, after)
        new = _bytes(by)[0]
        for at in range(start, end):
            if not self.marked[at]:
                self.new[at] = new
        self.marked[start:end] = b"\1" * (end - start)
        return self

    def convert(
        self, old: Operand, new: Operand, before: Operand | None, after: Operand | None
    ) -> Self:
        """CONVERTING old TO new."""
        source = _bytes(old)
        target = _bytes(new, len(source))
        start, end = self._range(before, after)
        if len(source) == len(target):
            table: dict[int, int] = {}
            for one, other in zip(source, target, strict=True):
                table.setdefault(one, other)
            for at in range(start, end):
                self.new[at] = table.get(self.data[at], self.data[at])
        return self

    def done(self) -> None:
        """Put what is replaced into the field."""
        if not self.new:
            return
        for at, byte in self.new.items():
            self.data[at] = byte
        if isinstance(self.field, Zoned) and not self.field.separate:
            self.field.rewrite(bytes(self.data), self.sign)
        else:
            self.field.raw = bytes(self.data)


class string_into:  # noqa: N801
    """A STRING being put together."""

    def __init__(self, target: Field, pointer: Number | None) -> None:
        self.target = target
        self.pointer = pointer
        self.size = target.size
        self.at = int(pointer) - 1 if pointer is not None else 0
        self.overflown = not 0 <= self.at < self.size if pointer is not None else False

    def add(self, sender: Operand, delimiter: Operand | None) -> Self:
        """A sender up to its delimiter (None: all of it)."""
        if self.overflown:
            return self
        data = _bytes(sender)
        if delimiter is not None:
            found = data.find(_bytes(delimiter))
            data = data[:found] if found >= 0 else data
        room = self.size - self.at
        self.overflown = len(data) > room
        write(self.target.storage, self.target.offset + self.at, data[:room])
        self.at += min(len(data), room)
        return self

    def done(self) -> bool:
        """Set the pointer; whether all of the senders had room."""
        if self.pointer is not None:
            self.pointer.store(self.at + 1)
        return not self.overflown


class unstring:  # noqa: N801
    """An UNSTRING being put together: delimiters, then receivers."""

    def __init__(self, source: Operand, pointer: Number | None, tally: Number | None) -> None:
        self.source = _bytes(source)
        self.pointer = pointer
        self.tally = tally
        self.at = int(pointer) - 1 if pointer is not None else 0
        self.overflown = False
        if pointer is not None:
            self.overflown = not 0 <= self.at < len(self.source)
        self.delimiters: list[tuple[Callable[[], bytes], bool]] = []
        self.count = 0

    def delimited_by(self, delimiter: Operand) -> Self:
        """A delimiter."""
        self.delimiters.append((lambda: _bytes(delimiter), False))
        return self

    def delimited_by_all(self, delimiter: Operand) -> Self:
        """A delimiter that counts once however often it is repeated."""
        self.delimiters.append((lambda: _bytes(delimiter), True))
        return self

    def into(self, target: Field, delimiter: Field | None, count: Number | None) -> Self:
        """The next receiver, with what takes the delimiter and the number of characters."""
        if self.overflown or self.at >= len(self.source):
            return self
        if not self.delimiters:
            sign = isinstance(target, Zoned) and target.separate
            size = min(target.size - sign, len(self.source) - self.at)
            piece, found = self.source[self.at : self.at + size], b""
            self.at += size
        else:
            piece, found = self._piece()
        target.move(Text(*_stored(piece)) if piece else " ")
        self.count += 1
        if delimiter is not None:
            delimiter.move(found.decode("latin-1") if found else self._blank(delimiter))
        if count is not None:
            count.store(len(piece))
        return self

    @staticmethod
    def _blank(field: Field) -> int | str:
        return 0 if isinstance(field, Number) else " "

    def _piece(self) -> tuple[bytes, bytes]:
        """The characters up to the next delimiter, and that delimiter."""
        start, end, found = self.at, len(self.source), b""
        repeated = False
        for delimiter, more in self.delimiters:
            limit = delimiter()
            at = self.source.find(limit, start, end + len(limit) - 1)
            if at >= 0:  # before all that was found so far
                end, found, repeated = at, limit, more
        self.at = end + len(found)
        while repeated and self.source.startswith(found, self.at):
            self.at += len(found)
        return self.source[start:end], found

    def done(self) -> bool:
        """Count the receivers; whether the source was used up."""
        if self.tally is not None and self.count:
            self.tally.store(self.tally.value + self.count)
        if self.pointer is not None:
            self.pointer.store(self.at + 1)
        return not self.overflown and self.at >= len(self.source)


def _stored(data: bytes) -> tuple[Storage, int, int]:
    storage = Storage(len(data))
    storage.data[:] = data
    return storage, 0, len(data)
