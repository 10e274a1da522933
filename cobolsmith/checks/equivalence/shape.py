"""The shape of a file: its records and fields, and how they lie on disk under GnuCOBOL.

A record is bytes. On disk: sequential records follow each other (with 4 bytes of length before each
where lengths vary), line sequential ones end in a line end without their trailing blanks, relative
ones lie in slots of 8 bytes of length and the longest record. Indexed files are read and written
by a generated COBOL program, so their format is nobody's business (unload.py).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from cobolsmith.program import DataItem, FileEntry, Picture, Program, Sign

OCCURRENCES = 64
"""Occurrences of a table that are fields of their own; those beyond are bytes."""

Records = tuple[bytes | None, ...]
"""The records of a file in order; None is an empty slot of a relative file."""


@dataclass(frozen=True, slots=True)
class Field:
    """An elementary item at its place in a record; `name` tells occurrences and FILLERs apart."""

    name: str
    item: int
    offset: int
    length: int
    picture: Picture | None = None
    usage: str = "DISPLAY"
    sign: Sign | None = None

    @property
    def end(self) -> int:
        """The offset after its last byte."""
        return self.offset + self.length


@dataclass(frozen=True, slots=True)
class FileShape:
    """A file: SELECT name, file name at run time, organization, record lengths, key places.

    `keys` are (offset, length, duplicates allowed), the record key first; `variable` says that
    records are stored with their length. `records` are positions of its 01 items in `program`.
    """

    select: str
    name: str
    organization: str
    shortest: int
    longest: int
    keys: tuple[tuple[int, int, bool], ...]
    records: tuple[int, ...]
    status: str = ""

    @property
    def variable(self) -> bool:
        """Whether each stored record has its length before it."""
        return self.shortest != self.longest


def fields(
    program: Program,
    record: int,
    choose: Callable[[Sequence[DataItem]], DataItem] | None = None,
) -> tuple[Field, ...]:
    """The elementary fields of a record in order; of items that redefine each other one is chosen.

    `choose` is given the item and its redefinitions; by default the first.
    """
    found: list[Field] = []

    def place(item: DataItem, shift: int, index: tuple[int, ...]) -> None:
        step = item.length
        for nth in range(min(item.times, OCCURRENCES)):
            at = (*index, nth + 1) if item.times > 1 else index
            if item.is_group:
                inside(item, shift + nth * step, at)
            else:
                found.append(_field(item, shift + nth * step, at))
        rest = item.times - OCCURRENCES
        if rest > 0:
            start = item.offset + shift + OCCURRENCES * step
            found.append(Field(f"{item.name} (rest)", item.index, start, rest * step))

    def inside(group: DataItem, shift: int, index: tuple[int, ...]) -> None:
        children = [one for one in program.children(group) if one.level not in (66, 88)]
        for child in children:
            if child.redefines is not None:
                continue
            others = [one for one in children if one.redefines == child.index]
            place(choose([child, *others]) if choose and others else child, shift, index)

    place(program.items[record], 0, ())
    return tuple(found)


def _field(item: DataItem, shift: int, index: tuple[int, ...]) -> Field:
    name = item.name or f"FILLER at {item.offset + shift + 1}"
    if index:
        name += f" ({', '.join(map(str, index))})"
    return Field(
        name, item.index, item.offset + shift, item.length, item.picture, item.usage, item.sign
    )


def shape(program: Program, entry: FileEntry, lengths: tuple[int, int], name: str) -> FileShape:
    """The shape of a file of a program; lengths (shortest, longest) and name are cobc's."""
    keys = []
    for key, twice in ((entry.record_key, False), *((one, True) for one in entry.alternate_keys)):
        item = key_item(program, entry, key)
        if item is not None:
            keys.append((item.offset, item.length, twice))
    return FileShape(
        entry.name,
        name,
        entry.organization,
        *lengths,
        tuple(keys),
        entry.records,
        entry.status.upper(),
    )


def key_item(program: Program, entry: FileEntry, key: str) -> DataItem | None:
    """The item of a key: the one of that name in the file's own records."""
    name = key.split()[0].upper() if key else ""
    for index in program.names.get(name, ()):
        if program.record(index).file == entry.name:
            return program.items[index]
    return None


# --- On disk --------------------------------------------------------------------------------------


def stored(shape: FileShape, records: Records) -> bytes:
    """The bytes of a file (of an indexed one: those its loader reads, records of fixed length)."""
    return b"".join(_stored(shape, records))


def _stored(shape: FileShape, records: Records) -> Iterator[bytes]:
    longest = shape.longest
    for record in records:
        if shape.organization == "RELATIVE":
            data = b"" if record is None else record
            yield struct.pack("<Q", len(data)) + data.ljust(longest, b"\0")
        elif record is None:
            continue
        elif shape.organization == "LINE SEQUENTIAL":
            yield record.rstrip(b" ") + b"\n"
        elif shape.organization == "INDEXED" or not shape.variable:
            yield record[:longest].ljust(longest)
        else:
            data = record[:longest].ljust(shape.shortest)
            yield struct.pack(">H", len(data)) + b"\0\0" + data


def loaded(shape: FileShape, data: bytes) -> Records:
    """The records in a file's bytes; what is cut off at the end is a record, too."""
    if shape.organization == "LINE SEQUENTIAL":
        lines = data.split(b"\n")
        return tuple(lines[:-1] if lines[-1] == b"" else lines)
    step = shape.longest
    if shape.organization == "RELATIVE":
        slots = [data[at : at + 8 + step] for at in range(0, len(data), 8 + step)]
        return tuple(_slot(one) for one in slots)
    if shape.organization == "INDEXED" or not shape.variable:
        return tuple(data[at : at + step] for at in range(0, len(data), step))
    return tuple(_varying(data))


def _slot(slot: bytes) -> bytes | None:
    size = int.from_bytes(slot[:8], "little")
    return slot[8 : 8 + size] if size else None


def _varying(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 2], "big")
        yield data[at + 4 : at + 4 + size]
        at += 4 + size
