"""The REPORT SECTION: reports with their pages, controls and groups, as GnuCOBOL prints them.

A line of a report becomes a record, and a routine that fills it by MOVEs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from cobolsmith.lowered import (
    Asked,
    Block,
    Field,
    Figurative,
    File,
    FileName,
    If,
    Kept,
    Move,
    Paragraph,
    Procedure,
    Record,
    Ref,
    Report,
    Run,
    Statement,
    Step,
)
from cobolsmith.lowering.context import Context
from cobolsmith.lowering.control import last_of
from cobolsmith.lowering.moving import moved
from cobolsmith.lowering.operands import operand, reference
from cobolsmith.lowering.pages import page_of
from cobolsmith.lowering.printed import Item, printed_of
from cobolsmith.lowering.report_groups import (
    KINDS,
    Description,
    Group,
    Line,
    clause_of,
    descriptions,
    entries_of,
    read_report,
)
from cobolsmith.lowering.report_sums import (
    COUNTERS,
    Sum,
    adding,
    counter_fields,
    counters_word,
    rolled,
    sums_of,
    zeroed,
)
from cobolsmith.lowering.statements import verb
from cobolsmith.program import FileEntry

if TYPE_CHECKING:
    from tree_sitter import Node

_SPACES = Figurative("SPACES")


def counters_of(context: Context, nodes: Sequence[Node]) -> dict[tuple[str, str], Ref]:
    """LINE-COUNTER and PAGE-COUNTER of each report as places."""
    names = [context.reading.field(one, "name") for one in descriptions(nodes)]
    return {
        (name, word): Ref(counters_word(name), word, "binary")
        for name in names
        for word in COUNTERS
    }


def reports_of(
    context: Context, nodes: Sequence[Node]
) -> tuple[tuple[Report, ...], tuple[Record, ...]]:
    """The reports of a program, and the records that they need. Their routines are paragraphs with
    positions from -2 downward."""
    reports: list[Report] = []
    records: list[Record] = []
    entries = entries_of(context, nodes)
    for node in descriptions(nodes):
        described = read_report(context, node, entries)
        used = sum(len(one.routines) for one in reports)
        making = _Making(context, described, sums_of(described), -2 - used)
        reports.append(_made(making, node))
        records += making.records
    return tuple(reports), (*records, *_areas(context, reports, records))


def printing(
    files: Sequence[File], reports: Sequence[Report], records: Sequence[Record]
) -> tuple[File, ...]:
    """The files, those of reports as GnuCOBOL takes them: of lines, in areas of their own."""
    areas = {one.whole.word: one.whole.size for one in records}
    named = {one.file for one in reports}
    return tuple(
        replace(
            one,
            organization="LINE SEQUENTIAL",
            records=(f"{one.word}-LINE",),
            shortest=0,
            longest=areas[f"{one.word}-LINE"],
        )
        if one.word in named
        else one
        for one in files
    )


def is_declared(reports: Sequence[Report]) -> bool:
    """Whether USE procedures belong to groups of reports."""
    return any(step.method == "before" for one in reports for step in one.made.steps)


def _areas(context: Context, reports: Sequence[Report], lines: Sequence[Record]) -> list[Record]:
    """The area in which each file gets the lines of its reports."""
    widest = max((one.whole.size for one in lines if one.kind == "file"), default=1)
    found = []
    for file in context.program.files:
        codes = [_code_of(one) for one in reports if one.file == file.name]
        if codes:
            size = widest + max(map(len, codes))
            word = f"{file.name}-LINE"
            found.append(Record(Field(word, word, "string", 0, size, value=Kept()), (), "file"))
    return found


def _code_of(report: Report) -> str:
    code = report.made.steps[0].arguments[2]
    assert isinstance(code, str)
    return code


# --- What is made of them -------------------------------------------------------------------------


@dataclass(slots=True)
class _Making:
    """A report being made: its records, and its routines from a position downward."""

    context: Context
    report: Description
    sums: tuple[Sum, ...]
    position: int
    records: list[Record] = field(default_factory=list)
    routines: list[Paragraph] = field(default_factory=list)

    def routine(self, word: str, body: Block) -> Procedure:
        """Enter a routine."""
        index = self.position - len(self.routines)
        self.routines.append(Paragraph(index, word, "", body))
        return Procedure(index, index)


def _made(making: _Making, node: Node) -> Report:
    context, report = making.context, making.report
    file = _file(context, report, node)
    code = _code(context, clause_of(node, "code_clause"))
    page = page_of(context, clause_of(node, "page_limit_clause"))
    steps = [Step("report", (FileName(file.name), Ref(f"{file.name}-LINE", "", "string"), code))]
    steps += [Step("lines_of_page", page)] if page[0] else []
    steps.append(
        Step("counters", tuple(Ref(counters_word(report.name), one, "binary") for one in COUNTERS))
    )
    steps += _controls(context, node)
    if making.sums:
        zero = tuple(zeroed(one) for one in making.sums)
        steps.append(Step("sums", (making.routine(f"{report.name}-BEGIN", zero),)))
        steps.append(Step("adding", (making.routine(f"{report.name}-ADD", adding(making.sums)),)))
    for group in report.groups:
        steps += _group(making, group, page)
    fields = (*counter_fields(), *(one.field for one in making.sums))
    word = counters_word(report.name)
    whole = Field(word, word, "group", 0, fields[-1].offset + fields[-1].size)
    making.records.append(Record(whole, fields))
    return Report(report.name, file.name, Run("", tuple(steps)), tuple(making.routines))


def _file(context: Context, report: Description, node: Node) -> FileEntry:
    """The file of a report."""
    found = [one for one in context.program.files if report.name in one.reports]
    if len(found) != 1:
        raise context.refused(node, f"the report {report.name} of {len(found)} files")
    if found[0].records:
        raise context.refused(node, f"the report {report.name} in a file with records of its own")
    return found[0]


def _code(context: Context, clause: Node | None) -> str:
    if clause is None:
        return ""
    node = clause.child_by_field_name("code")
    text = context.text(node) if node is not None else ""
    if text[:1] not in ("'", '"') or text[1:-1].rstrip() != text[1:-1]:
        raise context.refused(clause, "CODE that is no literal, or one that ends in a space")
    return text[1:-1]


def _controls(context: Context, node: Node) -> Iterator[Step]:
    """The controls, the most minor one first; FINAL isn't one that changes."""
    clause = clause_of(node, "control_clause")
    named = clause.children_by_field_name("control") if clause is not None else []
    for one in reversed(named):
        if context.reading.word(one) != "FINAL":
            yield Step("control", (reference(context, one),))


