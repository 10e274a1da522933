"""The canvas, and the way from a plan with holes to candidates: what fits, what never can."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cobolsmith import infill, source
from cobolsmith.errors import LongHoleError
from cobolsmith.infill import Canvas, Fill, candidates
from cobolsmith.languages import LANGUAGES
from cobolsmith.plan import Edit, Hole, Plan
from cobolsmith.program import Program
from cobolsmith.source import Source, Span

TEXT = """\
000100 IDENTIFICATION DIVISION.
000200 PROGRAM-ID. P.
000300 DATA DIVISION.
000400 WORKING-STORAGE SECTION.
000500 01  WS-AREA.
000600     05  WS-COUNT        PIC S9(05) COMP-3.
000700     05  WS-NAME         PIC X(20).
000800 01  WS-SW               PIC X.
000900     88  WS-DONE         VALUE 'Y'.
001000 PROCEDURE DIVISION.
001100 0000-MAIN.
001200*    A COMMENT
001300     MOVE ZERO TO WS-COUNT.
001400     PERFORM 1000-STEP UNTIL WS-DONE.
001500     STOP RUN.
001600 1000-STEP.
001700     ADD 1 TO WS-COUNT.
"""


class Scripted:
    """An infiller that answers from a list and remembers what it was asked."""

    name = "scripted"

    def __init__(self, *answers: str) -> None:
        self.answers = answers
        self.asked: list[Canvas] = []

    def fill(
        self,
        canvas: Canvas,
        *,
        seed: int,
        steps: int,
        candidates: int,
        watch: Callable[[int, tuple[str, ...]], None] | None = None,
    ) -> tuple[Fill, ...]:
        self.asked.append(canvas)
        fills = (
            Fill(tuple(text.split(" ")), -float(rank), f"masks:{rank}")
            for rank, text in enumerate(self.answers)
        )
        return tuple(fills)[:candidates]


def read(text: str = TEXT, name: str = "P.cbl") -> tuple[Source, Program]:
    found = source.from_bytes(text.encode(), Path(name))
    return found, LANGUAGES["cobol"].read_program(found)


def at(text: Source, word: str) -> Span:
    start = text.view.index(word.encode())
    return Span(start, start + len(word))


def filled(kind: str, word: str, *answers: str, text: str = TEXT) -> list[str]:
    """The texts that survive as fills of a hole that stands for a word."""
    code, program = read(text)
    plan = Plan("t", (Edit(code.path, at(code, word), (Hole(kind, lengths=(1,)),)),))
    found = infill.candidates(program, plan, lambda: Scripted(*answers), seed=0, steps=4)
    return [piece for candidate in found for _, piece in candidate.pieces_of(code.path)]


def test_a_canvas_has_words_around_the_hole_and_the_names_near_it_first() -> None:
    code, program = read()
    board = infill.canvas(program, at(code, "ZERO"), Hole("name", names=("data",)), "", "")
    assert board.prefix[-4:] == ("0000-MAIN", ".", "\n    ", "MOVE")
    assert "A" not in board.prefix and "COMMENT" not in board.prefix
    assert not any(word.startswith("0013") for word in board.prefix)
    assert board.suffix[:3] == ("TO", "WS-COUNT", ".")
    names = {name.spelling: name for name in board.names}
    assert set(names) == {"WS-COUNT", "WS-NAME", "WS-SW"}
    assert (names["WS-COUNT"].picture, names["WS-COUNT"].level) == ("S9(05)", 5)
    assert "COMP-3" in names["WS-COUNT"].usage or names["WS-COUNT"].usage == "PACKED-DECIMAL"
    assert board.allowed == (frozenset(names),)


def test_a_hole_of_a_condition_offers_conditions_only() -> None:
    code, program = read()
    board = infill.canvas(program, at(code, "WS-DONE."), Hole("name", names=("condition",)), "", "")
    assert [name.spelling for name in board.names] == ["WS-DONE"]


def test_the_edits_own_text_is_part_of_the_context() -> None:
    code, program = read()
    place = Span(at(code, "1000-STEP.").start, at(code, "1000-STEP.").start)
    board = infill.canvas(program, place, Hole("picture_string"), "01  X  PIC ", ".\n")
    assert board.prefix[-3:] == ("01", "X", "PIC")
    assert board.suffix[0] == "."


def test_a_draft_of_a_picture_is_one_word() -> None:
    code, program = read()
    hole = Hole("picture_string", drafts=("S9(07)V99", "X(30)"))
    board = infill.canvas(program, at(code, "S9(05)"), hole, "", "")
    assert board.drafts == (("S9(07)V99",), ("X(30)",))


def test_only_fills_that_parse_as_the_kind_are_candidates() -> None:
    assert filled("name", "ZERO", "WS-NAME", "END-IF", "MOVE") == ["WS-NAME"]
    assert filled("picture_string", "S9(05)", "X(03)", "9(2) COMP", ".") == ["X(03)"]
    statements = filled(
        "move_statement", "MOVE ZERO TO WS-COUNT", "MOVE 1 TO WS-COUNT", "ADD 1 TO", "MOVE", ""
    )
    assert statements == ["MOVE 1 TO WS-COUNT"]


def test_without_a_model_only_plans_without_holes_give_candidates() -> None:
    code, program = read()
    certain = Plan("t", (Edit(code.path, at(code, "ZERO"), ("1",)),))
    hole = Plan("t", (Edit(code.path, at(code, "ZERO"), (Hole("text", lengths=(1,)),)),))
    (only,) = infill.candidates(program, certain, None, seed=0, steps=1)
    assert only.pieces_of(code.path) == [(at(code, "ZERO"), "1")]
    assert list(infill.candidates(program, hole, None, seed=0, steps=1)) == []


def test_candidates_come_best_first_with_score_and_origin() -> None:
    code, program = read()
    plan = Plan("t", (Edit(code.path, at(code, "ZERO"), (Hole("text", lengths=(1,)),)),))
    found = list(infill.candidates(program, plan, lambda: Scripted("1", "2"), seed=0, steps=1))
    assert [candidate.score for candidate in found] == [0.0, -1.0]
    assert [candidate.origin for candidate in found] == ["masks:0", "masks:1"]


def test_fills_that_differ_in_a_line_break_at_their_end_are_one() -> None:
    assert filled("text", "ZERO", "1", "1 \n", "\n    1") == ["1"]


def test_two_holes_of_one_edit_see_each_other() -> None:
    code, program = read()
    first, second = Hole("text", lengths=(1,)), Hole("text", lengths=(1,))
    edit = Edit(code.path, at(code, "ZERO TO WS-COUNT"), (first, " TO ", second))
    model = Scripted("WS-NAME")
    (only,) = infill.candidates(program, Plan("t", (edit,)), lambda: model, seed=0, steps=1)
    assert only.pieces_of(code.path)[0][1] == "WS-NAME TO WS-NAME"
    assert model.asked[1].prefix[-2:] == ("WS-NAME", "TO")


def test_fills_take_the_case_and_margin_of_the_source() -> None:
    lower, _ = read(TEXT.lower())
    place = lower.view.index(b"move zero")
    words = ("MOVE", "'A'", "TO", "WS-NAME", "\n    ", "ADD", "1", "TO", "WS-COUNT")
    text = infill.laid_out(lower, place, words)
    assert text == "move 'A' to ws-name\n           add 1 to ws-count"


@pytest.mark.parametrize("answers", [(), ("",)])
def test_a_model_with_nothing_to_say_gives_no_candidate(answers: tuple[str, ...]) -> None:
    assert filled("text", "ZERO", *answers) == []


def test_a_hole_longer_than_the_model_can_fill_has_no_candidates() -> None:
    """The statement is too long for the model; the plan has none, and nothing is raised."""

    class Short:
        name = "short"

        def fill(self, canvas: Canvas, **options: object) -> tuple[Fill, ...]:
            raise LongHoleError("too long", where=self.name)

    text = "       PROCEDURE DIVISION.\n       A.\n           MOVE 1 TO B.\n"
    program = LANGUAGES["cobol"].read_program(source.from_bytes(text.encode(), Path("A.cbl")), ())
    at = text.index("MOVE")
    hole = Hole("move_statement", drafts=("MOVE 1 TO B",))
    plan = Plan("anew", (Edit(Path("A.cbl"), Span(at, at + 11), (hole,)),))
    assert list(candidates(program, plan, Short, seed=0, steps=4)) == []  # type: ignore[arg-type]


def test_words_that_break_what_stands_behind_them_cant_stand_there() -> None:
    text = TEXT.replace(
        "MOVE ZERO TO WS-COUNT.",
        "EVALUATE WS-SW\n001310         WHEN 'A' CONTINUE\n001320     END-EVALUATE.",
    )
    before = source.from_bytes(text.encode(), Path("P.cbl"))
    span = Span(text.index("EVALUATE WS-SW"), text.index("\n001310"))

    def broken(fill: str) -> frozenset[int]:
        return infill.broken_words(before, span, "", "", tuple(fill.split()))

    assert broken("EVALUATE WS-COUNT") == frozenset()
    # A statement by itself, but then the WHEN behind it belongs to none.
    assert broken("MOVE 7 TO WS-COUNT") == frozenset({0, 1, 2, 3})
