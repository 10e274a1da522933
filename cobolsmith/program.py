"""What a source means: data items with their places in storage, procedures and the ways between
them, files, names, and what was not understood. Types and questions only; reading is the
languages' work.

Every thing remembers the file and the view offsets it came from (`Origin`), whether it was written
in the program itself or in a copybook.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from cobolsmith.source import Source, Span
from cobolsmith.syntax import Tree

Role = Literal["use", "define", "both", "procedure", "file"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something is written: a file and a range of offsets of that file's view."""

    path: Path
    span: Span


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong or not understood at a place, and what to do about it.

    `kind`: missing copybook, undefined name, ambiguous name, picture, level, clause, layout, ...
    """

    kind: str
    what: str
    origin: Origin
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A PICTURE: `size` character positions stored, `digits` with those of P, `scale` digits right
    of the decimal point (negative for trailing P)."""

    text: str
    category: Literal[
        "numeric",
        "numeric-edited",
        "alphabetic",
        "alphanumeric",
        "alphanumeric-edited",
        "national",
        "national-edited",
        "boolean",
        "floating",
    ]
    size: int
    digits: int = 0
    scale: int = 0
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Occurs:
    """An OCCURS clause: bounds, the name it depends on, keys ("ASCENDING", name), index-names."""

    minimum: int
    maximum: int
    depending: Reference | None = None
    keys: tuple[tuple[str, str], ...] = ()
    indexes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sign:
    """A SIGN clause."""

    leading: bool
    separate: bool


@dataclass(frozen=True, slots=True)
class DataItem:
    """A data description entry, or an index-name (level 0, usage INDEX).

    `name` is upper case, "" for FILLER. `usage` is canonical ("BINARY" for COMP, COMPUTATIONAL,
    COMP-4; "GROUP" for groups). `offset` counts bytes from the start of the record, `length` bytes
    of one occurrence (an OCCURS DEPENDING ON at its maximum inside). `parent`, `children`,
    `redefines`, `renames` are positions in `Program.items`. `values` are literals as written, a
    range as a pair. `file` is the FD or SD that a record belongs to.
    """

    index: int
    name: str
    level: int
    section: str
    origin: Origin
    name_origin: Origin | None = None
    picture: Picture | None = None
    usage: str = "DISPLAY"
    occurs: Occurs | None = None
    redefines: int | None = None
    renames: tuple[int, int] | None = None
    sign: Sign | None = None
    synchronized: bool = False
    justified: bool = False
    blank_when_zero: bool = False
    external: bool = False
    global_: bool = False
    any_length: bool = False
    values: tuple[str | tuple[str, str], ...] = ()
    false_value: str | None = None
    offset: int = 0
    length: int = 0
    parent: int | None = None
    children: tuple[int, ...] = ()
    conditions: tuple[int, ...] = ()
    file: str = ""

    @property
    def is_group(self) -> bool:
        """Whether items are subordinate to it (88s don't count)."""
        return bool(self.children)

    @property
    def times(self) -> int:
        """How often it stands in one occurrence of what holds it, at most."""
        return self.occurs.maximum if self.occurs else 1


