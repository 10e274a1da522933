"""Places that a sentence spells out: `at the end of 2300-POST`, `before line 318`, `after each
PERFORM 3500-WAKE`.

A name, a line or a statement of the program itself: where it is leaves no doubt, or one that is
asked. A place that was named is never passed over: what can't be put there is a question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from cobolsmith.dataflow import WRITING
from cobolsmith.implement.loops import Turn, performed_by
from cobolsmith.implement.statements import Code, Statement
from cobolsmith.implement.ties import DoubtError
from cobolsmith.implement.wish import QUOTED, unquoted
from cobolsmith.plan import Edit
from cobolsmith.program import DataItem, Procedure, Program
from cobolsmith.reserved import VERBS

NAME = r"(?P<name>[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*)(?![\w-])"
KIND = r"(?:the\s+)?(?P<kind>paragraph|section)?\s*"
BEHIND = r"after|behind|following|below"
BEFORE = r"before|ahead of|above"
SIDE = rf"(?i:(?:right\s+|just\s+|immediately\s+)?(?P<side>{BEHIND}|{BEFORE}))"
EACH = r"(?i:(?P<each>each|every|any|all|the)?\s*(?:statements?\s+|line that says\s+)?)"
TOKEN = rf"(?:{QUOTED}|[A-Z0-9][A-Z0-9.-]*(?![a-z-])|[=<>()+*/:]+)"
SOURCE = rf"(?P<verb>[A-Z]{{2,}})(?![\w-])(?P<rest>(?:\s+(?:(?:of|for|to|from|the)\s+)?{TOKEN})*)"
RUN = r"(?:is|gets|has been|was)\s+(?:performed|executed|reached|entered|called|run|done)"
FORMS = (
    rf"(?i:\bat the (?:very )?(?P<edge>start|beginning|top|head|end|bottom) of {KIND}{NAME})",
    rf"(?i:\b(?P<inner>in|within|inside) {KIND}{NAME}(?:\s+(?:paragraph|section)\b)?)",
    rf"\b{SIDE} (?i:the )?(?i:line) (?P<line>\d+)\b",
    rf"\b{SIDE} {EACH}{SOURCE}",
    rf"(?i:\b(?:when(?:ever)?|each time|every time|as soon as|once|where) {KIND}{NAME} {RUN})",
    rf"(?i:\b{SIDE} {EACH}{KIND}{NAME}(?:\s+{RUN})?)",
)
"""What a place may look like; the first that the program has is it."""
HERE = "the place is reached"
"""The event of a sentence that says where, and no more of when."""
STARTS = ("start", "beginning", "top", "head")


@dataclass(frozen=True, slots=True)
class Place:
    """A place as it was said. `turns` are the statements that new ones go before or behind;
    `procedure` is the one whose inside is meant as a whole, None where the place is exact."""

    said: str
    turns: tuple[Turn, ...]
    procedure: int | None = None


def located(sentence: str, code: Code) -> tuple[str, Place | None]:
    """A sentence without the place that it spells out, and that place; None for none. Raises
    DoubtError for a paragraph, line or statement that the program hasn't, or two places."""
    hidden, shown = unquoted(sentence)
    found = [(at, place) for at in spelled(hidden) if (place := the_place(at, shown, code))]
    if not found:
        return sentence, None
    at, place = found[0]
    others = [
        one for other, one in found[1:] if other.start() >= at.end() or other.end() <= at.start()
    ]
    if others:
        what = f"two places are named, {place.said} and {others[0].said}: one sentence for each?"
        raise DoubtError(what, place.said)
    before, after = hidden[: at.start()].rstrip(), hidden[at.end() :].lstrip()
    before, after = before.rstrip(",:"), after.lstrip(",: ")
    rest = f"{before}, {after}" if before and after else f"{before}{after}"
    return shown(rest).strip(" ,"), place


def spelled(sentence: str) -> Iterator[re.Match[str]]:
    """What looks like a place, the surest form first."""
    for form in FORMS:
        yield from re.finditer(form, sentence)


def the_place(at: re.Match[str], shown: Callable[[str], str], code: Code) -> Place | None:
    """What looks like a place, if it is one of the program. Raises DoubtError."""
    parts = at.groupdict()
    said = shown(at[0]).strip()
    if parts.get("line"):
        return Place(said, (at_line(int(parts["line"]), parts["side"] or "", said, code),))
    if parts.get("verb"):
        if parts["verb"] not in VERBS:
            return None
        words = [parts["verb"], *re.findall(rf"{QUOTED}|\S+", shown(parts["rest"]))]
        return Place(said, tuple(beside(words, parts, said, code)))
    procedure = the_procedure(parts, code.program)
    if procedure is None:
        return None
    if "inner" in parts:
        return Place(said, (), procedure.index)
    if parts.get("side"):
        words = ["PERFORM", procedure.name]
        return Place(said, tuple(beside(words, parts, said, code)))
    return Place(said, (edge(procedure, parts.get("edge") or "start", code),))


def the_procedure(parts: dict[str, str | None], program: Program) -> Procedure | None:
    """The procedure of a name; None where the name is another's, or a word (`in the totals`).
    Raises DoubtError where it is called a paragraph or a section, and is none."""
    said = parts["name"] or ""
    if not (parts.get("kind") or said.isupper() or re.search(r"[\d-]", said)):
        return None
    name = said.upper()
    found = program.resolve_procedure(name)
    if isinstance(found, Procedure):
        return found
    if parts.get("kind"):
        names = [one.name for one in program.procedures]
        near = get_close_matches(name, names, 3, 0.5)
        told = f"; {', '.join(near)} come{'s' * (len(near) == 1)} near" if near else ""
        raise DoubtError(f"{program.name} has no {parts['kind']} {name}{told}", name, tuple(near))
    return None


