"""Statements that no table knows: written by a model, proven, or refused as before."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from cobolsmith import unknowns
from cobolsmith.checks.equivalence import Settings
from cobolsmith.codewords import code_words
from cobolsmith.idiomatic import Asked
from cobolsmith.infill import Canvas, Fill
from cobolsmith.lowered import RefusedError
from cobolsmith.lowering.statements import VERBS
from cobolsmith.report import Outcome, Result
from cobolsmith.translation import Wish, translate

SAMPLE = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. DOUBLES.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01 WS-TOTAL PIC 9(4) VALUE 3.
       01 WS-STEP PIC 9 VALUE 2.
       PROCEDURE DIVISION.
       MAIN-P.
           PERFORM ADD-P 3 TIMES.
           DISPLAY WS-TOTAL.
           STOP RUN.
       ADD-P.
           ADD 1 TO WS-STEP.
           COMPUTE WS-TOTAL = WS-TOTAL * WS-STEP.
           DISPLAY WS-STEP.
"""
PYTHON = ("self.ws_total = self.ws_total * 2", "self.ws_total = self.ws_total * self.ws_step")
JAVA = ("wsTotal = wsStep;", "wsTotal = wsTotal * wsStep;")


class Writer:
    """A model that writes the same for any hole."""

    name = "writer"

    def __init__(self, fills: Sequence[str]) -> None:
        self.fills = fills
        self.seen: list[Canvas] = []

    def fill(self, canvas: Canvas, **options: object) -> tuple[Fill, ...]:
        self.seen.append(canvas)
        names = {
            "ws_total": "WS-TOTAL",
            "ws_step": "WS-STEP",
            "wsTotal": "WS-TOTAL",
            "wsStep": "WS-STEP",
        }
        return tuple(Fill(tuple(code_words(one, names)[1:]), 0.0, "masks:8") for one in self.fills)


@pytest.fixture
def without_compute(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if no table knew COMPUTE."""
    monkeypatch.delitem(VERBS, "compute_statement")


def translated(
    folder: Path, monkeypatch: pytest.MonkeyPatch, writer: Writer, text: str = SAMPLE, to: str = ""
) -> Outcome:
    path = folder / "DOUBLES.cbl"
    path.write_text(text)
    monkeypatch.setattr(unknowns.models, "load", lambda name: writer)
    wish = Wish(to or "python", folder / "out", Settings(runs=2), (), Asked(()))
    (outcome,) = translate(path, wish).outcomes
    return outcome


@pytest.mark.parametrize(("to", "fills"), [("python", PYTHON), ("java", JAVA)])
def test_what_does_the_same_stands_for_an_unknown_statement(
    to: str,
    fills: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    without_compute: None,
) -> None:
    writer = Writer(fills)
    outcome = translated(tmp_path, monkeypatch, writer, to=to)
    assert outcome.result is Result.VERIFIED
    assert "line 14: can't translate COMPUTE: the model's (auto)" in outcome.evidence
    (path,) = (tmp_path / "out" / "doubles").glob("[dD]oubles.*")
    lines = [one.strip() for one in path.read_text().splitlines()]
    assert fills[1] in lines and "UNKNOWN" not in path.read_text()
    (canvas,) = writer.seen
    asked = " ".join(canvas.prefix)
    assert "COMPUTE WS-TOTAL = WS-TOTAL * WS-STEP" in asked and "WS-STEP + =" not in asked
    assert {one.spelling for one in canvas.names} >= {"WS-TOTAL", "WS-STEP"}


def test_without_a_model_it_is_refused(tmp_path: Path, without_compute: None) -> None:
    (tmp_path / "DOUBLES.cbl").write_text(SAMPLE)
    wish = Wish("python", tmp_path / "out", Settings(runs=2))
    with pytest.raises(RefusedError, match=r"14:12: can't translate COMPUTE"):
        translate(tmp_path / "DOUBLES.cbl", wish)


@pytest.mark.parametrize(
    ("fills", "told"),
    [
        (("self.ws_total = self.ws_step",), "1 fillings of the model"),
        (("import os",), "0 fillings of the model"),
        ((), "0 fillings of the model"),
    ],
)
def test_what_does_something_else_is_refused_and_nothing_written(
    fills: tuple[str, ...],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    without_compute: None,
) -> None:
    with pytest.raises(RefusedError, match=f"can't translate COMPUTE; {told}"):
        translated(tmp_path, monkeypatch, Writer(fills))
    assert not (tmp_path / "out").exists()


def test_what_no_run_executes_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without_compute: None
) -> None:
    text = SAMPLE.replace("           COMPUTE", "           IF WS-STEP = 1\n           COMPUTE")
    with pytest.raises(RefusedError, match="no run executes it"):
        translated(tmp_path, monkeypatch, Writer(PYTHON), text)


def test_a_statement_that_holds_others_is_no_hole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(VERBS, "if_statement")
    text = SAMPLE.replace("           COMPUTE", "           IF WS-STEP = 1\n           COMPUTE")
    writer = Writer(PYTHON)
    with pytest.raises(RefusedError, match="can't translate IF"):
        translated(tmp_path, monkeypatch, writer, text)
    assert not writer.seen
