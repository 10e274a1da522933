"""Replacing several files as one: all of them or none, whatever happens in between.

The new bytes are written beside their targets and synced. A journal names them; from the moment it
says `committed`, the change counts as made: what a kill leaves over is carried on by `recover`, and
before that moment what is there is taken away again. One file alone is one rename, and needs none.

The journal lies in `.cobolsmith/` of the nearest folder above that has a configuration or is a git
repository, else of the folder that holds all targets.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cobolsmith.errors import PatchError

FOLDER, PREFIX = ".cobolsmith", "journal-"
MARKS = (".git", "cobolsmith.toml")


@dataclass(frozen=True, slots=True)
class Replacement:
    """A file's bytes before (None: it is new) and after."""

    path: Path
    before: bytes | None
    after: bytes


def replace_all(changes: Sequence[Replacement]) -> None:
    """Give all files their new bytes, or leave all as they are.

    Raises PatchError where one can't be written or is no longer what it was, with nothing changed.
    """
    token = secrets.token_hex(4)
    entries = [(one, one.path.with_name(f".{one.path.name}.{token}")) for one in changes]
    journal = _journal_path([one.path for one in changes], token) if len(entries) > 1 else None
    made: list[Path] = []
    done: list[Replacement] = []
    try:
        if journal is not None:
            _note(journal, "preparing", entries)
        for one, temporary in entries:
            made += _beside(one, temporary)
        for one, _ in entries:
            check_unchanged(one)
        if journal is not None:
            _note(journal, "committed", entries)
        for one, temporary in entries:
            done.append(one)
            _renamed(temporary, one.path)
    except BaseException:
        try:
            for one in done:
                _restore(one)
        except OSError:  # then the journal stays, and the change is carried on later
            journal, made = None, []
        raise
    finally:
        for path in reversed(made):
            _away(path)
        if journal is not None:
            _forget(journal)


def check_unchanged(one: Replacement) -> None:
    """Refuse to overwrite what somebody else changed meanwhile, or what can't be written."""
    if one.before is None:
        if one.path.exists():
            raise PatchError("the file already exists", where=str(one.path))
        return
    if _bytes(one.path) != one.before:
        raise PatchError(
            "the file has changed since it was read", where=str(one.path), remedy="run again"
        )
    if not one.path.stat().st_mode & stat.S_IWUSR or not os.access(one.path, os.W_OK):
        raise PatchError(
            "the file is read-only", where=str(one.path), remedy="chmod u+w it, or drop --write"
        )


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PatchError(f"can't be read: {error.strerror}", where=str(path)) from error


def _beside(one: Replacement, temporary: Path) -> list[Path]:
    """The new bytes in a temporary file of the same folder and mode, synced to the disk; returns
    what was made, folders too."""
    made = [folder for folder in one.path.parents if not folder.exists()][::-1]
    try:
        one.path.parent.mkdir(parents=True, exist_ok=True)
        made.append(temporary)
        with temporary.open("xb") as out:
            out.write(one.after)
            out.flush()
            os.fsync(out.fileno())
        mode = one.path.stat().st_mode if one.path.exists() else 0o644
        temporary.chmod(stat.S_IMODE(mode))
    except BaseException as error:
        for path in reversed(made):
            _away(path)
        if isinstance(error, OSError):
            what = f"can't be written: {error.strerror}"
            raise PatchError(what, where=str(one.path)) from error
        raise
    return made


def _away(path: Path) -> None:
    """Remove a file, or a folder if nothing is in it."""
    if path.is_dir():
        if not any(path.iterdir()):
            path.rmdir()
    else:
        path.unlink(missing_ok=True)


def _renamed(temporary: Path, target: Path) -> None:
    try:
        temporary.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        raise PatchError(f"can't be written: {error.strerror}", where=str(target)) from error


def _restore(one: Replacement) -> None:
    """Give a file its old bytes back, if it got the new ones."""
    if not one.path.exists() or one.path.read_bytes() != one.after:
        return
    if one.before is None:
        one.path.unlink()
        return
    temporary = one.path.with_name(f".{one.path.name}.old")
    temporary.write_bytes(one.before)
    temporary.chmod(stat.S_IMODE(one.path.stat().st_mode))
    temporary.replace(one.path)


def sync_folder(folder: Path) -> None:
    """Make a rename durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# --- The journal ----------------------------------------------------------------------------------


def _home(place: Path) -> Path | None:
    """The nearest folder at or above a place that is a repository or has a configuration."""
    above = (place, *place.parents)
    return next((one for one in above if any((one / mark).exists() for mark in MARKS)), None)


def _journal_path(paths: Sequence[Path], token: str) -> Path:
    shared = Path(os.path.commonpath([path.resolve().parent for path in paths]))
    folder = (_home(shared) or shared) / FOLDER
    if not folder.exists():
        folder.mkdir(parents=True)
        (folder / ".gitignore").write_text("*\n", encoding="ascii")
    return folder / f"{PREFIX}{os.getpid()}-{token}.json"


def _note(journal: Path, state: str, entries: Sequence[tuple[Replacement, Path]]) -> None:
    """Write the journal, whole or not at all."""
    rows = [
        {
            "path": str(one.path.resolve()),
            "temporary": str(temporary.resolve()),
            "before": None if one.before is None else _hash(one.before),
            "after": _hash(one.after),
        }
        for one, temporary in entries
    ]
    body = json.dumps({"state": state, "files": rows}, indent=1)
    draft = journal.with_suffix(".new")
    try:
        with draft.open("w", encoding="utf-8") as out:
            out.write(body)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(journal)
        sync_folder(journal.parent)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise PatchError(f"can't be written: {error.strerror}", where=str(journal)) from error


def _forget(journal: Path) -> None:
    """Remove a journal, and its folder if nothing else is in it."""
    journal.unlink(missing_ok=True)
    ignore = journal.parent / ".gitignore"
    if [*journal.parent.iterdir()] == [ignore]:
        ignore.unlink()
        journal.parent.rmdir()


def _hash(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def recover(start: Path) -> tuple[Path, ...]:
    """Carry on, or take back, the changes of processes that were killed; the files that got their
    new bytes now.

    Raises PatchError, and leaves the journal, where somebody changed one of the files since.
    """
    place = start.resolve()
    place = place if place.is_dir() else place.parent
    folder = (_home(place) or place) / FOLDER
    if not folder.is_dir():
        return ()
    finished: list[Path] = []
    for journal in sorted(folder.glob(f"{PREFIX}*.json")):
        if _alive(int(journal.stem.split("-")[1])):
            continue
        body = json.loads(journal.read_text("utf-8"))
        if body["state"] == "committed":
            finished += _carried_on(journal, body["files"])
        for row in body["files"]:
            Path(row["temporary"]).unlink(missing_ok=True)
        _forget(journal)
    for draft in folder.glob(f"{PREFIX}*.new"):  # nothing was begun
        if not _alive(int(draft.stem.split("-")[1])):
            _forget(draft)
    return tuple(finished)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _carried_on(journal: Path, rows: Sequence[dict[str, Any]]) -> Iterator[Path]:
    for row in rows:
        path = Path(row["path"])
        now = _hash(path.read_bytes()) if path.exists() else None
        if now not in (row["before"], row["after"]):
            remedy = f"look at it and at {row['temporary']}, then remove {journal}"
            what = "has changed since a change of it was interrupted"
            raise PatchError(what, where=str(path), remedy=remedy)
    for row in rows:
        temporary, path = Path(row["temporary"]), Path(row["path"])
        if temporary.exists():
            _renamed(temporary, path)
            yield path
