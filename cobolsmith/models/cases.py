"""Cases: stretches of packed programs with the sentence that asks for them.

Beside the bare programs, a model learns from *cases*: a run of a program's tokens, and a spec in
front of the row that says what belongs there (see `noise.specified`). Two kinds come from sources:

- `comments`: a full-line comment and the statements it stands above;
- `repair`: a statement, and for a spec what the compiler says of the program with a fault planted
  in that statement, followed by the faulty words.

A third, English made from the statements themselves, needs no storage: `english.described` makes
it anew for every row.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cobolsmith.drafts import lines, statements
from cobolsmith.english import repair_spec, sentence_words
from cobolsmith.errors import ModelError
from cobolsmith.models.data import Packed, read_text
from cobolsmith.models.faults import faulty
from cobolsmith.models.tokenizer import CobolTokenizer
from cobolsmith.words import Word, text_of, words_of

KINDS = ("comments", "repair")
LONGEST_SPEC = 44
LONGEST_CASE = 64
"""Tokens of the longest run."""
LONGEST_RUN = 4
"""Statements a comment is taken to speak of, at most."""
Diagnose = Callable[[Path, bool, str], Sequence[tuple[int, str]]]
"""(path, whether in fixed format, text) -> (line, message) of what a compiler refuses; none for
good code."""


@dataclass(frozen=True, slots=True)
class Case:
    """`program`: its row in the pack; tokens [begin, end) of it; `spec`: ids as in the pack, names
    being `static_size + number in the program`."""

    program: int
    begin: int
    end: int
    spec: tuple[int, ...]
    kind: str


class Cases:
    """Cases on disk, as arrays: a row of `places` [cases, 4] is program, begin, end, kind."""

    def __init__(self, path: Path) -> None:
        try:
            arrays = dict(np.load(path))
        except (OSError, ValueError) as error:
            raise ModelError("packed cases can't be read", where=str(path)) from error
        self.places = arrays["places"].astype(np.int64)
        self.specs = arrays["specs"].astype(np.int64)
        self.spec_begins = arrays["spec_begins"]

    def __len__(self) -> int:
        return len(self.places)

    def pick(self, random: np.random.Generator) -> int:
        """A random case; each kind that there is comes up as often as another."""
        kinds = self.places[:, 3]
        kind = random.choice(np.unique(kinds))
        return int(random.choice(np.flatnonzero(kinds == kind)))

    def counts(self) -> dict[str, int]:
        """How many there are of each kind."""
        return {kind: int((self.places[:, 3] == at).sum()) for at, kind in enumerate(KINDS)}

    def at(self, number: int) -> Case:
        """One case."""
        program, begin, end, kind = self.places[number]
        spec = self.specs[self.spec_begins[number] : self.spec_begins[number + 1]]
        return Case(int(program), int(begin), int(end), tuple(spec.tolist()), KINDS[kind])


def cases_at(path: Path) -> Cases | None:
    """The cases of a file; none if there is no such file, or none in it."""
    found = Cases(path) if path.is_file() else None
    return found if found else None


def save_cases(path: Path, cases: Sequence[Case]) -> None:
    """Write cases as one .npz, specs as uint16."""
    places = [(one.program, one.begin, one.end, KINDS.index(one.kind)) for one in cases]
    lengths = [len(one.spec) for one in cases]
    np.savez(
        path,
        places=np.asarray(places, np.int64).reshape(-1, 4),
        specs=np.asarray([token for one in cases for token in one.spec], np.uint16),
        spec_begins=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
    )


# --- Comments -------------------------------------------------------------------------------------

_COMMENT = re.compile(r"[A-Za-z]{2,}")


def comment_cases(packed: Sequence[Packed], tokenizer: CobolTokenizer) -> Iterator[Case]:
    """Comments of at least three plain words, and the statements that follow up to a blank line,
    another comment or a paragraph's end."""
    for row, program in enumerate(packed):
        cut = _Cut(row, program, tokenizer)
        runs = list(statements(cut.plain))
        for said, span in commented(cut.text, cut.words, runs, program.origin.fixed):
            if case := cut.case(span, sentence_words(said), "comments"):
                yield case


