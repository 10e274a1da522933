"""The index: one SQLite file of facts, replaced source file by source file.

A file's facts are written in one transaction with its hash, so an interrupt leaves every file in
whole or not at all. An index of another schema version is emptied and read anew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import UnionType
from typing import Any, NamedTuple, get_args, get_type_hints

from cobolsmith.errors import UsageError
from cobolsmith.estate.facts import TABLES

VERSION = 2
"""Counts up whenever a table or the meaning of a column changes."""

INDEXES = (
    ("programs", "name"),
    ("items", "name"),
    ("items", "at, start"),
    ("calls", "target"),
    ("fds", "dd"),
    ("steps", "program"),
    ("datasets", "dsn"),
    ("copies", "found"),
    ("commands", "kind, name"),
    ("resources", "kind, name"),
    ("resources", "target"),
    ("aliases", "name"),
    ("aliases", "target"),
    ("table_uses", "table_name, name"),
    ("ties", "table_name, name"),
    ("depends", "name"),
)
_OWN = """
CREATE TABLE files (
  id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, language TEXT NOT NULL,
  format TEXT NOT NULL DEFAULT '', size INTEGER NOT NULL DEFAULT -1,
  mtime INTEGER NOT NULL DEFAULT -1, hash TEXT NOT NULL DEFAULT '',
  lines INTEGER NOT NULL DEFAULT 0, comments INTEGER NOT NULL DEFAULT 0,
  blanks INTEGER NOT NULL DEFAULT 0, problem TEXT NOT NULL DEFAULT '');
CREATE TABLE depends (
  file INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (file, name)) WITHOUT ROWID;
