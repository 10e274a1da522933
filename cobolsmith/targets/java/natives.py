"""Native items in Java: fields that are `int`, `long`, `BigDecimal` or `String`.

What is stored is cut by a function named as the PICTURE is written: `pic9(number, 5)`,
`picS9(number, 11, 2)`, `picX(text, 20)`; it is left out where the value fits anyway.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from cobolsmith.lowered import (
    AllOf,
    Compare,
    Expression,
    Field,
    Figurative,
    Integer,
    Negative,
    Number,
    Operation,
    Ref,
    Run,
    Size,
    Store,
    Text,
)
from cobolsmith.targets.java.words import Speaking, quoted
from cobolsmith.targets.natives import is_beside_bytes, literal_text

_INT, _LONG = 2**31 - 1, 2**63 - 1
_RANKS = {"+": 1, "-": 1, "*": 2}
_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_OPERATORS = {"=": "==", "<>": "!="}
_TESTS = frozenset(
    ("isOn", "isNumeric", "isAlphabetic", "isAlphabeticLower", "isAlphabeticUpper", "isMadeOf")
)
"""Static methods of the runtime that a method of the same name would hide."""


def java_type(item: Field) -> str:
    """The type of a native item."""
    if item.form == "string":
        return "String"
    if item.form == "index":
        return "int"
    if item.scale or item.digits > 18:
        return "BigDecimal"
    return "int" if item.digits <= 9 else "long"


# --- Whole numbers ---


class Whole(NamedTuple):
    """An expression of int or long: its text, how far it may lie from zero, whether below it, and
    how tight it binds (1 a sum, 2 a product, 3 a term)."""

    text: str
    most: int
    below: bool
    rank: int = 3

    @property
    def is_long(self) -> bool:
        """Whether an int doesn't hold it."""
        return self.most > _INT

    def within(self, rank: int) -> str:
        """The text, in parentheses where what is around it binds tighter."""
        return f"({self.text})" if self.rank < rank else self.text


def whole(speech: Speaking, one: Expression) -> Whole | None:
    """An expression without decimals as int or long, None where it isn't one for certain."""
    if isinstance(one, Number):
        if one.number.as_tuple().exponent != 0 or abs(one.number) > _LONG:
            return None
        number = int(one.number)
        return Whole(spelt(number), abs(number), number < 0, 3 if number >= 0 else 1)
    if isinstance(one, Figurative):
        return Whole("0", 0, False) if one.name == "ZEROS" else None
    if isinstance(one, Size):
        return Whole(f"{speech.path(one.of)}.size()", _INT, False)
    if isinstance(one, Ref):
        return _whole_item(speech, one)
    if isinstance(one, Integer):
        return whole(speech, one.of) or Whole(f"{speech.path(one.of)}.intValue()", 10**9 - 1, True)
    if isinstance(one, Negative):
        inside = whole(speech, one.of)
        return inside and Whole(f"-{inside.within(3)}", inside.most, True, 1)
    return _whole_operation(speech, one) if isinstance(one, Operation) else None


def _whole_item(speech: Speaking, one: Ref) -> Whole | None:
    item = speech.native(one)
    if item is not None:
        kind = java_type(item)
        if kind not in ("int", "long"):
            return None
        index = item.form == "index"
        return Whole(speech.path(one), _INT if index else 10**item.digits - 1, index or item.signed)
    if one.form == "index" and one.start is None:
        return Whole(f"{speech.path(one)}.intValue()", _INT, True)
    return None


def _whole_operation(speech: Speaking, one: Operation) -> Whole | None:
    if one.operator not in _RANKS:
        return None
    left, right = whole(speech, one.left), whole(speech, one.right)
    if left is None or right is None:
        return None
    most = left.most * right.most if one.operator == "*" else left.most + right.most
    if most > _LONG:
        return None
    rank = _RANKS[one.operator]
    first = left.within(rank)
    if most > _INT and not left.is_long and not right.is_long:
        first = f"(long) {left.within(3)}"
    below = left.below or right.below or one.operator == "-"
    text = f"{first} {one.operator} {right.within(rank + (one.operator == '-'))}"
    return Whole(text, most, below, rank)


