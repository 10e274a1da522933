"""Run the nightly batch of fixtures/ and compare it with what is expected.

As a module it serves the tests; as a command it is what a user's own suite would be:

    python tests/nightly.py [--fixtures DIR] [--programs DIR] [--only NAME] [--work DIR] [--accept]

exits 0 when every step ended with its return code and wrote what is expected, 1 when one
did not, 2 when a program does not compile. `--accept` writes the expected files anew.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
COMPILE_LIMIT_S = 60
STEP_LIMIT_S = 30


@dataclass(frozen=True, slots=True)
class Step:
    """One job step: a program, its DD names and the return code it must end with."""

    program: str
    reads: tuple[str, ...]
    updates: tuple[str, ...]
    writes: tuple[str, ...]
    sysin: str | None
    return_code: int

    @property
    def dd_names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.reads, *self.updates, *self.writes)))


@dataclass(frozen=True, slots=True)
class Night:
    """What nightly.toml says: folders, compile flags, called modules and steps in order."""

    fixtures: Path
    programs: Path
    expected: Path
    flags: tuple[str, ...]
    copybooks: tuple[Path, ...]
    modules: tuple[str, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Ran:
    """What a step left: its return code and its output by name (`stdout` and DD names)."""

    step: Step
    return_code: int
    outputs: dict[str, bytes]
    stderr: bytes


class CompileError(Exception):
    """cobc refused a program; the message is cobc's own."""


def load(fixtures: Path = FIXTURES) -> Night:
    """The night described by nightly.toml in `fixtures`."""
    table = tomllib.loads((fixtures / "nightly.toml").read_text(encoding="utf-8"))
    settings = table["compile"]
    folders = table.get("folders", {})
    return Night(
        fixtures=fixtures,
        programs=fixtures / folders.get("programs", "cobol"),
        expected=fixtures / folders.get("expected", "expected"),
        flags=tuple(settings["flags"]),
        copybooks=tuple(fixtures / name for name in settings["copybooks"]),
        modules=tuple(settings["modules"]),
        steps=tuple(_step(row) for row in table["step"]),
    )


def _step(row: dict[str, object]) -> Step:
    def names(key: str) -> tuple[str, ...]:
        value = row.get(key, [])
        assert isinstance(value, list)
        return tuple(str(name) for name in value)

    sysin = row.get("sysin")
    return Step(
        program=str(row["program"]),
        reads=names("reads"),
        updates=names("updates"),
        writes=names("writes"),
        sysin=None if sysin is None else str(sysin),
        return_code=int(str(row["return_code"])),
    )


def compile_program(
    source: Path, target: Path, flags: Sequence[str], copybooks: Sequence[Path], *, module: bool
) -> None:
    """Compile one program with cobc; raises CompileError with what cobc said."""
    copy = [part for folder in copybooks for part in ("-I", str(folder))]
    kind = "-m" if module else "-x"
    argv = ["cobc", kind, *flags, *copy, "-o", str(target), str(source)]
    done = subprocess.run(
        argv, capture_output=True, text=True, timeout=COMPILE_LIMIT_S, check=False
    )
    if done.returncode != 0:
        raise CompileError(f"{source.name} does not compile:\n{done.stderr}")


def build(night: Night, load_library: Path) -> None:
    """Compile every step and every called module into `load_library`."""
    load_library.mkdir(parents=True, exist_ok=True)
    for name in night.modules:
        target = load_library / f"{name}.so"
        compile_program(
            night.programs / f"{name}.cbl", target, night.flags, night.copybooks, module=True
        )
    for name in dict.fromkeys(step.program for step in night.steps):
        target = load_library / name
        compile_program(
            night.programs / f"{name}.cbl", target, night.flags, night.copybooks, module=False
        )


def environment(load_library: Path, files: Path, dd_names: Sequence[str]) -> dict[str, str]:
    """A scrubbed environment: a fixed zone and locale, and DD_name for each file."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    dd = {f"DD_{name}": str(files / name) for name in dd_names}
    return {**kept, "TZ": "UTC", "LC_ALL": "C", "COB_LIBRARY_PATH": str(load_library), **dd}


def run_step(step: Step, load_library: Path, files: Path) -> Ran:
    """Run one step over the files of the night, in place."""
    sysin = (files / step.sysin).read_bytes() if step.sysin else b""
    done = subprocess.run(
        [str(load_library / step.program)],
        input=sysin,
        capture_output=True,
        cwd=files,
        env=environment(load_library, files, step.dd_names),
        timeout=STEP_LIMIT_S,
        check=False,
    )
    written = {name: (files / name).read_bytes() for name in step.writes if (files / name).exists()}
    return Ran(step, done.returncode, {"stdout": done.stdout, **written}, done.stderr)


def run(night: Night, load_library: Path, files: Path) -> Iterator[Ran]:
    """Run the steps in order over a fresh copy of the input, each as it ends."""
    files.mkdir(parents=True, exist_ok=True)
    for source in sorted((night.fixtures / "data").iterdir()):
        shutil.copyfile(source, files / source.name)
    for step in night.steps:
        yield run_step(step, load_library, files)


def differences(night: Night, ran: Ran) -> list[str]:
    """What is not as expected about a step, one sentence each; empty if all is well."""
    folder = night.expected / ran.step.program
    found = []
    if ran.return_code != ran.step.return_code:
        expected, got = ran.step.return_code, ran.return_code
        found.append(f"{ran.step.program}: return code {got} where {expected} is expected")
    if ran.stderr:
        found.append(f"{ran.step.program}: stderr says {ran.stderr.decode(errors='replace')}")
    for name in ("stdout", *ran.step.writes):
        if name not in ran.outputs:
            found.append(f"{ran.step.program}: {name} was not written")
        elif ran.outputs[name] != (folder / name).read_bytes():
            found.append(f"{ran.step.program}: {name} differs from {folder / name}")
    return found


def accept(night: Night, ran: Ran) -> None:
    """Make what a step wrote the expected output."""
    folder = night.expected / ran.step.program
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in ran.outputs.items():
        (folder / name).write_bytes(content)


def main(argv: Sequence[str] | None = None) -> int:
    """The command; see the module."""
    parser = argparse.ArgumentParser(description="Run the nightly batch of fixtures/.")
    parser.add_argument("--fixtures", type=Path, default=FIXTURES)
    parser.add_argument("--programs", type=Path, help="take the programs from here instead")
    parser.add_argument("--only", help="run this step alone", metavar="NAME")
    parser.add_argument("--work", type=Path, help="keep the files of the night here")
    parser.add_argument("--accept", action="store_true", help="write the expected files anew")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as scratch:
        work = options.work or Path(scratch)
        night = _chosen(load(options.fixtures), options.programs, options.only)
        try:
            build(night, work / "load")
        except CompileError as refused:
            print(refused, file=sys.stderr)
            return 2
        return _report(night, work, accepting=options.accept)


def _chosen(night: Night, programs: Path | None, only: str | None) -> Night:
    steps = tuple(step for step in night.steps if only in (None, step.program))
    if not steps:
        known = ", ".join(step.program for step in night.steps)
        raise SystemExit(f"nightly.toml has no step {only}; it has {known}")
    return replace(night, programs=programs or night.programs, steps=steps)


def _report(night: Night, work: Path, *, accepting: bool) -> int:
    failed = 0
    for ran in run(night, work / "load", work / "files"):
        if accepting:
            accept(night, ran)
        found = differences(night, ran)
        failed += bool(found)
        print(f"{ran.step.program}  RC={ran.return_code:02d}  {'FAILED' if found else 'ok'}")
        for sentence in found:
            print(f"  {sentence}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
