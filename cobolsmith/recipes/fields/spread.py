"""What else must change when one entry does: receivers too small, FILLER taken, bytes shared.

`Spread` follows an entry's new room through the moves of all programs, takes room for it from
FILLER where there is any, and carries the change to every item that holds the same bytes (ties).
What can't be decided becomes a question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cobolsmith.dataflow import Move
from cobolsmith.errors import UsageError
from cobolsmith.items import Problem
from cobolsmith.plan import Edit
from cobolsmith.program import DataItem, Origin
from cobolsmith.recipe import question
from cobolsmith.recipes.fields.layout import Bytes, Sizes, spelled
from cobolsmith.recipes.fields.pictures import TEXT, Room, like, measured, needed, rewritten, room
from cobolsmith.recipes.fields.ties import Tie, Ties, ties
from cobolsmith.recipes.fields.world import Entry, Held, World, entry_of

_SPACES = frozenset(("SPACE", "SPACES"))
Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Change:
    """An entry's new PICTURE, what it holds then, and why it changes."""

    entry: Entry
    picture: str
    room: Room
    length: int
    why: str


@dataclass(frozen=True, slots=True)
class Put:
    """An entry put in behind another: its name ("" for FILLER), what stands behind PIC, its length,
    what old records have there, whether that is its VALUE, too, and the clauses of its group."""

    name: str
    clauses: str
    length: int
    value: str = ""
    stated: bool = False
    inherited: str = ""


