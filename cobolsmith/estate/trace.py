"""Following a field through an estate: what touches it, and where its value goes on to.

A place the value gets to is a `Spot`: bytes of an item of one program. Spots are visited nearest
first; each is as sure as the weakest step that leads to it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from cobolsmith.estate.held import Held, Row, Shelf
from cobolsmith.estate.index import Index

SURE, LIKELY, POSSIBLE = 0, 1, 2
STILL = ("writes", "accepts", "lengths")
"""What is done to an item without its value: told of the field, not of what it is moved to."""
WORDS = ("sure", "likely", "possible")
"""How sure: the statement names the field itself; it names what holds the field, or the bytes are
the same by position; the bytes may be read as something else, or the way there isn't certain."""


class Spot(NamedTuple):
    """Bytes start..end (of the record) of an item, how sure, after how many moves, and why."""

    file: int
    item: int
    start: int
    end: int
    sure: int
    depth: int
    why: str


class Touch(NamedTuple):
    """Something that has to do with the field: a row of the answer.

    `kind` is its section: uses, goes on to, files, jobs, sort cards, calls, maps, tables.
    """

    kind: str
    sure: int
    how: str
    what: str
    where: str
    why: str


@dataclass(slots=True)
class Trace:
    """A walk under way; `own` are the items that are the field itself."""

    index: Index
    shelf: Shelf
    depth: int
    waiting: deque[Spot] = field(default_factory=deque)
    seen: dict[tuple[int, int], list[tuple[int, int]]] = field(default_factory=dict)
    touches: dict[tuple[str, str, str, str], Touch] = field(default_factory=dict)
    own: set[tuple[int, int]] = field(default_factory=set)
    paths: dict[int, str] = field(default_factory=dict)
    programs: dict[tuple[int, int], str] = field(default_factory=dict)
    copybooks: set[tuple[int, int]] = field(default_factory=set)
    procedures: dict[tuple[int, int], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rows = self.index.rows("SELECT id, path FROM files")
        self.paths = {row["id"]: row["path"] for row in rows}
        rows = self.index.rows("SELECT file, n, name, kind FROM programs")
        self.programs = {(row["file"], row["n"]): row["name"] for row in rows}
        self.copybooks = {(row["file"], row["n"]) for row in rows if row["kind"] == "copybook"}

    def add(self, spot: Spot) -> bool:
        """Put a spot in line; False if it is too deep or was there already."""
        known = self.seen.setdefault((spot.file, spot.item), [])
        if spot.depth > self.depth or any(a <= spot.start and spot.end <= b for a, b in known):
            return False
        known.append((spot.start, spot.end))
        if spot.depth == 0:
            self.own.add((spot.file, spot.item))
        self.waiting.append(spot)
        return True

    def note(self, touch: Touch) -> None:
        """Keep a touch, or the surer of two that say the same."""
        key = (touch.kind, touch.how, touch.what, touch.where)
        known = self.touches.get(key)
        if known is None or touch.sure < known.sure:
            self.touches[key] = touch

    def whole(self, file: int, item: int, sure: int, depth: int, why: str) -> Spot:
        """The spot of a whole item."""
        row = self.shelf.file(file).items[item]
        return Spot(file, item, row["byte"], row["byte"] + row["extent"], sure, depth, why)

    def place(self, row: Row) -> str:
        """`path:line` of a fact."""
        return f"{self.paths[row['at']]}:{row['line']}"

    def inside(self, row: Row) -> str:
        """The program, and the paragraph if there is one, that a fact stands in."""
        program = self.programs[row["file"], row["program"]]
        if row["procedure"] is None:
            return program
        key = (row["file"], row["procedure"])
        if key not in self.procedures:
            query = "SELECT name FROM procedures WHERE file = ? AND n = ?"
            self.procedures[key] = self.index.rows(query, key)[0][0]
        return f"{program} {self.procedures[key]}"


class Named(NamedTuple):
    """An item whose mention is a mention of the spot: how sure, and why."""

    item: int
    sure: int
    why: str


def named(held: Held, spot: Spot) -> Iterator[Named]:
    """The item itself and its parts; the groups around it; what shares its bytes."""
    yield Named(spot.item, SURE, "")
    for one in held.below(spot.item):
        row = held.items[one]
        if row["level"] == 88:
            yield Named(one, SURE, f"condition-name {row['name']}")
        elif row["byte"] < spot.end and spot.start < row["byte"] + row["extent"]:
            yield Named(one, SURE, f"its part {held.spelled(one)}")
    for one in held.holders(spot.item):
        held_by = "of" if held.items[spot.item]["level"] == 88 else "in group"
        yield Named(one, LIKELY, f"{held_by} {held.spelled(one)}")
    record = held.top(spot.item)
    for one in held.sharing(spot.item, spot.start, spot.end):
        other = held.top(one)
        by_file = other != record and held.items[record]["fd"] != ""
        why = "another record of the file" if by_file else "same bytes"
        yield Named(one, POSSIBLE if by_file else LIKELY, f"{why}: {held.spelled(one)}")
        for condition in held.parts[one]:
            if held.items[condition]["level"] == 88:
                name = held.spelled(condition)
                yield Named(condition, POSSIBLE if by_file else LIKELY, f"{why}: {name}")


def follow_uses(trace: Trace, spot: Spot, near: list[Named]) -> None:
    """Note every use, and go on to what the value is moved into."""
    held = trace.shelf.file(spot.file)
    for one in near:
        sure = max(spot.sure, one.sure)
        why = "; ".join(part for part in (spot.why, one.why) if part)
        for use in held.uses.get(one.item, ()):
            if spot.depth and (use["role"] in STILL or use["verb"] == "PROCEDURE DIVISION"):
                continue  # how the value got here, or none of its business
            how = f"{use['role']} ({use['verb']})"
            what = _detail(held, one.item, use)
            certain = sure if use["sure"] and not _mixed(held, spot) else max(sure, LIKELY)
            kind = "uses" if spot.depth == 0 else "goes on to"
            inside = trace.inside(use)
            text = f"{inside}: {held.spelled(one.item)}{what}"
            trace.note(Touch(kind, certain, how, text, trace.place(use), why))
        for move in held.sent.get(one.item, ()):
            for target in _targets(trace, held, spot, one, move, sure):
                trace.add(target)
                if target.depth <= trace.depth and (spot.file, target.item) not in trace.own:
                    text = f"{trace.inside(move)}: {held.spelled(target.item)}"
                    how = f"moved to ({move['verb']})"
                    said = Touch("goes on to", target.sure, how, text, trace.place(move), why)
                    trace.note(said)


def _mixed(held: Held, spot: Spot) -> bool:
    """Whether other values get into an item that the field's value was moved to."""
    senders = {(row["sender"], row["literal"]) for row in held.received.get(spot.item, ())}
    return spot.depth > 0 and len(senders) > 1


def _detail(held: Held, item: int, use: Row) -> str:
    """What a move at the place of a use takes from or gives to the item."""
    if use["role"] == "writes":
        rows = _moves_at(held.received.get(item, ()), use)
        given = (r["literal"] if r["sender"] is None else held.spelled(r["sender"]) for r in rows)
        names = [name for name in dict.fromkeys(given) if name]
        return f" from {', '.join(names)}" if names else ""
    if use["role"] == "reads":
        rows = _moves_at(held.sent.get(item, ()), use)
        names = list(dict.fromkeys(held.spelled(row["receiver"]) for row in rows))
        return f" to {', '.join(names)}" if names else ""
    return ""


def _moves_at(moves: Sequence[Row], use: Row) -> list[Row]:
    """The moves whose statement the use is a part of."""
    return [
        one
        for one in moves
        if one["at"] == use["at"]
        and one["verb"] == use["verb"]
        and (one["start"] <= use["start"] < one["end"] or use["start"] <= one["start"] < use["end"])
    ]


def _targets(
    trace: Trace, held: Held, spot: Spot, one: Named, move: Row, sure: int
) -> Iterator[Spot]:
    """Where a move carries the spot's bytes: the whole receiver, or of a group the same bytes."""
    sender, receiver = held.items[one.item], held.items[move["receiver"]]
    place = trace.place(move)
    why = f"{move['verb']} {held.spelled(one.item)} at {place}"
    if move["computed"]:
        yield trace.whole(spot.file, receiver["n"], max(sure, LIKELY), spot.depth + 1, why)
        return
    grouped = bool(held.parts[sender["n"]]) or bool(held.parts[receiver["n"]])
    all_of_it = spot.start <= sender["byte"] and sender["byte"] + sender["extent"] <= spot.end
    if all_of_it or not _by_bytes(held, sender, receiver):
        yield trace.whole(spot.file, receiver["n"], sure, spot.depth + 1, why)
        return
    start = receiver["byte"] + max(spot.start - sender["byte"], 0)
    end = receiver["byte"] + spot.end - sender["byte"]
    end = min(end, receiver["byte"] + receiver["extent"])
    if start >= end:
        return
    for leaf in held.leaves(receiver["n"], start, end):
        row = held.items[leaf]
        cut = (max(start, row["byte"]), min(end, row["byte"] + row["extent"]))
        surely = max(sure, LIKELY) if grouped else sure
        yield Spot(spot.file, leaf, *cut, surely, spot.depth + 1, why)


def _by_bytes(held: Held, sender: Row, receiver: Row) -> bool:
    """Whether a move between two items leaves bytes where they are: groups, and PIC X to PIC X."""
    plain = ("", "X")
    if held.parts[sender["n"]] or held.parts[receiver["n"]]:
        return True
    return all(row["picture"][:1].upper() in plain for row in (sender, receiver))
