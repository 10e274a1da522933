"""The names that statements use, and the data flow of a program."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from cobolsmith.dataflow import DataFlow, Move
from cobolsmith.languages.cobol.calls import calls
from cobolsmith.languages.cobol.declared import read_declared, read_header
from cobolsmith.languages.cobol.flow import Said
from cobolsmith.languages.cobol.moves import moves
from cobolsmith.languages.cobol.reading import Reading
from cobolsmith.languages.cobol.uses import Uses
from cobolsmith.program import Program, Reference

if TYPE_CHECKING:
    from tree_sitter import Node

_WORD = re.compile(r"[A-Z0-9][A-Z0-9_-]*")
_READ_OPTION = re.compile(
    r"\b(?:PROGRAM|TRANSID|MAP|MAPSET|FILE|DATASET|QUEUE|QNAME|CHANNEL|CONTAINER|LENGTH|RIDFLD)"
    r"\s*\(\s*[A-Z0-9-]+"
)


def read_flow(
    reading: Reading,
    program: Program,
    said: Sequence[Said],
    entries: Iterable[Node],
    divisions: Iterable[Node],
    tables: Iterable[tuple[int | None, Node]],
) -> tuple[tuple[Reference, ...], DataFlow]:
    """Every name used, and what is done with it; data-names that don't exist are problems.

    `entries` are the SELECT entries, `divisions` the procedure divisions, `tables` the file and
    data descriptions that may name items.
    """
    texts = [one.statement for one in said if one.statement.kind == "exec_statement"]
    uses = Uses(reading, program, bool(texts))
    for statement in texts:
        uses.executed.update(_may_be_set(reading.word(statement.node)))
    read_declared(reading, uses, entries, tables)
    for division in divisions:
        read_header(reading, uses, division)
    found: list[Move] = []
    for one in said:
        uses.take(one.statement, one.procedure)
        found.extend(moves(uses, one.statement, one.procedure))
    pairs = [(one.procedure, one.statement) for one in said]
    flow = DataFlow(
        tuple(uses.uses),
        tuple(found),
        tuple(uses.files),
        tuple(calls(uses, pairs, found)),
        tuple(uses.unknowns),
    )
    return tuple(uses.references), flow


def _may_be_set(text: str) -> Iterator[str]:
    """The words of an EXEC block, those aside that its options only read."""
    yield from _WORD.findall(_READ_OPTION.sub("", text))
