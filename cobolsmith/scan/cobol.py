"""The facts of one COBOL source: programs, items, procedures, and what statements do with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from cobolsmith.dataflow import Call
from cobolsmith.estate import COPYBOOK_SUFFIXES, facts
from cobolsmith.estate.index import Facts
from cobolsmith.languages.cobol import Library, read_programs
from cobolsmith.program import Program
from cobolsmith.reach import reached
from cobolsmith.scan.cics import add_cics
from cobolsmith.scan.measures import lines_of, measured
from cobolsmith.scan.places import Gathering, Places, Rows, shifted
from cobolsmith.scan.sql import add_sql
from cobolsmith.source import Source

_EXEC = re.compile(rb"\bEXEC(?:UTE)?\s", re.IGNORECASE)


def read_facts(source: Source, ids: Mapping[Path, int], library: Library, std: str) -> Facts:
    """Everything the index keeps of a COBOL program or copybook."""
    programs = read_programs(source, library, std=std)
    places = Places(source, ids, library)
    rows = Rows(places.file)
    gathering = Gathering(places, rows, measured(programs[0]), {})
    for number, program in enumerate(programs):
        following = programs[number + 1] if number + 1 < len(programs) else None
        _program(gathering, program, following)
    needs = _copies(gathering, programs[0])
    lines, comments, blanks = lines_of(source)
    return Facts(places.file, source.format, lines, comments, blanks, needs=needs, rows=rows.tables)


def kind_of(program: Program) -> str:
    """program, or copybook for a source without PROGRAM-ID that is named like one or has no
    procedure division."""
    if program.name:
        return "program"
    suffix = program.source.path.suffix.lower()
    bare = not any((program.expanded or program.tree).walk("procedure_division"))
    return "copybook" if suffix in COPYBOOK_SUFFIXES or bare else "program"


def _program(gathering: Gathering, program: Program, following: Program | None) -> None:
    rows, places = gathering.rows, gathering.places
    start = program.origin.span.start if program.name else 0
    end = following.origin.span.start if following else len(program.source.view)
    sums = gathering.measures.within(start, end)
    lines = program.source.line_column(max(end - 1, 0))[0] - program.source.line_column(start)[0]
    number = rows.add(
        "programs",
        facts.Program(
            places.file,
            start,
            end,
            program.source.line_column(start)[0],
            program.name or program.source.path.stem.upper(),
            kind_of(program),
            program.containing,
            " ".join(program.using),
            lines + 1,
            *sums,
        ),
    )
    gathering.bases[program.name] = rows.count("items")
    _items(gathering, program, number)
    first = rows.count("procedures")
    _procedures(gathering, program, number, first)
    _flow(gathering, program, number, first)
    if _EXEC.search((program.expanded or program.tree).view):
        add_sql(gathering, program, number, first)
        add_cics(gathering, program, number, first)
    _unknowns(gathering, program, kind_of(program) == "program")


def _items(gathering: Gathering, program: Program, number: int) -> None:
    base = gathering.rows.count("items")
    areas: list[int] = []
    tables: list[int | None] = []
    extents: list[int] = []
    for item in program.items:
        top = item.parent is None
        areas.append(program.area(item.index) if top else areas[item.parent or 0])
        held = None if item.parent is None else tables[item.parent]
        tables.append(item.index if held is None and item.occurs else held)
        spread = sum((one.times - 1) * one.length for one in program.subscripts(item))
        extents.append(item.length + spread)
        gathering.rows.add(
            "items",
            facts.Item(
                *gathering.places.of(item.origin),
                number,
                item.name,
                item.level,
                item.section,
                item.picture.text if item.picture else "",
                item.usage,
                item.offset,
                item.length,
                extents[-1],
                item.times,
                shifted(item.parent, base),
                areas[-1] + base,
                shifted(tables[-1], base),
                shifted(item.redefines, base),
                item.file,
            ),
        )


def _procedures(gathering: Gathering, program: Program, number: int, first: int) -> None:
    own = program.source.path
    entries = [
        found.index
        for offset in gathering.measures.entries
        if (found := program.procedure_at(own, offset)) is not None
    ]
    live = reached(program, entries)
    # A section is entered where any of its paragraphs is.
    live |= {one.section for one in program.procedures if one.index in live and one.section}
    for one in program.procedures:
        span = one.origin.span
        here = one.origin.path == own
        sums = gathering.measures.within(*span) if here else (0, 1, 0, 0)
        place = gathering.places.of(one.header)
        lines = program.source.view.count(b"\n", *span) + 1 if here else 0
        row = (place[0], place[1], span.end, place[3], number, one.name, one.kind)
        state = (shifted(one.section, first), int(one.index in live), lines)
        gathering.rows.add("procedures", facts.Procedure(*row, *state, *sums))
    for edge in program.edges:
        if edge.kind != "call":
            ends = (shifted(edge.source, first), shifted(edge.target, first))
            place = gathering.places.of(edge.origin)
            gathering.rows.add("flows", facts.Flow(*place, number, *ends, edge.kind))


def _flow(gathering: Gathering, program: Program, number: int, first: int) -> None:
    rows, of = gathering.rows, gathering.places.of
    base = gathering.bases[program.name]

    def held(index: int, owner: str) -> int:
        return index + (gathering.bases.get(owner, base) if owner else base)

    for use in program.flow.uses:
        item, where = held(use.item, use.owner), shifted(use.procedure, first)
        place = of(use.origin)
        row = facts.Use(*place, number, item, use.role, use.verb, where, int(use.sure))
        rows.add("uses", row)
    for move in program.flow.moves:
        sender = None if move.sender is None else held(move.sender, move.owner)
        receiver = held(move.receiver, move.receiver_owner)
        rows.add(
            "moves",
            facts.Move(
                *of(move.origin),
                number,
                sender,
                move.literal,
                receiver,
                move.verb,
                shifted(move.procedure, first),
                int(move.computed),
            ),
        )
    for file in program.flow.files:
        where = shifted(file.procedure, first)
        rows.add("file_uses", facts.FileUse(*of(file.origin), number, file.file, file.how, where))
    for call in program.flow.calls:
        if call.verb in ("CALL", "FUNCTION"):
            _call(gathering, call, number, shifted(call.procedure, first), base)
    _files(gathering, program, number)


def _call(gathering: Gathering, call: Call, number: int, procedure: int | None, base: int) -> None:
    """One row for each program a call may mean; a call of nothing known has one, unresolved."""
    place = gathering.places.of(call.origin)
    through = call.name if call.item is not None else ""
    sure = "unresolved" if not call.targets else "sure" if call.sure else "likely"
    for target in call.targets or ("",):
        row = facts.Call(*place, number, call.verb, target, through, sure, procedure)
        at = gathering.rows.add("calls", row)
        for one in call.parameters:
            if one.item is not None:
                item = one.item + (gathering.bases.get(one.owner, base) if one.owner else base)
                place_of = gathering.places.of(one.origin)
                given = (at, one.position, item, one.mode.lower())
                gathering.rows.add("passed", facts.Passed(*place_of, number, *given))


def _files(gathering: Gathering, program: Program, number: int) -> None:
    for file in program.files:
        length = max((program.items[index].length for index in file.records), default=0)
        gathering.rows.add(
            "fds",
            facts.File(
                *gathering.places.of(file.origin),
                number,
                file.name,
                file.kind,
                dd_name(file.assign),
                file.organization,
                file.record_key,
                length,
            ),
        )


def dd_name(assigned: str) -> str:
    """The DD name that ASSIGN TO means: the last part of UT-S-NAME, AS-NAME, "S-NAME"."""
    return assigned.strip("\"'").upper().rsplit("-", 1)[-1]


def _copies(gathering: Gathering, program: Program) -> tuple[str, ...]:
    ids = gathering.places.ids
    for copy in program.copies:
        found = ids.get(copy.path) if copy.path else None
        place = gathering.places.of(copy.origin)
        gathering.rows.add("copies", facts.Copy(*place, 0, member(copy.book), found))
    return tuple(member(copy.book) for copy in program.copies)


def member(book: str) -> str:
    """A copybook's member name: upper case, no folder, no suffix, no quotes."""
    return Path(book.strip("\"'")).stem.upper()


def _unknowns(gathering: Gathering, program: Program, whole: bool) -> None:
    """What was not understood; of a copybook by itself only what doesn't parse."""
    of, rows = gathering.places.of, gathering.rows
    if not whole:
        for problem in program.unknowns:
            if problem.kind == "syntax":
                rows.add("unknowns", facts.Unknown(*of(problem.origin), "syntax", problem.what))
        return
    said = set()
    for problem in (*program.problems, *program.unknowns):
        said.add(problem.origin)
        rows.add("unknowns", facts.Unknown(*of(problem.origin), problem.kind, problem.what))
    for name in program.flow.unknowns:
        if name.origin not in said:
            kind = "ambiguous name" if name.candidates else "undefined name"
            what = f"{' OF '.join((name.name, *name.qualifiers))} in {name.verb}"
            rows.add("unknowns", facts.Unknown(*of(name.origin), kind, what))
