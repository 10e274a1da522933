"""Programs with EXEC SQL and EXEC CICS as COBOL that cobc takes: what a precompiler would see to.

Each block becomes a statement that is never carried out and names the same data items and labels,
so that cobc finds those that don't exist. Every line made is mapped back to the line it is made of.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from cobolsmith.checks.arguments import Argument, arguments
from cobolsmith.eib import RESPONSES
from cobolsmith.executed import EXEC, Block, blocks_of
from cobolsmith.source import Source
from cobolsmith.syntax import parse

DIALECTS = frozenset(("SQL", "CICS", "SQLIMS"))
"""The dialects that the shim knows; a program with another can't be checked."""

TRANSLATED = re.compile(rb"\bDFH(RESP|VALUE)\s*\(\s*([\w\x7f-]+)\s*\)", re.IGNORECASE)
_SQL_TYPE = re.compile(rb"\b(?:USAGE\s+(?:IS\s+)?)?SQL\s+TYPE\s+(?:IS\s+)?[^.]*", re.IGNORECASE)
_CARD = re.compile(rb"^.{0,6}[ \d]*\s*(?:CBL|PROCESS)\s[^\n]*", re.IGNORECASE | re.MULTILINE)
_WORKING = re.compile(rb"(?<![\w-])WORKING-STORAGE\s+SECTION\s*\.", re.IGNORECASE)
_LINKAGE = re.compile(rb"(?<![\w-])LINKAGE\s+SECTION\s*\.", re.IGNORECASE)
_DATA = re.compile(rb"(?<![\w-])DATA\s+DIVISION\s*\.", re.IGNORECASE)
_PROCEDURE = re.compile(rb"(?<![\w-])PROCEDURE\s+DIVISION\s*(\.)?", re.IGNORECASE)
_PROGRAM = re.compile(rb"(?<![\w-])PROGRAM-ID(?![\w-])", re.IGNORECASE)
_INCLUDE = re.compile(r"\s*INCLUDE\s+(['\"]?[^\s'\"]+['\"]?)\s*$", re.IGNORECASE)
_DECLARES = re.compile(r"\s*(?:DECLARE|BEGIN\s+DECLARE|END\s+DECLARE)\b", re.IGNORECASE)
_COMMAREA = re.compile(rb"(?:\b0?1|\bBY(?:\s+==)?)\s+DFHCOMMAREA\b", re.IGNORECASE)
_EIB = re.compile(rb"\bDFHEIBLK\b", re.IGNORECASE)
_PERIOD = re.compile(rb"\s*\.")
_WIDTH = 60
UNANSWERED = "IF RETURN-CODE NOT = RETURN-CODE"
"""Never true, and nothing that the compiler could know beforehand and leave out unchecked."""


Statement = Callable[[Block, Sequence[Argument]], Iterator[tuple[str, int]]]
"""What stands for a block: lines, each with the offset that it is made of."""


@dataclass(frozen=True, slots=True)
class Translated:
    """A source for cobc: its bytes, and for each line the source's line it is made of (from 1).

    `faults` are what the precompiler would refuse: line, column and message.
    """

    data: bytes
    lines: tuple[int, ...]
    faults: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Edit:
    """view[start:end] stands no more; each of the new texts gets a line of its own."""

    start: int
    end: int
    new: tuple[tuple[str, int], ...] = ()


def is_executed(source: Source) -> bool:
    """Whether a source has EXEC blocks, or words that only a translator knows."""
    return bool(EXEC.search(source.view) and blocks_of(source)) or bool(
        TRANSLATED.search(source.view)
    )


def foreign(source: Source) -> str:
    """The first dialect of a source's EXEC blocks that the shim doesn't know, or ""."""
    return next((one.dialect for one in blocks_of(source) if one.dialect not in DIALECTS), "")


def translated(
    source: Source,
    copied: bytes = b"",
    statement: Statement | None = None,
    storage: Sequence[str] = (),
    commarea: int = 32767,
) -> Translated:
    """The source as a precompiler would hand it to the compiler.

    `copied` is the text of its copybooks: what they define isn't supplied again. `statement` makes
    the lines that stand for a block among statements, by default lines that are never carried out;
    `storage` are entries that those need in a program with CICS commands, `commarea` the bytes of a
    DFHCOMMAREA that it doesn't describe.
    """
    found = blocks_of(source, parse(source.view, source.format))
    area = () if _COMMAREA.search(copied) else (f"01  DFHCOMMAREA PIC X({commarea}).",)
    view = bytearray(source.view)
    faults = [(*source.line_column(offset), message) for offset, message in _translate_words(view)]
    edits = list(_block_edits(source, found, statement or _statement))
    if any(block.dialect == "CICS" for block in found):
        edits.extend(_interface(source, found, area, storage))
    edits = _apart(sorted(edits, key=lambda edit: (edit.start, edit.end)))
    data, lines = _written(source, bytes(view), edits)
    return Translated(data, lines, tuple(faults))


