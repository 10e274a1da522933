"""Inputs made for a program: records, lines and parameters from its layouts and conditions.

A candidate is deterministic in its random stream. It draws, for each domain, a handful of values
that its fields then share, so that keys meet keys and amounts meet limits; a fresh candidate fills
files anew, a child changes a little of its parent's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from random import Random

from cobolsmith.checks.equivalence.accepts import Accepts
from cobolsmith.checks.equivalence.domains import Domains
from cobolsmith.checks.equivalence.shape import Field, FileShape, Records, fields
from cobolsmith.checks.equivalence.values import (
    Value,
    edges,
    encode,
    invalid,
    is_numeric,
    texts,
)
from cobolsmith.checks.equivalence.views import Views
from cobolsmith.program import DataItem, Program

SHARED = 4
"""Values that a candidate draws for a domain."""
_DATES = ("20240328", "20240327", "20240329", "20231231", "20240229", "19990101", "20250630")
_DATE_NAME = re.compile(r"(?:^|-)(?:DATE|DT|DAT|DAY|YMD|BIRTH\w*|EXPIRY)(?:-|$|\d)")
_PART_NAMES = (
    (re.compile(r"(?:^|-)(?:YYYY|CCYY|YEAR)$"), ("2024", "2023", "1999", "2025")),
    (re.compile(r"(?:^|-)(?:YY|YR)$"), ("24", "23", "99", "00")),
    (re.compile(r"(?:^|-)(?:MM|MONTH|MON)$"), ("01", "02", "03", "06", "12", "13")),
    (re.compile(r"(?:^|-)(?:DD|DAY)$"), ("01", "15", "28", "29", "30", "31", "32")),
    (re.compile(r"(?:^|-)(?:HH|HOUR)$"), ("00", "09", "23")),
)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a program can be given: files it reads, what it ACCEPTs, parameters, CALLs mocked.

    `operations` are those (SELECT, operation) the program has, where a status can be injected.
    `linked` are items that statements look at, `keyed` domains that several files share,
    `given_roots` the domains of all that is given, `keys` the keys of a terminal that either side
    looks for.
    """

    program: Program
    domains: Domains
    views: Views
    numbers: tuple[Decimal, ...]
    files: tuple[FileShape, ...]
    accepts: Accepts = field(default_factory=Accepts)
    parameters: tuple[tuple[Field, ...], ...] = ()
    mocked: tuple[tuple[str, tuple[int, ...]], ...] = ()
    operations: tuple[tuple[str, str], ...] = ()
    linked: frozenset[int] = field(default_factory=frozenset)
    keyed: frozenset[int] = field(default_factory=frozenset)
    given_roots: frozenset[int] = field(default_factory=frozenset)
    keys: tuple[str, ...] = ()

    @property
    def varied(self) -> bool:
        """Whether one run can be given anything that another is not."""
        given = self.files or self.accepts.every or self.parameters or self.mocked
        return bool(given or self.operations)


