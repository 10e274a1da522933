"""Control statements as SORT reads them: cards joined, operands cut into a tree with places.

A statement is a label in column 1 (or none), an operation, and operands up to a blank. Operands
that end with a comma, a colon or a bracket go on at the next card's first character; a card with a
mark in column 72 goes on in column 16 (z/OS DFSORT Application Programming Guide, control
statement format).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cobolsmith.source import Source, Span

MARGIN = 71
"""The columns of a card that hold text."""

OPERATIONS = frozenset(
    "SORT MERGE INCLUDE OMIT SUM INREC OUTREC OUTFIL JOINKEYS JOIN REFORMAT OPTION RECORD ALTSEQ "
    "MODS DEBUG END DUPKEYS".split()
)
"""The operations of control statements."""


@dataclass(frozen=True, slots=True)
class Item:
    """An operand: its keyword (in capitals, or ""), its text or its list, and its place."""

    keyword: str
    text: str
    span: Span
    items: tuple[Item, ...] = ()
    listed: bool = False


@dataclass(slots=True)
class Statement:
    """A control statement: operation and operand text, and the view offset of each character."""

    operation: str
    start: int
    text: str = ""
    places: list[int] = field(default_factory=list)

    def span(self, begin: int, end: int) -> Span:
        """Where the operand characters begin..end are written."""
        if not self.places:
            return Span(self.start, self.start + len(self.operation))
        last = min(max(end - 1, begin), len(self.places) - 1)
        return Span(self.places[min(begin, last)], self.places[last] + 1)


def statements(
    source: Source, span: Span | None = None, text: str | None = None
) -> list[Statement]:
    """The control statements of a source, or of the lines of a span of it.

    `text` is what the lines say if symbols were substituted in them; places are then those of the
    same column.
    """
    found: list[Statement] = []
    going_on = False
    for start, card in cards(source, span, text):
        if card.startswith("*") or not card[:MARGIN].strip():
            continue
        begin = 0
        if not going_on:
            begin = _operation(found, start, card)
        going_on = _operands(found[-1], start, card, begin, going_on)
    return found


def cards(source: Source, span: Span | None, text: str | None) -> Iterator[tuple[int, str]]:
    """The cards of a span of a source (None: all of it) with the view offset of each."""
    start, end = span or Span(0, len(source.view))
    lines = (source.text(start, end) if text is None else text).split("\n")
    line = source.line_column(start)[0]
    for number, card in enumerate(lines, line):
        if number <= len(source.line_starts):
            yield source.line_starts[number - 1], card.rstrip("\r")


def _operation(found: list[Statement], start: int, card: str) -> int:
    """Begin a statement; the column behind its operation."""
    at = 0
    while at < len(card) and card[at] != " ":
        at += 1
    if card[:at].upper() in OPERATIONS:  # no label: it begins one column too early
        at = 0
    while at < min(len(card), MARGIN) and card[at] == " ":
        at += 1
    begin = at
    while at < min(len(card), MARGIN) and card[at] != " ":
        at += 1
    if begin == at:  # nothing but what begins in column 1
        begin, at = 0, len(card[:MARGIN].rstrip())
    found.append(Statement(card[begin:at].upper(), start + begin))
    return at


def _operands(statement: Statement, start: int, card: str, at: int, again: bool) -> bool:
    """Take a card's operands; whether the next card holds more of them."""
    end = min(len(card), MARGIN)
    while at < end and card[at] == " ":
        at += 1
    quoted = again and statement.text.count("'") % 2 == 1
    while at < end and (quoted or card[at] != " "):
        quoted = quoted != (card[at] == "'")
        statement.text += card[at]
        statement.places.append(start + at)
        at += 1
    marked = len(card) > MARGIN and card[MARGIN] != " " and at >= MARGIN
    return marked or statement.text.endswith((",", ":", "("))


def items(statement: Statement) -> tuple[Item, ...]:
    """The operands of a statement as a tree."""
    found, _ = _items(statement, 0)
    return tuple(found)


def _items(statement: Statement, at: int) -> tuple[list[Item], int]:
    """Operands from here to the bracket that closes them, and the place behind it."""
    text, found = statement.text, []
    while at < len(text) and text[at] != ")":
        item, at = _item(statement, at)
        found.append(item)
        if at < len(text) and text[at] == ",":
            at += 1
    return found, at + 1


def _item(statement: Statement, at: int) -> tuple[Item, int]:
    text, begin = statement.text, at
    at = _word(text, at)
    keyword = ""
    if at < len(text) and text[at] == "=":
        keyword = text[begin:at].upper()
        begin, at = at + 1, _word(text, at + 1)
    said = text[begin:at]
    inner: tuple[Item, ...] = ()
    listed = at < len(text) and text[at] == "("
    if listed:
        children, at = _items(statement, at + 1)
        inner = tuple(children)
        at = _word(text, at)
    return Item(keyword, said, statement.span(begin, at), inner, listed), at


def _word(text: str, at: int) -> int:
    """Where a word ends; literals are part of it."""
    quoted = False
    while at < len(text) and (quoted or text[at] not in ",()="):
        quoted = quoted != (text[at] == "'")
        at += 1
    return at
