"""Items that no statement sees as bytes: a target may keep them as numbers and strings of its own.

An item is one unless something shows how it is stored: another item over it, a use of its group, a
reference modification, a file, a CALL, an operation of the runtime. Two things more need bytes:
digits that may be none (MOVE of a zoned or packed field that isn't native to one, or a comparison
with one of the same decimals), and the sign that COBOL keeps on a zero (MOVE of a signed number to
a field whose bytes are seen).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass

from cobolsmith.lowered import (
    AllOf,
    Asked,
    Block,
    Both,
    Branch,
    Compare,
    Compute,
    Either,
    Every,
    Field,
    Figurative,
    Function,
    Kept,
    Lowered,
    Move,
    Named,
    Not,
    Number,
    Record,
    Ref,
    Register,
    Run,
    Size,
    Text,
)

Key = tuple[str, str]
"""A record's word and an item's in it ("" for the record itself)."""
_DIGITS = ("zoned", "packed")
_NUMBERS = (*_DIGITS, "binary", "index")
_SHOWN = ("display", "display_without_advancing", "display_error")


def natives_of(
    program: Lowered, texts: bool, shown: frozenset[Key] = frozenset()
) -> frozenset[Key]:
    """The items of a program, not of those it contains, that nothing sees as bytes; texts among
    them only where `texts` says that they compare by their characters' codes. `shown` are others
    that must have bytes."""
    every = {
        (one.whole.word, inside.word if inside is not one.whole else ""): inside
        for one in program.records
        for inside in (one.whole, *one.fields)
        if inside.word
    }
    over = {one.over for one in program.records}
    found = {
        key: every[key]
        for one in program.records
        if one.kind == "own" and not one.over and one.whole.word not in over
        for key in _alone(one)
        if (texts or every[key].form != "string") and key not in shown
    }
    seen = {
        (ref.record, ref.word.partition("\0")[0])
        for inside in program.contained
        for ref in _refs(inside)
        if ref.outward
    }
    routines = [one for report in program.reports for one in report.routines]
    blocks = [one.body for one in (*program.paragraphs, *routines)]
    while True:
        uses = _Uses(every, found, program)
        uses.opaque |= seen
        uses.bytes_of(program.files)
        uses.bytes_of((*(one.made for one in program.reports), program.database, program.debugging))
        for block in blocks:
            uses.block(block)
        hidden = {key for key in found if _shown(key, found[key], uses.opaque, every)}
        if not hidden:
            return frozenset(found)
        for key in hidden:
            del found[key]


def _shown(key: Key, item: Field, opaque: set[Key], every: Mapping[Key, Field]) -> bool:
    """Whether an item, or a group that it is in, is seen as bytes."""
    for record, word in opaque:
        whole = every.get((record, word))
        if record != key[0] or whole is None:
            continue
        if word in ("", key[1]) or (whole.form == "group" and _overlap(whole, item)):
            return True
    return False


def _overlap(one: Field, other: Field) -> bool:
    return one.offset < other.offset + other.size and other.offset < one.offset + one.size


def _alone(record: Record) -> Iterator[Key]:
    """The items of a record that no other one lies over, of a form that can be native."""
    if not record.is_group:
        if _fitting(record.whole):
            yield record.whole.word, ""
        return
    if isinstance(record.whole.value, Text | Number | Figurative | AllOf):
        return
    shared = [one for one in record.fields if isinstance(one.value, Kept)]
    for one in record.fields:
        if one.word and _fitting(one) and not any(_overlap(one, two) for two in shared):
            yield record.whole.word, one.word


def _fitting(one: Field) -> bool:
    if one.times or isinstance(one.value, Kept) or one.separate or one.blank_when_zero:
        return False
    literals = [one.value, *(end for named in one.conditions for end in _ends(named.values))]
    literals += [named.false for named in one.conditions]
    if one.form == "string":
        texts = all(isinstance(each, Text | Figurative | AllOf | None) for each in literals)
        return texts and not one.justified
    numeric = one.form in _DIGITS or one.form == "index" or (one.form == "binary" and one.cut)
    plain = one.nibble and 0 <= one.scale <= one.digits and one.scale <= 6
    return numeric and (plain or one.form == "index") and all(map(_is_number, literals))


def _ends(values: Iterable[object]) -> Iterator[object]:
    for value in values:
        yield from value if isinstance(value, tuple) else (value,)


def _is_number(one: object) -> bool:
    return one is None or isinstance(one, Number) or one == Figurative("ZEROS")


def _refs(node: object) -> Iterator[Ref]:
    """All places in a tree."""
    if isinstance(node, Ref):
        yield node
    if isinstance(node, tuple):
        for one in node:
            yield from _refs(one)
    elif is_dataclass(node) and not isinstance(node, Field):
        for one in fields(node):
            yield from _refs(getattr(node, one.name))


@dataclass(slots=True)
class _Uses:
    """The walk through statements that finds what is seen as bytes, while `native` are native."""

    every: Mapping[Key, Field]
    native: Mapping[Key, Field]
    program: Lowered
    opaque: set[Key] = field(default_factory=set)

    def item(self, one: object) -> Field | None:
        """The native item that an operand is, where it is one."""
        if not isinstance(one, Ref) or one.start is not None or one.outward or one.at:
            return None
        return self.native.get((one.record, one.word.partition("\0")[0]))

    def bytes_of(self, node: object) -> None:
        """Note all places of a tree as seen."""
        for ref in _refs(node):
            if not ref.outward:
                self.opaque.add((ref.record, ref.word.partition("\0")[0]))

    # --- Statements ---

    def block(self, block: Block) -> None:
        """Walk through statements."""
        for one in block:
            if isinstance(one, Move):
                self.move(one)
            elif isinstance(one, Compute):
                for store in one.stores:
                    self.numeric(store.target)
                    self.value(store.value)
                for _, value in one.before:
                    self.value(value)
            elif isinstance(one, Run):
                self.run(one)
            elif isinstance(one, Branch):
                self.run(one.run)
            self.rest(one)

    def rest(self, one: object) -> None:
        """The conditions, numbers and blocks of a statement."""
        for name in ("condition", "until"):
            if hasattr(one, name):
                self.condition(getattr(one, name))
        for name in ("count", "number", "status"):
            if getattr(one, name, None) is not None:
                self.value(getattr(one, name))
        for name in ("then", "otherwise", "on_error", "body", "step", "head"):
            inside = getattr(one, name, None)
            if isinstance(inside, tuple):
                self.block(inside)

    def move(self, one: Move) -> None:
        """A MOVE: what is received must be clean, what is sent must be received alike."""
        into, out = self.item(one.target), self.item(one.source)
        if into is None:
            self.within(one.target)
        elif not self.received(into, one.source):
            self.bytes_of(one.target)
        if out is None:
            self.value(one.source)
        elif into is None and not self.sent(out, one.target):
            self.bytes_of(one.source)
        elif into is not None and (into.form == "string") != (out.form == "string"):
            self.bytes_of((one.source, one.target))

    def received(self, into: Field, source: object) -> bool:
        """Whether a native item may receive an operand."""
        if isinstance(source, Every | AllOf):
            return isinstance(source, AllOf) and into.form == "string"
        if into.form == "string":
            if isinstance(source, Ref):
                form = "string" if source.start is not None else source.form
                return form in ("string", "group", "edited", "edited_text")
            text = isinstance(source, Text | Figurative)
            return text or (isinstance(source, Function) and not source.numeric)
        if isinstance(source, Ref):
            if source.start is not None or source.form not in _NUMBERS:
                return False
            if self.item(source) is not None:
                return True
            raw = self.every.get((source.record, source.word)) if not source.outward else None
            if raw is None or (raw.form, raw.digits) == (into.form, into.digits):
                return into.form == raw.form == "index" if raw is not None else False
            return raw.form == "binary" or into.form in ("binary", "index")
        if isinstance(source, Text):
            return source.text.isdigit()
        return isinstance(source, Number | Register | Size) or bool(
            isinstance(source, Function) and source.numeric
        )

    def sent(self, out: Field, target: object) -> bool:
        """Whether a native item may be sent to what is none."""
        if not isinstance(target, Ref) or target.outward:
            return isinstance(target, Register) and out.form != "string"
        into = self.every.get((target.record, target.word))
        if into is None:
            return False
        form = "string" if target.start is not None else into.form
        justified = into.justified and target.start is None
        if out.form == "string":
            return form in ("string", "group") and not justified
        if form == "string":
            return not out.signed and not out.scale and not justified and out.form != "index"
        if form in _DIGITS and into.signed:
            return not out.signed or (out.form not in _DIGITS and not out.scale)
        return form in ("edited", *_NUMBERS)

    # --- Operands ---

    def numeric(self, place: object) -> None:
        """A receiver of numbers."""
        if self.item(place) is None:
            self.within(place)

    def within(self, place: object) -> None:
        """A place that isn't native: it is seen as bytes, its subscripts are numbers."""
        if not isinstance(place, Ref):
            return
        if not place.outward:
            self.opaque.add((place.record, place.word.partition("\0")[0]))
        for one in (*place.at, place.start, place.length):
            self.value(one)

    def value(self, one: object) -> None:
        """An operand in arithmetic."""
        if isinstance(one, Ref):
            if self.item(one) is None:
                self.within(one)
        elif isinstance(one, Function | Every | Size):
            self.bytes_of(one)
        elif is_dataclass(one):
            for inside in fields(one):
                self.value(getattr(one, inside.name))

    def condition(self, one: object) -> None:
        """A condition."""
        if isinstance(one, Compare):
            self.compare(one)
        elif isinstance(one, Named):
            if self.item(one.of) is None:
                self.within(one.of)
        elif isinstance(one, Both | Either):
            for part in one.parts:
                self.condition(part)
        elif isinstance(one, Not):
            self.condition(one.of)
        elif isinstance(one, Asked):
            self.run(one.run)
        else:
            self.bytes_of(one)

    def compare(self, one: Compare) -> None:
        """A relation: numbers with numbers, characters with characters."""
        for this, other in ((one.left, one.right), (one.right, one.left)):
            item = self.item(this)
            if item is None:
                self.value(this)
            elif item.form == "string":
                if not isinstance(other, Text | Figurative | AllOf | Ref) or (
                    isinstance(other, Ref) and other.start is None and other.form in _NUMBERS
                ):
                    self.bytes_of(this)
            elif not one.numeric or self.in_bytes(item, other):
                self.bytes_of(this)

    def in_bytes(self, item: Field, other: object) -> bool:
        """Whether cobc compares an item with another by more than its number: with a floating one
        nearly, with one in bytes of the same digits and decimals, without sign, byte by byte."""
        if getattr(other, "form", "") == "floating":
            return True
        if not isinstance(other, Ref) or other.start is not None or other.outward:
            return False
        raw = self.every.get((other.record, other.word))
        if raw is None or self.item(other) is not None or not item.scale:
            return False
        alike = (raw.form, raw.size, raw.scale) == (item.form, item.size, item.scale)
        return alike and not raw.signed and not item.signed

    def run(self, one: Run) -> None:
        """An operation of the runtime."""
        subject = one.subject
        if isinstance(subject, Ref) and ("\0" not in subject.word or self.item(subject) is None):
            self.within(subject)
        for step in one.steps:
            for given in step.arguments:
                if step.method in _SHOWN and self.is_shown(given):
                    continue
                if isinstance(given, Compare | Both | Either | Not | Named):
                    self.condition(given)
                elif isinstance(given, Ref):
                    self.within(given)
                else:
                    self.bytes_of(given)

    def is_shown(self, one: object) -> bool:
        """Whether an operand is a native item that DISPLAY shows as any number."""
        item = self.item(one)
        plain = self.program.point == "." or item is None or not item.scale
        return item is not None and item.form != "index" and plain
