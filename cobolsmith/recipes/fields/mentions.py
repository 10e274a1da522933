"""Where a data item is named: every word of every program that means it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cobolsmith.items import Origin
from cobolsmith.program import DataItem, Program
from cobolsmith.recipes.fields.obstacles import origin
from cobolsmith.recipes.fields.world import Held, World
from cobolsmith.source import Span

if TYPE_CHECKING:
    from tree_sitter import Node


@dataclass(frozen=True, slots=True)
class Mention:
    """A word that means an item: where it is written; whether it declares it, stands in an EXEC
    block, or may mean something else (`doubtful`)."""

    origin: Origin
    declares: bool = False
    executed: bool = False
    doubtful: bool = False


def mentions(held: Held) -> Iterator[Mention]:
    """The mentions of an item in its program."""
    program, item = held.program, held.item
    tree = program.expanded or program.tree
    several = len(program.names.get(item.name, ())) > 1 or item.name in program.labels
    start, end = part(program)
    for node in tree.walk("name", "exec_text"):
        if not start <= node.start_byte < end:
            continue
        if node.type == "exec_text":
            yield from _executed(held, node, several)
            continue
        if tree.text(node).upper() != item.name:
            continue
        place = origin(program, node)
        holder = node.parent
        if holder is not None and holder.type == "data_description":
            if place == item.name_origin:
                yield Mention(place, declares=True)
            continue
        if holder is not None and holder.type == "qualified_name":
            meant = _means(held, holder, node)
            if meant is not False:
                yield Mention(place, doubtful=meant is None)
        elif not several:
            yield Mention(place)
        elif holder is not None and holder.type == "redefines_clause":
            if _redefines(program, holder, item):
                yield Mention(place)
        elif item.name not in program.labels:
            yield Mention(place, doubtful=True)


def part(program: Program) -> tuple[int, int]:
    """Where a program's own text begins and ends in its expanded tree: other programs of the source
    may have items of the same names."""
    tree = program.expanded or program.tree
    heads = list(tree.walk("program_id_paragraph", "function_id_paragraph"))
    names = [one.child_by_field_name("name") for one in heads]
    starts = [one.start_byte for one in heads]
    for nth, name in enumerate(names):
        if name is not None and tree.text(name).strip("\"'").upper() == program.name:
            begin = starts[nth] if nth else 0
            return begin, starts[nth + 1] if nth + 1 < len(starts) else len(tree.view)
    return 0, len(tree.view)


def _means(held: Held, holder: Node, node: Node) -> bool | None:
    """Whether a qualified name means the item, or something in it where it is a qualifier."""
    program = held.program
    tree = program.expanded or program.tree
    words = [one for one in holder.children if one.type == "name"]
    names = [tree.text(one).upper() for one in words]
    found = program.resolve(names[0], tuple(names[1:]))
    if not isinstance(found, DataItem):
        return None if names[0] in program.names else False
    if words[0].start_byte == node.start_byte:
        return found.index == held.item.index
    return any(one.index == held.item.index for one in program.ancestors(found.index))


def _redefines(program: Program, clause: Node, item: DataItem) -> bool:
    place = clause.parent
    if place is None:
        return False
    where = origin(program, place)
    return any(
        one.redefines == item.index and one.origin.span.start == where.span.start
        for one in program.items
    )


def _executed(held: Held, node: Node, several: bool) -> Iterator[Mention]:
    """The words of an EXEC block: host variables of SQL, arguments of CICS."""
    program, item = held.program, held.item
    raw = (program.expanded or program.tree).view[node.start_byte : node.end_byte].decode("ascii")
    parent = node.parent
    tree = program.expanded or program.tree
    sql = parent is not None and "SQL" in tree.text(parent).upper().split()[:2]
    before = r"(?<=:)" if sql else r"(?<![\w-])"
    for match in re.finditer(before + re.escape(item.name) + r"(?![\w-])", raw, re.IGNORECASE):
        start = node.start_byte + match.start()
        where = (
            Origin(program.source.path, Span(start, start + len(item.name)))
            if program.origins is None
            else program.origins.origin(start, start + len(item.name))
        )
        yield Mention(where, executed=True, doubtful=several)


def spelled(world: World, one: Mention) -> str:
    """The word as it is written at a mention's place."""
    return world.source(one.origin.path).text(*one.origin.span)
