"""Conditions as trees: what binds to what, and abbreviated relations made whole.

The grammar keeps a condition flat. Here NOT binds before AND, and AND before OR; a relation that
lacks its subject, or its subject and operator, takes those of the relation before it. A NOT right
before an operator belongs to the operator, any other NOT to what follows it (ISO/IEC 1989:2014
8.8.4; IBM Enterprise COBOL Language Reference, "Abbreviated combined relation conditions").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from cobolsmith.dataflow import (
    And,
    ClassTest,
    Condition,
    ConditionName,
    Not,
    Operator,
    Or,
    Relation,
    SignTest,
    Term,
)
from cobolsmith.errors import CobolsmithError
from cobolsmith.languages.cobol.reading import Reading, qualified, reading_of
from cobolsmith.program import DataItem, Origin, Program
from cobolsmith.syntax import is_outside

if TYPE_CHECKING:
    from tree_sitter import Node

_SIGNS: dict[str, Operator] = {
    # a word or sign: the operator it begins
    "=": "=",
    "EQUAL": "=",
    "EQUALS": "=",
    "<>": "<>",
    "UNEQUAL": "<>",
    "<": "<",
    "LESS": "<",
    ">": ">",
    "GREATER": ">",
    "EXCEEDS": ">",
    "<=": "<=",
    ">=": ">=",
}
OPPOSITE: dict[Operator, Operator] = {
    "=": "<>",
    "<>": "=",
    "<": ">=",
    ">=": "<",
    ">": "<=",
    "<=": ">",
}
_FILLERS = ("IS", "ARE", "THAN", "THEN", "TO")
_ARITHMETIC = ("+", "-", "*", "/", "**", "&")
_SIGN_WORDS = ("POSITIVE", "NEGATIVE", "ZERO", "ZEROS", "ZEROES")
_LOGIC = frozenset((*_SIGNS, "AND", "OR", "NOT", "class"))


class ConditionError(CobolsmithError):
    """A condition that can't be read; the message names the word."""


@dataclass(frozen=True, slots=True)
class _Token:
    """A word (keyword or sign), an operand, a class word, or a parenthesized group."""

    kind: Literal["word", "operand", "class", "group"]
    text: str
    node: Node
    inside: tuple[_Token, ...] = ()


@dataclass(frozen=True, slots=True)
class _Before:
    """The subject and operator that an abbreviated relation takes."""

    subject: Term | None = None
    operator: Operator | None = None


def read_condition(
    reading: Reading,
    program: Program,
    node: Node,
    terms: dict[Term, Sequence[Node]] | None = None,
) -> Condition:
    """The tree of a `condition` node; `terms` is filled with the nodes of each operand.

    A lone operand that is no condition-name (a subject or value of EVALUATE) is a `ConditionName`
    whose term is not an 88. Raises ConditionError.
    """
    noted = {} if terms is None else terms
    parser = _Parser(reading, program, tuple(_tokens(reading, node)), terms=noted)
    found = parser.either()
    if parser.at < len(parser.tokens):
        parser.refuse()
    return found


def conditions(program: Program) -> Iterator[tuple[Node, Condition | ConditionError]]:
    """Each condition of a program's statements, in source order, as a node of the expanded tree and
    as a tree; or why it can't be read."""
    reading = reading_of(program)
    for node in reading.tree.walk("condition"):
        try:
            yield node, read_condition(reading, program, node)
        except ConditionError as error:
            yield node, error


def _tokens(reading: Reading, node: Node) -> Iterator[_Token]:
    for child in node.children:
        if is_outside(child) or child.type in ("separator", "(", ")"):
            continue
        if child.type == "parenthesized":
            yield _Token("group", "", child, tuple(_tokens(reading, child)))
        elif child.type == "class_word":
            yield _Token("class", reading.word(child), child)
        elif child.is_named:
            literal = child.type == "string_literal"
            text = reading.tree.text(child) if literal else reading.word(child)
            yield _Token("operand", text, child)
        else:
            yield _Token("word", reading.word(child), child)


