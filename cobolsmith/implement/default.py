"""Default a value: where an item gets its value, an empty one gets another."""

from __future__ import annotations

import re

from cobolsmith.dataflow import WRITING
from cobolsmith.implement import known
from cobolsmith.implement.commands import filled_by
from cobolsmith.implement.conditions import condition, literal
from cobolsmith.implement.naming import Asked
from cobolsmith.implement.putting import Rows, before, behind
from cobolsmith.implement.statements import Code, Statement
from cobolsmith.implement.ties import DoubtError, Ties, is_operand
from cobolsmith.implement.vocabulary import content, of_name, soft
from cobolsmith.implement.wish import QUOTED, Sketch, Wish, Work, find
from cobolsmith.program import DataItem

EMPTY = (
    r"(?:blank|empty|missing|spaces|zero|0|not (?:given|filled in|filled|set)|left (?:blank|empty|"
    r"out))"
)
TAKE = (
    r"(?:then\s+)?(?:use|assume|take|make it|set it to|default (?:it )?to|fill in|put in|put|"
    r"it (?:becomes|is)|treat it as|move|fill it with)"
)
VALUE = (
    rf"(?P<value>{QUOTED}|-?\d[\d,.]*|zero|spaces|[A-Z][A-Z0-9-]*-[A-Z0-9-]+|"
    r"(?-i:[A-Z][A-Z0-9]*)|the .+?)"
)


def read(sentence: str) -> Wish | None:
    """`Default X to V when it is blank`, `If X is blank, use V`, `If Y comes without X, use V`."""
    patterns = (
        rf"^set\s+(?P<item>[^']+?)\s+to\s+{VALUE}\s+(?:when|if|where|whenever)\s+"
        rf"(?:it|that|this)\s+(?:is|was|has been)\s+(?P<empty>{EMPTY})$",
        rf"^(?:default)\s+(?P<item>.+?)\s+to\s+{VALUE}(?:\s+(?:when|if|where|whenever)\s+.*?(?P<em"
        rf"pty>{EMPTY}))?$",
        rf"^(?:when|if|where|whenever)\s+(?P<item>.+?)\s+(?:is|are|was|has been|comes)\s+(?P<empty"
        rf">{EMPTY})\s*,?\s*{TAKE}\s+{VALUE}"
        r"(?:\s+(?:instead|there|in(?: its place)?|to it|into it))?$",
        r"^(?:when|if|where|whenever)\s+.+?\s+(?:comes|arrives|is (?:read|given)|stands|has|have)"
        r"\s+(?:in\s+)?(?:without|with no|no)\s+(?:an?\s+|any\s+|its\s+)?(?P<item>.+?)\s*,?\s*"
        rf"{TAKE}\s+{VALUE}(?:\s+(?:instead|there|in its place))?$",
        rf"^(?:use|fill in|put|assume|set|move)\s+{VALUE}\s+(?:for|as|in|into|to)\s+(?P<item>.+?)"
        rf"\s+"
        rf"(?:when|if|where|whenever)\s+(?:it|that|this|the field|the card|nothing|none)?\s*(?:is|"
        rf"was|has been)?\s*(?P<empty>{EMPTY}|none|given)$",
        rf"^(?:an? )?(?:blank|empty|missing|zero) (?P<item>.+?) (?:is|becomes|means|defaults to|sh"
        rf"all be|should become|counts as) {VALUE}$",
    )
    for pattern in patterns:
        found = find(pattern, sentence)
        if found:
            return Wish(sentence, "default", found.groupdict())
    return None


