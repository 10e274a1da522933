"""The names that an EXEC block gives to what it calls: data items to check, labels to go to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cobolsmith.executed import Block

_NAME = r"[A-Za-z0-9\x7f](?:[A-Za-z0-9_\x7f#@$-]*[A-Za-z0-9_\x7f#@$])?"
_HOST = re.compile(
    rf"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|:\s*({_NAME}(?:\s*\.\s*{_NAME})*)", re.DOTALL
)
_PARENTHESES = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|[()]")
_OPTION = re.compile(rf"({_NAME})\s*$")
_REFERENCE = re.compile(
    rf"(?:(?:LENGTH|ADDRESS)\s+(?:OF\s+)?)?({_NAME}(?:\s+(?:OF|IN)\s+{_NAME})*\s*(?:\(.*\)\s*)*)",
    re.IGNORECASE | re.DOTALL,
)
_LETTER = re.compile(r"[A-Za-z\x7f]")
_TRANSLATED = re.compile(r"DFH(?:RESP|VALUE)\s*\(", re.IGNORECASE)
_GO = re.compile(
    rf"WHENEVER\s+(?:SQLERROR|SQLWARNING|NOT\s+FOUND)\s+(?:GO\s*TO|PERFORM)\s*:?\s*({_NAME})",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"\s*HANDLE\s+(?:CONDITION|AID)\b", re.IGNORECASE)
_HANDLED_ITEMS = frozenset(("RESP", "RESP2"))


@dataclass(frozen=True, slots=True)
class Argument:
    """A data-name as COBOL writes it, or a label, and the offset of the source it stands at;
    `option` is the option of CICS that it is given to."""

    text: str
    offset: int
    label: bool = False
    option: str = ""


def arguments(block: Block) -> list[Argument]:
    """The data items and labels that a block names, in order; literals and numbers are left out."""
    return list(_of_cics(block) if block.dialect == "CICS" else _of_sql(block))


def _of_sql(block: Block) -> Iterator[Argument]:
    for match in _HOST.finditer(block.text):
        if match[1]:
            *holders, name = re.split(r"\s*\.\s*", match[1])
            text = " OF ".join([name, *reversed(holders)])
            yield Argument(text, block.places[match.start(1)])
    if going := _GO.match(block.text.strip()):
        start = block.text.index(going[1], block.text.upper().index("WHENEVER") + 8)
        yield Argument(going[1], block.places[start], label=True)


def _of_cics(block: Block) -> Iterator[Argument]:
    handles = _HANDLE.match(block.text) is not None
    depth = start = 0
    for match in _PARENTHESES.finditer(block.text):
        if match[0] == "(":
            depth += 1
            start = match.end() if depth == 1 else start
        elif match[0] == ")":
            depth -= 1
            if depth == 0:
                option = _OPTION.search(block.text, 0, start - 1)
                name = option[1].upper() if option else ""
                label = name == "LABEL" or (handles and name not in _HANDLED_ITEMS)
                yield from _argument(block, start, match.start(), label, name)


def _argument(block: Block, start: int, end: int, label: bool, option: str) -> Iterator[Argument]:
    text = block.text[start:end]
    blanks = len(text) - len(text.lstrip())
    match = _REFERENCE.fullmatch(text.strip())
    if match is None or not _LETTER.search(match[1]) or _TRANSLATED.match(match[1]):
        return
    at = start + blanks + match.start(1)
    yield Argument(" ".join(match[1].split()), block.places[at], label, option)
