"""The canvas: code as words, with a hole to fill, and what a model hands back.

A canvas is words (see `words`) around a hole, and the names that may stand in it. Each name
carries its binding, so a model can treat it as one token that means what the program says it
means. What comes back is written in the layout of the source and must parse as the hole's kind.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cobolsmith import syntax
from cobolsmith.english import repair_spec, sentence_words
from cobolsmith.errors import LongHoleError
from cobolsmith.literals import pictures_of, unfit
from cobolsmith.plan import Edit, Hole, Plan
from cobolsmith.program import Program, item_kind
from cobolsmith.reserved import SCOPE_TERMINATORS, VERBS
from cobolsmith.source import Source, Span
from cobolsmith.words import AREA_A, line_words, state_after, text_of, words_of

MASK = "<mask>"


@dataclass(frozen=True, slots=True)
class Name:
    """A user-defined name in scope. `kind`: data, group, condition, index, paragraph, section,
    file, program, mnemonic or other; `level` 0 where there is none; `picture` and `usage` as
    written, empty where there is none."""

    spelling: str
    kind: str
    level: int
    picture: str
    usage: str


@dataclass(frozen=True, slots=True)
class Canvas:
    """What a model is given: the words around a hole, the names that may be used in it, and where
    to start from. `lengths`: how many masks to try; `drafts`: words to start from instead;
    `allowed`: per hole position the words that may stand there (empty: no restriction);
    `refused`: fills that were turned down before; `broken`: (words of a fill) -> the indexes of
    those that can't stand there; `first`: the words one of which begins a fill (empty: any);
    `never`: words that can't stand further on in it; `spec`: what the fill must do, in words;
    `likeness`: how like the hole's the place of each draft is (see `drafts.Draft`), if known;
    `cobol`: whether it is COBOL that is written, by the grammar of which words stand together."""

    prefix: tuple[str, ...]
    suffix: tuple[str, ...]
    names: tuple[Name, ...]
    lengths: tuple[int, ...]
    drafts: tuple[tuple[str, ...], ...]
    allowed: tuple[frozenset[str], ...] = ()
    refused: frozenset[tuple[str, ...]] = frozenset()
    broken: Callable[[tuple[str, ...]], frozenset[int]] | None = field(default=None, compare=False)
    first: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    spec: tuple[str, ...] = ()
    likeness: tuple[float, ...] = ()
    cobol: bool = True


@dataclass(frozen=True, slots=True)
class Fill:
    """Words for the hole. `score`: mean log-probability of the words the model committed, and what
    the likeness of a draft's place adds; `origin`: "masks:8" or "draft:1" (the start it came from).
    """

    words: tuple[str, ...]
    score: float
    origin: str


Watch = Callable[[int, tuple[str, ...]], None]
"""Called after each denoising step with the step and the canvas words (`MASK` where masked)."""


class Infiller(Protocol):
    """A model that fills holes."""

    name: str

    def fill(
        self, canvas: Canvas, *, seed: int, steps: int, candidates: int, watch: Watch | None = None
    ) -> tuple[Fill, ...]:
        """Return up to `candidates` fills, best first; the same seed gives the same fills."""
        ...


QUALITIES = {"quick": (2, 3), "normal": (4, 6), "thorough": (16, 16)}
"""How hard a model tries: denoising steps a hole at most, and fills it hands back. Four steps do
what sixteen do, in half the time (tests/bench/steps.py; figures in MODEL_CARD.md)."""


# --- From a plan to candidates --------------------------------------------------------------------

BEFORE, AFTER = 160, 96
"""Words of context a canvas takes on each side of a hole."""
SIMPLE_VERBS = frozenset(
    "ACCEPT ADD CALL CANCEL CLOSE COMPUTE CONTINUE DELETE DISPLAY DIVIDE EXIT GENERATE GO GOBACK "
    "INITIALIZE INITIATE INSPECT MOVE MULTIPLY OPEN PERFORM READ RELEASE RETURN REWRITE SET SORT "
    "START STOP STRING SUBTRACT TERMINATE UNSTRING WRITE".split()
)
"""Verbs of statements that a model writes whole; the statements of their phrases are its own."""
MARGIN = 72
"""The last column of program text in fixed format."""
NEXT_LINE = b"\n" + b" " * 11
NAMES = 128
"""Names in scope a canvas carries."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A plan whose holes are filled: the replacements, the model's score, where the fills began."""

    plan: Plan
    pieces: tuple[tuple[Path, Span, str], ...]
    score: float = 0.0
    origin: str = "rule"

    def pieces_of(self, path: Path) -> list[tuple[Span, str]]:
        """The replacements in one file."""
        return [(span, text) for place, span, text in self.pieces if place == path]


