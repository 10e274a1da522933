"""Control flow: what is never reached, what is entered or left by a way nobody meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cobolsmith.program import Edge, Procedure
from cobolsmith.reach import reached
from cobolsmith.rules.rule import Found, Listing, Rule, Said
from cobolsmith.syntax import is_outside

if TYPE_CHECKING:
    from tree_sitter import Node

_ENDING = ("stop_statement", "goback_statement")
_CICS_ENDS = ("RETURN", "XCTL", "ABEND")
_HARMLESS = (*_ENDING, "exit_statement", "continue_statement", "go_to_statement")
_ASIDE = ("call_statement", "exec_statement", "exec_block", "exit_statement", *_ENDING)


def unreached(listing: Listing) -> Iterator[Found]:
    """Paragraphs and sections of the program's own text that no path leads to."""
    program = listing.program
    if not listing.usable or any(edge.dynamic for edge in program.edges if edge.kind != "call"):
        return
    entries = [said.procedure for said in listing.statements("entry_statement")]
    live = reached(program, [entry for entry in entries if entry is not None])
    live |= {one.section for one in program.procedures if one.index in live and one.section}
    labels = {handled.procedure for command in listing.cics for handled in command.labels}
    if labels or any(one.whenever and one.whenever.label for one in listing.sql):
        return
    for one in program.procedures:
        dead = one.index not in live and one.section not in _dead(program.procedures, live)
        if dead and one.header.path == program.source.path and not _is_exit(listing, one):
            yield Found(one.header, f"nothing leads to the {one.kind} {one.name}")


def _dead(procedures: tuple[Procedure, ...], live: set[int]) -> set[int]:
    return {one.index for one in procedures if one.kind == "section" and one.index not in live}


def _is_exit(listing: Listing, one: Procedure) -> bool:
    """Whether a paragraph holds nothing but EXIT."""
    own = [said.statement.kind for said in listing.said if said.procedure == one.index]
    return bool(own) and all(kind in _HARMLESS for kind in own)


def behind_leaving(listing: Listing) -> Iterator[Found]:
    """Statements right behind one by which control leaves for good."""
    for said in listing.statements("go_to_statement", *_ENDING):
        node = said.statement.node
        if _comes_back(listing, said):
            continue
        following = _after(node)
        if following is None and node.parent is not None and node.parent.type == "sentence":
            following = _first(_after(node.parent))
        entered = following is not None and following.type == "entry_statement"
        harmless = following is None or following.type in _HARMLESS or entered
        if following is not None and not harmless and not _broken(said):
            verb = said.statement.verb
            line = listing.line(node, following)
            what = f"nothing gets here: {verb} on line {line} leaves for good"
            yield Found(listing.origin(following), what)


def _broken(said: Said) -> bool:
    return bool(said.sentence.has_error)


def _comes_back(listing: Listing, said: Said) -> bool:
    """GO TO ... DEPENDING may go on; STOP with a literal does; an altered GO TO is none."""
    text = listing.text(said.statement.node)
    stops = said.statement.kind == "stop_statement" and "RUN" not in said.statement.words
    return stops or "DEPENDING" in text or text == "GO TO"


def _after(node: Node) -> Node | None:
    """The next statement or sentence beside a node."""
    following = node.next_named_sibling
    while following is not None and is_outside(following):
        following = following.next_named_sibling
    if following is None or not following.type.endswith(("_statement", "sentence")):
        return None
    return following


def _first(sentence: Node | None) -> Node | None:
    if sentence is None or sentence.type != "sentence":
        return None
    return next((c for c in sentence.named_children if c.type.endswith("_statement")), None)


def falls_in(listing: Listing) -> Iterator[Found]:
    """Paragraphs that are performed, and into which the main line also falls from above."""
    program = listing.program
    if not listing.usable or any(one.name in _CICS_ENDS for one in listing.cics):
        return  # where CICS takes over isn't known to the flow
    performed: dict[int | None, Edge] = {}
    for edge in program.edges:
        if edge.kind == "perform":
            performed.setdefault(edge.target, edge)
    for edge in _main_line(listing):
        if edge.kind != "fall_through" or edge.target not in performed:
            continue
        if edge.target is None or edge.source is None:
            continue
        below, above = program.procedures[edge.target], program.procedures[edge.source]
        if below.header.path == program.source.path and below.kind == above.kind:
            where = listing.line_of(performed[edge.target].origin, below.header)
            what = f"control falls from {above.name} into {below.name}, which line {where} performs"
            yield Found(below.header, what)


