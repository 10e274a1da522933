"""Report groups as the REPORT SECTION describes them: lines, controls, NEXT GROUP.

What GnuCOBOL 3.1.2 prints otherwise than the standard says is refused by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cobolsmith.languages.cobol.reading import every
from cobolsmith.lowering.context import Context
from cobolsmith.lowering.pages import Place, place_of
from cobolsmith.program import DataItem

if TYPE_CHECKING:
    from tree_sitter import Node

KINDS = {
    "RH": "REPORT HEADING",
    "PH": "PAGE HEADING",
    "CH": "CONTROL HEADING",
    "DE": "DETAIL",
    "CF": "CONTROL FOOTING",
    "PF": "PAGE FOOTING",
    "RF": "REPORT FOOTING",
}


@dataclass(slots=True)
class Line:
    """A line of a group: where it is printed, and its items."""

    node: Node
    place: Place
    items: list[tuple[Node, DataItem]] = field(default_factory=list)


@dataclass(slots=True)
class Group:
    """A report group being read. `direct` says that its level 01 is its only line; `control` is the
    level of its control, 1 for the most minor one, 0 for FINAL or none."""

    node: Node
    name: str
    kind: str
    final: bool
    control: int
    direct: bool
    next_: Place
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Description:
    """One RD: its groups, its sum counters, and what has been made of it."""

    context: Context
    name: str
    controls: tuple[str, ...]
    groups: list[Group] = field(default_factory=list)


def descriptions(nodes: Sequence[Node]) -> Iterator[Node]:
    """The RD entries among the nodes of a program."""
    for node in nodes:
        for section in _sections(node):
            yield from every(section, "file_description")


def _sections(node: Node) -> Iterator[Node]:
    if node.type == "report_section":
        yield node
    else:
        yield from every(node, "report_section")


def entries_of(context: Context, nodes: Sequence[Node]) -> list[tuple[Node, DataItem]]:
    """The entries of the REPORT SECTION in order, each with its item."""
    described = [
        one for node in nodes for part in _sections(node) for one in every(part, "data_description")
    ]
    items = [one for one in context.program.items if one.section == "REPORT" and one.level]
    return list(zip(described, items, strict=True))


def read_report(
    context: Context, node: Node, entries: Sequence[tuple[Node, DataItem]]
) -> Description:
    """An RD with its groups. Raises RefusedError for what GnuCOBOL does otherwise."""
    name = context.reading.field(node, "name")
    if any(one.type in ("global_clause", "any_clause") for one in node.children):
        raise context.refused(node, f"the report {name} with such a clause")
    clause = clause_of(node, "control_clause")
    named = clause.children_by_field_name("control") if clause is not None else []
    controls = tuple(" ".join(context.reading.word(one).split()) for one in named)
    report = Description(context, name, controls)
    for entry, item in entries:
        if item.file != name:
            continue
        if item.parent is None:
            report.groups.append(_group(report, entry, item))
        _enter(report, entry, item)
    _check_order(report)
    return report


def clause_of(node: Node, kind: str) -> Node | None:
    """The clause of a kind that an entry has."""
    return next((one for one in node.children if one.type == kind), None)


def _group(report: Description, node: Node, item: DataItem) -> Group:
    context = report.context
    clause = clause_of(node, "type_clause")
    if clause is None:
        raise context.refused(node, f"{item.name or 'a report group'} without TYPE")
    words = context.reading.word(clause).split()
    words = [one for one in words if one not in ("TYPE", "IS", "ON", "FOR")]
    kind = next((k for k, long in KINDS.items() if words[0] == k or _begins(words, long)), "")
    control = " ".join(words[len(KINDS[kind].split()) if words[0] != kind else 1 :]) if kind else ""
    if not kind or " OR " in f" {control} ":
        raise context.refused(clause, " ".join(context.reading.word(clause).split()))
    level = 0
    final = control == "FINAL"
    if kind in ("CH", "CF") and not final:
        if control not in report.controls:
            raise context.refused(clause, f"TYPE {kind} of {control}, which is no control")
        level = len(report.controls) - report.controls.index(control)
    if kind == "CH" and final:
        raise context.refused(clause, "CONTROL HEADING FINAL, which GnuCOBOL never prints")
    next_ = place_of(context, clause_of(node, "next_clause"))
    if next_.word and kind not in ("DE", "CF"):
        raise context.refused(node, f"NEXT GROUP in a {KINDS[kind]}")
    return Group(node, item.name, kind, final, level, False, next_)


def _begins(words: Sequence[str], long: str) -> bool:
    return list(words[: len(long.split())]) == long.split()


def _enter(report: Description, node: Node, item: DataItem) -> None:
    """Take an entry into its group: as a line, an item of one, or what only holds others."""
    context, group = report.context, report.groups[-1]
    for kind in ("present_when_clause", "occurs_clause", "usage_clause", "any_clause"):
        clause = clause_of(node, kind)
        if clause is not None and " ".join(context.reading.word(clause).split()) not in _USUAL:
            raise context.refused(clause, " ".join(context.reading.word(clause).split()))
    clause = clause_of(node, "line_clause")
    if clause is not None:
        top = item.parent is None
        if group.direct or not (top or context.program.items[item.parent or 0].parent is None):
            raise context.refused(clause, "a LINE within another one")
        group.direct = top
        group.lines.append(Line(node, place_of(context, clause)))
    if not item.is_group and item.picture is not None:
        if not group.lines:
            raise context.refused(node, "an item of a report in no LINE")
        group.lines[-1].items.append((node, item))
    elif not item.is_group and item.parent is not None:
        raise context.refused(node, "an item of a report without PICTURE")


_USUAL = ("USAGE DISPLAY", "USAGE IS DISPLAY", "DISPLAY")


def _check_order(report: Description) -> None:
    """Refuse groups that GnuCOBOL prints at other places than the standard says."""
    context = report.context
    seen: set[tuple[str, int]] = set()
    for place, group in enumerate(report.groups):
        key = (group.kind, group.control)
        if key in seen and group.kind != "DE":
            raise context.refused(group.node, f"a second {KINDS[group.kind]} of its kind")
        if group.kind == "CH" and any(kind == "CH" for kind, _ in seen):
            what = "CONTROL HEADINGs of several controls, which GnuCOBOL prints in a wrong order"
            raise context.refused(group.node, what)
        if group.kind == "DE" and group.next_.word and not group.direct:
            what = "NEXT GROUP of a DETAIL whose LINE stands below, which GnuCOBOL ignores"
            raise context.refused(group.node, what)
        seen.add(key)
        rest = [one for one in report.groups[place + 1 :] if one.kind == "CF" and not one.final]
        if group.kind == "CF" and group.direct and not group.final and rest:
            following = report.groups[place + 1]
            if following is not rest[0] or following.control < group.control:
                what = "a CONTROL FOOTING that GnuCOBOL prints together with a later one"
                raise context.refused(group.node, what, "write its LINE at level 02")
