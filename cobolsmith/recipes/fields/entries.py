"""Edits of entries: a PICTURE, a FILLER, a new entry. Columns, case and indentation stay."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cobolsmith.plan import Edit
from cobolsmith.recipes.fields.pictures import Room, rewritten
from cobolsmith.recipes.fields.spread import Put, Spread
from cobolsmith.recipes.fields.world import Entry, World
from cobolsmith.source import Source, Span
from cobolsmith.writing import after_line, cased, column, line

if TYPE_CHECKING:
    from tree_sitter import Node


def edits(spread: Spread) -> list[Edit]:
    """All edits of entries that a change needs, in order of files and places."""
    found = []
    for entry, length in spread.sizes.lengths.items():
        change = spread.changes.get(entry)
        if change is not None:
            found.append(picture(spread.world, entry, change.picture))
        elif length == 0:
            found.append(removed(spread.world, entry))
        else:
            found.append(filler(spread.world, entry, length))
    for entry, put in spread.put.items():
        found.append(inserted(spread.world, entry, put))
    return sorted(found, key=lambda one: (str(one.path), one.span))


def clause(world: World, entry: Entry, kind: str) -> Node | None:
    """The first node of a kind in an entry."""
    node = world.described(entry)
    waiting = list(node.children) if node is not None else []
    while waiting:
        one = waiting.pop(0)
        if one.type == kind:
            return one
        waiting = [*one.children, *waiting]
    return None


def picture(world: World, entry: Entry, text: str) -> Edit:
    """An entry with another PICTURE; blanks behind it give way, so that what follows stays."""
    node = clause(world, entry, "picture_string")
    assert node is not None, "an entry whose PICTURE changes has one"
    return fitted(world.source(entry.path), entry, Span(node.start_byte, node.end_byte), text)


def fitted(source: Source, entry: Entry, span: Span, text: str) -> Edit:
    """A word replaced so that what follows it on its line keeps its column where there is room."""
    end = source.line_span(source.line_column(span.start)[0])[1]
    rest = source.text(span.end, end)
    blanks = len(rest) - len(rest.lstrip(" "))
    grown = len(text) - (span.end - span.start)
    if blanks > 1 and rest.strip():
        taken = max(min(grown, blanks - 1), 0)
        return Edit(entry.path, Span(span.start, span.end + taken), (text + " " * max(-grown, 0),))
    return Edit(entry.path, span, (text,))


def filler(world: World, entry: Entry, length: int) -> Edit:
    """A FILLER of another length."""
    held = world.items(entry)[0].item
    node = clause(world, entry, "picture_string")
    assert node is not None and held.picture is not None, "FILLER that gives bytes has a PICTURE"
    was = world.tree(entry.path).text(node)
    before, after = Room(size=held.length), Room(size=length)
    text = rewritten(was, held.picture.category, before, after) or f"X({length})"
    return picture(world, entry, text)


def removed(world: World, entry: Entry, whole: bool = False) -> Edit:
    """An entry taken out (`whole`: with all below it), with its lines where it stands alone."""
    node = world.described(entry)
    assert node is not None, "an entry is described where it is written"
    end = subtree(world, entry) if whole else node.end_byte
    return Edit(
        entry.path, whole_lines(world.source(entry.path), Span(node.start_byte, end)), ("",)
    )


def subtree(world: World, entry: Entry) -> int:
    """The offset behind an entry and all that is written below it."""
    return _last(world, entry).end_byte


def whole_lines(source: Source, span: Span) -> Span:
    """A span widened to whole lines where only columns and blanks stand beside it."""
    first = source.line_span(source.line_column(span.start)[0])
    last = source.line_span(source.line_column(span.end - 1)[0])
    before, after = source.text(first[0], span.start), source.text(span.end, last[1])
    margin = 6 if source.format != "free" else 0
    tail = after[: max(0, 72 - (span.end - last[0]))] if source.format == "fixed" else after
    return Span(first[0], last[1]) if not (before[margin:].strip() or tail.strip()) else span


def inserted(world: World, entry: Entry, put: Put) -> Edit:
    """A new entry on a line of its own behind an entry (and all below it), its level and columns
    those of the entry."""
    source, node = world.source(entry.path), world.described(entry)
    assert node is not None, "an entry is described where it is written"
    last = source.line_column(subtree(world, entry) - 1)[0]
    level, gap, width, pic = layout_of(world, entry)
    name = put.name or "FILLER"
    head = f"{level}{gap}{name}".ljust(width - 1) + " "
    value = f" VALUE {put.value}" if put.value and put.stated else ""
    text = cased(source, node.start_byte, f"{head}{pic} {put.clauses}{value}.")
    new = line(source, column(source, node.start_byte), text)
    span = after_line(source, last)
    if span.start == len(source.view) and not source.view.endswith(b"\n"):
        new = "\n" + new.removesuffix("\n")
    return Edit(entry.path, span, (new,))


def _last(world: World, entry: Entry) -> Node:
    """The description of the last entry of an entry's subtree that is written in its file."""
    node = world.described(entry)
    assert node is not None, "an entry is described where it is written"
    inside = {entry}
    for held in world.items(entry):
        below = held.program.below(held.item.index)
        inside |= {Entry(one.origin.path, one.origin.span.start) for one in below}
    for other in inside:
        found = world.described(other) if other.path == entry.path else None
        if found is not None and found.start_byte > node.start_byte:
            node = found
    return node


def layout_of(world: World, entry: Entry) -> tuple[str, str, int, str]:
    """How an entry is written: its level, the blanks behind it, the columns up to its PIC (0 where
    that isn't on its first line), and the word PIC as it is spelt."""
    source, tree = world.source(entry.path), world.tree(entry.path)
    node = world.described(entry)
    assert node is not None, "an entry is described where it is written"
    number = next(one for one in node.children if one.type == "level_number")
    gap = re.match(r" *", source.text(number.end_byte, number.end_byte + 8))
    blanks = gap[0] if gap and gap[0] else "  "
    pic = next((one for one in node.children if one.type == "picture_clause"), None)
    if pic is None or pic.start_point[0] != node.start_point[0]:
        return tree.text(number), blanks, 0, "PIC"
    word = re.match(r"\w+", source.text(pic.start_byte, pic.end_byte))
    return tree.text(number), blanks, pic.start_byte - node.start_byte, word[0] if word else "PIC"
