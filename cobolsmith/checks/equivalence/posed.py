"""Runs posed to a new condition: what is given, with the fields that it looks at set so that it
holds, and so that each of its parts alone doesn't, or only just does.

`IF TA-TRANSFER AND TA-AMOUNT > AM-CASH-LIMIT` asks for a transfer one cent above the limit, one at
the limit, and a deposit above it. The fields are set in all records of a file that look like most
of them: which record meets which is the program's business.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from cobolsmith.checks.equivalence.atoms import Atom, atoms, compared, conditions
from cobolsmith.checks.equivalence.domains import literal
from cobolsmith.checks.equivalence.inputs import Inputs, fits, put_part
from cobolsmith.checks.equivalence.marks import Marked
from cobolsmith.checks.equivalence.mutants import node_of
from cobolsmith.checks.equivalence.runs import Fault, Run
from cobolsmith.checks.equivalence.shape import Field, FileShape
from cobolsmith.checks.equivalence.values import Value, decode, encode, is_numeric
from cobolsmith.program import DataItem, Program

MOST = 20
"""Runs made, at most."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value is given: a field of a file's records, or a part of one that is UNSTRUNG."""

    shape: FileShape
    field: Field
    delimiter: str = ""
    nth: int = 0
    part: Field | None = None


def posed(
    marked: Marked,
    changed: frozenset[int],
    inputs: Inputs,
    given: Sequence[Run],
    new: Program | None = None,
) -> tuple[Run, ...]:
    """Children of the first of some runs, posed to the conditions of changed statements of a new
    program (left out: of the inputs' own)."""
    found: list[Run] = []
    for one in marked.statements:
        node = node_of(marked, one) if one.mark in changed else None
        for condition in conditions(node) if node is not None else ():
            known = atoms(condition, marked.tree, inputs.program)
            placed = [(atom, where) for atom in known if (where := places(inputs, atom.item))]
            for run in given[:1]:
                found += _posed(placed, inputs, run, new or inputs.program)
    return tuple(dict.fromkeys(found))[:MOST]


def failing(old: Program, new: Program, given: Sequence[Run]) -> tuple[Run, ...]:
    """Runs in which the OPEN of each file fails that only the new side has, and whose FILE STATUS
    it looks at."""
    known = {one.name for one in old.files}
    fresh = [one for one in new.files if one.name not in known and one.status]
    opened = {use.file for use in new.flow.files if use.how.startswith("opens")}
    return tuple(
        replace(
            run,
            name=f"{run.name}; open of {one.name} fails",
            faults=(Fault(one.name, "open", 1, "37"),),
            recorded=False,
        )
        for run in given[:1]
        for one in fresh
        if one.name in opened
    )


# --- Where it is given ----------------------------------------------------------------------------


def places(inputs: Inputs, item: int) -> list[Place]:
    """The fields of files that give an item its value: its own, else those of its domain."""
    root, program = inputs.domains.root, inputs.program
    sources = {m.sender for m in program.flow.moves if m.computed and m.receiver == item}
    roots = {root(one) for one in (item, *sources) if one is not None}
    every = [one for shape in inputs.files for one in _fields(inputs, shape)]
    own = [one for one in every if (one.part or one.field).item == item]
    return own or [one for one in every if root((one.part or one.field).item) in roots]


def _fields(inputs: Inputs, shape: FileShape) -> Iterator[Place]:
    program = inputs.program
    for record in shape.records:
        groups = (record, *inputs.views.groups.get(record, ()))
        for group in groups:
            base = program.items[group]
            for item in (base, *program.below(group)):
                if item.level == 88 or item.is_group or program.subscripts(item):
                    continue
                field = _field(item, item.offset - base.offset)
                if field.end > shape.longest:
                    continue
                for delimiter, receivers in inputs.views.unstrung.get(item.index, ()):
                    for nth, one in enumerate(receivers):
                        part = _field(program.items[one], 0)
                        yield Place(shape, field, delimiter, nth, part)
                yield Place(shape, field)


