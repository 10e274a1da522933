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
from collections.abc import Sequence

from cobolsmith.implement.conditions import condition
from cobolsmith.implement.loops import file_of, loop_over, loops_over, read_again
from cobolsmith.implement.naming import Asked
from cobolsmith.implement.putting import behind, laid
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
    file = file_of(code, asked.items, asked.text)
    again = read_again(code, file)
    if again is not None and not list(loops_over(code, file)):
        return gone_back(code, again, asked)
    body, where_else = loop_over(code, file, wish.sentence)
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


def gone_back(code: Code, read: Statement, asked: Asked) -> Sketch:
    """A GO TO behind the READ to which GO TOs lead back."""
    again = f"GO TO {code.name(read.procedure)}"
    edit = behind(code, read, [(0, f"IF {asked.text}"), (4, again), (0, "END-IF")])
    where = f"behind line {code.line(read.span.start)}, which reads the next record"
    mark = f"IF {asked.text} {again}"
    title = f"skip when {asked.text}"
    return Sketch(title, (edit,), where, f"IF {asked.text}, {again}", (mark,), (again,))


def wanted(wish: Wish, work: Work) -> Asked:
    """The condition under which a record is skipped."""
    said = wish.part("when") or wish.part("only")
    asked = condition(re.sub(r"^(?:is|are)\s+", "", said, flags=re.IGNORECASE), work.ties)
    return asked if wish.part("when") else Asked(asked.opposite, asked.items)


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
    if any(len(row.rstrip()) > last for row in moved):  # there is no room further in: it stays
        moved = [" " * (margin - 1) + rows[0].strip(), *(row.rstrip("\r") for row in rows[1:])]
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
