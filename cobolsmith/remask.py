"""A fill that a check refused: the words under the diagnostic become holes again.

Three rounds, each wider: the words the diagnostic points at, their statement, their paragraph. What
was refused is not offered again. Words outside the round's reach keep their bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from cobolsmith import syntax
from cobolsmith.infill import Candidate
from cobolsmith.plan import Edit, Hole, Plan
from cobolsmith.program import Program
from cobolsmith.reserved import SCOPE_TERMINATORS, VERBS
from cobolsmith.source import Source, Span
from cobolsmith.verify import Diagnostic
from cobolsmith.words import Word, text_of, words_of

ROUNDS = ("token", "statement", "paragraph")
KEPT = {"statement": 0.5, "paragraph": 0.9}
"""The share of the words in reach that must stay."""
MOST = 120
"""Words of a paragraph that are denoised anew at once, those nearest to the fill."""
SCOPE_ENDS = SCOPE_TERMINATORS | {"ELSE", "WHEN", "."}
_QUOTED = re.compile(r"'([^']+)'|(?:unexpected|unknown statement) '?([A-Z][A-Z0-9-]*)")


def remasked(
    program: Program, candidate: Candidate, state: Source, left: Sequence[Diagnostic], reach: str
) -> Plan | None:
    """The candidate's plan with the words under the diagnostics masked again, as far as `reach`.

    `program` is what the candidate was made for, `state` its source after the candidate, `left`
    what is still wrong there. None where no diagnostic lies in what was filled (a token round), or
    the candidate has more than one edit.
    """
    if len(candidate.pieces) != 1 or not candidate.plan.holes or reach not in ROUNDS:
        return None
    path, span, text = candidate.pieces[0]
    old, new = code_words(program.source), code_words(state)
    first = sum(word.end <= span.start for word in old)
    last = len(new) - sum(word.start >= span.end for word in old)
    if not 0 <= first < last <= len(new):
        return None
    said = tuple(str(one) for one in left[:1])
    title = f"{candidate.plan.title}, the {reach} under the diagnostic anew"
    made = replace(candidate.plan, title=title, reasons=(*candidate.plan.reasons, *said))
    if reach == "token":
        new_parts = token_parts(state, new[first:last], left, text, said)
        return replace(made, edits=(Edit(path, span, new_parts),)) if new_parts else None
    if reach == "statement":
        around = statement_around(new, first, last)
    else:
        around = paragraph_around(state, new, first, last)
    if around is None:
        return None
    begin, end = around
    whole = Span(old[begin].start, old[len(old) - (len(new) - end) - 1].end)
    words = [word.text for word in new[begin:end]]
    text = text_of(words)
    lengths = (len(words), len(words) + 1) if reach == "statement" else ()
    kind = f"{words[0].lower()}_statement" if reach == "statement" else "text"
    hole = Hole(kind, lengths, (text,), diagnostics=said, refused=(text,), kept=KEPT[reach])
    return replace(made, edits=(Edit(path, whole, (hole,)),))


def code_words(source: Source) -> list[Word]:
    """The words of a source without its line breaks."""
    view = source.view.decode("ascii")
    return [w for w in words_of(view, source.format != "free") if not w.text.startswith("\n")]


def token_parts(
    state: Source,
    words: Sequence[Word],
    left: Sequence[Diagnostic],
    text: str,
    said: tuple[str, ...],
) -> tuple[str | Hole, ...]:
    """The filled words with holes where a diagnostic points; empty where none does."""
    marked = [any(points_at(one, state, word, words) for one in left) for word in words]
    if not any(marked):
        return ()
    parts: list[str | Hole] = []
    tail = " " if text.endswith(" ") else ""
    for begin, end, bad in runs(marked):
        kept = text_of([word.text for word in words[begin:end]])
        if bad:
            lengths = (end - begin,) if end - begin == 1 else (end - begin, end - begin + 1)
            parts.append(Hole("text", lengths, diagnostics=said, refused=(kept,)))
        else:
            parts.append(kept)
        parts.append(" ")
    return (*parts[:-1], tail) if tail else tuple(parts[:-1])


def runs(marked: Sequence[bool]) -> Iterator[tuple[int, int, bool]]:
    """Maximal runs [begin, end) of equal marks."""
    begin = 0
    for at in range(1, len(marked) + 1):
        if at == len(marked) or marked[at] != marked[begin]:
            yield begin, at, marked[begin]
            begin = at


def points_at(one: Diagnostic, state: Source, word: Word, words: Sequence[Word]) -> bool:
    """Whether a diagnostic is about this word: its span covers it, or it stands on its line and
    is quoted by the message (or nothing of the line among `words` is)."""
    if one.span is not None:
        return word.start < one.span.end and one.span.start < word.end
    if state.line_column(word.start)[0] != one.line:
        return False
    quoted = {name.upper() for pair in _QUOTED.findall(one.message) for name in pair if name}
    beside = {other.text for other in words if state.line_column(other.start)[0] == one.line}
    return word.text in quoted or not quoted & beside


def statement_around(words: Sequence[Word], first: int, last: int) -> tuple[int, int] | None:
    """Words [begin, end) of the statement that holds words [first, last), up to a phrase of its own
    or the end of its sentence; None where no verb stands before them."""
    begin = last - 1
    while begin >= 0 and words[begin].text not in VERBS:
        if words[begin].text == "." and begin < first:
            return None
        begin -= 1
    end = max(last, begin + 1)
    while end < len(words) and words[end].text not in VERBS | SCOPE_ENDS:
        end += 1
    return (min(begin, first), end) if begin >= 0 else None


def paragraph_around(
    state: Source, words: Sequence[Word], first: int, last: int
) -> tuple[int, int] | None:
    """Words [begin, end) of the paragraph around words [first, last), at most `MOST` of them;
    None where the tree knows no paragraph there."""
    tree = syntax.parse(state.view, state.format)
    node = tree.root.descendant_for_byte_range(words[first].start, words[last - 1].end)
    while node is not None and node.type != "paragraph":
        node = node.parent
    if node is None:
        return None
    begin = next(at for at, word in enumerate(words) if word.start >= node.start_byte)
    end = sum(word.start < node.end_byte for word in words)
    room = max(0, MOST - (last - first)) // 2
    return max(begin, first - room), min(max(end, last), last + room)
