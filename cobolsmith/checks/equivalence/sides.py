"""A side of the comparison: something that can be built in a folder and run there.

A `Side` is old or new, COBOL or what COBOL was translated to. It says how to start itself and how
its files are shaped; everything else (inputs, limits, comparison) is the same for all.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from cobolsmith import shell
from cobolsmith.checks.compiles import FORMAT_FLAGS
from cobolsmith.checks.equivalence import tasks
from cobolsmith.checks.equivalence.account import file_shapes
from cobolsmith.checks.equivalence.driver import Using, driver_program, parameters
from cobolsmith.checks.equivalence.shape import Field, FileShape
from cobolsmith.checks.equivalence.shim import SHIM, stub
from cobolsmith.checks.prepare import compilable
from cobolsmith.config import Config
from cobolsmith.errors import CobolsmithError
from cobolsmith.program import Program
from cobolsmith.source import read

BOUNDS = "-fec=EC-BOUND"
"""A subscript beyond its table ends the run: what it would reach depends on the build alone."""
SUFFIXES = (".cbl", ".cob", ".CBL", ".COB", ".cobol")
BUILD = shell.Limits(cpu_s=60, memory_mib=2048, file_mib=64, wall_s=120.0)


class BuildError(CobolsmithError):
    """A side can't be built; the verdict is SKIPPED with this reason."""


