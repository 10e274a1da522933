"""Skip records: what a loop does with a record goes under a condition, reading the next does not.

PERFORM UNTIL END-OF-FILE              PERFORM UNTIL END-OF-FILE
    PERFORM WRITE-RECORD        ->         IF ACCT-BALANCE < ZERO
    PERFORM READ-RECORD                        CONTINUE
END-PERFORM                                ELSE
                                               PERFORM WRITE-RECORD
                                           END-IF
                                           PERFORM READ-RECORD
                                       END-PERFORM
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cobolsmith.implement.conditions import Asked, condition
from cobolsmith.implement.putting import laid
from cobolsmith.implement.statements import Code, Statement
from cobolsmith.implement.ties import DoubtError
from cobolsmith.implement.wish import Sketch, Wish, Work, find
from cobolsmith.infill import MARGIN
from cobolsmith.plan import Edit
from cobolsmith.source import Span
from cobolsmith.writing import begins

VERB = r"(?:skip|ignore|leave out|pass over|omit|exclude|drop|do not process|don't process)"
WORK = r"(?:process|handle|work on|take|use|list|report|print|show|include|keep|count)"


def read(sentence: str) -> Wish | None:
    """`Skip THINGS whose C`, `When C, skip the THING`, `Process only THINGS whose C`."""
    things = r"(?P<subject>[\w\s-]+?)\s+(?P<link>whose|where|that|which|with)\s+(?P<only>.+)$"
    kept = find(rf"^(?:{WORK}\s+only|only\s+{WORK})\s+(?:the |those )?{things}", sentence)
    if kept:
        return Wish(sentence, "skip", kept.groupdict())
    told = find(
        rf"^{VERB}\s+(?:all |any |every |the |those |a |an )?(?P<subject>[\w\s-]+?)\s+"
        r"(?P<link>whose|where|when|whenever|if|which|that|with)\s+(?P<when>.+)$",
        sentence,
    )
    turned = find(
        rf"^(?:when|if|whenever)\s+(?P<when>.+?),?\s+(?:then\s+)?{VERB}\s+"
        r"(?:it|the \w+|that \w+|this \w+)$",
        sentence,
    )
    found = told or turned
    return Wish(sentence, "skip", found.groupdict()) if found else None


def plan(wish: Wish, work: Work) -> Sketch:
    """The condition around the rest of the loop. Raises DoubtError."""
    code, ties = work.code, work.ties
    asked = wanted(wish, work)
    file = file_of(code, asked)
    loops = list(loops_over(code, file))
    if not loops:
        raise DoubtError(
            f"no loop of {code.program.name} that reads {file} has a form known here: where are its"
            " records worked with?",
            wish.sentence,
        )
    if len(loops) > 1:
        lines = ", ".join(str(code.line(body[0].span.start)) for body, _ in loops)
        raise DoubtError(f"{file} is read in several loops (lines {lines}): which?", wish.sentence)
    body, where_else = loops[0]
    ties.near = body[0].procedure
    shared = [one for one in body if code.ends_sentence(one)]
    if shared:
        line = code.line(shared[0].span.start)
        raise DoubtError(
            f"the sentence that ends in line {line} can't stand under a condition with the others:"
            " move them into a paragraph first",
            wish.sentence,
        )
    edit = guarded(code, body, asked)
    first, last = (code.line(one.span.start) for one in (body[0], body[-1]))
    lines = f"line {first}" if first == last else f"lines {first} to {last}"
    where = (
        f"in {code.name(body[0].procedure)}, around {lines}: what the loop does with a record of"
        f" {file} {where_else}"
    )
    return Sketch(
        f"skip when {asked.text}",
        (edit,),
        where,
        f"IF {asked.text}, CONTINUE, else what is done now",
        (f"IF {asked.text} CONTINUE ELSE",),
        ("CONTINUE",),
    )


def wanted(wish: Wish, work: Work) -> Asked:
    """The condition under which a record is skipped."""
    said = wish.part("when") or wish.part("only")
    asked = condition(re.sub(r"^(?:is|are)\s+", "", said, flags=re.IGNORECASE), work.ties)
    return asked if wish.part("when") else Asked(asked.opposite, asked.items)


def file_of(code: Code, asked: Asked) -> str:
    """The file whose records a condition is about. Raises DoubtError."""
    read = {one.words[1] for one in code.statements if one.verb == "READ" and len(one.words) > 1}
    files = {code.program.record(index).file for index in asked.items} & read
    if not files and len(read) == 1:
        return read.pop()
    if len(files) != 1:
        names = ", ".join(sorted(files or read)) or "none"
        raise DoubtError(f"which file's records are skipped ({names})?", asked.text)
    return files.pop()


Place = tuple[Sequence[Statement], str]
"""Statements that work with a record, and in words what stands before or behind them."""


def loops_over(code: Code, file: str) -> Iterator[Place]:
    """What loops do with the records of a file: up to the statement that reads the next, or behind
    a READ in its NOT AT END, or in the IF that asks for the end."""
    readers = {s.procedure for s in code.statements if s.verb == "READ" and s.words[1] == file}
    for one in code.statements:
        if one.verb == "READ" and one.words[1] == file:
            found = phrase_of(code, one)
            if found:
                yield found, f"behind the READ of line {code.line(one.span.start)}"
        if one.verb != "PERFORM" or "UNTIL" not in one.words:
            continue
        body = code.body(one)
        if not body:
            named = code.program.resolve_procedure(one.words[1])
            body = tuple(s for s in code.of(getattr(named, "index", -1)) if s.top)
        if len(body) < 2:
            continue
        if reads(code, body[-1], file, readers):
            yield body[:-1], f"before line {code.line(body[-1].span.start)} reads the next"
        elif reads(code, body[0], file, readers) and not phrase_of(code, body[0]):
            asks = body[1]
            if len(body) == 2 and asks.verb == "IF" and "ELSE" not in asks.words:
                yield code.body(asks), f"where line {code.line(asks.span.start)} asks for the end"


def phrase_of(code: Code, read: Statement) -> tuple[Statement, ...]:
    """The statements of a READ's NOT AT END."""
    spans = [
        (n.start_byte, n.end_byte) for n in read.node.children if n.type == "not_at_end_phrase"
    ]
    return tuple(
        one
        for one in code.body(read)
        for start, end in spans
        if start <= one.span.start and one.span.end <= end
    )


