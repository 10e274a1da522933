"""The programs that a record layout reaches, and the entries that their items are written in.

An entry (a data description at its place in a file) is one thing to a maintainer, however many
programs copy it and under whatever prefix; an item is what one program makes of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cobolsmith import estate as estates
from cobolsmith.errors import SourceError, UsageError
from cobolsmith.program import DataItem, Origin, Program
from cobolsmith.recipe import Setting
from cobolsmith.source import Source
from cobolsmith.syntax import Tree, parse

if TYPE_CHECKING:
    from tree_sitter import Node

_TAG = re.compile(r":[^:\s]*:|\([^()\s]*\)")
_OF = re.compile(r"\s+(?:OF|IN)\s+")
INDEPENDENT = (1, 77)
"""Levels that begin storage of their own."""


class Entry(NamedTuple):
    """A data description: the file and the offset of its first byte in that file's view."""

    path: Path
    start: int


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """An item with the program it is one of."""

    program: Program
    item: DataItem

    @property
    def key(self) -> tuple[int, int]:
        """What tells it from every other item."""
        return id(self.program), self.item.index

    @property
    def entry(self) -> Entry:
        """Where it is written."""
        return entry_of(self.item)

    @property
    def name(self) -> str:
        """Its name, or FILLER."""
        return self.item.name or "FILLER"

    def at(self, index: int) -> Held:
        """Another item of the same program."""
        return Held(self.program, self.program.items[index])

    def record(self) -> Held:
        """The record that holds it."""
        return Held(self.program, self.program.record(self.item.index))

    def holders(self) -> Iterator[Held]:
        """The groups around it, from the nearest outward."""
        return (Held(self.program, one) for one in self.program.ancestors(self.item.index))


def entry_of(item: DataItem) -> Entry:
    """The entry that an item is written in."""
    return Entry(item.origin.path, item.origin.span.start)


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """All programs of the estate and the items of each entry; trees of files, as they are asked
    for. `jobs` says that the estate has JCL; `unread` are sources that couldn't be read, and why.
    """

    setting: Setting
    programs: tuple[Program, ...]
    entries: dict[Entry, list[Held]]
    jobs: bool = False
    unread: tuple[tuple[Path, str], ...] = ()
    trees: dict[Path, Tree] = field(default_factory=dict)

    def items(self, entry: Entry) -> list[Held]:
        """The items that programs make of an entry."""
        return self.entries.get(entry, [])

    def item(self, program: Program, owner: str, index: int | None) -> Held | None:
        """An item as data flow names it: of this program, or of `owner` around it."""
        if index is None:
            return None
        holder: Program | None = program
        while holder is not None and owner and holder.name != owner:
            holder = holder.outer
        return Held(holder, holder.items[index]) if holder is not None else None

    def source(self, path: Path) -> Source:
        """A source of the estate."""
        return self.setting.source(path)

    def tree(self, path: Path) -> Tree:
        """The tree of a source, COPY not expanded."""
        if path not in self.trees:
            source = self.source(path)
            self.trees[path] = parse(source.view, source.format)
        return self.trees[path]

    def described(self, entry: Entry) -> Node | None:
        """The data_description node of an entry in its own file."""
        node = self.tree(entry.path).root.descendant_for_byte_range(entry.start, entry.start + 1)
        while node is not None and node.type != "data_description":
            node = node.parent
        return node if node is not None and node.start_byte == entry.start else None

    def raw_name(self, entry: Entry) -> str:
        """The name as the entry has it, with its tag: `:TAG:-AMOUNT`; "" for FILLER."""
        held = self.items(entry)[0].item
        if held.name_origin is None or not held.name:
            return ""
        return self.source(entry.path).text(*held.name_origin.span)

    def inherited(self, held: Held) -> str:
        """The USAGE and SIGN that the groups around an item state for all in them, as clauses: of
        each the nearest group's."""
        found: dict[str, str] = {}
        for holder in held.holders():
            node = self.described(holder.entry)
            for clause in node.children if node is not None else ():
                if clause.type in ("usage_clause", "sign_clause"):
                    said = " ".join(self.tree(holder.entry.path).text(clause).upper().split())
                    word = clause.type.partition("_")[0].upper()
                    found.setdefault(word, said if said.startswith(word) else f"{word} {said}")
        return "".join(f" {one}" for one in found.values())

    def where(self, origin: Origin) -> str:
        """`file:line` of a place."""
        line = self.source(origin.path).line_column(origin.span.start)[0]
        return f"{origin.path.name}:{line}"