def commented(
    text: str, words: Sequence[Word], runs: Sequence[tuple[int, int]], fixed: bool
) -> Iterator[tuple[str, tuple[int, int]]]:
    """A comment, and the words [begin, end) of what it stands above."""
    starts = [words[begin].start for begin, _ in runs]
    for comment, end, stop in _comments(text, fixed):
        first = bisect_left(starts, end)
        last = first
        while last < len(runs) and words[runs[last][1] - 1].end <= stop:
            last += 1
        last = min(last, first + LONGEST_RUN)
        if last > first and not text[end : starts[first]].strip(" \n\r0123456789"):
            yield comment, (runs[first][0], runs[last - 1][1])


def _comments(text: str, fixed: bool) -> Iterator[tuple[str, int, int]]:
    """Each run of comment lines: what it says, where it ends, where what it speaks of ends."""
    block: list[str] = []
    at, found = 0, []
    for line in text.splitlines(keepends=True):
        said = _said(line, fixed)
        if said is None and block:
            found.append((" ".join(block), at, bool(line.strip())))
            block = []
        if said is not None:
            block.append(said)
            found.append(("", at, False))
        elif not line.strip():
            found.append(("", at, False))
        at += len(line)
    found.append(("", at, False))
    for (said, place, _), (_, stop, _) in itertools.pairwise(found):
        if len(_COMMENT.findall(said)) >= 3:
            yield said, place, stop


def _said(line: str, fixed: bool) -> str | None:
    """What a comment line says; none for a line of code."""
    if fixed and line[6:7] in ("*", "/"):
        return line[7:72].strip(" *-=#\r\n")
    return line.strip()[2:].strip(" *-=#\r\n") if line.lstrip().startswith("*>") else None


# --- Repair ---------------------------------------------------------------------------------------


def repair_cases(
    packed: Sequence[Packed],
    tokenizer: CobolTokenizer,
    diagnose: Diagnose,
    *,
    most: int,
    seed: int = 0,
) -> Iterator[Case]:
    """Statements with a fault planted that the compiler refuses on their lines, up to `most`.

    Only programs that the compiler accepts as they are give cases; three at most each.
    """
    random = np.random.default_rng((seed, 4))
    done = 0
    for row in random.permutation(len(packed)):
        program = packed[row]
        for case in _repairs_of(int(row), program, tokenizer, diagnose, random):
            yield case
            done += 1
            if done == most:
                return


def _repairs_of(
    row: int,
    program: Packed,
    tokenizer: CobolTokenizer,
    diagnose: Diagnose,
    random: np.random.Generator,
) -> Iterator[Case]:
    cut, origin = _Cut(row, program, tokenizer), program.origin
    whole = set(lines(cut.plain))
    runs = [run for run in statements(cut.plain) if run in whole]
    if not runs or diagnose(origin.path, origin.fixed, cut.text):
        return
    for at in random.permutation(len(runs))[:3]:
        begin, end = runs[at]
        bad = faulty(cut.plain[begin:end], random)
        start, stop = cut.words[begin].start, cut.words[end - 1].end
        broken = cut.text[:start] + text_of(bad) + cut.text[stop:]
        line = cut.text.count("\n", 0, start) + 1
        found = diagnose(origin.path, origin.fixed, broken)
        near = [message for place, message in found if abs(place - line) <= 1]
        case = cut.case((begin, end), repair_spec(near[0], bad), "repair") if near else None
        if case:
            yield case


class _Cut:
    """A packed program's text cut into words again, and where their tokens begin."""

    def __init__(self, row: int, program: Packed, tokenizer: CobolTokenizer) -> None:
        self.row, self.program, self.tokenizer = row, program, tokenizer
        self.text = read_text(program.origin.path)
        self.words = tuple(words_of(self.text, program.origin.fixed))
        self.plain = [word.text for word in self.words]
        self.slots = {name.spelling: number for number, name in enumerate(program.names)}
        lengths = [len(tokenizer.encode((word,), self.slots)) for word in self.plain]
        self.begins = np.concatenate([[0], np.cumsum(lengths)])

    def case(self, span: tuple[int, int], spec: Sequence[str], kind: str) -> Case | None:
        """The case of words [begin, end); none where it is too long."""
        begin, end = int(self.begins[span[0]]), int(self.begins[span[1]])
        if not 0 < end - begin <= LONGEST_CASE:
            return None
        ids = self.tokenizer.encode(spec, self.slots)[:LONGEST_SPEC]
        return Case(self.row, begin, end, tuple(ids), kind)
