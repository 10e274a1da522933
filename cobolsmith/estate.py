"""All sources of an application, and what ties them: which copybook and which program is where."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cobolsmith.config import Config

PROGRAM_SUFFIXES = (".cbl", ".cob", ".cobol", ".pco", ".sqb")
COPYBOOK_SUFFIXES = (".cpy", ".copy", ".cpb", ".inc")


@dataclass(frozen=True, slots=True)
class Estate:
    """The files of an application by upper-case member name (the file's name without suffix)."""

    root: Path
    programs: Mapping[str, Path]
    copybooks: Mapping[str, Path]


def gather(config: Config) -> Estate:
    """List the sources below the configured root and in the copybook folders."""
    folders = (*config.copybook_paths(), config.root)
    copybooks = [path for folder in folders for path in sources(folder, COPYBOOK_SUFFIXES, config)]
    programs = sources(config.root, PROGRAM_SUFFIXES, config)
    return Estate(config.root, by_member(programs), by_member(copybooks))


def by_member(paths: Iterable[Path]) -> dict[str, Path]:
    """Paths by member name; the first of a name wins, as on a search path."""
    members: dict[str, Path] = {}
    for path in paths:
        members.setdefault(path.stem.upper(), path)
    return members


def sources(folder: Path, suffixes: tuple[str, ...], config: Config) -> list[Path]:
    """Files below `folder` with one of the suffixes, sorted; hidden and excluded ones left out."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in suffixes and path.is_file() and not hidden(path, folder, config)
    ]


def hidden(path: Path, folder: Path, config: Config) -> bool:
    """Whether a part of the path begins with a dot or an exclude pattern matches it."""
    inside = path.relative_to(folder)
    if any(part.startswith(".") for part in inside.parts):
        return True
    return any(fnmatch.fnmatch(inside.as_posix(), pattern) for pattern in config.exclude)
