"""Items that nothing sees as bytes: attributes that are `int`, `Decimal` or `str`.

What is assigned is cut as the item's PICTURE has it: a number on both sides of its decimal point, a
text on the right. Texts stand without the spaces at their end.

    class Totals:
        lines = Whole(5)                    # PIC 9(5)
        sum = Amount(13, 2, signed=True)    # PIC S9(11)V99
        state = Chars(1, value="N")         # PIC X VALUE "N"
        done = state.condition("Y")         # 88 DONE VALUE "Y"
"""

from __future__ import annotations

from decimal import Decimal
from typing import Generic, Self, TypeVar, overload

from .fields import compare
from .numbers import TRUNCATION, unscaled

T = TypeVar("T")


def rounded(number: Decimal | int, scale: int, mode: str) -> Decimal:
    """A number rounded to a scale."""
    exact = Decimal(number)
    return exact if exact.is_nan() else Decimal(unscaled(exact, scale, mode)).scaleb(-scale)


class Item(Generic[T]):
    """An attribute of a record or program; subclasses say what it holds."""

    def __init__(self, value: T) -> None:
        self.first = value
        self.key = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.key = f"_{name}"

    @overload
    def __get__(self, holder: None, owner: type) -> Self: ...

    @overload
    def __get__(self, holder: object, owner: type) -> T: ...

    def __get__(self, holder: object, owner: type) -> Self | T:
        try:
            found: T = holder.__dict__[self.key]
        except KeyError:
            return self.first
        except AttributeError:  # of the class itself
            return self
        return found

    def put(self, holder: object, value: T) -> None:
        """Keep a value that was cut."""
        vars(holder)[self.key] = value

    def condition(self, *values: T | tuple[T, T], false: T | None = None) -> Condition[T]:
        """A level 88; a pair is a range."""
        return Condition(self, values, false)

    def take(self, holder: object, value: T) -> None:
        """Cut a value and keep it."""
        raise NotImplementedError


class Condition(Generic[T]):
    """A condition-name: true while its item has one of its values; set by assigning."""

    def __init__(self, item: Item[T], values: tuple[T | tuple[T, T], ...], false: T | None) -> None:
        self.item = item
        self.values = values
        self.false = false

    def __get__(self, holder: object, owner: type) -> bool:
        value = self.item.__get__(holder, owner)
        for one in self.values:
            low, high = one if isinstance(one, tuple) else (one, one)
            if compare(value, low) >= 0 and compare(value, high) <= 0:
                return True
        return False

    def __set__(self, holder: object, on: bool) -> None:
        first = self.values[0]
        value = (first[0] if isinstance(first, tuple) else first) if on else self.false
        assert value is not None
        self.item.take(holder, value)


class _Number(Item[T]):
    """A number of some digits, `scale` of them right of the decimal point."""

    def __init__(self, digits: int, scale: int, signed: bool, value: T) -> None:
        super().__init__(value)
        self.limit: int = 10**digits
        self.unit: int = 10**scale
        self.scale = scale
        self.signed = signed

    def __set__(self, holder: object, number: Decimal | int) -> None:
        self.store(holder, number)

    def store(self, holder: object, number: Decimal | int) -> None:
        """Keep a number, cut to the item's digits; what is no number isn't kept."""
        if isinstance(number, Decimal) and number.is_nan():
            return
        self.put(holder, self.made(self.cut(self.units(number, TRUNCATION))))

    def fits(self, holder: object, number: Decimal | int, rounding: str = TRUNCATION) -> bool:
        """Keep a number if its digits suffice, and say whether they did."""
        if Decimal(number).is_nan():
            return False
        units = self.units(number, rounding)
        if self.cut(units) != (units if self.signed else abs(units)):
            return False
        self.put(holder, self.made(self.cut(units)))
        return True

    def units(self, number: Decimal | int, rounding: str) -> int:
        """The number counted in its last digit."""
        if isinstance(number, int):
            return number * self.unit
        return unscaled(number, self.scale, rounding)

    def cut(self, units: int) -> int:
        """The last digits, with the sign where the item has one."""
        left = abs(units) % self.limit
        return -left if units < 0 and self.signed else left

    def made(self, units: int) -> T:
        """The number of so many units."""
        raise NotImplementedError


class Whole(_Number[int]):
    """A whole number."""

    def __init__(self, digits: int, *, signed: bool = False, value: int = 0) -> None:
        super().__init__(digits, 0, signed, value)

    def __set__(self, holder: object, number: Decimal | int) -> None:
        if type(number) is int and 0 <= number < self.limit:  # nothing to cut
            holder.__dict__[self.key] = number
        else:
            self.store(holder, number)

    def take(self, holder: object, value: int) -> None:
        self.store(holder, value)

    def made(self, units: int) -> int:
        return units


class Index(Whole):
    """An index: 32 bits."""

    def __init__(self) -> None:
        super().__init__(10, signed=True, value=1)
        self.limit = 2**31

    def cut(self, units: int) -> int:
        return (units + 2**31) % 2**32 - 2**31


class Amount(_Number[Decimal]):
    """A number with decimals."""

    def __init__(
        self, digits: int, scale: int, *, signed: bool = False, value: Decimal | int = 0
    ) -> None:
        super().__init__(digits, scale, signed, Decimal(value))
        self.most = Decimal(self.limit).scaleb(-scale)
        self.last = Decimal(1).scaleb(-scale)
        self.first = self.made(self.cut(self.units(Decimal(value), TRUNCATION)))

    def __set__(self, holder: object, number: Decimal | int) -> None:
        if type(number) is Decimal and self.last <= number < self.most:  # only decimals to cut
            holder.__dict__[self.key] = number.quantize(self.last, TRUNCATION)
        else:
            self.store(holder, number)

    def take(self, holder: object, value: Decimal) -> None:
        self.store(holder, value)

    def made(self, units: int) -> Decimal:
        return Decimal(units).scaleb(-self.scale)


class Chars(Item[str]):
    """Characters, at most `size` of them."""

    def __init__(self, size: int, *, value: str = "") -> None:
        super().__init__(value[:size].rstrip(" "))
        self.size = size

    def __set__(self, holder: object, text: str) -> None:
        self.put(holder, text[: self.size].rstrip(" "))

    def take(self, holder: object, value: str) -> None:
        self.put(holder, value[: self.size].rstrip(" "))
