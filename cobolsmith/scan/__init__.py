"""Reading an estate into its index: only what changed since, several files at once."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cobolsmith import config as configuration
from cobolsmith.config import Config
from cobolsmith.estate.answer import Answer, Section
from cobolsmith.estate.index import Facts, Index, Known, open_index
from cobolsmith.languages.cobol import Library
from cobolsmith.scan.listing import Listed, copybook_folders, key_of, listed, members
from cobolsmith.scan.reading import Readers, Task, read_all

FOLDER, FILE = ".cobolsmith", "estate.db"
BATCH = 60_000
"""Rows written in one transaction, about."""
Tick = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be done: files to read, files that only look changed, files that are gone."""

    read: tuple[Listed, ...]
    same: tuple[Listed, ...]
    gone: tuple[tuple[str, int], ...]


def index_path(config: Config, named: Path | None = None) -> Path:
    """The index named, or the project's own beside its configuration."""
    return named if named is not None else config.root / FOLDER / FILE


def scan(
    folder: Path, named: Path | None = None, jobs: int = 2, tick: Tick | None = None
) -> Answer:
    """Bring the index up to date with what lies below a folder; tells what was read.

    Interrupted, it leaves an index in which every file is whole or not there yet.
    """
    config = configuration.load(folder)
    files = listed(folder, config)
    index = open_index(index_path(config, named), config.root.resolve())
    try:
        root = index.root
        keys = {path: key_of(path, f"{root}{os.sep}") for path in files}
        index.admit({keys[path]: one.language for path, one in files.items()})
        known = index.known()
        changes = compared(files, keys, known, folder.resolve(), root)
        names = {Path(name).stem.upper() for name, _ in changes.gone}
        names |= {one.path.stem.upper() for one in changes.read}
        dependent = index.needing(names) - {number for _, number in changes.gone}
        index.forget(number for _, number in changes.gone)
        index.touch((one.size, one.mtime, known[keys[one.path]].id) for one in changes.same)
        chosen = {one.path for one in changes.read}
        chosen |= {path for path in files if known[keys[path]].id in dependent}
        ids = {path: known[key].id for path, key in keys.items()}
        library = Library(copybook_folders(files, config), config.encoding)
        readers = Readers(ids, config, library, members(files))
        tasks = [Task(path, files[path].language, files[path].size) for path in sorted(chosen)]
        stats = {
            ids[path]: Known(ids[path], one.size, one.mtime, known[keys[path]].hash)
            for path, one in files.items()
        }
        stored(index, read_all(tasks, readers, jobs), stats, len(tasks), tick)
        index.finish()
        return said(index, len(files), len(tasks), len(changes.gone))
    finally:
        index.close()


def compared(
    files: dict[Path, Listed], keys: dict[Path, str], known: dict[str, Known], top: Path, root: Path
) -> Changes:
    """What differs from the index: by size and time first, then by the bytes themselves."""
    read: list[Listed] = []
    same: list[Listed] = []
    for path, one in files.items():
        before = known[keys[path]]
        if not before.hash or one.size != before.size:
            read.append(one)
        elif one.mtime != before.mtime:
            (same if digest(path) == before.hash else read).append(one)
    there = set(keys.values())
    gone = tuple(
        (key, one.id)
        for key, one in known.items()
        if key not in there and ((root / key).is_relative_to(top) or not (root / key).exists())
    )
    return Changes(tuple(read), tuple(same), gone)


def digest(path: Path) -> str:
    """The hash of a file's bytes; "" where it can't be read."""
    try:
        return hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()
    except OSError:
        return ""


def stored(
    index: Index, read: Iterable[Facts], stats: dict[int, Known], total: int, tick: Tick | None
) -> None:
    """Write facts as they come, some files at a time."""
    batch: list[tuple[Facts, Known]] = []
    rows = 0
    for count, facts in enumerate(read, 1):
        batch.append((facts, stats[facts.file]))
        rows += sum(map(len, facts.rows.values()))
        if tick:
            tick("reading", count, total)
        if rows > BATCH:
            index.replace(batch)
            batch, rows = [], 0
    index.replace(batch)


_COUNTED: Sequence[tuple[str, str]] = (
    ("programs", "SELECT count(*) FROM programs WHERE kind = 'program'"),
    ("copybooks", "SELECT count(*) FROM programs WHERE kind = 'copybook'"),
    ("jobs", "SELECT count(*) FROM jobs WHERE kind = 'job'"),
    ("data sets", "SELECT count(DISTINCT dsn) FROM datasets"),
    ("tables", "SELECT count(DISTINCT table_name) FROM table_uses"),
    ("maps", "SELECT count(*) FROM map_fields WHERE name = ''"),
    ("data items", "SELECT count(*) FROM items"),
    ("lines", "SELECT coalesce(sum(lines), 0) FROM files"),
)


def said(index: Index, files: int, read: int, gone: int) -> Answer:
    """What an index holds after a scan, and the files that couldn't be read."""
    bad = index.rows("SELECT path, problem FROM files WHERE problem <> '' ORDER BY path")
    counts = tuple((what, index.rows(query)[0][0]) for what, query in _COUNTED)
    notes = ("the index was of another version or root: it was made anew",) if index.rebuilt else ()
    return Answer(
        "scan",
        f"{files} files, {read} read, {gone} gone; index {index.path}",
        (
            Section("holds", ("what", "count"), counts),
            Section("not read", ("file", "why"), tuple(tuple(row) for row in bad)),
        ),
        notes,
        1 if bad else 0,
    )
