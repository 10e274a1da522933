"""A CALL of a subprogram of the estate where something happens."""

from __future__ import annotations

from cobolsmith.estate import PROGRAM_SUFFIXES, members
from cobolsmith.implement import enumerated, known
from cobolsmith.implement.anchors import everywhere
from cobolsmith.implement.spots import edits_at, told_at
from cobolsmith.implement.statements import Code, Statement
from cobolsmith.implement.ties import DoubtError
from cobolsmith.implement.wish import Sketch, Wish, Work, find
from cobolsmith.program import DataItem, Program

WHEN = r"(?:when(?:ever)?|if|each time|every time|once|for (?:each|every)|as soon as|after)"
CALL = (
    r"call\s+(?:the\s+)?(?:sub-?(?:program|routine)|program|module|routine)?\s*'?(?P<program>[A-Z]"
    r"[A-Z0-9]{1,7})'?"
)
USING = r"\s*(?:(?:with|using|passing|for|and pass(?: it)?|and give it)\s+(?P<items>.+?))?"


def read(sentence: str) -> Wish | None:
    """`Call AUDIT with X whenever C`, `After C, call AUDIT with X`."""
    found = find(rf"^{CALL}{USING}\s*,?\s*\b{WHEN}\s+(?P<when>.+)$", sentence) or find(
        rf"^{WHEN}\s+(?P<when>.+?)\s*,?\s*(?:then\s+)?{CALL}{USING}$", sentence
    )
    return Wish(sentence, "call", found.groupdict()) if found else None


def plan(wish: Wish, work: Work) -> Sketch:
    """The CALL at its place, with what the subprogram takes. Raises DoubtError."""
    code, ties = work.code, work.ties
    name = wish.part("program").upper()
    callee = called(name, work)
    spots = everywhere(wish.part("when"), code, ties)
    ties.near = spots[0][0].at.procedure
    items = enumerated.items(wish.part("items"), ties, passable, wish.part("when"))
    if wish.part("itself"):
        items = [handed(code, spots[0][0].at, wish)]
    check(name, callee, items)
    spots = known.settled(code, spots, [one.index for one in items], wish.sentence)
    using = f" USING {' '.join(one.name for one in items)}" if items else ""
    text = f"CALL '{name}'{using}"
    inner = spots[0][1]
    spec = f"if {inner.text} then {text}" if inner else text
    edits, where = edits_at(code, spots, [(0, text)]), told_at(code, spots)
    return Sketch(f"call {name}", edits, where, spec, (text,), (text,))


def handed(code: Code, at: Statement, wish: Wish) -> DataItem:
    """What a statement writes, to be handed on as it is. Raises DoubtError."""
    words = at.words
    named = words[words.index("FROM") + 1] if "FROM" in words else words[1]
    item = code.program.resolve(named) if at.verb in ("WRITE", "REWRITE") else None
    if not isinstance(item, DataItem):
        raise DoubtError(f"what is handed to {wish.part('program')}?", wish.sentence)
    return item


def passable(item: DataItem) -> bool:
    """Whether an item can be an argument."""
    return item.level not in (0, 66, 78, 88) and bool(item.name)


def called(name: str, work: Work) -> Program:
    """The subprogram, as the estate has it. Raises DoubtError."""
    path = members(work.setting.config, PROGRAM_SUFFIXES).get(name)
    if path is None:
        raise DoubtError(f"the estate has no program {name}", name)
    found = [one for one in work.setting.programs(work.setting.source(path)) if one.name == name]
    if not found:
        raise DoubtError(f"{path.name} holds no program {name}", name)
    return found[0]


def check(name: str, callee: Program, items: list[DataItem]) -> None:
    """Raise DoubtError where the arguments are not what the subprogram takes."""
    wanted = [callee.resolve(one) for one in callee.using]
    if len(wanted) != len(items):
        takes = ", ".join(callee.using) or "nothing"
        raise DoubtError(
            f"{name} takes {len(wanted)} argument(s) ({takes}), not {len(items)}: which?", name
        )
    for one, item in zip(wanted, items, strict=True):
        if isinstance(one, DataItem) and item.length < one.length:
            what = f"{name} takes {one.length} bytes ({one.name}); {item.name} has {item.length}"
            raise DoubtError(what, item.name)
