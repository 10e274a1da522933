"""Each recipe's cases (fixtures/cases/RECIPE/*.txt): what must change, and what must not.

A case that changes is run through the recipe without a model; the result must be the text after,
must be verified, must compile and print the given stdout, and the recipe must have nothing to do
on it. The checks of a refactoring compile and run both sides and compare them.
"""

from __future__ import annotations

import dataclasses
import re
import subprocess
from pathlib import Path

import pytest

from cobolsmith import refactoring, smith, source
from cobolsmith.config import Config
from cobolsmith.estate import Estate
from cobolsmith.job import Job, Options
from cobolsmith.recipes import RECIPES
from cobolsmith.report import Outcome, Report, Result

FOLDER = Path(__file__).parent.parent / "fixtures" / "cases"


@dataclasses.dataclass(frozen=True)
class Case:
    """One case file: title, settings, the file before and after, its output, files beside it.

    Of the files beside it `after_beside` has those that the recipe changes or makes. `option NAME`
    among the settings is what the recipe is told; `refused`, `question` must be said.
    """

    title: str
    settings: dict[str, str]
    name: str
    before: str
    after: str | None
    stdout: str | None
    beside: dict[str, str]
    after_beside: dict[str, str]

    @property
    def values(self) -> dict[str, str | int | bool]:
        """The options for the recipe."""
        told = {key[7:]: value for key, value in self.settings.items() if key.startswith("option ")}
        kinds = {one.name: one.kind for one in RECIPES[self.settings["recipe"]].options}
        return {
            name: int(value)
            if kinds[name] == "number"
            else value
            if kinds[name] != "flag"
            else True
            for name, value in told.items()
        }


def load(path: Path) -> Case:
    head, *parts = re.split(r"^--- (.+)\n", path.read_text("utf-8"), flags=re.MULTILINE)
    lines = head.splitlines()
    settings = dict(line.split(": ", 1) for line in lines[1:] if line)
    sections = dict(zip(parts[::2], parts[1::2], strict=True))
    name = next(iter(sections))
    before, after = sections.pop(name), sections.pop(f"{name} (after)", None)
    stdout = sections.pop("stdout", None)
    title = lines[0].removeprefix("=== ")
    made = {key[:-8]: sections.pop(key) for key in tuple(sections) if key.endswith(" (after)")}
    return Case(title, settings, name, before, after, stdout, sections, made)


PATHS = [path for name in ("repair", *RECIPES) for path in sorted(FOLDER.glob(f"{name}/*.txt"))]
CASES = {str(path.relative_to(FOLDER).with_suffix("")): load(path) for path in PATHS}


def job(folder: Path) -> Job:
    config = Config(root=folder, required=("parses", "compiles", "settles"))
    options = Options(config=config)
    return Job(options, config, Estate(config), folder)


def placed(case: Case, folder: Path) -> Path:
    """The case's files in a folder; its program's path."""
    for name, text in {case.name: case.before, **case.beside}.items():
        (folder / name).write_text(text)
    return folder / case.name


REPAIRS = [name for name in CASES if name.startswith("repair/")]
REFACTORINGS = [name for name in CASES if CASES[name].settings.get("recipe") in RECIPES]


@pytest.mark.parametrize("name", REPAIRS)
def test_repair(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    path = placed(case, tmp_path)
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


@pytest.mark.parametrize("name", REFACTORINGS)
def test_refactoring(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    path = placed(case, tmp_path)
    report = refactored(case, path)
    said = " ".join(str(one) for outcome in report.outcomes for one in outcome.findings)
    for key in ("refused", "question"):
        assert case.settings.get(key, "") in said
    for outcome in report.outcomes:
        assert outcome.result is Result.VERIFIED or outcome.result is Result.REFUSED, told(outcome)
    if case.after is None and not case.after_beside:
        assert not any(outcome.patch for outcome in report.outcomes)
        assert bool(report.outcomes) == ("refused" in case.settings or "question" in case.settings)
        return
    for other, text in case.after_beside.items():
        assert (tmp_path / other).read_text() == text
    assert path.read_text() == (case.after or case.before)
    if case.stdout is not None:
        assert printed(path) == case.stdout


def refactored(case: Case, path: Path) -> Report:
    """What comes of the case's recipe, written where it is verified."""
    config = job(path.parent).config
    options = Options(config=config, write=True, runs=60)
    return refactoring.refactor(case.settings["recipe"], [path.parent], options, case.values)


def told(outcome: Outcome) -> str:
    """What an outcome says, for a failing case."""
    patch = outcome.patch.diff(outcome.path.parent).decode() if outcome.patch else "no patch"
    return f"{outcome.reasons} {patch}"


def printed(path: Path) -> str:
    """What the program prints when it is compiled and run."""
    flag = "-free" if source.read(path).format == "free" else "-fixed"
    for called in set(path.parent.glob(f"*{path.suffix}")) - {path}:
        subprocess.run(["cobc", "-m", flag, called.name], cwd=path.parent, check=True)
    subprocess.run(["cobc", "-x", flag, "-o", "run", path.name], cwd=path.parent, check=True)
    done = subprocess.run(
        [path.parent / "run"], cwd=path.parent, check=True, capture_output=True, text=True
    )
    return done.stdout


@pytest.mark.parametrize("recipe", ["repair", *RECIPES])
def test_each_recipe_has_cases_that_change_and_cases_that_do_not(recipe: str) -> None:
    own = [case for case in CASES.values() if case.settings.get("recipe") == recipe]
    changing = [case for case in own if case.after is not None or case.after_beside]
    assert len(changing) >= 4
    assert len(own) - len(changing) >= (2 if recipe == "repair" else 3)
