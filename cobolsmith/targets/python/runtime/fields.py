"""Fields: what a COBOL data item is, looking into the bytes of its record.

A field knows its place and its form; `value` is a numeric field's number, `text` any field's
characters. `move` does what MOVE does. Tables are subscripted from 1: `field[3]`, `field[i, j]`.
Comparisons (`==`, `<` ...) are COBOL's: by number where both sides are numeric, else by characters,
the shorter side filled up with spaces.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import product
from typing import Any, Self, SupportsInt

from .editing import Image
from .figurative import Figurative
from .storage import OutsideError, Steps, Storage, displacement, read, within, write


class Field:
    """An item's place and form; subclasses say how its bytes are to be read."""

    numeric = False
    subscripted = False
    """Whether this is an occurrence of a table: a MOVE of it makes digits of what is none."""
    occurrences: Callable[[], int] | None = None
    """How many occurrences there are now, where a table's number of them varies."""
    collation: bytes | None = None
    """Where each character stands in the program's collating sequence; None for its own code."""

    def __init__(self, storage: Storage, offset: int, size: int, steps: Steps = ()) -> None:
        self.storage = storage
        self.offset = offset
        self.length = size
        self.steps = steps
        self._known: dict[int | tuple[int, ...], Any] = {}

    @property
    def size(self) -> int:
        """Bytes of one occurrence."""
        return self.length

    @property
    def raw(self) -> bytes:
        """The bytes as they stand."""
        return read(self.storage, self.offset, self.size)

    @raw.setter
    def raw(self, data: bytes) -> None:
        write(self.storage, self.offset, data)

    @property
    def text(self) -> str:
        """The characters as they stand."""
        return self.raw.decode("latin-1")

    @property
    def value(self) -> Decimal:
        """The number, where it is one."""
        raise TypeError(f"{type(self).__name__} is no number")

    def characters(self) -> bytes:
        """What comparisons and INSPECT see: digits without a sign over them."""
        return self.raw

    def sent(self) -> bytes:
        """What this field puts into characters."""
        return self.raw or b" "

    def shown(self) -> bytes:
        """What DISPLAY shows."""
        return self.raw

    def deedited(self) -> Image | None:
        """The number that an edited field shows; None for other fields."""
        return None

    def every(self) -> Iterator[Self]:
        """All occurrences of a table's item; the field itself where it is in no table."""
        table = self
        if self.occurrences is not None:
            table = copy.copy(self)
            table.occurrences = None
        for at in product(*(range(1, count + 1) for _, count in self.steps)):
            yield table[at] if at else self

    def __getitem__(self, at: SupportsInt | tuple[SupportsInt, ...]) -> Self:
        """One occurrence of a table's item; subscripts count from 1, outermost first. Raises
        OutsideError where there is no such occurrence."""
        if self.occurrences is not None:
            within(at[0] if isinstance(at, tuple) else at, self.occurrences())
        found: Self | None = self._known.get(at) if type(at) is int else None
        if found is not None:
            return found
        places = tuple(int(one) for one in at) if isinstance(at, tuple) else (int(at),)
        key = places if len(places) > 1 else places[0]
        found = self._known.get(key)
        if found is None:
            for one, (_, count) in zip(places, self.steps, strict=False):
                within(one, count)
            found = copy.copy(self)
            found.offset = self.offset + displacement(self.steps[: len(places)], places)
            found.steps = self.steps[len(places) :]
            found.occurrences = None
            found.subscripted = True
            found._known = {}
            self._known[key] = found
        return found

    def part(self, start: SupportsInt, length: SupportsInt | None = None) -> Text:
        """A reference modification: characters from `start` (from 1), `length` of them or all.
        Raises OutsideError where the field has no such characters."""
        first, whole = int(start), self.size
        size = whole - first + 1 if length is None else int(length)
        if not (0 < first <= whole and 0 <= size <= whole - first + 1):
            raise OutsideError(f"characters {first} to {first + size - 1} of {whole}")
        return Text(self.storage, self.offset + first - 1, size)

    def move(self, source: Source) -> None:
        """MOVE source TO this field."""
        raise NotImplementedError

    def take_bytes(self, source: Field) -> None:
        """MOVE of a group: bytes, whatever the form of this field is."""
        self.raw = source.raw[: self.size].ljust(self.size)

    def condition(self, *values: object, false: Source | None = None) -> Condition:
        """A level 88 on this field; a pair is a range."""
        return Condition(self, values, false)

    def __int__(self) -> int:
        return int(self.value)

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return compare(self, other) == 0

    def __lt__(self, other: object) -> bool:
        return compare(self, other) < 0

    def __le__(self, other: object) -> bool:
        return compare(self, other) <= 0

    def __gt__(self, other: object) -> bool:
        return compare(self, other) > 0

    def __ge__(self, other: object) -> bool:
        return compare(self, other) >= 0


