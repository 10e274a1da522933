"""Runs the steps of a job: data sets in a folder, generations, condition codes, small utilities.

Python 3.11 or later, standard library only. A data set is a file of the folder, under its name; a
generation has `.G0001V00` behind it, a member its name in parentheses. What a step prints as SYSOUT
lies in `sysout/JOB/STEP.DD`. A program finds the file of a DD in the environment variable DD_name.
"""

from __future__ import annotations

import argparse
import operator
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TESTS: Mapping[str, Callable[[int, int], bool]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt,
    ">=": operator.ge, "EQ": operator.eq, "NE": operator.ne, "LT": operator.lt, "LE": operator.le,
    "GT": operator.gt, "GE": operator.ge,
}  # fmt: skip
ABENDED = 99
"""Exit status of a job with a step that ended abnormally."""
STOPPED = 98
"""Exit status of a job that couldn't go on."""


class JobError(Exception):
    """What stops a job before its step: a data set that isn't there, a step nobody can run."""


@dataclass(frozen=True)
class Data:
    """A data set: `generation` is "+1", "0" ..., `disp` its status before the step (OLD, NEW, MOD),
    `after` and `on_abend` what becomes of it (KEEP, DELETE). A `keyed` one is made by the program
    that opens it first."""

    name: str
    generation: str = ""
    member: str = ""
    disp: str = "OLD"
    after: str = "KEEP"
    on_abend: str = "KEEP"
    keyed: bool = False


@dataclass(frozen=True)
class Cards:
    """Data in the job: records of 80 characters, or lines."""

    text: str
    lines: bool = False


@dataclass(frozen=True)
class Printed:
    """SYSOUT of a class."""

    output: str = "*"


class Dummy:
    """Nothing: read, it is at its end; written, it is lost."""


@dataclass(frozen=True)
class Sort:
    """What a SORT step is told: keys (begin from 1, length, format, order), in records of `size`
    bytes; none for a copy. `unique` keeps the first of equal ones."""

    keys: tuple[tuple[int, int, str, str], ...]
    size: int
    unique: bool = False


File = Data | Cards | Printed | Dummy
Test = tuple[int, str] | tuple[int, str, str]
Source = File | Sequence[File]


