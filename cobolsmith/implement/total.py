"""A new count or total: an item beside its siblings, a statement where it counts, a line shown.

The line is written like the last of the lines that show a count (or an amount) with a label.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cobolsmith.implement import known, tallies
from cobolsmith.implement.anchors import everywhere
from cobolsmith.implement.loops import performed_by
from cobolsmith.implement.putting import Rows, behind, entry, entry_like, free_name
from cobolsmith.implement.spots import edits_at, told_at
from cobolsmith.implement.statements import Code, Statement
from cobolsmith.implement.ties import DoubtError, is_operand
from cobolsmith.implement.wish import QUOTED, Sketch, Wish, Work, find
from cobolsmith.plan import Edit
from cobolsmith.program import DataItem

SHOW = r"(?:show|print|display|report|list|put|give|write|add|tell|output)"
LABEL = (
    rf"(?:\b(?:as|label|labell?ed|with the label|under(?: the label)?|"
    rf"called|with the text|saying|titled)\s+)?(?P<label>{QUOTED})"
)
HOW_MANY = (
    r"(?:how many|the number of|a count of|the count of|the total number of|a counter of|a total o"
    r"f how many)"
)
SUM = r"(?:the total of|the sum of|the total|a total of|the sum|total|how much)"
OVER = r"(?:of|for|over|from|when(?:ever)?|where|if)"
TAIL = (
    r"(?:\s*,?\s*(?:at the end|with the totals|in the totals|among the totals|with the other total"
    r"s|at the end of the run|at end of job|on the totals|at the end of the totals|in the closing "
    r"totals|(?:after|below|under|behind|beside|next to) the [\w -]+?))*"
)


def read(sentence: str) -> Wish | None:
    """`Count X and show the number as 'L'`, `Show how many X ...`, `Add up A of X and show it`."""
    label = find(LABEL, sentence)
    rest = sentence if label is None else sentence[: label.start()] + " " + sentence[label.end() :]
    rest = re.sub(r"\s+", " ", rest).strip(" ,;")
    rest = re.sub(rf"^((?:also )?{SHOW}) at the end ", r"\1 ", rest, flags=re.IGNORECASE)
    given = {"label": label["label"] if label else ""}
    thing = r"(?P<what>.+?)"
    tail = rf"(?:\s*,?\s*(?:and|then|;)\s+{SHOW}\b.*?)?{TAIL}$"
    counts = (
        rf"^(?:count|tally|keep (?:a )?(?:count|tally) of)\s+(?:up\s+)?(?:all\s+|the\s+)?(?:number"
        rf" of\s+)?{thing}{tail}",
        rf"^(?:also\s+)?{SHOW}\s+{HOW_MANY}\s+{thing}{tail}",
        rf"^(?:also\s+)?{SHOW}\s+(?:a|another|one more)\s+(?:total\s+)?line(?:\s+(?:for|with|sayin"
        rf"g))?\s+{HOW_MANY}\s+{thing}{tail}",
        rf"^at the end,?\s+{SHOW}\s+{HOW_MANY}\s+{thing}{tail}",
    )
    sums = (
        rf"^(?:add up|sum up|sum|accumulate|total)\s+(?P<item>.+?)\s+{OVER}\s+{thing}{tail}",
        rf"^(?:also\s+)?{SHOW}\s+{SUM}\s+(?P<item>.+?)\s+{OVER}\s+{thing}{tail}",
    )
    for pattern in counts:
        found = find(pattern, rest)
        if found:
            return Wish(sentence, "total", {**given, **found.groupdict()})
    for pattern in sums:
        found = find(pattern, rest)
        if found:
            return Wish(sentence, "total", {**given, **found.groupdict()})
    return None


@dataclass(frozen=True, slots=True)
class Shown:
    """A line that shows an item: MOVE item TO edited, DISPLAY label edited."""

    move: Statement
    display: Statement
    item: DataItem
    edited: str
    label: str


def plan(wish: Wish, work: Work) -> Sketch:
    """Where something is counted or added up by what happens; where nothing of the program says
    that, by the records themselves. Raises DoubtError."""
    kept = list(work.ties.found)
    try:
        return happening(wish, work)
    except DoubtError as doubt:
        other = None if doubt.settles else tallies.read(wish.sentence)
        if other is None:
            raise
        work.ties.found[:], work.ties.near = kept, None
        try:
            return tallies.plan(other, work)
        except DoubtError:
            if wish.part("item"):
                raise doubt from None
            raise


def plan_tally(wish: Wish, work: Work) -> Sketch:
    """What an item comes to; where no item is called so, what an amount comes to where something
    happens: `the sum of the dormant fees`. Raises DoubtError."""
    kept = list(work.ties.found)
    try:
        return tallies.plan(wish, work)
    except DoubtError as doubt:
        if doubt.settles or wish.part("result") != "total":
            raise
        work.ties.found[:], work.ties.near = kept, None
        parts = {"what": wish.part("item"), "label": wish.part("label"), "amount": "at hand"}
        try:
            return happening(Wish(wish.sentence, "total", parts), work)
        except DoubtError:
            raise doubt from None


def at_hand(code: Code, at: Statement) -> DataItem:
    """The one amount that is added to something, or taken from it, where a statement stands, or in
    what is performed there. Raises DoubtError."""
    found: dict[str, DataItem] = {}
    led = performed_by(code, code.of(at.procedure))
    for one in (*code.of(at.procedure), *(s for p in sorted(led) for s in code.of(p))):
        item = code.program.resolve(one.words[1]) if one.verb in ("ADD", "SUBTRACT") else None
        if isinstance(item, DataItem) and item.picture is not None and item.picture.scale > 0:
            found[item.name] = item
    if len(found) != 1:
        names = ", ".join(found) or "none"
        raise DoubtError(f"which amount of {code.name(at.procedure)} is it ({names})?")
    (item,) = found.values()
    return item


def happening(wish: Wish, work: Work) -> Sketch:
    """Item, counting statement and line. Raises DoubtError."""
    code, ties = work.code, work.ties
    added = None
    what = re.sub(r"^(?:all|the|those)\s+", "", wish.part("what"))
    what = re.sub(r"^(?:records?|entries)\s+(?:where|with|for which)\s+", "", what)
    spots = everywhere(what, code, ties)
    ties.near = spots[0][0].at.procedure
    if wish.part("item"):
        added = ties.item(wish.part("item"), is_operand)
    elif wish.part("amount"):
        added = at_hand(code, spots[0][0].at)
        ties.tie(what, added.name, "possible", "the one amount that is dealt with there")
    spots = known.settled(code, spots, (added.index,) if added else (), wish.sentence)
    inner = spots[0][1]
    lines = shown_lines(code)
    like = sibling_line(code, lines, added is not None)
    if like is None:
        raise DoubtError(
            f"{code.program.name} shows no totals a line could stand beside", wish.sentence
        )
    label = label_like(like, wish.part("label"), what, code)
    words = [
        w
        for w in re.findall(r"[A-Za-z]+", wish.part("label") or what)
        if w.upper() != code.program.name
    ][:3]
    name = free_name(code, words, like.item.name)
    adding = f"ADD {added.name if added else 1} TO {name}"
    edits = (
        item_for(code, like, name),
        *edits_at(code, spots, [(0, adding)]),
        line_edit(code, like, name, label),
    )
    where = (
        f"counted {told_at(code, spots)}; shown behind line {code.line(like.display.span.start)}"
    )
    what_words = (
        f"{name} like {like.item.name}; {'IF ' + inner.text + ', ' if inner else ''}{adding}; DISP"
        f"LAY '{label}' {like.edited}"
    )
    return Sketch(
        f"show {wish.part('label') or what}",
        edits,
        where,
        what_words,
        (adding, f"MOVE {name} TO {like.edited}"),
        (),
        ("stdout",),
    )


def shown_lines(code: Code) -> list[Shown]:
    """All lines that show an item with a label."""
    found = []
    for one, after in zip(code.statements, code.statements[1:], strict=False):
        words = one.words
        if words[0] != "MOVE" or len(words) != 4 or after.verb != "DISPLAY":
            continue
        item = code.program.resolve(words[1])
        texts = [w for w in after.words if w[:1] == "'"]
        same = after.procedure == one.procedure and after.words[-1] == words[3] and len(texts) == 1
        if same and len(after.words) == 3 and isinstance(item, DataItem) and item.picture:
            found.append(Shown(one, after, item, words[3], texts[0].strip("'")))
    return found


def sibling_line(code: Code, lines: list[Shown], amount: bool) -> Shown | None:
    """The last line of the kind: of an amount, or of a count, best one that counts by ones."""

    def scaled(one: Shown) -> bool:
        return one.item.picture is not None and one.item.picture.scale > 0

    fitting = [one for one in lines if scaled(one) == amount]
    counted = {s.words[3] for s in code.statements if s.words[:3] == ("ADD", "1", "TO")}
    counting = [one for one in fitting if not amount and one.item.name in counted]
    best = counting or fitting
    return best[-1] if best else None


def label_like(like: Shown, given: str, what: str, code: Code) -> str:
    """A label as wide as its sibling's, after the program's name where the sibling has it."""
    text = given.strip("'") or " ".join(re.findall(r"[A-Za-z]+", what)).upper()
    prefix = f"{code.program.name} "
    if like.label.startswith(prefix) and not text.startswith(prefix):
        text = prefix + text
    return text.ljust(len(like.label)) if len(text) <= len(like.label) else f"{text} "


def item_for(code: Code, like: Shown, name: str) -> Edit:
    """The new item, beside its sibling, or at the end of WORKING-STORAGE."""
    own = like.item.origin.path == code.program.source.path
    started = like.item.values or like.item.level == 77
    if own and started and not code.program.subscripts(like.item):
        return entry_like(code, like.item, name)
    picture = like.item.picture
    assert picture is not None
    usage = "" if like.item.usage == "DISPLAY" else f" {like.item.usage}"
    return entry(code, name, f"PIC {picture.text}{usage} VALUE ZERO")


def line_edit(code: Code, like: Shown, name: str, label: str) -> Edit:
    """The line, like its sibling's."""
    rows: Rows = [(0, f"MOVE {name} TO {like.edited}"), (0, f"DISPLAY '{label}' {like.edited}")]
    if all_sentences(code, like):
        rows = [(0, rows[0][1] + "."), rows[1]]
    return behind(code, like.display, rows)


def all_sentences(code: Code, like: Shown) -> bool:
    """Whether the sibling's statements are sentences of their own."""
    return code.ends_sentence(like.move)
