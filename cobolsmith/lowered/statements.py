"""Statements as a tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cobolsmith.lowered.expressions import Condition, Expression, Place, Run, Temporary


@dataclass(frozen=True, slots=True)
class Move:
    """MOVE to one receiver."""

    source: Expression
    target: Place


@dataclass(frozen=True, slots=True)
class Store:
    """A number that goes to a receiver; `rounding` is a mode, or "" to cut."""

    target: Place
    value: Expression
    rounding: str = ""


@dataclass(frozen=True, slots=True)
class Compute:
    """Numbers stored one after the other, and what follows if one of them doesn't fit.

    `before` are numbers computed first. Without `checked`, what doesn't fit is cut.
    """

    stores: tuple[Store, ...]
    before: tuple[tuple[Temporary, Expression], ...] = ()
    checked: bool = False
    on_error: Block = ()
    otherwise: Block = ()


@dataclass(frozen=True, slots=True)
class If:
    """A choice between two blocks."""

    condition: Condition
    then: Block
    otherwise: Block = ()


@dataclass(frozen=True, slots=True)
class While:
    """A block repeated until a condition holds; `first` runs it before it is looked at.

    `head` runs at the start of each round, before the condition is looked at; `step` after each
    round, also where EXIT PERFORM CYCLE ended it.
    """

    until: Condition
    body: Block
    step: Block = ()
    first: bool = False
    head: Block = ()


@dataclass(frozen=True, slots=True)
class Times:
    """A block repeated a number of times."""

    count: Expression
    body: Block


@dataclass(frozen=True, slots=True)
class Perform:
    """PERFORM of paragraphs from one to another, by their positions in `Lowered.paragraphs`."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class GoTo:
    """Control goes to a paragraph; `altered` is the paragraph whose GO TO an ALTER may change, and
    `forgets` are those whose GO TOs are as written again where it isn't changed."""

    target: int
    altered: int | None = None
    forgets: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class GoToOneOf:
    """GO TO ... DEPENDING ON."""

    targets: tuple[int, ...]
    number: Expression


@dataclass(frozen=True, slots=True)
class Alter:
    """ALTER: the GO TO of a paragraph leads to another one from now on."""

    paragraph: int
    target: int


@dataclass(frozen=True, slots=True)
class Altered:
    """What ALTER made of paragraphs' GO TOs is kept, put back as it was kept, or forgotten."""

    how: Literal["keep", "put back", "forget"]
    paragraphs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Leave:
    """A way out: of a paragraph or section, of a loop or its round, of a sentence."""

    what: Literal["paragraph", "section", "loop", "round", "sentence"]
    paragraph: int = -1


@dataclass(frozen=True, slots=True)
class Sentence:
    """Statements that NEXT SENTENCE in them leaves."""

    body: Block


@dataclass(frozen=True, slots=True)
class Stop:
    """STOP RUN, GOBACK, EXIT PROGRAM."""

    how: Literal["run", "goback", "program"]
    status: Expression | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """A paragraph's header that has become a remark, with the comment above it."""

    paragraph: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A statement that no table knows, a hole for now: its number, its line and text, the words and
    place of its refusal."""

    number: int
    line: int
    cobol: str
    what: str
    where: str


@dataclass(frozen=True, slots=True)
class Branch:
    """An operation on a file with what follows: `then` where it failed as its phrase says (AT END,
    INVALID KEY), `otherwise` where it was done."""

    run: Run
    then: Block = ()
    otherwise: Block = ()


Statement = (
    Move
    | Compute
    | If
    | While
    | Times
    | Perform
    | GoTo
    | GoToOneOf
    | Alter
    | Altered
    | Leave
    | Sentence
    | Stop
    | Run
    | Branch
    | Remark
    | Unknown
)
Block = tuple[Statement, ...]


def goes_on(block: Block) -> bool:
    """Whether control may get behind a block."""
    if not block:
        return True
    last = block[-1]
    if isinstance(last, GoTo | Leave) or (isinstance(last, Stop) and last.how != "program"):
        return False
    if isinstance(last, If):
        return goes_on(last.then) or goes_on(last.otherwise)
    return True
