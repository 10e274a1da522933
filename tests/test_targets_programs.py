"""Programs of tests/programs, each in both targets: the output, files and exit status that cobc's
build leaves."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from cobolsmith import source as sources
from cobolsmith.languages.cobol import Library, read_programs
from cobolsmith.lowering import lower
from cobolsmith.targets import TARGETS

HOME = Path(__file__).parent / "programs"
PROGRAMS = sorted(path.stem for path in HOME.glob("*.cbl"))
DIALECTS = {"SEGMENTS": "cobol85"}
OPTIONS = {"BOUNDS": ("-fec=EC-BOUND",)}
INPUTS = {"BOUNDS": [str(one) for one in range(9)]}
ENVIRONMENT = {**os.environ, "COB_CURRENT_DATE": "2024/03/28 10:11:12", "SHOP": "CORNER"}
ARGUMENTS = ("one", "two words")
Left = tuple[int, list[str], dict[str, bytes]]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All programs built by cobc, and translated to a folder for each target."""
    home = tmp_path_factory.mktemp("programs")
    for name in PROGRAMS:
        std = DIALECTS.get(name, "default")
        path = HOME / f"{name}.cbl"
        options = (f"-std={std}", *OPTIONS.get(name, ()))
        made = ["cobc", "-x", "-w", *options, "-o", home / name, path]
        subprocess.run(made, check=True)
        programs = lower(read_programs(sources.read(path), Library((HOME,)), std=std), std)
        for target, words in TARGETS.items():
            for file, data in words.translate(programs, "Not proven.").items():
                (home / target / file).parent.mkdir(parents=True, exist_ok=True)
                (home / target / file).write_bytes(data)
    java = home / "java"
    classes = sorted(str(one.relative_to(java)) for one in java.glob("*/*.java"))
    (command,) = TARGETS["java"].building(java, "main")
    subprocess.run([*command[:-1], *classes], cwd=java, check=True)
    return home


def inputs(name: str) -> list[bytes]:
    """What a program's runs read."""
    given = HOME / f"{name}.in"
    alone = [given.read_bytes() if given.is_file() else b""]
    return [one.encode() for one in INPUTS[name]] if name in INPUTS else alone


def left(argv: object, folder: Path, given: bytes) -> Left:
    """What a run leaves: its exit status, output, and files."""
    folder.mkdir(parents=True)
    done = subprocess.run(
        argv,  # type: ignore[call-overload]
        cwd=folder,
        input=given,
        capture_output=True,
        env=ENVIRONMENT,
        check=False,
    )
    files = {one.name: one.read_bytes() for one in sorted(folder.iterdir())}
    return done.returncode, done.stdout.decode("latin-1").splitlines(), files


@pytest.mark.parametrize("target", sorted(TARGETS))
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_leaves_what_cobc_leaves(
    name: str, target: str, built: Path, tmp_path: Path
) -> None:
    command = [*TARGETS[target].command(built / target, name), *ARGUMENTS]
    for number, given in enumerate(inputs(name)):
        place = tmp_path / str(number)
        right = left([built / name, *ARGUMENTS], place / "right", given)
        found = left(command, place / "found", given)
        assert found[1] == right[1]
        assert found == right
