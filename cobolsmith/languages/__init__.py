"""The source languages: one folder or file each, listed here and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from cobolsmith.languages import cobol
from cobolsmith.program import Program
from cobolsmith.source import Source


class Language(Protocol):
    """What a source language gives: which files are its own, and how they are read."""

    EXTENSIONS: tuple[str, ...]

    def read_program(self, source: Source, copybook_paths: Sequence[Path] = ()) -> Program:
        """The first program of a source."""
        ...


LANGUAGES: dict[str, Language] = {"cobol": cobol}
