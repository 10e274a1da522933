"""Statements without which a program does the same: GO TOs over what couldn't be done anyway, and
CLOSEs of what the end of the run closes.

    IF TA-DEPOSIT AND AM-DORMANT
        MOVE 'R04' TO WS-REASON
        GO TO 2200-EXIT                a deposit is no withdrawal: without this GO TO
    END-IF                             the program does the same
    IF AM-BUSINESS AND TA-WITHDRAWAL
        MOVE 'R15' TO WS-REASON
    END-IF.
2200-EXIT.

A mutant without such a statement is the program itself: no run can tell it apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cobolsmith.checks.equivalence.atoms import Atom, atoms_of, either, exclude, is_group, split
from cobolsmith.checks.equivalence.marks import Marked, Statement
from cobolsmith.checks.equivalence.mutants import node_of
from cobolsmith.program import Program
from cobolsmith.syntax import Tree

if TYPE_CHECKING:
    from tree_sitter import Node

_PLAIN = ("move_statement", "set_statement", "add_statement", "go_to_statement")
Facts = Sequence[Atom]
"""What is known of items."""


def idle(marked: Marked, program: Program, statement: Statement) -> bool:
    """Whether a program does the same without a statement, as far as that can be seen."""
    node = node_of(marked, statement)
    if node is not None and node.type == "close_statement":
        return _closes_last(node, marked.tree, program)
    return (
        node is not None and node.type == "go_to_statement" and _jumps(node, marked.tree, program)
    )


def _closes_last(node: Node, tree: Tree, program: Program) -> bool:
    """Whether a CLOSE is of one file that nothing else closes and that is opened once, in a program
    that is called by none: GnuCOBOL closes it as the run ends."""
    names = {tree.text(one).upper() for one in _names(node)}
    uses = [use for use in program.flow.files if use.file in names]
    ways = [use.how for use in uses]
    opened = [how for how in ways if how.startswith("opens")]
    plain = not program.using and program.outer is None
    return len(names) == 1 and plain and len(opened) == 1 and ways.count("closes") == 1


def _jumps(node: Node, tree: Tree, program: Program) -> bool:
    """Whether a GO TO ends an IF's branch, goes to the next paragraph, and all that stands between
    are IFs whose conditions the branch's own rules out."""
    block = node.parent
    test = block.parent if block is not None and block.type == "block" else None
    if block is None or test is None or test.type != "if_statement":
        return False
    if block.named_children[-1] != node or test.child_by_field_name("then") != block:
        return False
    left = _between(test, tree, node)
    if left is None:
        return False
    facts = _facts(test, block, tree, program)
    return all(
        one.type == "if_statement"
        and one.child_by_field_name("else") is None
        and _excluded(one.child_by_field_name("condition"), facts, tree, program)
        for one in left
    )


def _between(test: Node, tree: Tree, jump: Node) -> list[Node] | None:
    """The statements between an IF and the paragraph that a GO TO names; None where that isn't the
    next one, or the IF stands in something else."""
    sentence = test.parent
    paragraph = sentence.parent if sentence is not None and sentence.type == "sentence" else None
    if sentence is None or paragraph is None or paragraph.type != "paragraph":
        return None
    after = paragraph.next_named_sibling
    while after is not None and after.type != "paragraph":
        after = after.next_named_sibling
    header = after.child_by_field_name("header") if after is not None else None
    name = header.child_by_field_name("name") if header is not None else None
    target = jump.child_by_field_name("target")
    if name is None or target is None or tree.text(name).upper() != tree.text(target).upper():
        return None
    statements = [
        one
        for each in paragraph.named_children
        if each.type == "sentence"
        for one in each.named_children
        if _is_statement(one)
    ]
    return [one for one in statements if one.start_byte >= test.end_byte]


def _facts(test: Node, block: Node, tree: Tree, program: Program) -> Facts:
    """What is known behind a branch: the values of items that its condition demands, and that
    nothing in it changes."""
    condition = test.child_by_field_name("condition")
    terms = either(condition) if condition is not None else []
    plain = all(one.type in _PLAIN for one in block.named_children if _is_statement(one))
    if len(terms) != 1 or not plain:
        return []
    touched = {tree.text(name).upper() for name in _names(block)}
    return [
        atom
        for part in split(terms[0])
        if not is_group(part)
        for atom in atoms_of(part, tree, program)
        if not touched & _shared(atom.item, program)
    ]


def _is_statement(node: Node) -> bool:
    return node.type.endswith("_statement")


def _shared(item: int, program: Program) -> set[str]:
    """The names through which an item can be changed."""
    own = program.items[item]
    holders = (own, *program.over(item), *program.ancestors(item))
    return {one.name for one in holders} | {program.items[i].name for i in own.conditions}


def _names(node: Node) -> Iterator[Node]:
    for child in node.children:
        if child.type == "name":
            yield child
        else:
            yield from _names(child)


def _excluded(node: Node | None, facts: Facts, tree: Tree, program: Program) -> bool:
    """Whether a condition can't be true where the facts are."""

    def ruled_out(part: list[Node]) -> bool:
        if is_group(part):
            return len(part) == 1 and _excluded(part[0], facts, tree, program)
        asked = list(atoms_of(part, tree, program))
        return any(exclude(one, fact) for one in asked for fact in facts)

    return node is not None and all(
        any(ruled_out(part) for part in split(term)) for term in either(node)
    )
