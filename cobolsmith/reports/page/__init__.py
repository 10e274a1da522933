"""The map of an estate as one page: its graph drawn, its records by bytes, its sources beside.

The page is self-contained: style, script and data are in it, and it loads nothing.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from cobolsmith.errors import SourceError
from cobolsmith.estate.answer import Answer
from cobolsmith.estate.graph import KINDS, Graph, graph
from cobolsmith.estate.index import Index
from cobolsmith.source import read

SCRIPTS = ("layout.js", "canvas.js", "panel.js", "main.js")
WHOLE = 25_000
"""With no more lines than these in all, every source is in the page whole; else the lines that
matter and some around them."""
AROUND = 4


def map_page(index: Index, answer: Answer | None = None) -> bytes:
    """The page, with the answer to a question beside the map if there is one; UTF-8 HTML."""
    found = graph(index)
    title = f"Estate of {index.root.name or index.root}"
    parts = {
        "@TITLE@": html.escape(title),
        "@STYLE@": _file("page.css"),
        "@SCRIPT@": "\n".join(_file(name) for name in SCRIPTS).replace('"use strict";\n', ""),
        "@DATA@": _embedded(_data(index, found, answer)),
    }
    text = _file("page.html")
    for mark, value in parts.items():
        text = text.replace(mark, value)
    return text.encode("utf-8")


def _file(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


def _embedded(data: dict[str, Any]) -> str:
    """JSON that can't end the script element it stands in."""
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _data(index: Index, found: Graph, answer: Answer | None) -> dict[str, Any]:
    touched = sorted({path for path, _ in _places(answer)})
    return {
        "kinds": KINDS,
        "nodes": [
            (one.id, one.kind, one.name, one.path, one.line, one.facts)
            for one in found.nodes.values()
        ],
        "ties": [
            (one.source, one.target, one.what, one.path, one.line) for one in found.bonds.values()
        ],
        "records": [
            {"node": one.node, "name": one.name, "length": one.length, "items": one.items}
            for one in found.records
        ],
        "sources": _sources(index, found, answer),
        "touched": touched,
        "answer": _answer(answer),
    }


def _answer(answer: Answer | None) -> dict[str, Any] | None:
    if answer is None:
        return None
    return {
        "question": answer.question,
        "summary": answer.summary,
        "notes": answer.notes,
        "sections": [
            {"title": one.title, "columns": one.columns, "rows": one.rows}
            for one in answer.sections
        ],
    }


def _places(answer: Answer | None) -> Iterator[tuple[str, int]]:
    """Every `path:line` of an answer."""
    for section in answer.sections if answer else ():
        if "where" in section.columns:
            at = section.columns.index("where")
            for row in section.rows:
                path, _, line = str(row[at]).rpartition(":")
                if path and line.isdecimal():
                    yield path, int(line)


def _sources(index: Index, found: Graph, answer: Answer | None) -> dict[str, dict[int, str]]:
    """Lines of the sources by path and number: all, or those around what the page names."""
    lines = index.rows("SELECT coalesce(sum(lines), 0) FROM files")[0][0]
    wanted: dict[str, set[int] | None] = {}
    if lines <= WHOLE:
        rows = index.rows("SELECT path FROM files WHERE hash <> ''")
        wanted = {row[0]: None for row in rows}
    else:
        places = [(one.path, one.line) for one in found.nodes.values()]
        places += [(one.path, one.line) for one in found.bonds.values()]
        for path, line in (*places, *_places(answer)):
            near = wanted.setdefault(path, set()) if path else None
            if near is not None:
                near |= set(range(line - AROUND, line + AROUND + 1))
    return {path: _lines(index.root / path, near) for path, near in wanted.items()}


def _lines(path: Path, wanted: Iterable[int] | None) -> dict[int, str]:
    """The lines of a source, or some of them; none where it can't be read any more."""
    try:
        text = read(path).text()
    except SourceError:
        return {}
    chosen = None if wanted is None else set(wanted)
    return {
        number: line.rstrip()
        for number, line in enumerate(text.split("\n"), 1)
        if chosen is None or number in chosen
    }
