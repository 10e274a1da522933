"""Procedures and the ways control may take between them: PERFORM, GO TO, ALTER, CALL, SORT
procedures, and falling through from one paragraph into the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from cobolsmith.languages.cobol.reading import Reading, every, qualified
from cobolsmith.languages.cobol.statements import Statement, statements
from cobolsmith.program import Ambiguous, Edge, EntryPoint, Procedure, Program, Undefined

if TYPE_CHECKING:
    from tree_sitter import Node

_JUMPS = (
    "perform_statement",
    "go_to_statement",
    "alter_statement",
    "call_statement",
    "sort_statement",
    "merge_statement",
    "xml_statement",
)
_NAMING = {
    # statement: its phrases that name procedures
    "sort_statement": ("sort_procedure_phrase",),
    "merge_statement": ("sort_procedure_phrase",),
    "xml_statement": ("processing_phrase",),
}

_LEAVING = (
    "block",
    "if_statement",
    "evaluate_statement",
    "go_to_statement",
    "goback_statement",
    "stop_statement",
    "exit_statement",
)

_ARGUMENT = ("argument", "value")
_USE_WORDS = frozenset(
    "USE IS GLOBAL BEFORE AFTER STANDARD EXCEPTION ERROR PROCEDURE ON FOR REPORTING DEBUGGING "
    "ALL REFERENCES OF".split()
)
_LEAVERS = ("go_to_statement", "goback_statement", "stop_statement", "exit_statement")


@dataclass(slots=True)
class Body:
    """A procedure (None: what stands before the first), the sentences that are its own, and those
    of them that hold a statement by which control leaves."""

    procedure: Procedure | None
    sentences: list[Node] = field(default_factory=list)
    leaving: list[Node] = field(default_factory=list)


def read_bodies(
    reading: Reading, divisions: Sequence[Node], loose: Sequence[Node] = ()
) -> list[Body]:
    """The procedures of the procedure divisions in the order of their text, with their bodies.

    `loose` are sections, paragraphs and sentences outside a division, as copybooks hold them.
    """
    bodies = [Body(None)]
    for node in loose:
        _take(reading, node, bodies, None, declarative=False)
    for division in divisions:
        _collect(reading, division, bodies, None, declarative=False)
    return bodies


def _collect(
    reading: Reading, node: Node, bodies: list[Body], section: int | None, *, declarative: bool
) -> None:
    for child in node.children:
        _take(reading, child, bodies, section, declarative=declarative)


def _take(
    reading: Reading, node: Node, bodies: list[Body], section: int | None, *, declarative: bool
) -> None:
    if node.type in ("section", "paragraph"):
        at = len(bodies) - 1
        bodies.append(Body(_procedure(reading, node, at, section, declarative)))
        inner = at if node.type == "section" else section
        _collect(reading, node, bodies, inner, declarative=declarative)
    elif node.type == "sentence":
        bodies[-1].sentences.append(node)
    elif node.type == "declaratives":
        _collect(reading, node, bodies, None, declarative=True)
    elif node.type == "ERROR":
        _collect(reading, node, bodies, section, declarative=declarative)


def _procedure(
    reading: Reading, node: Node, index: int, section: int | None, declarative: bool
) -> Procedure:
    header = node.child_by_field_name("header") or node
    return Procedure(
        index,
        reading.field(header, "name"),
        "section" if node.type == "section" else "paragraph",
        reading.origin(node),
        reading.origin(header),
        None if node.type == "section" else section,
        declarative,
    )


@dataclass(frozen=True, slots=True)
class Said:
    """A statement and the procedure it stands in."""

    procedure: int | None
    statement: Statement


def read_statements(reading: Reading, bodies: Sequence[Body]) -> list[Said]:
    """All statements of a program in source order; notes which sentences may leave."""
    said: list[Said] = []
    for body in bodies:
        procedure = body.procedure.index if body.procedure else None
        for sentence in body.sentences:
            found = statements(reading, sentence)
            said.extend(Said(procedure, one) for one in found)
            for one in found:
                _check_branches(reading, one)
            if any(one.kind in _LEAVERS for one in found):
                body.leaving.append(sentence)
    return said


def _check_branches(reading: Reading, statement: Statement) -> None:
    """Note an IF without a statement on a side, an EVALUATE without WHEN, and an inline PERFORM
    without its end, as cobc does."""
    if not reading.whole or statement.broken:
        return
    if statement.kind == "perform_statement" and statement.blocks:
        if not any(one.type == "terminator" for one in statement.node.children[-2:]):
            what, remedy = "PERFORM is not ended by END-PERFORM", "write END-PERFORM"
            reading.problem("unended statement", what, statement.node, remedy)
    elif statement.kind == "evaluate_statement":
        if statement.node.child_by_field_name("when") is None:
            reading.problem("empty branch", "EVALUATE without WHEN", statement.node, "add one")
    elif statement.kind == "if_statement":
        said = "ELSE" if "ELSE" in statement.words else "IF"
        if ("else" if said == "ELSE" else "then") not in statement.blocks:
            places = [one for one in statement.node.children if one.type == said]
            what, remedy = f"{said} without a statement", "write a statement, or CONTINUE"
            reading.problem("empty branch", what, places[-1], remedy)


def read_handles(
    reading: Reading, procedures: Sequence[Procedure], said: Sequence[Said]
) -> tuple[Procedure, ...]:
    """The procedures, those of declaratives with what their USE statement names."""
    done = list(procedures)
    for one in said:
        if one.statement.kind == "use_statement" and one.procedure is not None:
            words = reading.word(one.statement.node).replace(",", " ").split()
            named = tuple(word for word in words if word not in _USE_WORDS)
            done[one.procedure] = replace(done[one.procedure], handles=named)
    return tuple(done)


def read_entries(reading: Reading, said: Sequence[Said]) -> tuple[EntryPoint, ...]:
    """The ENTRY statements of a program."""
    return tuple(
        EntryPoint(
            reading.field(one.statement.node, "name").strip("\"'"),
            tuple(o.name for o in one.statement.operands if (o.where, o.field) == _ARGUMENT),
            reading.origin(one.statement.node),
        )
        for one in said
        if one.statement.kind == "entry_statement"
    )


def read_edges(
    reading: Reading, program: Program, bodies: Sequence[Body], said: Sequence[Said]
) -> tuple[Edge, ...]:
    """All edges of a program whose procedures are read; unresolved names become problems."""
    edges: list[Edge] = []
    jumps = [one for one in said if one.statement.kind in _JUMPS]
    at = 0
    for index, body in enumerate(bodies):
        procedure = body.procedure.index if body.procedure else None
        while at < len(jumps) and jumps[at].procedure == procedure:
            edges.extend(_jumps(reading, program, jumps[at].statement, body.procedure))
            at += 1
        fall = _fall_through(reading, bodies, index)
        if fall:
            edges.append(fall)
    return tuple(edges)


def _jumps(
    reading: Reading, program: Program, statement: Statement, procedure: Procedure | None
) -> Iterator[Edge]:
    if statement.kind not in _NAMING:
        yield from _jump(reading, program, statement.node, procedure)
        return
    for phrase in statement.node.children:
        if phrase.type in _NAMING[statement.kind]:
            yield from _jump(reading, program, phrase, procedure)


def _jump(
    reading: Reading, program: Program, node: Node, procedure: Procedure | None
) -> Iterator[Edge]:
    source = procedure.index if procedure else None
    if node.type == "call_statement":
        yield _call(reading, node, source)
    elif node.type == "alter_statement":
        yield from _alter(reading, program, node, source)
    elif node.type == "go_to_statement":
        for target in node.children_by_field_name("target"):
            index = _target(reading, program, target, source)
            yield Edge("go_to", source, index, reading.word(target), reading.origin(node))
    else:
        first = node.child_by_field_name("procedure")
        if first is not None:
            yield _perform(reading, program, node, first, source)


def _perform(
    reading: Reading, program: Program, node: Node, first: Node, source: int | None
) -> Edge:
    last = node.child_by_field_name("through")
    kind = "sort" if node.type == "sort_procedure_phrase" else "perform"
    target = _target(reading, program, first, source)
    origin = reading.origin(node)
    if last is None:
        return Edge(
            "sort" if kind == "sort" else "perform", source, target, reading.word(first), origin
        )
    through = _target(reading, program, last, source)
    name = f"{reading.word(first)} THRU {reading.word(last)}"
    return Edge("sort" if kind == "sort" else "perform_thru", source, target, name, origin, through)


def _alter(reading: Reading, program: Program, node: Node, source: int | None) -> Iterator[Edge]:
    """The paragraph altered may go to the new target: an edge from it, not from the ALTER."""
    changed = node.children_by_field_name("procedure")
    targets = node.children_by_field_name("target")
    for one, target in zip(changed, targets, strict=False):
        start = _target(reading, program, one, source)
        end = _target(reading, program, target, source)
        name = reading.word(target)
        yield Edge("alter", start, end, name, reading.origin(node), dynamic=True)


def _call(reading: Reading, node: Node, source: int | None) -> Edge:
    called = node.child_by_field_name("program")
    fixed = called is not None and called.type == "string_literal"
    name = reading.word(called).strip("\"'") if fixed else reading.word(called)
    return Edge("call", source, None, name, reading.origin(node), dynamic=not fixed)


def _target(reading: Reading, program: Program, node: Node, source: int | None) -> int | None:
    name, qualifiers = qualified(reading, node)
    found = program.resolve_procedure(name, qualifiers[0] if qualifiers else "", source)
    if isinstance(found, Procedure):
        return found.index
    if isinstance(found, Ambiguous):
        reading.problem(
            "ambiguous name", f"{name} is a paragraph of several sections", node, "qualify it"
        )
    elif isinstance(found, Undefined) and reading.whole:
        reading.problem(
            "undefined name", f"{name} is no section or paragraph", node, "define it or correct it"
        )
    return None


# --- Falling through ---


def _fall_through(reading: Reading, bodies: Sequence[Body], at: int) -> Edge | None:
    """The edge from the end of a body into the next procedure, where control may get there."""
    body = bodies[at]
    if at + 1 >= len(bodies):
        return None
    following = bodies[at + 1].procedure
    if following is None or _ends_declaratives(body.procedure, following):
        return None
    if body.procedure is None and following.declarative:
        following = next(
            (
                one.procedure
                for one in bodies[1:]
                if one.procedure and not one.procedure.declarative
            ),
            None,
        )
    if following is None or any(_sentence_leaves(reading, one) for one in body.leaving):
        return None
    source = body.procedure.index if body.procedure else None
    return Edge("fall_through", source, following.index, following.name, following.header)


def _ends_declaratives(procedure: Procedure | None, following: Procedure) -> bool:
    if procedure is None or not procedure.declarative:
        return False
    return not following.declarative or following.kind == "section"


def _sentence_leaves(reading: Reading, sentence: Node) -> bool:
    """Whether control never gets behind a sentence."""
    if next(every(sentence, "next_sentence_statement"), None) is not None:
        return False
    # From the inside out, so that the depth of nesting doesn't matter.
    leaves: dict[int, bool] = {}
    for node in reversed([sentence, *every(sentence, *_LEAVING)]):
        leaves[node.id] = _node_leaves(reading, node, leaves)
    return leaves[sentence.id]


def _node_leaves(reading: Reading, node: Node, leaves: Mapping[int, bool]) -> bool:
    """Whether control never gets behind a statement or block whose parts are known."""
    if node.type in ("sentence", "block"):
        return any(leaves.get(child.id, False) for child in node.children)
    if node.type == "goback_statement":
        return True
    if node.type == "go_to_statement":
        return node.child_by_field_name("depending") is None
    if node.type == "if_statement":
        sides = (node.child_by_field_name("then"), node.child_by_field_name("else"))
        return all(side is not None and leaves.get(side.id, False) for side in sides)
    if node.type == "evaluate_statement":
        return _evaluate_leaves(reading, node, leaves)
    words = set(reading.word(node).split())
    return bool(words & ({"RUN"} if node.type == "stop_statement" else {"PROGRAM", "FUNCTION"}))


def _evaluate_leaves(reading: Reading, node: Node, leaves: Mapping[int, bool]) -> bool:
    """An EVALUATE with WHEN OTHER, all of whose bodies leave; an empty body runs on in the next."""
    phrases = node.children_by_field_name("when")
    if not phrases or not any("OTHER" in _own_words(reading, phrase) for phrase in phrases):
        return False
    bodies = [phrase.child_by_field_name("body") for phrase in phrases]
    written = [body for body in bodies if body is not None and body.named_child_count]
    return bool(written) and all(leaves.get(body.id, False) for body in written)


def _own_words(reading: Reading, phrase: Node) -> set[str]:
    return {reading.word(child) for child in phrase.children if not child.is_named}
