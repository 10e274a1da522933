"""A run of programs: what they share, and what ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from .computational import Binary
from .numeric import shown
from .storage import Storage

if TYPE_CHECKING:
    from .program import Program

F = TypeVar("F")


class StopRun(Exception):  # noqa: N818 - it ends a run, and is no error
    """STOP RUN."""


class ExitProgram(Exception):  # noqa: N818
    """GOBACK, or EXIT PROGRAM of a called program."""


class RunError(Exception):
    """What ends a run with a message and exit status 1."""


class Register(Binary):
    """RETURN-CODE and SORT-RETURN: 32 bits, shown as nine digits."""

    def __init__(self) -> None:
        super().__init__(Storage(4), 0, 4, 9, 0, True, native=True, cut=False)

    def shown(self) -> bytes:
        return shown(self.image(), True)


class RunUnit:
    """What all programs of one run share."""

    def __init__(self) -> None:
        self.programs: dict[str, Program] = {}
        self.failed = False
        self.shared: dict[str, bytearray] = {}
        self.files: dict[str, Any] = {}
        self.return_code = Register()
        self.tally = Binary(Storage(4), 0, 4, 5, 0, False)
        self.sort_return = Register()

    def external(self, name: str, size: int) -> bytearray:
        """The bytes of an EXTERNAL record, the same for all programs."""
        data = self.shared.setdefault(name, bytearray(size))
        data.extend(bytes(max(size - len(data), 0)))
        return data

    def file(self, name: str, made: F) -> F:
        """The EXTERNAL file of a name, the same for all programs: that of the first one."""
        found: F = self.files.setdefault(name, made)
        return found
