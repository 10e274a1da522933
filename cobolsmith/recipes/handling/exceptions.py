"""Exception phrases: AT END, INVALID KEY and ON SIZE ERROR where nothing takes what they would.

    READ CARDS.                            READ CARDS
                                    ->         AT END
                                                   DISPLAY 'END OF CARDS'
                                                   ...
                                           END-READ.

A READ gets its phrase where the file has neither a status nor a USE procedure: there the runtime
ends the program. Arithmetic gets ON SIZE ERROR only where `--at` names it: most of it can't
overflow.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cobolsmith.errors import UsageError
from cobolsmith.plan import Edit, Plan
from cobolsmith.program import FileEntry, Program
from cobolsmith.recipe import Option, Proposal, Recipe, Setting, each_program
from cobolsmith.recipes.handling.handler import FAILED, STEP, branch, closed, end_of, margin_of
from cobolsmith.source import Source, Span
from cobolsmith.writing import cased

if TYPE_CHECKING:
    from tree_sitter import Node

ARITHMETIC = tuple(f"{verb}_statement" for verb in "add subtract multiply divide compute".split())
KEYED = ("read_statement", "write_statement", "rewrite_statement", "delete_statement",
         "start_statement")  # fmt: skip


def propose(setting: Setting) -> Proposal:
    """One plan a program, or the one statement that `--at` names."""
    at = setting.place("at") if setting.text("at") else None
    found = each_program(setting, lambda program, part: of_program(program, part, at))
    if at and not found.plans and not any(phrased(setting, *at)):
        remedy = "name the line where the statement begins"
        raise UsageError(
            "no statement here takes such a phrase", where=setting.text("at"), remedy=remedy
        )
    return found


def phrased(setting: Setting, source: Source, number: int) -> Iterator[Node]:
    """The statements of a line that have their phrase already."""
    for node in setting.programs(source)[0].tree.walk(*ARITHMETIC, *KEYED):
        if source.line_column(node.start_byte)[0] == number and has_phrase(node):
            yield node


def of_program(program: Program, part: Span, at: tuple[Source, int] | None) -> Proposal:
    """The phrases that a program's statements lack."""
    source = program.source
    edits, reasons = [], []
    for node in program.tree.walk(*ARITHMETIC, *KEYED):
        if not part.start <= node.start_byte < part.end or has_phrase(node) or node.has_error:
            continue
        number = source.line_column(node.start_byte)[0]
        if at is not None and (at[0].path != source.path or at[1] != number):
            continue
        lacking = phrase(program, node, at is not None)
        if lacking:
            words, said, shown = lacking
            edits.append(phrase_edit(program, node, words, said, shown))
            reasons.append(f"line {number}: {words}: {said.lower()}")
    if not edits:
        return Proposal()
    title = f"{len(edits)} exception phrases in {program.name}"
    return Proposal((Plan(title, tuple(edits), tuple(reasons), branches=(FAILED,)),))


def has_phrase(node: Node) -> bool:
    """Whether a statement has a phrase that holds statements."""
    return any(
        child.type.endswith("_phrase") and any(c.type == "block" for c in child.children)
        for child in node.children
    )


def phrase(program: Program, node: Node, asked: bool) -> tuple[str, str, tuple[str, ...]] | None:
    """The phrase a statement lacks: its words, the message, the items shown; None for none."""
    if node.type in ARITHMETIC:
        names = receivers(program, node) if asked else ()
        said = f"{verb(node)}: TOO LARGE FOR {', '.join(names)}"
        return ("ON SIZE ERROR", said, ()) if names else None
    file = file_of(program, node)
    if file is None or file.status or any(one.handles for one in program.procedures):
        return None
    keyed = file.organization in ("INDEXED", "RELATIVE")
    words = [child.type for child in node.children]
    direct = keyed and (
        file.access == "RANDOM" or (file.access == "DYNAMIC" and "NEXT" not in words)
    )
    if node.type == "read_statement" and not direct:
        return "AT END", f"END OF {file.name}", ()
    if keyed:
        name = key_of(file)
        return "INVALID KEY", f"{verb(node)} OF {file.name}: INVALID KEY ", name
    return None


def key_of(file: FileEntry) -> tuple[str, ...]:
    """The key that a message shows."""
    name = file.record_key or file.relative_key
    return (name,) if name else ()


def receivers(program: Program, node: Node) -> tuple[str, ...]:
    """The items that an arithmetic statement changes."""
    fields = ("giving", "target", "to", "from", "by", "into")
    for name in fields:
        found = node.children_by_field_name(name)
        named = [
            " ".join(program.tree.text(one).split())
            for one in found
            if one.type == "qualified_name"
        ]
        if named:
            return tuple(named)
    return ()


def file_of(program: Program, node: Node) -> FileEntry | None:
    """The file that a statement works on, by its own name or that of a record."""
    for use in program.flow.files:
        inside = node.start_byte <= use.origin.span.start < end_of(node)
        if use.origin.path == program.source.path and inside:
            return program.file(use.file)
    return None


def verb(node: Node) -> str:
    """The verb of a statement."""
    return node.type.removesuffix("_statement").upper()


def phrase_edit(
    program: Program, node: Node, words: str, said: str, shown: tuple[str, ...]
) -> Edit:
    """The phrase with its branch, and END-x where the statement has none."""
    source = program.source
    at = margin_of(program, node)
    before = last_before_terminator(node)
    head = cased(source, node.start_byte, f"\n{' ' * (at + STEP - 1)}{words}")
    parts = (head, *branch(program, node, at + 2 * STEP, said, shown))
    if not closed(node):
        end = f"\n{' ' * (at - 1)}END-{verb(node)}"
        parts = (*parts, cased(source, node.start_byte, end))
    return Edit(source.path, Span(before, before), parts)


def last_before_terminator(node: Node) -> int:
    """Where the statement's own words end, END-x aside."""
    inner = [child for child in node.children if child.type != "terminator"]
    return max(end_of(child) for child in inner)


EXCEPTIONS = Recipe(
    "exception-phrases",
    "AT END, INVALID KEY (and ON SIZE ERROR where named) for what nothing takes",
    propose,
    "stated",
    (Option("at", "FILE:LINE of one statement; needed for ON SIZE ERROR"),),
)
