"""A new field in a record, end to end: `add-field` puts it everywhere, a MOVE fills it."""

from __future__ import annotations

from dataclasses import replace

from cobolsmith.errors import CobolsmithError
from cobolsmith.implement.conditions import literal
from cobolsmith.implement.default import innermost
from cobolsmith.implement.putting import behind
from cobolsmith.implement.statements import Code, Statement, holds
from cobolsmith.implement.ties import DoubtError, is_operand
from cobolsmith.implement.vocabulary import content, of_name
from cobolsmith.implement.wish import QUOTED, Sketch, Wish, Work, find
from cobolsmith.plan import Edit, Plan
from cobolsmith.program import DataItem, Picture, Program
from cobolsmith.recipes import RECIPES

PICTURE = r"(?:PIC(?:TURE)?\s+(?:IS\s+)?)(?P<picture>[SXA9VZB()0-9.+-]+(?:\s+COMP(?:-\d)?)?)"


def read(sentence: str) -> Wish | None:
    """`Add a field NAME PIC X(3) after F to the R record and fill it with V`."""
    found = find(
        rf"^(?:add|put)\s+(?:a |the )?(?:new )?field\s+(?P<name>[A-Z][\w-]*)\s*,?\s*\(?{PICTURE}\)"
        rf"?\s*,?\s*"
        r"(?:to (?P<record>.+?)\s*,?\s*)?(?:(?:behind|after|following)\s+(?P<after>.+?))?"
        r"(?:\s*(?:,|\band\b|;)+\s*(?:(?:which|that|it)\s+)?(?:fill|set|load|move|gets?|holds?|put"
        r"|is|takes?|with)\b\s*"
        rf"(?:it\s+|is\s+|there\s+)*(?:with\s+|to\s+|from\s+|shall be\s+)?(?P<value>{QUOTED}|.+?)("
        rf"?:\s+(?:to|into|in) it)?)?$",
        sentence,
    )
    return Wish(sentence, "field", found.groupdict()) if found else None


def plan(wish: Wish, work: Work) -> Sketch:
    """The field where the record is, the MOVE beside its neighbour's. Raises DoubtError."""
    code, ties = work.code, work.ties
    after = behind_what(wish, work)
    name = full_name(wish.part("name").upper(), after)
    made = added(wish, work, name, after)
    filling: tuple[Edit, ...] = ()
    what = f"{name} PIC {wish.part('picture')} behind {after.name}"
    where = f"{len(made.paths)} file(s): {', '.join(path.name for path in made.paths)}"
    marks: tuple[str, ...] = (name,)
    if wish.part("value"):
        at = filled_at(code, after)
        ties.near = at.procedure
        value = (
            literal(wish.part("value"), like(after, wish))
            or ties.item(wish.part("value"), is_operand, given=True).name
        )
        put = f"MOVE {value} TO {name}"
        filling = (behind(code, at, [(0, put)]),)
        what, where = f"{what}; {put}", f"{where}; filled behind line {code.line(at.span.start)}"
        marks = (put,)
    if not wish.part("value"):
        raise DoubtError(f"what shall {name} hold?", wish.part("name"))
    return Sketch(
        made.title,
        (*filling, *made.edits),
        where,
        what,
        marks,
        (),
        (*made.differs, name),
        creates=made.creates,
    )


def behind_what(wish: Wish, work: Work) -> DataItem:
    """The field that the new one follows. Raises DoubtError."""
    if wish.part("after"):
        words = frozenset(content(wish.part("record")))

        records = {item.index: named(work, item) for item in work.code.program.items}
        exact = any(words <= names for names in records.values())

        def inside(item: DataItem) -> bool:
            names = records[item.index]
            right = words <= names if exact else bool(words & names) or not words
            return item.picture is not None and item.level not in (66, 77, 88) and right

        return work.ties.item(wish.part("after"), inside)
    raise DoubtError("behind which field?", wish.part("name"))


def named(work: Work, item: DataItem) -> frozenset[str]:
    """The words of an item's record and of its file."""
    record = work.code.program.record(item.index)
    return of_name(record.name) | (of_name(record.file) if record.file else frozenset())


def full_name(name: str, after: DataItem) -> str:
    """The field's name with its neighbour's prefix."""
    prefix = after.name.split("-")[0] + "-"
    return name if name.startswith(prefix) or "-" not in after.name else prefix + name


def like(after: DataItem, wish: Wish) -> DataItem:
    """An item of the new field's PICTURE, as far as values are concerned."""
    text = wish.part("picture").upper()
    size = int(text.split("(")[1].split(")")[0]) if "(" in text else len(text)
    if "X" in text:
        return replace(after, picture=Picture(text, "alphanumeric", size))
    return replace(after, picture=Picture(text, "numeric", size, size))


def added(wish: Wish, work: Work, name: str, after: DataItem) -> Plan:
    """The plan of `add-field`. Raises DoubtError where that asks or refuses."""
    options = {
        "name": name,
        "picture": wish.part("picture").upper(),
        "after": f"{work.code.program.name}:{after.name}",
    }
    setting = replace(work.setting, options=options)
    try:
        proposal = RECIPES["add-field"].propose(setting)
    except CobolsmithError as error:
        raise DoubtError(str(error), wish.part("name")) from error
    trouble = (*proposal.questions, *proposal.refusals)
    if trouble or len(proposal.plans) != 1:
        said = "; ".join(one.what for one in trouble[:3]) or "add-field has no plan for it"
        raise DoubtError(said, wish.part("name"))
    return proposal.plans[0]


def filled_at(code: Code, after: DataItem) -> Statement:
    """The one statement that gives the neighbour its value. Raises DoubtError."""
    program: Program = code.program
    given = {
        innermost(code, move.origin.span.start)
        for move in program.flow.moves
        if move.receiver == after.index and move.procedure is not None
    } - {None}
    found = [one for one in given if one is not None]
    if len(found) > 1:
        found = [
            one
            for one in code.statements
            if all(holds(one, inner) for inner in given if inner is not None)
        ][-1:]
    if not found:
        said = f"{after.name} is filled at {len(given)} places: where is the new field?"
        raise DoubtError(said, after.name)
    return found[0]
