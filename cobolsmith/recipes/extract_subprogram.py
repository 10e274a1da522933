"""A paragraph into a program of its own: what it uses goes along as parameters.

    1000-TAX.                               1000-TAX.
        COMPUTE WS-TAX = WS-NET * ...  ->       CALL 'TAXCALC' USING WS-NET WS-TAX.

Whole records are passed by reference, in the order of the data division, and stand in the new
program's LINKAGE SECTION as they stand here. What a program can't do for another (its files, its
paragraphs, going on elsewhere, its index-names, RETURN-CODE) is refused by name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cobolsmith.errors import UsageError
from cobolsmith.items import DataItem, Problem, item_kind
from cobolsmith.patch import MARGIN
from cobolsmith.plan import Creation, Edit, Plan
from cobolsmith.program import Procedure, Program
from cobolsmith.recipe import Option, Proposal, Recipe, Setting, one_procedure, refusal
from cobolsmith.source import Span
from cobolsmith.syntax import is_outside
from cobolsmith.writing import begins, cased, column, lines, whole_lines

if TYPE_CHECKING:
    from tree_sitter import Node

_NAME = re.compile(r"[A-Z][A-Z0-9]{0,7}")
_ELSEWHERE = {
    "go_to_statement": "GO TO",
    "stop_statement": "STOP",
    "goback_statement": "GOBACK",
    "alter_statement": "ALTER",
    "entry_statement": "ENTRY",
    "copy_statement": "a COPY of its own",
    "exec_block": "EXEC",
    "exec_statement": "EXEC",
    **{
        f"{verb}_statement": f"{verb.upper()} of a file"
        for verb in "open close read write rewrite delete start sort merge release return".split()
    },
}
_REGISTERS = re.compile(
    rb"(?<![\w-])(RETURN-CODE|SORT-RETURN|TALLY|XML-CODE|JSON-CODE|LINAGE-COUNTER)(?![\w-])", re.I
)
_EXITS = re.compile(r"EXIT\s+(PROGRAM|SECTION|FUNCTION)", re.IGNORECASE)
_SHARED = re.compile(r"(?<![\w-])(EXTERNAL|GLOBAL)(?![\w-])", re.IGNORECASE)
_RETURN = "RETURN-TO-CALLER"


def propose(setting: Setting) -> Proposal:
    """The plan for the one program that has the paragraph."""
    name, called = setting.text("paragraph").upper(), setting.text("program").upper()
    if not _NAME.fullmatch(called):
        remedy = "a letter and up to seven letters and digits: a member's name"
        raise UsageError(f"--program {called} is no name of a program", remedy=remedy)
    found = one_procedure(setting, name, ("paragraph",))
    if isinstance(found, Problem):
        return Proposal(refusals=(found,))
    return extracted(setting, *found, called)


def extracted(setting: Setting, program: Program, procedure: Procedure, called: str) -> Proposal:
    """The CALL in the paragraph, and the new program."""
    source = program.source
    start = procedure.header.span.start
    node = next((one for one in program.tree.walk("paragraph") if one.start_byte == start), None)
    if node is None or procedure.header.path != source.path:
        said = f"{procedure.name} stands in a copybook"
        origin = procedure.header
        return Proposal(refusals=(refusal(said, origin.path, origin.span),))
    header = node.child_by_field_name("header")
    assert header is not None
    leaves = program.tree.leaves(header.end_byte, node.end_byte)
    own = [leaf for leaf in leaves if not is_outside(leaf)]
    if not own or (program.tree.text(own[0]).upper() == "CALL" and called in _words(program, own)):
        return Proposal()
    body = Span(own[0].start_byte, own[-1].end_byte)
    path = source.path.with_name(f"{called}{source.path.suffix}")
    what = obstacle(program, procedure, node, body)
    what = what or (f"{path.name} is already there" if path.exists() else "")
    if what:
        return Proposal(refusals=(refusal(what, source.path, procedure.header.span),))
    used = records(program, body)
    passed = [one for one in used if one.redefines is None]
    rows = [f"CALL '{called}'" + (f" USING {passed[0].name}" if passed else "")]
    rows += [" " * (len(called) + 14) + one.name for one in passed[1:]]
    rows[-1] += "."
    at = column(source, body.start)
    text = cased(source, body.start, f"\n{' ' * (at - 1)}".join(rows))
    edit = Edit(source.path, body, (text,))
    made = written(program, procedure, called, used, body)
    said = ", ".join(one.name for one in passed) or "nothing"
    title = f"paragraph {procedure.name} as program {called}"
    reasons = (f"{called} is given {said}",)
    return Proposal((Plan(title, (edit,), reasons, creates=(Creation(path, made),)),))


def _words(program: Program, leaves: list[Node]) -> str:
    return " ".join(program.tree.text(leaf) for leaf in leaves[:2]).upper()


def obstacle(program: Program, procedure: Procedure, node: Node, body: Span) -> str:
    """Why the paragraph can't be another program's, or an empty text."""
    source = program.source
    rest = source.view[body.end : source.line_span(source.line_column(body.end)[0])[1]]
    if not begins(source, body.start) or rest[: 72 - column(source, body.end) + 1].strip():
        return "its statements share a line with other code"
    if program.outer is not None or program.tree.view.upper().count(b"PROGRAM-ID") > 1:
        return f"{program.name} shares its source with other programs"
    if register := _REGISTERS.search(program.tree.view):
        return f"{program.name} uses {register[1].decode().upper()}, which a CALL sets anew"
    for one in program.tree.walk(*_ELSEWHERE):
        if body.start <= one.start_byte < body.end:
            return f"{procedure.name} has {_ELSEWHERE[one.type]}"
    if left := _EXITS.search(program.tree.text(node)):
        return f"{procedure.name} has EXIT {left[1].upper()}"
    if edge := next((e for e in program.edges if _leaves(e.kind, e.origin.span, body)), None):
        return f"{procedure.name} performs {edge.name}"
    return named(program, procedure, body)


def _leaves(kind: str, span: Span, body: Span) -> bool:
    inside = body.start <= span.start < body.end
    return inside and kind in ("perform", "perform_thru", "go_to", "sort", "alter")


def named(program: Program, procedure: Procedure, body: Span) -> str:
    """What the paragraph names that can't be passed, or an empty text."""
    for record in records(program, body):
        if (section := _entry(program, record)) is None:
            return f"the entry of {record.name} lies where it can't be copied from"
        if _SHARED.search(program.tree.text(section)):
            return f"{record.name} is EXTERNAL or GLOBAL"
    for reference in program.references:
        inside = body.start <= reference.origin.span.start < body.end
        if not inside or reference.origin.path != program.source.path:
            continue
        item = program.resolve(reference.name, reference.qualifiers)
        if isinstance(item, DataItem) and item_kind(item) in ("index", "constant"):
            return f"{procedure.name} uses {item.name}, {item_kind(item)} of this program alone"
    return ""


