"""Values as bytes and back: the forms of numbers GnuCOBOL 3 keeps, and values at their edges."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from cobolsmith.checks.equivalence.shape import Field
from cobolsmith.items import Picture

Value = Decimal | str | bytes
"""A number, a text, or bytes just as they are."""

_BINARY = frozenset(("BINARY", "COMP-5", "COMP-X", "COMP-N"))
_NEGATIVE = bytes(range(0x70, 0x7A))
_POSITIVE_SIGNS, _NEGATIVE_SIGN, _NO_SIGN = (0xC, 0xA, 0xE), 0xD, 0xF


def is_numeric(field: Field) -> bool:
    """Whether the field holds a number (an edited one holds text)."""
    if field.picture is None:
        return field.usage.startswith(("BINARY", "COMP"))
    return field.picture.category == "numeric"


def encode(field: Field, value: Value) -> bytes:
    """The bytes of a value in a field; numbers lose digits on the left as MOVE loses them."""
    if isinstance(value, bytes):
        return value[: field.length].ljust(field.length)
    if not is_numeric(field):
        text = _digits(field, value) if isinstance(value, Decimal) else value
        return text.encode("latin-1", "replace")[: field.length].ljust(field.length)
    number = value if isinstance(value, Decimal) else _number(value)
    if number is None:
        return str(value).encode("latin-1", "replace")[: field.length].ljust(field.length)
    if field.usage in ("COMP-1", "COMP-2"):
        return struct.pack("<f" if field.length == 4 else "<d", float(number))
    return _fixed(field, number)


def _digits(field: Field, number: Decimal) -> str:
    text = format(abs(number), "f").replace(".", "")
    return text[-field.length :].rjust(field.length, "0")


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip() or "x")
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _fixed(field: Field, number: Decimal) -> bytes:
    picture = field.picture
    scale = picture.scale if picture else 0
    signed = picture.signed if picture else True
    whole = int(abs(number).scaleb(scale))
    minus = number < 0 and signed and whole != 0
    if field.usage in _BINARY or field.usage.startswith("BINARY-"):
        order = "big" if field.usage in ("BINARY", "COMP-X") else "little"
        limit = 1 << (8 * field.length)
        if picture and field.usage == "BINARY":
            whole %= 10**picture.size
        return ((-whole if minus else whole) % limit).to_bytes(field.length, order)  # type: ignore[arg-type]
    if field.usage in ("COMP-3", "COMP-6"):
        return _packed(field, whole, minus, signed)
    return _zoned(field, whole, minus, signed)


def _packed(field: Field, whole: int, minus: bool, signed: bool) -> bytes:
    if field.usage == "COMP-6" and not signed:
        return bytes.fromhex(str(whole)[-2 * field.length :].rjust(2 * field.length, "0"))
    sign = "d" if minus else "c" if signed else "f"
    size = picture.size if (picture := field.picture) else 2 * field.length - 1
    digits = str(whole)[-size:].rjust(2 * field.length - 1, "0")
    return bytes.fromhex(digits + sign)


def _zoned(field: Field, whole: int, minus: bool, signed: bool) -> bytes:
    separate = field.sign is not None and field.sign.separate and signed
    size = field.length - separate
    digits = bytearray(str(whole)[-size:].rjust(size, "0").encode())
    leading = field.sign is not None and field.sign.leading
    if separate:
        mark = b"-" if minus else b"+"
        return bytes(mark + digits if leading else digits + mark)
    if minus:
        at = 0 if leading else -1
        digits[at] = _NEGATIVE[digits[at] - 0x30]
    return bytes(digits)


def decode(field: Field, data: bytes) -> Value:
    """The value of a field's bytes: a number where they are one, else text or the bytes; of a
    record that ends before its end, the bytes there are."""
    if is_numeric(field) and len(data) < field.length:
        return data
    try:
        if is_numeric(field):
            number = _decoded(field, data)
            return data if number is None else number
        return data.decode("ascii")
    except (UnicodeDecodeError, ValueError, struct.error):
        return data


def _decoded(field: Field, data: bytes) -> Decimal | None:
    picture = field.picture
    scale = picture.scale if picture else 0
    if field.usage in ("COMP-1", "COMP-2"):
        return Decimal(repr(struct.unpack("<f" if field.length == 4 else "<d", data)[0]))
    if field.usage in _BINARY or field.usage.startswith("BINARY-"):
        order = "big" if field.usage in ("BINARY", "COMP-X") else "little"
        signed = picture.signed if picture else True
        whole = int.from_bytes(data, order, signed=signed)  # type: ignore[arg-type]
        return Decimal(whole).scaleb(-scale)
    if field.usage in ("COMP-3", "COMP-6"):
        return _unpacked(field, data, scale)
    return _unzoned(field, data, scale)


def _unpacked(field: Field, data: bytes, scale: int) -> Decimal | None:
    text = data.hex()
    sign = ""
    if field.usage == "COMP-3":
        text, sign = text[:-1], text[-1]
    if not text.isdigit() or sign.isdigit():
        return None
    return Decimal(int(text) * (-1 if sign in ("b", "d") else 1)).scaleb(-scale)


def _unzoned(field: Field, data: bytes, scale: int) -> Decimal | None:
    text = bytearray(data)
    leading = field.sign is not None and field.sign.leading
    minus = False
    if field.sign is not None and field.sign.separate and field.picture and field.picture.signed:
        mark = text.pop(0 if leading else -1)
        if mark not in b"+-":
            return None
        minus = mark == 0x2D
    elif text and text[0 if leading else -1] in _NEGATIVE:
        at = 0 if leading else -1
        text[at] -= 0x40
        minus = True
    if not text.isdigit():
        return None
    return Decimal(int(text) * (-1 if minus else 1)).scaleb(-scale)


def shown(field: Field, data: bytes) -> str:
    """A field's value for people; bytes that are no value of it in hexadecimal."""
    value = decode(field, data)
    if isinstance(value, bytes):
        return f"X'{value.hex().upper()}'"
    return str(value) if isinstance(value, Decimal) else repr(value)


def edges(picture: Picture) -> Iterator[Decimal]:
    """The numbers at the edges of a numeric PICTURE: 0, 1, the greatest, the step, negatives."""
    step = Decimal(1).scaleb(-picture.scale)
    greatest = step * (10**picture.size - 1)
    positive = (Decimal(0), step, Decimal(1), Decimal(10), greatest, greatest - step)
    for value in positive:
        yield value
        if picture.signed and value:
            yield -value


def invalid(field: Field) -> Iterator[bytes]:
    """Bytes that are no proper value of a numeric field: blanks, low-values, letters, signs."""
    size = field.length
    yield from (b" " * size, b"\0" * size, b"A" * size)
    if field.usage == "COMP-3":
        good = _packed(field, 1, False, True)
        yield from (good[:-1] + bytes(((good[-1] & 0xF0) | sign,)) for sign in range(16))
    elif field.usage == "DISPLAY":
        tail = (b"{", b"A", b"I", b"}", b"J", b"R", b"p", b"y", b"-")
        yield from (b"0" * (size - 1) + one for one in tail)


def texts(size: int) -> Iterator[str]:
    """Texts at the edges of an alphanumeric field."""
    yield from ("", "A" * size, "0" * size, "9" * size, "\0" * size, "z", "A B" * 3)