"""
Row = tuple[Any, ...]


class Known(NamedTuple):
    """What the index knows of a file: enough to tell whether it changed."""

    id: int
    size: int
    mtime: int
    hash: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What reading one file gave: rows by table, the members it needs, its measures and hash.

    `problem` says why it couldn't be read, or "".
    """

    file: int
    format: str = ""
    lines: int = 0
    comments: int = 0
    blanks: int = 0
    problem: str = ""
    hash: str = ""
    needs: tuple[str, ...] = ()
    rows: dict[str, list[Row]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Index:
    """An open index; `root` is the folder that its paths are relative to."""

    db: sqlite3.Connection
    path: Path
    root: Path
    rebuilt: bool = False

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """The rows of a query, columns by name."""
        return self.db.execute(query, values).fetchall()

    def known(self) -> dict[str, Known]:
        """Every file in the index by path."""
        rows = self.db.execute("SELECT path, id, size, mtime, hash FROM files")
        return {row[0]: Known(*row[1:]) for row in rows}

    def admit(self, languages: Mapping[str, str]) -> None:
        """Give a row to each path that has none; it counts as not read yet."""
        with self.db:
            self.db.executemany(
                "INSERT OR IGNORE INTO files (path, language) VALUES (?, ?)", languages.items()
            )

    def needing(self, names: Iterable[str]) -> set[int]:
        """The files that need a member of one of these names."""
        found: set[int] = set()
        for name in names:
            rows = self.db.execute("SELECT file FROM depends WHERE name = ?", (name,))
            found |= {row[0] for row in rows}
        return found

    def forget(self, files: Iterable[int]) -> None:
        """Take files that are gone out of the index."""
        with self.db:
            for file in files:
                self._clear(file)
                self.db.execute("DELETE FROM files WHERE id = ?", (file,))

    def touch(self, stats: Iterable[tuple[int, int, int]]) -> None:
        """Note (size, mtime, id) of files whose bytes are as they were."""
        with self.db:
            self.db.executemany("UPDATE files SET size = ?, mtime = ? WHERE id = ?", stats)

    def replace(self, read: Iterable[tuple[Facts, Known]]) -> None:
        """Put in what was read of files, each with what was known of it and its size and time now,
        in one transaction: all of these files or none."""
        with self.db:
            for facts, known in read:
                if known.hash:
                    self._clear(facts.file)
                self._put(facts, known)

    def finish(self) -> None:
        """Make the indexes that are missing: after the first filling, which goes faster without."""
        with self.db:
            for number, (table, columns) in enumerate(INDEXES):
                self.db.execute(f"CREATE INDEX IF NOT EXISTS by_{number} ON {table} ({columns})")

    def _put(self, facts: Facts, known: Known) -> None:
        measures = (facts.format, known.size, known.mtime, facts.hash, facts.lines)
        self.db.execute(
            "UPDATE files SET format = ?, size = ?, mtime = ?, hash = ?, lines = ?, comments = ?,"
            " blanks = ?, problem = ? WHERE id = ?",
            (*measures, facts.comments, facts.blanks, facts.problem, facts.file),
        )
        for table, rows in facts.rows.items():
            self.db.executemany(_INSERT[table], rows)
        needs = [(facts.file, name) for name in sorted(set(facts.needs))]
        self.db.executemany("INSERT OR IGNORE INTO depends VALUES (?, ?)", needs)

    def _clear(self, file: int) -> None:
        for table in (*TABLES, "depends"):
            self.db.execute(f"DELETE FROM {table} WHERE file = ?", (file,))

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; what was committed stays."""
        self.db.close()


def open_index(path: Path, root: Path) -> Index:
    """Open or make an index for writing, its folder too (kept out of git by a .gitignore in it)."""
    if not path.parent.exists():
        path.parent.mkdir(parents=True)
        (path.parent / ".gitignore").write_text("*\n", encoding="ascii")
    db = _connected(path)
    stamp = (VERSION, str(root))
    found = _stamp(db)
    if found != stamp:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            db.execute(f"DROP TABLE {name}")
        db.executescript(_schema())
        with db:
            db.executemany(
                "INSERT INTO meta VALUES (?, ?)", (("version", VERSION), ("root", str(root)))
            )
    return Index(db, path, root, found is not None and found != stamp)


def read_index(path: Path) -> Index:
    """Open an index to ask it; UsageError where there is none or it is of another version."""
    if not path.is_file():
        raise UsageError(
            "there is no index here", where=str(path), remedy="run `cobolsmith scan` first"
        )
    db = _connected(path)
    found = _stamp(db)
    if found is None or found[0] != VERSION:
        raise UsageError(
            "the index is of another version", where=str(path), remedy="run `cobolsmith scan`"
        )
    return Index(db, path, Path(found[1]))


def _connected(path: Path) -> sqlite3.Connection:
    try:
        db = sqlite3.connect(path)
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA cache_size = -65536")
    except sqlite3.DatabaseError as error:
        raise UsageError(
            f"this is no index: {error}", where=str(path), remedy="name another file, or delete it"
        ) from error
    return db


def _stamp(db: sqlite3.Connection) -> tuple[int, str] | None:
    """The version and root an index was made with; None for an empty file."""
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
        return None
    said = dict(db.execute("SELECT key, value FROM meta").fetchall())
    return int(said.get("version", 0)), str(said.get("root", ""))


def _schema() -> str:
    """Every table, from the types of the facts."""
    parts = ["CREATE TABLE meta (key TEXT PRIMARY KEY, value NOT NULL);", _OWN]
    for table, fact in TABLES.items():
        columns = ", ".join(_column(name, kind) for name, kind in get_type_hints(fact).items())
        parts.append(
            f"CREATE TABLE {table} (file INTEGER NOT NULL, n INTEGER NOT NULL, {columns},"
            " PRIMARY KEY (file, n)) WITHOUT ROWID;"
        )
    return "\n".join(parts)


def _column(name: str, kind: Any) -> str:
    if isinstance(kind, UnionType):
        return f"{name} {'INTEGER' if int in get_args(kind) else 'TEXT'}"
    return f"{name} {'INTEGER' if kind is int else 'TEXT'} NOT NULL"


_INSERT = {
    table: f"INSERT INTO {table} VALUES ({', '.join('?' * (len(get_type_hints(fact)) + 2))})"
    for table, fact in TABLES.items()
}
