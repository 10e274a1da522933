"""A paragraph or section into a copybook: its lines move, and COPY stands where they stood.

    1000-CHECK.                            COPY CHECKDT.
        IF WS-DATE = ZERO           ->
        ...                                (CHECKDT.cpy:  1000-CHECK.  ...)

The lines keep their columns, so that the code is the same, which is what the checks ask cobc.
"""

from __future__ import annotations

import re
from pathlib import Path

from cobolsmith.errors import UsageError
from cobolsmith.items import Problem
from cobolsmith.plan import Creation, Edit, Plan
from cobolsmith.program import Procedure, Program
from cobolsmith.recipe import Option, Proposal, Recipe, Setting, one_procedure, refusal
from cobolsmith.source import Span
from cobolsmith.syntax import is_outside
from cobolsmith.writing import AREA_A, begins, cased, row, whole_lines

SUFFIX = ".cpy"


def propose(setting: Setting) -> Proposal:
    """The plan for the one program that has the paragraph."""
    name, book = setting.text("paragraph").upper(), setting.text("book").upper()
    if not re.fullmatch(r"[A-Z][A-Z0-9]{0,7}", book):
        remedy = "a letter and up to seven letters and digits: a member's name"
        raise UsageError(f"--book {book} is no name of a copybook", remedy=remedy)
    found = one_procedure(setting, name, ("paragraph", "section"))
    if isinstance(found, Problem):
        return Proposal(refusals=(found,))
    return extracted(setting, *found, book)


def extracted(setting: Setting, program: Program, procedure: Procedure, book: str) -> Proposal:
    """The paragraph's lines in a new file, and the COPY."""
    source = program.source
    start = procedure.header.span.start
    nodes = program.tree.walk("paragraph", "section")
    node = next((one for one in nodes if one.start_byte == start), None)
    if procedure.header.path != source.path or node is None:
        return Proposal()  # it stands in a copybook already
    span = Span(
        start,
        max(
            leaf.end_byte
            for leaf in program.tree.leaves(start, node.end_byte)
            if not is_outside(leaf)
        ),
    )
    first, last = source.line_column(span.start)[0], source.line_column(span.end - 1)[0]
    path = folder(setting, source.path) / f"{book.lower()}{SUFFIX}"
    if not source.path.stem.islower():
        path = path.with_name(f"{book}{SUFFIX}")
    what = obstacle(program, span, first, last)
    if path.exists() or what:
        what = what or f"{path.name} is already there"
        return Proposal(refusals=(refusal(what, source.path, span),))
    lines = whole_lines(source, first, last)
    text = source.text(lines.start, lines.end).replace("\r\n", "\n")
    at = 1 if source.format == "free" else AREA_A
    copy = cased(source, span.start, f"{' ' * (at - 1)}COPY {book}.\n")
    title = f"{procedure.kind} {procedure.name} in copybook {book}"
    edit = Edit(source.path, lines, (copy,))
    reason = f"{last - first + 1} lines move to {path.name}"
    return Proposal((Plan(title, (edit,), (reason,), creates=(Creation(path, text),)),))


def folder(setting: Setting, path: Path) -> Path:
    """Where the copybook goes: the first folder of the configuration, or beside the program."""
    return next(iter(setting.config.copybook_paths(path.parent)), path.parent)


def obstacle(program: Program, span: Span, first: int, last: int) -> str:
    """Why the lines can't move, or an empty text."""
    source = program.source
    rest = source.line_span(last)
    after = source.view[span.end : rest[1]].strip()
    if not begins(source, span.start) or (after and row(source, last)[72:].strip() == ""):
        return "it shares a line with other code"
    if source.encoding not in ("utf-8", "latin-1"):
        return f"a copybook in {source.encoding} isn't made"
    if any(
        span.start <= copy.origin.span.start < span.end
        for copy in program.copies
        if copy.origin.path == source.path
    ):  # a copybook that is copied by a copybook is one more thing to look for
        return f"it has a COPY of its own (lines {first} to {last})"
    return ""


EXTRACT_COPYBOOK = Recipe(
    "extract-copybook",
    "moves a paragraph or section into a copybook of its own",
    propose,
    "same",
    (
        Option("paragraph", "the paragraph or section", required=True),
        Option("book", "the copybook's name", required=True),
    ),
)
