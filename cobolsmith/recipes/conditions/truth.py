"""Whether a condition holds for given values, and the values at which it may change its mind.

Three-valued: None where something in it isn't known here (an expression, a class, a switch).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from cobolsmith.dataflow import And, Condition, ConditionName, Not, Or, Relation, SignTest, Term
from cobolsmith.items import DataItem
from cobolsmith.program import Program

Value = Decimal | str
Values = Mapping[int, Value]
ROWS = 400
"""Combinations of values looked at, at most."""
_FIGURATIVE: dict[str, Value] = {
    **dict.fromkeys(("ZERO", "ZEROS", "ZEROES"), Decimal(0)),
    **dict.fromkeys(("SPACE", "SPACES"), ""),
}


def literal(text: str) -> Value | None:
    """A literal's value; None for what is none."""
    if text[:1] in ("'", '"') and text[-1:] == text[:1] and len(text) > 1:
        return text[1:-1].replace(text[0] * 2, text[0])
    if text.upper() in _FIGURATIVE:
        return _FIGURATIVE[text.upper()]
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def holds(program: Program, condition: Condition, values: Values) -> bool | None:
    """Whether a condition holds where items have these values."""
    match condition:
        case Not(of=inner):
            found = holds(program, inner, values)
            return None if found is None else not found
        case And(parts=parts) | Or(parts=parts):
            wanted = isinstance(condition, Or)
            told = [holds(program, part, values) for part in parts]
            return wanted if wanted in told else None if None in told else not wanted
        case Relation(subject=subject, operator=operator, object=other):
            return compared(_value(subject, values), operator, _value(other, values))
        case SignTest(subject=subject, sign=sign):
            signs = {"POSITIVE": ">", "NEGATIVE": "<", "ZERO": "="}
            return compared(_value(subject, values), signs[sign], Decimal(0))
        case ConditionName(term=term):
            return _named(program, term, values)
    return None


def compared(one: Value | None, operator: str, other: Value | None) -> bool | None:
    """A relation of two values; texts are made equally long with blanks."""
    if isinstance(one, str) and isinstance(other, str):
        size = max(len(one), len(other))
        order = (one.ljust(size) > other.ljust(size)) - (one.ljust(size) < other.ljust(size))
    elif isinstance(one, Decimal) and isinstance(other, Decimal):
        order = (one > other) - (one < other)
    else:
        return None
    return {"=": order == 0, "<>": order != 0, "<": order < 0, ">": order > 0,
            "<=": order <= 0, ">=": order >= 0}[operator]  # fmt: skip


def _value(term: Term, values: Values) -> Value | None:
    return literal(term.text) if term.item is None else values.get(term.item)


def _named(program: Program, term: Term, values: Values) -> bool | None:
    item = program.items[term.item] if term.item is not None else None
    if item is None or item.level != 88 or item.parent is None:
        return None
    value = values.get(item.parent)
    told = []
    for one in item.values:
        first, last = one if isinstance(one, tuple) else (one, one)
        low, high = compared(value, ">=", literal(first)), compared(value, "<=", literal(last))
        told.append(None if low is None or high is None else low and high)
    return True if True in told else None if None in told else False


def boundaries(program: Program, conditions: Sequence[Condition]) -> dict[int, list[Value]]:
    """For each item that is compared with literals: those, and one step of its PICTURE to each
    side of a number."""
    found: dict[int, list[Value]] = {}
    for item, value in (pair for one in conditions for pair in _asked(program, one)):
        if value is not None:
            near = [value]
            if isinstance(value, Decimal):
                picture = program.items[item].picture
                step = Decimal(1).scaleb(-picture.scale) if picture else Decimal(1)
                near = [value - step, value, value + step]
            known = found.setdefault(item, [])
            known += [one for one in near if one not in known]
    for item, known in found.items():
        if all(isinstance(one, str) for one in known):
            known.append(_other(program.items[item], [str(one) for one in known]))
    return found


def _other(item: DataItem, known: Sequence[str]) -> str:
    """A text that is none of those asked for."""
    size = item.length or 1
    return next(letter * size for letter in "ZQXJ#" if letter * size not in known)


def _asked(program: Program, condition: Condition) -> Iterator[tuple[int, Value | None]]:
    match condition:
        case Not(of=inner):
            yield from _asked(program, inner)
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                yield from _asked(program, part)
        case Relation(subject=subject, object=other):
            for one, against in ((subject, other), (other, subject)):
                if one.item is not None and against.item is None:
                    yield one.item, literal(against.text)
        case SignTest(subject=Term(item=int(item))):
            yield item, Decimal(0)
        case ConditionName(term=Term(item=int(item))):
            named = program.items[item]
            if named.level == 88 and named.parent is not None:
                for given in named.values:
                    for text in given if isinstance(given, tuple) else (given,):
                        yield named.parent, literal(text)


def parting(program: Program, old: Condition, new: Condition) -> tuple[list[str], int]:
    """The combinations of boundary values for which two conditions part, as sentences, and how
    many were looked at."""
    asked = boundaries(program, (old, new))
    rows = list(itertools.islice(itertools.product(*asked.values()), ROWS))
    said, looked = [], 0
    for row in rows:
        values = dict(zip(asked, row, strict=True))
        before, now = holds(program, old, values), holds(program, new, values)
        if before is None or now is None:
            continue
        looked += 1
        if before != now:
            shown = ", ".join(
                f"{program.items[item].name} = {_shown(value)}" for item, value in values.items()
            )
            said.append(f"{shown}: {_word(before)} before, {_word(now)} now")
    return said, looked


def _shown(value: Value) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value)


def _word(truth: bool) -> str:
    return "true" if truth else "false"