def plan(wish: Wish, work: Work) -> Sketch:
    """The test behind what gives the item its value. Raises DoubtError."""
    code, ties = work.code, work.ties
    item = meant(wish.part("item"), ties)
    if wish.part("shown"):
        item = shown_for(item, code)
    numeric = item.picture is not None and item.picture.category == "numeric"
    value = (
        literal(in_capitals(wish.part("value")), item)
        or named_value(wish.part("value"), item, ties)
        or kept_of(ties.item(wish.part("value"), is_operand), item, ties).name
    )
    empty = "ZERO" if numeric else "SPACES"
    if wish.part("empty").lower() in ("zero", "0") and not numeric:
        empty = "ZERO"
    places = givers(code, item)
    if not places:
        raise DoubtError(
            f"nothing in {code.program.name} gives {item.name} a value", wish.part("item")
        )
    if len({code.line(at.span.start) for at, _ in places}) > 1:
        lines = ", ".join(str(code.line(at.span.start)) for at, _ in places)
        raise DoubtError(
            f"{item.name} gets its value on lines {lines}: behind which?", wish.part("item")
        )
    at, first = places[0]
    only = whose(wish.part("only"), ties)
    if only is not None and known.stale(code, at, only.items, behind=not first):
        at, first = next(iter(first_use(code, item)), (at, first))
        known.checked(code, at, only.items, only.text, behind=not first)
    test, body = f"{item.name} = {empty}", f"MOVE {value} TO {item.name}"
    if only is not None:
        test = f"{only.inside} AND {test}"
    rows: Rows = [(0, f"IF {test}"), (4, body), (0, "END-IF")]
    edit = (before if first else behind)(code, at, rows)
    where = (
        f"in {code.name(at.procedure)}, {'before' if first else 'behind'} line "
        f"{code.line(at.span.start)}, where {item.name} has got its value"
    )
    title = f"default {item.name} to {value}"
    return Sketch(title, (edit,), where, f"IF {test}, {body}", (f"IF {test} {body}",), (body,))


def in_capitals(said: str) -> str:
    """A value that is only set in capitals as a text."""
    return f"'{said}'" if re.fullmatch(r"[A-Z][A-Z0-9]*", said) and said != "ZERO" else said


def kept_of(value: DataItem, item: DataItem, ties: Ties) -> DataItem:
    """The item that has a value still once another one's record was read: what it is moved to,
    where both lie in records of one file. Raises DoubtError where that is none."""
    program = ties.program
    records = program.record(value.index), program.record(item.index)
    if not records[0].file or records[0].file != records[1].file or records[0] == records[1]:
        return value
    kept = {one.receiver for one in program.flow.moves if one.sender == value.index}
    if len(kept) != 1:
        raise DoubtError(f"{value.name} is gone once {item.name} is read", value.name)
    found = program.items[kept.pop()]
    ties.tie(value.name, found.name, "likely", f"{value.name} is gone with the next record")
    return found


def named_value(said: str, item: DataItem, ties: Ties) -> str | None:
    """The value that a condition-name of an item, or of what it is moved to, stands for."""
    words = frozenset(content(said))
    moved = {one.receiver for one in ties.program.flow.moves if one.sender == item.index}
    for index in (item.index, *sorted(moved)):
        named = [ties.program.items[i] for i in ties.program.items[index].conditions]
        found = [one for one in named if words and words <= of_name(one.name)]
        if len(found) == 1 and len(found[0].values) == 1:
            ties.tie(said, str(found[0].values[0]), "likely", f"{found[0].name} has this value")
            return str(found[0].values[0])
    return None


def shown_for(item: DataItem, code: Code) -> DataItem:
    """The item in which another is shown, where that is kept in a file: what is only shown changes
    no record. Raises DoubtError where there are several."""
    program = code.program
    file = program.record(item.index).file
    stored = {use.how for use in program.flow.files if file and use.file == file}
    if not stored & {"writes", "rewrites", "opens-io", "opens-extend"}:
        return item
    receivers = {one.receiver for one in program.flow.moves if one.sender == item.index}
    if len(receivers) != 1:
        names = tuple(sorted(program.items[index].name for index in receivers))
        what = (
            f"{item.name} is kept in {file}: where is it shown ({', '.join(names) or 'nowhere'})?"
        )
        raise DoubtError(what, item.name, names)
    return program.items[receivers.pop()]


def whose(said: str, ties: Ties) -> Asked | None:
    """What must hold of the thing that lacks the item; None where it is whatever comes."""
    words = frozenset(content(said))
    return condition(said, ties) if words - soft(words) - ties.things else None


def meant(said: str, ties: Ties) -> DataItem:
    """The item of a phrase; where several fit, the one whose value comes with a record."""
    try:
        return ties.item(said, is_operand)
    except DoubtError as doubt:
        if not doubt.settles:
            raise
        return ties.item(said, is_operand, given=True)


def givers(code: Code, item: DataItem) -> list[tuple[Statement, bool]]:
    """The statements behind which an item has its value (those that only clear it left out), or
    before which, where it comes with a record."""
    program = code.program
    found: list[tuple[Statement, bool]] = []
    for use in program.flow.uses:
        if use.item != item.index or use.role not in ("writes", "accepts"):
            continue
        at = innermost(code, use.origin.span.start)
        blank = (at is not None and at.verb in ("INITIALIZE",)) or (
            at is not None
            and at.verb == "MOVE"
            and at.words[1] in ("SPACES", "ZERO", "SPACE", "ZEROS")
        )
        if at is not None and not blank and use.procedure is not None:
            found.append((at, False))
    found += [(one, False) for one in filled_by(code, item)]
    return list(dict.fromkeys(found)) or after_read(code, item) or behind_copied(code, item)