def _main_line(listing: Listing) -> list[Edge]:
    """The ways that control takes from the start, PERFORM aside, up to what may end the run."""
    last = {said.procedure: said for said in listing.said}
    ways: dict[int | None, list[Edge]] = {}
    for edge in listing.program.edges:
        if edge.kind in ("fall_through", "go_to"):
            ways.setdefault(edge.source, []).append(edge)
    taken: list[Edge] = []
    waiting: list[int | None] = [None]
    seen: set[int | None] = {None}
    while waiting:
        at = waiting.pop()
        said = last.get(at)
        ending = said is not None and (
            said.statement.kind in _ASIDE or _ends_by(listing, said)
        )  # a CALL or an EXEC block may end the run
        for edge in ways.get(at, ()):
            if edge.kind == "fall_through" and ending:
                continue
            taken.append(edge)
            if edge.target is not None and edge.target not in seen:
                seen.add(edge.target)
                waiting.append(edge.target)
    return taken


def _ends_by(listing: Listing, last: Said) -> bool:
    """Whether a PERFORM, or what it performs in turn, leads to a paragraph that ends the run."""
    node = last.statement.node
    if listing.reading.tree.view[node.start_byte : node.start_byte + 4].upper() == b"EXEC":
        return True
    ends = {s.procedure for s in listing.said if s.statement.kind in (*_ASIDE[:3], *_ENDING)}
    ends |= {block.procedure for block in listing.blocks}
    own = listing.origin(node).span
    edges = listing.program.edges
    near = {e.target for e in edges if own.start <= e.origin.span.start < own.end}
    while True:
        more = {e.target for e in edges if e.source in near and e.kind != "fall_through"} - near
        if not more:
            return bool(near & ends)
        near |= more


def else_of_another(listing: Listing) -> Iterator[Found]:
    """An ELSE that stands under one IF and belongs to another."""
    for said in listing.statements("if_statement"):
        node = said.statement.node
        word = next((child for child in node.children if child.type == "ELSE"), None)
        if word is None or said.sentence.has_error or not _begins_line(listing, node):
            continue
        if _is_chained(node):
            continue
        column = word.start_point.column
        if column == node.start_point.column or not _begins_line(listing, word):
            continue
        outer = node.parent
        while outer is not None and outer.type != "sentence":
            if outer.type == "if_statement" and outer.start_point.column == column:
                owns = any(child.type == "ELSE" for child in outer.children)
                if not owns and _begins_line(listing, outer) and listing.together(word, outer):
                    lines = (listing.line(node, word), listing.line(outer, word))
                    what = f"this ELSE belongs to the IF on line {lines[0]}, not to line {lines[1]}"
                    yield Found(listing.origin(word), what)
                break
            outer = outer.parent


def _is_chained(node: Node) -> bool:
    """Whether an IF is the first thing in the ELSE of another: a chain, written in any style."""
    block = node.parent
    before = block.prev_sibling if block is not None and block.type == "block" else None
    while before is not None and is_outside(before):
        before = before.prev_sibling
    first = block is not None and block.start_byte == node.start_byte
    return first and before is not None and before.type == "ELSE"


def _begins_line(listing: Listing, node: Node) -> bool:
    """Whether nothing but the sequence area stands before a node on its line."""
    view = listing.reading.tree.view
    start = view.rfind(b"\n", 0, node.start_byte) + 1
    fixed = listing.reading.tree.format != "free"
    return not view[start + 7 * fixed : node.start_byte].strip()


