"""CALLs with their parameters, and the constants that may reach an item (the name called)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from cobolsmith.dataflow import Call, Move, Parameter, Use
from cobolsmith.languages.cobol.statements import Operand, Statement
from cobolsmith.languages.cobol.uses import Uses
from cobolsmith.program import DataItem, Program
from cobolsmith.reserved import FIGURATIVE_CONSTANTS

_TRACED = frozenset(
    "MOVE SET INITIALIZE READ RETURN WRITE REWRITE RELEASE COMPUTE ADD SUBTRACT MULTIPLY DIVIDE "
    "STRING UNSTRING ACCEPT PERFORM".split()
)
"""Verbs all of whose writes are moves."""

_DEEPEST = 8
_TEXT = re.compile(r"^[A-Z]?(['\"])(.*)\1$", re.DOTALL | re.IGNORECASE)

Mode = Literal["REFERENCE", "CONTENT", "VALUE"]


@dataclass(frozen=True, slots=True)
class Constants:
    """The texts of literals that may stand in an item; `sure`: nothing else can."""

    values: tuple[str, ...]
    sure: bool


def calls(
    uses: Uses, statements: Sequence[tuple[int | None, Statement]], moves: Sequence[Move]
) -> Iterator[Call]:
    """The CALLs, CANCELs and user's functions of a program whose uses and moves are known."""
    program = uses.program
    known: dict[int, Constants] = {}
    for procedure, statement in statements:
        if program.functions:
            yield from _functions(uses, procedure, statement)
        for operand in _called(statement):
            index, name, reached = None, "", Constants((), False)
            if operand.kind == "literal":
                name = unquoted(uses.reading.tree.text(operand.node)).upper()
                reached = Constants((name,), True)
            else:
                name = operand.name
                found = uses.item(operand)
                if found is not None and not found[0]:
                    index = found[1].index
                    if index not in known:
                        known[index] = constants(program, uses.uses, moves, found[1], uses.executed)
                    reached = known[index]
            yield Call(
                name,
                index,
                tuple(dict.fromkeys(value.upper().strip() for value in reached.values)),
                reached.sure,
                uses.reading.origin(operand.node),
                statement.verb,
                procedure,
                tuple(_parameters(uses, statement)),
                _returning(uses, statement),
            )


def _functions(uses: Uses, procedure: int | None, statement: Statement) -> Iterator[Call]:
    """The user's functions (REPOSITORY) that a statement uses, with FUNCTION or without."""
    for operand in statement.operands:
        if operand.kind in ("function", "name") and operand.name in uses.program.functions:
            origin = uses.reading.origin(operand.node)
            name = operand.name
            yield Call(name, None, (name,), True, origin, "FUNCTION", procedure)


def _called(statement: Statement) -> list[Operand]:
    """What names a program: of CALL and CANCEL, and of SET ... TO ENTRY."""
    if statement.kind in ("call_statement", "cancel_statement"):
        return statement.at("program")
    if statement.kind == "set_statement":
        return [one for one in statement.operands if one.where == "entry_operand"]
    return []


def _parameters(uses: Uses, statement: Statement) -> Iterator[Parameter]:
    mode: Mode = "REFERENCE"
    position = 0
    for operand in statement.operands:
        if operand.where != "argument" or operand.inside in ("subscript", "argument"):
            continue  # an argument of a function is none of the CALL
        if operand.field == "mode":
            mode = _mode(operand.name)
        elif operand.field == "value" and operand.kind in ("name", "literal", "word", "function"):
            found = uses.item(operand) if operand.kind == "name" else None
            literal = uses.reading.tree.text(operand.node) if operand.kind == "literal" else ""
            origin = uses.reading.origin(operand.node)
            owner, item = found if found else ("", None)
            index = item.index if item else None
            yield Parameter(position, mode, index, literal, origin, owner)
            position += 1


def _mode(word: str) -> Mode:
    return "CONTENT" if word == "CONTENT" else "VALUE" if word == "VALUE" else "REFERENCE"


def _returning(uses: Uses, statement: Statement) -> int | None:
    for operand in statement.at("returning"):
        found = uses.item(operand) if operand.kind == "name" else None
        if found is not None and not found[0]:
            return found[1].index
    return None


def unquoted(literal: str) -> str:
    """The text of an alphanumeric literal; another literal as it stands."""
    match = _TEXT.match(literal)
    return match[2].replace(match[1] * 2, match[1]) if match else literal


def constants(
    program: Program,
    uses: Sequence[Use],
    moves: Sequence[Move],
    item: DataItem,
    executed: frozenset[str] | set[str] = frozenset(),
) -> Constants:
    """The literals that reach an item: its VALUE, and what MOVE and SET put there, through other
    items too. Figurative constants don't count. `executed` are names that EXEC blocks may set."""
    return _Trace(program, uses, moves, executed).reach(item, ())


@dataclass(slots=True)
class _Trace:
    program: Program
    uses: Sequence[Use]
    moves: Sequence[Move]
    executed: frozenset[str] | set[str]

    def reach(self, item: DataItem, path: tuple[int, ...]) -> Constants:
        if item.index in path:
            return Constants((), True)
        if len(path) >= _DEEPEST:
            return Constants((), False)
        values = [unquoted(value) for value in _own_values(item)]
        related = {one.index for one in self.program.over(item.index)}
        related |= {one.index for one in self.program.below(item.index)}
        sure = self._is_closed(item, related)
        for move in self.moves:
            if move.receiver_owner or move.receiver not in (item.index, *related):
                continue
            if move.sender is None and move.literal in FIGURATIVE_CONSTANTS:
                continue
            if move.verb == "INITIALIZE" and not move.literal and move.sender is None:
                continue
            if move.receiver != item.index or move.computed:
                sure = False
            elif move.literal:
                values.append(unquoted(move.literal))
            elif move.sender is not None and not move.owner:
                sender = self.reach(self.program.items[move.sender], (*path, item.index))
                values.extend(sender.values)
                sure = sure and sender.sure
            else:
                sure = False
        return Constants(tuple(dict.fromkeys(values)), sure and bool(values))

    def _is_closed(self, item: DataItem, related: set[int]) -> bool:
        """Whether only moves write an item."""
        record = self.program.record(item.index)
        if record.section in ("LINKAGE", "FILE", "SCREEN") or record.external or record.global_:
            return False
        touched = {item.index, *related}
        if any(self.program.items[index].name in self.executed for index in touched):
            return False
        for use in self.uses:
            if use.owner or use.item not in touched:
                continue
            if use.role == "passes" or (use.role == "writes" and use.verb not in _TRACED):
                return False
        return True


def _own_values(item: DataItem) -> Iterator[str]:
    for value in item.values[:1]:
        if isinstance(value, str) and value.upper() not in FIGURATIVE_CONSTANTS:
            yield value
