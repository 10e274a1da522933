"""Code of our own in the layout of the source it goes into: columns, margins, case, indentation.

Text for an edit begins where its span does and uses `\\n` for line ends; later lines carry their
own columns 1 to 7 as blanks. What an edit makes too long `patch` breaks at column 72.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cobolsmith.infill import lower_outside_literals
from cobolsmith.patch import MARGIN, broken
from cobolsmith.source import Source, Span

AREA_A, AREA_B = 8, 12
"""The columns, from 1, in which headers and statements begin in fixed and variable format."""


def column(source: Source, offset: int) -> int:
    """The 1-based column of a view offset; a tab goes on to the next multiple of eight, as it does
    for cobc."""
    start = source.line_span(source.line_column(offset)[0])[0]
    return len(source.view[start:offset].decode("ascii").expandtabs(8)) + 1


def row(source: Source, line: int) -> str:
    """A line of the view without its end."""
    start, end = source.line_span(line)
    return source.view[start:end].decode("ascii").rstrip("\r\n")


def code(source: Source, line: int) -> str:
    """The code of a line in its columns: sequence and identification areas are blanks, so are tabs;
    a comment line is empty."""
    text = row(source, line).expandtabs(8)
    if source.format == "free":
        return text
    if text[6:7] not in ("", " ", "-", "D", "d"):
        return ""
    return " " * 7 + (text[7:MARGIN] if source.format == "fixed" else text[7:])


def begins(source: Source, offset: int) -> bool:
    """Whether nothing stands before a view offset on its line."""
    line = source.line_column(offset)[0]
    return not code(source, line)[: column(source, offset) - 1].strip()


def indentation(source: Source, offset: int) -> int:
    """The 1-based column in which the code of an offset's line begins."""
    text = code(source, source.line_column(offset)[0])
    return len(text) - len(text.lstrip()) + 1


def cased(source: Source, offset: int, text: str) -> str:
    """`text` in lower case, literals aside, where the line of an offset is written so."""
    near = code(source, source.line_column(offset)[0])
    letters = re.sub(r"'[^']*'|\"[^\"]*\"", "", near)
    return lower_outside_literals(text) if letters.islower() else text


def line(source: Source, at: int, text: str) -> str:
    """A line of code with its end, its text from a column (from 1) on; broken where too long."""
    made = " " * (at - 1) + text
    whole = [made] if source.format != "fixed" else broken(made)
    return "".join(f"{one}\n" for one in whole)


def lines(source: Source, rows: Sequence[tuple[int, str]]) -> str:
    """Lines of code, each from its column on."""
    return "".join(line(source, at, text) for at, text in rows)


def after_line(source: Source, number: int) -> Span:
    """The empty span behind a line, where whole lines may be put."""
    end = source.line_span(number)[1]
    return Span(end, end)


def before_line(source: Source, number: int) -> Span:
    """The empty span before a line, where whole lines may be put."""
    start = source.line_span(number)[0]
    return Span(start, start)


def whole_lines(source: Source, first: int, last: int) -> Span:
    """The lines from `first` to `last`, with their ends."""
    return Span(source.line_span(first)[0], source.line_span(last)[1])