def records(program: Program, body: Span) -> list[DataItem]:
    """The records that the statements name, those they redefine and those that tables in them
    depend on, in the order of the data division."""
    waiting = [
        item
        for reference in program.references
        if reference.origin.path == program.source.path
        and body.start <= reference.origin.span.start < body.end
        and isinstance(item := program.resolve(reference.name, reference.qualifiers), DataItem)
    ]
    found: dict[int, DataItem] = {}
    while waiting:
        record = program.record(waiting.pop().index)
        if record.index in found or item_kind(record) in ("index", "constant"):
            continue
        found[record.index] = record
        if record.redefines is not None:
            waiting.append(program.items[record.redefines])
        for one in (record, *program.below(record.index)):
            depending = one.occurs.depending if one.occurs else None
            if depending is not None:
                item = program.resolve(depending.name, depending.qualifiers)
                waiting += [item] if isinstance(item, DataItem) else []
    return [found[index] for index in sorted(found)]


def _entry(program: Program, record: DataItem) -> Node | None:
    """The record's entry in the program's own text, or the COPY that brings it."""
    path, span = record.origin.path, record.origin.span
    if path != program.source.path:
        copy = next((one for one in program.copies if one.path == path.resolve()), None)
        if copy is None or copy.origin.path != program.source.path:
            return None
        span = copy.origin.span
    node: Node | None = program.tree.root.descendant_for_byte_range(span.start, span.start + 1)
    while node is not None and node.type not in ("data_description", "copy_statement"):
        node = node.parent
    return node


