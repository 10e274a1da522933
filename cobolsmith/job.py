"""What a command was told, and what the work on one file needs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cobolsmith.config import Config
from cobolsmith.estate import Estate
from cobolsmith.infill import Watch


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line chose; `model` "" means hole-free plans only.

    `runs` and `golden` are equivalence's: runs to generate, a folder of recorded ones.
    """

    staged: bool = False
    encoding: str = "auto"
    reference: str = "auto"
    jobs: int = 2
    write: bool = False
    seed: int = 0
    steps: int = 16
    model: str = ""
    watch: Watch | None = None
    config: Config | None = None
    runs: int | None = None
    golden: Path | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """What one file's work needs."""

    options: Options
    config: Config
    estate: Estate
    root: Path
