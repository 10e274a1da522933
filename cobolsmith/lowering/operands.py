"""Operands and arithmetic expressions: what binds to what, subscripts, functions, constants."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from cobolsmith.languages.cobol.reading import every, qualified
from cobolsmith.lowered import (
    AllOf,
    Every,
    Expression,
    Figurative,
    Function,
    Negative,
    Number,
    Operation,
    Place,
    Ref,
    Register,
    Size,
    Text,
)
from cobolsmith.lowering.context import Context
from cobolsmith.lowering.data import constant_named
from cobolsmith.lowering.folding import operation
from cobolsmith.lowering.functions import FUNCTIONS, OF_TEXTS, OUR_OWN, SIDES
from cobolsmith.lowering.literals import literal
from cobolsmith.program import DataItem
from cobolsmith.syntax import is_outside

if TYPE_CHECKING:
    from tree_sitter import Node

NUMERIC = ("zoned", "packed", "binary", "floating", "index")
REGISTERS = ("RETURN-CODE", "TALLY", "SORT-RETURN")
_SUFFIXES = ("subscript", "reference_modification")
_LEVELS: tuple[tuple[Literal["+", "-", "*", "/", "**"], ...], ...] = (("+", "-"), ("*", "/"))


def inner(node: Node) -> list[Node]:
    """The children of a node that say something."""
    return [one for one in node.children if not is_outside(one) and one.type != "separator"]


def operand(context: Context, node: Node) -> Expression:
    """An operand, or an expression in its place."""
    if node.type in ("expression", "parenthesized"):
        return expression(context, inner(node))
    if node.type in ("qualified_name", "name"):
        return _named(context, node)
    if node.type == "function_call":
        return _function(context, node)
    if node.type == "attribute_of":
        return _attribute(context, node)
    if node.type == "all_literal":
        return _all(context, node)
    if node.type == "concatenation":
        return _joined(context, node)
    found = literal(context.text(node), comma=context.reading.decimal_comma)
    if found is None:
        raise context.refused(node, f"the operand {context.text(node)}")
    return context.extremes.get(found.name, found) if isinstance(found, Figurative) else found


def _all(context: Context, node: Node) -> Expression:
    what = operand(context, inner(node)[-1])
    if isinstance(what, Text):
        return AllOf(what.text)
    if isinstance(what, Number):
        return AllOf(str(what.number))
    return what


def _joined(context: Context, node: Node) -> Expression:
    parts = [operand(context, one) for one in inner(node) if one.is_named]
    texts = [one.text for one in parts if isinstance(one, Text)]
    if len(texts) != len(parts):
        raise context.refused(node, "a concatenation of other things than literals")
    return Text("".join(texts))


def _named(context: Context, node: Node) -> Expression:
    word = context.reading.word(node)
    if context.item(node) is None and word in REGISTERS:
        return Register(word)
    if counter := context.counter(node):
        return counter
    if word.split()[0] == "LINAGE-COUNTER":
        return _linage_counter(context, node)
    if context.item(node) is None and _is_function(context, node):
        return _function(context, node)
    owner, item, outward = context.owner(node)
    if item.level == 78:
        value = constant_named(owner.program, owner.reading, item.name)
        if value is None or not isinstance(value, Text | Number | Figurative | AllOf):
            raise context.refused(node, f"the constant {item.name}")
        return value
    return _suffixed(context, node, owner, item, outward)


_INTRINSIC = re.compile(r"REPOSITORY\s*\.\s*FUNCTION\s+ALL\s+INTRINSIC\b")


def _is_function(context: Context, node: Node) -> bool:
    """Whether a name means an intrinsic function, as REPOSITORY lets it without FUNCTION."""
    word = context.reading.word(node.children[0])
    paragraphs = every(context.reading.tree.root, "repository_paragraph")
    return word in FUNCTIONS and any(
        _INTRINSIC.match(" ".join(context.reading.word(one).split())) for one in paragraphs
    )


def _linage_counter(context: Context, node: Node) -> Register:
    """LINAGE-COUNTER of a file, or of the only one with LINAGE."""
    _, qualifiers = qualified(context.reading, node)
    described = (one for one in every(context.reading.tree.root, "file_description"))
    paged = [
        context.reading.field(one, "name")
        for one in described
        if any(child.type == "linage_clause" for child in one.children)
    ]
    named = [context.file(one) for one in qualifiers or tuple(paged)]
    if len(named) != 1 or named[0] is None:
        raise context.refused(node, "LINAGE-COUNTER, which means no single file's")
    return Register("LINAGE-COUNTER", named[0])


def reference(context: Context, node: Node) -> Ref:
    """A field as a place; refuses what is none."""
    found = operand(context, node)
    if not isinstance(found, Ref):
        raise context.refused(node, f"{context.text(node)} as a receiver")
    return found


def target(context: Context, node: Node) -> Place:
    """A receiver: a field or a special register."""
    found = operand(context, node)
    if not isinstance(found, Ref | Register):
        raise context.refused(node, f"{context.text(node)} as a receiver")
    return found


def _suffixed(
    context: Context, node: Node, owner: Context, item: DataItem, outward: int
) -> Expression:
    """A name with its subscripts and reference modification."""
    if item.index not in owner.places:
        raise context.refused(node, f"{item.name}, whose form is not known")
    tables = owner.program.subscripts(item)
    subscripts: list[Expression] = []
    every = False
    start = length = None
    for suffix in (one for one in node.children if one.type in _SUFFIXES):
        if suffix.type == "subscript":
            inside = [one for one in inner(suffix) if one.type not in ("(", ")")]
            every = any(one.type == "ALL" for one in inside)
            subscripts = [] if every else _subscripts(context, inside, len(tables))
        else:
            start, length = _modified(context, suffix)
    if not every and len(subscripts) != len(tables):
        raise context.refused(
            node, f"{item.name} with {len(subscripts)} of {len(tables)} subscripts"
        )
    ref = owner.ref(item, outward)
    full = Ref(ref.record, ref.word, ref.form, tuple(subscripts), start, length, outward)
    return Every(full) if every else full


def _modified(context: Context, node: Node) -> tuple[Expression, Expression | None]:
    first, last = node.child_by_field_name("start"), node.child_by_field_name("length")
    assert first is not None
    colon = next(index for index, one in enumerate(node.children) if one.type == ":")
    before = [one for one in node.children[1:colon] if one.type != "separator"]
    after = [one for one in node.children[colon + 1 :] if one.type not in (")", "separator")]
    start = expression(context, [one for one in before if not is_outside(one)])
    if last is None:
        return start, None
    return start, expression(context, [one for one in after if not is_outside(one)])


def _subscripts(context: Context, nodes: Sequence[Node], wanted: int) -> list[Expression]:
    """Subscripts side by side; `I - 1` may have been read as two of them, `I +1` as one."""
    if len(nodes) < wanted:
        return _apart(context, nodes)
    found = [operand(context, one) for one in nodes]
    if len(found) > wanted == 1:
        return [expression(context, nodes)]
    if len(found) > wanted:
        joined: list[Expression] = []
        for node, one in zip(nodes, found, strict=True):
            signed = context.text(node).lstrip()[:1] in ("+", "-")
            if signed and joined:
                joined[-1] = Operation("+", joined[-1], one)
            else:
                joined.append(one)
        return joined
    return found


def _apart(context: Context, nodes: Sequence[Node]) -> list[Expression]:
    """Subscripts that were read as one expression: a sign right before a number begins one."""
    tokens = [
        one for node in nodes for one in (inner(node) if node.type == "expression" else [node])
    ]
    rows: list[list[Node]] = [[]]
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        close = following is not None and token.end_byte == following.start_byte
        begins = token.type in ("+", "-") and close
        if rows[-1] and (begins or (token.is_named and rows[-1][-1].is_named)):
            rows.append([])
        rows[-1].append(token)
    return [expression(context, row) for row in rows]


def _attribute(context: Context, node: Node) -> Expression:
    attribute = node.child_by_field_name("attribute")
    word = context.reading.word(attribute)
    name = next(one for one in node.children if one.type == "qualified_name")
    if word in ("LENGTH", "BYTE-LENGTH"):
        item, of = context.item(name), reference(context, name)
        known = item is not None and item.level != 78 and not _varies(context, item)
        return Number(Decimal(item.length)) if item and known and of.start is None else Size(of)
    raise context.refused(node, f"{word} OF")


def _varies(context: Context, item: DataItem) -> bool:
    below = context.program.below(item.index)
    return any(one.occurs is not None and one.occurs.depending is not None for one in below)


def _function(context: Context, node: Node) -> Expression:
    name = context.reading.word(node.child_by_field_name("name") or node.children[0])
    known = FUNCTIONS.get(name)
    if known is None or name in OUR_OWN or name.startswith("TRIM-"):
        raise context.refused(node, f"FUNCTION {name}")
    arguments: list[Expression] = []
    inside: list[Node] = []
    start = length = None
    for suffix in (one for one in node.children if one.type in _SUFFIXES):
        if suffix.type == "reference_modification":
            start, length = _modified(context, suffix)
            continue
        inside = [one for one in inner(suffix) if one.type not in ("(", ")")]
        if name == "TRIM" and context.reading.word(inside[-1]) in SIDES:
            name = f"TRIM-{context.reading.word(inside.pop())}"
        arguments += _arguments(context, inside)
    if name in ("LENGTH", "BYTE-LENGTH") and len(arguments) == 1:
        return _length(context, node, arguments[0], inside[0])
    texts = [not is_numeric(one.of if isinstance(one, Every) else one) for one in arguments]
    if name in OF_TEXTS and any(texts):
        if not all(texts):
            raise context.refused(node, f"FUNCTION {name} of texts and numbers")
        return Function(OF_TEXTS[name], tuple(arguments), False, start, length)
    if name in ("ORD-MAX", "ORD-MIN") and any(texts) and not all(texts):
        raise context.refused(node, f"FUNCTION {name} of texts and numbers")
    return Function(name, tuple(arguments), known == "number", start, length)


def _length(context: Context, node: Node, of: Expression, said: Node) -> Expression:
    if isinstance(of, Text):
        return Number(Decimal(len(of.text)))
    item = context.item(said) if said.type == "qualified_name" else None
    if isinstance(of, Ref) and of.start is None and item and not _varies(context, item):
        return Number(Decimal(item.length))
    if isinstance(of, Ref):
        return Size(of)
    if isinstance(of, Function) and not of.numeric:
        return Function("LENGTH", (of,), True)
    raise context.refused(node, "FUNCTION LENGTH of that")


def _arguments(context: Context, nodes: Sequence[Node]) -> list[Expression]:
    """Arguments side by side; `A - B` may have been read as two of them."""
    found: list[Expression] = []
    for node in nodes:
        if not node.is_named:
            raise context.refused(node, f"the argument {context.text(node)}")
        tokens = inner(node) if node.type == "expression" else []
        cuts = [at for at in range(1, len(tokens)) if _is_signed(tokens[at - 1 : at + 2])]
        if cuts:
            edges = [0, *cuts, len(tokens)]
            found += [expression(context, tokens[a:b]) for a, b in pairwise(edges)]
        else:
            found.append(operand(context, node))
    return found


def _is_signed(tokens: Sequence[Node]) -> bool:
    """Whether a number behind another argument has a sign of its own: `10.2 -0.2`."""
    if len(tokens) < 3 or tokens[1].type not in ("+", "-"):
        return False
    before, sign, number = tokens
    apart = before.end_byte < sign.start_byte and before.is_named
    return apart and sign.end_byte == number.start_byte and number.type == "number_literal"


# --- Arithmetic -----------------------------------------------------------------------------------


class _Row:
    """The tokens of a flat expression, read from the left."""

    def __init__(self, context: Context, nodes: Sequence[Node]) -> None:
        self.context = context
        self.nodes = [one for one in nodes if not is_outside(one) and one.type != "separator"]
        self.at = 0

    def sign(self, *signs: str) -> str:
        """Take the next token if it is one of these."""
        if self.at < len(self.nodes) and self.nodes[self.at].type in signs:
            self.at += 1
            return self.nodes[self.at - 1].type
        return ""

    def binary(self, level: int) -> Expression:
        if level == len(_LEVELS):
            return self.power()
        left = self.binary(level + 1)
        while sign := self.sign(*_LEVELS[level]):
            right = self.binary(level + 1)
            left = operation(self.context, self.nodes[0], sign, left, right)
        return left

    def power(self) -> Expression:
        left = self.one()
        while self.sign("**"):
            left = operation(self.context, self.nodes[0], "**", left, self.one())
        return left

    def one(self) -> Expression:
        if self.sign("-"):
            of = self.one()
            return Number(-of.number) if isinstance(of, Number) else Negative(of)
        if self.sign("+"):
            return self.one()
        if self.sign("("):
            found = self.binary(0)
            if not self.sign(")"):
                raise self.context.refused(self.nodes[-1], "an expression without its parenthesis")
            return found
        node = self.nodes[min(self.at, len(self.nodes) - 1)]
        if self.at >= len(self.nodes) or not node.is_named:
            raise self.context.refused(node, f"the expression at {self.context.text(node)}")
        self.at += 1
        return operand(self.context, node)


def expression(context: Context, nodes: Sequence[Node]) -> Expression:
    """A flat arithmetic expression as a tree: ** before * and /, those before + and -."""
    row = _Row(context, nodes)
    found = row.binary(0)
    if row.at < len(row.nodes):
        raise context.refused(
            row.nodes[row.at], f"the expression at {context.text(row.nodes[row.at])}"
        )
    return found


def is_numeric(of: Expression) -> bool:
    """Whether an expression is a number to a comparison or MOVE."""
    if isinstance(of, Ref):
        return of.form in NUMERIC and of.start is None
    if isinstance(of, Function):
        return of.numeric
    return isinstance(of, Number | Register | Operation | Negative | Size)
