"""Which items share values, and which values their conditions ask for.

Conditions and MOVEs are solved backwards: items that are moved to each other or compared with each
other form one domain; a literal or an 88-level that any of them is compared with is a value that
all of them try, with the values just below and above. A utility item that many send to joins none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from cobolsmith.checks.equivalence.shape import Field, fields
from cobolsmith.checks.equivalence.values import Value, decode, encode
from cobolsmith.program import DataItem, Program
from cobolsmith.syntax import Tree

if TYPE_CHECKING:
    from tree_sitter import Node

HUB = 4
"""An item that gets values of more items than this says nothing about any of them."""

TABLE_ENTRY = 20
"""Bytes beyond which a table's entry is a text to show, not a value to compare with."""
_FIGURATIVE: dict[str, Value] = {
    **dict.fromkeys(("ZERO", "ZEROS", "ZEROES"), Decimal(0)),
    **dict.fromkeys(("SPACE", "SPACES"), ""),
    **dict.fromkeys(("LOW-VALUE", "LOW-VALUES"), b"\0" * 256),
    **dict.fromkeys(("HIGH-VALUE", "HIGH-VALUES"), b"\xff" * 256),
}
_CONDITIONS = ("condition", "when_phrase", "evaluate_statement")


@dataclass(slots=True)
class Domains:
    """The domain of each item (its root) and the values asked for in each."""

    program: Program
    roots: dict[int, int] = field(default_factory=dict)
    values: dict[int, list[Value]] = field(default_factory=dict)

    def root(self, item: int) -> int:
        """The item that stands for the domain of an item."""
        while (above := self.roots.get(item, item)) != item:
            item = above
        return item

    def join(self, one: int, other: int) -> None:
        """Make one domain of two, with the values of both."""
        first, second = sorted((self.root(one), self.root(other)))
        if first == second:
            return
        self.roots[second] = first
        for value in self.values.pop(second, []):
            self.add(first, value)

    def add(self, item: int, value: Value) -> None:
        """Note a value asked for."""
        found = self.values.setdefault(self.root(item), [])
        if value not in found:
            found.append(value)

    def asked(self, item: int) -> list[Value]:
        """The values asked for in an item's domain."""
        return self.values.get(self.root(item), [])


def domains(program: Program) -> Domains:
    """The domains of a program's items, from its MOVEs, conditions and 88-levels."""
    found = Domains(program)
    _moves(found)
    _sorts(found)
    _keys(found)
    for item in program.items:
        if item.level == 88 and item.parent is not None:
            _condition_name(found, item)
    for item in program.items:
        if item.redefines is not None:
            _table(found, item)
    tree = program.expanded or program.tree
    for node in tree.walk("condition", "condition_range"):
        _condition(found, node)
    for node in tree.walk("class_word"):
        _class(found, node)
    for node in tree.walk("evaluate_statement"):
        _evaluate(found, node)
    for node in tree.walk("go_to_statement"):
        _depending(found, node)
    for node in tree.walk("subscript"):
        _subscript(found, node)
    _spelt(found)
    return found


def _spelt(found: Domains) -> None:
    """A text that a number is made of (NUMVAL) is asked for what the number is asked for."""
    items = found.program.items
    for move in found.program.flow.moves:
        if move.computed and move.sender is not None and not (move.owner or move.receiver_owner):
            picture = items[move.sender].picture
            if picture is not None and picture.category == "alphanumeric":
                for value in found.asked(move.receiver):
                    if isinstance(value, Decimal):
                        found.add(move.sender, format(value, "f"))


def _class(found: Domains, node: Node) -> None:
    """IS NUMERIC asks for what is no number: blanks, bytes that are no digits."""
    before = node.prev_named_sibling
    item = named(found.program, before) if before is not None else None
    if item is not None and node.text is not None and node.text.upper() == b"NUMERIC":
        for byte in (b" ", b"\xff"):
            found.add(item, byte * 256)


def _depending(found: Domains, node: Node) -> None:
    """GO TO ... DEPENDING ON asks for 1 to the number of its targets, and one beyond."""
    depending = node.child_by_field_name("depending")
    item = named(found.program, depending) if depending is not None else None
    if item is not None:
        for value in range(len(node.children_by_field_name("target")) + 2):
            found.add(item, Decimal(value))


