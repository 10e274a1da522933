"""Configuration: found upwards, defaults without it, mistakes refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from cobolsmith import config
from cobolsmith.errors import ConfigError


def test_the_nearest_file_above_is_taken(tmp_path: Path) -> None:
    (tmp_path / "cobolsmith.toml").write_text('copybooks = ["copy"]\ntest = "make -s check"\n')
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    found = config.load(inner)
    assert found.root == tmp_path
    assert found.copybook_paths() == (tmp_path / "copy",)
    assert found.test == ("make", "-s", "check")


def test_a_table_in_pyproject_counts(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.cobolsmith]\nstd = ["ibm", "default"]\n')
    assert config.load(tmp_path / "x.cbl").std == ("ibm", "default")


def test_defaults_without_a_file(tmp_path: Path) -> None:
    found = config.load(tmp_path)
    assert found.required == ("parses", "compiles", "suite", "settles")
    assert found.root == tmp_path


def test_copybooks_are_found_below_the_root_nearest_first(tmp_path: Path) -> None:
    """Nobody has to say where they lie: folders of a repository that hold some are looked in."""
    (tmp_path / ".git").mkdir()
    for name in ("app/copy/A.cpy", "app/more/copy/A.cpy", "app/src/P.cbl", "maps/M.bms"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    for name in (".old/A.cpy", "app/cpylib/BARE", "app/text/NOTES"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = config.load(tmp_path / "app" / "src" / "P.cbl")
    assert found.root == tmp_path
    assert [
        str(one.relative_to(tmp_path)) for one in found.copybook_paths(tmp_path / "app/src")
    ] == [
        "app/copy",
        "app/cpylib",
        "app/more/copy",
        "maps",
    ]
    assert found.copybook_paths(tmp_path / "app/more")[0] == tmp_path / "app/more/copy"
    (tmp_path / "cobolsmith.toml").write_text('exclude = ["app/more/*"]')
    assert tmp_path / "app/more/copy" not in config.load(tmp_path).copybook_paths()
    (tmp_path / "cobolsmith.toml").write_text('copybooks = ["maps"]')
    assert config.load(tmp_path).copybook_paths() == (tmp_path / "maps",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("copybook = ['x']", "did you mean copybooks"),
        ("std = 3", "std must be a string or a list of strings"),
        ("wall_seconds = 'ten'", "wall_seconds must be int"),
        ("std = [", "not valid TOML"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "cobolsmith.toml").write_text(text)
    with pytest.raises(ConfigError, match=message):
        config.load(tmp_path)
