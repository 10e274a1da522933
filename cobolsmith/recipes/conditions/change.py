"""Another condition in the place of one: `--at FILE:LINE --to "CONDITION"`.

The boundary values of both are tried in a table: where they part is what the change means, and the
patch says it. Runs that go the same way must do the same; those that the new condition leads
another way must exist.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cobolsmith import patch
from cobolsmith import source as sources
from cobolsmith.dataflow import Condition
from cobolsmith.errors import UsageError
from cobolsmith.patch import MARGIN
from cobolsmith.plan import Edit, Plan
from cobolsmith.program import Program
from cobolsmith.recipe import Option, Proposal, Recipe, Setting, refusal
from cobolsmith.recipes.conditions.truth import parting
from cobolsmith.source import Source, Span
from cobolsmith.writing import column

if TYPE_CHECKING:
    from tree_sitter import Node

SHOWN = 12
"""Rows of the table of boundaries that a plan shows."""
_PIECE = re.compile(r"'[^']*'|\"[^\"]*\"|\S+")


def propose(setting: Setting) -> Proposal:
    """The one edit, with its table of boundaries."""
    source, line = setting.place("at")
    program = next(iter(setting.programs(source)))
    wanted = " ".join(setting.text("to").split())
    node = condition_at(program, source, line, " ".join(setting.text("old").split()))
    span = Span(node.start_byte, end_of(node))
    before = " ".join(program.tree.text(node).split())
    if before.upper() == wanted.upper():
        return Proposal()
    edit = Edit(source.path, span, (laid_out(source, span.start, wanted),))
    reasons = [f"before: {before}", f"now: {wanted}"]
    pair = both(setting, source, edit, program)
    if isinstance(pair, str):
        return Proposal(refusals=(refusal(pair, source.path, span, "look at --to again"),))
    rows, looked = parting(program, *pair)
    if looked and not rows:
        reasons.append(f"they part for none of {looked} combinations of boundary values")
    reasons += [f"they part: {row}" for row in rows[:SHOWN]]
    if rows:
        reasons.append(f"{len(rows)} of {looked} combinations of boundary values part")
    title = f"the condition of line {line} becomes {wanted}"
    return Proposal((Plan(title, (edit,), tuple(reasons), ways=True),))


def condition_at(program: Program, source: Source, line: int, old: str) -> Node:
    """The condition that begins on a line, or else runs over it. Raises UsageError where there is
    none, or more than one and `old` doesn't say which."""
    found = [
        node
        for node in program.tree.walk("condition")
        if source.line_column(node.start_byte)[0] <= line <= source.line_column(end_of(node) - 1)[0]
        and program.tree.text(node).upper() not in ("TRUE", "FALSE")
    ]
    begun = [node for node in found if source.line_column(node.start_byte)[0] == line] or found
    if old:
        begun = [n for n in begun if " ".join(program.tree.text(n).upper().split()) == old.upper()]
    if len(begun) != 1:
        said = "there is no condition here" if not begun else f"{len(begun)} conditions are here"
        remedy = "name the line where it begins" if not begun else "say which with --old"
        raise UsageError(said, where=f"{source.path}:{line}", remedy=remedy)
    return begun[0]


def end_of(node: Node) -> int:
    """Where the last word of a condition ends."""
    last = node
    while last.children:
        last = [child for child in last.children if child.end_byte > child.start_byte][-1]
    return last.end_byte


def laid_out(source: Source, at: int, text: str) -> str:
    """The condition in lines of the source, begun at a place and going on below it."""
    if source.format == "free":
        return text
    start = column(source, at)
    rows, width = [""], MARGIN - start + 1
    for piece in _PIECE.findall(text):
        if rows[-1] and len(rows[-1]) + 1 + len(piece) > width:
            rows.append(piece)
        else:
            rows[-1] = f"{rows[-1]} {piece}".strip()
    return ("\n" + " " * (start - 1)).join(rows)


def both(
    setting: Setting, source: Source, edit: Edit, program: Program
) -> tuple[Condition, Condition] | str:
    """The condition before and after as trees, or what is wrong with the new one."""
    text = "".join(str(part) for part in edit.new)
    data = patch.edited(source, [(edit.span, text)])
    after = sources.from_bytes(data, source.path, encoding=source.encoding, format=source.format)
    changed = next(iter(setting.programs(after)))
    if changed.tree.errors():
        return f"--to isn't a condition here: {changed.tree.errors()[0].message}"
    known = {problem.what for problem in program.problems}
    new = [problem for problem in changed.problems if problem.what not in known]
    if new:
        return f"--to: {new[0].what}"
    old = _within(setting, program, source, edit.span.start)
    now = _within(setting, changed, after, edit.span.start)
    if old is None or now is None:
        return "the condition can't be read"
    return old, now


def _within(setting: Setting, program: Program, source: Source, at: int) -> Condition | None:
    found = [
        one
        for one in setting.conditions(program)
        if one.origin.path == source.path and one.origin.span.start == at
    ]
    return max(found, key=lambda one: one.origin.span.end, default=None)


CHANGE_CONDITION = Recipe(
    "change-condition",
    "another condition in the place of one, with a table of the values for which they part",
    propose,
    "stated",
    (
        Option("at", "FILE:LINE where the condition begins", required=True),
        Option("to", "the condition that shall stand there", required=True),
        Option("old", "the condition that stands there, where a line has several"),
    ),
)