@dataclass(slots=True)
class Spread:
    """A change under way: what becomes of entries and DISPLAYs, and what has to be asked."""

    world: World
    ties: Ties
    changes: dict[Entry, Change] = field(default_factory=dict)
    sizes: Sizes = field(default_factory=Sizes)
    questions: list[Problem] = field(default_factory=list)
    settled: dict[Entry, int] = field(default_factory=dict)
    waiting: list[Entry] = field(default_factory=list)
    put: dict[Entry, Put] = field(default_factory=dict)
    displays: dict[tuple[Path, int], Edit] = field(default_factory=dict)
    sent: dict[Key, list[Move]] = field(default_factory=lambda: defaultdict(list))

    # --- Entries ---

    def first(self, entry: Entry) -> Held:
        """One of the items of an entry: all have the same PICTURE and place in their records."""
        return self.world.items(entry)[0]

    def ask(self, what: str, origin: Origin, remedy: str = "") -> None:
        """Note a question, once."""
        one = question(what, origin.path, origin.span, remedy)
        if one not in self.questions:
            self.questions.append(one)

    def resize(self, entry: Entry, after: Room, why: str, picture: str = "") -> None:
        """Give an entry room; `picture` where it is known how it is written."""
        held = self.first(entry)
        item = held.item
        before = room(item)
        written = self.written(entry)
        if picture:
            picture = (
                picture.lower() if written.islower() and written != written.upper() else picture
            )
        else:
            same = item.picture and before and written
            picture = (
                rewritten(written, item.picture.category, before, after) or ""
                if same and item.picture and before
                else ""
            )
        if not picture or self.pictures_differ(entry):
            self.ask(
                f"{held.name} is too small ({why}), and its PICTURE {written or '(none)'} doesn't "
                "say how it grows",
                item.origin,
                "change it by hand first",
            )
            return
        try:
            now = measured(self.world.setting, picture + like(item), held.program)
        except UsageError as error:
            self.ask(f"{held.name} can't become {picture} ({why}): {error.what}", item.origin)
            return
        self.changes[entry] = Change(entry, picture, room(now) or after, now.length, why)
        self.sizes.lengths[entry] = now.length
        self.waiting.append(entry)

    def written(self, entry: Entry) -> str:
        """The PICTURE as its entry has it, "" where it isn't written there."""
        node = self.world.described(entry)
        for clause in node.children if node is not None else ():
            if clause.type == "picture_clause":
                tree = self.world.tree(entry.path)
                for child in clause.children:
                    if child.type == "picture_string":
                        return tree.text(child)
        return ""

    def pictures_differ(self, entry: Entry) -> bool:
        """Whether programs don't have what is written (COPY REPLACING changes the PICTURE)."""
        found = {one.item.picture.text for one in self.world.items(entry) if one.item.picture}
        return found != {self.written(entry).upper()}

    def room_now(self, held: Held) -> Room | None:
        """What an item holds after the changes so far."""
        change = self.changes.get(held.entry)
        return change.room if change else room(held.item)

    def delta(self, entry: Entry) -> int:
        """By how many bytes one occurrence of an entry has grown."""
        return self.sizes.lengths[entry] - self.first(entry).item.length

    # --- Following ---

    def run(self) -> None:
        """Follow all that waits until nothing more changes."""
        if not self.sent:
            for program in self.world.programs:
                for move in program.flow.moves:
                    sender = self.world.item(program, move.owner, move.sender)
                    if sender is not None:
                        self.sent[sender.key].append(move)
        while self.waiting:
            reached: dict[Entry, None] = {}
            while self.waiting:
                entry = self.waiting.pop(0)
                reached[entry] = None
                for held in self.world.items(entry):
                    self.receivers(held)
            self.settle()  # before bytes shared are looked at: FILLER may keep records as they are
            for entry in (*reached, *self.waiting):
                for held in self.world.items(entry):
                    for tie in self.ties.of(held.record()):
                        self.carry(tie)

    def receivers(self, held: Held) -> None:
        """Give room to what this item is moved to and what is computed from it."""
        change = self.changes.get(held.entry)
        before = room(held.item)
        if change is None or before is None:
            return
        for move in self.sent.get(held.key, ()):
            receiver = self.world.item(held.program, move.receiver_owner, move.receiver)
            if receiver is None or receiver.entry == held.entry or modified(self.world, move, held):
                continue
            if receiver.item.is_group or receiver.item.level == 0:
                continue
            now = self.room_now(receiver)
            if now is None:
                continue
            if move.verb == "STRING":
                wanted = self.strung(move, held, receiver, now)
            else:
                wanted = needed(change.room, before, now)
            if wanted is not None:
                why = f"{move.verb} from {held.name} at {self.world.where(move.origin)}"
                self.resize(receiver.entry, wanted, why)

    def strung(self, move: Move, held: Held, receiver: Held, now: Room) -> Room | None:
        """The room that a STRING's receiver needs for all that is strung into it."""
        before = after = 0
        for one in held.program.flow.moves:
            if one.origin != move.origin or one.receiver != move.receiver:
                continue
            sender = self.world.item(held.program, one.owner, one.sender)
            if sender is None:
                before += len(one.literal.strip("'\""))
                after += len(one.literal.strip("'\""))
            else:
                before += sender.item.length
                after += self.sizes.lengths.get(sender.entry, sender.item.length)
        size = now.size
        return Room(size=after) if before <= size < after and not now.number else None

    # --- FILLER ---

    def settle(self) -> None:
        """Take from FILLER what changed entries have grown by since it was last looked at."""
        for entry in list(self.changes):
            extra = self.delta(entry) - self.settled.get(entry, 0)
            if extra:
                self.settled[entry] = self.delta(entry)
                filler = self.filler(entry, extra)
                if filler is not None:
                    self.shrink(*filler)

    def shrink(self, entry: Entry, by: int) -> None:
        """Make a FILLER shorter (or longer, where `by` is negative)."""
        now = self.sizes.lengths.get(entry, self.first(entry).item.length)
        self.sizes.lengths[entry] = now - by
        self.waiting.append(entry)

    def put_in(self, behind: Entry, length: int) -> None:
        """Put FILLER in behind an entry; ask where its group has a USAGE that FILLER can't have."""
        beside = self.first(behind)
        if "USAGE" in self.world.inherited(beside):
            what = f"no FILLER can stand behind {beside.name}: the USAGE of its group is of numbers"
            self.ask(what, beside.item.origin)
        self.sizes.behind[behind] = length
        self.put[behind] = Put("", f"X({length})", length)

    def filler(self, entry: Entry, extra: int, beside: bool = False) -> tuple[Entry, int] | None:
        """The FILLER that can give `extra` bytes an occurrence (of a FILLER outside of the entry's
        table, for all occurrences), and how many: beside it, else the last of its record. `beside`:
        the bytes are wanted behind the entry, once for all of its occurrences."""
        held = self.first(entry)
        program, item = held.program, held.item
        if item.level in (1, 77) or extra < 0:
            return None
        edited = item.picture is not None and item.picture.category == "numeric-edited"
        for one, nth in self.siblings(held) if not beside else ():
            if edited == (nth < 0) and abs(nth) == 1 and self.gives(one, extra, 1 if edited else 0):
                return one.entry, extra
        times = extra if beside else extra * item.times
        for holder in (item, *program.ancestors(item.index)):
            if holder is not item:
                times *= holder.times
            if self.bound(Held(program, holder)) and holder is not item:
                return self.last(Held(program, holder), item, times // holder.times)
            if holder.level == 1:
                return self.last(Held(program, holder), item, times)
        return None

    def siblings(self, held: Held) -> Iterator[tuple[Held, int]]:
        """The items beside an item, with their distance (negative: before it)."""
        if held.item.parent is None:
            return
        group = [
            one
            for one in held.program.children(held.program.items[held.item.parent])
            if one.redefines is None and one.level not in (66, 88)
        ]
        at = next((n for n, one in enumerate(group) if one.index == held.item.index), None)
        for n, one in enumerate(group):
            if at is not None and n != at and held.item.times == 1:
                yield Held(held.program, one), n - at

    def last(self, group: Held, item: DataItem, by: int) -> tuple[Entry, int] | None:
        """The last FILLER of a group behind an item, if it can give that much."""
        program = group.program
        found: Held | None = None
        waiting = list(program.children(group.item))[::-1]
        while waiting:
            one = waiting.pop()
            if one.redefines is not None or one.occurs or one.level in (66, 88):
                continue
            if one.children:
                waiting.extend(list(program.children(one))[::-1])
            elif one.offset > item.offset and self.gives(Held(program, one), by, 0):
                found = Held(program, one)
        return (found.entry, by) if found else None

    def gives(self, held: Held, by: int, left: int) -> bool:
        """Whether an item is FILLER of blanks with `by` bytes to give and `left` to keep."""
        item = held.item
        plain = item.picture is not None and item.picture.category in TEXT and not item.occurs
        blank = all(isinstance(one, str) and one.upper() in _SPACES for one in item.values)
        now = self.sizes.lengths.get(held.entry, item.length)
        return not item.name and plain and blank and not item.conditions and now >= by + left

    def bound(self, held: Held) -> bool:
        """Whether a group can't grow by itself: it redefines, is redefined, or is a table's
        occurrence."""
        program, item = held.program, held.item
        if item.redefines is not None:
            return True
        return any(one.redefines == item.index for one in program.items if one.level != 66)

    # --- Bytes shared ---

    def carry(self, tie: Tie) -> None:
        """Change the other end of a tie as this end has changed."""
        if tie.one.entry == tie.other.entry:
            return
        for one, other in ((tie.one, tie.other), (tie.other, tie.one)):
            if not self.sizes.touches(one.program, one.item):
                continue
            mine = spelled(one.program, one.item, self.sizes)
            theirs = spelled(other.program, other.item, self.sizes)
            if not other.item.children and not one.item.children and tie.kind == "redefines":
                continue
            if not other.item.children:
                self.buffer(tie, one, other, mine, theirs)
                continue
            self.carry_put(tie, one, other, mine, theirs)
            for part in mine.parts:
                changed = entry_of(one.program.items[part[0]]) in self.changes
                if changed or part[2] - part[1] != part[4] - part[3]:
                    self.counterpart(tie, one, other, part, theirs)

    def carry_put(self, tie: Tie, one: Held, other: Held, mine: Bytes, theirs: Bytes) -> None:
        """What is put in behind a part is put in at the same bytes of the other end, as FILLER."""
        if tie.kind == "redefines":
            return
        for index, _, end, _, _ in mine.parts:
            held = one.at(index)
            put = self.put.get(held.entry)
            if put is None:
                continue
            for two in theirs.parts:
                there = other.at(two[0])
                if two[2] == end and there.entry != held.entry and there.entry not in self.put:
                    self.put_in(there.entry, put.length)
                    self.waiting.append(there.entry)

    def buffer(self, tie: Tie, one: Held, other: Held, mine: Bytes, theirs: Bytes) -> None:
        """A plain item that holds all of a group's bytes."""
        old, new = mine.size
        has = theirs.size[1]
        item = other.item
        if new == old or (has >= new and theirs.size[0] != old):
            return
        if theirs.size[0] < old or has == new:
            return
        if tie.kind == "redefines" and item.redefines is not None:
            return
        if item.picture is None or item.picture.category not in TEXT or item.occurs:
            return
        why = f"it holds {one.name}, {tie.kind} at {self.world.where(tie.origin)}"
        self.resize(other.entry, Room(size=new), why)
        self.settled[other.entry] = self.delta(other.entry) if other.entry in self.changes else 0

    def counterpart(
        self, tie: Tie, one: Held, other: Held, part: tuple[int, int, int, int, int], theirs: Bytes
    ) -> None:
        """The item at the same bytes of the other end changes alike."""
        index, start, end, new_start, new_end = part
        found = [two for two in theirs.parts if (two[1], two[2]) == (start, end)]
        if not found:
            return
        mine, yours = one.at(index), other.at(found[0][0])
        if mine.entry == yours.entry:
            return
        grown = new_end - new_start - (end - start)
        if not mine.item.name and not yours.item.name:
            if found[0][4] - found[0][3] != new_end - new_start:
                self.shrink(yours.entry, -grown)
            return
        if not mine.item.name or not yours.item.name or tie.kind == "redefines":
            return  # the check of what lies together asks
        before, after = room(mine.item), self.room_now(mine)
        have = room(yours.item)
        if before is None or after is None or have is None:
            return
        why = f"the same bytes as {mine.name}, {tie.kind} at {self.world.where(tie.origin)}"
        if have.number and before.number:
            wanted = Room(
                have.whole + after.whole - before.whole,
                have.scale + after.scale - before.scale,
                have.size + after.size - before.size,
                number=True,
            )
        elif have.number:
            wanted = Room(have.whole + grown, have.scale, have.size + grown, number=True)
        else:
            wanted = Room(size=have.size + grown)
        if wanted == self.room_now(yours):
            return
        self.resize(yours.entry, wanted, why)
        self.settled[yours.entry] = self.delta(yours.entry) if yours.entry in self.changes else 0


def modified(world: World, move: Move, held: Held) -> bool:
    """Whether a move takes a part of its sender (reference modification)."""
    text = world.source(move.origin.path).text(*move.origin.span).upper()
    at = text.find(held.item.name)
    rest = text[at + len(held.item.name) :].split(" TO ")[0] if at >= 0 else ""
    return ":" in rest


def begin(world: World) -> Spread:
    """A change of which nothing is known yet."""
    return Spread(world, ties(world))