# --- The new program -----------------------------------------------------------------------------


def written(
    program: Program, procedure: Procedure, called: str, used: list[DataItem], body: Span
) -> str:
    """The text of the new program."""
    source = program.source
    first, rest = (1, 5) if source.format == "free" else (8, 12)

    def said(*rows: tuple[int, str]) -> str:
        return cased(source, body.start, lines(source, rows))

    text = said((first, "IDENTIFICATION DIVISION."), (first, "PROGRAM-ID. "))
    text = f"{text.rstrip()} {called}.\n"
    environment = next(program.tree.walk("configuration_section"), None)
    if environment is not None:
        text += said((first, "ENVIRONMENT DIVISION.")) + _lines(program, environment)
    if used:
        text += said((first, "DATA DIVISION."), (first, "LINKAGE SECTION."))
        entries = {node.start_byte: node for one in used if (node := _entry(program, one))}
        text += "".join(described(program, entries[at]) for at in sorted(entries))
    passed = [one.name for one in used if one.redefines is None]
    using = [f"PROCEDURE DIVISION{' USING' if passed else ''}", *passed]
    using[-1] += "."
    text += said((first, using[0]), *((rest, name) for name in using[1:]))
    text += said((first, f"{procedure.name}."))
    number = (source.line_column(body.start)[0], source.line_column(body.end - 1)[0])
    span = whole_lines(source, *number)
    text += source.text(span.start, span.end).replace("\r\n", "\n")
    return text + said((first, f"{_RETURN}."), (rest, "GOBACK."))


def _lines(program: Program, node: Node) -> str:
    """The whole lines of a node, as they are."""
    source = program.source
    last = max(leaf.end_byte for leaf in program.tree.leaves(node.start_byte, node.end_byte))
    numbers = (source.line_column(node.start_byte)[0], source.line_column(last - 1)[0])
    span = whole_lines(source, *numbers)
    return source.text(span.start, span.end).replace("\r\n", "\n")


def described(program: Program, entry: Node) -> str:
    """A record with its subordinate entries, VALUE clauses left out but for condition-names."""
    text = ""
    node: Node | None = entry
    while node is not None:
        if node.type == "data_description":
            level = next(one for one in node.children if one.type == "level_number")
            number = int(program.tree.text(level))
            if node is not entry and number in (1, 77, 78):
                break
            text += _without_value(program, node) if number != 88 else _lines(program, node)
        elif node.type == "copy_statement":
            text += _lines(program, node)
        elif node is not entry and node.is_named and not is_outside(node):
            break
        if entry.type == "copy_statement":
            break
        node = node.next_sibling
    return text


def _without_value(program: Program, node: Node) -> str:
    text = _lines(program, node)
    value = next((one for one in node.children if one.type == "value_clause"), None)
    if value is None:
        return text
    source = program.source
    base = source.line_span(source.line_column(node.start_byte)[0])[0]
    start, end = value.start_byte - base, value.end_byte - base
    before = text[:start].rstrip()
    if len(before.rpartition("\n")[2]) < MARGIN:
        return before + text[end:]
    return text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]


EXTRACT_SUBPROGRAM = Recipe(
    "extract-subprogram",
    "makes a paragraph a program of its own, which is called with what it uses",
    propose,
    "same",
    (
        Option("paragraph", "the paragraph", required=True),
        Option("program", "the new program's name", required=True),
    ),
)
