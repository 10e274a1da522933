"""Scope terminators: what only a period or an outer ELSE ends gets its END-x.

    IF A = B                    IF A = B
        MOVE C TO D.       ->       MOVE C TO D
                                END-IF.

NEXT SENTENCE becomes CONTINUE where the period is the next thing to come anyway; where it jumps
over statements it stays, and so does its sentence.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cobolsmith.plan import Edit, Plan
from cobolsmith.program import Program
from cobolsmith.recipe import Proposal, Recipe, Setting, each_program, refusal
from cobolsmith.source import Span
from cobolsmith.syntax import is_outside
from cobolsmith.writing import begins, cased, column, indentation

if TYPE_CHECKING:
    from tree_sitter import Node


def propose(setting: Setting) -> Proposal:
    """One plan a program."""
    return each_program(setting, of_program)


def of_program(program: Program, part: Span) -> Proposal:
    """The terminators that a program lacks, and the sentences that are left as they are."""
    tree, source = program.tree, program.source
    edits: list[Edit] = []
    refusals = []
    for sentence in tree.walk("sentence"):
        if not part.start <= sentence.start_byte < part.end or sentence.has_error:
            continue
        open_ones = [node for node in nodes(sentence) if lacks_terminator(node)]
        jumps = [node for node in nodes(sentence) if node.type == "next_sentence_statement"]
        stuck = [node for node in jumps if not ends_sentence(node)]
        if stuck and open_ones:
            what = "NEXT SENTENCE jumps over statements that follow it in its sentence"
            span = Span(stuck[0].start_byte, stuck[0].end_byte)
            remedy = "write the IF the other way round, or GO TO a paragraph's end"
            refusals.append(refusal(what, source.path, span, remedy))
        elif open_ones:
            edits += terminated(program, sentence, open_ones)
            for node in jumps:
                text = cased(source, node.start_byte, "CONTINUE")
                edits.append(Edit(source.path, Span(node.start_byte, node.end_byte), (text,)))
    plans: tuple[Plan, ...] = ()
    if edits:
        title = f"scope terminators in {program.name}"
        plans = (Plan(title, tuple(edits), (f"{len(edits)} places",)),)
    return Proposal(plans, (), tuple(refusals))


def nodes(root: Node) -> Iterator[Node]:
    """All nodes below one, parents first."""
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(reversed(node.children))


def lacks_terminator(node: Node) -> bool:
    """Whether a statement that holds others has no END-x."""
    if not node.type.endswith("_statement") or node.type == "copied_statement":
        return False
    kinds = [child.type for child in node.children]
    holds = "block" in kinds or any(
        kind.endswith("_phrase") and holds_block(c)
        for kind, c in zip(kinds, node.children, strict=True)
    )
    return holds and not is_closed(node)


def is_closed(node: Node) -> bool:
    """Whether a statement has its END-x."""
    return any(child.type == "terminator" for child in node.children)


def holds_block(phrase: Node) -> bool:
    """Whether a phrase (AT END, WHEN ...) holds statements."""
    return any(child.type == "block" for child in phrase.children)


def ends_sentence(node: Node) -> bool:
    """Whether a statement is the last thing its sentence does, once it is reached."""
    at: Node | None = node
    while at is not None and at.type != "sentence":
        parent = at.parent
        if parent is not None and parent.type in ("block", "sentence"):
            following = at.next_named_sibling
            while following is not None and is_outside(following):
                following = following.next_named_sibling
            if following is not None and following.type != "period":
                return False
        if at.type == "perform_statement":
            return False
        at = parent
    return at is not None


def terminated(program: Program, sentence: Node, open_ones: list[Node]) -> Iterator[Edit]:
    """An edit for each place where statements end: their terminators, the inner one first.

    A statement without scope that ends there, too, gets its own where it would take the other's.
    """
    places: dict[int, list[Node]] = {}
    for node in open_ones:
        places.setdefault(last_leaf(node).end_byte, []).append(node)
    for node in nodes(sentence):
        taken = {one.type for one in places.get(node.end_byte, ())}
        if node.type in taken and node not in open_ones and not is_closed(node):
            places[node.end_byte].append(node)
    period = last_leaf(sentence)
    for end, ending in places.items():
        rows = written(program, ending[::-1])
        if period.type == "period" and last_before(sentence, period) == end:
            yield before_period(program, period, rows)
        else:
            text = "".join(f"\n{' ' * (at - 1)}{words}" for at, words in rows)
            yield Edit(program.source.path, Span(end, end), (text,))


def before_period(program: Program, period: Node, rows: list[tuple[int, str]]) -> Edit:
    """The terminators in front of a sentence's period; on its line if that holds nothing else."""
    source = program.source
    text = "\n".join(f"{' ' * (at - 1)}{words}" for at, words in rows) + "."
    if begins(source, period.start_byte):
        start = source.line_span(source.line_column(period.start_byte)[0])[0]
        first = start + (0 if source.format == "free" else 7)
        cut = text if source.format == "free" else text[7:]
        return Edit(source.path, Span(first, period.end_byte), (cut,))
    return Edit(source.path, Span(period.start_byte, period.end_byte), ("\n" + text,))


def written(program: Program, ending: list[Node]) -> list[tuple[int, str]]:
    """The terminators of statements, the inner one first, as lines: (column, text). Those of an
    ELSE IF ladder share a line."""
    source = program.source
    rows: list[tuple[int, str]] = []
    for node in ending:
        verb = node.type.removesuffix("_statement").upper().replace("_", "-")
        word = cased(source, node.start_byte, f"END-{verb}")
        ladder = not begins(source, node.start_byte)
        at = indentation(source, node.start_byte) if ladder else column(source, node.start_byte)
        if rows and rows[-1][0] == at and len(rows[-1][1]) + len(word) < 40:
            rows[-1] = (at, f"{rows[-1][1]} {word}")
        else:
            rows.append((at, word))
    return rows


def last_leaf(node: Node) -> Node:
    """The last leaf of a node that has text and is code."""
    found = node
    for leaf in nodes(node):
        if leaf.child_count == 0 and leaf.end_byte > leaf.start_byte and not is_outside(leaf):
            found = leaf
    return found


def last_before(sentence: Node, period: Node) -> int:
    """Where the code before a sentence's period ends."""
    found = sentence.start_byte
    for leaf in nodes(sentence):
        if leaf.child_count == 0 and leaf.end_byte <= period.start_byte and not is_outside(leaf):
            found = max(found, leaf.end_byte)
    return found


SCOPE_TERMINATORS = Recipe(
    "scope-terminators",
    "END-IF, END-READ ... for what only a period ends; NEXT SENTENCE becomes CONTINUE",
    propose,
)
