"""What nothing leads to: paragraphs, data items, copybooks and programs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from cobolsmith.estate.answer import Answer, Section
from cobolsmith.estate.held import Row
from cobolsmith.estate.index import Index

_PARAGRAPHS = """
SELECT group_concat(DISTINCT g.name) AS programs, p.name, p.kind, f.path || ':' || p.line AS place
FROM procedures p
JOIN programs g ON g.file = p.file AND g.n = p.program AND g.kind = 'program'
JOIN files f ON f.id = p.at
GROUP BY p.at, p.start HAVING max(p.reached) = 0 ORDER BY f.path, p.line
"""
_COPYBOOKS = """
SELECT p.name, f.path FROM programs p JOIN files f ON f.id = p.file
WHERE p.kind = 'copybook' AND p.n = 0 AND NOT EXISTS (SELECT 1 FROM copies c WHERE c.found = p.file)
ORDER BY f.path
"""
_PROGRAMS = """
SELECT p.name, f.path || ':' || p.line AS place FROM programs p JOIN files f ON f.id = p.file
WHERE p.kind = 'program' AND p.holder = ''
  AND NOT EXISTS (SELECT 1 FROM calls c WHERE c.target = p.name
                  AND NOT (c.file = p.file AND c.program = p.n))
  AND NOT EXISTS (SELECT 1 FROM steps s WHERE s.program = p.name)
  AND NOT EXISTS (SELECT 1 FROM commands c WHERE c.kind = 'TRANSACTION' AND c.file = p.file)
ORDER BY f.path
"""
_OWN_STORAGE = ("WORKING-STORAGE", "LOCAL-STORAGE")


def unused(index: Index) -> Answer:
    """Four lists, each of what can go as far as the index knows.

    A paragraph of a copybook is unused if no program that has it gets there. A data item counts as
    used if it, what holds it, a part of it or an item that shares its bytes is used in any program
    that has it; only working and local storage is looked at (files and linkage are laid out for
    others), and of an unused group only the group is listed. A program counts as used if a call, a
    step or a transaction of its own leads to it.
    """
    open_calls = index.rows("SELECT count(*) FROM calls WHERE sure = 'unresolved'")[0][0]
    notes = (
        (f"{open_calls} calls of unknown programs: any program may be meant",) if open_calls else ()
    )
    sections = (
        Section("paragraphs", ("in", "name", "kind", "where"), _all(index, _PARAGRAPHS)),
        Section("data items", ("name", "picture", "bytes", "where"), tuple(_items(index))),
        Section("copybooks", ("name", "file"), _all(index, _COPYBOOKS)),
        Section("programs", ("name", "where"), _all(index, _PROGRAMS)),
    )
    summary = ", ".join(f"{len(section.rows)} {section.title}" for section in sections)
    found = any(section.rows for section in sections)
    return Answer("unused", f"unused: {summary}", sections, notes, int(found))


def _all(index: Index, query: str) -> tuple[tuple[Any, ...], ...]:
    return tuple(tuple(row) for row in index.rows(query))


def _items(index: Index) -> Iterable[tuple[Any, ...]]:
    """The topmost entries that no program uses, by the file where they are written."""
    entries: dict[tuple[int, int], tuple[tuple[Any, ...], bool]] = {}
    programs = index.rows("SELECT file, n FROM programs WHERE kind = 'program'")
    for file, program in programs:
        items = index.rows(
            "SELECT n, at, start, line, name, level, section, picture, usage, length, extent, byte,"
            " parent, area FROM items WHERE file = ? AND program = ?",
            (file, program),
        )
        used = _used(items, {row[0] for row in _named(index, file)})
        for row in items:
            if row["section"] in _OWN_STORAGE and row["level"] not in (0, 78, 88):
                key = (row["at"], row["start"])
                known = entries.get(key)
                above = row["parent"] in used or row["parent"] is None
                shown = (row["name"], row["picture"] or row["usage"], row["extent"], row["line"])
                live = row["n"] in used or not above or (known is not None and known[1])
                entries[key] = (shown, live)
    paths = {row["id"]: row["path"] for row in index.rows("SELECT id, path FROM files")}
    for (at, _), (shown, live) in sorted(entries.items(), key=lambda e: (paths[e[0][0]], e[0][1])):
        if not live and shown[0]:
            yield (*shown[:3], f"{paths[at]}:{shown[3]}")


def _named(index: Index, file: int) -> list[tuple[Any, ...]]:
    query = "SELECT item FROM uses WHERE file = :f UNION SELECT item FROM ties WHERE file = :f"
    return [tuple(row) for row in index.db.execute(query, {"f": file})]


def _used(items: Iterable[Row], named: set[int]) -> set[int]:
    """The items of one program that a statement touches, given those that one names."""
    rows = {row["n"]: row for row in items}
    used = {n for n in named if n in rows}
    bytes_of: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for n in list(used):
        row = rows[n]
        bytes_of[row["area"]].append((row["byte"], row["byte"] + max(row["extent"], 1)))
    for n, row in rows.items():
        end = row["byte"] + max(row["extent"], 1)
        if any(row["byte"] < last and first < end for first, last in bytes_of[row["area"]]):
            used.add(n)
    return used
