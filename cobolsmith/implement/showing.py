"""What is shown: an item more beside its like, or an item in capitals (or small letters)."""

from __future__ import annotations

import re

from cobolsmith.implement import tallies
from cobolsmith.implement.closing import displayed, worded_like
from cobolsmith.implement.putting import behind
from cobolsmith.implement.statements import Code, Statement
from cobolsmith.implement.ties import DoubtError, is_data
from cobolsmith.implement.wish import Sketch, Wish, Work, find
from cobolsmith.plan import Edit
from cobolsmith.program import DataItem
from cobolsmith.source import Span

SHOW = r"(?:show|print|display|write|list|output|report)"
CASE = r"(?P<case>upper|capital|lower|small)(?:[- ]?case)?(?: letters)?"


def read(sentence: str) -> Wish | None:
    """`Also display X`, `Show X as well`, `Print X in upper case`, `Uppercase X`."""
    cases = (
        rf"^{SHOW}\s+(?P<item>.+?)\s+in\s+(?:all\s+)?{CASE}s?(?P<rest>\s+.*)?$",
        rf"^(?:convert|change|turn|put|translate|fold)\s+(?P<item>.+?)\s+(?:in)?to\s+{CASE}s?$",
        r"^(?P<case>upper|lower)[- ]?case\s+(?P<item>.+?)$",
        r"^(?P<case>capital)i[sz]e\s+(?P<item>.+?)$",
    )
    for pattern in cases:
        found = find(pattern, sentence)
        if found and not (found.groupdict().get("rest") or "").strip():
            return Wish(sentence, "case of letters", found.groupdict())
    more = (
        rf"^(?:also\s+{SHOW}|{SHOW}\s+also)\s+(?P<item>.+?)$",
        rf"^{SHOW}\s+(?P<item>.+?)\s*,?\s+(?:as well|too|also|in addition)$",
    )
    for pattern in more:
        found = find(pattern, sentence)
        if found and not find(r"\b(?:when|if|at the end|each|every)\b", sentence):
            return Wish(sentence, "shown", found.groupdict())
    return None


def plan(wish: Wish, work: Work) -> Sketch:
    """An item shown where its like is; what the program has no item for is worked out. Raises
    DoubtError."""
    kept = list(work.ties.found)
    try:
        return beside(wish, work)
    except DoubtError as doubt:
        other = None if doubt.settles else tallies.read(wish.sentence)
        if other is None:
            raise
        work.ties.found[:] = kept
        return tallies.plan(other, work)


def beside(wish: Wish, work: Work) -> Sketch:
    """A DISPLAY beside those that show items of the same record. Raises DoubtError."""
    code = work.code
    item = work.ties.item(wish.part("item"), is_data, given=True)
    if code.program.subscripts(item):
        raise DoubtError(f"{item.name} stands in a table: which of its entries?", wish.part("item"))
    lines = [line for one in code.statements if (line := displayed(code, one))]
    if any(line.item.index == item.index for line in lines):
        return Sketch(f"show {item.name}", (), "", "", (item.name,))
    home = code.program.record(item.index).index
    alike = [one for one in lines if code.program.record(one.item.index).index == home]
    if not alike:
        raise DoubtError(
            f"no line with a label shows an item of the record of {item.name}: where is it shown?",
            wish.part("item"),
        )
    like = alike[-1]
    label = worded_like(re.sub(r"^(?:the|all)\s+", "", wish.part("item")), like.label)
    shows = f"DISPLAY {label} {item.name}"
    edit = behind(code, like.at, [(0, shows)])
    where = f"behind line {code.line(like.at.span.start)}, which shows {like.item.name}"
    return Sketch(
        f"show {item.name}", (edit,), where, shows, (shows,), (), (f"stdout+{label[1:-1]}",)
    )


def plan_case(wish: Wish, work: Work) -> Sketch:
    """FUNCTION UPPER-CASE around an item where it is shown, or moved to what is written. Raises
    DoubtError."""
    code = work.code
    item = work.ties.item(wish.part("item"), lettered, given=True)
    function = "LOWER-CASE" if wish.part("case").lower() in ("lower", "small") else "UPPER-CASE"
    shown = [s for s in code.statements if s.verb == "DISPLAY" and item.name in s.words[1:]]
    moved = [s for s in code.statements if s.words[:3] == ("MOVE", item.name, "TO")]
    written = [s for s in moved if any(goes_out(code, name) for name in s.words[3:])]
    places = shown or written
    if not places:
        raise DoubtError(f"nothing shows {item.name}, nor writes it from a MOVE", wish.part("item"))
    edits = tuple(around(code, one, item.name, function) for one in places)
    lines = f"line{'s' * (len(places) > 1)} " + ", ".join(
        str(code.line(one.span.start)) for one in places
    )
    how = "shown" if shown else "moved to what is written"
    files = {code.program.record(i.index).file for s in written for i in receivers(code, s)}
    differs = ("stdout/case",) if shown else tuple(f"{one}/case" for one in sorted(files))
    call = f"FUNCTION {function} ( {item.name} )"
    return Sketch(
        f"{item.name} in {function.lower().replace('-', ' ')}",
        edits,
        f"{lines}, where {item.name} is {how}",
        call,
        (call,),
        (),
        differs,
    )


def lettered(item: DataItem) -> bool:
    """Whether an item holds text."""
    if item.is_group:
        return bool(item.name) and item.level not in (66, 78, 88)
    return is_data(item) and item.picture is not None and item.picture.category.startswith("alpha")


def receivers(code: Code, one: Statement) -> list[DataItem]:
    """The items that a MOVE fills."""
    found = [code.program.resolve(name) for name in one.words[3:]]
    return [item for item in found if isinstance(item, DataItem)]


def goes_out(code: Code, name: str) -> bool:
    """Whether a name is an item of a record that is written."""
    item = code.program.resolve(name)
    if not isinstance(item, DataItem):
        return False
    file = code.program.record(item.index).file
    return any(use.file == file and use.how == "opens-output" for use in code.program.flow.files)


def around(code: Code, one: Statement, name: str, function: str) -> Edit:
    """The function around an operand of a statement."""
    source = code.program.source
    text = source.view[one.span.start : one.span.end].decode("ascii")
    bare = re.sub(r"'[^']*'|\"[^\"]*\"", lambda found: "'" * len(found[0]), text)
    hit = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", bare, re.IGNORECASE)
    assert hit is not None, "the name is one of the statement's words"
    written = text[hit.start() : hit.end()]
    call = f"FUNCTION {function}({written})"
    at = Span(one.span.start + hit.start(), one.span.start + hit.end())
    return Edit(source.path, at, (call.lower() if written.islower() else call,))
