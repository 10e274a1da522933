"""What a run should do that none has done: branches not taken, and the items that decide there.

A child of a run that comes to the place, with one of those items given another value, is the
likeliest to go the other way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cobolsmith.checks.equivalence.domains import named
from cobolsmith.checks.equivalence.inputs import Inputs
from cobolsmith.checks.equivalence.marks import Branch, Marked, Statement
from cobolsmith.checks.equivalence.mutants import node_of, own_leaves
from cobolsmith.program import Program

if TYPE_CHECKING:
    from tree_sitter import Node


@dataclass(frozen=True, slots=True)
class Aim:
    """A branch, and the domains (their roots) of the items that its statement names; `new`: it is
    one of the new side."""

    branch: Branch
    roots: frozenset[int]
    new: bool = False

    def is_open(self, marks: Mapping[int, int]) -> bool:
        """Whether its statement was executed and it was not taken, by the marks passed."""
        return marks.get(self.branch.statement, 0) > 0 and not self.branch.taken(marks)


def aims(marked: Marked, inputs: Inputs, within: frozenset[int] | None = None) -> tuple[Aim, ...]:
    """The branches that an input decides, each with the domains it decides by; with `within` those
    of the new side's statements that bear these marks."""
    by_mark = {one.mark: one for one in marked.statements}
    found = (
        Aim(one, decisive(marked, inputs, by_mark[one.statement]), within is not None)
        for one in marked.branches
        if within is None or one.statement in within
    )
    return tuple(one for one in found if one.roots)


def decisive(marked: Marked, inputs: Inputs, statement: Statement) -> frozenset[int]:
    """The domains of inputs that a statement's own words name, or that those are computed from."""
    program, domains = inputs.program, inputs.domains
    node = node_of(marked, statement)
    items = _items(marked, program, node) if node is not None else set()
    sources = {
        move.sender
        for move in program.flow.moves
        if move.computed and move.receiver in items and move.sender is not None
    }
    return inputs.given_roots & {domains.root(one) for one in items | sources}


def _items(marked: Marked, program: Program, node: Node) -> set[int]:
    """The items of a program that a statement names, which may be another version's."""
    holders = {leaf.parent.id: leaf.parent for leaf in own_leaves(node) if leaf.parent is not None}
    names = (one for one in holders.values() if one.type == "qualified_name")
    found = (named(program, one, marked.tree) for one in names)
    return {one for one in found if one is not None}


def open_aims(found: Sequence[Aim], old: Mapping[int, int], new: Mapping[int, int]) -> list[Aim]:
    """Those that runs have come to and not taken, by what both sides passed."""
    return [one for one in found if one.is_open(new if one.new else old)]
