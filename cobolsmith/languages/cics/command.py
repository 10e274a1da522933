"""What an EXEC CICS command says, as data: its name, options, and what it is tied to.

Positions are the original file's (`Origin`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cobolsmith.program import DataItem, Origin, Problem

Direction = Literal["in", "out", "inout", "label", ""]


@dataclass(frozen=True, slots=True)
class CicsOption:
    """One option: its name in upper case and what stands in its parentheses.

    `argument` is None without parentheses. `literal` is the value of a literal (or number), `item`
    the data item that a name means. `how`: the program gives the value ("in"), CICS does ("out"),
    both, it names a procedure ("label"), or there is no argument (""). `of`: not the item itself is
    meant but its LENGTH or ADDRESS.
    """

    name: str
    argument: str | None
    item: DataItem | None
    literal: str | None
    how: Direction
    origin: Origin
    argument_origin: Origin | None = None
    of: Literal["", "LENGTH", "ADDRESS"] = ""


@dataclass(frozen=True, slots=True)
class Handled:
    """HANDLE CONDITION, HANDLE AID, HANDLE ABEND or IGNORE CONDITION: where control goes.

    `label` is "" where the condition is ignored or given back to CICS.
    """

    condition: str
    label: str
    procedure: int | None
    origin: Origin


TieKind = Literal[
    "map", "mapset", "transaction", "program", "file", "ts-queue", "td-queue", "channel",
    "container", "commarea", "data",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class CicsTie:
    """A resource or a data area that a command uses.

    `names` are the constants that the argument can be (one, `sure`, for a literal; none where no
    constant is known); `item` the data item named. `how`: sends, receives, reads, reads-for-update,
    writes, rewrites, deletes, browses, calls, passes, returns-to, starts, loads, ...
    """

    kind: TieKind
    names: tuple[str, ...]
    item: DataItem | None
    how: str
    origin: Origin
    sure: bool = True


Handling = Literal["checked", "unchecked", "nohandle", "handled", "default"]


@dataclass(frozen=True, slots=True)
class CicsCommand:
    """One EXEC CICS command; `name` in upper case ("SEND MAP", "READ", "LINK").

    `handling`: the item of RESP is looked at before the next command of the paragraph ("checked"),
    or not ("unchecked"); NOHANDLE without RESP ("nohandle"); a HANDLE CONDITION of the program
    may take it ("handled"); else CICS's own action ("default", as a rule an abend).
    """

    name: str
    options: tuple[CicsOption, ...]
    origin: Origin
    procedure: int | None = None
    resp: DataItem | None = None
    resp2: DataItem | None = None
    nohandle: bool = False
    handling: Handling = "default"
    labels: tuple[Handled, ...] = ()
    ties: tuple[CicsTie, ...] = ()
    unknowns: tuple[Problem, ...] = ()

    def option(self, *names: str) -> CicsOption | None:
        """The first option of one of these names, or None."""
        return next((one for one in self.options if one.name in names), None)
