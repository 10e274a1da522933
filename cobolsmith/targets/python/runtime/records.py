"""Records: a level 01 with its storage, and the making of the fields in it."""

from __future__ import annotations

from collections.abc import Callable

from .computational import Binary, Floating, Packed
from .edited import EditedNumber, EditedText
from .fields import Field, Group, Source, Text
from .figurative import SPACES, ZEROS
from .numeric import Zoned
from .storage import Steps, Storage


class _Kept:
    """No initial value: the bytes belong to another item too."""


KEPT = _Kept()
Value = Source | _Kept | None
"""An initial value; None for the usual one, zeros or spaces by form."""


class Record(Group):
    """A record and its bytes; `over` another field it shares that field's (REDEFINES). One that
    doesn't begin with values has zero bytes, or those of what it is over."""

    def __init__(
        self,
        size: int,
        *,
        begins: bool = True,
        over: Field | None = None,
        value: Value = None,
        times: Steps = (),
        counted: Callable[[], int] | None = None,
    ) -> None:
        extent = size * (times[0][1] if times else 1)
        storage = over.storage if over is not None else Storage(extent)
        super().__init__(storage, over.offset if over else 0, size, times, counted=counted)
        self.begins = begins
        if over is None:
            storage.data[:] = (b" " if begins else b"\0") * extent
        lacking = self.offset + extent - len(storage.data)
        if lacking > 0:
            storage.data.extend(bytes(lacking))
        self._begin(self, value)

    def bind(self, data: bytearray, base: int) -> None:
        """Let the record be bytes of a caller."""
        self.storage.bind(data, base)

    def zoned(
        self,
        offset: int,
        digits: int,
        scale: int = 0,
        *,
        signed: bool = False,
        leading: bool = False,
        separate: bool = False,
        size: int = 0,
        times: Steps = (),
        value: Value = None,
    ) -> Zoned:
        """A numeric field, USAGE DISPLAY."""
        field = Zoned(
            self.storage,
            self.offset + offset,
            digits,
            scale,
            signed,
            times,
            leading=leading,
            separate=separate,
            size=size,
        )
        self._begin(field, value, 0)
        return field

    def packed(
        self,
        offset: int,
        digits: int,
        scale: int = 0,
        *,
        signed: bool = False,
        unsigned_nibble: bool = True,
        size: int = 0,
        times: Steps = (),
        value: Value = None,
    ) -> Packed:
        """A COMP-3 field (COMP-6 without the sign's half byte)."""
        place = self.offset + offset
        nibble = unsigned_nibble
        field = Packed(
            self.storage, place, digits, scale, signed, times, unsigned_nibble=nibble, size=size
        )
        self._begin(field, value, 0)
        return field

    def binary(
        self,
        offset: int,
        size: int,
        digits: int,
        scale: int = 0,
        *,
        signed: bool = False,
        native: bool = False,
        cut: bool = True,
        narrow: bool = False,
        times: Steps = (),
        value: Value = None,
    ) -> Binary:
        """A COMP field; `native` and not `cut` for COMP-5."""
        field = Binary(
            self.storage,
            self.offset + offset,
            size,
            digits,
            scale,
            signed,
            times,
            native=native,
            cut=cut,
            narrow=narrow,
        )
        self._begin(field, value, 0)
        return field

    def floating(
        self, offset: int, size: int, *, times: Steps = (), value: Value = None
    ) -> Floating:
        """A COMP-1 (4 bytes) or COMP-2 field."""
        field = Floating(self.storage, self.offset + offset, size, times)
        self._begin(field, value, 0)
        return field

    def string(
        self,
        offset: int,
        size: int,
        *,
        justified: bool = False,
        times: Steps = (),
        value: Value = None,
    ) -> Text:
        """A PIC X or A field."""
        field = Text(self.storage, self.offset + offset, size, times, justified=justified)
        self._begin(field, value, SPACES)
        return field

    def edited(
        self,
        offset: int,
        size: int,
        picture: str,
        digits: int,
        scale: int = 0,
        *,
        blank_when_zero: bool = False,
        times: Steps = (),
        value: Value = None,
    ) -> EditedNumber:
        """A numeric-edited field."""
        place = self.offset + offset
        blank = blank_when_zero
        field = EditedNumber(
            self.storage, place, size, picture, digits, scale, times, blank_when_zero=blank
        )
        self._begin(field, value, ZEROS)
        return field

    def edited_text(
        self, offset: int, size: int, picture: str, *, times: Steps = (), value: Value = None
    ) -> EditedText:
        """An alphanumeric-edited field."""
        field = EditedText(self.storage, self.offset + offset, size, picture, times)
        self._begin(field, value, SPACES)
        return field

    def group(
        self,
        offset: int,
        size: int,
        *,
        times: Steps = (),
        counted: Callable[[], int] | None = None,
        value: Value = None,
    ) -> Group:
        """A group of fields."""
        field = Group(self.storage, self.offset + offset, size, times, counted=counted)
        self._begin(field, value)
        return field

    def _begin(self, field: Field, value: Value, usual: Source | None = None) -> None:
        """Give every occurrence of a field its initial value, characters as they are written."""
        chosen = usual if value is None else value
        if chosen is None or isinstance(chosen, _Kept) or not self.begins:
            return
        plain = value is None or not isinstance(field, Text | EditedNumber)
        for one in field.every():
            target = one if plain else Text(one.storage, one.offset, one.length)
            target.move(chosen)


class Area(Record):
    """A record without initial values: of a file, of the LINKAGE SECTION, or over another."""

    def __init__(
        self,
        size: int,
        *,
        over: Field | None = None,
        times: Steps = (),
        counted: Callable[[], int] | None = None,
    ) -> None:
        super().__init__(size, begins=False, over=over, times=times, counted=counted)
