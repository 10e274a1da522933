"""Where new code goes in the text: behind or before a statement, into data, in the house's style.

Rows are (columns further in, text). A new statement is a hole with its draft, so that a model may
word it; the draft stands where no model is asked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from cobolsmith.implement.statements import Code, Statement, end_of
from cobolsmith.implement.ties import DoubtError
from cobolsmith.infill import lower_outside_literals
from cobolsmith.plan import Edit, Hole
from cobolsmith.program import DataItem
from cobolsmith.source import Span
from cobolsmith.writing import after_line, begins, cased, column, line
from cobolsmith.writing import code as code_on

Rows = Sequence[tuple[int, str]]
CLOSED = frozenset("IF EVALUATE PERFORM READ SEARCH WRITE CALL STRING UNSTRING COMPUTE".split())
"""Verbs whose statements may go on unless they are closed."""
WORDED = frozenset("ADD CALL DISPLAY MOVE WRITE".split())
"""Verbs of new statements that a model may word."""


def laid(code: Code, near: int, margin: int, rows: Rows) -> str:
    """Rows as text from a margin on, in the case of the line of an offset."""
    text = "\n".join(" " * (margin - 1 + step) + row for step, row in rows)
    return cased(code.program.source, near, text.lstrip(" "))


def parts(text: str) -> tuple[str | Hole, ...]:
    """New code as text and gaps: each statement that holds no other is a gap with its draft, asked
    for in its own words, so that a model may word it; conditions and ends are not a matter of
    taste."""
    found: list[str | Hole] = []
    for nth, row in enumerate(text.split("\n")):
        found.append("\n" * bool(nth) + row[: len(row) - len(row.lstrip())])
        own, verb = row.strip(), row.split()[0].upper()
        closed = own.removesuffix(".")
        if verb in WORDED:
            found.append(Hole(f"{verb.lower()}_statement", drafts=(closed,), spec=closed))
            found.append("." * own.endswith("."))
        else:
            found.append(own)
    return tuple(one for one in found if one != "")


def behind(code: Code, one: Statement, rows: Rows) -> Edit:
    """Rows right behind a statement: in its sentence, or as a sentence of their own where each
    statement is one."""
    source = code.program.source
    margin = code.margin(one)
    text = laid(code, one.span.start, margin, rows)
    blank = "\n" + " " * (margin - 1)
    end = one.span.end
    if code.ends_sentence(one) and alone(code, one):
        period = source.view.index(b".", end) + 1
        if text.split()[0].upper() == "IF":
            text = re.sub(r"\s*\bEND-IF$", "", text, flags=re.IGNORECASE)
        return Edit(source.path, Span(period, period), (blank, *parts(text), "."))
    return Edit(source.path, Span(end, end), (blank, *parts(text)))


def alone(code: Code, one: Statement) -> bool:
    """Whether what follows a statement's period is best a sentence of its own."""
    if one.verb in CLOSED and one.words[-1] != f"END-{one.verb}":
        return True
    after = code.following(one)
    return after is not None and after.procedure == one.procedure


def before(code: Code, one: Statement, rows: Rows) -> Edit:
    """Rows right before a statement."""
    source = code.program.source
    margin = code.margin(one)
    text = laid(code, one.span.start, margin, rows)
    blank = "\n" + " " * (margin - 1)
    lone = sentences(code, one) and one.top
    if lone and text.split()[0].upper() == "IF":
        text = re.sub(r"\s*\bEND-IF$", "", text, flags=re.IGNORECASE)
    at = Span(one.span.start, one.span.start)
    return Edit(source.path, at, (*parts(text), ("." if lone else "") + blank))


def sentences(code: Code, one: Statement) -> bool:
    """Whether each statement of a procedure is a sentence."""
    tops = [s for s in code.of(one.procedure) if s.top]
    return len(tops) > 1 and sum(code.ends_sentence(s) for s in tops) > len(tops) / 2


def free_name(code: Code, words: Sequence[str], like: str = "") -> str:
    """A name for a new item: the prefix of one like it, the words, free, 30 characters at most."""
    known = {name for name, _ in code.program.scope()} | set(code.program.reserved)
    found = re.match(r"[A-Z0-9]+-", like.upper())
    prefix = found[0] if found else "WS-"
    stem = "-".join(word.upper() for word in words if word) or "NEW-ITEM"
    name = f"{prefix}{stem}"[:30].rstrip("-")
    for nth in range(2, 100):
        if name not in known:
            return name
        name = f"{prefix}{stem}"[:27].rstrip("-") + f"-{nth}"
    raise DoubtError(f"no name is free for {stem}", stem)


