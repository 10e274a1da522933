"""The sources of an application and what ties them: which member is where."""

from __future__ import annotations

import fnmatch
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cobolsmith.config import Config

PROGRAM_SUFFIXES = (".cbl", ".cob", ".cobol", ".pco", ".sqb")
COPYBOOK_SUFFIXES = (".cpy", ".copy", ".cpb", ".inc")


@dataclass(frozen=True, slots=True)
class Estate:
    """The files of an application, found when first asked for, by upper-case member name (the
    file's name without suffix)."""

    config: Config

    @property
    def copybooks(self) -> Mapping[str, Path]:
        """The copybooks of the search path, then those below the root."""
        return members(self.config, COPYBOOK_SUFFIXES)


@functools.lru_cache(maxsize=16)
def members(config: Config, suffixes: tuple[str, ...]) -> Mapping[str, Path]:
    """Paths by member name; the first of a name wins, as on a search path."""
    found: dict[str, Path] = {}
    for folder in (*config.copybook_paths(), config.root):
        for path in sources(folder, suffixes, config):
            found.setdefault(path.stem.upper(), path)
    return found


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
