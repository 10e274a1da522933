"""Programs made of a few lines, for the tests of what COBOL means."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cobolsmith.languages.cobol import read_program
from cobolsmith.program import Program
from cobolsmith.source import from_bytes

Reader = Callable[..., Program]
HEAD = "       IDENTIFICATION DIVISION.\n       PROGRAM-ID. DEMO.\n"


@pytest.fixture
def program(tmp_path: Path) -> Reader:
    """Reads a program of data lines and procedure lines (indented by 7 here)."""

    def make(data: str = "", procedure: str = "", environment: str = "", **options: str) -> Program:
        text = HEAD
        if environment:
            text += "       ENVIRONMENT DIVISION.\n" + indented(environment)
        if data:
            storage = "" if "SECTION." in data else "       WORKING-STORAGE SECTION.\n"
            text += "       DATA DIVISION.\n" + storage + indented(data)
        if procedure:
            division = "" if "PROCEDURE DIVISION" in procedure else "       PROCEDURE DIVISION.\n"
            text += division + indented(procedure)
        return read_program(from_bytes(text.encode(), tmp_path / "demo.cbl"), **options)

    return make


def indented(text: str) -> str:
    """The lines of a text from column 8."""
    return "".join(f"       {line}\n" for line in text.strip("\n").splitlines())
