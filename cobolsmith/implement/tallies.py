"""What a run comes to, shown at its end: totals, counts, averages, the highest and the lowest.

An item is added up (or compared) where it has its value, once for each record; the end shows it,
written like the lines that stand there, or before the statement that ends the run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from cobolsmith.implement import known
from cobolsmith.implement.closing import Result, Shown, closing_lines, put
from cobolsmith.implement.loops import Turn, adds, clears, file_of, turn_of, turn_over, writers
from cobolsmith.implement.naming import Asked
from cobolsmith.implement.putting import Rows, before, behind, entry, house_name, together
from cobolsmith.implement.selected import selected
from cobolsmith.implement.statements import Code
from cobolsmith.implement.ties import DoubtError, is_operand
from cobolsmith.implement.vocabulary import content
from cobolsmith.implement.wish import QUOTED, Sketch, Wish, Work, find
from cobolsmith.plan import Edit
from cobolsmith.program import DataItem

SHOW = (
    r"(?:also\s+)?"
    r"(?:show|print|display|report|list|put|give|write|add|tell|output|compute|work out)"
)
END = r"at (?:the )?(?:very )?end(?: of (?:the )?(?:run|job|report|list|file|program|output))?"
RESULT = (
    r"(?:it|them|that|this|the (?:grand )?(?:total|count|sum|number|result|average|figure|value))"
)
TAIL = (
    rf"(?:\s*,?\s*(?:and|then|;)\s+(?:then\s+)?{SHOW}\s+{RESULT})?(?P<end>\s*,?\s*(?:{END}|"
    r"(?:with|among|in) the (?:other )?totals))?"
    r"(?:\s+(?:like|as for|the way) (?:the (?:one|count|line) (?:for|of) )?(?P<like>[\w-]+))?$"
)
LABEL = rf"\b(?:as|labell?ed|with the label|under|called|saying|titled)\s+(?P<label>{QUOTED})"
HIGHEST = r"(?:highest|largest|maximum|biggest|greatest)"
LOWEST = r"(?:lowest|smallest|minimum|least)"
ITEM = r"(?:of\s+)?(?:all\s+)?(?:of\s+)?(?:the\s+)?(?P<item>.+?)"
KINDS = (
    ("average", rf"^{SHOW}\s+(?:an?\s+|the\s+)?(?:average|mean)\s+{ITEM}{TAIL}"),
    ("highest", rf"^{SHOW}\s+(?:the\s+)?{HIGHEST}\s+{ITEM}{TAIL}"),
    ("lowest", rf"^{SHOW}\s+(?:the\s+)?{LOWEST}\s+{ITEM}{TAIL}"),
    (
        "total",
        rf"^{SHOW}\s+(?:an?\s+|the\s+)?(?:grand\s+|overall\s+)?(?:total|sum)\s+{ITEM}{TAIL}",
    ),
    ("total", rf"^(?:add up|sum up|sum|total|accumulate)\s+{ITEM}{TAIL}"),
    (
        "count",
        rf"^(?:count|{SHOW}\s+(?:how many|(?:the |a )?(?:number|count) of))\s+(?:up\s+)?(?:all\s+)?"
        rf"(?:the\s+)?(?P<what>.+?){TAIL}",
    ),
)


@dataclass(frozen=True, slots=True)
class Making:
    """How a result is made: the new items, the rows for each record, those of the end."""

    result: Result
    items: tuple[Edit, ...]
    rows: Rows
    last: Rows = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """What is shown: its label, how and where it is made, and under what condition."""

    label: str
    making: Making
    turn: Turn
    asked: Asked | None = None


def read(sentence: str) -> Wish | None:
    """`Add a total of all X and print it at the end`, `Show the highest X at the end`, `Count the
    X in V and print the count`."""
    label = find(LABEL, sentence)
    rest = sentence if label is None else f"{sentence[: label.start()]} {sentence[label.end() :]}"
    rest = re.sub(rf"^{END},?\s+(.*)$", r"\1 at the end", rest, flags=re.IGNORECASE)
    rest = re.sub(r"\s+", " ", rest).strip(" ,;")
    for kind, pattern in KINDS:
        found = find(pattern, rest)
        if found:
            given = {"label": label["label"] if label else "", "result": kind}
            return Wish(sentence, "tally", {**given, **found.groupdict()})
    return None


def plan(wish: Wish, work: Work) -> Sketch:
    """The item, what makes it, and the line. Raises DoubtError."""
    return counted(wish, work) if wish.part("result") == "count" else made_of(wish, work)


def counted(wish: Wish, work: Work) -> Sketch:
    """A count of records, all or those of which something holds."""
    code = work.code
    chosen = selected(wish.part("what"), wish.part("like"), work)
    words = frozenset(content(wish.part("what")))
    items = chosen.asked.items if chosen.asked else ()
    file = file_of(code, items, wish.part("what"), words)
    entry_ = code.program.file(file)
    later = any(code.program.items[index].offset for index in items)
    if later and entry_ is not None and len(entry_.records) > 1:
        raise DoubtError(f"{file} has several records: where is '{wish.part('what')}' known?")
    turn = turn_over(code, file, wish.sentence)
    name = house_name(code, chosen.name)
    kept = entry(code, name, "PIC 9(7) VALUE ZERO")
    making = Making(Result(name, 7, 0, False), (kept,), ((0, f"ADD 1 TO {name}"),))
    label = wish.part("label").strip("'") or chosen.label
    return drawn(work, Tally(label, making, turn, chosen.asked))


def made_of(wish: Wish, work: Work) -> Sketch:
    """A total, an average or an extreme of an item."""
    code, kind = work.code, wish.part("result")
    said, _, which = wish.part("item").partition(" whose ")
    item = work.ties.item(said, measured, given=True)
    if code.program.subscripts(item):
        raise DoubtError(f"{item.name} stands in a table: which of its entries?", said)
    made_by = [one for one in writers(code, item) if not clears(one)]
    if made_by and all(one.words[:2] == ("ADD", "1") for one in made_by):
        raise DoubtError(f"{item.name} is a count: what is added up?", said)
    chosen = selected(f"records whose {which}", "", work) if which else None
    there = summed(code, item) if kind == "total" and chosen is None else None
    about = plainly(said)
    label = wish.part("label").strip("'") or f"{kind} {about}".replace("total total", "grand total")
    if there is not None:
        return known_total(work, item, there, label)
    turn = turn_of(code, item, wish.sentence)
    words = [kind, *re.findall(r"[A-Za-z]+", about)][:4]
    making = {"total": total, "average": average}.get(kind, extreme)(work, item, words)
    return drawn(work, Tally(label, making, turn, chosen.asked if chosen else None))


def measured(item: DataItem) -> bool:
    """Whether an item can be added up."""
    return is_operand(item) and item.picture is not None and item.picture.category == "numeric"


def plainly(said: str) -> str:
    """A phrase without articles and all; the last of several words in the singular."""
    text = re.sub(r"\b(?:the|all|an?|of|our|their|its)\b\s*", "", said, flags=re.IGNORECASE).strip()
    return re.sub(r"(?<=[a-z]{3})(?<!s)s$", "", text)


def made(work: Work, name: str, item: DataItem, more: int, value: str = "ZERO") -> Edit:
    """A new item that holds what another does, and some digits more."""
    picture = item.picture
    assert picture is not None
    whole = min(picture.digits - picture.scale + more, 18 - picture.scale)
    point = "V" + ("9" * picture.scale if picture.scale < 3 else f"9({picture.scale})")
    text = f"{'S' * picture.signed}9({whole}){point * bool(picture.scale)}"
    usage = " COMP-3" if item.usage in ("COMP-3", "PACKED-DECIMAL") else ""
    return entry(work.code, name, f"PIC {text}{usage} VALUE {value}")


def result_of(name: str, item: DataItem, more: int) -> Result:
    """What shows an item like another, with some digits more."""
    picture = item.picture
    assert picture is not None
    digits = min(picture.digits + more, 18)
    return Result(name, digits, picture.scale, picture.signed)


def total(work: Work, item: DataItem, words: list[str]) -> Making:
    """ADD item TO total."""
    name = house_name(work.code, words)
    rows = ((0, f"ADD {item.name} TO {name}"),)
    return Making(result_of(name, item, 4), (made(work, name, item, 4),), rows)


def average(work: Work, item: DataItem, words: list[str]) -> Making:
    """Total and count, divided at the end."""
    code = work.code
    own = [house_name(code, [*head, *words[1:]]) for head in (["AVERAGE"], ["SUM"], ["NUMBER"])]
    name, sum_, count = own
    items = (
        made(work, name, item, 0),
        made(work, sum_, item, 4),
        entry(code, count, "PIC 9(7) VALUE ZERO"),
    )
    rows = ((0, f"ADD {item.name} TO {sum_}"), (0, f"ADD 1 TO {count}"))
    last = (
        (0, f"IF {count} > ZERO"),
        (4, f"COMPUTE {name} ROUNDED ="),
        (8, f"{sum_} / {count}"),
        (0, "END-IF"),
    )
    return Making(result_of(name, item, 0), items, rows, last)


def extreme(work: Work, item: DataItem, words: list[str]) -> Making:
    """The highest or lowest so far; a switch says whether there was any."""
    code, picture = work.code, item.picture
    assert picture is not None
    name, lowest = house_name(code, words), words[0] == "lowest"
    kept = made(work, name, item, 0)
    take = f"MOVE {item.name} TO {name}"
    sign = "<" if lowest else ">"
    if not lowest and not picture.signed:
        rows: Rows = ((0, f"IF {item.name} > {name}"), (4, take), (0, "END-IF"))
        return Making(result_of(name, item, 0), (kept,), rows)
    seen = house_name(code, [*words, "SW"])
    switch = entry(code, seen, "PIC X VALUE 'N'")
    rows = (
        (0, f"IF {seen} = 'N'"),
        (8, f"OR {item.name} {sign} {name}"),
        (4, f"MOVE 'Y' TO {seen}"),
        (4, take),
        (0, "END-IF"),
    )
    return Making(result_of(name, item, 0), (kept, switch), rows)


def summed(code: Code, item: DataItem) -> DataItem | None:
    """A total that the program makes of an item already: started at zero, and only added to."""
    for one in code.statements:
        if adds(one, item):
            found = code.program.resolve(one.words[3])
            if isinstance(found, DataItem) and found.values and is_zero(found):
                others = [s for s in writers(code, found) if s is not one and not clears(s)]
                if not others:
                    return found
    return None


def is_zero(item: DataItem) -> bool:
    """Whether an item starts at zero."""
    zeros = ("ZERO", "ZEROS", "ZEROES", "0", "+0", "0.00")
    return all(str(value).upper() in zeros for value in item.values)


def known_total(work: Work, item: DataItem, there: DataItem, label: str) -> Sketch:
    """The line alone, for a total that is there; nothing where the end shows it."""
    code, picture = work.code, there.picture
    assert picture is not None
    shown = {one.item.index for one in closing_lines(code)}
    moved = {m.receiver for m in code.program.flow.moves if m.sender == there.index}
    made_by = f"ADD {item.name} TO {there.name}"
    if shown & {there.index, *moved}:
        return Sketch(f"show {label}", (), "", "", (made_by,))
    result = Result(there.name, picture.digits, picture.scale, picture.signed)
    line = put(code, result, label)
    what = f"{there.name}, which is added up already, in a line"
    return Sketch(f"show {label}", line.edits, line.where, what, (line.mark,), (), (line.gain,))


def drawn(work: Work, tally: Tally) -> Sketch:
    """The sketch of a tally. Raises DoubtError where its condition isn't known yet."""
    code, turn, making = work.code, tally.turn, tally.making
    if tally.asked is not None:
        asked = known.brought(code, turn.at, tally.asked, behind=not turn.first)
        known.checked(code, turn.at, asked.items, asked.text, behind=not turn.first)
        tally = replace(tally, asked=asked)
    rows = making.rows
    if tally.asked is not None:
        inner = [(step + 4, row) for step, row in rows]
        rows = ((0, f"IF {tally.asked.text}"), *inner, (0, "END-IF"))
    line: Shown = put(code, making.result, tally.label, making.last)
    edit = (before if turn.first else behind)(code, turn.at, rows)
    side = "before" if turn.first else "behind"
    return Sketch(
        f"show {tally.label}",
        together((*making.items, edit, *line.edits)),
        f"made {side} line {code.line(turn.at.span.start)} ({turn.why}); {line.where}",
        "; ".join(row for _, row in rows),
        (*(row for _, row in making.rows if row.startswith(("ADD ", "MOVE "))), line.mark),
        (),
        (line.gain,),
    )
