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
from typing import Literal, Protocol

from cobolsmith.dataflow import DataFlow
from cobolsmith.items import (
    DataItem,
    Occurs,
    Origin,
    Picture,
    Problem,
    Reference,
    Role,
    Sign,
    item_kind,
)
from cobolsmith.source import Source
from cobolsmith.syntax import Tree

__all__ = [
    "Ambiguous",
    "Copy",
    "DataItem",
    "Edge",
    "EntryPoint",
    "FileEntry",
    "Occurs",
    "Origin",
    "Origins",
    "Picture",
    "Problem",
    "Procedure",
    "Program",
    "Reference",
    "Role",
    "Sign",
    "Undefined",
    "item_kind",
]


class Origins(Protocol):
    """Leads from offsets of an expanded text back to where they were written."""

    def origin(self, start: int, end: int) -> Origin:
        """Where the bytes [start, end) were written."""
        ...


@dataclass(frozen=True, slots=True)
class Procedure:
    """A section or paragraph; `section` is the position of the section that holds a paragraph.

    `origin` is the whole of it; where a body runs over several files it is the header's. `handles`
    is what the USE of a declarative section names: files, INPUT ..., report groups.
    """

    index: int
    name: str
    kind: Literal["section", "paragraph"]
    origin: Origin
    header: Origin
    section: int | None = None
    declarative: bool = False
    handles: tuple[str, ...] = ()


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
    """A SELECT with its FD or SD; `records` are positions in `Program.items`, `reports` the names
    of the reports written to it."""

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
    global_: bool = False
    reports: tuple[str, ...] = ()
    records: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Copy:
    """A COPY statement (or EXEC SQL INCLUDE); `path` is None where the copybook wasn't found."""

    book: str
    library: str
    origin: Origin
    path: Path | None


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """An ENTRY statement: another name the program may be called by, and its parameters."""

    name: str
    using: tuple[str, ...]
    origin: Origin


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
    SPECIAL-NAMES and >>DEFINE define, `functions` those of REPOSITORY, `reserved` the words that
    can't be names. `problems` are faults of the source, `unknowns` what was not understood. `flow`
    is what statements and clauses do with data. `outer` is the program that contains this one;
    `expanded` the tree of the text with COPY in its place, and `origins` leads from there to the
    files.
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
    flow: DataFlow = field(default_factory=DataFlow, repr=False)
    mnemonics: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    outer: Program | None = field(default=None, repr=False)
    common: bool = False
    entries: tuple[EntryPoint, ...] = ()
    expanded: Tree | None = field(default=None, repr=False)
    origins: Origins | None = field(default=None, repr=False)
    problems: tuple[Problem, ...] = ()
    unknowns: tuple[Problem, ...] = ()
    reserved: frozenset[str] = field(default=frozenset(), repr=False)
    names: Mapping[str, tuple[int, ...]] = field(default_factory=dict, repr=False)
    labels: Mapping[str, tuple[int, ...]] = field(default_factory=dict, repr=False)

    @property
    def containing(self) -> str:
        """The name of the program that contains this one, or ""."""
        return self.outer.name if self.outer else ""

    def resolve(
        self, name: str, qualifiers: tuple[str, ...] = ()
    ) -> DataItem | Ambiguous | Undefined:
        """The data item that a name and its qualifiers (nearest first) mean.

        An item of a program around this one (GLOBAL) is one of its items: see `find`.
        """
        return self.find(name, qualifiers)[1]

    def find(
        self, name: str, qualifiers: tuple[str, ...] = ()
    ) -> tuple[Program, DataItem | Ambiguous | Undefined]:
        """As `resolve`, with the program whose item it is: this one, or one around it."""
        name, wanted = name.upper(), tuple(qualifier.upper() for qualifier in qualifiers)
        program: Program | None = self
        while program is not None:
            found = program.names.get(name, ())
            if wanted:
                found = tuple(index for index in found if program._held(index, wanted))
            if program is not self:
                found = tuple(index for index in found if program.is_global(index))
            if len(found) == 1:
                return program, program.items[found[0]]
            if found:
                return program, Ambiguous(name, found)
            program = program.outer
        return self, Undefined(name)

    def _held(self, index: int, qualifiers: tuple[str, ...]) -> bool:
        holders = [*(holder.name for holder in self.ancestors(index)), self.record(index).file]
        inside = iter(holders)
        return all(qualifier in inside for qualifier in qualifiers)

    def is_global(self, index: int) -> bool:
        """Whether contained programs see an item: its record, its file or a holder is GLOBAL."""
        record = self.record(index)
        if self.items[index].global_ or any(one.global_ for one in self.ancestors(index)):
            return True
        return any(file.name == record.file and file.global_ for file in self.files)

    def file(self, name: str) -> FileEntry | None:
        """The file of a name, here or (GLOBAL) in a program around this one."""
        program: Program | None = self
        while program is not None:
            for one in program.files:
                if one.name == name and (program is self or one.global_):
                    return one
            program = program.outer
        return None

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

    def below(self, index: int) -> Iterator[DataItem]:
        """All that is subordinate to an item, its condition-names too, in order."""
        waiting = [*self.items[index].conditions, *self.items[index].children][::-1]
        while waiting:
            item = self.items[waiting.pop()]
            yield item
            waiting.extend([*item.conditions, *item.children][::-1])

    def area(self, index: int) -> int:
        """The record whose storage an item lies in: that which a record redefines in the end, and
        the first record of a file for all records of it."""
        record = self.record(index)
        while record.redefines is not None:
            record = self.items[record.redefines]
        if record.file:
            file = next((one for one in self.files if one.name == record.file), None)
            return file.records[0] if file and file.records else record.index
        return record.index

    def over(self, index: int) -> tuple[DataItem, ...]:
        """What else a use of an item touches, its subordinates aside: the groups that hold it (a
        condition-name's item, too), and the items that share bytes with it by REDEFINES, RENAMES
        or as another record of its file."""
        own = {index, *(one.index for one in self.below(index))}
        holders = tuple(self.ancestors(index))
        own |= {one.index for one in holders}
        area = self.area(index)
        shared = tuple(
            one
            for one in self.items
            if one.index not in own
            and one.level not in (0, 78, 88)
            and self.area(one.index) == area
            and self._overlaps(index, one.index)
        )
        return holders + shared

    def _overlaps(self, index: int, other: int) -> bool:
        """Whether two items of one area share a byte, in the same occurrence of common tables."""
        parent = self.items[index].parent
        index = parent if self.items[index].level == 88 and parent is not None else index
        one, two = self.subscripts(self.items[index]), self.subscripts(self.items[other])
        common = sum(a.index == b.index for a, b in zip(one, two, strict=False))
        ends = [
            (item.offset, item.offset + item.length + sum((t.times - 1) * t.length for t in tables))
            for item, tables in (
                (self.items[index], one[common:]),
                (self.items[other], two[common:]),
            )
        ]
        return ends[0][0] < ends[1][1] and ends[1][0] < ends[0][1]

    def procedure_at(self, path: Path, offset: int) -> Procedure | None:
        """The innermost procedure whose text holds an offset of a file's view."""
        inside = [
            one
            for one in self.procedures
            if one.origin.span.start <= offset < one.origin.span.end and one.origin.path == path
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
