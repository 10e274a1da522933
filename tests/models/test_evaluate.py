"""Baselines and holes: what is measured is what was there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cobolsmith.errors import UsageError
from cobolsmith.infill import Name
from cobolsmith.models.baselines import FiveGram, Lexicon, NearCounts, learnt
from cobolsmith.models.data import find_sources, read_text
from cobolsmith.models.diffusion import DiffusionInfiller
from cobolsmith.models.evaluate import evaluate, words_right
from cobolsmith.models.holes import TASKS, broken_in, canvas_of, cut_holes, gold_length
from cobolsmith.models.tokenizer import CobolTokenizer
from cobolsmith.models.windows import PackedCorpus
from cobolsmith.words import words_of

NOTHING = NearCounts([], [], 100)


def test_the_fivegram_backs_off_to_what_it_knows() -> None:
    stream = np.array([1, 2, 3, 4, 5, 9, 2, 3, 4, 6, 9, 2, 3, 4, 6])
    gram = FiveGram([stream])
    assert gram.guess([1, 2, 3, 4], NOTHING, frozenset()) == 5
    assert gram.guess([9, 2, 3, 4], NOTHING, frozenset()) == 6
    assert gram.guess([7, 7, 7, 9], NOTHING, frozenset()) == 2
    assert gram.guess([7, 7], NOTHING, frozenset()) == gram.unigram


def test_the_fivegram_repeats_what_stands_near_by_and_only_names_in_scope() -> None:
    gram = FiveGram([np.array([1, 2, 1, 2, 1, 150, 1, 150, 1, 150])])
    near = NearCounts([8, 1, 3, 0, 4], [False, False, False, True, False], 100)
    assert gram.guess([8, 1], near, frozenset()) == 3
    assert gram.guess([1], NOTHING, frozenset()) == 2
    assert gram.guess([1], NOTHING, frozenset({150})) == 150
    assert near.after((0,)) == {}


def test_a_programs_names_have_one_number_everywhere(packed: PackedCorpus) -> None:
    lexicon = Lexicon(packed.static_size)
    one, again = lexicon.program(packed, 0), lexicon.program(packed, 0)
    assert (one == again).all()
    names = packed.name_begins[1] - packed.name_begins[0]
    assert len(set(one[one >= packed.static_size].tolist())) == names
    gram = learnt(packed, range(2), lexicon)
    assert one[4] == gram.guess(one[:4].tolist(), NOTHING, frozenset(one.tolist()))


@pytest.mark.parametrize("task", TASKS)
def test_holes_are_cut_where_the_text_says(
    corpus: Path, tokenizer: CobolTokenizer, task: str
) -> None:
    cases = list(cut_holes(find_sources(corpus), task, 6, 0))
    assert cases
    assert cases == list(cut_holes(find_sources(corpus), task, 6, 0))
    for case in cases:
        words = [word.text for word in case.words]
        around = [*case.canvas.prefix, *case.gold, *case.canvas.suffix]
        assert words[case.begin : case.end] == list(case.gold)
        assert around == words[: len(around)]
        assert gold_length(tokenizer, case) >= 1
        for name in case.canvas.names:
            assert name.spelling in {*case.canvas.prefix, *case.canvas.suffix}
        if task == "line":
            assert not any(word.startswith("\n") for word in case.gold)
        if task == "statement":
            assert case.gold[0] not in (".", "END-READ")


def test_a_name_declared_in_the_hole_is_offered_bare(corpus: Path) -> None:
    origin = find_sources(corpus)[0]
    words = tuple(words_of(read_text(origin.path), origin.fixed))
    text = [word.text for word in words]
    at = text.index("WS-TOTAL")
    there, gone = (
        canvas_of(words, *span, "line") for span in ((at + 20, at + 23), (at - 1, at + 7))
    )
    assert Name("WS-TOTAL", "data", 5, "S9(9)V99", "COMP-3") in there.names
    assert Name("WS-TOTAL", "", 0, "", "") in gone.names


def test_words_right_counts_place_by_place(corpus: Path) -> None:
    case = next(cut_holes(find_sources(corpus), "line", 1, 0))
    assert words_right(case, case.gold) == 1.0
    assert words_right(case, ()) == 0.0
    assert words_right(case, ("no", *case.gold)) < 0.5


def test_evaluation_prints_the_benchs_figures(corpus: Path, infiller: DiffusionInfiller) -> None:
    figures = evaluate(infiller, corpus, task="line", holes=2, seed=0, steps=2)
    assert figures["holes"] == 2
    shares = [v for k, v in figures.items() if "share" in k or "accuracy" in k or "masked" in k]
    assert shares
    assert all(0.0 <= share <= 1.0 for share in shares)
    with pytest.raises(UsageError, match="unknown task"):
        evaluate(infiller, corpus, task="novel", holes=2, seed=0)


def test_a_statement_may_begin_with_any_verb(corpus: Path) -> None:
    cases = list(cut_holes(find_sources(corpus), "statement", 40, 0))
    assert {case.gold[0] for case in cases} <= set.intersection(
        *(set(case.canvas.first) for case in cases)
    )


def test_what_stood_in_a_hole_can_stand_there(corpus: Path) -> None:
    for case in cut_holes(find_sources(corpus), "statement", 6, 0):
        assert broken_in(case, case.gold) == frozenset()
        assert broken_in(case, ("IF",))