def at_line(number: int, side: str, said: str, code: Code) -> Turn:
    """Before or behind the outermost statement that begins on a line. Raises DoubtError."""
    found = [one for one in code.statements if code.line(one.span.start) == number]
    if not found:
        raise DoubtError(f"no statement of {code.program.name} begins on line {number}", said)
    first = bool(re.fullmatch(BEFORE, side, re.IGNORECASE))
    return Turn(found[0], first, f"line {number}, as it was said")


def beside(
    words: Sequence[str], parts: dict[str, str | None], said: str, code: Code
) -> Iterator[Turn]:
    """Before or behind the statements that begin with some words. Raises DoubtError for none, or
    for several where not each of them was said."""
    wanted = tuple(one for one in words if one not in ("of", "for", "the", "to", "from"))
    wanted = tuple(one.replace('"', "'") if one[0] in "'\"" else one.rstrip(".") for one in wanted)
    found = [one for one in code.statements if begins_with(one, wanted)]
    text = " ".join(wanted)
    if not found:
        raise DoubtError(f"{code.program.name} has no statement {text}", said)
    each = (parts.get("each") or "").lower() in ("each", "every", "any", "all")
    each = each or bool(re.search(rf"{RUN}$", said, re.IGNORECASE))
    if len(found) > 1 and not each:
        lines = ", ".join(str(code.line(one.span.start)) for one in found)
        side = parts["side"] or "at"
        what = f"{text} stands on lines {lines}: which? (each {text} means all of them)"
        choices = tuple(f"{side.lower()} line {code.line(one.span.start)}" for one in found)
        raise DoubtError(what, said, choices)
    first = bool(re.fullmatch(BEFORE, parts["side"] or "", re.IGNORECASE))
    for one in found:
        yield Turn(one, first, f"{text}, as it was said")


def begins_with(one: Statement, wanted: Sequence[str]) -> bool:
    """Whether a statement begins with some words, whatever its quotes."""
    own = [word.replace('"', "'") if word[0] == '"' else word for word in one.words]
    return tuple(own[: len(wanted)]) == tuple(wanted)


def edge(procedure: Procedure, which: str, code: Code) -> Turn:
    """The first or last statement of a procedure; before the last where that one leaves. Raises
    DoubtError where it has none."""
    body = [one for one in code.of(procedure.index) if one.top]
    if not body:
        raise DoubtError(f"{procedure.name} has no statement of its own", procedure.name)
    if which.lower() in STARTS:
        return Turn(body[0], True, f"the start of {procedure.name}, as it was said")
    leaves = body[-1].verb in ("GO", "STOP", "GOBACK", "EXIT")
    return Turn(body[-1], leaves, f"the end of {procedure.name}, as it was said")


def turns_of(place: Place, code: Code, items: Sequence[int]) -> tuple[Turn, ...]:
    """The statements of a place, for new ones that look at some items: inside a procedure its
    start, where it gives these no new value. Raises DoubtError where it does."""
    if place.procedure is None:
        return place.turns
    procedure = code.program.procedures[place.procedure]
    if changed_in(code, procedure.index, items):
        start, end = f"at the start of {procedure.name}", f"at the end of {procedure.name}"
        raise DoubtError(f"{place.said}: {start} or {end}?", place.said, (start, end))
    return (edge(procedure, "start", code),)


def changed_in(code: Code, procedure: int, items: Sequence[int]) -> bool:
    """Whether a procedure, or what it performs, gives one of some items (or what holds it) a
    value."""
    program = code.program
    held = {one.index for index in items for one in program.ancestors(index)} | set(items)
    held |= {p for index in items if (p := program.items[index].parent) is not None}
    near = {procedure, *performed_by(code, code.of(procedure))}
    return any(
        use.item in held and use.role in WRITING and use.procedure in near
        for use in program.flow.uses
    )


def undecided(place: Place, names: Sequence[str], code: Code) -> None:
    """Raise DoubtError where the inside of a procedure is meant and it gives an item of some names
    another value."""
    found = [code.program.resolve(name) for name in names]
    turns_of(place, code, [one.index for one in found if isinstance(one, DataItem)])


def strangers(sentence: str, program: Program) -> list[str]:
    """What a sentence writes as names are written, and the program hasn't; each with the names
    that come near."""
    known = {name.upper() for name, _ in program.scope()} | {"", program.name}
    known |= set(program.reserved)
    found = []
    for word in re.findall(r"(?<![\w-])[A-Z0-9]+(?:-[A-Z0-9]+)+(?![\w-])", unquoted(sentence)[0]):
        if word not in known and re.search("[A-Z]", word):
            near = get_close_matches(word, sorted(known), 3, 0.6)
            found.append(f"{word} ({', '.join(near)}?)" if near else word)
    return list(dict.fromkeys(found))


def honoured(place: Place, edits: Sequence[Edit], code: Code) -> bool:
    """Whether what was planned without a look at a place lies in it all the same: inside the
    procedure that is meant as a whole."""
    if place.procedure is None:
        return False
    span = code.program.procedures[place.procedure].origin.span
    own = [one for one in edits if one.path == code.program.source.path]
    inside = [one for one in own if span.start <= one.span.start <= span.end]
    divided = list(code.program.tree.walk("procedure_division"))
    begin = divided[0].start_byte if divided else 0
    return bool(inside) and all(one in inside for one in own if one.span.start >= begin)
