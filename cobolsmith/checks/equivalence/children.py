"""Runs made of other runs: a little is changed, and what the program thinks of it is seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from cobolsmith.checks.equivalence.fresh import (
    call,
    callable_row,
    command,
    environment,
    fresh,
    line,
    row,
    rows,
    variant,
    word,
)
from cobolsmith.checks.equivalence.inputs import Draw, Inputs, put_part
from cobolsmith.checks.equivalence.runs import Fault, Run
from cobolsmith.checks.equivalence.shape import Field, FileShape, Records

STATUSES = (
    ("read", "10"),
    ("read", "23"),
    ("read", "30"),
    ("write", "22"),
    ("write", "34"),
    ("rewrite", "30"),
    ("open", "35"),
    ("open", "39"),
    ("open", "37"),
    ("delete", "23"),
    ("start", "23"),
    ("close", "30"),
)


def first(inputs: Inputs, random: Random) -> list[Run]:
    """The runs every program is given: nothing, empty files, each file missing or alone empty, each
    operation on each file failing once."""
    draw = Draw(inputs, random)
    names = [shape.select for shape in inputs.files]
    runs = [replace(fresh(draw, "no files"), files=()) if names else fresh(draw, "plain")]
    if names:
        empty: tuple[tuple[str, Records], ...] = tuple((name, ()) for name in names)
        runs.append(replace(fresh(draw, "empty files"), files=empty))
    for name in names:
        full = fresh(draw, f"without {name}")
        runs.append(replace(full, files=tuple(one for one in full.files if one[0] != name)))
        runs.append(_put(fresh(draw, f"{name} empty"), name, ()))
    for select, operation in inputs.operations:
        status = next(one for what, one in STATUSES[::-1] if what == operation)
        one = fresh(draw, f"{operation} of {select} fails")
        runs.append(replace(one, faults=(Fault(select, operation, 1, status),)))
    return runs


def candidate(
    inputs: Inputs,
    random: Random,
    name: str,
    parent: Run | None = None,
    focus: frozenset[int] = frozenset(),
) -> Run:
    """A new run: a child of `parent`, changed rather in the domains of `focus`, or a fresh one."""
    mess = random.choice((0.0, 0.0, 0.0, 0.0, 0.0, 0.03, 0.15))
    draw = Draw(inputs, random, mess, focus)
    if parent is None:
        return fresh(draw, name)
    run = replace(parent, name=name, recorded=False)
    ways = _ways(inputs)
    if inputs.files and focus:
        ways += [_flood] * (len(ways) // 4)
    if inputs.files and focus & inputs.keyed:
        ways += [_copy_field] * len(ways)
    for _ in range(random.choice((1, 1, 2, 3, 5))):
        run = random.choice(ways)(draw, run)
    return run


MOST = 60
"""Records a file may grow to."""
Way = Callable[[Draw, Run], Run]


def _ways(inputs: Inputs) -> list[Way]:
    ways: list[Way] = []
    if inputs.files:
        ways += [_change_field] * 4 + [_add_record] * 3 + [_copy_field] * 3 + [_variants] * 8
        ways += [_drop_record, _twin, _swap, _sort, _new_file, _no_file, _flood]
    if inputs.operations:
        ways += [_fault]
    if inputs.accepts.console:
        ways += [_change_line] * 3
    if inputs.accepts.of_command or inputs.accepts.variables:
        ways += [_change_word] * 3
    if inputs.parameters:
        ways += [_change_call] * 6
    if inputs.mocked:
        ways += [_change_table] * min(3 + len(inputs.mocked), 10) + [_copy_answer] * 3
    return ways or [lambda draw, run: run]


def _put(run: Run, select: str, records: Records) -> Run:
    files = dict(run.files)
    files[select] = records
    return replace(run, files=tuple(files.items()))


def _pick(draw: Draw, run: Run) -> tuple[FileShape, list[bytes | None]]:
    given = dict(run.files)
    full = [shape for shape in draw.inputs.files if given.get(shape.select)]
    meant = [shape for shape in full if draw.focus and _focused(draw, draw.record_layout(shape))]
    shape = draw.random.choice(meant or full or list(draw.inputs.files))
    return shape, list(given.get(shape.select, ()))


def _layout(draw: Draw, shape: FileShape) -> tuple[Field, ...]:
    return draw.record_layout(shape)


def _focused(draw: Draw, layout: tuple[Field, ...]) -> list[Field]:
    """The fields of the domains that are to be changed, and texts with parts of such."""
    root, cuts = draw.inputs.domains.root, draw.inputs.views.unstrung

    def meant(item: int) -> bool:
        parts = {part for _, receivers in cuts.get(item, ()) for part in receivers}
        return root(item) in draw.focus or any(root(part) in draw.focus for part in parts)

    return [one for one in layout if meant(one.item)]


def _weighted(draw: Draw, layout: tuple[Field, ...]) -> Field:
    """A field, rather one that is to be changed, or whose value the program looks at."""
    focused = _focused(draw, layout)
    if focused and draw.random.random() < 0.8:
        return draw.random.choice(focused)
    looked = [one for one in layout if one.item in draw.inputs.linked]
    return draw.random.choice(looked if looked and draw.random.random() < 0.85 else layout)


def _change_field(draw: Draw, run: Run) -> Run:
    shape, records = _pick(draw, run)
    layout = _layout(draw, shape)
    if not records or not layout:
        return _add_record(draw, run)
    at = draw.random.randrange(len(records))
    one = _weighted(draw, layout)
    record = bytearray((records[at] or b"").ljust(shape.longest))
    record[one.offset : one.end] = draw.redrawn(one, bytes(record[one.offset : one.end]))
    records[at] = bytes(record)
    return _put(run, shape.select, tuple(records))


def _variants(draw: Draw, run: Run) -> Run:
    """Put variants of records beside them: one process then tries many values."""
    shape, records = _pick(draw, run)
    if not records:
        return _add_record(draw, run)
    room = max(1, MOST - len(records))
    spread = draw.random.random() < 0.5
    chosen = draw.random.choices(records, k=min(room, 12 if spread else 1))
    for one in chosen:
        at = records.index(one) + 1
        for _ in range(1 if spread else min(room, 10)):
            records.insert(at, _variant(draw, shape, one or b""))
    return _put(run, shape.select, tuple(records[:MOST]))


def _variant(draw: Draw, shape: FileShape, record: bytes) -> bytes:
    out = bytearray(record.ljust(shape.longest))
    layout = draw.record_layout(shape)
    for _ in range(draw.random.choice((1, 1, 2)) if layout else 0):
        one = _weighted(draw, layout)
        out[one.offset : one.end] = draw.redrawn(one, bytes(out[one.offset : one.end]))
    return bytes(out)


def _flood(draw: Draw, run: Run) -> Run:
    """Give many records of a file the same value in a field: so those of one file meet it in
    another."""
    shape, records = _pick(draw, run)
    layout = _layout(draw, shape)
    if not records or not layout:
        return _add_record(draw, run)
    one = _weighted(draw, layout)
    cut = draw.inputs.views.unstrung.get(one.item)
    if cut:
        delimiter, receivers = draw.random.choice(cut)
        nth = draw.meant(receivers)
        part = draw.part(receivers[nth])
    data = b"" if cut else draw.data(one)
    for at, record in enumerate(records):
        if record is None or draw.random.random() < 0.5:
            continue
        whole = bytearray(record.ljust(shape.longest))
        old = bytes(whole[one.offset : one.end])
        whole[one.offset : one.end] = (
            put_part(one, old, delimiter, nth, part) if cut else data
        ) or old
        records[at] = bytes(whole)
    return _put(run, shape.select, tuple(records))


def _copy_field(draw: Draw, run: Run) -> Run:
    """Give a field the value of a field of its domain in another record, of any file."""
    shape, records = _pick(draw, run)
    layout = _layout(draw, shape)
    other, theirs = _pick(draw, run)
    full = [one for one in theirs if one]
    if not records or not layout or not full:
        return run
    one = _weighted(draw, layout)
    root = draw.inputs.domains.root(one.item)
    source = draw.random.choice(full)
    same = [f for f in _layout(draw, other) if draw.inputs.domains.root(f.item) == root]
    same = [f for f in same if f.length == one.length]
    if not same:
        return run
    data = source.ljust(other.longest)[same[0].offset : same[0].end]
    at = draw.random.randrange(len(records))
    record = bytearray((records[at] or b"").ljust(shape.longest))
    record[one.offset : one.end] = data
    records[at] = bytes(record)
    return _put(run, shape.select, tuple(records))


def _add_record(draw: Draw, run: Run) -> Run:
    shape, records = _pick(draw, run)
    if len(records) < MOST:
        records.insert(draw.random.randint(0, len(records)), draw.record(shape))
    return _put(run, shape.select, tuple(records))


def _drop_record(draw: Draw, run: Run) -> Run:
    shape, records = _pick(draw, run)
    if records:
        records.pop(draw.random.randrange(len(records)))
    return _put(run, shape.select, tuple(records))


def _twin(draw: Draw, run: Run) -> Run:
    shape, records = _pick(draw, run)
    if records and len(records) < MOST:
        at = draw.random.randrange(len(records))
        records.insert(at, records[at])
    return _put(run, shape.select, tuple(records))


def _swap(draw: Draw, run: Run) -> Run:
    shape, records = _pick(draw, run)
    draw.random.shuffle(records)
    return _put(run, shape.select, tuple(records))


def _sort(draw: Draw, run: Run) -> Run:
    shape, records = _pick(draw, run)
    records.sort(key=lambda one: one or b"")
    return _put(run, shape.select, tuple(records))


def _new_file(draw: Draw, run: Run) -> Run:
    shape = draw.random.choice(draw.inputs.files)
    return _put(run, shape.select, draw.records(shape))


def _no_file(draw: Draw, run: Run) -> Run:
    if draw.random.random() < 0.7:
        return _change_field(draw, run)
    shape = draw.random.choice(draw.inputs.files)
    files = tuple((select, rows) for select, rows in run.files if select != shape.select)
    return replace(run, files=files)


def _fault(draw: Draw, run: Run) -> Run:
    select, operation = draw.random.choice(draw.inputs.operations)
    statuses = [status for what, status in STATUSES if what == operation]
    one = Fault(select, operation, draw.random.choice((1, 1, 2, 3)), draw.random.choice(statuses))
    return replace(run, faults=(one,))


def _change_line(draw: Draw, run: Run) -> Run:
    lines = list(run.stdin)
    at = draw.random.randint(0, len(lines))
    lines[at : at + draw.random.randint(0, 1)] = [line(draw)]
    return replace(run, stdin=tuple(lines[:40]))


def _change_word(draw: Draw, run: Run) -> Run:
    """Another word of the command line, or other variables."""
    accepts, root = draw.inputs.accepts, draw.inputs.domains.root
    asked = any(root(one.item) in draw.focus for _, one in accepts.variables)
    if not run.arguments or (accepts.variables and draw.random.random() < (0.8 if asked else 0.2)):
        return replace(run, environment=environment(draw))
    counted = any(root(one.item) in draw.focus for one in accepts.counts)
    if draw.random.random() < (0.7 if counted else 0.2):
        return replace(run, arguments=command(draw))
    kinds = accepts.words or accepts.of_command
    meant = [nth for nth, one in enumerate(kinds) if root(one.item) in draw.focus]
    places = [nth for nth in meant if nth < len(run.arguments)] or range(len(run.arguments))
    words, nth = list(run.arguments), draw.random.choice(places)
    words[nth] = word(draw, kinds[min(nth, len(kinds) - 1)])
    return replace(run, arguments=tuple(words))


def _change_call(draw: Draw, run: Run) -> Run:
    if not run.calls or draw.random.random() < 0.2:
        return replace(run, calls=(*run.calls[-30:], call(draw)))
    rows = [list(row) for row in run.calls]
    chosen = draw.random.choice(rows)
    nth = draw.random.randrange(len(chosen))
    record_item = draw.inputs.program.record(draw.inputs.parameters[nth][0].item)
    one = _weighted(draw, draw.layout(record_item.index))
    record = bytearray(chosen[nth])
    record[one.offset : one.end] = draw.data(one)
    chosen[nth] = bytes(record)
    return replace(run, calls=tuple(callable_row(draw, tuple(one)) for one in rows))


def _change_table(draw: Draw, run: Run) -> Run:
    """Draw a table of a mocked module anew, or change, add or take out a row of it."""
    module, items = draw.random.choice(draw.inputs.mocked)
    tables = dict(run.tables)
    found, chance = list(tables.get(module, ())), draw.random.random()
    at = draw.random.randrange(len(found)) if found else 0
    if not found or chance < 0.25:
        found = list(rows(draw, module, items))
    elif chance < 0.6:
        found[at] = variant(draw, found[at], items)
    elif chance < 0.75 and len(found) < MOST:
        found.insert(at, row(draw, module, items))
    elif chance < 0.9 and len(found) < MOST:
        more = draw.random.choice((1, 1, 2, 5))
        found[at:at] = [variant(draw, found[at], items) for _ in range(more)]
    else:
        found.pop(at)
    tables[module] = tuple(found)
    return replace(run, tables=tuple(tables.items()))


def _copy_answer(draw: Draw, run: Run) -> Run:
    """Give a field of one mocked answer the value of a field of its domain in another."""
    tables = {module: [row.split(" ") for row in found] for module, found in run.tables}
    items = dict(draw.inputs.mocked)
    answers = [
        (words, nth, items[module][nth])
        for module, found in tables.items()
        for words in found
        for nth in range(min(len(words), len(items.get(module, ()))))
        if items[module][nth] >= 0 and words[nth] != "-"
    ]
    if not answers:
        return run
    words, nth, item = draw.random.choice(answers)
    theirs, other, source = draw.random.choice(answers)
    layout = draw.layout(item)
    one = _weighted(draw, layout) if layout else None
    root = draw.inputs.domains.root(one.item) if one else None
    same = [
        field
        for field in draw.layout(source)
        if one and draw.inputs.domains.root(field.item) == root and field.length == one.length
    ]
    if one and same:
        data, given = bytearray.fromhex(words[nth]), bytes.fromhex(theirs[other])
        data[one.offset : one.end] = given[same[0].offset : same[0].end]
        words[nth] = data.hex()
    whole = {module: tuple(" ".join(one) for one in found) for module, found in tables.items()}
    return replace(run, tables=tuple(whole.items()))
