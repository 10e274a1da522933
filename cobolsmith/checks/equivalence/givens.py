"""What a program can be given, read from its files, ACCEPTs, parameters and CALLs."""

from __future__ import annotations

from collections.abc import Iterable

from cobolsmith.checks.equivalence.domains import Domains, domains, numbers
from cobolsmith.checks.equivalence.inputs import Inputs
from cobolsmith.checks.equivalence.shape import Field, FileShape
from cobolsmith.checks.equivalence.sides import Built
from cobolsmith.checks.equivalence.views import views
from cobolsmith.program import DataItem, Program

_OPERATIONS = {
    "opens-input": "open",
    "opens-output": "open",
    "opens-io": "open",
    "opens-extend": "open",
    "reads": "read",
    "writes": "write",
    "rewrites": "rewrite",
    "deletes": "delete",
    "starts": "start",
    "closes": "close",
}
_GIVEN = frozenset(("opens-input", "opens-io", "opens-extend", "sorts"))
_LOOKED = frozenset(("tests", "compares", "subscripts", "reads", "keys", "sorts"))


def inputs_of(built: Built, others: Iterable[Program] = ()) -> Inputs:
    """The inputs of a built side; literals of `others` (the new side) are values to try, too."""
    program = built.program
    given = {one.file for one in program.flow.files if one.how in _GIVEN}
    shapes = tuple(shape for select, shape in built.shapes.items() if select in given)
    found = domains(program)
    for other in others:
        _borrow(found, program, other)
    operations = {
        (one.file, _OPERATIONS[one.how]) for one in program.flow.files if one.how in _OPERATIONS
    }
    return Inputs(
        program,
        found,
        views(program),
        tuple(numbers((program, *others))),
        shapes,
        accepts(program),
        built.parameters,
        tuple((module, arguments(program, module)) for module in built.mocked),
        tuple(sorted(one for one in operations if one[0] in built.shapes)),
        frozenset(looked(program)),
        frozenset(_keyed(built, shapes, found)),
    )


def _keyed(built: Built, shapes: Iterable[FileShape], found: Domains) -> Iterable[int]:
    """The domains that items of more than one input file are in."""
    seen: dict[int, set[str]] = {}
    for shape in shapes:
        for record in shape.records:
            for item in built.program.below(record):
                if item.picture is not None and item.length > 1:
                    seen.setdefault(found.root(item.index), set()).add(shape.select)
    return (root for root, files in seen.items() if len(files) > 1)


def _borrow(found: Domains, program: Program, other: Program) -> None:
    """Add the values that the other program's conditions ask for, by name."""
    theirs = domains(other)
    own = {item.name: item.index for item in program.items if item.name and item.level != 88}
    for item in other.items:
        if item.name in own and item.level != 88:
            for value in theirs.values.get(item.index, ()):
                found.add(own[item.name], value)


def accepts(program: Program) -> tuple[Field, ...]:
    """The items that ACCEPT fills from the console."""
    found = []
    for use in program.flow.uses:
        if use.role == "accepts" and not use.owner:
            item = program.items[use.item]
            one = Field(item.name, item.index, 0, item.length, item.picture, item.usage, item.sign)
            found.append(one)
    return tuple(dict.fromkeys(found))


def arguments(program: Program, module: str) -> tuple[int, ...]:
    """The items a CALL of a module passes by reference, by position; -1 where there is none."""
    for call in program.flow.calls:
        if module in call.targets:
            ordered = sorted(call.parameters, key=lambda one: one.position)
            return tuple(
                one.item
                if one.item is not None and one.mode == "REFERENCE" and not one.owner
                else -1
                for one in ordered
            )
    return ()


def looked(program: Program) -> Iterable[int]:
    """The items whose values statements look at: rather these are varied than the others."""
    for use in program.flow.uses:
        if use.role in _LOOKED:
            yield use.item
            item: DataItem = program.items[use.item]
            yield from (one.index for one in program.below(item.index))
            if item.level == 88 and item.parent is not None:
                yield item.parent
