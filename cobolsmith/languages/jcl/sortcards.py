"""From control statements to the bytes of a record they name: keys, conditions, layouts, sums."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from cobolsmith.items import Origin, Problem
from cobolsmith.languages.jcl.control import OPERATIONS, Item, Statement, items, statements
from cobolsmith.languages.jcl.reformatting import traced
from cobolsmith.languages.jcl.sorting import Control, Piece, Sorting
from cobolsmith.source import Source, Span

FORMATS = frozenset(
    "CH AQ AC ASL AST BI FI FL FS CSF UFF SFF PD PD0 ZD CSL CLO CST CTO DC1 DC2 DC3 DE1 DE2 DE3 "
    "DT1 DT2 DT3 D1 D2 LS OL OT TC1 TC2 TC3 TC4 TE1 TE2 TE3 TE4 TM1 TM2 TM3 TM4 TS SS Y2B Y2C Y2D "
    "Y2P Y2S Y2T Y2U Y2V Y2W Y2X Y2Y Y2Z Y4T Y4U Y4V Y4W Y4X Y4Y".split()
)
"""Formats of fields."""

_ORDERS = ("A", "D", "E")
_NUMBER = re.compile(r"\d+")
_POSITION = re.compile(r"(?:(?P<file>F[12]):|\d+:)?(?P<begin>\d+)(?:\.\d+)?")
_CONDITIONS = frozenset(("COND", "INCLUDE", "OMIT", "WHEN", "BEGIN", "END"))
_LAYOUTS = frozenset(
    "BUILD OUTREC OVERLAY IFTHEN SECTIONS PUSH HEADER1 HEADER2 HEADER3 TRAILER1 TRAILER2 TRAILER3 "
    "TOT TOTAL SUBTOT SUBTOTAL SUB MIN MAX AVG SUBMIN SUBMAX SUBAVG".split()
)
_NUMBERED = ("SEQNUM",)
"""Words behind which numbers are no position."""


@dataclass(slots=True)
class _Reading:
    """One statement while its pieces are gathered."""

    source: Source
    statement: Statement
    format: str = ""
    file: str = ""
    pieces: list[Piece] = field(default_factory=list)
    literals: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def origin(self, span: Span) -> Origin:
        return Origin(self.source.path, span)

    def note(self, what: str, span: Span) -> None:
        remedy = "check the statement by hand"
        self.problems.append(Problem("sort", what, self.origin(span), remedy))


def read_sorting(source: Source, span: Span | None = None, text: str | None = None) -> Sorting:
    """The control statements in a source or a span of it (in-stream data), with their pieces.

    `text` is what the span says with symbols substituted, if they were.
    """
    controls: list[tuple[Control, tuple[Item, ...]]] = []
    unknowns: list[Problem] = []
    for statement in statements(source, span, text):
        reading = _Reading(source, statement)
        operands = items(statement)
        control = _control(reading, operands)
        if control is not None:
            controls.append((control, operands))
        unknowns += reading.problems
    return Sorting(traced(controls), tuple(unknowns))


def _control(reading: _Reading, operands: tuple[Item, ...]) -> Control | None:
    operation = reading.statement.operation
    whole = reading.statement.span(0, len(reading.statement.text))
    read = _STATEMENTS.get(operation)
    if operation not in OPERATIONS:
        reading.note(f"{operation} is no control statement that is known", whole)
        return None
    if reading.source.line_column(reading.statement.start)[1] == 1:
        reading.note(f"{operation} begins in column 1, where a label stands", whole)
    reading.format = _operand(operands, "FORMAT")
    reading.file = _operand(operands, "FILE") or _operand(operands, "FILES")
    if read is not None:
        for item in operands:
            read(reading, item)
    outputs = next((one for one in operands if one.keyword in ("FNAMES", "FILES")), None)
    names = outputs.items if outputs and outputs.listed else ([outputs] if outputs else [])
    return Control(
        operation,
        reading.origin(Span(reading.statement.start, whole.end)),
        f"{operation} {reading.statement.text}".rstrip(),
        tuple(reading.pieces),
        tuple(reading.literals),
        tuple(name.text for name in names),
    )


def _operand(operands: tuple[Item, ...], keyword: str) -> str:
    return next((item.text for item in operands if item.keyword == keyword), "")


# --- Fields ---------------------------------------------------------------------------------------


def _keys(reading: _Reading, item: Item) -> None:
    """FIELDS=(begin,length,format,order,...), or without formats where FORMAT= has one for all."""
    if item.keyword not in ("FIELDS", "") or not item.listed:
        return
    queue = list(item.items)
    while queue:
        piece = _piece(reading, queue)
        if piece is None:
            return
        order = queue.pop(0).text.upper() if queue and queue[0].text.upper() in _ORDERS else ""
        if not order:
            reading.note(f"the key at byte {piece.begin} has no order", piece.origin.span)
        file = {"1": "F1", "2": "F2"}.get(reading.file, reading.file)
        reading.pieces.append(replace(piece, order=order, file=file))


def _sums(reading: _Reading, item: Item) -> None:
    queue = list(item.items) if item.keyword == "FIELDS" else []
    while queue:
        piece = _piece(reading, queue)
        if piece is None:
            return
        reading.pieces.append(piece)


def _piece(reading: _Reading, queue: list[Item]) -> Piece | None:
    """Take begin, length and format; None, and a note, where they aren't numbers (a symbol)."""
    first = queue.pop(0)
    begin = _POSITION.fullmatch(first.text)
    if begin is None or not queue or not _NUMBER.fullmatch(queue[0].text.partition(".")[0]):
        reading.note(f"{first.text or 'a list'} is no position in bytes", first.span)
        return None
    last = queue.pop(0)
    length = int(last.text.partition(".")[0])
    kind = reading.format
    if queue and queue[0].text.upper() in FORMATS:
        last = queue.pop(0)
        kind = last.text.upper()
    origin = reading.origin(Span(first.span.start, last.span.end))
    return Piece(
        reading.statement.operation,
        int(begin["begin"]),
        length,
        origin,
        format=kind.upper(),
        file=begin["file"] or "",
    )


