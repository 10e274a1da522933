"""Holes cut from sources as the tool will meet them: words before and after, the names in scope
(those of the program that also stand outside the hole), drafts from like places, the gold words
taken out. A name declared in the hole is offered without what its declaration would tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from cobolsmith import source as sources
from cobolsmith import syntax
from cobolsmith.drafts import drafts, lines, paragraphs, statements
from cobolsmith.english import described
from cobolsmith.errors import UsageError
from cobolsmith.infill import Canvas, bounds, misfits
from cobolsmith.models.data import Origin, read_text, scan_names
from cobolsmith.models.faults import faulty
from cobolsmith.models.tokenizer import CobolTokenizer
from cobolsmith.reserved import VERBS
from cobolsmith.source import Source
from cobolsmith.words import AREA_A, Word, text_of, words_of

TASKS = ("line", "statement", "span", "paragraph", "repair", "describe")
"""`repair`: a statement with a fault planted is the draft; `describe`: a statement is asked for in
English."""
OFFERED = (3, 6, 10, 16, 24)
"""Numbers of masks offered when the length is not known."""
OFFERED_PARAGRAPH = (12, 24, 40, 56)
SCOPE = 96
LONGEST = 24
"""Words of the longest hole that is cut."""
LONGEST_PARAGRAPH = 56
DRAFTS = 3
CONTEXT = 400
"""Words handed over on either side; the model keeps what fits its window."""


RUNS: Mapping[str, Callable[[Sequence[str]], Iterator[tuple[int, int]]]] = {
    "line": lines,
    "statement": statements,
    "paragraph": paragraphs,
    "repair": statements,
    "describe": statements,
}
"""What is cut out, by task; a span begins and ends anywhere."""


@dataclass(frozen=True, slots=True)
class HoleCase:
    """A hole cut from a source: words [begin, end) are the gold; `words` carry their offsets."""

    origin: Origin
    words: tuple[Word, ...]
    begin: int
    end: int
    canvas: Canvas

    @property
    def gold(self) -> tuple[str, ...]:
        """The words that were there."""
        return tuple(word.text for word in self.words[self.begin : self.end])


def cut_holes(sources: Sequence[Origin], task: str, count: int, seed: int) -> Iterator[HoleCase]:
    """Cut holes, at most three a source, sources in random order until `count` are cut."""
    if task not in TASKS:
        raise UsageError(f"unknown task {task}", remedy=f"one of {', '.join(TASKS)}")
    random = np.random.default_rng((seed, TASKS.index(task)))
    done = 0
    for at in random.permutation(len(sources)):
        words = tuple(words_of(read_text(sources[at].path), sources[at].fixed))
        spans = list(_spans(words, task, random))
        for place in random.permutation(len(spans))[:3]:
            begin, end = spans[place]
            canvas = canvas_of(words, begin, end, task)
            gold = [word.text for word in words[begin:end]]
            if task == "describe":
                canvas = replace(canvas, spec=described(gold, random))
            elif task == "repair":
                canvas = replace(canvas, drafts=(faulty(gold, random),), likeness=())
            yield HoleCase(sources[at], words, begin, end, canvas)
            done += 1
            if done == count:
                return


def _spans(
    words: Sequence[Word], task: str, random: np.random.Generator
) -> Iterator[tuple[int, int]]:
    """Candidate holes [begin, end): whole lines, statements of the PROCEDURE DIVISION, or runs."""
    text = [word.text for word in words]
    if task in RUNS:
        found = list(RUNS[task](text))
    else:
        sizes = random.integers(2, 13, max(0, len(text) - 12))
        found = [(at, at + int(size)) for at, size in enumerate(sizes)]
    longest = LONGEST_PARAGRAPH if task == "paragraph" else LONGEST
    yield from (span for span in found if 2 <= span[1] - span[0] <= longest)


def canvas_of(words: Sequence[Word], begin: int, end: int, task: str) -> Canvas:
    """The canvas of a hole: names by nearness of their nearest use outside the hole, and drafts
    from like places."""
    text = [word.text for word in words]
    runs = RUNS.get(task, statements)(text)
    names, places = scan_names(text)
    nearest: dict[str, int] = {}
    for at, word in enumerate(text):
        if not begin <= at < end:
            away = begin - at if at < begin else at - end
            nearest[word] = min(away, nearest.get(word, away))
    scope = []
    for name, place in zip(names, places, strict=True):
        if name.spelling in nearest:
            hidden = replace(name, kind="", level=0, picture="", usage="")
            scope.append(hidden if begin <= place < end else name)
    scope.sort(key=lambda name: (nearest[name.spelling], name.spelling))
    alike = drafts(text, (begin, end), runs, frozenset(nearest), DRAFTS)
    whole = task in ("statement", "repair", "describe")
    first, never = (VERBS, bounds("statement")[1]) if whole else bounds(task)
    return Canvas(
        tuple(text[max(0, begin - CONTEXT) : begin]),
        tuple(text[end : end + CONTEXT]),
        tuple(scope[:SCOPE]),
        OFFERED_PARAGRAPH if task == "paragraph" else OFFERED,
        tuple(draft.words for draft in alike),
        first=first,
        never=never,
        likeness=tuple(draft.likeness for draft in alike),
    )


def gold_length(tokenizer: CobolTokenizer, case: HoleCase) -> int:
    """Tokens of the gold words under the canvas's table of names."""
    return len(tokenizer.encode(case.gold, {name.spelling: 0 for name in case.canvas.names}))


