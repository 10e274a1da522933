"""From a program to its CICS commands: names, options, labels, responses and ties."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from cobolsmith.executed import Block
from cobolsmith.languages.cics.command import CicsCommand, CicsOption, Handled
from cobolsmith.languages.cics.handling import Responses
from cobolsmith.languages.cics.options import Options, command_name
from cobolsmith.languages.cics.ties import ties
from cobolsmith.languages.cics.words import words
from cobolsmith.languages.embedded import blocks
from cobolsmith.program import Problem, Procedure, Program


def read_cics(program: Program) -> tuple[CicsCommand, ...]:
    """The EXEC CICS commands of a program and its copybooks, in the order of their text.

    What isn't understood is in each command's `unknowns`; it never raises for a bad command.
    """
    found = [_command(program, block) for block in blocks(program, "CICS")]
    if not found:
        return ()
    executed = frozenset(
        option.item.name
        for one in found
        for option in one.options
        if option.item is not None and option.how in ("out", "inout")
    )
    responses = Responses.of(program)
    return tuple(
        replace(
            one,
            handling=responses.handling(one, _following(found, at), _is_handled(found, at)),
            ties=tuple(ties(program, one.name, one.options, executed)),
        )
        for at, one in enumerate(found)
    )


def _command(program: Program, block: Block) -> CicsCommand:
    found = words(block.text)
    if not found:
        problem = Problem("command", "nothing between EXEC CICS and END-EXEC", block.origin)
        return CicsCommand("", (), block.origin, block.procedure, unknowns=(problem,))
    name = command_name(found)
    unknowns: list[Problem] = []
    if not name:
        said = " ".join(word.text for word in found[:2])
        unknowns.append(Problem("command", f"no known CICS command: {said}", block.origin))
        return CicsCommand(
            found[0].text, (), block.origin, block.procedure, unknowns=tuple(unknowns)
        )
    options = tuple(Options(program, block, name, unknowns).read(found))
    labels = tuple(_labels(program, block, name, options, unknowns))
    return CicsCommand(
        name,
        options,
        block.origin,
        block.procedure,
        next((one.item for one in options if one.name == "RESP"), None),
        next((one.item for one in options if one.name == "RESP2"), None),
        any(one.name == "NOHANDLE" for one in options),
        labels=labels,
        unknowns=tuple(unknowns),
    )


def _labels(
    program: Program,
    block: Block,
    name: str,
    options: Sequence[CicsOption],
    unknowns: list[Problem],
) -> Iterator[Handled]:
    """Where HANDLE and IGNORE lead; a label that is no procedure is an unknown."""
    if name not in ("HANDLE CONDITION", "HANDLE AID", "HANDLE ABEND", "IGNORE CONDITION"):
        return
    for option in options:
        if option.name in ("RESP", "RESP2", "NOHANDLE", "PROGRAM", "CANCEL", "RESET"):
            continue
        condition = "ABEND" if name == "HANDLE ABEND" else option.name
        if option.argument is None:
            yield Handled(condition, "", None, option.origin)
            continue
        label = option.argument.upper()
        target = program.resolve_procedure(label, within=block.procedure)
        if not isinstance(target, Procedure):
            what = f"{option.name}({label}): {label} is no section or paragraph"
            unknowns.append(Problem("label", what, option.origin))
        index = target.index if isinstance(target, Procedure) else None
        yield Handled(condition, label, index, option.origin)


def _following(found: Sequence[CicsCommand], at: int) -> int | None:
    """Where the next command of the same file begins."""
    path = found[at].origin.path
    later = (one.origin.span.start for one in found[at + 1 :] if one.origin.path == path)
    return next(later, None)


def _is_handled(found: Sequence[CicsCommand], at: int) -> bool:
    """Whether a HANDLE CONDITION above in the text, or in another paragraph, may take it."""
    return any(
        one.name == "HANDLE CONDITION" and any(label.label for label in one.labels)
        for one in found
        if one.procedure != found[at].procedure
        or one.origin.span.start < found[at].origin.span.start
    )
