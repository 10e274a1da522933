"""What no rule is certain of: the token, then the statement under the fault, left to the model."""

from __future__ import annotations

from collections.abc import Iterator

from cobolsmith.plan import Hole, Plan
from cobolsmith.recipes.repair.connectives import statements_at
from cobolsmith.recipes.repair.fault import CLOSERS, UNEXPECTED, VERBS, Fault, is_word, plan
from cobolsmith.source import Span
from cobolsmith.words import text_of


def lost_operand(fault: Fault) -> Iterator[Plan]:
    """An operand before the word that came too early, from statements built the same way.

    `MOVE BC-HOLDER TO WL-HOLDER` above `MOVE TO WL-BALANCE` suggests BC-BALANCE.
    """
    unexpected = UNEXPECTED.search(fault.first.message)
    indexes = next(iter(statements_at(fault)), [])
    texts = [fault.words[index].text for index in indexes]
    for place, index in enumerate(indexes):
        word = fault.words[index]
        if place == 0 or unexpected is None or word.text != unexpected[1]:
            continue
        drafts = tuple(dict.fromkeys(by_role(fault, texts, place)))[:4]
        hole = Hole("text", lengths=(1, 2), drafts=drafts, diagnostics=fault.said())
        title = f"the operand lost before {word.text} on line {fault.line_of(word)}"
        why = (
            f"like statements suggest {', '.join(drafts)}" if drafts else "no statement is like it"
        )
        new = (hole, " ")
        yield plan(fault, title, [(Span(word.start, word.start), new)], 0.8, why)


def by_role(fault: Fault, texts: list[str], gap: int) -> Iterator[str]:
    """What stands at the gap in statements of the same build, its name parts exchanged as the
    names beside it differ, where that makes a name that exists."""
    for other in statements(fault, texts[0]):
        if len(other) != len(texts) + 1:
            continue
        beside = other[:gap] + other[gap + 1 :]
        parts = exchanged(beside, texts)
        if parts is None:
            continue
        made = "-".join(parts.get(part, part) for part in other[gap].split("-"))
        if made in fault.known and made not in texts:
            yield made


def exchanged(old: list[str], new: list[str]) -> dict[str, str] | None:
    """How the parts of names differ between two statements of equal length; None where the
    statements differ in more than names."""
    parts: dict[str, str] = {}
    for a, b in zip(old, new, strict=True):
        if a == b:
            continue
        left, right = a.split("-"), b.split("-")
        if not (is_word(a) and is_word(b)) or len(left) != len(right):
            return None
        parts |= {x: y for x, y in zip(left, right, strict=True) if x != y}
    return parts


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
    """The statements at the fault, each from itself and from the most similar ones as drafts."""
    for rank, indexes in enumerate(statements_at(fault)):
        words = [fault.words[index] for index in indexes]
        texts = [word.text for word in words]
        hole = Hole(
            f"{texts[0].lower()}_statement",
            lengths=(len(texts), len(texts) + 1),
            drafts=(text_of(texts), *similar(fault, texts[0], texts)),
            diagnostics=fault.said(),
        )
        title = f"the {texts[0]} statement of line {fault.line_of(words[0])} anew"
        span = Span(words[0].start, words[-1].end)
        yield plan(fault, title, [(span, (hole,))], 3.0 + 0.1 * rank)


def similar(fault: Fault, verb: str, texts: list[str], most: int = 2) -> list[str]:
    """The statements with the same verb that share most words with this one."""
    runs = [run for run in statements(fault, verb) if run != texts and len(run) <= len(texts) + 4]
    runs.sort(key=lambda run: -len(set(run) & set(texts)))
    return [text_of(run) for run in runs[:most]]


def statements(fault: Fault, verb: str) -> list[list[str]]:
    """The words of every statement of the program that begins with this verb."""
    found: list[list[str]] = []
    start: int | None = None
    for index, word in enumerate(fault.words):
        if start is not None and (word.text == "." or word.text in VERBS | CLOSERS):
            run = fault.words[start:index]
            found.append([w.text for w in run if not w.text.startswith("\n")])
            start = None
        if word.text == verb:
            start = index
    return found
