"""SQLCODE and RESP: what Db2 and CICS answer is looked at after each statement.

    EXEC SQL UPDATE ... END-EXEC.      ->   EXEC SQL UPDATE ... END-EXEC
                                            IF SQLCODE < ZERO
                                                DISPLAY 'UPDATE FAILED, SQLCODE ' SQLCODE
                                                ...

Errors end the run; a row that isn't there (+100) and warnings go on as they did. SQL and CICS are
answered by mocks, so that both sides are run: what succeeds must go on as it did.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cobolsmith.plan import Edit, Plan
from cobolsmith.program import Program
from cobolsmith.recipe import Proposal, Recipe, Setting, each_program
from cobolsmith.recipes.handling.handler import FAILED, STEP, Parts, branch, margin_of, place
from cobolsmith.source import Span
from cobolsmith.writing import cased

if TYPE_CHECKING:
    from tree_sitter import Node

EXECUTED = frozenset("SELECT INSERT UPDATE DELETE MERGE FETCH OPEN".split())
SQL_CODES = frozenset(("SQLCODE", "SQLSTATE", "SQLCA", "SQLERRD", "SQLWARN0"))
CICS_CODES = frozenset(("EIBRESP", "EIBRESP2", "EIBRCODE"))
ABEND = "EXEC CICS ABEND ABCODE('RESP') END-EXEC"
_RESP = re.compile(r"\bRESP\s*\(\s*([A-Z0-9-]+)\s*\)", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z0-9][\w-]*")


def sqlcode(setting: Setting) -> Proposal:
    """One plan a program: a test of SQLCODE after each statement that has none."""
    return each_program(setting, sqlcode_of)


def sqlcode_of(program: Program, part: Span) -> Proposal:
    """The tests that a program lacks; none where WHENEVER sets what happens."""
    blocks = executed(program, part, "SQL")
    if any(re.match(r"\s*WHENEVER\b", text, re.IGNORECASE) for _, text in blocks):
        return Proposal()
    edits = []
    for nth, (node, text) in enumerate(blocks):
        verb = (_WORD.findall(text) or [""])[0].upper()
        following = blocks[nth + 1][0] if nth + 1 < len(blocks) else None
        if verb in EXECUTED and not looked_at(program, node, following, SQL_CODES):
            said = f"{verb} FAILED, SQLCODE "
            edits.append(test(program, node, "SQLCODE < ZERO", said, ("SQLCODE",)))
    return planned(program, edits, "SQLCODE", (FAILED,))


def resp(setting: Setting) -> Proposal:
    """One plan a program: a test of RESP's item after each command that has none."""
    return each_program(setting, resp_of)


def resp_of(program: Program, part: Span) -> Proposal:
    """The tests that a program lacks."""
    blocks = executed(program, part, "CICS")
    edits = []
    for nth, (node, text) in enumerate(blocks):
        found = _RESP.search(text)
        following = blocks[nth + 1][0] if nth + 1 < len(blocks) else None
        if found is None:
            continue
        name = found[1].upper()
        if not looked_at(program, node, following, CICS_CODES | {name}):
            edits.append(abend(program, node, f"{name} NOT = DFHRESP(NORMAL)"))
    return planned(program, edits, "RESP", (ABEND,))


def planned(
    program: Program, edits: list[Edit], what: str, branches: tuple[str, ...] = ()
) -> Proposal:
    """The edits as one plan."""
    if not edits:
        return Proposal()
    title = f"{len(edits)} tests of {what} in {program.name}"
    reasons = ("what had succeeded goes on as it did",)
    return Proposal((Plan(title, tuple(edits), reasons, branches=branches),))


def executed(program: Program, part: Span, dialect: str) -> list[tuple[Node, str]]:
    """The program's own EXEC blocks of a dialect among its statements, with their text."""
    tree, found = program.tree, []
    for node in tree.walk("exec_statement"):
        name, text = node.child_by_field_name("dialect"), node.child_by_field_name("text")
        inside = part.start <= node.start_byte < part.end
        if name is None or text is None or not inside or not procedural(node):
            continue
        if tree.text(name).upper() == dialect:
            found.append((node, tree.text(text)))
    return found


def procedural(node: Node) -> bool:
    """Whether a block stands among statements, not among data."""
    at = node.parent
    while at is not None and at.type not in ("sentence", "data_division"):
        at = at.parent
    return at is not None and at.type == "sentence"


def looked_at(program: Program, node: Node, following: Node | None, names: frozenset[str]) -> bool:
    """Whether one of these names stands between a block and the next (or the paragraph's end), or
    in a procedure that is performed or gone to from there."""
    source = program.source
    here = program.procedure_at(source.path, node.start_byte)
    end = here.origin.span.end if here is not None else len(source.view)
    if following is not None:
        end = min(end, following.start_byte)
    if named(program, node.end_byte, end, names):
        return True
    for edge in program.edges:
        near = edge.origin.path == source.path
        if near and node.end_byte <= edge.origin.span.start < end and edge.target is not None:
            there = program.procedures[edge.target].origin
            if there.path != source.path or named(program, *there.span, names):
                return True
    return False


def named(program: Program, start: int, end: int, names: frozenset[str]) -> bool:
    """Whether a name stands in a stretch of the source."""
    text = program.source.view[start:end].decode("ascii")
    return any(word.upper() in names for word in _WORD.findall(text))


def test(program: Program, node: Node, condition: str, said: str, shown: tuple[str, ...]) -> Edit:
    """An IF behind a block, with a branch that ends the run."""
    at = margin_of(program, node)
    blank = "\n" + " " * (at - 1)
    parts: Parts = (
        cased(program.source, node.start_byte, f"{blank}IF {condition}"),
        *branch(program, node, at + STEP, said, shown),
        cased(program.source, node.start_byte, f"{blank}END-IF"),
    )
    return Edit(program.source.path, place(node), parts)


def abend(program: Program, node: Node, condition: str) -> Edit:
    """An IF behind a command; CICS has no console to show a message on, so the task is ended."""
    at = margin_of(program, node)
    blank, inner = "\n" + " " * (at - 1), "\n" + " " * (at + STEP - 1)
    rows = f"{blank}IF {condition}{inner}{ABEND}{blank}END-IF"
    return Edit(program.source.path, place(node), (cased(program.source, node.start_byte, rows),))


SQLCODE_CHECK = Recipe(
    "sqlcode-check",
    "looks at SQLCODE after each SQL statement that nothing looks at",
    sqlcode,
    "stated",
)
RESP_CHECK = Recipe(
    "resp-check",
    "looks at RESP after each CICS command that nothing looks at",
    resp,
    "stated",
)
