"""USE FOR DEBUGGING: DEBUG-ITEM, and the sections that look at what happens.

They run where COB_SET_DEBUG of the environment says so, and not otherwise.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import SupportsInt

from .fields import Field, Number

Section = Callable[[], None]
"""A debugging section to be performed."""


class Debugging:
    """What fills DEBUG-ITEM: its line, name, three subscripts and contents; without them, nothing
    is looked at."""

    def __init__(self, *register: Field) -> None:
        given = os.environ.get("COB_SET_DEBUG", "").upper()
        self.on = bool(register) and given in ("1", "ON", "Y", "YES", "TRUE")
        self.register = register
        self.looking = False
        self.turned: set[str] = set()
        self._put(*range(len(register)))

    def _put(self, *places: int, text: str = "") -> None:
        for at in places:
            one = self.register[at]
            one.raw = text.encode("latin-1")[: one.size].ljust(one.size)

    def _look(self, name: str, contents: str, section: Section) -> None:
        self._put(1, text=name)
        self._put(5, text=contents)
        self._perform(section)

    def _perform(self, section: Section) -> None:
        self.looking = True
        section()
        self.looking = False

    def says(self, contents: str) -> None:
        """DEBUG-CONTENTS from now on, until something else happens."""
        if self.on:
            self._put(5, text=contents)

    def at(self, line: int, paragraph: str = "") -> None:
        """A statement of a line begins; not so the GO TO of an altered paragraph."""
        if self.on and paragraph not in self.turned:
            self._put(0, text=f"{line:6}")

    # --- Procedures ---

    def falls(self) -> None:
        """Control comes to a procedure from the one before; not so in debugging sections."""
        if not self.looking:
            self.says("FALL THROUGH")

    def reached(self, name: str, section: Section) -> None:
        """A procedure that is watched begins."""
        if self.on:
            self._put(1, text=name)
            self._perform(section)

    def altered(self, name: str, target: str, section: Section | None = None) -> None:
        """ALTER of a paragraph; with a section where it is watched."""
        self.turned.add(name)
        if self.on and section is not None:
            self._look(name, target, section)

    def performs(self) -> None:
        """PERFORM of procedures."""
        self.says("PERFORM LOOP")

    def left(self, paragraph: str = "") -> None:
        """GO TO a procedure that is watched; of a paragraph that may be altered."""
        if paragraph not in self.turned:
            self.says("")

    def left_for(self, number: SupportsInt, *watched: int) -> None:
        """GO TO DEPENDING ON: where procedures of these numbers are watched."""
        if int(number) in watched:
            self.says("")

    # --- Items and files ---

    def saw(self, name: str, field: Field, section: Section, *at: SupportsInt) -> None:
        """A statement referred to an item, an occurrence `at` subscripts."""
        if self.on:
            for place, sub in zip(range(2, 5), (*at, None, None, None), strict=False):
                number = self.register[place]
                if sub is None:
                    self._put(place)
                elif isinstance(number, Number):
                    number.store(int(sub))
            self._look(name, field.text, section)

    def changed(self, name: str, field: Field, section: Section) -> None:
        """A loop varied an item, or asked for it."""
        if self.on:
            self._look(name, field.text, section)

    def used(self, name: str, section: Section) -> None:
        """OPEN, CLOSE, START or DELETE of a file."""
        if self.on:
            self._look(name, "", section)

    def read(self, name: str, record: Field, section: Section) -> None:
        """READ of a file."""
        if self.on:
            self._look(name, record.text, section)
