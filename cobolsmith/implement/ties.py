"""Ties: what a phrase of the sentence means in the program, how sure that is, and why.

A phrase ties to a name if each of its words is a word of the name, or of what holds it (group,
record, file; of a condition-name, its item). Of several the one that says least besides wins, and
that which the code around the place of the change works with.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal

from cobolsmith.errors import CobolsmithError
from cobolsmith.implement.glossary import Meaning, comments, glossary
from cobolsmith.implement.statements import code_of
from cobolsmith.implement.vocabulary import GENERIC, content, head, of_name, short_for, soft
from cobolsmith.program import DataItem, FileEntry, Program

if TYPE_CHECKING:
    from cobolsmith.implement.places import Place

Sure = Literal["sure", "likely", "possible"]
GIVING = frozenset(("opens-input", "opens-io"))
"""How a file is opened whose records give values."""
CLOSE = 0.75
"""Scores nearer than this don't tell two names apart."""


@dataclass(frozen=True, slots=True)
class Tie:
    """A phrase and the name it means."""

    said: str
    name: str
    sure: Sure
    why: str

    def __str__(self) -> str:
        return f"'{self.said}' is {self.name} ({self.sure}: {self.why})"


class DoubtError(CobolsmithError):
    """A phrase that means nothing here, or several things; `choices` are those, and `settles` says
    whether no other reading may be tried before one is chosen."""

    def __init__(self, what: str, said: str = "", choices: tuple[str, ...] = ()) -> None:
        super().__init__(what)
        self.what, self.said, self.choices = what, said, choices
        self.settles = bool(choices)


class PlaceDoubtError(DoubtError):
    """Several places fit: another reading of the sentence may know of one."""

    def __init__(self, what: str, said: str, choices: tuple[str, ...]) -> None:
        super().__init__(what, said, choices)
        self.settles = False