class Job:
    """A job being run."""

    def __init__(self, name: str, folder: Path, programs: Mapping[str, Sequence[str]]) -> None:
        self.name = name
        self.folder = folder
        self.programs = programs
        self.codes: dict[str, int] = {}
        self.abended = False
        self._newest: dict[str, int] = {}
        self._scratch = tempfile.TemporaryDirectory(prefix="job-")
        self._numbered = 0

    # --- Conditions -----------------------------------------------------------------------------

    def code(self, test: str, value: int, of: str = "") -> bool:
        """Whether a step's condition code (of none: the highest so far) passes a test; false for a
        step that didn't run."""
        found = self.codes.get(of) if of else max(self.codes.values(), default=0)
        return found is not None and TESTS[test](found, value)

    def ran(self, step: str) -> bool:
        """Whether a step ran."""
        return step in self.codes

    def _bypassed(self, cond: Sequence[Test], even: bool, only: bool) -> bool:
        if (self.abended and not (even or only)) or (only and not self.abended):
            return True
        for value, test, *step in cond:
            codes = [self.codes[one] for one in step or self.codes if one in self.codes]
            if any(TESTS[test](value, code) for code in codes):
                return True
        return False

    # --- Steps ----------------------------------------------------------------------------------

    def run(
        self,
        step: str,
        program: str,
        *,
        parm: str = "",
        control: Sort | Sequence[tuple[str, ...]] | None = None,
        cond: Sequence[Test] = (),
        even: bool = False,
        only: bool = False,
        **dds: Source,
    ) -> None:
        """Run a step if COND= lets it: a test (4, "LT") passes it over where 4 is less than the
        code of a step before, (4, "LT", "POST") where it is less than that one's; behind an
        abnormal end only those of EVEN and ONLY run. Raises JobError for a data set that isn't
        there."""
        if self._bypassed(cond, even, only):
            print(f"{step:18} {program:9} NOT RUN", flush=True)
            return
        utility = None if program in self.programs else UTILITIES.get(program)
        if utility is None and program not in self.programs:
            raise JobError(f"{step}: nothing runs {program}; say what does: --with {program}=...")
        files = {name: self._file(step, name, one) for name, one in dds.items()}
        if utility is not None:
            code = utility(self, control, files)
        else:
            code = self._program(self.programs[program], parm, files)
        self.abended = self.abended or code < 0
        if code >= 0:
            self.codes[step] = code
        print(f"{step:18} {program:9} " + (f"RC={code:04}" if code >= 0 else "ABENDED"), flush=True)
        for name, one in dds.items():
            self._put_away(one, files[name], code < 0)

    def untranslated(
        self,
        step: str,
        program: str,
        why: str,
        *,
        cond: Sequence[Test] = (),
        even: bool = False,
        only: bool = False,
        **dds: Source,
    ) -> None:
        """A step that isn't translated: run by what --with names, else the job ends here."""
        if program not in self.programs and not self._bypassed(cond, even, only):
            raise JobError(f"{step}: {program}: {why}; say what runs it: --with {program}=...")
        self.run(step, program, parm="", control=None, cond=cond, even=even, only=only, **dds)

    def _program(self, command: Sequence[str], parm: str, files: Mapping[str, Path]) -> int:
        named = {f"DD_{name}": str(path) for name, path in files.items()}
        argv = [*command, *([parm] if parm else [])]
        return subprocess.run(argv, env={**os.environ, **named}, check=False).returncode

    # --- Data sets ------------------------------------------------------------------------------

    def path(self, one: Data) -> Path:
        """Where a data set lies."""
        name = one.name
        if one.generation:
            if name not in self._newest:
                found = (re.fullmatch(r".*\.G(\d{4})V00", p.name) for p in self._like(name))
                self._newest[name] = max((int(each[1]) for each in found if each), default=0)
            name += f".G{self._newest[name] + int(one.generation):04}V00"
        name += f"({one.member})" if one.member else ""
        home = Path(self._scratch.name) if name.startswith("&&") else self.folder
        return home / name

    def _like(self, name: str) -> list[Path]:
        return [one for one in self.folder.iterdir() if one.name.startswith(f"{name}.G")]

    def _file(self, step: str, dd: str, source: Source) -> Path:
        """The file that a step finds behind a DD."""
        if isinstance(source, Sequence):
            joined = self._new_file()
            joined.write_bytes(b"".join(self._file(step, dd, one).read_bytes() for one in source))
            return joined
        if isinstance(source, Dummy):
            return Path(os.devnull)
        if isinstance(source, Printed):
            place = self.folder / "sysout" / self.name / f"{step}.{dd}"
            place.parent.mkdir(parents=True, exist_ok=True)
            return place
        if isinstance(source, Cards):
            place, end = self._new_file(), "\n" if source.lines else ""
            cards = (
                line if source.lines else f"{line:80}"[:80] for line in source.text.split("\n")
            )
            place.write_bytes("".join(f"{one}{end}" for one in cards).encode("latin-1"))
            return place
        place = self.path(source)
        if source.disp == "MOD":
            return self._new_file()
        if source.disp == "NEW":
            place.write_bytes(b"")
        elif not place.is_file() and not source.keyed:
            raise JobError(f"{step}: {dd}: {source.name} is not in {place.parent}: {place.name}")
        return place

    def _new_file(self) -> Path:
        self._numbered += 1
        place = Path(self._scratch.name) / f"file{self._numbered}"
        place.write_bytes(b"")
        return place

    def _put_away(self, source: Source, used: Path, abended: bool) -> None:
        """What DISP says of a data set behind its step."""
        for one in source if isinstance(source, Sequence) else [source]:
            if not isinstance(one, Data):
                continue
            place = self.path(one)
            if one.disp == "MOD":  # what the step wrote stands behind what was there
                with place.open("ab") as whole:
                    whole.write(used.read_bytes())
            if (one.on_abend if abended else one.after) == "DELETE":
                place.unlink(missing_ok=True)


