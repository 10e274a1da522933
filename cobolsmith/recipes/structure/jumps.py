"""GO TO removal: jumps that have a structured form get it; all others are left, and said.

    P.  READ F AT END GO TO Q.             P.  PERFORM UNTIL EXIT
        ADD 1 TO N.                  ->            READ F AT END EXIT PERFORM
        GO TO P.                                   END-READ
    Q.  CLOSE F.                                   ADD 1 TO N
                                               END-PERFORM.
                                           Q.  CLOSE F.

A paragraph that jumps back to its own beginning becomes a loop; GO TO the next paragraph becomes
EXIT PARAGRAPH, GO TO an EXIT paragraph that ends the section EXIT SECTION. None of it where a
PERFORM range ends between: there GO TO leaves the PERFORM, and EXIT PARAGRAPH ends it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cobolsmith.config import Config
from cobolsmith.items import Problem
from cobolsmith.patch import MARGIN
from cobolsmith.plan import Edit, Plan
from cobolsmith.program import Procedure, Program
from cobolsmith.recipe import Option, Proposal, Recipe, Setting, each_program, refusal
from cobolsmith.recipes.structure.scopes import (
    lacks_terminator,
    last_before,
    last_leaf,
    nodes,
    written,
)
from cobolsmith.source import Span
from cobolsmith.writing import before_line, begins, cased, code, column, line, whole_lines

if TYPE_CHECKING:
    from tree_sitter import Node

STEP = 4
_ENDLESS = {"ibm": "PERFORM UNTIL 1 = 0", "mvs": "PERFORM UNTIL 1 = 0"}
"""PERFORM UNTIL EXIT is COBOL 2023's, and IBM's compilers don't know it."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with its node, the procedure after it, and the GO TOs in it by target."""

    program: Program
    node: Node
    procedure: Procedure
    following: Procedure | None
    jumps: tuple[tuple[Node, Procedure | None], ...]

    def jump_to(self, target: Procedure | None) -> list[Node]:
        """The GO TOs with this target."""
        return [node for node, to in self.jumps if target is not None and to is target]


def propose(setting: Setting) -> Proposal:
    """One plan a paragraph."""
    only = setting.text("paragraph").upper()
    config = setting.config
    return each_program(setting, lambda program, part: of_program(program, part, only, config))


def of_program(program: Program, part: Span, only: str, config: Config) -> Proposal:
    """The paragraphs whose jumps get a structured form, and the jumps that have none."""
    found = [one for one in paragraphs(program, part) if only in ("", one.procedure.name)]
    if any(edge.kind == "alter" for edge in program.edges):
        what = "ALTER sets where GO TO goes: no jump of this program is sure"
        return Proposal(refusals=tuple(left(one, what) for one in found if one.jumps))
    plans, refusals = [], []
    for one in found:
        edits, missing = structured(one, config)
        if edits:
            title = f"{one.procedure.name} without GO TO"
            plans.append(Plan(title, tuple(edits), tuple(reasons(one))))
        refusals += missing
    return Proposal(tuple(plans), (), tuple(refusals))


def left(one: Paragraph, what: str) -> Problem:
    """A paragraph's first jump, left as it is."""
    node = one.jumps[0][0]
    span = Span(node.start_byte, last_leaf(node).end_byte)
    return refusal(what, one.program.source.path, span)


def reasons(one: Paragraph) -> Iterator[str]:
    """What each kind of jump of a paragraph becomes."""
    if one.jump_to(one.procedure):
        yield f"GO TO {one.procedure.name} goes back to its own beginning: a loop"
    if one.jump_to(one.following) and one.following is not None:
        yield f"{one.following.name} comes next, and no PERFORM ends with {one.procedure.name}"


def paragraphs(program: Program, part: Span) -> Iterator[Paragraph]:
    """The paragraphs of the program's own file, declaratives left out."""
    path = program.source.path
    by_start = {
        one.header.span.start: one
        for one in program.procedures
        if one.header.path == path and not one.declarative
    }
    for node in program.tree.walk("paragraph"):
        procedure = by_start.get(node.start_byte)
        if procedure is None or not part.start <= node.start_byte < part.end or node.has_error:
            continue
        after = procedure.index + 1
        following = program.procedures[after] if after < len(program.procedures) else None
        jumps = tuple(
            (inner, aim(program, inner, procedure))
            for inner in nodes(node)
            if inner.type == "go_to_statement"
        )
        yield Paragraph(program, node, procedure, following, jumps)


