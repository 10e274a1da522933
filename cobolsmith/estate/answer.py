"""What comes of a question to the estate: sections of rows, for a report to show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Section:
    """A table of an answer; every row has a value for each column."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question: one line that sums it up, its sections, and what to know besides.

    `exit_code` is 1 where something was found that a person should look at, by the question's own
    measure; else 0.
    """

    question: str
    summary: str
    sections: tuple[Section, ...] = ()
    notes: tuple[str, ...] = ()
    exit_code: int = 0
