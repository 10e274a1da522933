"""What differs between what two runs left: by file, record and field, around what may differ.

Only bytes that no statement, VALUE or clause ever gives a value are masked, and only where they
do differ; a mask is named and counted. A stated difference is compared around: the named fields,
files or lines may differ, every other byte may not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from cobolsmith.checks.equivalence.beyond import BEYOND
from cobolsmith.checks.equivalence.driver import AFTER, RETURN_CODE_BYTES
from cobolsmith.checks.equivalence.layouts import Layout, paired, same_value, seen, sent
from cobolsmith.checks.equivalence.runs import CONSOLE, EXIT, Ran
from cobolsmith.checks.equivalence.shape import Field, FileShape, Records
from cobolsmith.checks.equivalence.sides import Built
from cobolsmith.checks.equivalence.values import shown
from cobolsmith.errors import UsageError
from cobolsmith.program import Program

LOGGED = "CALLS."
"""What the names of the files begin with that mocks log in."""
_COLUMNS = re.compile(r"^(?P<file>[\w.-]+):(?P<first>\d+)-(?P<last>\d+)$")


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where old and new part: file (or stdout, exit code), record from 1, field."""

    file: str
    record: int
    field: str
    old: str
    new: str

    def __str__(self) -> str:
        record = f" record {self.record}" if self.record else ""
        name = f" {self.field}" if self.field else ""
        return f"{self.file}{record}{name}: {self.old} became {self.new}"


@dataclass(slots=True)
class Stated:
    """What may differ: fields, files, columns of files; and which of them were seen to differ.

    A run that passes one of the new side's marks `apart` may differ in all; so may, with `ways`,
    one that doesn't pass the same statements in the same order on both sides. `left` are such marks
    of the old side; with `subscripts`, one may that went beyond a table there. A word is a field's
    name, a file's (SELECT or run-time name), `stdout`, `exit`, `FILE:first-last` (columns from 1),
    `FILE/width` (its fields, or those of `stdout`, may be wider or narrower), `FILE/case` (its
    letters may be large or small), `FILE+TEXT` (it may have more lines that begin so),
    `FIELD=TEXT` (it may hold that) or `exit=N` (the exit code may be N).
    """

    words: tuple[str, ...] = ()
    apart: frozenset[int] = frozenset()
    ways: bool = False
    left: frozenset[int] = frozenset()
    subscripts: bool = False
    seen: Counter[str] = field(default_factory=Counter)

    def allows(self, *names: str) -> bool:
        """Whether one of these names is stated; then it has been seen."""
        for word in self.words:
            if word.upper() in {name.upper() for name in names if name}:
                self.seen[word] += 1
                return True
        return False

    def parts(self, old: Ran, new: Ran) -> bool:
        """Whether a run went a way that is stated to be another."""
        marks = {*new.marks, *(one for one in (BEYOND,) if one in old.marks)}
        taken = self.apart & marks or self.left.intersection(old.marks)
        beyond = self.subscripts and "subscript" in old.died
        return bool(taken) or beyond or (self.ways and old.way != new.way)

    def columns(self, *files: str) -> Iterator[tuple[str, int, int]]:
        """The stated columns of a file as (word, start, end) from 0."""
        for word in self.words:
            found = _COLUMNS.match(word)
            if found and found["file"].upper() in {name.upper() for name in files}:
                yield word, int(found["first"]) - 1, int(found["last"])

    def gained(self, old: Sequence[bytes], new: Sequence[bytes], *files: str) -> list[bytes]:
        """The lines of a file but those that it may have more; then such have been seen."""
        known = {one.upper() for one in files}
        words = [word.partition("+") for word in self.words]
        starts = {
            text.encode("latin-1"): f"{name}+{text}"
            for name, joint, text in words
            if joint and name.upper() in known
        }
        left: list[bytes] = []
        for line in new:
            word = next((starts[one] for one in starts if line.startswith(one)), "")
            if word and (len(left) >= len(old) or line != old[len(left)]):
                self.seen[word] += 1
            else:
                left.append(line)
        return left

    def grown(self, old: Records, new: Sequence[bytes], *files: str) -> bool:
        """Whether a file of print lines, which are no records of one length, is what it was but for
        pieces of one length that begin with a stated text; then such have been seen."""
        before, after = b"".join(one for one in old if one is not None), b"".join(new)
        for word in self.words:
            name, joint, text = word.partition("+")
            start = text.encode("latin-1")
            times = (
                after.count(start) if joint and name.upper() in {f.upper() for f in files} else 0
            )
            size, odd = divmod(len(after) - len(before), times) if times else (0, 1)
            if odd or size <= len(start):
                continue
            pattern = re.escape(start) + b"[^\\n]{%d}[\\s\\S]" % (size - len(start) - 1)
            if re.sub(pattern, b"", after) == before:
                self.seen[word] += times
                return True
        return False

    def unseen(self) -> tuple[str, ...]:
        """What was stated and in no run seen to differ."""
        return tuple(word for word in self.words if not self.seen[word])