def aim(program: Program, node: Node, within: Procedure) -> Procedure | None:
    """Where a GO TO goes; None where it has no target or several."""
    targets = node.children_by_field_name("target")
    if len(targets) != 1 or node.child_by_field_name("depending") is not None:
        return None
    words = [program.tree.text(child) for child in targets[0].children if child.type == "name"]
    section = words[1] if len(words) > 1 else ""
    found = program.resolve_procedure(words[0], section, within.index)
    return found if isinstance(found, Procedure) else None


def structured(one: Paragraph, config: Config) -> tuple[list[Edit], list[Problem]]:
    """The edits for a paragraph's jumps, and the refusals of those that have no structured form."""
    if not one.jumps:
        return [], []
    performed = ends_range(one.program, one.procedure)
    loop = one.jump_to(one.procedure)
    onward = one.jump_to(one.following)
    if loop:
        what = not_a_loop(one, performed)
        return ([], [left(one, what)]) if what else (looped(one, config), [])
    edits, refusals = [], []
    for node, target in one.jumps:
        words = "EXIT PARAGRAPH" if node in onward and not performed else exit_section(one, target)
        if words:
            edits.append(replaced(one, node, words))
            continue
        name = target.name if target else "where it depends"
        what = f"GO TO {name} has no structured form that is known here"
        if node in onward:
            what = f"GO TO {name} leaves a PERFORM that ends with {one.procedure.name}"
        span = Span(node.start_byte, last_leaf(node).end_byte)
        refusals.append(refusal(what, one.program.source.path, span))
    return edits, refusals


def replaced(one: Paragraph, node: Node, words: str) -> Edit:
    """A jump's words replaced."""
    source = one.program.source
    span = Span(node.start_byte, last_leaf(node).end_byte)
    return Edit(source.path, span, (cased(source, node.start_byte, words),))


def ends_range(program: Program, procedure: Procedure) -> bool:
    """Whether a PERFORM (or SORT) range ends with a procedure, or with a section that it ends."""
    ends = {
        edge.through if edge.through is not None else edge.target
        for edge in program.edges
        if edge.kind in ("perform", "perform_thru", "sort")
    }
    inside = [
        p.index
        for p in program.procedures
        if procedure.section is not None and p.section == procedure.section
    ]
    last = bool(inside) and inside[-1] == procedure.index
    return procedure.index in ends or (last and procedure.section in ends)


def exit_section(one: Paragraph, target: Procedure | None) -> str:
    """EXIT SECTION, where the target is the section's last paragraph and does nothing but EXIT."""
    program = one.program
    if target is None or target.section is None or target.section != one.procedure.section:
        return ""
    inside = [p for p in program.procedures if p.section == target.section]
    ends = {
        edge.through if edge.through is not None else edge.target
        for edge in program.edges
        if edge.kind in ("perform", "perform_thru", "sort")
    }
    idle = [
        node
        for node in program.tree.walk("paragraph")
        if node.start_byte == target.header.span.start and does_nothing(node)
    ]
    between = {p.index for p in inside if p.index >= one.procedure.index}
    return "EXIT SECTION" if inside[-1] is target and idle and not between & ends else ""


def does_nothing(paragraph: Node) -> bool:
    """Whether a paragraph has no statement but EXIT."""
    kinds = {n.type for n in nodes(paragraph) if n.type.endswith("_statement")}
    words = [n.type for n in nodes(paragraph) if n.type in ("PARAGRAPH", "SECTION", "PROGRAM")]
    return kinds <= {"exit_statement", "continue_statement"} and not words


# --- Loops ---


def not_a_loop(one: Paragraph, performed: bool) -> str:
    """Why a paragraph that jumps to its own beginning can't become a loop, or an empty text."""
    name, source = one.procedure.name, one.program.source
    sentences = [child for child in one.node.children if child.type == "sentence"]
    others = [node for node, to in one.jumps if to is not one.procedure and to is not one.following]
    kinds = {node.type for node in nodes(one.node)}
    if not sentences or others:
        return f"{name} is a loop that other jumps leave"
    if back(sentences[-1], one) is None:
        return f"{name} jumps back to its beginning from within, and then goes on"
    if performed and one.jump_to(one.following):
        return f"the loop {name} is performed, and GO TO leaves that PERFORM"
    if kinds & {"copy_statement", "next_sentence_statement", "copied_statement"}:
        return f"{name} has a COPY or NEXT SENTENCE in its loop"
    if any(node.type == "exit_statement" for node in nodes(one.node)):
        return f"{name} has an EXIT in its loop"
    if any(within_loop(node) for node, _ in one.jumps):
        return f"a jump of {name} stands in an inline PERFORM"
    first, last = (
        source.line_column(at)[0]
        for at in (sentences[0].start_byte, last_leaf(one.node).end_byte - 1)
    )
    rows = [code(source, number).rstrip() for number in range(first, last + 1)]
    if source.format == "fixed" and any(len(row) + STEP > MARGIN for row in rows):
        return f"a line of {name} has no room to be indented"
    if not begins(source, sentences[0].start_byte):
        return f"{name} begins its first sentence beside its name"
    return ""


