"""Another number in a table of values: a row of digits in a FILLER, seen as columns.

01  WS-PRICES.                                    01  WS-PRICE-TABLE REDEFINES WS-PRICES.
    05  FILLER PIC X(07) VALUE 'IAS0350'.             05  WS-PRICE OCCURS 2 TIMES.
    05  FILLER PIC X(07) VALUE 'PSB0200'.                 10  WS-P-PRODUCT  PIC X(03).
                                                          10  WS-P-MONTHLY  PIC 9(02)V99.

`The monthly fee of instant access accounts rises from 3.50 to 4.00`: the column is known by its
name, the row by what the estate calls the value of its first column.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from cobolsmith.checks.equivalence.shape import Field
from cobolsmith.checks.equivalence.values import decode, encode
from cobolsmith.errors import CobolsmithError
from cobolsmith.estate import PROGRAM_SUFFIXES, members
from cobolsmith.implement.conditions import number_of
from cobolsmith.implement.glossary import asked as coded
from cobolsmith.implement.glossary import glossary
from cobolsmith.implement.statements import Code, code_of
from cobolsmith.implement.ties import DoubtError
from cobolsmith.implement.vocabulary import content, of_name, soft
from cobolsmith.implement.wish import Sketch, Wish, Work
from cobolsmith.plan import Edit
from cobolsmith.program import DataItem
from cobolsmith.source import Span


@dataclass(frozen=True, slots=True)
class Cell:
    """A number in a row: the FILLER that holds the row, its text, the column's item and place, and
    the text and the name of the row's first column."""

    filler: DataItem
    text: str
    column: DataItem
    offset: int
    key: str
    named: str

    @property
    def field(self) -> Field:
        """The column as a field of the row."""
        one = self.column
        return Field(one.name, one.index, self.offset, one.length, one.picture, one.usage, one.sign)

    @property
    def value(self) -> object:
        """The number that stands there."""
        end = self.offset + self.column.length
        return decode(self.field, self.text[self.offset : end].encode("latin-1"))


def plan(wish: Wish, work: Work) -> Sketch:
    """The number in its row. Raises DoubtError."""
    what, new = wish.part("what"), number_of(wish.part("new"))
    old = number_of(wish.part("old")) if wish.part("old") else None
    words = frozenset(content(what))
    found = [one for one in cells(work.code) if old in (None, one.value)]
    most = max((len(words & of_name(one.column.name)) for one in found), default=0)
    found = [one for one in found if most and len(words & of_name(one.column.name)) == most]
    fitting = [one for one in found if explained(words, one, work)]
    if len(fitting) != 1:
        rows = ", ".join(f"{one.key} {one.column.name}" for one in (fitting or found)[:6])
        raise DoubtError(f"'{what}' is in no one row of a table ({rows or 'none'}): which?", what)
    cell = fitting[0]
    check(cell, new, wish)
    return sketched(cell, new, wish, work)


def cells(code: Code) -> Iterator[Cell]:
    """All numbers in tables of values of the program's own text."""
    program = code.program
    for entry in program.items:
        over = program.items[entry.parent].redefines if entry.parent is not None else None
        if entry.occurs is None or over is None or not entry.children:
            continue
        columns = [program.items[index] for index in entry.children]
        key = columns[0]
        for filler in (program.items[index] for index in program.items[over].children):
            text = str(filler.values[0])[1:-1] if len(filler.values) == 1 else ""
            own = filler.origin.path == program.source.path
            if len(text) != entry.length or not own:
                continue
            for one in columns[1:]:
                if one.picture is not None and one.picture.category == "numeric":
                    at = one.offset - entry.offset
                    yield Cell(filler, text, one, at, text[: key.length], key.name)


def explained(words: frozenset[str], cell: Cell, work: Work) -> bool:
    """Whether all words of a phrase are the column's, the table's, or what the row's key is called
    somewhere in the estate."""
    program = work.code.program
    known = set(of_name(cell.column.name)) | work.ties.things | work.ties.title
    known |= {w for one in program.ancestors(cell.column.index) for w in of_name(one.name)}
    known |= {*of_name(cell.named), *content(cell.key)}
    places = {u.procedure for u in program.flow.uses if u.item == cell.column.index} - {None}
    known |= {w for place in places for w in of_name(work.code.name(place))}
    rest = words - known - soft(words) - {w for one in program.using for w in of_name(one)}
    return not rest or rest <= called(f"'{cell.key}'", work)


def called(literal: str, work: Work) -> frozenset[str]:
    """What the estate's programs call a value: condition-names, and the glossary's words."""
    found: set[str] = set()
    for path in members(work.setting.config, PROGRAM_SUFFIXES).values():
        try:
            programs = work.setting.programs(work.setting.source(path))
        except CobolsmithError:
            continue  # a program that can't be read calls nothing by a name
        for program in programs:
            for item in program.items:
                one = coded(program, (item.name,)) if item.level == 88 else None
                if one is not None and one.literal == literal:
                    found |= of_name(item.name)
            if literal in str(program.source.view, "ascii", "replace"):
                meanings = glossary(code_of(program))
                found |= {w for one in meanings if one.coded.literal == literal for w in one.words}
    return frozenset(found)


def check(cell: Cell, new: Decimal, wish: Wish) -> None:
    """Raise DoubtError where the column can't hold the number, or holds it already."""
    picture = cell.column.picture
    assert picture is not None, "only numbers are cells"
    back = decode(cell.field, encode(cell.field, new))
    if back != new:
        raise DoubtError(f"{cell.column.name} PIC {picture.text} can't hold {new}", wish.sentence)
    if cell.value == new:
        raise DoubtError(f"{cell.key} has {new} in {cell.column.name} already", wish.sentence)


def sketched(cell: Cell, new: Decimal, wish: Wish, work: Work) -> Sketch:
    """The row with another number."""
    source = work.code.program.source
    span = cell.filler.origin.span
    quote = str(cell.filler.values[0])[0]
    at = source.view.find(f"{quote}{cell.text}{quote}".encode(), span.start, span.end)
    if at < 0:
        line = work.code.line(span.start)
        raise DoubtError(f"the VALUE of line {line} is no literal on one line", wish.sentence)
    start = at + 1 + cell.offset
    digits = encode(cell.field, new).decode("ascii")
    row = cell.text[: cell.offset] + digits + cell.text[cell.offset + cell.column.length :]
    work.ties.tie(wish.part("what"), cell.column.name, "likely", f"in the row of {cell.key}")
    edit = Edit(source.path, Span(start, start + cell.column.length), (digits,))
    return Sketch(
        f"{cell.column.name} of {cell.key}: {cell.value} becomes {wish.part('new')}",
        (edit,),
        f"line {work.code.line(start)}, the row of {cell.key}, in the column {cell.column.name}",
        f"{digits} in the place of {cell.text[cell.offset : cell.offset + cell.column.length]}",
        (f"VALUE {quote}{row}{quote}",),
        users(cell, work),
        ways=True,
    )


def users(cell: Cell, work: Work) -> tuple[str, ...]:
    """The first lines of the statements that work with a column."""
    code = work.code
    uses = [u.origin.span.start for u in code.program.flow.uses if u.item == cell.column.index]
    found = [
        max(
            (s for s in code.statements if s.span.start <= at < s.span.end),
            default=None,
            key=lambda s: s.span.start,
        )
        for at in uses
    ]
    return tuple(dict.fromkeys(code.first_line(one) for one in found if one is not None))