def world(setting: Setting) -> World:
    """Read every source of the estate; those named on the command line are among them."""
    programs: list[Program] = []
    unread: list[tuple[Path, str]] = []
    suffixes = estates.PROGRAM_SUFFIXES + estates.COPYBOOK_SUFFIXES
    below = estates.sources(setting.config.root, suffixes, setting.config)
    paths = [one.path for one in setting.sources] + below
    alone: list[Program] = []
    for path in dict.fromkeys(path.resolve() for path in paths):  # one form of each path
        try:
            for program in setting.programs(setting.source(path)):
                (programs if program.name else alone).append(program)
        except SourceError as error:
            unread.append((path, str(error)))
    entries = _entries(programs)
    for program in alone:  # a copybook counts by itself where nothing copies it
        if not any(entry_of(item) in entries for item in program.items):
            programs.append(program)
            entries |= _entries([program])
    root, config = setting.config.root, setting.config
    jobs = bool(estates.sources(root, (".jcl", ".prc", ".proc"), config))
    return World(setting, tuple(programs), entries, jobs, tuple(unread))


def _entries(programs: Iterable[Program]) -> dict[Entry, list[Held]]:
    found: dict[Entry, list[Held]] = {}
    for program in programs:
        for item in program.items:
            if item.level:
                found.setdefault(entry_of(item), []).append(Held(program, item))
    return found


def meant(world: World, asked: str) -> Entry:
    """The one entry that a name means: FIELD, FIELD OF GROUP, PROGRAM:FIELD or COPYBOOK:FIELD.

    A name in a copybook may be given with the prefix of any program, with its tag, or bare.
    Raises UsageError where nothing or more than one entry has the name.
    """
    text = " ".join(asked.upper().split())
    where, _, field_ = text.rpartition(":") if text.count(":") == 1 else ("", "", text)
    parts = _OF.split(field_)
    found = [one for one, held in world.entries.items() if _fits(world, one, held, parts, where)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise UsageError(
            f"no data item is named {text}", remedy="name a field: FIELD, PROGRAM:FIELD"
        )
    places = ", ".join(world.where(world.items(one)[0].item.origin) for one in found[:4])
    raise UsageError(
        f"{text} names {len(found)} entries: {places}",
        remedy="say which: PROGRAM:FIELD, COPYBOOK:FIELD or FIELD OF GROUP",
    )


def _fits(world: World, entry: Entry, held: list[Held], parts: list[str], where: str) -> bool:
    names = {one.item.name for one in held if one.item.name}
    if parts[0] not in names:
        tagged = any(one.endswith(f"-{parts[0]}") for one in names)
        if not tagged or bare(world.raw_name(entry)) != parts[0]:
            return False
    known = {entry.path.stem.upper(), *(one.program.name for one in held)}
    if where and where not in known:
        return False
    if len(parts) == 1:
        return True
    holders = {one.name for item in held for one in item.holders()}
    files = {item.record().item.file for item in held}
    return all(one in holders | files for one in parts[1:])


def bare(raw: str) -> str:
    """A name without its tag: `:TAG:-AMOUNT` is AMOUNT; "" where it has none."""
    upper = raw.upper()
    without = _TAG.sub("", upper)
    return without.strip("-") if without != upper else ""
