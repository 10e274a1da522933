"""Items whose bytes belong together: moved or read as groups, redefined, passed to a CALL, kept in
the same data set. What changes in one must change in the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Literal

from cobolsmith.program import DataItem, FileEntry, Origin, Program
from cobolsmith.recipes.fields.world import Held, World

Kind = Literal["moved", "sorted", "redefines", "passed", "data set"]
_BYTES = ("MOVE", "READ", "RETURN", "WRITE", "REWRITE", "RELEASE", "SET")


@dataclass(frozen=True, slots=True)
class Tie:
    """Two items that hold the same bytes from their first on, and where that is written."""

    kind: Kind
    one: Held
    other: Held
    origin: Origin

    def from_(self, held: Held) -> tuple[Held, Held]:
        """The two ends, the given one first."""
        return (self.one, self.other) if self.one.key == held.key else (self.other, self.one)


@dataclass(slots=True)
class Ties:
    """All ties by the records that they lie in."""

    by_record: dict[tuple[int, int], list[Tie]] = field(default_factory=lambda: defaultdict(list))

    def of(self, record: Held) -> list[Tie]:
        """The ties of a record or of items in it."""
        return self.by_record.get(record.key, [])

    def add(self, tie: Tie) -> None:
        """Note a tie under the records of both ends."""
        for key in {tie.one.record().key, tie.other.record().key}:
            self.by_record[key].append(tie)


def ties(world: World) -> Ties:
    """Every tie of the estate."""
    found = Ties()
    for program in world.programs:
        own = (_moved(world, program), _sorted(program), _redefined(program))
        for tie in (*chain.from_iterable(own), *_passed(world, program)):
            found.add(tie)
    for tie in _stored(world):
        found.add(tie)
    return found


def _moved(world: World, program: Program) -> Iterator[Tie]:
    for move in program.flow.moves:
        if move.computed or move.verb not in _BYTES:
            continue
        sender = world.item(program, move.owner, move.sender)
        receiver = world.item(program, move.receiver_owner, move.receiver)
        if sender is None or receiver is None or sender.key == receiver.key:
            continue
        # READ INTO moves the record that was read: any of the file's.
        if sender.item.is_group or receiver.item.is_group:
            yield Tie("moved", sender, receiver, move.origin)


def _sorted(program: Program) -> Iterator[Tie]:
    """SORT and MERGE ... USING and GIVING: records go from file to file as they are."""
    work: FileEntry | None = None
    for use in program.flow.files:
        if use.verb not in ("SORT", "MERGE"):
            continue
        file = program.file(use.file)
        if use.how == "sorts":
            work = file
        elif all(one in program.files and one.records for one in (work, file) if one):
            if work is None or file is None:
                continue
            one, other = (Held(program, program.items[f.records[0]]) for f in (work, file))
            yield Tie("sorted", one, other, use.origin)


def _redefined(program: Program) -> Iterator[Tie]:
    for item in program.items:
        if item.redefines is not None:
            yield Tie(
                "redefines",
                Held(program, program.items[item.redefines]),
                Held(program, item),
                item.origin,
            )
    for file in program.files:
        for record in file.records[1:]:
            first, other = program.items[file.records[0]], program.items[record]
            yield Tie("redefines", Held(program, first), Held(program, other), other.origin)


def _passed(world: World, program: Program) -> Iterator[Tie]:
    for call in program.flow.calls:
        if call.verb != "CALL":
            continue
        for target in call.targets:
            for called in world.programs:
                if called.name != target:
                    continue
                for parameter in call.parameters:
                    here = world.item(program, parameter.owner, parameter.item)
                    there = linked(called, parameter.position)
                    if here is not None and there is not None:
                        yield Tie("passed", here, Held(called, there), parameter.origin)


def linked(program: Program, position: int) -> DataItem | None:
    """The LINKAGE item in a position of a program's USING."""
    if position >= len(program.using):
        return None
    found = program.resolve(program.using[position])
    return found if isinstance(found, DataItem) else None


def _stored(world: World) -> Iterator[Tie]:
    """Records of files that are one data set: by the jobs, or by the name they are assigned."""
    stored: dict[str, list[Held]] = defaultdict(list)
    for program in world.programs:
        for file in program.files:
            for record in file.records[:1]:
                for name in world_names(world, program, file.name):
                    stored[name].append(Held(program, program.items[record]))
    for records in stored.values():
        for other in records[1:]:
            if other.program is not records[0].program:
                yield Tie("data set", records[0], other, other.item.origin)


def world_names(world: World, program: Program, file: str) -> list[str]:
    """What a file is called outside: its data sets in jobs, else the word it is assigned."""
    entry = next(one for one in program.files if one.name == file)
    if entry.kind == "SD" or not entry.assign:
        return []
    word = entry.assign.strip("'\"").upper()
    dd = word.rpartition("-")[2]
    query = (
        "SELECT DISTINCT d.dsn FROM datasets d JOIN steps s ON s.file = d.file AND s.n = d.step"
        " WHERE s.program = ? AND d.dd = ?"
    )
    if not world.jobs:
        return [word]
    return [row["dsn"] for row in world.setting.index().rows(query, (program.name, dd))] or [
        f"{program.name} {word}"
    ]
