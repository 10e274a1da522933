"""Storage that items share: a record's bytes, and where they begin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import SupportsInt

Steps = tuple[tuple[int, int], ...]
"""For each table an item is in, outermost first: bytes from one occurrence to the next, and how
many there are."""


class Storage:
    """Bytes that fields look into. A LINKAGE record is bound to those its caller gives."""

    def __init__(self, size: int) -> None:
        self.data = bytearray(size)
        self.base = 0

    def bind(self, data: bytearray, base: int) -> None:
        """Look into other bytes, from an offset of them on."""
        self.data = data
        self.base = base


class OutsideError(Exception):
    """A subscript or a reference modification leads outside of its record."""


def read(storage: Storage, offset: int, size: int) -> bytes:
    """The bytes of a field. Raises OutsideError."""
    data = storage.data
    start = storage.base + offset
    end = start + size
    if start < 0 or size < 0 or end > len(data):
        raise OutsideError(f"bytes {offset + 1} to {offset + size} are outside of the record")
    return bytes(data[start:end])


def write(storage: Storage, offset: int, data: bytes) -> None:
    """Put bytes into a field. Raises OutsideError."""
    into = storage.data
    start = storage.base + offset
    end = start + len(data)
    if start < 0 or end > len(into):
        raise OutsideError(f"bytes {offset + 1} to {offset + len(data)} are outside of the record")
    into[start:end] = data


def within(subscript: SupportsInt, count: int) -> None:
    """See that a table has an occurrence. Raises OutsideError."""
    if not 1 <= int(subscript) <= count:
        raise OutsideError(f"subscript out of bounds: {int(subscript)} of {count}")


def displacement(steps: Steps, at: Sequence[SupportsInt]) -> int:
    """The offset of an occurrence; subscripts count from 1."""
    return sum(step * (int(one) - 1) for (step, _), one in zip(steps, at, strict=True))