def reads(code: Code, one: Statement, file: str, readers: set[int | None]) -> bool:
    """Whether a statement reads a file, or performs one procedure that does."""
    if one.verb == "READ":
        return one.words[1] == file
    if one.verb != "PERFORM" or len(one.words) < 2 or code.within(one):
        return False
    named = code.program.resolve_procedure(one.words[1])
    return getattr(named, "index", None) in readers


def guarded(code: Code, body: Sequence[Statement], asked: Asked) -> Edit:
    """The statements under the condition, four columns further in. Raises DoubtError."""
    source = code.program.source
    start, end = body[0].span.start, body[-1].span.end
    if not begins(source, start):
        raise DoubtError(f"line {code.line(start)} holds other code before what would be skipped")
    margin = code.margin(body[0])
    rows = source.view[start:end].decode("ascii").split("\n")
    last = MARGIN if source.format == "fixed" else 1 << 30
    moved = [" " * (margin + 3) + rows[0].strip()]
    for row in rows[1:]:
        aside = not row.strip() or (source.format != "free" and row[6:7].strip())
        moved.append(row.rstrip("\r") if aside else further(row, source.format))
    if any(len(row.rstrip()) > last for row in moved):
        raise DoubtError(
            f"what the loop does from line {code.line(start)} on reaches column 72: it can't go"
            " further in"
        )
    head = laid(code, start, margin, [(0, f"IF {asked.text}"), (4, "CONTINUE"), (0, "ELSE")])
    tail = laid(code, start, margin, [(0, "END-IF")])
    blank = " " * (margin - 1)
    text = "\n".join([head, *moved, f"{blank}{tail}"])
    return Edit(source.path, Span(start, end), (text,))


def further(row: str, form: str) -> str:
    """A row of code four columns further in; what stands in columns 1-7 and 73-80 goes or stays."""
    if form == "free":
        return f"    {row.rstrip()}"
    head, body = row[:7], row[7:MARGIN] if form == "fixed" else row[7:]
    return f"{head}    {body.rstrip()}"
