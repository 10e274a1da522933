"""CALLs whose arguments don't agree with what the program called expects."""

from __future__ import annotations

from collections.abc import Iterator

from cobolsmith.dataflow import Call
from cobolsmith.items import DataItem
from cobolsmith.program import Program
from cobolsmith.rules.rule import Found, Listing, Rule


def disagreeing(listing: Listing) -> Iterator[Found]:
    """Static CALLs with another number of arguments than PROCEDURE DIVISION USING, or with one
    that is shorter than the item that is laid over it."""
    for call in listing.program.flow.calls:
        if call.verb != "CALL" or len(call.targets) != 1 or call.item is not None:
            continue
        called = listing.called(call.targets[0])
        if called is None or any(entry.name == call.targets[0] for entry in called.entries):
            continue
        given, wanted = len(call.parameters), len(called.using)
        if given != wanted:
            what = f"CALL {called.name} passes {given} arguments, and it takes {wanted}"
            yield Found(call.origin, what)
            continue
        yield from _short(listing.program, call, called)


def _short(program: Program, call: Call, called: Program) -> Iterator[Found]:
    for one, name in zip(call.parameters, called.using, strict=True):
        found = called.names.get(name, ())
        parameter = called.items[found[0]] if len(found) == 1 else None
        item = program.items[one.item] if one.item is not None and not one.owner else None
        if item is None or parameter is None or one.mode == "VALUE" or item.level == 88:
            continue
        sizes = (_bytes(program, item), parameter.length * parameter.times)
        fixed = not parameter.any_length and not _varies(called, parameter)
        if fixed and 0 < sizes[0] < sizes[1]:
            what = f"{item.name} has {sizes[0]} bytes, {name} of {called.name} {sizes[1]}"
            yield Found(one.origin, what)


def _bytes(program: Program, item: DataItem) -> int:
    """An item's bytes, all occurrences of the table that it stands in counted from it on."""
    if program.subscripts(item):
        return 0  # a subscript decides how much lies behind it
    return item.length * item.times


def _varies(program: Program, item: DataItem) -> bool:
    return any(one.occurs and one.occurs.depending for one in program.below(item.index))


RULES = (
    Rule(
        "call-disagrees",
        "warning",
        "The program called lays its LINKAGE items over what it is given: with fewer or shorter "
        "arguments it reads and writes storage that belongs to others.",
        "`refactor call-interface` makes the arguments agree with PROCEDURE DIVISION USING",
        disagreeing,
    ),
)
