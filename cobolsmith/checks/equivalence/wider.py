"""What can be said of a wider field without a run: statements that do the same by COBOL's rules,
and those that would cut what the wider field holds now.

A statement whose words are the same, and whose items are elementary and keep their kind, sign and
decimals, does the same with every value that the narrower side holds: MOVE, arithmetic, relations
and INITIALIZE work with values, not with lengths (COBOL-85, 6.4 and 6.19). Where an item grows,
operands must be all numbers or all texts: a number moved to or compared with a text shows its
length. What this doesn't know it leaves to the runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cobolsmith.checks.equivalence.change import Region
from cobolsmith.checks.equivalence.marks import Marked, Statement
from cobolsmith.program import DataItem, Program

if TYPE_CHECKING:
    from tree_sitter import Node

_ARITHMETIC = frozenset(
    f"{verb}_statement" for verb in ("add", "subtract", "multiply", "divide", "compute")
)
_VALUES = _ARITHMETIC | {"move_statement", "if_statement", "set_statement", "perform_statement"}
_SAME = _VALUES | {
    f"{verb}_statement"
    for verb in ("initialize", "display", "string", "unstring", "inspect", "evaluate", "accept")
}
"""Kinds of statements that do the same where all of their items are stored as they were."""
_BARRED = ("reference_modification", "function_call", "attribute_of", "class_word")
_NUMERIC = ("numeric", "numeric-edited")
_BLANK = ("SPACE", "SPACES")
_ZERO = ("ZERO", "ZEROS", "ZEROES")


@dataclass(frozen=True, slots=True)
class Pair:
    """An item on its own side and on the other; `same`: all of it is stored in the same bytes."""

    own: DataItem
    other: DataItem
    same: bool

    @property
    def number(self) -> bool:
        """Whether it is a number, edited or not."""
        return self.own.picture is not None and self.own.picture.category in _NUMERIC

    @property
    def comparable(self) -> bool:
        """Whether only the number of its digits or characters may differ. An edited item is none
        such: what it shows is in its symbols."""
        one, two = self.own.picture, self.other.picture
        if one is None or two is None or one.category != two.category:
            return False
        if (self.own.usage, self.own.times) != (self.other.usage, self.other.times):
            return False
        if one.category == "alphanumeric":
            return not (self.own.justified or self.other.justified)
        return one.category == "numeric" and (one.scale, one.signed) == (two.scale, two.signed)


def _shape(program: Program, item: DataItem) -> tuple[object, ...]:
    """What decides on an item's bytes, and on those of its parts."""
    picture = item.picture
    plain = picture is not None and picture.category in ("numeric", "alphanumeric")
    symbols = (picture.category, picture.size, picture.scale, picture.signed) if picture else ()
    written = "" if plain or picture is None else picture.text.upper()
    stated = (item.usage, item.sign, item.justified, item.blank_when_zero, item.times)
    own = (item.length, symbols, written, *stated)
    parts = (program.items[one] for one in item.children)
    return (*own, *(_shape(program, one) for one in parts))


# --- Statements that do the same ------------------------------------------------------------------


def proven(own: Program, other: Program, marked: Marked, region: Region) -> frozenset[int]:
    """The marks of changed statements of a side that do the same as on the other, whatever values
    the narrower side holds."""
    reading = _Reading(own, other, marked)
    return frozenset(
        one.mark
        for one in region.statements
        if not _changed(marked, one, region) and reading.does_the_same(one)
    )


def without(region: Region, marks: frozenset[int]) -> Region:
    """A region without some of its own statements: no mutants are made of those."""
    return replace(region, own=tuple(one for one in region.own if one.mark not in marks))


def _end(marked: Marked, one: Statement) -> int:
    """Where a statement's own words end: at the first statement in it."""
    return min(
        (each.start for each in marked.statements if each.outer == one.mark), default=one.last
    )


