"""What a command was told, and what the work on one file needs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cobolsmith.config import Config
from cobolsmith.estate import Estate
from cobolsmith.infill import QUALITIES, Watch


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line chose; `model` "" means hole-free plans only.

    `quality` is one of `infill.QUALITIES`; `steps`, if not 0, are the denoising steps instead of
    its own. `runs` and `golden` are equivalence's: runs to generate, a folder of recorded ones.
    """

    staged: bool = False
    encoding: str = "auto"
    reference: str = "auto"
    jobs: int = 2
    write: bool = False
    seed: int = 0
    quality: str = "normal"
    steps: int = 0
    model: str = ""
    watch: Watch | None = None
    config: Config | None = None
    runs: int | None = None
    golden: Path | None = None

    @property
    def effort(self) -> dict[str, int]:
        """Denoising steps and fills a hole, as `infill.candidates` takes them."""
        steps, most = QUALITIES[self.quality]
        return {"steps": self.steps or steps, "most": most}


@dataclass(frozen=True, slots=True)
class Job:
    """What one file's work needs."""

    options: Options
    config: Config
    estate: Estate
    root: Path
