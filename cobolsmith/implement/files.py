"""A new output file: SELECT, FD, status, OPEN and CLOSE like those of a file that is there, and a
WRITE beside the WRITE whose record it takes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cobolsmith.implement.anchors import whole_condition, without
from cobolsmith.implement.conditions import condition
from cobolsmith.implement.naming import Asked
from cobolsmith.implement.putting import Rows, before, entry, entry_like, sentences
from cobolsmith.implement.statements import Code, Statement, end_of
from cobolsmith.implement.ties import DoubtError, Ties
from cobolsmith.implement.vocabulary import content, of_name, soft
from cobolsmith.implement.wish import Sketch, Wish, Work
from cobolsmith.plan import Edit
from cobolsmith.program import DataItem, FileEntry
from cobolsmith.writing import after_line, cased, column, line

NAME = r"'?(?P<name>[A-Z][A-Z0-9]{1,7})'?"


def read(sentence: str) -> Wish | None:
    """`Also write each X to a new file NAME`, `Put X in a separate file NAME when C`."""
    found = re.search(
        r"^(?:[Aa]lso\s+)?(?i:write|copy|put|save|output|list|keep|collect)\s+(?:also\s+)?(?i:a co"
        r"py of\s+|copies of\s+)?"
        r"(?P<what>.+?)\s+(?:also\s+)?(?i:to|in|into|on)\s+(?:a|an|the|its|their)\s+"
        r"(?i:new|separate|extra|additional|second|own)\s+(?i:output\s+)?(?i:file|list|dataset|dat"
        r"a set)\s*,?\s*"
        rf"(?i:called\s+|named\s+|with (?:the )?DD(?: name)?\s+|under (?:the )?DD(?: name)?\s+|DD"
        rf"\s+)?{NAME}"
        r"(?:\s*,?\s*(?i:when|whenever|if|where)\s+(?P<when>.+))?$",
        re.sub(r"\balso to an? file\b", "also to a new file", sentence),
    )
    return Wish(sentence, "file", found.groupdict()) if found else None


def plan(wish: Wish, work: Work) -> Sketch:
    """All that a new file needs. Raises DoubtError."""
    code, ties = work.code, work.ties
    at, inner = writing(wish, code, ties)
    record = code.program.resolve(at.words[1])
    sender = at.words[at.words.index("FROM") + 1] if "FROM" in at.words else at.words[1]
    if not isinstance(record, DataItem):
        raise DoubtError(f"{at.words[1]} is no record", wish.part("what"))
    name = wish.part("name").upper()
    fresh = fresh_file(code, name, file_like(code, record), record.length)
    put = f"WRITE {fresh.record} FROM {sender}"
    rows: Rows = [(0, f"IF {inner.text}"), (4, put), (0, "END-IF")] if inner else [(0, put)]
    spec = f"if {inner.text} then {put}" if inner else put
    edits = (*fresh.edits, before(code, at, rows))
    where = (
        f"written in {code.name(at.procedure)}, before line {code.line(at.span.start)}; opened and"
        f" closed beside {fresh.like}"
    )
    return Sketch(
        f"write {name}",
        edits,
        where,
        f"{fresh.file} ({name}), {spec}",
        (put,),
        fresh.apart,
        (name,),
    )


@dataclass(frozen=True, slots=True)
class Fresh:
    """A new file: its name and record, the file it is like, all that it needs but a WRITE, and the
    first line of what is done where it can't be opened."""

    file: str
    record: str
    like: str
    edits: tuple[Edit, ...]
    apart: tuple[str, ...]


