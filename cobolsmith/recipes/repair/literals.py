"""A literal that isn't closed, or closes without having been opened.

DISPLAY 'TOTAL TO LINE.    ->    DISPLAY 'TOTAL TO LINE'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cobolsmith.plan import Plan
from cobolsmith.recipes.repair.fault import Fault, inserted
from cobolsmith.source import Source
from cobolsmith.words import text_area

AFTER = re.compile(
    rb"\s+(?:TO|BY|DELIMITED|UPON|INTO|WITH|THEN|AND|OR|ALSO|USING|FROM|GIVING|REPLACING|TALLYING|"
    rb"VALUE|PIC|THRU|THROUGH|ADVANCING|AFTER|BEFORE|AT|ON|NO|END-[A-Z]+)\b",
    re.IGNORECASE,
)


def open_literal(fault: Fault) -> Iterator[Plan]:
    """A quote for the first line near the fault that has an odd one."""
    near = {fault.line_of(fault.words[index]) for index in fault.near(before=3, after=1)}
    lines = sorted(near | {found.line for found in fault.diagnostics[:6]})
    for line in lines:
        start, code = code_of(fault.source, line)
        for quote in (b"'", b'"'):
            if odd(code + continued(fault.source, line), quote):
                yield from quotes(fault, start, code, quote, line)
                return


def code_of(source: Source, line: int) -> tuple[int, bytes]:
    """A line's program text and the view offset of its first byte; none in what continues one."""
    start, end = source.line_span(line)
    row = source.view[start:end].rstrip(b"\r\n")
    if source.format == "free":
        return start, row
    first, last = text_area(row.decode("ascii"))
    text = row[first : last if source.format == "fixed" else len(row)]
    return start + first, b"" if row[first - 1 : first] == b"-" else text


def continued(source: Source, line: int) -> bytes:
    """What the next lines continue of a literal of this one, without the quotes they open with."""
    text = b""
    while source.format != "free" and line < len(source.line_starts):
        line += 1
        start, end = source.line_span(line)
        row = source.view[start:end].rstrip(b"\r\n")
        first, last = text_area(row.decode("ascii"))
        if row[first - 1 : first] != b"-":
            break
        text += row[first:last].lstrip()[1:]
    return text


def odd(code: bytes, quote: bytes) -> bool:
    """Whether a line has an odd number of this quote, those inside other literals not counted."""
    other = b"'" if quote == b'"' else b'"'
    closed = re.sub(other + rb"[^'\"]*" + other, b"", code)
    return closed.count(quote) % 2 == 1 and not closed.lstrip().startswith(b"*")


def quotes(fault: Fault, start: int, code: bytes, quote: bytes, line: int) -> Iterator[Plan]:
    """A closing quote at each likely end after the last one; else an opening one before words."""
    at = code.rfind(quote)
    text = quote.decode()
    bare = code.rstrip()
    for rank, (end, doubt) in enumerate((*before_names(fault, code, at), *closings(bare, at))):
        title = f"close the literal of line {line}"
        yield inserted(
            fault, start + end, text, title, doubt + 0.02 * rank, "the line has an odd quote"
        )
    for rank, place in enumerate(openings(fault, bare[:at])):
        title, why = f"open the literal of line {line}", "the line has an odd quote"
        yield inserted(fault, start + place, text, title, 0.5 + 0.02 * rank, why)


def openings(fault: Fault, before: bytes) -> list[int]:
    """Where a literal that ends here may begin: at the first word that is neither known nor
    reserved, then at the words before the quote, nearest first."""
    words = list(re.finditer(rb"\S+", before))
    strange = [
        opening(before, word.start())
        for word in words
        if not {word[0].decode("ascii").upper()} & (fault.reserved | fault.known.keys())
    ]
    nearest = [opening(before, word.start()) for word in reversed(words)]
    return list(dict.fromkeys([*strange[:1], *nearest]))[:8]


def opening(before: bytes, at: int) -> int:
    """Where the quote before this word stood: of two blanks, the second was the literal's."""
    return at - 1 if re.search(rb"\S  $", before[:at]) else at


def before_names(fault: Fault, code: bytes, at: int) -> Iterator[tuple[int, float]]:
    """(offset, doubt) before the data names that end the line, where it ends in some; of two blanks
    before them the first was the literal's. Else behind the blank that alone ends the line."""
    words = list(re.finditer(rb"[^\s.]+", code))
    names = 0
    while names < len(words) and words[-1 - names][0].decode("ascii").upper() in fault.known:
        names += 1
    if names and names < len(words) and words[-names].start() > at:
        start = words[-names].start()
        gap = start - len(code[:start].rstrip())
        yield start - gap + (gap == 2), 0.2
    elif re.search(rb"\S $", code):
        yield len(code), 0.34


def closings(bare: bytes, at: int) -> Iterator[tuple[int, float]]:
    """(offset, doubt) of where the literal may end: at a period, a keyword, a word's end."""
    if bare.endswith(b"."):
        yield len(bare) - 1, 0.35
    else:
        yield len(bare), 0.35
    for match in AFTER.finditer(bare, at):
        yield match.start(), 0.4
    for match in list(re.finditer(rb"(?<=\S)(?=[\s),.])", bare[at + 1 :]))[:8]:
        yield at + 1 + match.start(), 0.5
