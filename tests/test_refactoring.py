"""The frame of recipes: what is proposed is judged whole, part by part, and with all it touches."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cobolsmith import models, refactoring
from cobolsmith.checks.equivalence.code import plain
from cobolsmith.cli import app
from cobolsmith.config import Config
from cobolsmith.errors import UsageError
from cobolsmith.infill import Canvas, Fill
from cobolsmith.job import Options
from cobolsmith.plan import Creation, Edit, Plan
from cobolsmith.recipe import Proposal, Recipe, Setting, question, refusal
from cobolsmith.recipes import RECIPES
from cobolsmith.report import Report, Result
from cobolsmith.source import Span
from cobolsmith.verify import Status

PROGRAM = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. WEIGHS.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       COPY LIMITS.
       01  WS-WEIGHT           PIC 9(03).
       PROCEDURE DIVISION.
       0000-MAIN.
           ACCEPT WS-WEIGHT.
           IF WS-WEIGHT > WS-LIMIT
               DISPLAY 'HEAVY'.
           DISPLAY 'DONE'.
           STOP RUN.
"""
COPYBOOK = "       01  WS-LIMIT            PIC 9(03) VALUE 50.\n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "WEIGHS.cbl").write_text(PROGRAM)
    (tmp_path / "LIMITS.cpy").write_text(COPYBOOK)
    return tmp_path


def replaced(setting: Setting, member: str, old: str, new: str) -> Plan | None:
    """A plan that replaces a text of a member, where it is there."""
    source = next(one for one in setting.sources if one.path.name == member)
    at = source.view.find(old.encode())
    edit = Edit(source.path, Span(at, at + len(old)), (new,))
    return Plan(f"{new} for {old}", (edit,)) if at >= 0 else None


def recipe(*changes: tuple[str, str, str]) -> Recipe:
    """A recipe whose plans replace texts: (member, old, new)."""

    def propose(setting: Setting) -> Proposal:
        plans = [replaced(setting, *change) for change in changes]
        return Proposal(tuple(plan for plan in plans if plan is not None))

    return Recipe("texts", "replaces texts", propose)


def run(folder: Path, monkeypatch: pytest.MonkeyPatch, one: Recipe, **options: object) -> Report:
    """What comes of a recipe over a folder."""
    monkeypatch.setitem(RECIPES, one.name, one)
    config = Config(root=folder)
    told = Options(config=config, write=True, runs=24, **options)  # type: ignore[arg-type]
    return refactoring.refactor(one.name, [folder], told, {})


