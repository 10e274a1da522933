"""What stands beside a translated program: pyproject.toml, and a test that replays its proof."""

from __future__ import annotations

_PROJECT = """\
[build-system]
requires = ["setuptools>=61"]
build-backend = "setuptools.build_meta"

[project]
name = "translated"
version = "1.0"
description = "Programs translated from COBOL"
requires-python = ">=3.11"

[project.optional-dependencies]
test = ["pytest", "ruff", "mypy"]

[tool.setuptools.packages.find]
exclude = ["jobs*", "tests*"]

[tool.pytest.ini_options]
testpaths = ["tests"]

[tool.ruff.lint]
select = ["E4", "E7", "E9", "F", "I"]

[tool.mypy]
strict = true
"""
_TEST = '''\
"""{name} beside the recorded runs of its COBOL: the same output, files and exit status."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).parent
PROGRAM = HOME.parent / "{module}"
RUNS = sorted((HOME / "runs" / "{runs}").iterdir())


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.name)
def test_it_does_what_the_cobol_did(run: Path, tmp_path: Path) -> None:
    if (run / "given").is_dir():
        shutil.copytree(run / "given", tmp_path, dirs_exist_ok=True)
    said = (run / "environment").read_text().splitlines()
    done = subprocess.run(
        [sys.executable, str(PROGRAM), *(run / "arguments").read_text().splitlines()],
        cwd=tmp_path,
        env={{**os.environ, **dict(line.split("=", 1) for line in said)}},
        input=(run / "stdin").read_bytes(),
        capture_output=True,
        check=False,
    )
    assert done.stdout == (run / "stdout").read_bytes()
    assert done.returncode == int((run / "status").read_text())
    for path in (run / "left").rglob("*"):
        if path.is_file():
            assert (tmp_path / path.relative_to(run / "left")).read_bytes() == path.read_bytes()
'''


def project_files() -> dict[str, bytes]:
    """The build file by its name."""
    return {"pyproject.toml": _PROJECT.encode()}


def replaying(module: str, name: str) -> dict[str, bytes]:
    """The test of a program by its name."""
    text = _TEST.format(name=name, module=module, runs=name.lower())
    return {f"tests/test_{module}.py": text.encode()}
