"""Reject with a code, and validate: a test beside the tests that are there, written like them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from cobolsmith.implement import known, reasons
from cobolsmith.implement.branches import entered_for
from cobolsmith.implement.conditions import condition, split_off
from cobolsmith.implement.naming import Asked
from cobolsmith.implement.putting import Rows, before, behind
from cobolsmith.implement.statements import Code, Statement
from cobolsmith.implement.ties import DoubtError
from cobolsmith.implement.vocabulary import GENERIC, content, soft
from cobolsmith.implement.wish import QUOTED, Sketch, Wish, Work, find
from cobolsmith.program import DataItem

REJECTED = r"rejected|refused|turned down|declined|bounced|sent back|thrown out|not accepted"
LEAVING = ("GO", "EXIT", "STOP", "GOBACK")
VERB = r"reject|refuse|turn down|decline|do not accept|don't accept|bounce"
CODE = rf"(?P<code>{QUOTED}|[A-Z]{{0,2}}\d{{1,4}}\b)"
GIVING = (
    r"(?:,|;|\band\b|\bwith\b|\busing\b|\bunder\b|\bas\b|\bgiving\b|\bfor\b)+\s*"
    r"(?:(?:and|with|using|under|as|giving|write|use|give|set|put|record|move|show|for|it|them)\s+"
    r")*"
    r"(?:the\s+|a\s+)?(?:\w+\s+){0,1}(?:reason|code|reason code|error code|message|reason text)\s+"
    rf"(?:code\s+|text\s+|is\s+|of\s+)?{CODE}(?:\s+(?:to|in|into|on)\s+(?P<target>[\w\s-]+?))?(?=$"
    rf"|[,.;]|\s+(?:when|if|unless)\b)"
)

BARE = (
    rf"(?<=\w)(?:\s+it|\s+them|\s+the \w+)?,?\s+(?:with|as|using|under)\s+"
    rf"(?P<code>{QUOTED}|[A-Z]{{1,2}}\d{{2,3}}|[A-Z][A-Z0-9]+(?: [A-Z0-9]+)+)(?=$|[.,;]|\s+if not$)"
)
"""A code, or a message of several words, that is only set behind the verb."""


def read(sentence: str) -> Wish | None:
    """`Reject X when C with code R16`, `X must be C, otherwise reject with code R16`."""
    code = find(GIVING, sentence) or re.search(BARE, sentence)
    rest = sentence if code is None else (sentence[: code.start()] + " " + sentence[code.end() :])
    given = {"code": code["code"], "target": code.groupdict().get("target") or ""} if code else {}
    given = given or {"code": ""}
    rest = re.sub(r"\s+", " ", rest).strip(" ,;.")
    must = find(
        r"^(?:(?:check|validate|verify|make sure|ensure|see)(?: to it)?(?: that)?\s+)?(?P<subject>"
        r".+?)"
        r"\s+(?P<must>must be|must not be|must have|has to be|must|may not be|cannot be|should be|"
        r"is|are)\s+"
        r"(?P<state>.+?)(?:[,;]|\s+(?:or|and))?\s*"
        rf"(?:\b(?:otherwise|else|if not|if it is|if so|or else|or(?= (?:it|we|{VERB})\b))\b.*)?$",
        rest,
    )
    asks = find(
        r"^(?:check|validate|verify|make sure|ensure)\b|\bmust\b|\bhas to\b|\bcannot be\b", rest
    )
    verdict = must and find(rf"^(?:{REJECTED})\b", must["state"])
    if asks and must and not verdict and not find(rf"^(?:{VERB})\b", rest):
        return Wish(sentence, "validate", {**given, **must.groupdict()})
    told = find(
        rf"^(?:{VERB})\s+(?P<subject>.*?)\s*(?:\b(?:when|if|whenever|where|in case|once)\s+(?P<whe"
        rf"n>.+)"
        r"|\bunless\s+(?P<unless>.+))?$",
        rest,
    )
    turned = find(
        rf"^(?:when|if|whenever)\s+(?P<when>.+?),?\s+(?:then\s+)?(?:it (?:is|must be|should be) )?"
        rf"(?:{VERB})(?:ed|d)?\b(?P<subject>.*)$",
        rest,
    )
    found = told or turned
    return Wish(sentence, "reject", {**given, **found.groupdict()}) if found else None


@dataclass(frozen=True, slots=True)
class Sibling:
    """A test that is there: its statement, the statements of its branch, the code it gives."""

    test: Statement
    body: tuple[str, ...]
    literal: str
    leaves: bool
    guard: str


def plan(wish: Wish, work: Work) -> Sketch:
    """The test, beside its siblings. Raises DoubtError."""
    code, ties = work.code, work.ties
    if wish.part("known") and not wish.part("code"):
        found_code = reasons.code_of(wish.part("known"), code.program)
        ties.tie(wish.part("known"), found_code, "likely", "the words of its text")
        wish = replace(wish, parts={**wish.parts, "code": found_code})
    if not wish.part("code"):
        used = ", ".join(sorted({one.literal for _, s in groups(code, "") for one in s}))
        known = f"; used so far: {used}" if used else ""
        raise DoubtError(f"which reason is given?{known}", "reason code")
    item, found = reason(wish, work)
    ties.tie(wish.part("code"), item.name, "sure", f"{len(found)} tests move such codes to it")
    near = most(code, found)
    ties.near = near
    asked = wanted(wish, work)
    at = better(code, item, found, asked, near)
    if at != near:
        ties.near, ties.found[:] = at, ties.found[:1]
        asked = wanted(wish, work)
    here = [one for one in found if one.test.procedure == at]
    literal = f"'{wish.part('code').strip(chr(39))}'"
    made = sketch(wish, work, item, here, asked, literal)
    text = wish.part("text")
    if text and text.strip("'\"") != literal.strip("'"):
        edits = reasons.told(literal, text, work)
        added = f"; {literal} is {text} in the table of texts" if edits else ""
        made = replace(made, edits=(*made.edits, *edits), what=made.what + added)
    return made


def wanted(wish: Wish, work: Work) -> Asked:
    """The condition under which something is rejected."""
    if wish.kind == "validate":
        return forbidden(wish, work)
    asked = told_before(wish, work) or subject(wish.part("subject"), work)
    if wish.part("when"):
        inner = condition(wish.part("when"), work.ties)
        asked = asked.both(inner) if asked else inner
    elif wish.part("unless"):
        inner = condition(wish.part("unless"), work.ties)
        other = Asked(inner.opposite, inner.items, "AND" if inner.joined == "OR" else inner.joined)
        asked = asked.both(other) if asked else other
    if asked is None:
        raise DoubtError("when is something rejected?", wish.sentence)
    return asked


def told_before(wish: Wish, work: Work) -> Asked | None:
    """What a sentence says of the things that the next one rejects: all of it where that is a
    condition; None where it says nothing the program knows of. Raises DoubtError where it says
    something half known."""
    said, ties = wish.part("about"), work.ties
    if not said:
        return None
    kept = list(ties.found)
    try:
        return condition(re.sub(r"^(?:some|sometimes|many|often|the)\s+", "", said), ties)
    except DoubtError:
        ties.found[:] = kept
    rest = frozenset(content(said)) - frozenset(content(wish.part("subject")))
    known = rest & ties.spoken - GENERIC - soft(rest)
    if known and not wish.part("when"):
        raise DoubtError(f"does '{said}' say which of them ({', '.join(sorted(known))})?", said)
    return None


WHOLE = frozenset(content("card line item"))
"""What is rejected, besides what the program reads, where that says nothing of when."""


def subject(said: str, work: Work) -> Asked | None:
    """What the thing that is rejected must be; None where it is whatever comes."""
    words = frozenset(content(said))
    if not words - soft(words) - WHOLE - work.ties.things:
        return None
    return condition(said, work.ties)


ALSO = r"\s*,?\s*\band\s+(must not be|must be|may not be|has to be|cannot be|should be)\s+"


def forbidden(wish: Wish, work: Work) -> Asked:
    """The opposite of what must be."""
    must, state = wish.part("must").lower(), wish.part("state")
    negative = "not" in must
    one_of = find(
        rf"^one of\s+((?:{QUOTED})(?:(?:,|\s+or|\s+and|,\s*or)?\s+(?:{QUOTED}))*)$", state
    )
    if one_of:
        values = re.findall(QUOTED, one_of[1])
        asked = condition(f"{wish.part('subject')} is {values[0]}", work.ties)
        name = asked.text.split()[0]
        tests = [f"{name} NOT = {v}" for v in values]
        return Asked(" AND ".join(tests), asked.items, "AND")
    several = re.split(ALSO, state)
    if len(several) > 1:
        each = [must, *several[1::2]]
        told = [
            forbidden(
                Wish(wish.sentence, wish.kind, {**wish.parts, "must": how, "state": one}), work
            )
            for how, one in zip(each, several[::2], strict=True)
        ]
        text = " OR ".join(f"({one.text})" if one.joined == "AND" else one.text for one in told)
        return Asked(text, tuple(index for one in told for index in one.items), "OR")
    bare = must if must in ("must", "must have") else "is"
    phrase = {"must have": "has", "must": ""}.get(bare, "is")
    which, said = split_off(wish.part("subject"), work.ties)
    asked = condition(f"{said} {phrase} {state}", work.ties)
    if asked.joined == "AND" and not negative and " and " not in state:
        raise DoubtError(f"is it {said} alone that must be {state}?", wish.part("subject"))
    made = asked if negative else Asked(asked.opposite, asked.items, flipped(asked))
    return which.both(made) if which is not None else made


def flipped(asked: Asked) -> str:
    """How the opposite of a condition is joined."""
    return "" if asked.joined else asked.joined


def shape(literal: str) -> str:
    """The form of a code: letters A, digits 9."""
    text = literal.strip("'\"")
    if " " in text.strip() or len(text) > 6:
        return "text"
    return re.sub(r"\d", "9", re.sub(r"[A-Za-z]", "A", text))


def groups(code: Code, form: str) -> list[tuple[DataItem, list[Sibling]]]:
    """The items that tests move codes of a form to, with the tests, those with most first."""
    found: dict[int, list[Sibling]] = {}
    for test in code.statements:
        if test.verb != "IF" or "ELSE" in test.words:
            continue
        one = sibling(code, test, form)
        if one is not None:
            found.setdefault(one[0], []).append(one[1])
    ranked = sorted(found.items(), key=lambda pair: -len(pair[1]))
    return [(code.program.items[item], tests) for item, tests in ranked]


def sibling(code: Code, test: Statement, form: str) -> tuple[int, Sibling] | None:
    """A test as a sibling: its branch moves one code, and does nothing that branches."""
    body = code.body(test)
    texts, statements = [code.text(one) for one in body], list(body)
    if len(body) == 1 and body[0].words[:2] == ("GO", "TO"):
        statements = list(led_to(code, body[0].words[-1]))
        texts = [code.text(one) for one in statements]
    if any(one.verb in ("IF", "EVALUATE", "PERFORM", "READ", "WRITE") for one in statements):
        return None
    for move in code.program.flow.moves:
        for one in statements:
            inside = one.span.start <= move.origin.span.start < one.span.end
            same = move.origin.path == code.program.source.path and one.verb == "MOVE"
            coded = move.literal[:1] in ("'", '"') and form in ("", shape(move.literal))
            if inside and same and coded:
                leaves = bool(statements) and statements[-1].verb in LEAVING
                guard = guarded(code, test, move.receiver)
                texts = [re.sub(r"(?i) END-IF$|\.$", "", text) for text in texts]
                made = Sibling(test, tuple(texts), move.literal, leaves, guard)
                return move.receiver, made
    return None


def led_to(code: Code, label: str) -> tuple[Statement, ...]:
    """The statements of a paragraph that a GO TO leads to, if it ends by one."""
    found = code.program.resolve_procedure(label)
    body = code.of(getattr(found, "index", -1))
    return body if body and len(body) <= 3 and body[-1].verb == "GO" else ()


def guarded(code: Code, test: Statement, reason_item: int) -> str:
    """The part of a test that asks whether there is a reason already."""
    own = {code.program.items[i].name for i in code.program.items[reason_item].conditions}
    words = test.words
    return words[1] if len(words) > 2 and words[1] in own and words[2] == "AND" else ""


def reason(wish: Wish, work: Work) -> tuple[DataItem, list[Sibling]]:
    """The item that codes of this form are moved to. Raises DoubtError where there is none."""
    form = shape(wish.part("code"))
    found = groups(work.code, form)
    if not found:
        every = groups(work.code, "")
        like = ", ".join(sorted({one.literal for _, s in every for one in s})[:6])
        hint = f"; those here are like {like}" if like else ""
        raise DoubtError(
            f"no test of {work.code.program.name} gives codes like {wish.part('code')}{hint}"
        )
    item = found[0][0]
    text = wish.part("code").strip("'")
    if item.picture is not None and len(text) > item.picture.size:
        raise DoubtError(f"{item.name} PIC {item.picture.text} can't hold '{text}'", text)
    return found[0]


def most(code: Code, found: list[Sibling]) -> int | None:
    """The procedure with most of the tests; the first of several."""
    counts: dict[int | None, int] = {}
    for one in found:
        counts[one.test.procedure] = counts.get(one.test.procedure, 0) + 1
    return max(counts, key=lambda key: counts[key])


def better(
    code: Code, item: DataItem, found: list[Sibling], asked: Asked, near: int | None
) -> int | None:
    """The procedure of tests that works with most of the condition's items: not one that is entered
    only for what the condition doesn't say (transfers alone, say), nor for no reason so far."""
    used = {(use.item, use.procedure) for use in code.program.flow.uses}

    def works(procedure: int | None) -> int:
        return sum((item, procedure) in used for item in asked.items)

    held = {p for i in asked.items if (p := code.program.items[i].parent) is not None}
    about = frozenset(asked.items) | held | {item.index}
    others = [one.test.procedure for one in found]
    wide = [one for one in others if not entered_for(code, one, about)]
    return max(dict.fromkeys([near, *wide]), key=works)