@dataclass(frozen=True, slots=True)
class Procedure:
    """A section or paragraph; `section` is the position of the section that holds a paragraph.

    `origin` is the whole of it; where a body runs over several files it is the header's.
    """

    index: int
    name: str
    kind: Literal["section", "paragraph"]
    origin: Origin
    header: Origin
    section: int | None = None
    declarative: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """A way control may take out of a procedure (None: the program's start).

    `target` is None where the name is not a procedure of this program (a CALL) or is not known
    until run time. `through` is the last procedure of a PERFORM THRU. `dynamic` marks a CALL of a
    data-name and the targets an ALTER may set.
    """

    kind: Literal["perform", "perform_thru", "go_to", "fall_through", "call", "alter", "sort"]
    source: int | None
    target: int | None
    name: str
    origin: Origin
    through: int | None = None
    dynamic: bool = False


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A SELECT with its FD or SD; `records` are positions in `Program.items`."""

    name: str
    kind: Literal["FD", "SD", ""]
    origin: Origin
    assign: str = ""
    organization: str = "SEQUENTIAL"
    access: str = "SEQUENTIAL"
    record_key: str = ""
    alternate_keys: tuple[str, ...] = ()
    relative_key: str = ""
    status: str = ""
    optional: bool = False
    records: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """A name as used: `qualifiers` from the nearest outward (A OF B OF C: B, C)."""

    name: str
    qualifiers: tuple[str, ...]
    origin: Origin
    role: Role = "use"
    procedure: int | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """A COPY statement (or EXEC SQL INCLUDE); `path` is None where the copybook wasn't found."""

    book: str
    library: str
    origin: Origin
    path: Path | None


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A name that several items fit, and no qualification chooses."""

    name: str
    candidates: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Undefined:
    """A name that nothing in the program defines."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """One program (or a copybook read by itself, with no name).

    `tree` is the tree of `source`, COPY not expanded. `names` maps an upper-case data-name to the
    items of that name, `labels` a procedure-name to procedures. `mnemonics` are the names that
    SPECIAL-NAMES defines, `reserved` the words that can't be names. `problems` are faults of the
    source, `unknowns` what was not understood.
    """

    name: str
    source: Source
    tree: Tree
    origin: Origin
    items: tuple[DataItem, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    edges: tuple[Edge, ...] = ()
    files: tuple[FileEntry, ...] = ()
    references: tuple[Reference, ...] = ()
    copies: tuple[Copy, ...] = ()
    using: tuple[str, ...] = ()
    mnemonics: tuple[str, ...] = ()
    containing: str = ""
    problems: tuple[Problem, ...] = ()
    unknowns: tuple[Problem, ...] = ()
    reserved: frozenset[str] = field(default=frozenset(), repr=False)
    names: Mapping[str, tuple[int, ...]] = field(default_factory=dict, repr=False)
    labels: Mapping[str, tuple[int, ...]] = field(default_factory=dict, repr=False)

    def resolve(
        self, name: str, qualifiers: tuple[str, ...] = ()
    ) -> DataItem | Ambiguous | Undefined:
        """The data item that a name and its qualifiers (nearest first) mean."""
        found = self.names.get(name.upper(), ())
        if qualifiers:
            wanted = tuple(qualifier.upper() for qualifier in qualifiers)
            found = tuple(index for index in found if self._held(index, wanted))
        if not found:
            return Undefined(name.upper())
        return self.items[found[0]] if len(found) == 1 else Ambiguous(name.upper(), found)

    def _held(self, index: int, qualifiers: tuple[str, ...]) -> bool:
        holders = iter(
            [*(holder.name for holder in self.ancestors(index)), self.record(index).file]
        )
        return all(qualifier in holders for qualifier in qualifiers)

    def resolve_procedure(
        self, name: str, section: str = "", within: int | None = None
    ) -> Procedure | Ambiguous | Undefined:
        """The procedure a name means, seen from the procedure `within` (a paragraph of one's own
        section goes before one of another section)."""
        found = [self.procedures[index] for index in self.labels.get(name.upper(), ())]
        if section:
            found = [one for one in found if self._section(one) == section.upper()]
        if len(found) > 1 and within is not None:
            at = self.procedures[within]
            home = at.index if at.kind == "section" else at.section
            found = [one for one in found if one.section == home] or found
        if not found:
            return Undefined(name.upper())
        if len(found) == 1:
            return found[0]
        return Ambiguous(name.upper(), tuple(one.index for one in found))

    def _section(self, procedure: Procedure) -> str:
        return "" if procedure.section is None else self.procedures[procedure.section].name

    def ancestors(self, index: int) -> Iterator[DataItem]:
        """The groups that hold an item, from the nearest outward."""
        parent = self.items[index].parent
        while parent is not None:
            yield self.items[parent]
            parent = self.items[parent].parent

    def record(self, index: int) -> DataItem:
        """The level 01 or 77 item that holds an item, or the item itself."""
        return (self.items[index], *self.ancestors(index))[-1]

    def children(self, item: DataItem) -> tuple[DataItem, ...]:
        """The items immediately subordinate to a group, in order."""
        return tuple(self.items[index] for index in item.children)

    def subscripts(self, item: DataItem) -> tuple[DataItem, ...]:
        """The tables an item lies in, outermost first: one subscript for each."""
        tables = [holder for holder in self.ancestors(item.index) if holder.occurs]
        return tuple(reversed(tables)) + ((item,) if item.occurs else ())

    def procedure_at(self, path: Path, offset: int) -> Procedure | None:
        """The innermost procedure whose text holds an offset of a file's view."""
        inside = [
            one
            for one in self.procedures
            if one.origin.path == path and one.origin.span.start <= offset < one.origin.span.end
        ]
        return min(
            inside, key=lambda one: one.origin.span.end - one.origin.span.start, default=None
        )

    def names_in_scope(self, kind: str = "") -> tuple[str, ...]:
        """The user-defined names a statement may use, sorted, of one kind or of all.

        `kind`: data, group, condition, index, constant, paragraph, section, file, mnemonic.
        """
        return tuple(sorted({name for name, what in self.scope() if not kind or what == kind}))

    def scope(self) -> Iterator[tuple[str, str]]:
        """Each user-defined name with its kind, in the order of their definition."""
        for item in self.items:
            if item.name:
                yield item.name, item_kind(item)
        yield from ((procedure.name, procedure.kind) for procedure in self.procedures)
        yield from ((file.name, "file") for file in self.files)
        yield from ((name, "mnemonic") for name in self.mnemonics)


def item_kind(item: DataItem) -> str:
    """The kind of name an item bears: data, group, condition, index or constant."""
    data = "group" if item.children else "data"
    return {88: "condition", 0: "index", 78: "constant"}.get(item.level, data)