@dataclass(slots=True)
class Comparison:
    """How two sides' files are compared; counts the masks used."""

    old: Built
    new: Built
    stated: Stated = field(default_factory=Stated)
    masked: Counter[str] = field(default_factory=Counter)

    def differences(self, old: Ran, new: Ran) -> list[Difference]:
        """All differences between what the sides left, but those stated or masked."""
        return list(self._all(old, new))

    def _all(self, old: Ran, new: Ran) -> Iterator[Difference]:
        if self.stated.parts(old, new):
            return
        if old.timed_out != new.timed_out:
            ends = ["ran out of time" if one.timed_out else "ended" for one in (old, new)]
            yield Difference("the run", 0, "", *ends)
            return
        exits = (EXIT, "exit", f"exit={_status(new)}")
        if _status(old) != _status(new) and not self.stated.allows(*exits):
            yield Difference(EXIT, 0, "", _status(old), _status(new))
        yield from self._lines(old.stdout, new.stdout)
        shapes = {one.name: one for one in self.old.shapes.values()}
        for name in sorted({*old.files, *new.files}):
            yield from self._file(name, shapes.get(name), old, new)

    def _lines(self, old: bytes, new: bytes) -> Iterator[Difference]:
        if old == new:
            return
        if old.upper() == new.upper() and self.stated.allows(f"{CONSOLE}/case"):
            return
        before = old.split(b"\n")
        after = self.stated.gained(before, new.split(b"\n"), CONSOLE)
        columns = list(self.stated.columns(CONSOLE))
        for nth in range(max(len(before), len(after))):
            one, other = (side[nth] if nth < len(side) else None for side in (before, after))
            if one != other and not self._columns(columns, one, other):
                if self._wider(CONSOLE, one, other):
                    continue
                if self.stated.allows(CONSOLE):
                    continue
                yield Difference(CONSOLE, nth + 1, "", _text(one), _text(other))
                return

    def _columns(
        self, columns: Sequence[tuple[str, int, int]], old: bytes | None, new: bytes | None
    ) -> bool:
        """Whether two records are equal around the stated columns; then those have been seen."""
        if not columns or old is None or new is None:
            return False
        size = max(len(old), len(new))
        sides = [bytearray(old.ljust(size)), bytearray(new.ljust(size))]
        for _, start, end in columns:
            for side in sides:
                side[start:end] = b" " * len(side[start:end])
        if sides[0] != sides[1]:
            return False
        self.stated.seen.update(word for word, _, _ in columns)
        return True

    def _file(self, name: str, shape: FileShape | None, old: Ran, new: Ran) -> Iterator[Difference]:
        before, after = old.files.get(name), new.files.get(name)
        if before == after:
            return
        select = shape.select if shape else ""
        if self.stated.allows(name, select):
            return
        if before is None or after is None:
            there = [
                "not written" if one is None else f"{len(one)} records" for one in (before, after)
            ]
            yield Difference(name, 0, "", *there)
            return
        more = [one for one in after if one is not None]
        same = b"".join(one or b"" for one in before).upper() == b"".join(more).upper()
        if same and self.stated.allows(f"{name}/case", f"{select}/case"):
            return
        if self.stated.grown(before, more, name, select):
            return
        known = [one or b"" for one in before]
        left = tuple(self.stated.gained(known, more, name, select))
        yield from self._records(name, shape, before, left if len(left) < len(more) else after)

    def _records(
        self, name: str, shape: FileShape | None, old: Records, new: Records
    ) -> Iterator[Difference]:
        if name.startswith(LOGGED):
            yield from self._sent(name, old, new)
            return
        pairs = self._layouts(name, shape)
        columns = list(self.stated.columns(name, shape.select if shape else ""))
        for nth in range(max(len(old), len(new))):
            one, other = (side[nth] if nth < len(side) else b"" for side in (old, new))
            ends = nth >= min(len(old), len(new))
            if one == other and not ends:
                continue
            if ends or one is None or other is None:
                yield Difference(name, nth + 1, "", _text(one or None), _text(other or None))
                return
            if self._columns(columns, one, other):
                continue
            found = list(self._fields(name, nth + 1, pairs, one, other))
            yield from found
            if found:
                return

    def _sent(self, name: str, old: Records, new: Records) -> Iterator[Difference]:
        """The differing fields of what a mock was given: a line a call, a word a parameter."""
        module = name.removeprefix(LOGGED).replace("__", "-")
        pairs = [sent(built.program, module) for built in (self.old, self.new)]
        for nth in range(max(len(old), len(new))):
            lines = [side[nth] if nth < len(side) else b"" for side in (old, new)]
            words = [(one or b"").split() for one in lines]
            if len(words[0]) != len(words[1]):
                yield Difference(name, nth + 1, "", _text(lines[0]), _text(lines[1]))
                return
            for one, other, *pair in zip(*words, *pairs, strict=False):
                if one != other:
                    data = bytes.fromhex(one.decode()), bytes.fromhex(other.decode())
                    found = list(self._fields(name, nth + 1, (pair[0], pair[1]), *data))
                    yield from found
                    if found:
                        return

    def _fields(
        self, name: str, nth: int, pair: tuple[Layout, Layout], old: bytes, new: bytes
    ) -> Iterator[Difference]:
        """The differing fields of two records; bytes of no field are compared at their places."""
        used = [0, 0]
        for one, other in paired(*pair):
            if other is None:
                if not (one.name.startswith("FILLER") or self.stated.allows(one.name, *_bare(one))):
                    yield Difference(name, nth, one.name, "a field", "none")
                continue
            used = [max(used[0], one.end), max(used[1], other.end)]
            before, after = old[one.offset : one.end], new[other.offset : other.end]
            if same_value(one, before, other, after):
                continue
            told = f"{_bare(one)[0]}={after.decode('latin-1').rstrip()}"
            if self.stated.allows(one.name, *_bare(one), told) or self._wider(name, before, after):
                continue
            if self._unassigned(one, other):
                self.masked[f"{name} {one.name}"] += 1
                continue
            yield Difference(name, nth, one.name, shown(one, before), shown(other, after))
        tails = old[used[0] :], new[used[1] :]
        if not pair[0] and self._wider(name, *tails):
            return
        if not pair[0] or (tails[0] != tails[1] and len(pair[0]) == len(pair[1])):
            yield Difference(name, nth, "", _text(tails[0]), _text(tails[1]))

    def _wider(self, name: str, old: bytes | None, new: bytes | None) -> bool:
        """Whether two lines are the same but for how wide their fields are, where that is stated
        (`FILE/width`): blanks, fill and leading zeros aside."""
        if old is None or new is None or narrowed(old) != narrowed(new):
            return False
        selects = [select for select, one in self.old.shapes.items() if one.name == name]
        return self.stated.allows(*(f"{one}/width" for one in (name, *selects)))

    def _unassigned(self, one: Field, other: Field) -> bool:
        return never_assigned(self.old.program, one.item) and never_assigned(
            self.new.program, other.item
        )

    def _layouts(self, name: str, shape: FileShape | None) -> tuple[Layout, Layout]:
        if name == AFTER:
            old, new = (_parameters(built) for built in (self.old, self.new))
            return old, new
        other = self.new.shapes.get(shape.select) if shape else None
        if shape is None or other is None or not shape.records or not other.records:
            return (), ()
        return (
            seen(self.old.program, shape.records[0]),
            seen(self.new.program, other.records[0]),
        )


