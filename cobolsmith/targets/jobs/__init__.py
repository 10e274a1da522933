"""What translated jobs run on: `job_runtime.py`, which is written beside their scripts as it is."""

from __future__ import annotations

from pathlib import Path

RUNTIME = "job_runtime.py"


def runtime() -> bytes:
    """The module's text."""
    return Path(__file__).with_name(RUNTIME).read_bytes()
