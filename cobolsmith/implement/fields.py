"""A new field in a record, end to end: `add-field` puts it everywhere, a MOVE fills it."""

from __future__ import annotations

import re
from dataclasses import replace

from cobolsmith.errors import CobolsmithError
from cobolsmith.implement.conditions import literal
from cobolsmith.implement.default import innermost
from cobolsmith.implement.putting import behind
from cobolsmith.implement.said import PRONOUN, Said
from cobolsmith.implement.statements import Code, Statement, holds
from cobolsmith.implement.ticket import Ticket, orders
from cobolsmith.implement.ties import DoubtError, is_operand
from cobolsmith.implement.vocabulary import content, of_name, soft
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
        r"|is|takes?|with|default(?:s|ed|ing)?|always)\b\s*"
        rf"(?:it\s+|is\s+|there\s+)*(?:with\s+|to\s+|from\s+|shall be\s+)?(?P<value>{QUOTED}|.+?)("
        rf"?:\s+(?:to|into|in) it)?)?$",
        sentence,
    )
    if found and found["after"] and find(r"\b(?:to|in|into|of) the \w+ record\b", found["after"]):
        return None
    return Wish(sentence, "field", found.groupdict()) if found else None


PUTS = r"(?:add|append|put|carry|include|insert|store|keep|record|extend)"
RECORD = (
    r"\b(?:to|into|in|on|onto)\s+(?:the|every|each|all)\s+(?P<record>[\w\s-]+?)"
    r"(?=\s*(?:,|:|;|\.|$|\b(?:right|behind|after|between|following|with|and)\b))"
)
BEHIND = (
    r"\b(?:(?:right|directly|just)\s+)?(?:behind|after|following|between)\s+(?:the\s+)?"
    r"(?P<after>[\w\s-]+?)(?=\s*(?:,|:|;|\.|$|\band\b|\bout of\b|\b(?:to|in|into) the\b))"
)
ALWAYS = (
    r"\b(?:always|value|constant|fixed(?: to)?|filled with|set to|holding|with|default(?: of)?|"
    r"default(?:s|ing|ed) to|initially)\s+"
    rf"(?P<value>{QUOTED}|(?-i:[A-Z][A-Z0-9]*)\b|\d+)"
)
FROM = (
    r"\b(?:fills?|filled|taken|comes?|copied|copies|moves?)\s+(?:it\s+)?(?P<how>from|with)\s+(?:the\s+)?"
    r"(?P<from>(?-i:[a-z])[\w\s-]+?)(?=\s*(?:,|;|\.|$))"
)


BLANK = r"\b(?:leaves?|left|stays?|keeps?)\b.*\b(?:blank|empty|zero|spaces)\b"
"""What others do with the new field."""


def carrying(asked: list[Said], parts: Ticket) -> Wish | None:
    """A new field in any wording: `Carry the X of Y in the R record`, `Append the X to every R
    line, right after Z: PIC X(03), value V`."""
    opens = rf"^(?:(?:also |please )?{PUTS}\s+(?:an?\s+|the\s+)?|(?:an? )?new (?=field\b))"
    first = next((n for n, one in enumerate(asked) if find(rf"{opens}\w", one.whole)), None)
    if first is None or any(orders(one.whole) for one in asked[:first]):
        return None
    if not all(find(FROM, one.whole) or find(BLANK, one.whole) for one in asked[first + 1 :]):
        return None
    told = [part.text for part in parts.parts]
    text = "; ".join(told[told.index(asked[first].whole) :] if asked[first].whole in told else told)
    named = find(r"\bfield\s+(?P<name>(?-i:[A-Z][A-Z0-9-]+))", text)
    thing, record = find(rf"{opens}(?P<thing>[\w\s-]+?)\s+{RECORD}", text), find(RECORD, text)
    if not record or not (named or thing) or find(r"\bfile\b", record["record"].split()[-1]):
        return None
    said = thing["thing"] if thing else ""
    if not named and find(rf"^{PRONOUN}$", said):
        return None
    name = named["name"] if named else "-".join(re.findall("[A-Za-z]+", said.split(" of ")[0]))
    made = {
        "name": name.upper().removeprefix("NEW-"),
        "record": re.sub(r"\brecord\b", "", record["record"]),
        "value": value_of(text) or sent_from(name, text) or said,
    }
    for part, pattern in (("picture", PICTURE), ("after", BEHIND)):
        found = find(pattern, text)
        made[part] = found[part] if found else ""
    return Wish("", "field", made)