def _field(item: DataItem, offset: int) -> Field:
    return Field(item.name, item.index, offset, item.length, item.picture, item.usage, item.sign)


# --- The runs -------------------------------------------------------------------------------------


def _posed(
    placed: list[tuple[Atom, list[Place]]], inputs: Inputs, run: Run, new: Program
) -> Iterator[Run]:
    """All parts held, then each part otherwise in turn."""
    wanted = [_wanted(atom, inputs, run, new) for atom, _ in placed]
    usual = [holds[:1] for holds, _ in wanted]
    if not any(usual):
        return
    choices = [usual]
    for nth, (holds, fails) in enumerate(wanted):
        for value in (*holds[1:], *fails):
            choices.append([*usual[:nth], (value,), *usual[nth + 1 :]])
    where = [one for _, one in placed]
    for share in (1, 2):
        for choice in choices if share == 1 else choices[:1]:
            made = run
            for values, spots in zip(choice, where, strict=True):
                for spot in spots if values else ():
                    made = _set(made, spot, values[0], inputs, share)
            if made.files != run.files:
                said = f"{run.name}; posed to a new condition"
                yield replace(made, name=said, recorded=False)


def _wanted(
    atom: Atom, inputs: Inputs, run: Run, new: Program
) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
    """The values with which an atom holds and fails in a run."""
    if atom.limit is None:
        return atom.holds, atom.fails
    item = inputs.program.items[atom.item]
    asked = [compared(item, atom.operator, one) for one in _limits(atom.limit, inputs, run, new)]
    holds = tuple(value for one in asked for value in one.holds)
    return holds, tuple(value for one in asked for value in one.fails)


def _limits(limit: int, inputs: Inputs, run: Run, new: Program) -> list[Decimal]:
    """What an item has in a run: the number in the first record that gives it one, else its VALUE
    on the new side and on the old one."""
    files = dict(run.files)
    for spot in places(inputs, limit):
        one = spot.field
        for record in files.get(spot.shape.select, ()):
            value = decode(one, record[one.offset : one.end]) if record else b""
            if isinstance(value, Decimal) and not spot.part:
                return [value]
    name = inputs.program.items[limit].name
    found = []
    for program in (new, inputs.program):
        item = program.resolve(name)
        written = {one.receiver for one in program.flow.moves}
        if isinstance(item, DataItem) and len(item.values) == 1 and item.index not in written:
            number = literal(str(item.values[0]))
            found += [number] if isinstance(number, Decimal) else []
    return list(dict.fromkeys(found))


def _set(run: Run, spot: Place, value: Value, inputs: Inputs, share: int) -> Run:
    """A field set in the records of its file that look like most of them, or in each second."""
    files = dict(run.files)
    records = list(files.get(spot.shape.select, ()))
    heads = Counter(one[:1] for one in records if one)
    usual = heads.most_common(1)[0][0] if heads else b""
    like = [nth for nth, one in enumerate(records) if one and (one[:1] == usual or _plain(spot))]
    for nth in like[::share]:
        records[nth] = _with(records[nth] or b"", spot, value)
    files[spot.shape.select] = tuple(records)
    return replace(run, files=tuple(files.items()))


def _plain(spot: Place) -> bool:
    """Whether all records of a file have one layout."""
    return len(spot.shape.records) == 1 and not spot.delimiter


def _with(record: bytes, spot: Place, value: Value) -> bytes:
    one = spot.field
    size = len(record)
    whole = bytearray(record.ljust(max(spot.shape.longest, one.end)))
    old = bytes(whole[one.offset : one.end])
    if spot.part is not None:
        text = format(value, "f") if isinstance(value, Decimal) else value
        part = text if isinstance(text, bytes) else text.encode("latin-1", "replace")
        new = put_part(one, old, spot.delimiter, spot.nth, part) or old
    else:
        new = encode(one, value) if is_numeric(one) or fits(one, value) else old
    whole[one.offset : one.end] = new
    made = bytes(whole)
    return made[:size] if spot.part is None or len(made.rstrip()) <= size else made.rstrip()
