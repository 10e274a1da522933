"""Dead code: paragraphs and sections that no path leads to, and items that nothing names, go.

Reachability takes PERFORM ranges and falling through exactly, and ALTER as all of its targets.
That no run executes what goes is seen when the change is checked. Items are taken out only with
level 01 or 77 of working or local storage, and only if no word of the program, of its copybooks or
of its EXEC blocks is the name of one of their parts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from cobolsmith.items import DataItem
from cobolsmith.plan import Edit, Plan
from cobolsmith.program import Procedure, Program
from cobolsmith.reach import reached
from cobolsmith.recipe import Option, Proposal, Recipe, Setting, each_program, refusal
from cobolsmith.source import Span
from cobolsmith.writing import begins, code, column, row, whole_lines

_WORD = re.compile(rb"[A-Za-z0-9][\w-]*")
_STORAGE = ("WORKING-STORAGE", "LOCAL-STORAGE")
Lines = tuple[int, int]


def propose(setting: Setting) -> Proposal:
    """One plan a program."""
    what = setting.text("only")
    return each_program(setting, lambda program, part: of_program(program, part, what))


def of_program(program: Program, part: Span, what: str) -> Proposal:
    """What of a program is dead, as one plan; refused where not all of it could be read."""
    procedures = [] if what == "items" else list(dead_procedures(program, part))
    ranges = [lines for _, lines in procedures]
    items = [] if what == "paragraphs" else list(dead_items(program, part, ranges))
    if not procedures and not items:
        return Proposal()
    missing = [copy for copy in program.copies if copy.path is None]
    if missing:
        said = f"COPY {missing[0].book} isn't found: what it names can't be called dead"
        origin = missing[0].origin
        found = refusal(said, origin.path, origin.span, "set copybooks in cobolsmith.toml")
        return Proposal(refusals=(found,))
    source = program.source
    chosen = [*ranges, *(lines for _, lines in items)]
    edits = tuple(Edit(source.path, whole_lines(source, *lines), ("",)) for lines in joined(chosen))
    reasons = [f"no path leads to {one.name}" for one, _ in procedures]
    reasons += [f"nothing names {one.name} or a part of it" for one, _ in items]
    title = f"{len(procedures)} dead procedures and {len(items)} unused items of {program.name}"
    return Proposal((Plan(title, edits, tuple(reasons), dead=True),))


def joined(ranges: Sequence[Lines]) -> list[Lines]:
    """Ranges of lines that touch, as one."""
    found: list[Lines] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


# --- Procedures ---


def dead_procedures(program: Program, part: Span) -> Iterator[tuple[Procedure, Lines]]:
    """The program's own procedures that nothing leads to, with their lines and the comments above
    them; not those that living code still names."""
    ranges = dict(extents(program, part))
    entries = [
        program.procedure_at(one.origin.path, one.origin.span.start) for one in program.entries
    ]
    living = reached(program, [one.index for one in entries if one is not None])
    dead = [
        one
        for one in program.procedures
        if one.index in ranges and one.index not in living and not one.declarative
    ]
    dead = [
        one
        for one in dead
        if one.kind == "paragraph" or all(other in dead for other in paragraphs(program, one))
    ]
    while True:
        named = words_outside(program, [ranges[one.index] for one in dead])
        kept = [one for one in dead if not named[one.name]]
        kept = [one for one in kept if not copies_within(program, ranges[one.index])]
        if len(kept) == len(dead):
            break
        dead = kept
    yield from ((one, ranges[one.index]) for one in dead)


def paragraphs(program: Program, section: Procedure) -> list[Procedure]:
    """The paragraphs of a section."""
    return [one for one in program.procedures if one.section == section.index]


def extents(program: Program, part: Span) -> Iterator[tuple[int, Lines]]:
    """The lines of each procedure written in the program's own file, up to the next one's."""
    source = program.source
    own = [one for one in program.procedures if one.header.path == source.path]
    starts = [source.line_column(one.header.span.start)[0] for one in own]
    end = source.line_column(max(part.start, part.end - 1))[0] + 1
    for node in program.tree.walk("end_program", "identification_division", "program_id_paragraph"):
        if part.start < node.start_byte < part.end and own:
            line = source.line_column(node.start_byte)[0]
            if line > starts[-1]:
                end = min(end, line)
    bounds = [above(program, line) for line in starts] + [end]
    for one, (first, last) in zip(own, pairwise(bounds), strict=True):
        if begins(source, one.header.span.start) and first < last:
            yield one.index, (first, last - 1)


def above(program: Program, line: int) -> int:
    """The first of the comment lines right above a line, or the line."""
    while (
        line > 1
        and row(program.source, line - 1).strip()
        and not code(program.source, line - 1).strip()
    ):
        line -= 1
    return line


def copies_within(program: Program, lines: Lines) -> bool:
    """Whether a COPY stands in these lines: it may bring more than is seen here."""
    span = whole_lines(program.source, *lines)
    return any(
        span.start <= copy.origin.span.start < span.end
        for copy in program.copies
        if copy.origin.path == program.source.path
    )


def words_outside(program: Program, ranges: Sequence[Lines]) -> Counter[str]:
    """How often each word stands in the program with its copybooks, but for these lines."""
    tree = program.expanded or program.tree
    counted = Counter(word.decode().upper() for word in _WORD.findall(tree.view))
    for lines in joined(ranges):
        span = whole_lines(program.source, *lines)
        inside = program.source.view[span.start : span.end]
        counted.subtract(Counter(word.decode().upper() for word in _WORD.findall(inside)))
    return counted


# --- Items ---


def dead_items(
    program: Program, part: Span, gone: Sequence[Lines]
) -> Iterator[tuple[DataItem, Lines]]:
    """The records and 77s of which nothing names any part."""
    counted = words_outside(program, gone)
    for item in program.items:
        own = item.origin.path == program.source.path and item.section in _STORAGE
        if item.parent is not None or item.level not in (1, 77) or not item.name or not own:
            continue
        if item.external or item.global_ or not part.start <= item.origin.span.start < part.end:
            continue
        inner = [item, *program.below(item.index)]
        lines = entry_lines(program, inner)
        if lines is None or copies_within(program, lines):
            continue
        span = whole_lines(program.source, *lines)
        text = program.source.view[span.start : span.end].upper()
        here = Counter(word.decode() for word in _WORD.findall(text))
        names = {one.name for one in inner if one.name}
        names |= {name for one in inner if one.occurs for name in one.occurs.indexes}
        if all(counted[name] <= here[name] for name in names):
            yield item, lines


def entry_lines(program: Program, inner: Sequence[DataItem]) -> Lines | None:
    """The lines of an entry and all below it; None where other code stands on them."""
    source = program.source
    spans = [one.origin.span for one in inner if one.origin.path == source.path and one.level]
    first, last = min(one.start for one in spans), max(one.end for one in spans)
    end = source.line_column(last - 1)[0]
    rest = code(source, end)[column(source, last) - 1 :].strip()
    if not begins(source, first) or rest not in ("", "."):
        return None
    return source.line_column(first)[0], end


DEAD_CODE = Recipe(
    "dead-code",
    "takes out paragraphs that no path leads to and items that nothing names",
    propose,
    "same",
    (Option("only", "paragraphs or items: only those"),),
)