@dataclass(slots=True)
class Draw:
    """One candidate in the making: its stream, how messy it is, the domains (roots) it is rather to
    change, the values it shares."""

    inputs: Inputs
    random: Random
    mess: float = 0.0
    focus: frozenset[int] = frozenset()
    shared: dict[int, list[Value]] = field(default_factory=dict)

    def values(self, one: Field) -> list[Value]:
        """The values that the fields of this one's domain share in this candidate."""
        root = self.inputs.domains.root(one.item)
        if root not in self.shared:
            pool = list(self.inputs.domains.asked(one.item))
            fitting = [value for value in pool if fits(one, value)]
            own = [self.fresh(one) for _ in range(SHARED)]
            self.shared[root] = own + self.random.sample(fitting, min(len(fitting), SHARED))
        return self.shared[root]

    def fresh(self, one: Field) -> Value:
        """A value of a field's kind: a date, an edge, a small number, a text."""
        random = self.random
        dates = dated(one)
        if dates and random.random() < 0.85:
            return random.choice(dates)
        if is_numeric(one):
            return self.number(one)
        if random.random() < 0.35 or one.length > 40:
            return random.choice(list(texts(one.length)))
        if random.random() < 0.6:
            return "".join(random.choice("0123456789") for _ in range(one.length))
        return "".join(random.choice("ABCDEFGXYZ 01") for _ in range(one.length))

    def number(self, one: Field) -> Decimal:
        """A number a numeric field can hold."""
        random = self.random
        picture = one.picture
        if picture is None:
            return Decimal(random.choice((0, 1, -1, 7, 100, 32767)))
        step = Decimal(1).scaleb(-picture.scale)
        chance = random.random()
        if chance < 0.25:
            value = random.choice(list(edges(picture)))
        elif chance < 0.45 and self.inputs.numbers:
            value = random.choice(self.inputs.numbers)
            value += random.choice((0, 0, 1, -1)) * step
        elif chance < 0.8:
            value = step * random.randrange(10 ** min(picture.size, random.randint(1, 7)))
        else:
            value = step * random.randrange(10**picture.size)
        if picture.signed and random.random() < 0.2:
            value = -value
        return value

    def data(self, one: Field) -> bytes:
        """The bytes of a field."""
        random = self.random
        if random.random() < self.mess:
            return random.choice([*invalid(one), bytes([random.randrange(256)]) * one.length])
        cut = self.inputs.views.unstrung.get(one.item)
        if cut and random.random() < 0.9:
            return self.delimited(*random.choice(cut)).ljust(one.length)[: one.length]
        asked = self.inputs.domains.asked(one.item)
        chance = random.random()
        fitting = [value for value in asked if fits(one, value)]
        keyed = self.inputs.domains.root(one.item) in self.inputs.keyed
        if fitting and chance < (0.9 if _enumerated(fitting) else 0.15 if keyed else 0.5):
            return encode(one, random.choice(fitting))
        if chance < (0.97 if keyed else 0.85):
            return encode(one, random.choice(self.values(one)))
        return encode(one, self.fresh(one))

    def redrawn(self, one: Field, old: bytes) -> bytes:
        """Other bytes for a field; of a text that is UNSTRUNG most often one part is another,
        rather one of the domains that are to be changed."""
        cut = self.inputs.views.unstrung.get(one.item)
        if not cut or self.random.random() < 0.25:
            return self.data(one)
        delimiter, receivers = self.random.choice(cut)
        nth = self.meant(receivers)
        return put_part(one, old, delimiter, nth, self.part(receivers[nth])) or self.data(one)

    def meant(self, receivers: Sequence[int]) -> int:
        """One of the parts of a text, rather one of the domains that are to be changed."""
        root = self.inputs.domains.root
        focused = [nth for nth, index in enumerate(receivers) if root(index) in self.focus]
        places = focused if focused and self.random.random() < 0.8 else range(len(receivers))
        return self.random.choice(places)

    def part(self, index: int) -> bytes:
        """A part of a text, for the item it is UNSTRUNG into."""
        item = self.inputs.program.items[index]
        one = Field(item.name, item.index, 0, item.length, item.picture, item.usage, item.sign)
        return self.data(one).strip()

    def delimited(self, delimiter: str, receivers: tuple[int, ...]) -> bytes:
        """A text to UNSTRING: a value for each receiver, seldom one too few or too many."""
        parts = [self.part(index) for index in receivers]
        if self.random.random() < 0.06:
            parts.pop()
        return delimiter.encode("latin-1", "replace").join(parts)

    def layout(self, item: int) -> tuple[Field, ...]:
        """The fields of an item from offset 0, one of each set of redefinitions, groups it is
        moved to in its place: other draws, other fields."""

        program = self.inputs.program
        base = program.items[item].offset
        size = program.items[item].length
        found = [one for one in self.viewed(item, 0) if one.end <= size]
        if found:
            return tuple(found)
        for one in fields(program, item, self.chosen):
            at = one.offset - base
            inner = self.viewed(one.item, at)
            clipped = [each for each in inner if each.end <= at + one.length]
            found += clipped or [replace(one, offset=at)]
        return tuple(found)

    def chosen(self, options: Sequence[DataItem]) -> DataItem:
        """One of items that lie over each other, rather one with what is to be changed."""
        program, root = self.inputs.program, self.inputs.domains.root
        if not self.focus or self.random.random() < 0.25:
            return self.random.choice(options)
        within = [(one, (one, *program.below(one.index))) for one in options]
        meant = [
            one for one, all_ in within if any(root(each.index) in self.focus for each in all_)
        ]
        return self.random.choice(meant or options)

    def viewed(self, item: int, at: int) -> tuple[Field, ...]:
        """The fields of a group that an item is moved to, from an offset on; () for none."""
        groups = self.inputs.views.groups.get(item, ())
        if not groups or self.random.random() < 0.05:
            return ()
        group = self.random.choice(groups)
        start = self.inputs.program.items[group].offset
        inner = fields(self.inputs.program, group, lambda options: self.random.choice(options))
        return tuple(replace(one, offset=one.offset - start + at) for one in inner)

    def filled(self, item: int, size: int) -> bytes:
        """The storage of an item, each field filled."""
        out = bytearray(b" " * size)
        for one in self.layout(item):
            out[one.offset : one.end] = self.data(one)
        return bytes(out[:size].ljust(size))

    def record_layout(self, shape: FileShape) -> tuple[Field, ...]:
        """The fields of one of a file's 01s; where it has FILLER, what another 01 looks at there
        (the type of the record, most often)."""
        if not shape.records:
            return ()
        which = self.chosen([self.inputs.program.items[one] for one in shape.records]).index
        own = self.layout(which)
        blank = [one for one in own if one.name.startswith("FILLER")]
        seen = [
            one
            for other in shape.records
            if other != which
            for one in fields(self.inputs.program, other)
            if self.inputs.domains.asked(one.item)
            and any(each.offset <= one.offset and one.end <= each.end for each in blank)
        ]
        return (*own, *seen)

    def record(self, shape: FileShape) -> bytes:
        """A record of a file."""
        out = bytearray(b" " * shape.longest)
        for one in self.record_layout(shape):
            out[one.offset : one.end] = self.data(one)
        return bytes(out[: shape.longest])

    def records(self, shape: FileShape) -> Records:
        """The records of a file: none, one or some; twins, sorted or not, with empty slots."""
        random = self.random
        count = random.choice((0, 1, 2, 4, 8, 16, 24))
        made = [self.record(shape) for _ in range(count)]
        if made and random.random() < 0.25:
            made.append(random.choice(made))
        if made and random.random() < 0.6:
            offset = shape.keys[0][0] if shape.keys else 0
            made.sort(key=lambda one: one[offset:])
        if shape.organization == "RELATIVE" and made and random.random() < 0.5:
            slots: list[bytes | None] = list(made)
            slots.insert(random.randrange(len(slots)), None)
            return tuple(slots)
        return tuple(made)


