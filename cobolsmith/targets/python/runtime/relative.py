"""Relative files: slots of one size, each with the length of its record before it (8 bytes, 0 where
there is none), as GnuCOBOL writes them on a little-endian machine."""

from __future__ import annotations

from typing import IO, Any

from .fields import Field, Number
from .keyed import EXTEND, INPUT, OUTPUT, KeyedFile

_HEAD = 8


class RelativeFile(KeyedFile):
    """A file whose records are found by their number, counted from 1.

    `next` is the slot that READ NEXT looks at first. As GnuCOBOL's it is the place in the file, so
    every statement that looks at a slot moves it.
    """

    stream: IO[bytes]

    def __init__(self, *given: Any, key: Number | None = None, **kinds: Any) -> None:
        super().__init__(*given, **kinds)
        self.key = key
        self.next = 0
        self.last = 0

    def opened(self, mode: str, exists: bool) -> None:
        """Open the file itself."""
        if mode == INPUT:
            self.stream = self.path.open("rb")
        else:
            self.stream = self.path.open("r+b" if exists and mode != OUTPUT else "w+b")
        self.next = self._slots() if mode == EXTEND else 0

    def closed(self) -> None:
        """Close the file itself."""
        self.stream.close()

    def _slots(self) -> int:
        return self.stream.seek(0, 2) // (_HEAD + self.longest)

    def _size(self, slot: int) -> int:
        """The length of a slot's record, 0 for none; the stream stands behind it."""
        self.next = slot
        self.stream.seek(slot * (_HEAD + self.longest))
        return int.from_bytes(self.stream.read(_HEAD), "little")

    def _wanted(self) -> int:
        """The slot of the relative key."""
        assert self.key is not None
        return int(self.key) - 1

    def _got(self, slot: int, size: int) -> str:
        self.next, self.last = slot + 1, slot
        self.take(self.stream.read(self.longest))
        self.length = size
        if self.depending is not None:
            self.depending.store(size)
        return "00"

    def followed(self, way: int) -> str:
        """Read the next record; its status."""
        for slot in range(self.next, self._slots()):
            if size := self._size(slot):
                return self._numbered(slot) or self._got(slot, size)
        self.ended = True
        return "10"

    def _numbered(self, slot: int) -> str:
        """Put a slot's number into the key; "14" where that has too few digits."""
        if self.key is None:
            return ""
        self.key.store(slot + 1)
        return "" if int(self.key) == slot + 1 else "14"

    def found(self, key: Field | None) -> str:
        """Read the record of the relative key; its status."""
        slot = self._wanted()
        size = self._size(slot) if slot >= 0 else 0
        return self._got(slot, size) if size else "23"

    def sought(self, relation: str, key: Field | None) -> str:
        """Stand before the first record whose number has a relation to the key; its status."""
        slot, slots = self._wanted(), self._slots()
        slot += {">": 1, "<": -1}.get(relation, 0)
        looked = range(slot, slot + 1)
        if relation[0] == ">":
            looked = range(max(slot, 0), slots)
        elif relation[0] == "<":
            looked = range(min(slot, slots - 1), -1, -1)
        return "00" if any(0 <= one < slots and self._size(one) for one in looked) else "23"

    def added(self, data: bytes) -> str:
        """Put in a record that isn't there yet; its status."""
        if self.access == "SEQUENTIAL":
            self._put(self.next, len(data).to_bytes(_HEAD, "little"), data)
            self._numbered(self.next - 1)
            return "00"
        slot = self._wanted()
        if slot < 0:
            return "24"
        if self._size(slot):
            return "22"
        self._put(slot, len(data).to_bytes(_HEAD, "little"), data)
        return "00"

    def _put(self, slot: int, head: bytes, data: bytes) -> None:
        """Write into a slot; without a head, that there is now remains."""
        self.stream.seek(slot * (_HEAD + self.longest) + _HEAD - len(head))
        self.stream.write(head + (self.record(self.longest) if data else b""))
        self.next = slot + 1

    def replaced(self, data: bytes) -> str:
        """Put a record into a slot; its status. That the slot is empty is no error to GnuCOBOL,
        and it stays empty."""
        slot = self.last if self.access == "SEQUENTIAL" else self._wanted()
        if 0 <= slot < self._slots():
            self._put(slot, b"", data)
            return "00"
        return "24" if slot < 0 else "23"

    def removed(self) -> str:
        """Take out the record of the key, or that read last where there is none; its status. That
        the slot is empty already is no error."""
        slot = self._wanted() if self.key is not None else self.last
        if 0 <= slot < self._slots():
            self._put(slot, bytes(_HEAD), b"")
            return "00"
        return "24" if slot < 0 else "23"
