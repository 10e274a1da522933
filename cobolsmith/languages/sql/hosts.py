"""Host variables of a statement: which data items they mean, and which way the value goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cobolsmith.executed import Block
from cobolsmith.languages.sql.statement import Direction, HostVariable
from cobolsmith.languages.sql.tokens import (
    Token,
    closing,
    find,
    is_operator,
    top_level,
    words_at,
)
from cobolsmith.program import Ambiguous, DataItem, Problem, Program, Undefined


@dataclass(frozen=True, slots=True)
class Hosts:
    """The host variables of one statement by the position of their token, and what is unknown."""

    by_token: dict[int, HostVariable]
    unknowns: tuple[Problem, ...]

    def slots(self, tokens: Sequence[int]) -> list[tuple[HostVariable, DataItem | None]]:
        """Each value that these variables stand for: a host structure counts once a member."""
        found: list[tuple[HostVariable, DataItem | None]] = []
        for token in tokens:
            host = self.by_token[token]
            found.extend((host, member) for member in host.members or (host.item,))
        return found


def read_hosts(program: Program, block: Block, found: Sequence[Token], kind: str) -> Hosts:
    """The host variables among a statement's tokens."""
    given = _given(found, kind)
    by_token: dict[int, HostVariable] = {}
    unknowns: list[Problem] = []
    for at, mark in _variables(found):
        token = found[at]
        how: Direction = given.get(at, "in")
        item = _resolve(program, block, token, unknowns)
        host = HostVariable(token.text, item, how, block.at(token.start, token.end))
        if item is not None:
            host = replace(host, members=tuple(_members(program, item)))
        if mark is not None:
            about = _resolve(program, block, found[mark], unknowns)
            host = replace(host, indicator=found[mark].text, indicator_item=about)
        by_token[at] = host
    return Hosts(by_token, tuple(unknowns))


def _variables(found: Sequence[Token]) -> Iterator[tuple[int, int | None]]:
    """The positions of host variables, each with its indicator variable's."""
    at = 0
    while at < len(found):
        if found[at].kind != "host":
            at += 1
            continue
        mark = at + 1 + words_at(found, at + 1, "INDICATOR")
        if mark < len(found) and found[mark].kind == "host":
            yield at, mark
            at = mark + 1
        else:
            yield at, None
            at += 1


def _resolve(
    program: Program, block: Block, token: Token, unknowns: list[Problem]
) -> DataItem | None:
    """The data item of `:NAME` or `:GROUP.NAME`."""
    *holders, name = token.text.split(".")
    item = program.resolve(name, tuple(reversed(holders)))
    if isinstance(item, DataItem):
        return item
    why = "is not defined"
    if isinstance(item, Ambiguous):
        why = f"is the name of {len(item.candidates)} items"
    elif isinstance(item, Undefined) and any(
        problem.kind == "missing copybook" for problem in program.problems
    ):
        why = "is not defined, and a copybook is missing"
    place = block.at(token.start, token.end)
    unknowns.append(Problem("host variable", f":{token.text} {why}", place, "define or correct it"))
    return None


def _members(program: Program, item: DataItem) -> Iterator[DataItem]:
    """The values of a host structure in order; an elementary item or VARCHAR is one value."""
    if not item.children or _is_varying(program, item):
        yield item
        return
    for child in program.children(item):
        if child.redefines is None and child.name:
            yield from _members(program, child)


def _is_varying(program: Program, item: DataItem) -> bool:
    return all(child.level == 49 for child in program.children(item))


# --- Which way ---


def _given(found: Sequence[Token], kind: str) -> dict[int, Direction]:
    """The positions of the variables that get a value from the statement."""
    if kind in ("select", "fetch", "values", "describe", "execute", "prepare"):
        return dict.fromkeys(into_tokens(found), "out")
    if kind in ("set", "get-diagnostics"):
        return dict.fromkeys(_assigned(found), "out")
    if kind == "associate-locators":
        return {at: "out" for at, token in enumerate(found) if token.kind == "host"}
    if kind == "call":
        return {at: "inout" for at, token in enumerate(found) if token.kind == "host"}
    return {}


def into_range(found: Sequence[Token]) -> tuple[int, int]:
    """The positions after INTO up to what ends its list; (0, 0) where there is no INTO."""
    start = find(found, "INTO")
    if start < 0:
        return 0, 0
    for at in top_level(found, start + 1):
        token = found[at]
        ends = token.kind == "word" and token.text in ("FROM", "USING", "WHERE", "FOR", "ORDER")
        if ends or is_operator(token, "=", "?"):
            return start + 1, at
    return start + 1, len(found)


def into_tokens(found: Sequence[Token]) -> list[int]:
    """The positions of the variables of an INTO list, indicators left out."""
    start, end = into_range(found)
    return [at for at, _ in _variables(found) if start <= at < end]


def _assigned(found: Sequence[Token]) -> Iterator[int]:
    """SET :A = ..., :B = ... or SET (:A, :B) = ...: the variables before an equals sign."""
    at = 0
    while at < len(found):
        token = found[at]
        after = at + 1
        if is_operator(token, "("):
            after = closing(found, at) + 1
        if after < len(found) and is_operator(found[after], "="):
            yield from (index for index in range(at, after) if found[index].kind == "host")
            at = after
        elif token.kind == "host" and after < len(found) and found[after].kind == "host":
            if after + 1 < len(found) and is_operator(found[after + 1], "="):
                yield at
            at = after + 1
        else:
            at += 1
