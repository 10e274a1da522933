"""Operands of JCL as text: made whole from cards, symbols substituted, cut into parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cobolsmith.cards import pieces
from cobolsmith.items import Origin
from cobolsmith.source import Source, Span

if TYPE_CHECKING:
    from tree_sitter import Node

_ASIDE = frozenset(
    ("comment", "remarks", "continuation", "identification_area", "listing_line", "name")
)
_DATA = frozenset(("instream_data", "delimiter", "command"))
_SYMBOL = re.compile(r"&&[A-Z0-9@#$]*|&([A-Z@#$][A-Z0-9@#$]{0,7})(\.?)", re.IGNORECASE)
_KEYWORD = re.compile(r"([A-Z0-9@#$]+(?:\.[A-Z0-9@#$]+)?)=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Operands:
    """Parameters by position and by keyword (in capitals), values as written."""

    positional: tuple[str, ...] = ()
    keywords: Mapping[str, str] = field(default_factory=dict)

    def first(self) -> str:
        """The first positional parameter, or ""."""
        return self.positional[0] if self.positional else ""


def leaf_text(source: Source, node: Node) -> str:
    """What a word or literal says, if it is on several cards made whole."""
    start, end = node.start_byte, node.end_byte
    raw = source.view[start:end]
    if b"\n" not in raw:
        return source.text(start, end)
    parts = pieces(raw, node.start_point.column)
    return "".join(source.text(start + a, start + b).ljust(width) for a, b, width in parts)


def operand_text(source: Source, statement: Node) -> str:
    """The operands of a statement as one text, without remarks and what parts its cards."""
    after = False
    text: list[str] = []
    run = Span(0, 0)
    for child in statement.children:
        if after and child.type not in _ASIDE and child.type not in _DATA:
            for node in _on_one_card(source, child):
                if node.start_byte != run.end or b"\n" in source.view[slice(*run)]:
                    text.append(_text(source, run))
                    run = Span(node.start_byte, node.end_byte)
                run = Span(run.start, node.end_byte)
        # `//`, a name, the operation: behind these three come the operands.
        after = after or (not child.is_named and child.type != "//") or child.type == "command"
    return "".join((*text, _text(source, run)))


def _on_one_card(source: Source, node: Node) -> Iterator[Node]:
    """The node itself if no card ends within it, else its leaves."""
    if b"\n" not in source.view[node.start_byte : node.end_byte] or not node.child_count:
        yield node
        return
    for child in node.children:
        if child.type not in _ASIDE:
            yield from _on_one_card(source, child)


def _text(source: Source, run: Span) -> str:
    """What stands in a run of bytes: whole operands of one card, or a leaf over several."""
    raw = source.view[run.start : run.end]
    if b"\n" not in raw:
        return source.text(run.start, run.end)
    column = source.line_column(run.start)[1] - 1
    parts = pieces(raw, column)
    return "".join(source.text(run.start + a, run.start + b).ljust(w) for a, b, w in parts)


def substitute(text: str, symbols: Mapping[str, str], missing: set[str]) -> str:
    """The text with `&NAME` and `&NAME.` replaced; names without a value stay, and are noted.

    Two ampersands begin the name of a temporary data set, or stand for one.
    """

    def value(match: re.Match[str]) -> str:
        name = (match[1] or "").upper()
        if name in symbols:
            return symbols[name]
        if name:
            missing.add(name)
        return match[0]

    return _SYMBOL.sub(value, text)


def operands(text: str) -> Operands:
    """Cut operands at their commas; those of lists and literals don't count."""
    positional, keywords = [], {}
    for item in _items(text):
        keyword = _KEYWORD.match(item)
        if keyword:
            keywords[keyword[1].upper()] = item[keyword.end() :]
        else:
            positional.append(item)
    return Operands(tuple(positional), keywords)


def _items(text: str) -> Iterator[str]:
    depth, quoted, start = 0, False, 0
    for at, character in enumerate(text):
        if character == "'":
            quoted = not quoted
        elif quoted:
            continue
        elif character in "()":
            depth += 1 if character == "(" else -1
        elif character == "," and depth <= 0:
            yield text[start:at]
            start = at + 1
    if text:
        yield text[start:]


def parts(value: str) -> tuple[str, ...]:
    """The parts of a value: of `(A,(B,C),D)` three, of `A` one, of nothing none."""
    if value.startswith("(") and value.endswith(")"):
        return tuple(_items(value[1:-1])) or ("",)
    return (value,) if value else ()


def unquoted(value: str) -> str:
    """A value without the quotes around it, doubled quotes inside made one."""
    if len(value) > 1 and value.startswith("'") and value.endswith("'"):
        return value[1:-1].replace("''", "'")
    return value


def origin(source: Source, node: Node) -> Origin:
    """Where a node is written."""
    return Origin(source.path, Span(node.start_byte, node.end_byte))
