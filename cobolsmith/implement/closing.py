"""The end of a run: where it is, and the lines a program shows there; a new one beside them.

A line is written like those that stand there: MOVE and DISPLAY of an edited item, DISPLAY of a
label and an item, or WRITE FROM a group that holds a label and a number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cobolsmith.implement.loops import repeated
from cobolsmith.implement.putting import Rows, before, behind, entry, free_name, quoted, sentences
from cobolsmith.implement.statements import Code, Statement
from cobolsmith.implement.ties import DoubtError
from cobolsmith.plan import Edit
from cobolsmith.program import DataItem
from cobolsmith.writing import after_line, cased, column, line

STOPS = ("STOP", "GOBACK")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that the end shows: the statement, its label as written, the item beside it; `group`
    is what a WRITE is FROM, `file` that it is written to, `room` the bytes of its records."""

    at: Statement
    label: str
    item: DataItem
    group: DataItem | None = None
    file: str = ""
    room: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """What a new line shows: the item, its digits, how many of them stand behind the point, and
    whether it may be negative."""

    name: str
    digits: int
    scale: int
    signed: bool

    @property
    def picture(self) -> str:
        """The edited PICTURE for people."""
        whole = self.digits - self.scale
        text = f"Z({whole - 1})9" if whole > 1 else "9"
        point = f".{'9' * self.scale}" if self.scale < 3 else f".9({self.scale})"
        return f"{text}{point if self.scale else ''}{'-' if self.signed else ''}"

    @property
    def width(self) -> int:
        """The columns of that PICTURE."""
        return self.digits + bool(self.scale) + self.signed


def closing_lines(code: Code) -> list[Line]:
    """The lines with a label and a number that no loop repeats, in order."""
    procedures, spans = repeated(code)
    found = []
    for one in code.statements:
        again = one.procedure in procedures or any(a < one.span.start < b for a, b in spans)
        line_ = None if again else displayed(code, one) or written(code, one)
        if line_ is not None:
            found.append(line_)
    return found


def displayed(code: Code, one: Statement) -> Line | None:
    """A DISPLAY of a label and one item."""
    if one.verb != "DISPLAY" or len(one.words) != 3 or one.words[1][:1] not in "'\"":
        return None
    item = code.program.resolve(one.words[2])
    return Line(one, one.words[1], item) if isinstance(item, DataItem) and item.picture else None


def written(code: Code, one: Statement) -> Line | None:
    """A WRITE FROM a group with a label and one number."""
    if one.verb != "WRITE" or one.words[2:3] != ("FROM",):
        return None
    program = code.program
    group, record = (program.resolve(word) for word in (one.words[3], one.words[1]))
    if not isinstance(group, DataItem) or not isinstance(record, DataItem):
        return None
    below = program.children(group)
    named = [item for item in below if item.name]
    labels = [v for item in below if not item.name for v in map(str, item.values) if lettered(v)]
    if len(named) != 1 or len(labels) != 1 or named[0].picture is None:
        return None
    if "numeric" not in named[0].picture.category or group.origin.path != program.source.path:
        return None
    file = program.record(record.index).file
    return Line(one, labels[0], named[0], group, file, record.length)


def lettered(value: str) -> bool:
    """Whether a VALUE is a literal with words in it."""
    return value[:1] in "'\"" and any(map(str.isalpha, value))


def end_of_run(code: Code) -> Statement:
    """The statement that ends the run where all went well: the one STOP RUN or GOBACK that stands
    in no other statement and that no loop repeats. Raises DoubtError."""
    procedures, _ = repeated(code)
    stops = [s for s in code.statements if s.verb in STOPS and s.top]
    found = [s for s in stops if s.procedure not in procedures]
    called = {e.target for e in code.program.edges if e.kind.startswith("perform")}
    led = {e.target for e in code.program.edges if e.kind == "go_to"}
    main = [s for s in found if s.procedure not in called and s.procedure not in led]
    if len(main or found) != 1:
        lines = ", ".join(str(code.line(s.span.start)) for s in (main or found)[:4])
        where = f"lines {lines} end it" if lines else "no statement ends it"
        raise DoubtError(f"where is the end of {code.program.name}? {where}", "the end")
    return (main or found)[0]


@dataclass(frozen=True, slots=True)
class Shown:
    """A line put at the end: its edits, in words where, as a stated difference what it is, and the
    statement that shows it."""

    edits: tuple[Edit, ...]
    where: str
    gain: str
    mark: str


def put(code: Code, result: Result, label: str, first: Rows = ()) -> Shown:
    """Show a result at the end, behind rows that make it. Raises DoubtError."""
    lines = closing_lines(code)
    file = [one for one in lines if one.group is not None]
    shown = [one for one in lines if one.group is None]
    if shown:
        alike = [one for one in shown if bool(scale_of(one.item)) == bool(result.scale)]
        like = (alike or shown)[-1]
        prefix = f"{code.program.name} "
        text = worded_like(prefix * like.label[1:-1].startswith(prefix) + label, like.label)
        entries, rows = display_rows(code, result, text, edited_for(code, like, result))
        where = f"shown behind line {code.line(like.at.span.start)}, beside its like"
        edit = behind(code, like.at, separate(code, like.at, (*first, *rows)))
        return Shown((*entries, edit), where, f"stdout+{text[1:-1]}", rows[-1][1])
    if file:
        return written_like(code, result, label, file[-1], first)
    stop = end_of_run(code)
    text = f"{spoken(label, code)}: "
    entries, rows = display_rows(code, result, quoted(code, text))
    where = f"shown before line {code.line(stop.span.start)} ends the run"
    every: Rows = (*first, *rows)
    edit = before(code, stop, separate(code, stop, every) if sentences(code, stop) else every)
    return Shown((*entries, edit), where, f"stdout+{text}", rows[-1][1])


