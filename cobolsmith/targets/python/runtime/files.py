"""Files: what all organisations share, and sequential ones."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path
from typing import IO, NamedTuple

from .fields import Field, Number, Text
from .program import handled_by_use
from .storage import read, write
from .units import RunError

INPUT, OUTPUT, UPDATE, EXTEND = "INPUT", "OUTPUT", "UPDATE", "EXTEND"
AT_END, INVALID_KEY = "1", "2"
PAGE = "PAGE"
END_OF_PAGE = "P"


class Outcome(NamedTuple):
    """What came of an operation: done, or failed in the way its phrase names."""

    done: bool
    failed: bool


DONE, FAILED, NEITHER = Outcome(True, False), Outcome(False, True), Outcome(False, False)


class PageError(OSError):
    """The measures of a page (LINAGE) can't be."""


def located(name: str) -> Path:
    """Where a file of a name lies: what DD_name, dd_name or the name itself say in the
    environment, or DD_x for a name like UT-S-x, else the name."""
    name = name.rstrip()
    if "/" not in name:
        for key in (f"DD_{name}", f"dd_{name}", name, f"DD_{name.rpartition('-')[2]}"):
            if key in os.environ:
                name = os.environ[key]
                break
        folder = os.environ.get("COB_FILE_PATH", "")
        return Path(folder) / name
    return Path(name)


class File:
    """A file of a program. Its records share one area; `length` is that of the record in it."""

    def __init__(
        self,
        assign: Field | str,
        records: tuple[Field, ...],
        shortest: int,
        longest: int,
        *,
        variable: bool = False,
        optional: bool = False,
        status: Field | None = None,
        depending: Number | None = None,
    ) -> None:
        self.assign = assign
        self.area = records[0].storage
        self.shortest = shortest
        self.longest = longest
        self.variable = variable
        self.optional = optional
        self.status = status
        self.depending = depending
        self.mode = ""
        self.is_open = self.locked = False
        self.missing = self.ended = self.was_read = False
        self.length = longest
        self.access = "SEQUENTIAL"
        lacking = longest - len(self.area.data)
        if lacking > 0:
            self.area.data.extend(bytes(lacking))

    @property
    def path(self) -> Path:
        """Where the file lies."""
        name = self.assign.text if isinstance(self.assign, Field) else self.assign
        return located(name)

    def finish(self, status: str, handled: str = "") -> Outcome:
        """Note the status of an operation, and call who takes care of what went wrong."""
        if self.status is not None:
            write(self.status.storage, self.status.offset, status.encode())
        if status[0] == "0":
            return DONE
        if handled and status[0] == handled:
            return FAILED
        if not handled_by_use(self, self.mode) and self.status is None:
            raise RunError(f"file {self.path} has status {status}")
        return NEITHER

    # --- Open and close ---

    def open(self, mode: str) -> Outcome:
        """OPEN in a mode."""
        if self.locked:
            return self.finish("38")
        if self.is_open:
            return self.finish("41")
        self.mode = mode
        self.missing = self.ended = self.was_read = False
        exists = self.path.exists()
        if not exists and mode != OUTPUT and not self.optional:
            return self.finish("35")
        if not exists and mode == INPUT:
            self.missing = self.is_open = True
            return self.finish("05")
        try:
            self.opened(mode, exists)
        except PermissionError:
            return self.finish("37")
        except PageError:
            return self.finish("57")
        except OSError:
            return self.finish("30")
        self.is_open = True
        return self.finish("00" if exists or mode == OUTPUT else "05")

    def opened(self, mode: str, exists: bool) -> None:
        """Open the file itself."""
        raise NotImplementedError

    def close(self) -> Outcome:
        """CLOSE."""
        if not self.is_open:
            return self.finish("42")
        self.leave()
        return self.finish("00")

    def close_with_lock(self) -> Outcome:
        """CLOSE WITH LOCK: the file can't be opened again."""
        outcome = self.close()
        self.locked = True
        return outcome

    def close_reel(self) -> Outcome:
        """CLOSE REEL or UNIT: a file on a disk has none, and stays open."""
        return self.finish("07" if self.is_open else "42")

    def close_without_rewind(self) -> Outcome:
        """CLOSE WITH NO REWIND."""
        if not self.is_open:
            return self.finish("42")
        self.leave()
        return self.finish("07")

    def leave(self) -> None:
        """Close the file itself, where it is open."""
        if self.is_open and not self.missing:
            self.closed()
        self.is_open = False

    def closed(self) -> None:
        """Close the file itself."""
        raise NotImplementedError

    # --- Records ---

    def record(self, length: int) -> bytes:
        """The record in the area."""
        return read(self.area, 0, length)

    def take(self, data: bytes) -> None:
        """Put a record into the area."""
        self.length = len(data)
        write(self.area, 0, data)
        if self.depending is not None:
            self.depending.store(len(data))

    def move_record(self, target: Field) -> None:
        """MOVE the record to an item (READ INTO)."""
        target.move(Text(self.area, 0, self.length) if self.length else " ")

    def measured(self, record: Field) -> int:
        """The length of a record to be written; -1 where the file can't hold it."""
        size = record.size
        if self.depending is not None:
            size = min(int(self.depending), size)
        return size if self.shortest <= size <= self.longest else -1

    def readable(self) -> str:
        """Why nothing can be read now, as a status; "" where it can."""
        self.was_read = False
        if not self.is_open or self.mode not in (INPUT, UPDATE):
            return "47"
        if self.ended:
            return "46"
        if self.missing:
            self.ended = True
            return "10"
        return ""

    def writable(self) -> str:
        """Why nothing can be written now, as a status; "" where it can."""
        self.was_read = False
        sequential = self.access == "SEQUENTIAL"
        modes = (OUTPUT, EXTEND) if sequential else (OUTPUT, UPDATE)
        return "" if self.is_open and self.mode in modes else "48"