def value_of(text: str) -> str:
    """The constant that a new field always has; "" for none."""
    found = find(ALWAYS, text)
    value = found["value"] if found else ""
    return value if value[:1] in ("", "'", '"') or value.isdigit() else f"'{value}'"


def sent_from(name: str, text: str) -> str:
    """What a new field is filled from, as a phrase; "" for nothing."""
    found = find(FROM, text)
    if not found or found["how"].lower() == "with":
        return found["from"] if found else ""
    return f"{name.lower()} of {found['from']}"


def plan(wish: Wish, work: Work) -> Sketch:
    """The field where the record is, the MOVE beside its neighbour's. Raises DoubtError."""
    code, ties = work.code, work.ties
    after = behind_what(wish, work)
    if not wish.part("picture"):
        sent = ties.item(wish.part("value"), is_operand, given=True)
        assert sent.picture is not None, "what can be compared has a PICTURE"
        usage = "" if sent.usage == "DISPLAY" else f" {sent.usage}"
        parts = {**wish.parts, "picture": f"{sent.picture.text}{usage}"}
        wish = Wish(wish.sentence, wish.kind, parts)
    name = full_name(wish.part("name").upper(), after)
    made = added(wish, work, name, after)
    filling: tuple[Edit, ...] = ()
    what = f"{name} PIC {wish.part('picture')} behind {after.name}"
    where = f"{len(made.paths)} file(s): {', '.join(path.name for path in made.paths)}"
    marks: tuple[str, ...] = (name,)
    if wish.part("value"):
        at = filled_at(code, after) if wish.part("after") else filled_with(code, after)
        ties.near = at.procedure
        said = wish.part("value")
        said = f"'{said}'" if re.fullmatch(r"[A-Z][A-Z0-9]*", said) else said
        value = (
            literal(said, like(after, wish))
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


def last_of(record: str, work: Work) -> DataItem:
    """The last field with a name of the record that words mean. Raises DoubtError."""
    program, best = work.code.program, records_of(record, work)
    if len(best) != 1:
        names = ", ".join(one.name for one in best[:4]) or "none"
        raise DoubtError(f"which record is '{record}' ({names})?", record)
    fields = [program.items[index] for index in best[0].children]
    fields = [one for one in fields if one.name and one.redefines is None]
    if not fields or fields[-1].is_group or fields[-1].occurs:
        raise DoubtError(f"behind which field of {best[0].name}?", record)
    return fields[-1]


def records_of(said: str, work: Work) -> list[DataItem]:
    """The records that words mean: those of files before others, those whose names say least
    besides first."""
    words = frozenset(content(said))
    tops = [one for one in work.code.program.items if one.parent is None and one.is_group]
    best = [one for one in tops if words and words <= named(work, one)]
    best = [one for one in best if one.file] or best
    spare = {one.index: of_name(one.name) - words for one in best}
    told = {n: (len(over - soft(over)), len(over)) for n, over in spare.items()}
    least = min(told.values(), default=(0, 0))
    return [one for one in best if told[one.index] == least]


def behind_what(wish: Wish, work: Work) -> DataItem:
    """The field that the new one follows. Raises DoubtError."""
    if not wish.part("after") and wish.part("record"):
        return last_of(wish.part("record"), work)
    if wish.part("after"):
        words = frozenset(content(wish.part("record")))

        records = {item.index: named(work, item) for item in work.code.program.items}
        exact = any(words <= names for names in records.values())
        meant = {one.index for one in records_of(wish.part("record"), work)}
        meant = meant if len(meant) == 1 else set()

        def inside(item: DataItem) -> bool:
            names = records[item.index]
            right = words <= names if exact else bool(words & names) or not words
            right = right and (not meant or work.code.program.record(item.index).index in meant)
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


def filled_with(code: Code, last: DataItem) -> Statement:
    """The one statement that gives a field of a record its value, the last such field's. Raises the
    DoubtError of the last field."""
    first = None
    siblings = code.program.items[last.parent].children if last.parent is not None else ()
    for index in (last.index, *reversed(siblings)):
        one = code.program.items[index]
        if one.name and not one.is_group and one.level != 88:
            try:
                return filled_at(code, one)
            except DoubtError as doubt:
                first = first or doubt
    raise first or DoubtError(f"nothing fills {last.name}", last.name)


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
