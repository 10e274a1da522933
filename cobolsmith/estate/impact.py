"""`impact NAME`: everything that has to do with a field, in programs, files, jobs and screens."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from cobolsmith.errors import UsageError
from cobolsmith.estate.answer import Answer, Section
from cobolsmith.estate.bridges import (
    follow_calls,
    follow_column,
    follow_dataset,
    follow_file,
    follow_online,
    follow_screens,
    follow_tables,
    symbolic,
)
from cobolsmith.estate.held import Row, Shelf
from cobolsmith.estate.index import Index
from cobolsmith.estate.trace import SURE, WORDS, Spot, Touch, Trace, follow_uses, named

DEPTH = 2
"""Moves followed, one after another, where nobody says how many."""

_SECTIONS = (
    "uses",
    "goes on to",
    "files",
    "jobs",
    "sort cards",
    "calls",
    "maps",
    "tables",
)
_OF = re.compile(r"\s+(?:OF|IN)\s+")


@dataclass(frozen=True, slots=True)
class Start:
    """What a name means: items (file, n), columns, data sets, map fields."""

    items: tuple[tuple[int, int], ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    datasets: tuple[str, ...] = ()
    fields: tuple[Row, ...] = ()


def impact(index: Index, name: str, depth: int = DEPTH) -> Answer:
    """Everything that reads, writes, moves (`depth` moves on), redefines, sorts by, passes or shows
    a field, with how sure each is (see `trace.WORDS`).

    `name` is FIELD, FIELD OF GROUP, PROGRAM:FIELD, COPYBOOK:FIELD, a data set, TABLE.COLUMN or the
    field of a map. A field of a copybook is one field in all programs that copy it, whatever its
    prefix there. UsageError where nothing has the name.
    """
    trace = Trace(index, Shelf(index), depth)
    start = meant(index, name)
    for file, n in start.items:
        trace.add(trace.whole(file, n, SURE, 0, ""))
    for table, column in start.columns:
        follow_column(trace, table, column, None, SURE)
    for dsn in start.datasets:
        whole = Spot(0, 0, 0, 1 << 30, SURE, 0, "")
        follow_dataset(trace, whole, dsn, "names it")
    for row in start.fields:
        text = f"{row['mapset']}.{row['map']} {row['name']} ({row['row']},{row['column']})"
        trace.note(Touch("maps", SURE, "declares", text, trace.place(row), ""))
        for file, n in symbolic(trace, row):
            trace.add(trace.whole(file, n, SURE, 0, "of the symbolic map"))
    while trace.waiting:
        spot = trace.waiting.popleft()
        near = list(named(trace.shelf.file(spot.file), spot))
        follow_uses(trace, spot, near)
        follow_file(trace, spot)
        follow_online(trace, spot, near)
        follow_calls(trace, spot, near)
        follow_tables(trace, spot, near)
        follow_screens(trace, spot)
    return _answer(trace, name, start)


def _answer(trace: Trace, name: str, start: Start) -> Answer:
    declared = tuple(_declared(trace, start.items))
    sections = [Section("declared", ("name", "picture", "bytes", "where", "known as"), declared)]
    for title in _SECTIONS:
        rows = sorted(
            (WORDS[t.sure], t.how, t.what, t.where, t.why)
            for t in trace.touches.values()
            if t.kind == title
        )
        rows.sort(key=lambda row: (WORDS.index(row[0]), _by_line(row[3])))
        sections.append(Section(title, ("how sure", "how", "what", "where", "why"), tuple(rows)))
    counts = [f"{len(section.rows)} {section.title}" for section in sections if section.rows]
    programs = {row[2].split(":")[0].split()[0] for row in sections[1].rows}
    said = f"{name.upper()}: {', '.join(counts)}; used in {len(programs)} programs"
    return Answer(f"impact {name.upper()}", said, tuple(sections))


def _by_line(where: str) -> tuple[str, int]:
    path, _, line = where.rpartition(":")
    return path, int(line)


def _declared(trace: Trace, items: Iterable[tuple[int, int]]) -> Iterable[tuple[object, ...]]:
    """One row for each entry, with the names that it has in programs."""
    entries: dict[tuple[int, int], Row] = {}
    known: dict[tuple[int, int], dict[str, list[str]]] = {}
    for file, n in items:
        row = trace.shelf.file(file).items[n]
        key = (row["at"], row["start"])
        entries.setdefault(key, row)
        if (file, row["program"]) not in trace.copybooks:
            programs = known.setdefault(key, {}).setdefault(row["name"], [])
            programs.append(trace.programs[file, row["program"]])
    for key, row in entries.items():
        place = f"{trace.paths[row['at']]}:{row['line']}"
        names = "; ".join(f"{n} in {', '.join(all_)}" for n, all_ in known.get(key, {}).items())
        yield row["name"], row["picture"] or row["usage"], row["extent"], place, names


# --- What a name means ---


def meant(index: Index, name: str) -> Start:
    """Everything that a name may mean; UsageError, with names like it, where that is nothing."""
    asked = " ".join(name.upper().split())
    if not asked:
        raise UsageError("no name given", remedy="name a field")
    where, _, field = asked.rpartition(":") if asked.count(":") == 1 else ("", "", asked)
    parts = _OF.split(field)
    start = Start(_items(index, parts, where))
    if len(parts) == 1 and not where:
        table, _, column = field.rpartition(".")
        start = Start(start.items, _columns(index, table, column), *_others(index, field))
    if not (start.items or start.columns or start.datasets or start.fields):
        raise UsageError(f"nothing is named {asked}", remedy=_alike(index, parts[0]))
    return start


def _items(index: Index, parts: list[str], where: str) -> tuple[tuple[int, int], ...]:
    """The items of a name (qualified by groups or a file, in a program or copybook), and those that
    other programs have of the same entries."""
    rows = index.rows("SELECT * FROM items WHERE name = ?", (parts[0],))
    if where:
        tagged = "SELECT * FROM items WHERE name LIKE ? AND name LIKE ':%'"
        rows += index.rows(tagged, (f"%:-{parts[0]}",))
    chosen = [row for row in rows if _held(index, row, parts[1:]) and _within(index, row, where)]
    found: dict[tuple[int, int], None] = {}
    for at, start in dict.fromkeys((row["at"], row["start"]) for row in chosen):
        query = "SELECT file, n FROM items WHERE at = ? AND start = ? ORDER BY file, n"
        found |= {(row["file"], row["n"]): None for row in index.rows(query, (at, start))}
    return tuple(found)


def _held(index: Index, row: Row, qualifiers: list[str]) -> bool:
    holders, at = [], row
    while at["parent"] is not None:
        query = "SELECT * FROM items WHERE file = ? AND n = ?"
        at = index.rows(query, (row["file"], at["parent"]))[0]
        holders.append(at["name"])
    inside = iter([*holders, at["fd"]])
    return all(one in inside for one in qualifiers)


def _within(index: Index, row: Row, where: str) -> bool:
    """Whether an item is written in a member of this name or belongs to a program of it."""
    if not where:
        return True
    path = index.rows("SELECT path FROM files WHERE id = ?", (row["at"],))[0][0]
    if path.rpartition("/")[2].partition(".")[0].upper() == where:
        return True
    query = "SELECT name FROM programs WHERE file = ? AND n = ?"
    return bool(index.rows(query, (row["file"], row["program"]))[0][0] == where)


def _columns(index: Index, table: str, column: str) -> tuple[tuple[str, str], ...]:
    """Columns of a name, of one table or of all; of a table alone, all that are named."""
    query = "SELECT DISTINCT table_name, name FROM table_uses WHERE name <> ''"
    query += " UNION SELECT table_name, name FROM ties"
    whole = f"{table}.{column}".strip(".")
    found = []
    for known, name in map(tuple, index.rows(query)):
        of_table = not table or known == table or known.endswith(f".{table}")
        if (name == column and of_table) or whole in (known, known.rpartition(".")[2]):
            found.append((known, name))
    return tuple(found)


def _others(index: Index, name: str) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    datasets = index.rows("SELECT DISTINCT dsn FROM datasets WHERE dsn = ?", (name,))
    fields = index.rows("SELECT * FROM map_fields WHERE name = ?", (name,))
    return tuple(row[0] for row in datasets), tuple(fields)


def _alike(index: Index, name: str) -> str:
    rows = index.rows("SELECT DISTINCT name FROM items WHERE name <> ''")
    close = difflib.get_close_matches(name, [row[0] for row in rows], n=3)
    return f"did you mean {', '.join(close)}?" if close else "check the name, or scan again"