def _group(making: _Making, group: Group, page: Sequence[int]) -> Iterator[Step]:
    kind = f"{KINDS[group.kind]}{' FINAL' if group.final else ''}"
    level = f"-{group.control}" if group.control else ""
    name = group.name or f"{making.report.name}-{kind.replace(' ', '-')}{level}"
    yield Step("group", (group.name, kind, group.control, group.direct))
    if group.next_.word:
        yield Step("next_group", (group.next_.word, group.next_.number))
    yield from _before(making, group)
    for number, line in enumerate(group.lines, 1):
        word = f"{name}-LINE" + (f"-{number}" if len(group.lines) > 1 else "")
        yield _line(making, group, line, word, page)
    if group.kind == "CF" and (body := tuple(rolled(making.sums, group.control))):
        yield Step("after", (making.routine(f"{name}-END", body),))


def _line(making: _Making, group: Group, line: Line, word: str, page: Sequence[int]) -> Step:
    """A line of a group: its record, and the routine that fills it."""
    place = line.place
    if place.word == "LINE" and page[0] and not page[1] <= place.number <= page[0]:
        raise making.context.refused(line.node, f"LINE {place.number}, outside of the page")
    if not page[0] and place.number and line.items and line.items[0][0] == line.node:
        said = "LINE of an item in a report without PAGE LIMIT, where GnuCOBOL's INITIATE fails"
        raise making.context.refused(line.node, said)
    printed = printed_of(making.context, word, line.items)
    making.records.append(printed.record)
    area = Ref(word, "", "group")
    body: list[Statement] = [Move(_SPACES, area)]
    body += [_filled(making, group, word, one) for one in printed.items]
    fill = making.routine(f"PRINT-{word}", tuple(body))
    return Step("line", (place.word, place.number, area, fill))


