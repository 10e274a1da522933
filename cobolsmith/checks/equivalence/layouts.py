"""Two layouts of the same records: bringing a record from the old side's to the new side's.

Fields are matched by name. A field both sides have alike keeps its bytes; one with another PICTURE
gets the value; one that only the new side has gets what INITIALIZE would give it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from cobolsmith.checks.equivalence import tasks
from cobolsmith.checks.equivalence.runs import Run
from cobolsmith.checks.equivalence.shape import Field, FileShape, Records, fields
from cobolsmith.checks.equivalence.values import decode, encode, is_numeric
from cobolsmith.dataflow import Call, Parameter
from cobolsmith.program import Program

Layout = tuple[Field, ...]
_FILLER = "FILLER at "
_NOTHING = " \0"
"""What stands around a text in a longer field: blanks, or what was never assigned."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """How one side keeps what the runs say: for each SELECT, (old, new) layouts of its records.

    Files not named there are alike on both sides; so are the mocks not named in `answers`, which
    has the layouts of their parameters.
    """

    layouts: Mapping[str, tuple[Layout, Layout]] = field(default_factory=dict)
    calls: tuple[tuple[Layout, Layout], ...] = ()
    answers: Mapping[str, tuple[tuple[Layout, Layout], ...]] = field(default_factory=dict)

    def given(self, select: str, records: Records) -> Records:
        """Records of a run as this side has them."""
        pair = self.layouts.get(select)
        if pair is None:
            return records
        return tuple(None if one is None else converted(one, *pair) for one in records)

    def parameters(self, row: Sequence[bytes]) -> tuple[bytes, ...]:
        """A row of parameters as this side has them."""
        if not self.calls:
            return tuple(row)
        return tuple(converted(one, *pair) for one, pair in zip(row, self.calls, strict=True))

    def table(self, module: str, rows: Sequence[str]) -> tuple[str, ...]:
        """The rows of a mock as this side has them."""
        pairs = self.answers.get(module)
        if pairs is None:
            return tuple(rows)
        return tuple(
            " ".join(_word(one, *pair) for one, pair in zip(row.split(" "), pairs, strict=False))
            for row in rows
        )

    def fits(self, run: Run) -> bool:
        """Whether every value that has to be brought to another PICTURE is one of its PICTURE:
        what isn't a number has no counterpart."""
        files = (
            (record, *self.layouts[select])
            for select, records in run.files
            if select in self.layouts
            for record in records
            if record is not None
        )
        rows = (
            (record, *pair)
            for row in run.calls
            for record, pair in zip(row, self.calls, strict=False)
        )
        answers = (
            (bytes.fromhex(word), *pair)
            for module, table in run.tables
            for row in table
            for word, pair in zip(row.split(" "), self.answers.get(module, ()), strict=False)
            if word != "-"
        )
        return all(_decodes(*one) for one in (*files, *rows, *answers))


SAME = Conversion()
"""The old side's: everything as the runs say it."""


def _word(word: str, old: Layout, new: Layout) -> str:
    """A word of a mock's row; what has no layout stays as it is."""
    if word == "-" or not old or not new or same_layout(old, new):
        return word
    return converted(bytes.fromhex(word), old, new).hex()


def _decodes(record: bytes, old: Layout, new: Layout) -> bool:
    theirs = {key(one, new, old): one for one in new}
    return all(
        _is_value(one, record[one.offset : one.end].ljust(one.length), theirs[one.name])
        for one in old
        if one.name in theirs and not alike(one, theirs[one.name])
    )


def _is_value(one: Field, data: bytes, other: Field) -> bool:
    """Whether bytes are what a field stores (a sign in an unsigned number isn't), and the other
    layout's has room for it."""
    if not is_numeric(one):
        return not data[other.length :].strip(b" ") or is_numeric(other)
    value = decode(one, data)
    if not isinstance(value, Decimal) or encode(one, value) != data:
        return False
    return not is_numeric(other) or decode(other, encode(other, value)) == value


def converted(record: bytes, old: Layout, new: Layout) -> bytes:
    """A record in the old layout as one in the new, field by field."""
    by_name = {one.name: one for one in old}
    if not new:
        return record
    out = bytearray(b" " * max(one.end for one in new))
    for one in new:
        before = by_name.get(key(one, new, old))
        if before is None:
            data = encode(one, Decimal(0) if is_numeric(one) else "")
        elif alike(before, one):
            data = record[before.offset : before.end].ljust(one.length)
        else:
            data = encode(one, decode(before, record[before.offset : before.end]))
        out[one.offset : one.end] = data
    return bytes(out)


def key(one: Field, own: Layout, other: Layout) -> str:
    """The name under which the other layout has a field, "" where it has none; FILLERs are matched
    by the field they follow and their order behind it."""
    if not one.name.startswith(_FILLER):
        return one.name
    mine, theirs = _fillers(own), _fillers(other)
    place = next(after for after, name in mine.items() if name == one.name)
    return theirs.get(place, "")


def _fillers(layout: Layout) -> dict[tuple[str, int], str]:
    """The FILLERs of a layout by the named field before them and their number behind it."""
    found: dict[tuple[str, int], str] = {}
    before, nth = "", 0
    for one in layout:
        if one.name.startswith(_FILLER):
            found[before, nth] = one.name
            nth += 1
        else:
            before, nth = one.name, 0
    return found


