"""What a repository says of itself: cobolsmith.toml, or [tool.cobolsmith] in pyproject.toml."""

from __future__ import annotations

import dataclasses
import difflib
import shlex
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cobolsmith.errors import ConfigError

FILE = "cobolsmith.toml"


@dataclass(frozen=True, slots=True)
class Config:
    """Settings with their defaults; paths are relative to `root`, the folder of the file."""

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

    def copybook_paths(self) -> tuple[Path, ...]:
        """The folders in which COPY looks, absolute."""
        return tuple((self.root / folder).resolve() for folder in self.copybooks)


def load(start: Path) -> Config:
    """The nearest configuration at or above `start`, or the defaults rooted at `start`."""
    folder = start.resolve()
    folder = folder if folder.is_dir() else folder.parent
    for place in (folder, *folder.parents):
        own, shared = place / FILE, place / "pyproject.toml"
        if own.is_file():
            return parse(own, read_toml(own), place)
        if shared.is_file():
            table = read_toml(shared).get("tool", {}).get("cobolsmith")
            if table is not None:
                return parse(shared, table, place)
    return Config(root=folder)


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
    kinds = {field.name: field for field in dataclasses.fields(Config) if field.name != "root"}
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in kinds:
            close = difflib.get_close_matches(key, kinds, n=1)
            remedy = f"did you mean {close[0]}?" if close else f"known: {', '.join(kinds)}"
            raise ConfigError(f"unknown setting {key}", where=str(path), remedy=remedy)
        values[key] = converted(path, key, value, kinds[key].default)
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
