"""What a repository says of itself: cobolsmith.toml, or [tool.cobolsmith] in pyproject.toml."""

from __future__ import annotations

import dataclasses
import difflib
import fnmatch
import os
import re
import shlex
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cobolsmith.errors import ConfigError

FILE = "cobolsmith.toml"
BOOKS = (".cpy", ".copy", ".cpb", ".inc", ".dcl", ".bms")
"""Endings of what COPY may name, mapsets that symbolic maps are made of included."""
SHELVES = re.compile(r"(copy|cpy|dclgen)", re.IGNORECASE)
"""How folders of copybooks are called whose members have no endings."""


@dataclass(frozen=True, slots=True)
class ShopRule:
    """A rule of the shop's own: a tree-sitter query that captures @found, and what to say of it."""

    name: str
    query: str
    message: str
    severity: str = "warning"


@dataclass(frozen=True, slots=True)
class Config:
    """Settings with their defaults; paths are relative to `root`, the folder of the file.

    `found` are the folders below the root that hold copybooks: where COPY looks if no setting says.
    """

    root: Path = Path()
    copybooks: tuple[str, ...] = ()
    std: tuple[str, ...] = ("default",)
    test: tuple[str, ...] = ()
    required: tuple[str, ...] = ("parses", "compiles", "suite", "settles")
    exclude: tuple[str, ...] = ()
    encoding: str = "auto"
    format: str = "auto"
    model: str = "nano"
    golden: str = ""
    cpu_seconds: int = 60
    memory_mib: int = 2048
    file_mib: int = 256
    wall_seconds: int = 300
    baseline: str = "cobolsmith-baseline.json"
    fail_on: str = "warning"
    rules: tuple[tuple[str, str], ...] = ()
    shop_rules: tuple[ShopRule, ...] = ()
    found: tuple[Path, ...] = ()

    def copybook_paths(self, beside: Path | None = None) -> tuple[Path, ...]:
        """The folders in which COPY looks, absolute: those that are set, else those found, nearest
        to the folder `beside` (or the root) first."""
        if self.copybooks:
            return tuple((self.root / folder).resolve() for folder in self.copybooks)
        return nearest(self.found, (beside or self.root).resolve())


def nearest(folders: tuple[Path, ...], beside: Path) -> tuple[Path, ...]:
    """Folders by the steps that lead to them from another, then by name."""
    return tuple(sorted(folders, key=lambda one: (steps(beside, one), one)))


def steps(one: Path, other: Path) -> int:
    """How many folders lie between two, up and down."""
    shared = len(Path(os.path.commonpath((one, other))).parts)
    return len(one.parts) + len(other.parts) - 2 * shared


def load(start: Path) -> Config:
    """The nearest configuration at or above `start`, or the defaults, rooted at the repository's
    folder; outside of one at the current folder if `start` lies in it, else at its own."""
    folder = start.resolve()
    folder = folder if folder.is_dir() else folder.parent
    for place in (folder, *folder.parents):
        own, shared = place / FILE, place / "pyproject.toml"
        if own.is_file():
            return shelved(parse(own, read_toml(own), place))
        if shared.is_file():
            table = read_toml(shared).get("tool", {}).get("cobolsmith")
            if table is not None:
                return shelved(parse(shared, table, place))
    return shelved(Config(root=root_of(folder)))


def root_of(folder: Path) -> Path:
    """What a folder is worked on as a part of, where no configuration says it."""
    for place in (folder, *folder.parents):
        if (place / ".git").exists():
            return place
    here = Path.cwd()
    wide = here in (Path.home(), Path(here.anchor), Path(tempfile.gettempdir()).resolve())
    return here if folder.is_relative_to(here) and not wide else folder


def shelved(config: Config) -> Config:
    """A configuration with the folders of copybooks below its root, if it names none."""
    if config.copybooks:
        return config
    return dataclasses.replace(config, found=tuple(shelves(config.root.resolve(), config.exclude)))


def shelves(root: Path, exclude: tuple[str, ...]) -> Iterator[Path]:
    """The folders at or below a root that hold copybooks; hidden and excluded ones left out."""
    for place, folders, files in os.walk(root):
        inside = os.path.relpath(place, root)
        folders[:] = [
            one
            for one in sorted(folders)
            if not one.startswith(".")
            and not any(
                fnmatch.fnmatch(Path(inside, one).as_posix() + tail, pattern)
                for pattern in exclude
                for tail in ("", "/")
            )
        ]
        bare = SHELVES.match(Path(place).name) and any("." not in one for one in files)
        if bare or any(one.lower().endswith(BOOKS) for one in files):
            yield Path(place)


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file as a table; ConfigError with the parser's line where it isn't TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"not valid TOML: {error}", where=str(path)) from error
    except OSError as error:
        raise ConfigError(f"can't be read: {error.strerror}", where=str(path)) from error


def parse(path: Path, table: dict[str, Any], root: Path) -> Config:
    """A table as a Config; unknown keys and wrong types are refused by name."""
    kinds = {
        field.name: field
        for field in dataclasses.fields(Config)
        if field.name not in ("root", "found")
    }
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in kinds:
            close = difflib.get_close_matches(key, kinds, n=1)
            remedy = f"did you mean {close[0]}?" if close else f"known: {', '.join(kinds)}"
            raise ConfigError(f"unknown setting {key}", where=str(path), remedy=remedy)
        read = TABLES.get(key)
        values[key] = read(path, value) if read else converted(path, key, value, kinds[key].default)
    return Config(root=root, **values)


def converted(path: Path, key: str, value: object, default: object) -> object:
    """`value` as the type of `default`; a command may be one string or a list."""
    if isinstance(default, tuple):
        if isinstance(value, str):
            return tuple(shlex.split(value)) if key == "test" else (value,)
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise ConfigError(f"{key} must be a string or a list of strings", where=str(path))
    if type(value) is not type(default):
        raise ConfigError(f"{key} must be {type(default).__name__}", where=str(path))
    return value


def severities(path: Path, value: object) -> tuple[tuple[str, str], ...]:
    """The table [rules]: a severity by the name of each rule."""
    if isinstance(value, dict) and all(isinstance(one, str) for one in value.values()):
        return tuple(sorted(value.items()))
    remedy = 'write [rules], then lines such as unused-item = "off"'
    raise ConfigError("rules must be a table of severities", where=str(path), remedy=remedy)


def shop_rules(path: Path, value: object) -> tuple[ShopRule, ...]:
    """The tables [[shop_rules]]: name, query, message and, if it is no warning, severity."""
    remedy = "write [[shop_rules]] with name, query, message and, if you like, severity"
    wanted = {"name", "query", "message"}
    found = []
    for one in value if isinstance(value, list) else [value]:
        given = one if isinstance(one, dict) else {}
        bad = not wanted <= set(given) <= wanted | {"severity"}
        if bad or given.get("severity", "warning") not in ("error", "warning", "note"):
            raise ConfigError("not a rule of the shop", where=str(path), remedy=remedy)
        found.append(ShopRule(**{key: str(text) for key, text in given.items()}))
    return tuple(found)


TABLES: dict[str, Callable[[Path, object], object]] = {
    "rules": severities,
    "shop_rules": shop_rules,
}
"""Settings that are tables, and what reads them."""
