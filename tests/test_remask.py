"""Remasking: only what the diagnostic points at, then the statement, then the paragraph."""

from __future__ import annotations

from pathlib import Path

import pytest

from cobolsmith import patch, source
from cobolsmith.infill import Candidate
from cobolsmith.languages import LANGUAGES
from cobolsmith.plan import Edit, Hole, Plan
from cobolsmith.program import Program
from cobolsmith.remask import remasked
from cobolsmith.source import Source, Span
from cobolsmith.verify import Diagnostic

TEXT = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. TARIFF.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01  WS-NET              PIC 9(04).
       01  WS-GROSS            PIC 9(04).
       PROCEDURE DIVISION.
       0000-MAIN.
           ADD WS-NET TO WS-GROSS.
      * The net amount.
           MOVE ? TO WS-GROSS
           DISPLAY WS-GROSS.
           STOP RUN.
"""


def tried(fill: str) -> tuple[Program, Candidate, Source]:
    """A candidate that put `fill` where the question mark stands, and the source after it."""
    before = source.from_bytes(TEXT.replace("?", " ").encode(), Path("TARIFF.cbl"))
    span = Span(TEXT.index("?"), TEXT.index("?") + 1)
    plan = Plan("an operand", (Edit(before.path, span, (Hole("text", (1,)),)),))
    candidate = Candidate(plan, ((before.path, span, fill),), -1.0, "masks:1")
    after = source.from_bytes(patch.edited(before, [(span, fill)]), before.path)
    return LANGUAGES["cobol"].read_program(before, ()), candidate, after


def wrong(message: str, line: int = 11) -> tuple[Diagnostic, ...]:
    return (Diagnostic(Path("TARIFF.cbl"), line, 0, message),)


def test_only_the_word_that_is_named_is_masked_again() -> None:
    program, candidate, after = tried("WS-NET OF WS-NOWHERE")
    plan = remasked(program, candidate, after, wrong("'WS-NOWHERE' is not defined"), "token")
    assert plan is not None
    kept, gap, hole = plan.edits[0].new
    assert (kept, gap) == ("WS-NET OF", " ")
    assert isinstance(hole, Hole)
    assert hole.refused == ("WS-NOWHERE",)
    assert "'WS-NOWHERE' is not defined" in hole.diagnostics[0]


def test_a_message_that_names_nothing_masks_the_filled_words_of_its_line() -> None:
    program, candidate, after = tried("WS-NET OF WS-GROSS")
    plan = remasked(program, candidate, after, wrong("invalid MOVE statement"), "token")
    assert plan is not None
    assert plan.edits[0].new == (
        Hole(
            "text",
            (3, 4),
            diagnostics=("TARIFF.cbl:11: error: invalid MOVE statement",),
            refused=("WS-NET OF WS-GROSS",),
        ),
    )


def test_a_diagnostic_elsewhere_masks_no_token() -> None:
    program, candidate, after = tried("WS-NET")
    assert remasked(program, candidate, after, wrong("invalid", line=9), "token") is None


def test_the_statement_comes_next_and_must_stay_what_it_is() -> None:
    program, candidate, after = tried("WS-NOWHERE")
    plan = remasked(program, candidate, after, wrong("'WS-NOWHERE' is not defined"), "statement")
    assert plan is not None
    (edit,) = plan.edits
    (hole,) = edit.holes
    assert (hole.kind, hole.drafts) == ("move_statement", ("MOVE WS-NOWHERE TO WS-GROSS",))
    assert hole.kept == 0.5
    assert program.source.text(edit.span.start, edit.span.end).split() == "MOVE TO WS-GROSS".split()


def test_the_paragraph_comes_last_and_nearly_all_of_it_stays() -> None:
    program, candidate, after = tried("WS-NOWHERE")
    plan = remasked(program, candidate, after, wrong("'WS-NOWHERE' is not defined"), "paragraph")
    assert plan is not None
    (edit,) = plan.edits
    (hole,) = edit.holes
    assert hole.drafts[0].startswith("0000-MAIN . ADD WS-NET") or hole.drafts[0].startswith(
        "0000-MAIN. ADD WS-NET"
    )
    assert hole.kept == 0.9
    assert program.source.text(edit.span.start, edit.span.end).rstrip().endswith("STOP RUN.")


@pytest.mark.parametrize("reach", ["token", "statement", "paragraph"])
def test_a_rule_is_not_remasked(reach: str) -> None:
    program, candidate, after = tried("WS-NOWHERE")
    span = candidate.pieces[0][1]
    rule = Plan("a rule", (Edit(program.source.path, span, ("WS-NOWHERE",)),))
    bare = Candidate(rule, candidate.pieces)
    assert remasked(program, bare, after, wrong("'WS-NOWHERE' is not defined"), reach) is None
