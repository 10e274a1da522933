"""Statements one by one: each verb with what lowers it; what isn't listed is refused by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from cobolsmith.lowered import (
    Block,
    Condition,
    If,
    Leave,
    RefusedError,
    Sentence,
    Statement,
    Unknown,
)
from cobolsmith.lowering.context import Context
from cobolsmith.syntax import is_outside

if TYPE_CHECKING:
    from tree_sitter import Node

Lowering = Callable[[Context, "Node"], Sequence[Statement]]
VERBS: dict[str, Lowering] = {}
"""A statement's kind: what lowers it. Filled by `verb` in the modules beside this one."""


def verb(*kinds: str) -> Callable[[Lowering], Lowering]:
    """Enter a function as what lowers statements of these kinds."""

    def entered(function: Lowering) -> Lowering:
        for kind in kinds:
            VERBS[f"{kind}_statement"] = function
        return function

    return entered


def block(context: Context, node: Node | None) -> Block:
    """The statements of a block or sentence."""
    return tuple(_each(context, node)) if node is not None else ()


def _each(context: Context, node: Node) -> Iterator[Statement]:
    for child in node.children:
        if child.type.endswith("_statement"):
            yield from statement(context, child)
        elif child.type == "ERROR" or child.is_missing:
            raise context.refused(child, "what doesn't parse")


_LEADING = frozenset(
    f"{one}_statement" for one in "go_to perform stop goback exit alter next_sentence use".split()
)
"""Statements after which control may be elsewhere: no hole stands for one."""
_KINDS = ("_phrase", "_clause", "_position", "_attribute")
_PHRASES = frozenset({"any_clause"}) | frozenset(
    f"{one}_phrase"
    for one in (
        "at_end not_at_end invalid_key not_invalid_key size_error not_size_error exception "
        "not_exception overflow not_overflow into from key_is advancing start_key using returning "
        "times until test varying after when key duplicates sort_using sort_giving sort_procedure "
        "tallying replacing converting delimited pointer delimiters count_in delimiter_in "
        "tallying_in upon no_advancing accept_from open lock end_of_page not_end_of_page "
        "collating"
    ).split()
)
"""Phrases that some verb here takes up; what has another one is refused."""


def statement(context: Context, node: Node) -> Sequence[Statement]:
    """One statement; a hole for one that isn't known, where holes are wished for and it holds no
    other statement and leads nowhere else."""
    unknown = context.unknown
    if unknown is None or context.outer is not None:
        return _known(context, node)
    before = len(unknown)
    try:
        return _known(context, node)
    except RefusedError as error:
        origin = context.reading.origin(node)
        source = context.program.source
        if not _is_leaf(node) or origin.path != source.path:
            raise
        del unknown[before:]
        line, _ = source.line_column(origin.span.start)
        unknown.append(Unknown(before + 1, line, context.text(node), error.what, error.where))
        return (unknown[-1],)


def _is_leaf(node: Node) -> bool:
    inside = any(one.type.endswith("_statement") for one in every_under(node))
    return not inside and not node.has_error and node.type not in _LEADING


def every_under(node: Node) -> Iterator[Node]:
    """All nodes below a node."""
    for child in node.children:
        yield child
        yield from every_under(child)


def _known(context: Context, node: Node) -> Sequence[Statement]:
    lowering = VERBS.get(node.type)
    if lowering is None or node.has_error:
        spoken = node.type.removesuffix("_statement").replace("_", " ").upper()
        raise context.refused(node, f"{spoken}{' that does not parse' if node.has_error else ''}")
    for child in node.children:
        if child.type.endswith(_KINDS) and child.type not in _PHRASES:
            raise context.refused(child, " ".join(context.reading.word(child).split()))
    debugging = context.debugging
    return debugging.around(node, lowering) if debugging is not None else lowering(context, node)


def sentence(context: Context, node: Node) -> Block:
    """A sentence; where NEXT SENTENCE in it isn't its last action, as something to leave."""
    context.sentence_left = False
    body = without_tail_leaves(block(context, node))
    return (Sentence(body),) if _leaves(body) else body


def without_tail_leaves(body: Block) -> Block:
    """A sentence without NEXT SENTENCE where nothing follows it anyway."""
    if not body:
        return body
    *rest, last = body
    if last == Leave("sentence"):
        return tuple(rest)
    if isinstance(last, If):
        then, otherwise = map(without_tail_leaves, (last.then, last.otherwise))
        last = If(last.condition, then, otherwise)
        return (*rest, last) if then or otherwise or _matters(last.condition) else tuple(rest)
    return body


def _matters(condition: Condition) -> bool:
    return condition is not None


def _leaves(body: Block) -> bool:
    """Whether NEXT SENTENCE is left somewhere in a block."""
    for one in body:
        if one == Leave("sentence"):
            return True
        for name in ("then", "otherwise", "body", "on_error"):
            inside = getattr(one, name, None)
            if isinstance(inside, tuple) and _leaves(inside):
                return True
    return False


def phrase(node: Node, kind: str) -> Node | None:
    """The phrase of a kind that a statement has."""
    return next((one for one in node.children if one.type == kind), None)


def phrase_block(context: Context, node: Node, kind: str) -> Block:
    """The statements of a phrase, none where it is absent."""
    found = phrase(node, kind)
    return block(context, found.child_by_field_name("body")) if found is not None else ()


def parts(node: Node) -> Iterator[tuple[str, Node]]:
    """The children of a node with the names of their fields ("" for none)."""
    for index, child in enumerate(node.children):
        if not is_outside(child) and child.type != "separator":
            yield node.field_name_for_child(index) or "", child
