"""A new case in an EVALUATE: a WHEN beside those that are there, its branch written like theirs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cobolsmith.implement.putting import parts
from cobolsmith.implement.statements import Code, Statement
from cobolsmith.implement.ties import DoubtError
from cobolsmith.implement.vocabulary import content, of_name, soft
from cobolsmith.implement.wish import QUOTED, Sketch, Wish, Work, find
from cobolsmith.plan import Edit
from cobolsmith.source import Span
from cobolsmith.writing import cased, column

CODE = rf"(?:{QUOTED}|\b[A-Z]{{2,4}}\b|\b\d{{2,6}}\b)"


def read(sentence: str) -> Wish | None:
    """`Give entry type 'HD' the GL code '130000'`, `For product 'SPR' print 'SPRING SAVER'`, `Add a
    case for kind 'REF' that moves 'RF' to CT-TYPE and 2 to CT-PRIORITY`."""
    sentence = coded(sentence) if find(CODES, sentence) else sentence
    values = re.findall(QUOTED, sentence)
    asks = find(
        r"^(?:give|for|map|treat|add (?:a )?(?:new )?(?:case|when|branch|status|type|product|kind|"
        r"entry|code)|handle|"
        r"when the|let|in the|let the|make|recognise|recognize|accept|name|call|translate|the (?:n"
        r"ew )?)\b",
        sentence,
    )
    told = find(
        rf"{QUOTED}\s+(?:gets?|is|maps? to|goes? to|becomes?|means?|stands? for)\b", sentence
    )
    if (asks or told) and len(values) >= 2:
        return Wish(sentence, "case", {})
    return None


CODES = r"^(?!.*\b(?:field|file|PIC)\b).*\b(?:code|type|product|kind|status|option|entry)\b"
"""What codes are of; a field or a file is another matter."""


def coded(sentence: str) -> str:
    """A sentence with codes and names that are only set in capitals, or numbers, in quotes."""
    if "'" in sentence or '"' in sentence:
        return sentence
    return re.sub(
        r"(?<![\w'.-])(?:[A-Z][A-Z0-9]+(?: [A-Z][A-Z0-9]+)*|\d{2,6})(?![\w'-]|\.\d)"
        r"(?!\s+(?:code|number|account|type|kind|no)\b)",
        lambda at: f"'{at[0]}'",
        sentence,
    )


@dataclass(frozen=True, slots=True)
class Case:
    """A WHEN of an EVALUATE: the literal it stands for, and the MOVEs of its branch."""

    when: str
    moves: tuple[tuple[str, str], ...]
    others: int


def plan(wish: Wish, work: Work) -> Sketch:
    """The WHEN. Raises DoubtError."""
    code, ties = work.code, work.ties
    ranked = []
    for one in code.statements:
        cases = cases_of(code, one) if one.verb == "EVALUATE" else []
        if cases:
            score = fitting(wish, code, one, cases)
            if score > 0:
                ranked.append((score, one, cases))
    ranked.sort(key=lambda row: -row[0])
    if not ranked:
        raise DoubtError(f"no EVALUATE of {code.program.name} is about that", wish.sentence)
    if len(ranked) > 1 and ranked[0][0] == ranked[1][0]:
        lines = ", ".join(str(code.line(r[1].span.start)) for r in ranked[:3])
        raise DoubtError(f"the EVALUATEs of lines {lines} may be meant: which?", wish.sentence)
    _, at, cases = ranked[0]
    value, moves = matched(wish, at, cases)
    if ("WHEN", value) in zip(at.words, at.words[1:], strict=False):
        raise DoubtError(
            f"the EVALUATE of line {code.line(at.span.start)} has WHEN {value} already", value
        )
    ties.tie(value, at.words[1], "likely", f"EVALUATE {at.words[1]} has {len(cases)} such cases")
    return sketched(wish, code, at, value, moves)


def cases_of(code: Code, one: Statement) -> list[Case]:
    """The cases of an EVALUATE of one item, by literals, whose branches only move literals."""
    if one.words[2:3] != ("WHEN",) or one.words[1] == "TRUE":
        return []
    found = []
    for node in one.node.children:
        if node.type != "when_phrase":
            continue
        own = [s for s in code.statements if node.start_byte <= s.span.start < node.end_byte]
        words = list(code.program.tree.text(node).split())
        literal = re.match(r"(?i)WHEN\s+('[^']*'|\d+)", " ".join(words))
        moves = [s for s in own if s.verb == "MOVE" and len(s.words) == 4]
        pairs = tuple((s.words[1], s.words[3]) for s in moves)
        if literal and pairs:
            found.append(Case(literal[1], pairs, len(own) - len(moves)))
    return found


def fitting(wish: Wish, code: Code, one: Statement, cases: list[Case]) -> float:
    """How well an EVALUATE fits the sentence: its subject's and targets' words, its literals'
    form."""
    words = frozenset(content(wish.sentence))
    subject = of_name(one.words[1])
    targets = frozenset(w for case in cases for _, name in case.moves for w in of_name(name))
    place = of_name(code.name(one.procedure)) if one.procedure is not None else frozenset()
    values = [v.strip("'") for v in re.findall(QUOTED, wish.sentence)]
    lengths = {len(case.when.strip("'")) for case in cases}
    if not any(len(v) in lengths for v in values):
        return 0.0
    named = [n for case in cases for _, n in case.moves if n in wish.sentence.upper()]
    hits = 2.0 * len(words & subject - soft(words)) + len(words & subject) + len(words & targets)
    return hits + 0.3 * len(words & place) + 2.0 * bool(named)


def matched(
    wish: Wish, at: Statement, cases: list[Case]
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The new case's literal, and for each target of its siblings what it gets."""
    sentence = wish.sentence
    values = re.findall(QUOTED, sentence)
    lengths = {len(case.when) for case in cases}
    value = next(v for v in values if len(v) in lengths)
    rest = list(re.finditer(rf"{QUOTED}|(?<![\w'-])\d+(?![\w'-])", sentence))
    rest = [m for m in rest if m[0] != value]
    targets = [name for _, name in max(cases, key=lambda case: len(case.moves)).moves]
    pairs = []
    for name in targets:
        hit = next(
            (m for m in rest if find(rf"{re.escape(m[0])}\s+(?:to|in|into)\s+{name}", sentence)),
            None,
        )
        pairs.append((hit[0] if hit else "", name))
    loose = [m[0] for m in rest if m[0] not in [p[0] for p in pairs]]
    open_ = [name for text, name in pairs if not text]
    if len(loose) != len(open_) or len(open_) > 1:
        what = f"the cases of EVALUATE {at.words[1]} give {', '.join(targets)}: say what each gets"
        raise DoubtError(what, sentence)
    filled = tuple((text or loose[0], name) for text, name in pairs)
    return value, tuple((formed(text, name, cases), name) for text, name in filled)


