"""PICTUREs: what they hold, and how they are written when they hold more."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from cobolsmith.errors import UsageError
from cobolsmith.program import DataItem, Program
from cobolsmith.recipe import Setting
from cobolsmith.source import from_bytes

_UNIT = re.compile(r"(CR|DB|.)(?:\((\d+)\))?", re.IGNORECASE | re.DOTALL)
_FLOATING = "$+-"
TEXT = frozenset(("alphanumeric", "alphabetic"))
_ANY = frozenset(("DISPLAY", "DISPLAY-1", "NATIONAL", "COMP-X"))
"""Usages that text may have (COMP-X: cobc's manual, USAGE)."""
_INSERTED = re.compile(r"[B0/](?:\(\d+\))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Room:
    """What an item holds: `whole` and `scale` digits of a number, or `size` characters of text."""

    whole: int = 0
    scale: int = 0
    size: int = 0
    number: bool = False

    def __or__(self, other: Room) -> Room:
        """Room for both."""
        return Room(
            max(self.whole, other.whole),
            max(self.scale, other.scale),
            max(self.size, other.size),
            self.number or other.number,
        )


def room(item: DataItem) -> Room | None:
    """What an item holds; None where no PICTURE bounds it (a group holds its bytes)."""
    if item.is_group:
        return Room(size=item.length)
    picture = item.picture
    if picture is None:
        return None
    if picture.category in ("numeric", "numeric-edited"):
        return Room(picture.digits - picture.scale, picture.scale, picture.size, number=True)
    if picture.category == "alphanumeric-edited":
        return Room(size=sum(one.count for one in _runs(_INSERTED.sub("", picture.text))))
    return Room(size=picture.size)


def needed(value: Room, before: Room, receiver: Room) -> Room | None:
    """The room a receiver needs for `value` where it had enough for what was `before`; None where
    it has it. What was cut off before (on purpose or not) may be cut off still."""
    wanted = receiver
    if receiver.number:
        pairs = (
            (_whole(before), _whole(value), receiver.whole),
            (before.scale, value.scale, receiver.scale),
        )
        whole, scale = (new if old <= has < new else has for old, new, has in pairs)
        wanted = Room(whole, scale, receiver.size + whole - receiver.whole, number=True)
    elif before.size <= receiver.size < value.size:
        wanted = Room(size=value.size)
    return wanted if wanted != receiver else None


def _whole(one: Room) -> int:
    return one.whole if one.number else one.size


def measured(setting: Setting, clauses: str, program: Program) -> DataItem:
    """The item that clauses make (`S9(7)V99 COMP-3`, as behind PIC): its length and room.

    Raises UsageError where they don't make one.
    """
    comma = b"DECIMAL-POINT" in program.source.view.upper()
    special = "ENVIRONMENT DIVISION. CONFIGURATION SECTION. SPECIAL-NAMES. DECIMAL-POINT IS COMMA."
    text = (
        "IDENTIFICATION DIVISION. PROGRAM-ID. MEASURE.\n"
        f"{special if comma else ''}\nDATA DIVISION. WORKING-STORAGE SECTION.\n"
        f"01 MEASURED PIC {clauses}.\n"
    )
    path = Path(f"{'comma ' if comma else ''}PIC {clauses}.cbl")
    read = setting.programs(from_bytes(text.encode(), path, format="free"))[0]
    found = read.items[0] if read.items else None
    if found is None or found.picture is None or read.problems or read.unknowns:
        said = [problem.what for problem in (*read.problems, *read.unknowns)]
        raise UsageError(
            f"{clauses} is no PICTURE for this item" + (f": {said[0]}" if said else ""),
            remedy="write it as behind PIC",
        )
    if found.usage not in _ANY and found.picture.category != "numeric":
        what = f"{found.picture.text} can't be {found.usage}: only a number can"
        raise UsageError(what, remedy="give it a numeric PICTURE, or put it into another group")
    return found


def like(item: DataItem) -> str:
    """The clauses behind a PICTURE that decide, with it, on an item's bytes."""
    usage = "" if item.usage in ("GROUP", "DISPLAY") else f" USAGE {item.usage}"
    if item.sign:
        usage += f" SIGN {'LEADING' if item.sign.leading else 'TRAILING'}"
        usage += " SEPARATE" if item.sign.separate else ""
    return usage


# --- Written larger or smaller --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Run:
    """A symbol as it is written, with its count: 9(05), or 999 as three runs joined to one."""

    symbol: str
    count: int
    digits: int
    """Digits inside the parentheses as written; 0 where the symbol is repeated."""

    def text(self) -> str:
        """As it is written: in parentheses where it was, or where it is long."""
        if self.digits or self.count > 4:
            return f"{self.symbol}({str(self.count).rjust(self.digits, '0')})"
        return self.symbol * self.count


def _runs(text: str) -> list[_Run]:
    found: list[_Run] = []
    for match in _UNIT.finditer(text):
        symbol, number = match[1], match[2]
        one = _Run(symbol, int(number or 1), len(number or ""))
        if found and found[-1].symbol.upper() == symbol.upper():
            last = found.pop()
            one = _Run(last.symbol, last.count + one.count, max(last.digits, one.digits))
        found.append(one)
    return found


def _written(runs: list[_Run]) -> str:
    return "".join(one.text() for one in runs if one.count)


def _more(run: _Run, by: int) -> _Run:
    return _Run(run.symbol, run.count + by, run.digits)


def rewritten(text: str, category: str, before: Room, after: Room) -> str | None:
    """A PICTURE with room for `after` where it had room for `before`, in the same style; None
    where the way it is written doesn't say how (P, insertion characters, several sizes of X)."""
    runs = _runs(text)
    if category in TEXT or category == "alphanumeric-edited":
        plain = [n for n, one in enumerate(runs) if one.symbol.upper() in "XA9"]
        if len(plain) != 1:
            return None
        at = plain[0]
        grown = _more(runs[at], after.size - before.size)
        return _written([*runs[:at], grown, *runs[at + 1 :]])
    if any(one.symbol.upper() == "P" for one in runs):
        return None
    whole, scale = after.whole - before.whole, after.scale - before.scale
    if category == "numeric":
        return _numeric(runs, whole, scale)
    if category == "numeric-edited":
        return _edited(runs, before, whole, scale)
    return None


def _numeric(runs: list[_Run], whole: int, scale: int) -> str | None:
    at = next((n for n, one in enumerate(runs) if one.symbol.upper() == "V"), len(runs))
    left, right = runs[:at], runs[at:]
    if whole:
        nine = next((n for n, one in enumerate(left) if one.symbol == "9"), None)
        if nine is None:
            left.append(_Run("9", whole, 0))
        else:
            left[nine] = _more(left[nine], whole)
    if scale:
        right = right or [_Run("V", 1, 0)]
        if right[-1].symbol == "9":
            right[-1] = _more(right[-1], scale)
        else:
            right.append(_Run("9", scale, 0))
    return _written([*left, *right])


def _edited(runs: list[_Run], before: Room, whole: int, scale: int) -> str | None:
    point = max((n for n, one in enumerate(runs) if one.symbol in ".V"), default=len(runs))
    if before.scale == 0 and point < len(runs):
        return None
    left, right = runs[:point], runs[point:]
    digits = [n for n, one in enumerate(left) if one.symbol.upper() in "9Z*"]
    between = left[digits[0] if digits else 0 : digits[-1] if digits else len(left)]
    if any(one.symbol.upper() in ("B", "0", "/") for one in between):
        return None
    if whole:
        grown = (
            _grouped(left, whole) if any(one.symbol == "," for one in left) else _run(left, whole)
        )
        if grown is None:
            return None
        left = grown
    if scale:
        if not right:
            return None
        last = max((n for n, one in enumerate(right) if one.symbol in "9Z*"), default=None)
        if last is None:
            return None
        right[last] = _more(right[last], scale)
    return _written([*left, *right])


def _leading(left: list[_Run]) -> int | None:
    """The first run that stands for digits: 9, Z, * or a floating symbol."""
    for n, one in enumerate(left):
        if one.symbol.upper() in "9Z*" or (one.symbol in _FLOATING and one.count > 1):
            return n
    return None


def _run(left: list[_Run], whole: int) -> list[_Run] | None:
    at = _leading(left)
    if at is None:
        return None
    return [*left[:at], _more(left[at], whole), *left[at + 1 :]]


def _grouped(left: list[_Run], whole: int) -> list[_Run] | None:
    """More digits before a number with commas every three."""
    at = _leading(left)
    if at is None or left[at].digits:
        return None
    symbol = left[at].symbol
    flat = "".join(one.symbol * one.count for one in left[at:])
    first = flat.index(",")
    floating = symbol in _FLOATING
    if any(len(part) != 3 for part in flat[first + 1 :].split(",")) or first > 3 + floating:
        return None
    head, rest = flat[:first], flat[first:]
    total = len(head) - floating + whole
    parts: list[str] = []
    while total > 3:
        parts.insert(0, symbol * 3)
        total -= 3
    fresh = symbol * (total + floating)
    kept = [fresh, *parts]
    # The digits that stood there keep their symbols: 9 stays 9.
    joined = ",".join(kept)
    tail = head[1:] if floating else head
    joined = joined[: len(joined) - len(tail)] + tail if tail else joined
    return [*left[:at], *_flat(joined + rest)]


def _flat(text: str) -> list[_Run]:
    return [_Run(symbol, 1, 0) for symbol in text]
