"""A name for a literal: an item with that VALUE (or a constant, level 78), used where it stood.

    COMPUTE WS-TAX = WS-NET * 0.19      ->     01  TAX-RATE   PIC V99 VALUE 0.19.
                                               COMPUTE WS-TAX = WS-NET * TAX-RATE

Only the literal as it is written counts (0.19, not .190), and only where an item may stand: not in
VALUE clauses, subscripts, names of programs called, or after ALL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cobolsmith.errors import UsageError
from cobolsmith.items import DataItem
from cobolsmith.plan import Edit, Plan
from cobolsmith.program import Program
from cobolsmith.recipe import Option, Proposal, Recipe, Setting, each_program, refusal
from cobolsmith.source import Span
from cobolsmith.writing import after_line, cased, column, indentation, line

if TYPE_CHECKING:
    from tree_sitter import Node

_NUMBER = re.compile(r"(?P<sign>[+-]?)(?P<whole>\d*)(?:[.,](?P<part>\d+))?")
_NAME = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")
_PLACES = {
    "move_statement": ("from",),
    "add_statement": ("operand",),
    "subtract_statement": ("operand",),
    "multiply_statement": ("operand", "by"),
    "divide_statement": ("operand", "by", "into"),
    "compute_statement": ("value",),
    "display_statement": ("value",),
    "string_statement": ("from",),
    "varying_phrase": ("from", "by"),
    "times_phrase": ("count",),
    "replacing_phrase": ("pattern", "by"),
    "tallying_phrase": ("pattern",),
    "set_statement": ("to", "up_by", "down_by"),
}
"""Where an item may stand for a literal, by the field of the node that holds it."""
_ANYWHERE = ("condition", "condition_range", "expression", "parenthesized")
LONGEST = 30


def propose(setting: Setting) -> Proposal:
    """One plan for each program that has the literal."""
    name = setting.text("name").upper()
    if not _NAME.fullmatch(name) or name.isdigit() or len(name) > LONGEST:
        raise UsageError(f"--name {name} is no data-name", remedy="letters, digits and hyphens")
    value, within = setting.text("value").strip(), setting.text("in").upper()
    if not picture(value):
        remedy = "write it as the program does: 0.19 or \"'R03'\" with its quotes"
        raise UsageError(f"{value} is no literal", remedy=remedy)
    level = setting.number("level", 1)
    if level not in (1, 77, 78):
        raise UsageError(f"--level {level} is none of 01, 77 and 78")
    return each_program(
        setting, lambda program, part: of_program(program, part, value, name, level, within)
    )


def of_program(
    program: Program, part: Span, value: str, name: str, level: int, within: str
) -> Proposal:
    """The entry and the places of one program."""
    found = list(places(program, part, value, within))
    if not found:
        return Proposal()
    source = program.source
    first = Span(found[0].start_byte, found[0].end_byte)
    edits = [
        Edit(source.path, Span(node.start_byte, node.end_byte), (cased(source, first.start, name),))
        for node in found
    ]
    item = program.resolve(name)
    if isinstance(item, DataItem) and is_constant(program, item, value):
        title = f"{value} is {name}, which {program.name} has"
        return Proposal((Plan(title, tuple(edits), (f"{len(edits)} places",)),))
    if name in {known for known, _ in program.scope()} | program.reserved:
        said = f"{name} means something else in {program.name}"
        return Proposal(refusals=(refusal(said, source.path, first, "choose another --name"),))
    header = storage(program, part)
    if header is None:
        said = f"{program.name} has no WORKING-STORAGE SECTION of its own to put {name} in"
        return Proposal(refusals=(refusal(said, source.path, first),))
    edits.append(entry(program, header, value, name, level))
    title = f"{value} becomes {name} in {program.name}"
    return Proposal((Plan(title, tuple(edits), (f"{len(found)} places",)),))


def places(program: Program, part: Span, value: str, within: str) -> Iterator[Node]:
    """The literals as they are written that an item may stand for, in one procedure or in all."""
    tree = program.tree
    for node in tree.walk("number_literal", "string_literal"):
        if not part.start <= node.start_byte < part.end or tree.text(node) != value:
            continue
        procedure = program.procedure_at(program.source.path, node.start_byte)
        names = {procedure.name} if procedure else set()
        if procedure and procedure.section is not None:
            names.add(program.procedures[procedure.section].name)
        if replaceable(node) and (not within or within in names):
            yield node


def replaceable(node: Node) -> bool:
    """Whether an item may stand here."""
    holder = node.parent
    if holder is not None and holder.type not in _ANYWHERE:
        fields = (
            holder.field_name_for_child(at) for at, one in enumerate(holder.children) if one == node
        )
        return next(fields) in _PLACES.get(holder.type, ())
    while holder is not None and holder.type in _ANYWHERE:
        holder = holder.parent
    return holder is not None and holder.type.endswith(("_statement", "_phrase"))


def is_constant(program: Program, item: DataItem, value: str) -> bool:
    """Whether an item has this VALUE and nothing gives it another."""
    if item.values[:1] != (value,) or item.level == 88:
        return False
    near = {item.index, *(one.index for one in program.over(item.index))}
    written = ("writes", "accepts", "passes", "changes", "initializes")
    return not any(use.item in near and use.role in written for use in program.flow.uses)


def storage(program: Program, part: Span) -> Node | None:
    """The header of the program's own WORKING-STORAGE SECTION."""
    return next(
        (
            node
            for node in program.tree.walk("working_storage_section")
            if part.start <= node.start_byte < part.end
        ),
        None,
    )


def entry(program: Program, section: Node, value: str, name: str, level: int) -> Edit:
    """The new entry, the first of the section, written as those there are."""
    source = program.source
    period = next(one for one in section.children if one.type == "period")
    own = [
        one
        for one in section.children
        if one.type == "data_description" and one.start_byte > period.end_byte
    ]
    start = own[0].start_byte if own else section.start_byte
    said = f"{level:02}  {name}"
    clause = next((c for one in own for c in one.children if c.type == "picture_clause"), None)
    at = indentation(source, start)
    if level != 78:
        gap = column(source, clause.start_byte) - at - len(said) if clause is not None else 2
        said += " " * max(gap, 2) + f"PIC {picture(value)}"
    text = line(source, at, cased(source, start, f"{said} VALUE ") + f"{value}.")
    return Edit(source.path, after_line(source, source.line_column(period.start_byte)[0]), (text,))


def picture(value: str) -> str:
    """The PICTURE of an item that holds a literal; "" where the text is none."""
    if value[:1] in ("'", '"') and value[-1:] == value[:1] and len(value) > 2:
        return f"X({len(value[1:-1].replace(value[0] * 2, value[0])):02})"
    found = _NUMBER.fullmatch(value)
    if not found or not (found["whole"] or found["part"]):
        return ""
    whole, part = (found["whole"] or "").lstrip("0"), found["part"] or ""
    digits = (f"9({len(whole):02})" if whole else "") + (f"V9({len(part):02})" if part else "")
    return ("S" if found["sign"] else "") + (digits or "9(01)")


NAME_CONSTANT = Recipe(
    "name-constant",
    "a name for a literal: an item with that VALUE, or a constant (78), used where it stood",
    propose,
    "same",
    (
        Option("value", "the literal as it is written, with its quotes", "argument", True),
        Option("name", "the name", required=True),
        Option("level", "01 (the default), 77, or 78 for a constant of the compiler's", "number"),
        Option("in", "only in this paragraph or section"),
    ),
)