def test_what_the_checks_refuse_together_is_tried_alone(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = ("WEIGHS.cbl", "'HEAVY'.", "'HEAVY'\n           END-IF.")
    wrong = ("WEIGHS.cbl", "'DONE'", "'OVER'")
    report = run(shop, monkeypatch, recipe(good, wrong))
    by_result = {outcome.result: outcome for outcome in report.outcomes}
    assert [plan.title for plan in by_result[Result.VERIFIED].plans] == [f"{good[2]} for {good[1]}"]
    assert "stdout" in by_result[Result.UNVERIFIED].reasons[0]
    text = (shop / "WEIGHS.cbl").read_text()
    assert "END-IF" in text and "'OVER'" not in text
    assert report.exit_code == 1


def test_a_changed_copybook_is_judged_by_the_programs_that_copy_it(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (outcome,) = run(shop, monkeypatch, recipe(("LIMITS.cpy", "50", "60"))).outcomes
    assert outcome.result is Result.UNVERIFIED
    compared = next(one for one in outcome.verdicts if one.check == "equivalence")
    assert compared.status is Status.FAILED
    assert (shop / "LIMITS.cpy").read_text() == COPYBOOK
    (outcome,) = run(shop, monkeypatch, recipe(("LIMITS.cpy", "VALUE 50", "VALUE IS 50"))).outcomes
    assert outcome.result is Result.VERIFIED and outcome.written
    assert any("same code of both sides" in line for line in outcome.evidence)


def test_a_question_stops_everything(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def propose(setting: Setting) -> Proposal:
        plan = replaced(setting, "LIMITS.cpy", "VALUE 50", "VALUE IS 50")
        asked = question("is 50 meant?", shop / "LIMITS.cpy", Span(43, 45))
        return Proposal((plan,) if plan else (), (asked,))

    report = run(shop, monkeypatch, Recipe("asks", "asks", propose))
    (outcome,) = report.outcomes
    assert outcome.patch is None and report.exit_code == 1
    assert "LIMITS.cpy:1:44: question: is 50 meant?" in str(outcome.findings[0])
    assert (shop / "LIMITS.cpy").read_text() == COPYBOOK


def test_a_refusal_leaves_the_other_plans(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def propose(setting: Setting) -> Proposal:
        plan = replaced(setting, "LIMITS.cpy", "VALUE 50", "VALUE IS 50")
        left = refusal("not this one", shop / "WEIGHS.cbl", Span(7, 9))
        return Proposal((plan,) if plan else (), (), (left,))

    report = run(shop, monkeypatch, Recipe("leaves", "leaves", propose))
    assert [one.result for one in report.outcomes] == [Result.VERIFIED, Result.REFUSED]


def test_what_a_second_run_would_change_again_is_not_verified(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (outcome,) = run(shop, monkeypatch, recipe(("LIMITS.cpy", "01  ", "01   "))).outcomes
    assert outcome.result is Result.UNVERIFIED
    assert any(reason.startswith("settles: failed") for reason in outcome.reasons)


def test_a_file_that_is_there_is_not_made(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def propose(setting: Setting) -> Proposal:
        made = Creation(shop / "LIMITS.cpy", "other\n")
        return Proposal((Plan("a new file", (), creates=(made,)),))

    (outcome,) = run(shop, monkeypatch, Recipe("makes", "makes", propose)).outcomes
    assert outcome.result is Result.REFUSED
    assert "already there" in outcome.reasons[0]
    assert (shop / "LIMITS.cpy").read_text() == COPYBOOK


class Wording:
    """A model that words every message the same way."""

    name = "wording"

    def fill(
        self,
        canvas: Canvas,
        *,
        seed: int,
        steps: int,
        candidates: int,
        watch: Callable[[int, tuple[str, ...]], None] | None = None,
    ) -> tuple[Fill, ...]:
        mute = Fill(("DISPLAY", "' IN-REC'"), -0.05, "masks:2")
        return (mute, Fill(("DISPLAY", "'NOTHING TO READ'"), -0.1, "masks:2"))


READING = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. HEADS.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT IN-FILE ASSIGN TO INDD.
       DATA DIVISION.
       FILE SECTION.
       FD  IN-FILE.
       01  IN-REC              PIC X(02).
       PROCEDURE DIVISION.
       0000-MAIN.
           OPEN INPUT IN-FILE
           READ IN-FILE
           DISPLAY IN-REC
           STOP RUN.
"""


@pytest.mark.parametrize(
    ("model", "wording"), [("wording", "'NOTHING TO READ'"), ("", "'END OF IN-FILE'")]
)
def test_the_model_words_a_message_and_the_draft_stands_without_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: str, wording: str
) -> None:
    (tmp_path / "HEADS.cbl").write_text(READING)
    monkeypatch.setattr(models, "load", lambda name: Wording())
    report = run(tmp_path, monkeypatch, RECIPES["exception-phrases"], model=model)
    (outcome,) = report.outcomes
    assert outcome.result is Result.VERIFIED, outcome.reasons
    assert f"DISPLAY {wording}" in (tmp_path / "HEADS.cbl").read_text()
    assert any("own draft" in line for line in outcome.evidence) == (model == "")
    assert any("kept runs take the new branch" in line for line in outcome.evidence)


def test_a_jump_to_what_comes_next_is_none_and_one_out_of_a_loop_is() -> None:
    jump = "if (a)\n{\ngoto l_5;\n}\nelse\n{\nwork ();\n}\nl_5:;\nend ();\n"
    assert plain(jump) == plain(jump.replace("goto l_5;", ";").replace("l_5:;\n", ""))
    loop = "for (;;)\n{\nif (a)\n{\ngoto l_5;\n}\n}\nl_5:;\n"
    assert "goto" in plain(loop)
    assert plain("x = 1; /* LINE 7 */\n") == plain("/* other */\nx = 1;\n")


def test_the_command_lists_recipes_and_keeps_evidence(shop: Path) -> None:
    runner = CliRunner()
    listed = runner.invoke(app, ["refactor", "--list"])
    assert all(name in listed.stdout for name in RECIPES)
    kept = shop / "evidence.json"
    program = str(shop / "WEIGHS.cbl")
    done = runner.invoke(app, ["refactor", "scope-terminators", program, "--evidence", str(kept)])
    assert done.exit_code == 0
    assert "+           END-IF." in done.stdout
    assert json.loads(kept.read_text())[0]["status"] == "passed"
    assert (shop / "WEIGHS.cbl").read_text() == PROGRAM  # no --write
    assert runner.invoke(app, ["refactor", "resize-table", "--table", "X"]).exit_code == 2


def test_a_recipe_that_is_none_is_a_user_error(shop: Path) -> None:
    with pytest.raises(UsageError, match="no recipe polish"):
        refactoring.refactor("polish", [shop], Options(config=Config(root=shop)), {})
