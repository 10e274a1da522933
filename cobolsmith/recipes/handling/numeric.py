"""NUMERIC guards: before an item's digits are used, it is asked whether it has any.

    ADD IN-AMOUNT TO WS-SUM         ->     IF IN-AMOUNT NOT NUMERIC
                                               DISPLAY 'IN-AMOUNT IS NOT NUMERIC: ' IN-AMOUNT
                                               ...
                                           END-IF
                                           ADD IN-AMOUNT TO WS-SUM

On the mainframe, digits that are none end the program where they are used (S0C7); elsewhere it
goes on with whatever they give. One guard a block is enough, before the first use in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cobolsmith.errors import UsageError
from cobolsmith.items import DataItem, Problem
from cobolsmith.plan import Edit, Plan
from cobolsmith.program import Program
from cobolsmith.recipe import Option, Proposal, Recipe, Setting, each_program, refusal
from cobolsmith.recipes.handling.handler import FAILED, STEP, Parts, branch
from cobolsmith.source import Span
from cobolsmith.writing import begins, cased, column

if TYPE_CHECKING:
    from tree_sitter import Node

VERBS = frozenset("ADD SUBTRACT MULTIPLY DIVIDE COMPUTE IF EVALUATE".split())
USAGES = ("DISPLAY", "PACKED-DECIMAL")


def propose(setting: Setting) -> Proposal:
    """One plan for each program that uses the item."""
    name = setting.text("item").upper()
    found = each_program(setting, lambda program, part: of_program(program, part, name))
    known = any(
        one.name == name
        for source in setting.sources
        for program in setting.programs(source)
        for one in program.items
    )
    if not known:
        raise UsageError(f"no program here has an item {name}")
    return found


def of_program(program: Program, part: Span, name: str) -> Proposal:
    """The guards of one program."""
    items = {one.index for one in program.items if one.name == name and is_digits(one)}
    blocks: set[int] = set()
    edits: list[Edit] = []
    refusals: list[Problem] = []
    for use in program.flow.uses:
        reads = use.role in ("reads", "compares") and use.verb in VERBS and not use.owner
        span = use.origin.span
        own = use.origin.path == program.source.path and part.start <= span.start < part.end
        if use.item not in items or not reads or not own:
            continue
        operand, statement = around(program, span)
        if operand is None or statement is None or statement.parent is None:
            continue
        said = " ".join(program.tree.text(operand).split())
        if statement.parent.id in blocks or guarded(program, statement, said):
            continue
        blocks.add(statement.parent.id)
        if begins(program.source, statement.start_byte):
            edits.append(guard(program, statement, said))
        else:
            what = f"{use.verb} stands beside other words: there is no line for a guard"
            refusals.append(refusal(what, program.source.path, span))
    title = f"{name} is asked for digits before its use in {program.name}"
    plan = Plan(title, tuple(edits), (f"{len(edits)} guards",), branches=(FAILED,))
    return Proposal((plan,) if edits else (), (), tuple(refusals))


def is_digits(item: DataItem) -> bool:
    """Whether an item's storage can hold what is no number."""
    numeric = item.picture is not None and item.picture.category == "numeric"
    return numeric and item.usage in USAGES and item.level != 88


def around(program: Program, span: Span) -> tuple[Node | None, Node | None]:
    """The operand at a place, with its subscripts, and the statement it is part of."""
    node: Node | None = program.tree.root.descendant_for_byte_range(span.start, span.start + 1)
    operand = None
    while node is not None and not node.type.endswith("_statement"):
        if node.type == "qualified_name":
            operand = node
        node = node.parent
    return operand, node


def guarded(program: Program, statement: Node, said: str) -> bool:
    """Whether an earlier statement of the block, or an IF around it, asks already."""
    before = statement.prev_named_sibling
    while before is not None:
        if asks(program, before, said):
            return True
        before = before.prev_named_sibling
    outer = statement.parent
    while outer is not None:
        if asks(program, outer, said):
            return True
        outer = outer.parent
    return asks(program, statement, said)


def asks(program: Program, node: Node, said: str) -> bool:
    """Whether a node is an IF with a class condition on an operand."""
    if node.type != "if_statement":
        return False
    condition = node.child_by_field_name("condition")
    words = " ".join(program.tree.text(condition).upper().split()) if condition else ""
    forms = (
        f"{said.upper()}{is_} {test}" for is_ in ("", " IS") for test in ("NOT NUMERIC", "NUMERIC")
    )
    return any(form in words for form in forms)


def guard(program: Program, statement: Node, said: str) -> Edit:
    """The guard, on lines of its own before a statement."""
    source, at = program.source, column(program.source, statement.start_byte)
    blank = "\n" + " " * (at - 1)
    near = statement.start_byte
    parts: Parts = (
        cased(source, near, f"IF {said} NOT NUMERIC"),
        *branch(program, statement, at + STEP, f"{said} IS NOT NUMERIC: ", (said,)),
        cased(source, near, f"{blank}END-IF{blank}"),
    )
    return Edit(source.path, Span(near, near), parts)


NUMERIC_GUARD = Recipe(
    "numeric-guard",
    "asks an item for digits (IF NOT NUMERIC) before they are used",
    propose,
    "stated",
    (Option("item", "the item", required=True),),
)
