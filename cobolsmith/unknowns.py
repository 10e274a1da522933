"""Statements that no table knows: the model writes them, and runs decide.

Each is a hole in its paragraph's method, with the paragraph and the statement in COBOL before it,
the data items that they name, and what is translated of the method around it. What the model writes
stands only if it names nothing but what is there, the whole program leaves what its COBOL leaves,
and some run executes the statement; else the program is refused as it is without a model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice, product

from cobolsmith import models
from cobolsmith.codewords import code_text, code_words
from cobolsmith.errors import LongHoleError
from cobolsmith.idiomatic import FILLS, STEPS, Asked, Translation, breaks, is_known, spelt
from cobolsmith.infill import AFTER, BEFORE, Canvas, in_scope
from cobolsmith.lowered import RefusedError, Unknown
from cobolsmith.pairs import Method
from cobolsmith.plan import Hole
from cobolsmith.targets import TARGETS
from cobolsmith.targets.methods import hole_at, spoken_names
from cobolsmith.words import words_of

MOST, TRIES = 3, 6
"""Unknown statements of a program that the model is asked for, and fillings that are proven."""
LENGTHS = (4, 8, 12, 20, 30)
"""Masks tried."""
PARAGRAPH, STATEMENT = 70, 40
"""Words of COBOL before a hole: of its paragraph, and of the statement."""


def fillings(of: Translation, unknown: Sequence[Unknown], asked: Asked) -> list[dict[int, str]]:
    """What may stand for the unknown statements, by their numbers, likeliest first: all of them
    filled, each with lines of code."""
    if len(unknown) > MOST:
        return []
    each = [_fills(of, one, asked) for one in unknown]
    ranks = sorted(product(*(range(len(one)) for one in each)), key=sum)
    return [
        {one.number: made[at] for one, made, at in zip(unknown, each, rank, strict=True)}
        for rank in islice(ranks, TRIES)
    ]


def filled(files: Mapping[str, bytes], name: str, fills: Mapping[int, str]) -> dict[str, bytes]:
    """The files with code in the place of the unknown statements of one of them."""
    text = files[name].decode("utf-8")
    for number, code in fills.items():
        begin, end = hole_at(text, number)
        text = text[:begin] + code + text[end:]
    return {**files, name: text.encode("utf-8")}


def refusal(one: Unknown, told: str = "") -> RefusedError:
    """The refusal of an unknown statement; `told`: what came of asking the model."""
    what = f"{one.what}; {told}" if told else one.what
    return RefusedError(what, where=one.where, remedy="rewrite it, or leave this program in COBOL")


def _fills(of: Translation, one: Unknown, asked: Asked) -> list[str]:
    board, indent = canvas(of, one)
    try:
        found = models.load(asked.model).fill(board, seed=asked.seed, steps=STEPS, candidates=FILLS)
    except LongHoleError:
        return []
    begun = (each.words if breaks(each.words) else (indent, *each.words) for each in found)
    known = (words for words in dict.fromkeys(begun) if is_known(of, words))
    return [code_text(words, spelt(of)).strip("\n") + "\n" for words in known]


def canvas(of: Translation, one: Unknown) -> tuple[Canvas, str]:
    """What the model is shown for an unknown statement, and the line break before it."""
    begin, end = hole_at(of.text, one.number)
    meant = spoken_names(of.lowered, TARGETS[of.target].named(of.lowered))
    inside = (each for each in of.methods if each.span[0] <= begin < each.span[1])
    method = next(inside, Method("", (), (), (), (begin, end)))
    fixed = of.program.source.format != "free"
    margin = " " * 11 if fixed else ""
    cobol = [word.text for word in words_of(margin + one.cobol, fixed)]
    before = code_words(of.text[method.span[0] : begin], meant)
    behind = code_words(of.text[end : end + 20 * AFTER], meant)[:AFTER]
    about = (*method.cobol[-PARAGRAPH:], *cobol[:STATEMENT], *method.header)
    head = (*about, *before[max(0, len(before) - (BEFORE - len(about))) :])
    names = in_scope(of.program, Hole("text"), {*head, *behind})
    line = of.text[begin:end]
    indent = "\n" + " " * (len(line) - len(line.lstrip()))
    return Canvas(head[-BEFORE:], tuple(behind), names, LENGTHS, (), cobol=False), indent