def period_inside(listing: Listing) -> Iterator[Found]:
    """A sentence that goes on, by its indentation, inside the IF that a period has ended."""
    for said in listing.statements("if_statement"):
        node = said.statement.node
        if node.parent is None or node.parent.type != "sentence" or said.sentence.has_error:
            continue
        blocks = [child for child in node.children if child.type == "block"]
        following = _first(_after(said.sentence))
        closed = any(child.type == "terminator" for child in node.children)
        if closed or following is None or not blocks or _after(node) is not None:
            continue
        inside = [c for c in blocks[-1].named_children if c.type.endswith("_statement")]
        if inside and inside[-1].type in _HARMLESS:
            continue  # it leaves: what follows is the other case
        column = following.start_point.column
        under = inside and inside[-1].start_point.column == column > node.start_point.column
        lines = inside and inside[-1].start_point.row > node.start_point.row
        near = listing.together(node, following)
        if under and lines and near and _begins_line(listing, following):
            line = listing.line(node, following)
            what = f"the period before ends the IF of line {line}: this is always done"
            yield Found(listing.origin(following), what)


def same_branches(listing: Listing) -> Iterator[Found]:
    """IFs that do the same either way."""
    for said in listing.statements("if_statement"):
        children = said.statement.node.children
        blocks = [child for child in children if child.type == "block"]
        if len(blocks) == 2 and not said.sentence.has_error:
            text = listing.text(blocks[0])
            if text == listing.text(blocks[1]) and text not in ("CONTINUE", "NEXT SENTENCE"):
                what = "both branches of this IF do the same"
                yield Found(listing.origin(said.statement.node), what)


def repeated_when(listing: Listing) -> Iterator[Found]:
    """WHENs that an earlier one of the same EVALUATE has taken already."""
    for said in listing.statements("evaluate_statement"):
        seen: dict[str, Node] = {}
        for phrase in said.statement.node.children:
            if phrase.type != "when_phrase" or phrase.has_error:
                continue
            asked = [c for c in phrase.named_children if c.type != "block"]
            words = " ".join(c.type for c in phrase.children if c.type == "NOT")
            text = f"{words} {' / '.join(map(listing.text, asked))}"
            if asked and "RANDOM" not in text and text in seen:
                line = listing.line(seen[text], phrase)
                what = f"line {line} has the same WHEN: this one is never taken"
                yield Found(listing.origin(phrase), what)
            seen.setdefault(text, phrase)


def without_other(listing: Listing) -> Iterator[Found]:
    """EVALUATEs without WHEN OTHER."""
    for said in listing.statements("evaluate_statement"):
        words = {w.type for p in said.statement.node.children for w in p.children}
        if "OTHER" not in words:
            what = "no WHEN OTHER: a value that no WHEN names does nothing"
            yield Found(listing.origin(said.statement.node), what)


RULES = (
    Rule(
        "unreached-paragraph",
        "warning",
        "Code that no path leads to is read, maintained and tested for nothing.",
        "`refactor dead-code`, or take it out",
        unreached,
    ),
    Rule(
        "unreached-statement",
        "warning",
        "What stands behind an unconditional GO TO, GOBACK or STOP RUN is never carried out.",
        "take it out, or put it before",
        behind_leaving,
        near=True,
    ),
    Rule(
        "falls-into-performed",
        "warning",
        "A paragraph that is performed is meant to be entered by PERFORM; falling into it from "
        "above carries it out once more, as a rule where GOBACK or STOP RUN was forgotten.",
        "end the paragraph above it with GOBACK, STOP RUN or GO TO",
        falls_in,
    ),
    Rule(
        "else-of-another-if",
        "warning",
        "An ELSE belongs to the last IF that has none yet, wherever it stands.",
        "`refactor scope-terminators`, then END-IF before the ELSE",
        else_of_another,
        near=True,
    ),
    Rule(
        "period-ends-if",
        "warning",
        "A period ends every IF: what follows is carried out whatever the condition, though it is "
        "indented as if it weren't.",
        "END-IF where it is meant to end, or correct the indentation",
        period_inside,
        near=True,
    ),
    Rule(
        "same-branches",
        "warning",
        "A condition without consequence: one of the branches is a slip, or the IF is left over.",
        "correct the branch that is wrong, or take the IF out",
        same_branches,
        near=True,
    ),
    Rule(
        "repeated-when",
        "warning",
        "The first WHEN that fits is taken; one that repeats it is dead.",
        "correct the value, or take the WHEN out",
        repeated_when,
        near=True,
    ),
    Rule(
        "evaluate-without-other",
        "off",
        "A value that nobody thought of goes by in silence.",
        "add WHEN OTHER",
        without_other,
    ),
)