def _changed(marked: Marked, one: Statement, region: Region) -> bool:
    end = _end(marked, one)
    return any(start < max(end, one.start + 1) and one.start < max(stop, start + 1)
               for start, stop in region.spans)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Reading:
    """A side's statements, with the other side's items."""

    own: Program
    other: Program
    marked: Marked

    def does_the_same(self, one: Statement) -> bool:
        """Whether a statement with the same words does what it does on the other side."""
        node = self.node(one)
        if node is None or one.kind not in _SAME:
            return False
        parts = list(_parts(node, _end(self.marked, one)))
        pairs = list(self.pairs(parts))
        if any(pair is None for pair in pairs):
            return False
        known = [pair for pair in pairs if pair is not None]
        if all(pair.same for pair in known):
            return not any(part.type in ("function_call", "attribute_of") for part in parts)
        if one.kind not in _VALUES or any(part.type in _BARRED for part in parts):
            return False
        return all(pair.same or pair.comparable for pair in known) and self.one_kind(parts, known)

    def node(self, one: Statement) -> Node | None:
        """The statement's node."""
        found = self.marked.tree.root.descendant_for_byte_range(one.start, one.start + 1)
        while found is not None and (found.type, found.start_byte) != (one.kind, one.start):
            found = found.parent
        return found

    def pairs(self, parts: Sequence[Node]) -> Iterator[Pair | None]:
        """The items that are named, with the other side's; None for one of which too little is
        known: one that shares its bytes, one that the other side hasn't."""
        for part in parts:
            if part.type != "qualified_name":
                continue
            words = [self.marked.tree.text(c).upper() for c in part.children if c.type == "name"]
            yield self.pair(words) if words else None

    def pair(self, words: list[str], shared: bool = False) -> Pair | None:
        """The item of a name and its qualifiers on both sides (of a condition-name, its item), with
        the same VALUEs; `shared`: one that shares its bytes will do."""
        sides, values = [], []
        for program in (self.own, self.other):
            owner, found = program.find(words[0], tuple(words[1:]))
            if owner is not program or not isinstance(found, DataItem):
                return None
            if found.level == 88 and found.parent is not None:
                values.append(found.values)
                found = program.items[found.parent]
            if found.level == 66 or (not shared and _shared(program, found)):
                return None
            sides.append(found)
            values.append(found.values)
        half = len(values) // 2
        same = _shape(self.own, sides[0]) == _shape(self.other, sides[1])
        return Pair(sides[0], sides[1], same) if values[:half] == values[half:] else None

    def one_kind(self, parts: Sequence[Node], pairs: Sequence[Pair]) -> bool:
        """Whether all operands are numbers, or all are texts: only then lengths don't matter."""
        numbers = {pair.number for pair in pairs}
        if len(numbers) != 1:
            return False
        fills = _ZERO if numbers == {True} else _BLANK
        for part in parts:
            text = self.marked.tree.text(part).upper()
            if part.type == "figurative_constant" and text not in fills:
                return False
            if part.type.endswith("_literal") and numbers != {part.type == "number_literal"}:
                return False
        return True


def _parts(node: Node, end: int) -> Iterator[Node]:
    """The nodes of a statement's own words, subscripts aside: those are numbers by themselves."""
    waiting = list(node.children)[::-1]
    while waiting:
        one = waiting.pop()
        if one.start_byte < end:
            yield one
            if one.type != "subscript":
                waiting += list(one.children)[::-1]


def _shared(program: Program, item: DataItem) -> bool:
    holders = {one.index for one in program.ancestors(item.index)}
    return any(one.index not in holders for one in program.over(item.index))


# --- Statements that would cut --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Moves:
    """The MOVEs of fields that the new side keeps in more room: how many there are, and those that
    cut what the field can hold now, where they kept all that it held before."""

    seen: int = 0
    cut: tuple[str, ...] = ()


def moves(old: Program, new: Program, marked: Marked) -> Moves:
    """Look at every MOVE of the new side whose sender has become wider."""
    reading = _Reading(new, old, marked)
    seen, cut = 0, []
    for one in marked.statements:
        node = reading.node(one) if one.kind == "move_statement" else None
        sender = _whole(reading, node.child_by_field_name("from")) if node is not None else None
        if node is None or sender is None or _room(sender.own) == _room(sender.other):
            continue
        seen += 1
        for receiver in (_whole(reading, each) for each in node.children_by_field_name("to")):
            if receiver is None or not _keeps(sender.other, receiver.other):
                continue
            if not _keeps(sender.own, receiver.own):
                cut.append(f"MOVE {sender.own.name} TO {receiver.own.name}, line {one.line}")
    return Moves(seen, tuple(cut))


def _whole(reading: _Reading, node: Node | None) -> Pair | None:
    """The item that an operand of MOVE names, all of it, on both sides."""
    if node is None or node.type != "qualified_name":
        return None
    if any(child.type == "reference_modification" for child in node.children):
        return None
    return reading.pair([reading.marked.tree.text(c).upper() for c in node.children
                         if c.type == "name"], shared=True)  # fmt: skip


def _room(item: DataItem) -> tuple[str, int, int] | None:
    """What a plain item holds: digits before the point and behind it, or characters."""
    picture = item.picture
    if picture is None:
        return None
    if picture.category in _NUMERIC:
        return "number", picture.digits - picture.scale, picture.scale
    return ("text", picture.size, 0) if picture.category == "alphanumeric" else None


def _keeps(sender: DataItem, receiver: DataItem) -> bool:
    """Whether all that the sender can hold fits the receiver; true where that can't be said."""
    one, two = _room(sender), _room(receiver)
    if one is None or two is None or one[0] != two[0]:
        return True
    return one[1] <= two[1] and one[2] <= two[2]