def fresh_file(code: Code, name: str, like: FileEntry, length: int) -> Fresh:
    """A new file of lines with a DD name, opened and closed beside another. Raises DoubtError."""
    if any(assigned(one) == name for one in code.program.files):
        raise DoubtError(f"{code.program.name} has a file {name} already", name)
    new = {like.name: f"{name}-FILE", assigned(like): name}
    if like.status:
        new[like.status] = f"WS-{name}-STATUS"
    record = f"{name}-LINE"
    taken = {one for one, _ in code.program.scope()} & {*new.values(), record}
    if taken:
        raise DoubtError(f"{', '.join(taken)} is a name already", name)
    opened = open_rows(code, like, new)
    edits = (
        select_edit(code, like, new),
        description(code, new[like.name], record, length),
        *status_edit(code, like, new),
        before(code, opening(code, like), opened),
        close_edit(code, like, new),
    )
    apart = tuple(row for step, row in opened[2:3] if step)
    return Fresh(new[like.name], record, like.name, edits, apart)


def text_file(code: Code) -> FileEntry:
    """A text file that the program writes, else one that it reads. Raises DoubtError."""
    opened = {u.file for u in code.program.flow.files if u.how == "opens-output"}
    closed = {w for s in code.statements if s.verb == "CLOSE" for w in s.words}
    texts = [
        f
        for f in code.program.files
        if f.organization == "LINE SEQUENTIAL"
        and f.origin.path == code.program.source.path
        and f.name in closed
    ]
    if not texts:
        raise DoubtError(f"{code.program.name} has no text file that a new one could be like")
    return next((f for f in texts if f.name in opened), texts[0])


def writing(wish: Wish, code: Code, ties: Ties) -> tuple[Statement, Asked | None]:
    """The WRITE whose record is meant, and under which condition. Raises DoubtError."""
    words = frozenset(content(wish.part("what")))
    ranked = []
    for one in code.statements:
        if one.verb != "WRITE":
            continue
        own = known_by(code, one)
        taken = words & own
        if taken - soft(taken) - ties.things or (taken and not words - taken - ties.things):
            ranked.append((len(taken - soft(taken)), one, taken))
    ranked.sort(key=lambda row: -row[0])
    best = [row for row in ranked if row[0] == ranked[0][0]]
    if len(best) != 1:
        lines = ", ".join(str(code.line(row[1].span.start)) for row in best[:6])
        where = f"lines {lines}: which?" if best else "nowhere"
        raise DoubtError(f"'{wish.part('what')}' is written on {where}", wish.part("what"))
    _, at, taken = best[0]
    ties.near = at.procedure
    ties.tie(
        wish.part("what"), code.text(at), "likely", "its record, file or paragraph bears the words"
    )
    asked: Asked | None = None
    if words - taken - soft(words) - ties.things:
        rest = re.sub(r"\b(?:all|each|every|any|the|records?|lines?)\b", " ", wish.part("what"))
        text = without(rest, taken)
        asked = condition(
            re.sub(r"^.*?\b(?:with|whose|where|that|of|for)\b\s*", "", text) or text, ties
        )
    if wish.part("when"):
        inner, doubt = whole_condition(wish.part("when"), ties)
        if inner is None:
            raise doubt or DoubtError("when?", wish.part("when"))
        asked = asked.both(inner) if asked else inner
    return at, asked


def known_by(code: Code, one: Statement) -> frozenset[str]:
    """The words by which a WRITE is known: of its record, its file, its sender, its procedure."""
    record = code.program.resolve(one.words[1])
    file = record.file if isinstance(record, DataItem) else ""
    sender = one.words[one.words.index("FROM") + 1] if "FROM" in one.words else ""
    names = [one.words[1], file, sender, code.name(one.procedure)]
    return frozenset(w for name in names if name for w in of_name(name))


def assigned(one: FileEntry) -> str:
    """The DD name of a file."""
    return one.assign.strip("'\"").upper()


def file_like(code: Code, record: DataItem) -> FileEntry:
    """A text file that the program writes, best the record's own."""
    files = code.program.files
    opened = {u.file for u in code.program.flow.files if u.how == "opens-output"}
    good = [
        f
        for f in files
        if f.name in opened
        and f.organization == "LINE SEQUENTIAL"
        and f.origin.path == code.program.source.path
    ]
    own = [f for f in good if f.name == record.file]
    if not good:
        raise DoubtError(f"{code.program.name} writes no text file that a new one could be like")
    return (own or good)[0]