Source = Field | Figurative | str | int | Decimal


LONG_DIGITS = 18
"""The most digits of a whole number that cobc compares as the machine's."""


class Number(Field):
    """A numeric field: `digits` positions, `scale` of them right of the decimal point."""

    numeric = True
    digits: int
    scale: int
    signed: bool

    def is_whole(self) -> bool:
        """Whether cobc compares with this field as with a whole number of the machine's."""
        return self.scale <= 0 and self.digits <= LONG_DIGITS

    def garbled(self, *, left: bool) -> int | None:
        """What bytes that are no digits count for in a comparison of whole numbers, on its left or
        right; None where they count for the field's value."""
        return None

    def is_plain_as(self, other: Number) -> bool:
        """Whether this field and another are of the same digits, a byte each, without sign."""
        return False

    def in_binary(self, scale: int = 0) -> Decimal:
        """The number as MOVE gives it to a binary item."""
        return self.value

    @property
    def value(self) -> Decimal:
        """The number."""
        raise NotImplementedError

    @value.setter
    def value(self, number: Decimal | int) -> None:
        self.store(number)

    def store(self, number: Decimal | int, rounding: str = "") -> None:
        """Put a number into the field, cut to its digits."""
        raise NotImplementedError

    def fits(self, number: Decimal | int, rounding: str = "") -> bool:
        """Put a number into the field if its digits suffice, and say whether they did."""
        raise NotImplementedError

    def image(self) -> Image:
        """The number as digits."""
        raise NotImplementedError

    def sent(self) -> bytes:
        digits, scale, _ = self.image()
        return digits + b"0" * -scale


class Text(Field):
    """PIC X and A."""

    def __init__(
        self,
        storage: Storage,
        offset: int,
        size: int,
        steps: Steps = (),
        *,
        justified: bool = False,
    ) -> None:
        super().__init__(storage, offset, size, steps)
        self.justified = justified

    def move(self, source: Source) -> None:
        """MOVE source TO this field: cut or filled up on the right (JUSTIFIED: on the left)."""
        size = self.size
        data = source.filled(size) if isinstance(source, Figurative) else self.bytes_of(source)
        if self.justified:
            self.raw = data[-size:].rjust(size) if size else b""
        else:
            self.raw = data[:size].ljust(size)

    def bytes_of(self, source: Field | str | int | Decimal) -> bytes:
        """What a sender puts into characters: a number its digits without sign."""
        if isinstance(source, Field):
            return source.sent()
        return str(source).encode("latin-1") or b" "


class Group(Text):
    """A group: what is moved to it or from it is bytes, whatever its items are.

    A table that OCCURS DEPENDING ON makes its length vary: `counted` gives it.
    """

    def __init__(
        self,
        storage: Storage,
        offset: int,
        size: int,
        steps: Steps = (),
        *,
        counted: Callable[[], int] | None = None,
    ) -> None:
        super().__init__(storage, offset, size, steps)
        self.counted = counted
        self.counts_itself = False

    @property
    def size(self) -> int:
        """Bytes of one occurrence, as many as there are now."""
        return self.counted() if self.counted else self.length

    def move(self, source: Source) -> None:
        """MOVE source TO this group; with the item that counts in it, to all of its bytes."""
        if not self.counts_itself:
            super().move(source)
            return
        counted, self.counted = self.counted, None
        super().move(source)
        self.counted = counted

    def bytes_of(self, source: Field | str | int | Decimal) -> bytes:
        """A field's bytes as they stand."""
        return source.raw or b" " if isinstance(source, Field) else super().bytes_of(source)


