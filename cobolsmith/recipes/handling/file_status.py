"""FILE STATUS: a file without one gets the clause, the item, and a check after each statement.

    SELECT CARDS ASSIGN TO CARDIN.    ->    SELECT CARDS ASSIGN TO CARDIN
                                                FILE STATUS IS WS-CARDS-STATUS.
    OPEN INPUT CARDS.                 ->    OPEN INPUT CARDS
                                            IF WS-CARDS-STATUS (1:1) > '0'
                                                DISPLAY 'OPEN OF CARDS FAILED: ' ...

Without the clause the runtime ends the program where a statement fails; with it the program goes
on. So every statement of the file is checked, and what AT END and INVALID KEY take is left to them
(ISO/IEC 1989:2014 9.1.13: the first character of a status is its class).
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from cobolsmith.items import Problem
from cobolsmith.plan import Edit, Plan
from cobolsmith.program import FileEntry, Program
from cobolsmith.recipe import Option, Proposal, Recipe, Setting, each_program, joined, refusal
from cobolsmith.recipes.handling.handler import (
    FAILED,
    STEP,
    Parts,
    branch,
    closing,
    end_of,
    margin_of,
    place,
)
from cobolsmith.source import Span
from cobolsmith.writing import after_line, begins, cased, column, line

if TYPE_CHECKING:
    from tree_sitter import Node

STATEMENTS = tuple(
    f"{verb}_statement" for verb in "open close read write rewrite delete start".split()
)
PICTURE_COLUMN = 32
UNHANDLED = {
    (False, False): "> '0'",
    (True, False): "> '1'",
    (False, True): "NOT = '0' AND '2'",
    (True, True): "> '2'",
}
"""How the class of a status fails that AT END and INVALID KEY (there, or not) don't take."""


def propose(setting: Setting) -> Proposal:
    """One plan for each file that has no status."""
    wanted = setting.text("file").upper()
    return each_program(setting, lambda program, part: of_program(program, part, wanted))


def of_program(program: Program, part: Span, wanted: str) -> Proposal:
    """The files of a program that need a status; each plan is for all of them, since their items
    stand together."""
    found = []
    for file in program.files:
        if file.kind == "FD" and not file.status and wanted in ("", file.name):
            obstacle = obstacle_of(program, part, file)
            found.append(
                Proposal(refusals=(obstacle,)) if obstacle else of_file(program, part, file)
            )
    return joined(found)


def obstacle_of(program: Program, part: Span, file: FileEntry) -> Problem | None:
    """Why a file's statements can't all be checked."""
    path = program.source.path
    if file.origin.path != path:
        return refusal(f"{file.name} is declared in a copybook", path, part)
    if any(one.handles for one in program.procedures):
        return refusal(
            f"USE procedures handle files: {file.name} may be one", path, file.origin.span
        )
    for use in program.flow.files:
        if use.file == file.name and use.origin.path != path:
            return refusal(f"a copybook has a {use.verb} of {file.name}", path, file.origin.span)
        if use.file == file.name and (use.verb in ("SORT", "MERGE") or use.how == "reports"):
            what = f"{use.verb} works on {file.name}, and says nothing of its own of a status"
            return refusal(what, path, use.origin.span)
    if not any(program.tree.walk("working_storage_section")):
        return refusal("there is no WORKING-STORAGE SECTION for the status", path, part)
    return None


def of_file(program: Program, part: Span, file: FileEntry) -> Proposal:
    """The clause, the item and the checks for one file."""
    name = status_name(program, file)
    edits = [clause(program, file, name), item(program, part, name)]
    for node in program.tree.walk(*STATEMENTS):
        if part.start <= node.start_byte < part.end and file.name in files_of(program, node):
            edits.append(check(program, node, file, name))
    checks = f"{len(edits) - 2} statements of it are checked; the others of the program stay"
    title = f"FILE STATUS {name} for {file.name}"
    plan = Plan(title, tuple(edits), (checks,), branches=(FAILED,))
    return Proposal((plan,))


def status_name(program: Program, file: FileEntry) -> str:
    """A name in the style of the program's own items, used by nothing so far."""
    prefixes = Counter(
        found[0]
        for one in program.items
        if one.section == "WORKING-STORAGE" and (found := re.match(r"[A-Z]\w*-", one.name))
    )
    prefix = prefixes.most_common(1)[0][0] if prefixes else "WS-"
    stem = re.sub(r"-FILE$|^FILE-|-DD$", "", file.name)
    known = {name for name, _ in program.scope()}
    name = f"{prefix}{stem}-STATUS"[:30]
    return name if name not in known else f"{prefix}{stem}"[:21] + "-FILE-STAT"[:9]


