"""Numeric fields with a fixed decimal point, and zoned ones (USAGE DISPLAY)."""

from __future__ import annotations

from decimal import Decimal

from .editing import Image, Signs, edit, signs
from .fields import LONG_DIGITS, Field, Group, Number, Source
from .figurative import Figurative
from .numbers import MOST_DIGITS, PROHIBITED, TRUNCATION, unscaled
from .storage import Steps, Storage

MACHINE_DIGITS = 9
"""The most digits of an item that cobc adds and subtracts as the machine's integer."""
_BLANKS = b" \t\n\v\f\r"
_DIGITS = bytes(one if 0x30 <= one <= 0x39 else 0x30 for one in range(256))


def number_in(text: bytes, digits: int, scale: int, used: Signs) -> Image:
    """The number that characters spell, on `digits` positions; zero where they don't."""
    zero = Image(b"0" * digits, scale, 0)
    body = text.lstrip(_BLANKS).decode("latin-1")
    sign = 0
    if body[:1] in ("+", "-"):
        sign = 1 if body[0] == "+" else -1
        body = body[1:]
    whole = sum(one.isdigit() for one in body.partition(used.point)[0])
    room = digits - scale
    out = ["0"] * max(room - whole, 0)
    surplus = max(whole - room, 0)
    points = 0
    for one in body:
        if len(out) >= digits:
            break
        if "0" <= one <= "9":
            if surplus:
                surplus -= 1
            else:
                out.append(one)
        elif one == used.point:
            points += 1
            if points > 1:
                return zero
        elif not surplus and one not in " \t\n\v\f\r" and one != used.comma:
            return zero
    return Image("".join(out).ljust(digits, "0").encode(), scale, sign)


def shown(image: Image, signed: bool) -> bytes:
    """Digits with their decimal point and, where the field has one, a leading sign."""
    text = image.digits.decode()
    if image.scale > 0:
        text = text.rjust(image.scale, "0")
        text = f"{text[: len(text) - image.scale]}{signs().point}{text[len(text) - image.scale :]}"
    if signed:
        text = ("-" if image.sign < 0 else "+") + text
    return text.encode("latin-1")


def summed(digits: bytes) -> int:
    """What bytes of which not all are digits count for where each stands for its code's distance
    from that of 0."""
    number = 0
    for byte in digits:
        number = number * 10 + byte - 0x30
    return number


def shown_as_edited(image: Image, signed: bool, behind: bool = False) -> bytes:
    """Bytes of which not all are digits, as a MOVE to a numeric-edited field shows them."""
    scale, count = image.scale, len(image.digits)
    picture = "9" * min(count - scale, count) + "0" * -scale
    if scale > 0:
        picture += signs().point + "9" * scale
    if signed:
        picture = f"{picture}+" if behind else f"+{picture}"
    text = edit(image, picture, signs(), blank_when_zero=False)
    return text.replace(b"\0", b"")  # as GnuCOBOL shows what was never given a value


def in_binary(image: Image, scale: int) -> Decimal:
    """Bytes of which not all are digits as a binary item is given them: cut first, then summed."""
    shift = scale - image.scale
    cut = image.digits + b"0" * shift if shift >= 0 else image.digits[:shift]
    number = summed(cut) % 2**64
    return Decimal(-number if image.sign < 0 else number).scaleb(-scale)


