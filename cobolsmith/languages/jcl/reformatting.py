"""Where bytes of a record that INREC or OUTREC has reformatted stood in the record that was read.

SORT reads INCLUDE and OMIT, then INREC, SORT or MERGE and SUM, OUTREC, OUTFIL: a key behind an
INREC is a position in what INREC made.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from cobolsmith.languages.jcl.control import Item
from cobolsmith.languages.jcl.sorting import Control, Piece

_AT = re.compile(r"(?P<column>\d+):(?P<rest>.*)")
_FILL = re.compile(r"(?P<times>\d*)(?:[XZ]|(?P<hex>X)?C?'(?P<text>.*)')", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class _Run:
    """A run of bytes of the new record: from `begin`, so many (None: the rest or not known), and
    where it comes from (None: it is made)."""

    begin: int
    length: int | None
    source: int | None


@dataclass(frozen=True, slots=True)
class Layout:
    """What a statement makes of a record: all of it new, or some bytes laid over the old.

    `known` is whether it is the same for all records (no IFTHEN that builds).
    """

    runs: tuple[_Run, ...]
    overlays: bool = False
    known: bool = True

    def source(self, begin: int, length: int) -> int | None:
        """Where these bytes were in the old record; None if they weren't one run of it."""
        if not self.known:
            return None
        if self.overlays:
            return None if any(_meets(run, begin, length) for run in self.runs) else begin
        for run in self.runs:
            if run.source is not None and _holds(run, begin, length):
                return run.source + begin - run.begin
        return None


def _holds(run: _Run, begin: int, length: int) -> bool:
    if run.length is None:
        return begin >= run.begin
    return run.begin <= begin and begin + length <= run.begin + run.length and length > 0


def _meets(run: _Run, begin: int, length: int) -> bool:
    """Whether bytes overlap; a length that isn't known may reach anywhere."""
    before = run.length is not None and run.begin + run.length <= begin
    return not before and not (length and begin + length <= run.begin)


def layout(operands: tuple[Item, ...]) -> Layout | None:
    """The layout that INREC or OUTREC gives; None if it gives none."""
    overlays: list[_Run] = []
    for item in operands:
        if item.keyword in ("BUILD", "FIELDS", "OUTREC", ""):
            if item.listed:
                return Layout(tuple(_runs(item.items)))
        elif item.keyword == "OVERLAY":
            overlays += _runs(item.items)
        elif item.keyword == "IFTHEN":
            inner = layout(tuple(one for one in item.items if one.keyword != "WHEN"))
            if inner is not None and not inner.overlays:
                return Layout((), known=False)
            overlays += inner.runs if inner else ()
        elif item.keyword == "FINDREP":
            return Layout((), known=False)
    return Layout(tuple(overlays), overlays=True) if overlays else None


def _runs(items: tuple[Item, ...]) -> list[_Run]:
    """The runs of a layout; behind one of unknown length only a column says where the next is."""
    runs: list[_Run] = []
    column: int | None = 1
    at = 0
    while at < len(items):
        text = items[at].text
        placed = _AT.fullmatch(text)
        if placed:
            column, text = int(placed["column"]), placed["rest"]
        run, at = _run(items, at, text, column or 0)
        if column is not None:
            runs.append(run)
        column = column + run.length if column is not None and run.length is not None else None
    return runs


def _run(items: tuple[Item, ...], at: int, text: str, column: int) -> tuple[_Run, int]:
    """The run that begins with this item, and the position of the item behind it."""
    following = items[at + 1].text if at + 1 < len(items) else ""
    if _NUMBER.fullmatch(text):
        if not _NUMBER.fullmatch(following):
            return _Run(column, None, int(text)), at + 1
        end, edited = _edited(items, at + 2)
        length = None if edited else int(following)
        return _Run(column, length, None if edited else int(text)), end
    if text.upper() == "SEQNUM" and _NUMBER.fullmatch(following):
        return _Run(column, int(following), None), _edited(items, at + 2)[0]
    filled = _filled(text)
    end = _edited(items, at + 1)[0] if filled is None else at + 1
    return _Run(column, filled, None), end


def _edited(items: tuple[Item, ...], at: int) -> tuple[int, bool]:
    """Skip a format and what edits the field; whether there was any."""
    start = at
    while at < len(items) and (items[at].keyword or _is_editing(items[at].text)):
        at += 1
    return at, at > start


def _is_editing(text: str) -> bool:
    """A format (ZD), a mask (M10) or HEX: a word that is no filler and no position."""
    other = text.upper() in ("X", "Z", "SEQNUM")
    return text[:1].isalpha() and "'" not in text and ":" not in text and not other


def _filled(text: str) -> int | None:
    """The bytes of filler: 5X, C'ABC', 3C'*', X'0D0A'."""
    fill = _FILL.fullmatch(text)
    if fill is None:
        return None
    times = int(fill["times"] or 1)
    if fill["text"] is None:
        return times
    size = len(fill["text"].replace("''", "'"))
    return times * (size // 2 if fill["hex"] else size)


def traced(controls: list[tuple[Control, tuple[Item, ...]]]) -> tuple[Control, ...]:
    """The controls with `Piece.input`: where the bytes of each piece are in the record read."""
    layouts = {
        control.operation: layout(operands)
        for control, operands in controls
        if control.operation in ("INREC", "OUTREC")
    }
    return tuple(
        replace(
            control,
            pieces=tuple(_traced(piece, control.operation, layouts) for piece in control.pieces),
        )
        for control, _ in controls
    )


_READS = {
    "SORT": ("INREC",),
    "MERGE": ("INREC",),
    "SUM": ("INREC",),
    "OUTREC": ("INREC",),
    "OUTFIL": ("OUTREC", "INREC"),
}
"""The statements whose layouts lie between the record read and this one's, last first."""


def _traced(piece: Piece, operation: str, layouts: dict[str, Layout | None]) -> Piece:
    begin: int | None = piece.begin
    for before in _READS.get(operation, ()):
        made = layouts.get(before)
        if made is not None and begin is not None:
            begin = made.source(begin, piece.length)
    return replace(piece, input=begin)
