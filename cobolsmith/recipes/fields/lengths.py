"""Record lengths that a program works out itself: what FD ... DEPENDING ON names.

Only `LENGTH OF` follows a record's layout. A number written into the length was counted by hand
when the layout was another, and the record would be cut off (or padded) without a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cobolsmith.items import Origin
from cobolsmith.program import DataItem, Program
from cobolsmith.recipes.fields.files import Stored
from cobolsmith.recipes.fields.obstacles import origin
from cobolsmith.recipes.fields.spread import Spread

_NUMBER = re.compile(r"(?<![\w.-])\d*[1-9]\d*(?![\w-])")


def counted(spread: Spread, files: list[Stored]) -> None:
    """Ask about each number that goes into the length of records whose layout changes."""
    for one in files:
        if not _longer(one):
            continue
        program = one.record.program
        for item in _lengths(program, one.file.name):
            for place in dict.fromkeys(_numbers(spread, program, item)):
                what = f"{item.name} is the length of {one.file.name}'s records, and is counted"
                remedy = f"say LENGTH OF {one.view.item.name}, or count anew by hand"
                spread.ask(f"{what} with numbers here", place, remedy)


def _longer(one: Stored) -> bool:
    """Whether records have another length, or their tables begin elsewhere."""
    items = one.view.program.items
    moved = (part for part in one.bytes.parts if part[1:3] != part[3:] and items[part[0]].times > 1)
    sizes = (one.lengths, one.bytes.size)
    return any(old != new for old, new in sizes) or any(True for _ in moved)


def _lengths(program: Program, file: str) -> Iterator[DataItem]:
    """The item that the length of a file's records depends on."""
    tree = program.expanded or program.tree
    for node in tree.walk("file_description"):
        name = node.child_by_field_name("name")
        if name is None or tree.text(name).upper() != file:
            continue
        place = origin(program, node)
        for use in program.flow.uses:
            inside = place.span.start <= use.origin.span.start < place.span.end
            here = inside and use.origin.path == place.path and not use.owner
            if here and (use.role, use.verb) == ("lengths", "FD"):
                yield program.items[use.item]


def _numbers(spread: Spread, program: Program, item: DataItem) -> Iterator[Origin]:
    """Where numbers go into an item, or into what goes into it."""
    seen, waiting = {item.index}, [item.index]
    while waiting:
        now = waiting.pop()
        if any(_NUMBER.search(str(value)) for value in program.items[now].values):
            yield program.items[now].origin
        for move in program.flow.moves:
            if move.receiver != now or move.receiver_owner:
                continue
            written = spread.world.source(move.origin.path).text(*move.origin.span)
            if (move.literal or move.computed) and _NUMBER.search(move.literal or written):
                yield move.origin
            if move.sender is None or move.owner or move.computed or move.sender in seen:
                continue
            seen.add(move.sender)
            waiting.append(move.sender)
