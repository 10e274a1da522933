"""Operands, conditions, and operations of the runtime."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Form = Literal[
    "group", "string", "zoned", "packed", "binary", "floating", "edited", "edited_text", "index"
]


@dataclass(frozen=True, slots=True)
class Text:
    """A literal of characters."""

    text: str


@dataclass(frozen=True, slots=True)
class Number:
    """A numeric literal; its scale is that of its spelling, whose digits are kept beside."""

    number: Decimal
    digits: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Figurative:
    """SPACES, ZEROS, HIGH-VALUES, LOW-VALUES, QUOTES."""

    name: Literal["SPACES", "ZEROS", "HIGH-VALUES", "LOW-VALUES", "QUOTES"]


@dataclass(frozen=True, slots=True)
class AllOf:
    """ALL of a literal."""

    text: str


@dataclass(frozen=True, slots=True)
class Ref:
    """A field as a place: its record and word, subscripts, reference modification.

    `record` is "" for an item without a group; `level` counts how many programs outward it is
    declared (GLOBAL).
    """

    record: str
    word: str
    form: Form
    at: tuple[Expression, ...] = ()
    start: Expression | None = None
    length: Expression | None = None
    outward: int = 0


@dataclass(frozen=True, slots=True)
class FileName:
    """A file; `outward` counts how many programs outward it is declared (GLOBAL)."""

    word: str
    outward: int = 0


@dataclass(frozen=True, slots=True)
class Register:
    """A special register: RETURN-CODE, TALLY, SORT-RETURN, or a file's LINAGE-COUNTER."""

    name: str
    file: FileName | None = None


@dataclass(frozen=True, slots=True)
class Function:
    """An intrinsic function. `numeric` says that its result is a number."""

    name: str
    arguments: tuple[Expression, ...]
    numeric: bool
    start: Expression | None = None
    length: Expression | None = None


@dataclass(frozen=True, slots=True)
class Size:
    """LENGTH OF a field, in bytes."""

    of: Ref


@dataclass(frozen=True, slots=True)
class Every:
    """Each occurrence of a table's item: FUNCTION MAX (ROW (ALL))."""

    of: Ref


@dataclass(frozen=True, slots=True)
class Operation:
    """An arithmetic operation."""

    operator: Literal["+", "-", "*", "/", "**"]
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Negative:
    """The opposite of a number."""

    of: Expression


@dataclass(frozen=True, slots=True)
class Integer:
    """A field's number as the machine's integer, which cobc adds and subtracts where it fits."""

    of: Ref


@dataclass(frozen=True, slots=True)
class Temporary:
    """A number computed once, used by several receivers."""

    name: str


Place = Ref | Register
Expression = (
    Text
    | Number
    | Figurative
    | AllOf
    | Ref
    | Register
    | Function
    | Size
    | Every
    | Operation
    | Negative
    | Integer
    | Temporary
)


# --- Conditions ---


@dataclass(frozen=True, slots=True)
class Compare:
    """A relation; the left side is never a literal."""

    left: Expression
    operator: Literal["=", "<>", "<", ">", "<=", ">="]
    right: Expression
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Is:
    """A class condition; `characters` are those of a class of SPECIAL-NAMES."""

    subject: Expression
    name: str
    characters: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """A condition-name of a field."""

    of: Ref


@dataclass(frozen=True, slots=True)
class Switch:
    """A switch of SPECIAL-NAMES that is on or off."""

    number: int
    on: bool


@dataclass(frozen=True, slots=True)
class Truth:
    """A condition that is always true, or never."""

    holds: bool


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    of: Condition


@dataclass(frozen=True, slots=True)
class Both:
    """All of the parts hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of the parts holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What an operation of the runtime answers."""

    run: Run


Condition = Compare | Is | Named | Switch | Truth | Not | Both | Either | Asked


# --- Operations of the runtime ---


@dataclass(frozen=True, slots=True)
class Procedure:
    """A paragraph that a runtime operation is given to perform: first and last."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Word:
    """A keyword of the runtime: a constant of that name."""

    name: str


Argument = (
    Expression | Procedure | FileName | Word | Condition | str | int | bool | tuple["Argument", ...]
)
"""A condition is given unasked, for the operation to ask it."""


@dataclass(frozen=True, slots=True)
class Step:
    """A method called on what the runtime's operation made so far."""

    method: str
    arguments: tuple[Argument, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """An operation of the runtime: `subject.method(...)`, or a function or class with steps.

    `subject` is the field or file it belongs to, or "" for the runtime, "self" for the program.
    """

    subject: Ref | FileName | str
    steps: tuple[Step, ...]
