"""EXEC ... END-EXEC blocks: what stands inside, and where each character was written.

A block's text is without sequence numbers, indicators, comment lines and columns 73-80; lines are
joined by a line end, continued words and literals made whole.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tree_sitter import Node, Query, QueryCursor

from cobolsmith.cards import CARDS
from cobolsmith.items import Origin
from cobolsmith.source import Source, Span
from cobolsmith.syntax import Tree, is_outside, language, parse

EXEC = re.compile(rb"\bEXEC(?:UTE)?\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Block:
    """One EXEC block: `dialect` in upper case (SQL, CICS, ...), `text` between it and END-EXEC.

    `places` has the view offset of each character of `text` and of its end.
    """

    dialect: str
    text: str
    places: tuple[int, ...] = field(repr=False)
    origin: Origin
    procedure: int | None = None

    def at(self, start: int, end: int) -> Origin:
        """Where text[start:end] was written."""
        stop = self.places[end - 1] + 1 if end > start else self.places[start]
        return Origin(self.origin.path, Span(self.places[start], stop))


def block_name(text: str) -> str:
    """The name by which a block of SQL is answered: the same for blocks of the same words. That of
    a FETCH begins with SF: behind its last answer there are no more rows."""
    words = text.split()
    mark = "SF" if words[:1] and words[0].upper() == "FETCH" else "SQ"
    return f"{mark}{hashlib.sha256(' '.join(words).encode()).hexdigest()[:6].upper()}"


def blocks_of(source: Source, tree: Tree | None = None) -> tuple[Block, ...]:
    """The EXEC blocks of one file, COPY not followed."""
    if source.format in CARDS or not EXEC.search(source.view):
        return ()
    return tuple(_read(source.path, tree or parse(source.view, source.format)))


def _read(path: Path, tree: Tree) -> Iterator[Block]:
    """The text nodes tell: they are there where the statement around them doesn't parse too."""
    for node in captures(tree, "(exec_text) @text (exec_statement) @block"):
        if node.type == "exec_statement" and node.child_by_field_name("text") is not None:
            continue
        text = node if node.type == "exec_text" else _after(node.children[1], "END-EXEC")
        dialect = _before(text, "name") if text is not None else None
        if text is None or dialect is None:
            continue
        first = _before(dialect, "EXEC") or dialect
        last = _after(text, "END-EXEC") or text
        stop = text.end_byte if text is node else text.start_byte
        code, places = unfolded(tree.view, text.start_byte, stop, tree.format)
        span = Span(first.start_byte, last.end_byte)
        yield Block(tree.text(dialect).upper(), code, places, Origin(path, span))


def _before(node: Node, kind: str) -> Node | None:
    """The nearest node of a kind before another, columns and comments between them."""
    sibling = node.prev_sibling
    while sibling is not None and is_outside(sibling):
        sibling = sibling.prev_sibling
    return sibling if sibling is not None and sibling.type == kind else None


def _after(node: Node, kind: str) -> Node | None:
    sibling = node.next_sibling
    while sibling is not None and is_outside(sibling):
        sibling = sibling.next_sibling
    return sibling if sibling is not None and sibling.type == kind else None


def captures(tree: Tree, pattern: str) -> list[Node]:
    """The nodes that a query's pattern captures, in order."""
    found = QueryCursor(_query(tree.format, pattern)).captures(tree.root)
    nodes = [node for nodes in found.values() for node in nodes]
    return sorted(nodes, key=lambda node: node.start_byte)


@cache
def _query(format: str, pattern: str) -> Query:
    return Query(language(format), pattern)


def unfolded(view: bytes, start: int, end: int, format: str) -> tuple[str, tuple[int, ...]]:
    """The code of view[start:end] as one text, and the offset each character is at."""
    text: list[str] = []
    places: list[int] = []
    at = start
    while at < end:
        stop = view.find(b"\n", at, end)
        stop = end if stop < 0 else stop + 1
        first, last, joined = _code(view, at, stop, format, at == start)
        if joined:
            _join(text, places, view[first:last])
            first += _quote(text, view, first, last)
        text.extend(view[first:last].decode("ascii"))
        places.extend(range(first, last))
        if view[stop - 1 : stop] == b"\n":
            text.append("\n")
            places.append(stop - 1)
        at = stop
    return "".join(text), (*places, end)


def _code(view: bytes, at: int, stop: int, format: str, inside: bool) -> tuple[int, int, bool]:
    """Where the code of a line begins and ends, and whether it continues the line above.

    `at` is the line's start, or (`inside`) where in its first line the text begins.
    """
    line = view.rfind(b"\n", 0, at) + 1
    whole = view[line:stop].rstrip(b"\r\n")
    last = line + len(whole)
    code = whole.lstrip()
    if format == "free":
        return (
            (at, _inline_comment(view, at, last), False) if code[:2] != b"*>" else (at, at, False)
        )
    if format == "fixed":
        last = min(last, line + _column(whole, 72))
    if inside:
        return at, max(at, last), False
    if b"\t" in whole[:7]:
        return line, last, False
    indicator = whole[6:7].upper()
    if indicator in (b"*", b"/", b"D", b"$", b">") or whole[7:].lstrip()[:2] == b"*>":
        return at, at, False
    return min(line + 7, last), last, indicator == b"-"


def _inline_comment(view: bytes, at: int, last: int) -> int:
    """Where a line's code ends: before ` *>` outside literals."""
    found = re.match(rb"(?:[^'\"*]|'[^']*'|\"[^\"]*\"|\*(?!>)|(?<! )\*>)*", view[at:last])
    end = at + (found.end() if found else 0)
    return end if view[end : end + 2] == b"*>" else last


def _column(line: bytes, wanted: int) -> int:
    """The number of bytes up to a column, tabs advancing to multiples of 8."""
    column = 0
    for index, byte in enumerate(line):
        if column >= wanted:
            return index
        column = column + 8 - column % 8 if byte == 0x09 else column + 1
    return len(line)


def _join(text: list[str], places: list[int], following: bytes) -> None:
    """Take the line end (and, where a word goes on, the blanks) off what a line continues."""
    if text and text[-1] == "\n":
        text.pop()
        places.pop()
    opened = _open_quote("".join(text))
    while not opened and text and text[-1] == " ":
        text.pop()
        places.pop()


def _quote(text: list[str], view: bytes, first: int, last: int) -> int:
    """How many bytes a continuation line begins with that are no text: blanks and a quote."""
    body = view[first:last]
    blanks = len(body) - len(body.lstrip())
    opened = _open_quote("".join(text))
    return blanks + (1 if opened and body[blanks : blanks + 1].decode("ascii") == opened else 0)


def _open_quote(text: str) -> str:
    """The quote that a text leaves open, "" for none."""
    quote = ""
    for letter in text:
        if not quote and letter in "'\"":
            quote = letter
        elif letter == quote:
            quote = ""
    return quote
