"""Other layouts of a field: the groups it is moved to, and the fields it is UNSTRUNG into.

A record of PIC X(80) says nothing; the group in WORKING-STORAGE that it is read INTO says all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cobolsmith.checks.equivalence.domains import literal, sorted_together
from cobolsmith.program import DataItem, Program

LEAST = 6
"""Bytes below which a field is not looked at as a group."""


@dataclass(frozen=True, slots=True)
class Views:
    """What an item is looked at as: groups by item, and (delimiter, receivers) by item."""

    groups: Mapping[int, tuple[int, ...]]
    unstrung: Mapping[int, tuple[tuple[str, tuple[int, ...]], ...]]


def views(program: Program) -> Views:
    """The views of a program's items, from its MOVEs (READ INTO too) and UNSTRINGs."""
    groups: dict[int, list[int]] = {}
    for move in program.flow.moves:
        if move.sender is None or move.computed or move.owner or move.receiver_owner:
            continue
        sender = program.items[move.sender]
        for group in _as_groups(program, program.items[move.receiver]):
            plain = not any(one.name for one in program.below(sender.index))
            if plain and sender.length >= LEAST:
                groups.setdefault(sender.index, []).append(group.index)
    for together in sorted_together(program):
        shaped = [one for one in together if program.items[one].is_group]
        for record in together:
            if record not in shaped:
                groups.setdefault(record, []).extend(shaped)
    return Views(
        {item: tuple(dict.fromkeys(found)) for item, found in groups.items()}, _unstrings(program)
    )


def _as_groups(program: Program, receiver: DataItem) -> list[DataItem]:
    """The receiver, where it is a group, and the groups that redefine it."""
    own = [receiver] if receiver.is_group else []
    return own + [one for one in program.items if one.redefines == receiver.index and one.is_group]


def _unstrings(program: Program) -> dict[int, tuple[tuple[str, tuple[int, ...]], ...]]:
    tree = program.expanded or program.tree
    found: dict[int, list[tuple[str, tuple[int, ...]]]] = {}
    for node in tree.walk("unstring_statement"):
        sender = _item(program, node.child_by_field_name("from"))
        into = [_item(program, one) for one in node.children_by_field_name("into")]
        delimiter = ","
        for child in node.children:
            if child.type == "delimiters_phrase":
                for one in child.children_by_field_name("by"):
                    value = literal((one.text or b"").decode("latin-1"))
                    delimiter = (value if isinstance(value, str) else " ") or " "
                    break
        receivers = tuple(one for one in into if one is not None)
        if sender is not None and receivers:
            found.setdefault(sender, []).append((delimiter, receivers))
    return {item: tuple(rows) for item, rows in found.items()}


def _item(program: Program, node: object) -> int | None:
    if node is None or getattr(node, "type", "") != "qualified_name":
        return None
    tree = program.expanded or program.tree
    words = [tree.text(one).upper() for one in node.children if one.type == "name"]  # type: ignore[attr-defined]
    item = program.resolve(words[0], tuple(words[1:])) if words else None
    return item.index if isinstance(item, DataItem) else None