def _subscript(found: Domains, node: Node) -> None:
    """A subscript asks for the first and the last occurrence of its table."""
    holder = node.parent
    table = named(found.program, holder) if holder is not None else None
    if table is None:
        return
    tables = found.program.subscripts(found.program.items[table])
    used = [one for one in node.children if one.is_named]
    for one, over in zip(used, tables, strict=False):
        item = named(found.program, one)
        if item is not None:
            for value in (1, 2, over.times):
                found.add(item, Decimal(value))


def _table(found: Domains, item: DataItem) -> None:
    """A table laid over VALUEs: what its entries hold is asked for wherever they are compared."""
    assert item.redefines is not None
    data = _initial(found.program, found.program.items[item.redefines])
    for one in fields(found.program, item.index):
        at = one.offset - item.offset
        part = data[at : at + one.length]
        if part.strip() and len(part) == one.length and one.length <= TABLE_ENTRY:
            value = decode(one, part)
            if not isinstance(value, bytes):
                found.add(one.item, value)


def _initial(program: Program, item: DataItem) -> bytes:
    """The bytes that VALUE clauses put into an item of DISPLAY usage; blanks where none does."""
    if item.children:
        out = bytearray(b" " * item.length)
        for child in program.children(item):
            if child.redefines is None and child.level != 88:
                at = child.offset - item.offset
                out[at : at + child.length] = _initial(program, child)
        return bytes(out)
    text = item.values[0] if item.values and isinstance(item.values[0], str) else ""
    value = literal(text) if text else None
    if value is None or item.usage != "DISPLAY":
        return b" " * item.length
    one = Field(item.name, item.index, 0, item.length, item.picture, item.usage, item.sign)
    return encode(one, value)


def _moves(found: Domains) -> None:
    program = found.program
    own = [
        move
        for move in program.flow.moves
        if not move.computed and not move.owner and not move.receiver_owner
    ]
    senders = Counter(receiver for _, receiver in {(m.sender, m.receiver) for m in own})
    for move in own:
        if move.sender is None or senders[move.receiver] > HUB:
            continue
        sender, receiver = program.items[move.sender], program.items[move.receiver]
        if sender.is_group and receiver.is_group:
            _groups(found, sender, receiver)
        else:
            found.join(move.sender, move.receiver)


def sorted_together(program: Program) -> list[tuple[int, ...]]:
    """The records (01s) of the files of each SORT and MERGE: bytes that go from one to another."""
    records = {one.name: one.records for one in program.files}
    found: list[tuple[int, ...]] = []
    for use in program.flow.files:
        if use.verb in ("SORT", "MERGE"):
            before = () if use.how == "sorts" or not found else found.pop()
            found.append((*before, *records.get(use.file, ())))
    return found


def _sorts(found: Domains) -> None:
    items = found.program.items
    for together in sorted_together(found.program):
        groups = [items[one] for one in together if items[one].is_group]
        for one in groups[1:]:
            _groups(found, groups[0], one)


def _keys(found: Domains) -> None:
    """A key that the program itself says, by a literal or a VALUE, is asked for in the file."""
    program = found.program
    named = [name for one in program.files for name in (one.record_key, *one.alternate_keys)]
    keys = [item for name in named if isinstance(item := program.resolve(name), DataItem)]
    roots = {found.root(item.index) for item in keys}
    for move in program.flow.moves:
        if move.literal and found.root(move.receiver) in roots and not move.receiver_owner:
            _add(found, move.receiver, literal(move.literal))
    for item in program.items:
        if item.level != 88 and item.values and found.root(item.index) in roots:
            first = item.values[0]
            _add(found, item.index, literal(first) if isinstance(first, str) else None)


def _add(found: Domains, item: int, value: Value | None) -> None:
    if value is not None:
        found.add(item, value)


def _groups(found: Domains, sender: DataItem, receiver: DataItem) -> None:
    """A group move moves what lies at the same place with the same length."""
    places = {
        (one.offset - sender.offset, one.length): one.index
        for one in found.program.below(sender.index)
        if one.level != 88
    }
    for one in found.program.below(receiver.index):
        other = places.get((one.offset - receiver.offset, one.length))
        if other is not None and one.level != 88:
            found.join(other, one.index)