class SequentialFile(File):
    """Records one behind the other; where their lengths vary, each after its length."""

    stream: IO[bytes]
    needs_line = False

    def opened(self, mode: str, exists: bool) -> None:
        """Open the file itself."""
        update = "r+b" if exists else "w+b"
        modes = {INPUT: "rb", OUTPUT: "wb", UPDATE: update, EXTEND: "ab"}
        self.stream = self.path.open(modes[mode])
        self.needs_line = False

    def closed(self) -> None:
        """Close the file itself."""
        if self.needs_line:
            self.stream.write(b"\n")
            self.needs_line = False
        self.stream.close()

    def read_next(self, handled: str = "") -> Outcome:
        """READ the next record."""
        status = self.readable() or self.fetched()
        self.ended = self.ended or status == "10"
        self.was_read = status == "00"
        return self.finish(status, handled)

    def fetched(self) -> str:
        """Read a record into the area; its status."""
        size = self.longest
        if self.variable:
            head = self.stream.read(4)
            if len(head) < 4:
                return "30" if head else "10"
            size = int.from_bytes(head[:2], "big")
        data = self.stream.read(size)
        if not data:
            return "10"
        if len(data) < size:
            write(self.area, 0, data)
            return "04"
        self.take(data)
        return "00"

    def write(self, record: Field, handled: str = "") -> Outcome:
        """WRITE a record."""
        return self.put(record, b"", b"", handled)

    def write_after(self, record: Field, lines: Field | Decimal | int | str) -> Outcome:
        """WRITE a record AFTER ADVANCING."""
        return self.put(record, advance(lines), b"")

    def write_before(self, record: Field, lines: Field | Decimal | int | str) -> Outcome:
        """WRITE a record BEFORE ADVANCING."""
        return self.put(record, b"", advance(lines))

    def put(self, record: Field, before: bytes, after: bytes, handled: str = "") -> Outcome:
        """Write a record with the control characters around it."""
        status = self.writable()
        if status:
            return self.finish(status, handled)
        size = self.measured(record)
        if size < 0:
            return self.finish("44", handled)
        self.length = size
        self.stream.write(before + self.framed(self.record(size), not before and not after) + after)
        self.needs_line = bool(before) or (self.needs_line and not after)
        return self.finish("00", handled)

    def write_data(self, data: bytes) -> None:
        """WRITE bytes as a record (SORT GIVING)."""
        size = min(max(len(data), self.shortest), self.longest)
        self.stream.write(self.framed(data[:size].ljust(size), True))

    def framed(self, data: bytes, plain: bool) -> bytes:
        """A record as it stands in the file."""
        head = len(data).to_bytes(2, "big") + b"\0\0" if self.variable else b""
        return head + data

    def rewrite(self, record: Field, handled: str = "") -> Outcome:
        """REWRITE the record read last."""
        was_read, self.was_read = self.was_read, False
        if not self.is_open or self.mode != UPDATE:
            return self.finish("49", handled)
        if not was_read:
            return self.finish("43", handled)
        wanted = record.size if self.depending is None else int(self.depending)
        if self.length != wanted:
            return self.finish("44", handled)
        self.stream.seek(-self.length, os.SEEK_CUR)
        self.stream.write(self.record(self.length))
        self.stream.flush()
        self.stream.seek(0, os.SEEK_CUR)
        return self.finish("00", handled)


class LineSequentialFile(SequentialFile):
    """Records as lines of text, without spaces at their end."""

    def fetched(self) -> str:
        """Read a line into the area, filled up with spaces; its status."""
        line = self.stream.readline()
        if not line:
            return "10"
        data = line.replace(b"\r", b"").removesuffix(b"\n")[: self.longest]
        write(self.area, 0, data.ljust(self.longest))
        self.length = len(data)
        if self.depending is not None:
            self.depending.store(self.length)
        return "00"

    def framed(self, data: bytes, plain: bool) -> bytes:
        """A record as it stands in the file."""
        self.needs_line = self.needs_line and not plain
        return data.rstrip(b" ") + (b"\n" if plain else b"")

    def put(self, record: Field, before: bytes, after: bytes, handled: str = "") -> Outcome:
        """Write a record with the control characters around it."""
        outcome = super().put(record, before, after, handled)
        self.needs_line = bool(before)
        return outcome

    def measured(self, record: Field) -> int:
        """The length of a record to be written: a line may have any."""
        size = record.size
        if self.depending is not None:
            size = min(int(self.depending), size)
        return size if size <= self.longest else -1

    def rewrite(self, record: Field, handled: str = "") -> Outcome:
        """REWRITE isn't possible in a file of lines."""
        return self.finish("49" if self.mode != UPDATE else "30", handled)


def advance(lines: Field | Decimal | int | str) -> bytes:
    """The control characters that go on by lines, or to a new page."""
    if isinstance(lines, str):
        return b"\f"
    count = int(lines)
    return b"\n" * count if count > 0 else b"\r"
