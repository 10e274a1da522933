"""Items that a target keeps as numbers and strings of its own: which, and their literals."""

from __future__ import annotations

from cobolsmith.lowered import AllOf, Field, Figurative, Lowered, Record, Ref, Text

_FILLS = {"SPACES": " ", "ZEROS": "0", "HIGH-VALUES": "\xff", "LOW-VALUES": "\0", "QUOTES": '"'}


def native_item(program: Lowered, one: object) -> Field | None:
    """The native item that an operand or condition-name is of, None for another one."""
    if not isinstance(one, Ref) or one.outward:
        return None
    word = one.word.partition("\0")[0]
    if (one.record, word) not in program.natives:
        return None
    return item_of(program, one)


def item_of(program: Lowered, one: Ref) -> Field | None:
    """The item of a program that a place is made of, None where it is declared outward."""
    if one.outward:
        return None
    word = one.word.partition("\0")[0]
    record = next(each for each in program.records if each.whole.word == one.record)
    inside = (each for each in record.fields if each.word == word)
    return next(inside) if word else record.whole


def is_beside_bytes(program: Lowered, item: Field, other: object) -> bool:
    """Whether a native item is compared with bytes that, where they are no digits, count for
    something else on the right of a comparison than on its left."""
    if not isinstance(other, Ref) or other.form != "zoned" or native_item(program, other):
        return False
    found = item_of(program, other)
    if found is None or found.scale > 0:
        return False
    return item.scale > 0 or found.leading or found.separate


def literal_text(one: object, size: int) -> tuple[str, int]:
    """A literal as characters beside a native item of a size, without spaces at the end: a text,
    and how often it stands."""
    if isinstance(one, Text):
        return one.text.rstrip(" "), 1
    if isinstance(one, AllOf):
        pattern = one.text
    else:
        assert isinstance(one, Figurative)
        pattern = _FILLS[one.name]
    if pattern == " ":
        return "", 1
    if size == 1 or size % len(pattern) or pattern.endswith(" "):
        return (pattern * size)[:size].rstrip(" "), 1
    return pattern, size // len(pattern)


def is_plain(program: Lowered, record: Record) -> bool:
    """Whether all items of a group are native: its class needs no bytes."""
    named = [one for one in record.fields if one.word and one.form != "group"]
    return bool(named) and all((record.whole.word, one.word) in program.natives for one in named)