# --- Conditions and layouts -----------------------------------------------------------------------


def _condition(reading: _Reading, item: Item) -> None:
    if item.keyword in _CONDITIONS:
        _compared(reading, item, reading.statement.operation)


def _compared(reading: _Reading, item: Item, statement: str) -> None:
    """Two numbers in a row are a field; what is compared with it is another field or a constant."""
    queue = list(item.items)
    while queue:
        one = queue[0]
        if one.listed:
            _compared(reading, queue.pop(0), statement)
        elif _POSITION.fullmatch(one.text) and len(queue) > 1 and _NUMBER.fullmatch(queue[1].text):
            piece = _piece(reading, queue)
            if piece is not None:
                reading.pieces.append(replace(piece, statement=statement))
        else:
            _constant(reading, queue.pop(0).text)


def _constant(reading: _Reading, text: str) -> None:
    if "'" in text:
        reading.literals.append(text[text.index("'") + 1 :].rstrip("'").replace("''", "'"))
    elif re.fullmatch(r"[+-]?\d+", text):
        reading.literals.append(text)


def _layout(reading: _Reading, item: Item) -> None:
    """BUILD=(...) and what is like it; FIELDS= where the statement's own layout is meant."""
    if item.keyword in _CONDITIONS and item.listed:
        inside = item.keyword in ("INCLUDE", "OMIT")
        _compared(reading, item, item.keyword if inside else reading.statement.operation)
    elif item.keyword in _LAYOUTS or item.keyword == "FIELDS":
        _laid(reading, item)


def _laid(reading: _Reading, item: Item) -> None:
    """Fields of a layout in order: two numbers, or one alone for the rest of the record."""
    queue = list(item.items)
    while queue:
        one = queue[0]
        if one.keyword:
            _layout(reading, queue.pop(0))
        elif one.text.upper().rpartition(":")[2] in _NUMBERED:
            del queue[:2]
        elif _POSITION.fullmatch(one.text):
            _place(reading, queue)
        else:
            _constant(reading, queue.pop(0).text)


def _place(reading: _Reading, queue: list[Item]) -> None:
    one = queue[0]
    if len(queue) > 1 and _NUMBER.fullmatch(queue[1].text):
        piece = _piece(reading, queue)
        if piece is not None:
            reading.pieces.append(piece)
        return
    begin = _POSITION.fullmatch(queue.pop(0).text)
    if begin is not None:
        place, file = reading.origin(one.span), begin["file"] or ""
        operation = reading.statement.operation
        reading.pieces.append(Piece(operation, int(begin["begin"]), 0, place, file=file))


_STATEMENTS: dict[str, Callable[[_Reading, Item], None]] = {
    "SORT": _keys,
    "MERGE": _keys,
    "JOINKEYS": _keys,
    "SUM": _sums,
    "INCLUDE": _condition,
    "OMIT": _condition,
    "INREC": _layout,
    "OUTREC": _layout,
    "OUTFIL": _layout,
    "REFORMAT": _layout,
}
