"""The languages COBOL is translated to: one folder each, listed here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from cobolsmith.lowered import Lowered, Shared
from cobolsmith.targets import java, python
from cobolsmith.targets.names import Names


class Target(Protocol):
    """What a target gives: the files of a translation, and how it is built and run."""

    def translate(self, programs: tuple[Lowered, ...], header: str) -> dict[str, bytes]:
        """The files by their names, the runtime among them."""
        ...

    def common(self, classes: Mapping[str, Shared]) -> dict[str, bytes]:
        """What programs share: build file, runtime, and the classes of copybooks, which are given
        by their words."""
        ...

    def package_of(self, name: str) -> str:
        """The folder of a program, among the files of `translate`."""
        ...

    def file_of(self, name: str) -> str:
        """The file of a program, among those of `translate`."""
        ...

    def named(self, program: Lowered) -> Names:
        """What a program's things are called."""
        ...

    def unwritten(self, name: str) -> dict[str, bytes]:
        """The file of a program that is called and whose COBOL isn't there: to be written."""
        ...

    def building(self, folder: Path, name: str) -> Sequence[Sequence[str]]:
        """The commands that build a program's translation in a folder, to be run there."""
        ...

    def command(self, folder: Path, name: str) -> Sequence[str]:
        """The command that runs a program's translation."""
        ...

    def tests_of(self, name: str) -> dict[str, bytes]:
        """What replays the runs of a program's proof: the folder of tests/runs with its name."""
        ...


TARGETS: dict[str, Target] = {"java": java, "python": python}