def with_known_length(tokenizer: CobolTokenizer, case: HoleCase) -> HoleCase:
    """The case with the right number of masks offered."""
    return replace(case, canvas=replace(case.canvas, lengths=(gold_length(tokenizer, case),)))


LAST = 72
"""Last column of code in fixed format; what stands beyond is cut, or a fill would push it in."""


def with_words(case: HoleCase, words: tuple[str, ...]) -> tuple[str, int, int]:
    """The source with other words in the hole, and where in it they begin and end.

    What would pass column 72 is broken on either side of them.
    """
    text = read_text(case.origin.path)
    begin, end = case.words[case.begin].start, case.words[case.end - 1].end
    if not case.origin.fixed:
        body = text_of(words)
        return text[:begin] + body + text[end:], begin, begin + len(body)
    body = text_of(words).replace("\n", "\n" + " " * AREA_A)
    start, stop = text.rfind("\n", 0, end) + 1, text.find("\n", end)
    tail = text[end : start + LAST].split("\n")[0].rstrip() if end < start + LAST else ""
    rest = text[stop:] if stop >= 0 else "\n"
    column = begin - (text.rfind("\n", 0, begin) + 1)
    next_line = "\n" + " " * 11
    if column + len(body.split("\n")[0]) + len(tail) > LAST:
        begin += len(next_line)
        return (
            text[: begin - len(next_line)] + next_line + body + next_line + tail + rest,
            begin,
            (begin + len(body)),
        )
    return text[:begin] + body + tail + rest, begin, begin + len(body)


def source_of(case: HoleCase, text: str) -> Source:
    """A source of a text, in the format that the hole was cut in."""
    form = "fixed" if case.origin.fixed else "free"
    return sources.from_bytes(text.encode(), case.origin.path, encoding="utf-8", format=form)


def broken_in(case: HoleCase, words: tuple[str, ...]) -> frozenset[int]:
    """The indexes of a fill's words that can't stand in the hole; see `infill.misfits`."""
    text, begin, end = with_words(case, words)
    form = "fixed" if case.origin.fixed else "free"
    view, start = source_of(case, text).view, len(text[:begin].encode())
    return misfits(view, form, start, text[begin:end], words, broken_around(case))


@cache
def broken_around(case: HoleCase) -> int:
    """Number of places of the case's source, as it is, that don't parse."""
    source = source_of(case, read_text(case.origin.path))
    return len(syntax.parse(source.view, source.format).errors())
