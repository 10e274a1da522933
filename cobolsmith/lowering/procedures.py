"""Paragraphs of a program, and which of them may simply be called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cobolsmith.languages.cobol.flow import Body, read_bodies
from cobolsmith.languages.cobol.reader import Unit
from cobolsmith.lowered import (
    Block,
    GoTo,
    GoToOneOf,
    Handler,
    Leave,
    Paragraph,
    Statement,
)
from cobolsmith.lowering.context import Context
from cobolsmith.lowering.control import last_of
from cobolsmith.lowering.debugging import for_debugging, has_debugging_mode
from cobolsmith.lowering.segments import home, with_entries
from cobolsmith.lowering.statements import sentence

_COMMENT = re.compile(rb"^(?:.{6}[*/]|\s*\*>)\s?(.*)$")
_MODES = {"I-O": "UPDATE"}
_BARE = re.compile(rb"^[\s*=/_.#+-]*$")


def bodies_of(context: Context, unit: Unit) -> tuple[Body, ...]:
    """The paragraphs and sections of a program with their sentences."""
    kinds = ("section", "paragraph", "sentence", "declaratives")
    divisions = [node for node in unit.nodes if node.type == "procedure_division"]
    loose = [node for node in unit.nodes if node.type in kinds]
    return tuple(read_bodies(context.reading, divisions, loose))


def read_procedures(
    context: Context, bodies: Sequence[Body]
) -> tuple[tuple[Paragraph, ...], int | None, tuple[Handler, ...], frozenset[int]]:
    """The paragraphs, where control starts, the USE procedures, and the paragraphs that never
    lead control elsewhere. A paragraph's position is that of its procedure; what stands before
    the first is at -1."""
    found = tuple(with_entries(context, _paragraphs(context, bodies)))
    handlers = tuple(_handlers(context, bodies))
    starts = [one.index for one in found if not one.declarative]
    direct = frozenset(one.index for one in found if not one.jumps)
    return found, (starts[0] if starts else None), handlers, direct


def _paragraphs(context: Context, bodies: Sequence[Body]) -> Iterator[Paragraph]:
    silent = _silent(context, bodies)
    for body in bodies:
        procedure = body.procedure
        if procedure is None and not body.sentences:
            continue
        context.procedure = procedure.index if procedure else None
        statements: list[Statement] = []
        section = home(context, context.procedure)
        for one in body.sentences if section not in silent else ():
            if any(child.type == "use_statement" for child in one.children):
                continue
            statements += sentence(context, one)
        index = procedure.index if procedure else -1
        if context.debugging is not None:
            statements[:0] = context.debugging.entered(index)
        block = tuple(statements)
        yield Paragraph(
            index,
            procedure.name if procedure else "MAIN-PROGRAM",
            procedure.name if procedure else "",
            block,
            procedure.section if procedure else None,
            _jumps(block, index),
            bool(procedure and procedure.declarative),
            _comment(context, body),
        )


def _silent(context: Context, bodies: Sequence[Body]) -> frozenset[int]:
    """The sections for debugging of a program WITHOUT DEBUGGING MODE: they are never run."""
    if has_debugging_mode(context):
        return frozenset()
    return frozenset(
        body.procedure.index
        for body in bodies
        if body.procedure is not None and for_debugging(context, body)
    )


def _handlers(context: Context, bodies: Sequence[Body]) -> Iterator[Handler]:
    silent = _silent(context, bodies)
    for body in bodies:
        if body.procedure is None or body.procedure.index in silent:
            continue
        procedure = context.program.procedures[body.procedure.index]
        if procedure.declarative and procedure.handles:
            uses = [
                child
                for one in body.sentences
                for child in one.children
                if child.type == "use_statement"
            ]
            words = context.reading.word(uses[0]).split() if uses else []
            if "DEBUGGING" in words or ("REPORTING" in words and "GLOBAL" not in words):
                continue
            if "REPORTING" in words:
                raise context.refused(uses[0], " ".join(words[:4]))
            about = tuple(context.file(one) or _MODES.get(one, one) for one in procedure.handles)
            last = last_of(context, procedure.index)
            yield Handler(about, procedure.index, last, "GLOBAL" in words)


def walk(block: Block) -> Iterator[Statement]:
    """All statements of a block, those inside others too."""
    for one in block:
        yield one
        for name in ("then", "otherwise", "body", "on_error", "step", "head"):
            inside = getattr(one, name, None)
            if isinstance(inside, tuple):
                yield from walk(inside)


def _jumps(block: Block, index: int) -> bool:
    """Whether a paragraph may lead control elsewhere than behind its end."""
    return any(
        isinstance(one, GoTo | GoToOneOf)
        or (isinstance(one, Leave) and one.what == "section" and one.paragraph != index)
        for one in walk(block)
    )


def _comment(context: Context, body: Body) -> tuple[str, ...]:
    """The comment lines right above a header."""
    procedure = body.procedure
    source = context.program.source
    if procedure is None or procedure.header.path != source.path:
        return ()
    lines = source.view[: procedure.header.span.start].split(b"\n")[:-1]
    found: list[str] = []
    for line in reversed(lines):
        comment = _COMMENT.match(line[:72].rstrip())
        if comment is None:
            break
        if not _BARE.match(comment[1]):
            found.append(comment[1].decode("ascii", "replace").strip(" *"))
    return tuple(reversed(found))