def put_part(one: Field, old: bytes, delimiter: str, nth: int, part: bytes) -> bytes:
    """The text of a field with another part; b"" where it has no such part."""
    sign = delimiter.encode("latin-1", "replace")
    parts = old.rstrip().split(sign)
    if len(parts) < 2 or nth >= len(parts):
        return b""
    parts[nth] = part
    return sign.join(parts).ljust(one.length)[: one.length]


def _enumerated(asked: Sequence[Value]) -> bool:
    """Whether a field is a code: all that is asked of it are texts, and more than one."""
    return len(asked) > 1 and all(isinstance(value, str) for value in asked)


def fits(one: Field, value: Value) -> bool:
    """Whether a field has room for a value."""
    if isinstance(value, Decimal):
        return is_numeric(one) or len(format(abs(value), "f").replace(".", "")) <= one.length
    return len(value) >= 256 or len(value) <= one.length


def dated(one: Field) -> tuple[str, ...]:
    """Dates (or parts of one) for a field that is one by its name and length."""
    name = one.name.split(" ")[0]
    if one.length in (8, 5) and _DATE_NAME.search(name):
        return _DATES
    if one.length == 6 and _DATE_NAME.search(name):
        return tuple(date[2:] for date in _DATES)
    for pattern, values in _PART_NAMES:
        if pattern.search(name) and len(values[0]) == one.length:
            return values
    return ()
