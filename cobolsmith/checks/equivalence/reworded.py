"""Runs in which a value that only the new side tells stands for one that both tell.

A change that adds `WHEN 'ACCOUNTS'` beside `WHEN 'MASTER'` is shown by what people give the program
with MASTER, once it says ACCOUNTS there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cobolsmith.checks.equivalence.runs import Run
from cobolsmith.checks.equivalence.shape import Records
from cobolsmith.program import Program

if TYPE_CHECKING:
    from tree_sitter import Node

MOST = 12
"""Runs made, at most."""
_AROUND = ("evaluate_statement", "data_description", "condition", "if_statement")


def reworded(old: Program, new: Program, given: Sequence[Run]) -> tuple[Run, ...]:
    """Children of runs with a literal of the new side in the place of one told beside it."""
    known = {text for text, _ in _literals(old)}
    found: list[Run] = []
    for text, node in _literals(new):
        if text not in known:
            for other in _beside(node):
                found += _children(other.encode("latin-1"), text.encode("latin-1"), given)
    return tuple(dict.fromkeys(found))[:MOST]


def _literals(program: Program) -> Iterator[tuple[str, Node]]:
    tree = program.expanded
    assert tree is not None
    for node in tree.walk("string_literal"):
        yield tree.text(node)[1:-1], node


def _beside(node: Node) -> Iterator[str]:
    """The literals that the same condition-name, relation or EVALUATE tells."""
    at: Node | None = node
    seen = {_text(node)}
    while at is not None:
        if at.type in _AROUND:
            for one in _leaves(at):
                if one.type == "string_literal" and _text(one) not in seen:
                    seen.add(_text(one))
                    yield _text(one)
        at = at.parent


def _leaves(node: Node) -> Iterator[Node]:
    """The leaves of conditions: bodies of WHEN and IF hold other things."""
    for child in node.children:
        if child.type.endswith("_statement") or child.type == "block":
            continue
        yield child
        yield from _leaves(child)


def _text(node: Node) -> str:
    return (node.text or b"").decode("latin-1")[1:-1]


def _children(old: bytes, new: bytes, given: Sequence[Run]) -> Iterator[Run]:
    """In each run, where the old value stands: first, last, and everywhere."""
    if not old.strip():
        return
    for run in given:
        said = f"{run.name}; {new.decode('latin-1')} for {old.decode('latin-1')}"
        for select, records in run.files:
            for rows in _reworded(old, new, records):
                files = tuple((name, rows if name == select else own) for name, own in run.files)
                yield replace(run, name=said, files=files, recorded=False)
        for rows in _reworded(old, new, run.stdin):
            lines = tuple(row for row in rows if row is not None)
            yield replace(run, name=said, stdin=lines, recorded=False)


def _reworded(old: bytes, new: bytes, records: Records) -> Iterator[Records]:
    word = re.compile(rb"(?<![A-Za-z0-9])" + re.escape(old) + rb"(?![A-Za-z0-9])")
    places = [at for at, one in enumerate(records) if one is not None and word.search(one)]
    pattern = word if places else re.compile(re.escape(old))
    places = places or [at for at, one in enumerate(records) if one is not None and old in one]
    for chosen in dict.fromkeys((tuple(places[:1]), tuple(places[-1:]), tuple(places))):
        if chosen:
            yield tuple(
                _fitted(pattern.sub(lambda _: new, one), len(one))
                if at in chosen and one is not None
                else one
                for at, one in enumerate(records)
            )


def _fitted(record: bytes, size: int) -> bytes:
    """A record of its old length, as far as blanks at its end allow."""
    return record.rstrip(b" ").ljust(size) if len(record) > size else record.ljust(size)