def _filled(making: _Making, group: Group, word: str, one: Item) -> Statement:
    """The MOVE that fills an item; one with GROUP INDICATE only where it is shown again."""
    context, target = making.context, Ref(word, one.word, one.form)
    counters = {each.item: each.place for each in making.sums}
    if one.item.index in counters:
        move = Move(counters[one.item.index], target)
    else:
        move = moved(context, one.node, operand(context, one.source), target)
    if not one.indicated:
        return move
    _check_indicated(making.report, group, one.node)
    name = f"{word}.{one.word}"
    asked = Run(FileName(making.report.name), (Step("is_indicated", (name,)),))
    return If(Asked(asked), (move,))


def _check_indicated(report: Description, group: Group, node: Node) -> None:
    """GnuCOBOL shows such an item again only behind a CONTROL FOOTING, and on a new page."""
    controls = range(1, len(report.controls) + ("FINAL" not in report.controls))
    footed = {one.control for one in report.groups if one.kind == "CF"}
    if group.kind != "DE" or not set(controls) <= footed:
        what = "GROUP INDICATE beside a control without CONTROL FOOTING, which GnuCOBOL ignores"
        raise report.context.refused(node, what)


# --- Statements, and USE BEFORE REPORTING ---------------------------------------------------------


def _before(making: _Making, group: Group) -> Iterator[Step]:
    """USE BEFORE REPORTING; behind one GnuCOBOL forgets that a page is to be ended."""
    context = making.context
    for one in context.program.procedures:
        if one.declarative and group.name and one.handles == (group.name,):
            if group.kind not in ("CH", "CF", "RF"):
                what = f"USE BEFORE REPORTING of a {KINDS[group.kind]}, which GnuCOBOL ignores"
                raise context.refused(group.node, what)
            footings = [each for each in making.report.groups if each.kind == "CF"]
            if group.kind == "CF" and any(each.next_.word == "PAGE" for each in footings):
                what = "USE BEFORE REPORTING beside a CONTROL FOOTING with NEXT GROUP NEXT PAGE"
                raise context.refused(group.node, what)
            yield Step("before", (Procedure(one.index, last_of(context, one.index)),))


@verb("initiate", "terminate")
def initiate(context: Context, node: Node) -> Sequence[Statement]:
    """INITIATE and TERMINATE."""
    method = node.type.removesuffix("_statement")
    names = [context.reading.word(one) for one in node.children_by_field_name("report")]
    return [Run(FileName(name), (Step(method),)) for name in names]


@verb("generate")
def generate(context: Context, node: Node) -> Sequence[Statement]:
    """GENERATE a detail, or all of a report's sums."""
    named = node.child_by_field_name("group")
    assert named is not None
    word = context.reading.word(named)
    if any(word in file.reports for file in context.program.files):
        return [Run(FileName(word), (Step("generate", ("",)),))]
    item = context.item(named)
    if item is None or item.section != "REPORT" or item.parent is not None:
        raise context.refused(named, f"GENERATE {word}, which is no group of a report here")
    return [Run(FileName(item.file), (Step("generate", (item.name,)),))]


@verb("suppress")
def suppress(context: Context, node: Node) -> Sequence[Statement]:
    """SUPPRESS PRINTING, in the USE procedure of a CONTROL FOOTING."""
    at = context.program.procedures[context.procedure or 0]
    section = at if at.section is None else context.program.procedures[at.section]
    for name in section.handles:
        for index in context.program.names.get(name, ()):
            item = context.program.items[index]
            if item.section == "REPORT":
                return [Run(FileName(item.file), (Step("suppress", (name,)),))]
    raise context.refused(node, "SUPPRESS outside of a USE BEFORE REPORTING")