def house_name(code: Code, words: Sequence[str]) -> str:
    """A free name with the prefix that most items of WORKING-STORAGE have."""
    own = [i.name for i in code.program.items if i.section == "WORKING-STORAGE" and "-" in i.name]
    prefixes = Counter(name.split("-")[0] for name in own)
    usual = [prefix for prefix, _ in prefixes.most_common() if re.fullmatch(r"W[A-Z]{0,2}", prefix)]
    return free_name(code, words, f"{usual[0]}-" if usual else "")


def quoted(code: Code, text: str) -> str:
    """A text as a literal, in the quotes that most literals of the program have."""
    marks = [word[0] for one in code.statements for word in one.words if word[:1] in ("'", '"')]
    quote = '"' if marks.count('"') * 2 > len(marks) else "'"
    return f"{quote}{text}{quote}"


def together(edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """Edits, those at one place made one, in their order."""
    found: dict[tuple[Path, Span], Edit] = {}
    for one in edits:
        known = found.get((one.path, one.span))
        found[one.path, one.span] = replace(known, new=(*known.new, *one.new)) if known else one
    return tuple(found.values())


def entry_like(code: Code, sibling: DataItem, name: str) -> Edit:
    """An entry written as its sibling is, under another name, right behind it (its 88s too)."""
    source = code.program.source
    if sibling.origin.path != source.path or sibling.name_origin is None:
        raise DoubtError(f"{sibling.name} stands in a copybook: a new item can't stand beside it")
    below = [code.program.items[i] for i in sibling.conditions]
    whole = sibling.origin.span
    last = max((one.origin.span.end for one in below), default=whole.end)
    text = source.view[whole.start : whole.end].decode("ascii")
    text = "\n".join(
        strip_areas(source.format, row, nth) for nth, row in enumerate(text.split("\n"))
    )
    spelled = name.lower() if lower_outside_literals(text) == text else name
    old = code.program.source.text(sibling.name_origin.span.start, sibling.name_origin.span.end)
    width = len(old)
    fresh = re.sub(
        re.escape(old) + r"( *)",
        lambda m: spelled + " " * max(1, len(m[1]) + width - len(spelled)) if m[1] else spelled,
        text,
        count=1,
    )
    at = column(source, whole.start)
    row = "\n".join([" " * (at - 1) + fresh.split("\n")[0], *fresh.split("\n")[1:]])
    period = "" if row.rstrip().endswith(".") else "."
    return Edit(
        source.path, after_line(source, code.line(last - 1)), (f"{row.rstrip()}{period}\n",)
    )


PIC = re.compile(r"(?<=\s)PIC(?:TURE)?(?=\s)", re.IGNORECASE)


def strip_areas(form: str, row: str, nth: int) -> str:
    """A row of a fixed-format text without its sequence and identification areas."""
    row = row.rstrip("\r")
    if form != "fixed" or nth == 0:
        return row if form != "fixed" else row[:65].rstrip()
    return " " * 6 + row[6:72].rstrip()


def entry(code: Code, name: str, clauses: str) -> Edit:
    """A 01 entry at the end of WORKING-STORAGE, its PICTURE where those of others are."""
    program = code.program
    source = program.source
    section = next(iter(program.tree.walk("working_storage_section")), None)
    if section is None:
        raise DoubtError(f"{program.name} has no WORKING-STORAGE SECTION for {name}")
    tops = [
        node
        for node in program.tree.walk("data_description")
        if section.start_byte <= node.start_byte < section.end_byte
        and begins(source, node.start_byte)
        and program.tree.text(node).split()[0] in ("01", "77", "1")
    ]
    at = column(source, tops[0].start_byte) if tops else 8 if source.format != "free" else 1
    last = code.line(end_of(section) - 1)
    pictured = [code.line(node.start_byte) for node in tops]
    columns = Counter(m.start() + 1 for no in pictured if (m := PIC.search(code_on(source, no))))
    stop = columns.most_common(1)[0][0] if columns else 41
    text = line(source, at, f"01  {name}".ljust(stop - at - 1) + f" {clauses}.")
    return Edit(source.path, after_line(source, last), (cased(source, section.start_byte, text),))
