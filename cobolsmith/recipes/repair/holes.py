"""What no rule is certain of: the token, then the statement under the fault, left to the model."""

from __future__ import annotations

from collections.abc import Iterator

from cobolsmith.words import text_of
from cobolsmith.plan import Hole, Plan
from cobolsmith.recipes.repair.connectives import statement
from cobolsmith.recipes.repair.fault import CLOSERS, VERBS, Fault, is_word, plan
from cobolsmith.source import Span


def token_holes(fault: Fault) -> Iterator[Plan]:
    """A hole for each word of the fault's line, and one between each two of them."""
    indexes = fault.near(before=0)
    for order, index in enumerate(indexes):
        word = fault.words[index]
        hole = Hole("text", lengths=(1,), diagnostics=fault.said())
        if is_word(word.text) and word.text not in VERBS | CLOSERS:
            title = f"another word for {word.text} on line {fault.first.line}"
            yield plan(fault, title, [(Span(word.start, word.end), (hole,))], 2.4 + 0.05 * order)
        title = f"a word before {word.text} on line {fault.first.line}"
        yield plan(fault, title, [(Span(word.start, word.start), (hole, " "))], 2.4 + 0.05 * order)


def statement_hole(fault: Fault) -> Iterator[Plan]:
    """The statement under the fault, from itself and from the most similar statement as drafts."""
    indexes = statement(fault)
    if not indexes:
        return
    words = [fault.words[index] for index in indexes]
    texts = [word.text for word in words]
    verb = texts[0]
    drafts = (text_of(texts), *similar(fault, verb, texts))
    hole = Hole(
        f"{verb.lower()}_statement",
        lengths=(len(texts), len(texts) + 1),
        drafts=drafts,
        diagnostics=fault.said(),
    )
    span = Span(words[0].start, words[-1].end)
    yield plan(
        fault,
        f"the {verb} statement of line {fault.line_of(words[0])} anew",
        [(span, (hole,))],
        3.0,
    )


def similar(fault: Fault, verb: str, texts: list[str], most: int = 2) -> list[str]:
    """The statements with the same verb that share most words with this one."""
    found: list[tuple[int, list[str]]] = []
    start: int | None = None
    for index, word in enumerate(fault.words):
        ends = word.text == "." or word.text in VERBS
        if ends and start is not None:
            run = [w.text for w in fault.words[start:index] if not w.text.startswith("\n")]
            if run != texts and len(run) <= len(texts) + 4:
                found.append((len(set(run) & set(texts)), run))
            start = None
        if word.text == verb:
            start = index
    found.sort(key=lambda pair: -pair[0])
    return [text_of(run) for _, run in found[:most]]