def behind_copied(code: Code, item: DataItem) -> list[tuple[Statement, bool]]:
    """Behind the PERFORM of a copied procedure that gives an item, or what holds it, its value."""
    program = code.program
    held = {item.index, *(one.index for one in program.ancestors(item.index))}
    own = program.source.path
    copied = {
        use.procedure
        for use in program.flow.uses
        if use.item in held and use.role in WRITING and use.origin.path != own
    }
    return [
        (one, False)
        for one in code.statements
        if one.verb == "PERFORM"
        and getattr(program.resolve_procedure(one.words[1]), "index", None) in copied
    ]


def innermost(code: Code, offset: int) -> Statement | None:
    """The innermost statement at an offset of the program's own text."""
    inside = [s for s in code.statements if s.span.start <= offset < s.span.end]
    return max(inside, key=lambda s: s.span.start, default=None)


def after_read(code: Code, item: DataItem) -> list[tuple[Statement, bool]]:
    """Where a field of a record that was read is at hand first: behind its READ, or at the head of
    what is done with it."""
    program = code.program
    file = program.record(item.index).file
    name = next((one.name for one in program.files if one.name == file), "")
    found: list[tuple[Statement, bool]] = []
    entry = program.file(name) if name else None
    if entry is not None and len(entry.records) > 1:
        return first_use(code, item)  # behind the READ it may be another kind of record
    for one in code.statements:
        if one.verb != "READ" or one.words[1] != name:
            continue
        inner = list(code.within(one))
        good = [s for s in inner if follows_not(one, s)]
        if good and good[0].verb == "PERFORM":
            target = program.resolve_procedure(good[0].words[1])
            body = code.of(getattr(target, "index", -1))
            found += [(body[0], True)] if body else []
        elif good:
            found.append((good[0], True))
        elif any(s.verb in ("GO", "EXIT") for s in inner) or "INVALID" in one.words:
            found.append((one, False))
        else:
            found += first_use(code, item)
    return list(dict.fromkeys(found))


def follows_not(read_: Statement, inner: Statement) -> bool:
    """Whether a statement stands in the NOT AT END (NOT INVALID KEY) branch of a READ."""
    node = inner.node.parent
    while node is not None and node.start_byte >= read_.span.start:
        if node.type.startswith("not_"):
            return True
        node = node.parent
    return False


def first_use(code: Code, item: DataItem) -> list[tuple[Statement, bool]]:
    """Before the first statement that uses an item; where several procedures use it, before what
    leads to all of them. Raises DoubtError where nothing does."""
    uses = [u for u in code.program.flow.uses if u.item == item.index and u.procedure is not None]
    if not uses:
        return []
    first = min(uses, key=lambda u: u.origin.span.start)
    at = innermost(code, first.origin.span.start)
    others = {use.procedure for use in uses}
    fork = at if len(others) < 2 else forked(code, others, at)
    if fork is None:
        names = ", ".join(sorted(code.name(one) for one in others))
        raise DoubtError(f"{item.name} is used in {names}: before which?", item.name)
    return [(fork, True)]


def forked(code: Code, procedures: set[int | None], first: Statement | None) -> Statement | None:
    """The first use, or the last statement, through which alone some procedures are reached; None
    where there are ways around each."""
    if first is not None and not procedures - {first.procedure} & around(code, first):
        return first
    tops = [one for one in code.statements if one.top and one.procedure not in procedures]
    found = [one for one in tops if not procedures & around(code, one)]
    return found[-1] if found else None


def around(code: Code, at: Statement) -> set[int | None]:
    """The procedures that are reached from the first one though a statement of the program and all
    behind it in its procedure lead nowhere."""
    ways: dict[int | None, list[int | None]] = {}
    for edge in code.program.edges:
        own = edge.source == at.procedure
        late = own and (edge.kind == "fall_through" or edge.origin.span.start >= at.span.start)
        if edge.target is not None and not late:
            ways.setdefault(edge.source, []).append(edge.target)
    reached: set[int | None] = set()
    waiting: list[int | None] = [None, 0]
    while waiting:
        one = waiting.pop()
        if one not in reached:
            reached.add(one)
            waiting += ways.get(one, [])
    return reached
