"""Native items in Java as fields, and their condition-names as methods."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from cobolsmith.lowered import Field, Figurative, Named88, Number, Record, Ref
from cobolsmith.targets.java.expressions import Speech
from cobolsmith.targets.java.natives import java_type, literal, predicate, repeated, spelt
from cobolsmith.targets.natives import literal_text

Line = tuple[int, str]


def item_lines(
    speech: Speech, record: Record, one: Field, depth: int, public: str = ""
) -> Iterator[Line]:
    """A native item as a field."""
    word = one.word if one is not record.whole else ""
    home = record.whole.word
    name = speech.names.fields[home, word] if word else speech.names.records[home]
    kind = java_type(one)
    seen = public if record.is_group else "private "
    yield depth, f"{seen}{kind} {name}{_begun(one, kind)};"


def condition_lines(
    speech: Speech, record: Record, one: Field, said: str | None, depth: int, public: str = ""
) -> Iterator[Line]:
    """The condition-names of a native item as methods; those that set it where `said` uses them, or
    all."""
    word = one.word if one is not record.whole else ""
    home = record.whole.word
    seen = public if record.is_group else "private "
    name = speech.names.fields[home, word] if word else speech.names.records[home]
    for named in one.conditions:
        ref = Ref(home, f"{word}\0{named.word}", one.form)
        own = predicate(speech, ref).rpartition(".")[2]
        yield 0, ""
        yield depth, f"{seen}boolean {own} {{"
        yield depth + 1, f"return {_holds(name, one, named)};"
        yield depth, "}"
        first = named.values[0]
        sets = {"set": first[0] if isinstance(first, tuple) else first, "clear": named.false}
        for verb, value in sets.items():
            own = predicate(speech, ref, verb).rpartition(".")[2]
            if value is not None and (said is None or own in said):
                yield 0, ""
                yield depth, f"{seen}void {own} {{"
                yield depth + 1, f"{name} = {literal(value, one)};"
                yield depth, "}"


def _begun(one: Field, kind: str) -> str:
    value = one.value
    if one.form == "string":
        usual = value in (None, Figurative("SPACES"))
        return ' = ""' if usual else f" = {literal(value, one)}"
    if one.form == "index":
        return " = 1"
    given = isinstance(value, Number) and bool(value.number)
    if kind == "BigDecimal":
        return f" = {literal(value, one)}" if given else " = BigDecimal.ZERO"
    return f" = {literal(value, one)}" if given else ""


def _holds(name: str, item: Field, named: Named88) -> str:
    """The test of a condition-name."""
    parts = []
    several = len(named.values) > 1
    for value in named.values:
        if isinstance(value, tuple):
            low, high = value
            both = f"{_relation(name, item, '>=', low)} && {_relation(name, item, '<=', high)}"
            parts.append(f"({both})" if several else both)
        else:
            parts.append(_relation(name, item, "==", value))
    return " || ".join(parts)


def _relation(name: str, item: Field, operator: str, value: object) -> str:
    text = _exact(value, item)
    if item.form == "string":
        if operator == "==":
            return f"{name}.isEmpty()" if text == '""' else f"{name}.equals({text})"
        return f"compare({name}, {text}) {operator} 0"
    if java_type(item) == "BigDecimal":
        return f"{name}.compareTo({text}) {operator} 0"
    if text.startswith("num("):
        return f"num({name}).compareTo({text}) {operator} 0"
    return f"{name} {operator} {text}"


def _exact(value: object, item: Field) -> str:
    """A literal to compare with: a number isn't cut."""
    if item.form == "string":
        return repeated(*literal_text(value, item.size))
    number = value.number if isinstance(value, Number) else Decimal(0)
    exact = number == int(number) and abs(number) < 2**31
    if java_type(item) == "BigDecimal":
        return f"num({int(number)})" if exact else f'num("{number}")'
    return spelt(int(number)) if number == int(number) else f'num("{number}")'
