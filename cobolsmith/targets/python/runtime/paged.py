"""Lines on pages: files whose FD has LINAGE."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, SupportsInt

from .computational import Binary
from .fields import Field
from .files import DONE, END_OF_PAGE, FAILED, LineSequentialFile, Outcome, PageError
from .storage import Storage


class PagedFile(LineSequentialFile):
    """A file of lines on pages; `page` gives their number, where the footing begins (0: nowhere),
    and how many empty lines stand above and below them. Fields are asked anew for each page."""

    def __init__(self, *given: Any, page: tuple[SupportsInt, ...], **named: Any) -> None:
        super().__init__(*given, **named)
        self.page = page
        self.linage_counter = Binary(Storage(4), 0, 4, 10, 0, False, native=True, cut=False)
        self.lines = self.footing = self.top = self.bottom = 0
        self.begins = False

    def turned(self) -> bool:
        """Ask for the measures of the next page; whether there can be such a page."""
        self.lines, self.footing, self.top, self.bottom = map(int, self.page)
        asked = not isinstance(self.page[1], int)
        right = 0 < self.footing <= self.lines or (not asked and not self.footing)
        possible = self.lines > 0 and right and self.top >= 0 and self.bottom >= 0
        self.linage_counter.store(1 if possible else 0)
        return possible

    def opened(self, mode: str, exists: bool) -> None:
        """Open the file itself, at the top of a page."""
        super().opened(mode, exists)
        if not self.turned():
            self.stream.close()
            raise PageError
        self.begins = True

    def write(self, record: Field, handled: str = "") -> Outcome:
        """WRITE a record, and go to the next line."""
        return self.printed(record, 1, False, handled)

    def write_after(
        self, record: Field, lines: Field | Decimal | int | str, handled: str = ""
    ) -> Outcome:
        """WRITE a record AFTER ADVANCING."""
        return self.printed(record, lines, True, handled)

    def write_before(
        self, record: Field, lines: Field | Decimal | int | str, handled: str = ""
    ) -> Outcome:
        """WRITE a record BEFORE ADVANCING."""
        return self.printed(record, lines, False, handled)

    def printed(
        self, record: Field, lines: Field | Decimal | int | str, after: bool, handled: str
    ) -> Outcome:
        """Write a record before or after going on by lines; END-OF-PAGE where its footing or its
        end is reached."""
        status = self.writable()
        size = self.measured(record)
        if status or size < 0:
            return self.finish(status or "44", handled)
        self.length = size
        if self.begins:
            self.stream.write(b"\n" * self.top)
        self.begins = False
        line = self.record(size).rstrip(b" ") + b"\n"
        if not after:
            self.stream.write(line)
        if int(self.linage_counter) == 0:
            return self.finish("57", handled)
        ended = self.turn_page() if isinstance(lines, str) else self.go_on(int(lines))
        if int(self.linage_counter) == 0:
            return self.finish("57", handled)
        if after:
            self.stream.write(line)
        self.finish("00")
        return FAILED if ended and handled == END_OF_PAGE else DONE

    def go_on(self, count: int) -> bool:
        """Go on by lines, to the next page behind the last of them; whether its end is near."""
        at = int(self.linage_counter) + count
        if at > self.lines:
            self.turn_page()
            return True
        self.linage_counter.store(at)
        self.stream.write(b"\n" * (count - 1))
        return bool(self.footing) and at >= self.footing

    def turn_page(self) -> bool:
        """Go to the first line of the next page."""
        left = self.lines - int(self.linage_counter)
        self.stream.write(b"\n" * (left + self.bottom))
        if self.turned():
            self.stream.write(b"\n" * self.top)
        return False