def back(sentence: Node, one: Paragraph) -> Node | None:
    """The GO TO that ends a paragraph unconditionally: all that its last sentence has, or the last
    statement of it."""
    found = [child for child in sentence.children if child.type.endswith("_statement")]
    last = found[-1] if found else None
    return last if last is not None and last in one.jump_to(one.procedure) else None


def within_loop(node: Node) -> bool:
    """Whether a statement stands in an inline PERFORM."""
    at = node.parent
    while at is not None and at.type != "paragraph":
        if at.type == "perform_statement":
            return True
        at = at.parent
    return False


def looped(one: Paragraph, config: Config) -> list[Edit]:
    """The paragraph's sentences as one: an inline PERFORM, indented, its jumps as EXIT PERFORM."""
    program, source = one.program, one.program.source
    sentences = [child for child in one.node.children if child.type == "sentence"]
    jump = back(sentences[-1], one)
    assert jump is not None
    first = source.line_column(sentences[0].start_byte)[0]
    margin = column(source, sentences[0].start_byte)
    endless = _ENDLESS.get(config.std[0], "PERFORM UNTIL EXIT")
    head = line(source, margin, cased(source, sentences[0].start_byte, endless))
    edits = [Edit(source.path, before_line(source, first), (head,))]
    last = source.line_column(last_leaf(one.node).end_byte - 1)[0]
    for number in range(first, last + 1):
        if code(source, number).strip() and not own_line(program, jump, number):
            edits.append(indented(program, number))
    for node, to in one.jumps:
        if node != jump:
            words = "EXIT PERFORM CYCLE" if to is one.procedure else "EXIT PERFORM"
            edits.append(replaced(one, node, words))
    for sentence in sentences:
        edits += unstopped(program, sentence, jump)
    edits.append(closed(program, jump, margin))
    return edits


def own_line(program: Program, jump: Node, number: int) -> bool:
    """Whether the closing jump begins a line."""
    source = program.source
    return begins(source, jump.start_byte) and source.line_column(jump.start_byte)[0] == number


def indented(program: Program, number: int) -> Edit:
    """A line moved to the right by one step."""
    source = program.source
    text = code(source, number)
    at = source.line_span(number)[0] + len(text) - len(text.lstrip())
    return Edit(source.path, Span(at, at), (" " * STEP,))


def unstopped(program: Program, sentence: Node, jump: Node) -> Iterator[Edit]:
    """The sentence without its period, what it left open terminated."""
    source = program.source
    period = last_leaf(sentence)
    places: dict[int, list[Node]] = {}
    for node in nodes(sentence):
        if lacks_terminator(node):
            places.setdefault(last_leaf(node).end_byte, []).append(node)
    for end, ending in places.items():
        rows = written(program, ending[::-1])
        text = "".join(f"\n{' ' * (at - 1 + STEP)}{words}" for at, words in rows)
        yield Edit(source.path, Span(end, end), (text,))
    if last_leaf(jump).end_byte == last_before(sentence, period):
        return  # END-PERFORM takes this period
    if begins(source, period.start_byte):
        number = source.line_column(period.start_byte)[0]
        yield Edit(source.path, whole_lines(source, number, number), ("",))
    else:
        yield Edit(source.path, Span(period.start_byte, period.end_byte), ("",))


def closed(program: Program, jump: Node, margin: int) -> Edit:
    """END-PERFORM in the place of the jump back."""
    source = program.source
    word = cased(source, jump.start_byte, "END-PERFORM")
    span = Span(jump.start_byte, last_leaf(jump).end_byte)
    if begins(source, jump.start_byte):
        start = source.line_span(source.line_column(jump.start_byte)[0])[0]
        first = start if source.format == "free" else start + 7
        blanks = margin - 1 - (first - start)
        return Edit(source.path, Span(first, span.end), (" " * blanks + word,))
    return Edit(source.path, span, (f"\n{' ' * (margin - 1)}{word}",))


GOTO_REMOVAL = Recipe(
    "goto-removal",
    "loops and exits for GO TOs that have such a form; the others are named",
    propose,
    "same",
    (Option("paragraph", "only this paragraph"),),
)
