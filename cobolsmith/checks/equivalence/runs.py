"""A run: what a program is given, and what it left. Both are the same for any kind of program."""

from __future__ import annotations

from dataclasses import dataclass, field

from cobolsmith.checks.equivalence.shape import Records

CLOCK = "2024/03/28 10:11:12.00"
"""The clock of a run that says nothing of it: year/month/day hour:minute:second, UTC."""
CONSOLE, EXIT = "stdout", "exit code"


@dataclass(frozen=True, slots=True)
class Fault:
    """The `nth` such operation on a file (SELECT name) ends with `status` and does nothing.

    `operation`: open, close, read, write, rewrite, delete or start.
    """

    file: str
    operation: str
    nth: int
    status: str

    def __str__(self) -> str:
        return f"{self.operation} {self.nth} of {self.file} ends with {self.status}"


@dataclass(frozen=True, slots=True)
class Run:
    """What a program is given. `files` are (SELECT name, records) in the old side's layout; a file
    not named there doesn't exist. `tables` are rows for CALLed modules that are mocked: (module,
    rows of hexadecimal words). `calls` are the rows of parameters a subprogram is called with.
    """

    name: str
    files: tuple[tuple[str, Records], ...] = ()
    stdin: tuple[bytes, ...] = ()
    arguments: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    clock: str = CLOCK
    faults: tuple[Fault, ...] = ()
    tables: tuple[tuple[str, tuple[str, ...]], ...] = ()
    calls: tuple[tuple[bytes, ...], ...] = ()
    recorded: bool = False

    @property
    def size(self) -> int:
        """How much it is given: records, lines and calls."""
        return sum(len(rows) for _, rows in self.files) + len(self.stdin) + len(self.calls)


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run left: exit status, stdout, files by name as records, marks passed and how often,
    and the `way` it went: a number made of the order of the marks.

    `shapes` tells which file is of which SELECT; a file of no SELECT is kept as one record. `died`
    says why the runtime ended the program ("" if it ended by itself).
    """

    status: int
    stdout: bytes
    files: dict[str, Records]
    marks: dict[int, int] = field(default_factory=dict)
    way: int = 0
    died: str = ""
    timed_out: bool = False
    seconds: float = 0.0
