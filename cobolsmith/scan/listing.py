"""The files of an estate on disk: which there are, in which language, their size and time."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cobolsmith.config import Config
from cobolsmith.errors import UsageError
from cobolsmith.estate import COPYBOOK_SUFFIXES, PROGRAM_SUFFIXES

LANGUAGE_OF: dict[str, str] = {
    **dict.fromkeys((*PROGRAM_SUFFIXES, *COPYBOOK_SUFFIXES, ".ccp"), "cobol"),
    **dict.fromkeys((".jcl", ".job", ".prc", ".proc"), "jcl"),
    **dict.fromkeys((".bms",), "bms"),
    **dict.fromkeys((".ctl", ".cntl", ".prm"), "control"),
}
"""Languages by suffix; a file without one is looked into."""

_SIGNS = (
    ("cobol", re.compile(rb"\b(?:IDENTIFICATION|ID)\s+DIVISION\b", re.IGNORECASE)),
    ("jcl", re.compile(rb"^//\S*\s+(?:JOB|PROC|EXEC)\b", re.MULTILINE)),
    ("bms", re.compile(rb"\bDFHM(?:SD|DI)\b")),
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A file found: its language, bytes, time of last change in nanoseconds, and its suffix in
    lower case."""

    path: Path
    language: str
    size: int
    mtime: int
    suffix: str


def listed(folder: Path, config: Config) -> dict[Path, Listed]:
    """Every source below a folder and in the copybook folders, hidden and excluded ones left out;
    UsageError where the folder is none."""
    if not folder.is_dir():
        raise UsageError("not a folder", where=str(folder), remedy="name a folder of sources")
    found: dict[Path, Listed] = {}
    for place in (folder.resolve(), *config.copybook_paths()):
        for one in _below(place, config):
            found.setdefault(one.path, one)
    return dict(sorted(found.items(), key=lambda one: str(one[0])))  # paths compare slowly


def _below(folder: Path, config: Config) -> Iterator[Listed]:
    root = f"{config.root.resolve()}{os.sep}"
    waiting = [str(folder)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.name.startswith(".") or _excluded(entry.path, root, config):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                elif language := language_of(entry.path, entry.name):
                    stat = entry.stat()
                    path = Path(entry.path)
                    suffix = path.suffix.lower()
                    yield Listed(path, language, stat.st_size, stat.st_mtime_ns, suffix)


def _excluded(path: str, root: str, config: Config) -> bool:
    inside = path.removeprefix(root)
    return any(fnmatch.fnmatch(inside, pattern) for pattern in config.exclude)


def key_of(path: Path, root: str) -> str:
    """A path as the index keeps it: relative to the root (`root` ends in a separator)."""
    text = str(path)
    return text[len(root) :] if text.startswith(root) else os.path.relpath(text, root)


def language_of(path: str, name: str) -> str:
    """The language of a file by its suffix, or without one by its first bytes; "" for none."""
    dot = name.rfind(".")
    if dot > 0:
        return LANGUAGE_OF.get(name[dot:].lower(), "")
    try:
        with Path(path).open("rb") as file:
            head = file.read(4096)
    except OSError:
        return ""
    return next((language for language, sign in _SIGNS if sign.search(head)), "")


def copybook_folders(files: dict[Path, Listed], config: Config) -> tuple[Path, ...]:
    """Where COPY looks: the configured folders, every folder that holds copybooks, and those with
    the mapsets that symbolic maps are made of."""
    endings = ((*COPYBOOK_SUFFIXES, ".dcl"), (".bms",))
    held = [
        path.parent for ending in endings for path, one in files.items() if one.suffix in ending
    ]
    return tuple(dict.fromkeys((*config.copybook_paths(), *held)))


def members(files: dict[Path, Listed]) -> dict[str, Path]:
    """The members that JCL may name (procedures, INCLUDE groups, control cards), by upper-case
    name; where several have a name, procedures go first."""
    found: dict[str, Path] = {}
    for suffixes in ((".prc", ".proc"), (".jcl", ".job", ".ctl", ".cntl", ".prm", "")):
        for path, one in files.items():
            if one.language in ("jcl", "control") and one.suffix in suffixes:
                found.setdefault(path.stem.upper(), path)
    return found