class Fixed(Number):
    """What zoned, packed and binary fields have in common."""

    def __init__(
        self,
        storage: Storage,
        offset: int,
        size: int,
        digits: int,
        scale: int,
        signed: bool,
        steps: Steps = (),
    ) -> None:
        super().__init__(storage, offset, size, steps)
        self.digits = digits
        self.scale = scale
        self.signed = signed

    @property
    def shape(self) -> tuple[object, ...]:
        """All that says how the bytes are read."""
        return type(self), self.size, self.digits, self.scale, self.signed

    def put(self, number: int, *, keep: bool) -> bool:
        """Put a whole number of last digits; with `keep` only if it fits."""
        raise NotImplementedError

    def store(self, number: Decimal | int, rounding: str = "") -> None:
        """Put a number into the field, cut to its digits; what is no number isn't stored."""
        if type(number) is int and self.scale >= 0:
            self.put(number * 10**self.scale, keep=False)
        else:
            self._stored(Decimal(number), rounding, keep=False)

    def fits(self, number: Decimal | int, rounding: str = "") -> bool:
        """Put a number into the field if its digits suffice, and say whether they did."""
        if type(number) is int and self.scale >= 0:
            return self.put(number * 10**self.scale, keep=True)
        return self._stored(Decimal(number), rounding, keep=True)

    def _stored(self, number: Decimal, rounding: str, *, keep: bool) -> bool:
        if number.is_nan():
            return False
        if rounding == PROHIBITED:
            rounding = TRUNCATION
        return self.put(unscaled(number, self.scale, rounding or TRUNCATION), keep=keep)

    def move(self, source: Source) -> None:
        """MOVE source TO this field: aligned by the decimal point, cut on both sides; bytes as they
        are from a field of the same shape, if neither has subscripts."""
        if type(source) is int and self.scale >= 0:
            self.put(source * 10**self.scale, keep=False)
        elif isinstance(source, Group):
            self.take_bytes(source)
        elif isinstance(source, Fixed) and source.shape == self.shape and self.copies(source):
            self.raw = source.raw
        elif isinstance(source, Field):
            self.take(source)
        elif isinstance(source, Figurative):
            self.take_image(Image(source.filled(MOST_DIGITS), 0, 0))
        elif isinstance(source, str):
            self.take_image(self.spelt(source.encode("latin-1")))
        else:
            self.store(Decimal(source))

    def copies(self, source: Fixed) -> bool:
        """Whether MOVE copies the bytes of a field of the same shape."""
        return not (self.subscripted or source.subscripted) or source.is_sound()

    def is_sound(self) -> bool:
        """Whether the bytes are digits."""
        return True

    def take(self, source: Field) -> None:
        """MOVE of a field."""
        image = source.deedited()
        if isinstance(source, Number):
            self.store(source.value)
        elif image is not None:
            self.take_image(image)
        else:
            self.take_image(self.spelt(source.raw))

    def spelt(self, text: bytes) -> Image:
        """The number that characters spell."""
        return number_in(text, 2 * MOST_DIGITS, MOST_DIGITS, signs())

    def take_image(self, image: Image) -> None:
        """Put digits into the field."""
        digits = image.aligned(len(image.digits) + abs(self.scale) + 1, self.scale)
        number = int(digits)
        self.put(-number if image.sign < 0 else number, keep=False)

    def image(self) -> Image:
        """The number as digits."""
        number = unscaled(self.value, self.scale)
        digits = str(abs(number)).rjust(self.digits, "0")[-self.digits :]
        return Image(digits.encode(), self.scale, -1 if number < 0 else 1)

    def characters(self) -> bytes:
        return self.image().digits

    def shown(self) -> bytes:
        image = self.image()
        return shown(image if image.digits.strip(b"0") else image._replace(sign=1), self.signed)