def _apart(edits: Sequence[_Edit]) -> list[_Edit]:
    """The edits without those that begin inside another."""
    kept: list[_Edit] = []
    for edit in edits:
        if not kept or edit.start >= kept[-1].end:
            kept.append(edit)
    return kept


# --- Words ---


def _translate_words(view: bytearray) -> Iterator[tuple[int, str]]:
    """Put numbers for DFHRESP and DFHVALUE, and a picture for SQL types, without moving a byte."""
    text = bytes(view)
    for match in TRANSLATED.finditer(text):
        name, number = match[2].decode("ascii").upper(), 1
        if match[1].upper() == b"RESP":
            if name not in RESPONSES:
                yield match.start(), f"DFHRESP({name}): there is no condition '{name}'"
            number = RESPONSES.get(name, 0)
        _put(view, match.start(), match.end(), str(number).encode())
    for match in _SQL_TYPE.finditer(text):
        _put(view, match.start(), match.end(), b"PIC X(8)")
    header = _PROGRAM.search(text)
    for match in _CARD.finditer(text, 0, header.start() if header else 0):
        _put(view, match.start(), match.end(), b"")


def _put(view: bytearray, start: int, end: int, new: bytes) -> None:
    """New bytes in the place of others, line ends kept, blanks for the rest."""
    for at in range(start, end):
        if view[at] not in b"\r\n":
            view[at] = 0x20
    view[start : start + len(new)] = new


# --- Blocks ---


def _block_edits(source: Source, found: Sequence[Block], statement: Statement) -> Iterator[_Edit]:
    """Each block's edit. The items of a cursor declared among the data are checked by the next
    statement, since nothing but entries may stand where it does."""
    owed: list[Argument] = []
    marks = _statements_from(source)
    for block in found:
        start, end = block.origin.span
        if block.dialect == "SQL" and (member := _INCLUDE.match(block.text)):
            has_period = source.view[end : end + 80].lstrip()[:1] == b"."
            text = f"COPY {member[1]}" + ("" if has_period else ".")
            yield _Edit(start, end, ((text, start),))
        elif marks[bisect_left(marks, (start + 1, False)) - 1][1] and not (
            len(marks) == 1 and _DECLARES.match(block.text)
        ):
            yield _Edit(start, end, tuple(statement(block, [*owed, *arguments(block)])))
            owed = []
        else:
            owed += [one for one in arguments(block) if not one.label]
            period = _PERIOD.match(source.view, end)
            yield _Edit(start, period.end() if period else end)


def _statements_from(source: Source) -> list[tuple[int, bool]]:
    """The offsets from which on statements stand (True) or entries (False), in order."""
    marks = [(one.start(), True) for one in _code(source, _PROCEDURE)]
    for pattern in (_DATA, _PROGRAM):
        marks += [(one.start(), False) for one in _code(source, pattern)]
    alone = re.search(rb"\b(?:0?1|77)\s+[\w-]+", source.view) is None  # a copybook of statements
    return [(0, not marks and alone), *sorted(marks)]


def _statement(block: Block, named: Sequence[Argument]) -> Iterator[tuple[str, int]]:
    """A statement that is never carried out: lengths of the items, jumps to the labels."""
    start, end = block.origin.span
    items = [one for one in named if not one.label]
    labels = [one for one in named if one.label]
    if not named:
        yield "CONTINUE", start
        return
    yield UNANSWERED, start
    if items:
        yield "DISPLAY", start
    for one in items:
        yield f"LENGTH OF {one.text}", one.offset
    for one in labels:
        yield f"GO TO {one.text}", one.offset
    yield "END-IF", end - 1


# --- The EXEC interface of CICS ---