ASSIGNED = ("-fassign-clause=external",)
"""A word that a file is ASSIGNed to is its name. By default cobc makes an item of the word, and 3.1
loses it in programs with several files (OPEN ends with status 31)."""
Maker = Callable[[str, Path], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Built:
    """A side ready to run: how it is started, its environment, its files by SELECT name.

    `parameters` are the fields of each LINKAGE record of a subprogram (`calls` of a run fill
    them); `mocked` names the CALLed modules that a stub stands for. `maker` builds a COBOL text in
    a folder for a side that isn't cobc's, and says how that is started: its indexed files are not
    cobc's either.
    """

    argv: tuple[str, ...]
    environment: Mapping[str, str]
    shapes: Mapping[str, FileShape]
    program: Program
    parameters: tuple[tuple[Field, ...], ...] = ()
    mocked: tuple[str, ...] = ()
    maker: Maker | None = None


class Side(Protocol):
    """One side: its name in reports, and the way to build it."""

    label: str

    def build(self, folder: Path) -> Built:
        """Build into an empty folder. Raises BuildError where that can't be done."""
        ...


@dataclass(frozen=True, slots=True)
class CobolSide:
    """A COBOL program under cobc. `text` (in `format`) is compiled in place of its source: a
    marked copy or a mutant. `changed` are copybooks and modules, by resolved path, that stand in
    for those on disk. For a source that was made, `lines` are those of the one it was made of, and
    `made_of` is its path."""

    label: str
    program: Program
    config: Config
    text: bytes | None = None
    changed: Mapping[Path, bytes] = field(default_factory=dict)
    modules: tuple[Path, ...] = ()
    lines: tuple[int, ...] = ()
    made_of: Path | None = None

    def build(self, folder: Path) -> Built:
        """Compile the program, the shim, and the modules it calls (stubs for those not found)."""
        using = parameters(self.program)
        self._compile(folder, using)
        cobc(folder, "-C", *self._flags(), "-o", "cssaid.c", "csmain.cbl")
        mocked = self._modules(folder)
        return Built(
            (str(folder / "csrun"),),
            {"COB_LIBRARY_PATH": str(folder), "CS_TABLES": depending(self.program)},
            {one.select: one for one in file_shapes(self.program, folder, "cssaid")},
            self.program,
            tuple(fields for _, fields in using),
            mocked,
        )

    def rebuild(self, folder: Path, like: Built) -> Built:
        """Compile the program alone; files and modules are those of a build of nearly the same."""
        self._compile(folder, parameters(self.program))
        return replace(like, argv=(str(folder / "csrun"),))

    def _compile(self, folder: Path, using: Using) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        main = self._source(folder)
        shim = folder / "csshim.c"
        shim.write_text(SHIM)
        if not using:
            cobc(folder, "-x", *self._flags(), "-o", "csrun", main.name, shim.name)
            return
        driver = folder / "csdriver.cbl"
        driver.write_text(driver_program(spelled(self.program), using))
        cobc(folder, "-c", "-x", "-std=default", "-fixed", "-o", "csdriver.o", driver.name)
        cobc(folder, "-c", *self._flags(), "-o", "csmain.o", main.name)
        cobc(folder, "-x", "-o", "csrun", "csdriver.o", "csmain.o", shim.name)

    def _source(self, folder: Path) -> Path:
        source = self.program.source
        for path, data in self.changed.items():
            if path != source.path.resolve():
                (folder / path.name).write_bytes(data)
        main = folder / "csmain.cbl"
        main.write_bytes(compilable(source) if self.text is None else self.text)
        return main

    def _flags(self) -> tuple[str, ...]:
        expanded = self.program.expanded
        shape = self.program.source.format
        if self.text is not None and expanded is not None:
            shape = expanded.format
            if self.program.source.format == "fixed" and _narrow(self.text):
                shape = "fixed"  # a continued literal ends at column 72, as it did
        home = self.program.source.path.resolve().parent
        folders = (Path(), home, *self.config.copybook_paths(home))
        copy = tuple(f"-I{place}" for place in folders)
        std = self.config.std[0]
        named = ASSIGNED if std == "default" and names_files(self.program) else ()
        return (f"-std={std}", BOUNDS, *FORMAT_FLAGS[shape], *named, *copy)

    def _modules(self, folder: Path) -> tuple[str, ...]:
        """Build each module that a CALL names: from its source where there is one, else a stub."""
        texts = [(self.program.expanded or self.program.tree).view]
        done = {self.program.name, *(one.upper() for one in _named(texts[0]))}
        mocked, waiting = [], [*called(self.program), *_calls(texts[0])]
        while waiting:
            name = waiting.pop(0)
            if name in done or not name.replace("-", "").isalnum():
                continue
            done.add(name)
            source = self._found(name)
            if source is None:
                for spelling in _written(name, texts):
                    _mock(folder, name, spelling)
                mocked.append(name)
                continue
            texts.append(self.changed.get(source) or source.read_bytes())
            if source in self.changed:
                (folder / source.name).write_bytes(self.changed[source])
            own = (Path(), source.parent, *self.config.copybook_paths(source.parent))
            copy = (f"-I{place}" for place in own)
            source = folder / source.name if source in self.changed else source
            flags = (*self._flags()[:2], *FORMAT_FLAGS[read(source).format])
            cobc(folder, "-m", *flags, *copy, "-o", f"{name}.so", str(source))
            for spelled_name in _spellings(source) - {name}:
                shutil.copyfile(folder / f"{name}.so", folder / f"{spelled_name}.so")
            waiting += called_in(source)
        return tuple(mocked)

    def _found(self, name: str) -> Path | None:
        home = self.program.source.path.resolve().parent
        made = (path for path in self.changed if path.suffix in SUFFIXES)
        named = {path.stem.upper(): path for path in (*self.modules, *made)}
        if name in named:
            return named[name].resolve()
        places = (home / f"{stem}{end}" for stem in (name, name.lower()) for end in SUFFIXES)
        return next((place for place in places if place.is_file()), None)


def spelled(program: Program) -> str:
    """A program's name as its PROGRAM-ID writes it: that is what cobc makes it known by."""
    pattern = (
        rb"PROGRAM-ID[\s.]+['\"]?(" + re.escape(program.name.encode("ascii", "replace")) + rb")\b"
    )
    found = re.search(pattern, program.source.view, re.IGNORECASE)
    return found[1].decode("ascii") if found else program.name


def _written(name: str, texts: Sequence[bytes]) -> set[str]:
    """A called name as literals of sources write it: cobc's runtime tells cases apart."""
    literal = re.compile(rb"['\"](" + re.escape(name.encode()) + rb")\s*['\"]", re.IGNORECASE)
    return {one.decode() for text in texts for one in literal.findall(text)} or {name}


def _mock(folder: Path, name: str, spelling: str) -> None:
    """Build a stand-in for a module, by the name as CALLs write it."""
    text = tasks.stub(name) if tasks.MOCK.fullmatch(name) else stub(name)
    text = text.replace("@NAME@", name.replace("-", "__"))
    made = folder / f"{spelling}.c"
    made.write_text(text.replace("@ENTRY@", spelling.replace("-", "__")))
    cobc(folder, "-m", "-o", f"{spelling}.so", made.name)


def _spellings(source: Path) -> set[str]:
    """The PROGRAM-IDs of a source as they are written: by which CALLs of their case find them."""
    return _named(source.read_bytes())


def _named(text: bytes) -> set[str]:
    """The PROGRAM-IDs of a text: of what it contains, or has behind it, as well."""
    found = re.findall(rb"PROGRAM-ID[\s.]+['\"]?([\w-]+)", text, re.IGNORECASE)
    return {one.decode("ascii", "replace") for one in found}


def names_files(program: Program) -> bool:
    """Whether what the files are ASSIGNed to are plain words, and none of them is an item."""
    items = {item.name for item in program.items}
    words = [entry.assign.upper() for entry in program.files if entry.assign[:1] not in "'\""]
    return bool(words) and all(word.isalnum() and word not in items for word in words)


def depending(program: Program) -> str:
    """The items of tables whose size depends, each with the most occurrences there can be."""
    found: dict[str, int] = {}
    for item in program.items:
        for table in program.subscripts(item):
            if item.name and table.occurs is not None and table.occurs.depending:
                found[item.name] = max(found.get(item.name, 0), table.times)
    return ";".join(f"{name}:{times}" for name, times in found.items())


def _narrow(text: bytes) -> bool:
    """Whether no line of a text goes beyond column 72."""
    return all(len(line.rstrip()) <= 72 for line in text.split(b"\n"))


def called(program: Program) -> tuple[str, ...]:
    """The programs that CALLs of a program name, those contained in it left out."""
    names = [name for call in program.flow.calls if call.verb == "CALL" for name in call.targets]
    return tuple(dict.fromkeys(name for name in names if name != program.name))


def called_in(source: Path) -> list[str]:
    """The literals that CALLs of a module name, read from its text: all that is needed to build."""
    return _calls(source.read_bytes())


def _calls(text: bytes) -> list[str]:
    """The literals that CALLs of a text name, in capitals."""
    found = re.findall(rb"\bCALL\s+['\"]([A-Za-z0-9-]+)['\"]", text, re.IGNORECASE)
    return [name.decode().upper() for name in found]


def cobc(folder: Path, *arguments: str) -> None:
    """Run cobc in a folder; BuildError with its first error line where it refuses."""
    done = shell.run(["cobc", *arguments], cwd=folder, limits=BUILD)
    if done.status != 0:
        lines = [line for line in done.output.splitlines() if "error" in line] or [done.output]
        what = "ran out of time" if done.timed_out else lines[0].strip()
        raise BuildError(f"cobc refuses it: {what}", remedy="see that both sides compile")


def fingerprint(*parts: object) -> str:
    """A short name for what was made of these parts."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