def sketch(
    wish: Wish, work: Work, item: DataItem, here: list[Sibling], asked: Asked, literal: str
) -> Sketch:
    """The plan of the test among its siblings of one procedure."""
    code = work.code
    pure = [one for one in here if all(t.split()[0].upper() != "STRING" for t in one.body)] or here
    leaving = [one for one in pure if one.leaves]
    like = min(leaving or pure, key=lambda one: len(one.body))
    guard = next((one.guard for one in here if one.guard), "")
    anchor, first = position(code, here, asked, bool(guard))
    asked = known.brought(code, anchor, asked, behind=not first)
    test = f"{guard} AND {asked.inside}" if guard else asked.text
    body = [text.replace(like.literal, literal) for text in like.body]
    rows: Rows = [(0, f"IF {test}"), *((4, text) for text in body), (0, "END-IF")]
    known.checked(code, anchor, asked.items, asked.text, behind=not first)
    edit = (before if first else behind)(code, anchor, rows)
    line = code.line(anchor.span.start)
    side = "before" if first else "behind"
    where = (
        f"in {code.name(anchor.procedure)}, {side} line {line}: beside {len(here)} tests of its ki"
        f"nd,"
        f" written like that of line {code.line(like.test.span.start)}"
    )
    others = sorted(
        {code.name(one.test.procedure) for _, s in groups(code, shape(literal)) for one in s}
    )
    rejected = tuple(
        f"not in {name}: fewer tests, or none of the items is used there"
        for name in others
        if name != code.name(anchor.procedure)
    )
    return Sketch(
        f"reject with {literal} when {test}",
        (edit,),
        where,
        f"IF {test}, {'; '.join(body)}",
        (f"IF {test} {' '.join(body)}",),
        (code_first(body),),
        rejected=rejected,
    )


def code_first(body: list[str]) -> str:
    """The first line of a new branch, by which its runs are known."""
    return " ".join(body[0].split())


def position(code: Code, here: list[Sibling], asked: Asked, guard: bool) -> tuple[Statement, bool]:
    """The statement to stand at, and whether before it: behind the last test that leaves, and
    behind what gives the condition's items their values."""
    procedure = here[0].test.procedure
    tops = [one for one in code.of(procedure) if one.top]
    leaving = [one.test for one in here if one.leaves and one.test.top]
    if guard and tops:
        return tops[-1], False
    if not leaving:
        return max((one.test for one in here), key=lambda one: one.span.start), False
    anchor = max(leaving, key=lambda one: one.span.start)
    wanted_items = set(asked.items) | {
        parent
        for i in asked.items
        if (parent := code.program.items[i].parent) is not None
        and code.program.items[i].level == 88
    }
    for move in code.program.flow.moves:
        if move.receiver in wanted_items and move.procedure == procedure:
            giver = next(
                (o for o in tops if o.span.start <= move.origin.span.start < o.span.end), None
            )
            if giver is not None and giver.span.start > anchor.span.start:
                anchor = giver
    return anchor, False
