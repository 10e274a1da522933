"""From data description entries to a hierarchy: levels, inheritance, REDEFINES and RENAMES."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cobolsmith.languages.cobol import picture
from cobolsmith.languages.cobol.reading import Reading
from cobolsmith.program import DataItem, Occurs, Origin, Picture, Sign
from cobolsmith.reserved import FIGURATIVE_CONSTANTS

if TYPE_CHECKING:
    from tree_sitter import Node

_LITERAL = re.compile(r"(X?)(['\"])((?:(?!\2).|\2\2)*)\2", re.DOTALL | re.IGNORECASE)


@dataclass(slots=True)
class Entry:
    """A data description being read: what a `DataItem` has, and the names its clauses use.

    `redefined` and `renamed` are names as written; `usage` is "" where no clause states it.
    """

    index: int
    name: str
    level: int
    section: str
    file: str
    node: Node
    origin: Origin
    name_origin: Origin | None = None
    picture: Picture | None = None
    usage: str = ""
    occurs: Occurs | None = None
    sign: Sign | None = None
    synchronized: bool = False
    justified: bool = False
    blank_when_zero: bool = False
    external: bool = False
    global_: bool = False
    any_length: bool = False
    unsigned: bool = False
    values: tuple[str | tuple[str, str], ...] = ()
    false_value: str | None = None
    redefined: str = ""
    renamed: tuple[tuple[str, tuple[str, ...]], ...] = ()
    redefines: int | None = None
    renames: tuple[int, int] | None = None
    parent: int | None = None
    children: list[int] = field(default_factory=list)
    conditions: list[int] = field(default_factory=list)
    inherited: str = ""

    @property
    def times(self) -> int:
        """How often it stands in one occurrence of what holds it, at most."""
        return self.occurs.maximum if self.occurs else 1

    def item(self, offset: int, length: int) -> DataItem:
        """The finished item at its place."""
        return DataItem(
            self.index,
            self.name,
            self.level,
            self.section,
            self.origin,
            self.name_origin,
            self.picture,
            self.usage,
            self.occurs,
            self.redefines,
            self.renames,
            self.sign,
            self.synchronized,
            self.justified,
            self.blank_when_zero,
            self.external,
            self.global_,
            self.any_length,
            self.unsigned,
            self.values,
            self.false_value,
            offset,
            length,
            self.parent,
            tuple(self.children),
            tuple(self.conditions),
            self.file,
        )


def hierarchy(reading: Reading, entries: Sequence[Entry]) -> None:
    """Give entries their parents, children, inherited clauses and resolved names."""
    _nest(reading, entries)
    for entry in entries:
        if entry.redefined:
            _redefine(reading, entries, entry)
    _inherit(entries)
    for entry in entries:
        if entry.renamed and entry.parent is not None:
            _rename(reading, entries, entry)


def _nest(reading: Reading, entries: Sequence[Entry]) -> None:
    """Give each entry its parent, children and conditions by its level number."""
    stack: list[Entry] = []
    for entry in entries:
        if stack and (stack[0].section, stack[0].file) != (entry.section, entry.file):
            stack = []
        if entry.level == 88:
            _link(entry, stack[-1] if stack else None)
        elif entry.level == 66:
            _link(entry, stack[0] if stack else None)
        elif entry.level != 78:
            if not 1 <= entry.level <= 49 and entry.level != 77:
                reading.problem("level", f"the level number {entry.level:02}", entry.node)
            level = 1 if entry.level == 77 else entry.level
            while stack and (stack[-1].level >= level or stack[-1].level == 77):
                stack.pop()
            _link(entry, stack[-1] if stack else None)
            stack.append(entry)


def _link(entry: Entry, parent: Entry | None) -> None:
    if parent is None:
        return
    entry.parent = parent.index
    if entry.level == 88:
        parent.conditions.append(entry.index)
    elif entry.level != 66:
        parent.children.append(entry.index)


def _redefine(reading: Reading, entries: Sequence[Entry], entry: Entry) -> None:
    """Resolve REDEFINES: the nearest earlier item of that name in the same group."""
    for one in reversed(entries[: entry.index]):
        if (
            one.name == entry.redefined
            and one.parent == entry.parent
            and one.section == entry.section
            and one.level not in (66, 88)
        ):
            entry.redefines = one.index
            return
    reading.problem(
        "undefined name",
        f"{entry.name or 'FILLER'} redefines {entry.redefined}, which is not in its group",
        entry.node,
        "name an earlier item of the same level",
    )


def _inherit(entries: Sequence[Entry]) -> None:
    """Pass USAGE and SIGN of groups down; a group's own usage is GROUP."""
    for entry in entries:
        entry.inherited = entry.usage
        if entry.parent is not None and entry.level not in (66, 88):
            holder = entries[entry.parent]
            entry.inherited = entry.usage or holder.inherited
            entry.sign = entry.sign or holder.sign
        entry.usage = "GROUP" if entry.children else entry.inherited or "DISPLAY"
        national = entry.picture is not None and entry.picture.category.startswith("national")
        if national and entry.usage == "DISPLAY":
            entry.usage = "NATIONAL"
        entry.picture = entry.picture or _implied(entry)


def _implied(item: Entry) -> Picture | None:
    """The PICTURE cobc takes for an item without one: as long as its alphanumeric VALUE."""
    if item.children or not 2 <= item.level <= 49 or item.usage != "DISPLAY" or not item.values:
        return None
    value = str(item.values[0])
    if value in FIGURATIVE_CONSTANTS:
        return picture.parse("X")
    size = sum(
        len(text.replace(quote * 2, quote)) // (2 if hexadecimal else 1)
        for hexadecimal, quote, text in _LITERAL.findall(value)
    )
    return picture.parse(f"X({size})") if size else None


def _rename(reading: Reading, entries: Sequence[Entry], entry: Entry) -> None:
    """Resolve RENAMES to the first and last item renamed."""
    ends = [_in_record(entries, entry, name, by) for name, by in entry.renamed]
    if None in ends:
        names = " THRU ".join(name for name, _ in entry.renamed)
        reading.problem(
            "undefined name", f"{entry.name} renames {names}, not in its record", entry.node
        )
        return
    first, last = ends[0], ends[-1]
    assert first is not None and last is not None
    entry.renames = (first, last)


def _in_record(
    items: Sequence[Entry], rename: Entry, name: str, qualifiers: tuple[str, ...]
) -> int | None:
    for item in reversed(items[: rename.index]):
        if item.name == name and item.level not in (66, 88):
            holders, above = [], item.parent
            while above is not None:
                holders.append(items[above])
                above = items[above].parent
            names = iter(holder.name for holder in holders)
            in_record = any(holder.index == rename.parent for holder in holders)
            if in_record and all(qualifier in names for qualifier in qualifiers):
                return item.index
    return None
