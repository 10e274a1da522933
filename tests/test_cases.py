"""Each recipe's cases (fixtures/cases/RECIPE/*.txt): what must change, and what must not.

A case that changes is run through the recipe without a model; the result must be the text after,
must compile and print the given stdout, and the recipe must have nothing to do on it.
"""

from __future__ import annotations

import dataclasses
import re
import subprocess
from pathlib import Path

import pytest

from cobolsmith import smith, source
from cobolsmith.config import Config
from cobolsmith.estate import Estate
from cobolsmith.job import Job, Options
from cobolsmith.recipes import RECIPES
from cobolsmith.report import Result

FOLDER = Path(__file__).parent.parent / "fixtures" / "cases"


@dataclasses.dataclass(frozen=True)
class Case:
    """One case file: title, settings, the file before and after, its output, files beside it."""

    title: str
    settings: dict[str, str]
    name: str
    before: str
    after: str | None
    stdout: str | None
    beside: dict[str, str]


def load(path: Path) -> Case:
    head, *parts = re.split(r"^--- (.+)\n", path.read_text("utf-8"), flags=re.MULTILINE)
    lines = head.splitlines()
    settings = dict(line.split(": ", 1) for line in lines[1:] if line)
    sections = dict(zip(parts[::2], parts[1::2], strict=True))
    name = next(iter(sections))
    before, after = sections.pop(name), sections.pop(f"{name} (after)", None)
    stdout = sections.pop("stdout", None)
    title = lines[0].removeprefix("=== ")
    return Case(title, settings, name, before, after, stdout, sections)


PATHS = sorted(FOLDER.glob("*/*.txt"))
CASES = {str(path.relative_to(FOLDER).with_suffix("")): load(path) for path in PATHS}


def job(folder: Path) -> Job:
    config = Config(root=folder, required=("parses", "compiles", "settles"))
    options = Options(config=config)
    return Job(options, config, Estate(config), folder)


@pytest.mark.parametrize("name", CASES)
def test_case(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    path = tmp_path / case.name
    path.write_text(case.before)
    for other, text in case.beside.items():
        (tmp_path / other).write_text(text)
    outcome = smith.repaired(source.read(path), job(tmp_path))
    if case.settings.get("refused") == "yes":
        assert outcome.result is Result.REFUSED
        assert outcome.patch is None
        return
    if case.after is None:
        assert outcome.result is Result.CLEAN
        assert outcome.patch is None
    else:
        assert outcome.patch is not None, [str(found) for found in outcome.findings]
        (file,) = outcome.patch.files
        assert file.after.decode() == case.after
        assert outcome.result is Result.VERIFIED
        path.write_bytes(file.after)
        assert smith.repaired(source.read(path), job(tmp_path)).result is Result.CLEAN
    assert printed(path) == case.stdout


def printed(path: Path) -> str:
    """What the program prints when it is compiled and run."""
    flag = "-free" if source.read(path).format == "free" else "-fixed"
    subprocess.run(["cobc", "-x", flag, "-o", "run", path.name], cwd=path.parent, check=True)
    done = subprocess.run([path.parent / "run"], check=True, capture_output=True, text=True)
    return done.stdout


@pytest.mark.parametrize("recipe", RECIPES)
def test_each_recipe_has_cases_that_change_and_cases_that_do_not(recipe: str) -> None:
    own = [case for name, case in CASES.items() if name.startswith(f"{recipe}/")]
    assert sum(case.after is not None for case in own) >= 4
    assert sum(case.after is None for case in own) >= 2
