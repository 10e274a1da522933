"""Files whose records are found by a key: what relative and indexed ones share."""

from __future__ import annotations

from collections.abc import Callable

from .fields import Field, Number
from .files import EXTEND, INPUT, OUTPUT, UPDATE, File, Outcome
from .units import RunError

NEXT, PREVIOUS = 1, -1


class KeyedFile(File):
    """A file with keys. Subclasses find, follow, put and remove records; each gives a status.

    `lost` after a statement with a key that failed, but START: no standard says which record comes
    next, and GnuCOBOL's own kinds of files disagree; so a READ NEXT ends the program until START or
    READ finds one.
    """

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
        access: str = "SEQUENTIAL",
    ) -> None:
        kinds = {"variable": variable, "optional": optional}
        super().__init__(
            assign, records, shortest, longest, status=status, depending=depending, **kinds
        )
        self.access = access
        self.begun = False
        self.lost = False

    # --- What a kind of file does ---

    def followed(self, way: int) -> str:
        """Read the next record, or the previous one; its status."""
        raise NotImplementedError

    def found(self, key: Field | None) -> str:
        """Read the record of the key that stands in the record area; its status."""
        raise NotImplementedError

    def sought(self, relation: str, key: Field | None) -> str:
        """Stand before the first record whose key has a relation to the given one; its status."""
        raise NotImplementedError

    def added(self, data: bytes) -> str:
        """Put in a record that isn't there yet; its status."""
        raise NotImplementedError

    def replaced(self, data: bytes) -> str:
        """Put a record in the place of the one with its key, or of that read last; its status."""
        raise NotImplementedError

    def removed(self) -> str:
        """Take out the record of the key, or that read last; its status."""
        raise NotImplementedError

    # --- Statements ---

    def open(self, mode: str) -> Outcome:
        """OPEN in a mode."""
        self.lost = self.lost and self.is_open
        return super().open(mode)

    def read_next(self, handled: str = "") -> Outcome:
        """READ NEXT."""
        return self._read(lambda: self._step(NEXT), self.ended, handled)

    def read_previous(self, handled: str = "") -> Outcome:
        """READ PREVIOUS."""
        return self._read(lambda: self._step(PREVIOUS), self.begun, handled)

    def _step(self, way: int) -> str:
        if self.lost:
            what = "READ NEXT after a statement with a key that failed: START first"
            raise RunError(f"{self.path.name}: {what}")
        return self.followed(way)

    def read_key(self, key: Field | None, handled: str = "") -> Outcome:
        """READ the record of a key; None is the prime one."""
        outcome = self._read(lambda: self.found(key), None, handled)
        self.lost = not outcome.done
        return outcome

    def _read(self, read: Callable[[], str], over: bool | None, handled: str) -> Outcome:
        """Read a record; `over` says that there is none in that direction, None for a key."""
        self.was_read = False
        if not self.is_open or self.mode not in (INPUT, UPDATE):
            return self.finish("47", handled)
        if over:
            return self.finish("46", handled)
        if self.missing:
            status = "23" if self.ended else "10"
            self.ended = self.begun = True
            return self.finish(status, handled)
        status = read()
        if status[0] == "0":
            self.was_read = True
            self.ended = self.begun = False
        return self.finish(status, handled)

    def start(self, relation: str, key: Field | None, handled: str = "") -> Outcome:
        """START: the next READ gets the first record whose key has a relation to the given one."""
        self.was_read = False
        if not self.is_open or self.mode not in (INPUT, UPDATE) or self.access == "RANDOM":
            return self.finish("47", handled)
        status = "23" if self.missing else self.sought(relation, key)
        self.ended, self.begun, self.lost = status != "00", self.missing, False
        return self.finish(status, handled)

    def write(self, record: Field, handled: str = "") -> Outcome:
        """WRITE a record."""
        status = self.writable()
        size = self.measured(record)
        if not status and size < 0:
            status = "44"
        return self._noted(self.finish(status or self.added(self.record(size)), handled))

    def rewrite(self, record: Field, handled: str = "") -> Outcome:
        """REWRITE a record."""
        size = self.measured(record)
        status = self._changeable() or ("44" if size < 0 else "")
        return self._noted(self.finish(status or self.replaced(self.record(size)), handled))

    def delete(self, handled: str = "") -> Outcome:
        """DELETE a record."""
        return self._noted(self.finish(self._changeable() or self.removed(), handled))

    def _noted(self, outcome: Outcome) -> Outcome:
        self.lost = self.lost or not outcome.done
        return outcome

    def _changeable(self) -> str:
        """Why no record can be changed now, as a status; "" where one can."""
        was_read, self.was_read = self.was_read, False
        if not self.is_open or self.mode != UPDATE:
            return "49"
        return "43" if self.access == "SEQUENTIAL" and not was_read else ""

    def write_data(self, data: bytes) -> None:
        """WRITE bytes as a record (SORT GIVING)."""
        self.take(data[: self.longest].ljust(self.longest))
        self.finish(self.writable() or self.added(self.record(self.longest)))


__all__ = ["EXTEND", "INPUT", "NEXT", "OUTPUT", "PREVIOUS", "UPDATE", "KeyedFile"]