def occurs(count: Callable[[], int], *fields: Field) -> None:
    """OCCURS DEPENDING ON: how many occurrences of a table's fields there are now."""
    for one in fields:
        one.occurrences = count


class Condition:
    """A condition-name: true while its field has one of its values."""

    def __init__(self, field: Field, values: tuple[object, ...], false: Source | None) -> None:
        self.field = field
        self.values = values
        self.false = false

    def __getitem__(self, at: SupportsInt | tuple[SupportsInt, ...]) -> Condition:
        return Condition(self.field[at], self.values, self.false)

    def __bool__(self) -> bool:
        for value in self.values:
            if isinstance(value, tuple):
                if compare(self.field, value[0]) >= 0 and compare(self.field, value[1]) <= 0:
                    return True
            elif compare(self.field, value) == 0:
                return True
        return False

    def set(self) -> None:
        """SET name TO TRUE: the first value is moved to the field."""
        first = self.values[0]
        first = first[0] if isinstance(first, tuple) else first
        assert isinstance(first, Field | Figurative | str | int | Decimal)
        self.field.move(first)

    def reset(self) -> None:
        """SET name TO FALSE."""
        assert self.false is not None
        self.field.move(self.false)


def in_order(*places: str) -> bytes:
    """For each character its place in a collating sequence, in which characters may share one;
    those not named follow as they are."""
    ranks = {one: rank for rank, row in enumerate(places) for one in row}
    rest = (chr(code) for code in range(256) if chr(code) not in ranks)
    ranks |= {one: rank for rank, one in enumerate(rest, len(places))}
    return bytes(ranks[chr(code)] for code in range(256))


def use_collation(*places: str) -> None:
    """Let a collating sequence hold (PROGRAM COLLATING SEQUENCE); none: that of the codes."""
    Field.collation = in_order(*places) if places else None


def compare(left: object, right: object) -> int:
    """Less than 0, 0 or more than 0, as COBOL compares operands."""
    if isinstance(right, Figurative):
        return _with_constant(left, right)
    if isinstance(left, Figurative):
        return -_with_constant(right, left)
    if isinstance(left, Number) and isinstance(right, Number) and left.is_plain_as(right):
        return (left.raw > right.raw) - (left.raw < right.raw)
    one = _number(left)
    two = None if one is None else _number(right)
    if one is not None and two is not None:
        if getattr(left, "floating", False) or getattr(right, "floating", False):
            return _nearly(float(one), float(two))
        if right.is_whole() if isinstance(right, Number) else isinstance(right, int):
            two = _counted(right, two, left=False)
            if two < 0 and isinstance(left, Number) and not (left.signed or left.scale):
                return 1
            one = _counted(left, one, left=True)
        return (one > two) - (one < two)
    return compare_bytes(_characters(left), _characters(right))


def compare_bytes(one: bytes, two: bytes, collation: bytes | None = None) -> int:
    """Characters beside characters, the shorter ones filled up with spaces."""
    size = max(len(one), len(two))
    one, two = one.ljust(size), two.ljust(size)
    order = collation or Field.collation
    if order is not None:
        one, two = one.translate(order), two.translate(order)
    return (one > two) - (one < two)


def _counted(operand: object, value: Decimal, *, left: bool) -> Decimal:
    """What an operand counts for in a comparison of whole numbers."""
    found = operand.garbled(left=left) if isinstance(operand, Number) else None
    return value if found is None else Decimal(found)


def _nearly(one: float, two: float) -> int:
    """Floating-point numbers are alike where seven digits are."""
    if one == two or (one != 0 and abs((one - two) / one) < 0.0000001):
        return 0
    return -1 if one < two else 1


def _number(operand: object) -> Decimal | None:
    if isinstance(operand, Number):
        return operand.value
    return Decimal(operand) if isinstance(operand, int | Decimal) else None


def _characters(operand: object) -> bytes:
    if isinstance(operand, Field):
        return operand.characters()
    return str(operand).encode("latin-1")


def _with_constant(operand: object, constant: Figurative) -> int:
    number = _number(operand)
    if number is not None and constant.pattern == b"0":
        number = _counted(operand, number, left=True)
        return (number > 0) - (number < 0)
    data = _characters(operand)
    return compare_bytes(data, constant.filled(len(data)))
