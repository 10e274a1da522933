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
    record = next(each for each in program.records if each.whole.word == one.record)
    inside = (each for each in record.fields if each.word == word)
    return next(inside) if word else record.whole


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