class Zoned(Fixed):
    """USAGE DISPLAY: a digit a byte; the sign is in the last (or first) digit, or beside them."""

    def __init__(
        self,
        storage: Storage,
        offset: int,
        digits: int,
        scale: int = 0,
        signed: bool = False,
        steps: Steps = (),
        *,
        leading: bool = False,
        separate: bool = False,
        size: int = 0,
    ) -> None:
        places = size or digits + separate
        super().__init__(storage, offset, places, digits, scale, signed, steps)
        self.leading = leading
        self.separate = separate

    @property
    def shape(self) -> tuple[object, ...]:
        """All that says how the bytes are read."""
        return (*super().shape, self.leading, self.separate)

    def parts(self) -> tuple[bytes, int]:
        """The digits as they stand, without a sign over them, and the sign."""
        data = bytearray(self.raw)
        if not self.signed:
            return bytes(data), 0
        at = 0 if self.leading else len(data) - 1
        if self.separate:
            sign = -1 if data[at] == 0x2D else 1
            return bytes(data[1:] if self.leading else data[:-1]), sign
        byte = data[at]
        if 0x30 <= byte <= 0x39 or byte == 0x20:
            return bytes(data), 1
        negative = 0x70 <= byte <= 0x79
        data[at] = byte - 0x40 if negative else 0x30
        return bytes(data), -1 if negative else 1

    @property
    def value(self) -> Decimal:
        """The number."""
        digits, sign = self.parts()
        if self.leading or not digits.isdigit():
            return self._unreadable(digits, sign)
        number = int(digits)
        return Decimal(-number if sign < 0 else number).scaleb(-self.scale)

    @value.setter
    def value(self, number: Decimal | int) -> None:
        self.store(number)

    def __int__(self) -> int:
        """The number as the machine's integer: in an unsigned item what is no digit is 0."""
        if self.scale or self.digits > MACHINE_DIGITS:
            return int(self.value)
        digits, sign = self.parts()
        if digits.isdigit():
            number = int(digits)
        else:
            number = summed(digits) if self.signed else int(digits.translate(_DIGITS))
        return -number if sign < 0 else number

    def is_whole(self) -> bool:
        """Whether cobc compares with this field as with a whole number of the machine's."""
        return self.scale <= 0 and self.size <= LONG_DIGITS

    def garbled(self, *, left: bool) -> int | None:
        """What bytes that are no digits count for in a comparison of whole numbers, on its left or
        right; None where they count for the field's value."""
        if self.raw.isdigit() or self.scale or self.size > LONG_DIGITS:
            return None
        digits, sign = self.parts()
        if digits.isdigit() or (left and (self.separate or self.leading)):
            return None
        if left and self.signed and digits.endswith(b" "):
            digits = digits[:-1] + b"0"
        return -summed(digits) if sign < 0 else summed(digits)

    def is_plain_as(self, other: Number) -> bool:
        """Whether this field and another are of the same digits, a byte each, without sign."""
        alike = isinstance(other, Zoned) and (self.size, self.scale) == (other.size, other.scale)
        return alike and not self.signed and not other.signed

    def _unreadable(self, digits: bytes, sign: int) -> Decimal:
        """What bytes that may be no digits count for."""
        first = self.raw[self.leading and self.separate]
        if first in (0x00, 0xFF):
            return Decimal(10 ** len(digits) if first else -(10 ** len(digits))).scaleb(-self.scale)
        while len(digits) > 1 and not digits[0] & 0x0F:
            digits = digits[1:]
        if len(digits) < 20:
            number = summed(digits) % 2**64
        else:
            number = int("".join(str(byte & 0x0F)[-1] for byte in digits))
        return Decimal(-number if sign < 0 else number).scaleb(-self.scale)

    def put(self, number: int, *, keep: bool) -> bool:
        """Put a whole number of last digits; with `keep` only if it fits."""
        places = self.size - (self.separate and self.signed)
        digits = str(abs(number))
        if len(digits) > places and keep:
            return False
        data = digits[-places:].rjust(places, "0").encode()
        if self.signed:
            self.rewrite(data, -1 if number < 0 else 1)
        else:
            self.raw = data
        return len(digits) <= places

    def rewrite(self, digits: bytes, sign: int) -> None:
        """Put digits as they are, and a sign over or beside them."""
        data = bytearray(digits)
        if self.signed and self.separate:
            mark = b"-" if sign < 0 else b"+"
            data = bytearray(mark + data if self.leading else data + mark)
        elif self.signed and sign < 0:
            data[0 if self.leading else -1] |= 0x40
        self.raw = bytes(data)

    def is_sound(self) -> bool:
        """Whether the bytes are digits."""
        return self.parts()[0].isdigit()

    def in_binary(self, scale: int = 0) -> Decimal:
        return self.value if self.is_sound() else in_binary(self.image(), scale)

    def take(self, source: Field) -> None:
        """MOVE of a field: digits go as they are, blanks as zeros."""
        if isinstance(source, Fixed):
            self.take_image(source.image())
        else:
            super().take(source)

    def take_image(self, image: Image) -> None:
        """Put digits into the field."""
        places = self.size - (self.separate and self.signed)
        self.rewrite(image.aligned(places, self.scale), image.sign)

    def spelt(self, text: bytes) -> Image:
        """The number that characters spell."""
        places = self.size - (self.separate and self.signed)
        return number_in(text, places, self.scale, signs())

    def image(self) -> Image:
        """The number as digits."""
        digits, sign = self.parts()
        return Image(digits, self.scale, sign)

    def characters(self) -> bytes:
        return self.raw if self.separate else self.parts()[0]

    def shown(self) -> bytes:
        digits, sign = self.parts()
        behind = self.separate and not self.leading
        if not digits.isdigit():
            return shown_as_edited(Image(digits, self.scale, sign), self.signed, behind)
        text = digits.decode()
        if self.scale > 0:
            text = text.rjust(self.scale, "0")
            at = len(text) - self.scale
            text = f"{text[:at]}{signs().point}{text[at:]}"
        elif self.scale < 0:
            text = text + "0" * -self.scale
        if self.signed:
            mark = "-" if sign < 0 and digits.strip(b"0") else "+"
            text = text + mark if behind else mark + text
        return text.encode("latin-1")
