"""Answers to questions about the estate: as text for people, as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from cobolsmith.estate.answer import Answer, Section


def text(answer: Answer) -> bytes:
    """The summary, then each section that has rows, columns aligned; UTF-8."""
    lines = [answer.summary]
    for section in answer.sections:
        if section.rows:
            lines += ["", section.title, *_table(section)]
    lines += ["", *answer.notes] if answer.notes else []
    return "\n".join(lines).encode() + b"\n"


def as_json(answer: Answer) -> bytes:
    """One JSON object: question, summary, exit_code, notes, and each section as objects."""
    body = {
        "question": answer.question,
        "summary": answer.summary,
        "exit_code": answer.exit_code,
        "notes": list(answer.notes),
        "sections": {section.title: _objects(section) for section in answer.sections},
    }
    return json.dumps(body, indent=2, ensure_ascii=False).encode() + b"\n"


ANSWERS: dict[str, Callable[[Answer], bytes]] = {"terminal": text, "json": as_json}
"""The forms an answer is shown in; the page (html) is drawn from the whole index."""


def _table(section: Section) -> Iterator[str]:
    rows = [section.columns, *([_said(value) for value in row] for row in section.rows)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(section.columns))]
    numbers = [
        all(isinstance(row[at], int | float) for row in section.rows)
        for at in range(len(section.columns))
    ]
    for row in rows:
        yield "  " + _line(row, widths, numbers)


def _line(row: Sequence[str], widths: Sequence[int], numbers: Sequence[bool]) -> str:
    cells = (
        value.rjust(width) if number else value.ljust(width)
        for value, width, number in zip(row, widths, numbers, strict=True)
    )
    return "  ".join(cells).rstrip()


def _said(value: Any) -> str:
    return "" if value is None else str(value)


def _objects(section: Section) -> list[dict[str, Any]]:
    return [dict(zip(section.columns, row, strict=True)) for row in section.rows]
