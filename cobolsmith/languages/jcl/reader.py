"""From a JCL source to its jobs: procedures and INCLUDEs expanded, symbols substituted, DD
statements overridden. What could not be resolved is in `Jobs.unknowns`, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from cobolsmith.items import Problem
from cobolsmith.languages.jcl.datasets import Allocation, Allocations
from cobolsmith.languages.jcl.expansion import Context, FindMember, Running, call, overrides
from cobolsmith.languages.jcl.jobs import Instream, Job, Jobs, Proc, Step
from cobolsmith.languages.jcl.operands import (
    Operands,
    leaf_text,
    origin,
    parts,
    substitute,
    unquoted,
)
from cobolsmith.source import Source, Span
from cobolsmith.syntax import Tree, parse

if TYPE_CHECKING:
    from tree_sitter import Node


def read_jcl(source: Source, find_member: FindMember | None = None) -> Jobs:
    """The jobs of a source, and the procedures it holds outside of jobs.

    `find_member` gives the source of a procedure or an INCLUDE member by name; without it nothing
    outside of the source is expanded. A member without JOB and PROC statements is one procedure
    under the file's name.
    """
    tree = parse(source.view, "jcl")
    context = Context(source, find_member or (lambda name: None))
    jobs = tuple(_job(context, node) for node in tree.root.children if node.type == "job")
    raw = replace(context, expands=False, problems=[])
    procs = [_proc(raw, node) for node in tree.root.children if node.type == "procedure"]
    rest = [node for node in tree.root.children if node.type in _LOOSE]
    if rest and not procs and not jobs:
        steps = tuple(step.finished() for step in _steps(raw, rest, ""))
        place = origin(source, tree.root)
        procs.append(Proc(source.path.stem.upper(), place, steps=steps))
    problems = (*_faults(source, tree), *_late(source, tree), *context.problems)
    return Jobs(jobs, tuple(procs), problems)


_LOOSE = frozenset(("step", "dd", "if_construct", "include_statement"))


def _faults(source: Source, tree: Tree) -> Iterator[Problem]:
    for fault in tree.errors():
        place = replace(origin(source, tree.root), span=Span(fault.start, fault.end))
        yield Problem("syntax", fault.message, place, "mend the statement")


def _late(source: Source, tree: Tree) -> Iterator[Problem]:
    """Operands that go on behind column 16, where the system doesn't look for them."""
    for node in tree.walk("continuation"):
        row, column = node.start_point
        text = source.view[node.end_byte : source.line_span(row + 1)[1]]
        begins = column + 2 + len(text) - len(text.lstrip())
        following = node.next_sibling
        if column == 0 and begins > 15 and not (following and following.type == "remarks"):
            place = replace(
                origin(source, node), span=Span(node.start_byte, node.start_byte + begins)
            )
            what = "operands go on behind column 16"
            yield Problem("continuation", what, place, "begin by column 16")


# --- Jobs and procedures --------------------------------------------------------------------------


def _job(above: Context, node: Node) -> Job:
    context = replace(above, symbols={}, procedures={}, entered=[])
    statement = node.children[0]
    stated = context.operands(statement)
    inner = node.children[1:]
    procs = tuple(
        _proc(replace(context, expands=False, problems=[]), child)
        for child in inner
        if child.type == "procedure"
    )
    steps = tuple(step.finished() for step in _steps(context, inner, ""))
    dds = [child for child in inner if child.type == "dd"]
    return Job(
        _name(context, statement),
        context.origin(node),
        steps=steps,
        procs=procs,
        dds=tuple(_allocations(context, dd).finished() for dd in dds),
        libraries=tuple(_libraries(context, inner)),
        parameters=stated.keywords,
    )


def _libraries(context: Context, nodes: list[Node]) -> Iterator[str]:
    for node in nodes:
        if node.type == "jcllib_statement":
            order = context.operands(node).keywords.get("ORDER", "")
            yield from (unquoted(part) for part in parts(order))


def _proc(context: Context, node: Node) -> Proc:
    statement = node.children[0]
    steps = tuple(step.finished() for step in _steps(context, node.children[1:], ""))
    name = _name(context, statement) or context.source.path.stem.upper()
    return Proc(name, context.origin(node), overrides(context.operands(statement)), steps)


def _name(context: Context, statement: Node) -> str:
    name = statement.child_by_field_name("name")
    return leaf_text(context.source, name).upper() if name else ""


# --- Steps ----------------------------------------------------------------------------------------


def _steps(context: Context, nodes: list[Node], condition: str) -> list[Running]:
    """The steps of a run of nodes; what stands between them changes the context."""
    steps: list[Running] = []
    for node in nodes:
        read = _READERS.get(node.type)
        if read is not None:
            steps += read(context, node, condition)
        elif node.type == "dd" and steps:
            steps[-1].lay(_allocations(context, node))
    return steps


def _step(context: Context, node: Node, condition: str) -> list[Running]:
    statement = node.children[0]
    given = context.operands(statement)
    proc = given.keywords.get("PROC", given.first())
    program = "" if proc else given.keywords.get("PGM", "")
    if proc and "PGM" in given.keywords:
        what = f"PGM= beside the procedure {proc}: the system refuses a symbol of this name"
        context.note("keyword", what, statement, "rename the symbol")
    step = Step(
        _name(context, statement),
        context.origin(node),
        program=program,
        proc=proc,
        parm=unquoted(given.keywords.get("PARM", "")),
        cond=given.keywords.get("COND", ""),
        condition=condition,
        overrides=overrides(given) if proc else {},
        parameters=given.keywords,
    )
    running = Running(step)
    own, more = _inside(context, node.children[1:])
    if proc and context.expands:
        running.steps = _called(context, statement, step)
        call(running, given, own, context)
    else:
        for one in own:
            running.lay(one)
    return [running, *more]