def paired(old: Layout, new: Layout) -> Iterator[tuple[Field, Field | None]]:
    """Each field of the old layout with the new one's, None where that has none: by their places
    where all bytes mean the same (names may differ), else by name."""
    if same_layout(old, new):
        yield from zip(old, new, strict=True)
        return
    theirs = {key(one, new, old): one for one in new}
    for one in old:
        yield one, theirs.get(one.name)


def same_value(one: Field, before: bytes, other: Field, after: bytes) -> bool:
    """Whether two fields hold the same: bytes where they are alike, else the number or text."""
    size = max(one.length, other.length)
    if alike(one, other):
        return before.ljust(size) == after.ljust(size)
    values = decode(one, before.ljust(one.length)), decode(other, after.ljust(other.length))
    if all(isinstance(value, Decimal) for value in values):
        return values[0] == values[1]
    if all(isinstance(value, str) for value in values):
        return str(values[0]).strip(_NOTHING) == str(values[1]).strip(_NOTHING)
    return before.ljust(size) == after.ljust(size)


def alike(one: Field, other: Field) -> bool:
    """Whether two fields keep a value in the same bytes."""
    pictures = [
        (p.category, p.size, p.scale, p.signed) if (p := each.picture) else None
        for each in (one, other)
    ]
    return (one.length, one.usage, one.sign) == (other.length, other.usage, other.sign) and (
        pictures[0] == pictures[1]
    )


def conversion(
    old: Program,
    new: Program,
    old_shapes: Mapping[str, FileShape],
    new_shapes: Mapping[str, FileShape],
    calls: tuple[tuple[Layout, Layout], ...] = (),
    mocked: Sequence[str] = (),
) -> Conversion:
    """What the new side needs, so that the same runs can be given to it."""
    layouts = {}
    for select, shape in old_shapes.items():
        other = new_shapes.get(select)
        if other is None or not shape.records or not other.records:
            continue
        pair = (seen(old, shape.records[0]), seen(new, other.records[0]))
        if not same_layout(*pair):
            layouts[select] = pair
    answers = {}
    for module in mocked:
        pairs = tuple(zip(passed(old, module), passed(new, module), strict=False))
        if not all(same_layout(*pair) for pair in pairs):
            answers[module] = pairs
    return Conversion(layouts, () if all(same_layout(*pair) for pair in calls) else calls, answers)


def passed(program: Program, module: str) -> tuple[Layout, ...]:
    """The layouts of what the first CALL of a module passes, by position; () for no item."""
    call = _call(program, module)
    return tuple(_own(program, one.item) for one in _ordered(call)) if call else ()


def sent(program: Program, module: str) -> tuple[Layout, ...]:
    """The layouts of what a mock logs: all that is passed, of a CICS command what goes in."""
    found, call = passed(program, module), _call(program, module)
    if call is None or not tasks.MOCK.fullmatch(module):
        return found
    ways = _ordered(call)[0].literal.strip("'\"").partition("/")[0]
    return tuple(one for one, way in zip(found[1:], ways, strict=False) if way in "IB")


def _call(program: Program, module: str) -> Call | None:
    return next((one for one in program.flow.calls if module in one.targets), None)


def _ordered(call: Call) -> list[Parameter]:
    return sorted(call.parameters, key=lambda one: one.position)


def _own(program: Program, item: int | None) -> Layout:
    """The fields of an item from offset 0; () for none."""
    if item is None:
        return ()
    start = program.items[item].offset
    return tuple(replace(one, offset=one.offset - start) for one in fields(program, item))


def seen(program: Program, record: int) -> Layout:
    """The fields of a record; of one that is a plain text those of the groups that it is moved or
    sorted to or from (READ INTO, WRITE FROM), which is how the program sees it, where all of them
    have the same."""
    item = program.items[record]
    groups = set() if item.children else {*_moved_as(program, record), *_sorted_as(program, record)}
    views = [_own(program, one) for one in sorted(groups)]
    if not views or not all(same_layout(views[0], one) for one in views[1:]):
        return fields(program, record)
    found = views[0]
    end = found[-1].end if found else 0
    if not found or end > item.length:
        return fields(program, record)
    rest = Field(f"{_FILLER}{end + 1}", record, end, item.length - end)
    return (*found, rest) if rest.length else found


def _moved_as(program: Program, record: int) -> Iterator[int]:
    for move in program.flow.moves:
        if record in (move.sender, move.receiver) and not (move.owner or move.receiver_owner):
            other = move.receiver if move.sender == record else move.sender
            if other is not None and program.items[other].is_group and not move.computed:
                yield other


def _sorted_as(program: Program, record: int) -> Iterator[int]:
    """The groups of the SD that a file's records are sorted through as they are."""
    work: tuple[int, ...] = ()
    for use in program.flow.files:
        if use.verb in ("SORT", "MERGE"):
            file = program.file(use.file)
            if use.how == "sorts":
                work = file.records if file else ()
            elif file is not None and record in file.records:
                yield from (one for one in work if program.items[one].is_group)


def same_layout(old: Layout, new: Layout) -> bool:
    """Whether every byte means the same to both (names aside)."""
    return len(old) == len(new) and all(
        one.offset == other.offset and alike(one, other)
        for one, other in zip(old, new, strict=True)
    )
