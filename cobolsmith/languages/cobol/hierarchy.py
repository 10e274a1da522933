"""From data description entries to a hierarchy: levels, inheritance, REDEFINES and RENAMES."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cobolsmith.languages.cobol import picture
from cobolsmith.languages.cobol.reading import Reading
from cobolsmith.program import DataItem, Picture
from cobolsmith.reserved import FIGURATIVE_CONSTANTS

if TYPE_CHECKING:
    from tree_sitter import Node

_LITERAL = re.compile(r"(X?)(['\"])((?:(?!\2).|\2\2)*)\2", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """A data description before names are resolved: the item and the names its clauses use."""

    item: DataItem
    node: Node
    redefines: str = ""
    renames: tuple[tuple[str, tuple[str, ...]], ...] = ()
    usage: str = ""


def hierarchy(reading: Reading, entries: Sequence[Entry]) -> list[DataItem]:
    """The items of entries with parents, children, inherited clauses and resolved names."""
    items = _nested(reading, entries)
    items = _redefined(reading, entries, items)
    items = _inherited(entries, items)
    return _renamed(reading, entries, items)


def _nested(reading: Reading, entries: Sequence[Entry]) -> list[DataItem]:
    """Give each item its parent, children and conditions by its level number."""
    parents: list[int | None] = [None] * len(entries)
    stack: list[DataItem] = []
    for entry in entries:
        item = entry.item
        if stack and (stack[0].section, stack[0].file) != (item.section, item.file):
            stack = []
        if item.level == 88:
            parents[item.index] = stack[-1].index if stack else None
        elif item.level == 66:
            parents[item.index] = stack[0].index if stack else None
        elif item.level == 78:
            continue
        else:
            if not 1 <= item.level <= 49 and item.level != 77:
                reading.problem("level", f"the level number {item.level:02}", entry.node)
            level = 1 if item.level == 77 else item.level
            while stack and (stack[-1].level >= level or stack[-1].level == 77):
                stack.pop()
            parents[item.index] = stack[-1].index if stack else None
            stack.append(item)
    return _linked([entry.item for entry in entries], parents)


def _linked(items: list[DataItem], parents: Sequence[int | None]) -> list[DataItem]:
    children: list[list[int]] = [[] for _ in items]
    conditions: list[list[int]] = [[] for _ in items]
    for item, parent in zip(items, parents, strict=True):
        if parent is not None and item.level != 66:
            (conditions if item.level == 88 else children)[parent].append(item.index)
    return [
        replace(item, parent=parent, children=tuple(children[i]), conditions=tuple(conditions[i]))
        for i, (item, parent) in enumerate(zip(items, parents, strict=True))
    ]


def _redefined(
    reading: Reading, entries: Sequence[Entry], items: Sequence[DataItem]
) -> list[DataItem]:
    """Resolve REDEFINES: the nearest earlier item of that name in the same group."""
    done = list(items)
    for entry in entries:
        if not entry.redefines:
            continue
        item = done[entry.item.index]
        before = reversed(done[: item.index])
        found = next(
            (
                one.index
                for one in before
                if one.name == entry.redefines
                and one.parent == item.parent
                and one.section == item.section
                and one.level not in (66, 88)
            ),
            None,
        )
        if found is None:
            reading.problem(
                "undefined name",
                f"{item.name or 'FILLER'} redefines {entry.redefines}, which is not in its group",
                entry.node,
                "name an earlier item of the same level",
            )
        done[item.index] = replace(item, redefines=found)
    return done


def _inherited(entries: Sequence[Entry], items: Sequence[DataItem]) -> list[DataItem]:
    """Pass USAGE and SIGN of groups down; a group's own usage is GROUP."""
    usages = [entry.usage for entry in entries]
    signs = [item.sign for item in items]
    done = []
    for item in items:
        if item.parent is not None and item.level not in (66, 88):
            usages[item.index] = usages[item.index] or usages[item.parent]
            signs[item.index] = signs[item.index] or signs[item.parent]
        usage = "GROUP" if item.children else usages[item.index] or "DISPLAY"
        if item.picture and item.picture.category.startswith("national") and usage == "DISPLAY":
            usage = "NATIONAL"
        done.append(
            replace(
                item, usage=usage, sign=signs[item.index], picture=item.picture or _implied(item)
            )
        )
    return done


def _implied(item: DataItem) -> Picture | None:
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


def _renamed(
    reading: Reading, entries: Sequence[Entry], items: Sequence[DataItem]
) -> list[DataItem]:
    """Resolve RENAMES to the first and last item renamed."""
    done = list(items)
    for entry in entries:
        item = done[entry.item.index]
        if not entry.renames or item.parent is None:
            continue
        ends = [_in_record(done, item, name, by) for name, by in entry.renames]
        if None in ends:
            names = " THRU ".join(name for name, _ in entry.renames)
            reading.problem(
                "undefined name", f"{item.name} renames {names}, not in its record", entry.node
            )
            continue
        first, last = ends[0], ends[-1]
        assert first is not None and last is not None
        done[item.index] = replace(item, renames=(first, last))
    return done


def _in_record(
    items: Sequence[DataItem], rename: DataItem, name: str, qualifiers: tuple[str, ...]
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