def candidates(
    program: Program,
    plan: Plan,
    model: Callable[[], Infiller] | None,
    *,
    seed: int,
    steps: int,
    most: int = 6,
    watch: Watch | None = None,
) -> Iterator[Candidate]:
    """The plan with its holes filled, best first; the plan itself where it has none.

    `model` is asked for only when there is a hole; without it a plan with holes gives none. A fill
    that doesn't parse as its hole's kind is never a candidate.
    """
    if not plan.holes:
        yield Candidate(plan, tuple((e.path, e.span, "".join(map(str, e.new))) for e in plan.edits))
        return
    if model is None:
        return
    infiller = model()
    filled = [
        tuple(filled_edit(program, edit, infiller, seed, steps, most, watch)) for edit in plan.edits
    ]
    for rank in range(max(map(len, filled), default=0)):
        if all(filled):
            chosen = [ways[min(rank, len(ways) - 1)] for ways in filled]
            pieces = tuple(
                (e.path, e.span, text) for e, (text, _) in zip(plan.edits, chosen, strict=True)
            )
            fills = [fill for _, some in chosen for fill in some]
            score = sum(fill.score for fill in fills) / len(fills)
            yield Candidate(plan, pieces, score, ", ".join(fill.origin for fill in fills))


def filled_edit(
    program: Program,
    edit: Edit,
    infiller: Infiller,
    seed: int,
    steps: int,
    most: int,
    watch: Watch | None,
) -> Iterator[tuple[str, tuple[Fill, ...]]]:
    """An edit's text with its holes filled from left to right, best first."""
    ways: list[tuple[str, tuple[Fill, ...]]] = [("", ())]
    for place, part in enumerate(edit.new):
        if isinstance(part, str):
            ways = [(text + part, fills) for text, fills in ways]
            continue
        after = "".join(rest for rest in edit.new[place + 1 :] if isinstance(rest, str))
        grown: list[tuple[str, tuple[Fill, ...]]] = []
        for text, fills in ways[:most]:
            board = canvas(program, edit.span, part, text, after)
            for fill in fills_of(infiller, board, seed, steps, most, watch):
                written = laid_out(program.source, edit.span.start, fill.words).strip()
                fresh = all(text + written != other for other, _ in grown)
                fresh = fresh and fill.words not in board.refused and keeps(part, board, fill)
                if fresh and fits(program.source, edit.span, part.kind, text, written, after):
                    grown.append((text + written, (*fills, fill)))
        ways = grown
    yield from ways[:most]


def keeps(hole: Hole, board: Canvas, fill: Fill) -> bool:
    """Whether a fill keeps as much of the first draft as its hole asks."""
    if not hole.kept:
        return True
    draft = plain_words(board.drafts[0])
    blocks = difflib.SequenceMatcher(None, draft, plain_words(fill.words), False)
    same = sum(block.size for block in blocks.get_matching_blocks())
    return same >= hole.kept * len(draft)


def plain_words(words: Sequence[str]) -> list[str]:
    """Words without line breaks."""
    return [word for word in words if not word.startswith("\n")]


def fills_of(
    infiller: Infiller, board: Canvas, seed: int, steps: int, most: int, watch: Watch | None
) -> tuple[Fill, ...]:
    """The model's fills; none where the hole is longer than it can fill."""
    try:
        return infiller.fill(board, seed=seed, steps=steps, candidates=most, watch=watch)
    except LongHoleError:
        return ()


def canvas(program: Program, span: Span, hole: Hole, before: str, after: str) -> Canvas:
    """What the model is shown: the words around the hole and the names it may use there.

    `before` and `after` are the edit's own text on either side of the hole.
    """
    view = program.source.view.decode("ascii")
    fixed = program.source.format != "free"
    start = program.source.line_span(max(1, program.source.line_column(span.start)[0] - 60))[0]
    head = [word.text for word in words_of(view[start : span.start] + before, fixed)][-BEFORE:]
    last = min(len(program.source.line_starts), program.source.line_column(span.end)[0] + 40)
    line = program.source.line_span(program.source.line_column(span.end)[0])[0]
    blank = " " * (span.end - line)
    rest = blank + after + view[span.end : program.source.line_span(last)[1]]
    tail = [word.text for word in words_of(rest, fixed)][1 : AFTER + 1]
    state = state_after(head)
    drafts = tuple(tuple(w.text for w in line_words(text, state)[0]) for text in hole.drafts)
    spec = asked_of(hole, drafts)
    names = in_scope(program, hole, {*head, *tail, *spec})
    allowed: tuple[frozenset[str], ...] = ()
    if hole.kind == "name":
        allowed = (frozenset(name.spelling for name in names),)
    refused = frozenset(tuple(w.text for w in line_words(text, state)[0]) for text in hole.refused)
    pictures = pictures_of(program)

    def broken(words: tuple[str, ...]) -> frozenset[int]:
        bad = broken_words(program.source, span, before, after, words)
        return bad or unfit(words, pictures)

    first, never = bounds(hole.kind)
    return Canvas(
        tuple(head),
        tuple(tail),
        names,
        hole.lengths,
        drafts,
        allowed,
        refused,
        broken,
        first,
        never,
        spec,
    )


