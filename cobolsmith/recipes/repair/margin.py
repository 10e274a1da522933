"""Text that runs beyond column 72 of fixed format, where the compiler doesn't read it.

The line is pulled left as far as its own indentation, then its inner blanks, allow; else broken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cobolsmith.plan import Plan
from cobolsmith.recipes.repair.fault import Fault, lines_with_code, plan
from cobolsmith.source import Source, Span

MARGIN = 72
AREA_B = 11


def beyond_margin(fault: Fault) -> Iterator[Plan]:
    """Plans for lines at or above the fault whose words cross column 72."""
    source = fault.source
    if source.format != "fixed":
        return
    for line in range(fault.first.line, max(0, fault.first.line - 4), -1):
        if line > len(source.line_starts):
            continue
        start, end = source.line_span(line)
        row = source.view[start:end].rstrip(b"\r\n")
        if crosses(row, source):
            beside = indent_before(fault, line)
            for rank, new in enumerate(fitted(row.decode("ascii").rstrip(), beside)):
                title = f"bring line {line} back before column 73"
                span = Span(start, start + len(row))
                yield plan(
                    fault, title, [(span, (new,))], 0.1 + 0.2 * rank, "text beyond column 72"
                )


def crosses(row: bytes, source: Source) -> bool:
    """Whether program text goes on beyond column 72 rather than an identification area."""
    if len(row.rstrip()) <= MARGIN or row[6:7] in (b"*", b"/"):
        return False
    tail = row[MARGIN:].strip()
    if row[MARGIN - 1 : MARGIN].strip() and row[MARGIN : MARGIN + 1].strip():
        return True
    return not source.identification or bool(re.search(rb"[.'\"]$|\s", tail))


def fitted(row: str, beside: int) -> Iterator[str]:
    """The line within 72 columns: indented as the line before (`beside` blanks), its blanks
    squeezed, or broken in two."""
    head, code = row[:7], row[7:].strip()
    room = MARGIN - 7
    if len(code) <= room:
        yield head + " " * min(beside, room - len(code)) + code
    indent = min(len(row[7:]) - len(row[7:].lstrip()), room)
    squeezed = squeeze(code)
    if squeezed != code and len(squeezed) + AREA_B - 7 <= room:
        yield head + " " * min(indent, room - len(squeezed)) + squeezed
    blanks = " " * min(indent, AREA_B - 7)
    for match in reversed(list(re.finditer(r" +", blanks + code))):
        text = blanks + code
        if AREA_B - 7 < match.start() <= room and text[: match.start()].count("'") % 2 == 0:
            rest = " " * 7 + blanks + "    " + text[match.end() :]
            if len(rest) <= MARGIN:
                yield f"{head}{text[: match.start()]}\n{rest}"
                return


def indent_before(fault: Fault, line: int) -> int:
    """The blanks after column 7 of the last line of code above this one."""
    above = [
        fault.source.line_column(fault.words[indexes[0]].start)[1] - 8
        for number, indexes in lines_with_code(fault.source, fault.words)
        if number < line
    ]
    return max(0, above[-1]) if above else AREA_B - 7


def squeeze(code: str) -> str:
    """Runs of blanks outside literals as one."""
    parts = re.split(r"('[^']*'|\"[^\"]*\")", code)
    return "".join(
        part if part[:1] in ("'", '"') else re.sub(r" {2,}", " ", part) for part in parts
    )
