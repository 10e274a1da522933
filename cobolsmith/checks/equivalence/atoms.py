"""What a condition of a changed text asks for: its parts, the items they look at, and the values
with which they hold and fail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from cobolsmith.checks.equivalence.domains import literal
from cobolsmith.checks.equivalence.values import Value
from cobolsmith.program import DataItem, Program
from cobolsmith.syntax import Tree, is_outside

if TYPE_CHECKING:
    from tree_sitter import Node

_OPPOSITE = {"=": "<>", "<>": "=", ">": "<=", "<=": ">", "<": ">=", ">=": "<"}
_WORDS = {"EQUAL": "=", "EQUALS": "=", "GREATER": ">", "LESS": "<", "=": "=", ">": ">", "<": "<"}
_WORDS |= {">=": ">=", "<=": "<=", "<>": "<>"}
_GROUPS = ("condition", "parenthesized")


@dataclass(frozen=True, slots=True)
class Atom:
    """A part of a condition: the item, and either values with which it holds and fails, or how the
    item is compared with another (`limit`). `whole`: it holds with no other value than `holds`;
    `number` is what it is compared with."""

    item: int
    holds: tuple[Value, ...] = ()
    fails: tuple[Value, ...] = ()
    operator: str = ""
    limit: int | None = None
    whole: bool = False
    number: Decimal | None = None


def conditions(node: Node) -> Iterator[Node]:
    """The conditions of a statement itself."""
    for child in node.children:
        if child.type == "condition":
            yield child
        elif child.type == "when_phrase":
            yield from child.children_by_field_name("selection")


def atoms(node: Node, tree: Tree, program: Program) -> Iterator[Atom]:
    """The parts of a condition between AND and OR, as far as they look at one item."""
    for term in either(node):
        for part in split(term):
            if is_group(part):
                yield from atoms(next(one for one in part if one.type in _GROUPS), tree, program)
            else:
                yield from atoms_of(part, tree, program)


def either(node: Node) -> list[list[Node]]:
    """What stands between the ORs of a condition; a group in parentheses is one node."""
    return _cut(list(_flat(node)), "OR")


def split(term: list[Node]) -> list[list[Node]]:
    """What stands between ANDs."""
    return _cut(term, "AND")


def is_group(part: list[Node]) -> bool:
    """Whether a part is a condition in parentheses."""
    return any(one.type in _GROUPS for one in part)


def _cut(nodes: list[Node], word: str) -> list[list[Node]]:
    found: list[list[Node]] = [[]]
    for one in nodes:
        if one.type == word:
            found.append([])
        else:
            found[-1].append(one)
    return found


def _flat(node: Node) -> Iterator[Node]:
    for child in node.children:
        if child.child_count and child.type not in ("qualified_name", *_GROUPS):
            yield from _flat(child)
        elif child.type not in ("(", ")") and not is_outside(child):
            yield child


def atoms_of(part: list[Node], tree: Tree, program: Program) -> Iterator[Atom]:
    """One part as an atom; nothing where it is another kind of test."""
    names = [one for one in part if one.type == "qualified_name"]
    items = [one for name in names if (one := _resolved(name, tree, program)) is not None]
    if not items or len(items) != len(names):
        return
    words = [tree.text(one).upper() for one in part if one not in names]
    first = items[0]
    if first.level == 88 and first.parent is not None and len(items) == 1:
        yield _named(first, "NOT" in words, program)
        return
    operator = next((_WORDS[word] for word in words if word in _WORDS), "")
    operator = _or_equal(operator, words) if operator else ""
    if operator and "NOT" in words:
        operator = _OPPOSITE[operator]
    values = [
        value for one in part if one not in names and (value := literal(tree.text(one))) is not None
    ]
    if operator and len(items) == 2:
        yield Atom(first.index, operator=operator, limit=items[1].index)
    elif operator and len(values) == 1:
        yield compared(first, operator, values[0])
    elif "NUMERIC" in words:
        wrong = ("X" * max(first.length, 1),)
        yield Atom(first.index, *((wrong, ()) if "NOT" in words else ((), wrong)))


def _resolved(node: Node, tree: Tree, program: Program) -> DataItem | None:
    words = [tree.text(one).upper() for one in node.children if one.type == "name"]
    found = program.resolve(words[0], tuple(words[1:])) if words else None
    return found if isinstance(found, DataItem) else None


def _named(item: DataItem, negated: bool, program: Program) -> Atom:
    assert item.parent is not None
    own = _ends(item)
    others = [
        value
        for index in program.items[item.parent].conditions
        for value in _ends(program.items[index])
        if value not in own
    ]
    holds, fails = tuple(own), tuple(dict.fromkeys(others))[:2]
    if negated:
        return Atom(item.parent, fails, holds)
    ranges = any(isinstance(one, tuple) for one in item.values)
    return Atom(item.parent, holds, fails, whole=not ranges)


def _ends(item: DataItem) -> list[Value]:
    texts = [end for one in item.values for end in (one if isinstance(one, tuple) else (one,))]
    return [value for text in texts if (value := literal(text)) is not None]


def _or_equal(operator: str, words: Sequence[str]) -> str:
    wide = "OR" in words and operator in ("<", ">")
    return f"{operator}=" if wide else operator


def compared(item: DataItem, operator: str, value: Value) -> Atom:
    """An item compared with a value."""
    below, at, above = _around(item, value)
    holds = {
        "=": (at,),
        "<>": (above, below),
        ">": (above,),
        ">=": (at, above),
        "<": (below,),
        "<=": (at, below),
    }
    fails = holds[_OPPOSITE[operator]]
    number = value if isinstance(value, Decimal) else None
    whole = operator == "="
    return Atom(item.index, holds[operator], fails, operator, whole=whole, number=number)


def _around(item: DataItem, value: Value) -> tuple[Value, Value, Value]:
    """A value with its neighbours, one step of the PICTURE away; of a text other texts."""
    if isinstance(value, Decimal):
        step = Decimal(1).scaleb(-item.picture.scale) if item.picture else Decimal(1)
        return value - step, value, value + step
    text = value if isinstance(value, str) else value.decode("latin-1")
    return "", text, "X" + text[1:] if text[:1] != "X" else "Y" + text[1:]


def exclude(one: Atom, other: Atom) -> bool:
    """Whether two atoms of an item can't hold at once, as far as that is known."""
    if one.item != other.item:
        return False
    if one.whole and other.whole:
        return not set(one.holds) & set(other.holds)
    if one.number is None or other.number is None:
        return False
    ends = sorted((one.number, other.number))
    points = (ends[0] - 1, ends[0], (ends[0] + ends[1]) / 2, ends[1], ends[1] + 1)
    return not any(
        _holds(at, one.operator, one.number) and _holds(at, other.operator, other.number)
        for at in points
    )


def _holds(at: Decimal, operator: str, limit: Decimal) -> bool:
    return {
        "=": at == limit,
        "<>": at != limit,
        ">": at > limit,
        ">=": at >= limit,
        "<": at < limit,
        "<=": at <= limit,
    }[operator]
