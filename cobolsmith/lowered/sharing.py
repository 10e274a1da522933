"""A copybook's records in several places: one class for all of them.

Records are alike if their items lie and are formed alike; a prefix that COPY REPLACING gave all of
their names (`AM-ACCT-NO`, `SA-ACCT-NO`) makes no difference, and is left out of the class's words.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cobolsmith.lowered.data import Field, Kept, Lowered, Record, Shared

COPYBOOKS = "copybooks"
"""The folder of shared classes in a translation."""
Key = tuple[str, str]
Shelf = Mapping[Record, Shared]
"""Shared classes by the shape of the records they are for."""
Restricted = Callable[[Lowered, frozenset[Key]], Lowered]
"""(a program, items by record and word) -> the program with none of these native."""


@dataclass(frozen=True, slots=True)
class Copied:
    """A record of a copybook in a program: what it is like but for names and values, the record
    itself, and the places in it of the fields that are native."""

    shape: Record
    record: Record
    natives: frozenset[int]


def copied(programs: Iterable[Lowered]) -> Iterator[Copied]:
    """The records that come from copybooks, contained programs' too."""
    for program in programs:
        for record in program.records:
            if record.copybook and record.is_group and record.kind != "external":
                home = record.whole.word
                words = enumerate(one.word for one in record.fields)
                own = frozenset(at for at, one in words if (home, one) in program.natives)
                yield Copied(_shape(record), record, own)
        yield from copied(program.contained)


def shelf_of(found: Iterable[Copied], programs: Iterable[str] = ()) -> dict[Record, Shared]:
    """A class for each shape that two records have; none is named as one of the programs."""
    alike: dict[Record, list[Copied]] = defaultdict(list)
    for one in found:
        alike[one.shape].append(one)
    shelf = {}
    taken = set(programs)
    for shape in sorted(alike, key=_place):
        users = _agreeing(alike[shape])
        if len(users) < 2:
            continue
        record = _described(shape, users)
        word, number = record.whole.word, 2
        while record.whole.word in taken:
            record = replace(record, whole=replace(record.whole, word=f"{word}-{number}"))
            number += 1
        taken.add(record.whole.word)
        places = frozenset.intersection(*(one.natives for one in users))
        shelf[shape] = Shared(
            record,
            frozenset(record.fields[at].word for at in places),
            frozenset(one.record.begins for one in users),
            any(one.record.over for one in users),
        )
    return shelf


def settled(programs: Sequence[Lowered], restricted: Restricted) -> dict[Record, Shared]:
    """The shared classes of programs: what is native in one place and not in another is so in none,
    which may leave less native in the next."""
    names = [one.name for one in programs]
    shelf = shelf_of(copied(programs), names)
    while shelf:
        programs = [shelved(one, shelf, restricted) for one in programs]
        after = shelf_of(copied(programs), names)
        if after == shelf:
            break
        shelf = after
    return shelf


def shelved(program: Lowered, shelf: Shelf, restricted: Restricted) -> Lowered:
    """The program with the shared classes for its records, and no item native that isn't so in all
    places of its class."""
    found = _with_classes(program, shelf)
    return restricted(found, frozenset(_hindered(found)))


def shared_by(programs: Iterable[Lowered]) -> dict[str, Shared]:
    """The shared classes that programs use, by their words."""
    found = {}
    for program in programs:
        for record in program.records:
            if record.shared is not None:
                found[record.shared.record.whole.word] = record.shared
        found |= shared_by(program.contained)
    return dict(sorted(found.items()))


def _with_classes(program: Lowered, shelf: Shelf) -> Lowered:
    def classed(record: Record) -> Record:
        shared = shelf.get(_shape(record)) if record.copybook and record.is_group else None
        fits = shared and record.kind != "external" and _fits(record, shared)
        return replace(record, shared=shared if fits else None)

    inside = tuple(_with_classes(one, shelf) for one in program.contained)
    return replace(program, records=tuple(map(classed, program.records)), contained=inside)


def _fits(record: Record, shared: Shared) -> bool:
    if record.over and not shared.over:
        return False
    return not record.begins or _values(record) == _values(shared.record)


def _hindered(program: Lowered) -> Iterator[Key]:
    for record in program.records:
        if record.shared is not None:
            for mine, classes in zip(record.fields, record.shared.record.fields, strict=True):
                if mine.word and classes.word not in record.shared.natives:
                    yield record.whole.word, mine.word


# --- Shapes ---------------------------------------------------------------------------------------


def _shape(record: Record) -> Record:
    """A record without what may differ between places: its names' prefix, values, and use."""
    assert record.copybook is not None
    prefix = _prefix(record)

    def bare(one: Field) -> Field:
        word, name = one.word.removeprefix(prefix), one.name.removeprefix(prefix)
        conditions = tuple(
            replace(each, word=each.word.removeprefix(prefix)) for each in one.conditions
        )
        said = one.said.removeprefix(prefix)
        one = replace(one, word=word, name=name, said=said, conditions=conditions)
        return replace(one, value=None, counted=None, depending=None)

    whole = bare(record.whole)
    if not record.copybook.whole:
        whole = replace(whole, word=record.copybook.name, name=record.copybook.name, said="")
    return Record(whole, tuple(map(bare, record.fields)), copybook=record.copybook)


def _words(record: Record) -> list[str]:
    """The words of a record that its copybook gives it."""
    assert record.copybook is not None
    every = (record.whole, *record.fields)
    inside = [each.word for one in every for each in one.conditions]
    own = [one.word for one in every[not record.copybook.whole :] if one.word]
    return [*own, *inside]


def _prefix(record: Record) -> str:
    """What all names of a copybook begin with, up to their first hyphen."""
    words = _words(record)
    first, hyphen, _ = words[0].partition("-") if words else ("", "", "")
    begin = first + hyphen
    whole = hyphen and all(one.startswith(begin) and one != begin for one in words)
    return begin if whole and not any(one[len(begin)].isdigit() for one in words) else ""


def _place(shape: Record) -> tuple[str, str]:
    assert shape.copybook is not None
    return shape.copybook.name, shape.whole.word


def _agreeing(users: list[Copied]) -> list[Copied]:
    """All records if none begins with values; else those that begin with what most of them do, and
    those whose bytes are their own."""
    begun = Counter(_values(one.record) for one in users if one.record.begins)
    if not begun:
        return users
    usual = begun.most_common(1)[0][0]
    own = (one for one in users if not one.record.over)
    return [one for one in own if not one.record.begins or _values(one.record) == usual]


def _values(record: Record) -> tuple[object, ...]:
    return tuple(one.value for one in (record.whole, *record.fields))


def _described(shape: Record, users: list[Copied]) -> Record:
    """What the class describes: in the words of all its places where they are the same."""
    assert shape.copybook is not None
    chosen = next((one.record for one in users if one.record.begins), users[0].record)
    same = shape.copybook.whole and len({tuple(_words(one.record)) for one in users}) == 1
    named = chosen if same else shape
    values = [one.value for one in (chosen.whole, *chosen.fields)]
    if not chosen.begins:
        values = [None if isinstance(one, Kept) else one for one in values]
    fields = [
        replace(one, value=value, counted=None, depending=None)
        for one, value in zip((named.whole, *named.fields), values, strict=True)
    ]
    kind = chosen.kind if chosen.begins else "file"
    return Record(fields[0], tuple(fields[1:]), kind, copybook=shape.copybook)
