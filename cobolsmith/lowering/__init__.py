"""From a `Program` to a `Lowered` one: every statement understood, or the program refused.

The verbs are in the modules beside this one, a table of them in `statements.VERBS`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cobolsmith.languages.cobol.reader import Unit, units
from cobolsmith.languages.cobol.reading import Reading, every, reading_of
from cobolsmith.lowered import AllOf, Field, Figurative, Lowered, Record, RefusedError, Unknown
from cobolsmith.lowering import (  # noqa: F401 - each enters its verbs
    arithmetic,
    console,
    control,
    files,
    moving,
    ordering,
    searching,
    texts,
)
from cobolsmith.lowering.collating import extremes, program_sequence
from cobolsmith.lowering.context import Context
from cobolsmith.lowering.data import places_of, records_of
from cobolsmith.lowering.debug_item import register, registers_of
from cobolsmith.lowering.debugging import debugging_of
from cobolsmith.lowering.describing import files_of
from cobolsmith.lowering.natives import natives_of
from cobolsmith.lowering.procedures import bodies_of, read_procedures
from cobolsmith.lowering.reports import counters_of, is_declared, printing, reports_of
from cobolsmith.lowering.segments import SEGMENTED, segments_of
from cobolsmith.lowering.sql import database_of
from cobolsmith.lowering.structuring import structured
from cobolsmith.program import Program

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["lower", "restricted"]


def lower(
    programs: Sequence[Program], std: str = "default", unknown: list[Unknown] | None = None
) -> tuple[Lowered, ...]:
    """The programs of one source that stand side by side; contained ones are inside of theirs.

    `std` is the dialect that says what segment numbers mean. Statements that aren't known are left
    as holes and gathered in `unknown` where it is given. Raises RefusedError for the first
    construct that can't be translated, with its place.
    """
    tree = programs[0].expanded
    assert tree is not None
    for program in programs:
        for problem in (*program.problems, *program.unknowns):
            raise RefusedError(
                f"can't translate what isn't understood: {problem.what}",
                where=str(problem.origin.path),
                remedy=problem.remedy or "run `cobolsmith check`",
            )
    found = units(tree)
    contexts: dict[int, Context] = {}
    for at, program in enumerate(programs):
        outer = next((one for i, one in contexts.items() if programs[i] is program.outer), None)
        reading = _reading(program)
        contexts[at] = Context(program, reading, places_of(program), outer)
        contexts[at].unknown = unknown
        if std in SEGMENTED:
            contexts[at].segments = segments_of(contexts[at])
    done: dict[int, Lowered] = {}
    for at in reversed(range(len(programs))):
        inside = tuple(done[i] for i in sorted(done) if programs[i].outer is programs[at])
        done[at] = _lowered(contexts[at], found[at], inside)
    return tuple(done[i] for i in sorted(done) if programs[i].outer is None)


def _reading(program: Program) -> Reading:
    reading = reading_of(program)
    assert program.expanded is not None
    tree = program.expanded
    comma = any(True for _ in tree.walk("decimal_point_clause"))
    signs = [
        tree.text(one)[1:-1]
        for clause in tree.walk("currency_clause")
        for one in clause.children
        if one.type == "string_literal"
    ]
    return replace(reading, decimal_comma=comma, currency=signs[0] if signs else "$")


def _lowered(context: Context, unit: Unit, contained: tuple[Lowered, ...]) -> Lowered:
    program = context.program
    for clause in _special(context, unit):
        raise context.refused(clause, " ".join(context.reading.word(clause).split()))
    collation = _collation(context, unit)
    records = records_of(program, context.reading, context.places)
    if collation:
        low, high = extremes(collation)
        context.extremes = {"LOW-VALUES": AllOf(low), "HIGH-VALUES": AllOf(high)}
        records = tuple(_moved(record, context.extremes) for record in records)
    bodies = bodies_of(context, unit)
    registers = registers_of(context, bodies)
    context.counters = {**counters_of(context, unit.nodes), **registers}
    context.debugging = debugging_of(context, bodies)
    item, watching = register(context.debugging) if context.debugging is not None else (None, None)
    reports, printed = reports_of(context, unit.nodes)
    database = database_of(context, unit.nodes)
    described = printing(files_of(context, unit.nodes), reports, printed)
    paragraphs, start, handlers, direct = read_procedures(context, bodies)
    for name in program.entries:
        raise RefusedError(f"can't translate ENTRY {name.name}", where=str(program.source.path))
    using = tuple(
        context.places[program.names[name][0]][0] for name in program.using if name in program.names
    )
    header = context.reading.word(unit.header).split() if unit.header is not None else []
    found = Lowered(
        name=program.name,
        source=program.source.path.name,
        lines=program.source.view.count(b"\n"),
        records=(*records, *printed, *((item,) if item is not None else ())),
        files=described,
        paragraphs=paragraphs,
        start=start,
        using=using,
        handlers=handlers,
        reports=reports,
        database=database,
        debugging=watching,
        contained=contained,
        initial="INITIAL" in header,
        direct=direct if watching is None else frozenset(),
        point="," if context.reading.decimal_comma else ".",
        currency=context.reading.currency,
        collation=collation,
        origin=program.origin,
    )
    found = found if is_declared(reports) or watching is not None else structured(found)
    direct = found.direct | {one.index for report in reports for one in report.routines}
    found = replace(found, direct=direct)
    plain = not collation and context.outer is None
    return replace(found, natives=natives_of(found, plain))


def restricted(
    program: Lowered, seen: frozenset[tuple[str, str]], is_inner: bool = False
) -> Lowered:
    """A program in which these items, each by its record and its word, aren't native."""
    inside = tuple(restricted(one, seen, is_inner=True) for one in program.contained)
    program = replace(program, contained=inside)
    plain = not program.collation and not is_inner
    return replace(program, natives=natives_of(program, plain, seen))


