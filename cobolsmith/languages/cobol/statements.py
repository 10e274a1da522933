"""One pass over the statements of a program: each with its operands and where they stand in it.

What an operand is for is said by `where`, the kind of the node that holds it, and `field`, the
name of its place there. Nodes without a field (expressions, conditions) hand down their own place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Literal

from cobolsmith.languages.cobol.reading import Reading
from cobolsmith.syntax import language

if TYPE_CHECKING:
    from tree_sitter import Node

Inside = Literal["", "subscript", "argument", "length", "address"]
"""What an operand is part of: a subscript or reference modification, a function's arguments,
LENGTH OF, ADDRESS OF."""

OperandKind = Literal["name", "literal", "class", "function", "word"]

_LEAF, _NAME, _WORD, _LITERAL, _STATEMENT, _QUALIFIED, _INSIDE, _PHRASE, _KEYWORD = range(9)

_LITERALS = (
    "string_literal number_literal figurative_constant all_literal concatenation class_word".split()
)
_SKIPPED = (
    "comment debug_line directive sequence_area identification_area indicator separator period "
    "terminator usage_word level_number pseudo_text comment_entry exec_text copy_statement stray "
    "unterminated_literal attribute paragraph_header section_header report_word screen_attribute "
    "screen_property comment_heading replaced_word"
).split()
_INSIDES: dict[str, Inside] = {
    "subscript": "subscript",
    "reference_modification": "subscript",
    "function_call": "argument",
    "attribute_of": "length",
}
_BODIED = frozenset(
    f"{negated}{phrase}_phrase"
    for negated in ("", "not_")
    for phrase in ("at_end", "invalid_key", "size_error", "exception", "overflow", "end_of_page")
) | {"no_data_phrase", "with_data_phrase"}
_REMEDY = "write a statement, or CONTINUE"
_TRANSPARENT = frozenset(("expression", "condition", "parenthesized", "condition_range"))
"""Nodes whose parts stand in the place of the whole."""

_LENGTHS = frozenset(("LENGTH", "BYTE-LENGTH", "LENGTH-AN"))


@dataclass(slots=True)
class Operand:
    """A name, literal, class word (NUMERIC), function or keyword of a statement.

    `name` is upper case ("" for literals); `phrase` is the offset of the phrase that holds it.
    """

    kind: OperandKind
    where: str
    field: str
    name: str
    node: Node
    phrase: int
    inside: Inside
    qualifiers: tuple[str, ...] = ()


@dataclass(slots=True)
class Statement:
    """A statement with its own operands, keywords and blocks, not those of statements within."""

    kind: str
    node: Node
    operands: list[Operand] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    broken: bool = False

    @property
    def verb(self) -> str:
        """The verb as it is spoken of: MOVE, GO TO, XML."""
        return self.kind.removesuffix("_statement").replace("_", " ").upper()

    def at(self, *fields: str, inside: bool = False) -> list[Operand]:
        """The operands in places of these names, by default without those inside others."""
        return [one for one in self.operands if one.field in fields and (inside or not one.inside)]

    def has(self, name: str) -> bool:
        """Whether something stands in a place of this name."""
        return any(one.field == name for one in self.operands)


@dataclass(slots=True)
class _Frame:
    """What holds for the children of a node."""

    statement: Statement
    kind: str
    where: str
    field: str
    phrase: int
    inside: Inside
    operand: Operand | None = None


@dataclass(frozen=True, slots=True)
class _Tables:
    """Node kinds and fields of one compiled grammar by their numbers."""

    kinds: tuple[str, ...]
    actions: tuple[int, ...]
    fields: tuple[str, ...]


@cache
def _tables(format: str) -> _Tables:
    grammar = language(format)
    numbers = range(grammar.node_kind_count)
    kinds = tuple(grammar.node_kind_for_id(number) or "" for number in numbers)
    actions = tuple(
        _action(kind) if grammar.node_kind_is_named(number) else _KEYWORD
        for number, kind in enumerate(kinds)
    )
    fields = tuple(grammar.field_name_for_id(one) or "" for one in range(grammar.field_count + 1))
    return _Tables(kinds, actions, fields)


def _action(kind: str) -> int:
    if kind in _SKIPPED:
        return _LEAF
    if kind in _LITERALS:
        return _LITERAL
    if kind in _INSIDES:
        return _INSIDE
    if kind.endswith("_statement") and kind not in ("copy_statement", "replace_statement"):
        return _STATEMENT
    return {"name": _NAME, "qualified_name": _QUALIFIED}.get(kind, _PHRASE)


def statements(reading: Reading, sentence: Node) -> list[Statement]:
    """The statements of a sentence (or of any node), outer ones first, in source order."""
    found: list[Statement] = []
    _Pass(reading, found).run(sentence)
    return found


def clauses(reading: Reading, node: Node) -> Statement:
    """An entry of the environment or data division as one statement, with its operands."""
    one = _Pass(reading, [], node.type != "data_description")
    one.run(node)
    return one.loose


@dataclass(slots=True)
class _Pass:
    reading: Reading
    found: list[Statement]
    noting: bool = True
    loose: Statement = field(init=False)

    def run(self, root: Node) -> None:
        """Walk by one cursor, so that the depth of nesting doesn't matter."""
        tables = _tables(self.reading.tree.format)
        kinds, actions, fields = tables.kinds, tables.actions, tables.fields
        # What stands in no statement (an ERROR's words) is gathered in one of no kind.
        self.loose = Statement("", root)
        frames = [_Frame(self.loose, root.type, root.type, "", root.start_byte, "")]
        cursor = root.walk()
        if not cursor.goto_first_child():
            return
        while True:
            node = cursor.node
            assert node is not None
            number = node.kind_id
            if number < len(actions):
                action, kind = actions[number], kinds[number]
            else:
                action, kind = _PHRASE, "ERROR"
            if action != _LEAF:
                number = cursor.field_id or 0
                frame = self.enter(action, kind, fields[number] if number else "", node, frames[-1])
                if frame is not None and cursor.goto_first_child():
                    frames.append(frame)
                    continue
            while not cursor.goto_next_sibling():
                frames.pop()
                if not frames or not cursor.goto_parent():
                    return
            if not frames:
                return

    def enter(self, action: int, kind: str, name: str, node: Node, above: _Frame) -> _Frame | None:
        """Note a node; what holds for its children, or None to pass them over."""
        where = above.kind if name else above.where
        place = name or above.field
        if action == _KEYWORD:
            if name:
                self.note("word", where, place, kind, node, above)
            elif above.kind == above.statement.kind:
                above.statement.words.append(kind)
            return None
        if action == _STATEMENT:
            statement = Statement(kind, node)
            self.found.append(statement)
            return _Frame(statement, kind, kind, "", node.start_byte, "")
        if action == _NAME:
            self.name(where, place, node, above)
            return None
        if action == _LITERAL:
            self.note("class" if kind == "class_word" else "literal", where, place, "", node, above)
            return None
        if action == _QUALIFIED:
            return self.qualified(where, place, node, above)
        statement = above.statement
        if action == _INSIDE:
            within = above.inside or self.within(kind, node)
            if kind == "function_call":
                self.note("function", where, place, self.reading.field(node, "name"), node, above)
            return _Frame(statement, kind, where, place, above.phrase, within)
        if kind == "ERROR":
            statement.broken = True
        if kind == "block":
            statement.blocks.append(name)
        elif kind in _BODIED and node.child_by_field_name("body") is None:
            self.empty(node, kind.removesuffix("_phrase").replace("_", " ").upper())
        if kind == "any_clause" and self.noting:
            text = " ".join(self.reading.word(node).split())
            self.reading.unknown("clause", f"the clause {text}", node)
        if kind in _TRANSPARENT:
            return _Frame(statement, kind, where, place, above.phrase, above.inside)
        return _Frame(statement, kind, kind, "", node.start_byte, above.inside)

    def empty(self, node: Node, what: str) -> None:
        """Note a branch without a statement; with a copybook missing, it may be there."""
        if self.reading.whole:
            self.reading.problem("empty branch", f"{what} without a statement", node, _REMEDY)

    def within(self, kind: str, node: Node) -> Inside:
        if kind == "function_call":
            return "length" if self.reading.field(node, "name") in _LENGTHS else "argument"
        if kind == "attribute_of" and self.reading.field(node, "attribute") == "ADDRESS":
            return "address"
        return _INSIDES[kind]

    def name(self, where: str, place: str, node: Node, above: _Frame) -> None:
        if above.operand is not None:
            if above.operand.name:
                above.operand.qualifiers += (self.reading.name(node),)
            else:
                above.operand.name = self.reading.name(node)
        elif above.kind != "function_call":
            self.note("name", where, place, self.reading.name(node), node, above)

    def qualified(self, where: str, place: str, node: Node, above: _Frame) -> _Frame | None:
        if node.child_count == 1 and (only := node.child(0)) is not None:
            self.note("name", where, place, self.reading.name(only), node, above)
            return None
        operand = self.note("name", where, place, "", node, above)
        return _Frame(
            above.statement, "qualified_name", where, place, above.phrase, above.inside, operand
        )

    def note(
        self, kind: OperandKind, where: str, place: str, name: str, node: Node, above: _Frame
    ) -> Operand:
        operand = Operand(kind, where, place, name, node, above.phrase, above.inside)
        above.statement.operands.append(operand)
        return operand
