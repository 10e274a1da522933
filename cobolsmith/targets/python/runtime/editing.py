"""Numeric editing: digits into a PICTURE such as `Z,ZZ9.99-`, and back.

A PICTURE is walked once, digit by digit, with zeros suppressed; what floats, and what only shows
when a digit stands before it, is put in afterwards.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_UNIT = re.compile(r"(CR|DB|.)(?:\((\d+)\))?")
_ZEROS = bytes.maketrans(b" \0", b"00")
BLANKS_AS_ZEROS = bytes.maketrans(b" ", b"0")
_KEPT_DECIMALS = frozenset("0123456789,+-/B")


class Image(NamedTuple):
    """A number as ASCII digits, `scale` of them right of the point; `sign` is -1 or 1."""

    digits: bytes
    scale: int
    sign: int

    def aligned(self, size: int, scale: int, zeros: bytes = _ZEROS) -> bytes:
        """The digits that fall on `size` positions with a scale; zeros where there are none, and
        for the bytes that a table says so of."""
        shift = scale - self.scale
        digits = self.digits + b"0" * shift if shift >= 0 else self.digits[:shift]
        return digits.translate(zeros)[-size:].rjust(size, b"0") if size else b""


class Signs(NamedTuple):
    """What SPECIAL-NAMES says about editing."""

    point: str = "."
    comma: str = ","
    currency: str = "$"


_SIGNS = [Signs()]


def signs() -> Signs:
    """What holds now."""
    return _SIGNS[0]


def use_signs(point: str, comma: str, currency: str) -> None:
    """Let other signs hold (DECIMAL-POINT IS COMMA, CURRENCY SIGN)."""
    _SIGNS[0] = Signs(point, comma, currency)


@lru_cache(maxsize=1024)
def symbols(picture: str) -> str:
    """A PICTURE with its repetitions written out; C and D stand for CR and DB."""
    units = _UNIT.findall(picture.upper())
    return "".join(symbol[0] * int(count or 1) for symbol, count in units)


@lru_cache(maxsize=1024)
def _left(shape: str, signs: Signs) -> int:
    """Positions left of the decimal point that take a digit, floating symbols among them."""
    count = 0
    fixed = False
    for symbol in shape:
        if symbol in ("V", signs.point) or (symbol == "P" and not count):
            break
        if symbol in "9Z*P":
            count += 1
            fixed = True
        elif symbol in ("+", "-", signs.currency):
            count += not fixed
    return count


class _Editor:
    """The state of one walk. Places in `out` are remembered where something is put in later."""

    def __init__(self, shape: str, signs: Signs, image: Image) -> None:
        self.signs = signs
        self.shape = shape
        self.digits = image.digits.decode("latin-1")
        self.at = len(self.digits) - image.scale - _left(shape, signs)
        self.negative = image.sign < 0
        self.out: list[str] = []
        self.end: int | None = None
        self.pad = " "
        self.suppressing = self.zero = True
        self.point: int | None = None
        self.behind_digits = False
        self.trailing = 0
        self.sign = self.money = ""
        self.sign_came_first = self.floats = False
        self.fixed: tuple[int, str] | None = None

    def digit(self) -> str:
        """The next digit of the number; it may end suppression."""
        inside = 0 <= self.at < len(self.digits)
        found = self.digits[self.at] if inside else "0"
        self.at += 1
        if found != "0":
            self.zero = self.suppressing = False
        return found

    def walk(self) -> None:
        """Put a character for each symbol."""
        only_left = self.shape.lstrip("SV").startswith("P")
        for index, symbol in enumerate(self.shape):
            repeated = self.shape[index : index + 2] == symbol * 2
            if symbol == "9":
                self.out.append(self.digit())
                self.suppressing = False
                self.behind_digits = True
            elif symbol in ("Z", "*"):
                found = self.digit()
                self.pad = "*" if symbol == "*" else " "
                self.out.append(self.pad if self.suppressing else found)
                self.behind_digits = True
            elif symbol in ("+", "-", self.signs.currency):
                self.symbol(symbol, repeated)
            elif symbol == "P":
                self.at += only_left
            else:
                self.insertion(symbol)

    def insertion(self, symbol: str) -> None:
        """A symbol that takes no digit."""
        if symbol == "V":
            self.point = len(self.out) - 1
        elif symbol == self.signs.point:
            self.point = len(self.out)
            self.out.append(symbol)
        elif symbol in ("C", "D"):
            self.end = len(self.out)
            shown = self.negative and not self.zero
            self.out += ("CR" if symbol == "C" else "DB") if shown else "  "
        elif symbol in ("B", self.signs.comma):
            self.out.append(self.pad if self.suppressing else symbol)
        else:
            self.out.append(symbol)

    def symbol(self, symbol: str, repeated: bool) -> None:
        """A sign or currency symbol: fixed at either end, or one of a floating string."""
        found = self.digit()
        money = symbol == self.signs.currency
        if self.behind_digits:
            self.out.append(symbol if money else self.signed(symbol))
            self.trailing += 1
        elif not self.out or self.suppressing:
            self.out.append(self.pad)
            if money:
                self.money = symbol
            else:
                self.sign = symbol
                self.sign_came_first = self.sign_came_first or not self.money
        else:
            self.out.append(found)
        if repeated or (self.fixed and self.fixed[1] == symbol):
            self.floats = True
        elif not self.behind_digits:
            if self.fixed:
                self.out[self.fixed[0]] = self.fixed[1]
            self.fixed = (len(self.out) - 1, symbol)

    def signed(self, symbol: str) -> str:
        """What a sign shows of the number."""
        if self.negative and not self.zero:
            return "-"
        return "+" if symbol == "+" else " "

    def suppressed(self, blank: bool) -> str:
        """The text of a number without a digit to show."""
        if self.pad == " " or blank:
            return " " * len(self.out)
        return "".join(one if one == self.signs.point else self.pad for one in self.out)

    def finished(self) -> str:
        """The text: decimals filled, what floats put before the first digit, blanks shown."""
        end = (len(self.out) if self.end is None else self.end) - self.trailing
        if self.point is not None:
            for place in range(self.point + 1, end):
                if self.out[place] not in _KEPT_DECIMALS:
                    self.out[place] = "0"
        sign = self.signed(self.sign) if self.sign else ""
        if sign or self.money:
            self.put_floating(end, sign)
        begun = False
        for place in range(end):
            if self.out[place] == "B":
                self.out[place] = " " if begun else self.pad
            else:
                begun = True
        return "".join(self.out)

    def put_floating(self, end: int, sign: str) -> None:
        """The sign or currency symbol at its place; of two, the one that came later floats."""
        if not self.floats:
            assert self.fixed is not None
            self.out[self.fixed[0]] = self.money if self.fixed[1] == self.signs.currency else sign
            return
        place = next((one for one in range(end - 1, 0, -1) if self.out[one] == " "), 0)
        if sign and self.money:
            self.out[place] = self.money if self.sign_came_first else sign
        else:
            self.out[place] = sign or self.money


def edit(image: Image, picture: str, signs: Signs, blank_when_zero: bool) -> bytes:
    """A number in the form of a PICTURE."""
    editor = _Editor(symbols(picture), signs, image)
    editor.walk()
    if editor.suppressing or (editor.zero and blank_when_zero):
        return editor.suppressed(blank_when_zero).encode("latin-1")
    return editor.finished().encode("latin-1")


def plain(text: bytes, picture: str, signs: Signs) -> Image:
    """The number that an edited text shows."""
    digits = bytearray()
    scale, sign, right = 0, 1, False
    for byte in text.decode("latin-1"):
        if "0" <= byte <= "9":
            digits.append(ord(byte))
            scale += right
        elif byte == signs.point:
            right = True
        elif byte in ("-", "C"):
            sign = -1
    return Image(bytes(digits), scale or _hidden_scale(picture, right), sign)


def _hidden_scale(picture: str, right: bool) -> int:
    """Digits behind a V, or zeros that P stands for."""
    scale = count = 0
    for symbol in symbols(picture):
        if symbol in "90Z*":
            scale += right
            count += not right
        elif symbol == "P":
            right = right or not count
            scale += -1 if count and not right else 1 if right and not count else -1
        elif symbol == "V":
            right = True
    return scale


def edit_text(text: bytes, picture: str) -> bytes:
    """Characters in the form of an alphanumeric-edited PICTURE."""
    out = bytearray()
    at = 0
    for symbol in symbols(picture):
        if symbol in "AX9":
            out += text[at : at + 1] or b" "
            at += 1
        else:
            out += b" " if symbol == "B" else symbol.encode("latin-1")
    return bytes(out)
