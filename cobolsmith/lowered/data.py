"""Records, fields, files, paragraphs and programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from cobolsmith.items import Origin
from cobolsmith.lowered.expressions import (
    AllOf,
    Expression,
    Figurative,
    FileName,
    Form,
    Number,
    Ref,
    Run,
    Text,
)
from cobolsmith.lowered.statements import Block

DATABASE = "EXEC SQL"
"""The name by which statements reach the database of their program."""
DEBUGGING = "USE FOR DEBUGGING"
"""The name by which statements reach what debugging sections see."""


@dataclass(frozen=True, slots=True)
class Kept:
    """No initial value: the bytes are another item's too."""


Initial = Text | Number | Figurative | AllOf | Kept | None


@dataclass(frozen=True, slots=True)
class Named88:
    """A condition-name: values, pairs of them for ranges."""

    word: str
    values: tuple[Expression | tuple[Expression, Expression], ...]
    false: Expression | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """An item: where it lies in its record, and its form. `word` is "" for FILLER.

    `times` are the tables it is in, outermost first, each as bytes between occurrences and their
    number. `counted` gives the bytes before, the field that counts, and the bytes each occurrence
    adds, where the length varies. `depending` counts the
    occurrences of the outermost table it is in. A `narrow` item isn't cut to its digits but where
    it is shown.
    """

    word: str
    name: str
    form: Form
    offset: int
    size: int
    digits: int = 0
    scale: int = 0
    signed: bool = False
    leading: bool = False
    separate: bool = False
    native: bool = False
    cut: bool = True
    narrow: bool = False
    nibble: bool = True
    picture: str = ""
    blank_when_zero: bool = False
    justified: bool = False
    times: tuple[tuple[int, int], ...] = ()
    value: Initial = None
    counted: tuple[int, Ref, int] | None = None
    depending: Ref | None = None
    conditions: tuple[Named88, ...] = ()
    said: str = ""


@dataclass(frozen=True, slots=True)
class Copybook:
    """The copybook of a record's items, and whether its level 01 is there, too."""

    name: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Record:
    """A level 01 or 77. `over` is the record whose storage it shares.

    `kind`: own, linkage, external, local, file. `copybook` is the one that all of its items come
    from; `shared` the class it has with other records of that copybook.
    """

    whole: Field
    fields: tuple[Field, ...]
    kind: Literal["own", "linkage", "external", "local", "file"] = "own"
    over: str = ""
    copybook: Copybook | None = None
    shared: Shared | None = None

    @property
    def is_group(self) -> bool:
        """Whether it has fields of its own."""
        return self.whole.form == "group"

    @property
    def begins(self) -> bool:
        """Whether it has bytes of its own that begin with values."""
        return not self.over and self.kind in ("own", "local")


@dataclass(frozen=True, slots=True)
class Shared:
    """The one class of a copybook's records in several places: `record` describes it in words of
    its own, `natives` are those of its fields that are native in all places. `begins` and `over`
    say whether some of its records, or all, have values, and whether some lie over others."""

    record: Record
    natives: frozenset[str]
    begins: frozenset[bool]
    over: bool


@dataclass(frozen=True, slots=True)
class File:
    """A file: how it is organised, where it lies, its records and keys.

    `linage` are the lines of a page, where its footing begins, and the lines above and below it.
    An `external` one is the same for all programs of a run that describe it.
    """

    word: str
    organization: Literal["SEQUENTIAL", "LINE SEQUENTIAL", "RELATIVE", "INDEXED", "SORT"]
    assign: str | Ref
    records: tuple[str, ...]
    shortest: int
    longest: int
    access: str = "SEQUENTIAL"
    optional: bool = False
    status: Ref | None = None
    key: Ref | None = None
    alternates: tuple[tuple[Ref, bool], ...] = ()
    depending: Ref | None = None
    linage: tuple[Expression | None, ...] = ()
    variable: bool = False
    external: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph or section header with its statements. `jumps` says that it may leave by GO TO;
    `comment` is what stands above it."""

    index: int
    word: str
    name: str
    body: Block
    section: int | None = None
    jumps: bool = False
    declarative: bool = False
    comment: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Handler:
    """A USE procedure: about which files or open modes, and its paragraphs. One `within` holds for
    the programs contained in this one, too (GLOBAL)."""

    about: tuple[FileName | str, ...]
    first: int
    last: int
    within: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A report of a file: the operation of the runtime that makes it, and the routines that fill
    its lines and add its sums, which it calls."""

    word: str
    file: str
    made: Run
    routines: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Lowered:
    """A program ready for a target. `direct` are the paragraphs that may simply be called.

    `natives` are the items that nothing sees as bytes, each by its record and its own word (""
    for the record itself). `go_tos` counts those of the source, and those that are left.
    """

    name: str
    source: str
    lines: int
    records: tuple[Record, ...]
    files: tuple[File, ...]
    paragraphs: tuple[Paragraph, ...]
    start: int | None
    using: tuple[str, ...] = ()
    handlers: tuple[Handler, ...] = ()
    reports: tuple[Report, ...] = ()
    database: Run | None = None
    debugging: Run | None = None
    contained: tuple[Lowered, ...] = ()
    initial: bool = False
    comment: tuple[str, ...] = ()
    direct: frozenset[int] = frozenset()
    point: str = "."
    currency: str = "$"
    collation: tuple[str, ...] = ()
    origin: Origin | None = field(default=None, compare=False)
    natives: frozenset[tuple[str, str]] = frozenset()
    go_tos: tuple[int, int] = (0, 0)
