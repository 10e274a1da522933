"""Edited fields: what is moved to them takes the form of their PICTURE."""

from __future__ import annotations

from decimal import Decimal

from .editing import Image, edit, edit_text, plain, signs
from .fields import Field, Group, Number, Source, Text
from .figurative import Figurative
from .numbers import MOST_DIGITS
from .numeric import Zoned, number_in
from .storage import Steps, Storage


class EditedNumber(Number):
    """A numeric-edited field; as a sender it is characters, or the number they show."""

    numeric = False

    def __init__(
        self,
        storage: Storage,
        offset: int,
        size: int,
        picture: str,
        digits: int,
        scale: int,
        steps: Steps = (),
        *,
        blank_when_zero: bool = False,
    ) -> None:
        super().__init__(storage, offset, size, steps)
        self.picture = picture
        self.digits = digits
        self.scale = scale
        self.signed = True
        self.blank_when_zero = blank_when_zero

    def image(self) -> Image:
        """The number that the text shows."""
        return plain(self.raw, self.picture, signs())

    def deedited(self) -> Image | None:
        return self.image()

    @property
    def value(self) -> Decimal:
        """The number that the text shows."""
        image = self.image()
        number = int(image.digits or b"0")
        return Decimal(-number if image.sign < 0 else number).scaleb(-image.scale)

    @value.setter
    def value(self, number: Decimal | int) -> None:
        self.store(number)

    def sent(self) -> bytes:
        return self.raw

    def characters(self) -> bytes:
        return self.raw

    def store(self, number: Decimal | int, rounding: str = "") -> None:
        """Edit a number."""
        self._stored(number, rounding, keep=False)

    def fits(self, number: Decimal | int, rounding: str = "") -> bool:
        """Edit a number if its digits suffice, and say whether they did."""
        return self._stored(number, rounding, keep=True)

    def _stored(self, number: Decimal | int, rounding: str, *, keep: bool) -> bool:
        through = Zoned(Storage(self.digits), 0, self.digits, self.scale, signed=True)
        done = through.fits(number, rounding)
        if not done and not keep:
            through.store(number, rounding)
        if Decimal(number).is_nan() or (keep and not done):
            return False
        self.move(through)
        return done

    def move(self, source: Source) -> None:
        """MOVE source TO this field."""
        if isinstance(source, Group):
            self.take_bytes(source)
        elif isinstance(source, Figurative):
            if source.pattern == b"0":
                self.edit(Image(b"0" * MOST_DIGITS, 0, 0))
                return
            self.edit(self._spelt(source.filled(self.size)))
        elif isinstance(source, str):
            self.edit(self._spelt(source.encode("latin-1")))
        elif isinstance(source, Field):
            self.edit(self._image_of(source))
        else:
            digits = str(source).lstrip("-")
            whole, _, decimals = digits.partition(".")
            sign = -1 if source < 0 else 1
            self.edit(Image((whole + decimals).encode(), len(decimals), sign))

    def _image_of(self, source: Field) -> Image:
        image = source.deedited()
        if image is not None:
            return image
        return source.image() if isinstance(source, Number) else self._spelt(source.raw)

    def _spelt(self, text: bytes) -> Image:
        return number_in(text, 2 * MOST_DIGITS, MOST_DIGITS, signs())

    def edit(self, image: Image) -> None:
        """Put digits into the form of the PICTURE."""
        self.raw = edit(image, self.picture, signs(), self.blank_when_zero)[: self.size]


class EditedText(Text):
    """An alphanumeric-edited field."""

    def __init__(
        self, storage: Storage, offset: int, size: int, picture: str, steps: Steps = ()
    ) -> None:
        super().__init__(storage, offset, size, steps)
        self.picture = picture

    def move(self, source: Source) -> None:
        """MOVE source TO this field."""
        if isinstance(source, Group):
            self.take_bytes(source)
            return
        size = self.size
        data = source.filled(size) if isinstance(source, Figurative) else self.bytes_of(source)
        self.raw = edit_text(data, self.picture)
