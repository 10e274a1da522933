"""Where a paragraph's method stands in the text of a translation, and which name means what."""

from __future__ import annotations

import re

from cobolsmith.lowered import Lowered
from cobolsmith.targets.names import Names

UNKNOWN = "UNKNOWN STATEMENT"
"""What a comment says where a statement that no table knows is still to be written, and its
number."""
_DOCSTRING = re.compile(r'\s*""".*"""\s*\n')


def bodies(program: Lowered, names: Names, text: str) -> dict[int, tuple[int, int]]:
    """The characters [begin, end) of the statements of each paragraph's method, by the paragraph's
    index; whole lines. A paragraph that has no method is left out."""
    found: dict[int, tuple[int, int]] = {}
    for one in program.paragraphs:
        header = rf"(?m)^( +)(?:def |private (?:int|void) ){names.paragraphs[one.index]}\(.*[:{{]\n"
        match = re.search(header, text)
        if match is None:
            continue
        begin = match.end()
        if said := _DOCSTRING.match(text, begin):
            begin = said.end()
        end = begin
        for line in text[begin:].splitlines(keepends=True):
            if line.strip() and len(line) - len(line.lstrip()) <= len(match[1]):
                break
            end += len(line)
        found[one.index] = (begin, begin + len(text[begin:end].rstrip()) + 1)
    return {index: span for index, span in found.items() if text[span[0] : span[1]].strip()}


def hole_at(text: str, number: int) -> tuple[int, int]:
    """The line [begin, end) of the comment that stands for an unknown statement."""
    match = re.search(rf"(?m)^ *(?:#|//) {UNKNOWN} {number}\n", text)
    assert match is not None
    return match.span()


def spoken_names(program: Lowered, names: Names) -> dict[str, str]:
    """The COBOL words of a program's things by what was made of them in the target; of two that
    became the same in different records, the first."""
    found: dict[str, str] = {}
    for word, name in names.records.items():
        found.setdefault(name, word)
    for (_, word), name in names.fields.items():
        found.setdefault(name, word)
    for (_, _, word), name in names.conditions.items():
        found.setdefault(name, word)
    for word, name in names.files.items():
        found.setdefault(name, word)
    for one in program.paragraphs:
        if one.name:
            found.setdefault(names.paragraphs[one.index], one.word)
    return found