def separate(code: Code, at: Statement, rows: Rows) -> Rows:
    """Rows as sentences of their own where those of a statement's procedure are."""
    if not code.ends_sentence(at):
        return rows
    outer = [nth for nth, (step, _) in enumerate(rows) if step == 0]
    ends = {nth - 1 for nth in outer[1:] if not rows[nth][1].startswith("END-")}
    return [(step, f"{text}." if nth in ends else text) for nth, (step, text) in enumerate(rows)]


def scale_of(item: DataItem) -> int:
    """The decimals of an item."""
    return item.picture.scale if item.picture is not None else 0


def edited_for(code: Code, like: Line, result: Result) -> str:
    """The edited item by which a line shows what is moved to it right before, if it holds the
    result, too."""
    at = code.statements.index(like.at)
    words = code.statements[at - 1].words if at else ()
    picture = like.item.picture
    filled = words[:1] == ("MOVE",) and words[2:] == ("TO", like.item.name)
    if not filled or picture is None or picture.category != "numeric-edited":
        return ""
    counts = not result.scale and picture.digits >= 5
    signs = not result.signed or any(
        sign in picture.text.upper() for sign in ("-", "+", "CR", "DB")
    )
    fits = picture.scale == result.scale and (counts or picture.digits >= result.digits)
    return like.item.name if fits and signs else ""


def display_rows(
    code: Code, result: Result, label: str, through: str = ""
) -> tuple[tuple[Edit, ...], Rows]:
    """The rows that DISPLAY a result: a count as it is, an amount through an edited item; all
    `through` one that is there."""
    if through:
        return (), ((0, f"MOVE {result.name} TO {through}"), (0, f"DISPLAY {label} {through}"))
    if not result.scale and not result.signed:
        return (), ((0, f"DISPLAY {label} {result.name}"),)
    edited = free_name(code, [*result.name.split("-")[1:], "ED"], result.name)
    made = entry(code, edited, f"PIC {result.picture}")
    return (made,), (
        (0, f"MOVE {result.name} TO {edited}"),
        (0, f"DISPLAY {label} {edited}"),
    )


def worded_like(label: str, like: str) -> str:
    """A label with the case, the quotes, the ending and the width of another."""
    quote, text = like[0], like[1:-1]
    ending = re.search(r"\s*[:=.]*\s*$", text)
    ends = ending[0] if ending else ""
    body = label.upper() if text == text.upper() else label[:1].upper() + label[1:]
    made = f"{body}{ends.rstrip()}" if ends.strip() else body
    blank = ends.endswith(" ") or not ends
    return f"{quote}{made.ljust(len(text)) if len(made) < len(text) else made + ' ' * blank}{quote}"


def spoken(label: str, code: Code) -> str:
    """A label in capitals where most of the program's texts are."""
    words = [w for s in code.statements if s.verb == "DISPLAY" for w in s.words[1:2]]
    words += [str(v) for item in code.program.items for v in item.values]
    texts = [w for w in words if w[:1] in "'\"" and sum(map(str.isalpha, w)) > 3]
    small = sum(w != w.upper() for w in texts)
    return label.upper() if small * 2 <= len(texts) else label[:1].upper() + label[1:]


def written_like(code: Code, result: Result, label: str, like: Line, first: Rows) -> Shown:
    """A line like another that is written FROM a group: a group of its own, written behind it."""
    assert like.group is not None
    words = [*result.name.split("-")[1:], "LINE"]
    name = free_name(code, words, "" if "-" not in like.group.name else result.name)
    shown = free_name(code, [*result.name.split("-")[1:], "OUT"], result.name)
    text = worded_like(label, like.label)
    group = line_group(code, like, name, shown, text, result)
    write = " ".join((*like.at.words[:3], name, *like.at.words[4:]))
    rows = separate(code, like.at, (*first, (0, f"MOVE {result.name} TO {shown}"), (0, write)))
    where = f"written behind line {code.line(like.at.span.start)}, beside its like"
    return Shown((group, behind(code, like.at, rows)), where, f"{like.file}+{text[1:-1]}", write)


def line_group(code: Code, like: Line, name: str, shown: str, label: str, result: Result) -> Edit:
    """The group of a line, as long as its sibling and behind it. Raises DoubtError where the line
    has no room."""
    source, group = code.program.source, like.group
    assert group is not None
    used = len(label) - 2 + result.width
    rest = group.length - used
    if used > min(group.length, like.room):
        raise DoubtError(f"a line like {group.name} has no room for '{label[1:-1]}'", label)
    children = code.program.children(group)
    at = column(source, group.origin.span.start)
    inner = column(source, children[0].origin.span.start)
    level = f"{children[0].level:02}"
    rows = [
        f"01  {name}.",
        f"{level} FILLER PIC X({len(label) - 2}) VALUE",
        f"   {label}.",
        f"{level} {shown} PIC {result.picture}.",
        *([f"{level} FILLER PIC X({rest}) VALUE SPACES."] if rest else []),
    ]
    made = [line(source, at if nth == 0 else inner, row) for nth, row in enumerate(rows)]
    last = max(one.origin.span.end for one in code.program.below(group.index))
    text = cased(source, group.origin.span.start, "".join(made))
    return Edit(source.path, after_line(source, code.line(last - 1)), (text,))