def formed(text: str, name: str, cases: list[Case]) -> str:
    """A value as its siblings are written: a literal in quotes, or a number."""
    like = next(value for case in cases for value, own in case.moves if own == name)
    bare = text.strip("'")
    if like.startswith("'"):
        return f"'{bare}'"
    if not bare.isdigit():
        raise DoubtError(f"{name} gets numbers such as {like}, not '{bare}'", text)
    return bare


def sketched(
    wish: Wish, code: Code, at: Statement, value: str, moves: tuple[tuple[str, str], ...]
) -> Sketch:
    """The WHEN before WHEN OTHER, or behind the last."""
    source = code.program.source
    whens = [n for n in at.node.children if n.type == "when_phrase"]
    other = next((n for n in whens if any(c.type == "OTHER" for c in n.children)), None)
    last = whens[-1] if other is None else whens[whens.index(other) - 1]
    margin = column(source, whens[0].start_byte)
    blank, inner = "\n" + " " * (margin - 1), "\n" + " " * (margin + 3)
    body = [f"MOVE {text} TO {name}" for text, name in moves]
    inside = [s for s in code.statements if last.start_byte <= s.span.start < last.end_byte]
    end = max((s.span.end for s in inside), default=last.end_byte)
    flat = (
        whens[0].start_point[0] == whens[0].end_point[0]
        and len(body) == 1
        and code.line(inside[0].span.start) == code.line(last.start_byte)
    )
    joint = "  " if flat else inner
    lines = cased(source, at.span.start, inner.join(body))
    head = cased(source, at.span.start, f"{blank}WHEN {value}{joint}")
    edit = Edit(source.path, Span(end, end), (head, *parts(lines)))
    where = (
        f"in {code.name(at.procedure)}, the EVALUATE of line {code.line(at.span.start)}, "
        f"{'before WHEN OTHER' if other else 'behind its last WHEN'}"
    )
    return Sketch(
        f"case {value} of {at.words[1]}",
        (edit,),
        where,
        f"WHEN {value}: {'; '.join(body)}",
        (f"WHEN {value} {' '.join(body)}",),
        (body[0],),
    )
