"""Numeric fields for computing: packed (COMP-3), binary (COMP, COMP-5), floating (COMP-1, -2)."""

from __future__ import annotations

import struct
from decimal import Decimal
from typing import Literal

from .editing import BLANKS_AS_ZEROS, Image
from .fields import Field, Group, Number, Source
from .numbers import from_double, scale_of, to_double
from .numeric import Fixed, Zoned, in_binary, shown, shown_as_edited
from .storage import Steps, Storage


class Packed(Fixed):
    """COMP-3: two digits a byte, the sign in the last half byte (COMP-6: none)."""

    def __init__(
        self,
        storage: Storage,
        offset: int,
        digits: int,
        scale: int = 0,
        signed: bool = False,
        steps: Steps = (),
        *,
        unsigned_nibble: bool = True,
        size: int = 0,
    ) -> None:
        places = size or (digits // 2 + 1 if unsigned_nibble else (digits + 1) // 2)
        super().__init__(storage, offset, places, digits, scale, signed, steps)
        self.unsigned_nibble = unsigned_nibble

    @property
    def shape(self) -> tuple[object, ...]:
        """All that says how the bytes are read."""
        return (*super().shape, self.unsigned_nibble)

    def parts(self) -> tuple[bytes, int]:
        """The digits, and the sign."""
        nibbles = self.raw.hex()
        if not self.unsigned_nibble:
            return nibbles[-self.digits :].encode(), 1
        sign = -1 if self.signed and nibbles[-1] == "d" else 1
        return nibbles[-self.digits - 1 : -1].encode(), sign

    @property
    def value(self) -> Decimal:
        """The number; a half byte that is no digit counts for what it is."""
        digits, sign = self.parts()
        if digits.isdigit():
            number = int(digits)
        else:
            number = 0
            for digit in digits.decode():
                number = number * 10 + int(digit, 16)
        return Decimal(-number if sign < 0 else number).scaleb(-self.scale)

    @value.setter
    def value(self, number: Decimal | int) -> None:
        self.store(number)

    def __int__(self) -> int:
        """The number as the machine's integer: all half bytes but the last count."""
        nibbles = self.raw.hex()
        if self.scale or not self.unsigned_nibble or not nibbles[:-1].isdigit():
            return int(self.value)
        return -int(nibbles[:-1]) if self.signed and nibbles[-1] == "d" else int(nibbles[:-1])

    def put(self, number: int, *, keep: bool) -> bool:
        """Put a whole number of last digits; with `keep` only if it fits."""
        digits = str(abs(number))
        if len(digits) > self.digits and keep:
            return False
        sign = "" if not self.unsigned_nibble else "f" if not self.signed else "c"
        if number < 0 and sign == "c":
            sign = "d"
        self.raw = bytes.fromhex((digits[-self.digits :] + sign).rjust(2 * self.size, "0"))
        return len(digits) <= self.digits

    def image(self) -> Image:
        """The number as digits."""
        digits, sign = self.parts()
        return Image(bytes(0x30 + int(chr(one), 16) for one in digits), self.scale, sign)

    def in_binary(self, scale: int = 0) -> Decimal:
        return self.value if self.parts()[0].isdigit() else in_binary(self.image(), scale)

    def shown(self) -> bytes:
        digits, scale, sign = image = self.image()
        if digits.isdigit():
            return super().shown()
        if not digits[-1:].isdigit():
            image = Image(digits[:-1] + b"0", scale, sign)
        return shown_as_edited(image, self.signed)

    def take(self, source: Field) -> None:
        """MOVE of a field: the sign goes with it, even where its digits are lost."""
        if not isinstance(source, Zoned):
            super().take(source)
            return
        image = source.image()
        digits = image.aligned(self.digits, self.scale, BLANKS_AS_ZEROS)
        sign = "" if not self.unsigned_nibble else "f" if not self.signed else "c"
        if image.sign < 0 and sign == "c":
            sign = "d"
        if digits.isdigit():
            self.raw = bytes.fromhex((digits.decode() + sign).rjust(2 * self.size, "0"))
        else:
            self.raw = self._packed(digits, sign)

    def _packed(self, digits: bytes, sign: str) -> bytes:
        """Bytes that are no digits, two in one: the right one of them may reach into the left."""
        first = 2 * self.size - len(sign) - len(digits)
        data = bytearray(self.size)
        for at, byte in enumerate(digits, first):
            nibble = byte - 0x30
            data[at // 2] |= (nibble if at % 2 else nibble << 4) & 0xFF
        if sign:
            data[-1] = data[-1] & 0xF0 | int(sign, 16)
        return bytes(data)


class Binary(Fixed):
    """COMP (big-endian, cut to the digits of its PICTURE) and COMP-5 (native, cut to its bits);
    COMP-X is `narrow`: cut to its bits, and to its digits where it is shown."""

    def __init__(
        self,
        storage: Storage,
        offset: int,
        size: int,
        digits: int,
        scale: int = 0,
        signed: bool = False,
        steps: Steps = (),
        *,
        native: bool = False,
        cut: bool = True,
        narrow: bool = False,
    ) -> None:
        super().__init__(storage, offset, size, digits, scale, signed, steps)
        self.native = native
        self.cut = cut
        self.narrow = narrow

    @property
    def value(self) -> Decimal:
        """The number."""
        return Decimal(self.whole()).scaleb(-self.scale)

    @value.setter
    def value(self, number: Decimal | int) -> None:
        self.store(number)

    @property
    def shape(self) -> tuple[object, ...]:
        """All that says how the bytes are read."""
        return (*super().shape, self.native, self.cut)

    def whole(self) -> int:
        """The number of last digits."""
        order: Literal["little", "big"] = "little" if self.native else "big"
        return int.from_bytes(self.raw, order, signed=self.signed)

    def __int__(self) -> int:
        return int(self.value) if self.scale else self.whole()

    def put(self, number: int, *, keep: bool) -> bool:
        """Put a whole number of last digits; with `keep` only if it fits."""
        number = number if self.signed else abs(number)
        bits = 8 * self.size
        fits = number.bit_length() <= bits - self.signed
        if self.cut and abs(number) >= 10**self.digits:
            fits = False
        if not fits and keep:
            return False
        if not fits and self.cut:
            number = abs(number) % 10**self.digits * (-1 if number < 0 else 1)
        order: Literal["little", "big"] = "little" if self.native else "big"
        self.raw = (number % 2**bits).to_bytes(self.size, order)
        return fits

    def take(self, source: Field) -> None:
        """MOVE of a field."""
        if isinstance(source, Number):
            self.store(source.in_binary(self.scale))
        else:
            super().take(source)

    def image(self) -> Image:
        """All digits of the number, be they more than its PICTURE has."""
        number = self.whole()
        digits = str(abs(number)).rjust(self.digits, "0")
        return Image(digits.encode(), self.scale, -1 if number < 0 else 1)

    def sent(self) -> bytes:
        return self.image().digits[-self.digits :]

    def characters(self) -> bytes:
        return self.sent()

    def shown(self) -> bytes:
        if self.cut or self.narrow:
            image = self.image()
            trimmed = image._replace(digits=image.digits[-self.digits :])
            return shown(trimmed, self.signed)
        places = {1: 3, 2: 5, 4: 10, 8: 20}.get(self.size, self.digits)
        image = self.image()
        digits = image.digits.rjust(places, b"0")
        return shown(image._replace(digits=digits, scale=0), self.signed)


class Floating(Number):
    """COMP-1 and COMP-2."""

    floating = True
    signed = True

    def __init__(self, storage: Storage, offset: int, size: int, steps: Steps = ()) -> None:
        super().__init__(storage, offset, size, steps)
        self.form = "<f" if size == 4 else "<d"

    @property
    def number(self) -> float:
        """The number as it is stored."""
        return float(struct.unpack(self.form, self.raw)[0])

    @property
    def value(self) -> Decimal:
        """The number, exactly."""
        return from_double(self.number)

    @value.setter
    def value(self, number: Decimal | int) -> None:
        self.store(number)

    def store(self, number: Decimal | int, rounding: str = "") -> None:
        """Put the nearest number into the field."""
        if not Decimal(number).is_nan():
            self.raw = struct.pack(self.form, to_double(Decimal(number)))

    def fits(self, number: Decimal | int, rounding: str = "") -> bool:
        """Put a number into the field; say whether it is one."""
        self.store(number, rounding)
        return not Decimal(number).is_nan()

    def move(self, source: Source) -> None:
        """MOVE source TO this field."""
        if isinstance(source, Group):
            self.take_bytes(source)
            return
        if isinstance(source, Floating):
            self.raw = struct.pack(self.form, source.number)
            return
        through = Zoned(Storage(76), 0, 76, 38, signed=True)
        through.move(source)
        self.store(source.value if isinstance(source, Number) else through.value)

    def image(self) -> Image:
        """The number as 38 digits with as many decimals as it has."""
        number = self.value
        digits = str(abs(int(number.scaleb(scale_of(number)))))
        return Image(digits.encode(), scale_of(number), -1 if number < 0 else 1)

    def shown(self) -> bytes:
        single = self.form == "<f"
        text = f"{self.number:.8G}" if single else f"{self.number:.16G}"
        return cleaned(text).encode()


def cleaned(text: str) -> str:
    """A floating-point number whose exponent has no zero in front."""
    head, mark, exponent = text.partition("E")
    short = exponent[0] + exponent[1:].removeprefix("0") if exponent else ""
    return head + mark + short
