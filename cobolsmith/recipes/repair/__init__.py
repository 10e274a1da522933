"""From diagnostics to plans that mend the first of them: certain ones first, holes last.

A plan without holes is a rule's; a plan with holes is the model's. `width` widens the search: the
words at the fault, any word of its line, its statement. Which plan is right is for the checks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from cobolsmith.estate import Estate
from cobolsmith.plan import Plan
from cobolsmith.program import Program
from cobolsmith.recipes.repair.connectives import connectives, surplus_word, swapped
from cobolsmith.recipes.repair.copies import missing_copybook
from cobolsmith.recipes.repair.fault import Fault
from cobolsmith.recipes.repair.holes import lost_operand, statement_hole, token_holes
from cobolsmith.recipes.repair.items import bad_picture, missing_group, missing_item
from cobolsmith.recipes.repair.literals import open_literal
from cobolsmith.recipes.repair.margin import beyond_margin
from cobolsmith.recipes.repair.names import names
from cobolsmith.recipes.repair.periods import extra_period, missing_period
from cobolsmith.recipes.repair.scopes import missing_closer, stray_closer, unterminated
from cobolsmith.verify import Diagnostic
from cobolsmith.words import words_of

WIDTHS = 3
"""How often a fault is tried again, each time wider: its words, its line, its statement."""

Rule = Callable[[Fault], Iterator[Plan]]
RULES: tuple[tuple[Rule, ...], ...] = (
    (
        missing_copybook,
        beyond_margin,
        open_literal,
        names,
        stray_closer,
        unterminated,
        missing_period,
        extra_period,
        surplus_word,
        connectives,
        bad_picture,
        missing_item,
        missing_group,
        swapped,
        lost_operand,
    ),
    (missing_closer, token_holes),
    (statement_hole,),
)
"""The rules of each width."""


def repair(
    program: Program, estate: Estate, *, diagnostics: Sequence[Diagnostic], width: int = 0
) -> tuple[Plan, ...]:
    """Alternative plans for the first diagnostic, least doubt first."""
    if not diagnostics:
        return ()
    view = program.source.view.decode("ascii")
    words = tuple(words_of(view, program.source.format != "free"))
    known = dict(program.scope())
    placed = tuple(here(program, found) for found in diagnostics)
    fault = Fault(program, estate, words, known, program.reserved, placed)
    plans = [plan for rule in RULES[width] for plan in rule(fault)]
    return tuple(sorted(plans, key=lambda plan: plan.doubt))


def here(program: Program, found: Diagnostic) -> Diagnostic:
    """A diagnostic placed in the program's own file: one inside a copybook where the COPY stands,
    for what is wrong may be what stands before it."""
    source = program.source
    line = found.line
    if found.path.name != source.path.name:
        copies = [c for c in program.copies if c.path and c.path.name == found.path.name]
        line = source.line_column(copies[0].origin.span.start)[0] if copies else 1
    return replace(found, line=min(max(line, 1), len(source.line_starts)))