def _special(context: Context, unit: Unit) -> Iterator[Node]:
    """Clauses that change what the whole program means, and aren't known here."""
    for node in unit.nodes:
        yield from every(node, "crt_status_clause")
        for entry in every(node, "data_description"):
            unknown = (one for one in entry.children if one.type == "any_clause")
            known = ("SIGNED", "UNSIGNED")
            yield from (one for one in unknown if context.reading.word(one) not in known)
        for one in every(node, "currency_clause"):
            if len(_currency(context, one)) != 1:
                yield one
        for one in every(node, "object_computer_paragraph"):
            if "SEQUENCE" in context.words(one) and not _is_known(context, one):
                yield one


def _is_known(context: Context, paragraph: Node) -> bool:
    """Whether a collating sequence can be translated, and belongs to this program alone."""
    places = program_sequence(context.reading, paragraph)
    return places == () or (places is not None and context.outer is None)


def _collation(context: Context, unit: Unit) -> tuple[str, ...]:
    for node in unit.nodes:
        for one in every(node, "object_computer_paragraph"):
            if "SEQUENCE" in context.words(one):
                return program_sequence(context.reading, one) or ()
    return ()


def _moved(record: Record, extremes: Mapping[str, AllOf]) -> Record:
    """A record whose VALUEs have the HIGH-VALUE and LOW-VALUE of a collating sequence."""

    def value(one: Any) -> Any:
        if isinstance(one, tuple):
            return tuple(map(value, one))
        return extremes.get(one.name, one) if isinstance(one, Figurative) else one

    def field(one: Field) -> Field:
        named = tuple(replace(each, values=value(each.values)) for each in one.conditions)
        return replace(one, value=value(one.value), conditions=named)

    return replace(record, whole=field(record.whole), fields=tuple(map(field, record.fields)))


def _currency(context: Context, clause: Node) -> str:
    """The currency sign of a clause, "" where it has another symbol in PICTUREs."""
    literals = [one for one in clause.children if one.type == "string_literal"]
    return context.text(literals[0])[1:-1] if len(literals) == 1 else ""
