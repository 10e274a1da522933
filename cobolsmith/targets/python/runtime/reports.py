"""Reports: pages, control breaks and sums, as GnuCOBOL's Report Writer prints them.

A line is counted from 1 on its page. `limit` 0 is a report without PAGE: every line then begins a
page of its own, of which nothing is seen but PAGE-COUNTER.
"""

from __future__ import annotations

from decimal import Decimal

from .fields import Text
from .files import LineSequentialFile
from .report_groups import Described, Group, Line
from .units import RunError


class Report(Described):
    """A report that is printed."""

    def __init__(self, file: LineSequentialFile, area: Text, code: str) -> None:
        super().__init__(file, area, code)
        self.kept: list[bytes] = []
        self.shown: set[str] = set()
        self.active = self.is_first = self.is_fresh = self.steps_on = False
        self.in_heading = self.in_footing = self.in_end = self.just_set = False
        self.page, self.at = 1, 0
        self.next: tuple[str, int] = ("", 0)

    # --- Statements ---

    def initiate(self) -> None:
        """INITIATE."""
        if self.active:
            raise RunError("INITIATE of a report that is initiated")
        self.active = self.is_first = self.is_fresh = self.steps_on = True
        self.just_set = False
        self.page, self.at, self.next = 1, 0, ("", 0)
        self.shown.clear()
        self.count()
        self.begun()

    def generate(self, name: str) -> None:
        """GENERATE a detail, or ("") only what a detail would bring about."""
        if not self.active:
            raise RunError("GENERATE of a report that is not initiated")
        if self.steps_on:
            self.steps_on = False
            self.at += 1
            self.count()
        if self.is_first:
            self.print_all("REPORT HEADING")
            self.page_heading()
            self.headings(len(self.controls))
            self.kept = [one.raw for one in self.controls]
        else:
            self.page_begun()
            self.breaks()
        self.adds()
        for group in self.groups:
            if name and group.name == name:
                self.detail(group)
        self.is_first = self.just_set = False
        self.at -= 1
        self.steps_on = True
        self.count()

    def terminate(self) -> None:
        """TERMINATE."""
        if not self.active:
            raise RunError("TERMINATE of a report that is not initiated")
        if self.is_first:
            return
        for level in range(1, len(self.controls) + 1):
            for group in self.of("CONTROL FOOTING", level):
                self.footing(group)
        for group in self.of("CONTROL FOOTING FINAL"):
            self.footing(group)
        self.page_footing()
        for group in self.of("REPORT FOOTING"):
            group.before()
            self.in_end = True
            self.print(group)
            self.in_end = False
        self.active = False

    def suppress(self, name: str) -> None:
        """SUPPRESS PRINTING."""
        for group in self.groups:
            if group.name == name:
                group.suppressed = True

    def is_indicated(self, item: str) -> bool:
        """Whether an item with GROUP INDICATE is shown now: the first time after a break."""
        known = item in self.shown
        self.shown.add(item)
        return not known

    # --- Groups ---

    def of(self, kind: str, control: int = 0) -> list[Group]:
        """The groups of a kind."""
        return [one for one in self.groups if (one.kind, one.control) == (kind, control)]

    def page_begun(self) -> None:
        """Begin the next page where this one is full, or was ended."""
        if self.at > self.last_detail:
            self.page_footing()
        elif self.at > 1 and not self.is_fresh:
            return
        elif not self.is_fresh:
            self.page_heading()
            return
        self.at = 1
        self.page_heading()

    def breaks(self) -> None:
        """Control footings and headings, up to the highest control that changed."""
        changed = [at for at, one in enumerate(self.controls, 1) if self.has_changed(at)]
        level = max(changed, default=0)
        given = [one.raw for one in self.controls]
        for one, kept in zip(self.controls[:level], self.kept, strict=False):
            one.raw = kept
        turned = False
        for at in range(1, level + 1):
            for group in self.of("CONTROL FOOTING", at):
                self.footing(group)
                self.shown.clear()
                self.just_set = False
                if self.next[0] == "PAGE":
                    turned, self.next = True, ("", 0)
            self.controls[at - 1].raw = given[at - 1]
        if turned:
            self.turn()
        self.headings(level)
        self.kept = [one.raw for one in self.controls]

    def has_changed(self, level: int) -> bool:
        """Whether a control isn't what it was."""
        one = self.controls[level - 1]
        return one.raw != self.kept[level - 1]

    def headings(self, level: int) -> None:
        """The control headings up to a level."""
        for at in range(1, level + 1):
            for group in self.of("CONTROL HEADING", at):
                group.before()
                self.print(group)

    def footing(self, group: Group) -> None:
        """A control footing, and what becomes of its sums."""
        group.before()
        if not group.suppressed:
            self.print(group)
        group.suppressed = False
        group.after()

    def detail(self, group: Group) -> None:
        """The lines of a detail; several of them where the page has room for the empty ones."""
        lines = group.lines
        if not lines or group.direct:
            self.just_set = False
            self.print(group)
            return
        room = sum(one.number for one in lines if one.place == "PLUS" and one.number > 1)
        if len(lines) > 1 and self.at + room > self.last_detail:
            self.page_footing()
            self.at = 1
            self.page_heading()
            self.count()
        for one in lines:
            self.just_set = False
            self.put(one, ("", 0))

    def print_all(self, kind: str) -> None:
        """All groups of a kind."""
        for group in self.of(kind):
            self.print(group)

    def print(self, group: Group) -> None:
        """A group: itself as a line, or its lines."""
        if group.direct:
            self.put(group.lines[0], group.next)
            return
        self.put(Line("", 0), group.next)
        for one in group.lines:
            self.put(one, ("", 0))

    # --- Pages ---

    def turn(self) -> None:
        """End this page and begin the next."""
        self.page_footing()
        self.page_heading()

    def page_footing(self) -> None:
        """The page footing, and the rest of the page but its last line."""
        if self.in_footing:
            return
        self.in_footing = True
        self.print_all("PAGE FOOTING")
        if self.at < self.limit:
            self.feed(self.limit - self.at)
            self.at = self.limit
            self.steps_on = False
        else:
            self.at = 1
        self.count()
        self.is_fresh = True
        self.in_footing = False

    def page_heading(self) -> None:
        """The rest of the last page, the page heading, and the way to the first detail."""
        if self.in_heading:
            return
        if not self.is_first and 0 < self.heading < self.at <= self.limit:
            while self.at <= self.limit:
                self.down()
            self.at = 1
            self.count()
        self.in_heading = True
        self.page += not self.is_first
        self.is_fresh = False
        self.down_to(self.heading)
        self.print_all("PAGE HEADING")
        self.down_to(self.first_detail)
        self.shown.clear()
        self.in_heading = False

    def down_to(self, line: int) -> None:
        """Empty lines, counted, until a line is reached."""
        while self.at < line:
            self.down()
            self.count()

    # --- Lines ---

    def put(self, line: Line, following: tuple[str, int]) -> None:
        """Go to where a line belongs, and print it; `following` is the NEXT GROUP behind it."""
        if self.at > self.last_detail and not self.in_end and not self.in_footing:
            self.turn()
        on = self.placed(line)
        first = self.at == self.first_detail and self.first_detail > 0
        if on and line.place == "PLUS" and line.number > 1 and not first:
            self.feed(line.number - 1)
            self.at += line.number - 1
        outside = self.in_end or self.in_heading or self.in_footing
        if self.at > self.last_detail and not outside:
            self.turn()
        self.count()
        if line.area is not None:
            line.fill()
            self.write(line.area.raw, 1)
            self.at += 1
            self.count()
        if following[0]:
            self.next, self.just_set = following, True

    def placed(self, line: Line) -> bool:
        """Do what NEXT GROUP or LINE asks for; whether PLUS still counts from there."""
        place, number = ("", 0) if self.just_set else self.next
        if place:
            self.next = ("", 0)
        if place == "PLUS":
            self.feed(number)
            self.at += number
        elif place == "LINE":
            if self.at > number:
                self.turn()
            while self.at < number:
                self.down()
        elif place == "PAGE":
            self.turn()
        elif line.place == "LINE":
            self.reach(line.number)
        return place in ("PLUS", "LINE") or (not place and line.place != "LINE")

    def reach(self, number: int) -> None:
        """Go to a LINE, on the next page where it is past."""
        if self.at > number:
            self.page_footing()
            if self.in_end:
                self.page, self.at = self.page + 1, 1
            else:
                self.page_heading()
            self.is_fresh = False
        while self.at < number:
            self.down()

    def count(self) -> None:
        """Set PAGE-COUNTER and LINE-COUNTER."""
        assert self.lines is not None and self.pages is not None
        self.lines.value = Decimal(self.at if 0 < self.at <= self.limit else 0)
        self.pages.value = Decimal(self.page)

    def down(self) -> None:
        """An empty line."""
        self.feed(1)
        self.at += 1

    def feed(self, lines: int) -> None:
        """Empty lines."""
        if self.code:
            for _ in range(lines):
                self.write(b"", 1)
        elif lines > 0:
            self.write(b"", lines)

    def write(self, data: bytes, lines: int) -> None:
        """Print a line, and go on by some."""
        if b"\0" in data:
            raise RunError("a line of a report has a byte of value zero")
        self.area.raw = (self.code.encode("latin-1") + data).ljust(self.area.size)
        self.file.write_before(self.area, lines)


def report(file: LineSequentialFile, area: Text, code: str) -> Report:
    """A report of a file, whose lines go through an area; `code` is CODE's."""
    return Report(file, area, code)
