"""What the repair rules look at: one fault, the words around it, the names that exist."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cobolsmith.estate import Estate
from cobolsmith.plan import Edit, Hole, Plan
from cobolsmith.program import Program
from cobolsmith.source import Source, Span
from cobolsmith.verify import Diagnostic
from cobolsmith.words import Word, text_area

UNDEFINED = re.compile(
    r"'([^']+)' (?:is not (?:defined|declared)|cannot be used here)|unknown statement '([^']+)'"
)
UNEXPECTED = re.compile(r"unexpected ([A-Z][A-Z-]*)")
EXPECTING = re.compile(r"expecting ([A-Z][A-Z-]*)(?: or ([A-Z][A-Z-]*))?")
VERBS = frozenset(
    "ACCEPT ADD ALTER CALL CANCEL CLOSE COMPUTE CONTINUE DELETE DISPLAY DIVIDE EVALUATE EXEC EXIT "
    "GENERATE GO GOBACK IF INITIALIZE INITIATE INSPECT MERGE MOVE MULTIPLY OPEN PERFORM READ "
    "RELEASE RETURN REWRITE SEARCH SET SORT START STOP STRING SUBTRACT TERMINATE UNSTRING "
    "WRITE".split()
)
CLOSERS = frozenset({"ELSE", "WHEN"}) | frozenset(f"END-{verb}" for verb in VERBS)


@dataclass(frozen=True, slots=True)
class Fault:
    """The first of the diagnostics, and what a rule needs to mend it.

    `words` are all words of the view in order (line breaks are words); `known` is the kind of each
    user-defined name; `reserved` are the words that can't be names.
    """

    program: Program
    estate: Estate
    words: tuple[Word, ...] = field(repr=False)
    known: Mapping[str, str] = field(repr=False)
    reserved: frozenset[str] = field(repr=False)
    diagnostics: tuple[Diagnostic, ...]

    @property
    def first(self) -> Diagnostic:
        """The diagnostic worked on."""
        return self.diagnostics[0]

    @property
    def source(self) -> Source:
        """The file under repair."""
        return self.program.source

    @property
    def path(self) -> Path:
        """Its path."""
        return self.program.source.path

    def line_of(self, word: Word) -> int:
        """The 1-based line of a word."""
        return self.source.line_column(word.start)[0]

    def near(self, before: int = 1, after: int = 0) -> list[int]:
        """Indexes of the words from `before` lines above a place of the fault to `after` below.

        Lines without code don't count.
        """
        lines = lines_with_code(self.source, self.words)
        chosen: set[int] = set()
        for place in self.places:
            at = next((i for i, (line, _) in enumerate(lines) if line >= place), len(lines) - 1)
            chosen |= set(range(max(0, at - before), min(len(lines), at + after + 1)))
        return [index for i in sorted(chosen) for index in lines[i][1]]

    @property
    def places(self) -> tuple[int, ...]:
        """The lines to look at: the first diagnostic's, then where the first parse problem begins
        and ends. The compiler is right about what is wrong, the parser about where."""
        lines = [self.first.line]
        span = next((found.span for found in self.diagnostics if found.span), None)
        if span is not None:
            lines += [self.source.line_column(at)[0] for at in (span.start, max(*span) - 1)]
        return tuple(dict.fromkeys(lines))

    def uses(self, name: str) -> int:
        """How often a word stands in the file."""
        return sum(word.text == name for word in self.words)

    def said(self) -> tuple[str, ...]:
        """The diagnostics as text, for a plan's reasons and a hole's context."""
        return (str(self.first),)


@functools.lru_cache(maxsize=8)
def lines_with_code(source: Source, words: tuple[Word, ...]) -> list[tuple[int, tuple[int, ...]]]:
    """Each line that has words, with the indexes of them (line breaks left out)."""
    lines: dict[int, list[int]] = {}
    for index, word in enumerate(words):
        if not word.text.startswith("\n"):
            lines.setdefault(source.line_column(word.start)[0], []).append(index)
    return [(line, tuple(indexes)) for line, indexes in sorted(lines.items())]


def plan(
    fault: Fault,
    title: str,
    pieces: Sequence[tuple[Span, tuple[str | Hole, ...]]],
    doubt: float,
    *reasons: str,
) -> Plan:
    """A plan over the fault's own file."""
    edits = tuple(Edit(fault.path, span, new) for span, new in pieces)
    return Plan(title, edits, (*fault.said(), *reasons), doubt)


def replaced(fault: Fault, word: Word, text: str, title: str, doubt: float, why: str) -> Plan:
    """A plan that writes `text` for a word, in the word's own case."""
    new = in_case(text, fault.source.text(word.start, word.end))
    return plan(fault, title, [(Span(word.start, word.end), (new,))], doubt, why)


def removed(fault: Fault, word: Word, title: str, doubt: float, why: str) -> Plan:
    """A plan that takes a word out, and its line with it where nothing else stands there."""
    start, end = fault.source.line_span(fault.line_of(word))
    line = fault.source.view[start:end]
    first, last = (0, 0) if fault.source.format == "free" else text_area(line.decode("ascii"))
    code = line[first:last] if fault.source.format == "fixed" else line[first:]
    if code.strip().upper() == word.text.encode("ascii", "replace"):
        return plan(fault, title, [(Span(start, end), ("",))], doubt, why)
    begin = word.start
    while begin > start + first and fault.source.view[begin - 1 : begin] == b" ":
        begin -= 1
    keep = "" if word.text in (".", ",") or end - word.end <= 1 else " "
    return plan(fault, title, [(Span(begin, word.end), (keep,))], doubt, why)


def inserted(fault: Fault, at: int, text: str, title: str, doubt: float, why: str) -> Plan:
    """A plan that puts text at a view offset."""
    return plan(fault, title, [(Span(at, at), (text,))], doubt, why)


def in_case(text: str, like: str) -> str:
    """`text` in lower or mixed case where what it replaces is."""
    if like.islower():
        return text.lower()
    return text.capitalize() if like.istitle() and "-" not in text else text


def is_word(text: str) -> bool:
    """Whether this is a COBOL word (a keyword or a name), not a number, literal or sign."""
    return bool(re.fullmatch(r"[A-Z0-9][A-Z0-9_-]*", text)) and not text.isdigit()


def distance(a: str, b: str, most: int = 2) -> int:
    """Edit distance with neighbours swapped counting one (Damerau), or most + 1 if farther."""
    if abs(len(a) - len(b)) > most:
        return most + 1
    older: list[int] = []
    old = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        row = [i]
        for j, right in enumerate(b, 1):
            cost = min(old[j] + 1, row[j - 1] + 1, old[j - 1] + (left != right))
            if i > 1 and j > 1 and left == b[j - 2] and a[i - 2] == right:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        older, old = old, row
    return min(old[-1], most + 1)


def nearest(word: str, known: Iterable[str], most: int = 2) -> list[tuple[int, str]]:
    """Known words at most `most` edits away, nearest first; words under 8 letters allow one."""
    most = min(most, 1 if len(word) < 8 else 2)
    found = ((distance(word, other, most), other) for other in known if other != word)
    return sorted((far, other) for far, other in found if far <= most)