def spelt(number: int) -> str:
    """A whole number as Java has it."""
    return f"{number}L" if abs(number) > _INT else str(number)


# --- Stores ---


def stored(speech: Speaking, one: Store, item: Field) -> str:
    """What a native item is given by a computation, cut as its PICTURE has it."""
    made = None if one.rounding else whole(speech, one.value)
    if made is not None and java_type(item) in ("int", "long"):
        return _cut_whole(item, made)
    number = speech.value(one.value)
    if one.rounding:
        number = f"rounded({number}, {item.scale}, {speech.mode(one.rounding)})"
    return cut_number(item, number)


def _cut_whole(item: Field, made: Whole) -> str:
    """A whole number as an item of whole numbers keeps it."""
    if item.form == "index":
        return f"(int) {made.within(3)}" if made.is_long else made.text
    narrow = "(int) " if java_type(item) == "int" and made.is_long else ""
    if made.most < 10**item.digits and (item.signed or not made.below):
        return f"{narrow}{made.within(3)}" if narrow else made.text
    return f"{narrow}{_picture(item)}({made.text}, {item.digits})"


def cut_number(item: Field, number: str) -> str:
    """A BigDecimal as a native item keeps it."""
    kind = java_type(item)
    if kind == "BigDecimal":
        return f"{_picture(item)}({number}, {item.digits - item.scale}, {item.scale})"
    if item.form == "index":
        return f"{number}.intValue()"
    narrow = "(int) " if kind == "int" else ""
    return f"{narrow}{_picture(item)}({number}, {item.digits})"


def _picture(item: Field) -> str:
    return "picS9" if item.signed else "pic9"


def fitted(speech: Speaking, one: Store, item: Field) -> str:
    """The result that a native item would be given, null where it doesn't fit."""
    mode = speech.mode(one.rounding or "TRUNCATION")
    signed = str(item.signed).lower()
    given = f"{item.digits}, {item.scale}, {signed}, {mode}"
    return f"fitted(() -> {speech.value(one.value)}, {given})"


def of_fitted(item: Field, name: str) -> str:
    """A result that fits, as the item's type."""
    return {"int": f"{name}.intValue()", "long": f"{name}.longValue()"}.get(java_type(item), name)


# --- MOVE ---


def received(speech: Speaking, item: Field, source: Expression) -> str:
    """What a native item is given by a MOVE."""
    if isinstance(source, Text | Number | Figurative | AllOf):
        return literal(source, item)
    if item.form == "string":
        return _characters(speech, item, source)
    made = whole(speech, source)
    if made is not None and java_type(item) in ("int", "long"):
        return _cut_whole(item, made)
    sent = speech.native(source)
    alike = sent is not None and (sent.digits, sent.scale) == (item.digits, item.scale)
    if alike and sent is not None and (item.signed or not sent.signed):
        return speech.path(source)  # type: ignore[arg-type]
    raw = isinstance(source, Ref) and source.form in ("zoned", "packed") and sent is None
    if raw and item.form in ("binary", "index"):
        number = f"{speech.path(source)}.inBinary({item.scale or ''})"  # type: ignore[arg-type]
        return cut_number(item, number)
    return cut_number(item, speech.value(source))


def _characters(speech: Speaking, item: Field, source: Expression) -> str:
    sent = speech.native(source)
    if sent is not None and sent.size <= item.size:
        return speech.path(source)  # type: ignore[arg-type]
    text = speech.source(source)
    if isinstance(source, Ref) and sent is None:
        text = f"{text}.text()"
    return f"picX({text}, {item.size})"


def literal(one: object, item: Field) -> str:
    """A literal as a native item keeps it."""
    if item.form == "string":
        text, times = literal_text(one, item.size)
        text = text[: item.size].rstrip(" ") if times == 1 else text
        return repeated(text, times)
    if isinstance(one, Text):
        number = Decimal(int(one.text))
    else:
        number = one.number if isinstance(one, Number) else Decimal(0)
    return _kept(number, item)