def _inside(context: Context, nodes: list[Node]) -> tuple[list[Allocations], list[Running]]:
    """The DDs of a step, those of its INCLUDEs too, and steps that an INCLUDE brings behind it."""
    own: list[Allocations] = []
    more: list[Running] = []
    for node in nodes:
        if node.type in ("dd", "generated_dd"):
            own.append(_allocations(context, node))
        elif node.type == "set_statement":
            _set(context, node, "")
        elif node.type == "include_statement":
            member = _member(context, node)
            if member is not None:
                inner, children = member
                dds, steps = _inside(inner, [child for child in children if child.type == "dd"])
                own += dds
                more += steps + _steps(inner, [one for one in children if one.type != "dd"], "")
    return own, more


def _called(context: Context, statement: Node, step: Step) -> list[Running]:
    """The steps of the procedure that a step calls; none if it isn't found."""
    if not context.may_enter(step.proc, statement):
        return []
    found = _procedure(context, step.proc)
    if found is None:
        remedy = "name the library of procedures, or add the member"
        context.note("procedure", f"{step.proc} isn't found", statement, remedy)
        return []
    source, node, nodes = found
    inner = context.inside(source, step.proc, {**context.symbols, **step.overrides})
    if node is not None:
        defaults = overrides(replace(inner, expands=False).operands(node.children[0]))
        inner.symbols = {**context.symbols, **defaults, **step.overrides}
    return _steps(inner, nodes, step.condition)


def _procedure(context: Context, name: str) -> tuple[Source, Node | None, list[Node]] | None:
    """A procedure of the job, else a member: its source, its node and what is in it."""
    here = context.procedures.get(name.upper())
    if here is not None:
        return here[0], here[1], here[1].children[1:]
    member = context.member(name)
    if member is None:
        return None
    source, children = member
    node = next((child for child in children if child.type == "procedure"), None)
    return source, node, node.children[1:] if node else children


def _keep(context: Context, node: Node, condition: str) -> list[Running]:
    """An in-stream procedure: kept until it is called."""
    context.procedures[_name(context, node.children[0])] = (context.source, node)
    return []


def _set(context: Context, node: Node, condition: str) -> list[Running]:
    given = context.operands(node)
    if context.expands:
        context.symbols.update({key: unquoted(value) for key, value in given.keywords.items()})
    return []


def _branches(context: Context, node: Node, condition: str) -> list[Running]:
    """The steps of an IF, each under its condition."""
    test = node.children[0].child_by_field_name("condition") if node.children else None
    said = " ".join(_condition(context, test).split()) if test else "?"
    steps: list[Running] = []
    for name, own in (("then", said), ("else", f"NOT ({said})")):
        branch = node.child_by_field_name(name)
        if branch is not None:
            whole = f"({condition}) AND ({own})" if condition else own
            steps += _steps(context, branch.children, whole)
    return steps


def _condition(context: Context, node: Node) -> str:
    text = context.source.text(node.start_byte, node.end_byte)
    cards = (line[2:] if line.startswith("//") else line for line in text.split("\n"))
    return substitute(" ".join(cards), context.symbols if context.expands else {}, set())


def _include(context: Context, node: Node, condition: str) -> list[Running]:
    member = _member(context, node)
    if member is None:
        return []
    inner, children = member
    return _steps(inner, children, condition)


def _member(context: Context, node: Node) -> tuple[Context, list[Node]] | None:
    """What an INCLUDE brings; SETs in it hold behind it."""
    name = context.operands(node).keywords.get("MEMBER", "")
    if not context.expands or not context.may_enter(name, node):
        return None
    member = context.member(name)
    if member is None:
        context.note("member", f"INCLUDE member {name} isn't found", node, "add the member")
        return None
    inner = context.inside(member[0], name, {})
    inner.symbols = context.symbols
    return inner, member[1]


_READERS: dict[str, Callable[[Context, Node, str], list[Running]]] = {
    "step": _step,
    "procedure": _keep,
    "if_construct": _branches,
    "set_statement": _set,
    "include_statement": _include,
}


# --- DD statements --------------------------------------------------------------------------------


def _allocations(context: Context, node: Node) -> Allocations:
    """A DD with its concatenation; one that the system supplies for data is SYSIN."""
    if node.type == "generated_dd":
        one = Allocation(Operands(("*",)), context.origin(node), _instream(context, node, {}))
        return Allocations("SYSIN", [one])
    statements = [child for child in node.children if child.type == "dd_statement"]
    read = [_allocation(context, statement) for statement in statements]
    return Allocations(_name(context, statements[0]) if statements else "", read)


def _allocation(context: Context, statement: Node) -> Allocation:
    given = context.operands(statement)
    symbols = context.symbols if "SYMBOLS" in given.keywords and context.expands else {}
    return Allocation(given, context.origin(statement), _instream(context, statement, symbols))


def _instream(context: Context, node: Node, symbols: dict[str, str]) -> Instream | None:
    data = next((child for child in node.children if child.type == "instream_data"), None)
    if data is None:
        return None
    start = context.source.line_span(data.start_point.row + 1)[0]
    text = context.source.text(start, data.end_byte)
    place = replace(context.origin(data), span=Span(start, data.end_byte))
    return Instream(substitute(text, symbols, set()) if symbols else text, place)
