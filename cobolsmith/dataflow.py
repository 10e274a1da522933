"""What statements do with data: uses of items, moves between them, files, calls and conditions.

Items are given by their position in `Program.items`. Where a name of a contained program means an
item of a program around it (GLOBAL), `owner` names that program and the position counts there.
A use of a group is one of all that is subordinate to it; `Program.over` tells what else it touches.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from cobolsmith.items import Origin

UseRole = Literal[
    "reads",
    "writes",
    "tests",
    "compares",
    "subscripts",
    "sorts",
    "keys",
    "passes",
    "returns",
    "shows",
    "accepts",
    "lengths",
]
"""What happens to an item.

tests: a condition-name, a class or a sign condition; compares: an operand of a relation, of
EVALUATE or of SEARCH; subscripts: a subscript or a reference modification; sorts: a key of SORT,
MERGE or OCCURS; keys: a key of a file; passes: an argument of CALL; returns: a result; shows:
DISPLAY, a screen or a report; accepts: ACCEPT or a screen; lengths: LENGTH OF, DEPENDING ON.
"""

WRITING: frozenset[str] = frozenset(("writes", "accepts"))
"""Roles that surely change an item. One passed by reference may be changed, too."""

FileRole = Literal[
    "opens-input",
    "opens-output",
    "opens-io",
    "opens-extend",
    "closes",
    "reads",
    "writes",
    "rewrites",
    "deletes",
    "starts",
    "sorts",
    "unlocks",
    "reports",
]


@dataclass(frozen=True, slots=True)
class Use:
    """One use of an item by a statement (`verb`, such as MOVE) or by a clause (SELECT, OCCURS ...).

    `procedure` is None in the data division and before the first paragraph. `sure` is false where
    it depends on what isn't known here (an argument passed by reference may be changed).
    """

    item: int
    role: UseRole
    origin: Origin
    verb: str
    procedure: int | None = None
    sure: bool = True
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """A value that goes from an item (or a literal, as written) into another.

    `computed` says that the receiver gets something made of it (COMPUTE, STRING, a function's
    result), not the thing itself. `sender` is None for literals.
    """

    sender: int | None
    receiver: int
    origin: Origin
    verb: str
    procedure: int | None = None
    literal: str = ""
    computed: bool = False
    owner: str = ""
    receiver_owner: str = ""


@dataclass(frozen=True, slots=True)
class FileUse:
    """A statement's use of a file, by name or through its record (WRITE, REWRITE, RELEASE)."""

    file: str
    how: FileRole
    origin: Origin
    verb: str
    procedure: int | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """An argument of a CALL: position from 0, mode, the item or literal; without either OMITTED."""

    position: int
    mode: Literal["REFERENCE", "CONTENT", "VALUE"]
    item: int | None
    literal: str
    origin: Origin
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A CALL, or what else calls or names a program by its `verb`: CANCEL, SET (TO ENTRY), FUNCTION
    (the user's own).

    `name` is the literal or the item's name as written, in upper case. `targets` are the programs
    it may mean: the literal, or every constant that reaches the item; `sure` says that nothing
    else can. Without targets the call is not resolved.
    """

    name: str
    item: int | None
    targets: tuple[str, ...]
    sure: bool
    origin: Origin
    verb: str
    procedure: int | None
    parameters: tuple[Parameter, ...] = ()
    returning: int | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """A name used that means no item of the program, or more than one (`candidates`)."""

    name: str
    qualifiers: tuple[str, ...]
    origin: Origin
    verb: str
    procedure: int | None = None
    candidates: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class DataFlow:
    """All that the statements and clauses of a program do with data, each in source order."""

    uses: tuple[Use, ...] = ()
    moves: tuple[Move, ...] = ()
    files: tuple[FileUse, ...] = ()
    calls: tuple[Call, ...] = ()
    unknowns: tuple[Unknown, ...] = ()


# --- Conditions ---

Operator = Literal["=", "<>", "<", ">", "<=", ">="]


@dataclass(frozen=True, slots=True)
class Term:
    """An operand of a condition: its text (words in upper case), and the item where it is one."""

    text: str
    origin: Origin
    item: int | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """`subject operator object`; the operator holds a NOT written in it."""

    subject: Term
    operator: Operator
    object: Term
    origin: Origin


@dataclass(frozen=True, slots=True)
class ClassTest:
    """`subject IS name`: NUMERIC, ALPHABETIC, OMITTED, a class of SPECIAL-NAMES ..."""

    subject: Term
    name: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class SignTest:
    """`subject IS POSITIVE`, NEGATIVE or ZERO."""

    subject: Term
    sign: Literal["POSITIVE", "NEGATIVE", "ZERO"]
    origin: Origin


@dataclass(frozen=True, slots=True)
class ConditionName:
    """An 88-level, or a switch of SPECIAL-NAMES (no item); TRUE and FALSE in EVALUATE."""

    term: Term
    origin: Origin


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    of: Condition
    origin: Origin


@dataclass(frozen=True, slots=True)
class And:
    """All of the parts."""

    parts: tuple[Condition, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Or:
    """Any of the parts."""

    parts: tuple[Condition, ...]
    origin: Origin


Condition = Relation | ClassTest | SignTest | ConditionName | Not | And | Or


def parts(condition: Condition) -> Iterator[Condition]:
    """A condition and all conditions in it."""
    yield condition
    if isinstance(condition, Not):
        yield from parts(condition.of)
    elif isinstance(condition, And | Or):
        for one in condition.parts:
            yield from parts(one)