# --- Utilities ------------------------------------------------------------------------------------

Files = Mapping[str, Path]


def _nothing(job: Job, control: object, files: Files) -> int:
    """IEFBR14: its data sets come and go with the step."""
    return 0


def _copied(job: Job, control: object, files: Files) -> int:
    """IEBGENER without control statements."""
    shutil.copyfile(files["SYSUT1"], files["SYSUT2"])
    return 0


def _commands(job: Job, control: object, files: Files) -> int:
    """IDCAMS: REPRO of sequential files, DELETE, SET MAXCC."""
    code = 0
    assert isinstance(control, Sequence)
    for verb, *words in control:
        if verb == "REPRO":
            shutil.copyfile(files[words[0]], files[words[1]])
        elif verb == "DELETE":
            place = job.path(Data(words[0]))
            code = max(code, 0 if place.is_file() else 8)
            place.unlink(missing_ok=True)
        else:  # SET MAXCC
            code = int(words[0])
    return code


def _sorted(job: Job, control: object, files: Files) -> int:
    """SORT of records of one length; equal keys stay in their order."""
    assert isinstance(control, Sort)
    data, size = files["SORTIN"].read_bytes(), control.size
    if len(data) % size:
        raise JobError(f"SORTIN holds {len(data)} bytes: no whole number of records of {size}")
    records = [data[at : at + size] for at in range(0, len(data), size)]
    for begin, length, kind, order in reversed(control.keys):
        place = slice(begin - 1, begin - 1 + length)
        records.sort(key=lambda one: VALUES[kind](one[place]), reverse=order == "D")
    if control.unique:
        seen = set[tuple[bytes, ...]]()
        spots = [slice(begin - 1, begin - 1 + size) for begin, size, *_ in control.keys]
        records = [one for one in records if _first(seen, tuple(one[spot] for spot in spots))]
    files["SORTOUT"].write_bytes(b"".join(records))
    return 0


def _first(seen: set[tuple[bytes, ...]], key: tuple[bytes, ...]) -> bool:
    new = key not in seen
    seen.add(key)
    return new


def _zoned(data: bytes) -> int:
    digits = int("".join(str(byte & 0x0F) for byte in data))
    return -digits if data[-1] & 0xF0 in (0x70, 0xD0) else digits


def _packed(data: bytes) -> int:
    digits = data.hex()
    return -int(digits[:-1]) if digits[-1] in "bd" else int(digits[:-1])


VALUES: Mapping[str, Callable[[bytes], bytes | int]] = {
    "CH": bytes,
    "BI": bytes,
    "FI": lambda data: int.from_bytes(data, "big", signed=True),
    "ZD": _zoned,
    "PD": _packed,
}
"""What records are ordered by, by a key's format."""

UTILITIES: Mapping[str, Callable[[Job, object, Files], int]] = {
    "IEFBR14": _nothing,
    "IEBGENER": _copied,
    "IDCAMS": _commands,
    "SORT": _sorted,
}


def main(name: str, steps: Callable[[Job], None], programs: Mapping[str, Sequence[str]]) -> None:
    """Run a job from the command line. The exit status is its highest condition code, 99 after an
    abnormal end, 98 where it couldn't go on."""
    told = argparse.ArgumentParser(description=steps.__doc__)
    told.add_argument("datasets", type=Path, help="the folder of the data sets")
    told.add_argument(
        "--with", dest="given", action="append", default=[], metavar="PROGRAM=COMMAND"
    )
    options = told.parse_args()
    here = Path(sys.argv[0]).resolve().parent
    known = {
        key: [part.format(python=sys.executable, here=here) for part in command]
        for key, command in programs.items()
    }
    known |= {
        key: shlex.split(rest) for key, _, rest in (one.partition("=") for one in options.given)
    }
    job = Job(name, options.datasets.resolve(), known)
    try:
        steps(job)
    except JobError as error:
        print(f"{name}: {error}", file=sys.stderr)
        sys.exit(STOPPED)
    sys.exit(ABENDED if job.abended else max(job.codes.values(), default=0))
