"""The repair loop: bounded, wider each time, the checks and the user's suite decide."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cobolsmith import loop, models, smith, source
from cobolsmith.cli.shared import Quality
from cobolsmith.config import Config
from cobolsmith.estate import Estate
from cobolsmith.infill import QUALITIES, Canvas, Fill
from cobolsmith.job import Job, Options
from cobolsmith.report import Outcome, Result
from cobolsmith.verify import Status

PROGRAM = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. TARIFF.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01  WS-NET              PIC 9(04) VALUE 100.
       01  WS-TAX              PIC 9(04) VALUE 19.
       01  WS-GROSS            PIC 9(04) VALUE ZERO.
       PROCEDURE DIVISION.
       0000-MAIN.
           ADD WS-NET TO WS-GROSS.
           MOVE TO WS-GROSS.
           DISPLAY WS-GROSS.
           STOP RUN.
"""
SUITE = ("sh", "-c", "cobc -x -o run TARIFF.cbl && ./run | grep -qx 0019")


class Choices:
    """A model that offers the same words for every hole, in order."""

    name = "choices"

    def __init__(self, *words: str) -> None:
        self.words = words
        self.asked = 0

    def fill(
        self,
        canvas: Canvas,
        *,
        seed: int,
        steps: int,
        candidates: int,
        watch: Callable[[int, tuple[str, ...]], None] | None = None,
    ) -> tuple[Fill, ...]:
        self.asked += 1
        return tuple(Fill((word,), -float(i), "masks:1") for i, word in enumerate(self.words))


def repaired(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    *words: str,
    test: tuple[str, ...] = (),
    model: str = "choices",
) -> Outcome:
    path = folder / "TARIFF.cbl"
    path.write_text(text)
    monkeypatch.setattr(models, "load", lambda name: Choices(*words))
    config = Config(root=folder, test=test)
    options = Options(model=model, config=config)
    job = Job(options, config, Estate(config), folder)
    return smith.repaired(source.read(path), job)


def after(outcome: Outcome) -> str:
    assert outcome.patch is not None
    return outcome.patch.files[0].after.decode()


def test_the_suite_chooses_among_fills_that_compile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = repaired(tmp_path, monkeypatch, PROGRAM, "WS-NET", "WS-TAX", test=SUITE)
    assert outcome.result is Result.VERIFIED
    assert "MOVE WS-TAX TO WS-GROSS" in after(outcome)


def test_where_no_fill_passes_the_suite_the_first_is_shown_unverified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = repaired(tmp_path, monkeypatch, PROGRAM, "WS-NET", "ZERO", test=SUITE)
    assert outcome.result is Result.UNVERIFIED
    assert "MOVE WS-NET TO WS-GROSS" in after(outcome)
    assert any(reason.startswith("suite: failed") for reason in outcome.reasons)


def test_without_a_suite_a_fill_that_compiles_is_not_verified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = repaired(tmp_path, monkeypatch, PROGRAM, "WS-TAX")
    assert outcome.result is Result.UNVERIFIED
    by_name = {verdict.check: verdict.status for verdict in outcome.verdicts}
    assert by_name["compiles"] is Status.PASSED
    assert by_name["suite"] is Status.SKIPPED


def test_fills_that_do_not_compile_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = repaired(tmp_path, monkeypatch, PROGRAM, "WS-NOWHERE", "END-IF", test=SUITE)
    assert outcome.result is Result.REFUSED
    assert outcome.patch is None
    assert "no plan mends this" in outcome.reasons[0]


def test_without_a_model_a_hole_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = repaired(tmp_path, monkeypatch, PROGRAM, "WS-TAX", test=SUITE, model="")
    assert outcome.result is Result.REFUSED


def test_several_faults_are_mended_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = PROGRAM.replace("DISPLAY WS-GROSS.", "DIPSLAY WS-GRSOS")
    text = text.replace("ADD WS-NET TO", "ADD WS-NTE TO")
    outcome = repaired(tmp_path, monkeypatch, text, "WS-TAX", test=SUITE)
    assert outcome.result is Result.VERIFIED
    assert len(outcome.plans) >= 3
    assert after(outcome).split() == PROGRAM.replace("MOVE TO", "MOVE WS-TAX TO").split() or (
        "DISPLAY WS-GROSS" in after(outcome)
    )


def test_a_copybook_in_a_circle_is_an_error_not_a_hang(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ROUND.cpy").write_text("           COPY ROUND.\n")
    text = PROGRAM.replace("       PROCEDURE", "           COPY ROUND.\n       PROCEDURE")
    outcome = repaired(tmp_path, monkeypatch, text, "WS-TAX")
    assert outcome.result is Result.REFUSED
    assert any("ROUND" in reason for reason in outcome.reasons)


class Learning(Choices):
    """A model whose first words fail, and which has others once those are refused."""

    def fill(self, canvas: Canvas, **options: object) -> tuple[Fill, ...]:  # type: ignore[override]
        self.asked += 1
        word = "WS-TAX" if (self.words[0],) in canvas.refused else self.words[0]
        return (Fill((word,), -1.0, "masks:1"),)


def test_a_refused_word_is_masked_again_and_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "TARIFF.cbl"
    path.write_text(PROGRAM)
    monkeypatch.setattr(models, "load", lambda name: Learning("WS-NOWHERE"))
    config = Config(root=tmp_path, test=SUITE)
    job = Job(Options(model="learning", config=config), config, Estate(config), tmp_path)
    outcome = smith.repaired(source.read(path), job)
    assert outcome.result is Result.VERIFIED
    assert "MOVE WS-TAX TO WS-GROSS" in after(outcome)
    assert "the token under the diagnostic anew" in outcome.plans[-1].title


def test_without_cobc_what_the_reader_finds_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "TARIFF.cbl"
    path.write_text(PROGRAM.replace("MOVE TO", "MOVE WS-NOWHERE TO"))
    monkeypatch.setattr(loop, "unable", lambda programs: "cobc is not installed")
    (found,) = loop.diagnosed(source.read(path), Config(root=tmp_path))
    assert (found.line, found.check) == (11, "reads")
    assert "WS-NOWHERE" in found.message


def test_quality_sets_steps_and_fills_and_named_steps_win() -> None:
    efforts = [Options(quality=quality).effort for quality in QUALITIES]
    assert [e["steps"] for e in efforts] == sorted({e["steps"] for e in efforts})
    assert [e["most"] for e in efforts] == sorted({e["most"] for e in efforts})
    assert Options(quality="quick", steps=9).effort == {**efforts[0], "steps": 9}
    assert tuple(QUALITIES) == tuple(one.value for one in Quality)
