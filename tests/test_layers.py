"""The shape of the house: imports point one way, heavy things load late, modules stay small."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "cobolsmith"
STAGES = (
    "errors reserved eib cards reference_format source words codewords english drafts syntax items "
    "executed dataflow program lowered reach estate plan recipe literals infill journal patch "
    "writing verify remask report job".split()
)
DOORS = ("shell", "git", "config")
PLUG_INS = ("languages", "recipes", "targets", "models", "checks", "reports")
PATHS = (
    "checking desk findings idiomatic implement jobscripts learning loop pairs proposals proving "
    "refactoring scan smith surveys translation translations unknowns".split()
)
KERNELS = sorted((ROOT / "kernels").glob("*.py"))
MODULES = sorted(PACKAGE.rglob("*.py")) + sorted((ROOT / "grammars").glob("*.py")) + KERNELS


def name_of(path: Path) -> str:
    """`cobolsmith/models/network.py` as `models.network`."""
    inside = path.relative_to(PACKAGE).with_suffix("")
    return ".".join(part for part in inside.parts if part != "__init__")


def imports_of(path: Path) -> set[str]:
    """All modules a file imports, at any depth, dotted."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def own_imports(path: Path) -> set[str]:
    """The first part of each cobolsmith import: `plan`, `models`, ..."""
    return {
        name.split(".")[1]
        for name in imports_of(path)
        if name.startswith("cobolsmith.") and name.count(".") >= 1
    }


def allowed(part: str) -> set[str]:
    """What a stage, door or plug-in folder may import."""
    if part == "errors":
        return set()
    if part in DOORS:
        return {"errors"}
    if part in STAGES:
        left = set(STAGES[: STAGES.index(part)])
        # A check's subject carries the configuration; the estate is gathered by it.
        return left | {"config", "grammars", part}
    if part in PLUG_INS:
        kernels = {"kernels"} if part == "models" else set()
        return {*STAGES, *DOORS, part, *kernels, "__version__"}
    if part in ("loop", "desk"):
        return {*STAGES, *DOORS, *PLUG_INS}
    if part in ("scan", "rules", "lowering"):
        return {*STAGES, *DOORS, "languages", part}
    last = {"cli"} if part in ("__main__", "cli") else set()
    return {*STAGES, *DOORS, *PLUG_INS, *last, *PATHS, "rules", "lowering", "__version__"}


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=name_of)
def test_imports_point_one_way(path: Path) -> None:
    part = name_of(path).split(".")[0]
    assert own_imports(path) <= allowed(part), f"{path} imports to its right"


@pytest.mark.parametrize("path", KERNELS, ids=lambda path: path.stem)
def test_kernels_import_nothing_else_of_ours(path: Path) -> None:
    assert own_imports(path) <= {"kernels"}


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=name_of)
def test_heavy_and_talkative_packages_stay_in_their_places(path: Path) -> None:
    name, packages = name_of(path), {module.split(".")[0] for module in imports_of(path)}
    if not name.startswith("models"):
        assert not packages & {"torch", "transformers", "triton", "tokenizers", "safetensors"}
    if name.split(".")[0] != "cli" and name != "reports.terminal":
        assert not packages & {"rich", "typer"}
    if name != "git":
        assert "git" not in packages
    if name not in ("shell", "targets.jobs.job_runtime"):  # the latter is given away, as it is
        assert "subprocess" not in packages


@pytest.mark.parametrize(
    "statement",
    ["import cobolsmith.cli", "import cobolsmith.smith", "import cobolsmith.models"],
)
def test_torch_is_not_loaded_before_a_hole_must_be_filled(statement: str) -> None:
    heavy = "[m for m in ('torch', 'transformers') if m in sys.modules]"
    script = f"import sys\n{statement}\nprint({heavy})"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_and_functions_stay_small(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno < 60, f"{path}:{node.lineno} {node.name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_and_public_definitions_say_what_they_are(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    assert ast.get_docstring(tree), f"{path} has no docstring"
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{path}:{node.lineno} {node.name} has no docstring"


def test_every_package_folder_is_installed() -> None:
    listed = set(
        tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"][
            "packages"
        ]
    )
    folders = {path.parent for path in PACKAGE.rglob("*.py")}
    expected = {
        ".".join(("cobolsmith", *folder.relative_to(PACKAGE).parts)) for folder in folders
    } | {"cobolsmith.grammars", "cobolsmith.kernels"}
    assert listed == expected