def _kept(number: Decimal, item: Field) -> str:
    """A number cut to an item's digits, as text of its type."""
    if item.form == "index":
        return spelt(int(number))
    units = int(abs(number).scaleb(item.scale)) % 10**item.digits
    units = -units if number < 0 and item.signed else units
    if java_type(item) != "BigDecimal":
        return spelt(units)
    if not item.scale and abs(units) <= _INT:
        return f"num({units})"
    return f'num("{Decimal(units).scaleb(-item.scale)}")'


def repeated(text: str, times: int) -> str:
    """A text so many times."""
    return quoted(text) if times == 1 else f"{quoted(text)}.repeat({times})"


def sent_text(speech: Speaking, source: Ref, target: object, item: Field) -> str:
    """What a native item gives to one in bytes: to characters its digits."""
    characters = isinstance(target, Ref) and (target.form == "string" or target.start is not None)
    if characters and item.form != "string":
        return shown(speech, source, item)
    path = speech.path(source)
    return f"num({path})" if java_type(item) == "long" else path


def shown(speech: Speaking, one: Ref, item: Field) -> str:
    """A native item as DISPLAY shows it."""
    path = speech.path(one)
    if item.form == "string":
        return f"padded({path}, {item.size})"
    sign = "signedDigits" if item.signed else "digits"
    scale = f", {item.scale}" if java_type(item) == "BigDecimal" else ""
    return f"{sign}({path}, {item.digits}{scale})"


# --- Conditions ---


def compared(
    speech: Speaking, one: Compare, item: Field, this: Ref, other: Expression, turned: bool
) -> str:
    """A relation of a native item, on its left or `turned`."""
    operator = _TURNED.get(one.operator, one.operator) if turned else one.operator
    if item.form == "string":
        return _compared_texts(speech, item, this, operator, other)
    left, right = whole(speech, this), whole(speech, other)
    if left is not None and right is not None:
        return f"{left.text} {_OPERATORS.get(operator, operator)} {right.within(2)}"
    shown_as = _OPERATORS.get(operator, operator)
    if right is not None and right.most == 0:
        return f"{speech.value(this)}.signum() {shown_as} 0"
    if isinstance(other, Ref) and not turned and is_beside_bytes(speech.program, item, other):
        return f"compare({speech.path(this)}, {speech.path(other)}) {shown_as} 0"
    if isinstance(other, Ref) and speech.native(other) is None:
        back = _TURNED.get(operator, operator)
        given = speech.path(this)
        if operator in ("=", "<>"):
            return f"{'!' if operator == '<>' else ''}{speech.path(other)}.is({given})"
        return f"{speech.path(other)}.compare({given}) {back} 0"
    return f"{speech.value(this)}.compareTo({speech.value(other)}) {shown_as} 0"


def _compared_texts(
    speech: Speaking, item: Field, this: Ref, operator: str, other: Expression
) -> str:
    path = speech.path(this)
    native = speech.native(other) is not None
    is_literal = isinstance(other, Text | Figurative | AllOf)
    text = repeated(*literal_text(other, item.size)) if is_literal else speech.path(other)  # type: ignore[arg-type]
    if operator in ("=", "<>") and (native or is_literal):
        same = f"{path}.isEmpty()" if text == '""' else f"{path}.equals({text})"
        return f"!{same}" if operator == "<>" else same
    return f"compare({path}, {text}) {_OPERATORS.get(operator, operator)} 0"


def predicate(speech: Speaking, ref: Ref, verb: str = "is") -> str:
    """A condition-name of a native item as a method: `ws-eof` is `isWsEof()`."""
    record, name = speech.names.field_of(ref)
    own = f"{verb}{name[:1].upper()}{name[1:]}"
    if ref.record in speech.names.classes:
        return f"{record}.{own}()"
    taken = own in _TESTS or own in speech.names.paragraphs.values()
    return f"{own}{'_' * taken}()"


def switched(speech: Speaking, one: Run) -> str:
    """SET a condition-name of a native item."""
    assert isinstance(one.subject, Ref)
    verb = "set" if one.steps[0].method == "set" else "clear"
    return predicate(speech, one.subject, verb)