def clause(program: Program, file: FileEntry, name: str) -> Edit:
    """The clause, last of its SELECT, below the other clauses."""
    source = program.source
    entry = next(
        node
        for node in program.tree.walk("select_entry")
        if node.start_byte == file.origin.span.start
    )
    rows = [child for child in entry.named_children if child.type.endswith("_clause")]
    below = [child for child in rows if begins(source, child.start_byte)]
    at = column(source, (below or [entry])[0].start_byte) + (0 if below else STEP)
    end = max(end_of(child) for child in entry.named_children if child.type != "period")
    text = cased(source, entry.start_byte, "\n" + " " * (at - 1) + f"FILE STATUS IS {name}")
    return Edit(source.path, Span(end, end), (text,))


def item(program: Program, part: Span, name: str) -> Edit:
    """The item, below the last entry of WORKING-STORAGE, its PICTURE where theirs are."""
    source = program.source
    section = next(
        node
        for node in program.tree.walk("working_storage_section")
        if part.start <= node.start_byte < part.end
    )
    last = source.line_column(end_of(section) - 1)[0]
    entries = [
        node
        for node in program.tree.walk("data_description")
        if section.start_byte <= node.start_byte < section.end_byte
    ]
    tops = [node for node in entries if level(program, node) in ("01", "1", "77")]
    pictures = [
        child
        for node in tops[::-1]
        for child in node.children
        if child.type == "picture_clause" and child.start_point[0] == node.start_point[0]
    ]
    at = column(source, tops[0].start_byte) if tops else 8 if source.format != "free" else 1
    gap = " " * 2
    if tops:
        shown = tops[-1].child_by_field_name("name")
        first = tops[-1].start_byte + len(level(program, tops[-1]))
        gap = " " * (shown.start_byte - first) if shown is not None else gap
    picture = column(source, pictures[0].start_byte) if pictures else PICTURE_COLUMN
    text = f"01{gap}{name}".ljust(picture - at - 1)
    row = line(source, at, f"{text} PIC X(02) VALUE SPACES.")
    return Edit(source.path, after_line(source, last), (cased(source, section.start_byte, row),))


def level(program: Program, node: Node) -> str:
    """The level-number of an entry."""
    found = node.child_by_field_name("level")
    return program.tree.text(found) if found is not None else ""


def files_of(program: Program, node: Node) -> set[str]:
    """The files a statement works on, by name or by the name of a record."""
    here = (node.start_byte, end_of(node))
    return {
        use.file
        for use in program.flow.files
        if use.origin.path == program.source.path
        and use.verb == verb(node)
        and here[0] <= use.origin.span.start < here[1]
        and innermost(program, use.origin.span, node)
    }


def innermost(program: Program, span: Span, node: Node) -> bool:
    """Whether a place belongs to a statement itself, not to one in its phrases."""
    found: Node | None = program.tree.root.descendant_for_byte_range(span.start, span.start + 1)
    while found is not None and found.type not in STATEMENTS:
        found = found.parent
    return found is not None and found.start_byte == node.start_byte


def verb(node: Node) -> str:
    """The verb of a statement."""
    return node.type.removesuffix("_statement").upper()


def check(program: Program, node: Node, file: FileEntry, name: str) -> Edit:
    """The test of the status behind a statement, and the branch where it failed."""
    at = margin_of(program, node)
    kinds = {child.type for child in node.children}
    handled = ("at_end_phrase" in kinds, "invalid_key_phrase" in kinds)
    blank = "\n" + " " * (at - 1)
    head = f"{blank}IF {name} (1:1) {UNHANDLED[handled]}"
    said = f"{verb(node)} OF {file.name} FAILED: "
    parts: Parts = (
        closing(program, node) + cased(program.source, node.start_byte, head),
        *branch(program, node, at + STEP, said, (name,)),
        cased(program.source, node.start_byte, f"{blank}END-IF"),
    )
    return Edit(program.source.path, place(node), parts)


FILE_STATUS = Recipe(
    "file-status",
    "gives files a FILE STATUS, and checks it after each of their statements",
    propose,
    "stated",
    (Option("file", "only this file"),),
)