def renamed(text: str, new: dict[str, str]) -> str:
    """A text with names exchanged, in their own case."""
    for old, name in new.items():

        def put(found: re.Match[str], name: str = name) -> str:
            return name.lower() if found[0].islower() else name

        text = re.sub(rf"(?<![\w-]){re.escape(old)}(?![\w-])", put, text, flags=re.IGNORECASE)
    return text


def select_edit(code: Code, like: FileEntry, new: dict[str, str]) -> Edit:
    """The SELECT, like its sibling's, behind it."""
    source = code.program.source
    first, last = code.line(like.origin.span.start), code.line(like.origin.span.end - 1)
    rows = []
    for number in range(first, last + 1):
        start, end = source.line_span(number)
        text = source.view[start:end].decode("ascii").rstrip("\r\n")
        rows.append(text if source.format != "fixed" else " " * 7 + text[7:72].rstrip())
    return Edit(source.path, after_line(source, last), (renamed("\n".join(rows) + "\n", new),))


def description(code: Code, file: str, record: str, length: int) -> Edit:
    """The FD and its record, at the end of the FILE SECTION."""
    program = code.program
    source = program.source
    section = next(iter(program.tree.walk("file_section")))
    node = next(iter(program.tree.walk("file_description")), None)
    at = column(source, node.start_byte) if node is not None else 8
    text = line(source, at, f"FD  {file}.")
    text += line(source, at, f"01  {record}".ljust(40 - at) + f" PIC X({length:02d}).")
    last = code.line(end_of(section) - 1)
    return Edit(source.path, after_line(source, last), (cased(source, section.start_byte, text),))


def status_edit(code: Code, like: FileEntry, new: dict[str, str]) -> tuple[Edit, ...]:
    """The item of the FILE STATUS, beside its sibling."""
    if not like.status:
        return ()
    item = code.program.resolve(like.status)
    if isinstance(item, DataItem) and item.origin.path == code.program.source.path:
        return (entry_like(code, item, new[like.status]),)
    return (entry(code, new[like.status], "PIC X(02)"),)


def opening(code: Code, like: FileEntry) -> Statement:
    """The OPEN of a file. Raises DoubtError where it has none."""
    found = [s for s in code.statements if s.verb == "OPEN" and like.name in s.words]
    if not found:
        raise DoubtError(f"{like.name} is never opened: where would a new file be?", like.name)
    return found[0]


def open_rows(code: Code, like: FileEntry, new: dict[str, str]) -> list[tuple[int, str]]:
    """OPEN OUTPUT, and what tests it, as its sibling has it."""
    at = opening(code, like)
    rows = [(0, f"OPEN OUTPUT {new[like.name]}")]
    after = code.following(at)
    alone = len([w for w in at.words if code.program.file(w)]) == 1
    if alone and after is not None and after.verb == "IF" and like.status in after.words:
        own = renamed(own_text(code, after), new).split("\n")
        if sentences(code, at):
            rows = [(0, rows[0][1] + ".")]
        rows += [(len(row) - len(row.lstrip()), row.strip()) for row in own]
    return rows


def own_text(code: Code, one: Statement) -> str:
    """A statement's lines, counted from its own margin, without areas."""
    source = code.program.source
    margin = column(source, one.span.start)
    rows = []
    for number in range(code.line(one.span.start), code.line(one.span.end - 1) + 1):
        start, end = source.line_span(number)
        stop = min(end, one.span.end)
        text = source.view[start:stop].decode("ascii").rstrip("\r\n")
        text = text[:72] if source.format == "fixed" else text
        rows.append(text[margin - 1 :].rstrip() or "")
    return "\n".join(row for row in rows if row)


def close_edit(code: Code, like: FileEntry, new: dict[str, str]) -> Edit:
    """CLOSE, before its sibling's."""
    at = next((s for s in code.statements if s.verb == "CLOSE" and like.name in s.words), None)
    if at is None:
        raise DoubtError(f"{like.name} is never closed: where would a new file be?", like.name)
    text = f"CLOSE {new[like.name]}"
    return before(code, at, [(0, text)])