def asked_of(hole: Hole, drafts: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The words that ask for a hole's fill: its spec, else what is wrong with its first draft."""
    if hole.spec or not (hole.diagnostics and drafts):
        return sentence_words(hole.spec)
    return repair_spec(hole.diagnostics[0], drafts[0])


def bounds(kind: str) -> tuple[frozenset[str], frozenset[str]]:
    """What begins a fill of a node kind, and what can't stand in it: one statement has one verb.

    "statement" is any of the statements that hold no other.
    """
    verb = kind.removesuffix("_statement").upper().replace("_", "-")
    if kind != "statement" and verb not in SIMPLE_VERBS:
        return frozenset(), frozenset()
    first = SIMPLE_VERBS if kind == "statement" else frozenset({verb})
    return first, VERBS | SCOPE_TERMINATORS | {".", "ELSE", "WHEN", "EXEC"}


def in_scope(program: Program, hole: Hole, near: set[str]) -> tuple[Name, ...]:
    """The names for a canvas: those used near the hole, then the others in order of declaration."""
    known: dict[str, Name] = {}
    for item in program.items:
        if item.name:
            kind = item_kind(item)
            kind = "group" if kind == "data" and item.is_group else kind
            picture = item.picture.text if item.picture else ""
            usage = item.usage if item.usage not in ("DISPLAY", "GROUP") else ""
            known.setdefault(item.name, Name(item.name, kind, item.level, picture, usage))
    if program.name:
        known.setdefault(program.name, Name(program.name, "program", 0, "", ""))
    for spelling, kind in program.scope():
        known.setdefault(spelling, Name(spelling, kind, 0, "", ""))
    chosen = [name for name in known.values() if not hole.names or name.kind in hole.names]
    if hole.kind != "name":
        chosen = list(known.values())
    chosen.sort(key=lambda name: name.spelling not in near)
    return tuple(chosen[:NAMES])


def laid_out(source: Source, at: int, words: Sequence[str]) -> str:
    """Words as text in the source's own layout: margins of its format, its case."""
    text = text_of(words)
    if source.format != "free":
        text = text.replace("\n", "\n" + " " * AREA_A)
    start, end = source.line_span(source.line_column(at)[0])
    letters = source.text(start, end)
    return lower_outside_literals(text) if letters.islower() else text


def lower_outside_literals(text: str) -> str:
    """Lower case, literals as they are."""
    parts = re.split(r"('[^']*'|\"[^\"]*\")", text)
    return "".join(part if part[:1] in ("'", '"') else part.lower() for part in parts)


def placed(
    source: Source, span: Span, before: str, text: str, after: str
) -> tuple[bytes, int, int]:
    """The source's view with the text put there, and where in it the text begins and ends.

    A line of fixed format that would pass column 72 is broken on either side of the text.
    """
    head = source.view[: span.start] + before.encode("ascii", "replace")
    rest = after.encode("ascii", "replace") + source.view[span.end :]
    column = len(head) - (head.rfind(b"\n") + 1)
    ending = len(rest[: rest.find(b"\n")].rstrip()) if source.format == "fixed" else 0
    if source.format == "fixed" and column + len(text) + ending > MARGIN:
        head, rest = head + NEXT_LINE, NEXT_LINE + rest
    body = text.encode("ascii", "replace")
    return head + body + rest, len(head), len(head) + len(body)


def broken_words(
    source: Source, span: Span, before: str, after: str, words: tuple[str, ...]
) -> frozenset[int]:
    """The indexes of those of a fill's words that can't stand in the source; see `misfits`."""
    text = laid_out(source, span.start, words)
    view, start, _ = placed(source, span, before, text, after)
    known = len(syntax.parse(source.view, source.format).errors())
    return misfits(view, source.format, start, text, words, known)


def misfits(
    view: bytes, form: str, start: int, text: str, words: tuple[str, ...], known: int
) -> frozenset[int]:
    """The indexes of those of a fill's words that lie in what doesn't parse; all of them if they
    lie in none of it, but more than the `known` places don't parse now.

    `text`: the words as they stand in `view`, from byte `start` on.
    """
    errors = syntax.parse(view, form).errors()
    found = list(words_of(" " * AREA_A + text, form != "free"))
    if found and words and not words[0].startswith("\n"):
        found = found[1:]  # the beginning of a line counts as a break
    if not errors or len(found) != len(words):
        return frozenset()
    shift = start - AREA_A
    inside = frozenset(
        at
        for at, word in enumerate(found)
        if any(e.start < word.end + shift and word.start + shift < e.end for e in errors)
    )
    return inside or frozenset(range(len(words)) if len(errors) > known else ())


def fits(source: Source, span: Span, kind: str, before: str, text: str, after: str) -> bool:
    """Whether the text, put there, parses as this kind of node (`text`: as anything at all)."""
    if not text.strip():
        return False
    if kind == "text":
        return True
    view, start, end = placed(source, span, before, text, after)
    end -= len(text) - len(text.rstrip())
    start += len(text) - len(text.lstrip())
    tree = syntax.parse(view, source.format)
    inside = any(error.start < end and start < error.end for error in tree.errors())
    node = tree.root.descendant_for_byte_range(start, end)
    while node is not None and node.type != kind and node.parent is not None:
        if node.start_byte < start or node.end_byte > end:
            break
        node = node.parent
    return not inside and node is not None and node.type == kind