def _condition_name(found: Domains, item: DataItem) -> None:
    assert item.parent is not None
    for value in item.values:
        ends = value if isinstance(value, tuple) else (value,)
        for text in ends:
            _ask(found, item.parent, literal(text))


def _ask(found: Domains, item: int, value: Value | None) -> None:
    """Note a value and its neighbours, one step of the item's PICTURE away."""
    if value is None:
        return
    found.add(item, value)
    if isinstance(value, Decimal):
        picture = found.program.items[item].picture
        step = Decimal(1).scaleb(-picture.scale) if picture else Decimal(1)
        found.add(item, value - step)
        found.add(item, value + step)


def _condition(found: Domains, node: Node) -> None:
    """The relations of one condition: parts between AND and OR, abbreviated ones too."""
    subject: int | None = None
    for part in _parts(node):
        names = [item for one in part if (item := named(found.program, one)) is not None]
        literals = [value for one in part if (value := _literal(one)) is not None]
        if names:
            subject = names[0]
        if subject is None:
            continue
        for value in literals:
            _ask(found, subject, value)
        for other in names[1:]:
            found.join(names[0], other)
        for item in names if len(names) > 1 else ():
            _held(found, item)


def _held(found: Domains, item: int) -> None:
    """A limit may be held by an item: its VALUE is asked for where it is compared with another."""
    values = found.program.items[item].values
    if values and isinstance(values[0], str):
        _ask(found, item, literal(values[0]))


def _parts(node: Node) -> Iterator[list[Node]]:
    part: list[Node] = []
    for child in node.children:
        if child.type in ("AND", "OR"):
            yield part
            part = []
        elif child.type in ("condition", "parenthesized"):
            yield part
            part = []
            yield from _parts(child)
        else:
            part.append(child)
    yield part


def _evaluate(found: Domains, node: Node) -> None:
    """The WHENs of an EVALUATE, each against the subject at its place."""
    subjects = [_only(found.program, one) for one in node.children_by_field_name("subject")]
    for when in node.children_by_field_name("when"):
        for subject, selection in zip(
            subjects, when.children_by_field_name("selection"), strict=False
        ):
            if subject is None:
                continue
            for one in _leaves(selection):
                _ask(found, subject, _literal(one))


def _only(program: Program, condition: Node) -> int | None:
    inside = [child for child in condition.children if child.is_named]
    return named(program, inside[0]) if len(inside) == 1 else None


def _leaves(node: Node) -> Iterator[Node]:
    if node.type.endswith("_literal") or node.type == "figurative_constant":
        yield node
        return
    for child in node.children:
        yield from _leaves(child)


def named(program: Program, node: Node, tree: Tree | None = None) -> int | None:
    """The data item a node names, of a condition-name the item it is about; `tree` is that of
    the node, where it isn't the program's own."""
    if node.type != "qualified_name":
        return None
    tree = tree or program.expanded or program.tree
    words = [tree.text(one).upper() for one in node.children if one.type == "name"]
    if not words:
        return None
    found = program.resolve(words[0], tuple(words[1:]))
    if not isinstance(found, DataItem):
        return None
    return found.parent if found.level == 88 else found.index


def _literal(node: Node) -> Value | None:
    if not (node.type.endswith("_literal") or node.type == "figurative_constant"):
        return None
    text = node.text or b""
    return literal(text.decode("latin-1"))


def literal(text: str) -> Value | None:
    """The value of a literal as written; None for what is no plain value (ALL, hexadecimal)."""
    word = text.strip()
    if word.upper() in _FIGURATIVE:
        return _FIGURATIVE[word.upper()]
    if word[:1] in "'\"" and word[-1:] == word[:1] and len(word) > 1:
        return word[1:-1].replace(word[0] * 2, word[0])
    number = word.replace(",", ".")
    return Decimal(number) if re.fullmatch(r"[+-]?(?:\d+\.?\d*|\.\d+)", number) else None


def numbers(programs: Iterable[Program]) -> list[Decimal]:
    """The numeric literals of programs, in order of appearance: values worth trying anywhere."""
    found: dict[Decimal, None] = {}
    for program in programs:
        tree = program.expanded or program.tree
        for node in tree.walk("number_literal"):
            text = (node.text or b"").decode("latin-1")
            if re.fullmatch(r"[+-]?\d*\.?\d+", text):
                found[Decimal(text)] = None
    return list(found)