def _parameters(built: Built) -> Layout:
    found = [Field("RETURN-CODE", -1, 0, RETURN_CODE_BYTES)]
    at = RETURN_CODE_BYTES
    for layout in built.parameters:
        found += [
            Field(f.name, f.item, f.offset + at, f.length, f.picture, f.usage, f.sign)
            for f in layout
        ]
        at += layout[-1].end if layout else 0
    return tuple(found)


def _bare(one: Field) -> tuple[str, ...]:
    """A field's name without its occurrence."""
    return (one.name.split(" (")[0],)


_ZEROS = re.compile(rb"(?<![0-9.,])0+(?=[0-9])")


def narrowed(line: bytes) -> bytes:
    """A line without blanks, asterisks of fill and zeros before numbers."""
    return _ZEROS.sub(b"", line.translate(None, b" *"))


def _status(ran: Ran) -> str:
    return f"{ran.status} ({ran.died})" if ran.died else str(ran.status)


def _text(data: bytes | None) -> str:
    if data is None:
        return "nothing"
    text = data.decode("latin-1")
    return repr(text) if len(text) <= 80 else repr(text[:77]) + "..."


def never_assigned(program: Program, item: int) -> bool:
    """Whether nothing ever gives an item a value: no VALUE, and no statement writes it, what holds
    it, or what shares bytes with it. READ and a CALL's parameter may, so they count as writing."""
    if item < 0:
        return False
    touching = {item, *(one.index for one in program.over(item))}
    touching |= {one.index for one in program.below(item)}
    if any(program.items[one].values for one in touching):
        return False
    record = program.record(item)
    if any(use.how in ("reads", "sorts") and use.file == record.file for use in program.flow.files):
        return False
    writing = ("writes", "accepts", "passes", "returns")
    return not any(use.item in touching and use.role in writing for use in program.flow.uses)


def check_stated(words: Sequence[str], sides: Mapping[str, Built]) -> None:
    """Refuse words that name nothing of either side. Raises UsageError."""
    known = {CONSOLE.upper(), "EXIT"}
    for built in sides.values():
        known |= {item.name for item in built.program.items if item.name}
        for one in built.shapes.values():
            known |= {one.select, one.name.upper()}
    for word in words:
        columns = _COLUMNS.match(word)
        named = columns["file"] if columns else word.removesuffix("/width").removesuffix("/case")
        named = named.partition("+")[0].partition("=")[0]
        if named.upper() not in known:
            raise UsageError(
                f"--differs {word} names no field, file or line of the program",
                remedy="name a data item, a SELECT or DD name, stdout, exit or FILE:first-last",
            )
