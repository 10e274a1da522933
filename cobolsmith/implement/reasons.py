"""The texts of codes in a table in storage: FILLERs with VALUEs, redefined as a table.

01  REJ-VALUES.                                     01  REJ-TABLE REDEFINES REJ-VALUES.
    05  FILLER PIC X(12) VALUE 'R01NO ACCT  '.          05  REJ OCCURS 1 TIMES.
                                                            10  REJ-CODE  PIC X(03).
                                                            10  REJ-TEXT  PIC X(09).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cobolsmith.implement.statements import Code, Statement
from cobolsmith.implement.ties import DoubtError
from cobolsmith.implement.vocabulary import content
from cobolsmith.implement.wish import Work
from cobolsmith.plan import Edit
from cobolsmith.program import DataItem, Program
from cobolsmith.source import Span
from cobolsmith.writing import after_line, before_line, whole_lines


@dataclass(frozen=True, slots=True)
class Texts:
    """A table of codes and texts: the entry that OCCURS, its code and text, the FILLERs that hold
    the values."""

    entry: DataItem
    code: DataItem
    text: DataItem
    values: tuple[DataItem, ...]

    def known(self) -> dict[str, str]:
        """The texts by their codes."""
        size = self.code.length
        found = [str(one.values[0])[1:-1] for one in self.values]
        return {one[:size]: one[size:].rstrip() for one in found}


def tables(program: Program, size: int) -> list[Texts]:
    """The tables whose codes have a size."""
    found = []
    for entry in program.items:
        parts = [program.items[index] for index in entry.children]
        if entry.occurs is None or entry.parent is None or len(parts) != 2:
            continue
        over = program.items[entry.parent].redefines
        held = [program.items[i] for i in program.items[over].children] if over is not None else []
        plain = all(one.picture and one.picture.category == "alphanumeric" for one in parts)
        full = all(
            len(one.values) == 1
            and str(one.values[0])[:1] in "'\""
            and len(str(one.values[0])) == entry.length + 2
            for one in held
        )
        if plain and held and full and parts[0].length == size and len(held) == entry.times:
            found.append(Texts(entry, parts[0], parts[1], tuple(held)))
    return found


def told(literal: str, text: str, work: Work) -> tuple[Edit, ...]:
    """What gives a code its text: an entry of the one table, at its place in the order of the
    codes. Nothing where it has that text already. Raises DoubtError."""
    program, code = work.code.program, literal.strip("'\"")
    found = tables(program, len(code))
    if len(found) != 1:
        held = f"{len(found)} tables hold" if found else "no table of values holds"
        raise DoubtError(f"{held} texts of codes like {literal} in {program.name}", text)
    table, bare = found[0], text.strip("'\"")
    known = table.known()
    if code in known:
        if known[code].upper() == bare.upper():
            return ()
        raise DoubtError(f"{literal} is '{known[code]}' already", text)
    if len(bare) > table.text.length:
        form = table.text.picture.text if table.text.picture else ""
        raise DoubtError(f"{table.text.name} PIC {form} can't hold '{bare}'", text)
    counted(table, work.code, text)
    work.ties.tie(text, table.text.name, "sure", f"the text of {literal} in {table.entry.name}")
    return placed(table, code, bare, work), enlarged(table, work)


def counted(table: Texts, code: Code, said: str) -> None:
    """Raise DoubtError where a statement counts the entries with a number."""
    below = {one.name for one in code.program.below(table.entry.index)} | {table.entry.name}
    indexes = set(table.entry.occurs.indexes) if table.entry.occurs else set()
    for one in code.statements:
        if str(table.entry.times) in one.words and (below | indexes) & set(one.words):
            line = code.line(one.span.start)
            raise DoubtError(f"line {line} counts {table.entry.name} with a number", said)


def placed(table: Texts, code: str, text: str, work: Work) -> Edit:
    """The entry, written like the one before it."""
    later = [one for one in table.values if str(one.values[0])[1:-1][: len(code)] > code]
    like = later[0] if later and table.entry.occurs and table.entry.occurs.keys else None
    shown = like or table.values[-1]
    path = shown.origin.path
    source = work.setting.source(path)
    first = source.line_column(shown.origin.span.start)[0]
    last = source.line_column(shown.origin.span.end - 1)[0]
    span = whole_lines(source, first, last)
    old = source.view[span.start : span.end].decode("ascii")
    quote = str(shown.values[0])[0]
    fresh = f"{quote}{code}{text.ljust(table.text.length)}{quote}"
    made = old.replace(str(shown.values[0]), fresh, 1)
    if source.format == "fixed":
        made = "".join(f"{' ' * 6}{row[6:72].rstrip()}\n" for row in made.splitlines())
    at = before_line(source, first) if like else after_line(source, last)
    return Edit(path, at, (made,))


def enlarged(table: Texts, work: Work) -> Edit:
    """The table with one more entry."""
    path, times = table.entry.origin.path, table.entry.times
    source = work.setting.source(path)
    span = table.entry.origin.span
    view = source.view[span.start : span.end].decode("ascii")
    at = re.search(rf"(?i)\bOCCURS\s+(?P<n>0*{times})\b(?!\s+TO\b)", view)
    if at is None:
        raise DoubtError(f"{table.entry.name} has no plain OCCURS {times}", table.entry.name)
    start, end = span.start + at.start("n"), span.start + at.end("n")
    return Edit(path, Span(start, end), (str(times + 1),))


def code_of(said: str, program: Program) -> str:
    """The code whose text has all words of a phrase. Raises DoubtError where none has, or several
    have."""
    words = frozenset(content(said))
    found = [
        code
        for size in range(1, 7)
        for table in tables(program, size)
        for code, text in table.known().items()
        if words and words <= frozenset(content(text.lower()))
    ]
    if len(found) != 1:
        which = ", ".join(found) or "none has these words"
        raise DoubtError(f"which reason is '{said}' ({which})?", said)
    return found[0]


def spoken(at: Statement, code: Code) -> frozenset[str]:
    """The words of the texts of the codes that a test gives."""
    found: set[str] = set()
    given = {w.strip("'\"") for one in code.within(at) for w in one.words if w[:1] in "'\""}
    for size in {len(one) for one in given}:
        for table in tables(code.program, size):
            known = table.known()
            found |= {w for one in given & set(known) for w in content(known[one].lower())}
    return frozenset(found)
