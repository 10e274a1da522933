"""Years of two digits in order, by a window of a hundred years.

    IF WS-DUE-YY < WS-NOW-YY    ->    IF FUNCTION MOD (WS-DUE-YY - 50 100)
                                          < FUNCTION MOD (WS-NOW-YY - 50 100)

With --pivot 50 the years 50 to 99 come before 00 to 49: 1997 before 2003. What is a year is said by
a name that ends in YY, YR or YEAR; dates (YYMMDD, YYDDD) are meant where --item names them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from cobolsmith.dataflow import Relation, Term, parts
from cobolsmith.errors import UsageError
from cobolsmith.items import Problem
from cobolsmith.patch import MARGIN
from cobolsmith.plan import Edit, Plan
from cobolsmith.program import Program
from cobolsmith.recipe import Option, Proposal, Recipe, Setting, each_program, refusal
from cobolsmith.source import Span
from cobolsmith.writing import cased, code, indentation

PIVOT = 50
ORDER = ("<", ">", "<=", ">=")
_YEAR = re.compile(r"(?:^|-)(?:YY|YR|YEAR)$")
_DIGITS = (2, 5, 6)
"""A year, and dates that begin with one."""


def propose(setting: Setting) -> Proposal:
    """One plan for each program that compares such years."""
    pivot = setting.number("pivot", PIVOT)
    if not 1 <= pivot <= 99:
        raise UsageError(f"--pivot {pivot} is none of 1 to 99")
    return each_program(setting, lambda program, part: windowed(setting, program, part))


def windowed(setting: Setting, program: Program, part: Span) -> Proposal:
    """The comparisons of one program that get a window; left alone are those where an operand is
    compared with something else, too."""
    pivot, item = setting.number("pivot", PIVOT), setting.text("item").upper()
    relations = [
        one
        for condition in setting.conditions(program)
        for one in parts(condition)
        if isinstance(one, Relation) and one.origin.path == program.source.path
    ]
    inside = [one for one in relations if part.start <= one.origin.span.start < part.end]
    meant = [one for one in inside if is_meant(program, one, item)]
    places = {term.origin.span for one in meant for term in (one.subject, one.object)}
    mixed = {
        term.origin.span
        for one in inside
        if one not in meant
        for term in (one.subject, one.object)
        if term.origin.span in places
    }
    edits: dict[Span, Edit] = {}
    refusals: list[Problem] = []
    for one in meant:
        terms = (one.subject, one.object)
        if mixed.intersection(term.origin.span for term in terms):
            said = f"{one.subject.text} is compared with more than years here"
            refusals.append(
                refusal(said, program.source.path, one.origin.span, "write the condition in full")
            )
            continue
        texts = {term.origin.span: in_window(program, term, pivot) for term in terms}
        edits |= laid_out(program, one, texts)
    if not edits:
        return Proposal(refusals=tuple(refusals))
    title = f"{len(edits)} years of {program.name} in the window from {pivot:02} on"
    reason = f"years from {pivot:02} to 99 come before 00 to {pivot - 1:02}"
    plan = Plan(title, tuple(edits.values()), (reason,), ways=True)
    return Proposal((plan,), (), tuple(refusals))


def is_meant(program: Program, relation: Relation, named: str) -> bool:
    """Whether both operands of a comparison by order are years of two digits, or dates alike of
    which one was named."""
    items = [relation.subject.item, relation.object.item]
    if relation.operator not in ORDER or None in items:
        return False
    digits = [width(program, index) for index in items if index is not None]
    names = [program.items[index].name for index in items if index is not None]
    if len(set(digits)) != 1 or digits[0] not in _DIGITS:
        return False
    return named in names if named else digits[0] == 2 and all(map(_YEAR.search, names))


def width(program: Program, index: int) -> int:
    """The digits of an unsigned whole number; 0 for anything else."""
    picture = program.items[index].picture
    if picture is None or picture.category != "numeric" or picture.scale or picture.signed:
        return 0
    return picture.digits


def in_window(program: Program, term: Term, pivot: int) -> str:
    """A year as its distance from the beginning of the window."""
    span = term.origin.span
    assert term.item is not None
    zeros = "0" * (width(program, term.item) - 2)
    said = program.source.text(span.start, span.end)
    start = cased(program.source, span.start, "FUNCTION MOD (")
    return f"{start}{said} - {pivot}{zeros} 100{zeros})"


def laid_out(program: Program, relation: Relation, texts: Mapping[Span, str]) -> dict[Span, Edit]:
    """The edits of a relation by its operands' places; where a line has no room for both, what
    follows the subject goes to a line of its own."""
    source = program.source
    edits = {span: Edit(source.path, span, (text,)) for span, text in texts.items()}
    subject = relation.subject.origin.span
    number = source.line_column(subject.start)[0]
    more = [
        len(new) - (span.end - span.start)
        for span, new in texts.items()
        if source.line_column(span.start)[0] == number
    ]
    if source.format == "fixed" and len(code(source, number).rstrip()) + sum(more) > MARGIN:
        rest = source.view[subject.end : source.line_span(number)[1]]
        blanks = len(rest) - len(rest.lstrip(b" "))
        line = "\n" + " " * (indentation(source, subject.start) + 3)
        span = Span(subject.start, subject.end + blanks)
        edits[subject] = Edit(source.path, span, (texts[subject] + line,))
    return edits


WINDOW_YEAR = Recipe(
    "window-year",
    "compares years of two digits by a window of a hundred years",
    propose,
    "stated",
    (
        Option("pivot", "the first year of the window (50: 1950 to 2049)", "number"),
        Option("item", "only comparisons of this item: a year, or a date YYMMDD or YYDDD"),
    ),
)