def _interface(
    source: Source, found: Sequence[Block], area: Sequence[str], storage: Sequence[str]
) -> Iterator[_Edit]:
    """DFHEIBLK and DFHCOMMAREA in each program of the source that has CICS commands."""
    starts = [one.start() for one in _code(source, _PROGRAM)]
    for at, start in enumerate(starts):
        end = starts[at + 1] if at + 1 < len(starts) else len(source.view)
        used = any(one.dialect == "CICS" and start < one.origin.span.start < end for one in found)
        if used:
            yield from _linkage(source, start, end, area, storage)


def _linkage(
    source: Source, start: int, end: int, area: Sequence[str], storage: Sequence[str]
) -> Iterator[_Edit]:
    division = next(_code(source, _PROCEDURE, start, end), None)
    if division is None:
        return
    head = source.view[start : division.start()]
    missing = [] if _EIB.search(head) else ["COPY DFHEIBLK."]
    if not _COMMAREA.search(head):
        missing += area
    working = next(_code(source, _WORKING, start, division.start()), None)
    if storage and working is not None:
        at = working.end()
        yield _Edit(at, at, tuple((line, at - 1) for line in storage))
    section = next(_code(source, _LINKAGE, start, division.start()), None)
    if missing and section is not None:
        at = section.end()
        yield _Edit(at, at, tuple((line, at - 1) for line in missing))
    elif missing:
        headers = [] if _DATA.search(head) else ["DATA DIVISION."]
        at = division.start()
        new = [*headers, "LINKAGE SECTION.", *missing]
        yield _Edit(at, at, tuple((line, at) for line in new))
    if division[1]:
        at = division.end() - 1
        yield _Edit(at, at, (("USING DFHEIBLK DFHCOMMAREA", at),))


def _code(
    source: Source, pattern: re.Pattern[bytes], start: int = 0, end: int | None = None
) -> Iterator[re.Match[bytes]]:
    """The matches of a pattern that don't stand in comment lines."""
    stop = len(source.view) if end is None else end
    for match in pattern.finditer(source.view, start, stop):
        line = source.view[source.view.rfind(b"\n", 0, match.start()) + 1 : match.start()]
        fixed = source.format != "free" and line[6:7] in (b"*", b"/", b"D", b"d")
        if not fixed and b"*>" not in line:
            yield match


# --- Writing ---


def _written(source: Source, view: bytes, edits: Sequence[_Edit]) -> tuple[bytes, tuple[int, ...]]:
    """The lines of a source with the edits carried out, and where each came from."""
    lines: list[bytes] = []
    origins: list[int] = []
    at = 0
    for edit in edits:
        first, _ = source.line_column(edit.start)
        begin = source.line_span(first)[0]
        if begin > at:
            _keep(source, view, at, begin, lines, origins)
            at = begin
        before = view[at : edit.start]
        if before[0 if source.format == "free" else 7 :].strip() and at <= edit.start:
            lines.append(_padded(source, before, at))
            origins.append(first)
        for text, offset in edit.new:
            for part in _folded(source, text):
                lines.append(part)
                origins.append(source.line_column(offset)[0])
        at = edit.end
    _keep(source, view, at, len(view), lines, origins)
    # What is no plain text (0x7F in a view) is a letter to the compiler, in names and literals.
    return b"\n".join([*lines, b""]).replace(b"\x7f", b"Z"), tuple(origins)


def _padded(source: Source, text: bytes, at: int) -> bytes:
    """What is left of a line, in its own columns."""
    column = at - (source.view.rfind(b"\n", 0, at) + 1)
    return b" " * column + text.rstrip(b"\r\n")


def _keep(
    source: Source, view: bytes, start: int, end: int, lines: list[bytes], origins: list[int]
) -> None:
    """Lines as they are; the rest of a line that an edit took the first part of, if any is left."""
    number, column = source.line_column(start)
    if column > 1:
        after = min(source.line_span(number)[1], end)
        rest = view[start:after]
        code = rest[: max(0, 73 - column)] if source.format == "fixed" else rest
        if code.strip():
            lines.append(_padded(source, rest, start))
            origins.append(number)
        start, number = after, number + 1
    if start < end:
        kept = view[start:end].removesuffix(b"\n").split(b"\n")
        lines.extend(kept)
        origins.extend(range(number, number + len(kept)))


def _folded(source: Source, text: str) -> Iterator[bytes]:
    """A text in lines that end before column 73, from column 12."""
    indent = b"" if source.format == "free" else b" " * 11
    line = ""
    for word in text.split(" "):
        if line and len(line) + len(word) >= _WIDTH and source.format != "free":
            yield indent + line.encode("ascii")
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield indent + line.encode("ascii")