@dataclass(slots=True)
class _Parser:
    reading: Reading
    program: Program
    tokens: Sequence[_Token]
    at: int = 0
    before: _Before = _Before()
    terms: dict[Term, Sequence[Node]] = field(default_factory=dict)

    def refuse(self) -> None:
        token = self.tokens[min(self.at, len(self.tokens) - 1)] if self.tokens else None
        raise ConditionError(
            f"the condition isn't understood at {token.text or '('}" if token else "no condition",
            remedy="write it out in full",
        )

    def peek(self, ahead: int = 0) -> _Token | None:
        at = self.at + ahead
        return self.tokens[at] if at < len(self.tokens) else None

    def word(self, *words: str) -> bool:
        """Take the next token if it is one of these words."""
        token = self.peek()
        if token is not None and token.kind == "word" and token.text in words:
            self.at += 1
            return True
        return False

    # --- What binds to what ---

    def either(self) -> Condition:
        first = self.at
        parts = [self.both()]
        while self.word("OR"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Or(tuple(parts), self.origin(first))

    def both(self) -> Condition:
        first = self.at
        parts = [self.one()]
        while self.word("AND"):
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else And(tuple(parts), self.origin(first))

    def one(self) -> Condition:
        first = self.at
        if self.before.subject is not None and (operator := self.operator()) is not None:
            return self.relation(self.before.subject, operator, first)
        if self.word("NOT"):
            return Not(self.one(), self.origin(first))
        token = self.peek()
        if token is not None and token.kind == "group" and self.is_condition(token):
            self.at += 1
            inside = _Parser(self.reading, self.program, token.inside, 0, self.before, self.terms)
            found = inside.either()
            if inside.at < len(inside.tokens):
                inside.refuse()
            self.before = inside.before
            return found
        return self.simple()

    def is_condition(self, group: _Token) -> bool:
        """Whether a group is a condition rather than an arithmetic expression."""
        following = self.peek(1)
        if following is not None and following.text in (*_ARITHMETIC, "IS", *_SIGNS):
            return False
        if any(_speaks(token) for token in group.inside):
            return True
        if following is not None and (following.kind == "class" or following.text == "NOT"):
            return False
        inner = group.inside[0] if len(group.inside) == 1 else None
        if inner is not None and inner.kind == "group":
            return True
        return inner is not None and self.before.subject is None

    # --- Simple conditions ---

    def simple(self) -> Condition:
        first = self.at
        subject = self.term()
        operator = self.operator()
        if operator is not None:
            return self.relation(subject, operator, first)
        is_ = self.word("IS", "ARE")
        opposite = self.word("NOT")
        tested = self.tested(subject, first, is_)
        if tested is not None:
            self.before = _Before()
            return Not(tested, self.origin(first)) if opposite else tested
        if is_ or opposite:
            self.refuse()
        return self.bare(subject, first)

    def tested(self, subject: Term, first: int, is_: bool) -> Condition | None:
        """A class or sign condition on a subject that is read."""
        token = self.peek()
        if token is None or token.kind not in ("class", "operand", "word"):
            return None
        if token.text in _SIGN_WORDS:
            self.at += 1
            sign: Literal["POSITIVE", "NEGATIVE", "ZERO"] = "ZERO"
            if token.text in ("POSITIVE", "NEGATIVE"):
                sign = "POSITIVE" if token.text == "POSITIVE" else "NEGATIVE"
            return SignTest(subject, sign, self.origin(first))
        named = token.kind == "operand" and (is_ or token.text in self.program.mnemonics)
        if token.kind == "class" or named or token.text == "OMITTED":
            self.at += 1
            return ClassTest(subject, token.text, self.origin(first))
        return None

    def bare(self, term: Term, first: int) -> Condition:
        """A condition-name or switch; else the object of an abbreviated relation."""
        item = self.program.items[term.item] if term.item is not None else None
        is_name = item is not None and item.level == 88
        if is_name or self.before.subject is None or term.text in self.program.mnemonics:
            return ConditionName(term, term.origin)
        assert self.before.operator is not None
        origin = self.origin(first)
        return Relation(self.before.subject, self.before.operator, term, origin)

    def relation(self, subject: Term, operator: Operator, first: int) -> Condition:
        """The relation whose operator is read; its object may be a group of objects."""
        self.before = _Before(subject, operator)
        token = self.peek()
        if token is not None and token.kind == "group" and any(map(_speaks, token.inside)):
            self.at += 1
            inside = _Parser(self.reading, self.program, token.inside, 0, self.before, self.terms)
            found = inside.either()
            if inside.at < len(inside.tokens):
                inside.refuse()
            self.before = inside.before
            return found
        return Relation(subject, operator, self.term(), self.origin(first))

    def operator(self) -> Operator | None:
        """The operator at this place, its IS, NOT, THAN and TO taken with it."""
        start = self.at
        self.word("IS", "ARE")
        opposite = self.word("NOT")
        token = self.peek()
        sign = _SIGNS.get(token.text) if token is not None and token.kind == "word" else None
        if sign is None:
            self.at = start
            return None
        self.at += 1
        while self.word(*_FILLERS):
            pass
        following = self.peek(1)
        equal = following is not None and following.text in ("EQUAL", "EQUALS", "=")
        if sign in ("<", ">") and equal and self.word("OR"):
            self.at += 1
            sign = "<=" if sign == "<" else ">="
            while self.word(*_FILLERS):
                pass
        return OPPOSITE[sign] if opposite else sign

    # --- Operands ---

    def term(self) -> Term:
        """An operand, or an arithmetic expression."""
        first = self.at
        while self.word("+", "-"):
            pass
        self.operand()
        while (token := self.peek()) is not None and token.text in _ARITHMETIC:
            self.at += 1
            while self.word("+", "-"):
                pass
            self.operand()
        start, end = self.tokens[first].node, self.tokens[self.at - 1].node
        origin = self.reading.text.origin(start.start_byte, end.end_byte)
        text = " ".join(_spelt(token) for token in self.tokens[first : self.at])
        term = Term(text, origin, self.item(start) if self.at == first + 1 else None)
        self.terms[term] = [token.node for token in self.tokens[first : self.at]]
        return term

    def operand(self) -> None:
        token = self.peek()
        constant = token is not None and token.text in ("TRUE", "FALSE")
        if token is None or (token.kind not in ("operand", "group") and not constant):
            self.refuse()
        self.at += 1

    def item(self, node: Node) -> int | None:
        if node.type != "qualified_name":
            return None
        name, qualifiers = qualified(self.reading, node)
        owner, found = self.program.find(name, qualifiers)
        return found.index if isinstance(found, DataItem) and owner is self.program else None

    def origin(self, first: int) -> Origin:
        start, end = self.tokens[first].node, self.tokens[self.at - 1].node
        return self.reading.text.origin(start.start_byte, end.end_byte)


def _speaks(token: _Token) -> bool:
    """Whether a token makes a group a condition: a relation, logic, or a class."""
    if token.kind == "group":
        return any(map(_speaks, token.inside))
    return token.kind == "class" or (token.kind == "word" and token.text in _LOGIC)


def _spelt(token: _Token) -> str:
    if token.kind == "group":
        return f"({' '.join(map(_spelt, token.inside))})"
    return token.text