@dataclass(slots=True)
class Ties:
    """The names of a program, asked by phrases. `found` are the ties made, in order; `answers` are
    names that the user chose for phrases; `near` is the procedure of the change; `passed` are names
    that a phrase might have meant, too, and what spoke against them; `about` are the records of
    what happens: of several items theirs are meant. `at` is the place that the sentence spells out,
    `put` whether a planner has looked at it."""

    program: Program
    answers: dict[str, str] = field(default_factory=dict)
    near: int | None = None
    found: list[Tie] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    about: frozenset[int] = frozenset()
    at: Place | None = None
    put: bool = False
    _uses: Counter[int] = field(default_factory=Counter)
    _local: Counter[tuple[int, int | None]] = field(default_factory=Counter)
    _around: dict[int, frozenset[str]] = field(default_factory=dict)
    _spoken: frozenset[str] = frozenset()
    _meanings: tuple[Meaning, ...] | None = None

    def __post_init__(self) -> None:
        names = (one.name for one in self.program.items if one.name and not one.is_group)
        self._spoken = frozenset(word for name in names for word in of_name(name))
        for use in self.program.flow.uses:
            if use.procedure is not None and not use.owner:
                self._uses[use.item] += 1
                self._local[use.item, use.procedure] += 1

    @property
    def spoken(self) -> frozenset[str]:
        """The words of all names of items."""
        return self._spoken

    @property
    def meanings(self) -> tuple[Meaning, ...]:
        """What the program calls the values of its codes."""
        if self._meanings is None:
            self._meanings = glossary(code_of(self.program))
        return self._meanings

    def around(self, item: DataItem) -> frozenset[str]:
        """The words of what holds an item: groups, record, file, the item of a condition-name."""
        if item.index not in self._around:
            holders = [one.name for one in self.program.ancestors(item.index)]
            record = self.program.record(item.index)
            names = [*holders, record.name, record.file]
            self._around[item.index] = frozenset(w for n in names if n for w in of_name(n))
        return self._around[item.index]

    def item(
        self, said: str, wanted: Callable[[DataItem], bool] | None = None, *, given: bool = False
    ) -> DataItem:
        """The item that a phrase means; with `given` one whose value comes from outside rather than
        one that the program makes for others. Raises DoubtError."""
        named = self.named(said)
        if named is not None:
            self.alone(said, named)
            return named
        found = self._ranked(said, wanted or is_data)
        ranked = [(s + self.comes(one) * given, one, whole) for s, one, whole in found]
        ranked.sort(key=lambda one: -one[0])
        if not ranked:
            what = f"nothing in {self.program.name} is called '{said}'"
            raise DoubtError(f"{what}{self.nearest(said, wanted or is_data)}", said)
        best = ranked[0]
        self.unsubscripted(said, best, wanted or is_data)
        rivals = [one for score, one, _ in ranked if score > best[0] - CLOSE]
        near = [one for one in rivals if self.program.record(one.index).index in self.about]
        if len(rivals) > 1 and len(near) == 1:
            why = f"of the record that it is about: {self.why(near[0])}"
            self.tie(said, near[0].name, "likely", why)
            return near[0]
        if len(rivals) > 1:
            names = tuple(one.name for one in rivals[:6])
            what = f"'{said}' may mean {', '.join(names)}"
            raise DoubtError(what, said, names)
        origin = self.origin(best[1]) if given and self.comes(best[1]) < 0 else None
        if origin is not None and (wanted or is_data)(origin):
            why = f"goes to {best[1].name}: {self.why(best[1])}"
            self.tie(said, origin.name, "possible", why)
            return origin
        self.tie(said, best[1].name, "likely" if best[2] else "possible", self.why(best[1]))
        for score, one, _ in ranked[1:3]:
            weaker = f"fits less well ({score:.1f} against {best[0]:.1f})"
            text = f"{one.name} for '{said.strip()}': {weaker}, {self._uses[one.index]} uses"
            self.passed += [text] if text not in self.passed else []
        return best[1]

    def unsubscripted(
        self, said: str, best: tuple[float, DataItem, bool], wanted: Callable[[DataItem], bool]
    ) -> None:
        """Raise DoubtError where an item of a table is meant as well as the best of the others, and
        comes from where that does."""
        words, comes = frozenset(content(said)), self.comes(best[1])
        for item in self.program.items:
            if item.name and wanted(item) and self.program.subscripts(item):
                score = self.score(words, item)
                near = score is not None and score > best[0] - 3.0 and self.comes(item) >= comes
                if near and words <= of_name(item.name):
                    what = f"'{said}' may be {item.name}, and that is of a table: which of it?"
                    raise DoubtError(what, said)

    def origin(self, item: DataItem) -> DataItem | None:
        """The one item whose value an item of an output record gets; None where there isn't one."""
        moves = [one for one in self.program.flow.moves if one.receiver == item.index]
        senders = {one.sender for one in moves}
        sender = senders.pop() if len(senders) == 1 else None
        return self.program.items[sender] if sender is not None else None

    def fed(self, item: DataItem) -> bool:
        """Whether the item of a condition-name gets its value from one that comes with a record."""
        held = None if item.parent is None else self.program.items[item.parent]
        origin = self.origin(held) if held is not None else None
        return origin is not None and self.comes(origin) > 0

    def nearest(self, said: str, wanted: Callable[[DataItem], bool]) -> str:
        """The names that come nearest to a phrase, for a question; "" where none does."""
        words = frozenset(content(said)) - GENERIC
        names = [one.name for one in self.program.items if one.name and wanted(one)]
        shared = {name: len(words & of_name(name)) for name in names}
        near = sorted((name for name in shared if shared[name]), key=lambda name: -shared[name])
        near = near or get_close_matches("-".join(sorted(words)).upper(), names, 3, 0.5)
        return f"; {', '.join(near[:3])} come{'s' * (len(near) == 1)} near" if near else ""

    def named(self, said: str) -> DataItem | None:
        """The item of a name spelled out in a phrase (or chosen for it before)."""
        answer = self.answers.get(said.strip().lower())
        for word in [answer] if answer else said.replace(",", " ").split():
            found = self.program.resolve(word.strip("'\"().").upper())
            if isinstance(found, DataItem) and ("-" in word or answer):
                self.tie(said, found.name, "sure", "chosen" if answer else "its name")
                return found
        return None

    def alone(self, said: str, item: DataItem) -> None:
        """Raise DoubtError where a phrase says more than the name of an item that it spells out."""
        if said.strip().lower() in self.answers:
            return
        spelled = rf"(?<![\w-]){re.escape(item.name)}(?![\w-])"
        rest = re.sub(spelled, " ", said, count=1, flags=re.IGNORECASE)
        words = frozenset(content(rest))
        own = of_name(item.name) | self.around(item)
        if words - soft(words) - GENERIC - own or re.search(r"\d|[A-Z]-[A-Z]", rest):
            raise DoubtError(f"what is '{rest.strip()}' beside {item.name}?", said)

    def tie(self, said: str, name: str, sure: Sure, why: str) -> None:
        """Keep a tie once."""
        tie = Tie(said.strip(), name, sure, why)
        if tie not in self.found:
            self.found.append(tie)

    def why(self, item: DataItem) -> str:
        """What speaks for an item, in words."""
        times = self._uses[item.index]
        form = f", PIC {item.picture.text}" if item.picture else ""
        values = ", ".join(str(v) for v in item.values[:3]) if item.level == 88 else ""
        return f"words of its name{form}{', value ' + values if values else ''}, {times} uses"

    def _ranked(
        self, said: str, wanted: Callable[[DataItem], bool]
    ) -> Iterator[tuple[float, DataItem, bool]]:
        words, about = frozenset(content(said)), head(said)
        for item in self.program.items:
            # A phrase doesn't say which occurrence of a table is meant.
            if item.name and wanted(item) and not self.program.subscripts(item):
                score = self.score(words, item)
                if score is not None:
                    own = of_name(item.name)
                    score += 1.5 if about in own or understood({about}, own) & own else -1.5
                    yield score, item, words <= of_name(item.name)

    def score(self, words: frozenset[str], item: DataItem) -> float | None:
        """How well words name an item; None where they don't."""
        own = of_name(item.name)
        words = understood(words, own)
        hard = (words - soft(words) - GENERIC) or words
        if not words & own or not hard <= own | self.around(item):
            return None
        spare = own - words - soft(own)
        if spare and (words & GENERIC - soft(words) - own - self.around(item)) & self._spoken:
            return None  # the word is another name's, and this name is of something else
        extra = 1.0 * len(spare)
        return (
            3.0 * len(words & own) + 0.5 * len((words - own) & self.around(item)) - extra
        ) + self.weight(item)

    def comes(self, item: DataItem) -> float:
        """Whether an item's value comes with a record that is read, or goes with one written."""
        file = self.program.record(item.index).file
        if not file:
            return 0.0
        how = {use.how for use in self.program.flow.files if use.file == file}
        return 1.5 if how & GIVING else -4.0

    @property
    def things(self) -> frozenset[str]:
        """Words for what the program works on: general ones, and those of the records it reads."""
        files = self._read
        names = [one.name for one in files]
        names += [self.program.items[index].name for one in files for index in one.records]
        return GENERIC | frozenset(word for name in names for word in of_name(name))

    @property
    def _read(self) -> list[FileEntry]:
        read = {use.file for use in self.program.flow.files if use.how in GIVING}
        return [one for one in self.program.files if one.name in read]

    @property
    def kinds(self) -> frozenset[str]:
        """Words that only some records of a file are called by: they tell these from the others."""
        found: set[str] = set()
        for file in self._read:
            records = [of_name(self.program.items[index].name) for index in file.records]
            every = frozenset[str].intersection(*records) if records else frozenset[str]()
            found |= {word for record in records for word in record - every}
        return frozenset(found) - GENERIC

    @property
    def title(self) -> frozenset[str]:
        """The words of the title in a program's comments (`SVB110   GENERAL LEDGER FEED`) that are
        in none of its condition-names."""
        name = self.program.name
        said = (one for one in comments(self.program) if one.startswith(f"{name} "))
        words = content(next(said, "").removeprefix(name).lower())
        named = {w for one in self.program.items if one.level == 88 for w in of_name(one.name)}
        return frozenset(words) - named

    def tests(self, item: DataItem) -> bool:
        """Whether the program itself tests an item, or one of its conditions."""
        own = self.family(item)
        return any(
            use.item in own and use.role in ("tests", "compares") for use in self.program.flow.uses
        )

    def family(self, item: DataItem) -> frozenset[int]:
        """An item; of a condition-name, its item with all of that one's conditions."""
        if item.level != 88 or item.parent is None:
            return frozenset((item.index,))
        return frozenset((item.parent, *self.program.items[item.parent].conditions))

    def weight(self, item: DataItem) -> float:
        """How much the code works with an item: anywhere, and near the place of the change."""
        parent = item.parent if item.level == 88 else None
        uses = self._uses[item.index] + (self._uses[parent] if parent is not None else 0)
        near = 2.0 if self._local[item.index, self.near] else 0.0
        if not near and any(self._local[one, self.near] for one in self.family(item)):
            near = 1.0
        used = uses or any(self._uses[one] for one in self.family(item))
        return min(uses, 8) / 8.0 - (0.0 if used else 2.0) + near


def understood(words: AbstractSet[str], own: frozenset[str]) -> frozenset[str]:
    """A phrase's words, those that parts of a name are short for replaced by these."""
    short = {word: part for word in words - own for part in own - words if short_for(part, word)}
    return frozenset(short.get(word, word) for word in words)


def is_data(item: DataItem) -> bool:
    """Whether an item can be an operand."""
    return item.level not in (0, 66, 78, 88) and not item.is_group and item.picture is not None


def is_operand(item: DataItem) -> bool:
    """Whether an item can be compared: edited ones are for people."""
    return is_data(item) and item.picture is not None and "edited" not in item.picture.category


def is_condition(item: DataItem) -> bool:
    """Whether it is a condition-name."""
    return item.level == 88
