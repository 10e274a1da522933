"""What a report is made of: its page, controls, groups and lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from .fields import Field, Number, Text
from .files import LineSequentialFile

Routine = Callable[[], Any]
"""A paragraph, or a method that fills a line."""


def nothing() -> None:
    """What is done where nothing is to be."""


@dataclass(slots=True)
class Line:
    """A line of a group: at a LINE of its page, or some lines on (PLUS)."""

    place: str
    number: int
    area: Field | None = None
    fill: Routine = nothing


@dataclass(slots=True)
class Group:
    """A report group. `direct` says that it is a line itself, instead of holding lines."""

    name: str
    kind: str
    control: int
    direct: bool
    next: tuple[str, int] = ("", 0)
    lines: list[Line] = field(default_factory=list)
    before: Routine = nothing
    after: Routine = nothing
    suppressed: bool = False


class Described:
    """A report being put together. A group's clauses follow it."""

    def __init__(self, file: LineSequentialFile, area: Text, code: str) -> None:
        self.file, self.area, self.code = file, area, code
        self.limit, self.heading, self.first_detail, self.last_detail = 0, 0, 1, 0
        self.lines: Number | None = None
        self.pages: Number | None = None
        self.controls: list[Field] = []
        self.groups: list[Group] = []
        self.begun: Routine = nothing
        self.adds: Routine = nothing

    def lines_of_page(self, limit: int, heading: int, first_detail: int, last_detail: int) -> Self:
        """PAGE LIMIT, HEADING, FIRST DETAIL and LAST DETAIL."""
        self.limit, self.heading = limit, heading
        self.first_detail, self.last_detail = first_detail, last_detail
        return self

    def counters(self, lines: Number, pages: Number) -> Self:
        """LINE-COUNTER and PAGE-COUNTER."""
        self.lines, self.pages = lines, pages
        return self

    def control(self, item: Field) -> Self:
        """The next control, the most minor one first."""
        self.controls.append(item)
        return self

    def sums(self, zero: Routine) -> Self:
        """How its sums begin."""
        self.begun = zero
        return self

    def adding(self, routine: Routine) -> Self:
        """What each GENERATE adds to sums."""
        self.adds = routine
        return self

    def group(self, name: str, kind: str, control: int, direct: bool) -> Self:
        """The next group; what follows here belongs to it."""
        self.groups.append(Group(name, kind, control, direct))
        return self

    def next_group(self, place: str, number: int) -> Self:
        """NEXT GROUP of the group."""
        self.groups[-1].next = (place, number)
        return self

    def line(self, place: str, number: int, area: Field, fill: Routine) -> Self:
        """A line of the group."""
        self.groups[-1].lines.append(Line(place, number, area, fill))
        return self

    def before(self, routine: Routine) -> Self:
        """USE BEFORE REPORTING the group."""
        self.groups[-1].before = routine
        return self

    def after(self, routine: Routine) -> Self:
        """What becomes of the sums of a CONTROL FOOTING behind it."""
        self.groups[-1].after = routine
        return self
