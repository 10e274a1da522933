"""What a program can be given, read from its files, ACCEPTs, parameters and CALLs."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from cobolsmith.checks.equivalence.accepts import accepts
from cobolsmith.checks.equivalence.domains import Domains, domains, numbers
from cobolsmith.checks.equivalence.inputs import Inputs
from cobolsmith.checks.equivalence.shape import FileShape
from cobolsmith.checks.equivalence.sides import Built
from cobolsmith.checks.equivalence.tasks import keys_of
from cobolsmith.checks.equivalence.views import Views, views
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
    given = _given(program)
    shapes = tuple(shape for select, shape in built.shapes.items() if select in given)
    found, seen = domains(program), views(program)
    for other in others:
        _borrow(found, program, other)
    operations = {
        (one.file, _OPERATIONS[one.how]) for one in program.flow.files if one.how in _OPERATIONS
    }
    return Inputs(
        program,
        found,
        seen,
        tuple(numbers((program, *others))),
        shapes,
        accepts(program),
        built.parameters,
        tuple((module, arguments(program, module)) for module in built.mocked),
        tuple(sorted(one for one in operations if one[0] in built.shapes)),
        frozenset(looked(program)),
        *_roots(built, shapes, found, seen),
        tuple(sorted({key for one in (program, *others) for key in keys_of(one.source.view)})),
    )


def _given(program: Program) -> set[str]:
    """The files that hold something before the program starts; what a SORT puts there is lost."""
    sorts = [one for one in program.flow.files if one.verb in ("SORT", "MERGE")]
    made = {one.file for one in sorts if one.how == "writes"}
    opened = {one.file for one in program.flow.files if one.how in _GIVEN}
    return (opened - made) | {one.file for one in sorts if one.how == "reads"}


def _roots(
    built: Built, shapes: Iterable[FileShape], found: Domains, seen: Views
) -> tuple[frozenset[int], frozenset[int]]:
    """The domains that items of more than one input file (or mock) are in, and those of all that is
    given."""
    program = built.program
    files: dict[int, set[str]] = {}
    given = {one.item for one in (*accepts(program).every, *chain(*built.parameters))}
    for shape in shapes:
        for record in shape.records:
            groups = (record, *seen.groups.get(record, ()))
            for item in (one for group in groups for one in _all_of(program, group)):
                given.add(item.index)
                if item.picture is not None and item.length > 1:
                    files.setdefault(found.root(item.index), set()).add(shape.select)
    for module in built.mocked:
        for one in arguments(program, module):
            for item in (program.items[one], *program.below(one)) if one >= 0 else ():
                given.add(item.index)
                if item.picture is not None and item.length > 1:
                    files.setdefault(found.root(item.index), set()).add(module)
    given.update(part for whole in tuple(given) for part in parts_of(seen, whole))
    keyed = frozenset(root for root, selects in files.items() if len(selects) > 1)
    return keyed, frozenset(found.root(item) for item in given if item >= 0)


def _all_of(program: Program, record: int) -> tuple[DataItem, ...]:
    """A record, which may be elementary, and all items in it."""
    return (program.items[record], *program.below(record))


def parts_of(seen: Views, item: int) -> set[int]:
    """The items that a text is UNSTRUNG into."""
    return {part for _, receivers in seen.unstrung.get(item, ()) for part in receivers}


def _borrow(found: Domains, program: Program, other: Program) -> None:
    """Add the values that the other program's conditions ask for, by name."""
    theirs = domains(other)
    own = {item.name: item.index for item in program.items if item.name and item.level != 88}
    for item in other.items:
        if item.name in own and item.level != 88:
            for value in theirs.values.get(item.index, ()):
                found.add(own[item.name], value)


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
