"""Another rate or limit, and rounding: a literal or a VALUE replaced, ROUNDED put in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from cobolsmith.implement import pricelist, reasons
from cobolsmith.implement.conditions import number_of
from cobolsmith.implement.statements import Code, Statement, words_of
from cobolsmith.implement.ties import DoubtError, is_operand
from cobolsmith.implement.vocabulary import content, of_name, soft
from cobolsmith.implement.wish import Sketch, Wish, Work, find
from cobolsmith.plan import Edit
from cobolsmith.program import DataItem
from cobolsmith.source import Span

NUMBER = r"[-+]?(?:\d[\d,]*(?:\.\d+)?|\.\d+)"
Number = tuple[Statement | None, DataItem | None, tuple[int, int]]
"""A number: the statement it stands in, or the item whose VALUE it is; its span."""
UNIT = r"\s*(?:%|percent|per cent|days?|lines?|years?|euros?|dollars?|digits?)?"


MOVES = (
    r"(?:goes|go|rises?|increases?|grows?|falls?|drops?|decreases?|changes?|"
    r"(?:is|are|gets?)\s+(?:raised|lowered|increased|reduced|cut|changed|set))"
)
BOUND = r"(?:at most|at least|no more than|no less than|up to|a maximum of|a minimum of)"


INSTEAD = (
    r"(?:instead of|rather than|no longer|in place of|not|and not|where it was|formerly|so far)"
)
LEFT = (
    r"\b(?:now|already|only|per \w+|any more|any longer|at most|at least|up to|at a time|"
    r"in future|from now on|as of \w+|every|after|of|at|by|to|from|with)\s*$"
)
"""What may stand before a number and says nothing of what it is."""


def moved(sentence: str) -> Wish | None:
    """`WHAT rises (from A) to B`, `WHAT gets at most B instead of A`, `WHAT is at B now, not A any
    more`, `WHAT may do up to B`."""
    found = find(
        rf"^(?P<what>[^:]+?)\s+{MOVES}(?:\s+(?:up|down))?(?:\s+from\s+(?P<old>{NUMBER}){UNIT})?"
        rf"(?:\s+(?:up|down))?\s+to\s+(?P<new>{NUMBER}){UNIT}$",
        sentence,
    ) or find(
        rf"^(?P<what>[^:]+?)\s+(?:gets?|has|have|holds?|takes?|may have)\s+(?:{BOUND}\s+)?(?P<new>"
        rf"{NUMBER}){UNIT}\s*,?\s*(?:instead of|not|no longer|rather than)\s+(?:{BOUND}\s+)?"
        rf"(?P<old>{NUMBER}){UNIT}$",
        sentence,
    )
    if found:
        return Wish(sentence, "rate", {**found.groupdict(""), "old": found["old"] or ""})
    return swapped_somewhere(sentence) or bounded(sentence)


def swapped_somewhere(sentence: str) -> Wish | None:
    """Two numbers, one in the place of the other: `... B ..., not A any more`."""
    found = find(
        rf"^(?P<head>[^:]+?)\s+(?P<new>{NUMBER}){UNIT}"
        rf"(?P<mid>(?:\s+(?!{NUMBER})[\w']+){{0,4}}?)\s*,?\s*(?:and\s+)?{INSTEAD}\s+(?:{BOUND}\s+|the\s+)?(?P<old>{NUMBER}){UNIT}"
        r"(?:\s+(?:any more|any longer|as (?:before|now|today)|it (?:is|was)))?$",
        sentence,
    )
    if not found or len(re.findall(rf"(?<![\w.]){NUMBER}(?![\w.])", sentence)) != 2:
        return None
    what = re.sub(LEFT, "", f"{found['head']}{found['mid']}", flags=re.IGNORECASE)
    return Wish(sentence, "rate", {"what": what, "new": found["new"], "old": found["old"]})


def bounded(sentence: str) -> Wish | None:
    """`WHAT may do up to B (at a time)`: a bound that the program has another number for."""
    found = find(
        rf"^(?P<what>[^:]+?)\s+(?:may|can|must|should|shall|are allowed to|is allowed to)\s+"
        rf"(?P<does>\w+)\s+(?:only\s+)?{BOUND}\s+(?P<new>{NUMBER}){UNIT}"
        r"(?:\s+(?:at a time|at once|each|per \w+|in future|from now on|now))*$",
        sentence,
    )
    if not found:
        return None
    what = f"{found['what']} {found['does']}"
    return Wish(sentence, "rate", {"what": what, "new": found["new"], "bound": "yes"})


def read(sentence: str) -> Wish | None:
    """`Raise WHAT from A to B`, `WHAT happens after B instead of A`, `Round WHAT`."""
    if wish := moved(sentence):
        return wish
    change = find(
        rf"^(?:change|raise|lower|increase|reduce|decrease|set|cut|move|bring|put|lift)\s+(?P<what"
        rf">.+?)\s+"
        rf"from\s+(?P<old>{NUMBER}){UNIT}\s+(?:up\s+|down\s+)?to\s+(?P<new>{NUMBER}){UNIT}$",
        sentence,
    )
    if change:
        return Wish(sentence, "rate", change.groupdict())
    plain = find(
        rf"^(?:change|raise|lower|increase|reduce|decrease|set|cut|bring|put|lift)\s+(?P<what>.+?)\s+"
        rf"(?:up\s+|down\s+)?to\s+(?P<new>{NUMBER}){UNIT}$",
        sentence,
    )
    if plain:
        return Wish(sentence, "rate", {**plain.groupdict(), "old": ""})
    swapped = find(
        rf"^(?P<what>.+?)\s+(?:is|are|shall be|should be|goes|go|becomes?|must be)\s+(?P<new>"
        rf"{NUMBER}){UNIT}"
        rf"(?:\s+now)?\s*(?:,|and)?\s*(?:instead of|not|no longer|rather than)\s+(?P<old>{NUMBER})"
        rf"{UNIT}(?:\s+any more)?$",
        sentence,
    )
    if swapped:
        return Wish(sentence, "rate", swapped.groupdict())
    set_to = find(
        rf"^(?P<what>.+?)\s+(?:is|becomes|shall be|will be|should be|must be)\s+(?:now\s+)?"
        rf"(?P<new>{NUMBER}){UNIT}\s*,?\s*(?:from now on|now|in future|from today(?: on)?)$",
        sentence,
    )
    if set_to:
        return Wish(sentence, "rate", {**set_to.groupdict(), "old": ""})
    counted = find(
        rf"^(?P<what>.+?)\s+(?:after|at|every|to|by|up to|with)\s+(?P<new>{NUMBER}){UNIT}\s*,?\s*"
        rf"(?:instead of|not|no longer|rather than)\s+(?:after |at |every |to |by |up to |with )?"
        rf"(?P<old>{NUMBER}){UNIT}(?:\s+any more)?$",
        sentence,
    )
    if counted:
        return Wish(sentence, "rate", counted.groupdict())
    rounding = find(
        r"^(?:round)\s+(?P<what>.+?)(?:\s+(?:to (?:the )?(?:nearest )?(?:cents?|penny|whole cents?"
        r")|instead of (?:cutting|truncating).*|"
        r"rather than (?:cut|truncate).*|half up|commercially|,.*))*$",
        sentence,
    )
    spoken = find(
        r"^(?P<what>.+?)\s+(?:must|should|shall|has to|is to)\s+be\s+rounded\b.*$", sentence
    )
    found = rounding or spoken
    if find(r"\bround(?:ed)?\b.*?\s(?<!half )(?:down|up|off|towards?)\b", sentence):
        return None  # ROUNDED is none of these
    return Wish(sentence, "rounding", found.groupdict()) if found else None


def plan(wish: Wish, work: Work) -> Sketch:
    """The number where it stands. Raises DoubtError."""
    code, ties = work.code, work.ties
    try:
        said = wish.part("old") or started(wish.part("what"), work)
    except DoubtError as doubt:
        percent = find(r"%|\bper ?cent\b", wish.sentence)
        interest = re.sub(r"(?i)\binterest\b", "rate", wish.part("what"))
        if wish.part("bound"):
            return only(wish, work, doubt)
        if not percent or interest == wish.part("what"):
            kept = list(ties.found)
            try:
                return tabled(wish, work, doubt)
            except DoubtError:
                ties.found[:] = kept
                return only(wish, work, doubt)
        wish = Wish(wish.sentence, wish.kind, {**wish.parts, "what": interest})
        said = started(interest, work)
    old, new = number_of(said), number_of(wish.part("new"))
    if old == new:
        raise DoubtError(f"from {said} to {wish.part('new')} is no change", wish.sentence)
    words = frozenset(content(wish.part("what")))
    found = [(told(words, code, at, item), at, item, node) for at, item, node in numbers(code, old)]
    if not found:
        return tabled(wish, work, DoubtError(f"{said} stands nowhere in {code.program.name}", said))
    found.sort(key=lambda row: -row[0])
    best = found[0]
    if best[0] <= 0 or (len(found) > 1 and found[1][0] >= best[0]):
        lines = ", ".join(str(code.line(row[3][0])) for row in found[:6])
        what = f"{said} stands on lines {lines}: which is {wish.part('what')}?"
        return tabled(wish, work, DoubtError(what, wish.part("what")))
    _, at, item, (start, end) = best
    if new > old:
        within_tables(old, work)
    text = spelled(code.program.source.text(start, end), wish.part("new"))
    check_fits(item, new, text)
    name = item.name if item else f"line {code.line(start)}"
    ties.tie(wish.part("what"), name, "likely", "its words stand around the number")
    edit = Edit(code.program.source.path, Span(start, end), (text,))
    where = f"line {code.line(start)}, " + (
        f"the VALUE of {item.name}" if item else f"in {code.name(at.procedure if at else None)}"
    )
    old_text = code.program.source.text(start, end)
    apart = tuple(led_by(code, one, old_text, text, start) for one in executed(code, at, item))
    return Sketch(
        f"{wish.part('what')}: {said} becomes {wish.part('new')}",
        (edit,),
        where,
        f"{text} in the place of {said}",
        (around(code, at, item, old, text),),
        apart,
        ways=True,
        rejected=tuple(
            f"not line {code.line(row[3][0])}: fewer of the words stand there" for row in found[1:4]
        ),
    )


def within_tables(old: Decimal, work: Work) -> None:
    """Raise DoubtError where a table has just as many entries as a bound that is raised."""
    for one in work.ties.program.items:
        if one.occurs is not None and one.occurs.maximum == old and one.name:
            what = f"{one.name} OCCURS {old} TIMES: is that table to grow with it?"
            raise DoubtError(what, one.name)


def only(wish: Wish, work: Work, doubt: DoubtError) -> Sketch:
    """The one number of a test that all words of a request speak of; where there is none such, the
    doubt before."""
    words = frozenset(content(wish.part("what")))
    words -= soft(words) | work.ties.things
    found: set[str] = set()
    for node in work.code.program.tree.walk("number_literal"):
        inside = [s for s in work.code.statements if s.span.start <= node.start_byte < s.span.end]
        at = max(inside, key=lambda one: one.span.start, default=None)
        if at is not None and at.verb == "IF" and compares(at.words):
            named = frozenset(w for word in at.words if "-" in word for w in of_name(word))
            named |= of_name(work.code.name(at.procedure)) | reasons.spoken(at, work.code)
            if words and words <= named:
                found.add(work.code.program.tree.text(node))
    if len(found) != 1:
        raise doubt
    return plan(Wish(wish.sentence, wish.kind, {**wish.parts, "old": found.pop()}), work)


def compares(words: tuple[str, ...]) -> bool:
    """Whether a statement asks for more or less."""
    return bool({">", "<", ">=", "<=", "GREATER", "LESS"} & set(words))


def tabled(wish: Wish, work: Work, doubt: DoubtError) -> Sketch:
    """The number in a table of values; where that has none such either, the doubt before."""
    if not any(True for _ in pricelist.cells(work.code)):
        raise doubt
    return pricelist.plan(wish, work)


def started(what: str, work: Work) -> str:
    """The number that an item has from its VALUE on, or that the one MOVE gives it. Raises
    DoubtError."""

    def constant(item: DataItem) -> bool:
        return is_operand(item) and bool(given(item))

    def given(item: DataItem) -> list[str]:
        moves = [m for m in work.ties.program.flow.moves if m.receiver == item.index]
        texts = [m.literal for m in moves] if moves else [str(value) for value in item.values]
        return texts if len(texts) == 1 and re.fullmatch(NUMBER, texts[0]) else []

    return given(work.ties.item(what, constant))[0]


def around(code: Code, at: Statement | None, item: DataItem | None, old: Decimal, new: str) -> str:
    """The words before a number and the new one: what stands there afterwards."""
    if at is None:
        assert item is not None
        node = next(
            one
            for one in code.program.tree.walk("data_description")
            if one.start_byte == item.origin.span.start
        )
        words = words_of(code.program, node)
    else:
        words = at.words
    nth = next(
        n
        for n, word in enumerate(words)
        if re.fullmatch(r"\d*(?:\.\d+)?", word) and word and Decimal(word) == old
    )
    return " ".join((*words[max(0, nth - 6) : nth], new))


def led_by(code: Code, one: Statement, old: str, new: str, start: int) -> str:
    """The first line of a statement after a number at an offset was replaced."""
    line = code.first_line(one)
    own = one.span.start <= start and code.line(start) == code.line(one.span.start)
    return line.replace(old, new, 1) if own and start < one.span.end else line


def executed(code: Code, at: Statement | None, item: DataItem | None) -> tuple[Statement, ...]:
    """The statements that work with the number."""
    if item is None:
        return (at,) if at is not None else ()
    lines = [u.origin.span.start for u in code.program.flow.uses if u.item == item.index]
    return tuple(s for s in code.statements if any(s.span.start <= at < s.span.end for at in lines))


def numbers(code: Code, value: Decimal) -> Iterator[Number]:
    """The numeric literals of a value: (statement, item whose VALUE it is, span)."""
    tree = code.program.tree
    for node in tree.walk("number_literal"):
        try:
            same = Decimal(tree.text(node)) == value
        except ArithmeticError:
            same = False
        if not same:
            continue
        start, end = node.start_byte, node.end_byte
        inside = [s for s in code.statements if s.span.start <= start < s.span.end]
        items = [
            i
            for i in code.program.items
            if i.origin.path == code.program.source.path
            and i.values
            and i.level != 88
            and i.origin.span.start <= start < i.origin.span.end
        ]
        if inside:
            yield max(inside, key=lambda s: s.span.start), None, (start, end)
        elif items:
            yield None, items[-1], (start, end)


def told(words: frozenset[str], code: Code, at: Statement | None, item: DataItem | None) -> float:
    """How many of a phrase's words stand around a number."""
    if item is not None:
        near = of_name(item.name)
    else:
        assert at is not None
        test = at.words[: at.words.index("THEN")] if "THEN" in at.words else at.words[:24]
        names = [w for w in test if "-" in w or w.isalpha()]
        near = frozenset(part for w in names for part in of_name(w)) | of_name(
            code.name(at.procedure)
        )
    return len(words & near) - 0.5 * len(soft(words & near))


def spelled(old: str, new: str) -> str:
    """A number with as many decimals as the one before it."""
    whole, _, decimals = new.replace(",", "").partition(".")
    decimals = decimals.ljust(len(old.partition(".")[2]), "0")
    return f"{whole}.{decimals}" if decimals else whole


def check_fits(item: DataItem | None, new: Decimal, text: str) -> None:
    """Raise DoubtError where an item can't hold the new number."""
    if item is not None and item.picture is not None:
        room = Decimal(10) ** (item.picture.digits - item.picture.scale)
        scale = len(text.split(".")[1]) if "." in text else 0
        if abs(new) >= room or scale > item.picture.scale:
            raise DoubtError(f"{item.name} PIC {item.picture.text} can't hold {text}", text)
