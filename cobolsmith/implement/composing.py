"""A ticket said again exactly: what it orders, where, and on what condition, in a program's names.

Each part is looked for by itself: the statement or paragraph by which the program knows what
happens, the longest phrases that are conditions here, the items that are enumerated. What puts most
of the ticket's words to use comes first. These sentences are offered, never taken: whoever wrote
the ticket chooses.
"""

from __future__ import annotations

import itertools
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cobolsmith.implement import enumerated
from cobolsmith.implement.anchors import anchors
from cobolsmith.implement.conditions import condition
from cobolsmith.implement.spots import Anchor
from cobolsmith.implement.statements import Code
from cobolsmith.implement.ticket import quoted
from cobolsmith.implement.ticket import ticket as parted
from cobolsmith.implement.ties import DoubtError, Ties, is_data
from cobolsmith.implement.vocabulary import GENERIC, content, soft
from cobolsmith.implement.wish import QUOTED, tidy
from cobolsmith.program import DataItem

EVENT = (
    r"(?:when(?:ever)?|if|once|as soon as|each time|every time|where|after|for (?:each|every|all|"
    r"any|an?))"
)
SUBORDINATE = re.compile(rf"\b{EVENT}\s+(?P<zone>(?:[^,;:]|,(?=\d))+)", re.IGNORECASE)
ASIDE = re.compile(
    rf"\b(?:{EVENT}|so that|because|which|until|before|unless|in case)\b(?:[^,;:]|,(?=\d))*",
    re.IGNORECASE,
)
"""What stands beside an order and is no part of it."""
CAPITALS = r"(?<![\w-])[A-Z][A-Z0-9]+(?: [A-Z0-9]+)+(?![\w-])"
TEXT = re.compile(rf"{QUOTED}|{CAPITALS}")
CUT = re.compile(
    r"\s*(?:[,;]|\b(?:and|plus|followed by|with|passing|pass(?: it)?|giving|give it|using|to|into|"
    r"in|on|from|then|as well as|a line(?: for)? each|one line|for|should|shall|"
    r"must|has to|have to|is to|are to|will|may|what|have)\b)\s*",
    re.IGNORECASE,
)
"""Between what is enumerated, and before it."""
VERB = re.compile(
    r"^.*?\b(?:log|display|show|report|note|trace|print|write|put|call|pass|list|send|give|keep)\b",
    re.IGNORECASE,
)
DETERMINED = re.compile(
    r"^\s*(?:(?:(?:the|a|an|its|their|his|also|both)\s+)+|(?:these|those|them|this|that|it)\b.*)",
    re.IGNORECASE,
)
LOGS = re.compile(r"\b(?:log|logs|display|show|report|note|trace|message|console)\b", re.IGNORECASE)
DETERMINED = re.compile(
    r"^\s*(?:(?:(?:the|a|an|its|their|his|also|both|which)\s+)+|"
    r"(?:these|those|them|this|that|it|us|me)\b.*)",
    re.IGNORECASE,
)
FILES = re.compile(r"\b(?:files?|list|extract|dataset|write|written)\b", re.IGNORECASE)
CALLS = re.compile(r"\b(?:calls?|called|invoke|let|run|use)\b", re.IGNORECASE)
COUNTS = re.compile(r"\b(?:count|number of|how many|total)\b", re.IGNORECASE)
REFUSES = re.compile(r"\b(?:reject|refuse|decline|bounce|turn down)", re.IGNORECASE)
NUMBER = re.compile(r"(?<![\w.-])\d[\d,]*(?:\.\d+)?(?![\w-])")
OPENS = re.compile(r"^(?:not|without|[\d.,]+|'.*')$", re.IGNORECASE)
CLOSES = re.compile(r"^(?:more|less|older|younger|higher|lower|above|below|[\d.,]+|'.*')$")
"""Words besides those with a meaning of their own that a condition may begin and end with."""
DENIES = re.compile(r"^(?:not|never|without)$", re.IGNORECASE)
LONGEST = 10
"""Words of a phrase that may be a condition."""
SHOWN = 40
"""Letters of a text for what happens."""
PLAIN = frozenset(content("message text line reason label wording code note"))
"""What a text is called, and no item."""
NEAREST = 3
"""Places and conditions that are combined."""


@dataclass(frozen=True, slots=True)
class Case:
    """A condition in COBOL's words, the words of the ticket that it takes, and its items."""

    text: str
    words: frozenset[str]
    items: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What tickets about a program may name: subprograms, new files, reason codes."""

    modules: Sequence[str]
    files: Sequence[str]
    codes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Request:
    """A sentence that orders something: without what stands beside the order, the sentence after
    it, what it says of when, and whether that is a clause of its own."""

    text: str
    after: str
    zone: str
    clause: bool


def composed(ticket: str, code: Code, known: Known) -> list[str]:
    """Exact sentences for a ticket, those first that take most of its words; none where it orders
    nothing that is known."""
    ranked: list[tuple[float, str]] = []
    for one in requests(ticket, known):
        for anchor, case, score in ways(one.zone, code):
            near = anchor.at.procedure if anchor else None
            for order in orders(one, code, known, near):
                place = place_of(anchor, code) if anchor and "{}" not in order else ""
                ranked.append((score, sentence(order, place, case)))
    ranked.sort(key=lambda row: -row[0])
    return list(dict.fromkeys(text for _, text in ranked if text))


def requests(text: str, known: Known) -> Iterator[Request]:
    """The sentences of a ticket that order something that is composed."""
    parts = parted(quoted(tidy(text))).parts
    for nth, one in enumerate(parts):
        own = re.sub(r"\s+", " ", ASIDE.sub("", one.text))
        named = any(re.search(rf"\b{name}\b", own) for name in (*known.modules, *known.files))
        asks = one.role == "request" and any(f.search(own) for f in (LOGS, COUNTS, REFUSES))
        if named or asks:
            zones = [found["zone"] for found in SUBORDINATE.finditer(one.text)]
            whole = [other.text for other in parts[: nth + 1]]
            after = parts[nth + 1].text if nth + 1 < len(parts) else ""
            yield Request(own, after, " ".join(zones or whole), bool(zones))


def sentence(order: str, place: str, case: Case | None) -> str:
    """An order at a place on a condition, either of them maybe missing; "" where an order of
    neither place nor condition would be all."""
    if "{}" in order:
        return order.format(case.text) if case else ""
    when = f" when {case.text}" if case else ""
    if not place and not case:
        return ""
    return f"{place}, {order}{when}" if place else f"{order[0].upper()}{order[1:]}{when}"


def orders(one: Request, code: Code, known: Known, near: int | None) -> Iterator[str]:
    """What a sentence may order near a procedure, with what it (or the sentence after it)
    enumerates; `{}` stands for the condition."""
    said = one.text
    parts = enumeration(said, one.zone, code, near)
    items = [part for part in parts if part[0] != "'"]
    items = items or [
        part for part in enumeration(one.after, one.zone, code, near) if part[0] != "'"
    ]
    texts = [part for part in parts if part[0] == "'"]
    told = " and ".join(items)
    for module in known.modules:
        if module != code.program.name and CALLS.search(said) and re.search(rf"\b{module}\b", said):
            yield f"call {module}" + (f" with {told}" if items else "")
    for file in known.files:
        if items and FILES.search(said) and re.search(rf"\b{file}\b", said):
            yield f"write {told} to a new file {file}"
    if LOGS.search(said) and (texts or one.clause):
        yield f"display {' and '.join(parts if texts else (called(one.zone), *items))}"
    if texts and COUNTS.search(said):
        yield f"Count {{}} and show the count at the end as {texts[0]}"
    for reason in known.codes if REFUSES.search(said) else ():
        if reason.strip("'") in said:
            yield f"Reject when {{}} with reason code {reason}"


def called(zone: str) -> str:
    """A text for what happens, of a ticket that gives none."""
    words = re.sub("[^A-Z0-9 ]", "", DETERMINED.sub("", zone).upper())
    return f"'{textwrap.shorten(words, SHOWN, placeholder='')}'"


def enumeration(said: str, about: str, code: Code, near: int | None) -> list[str]:
    """The texts and items that a sentence enumerates, in its order; `its number` is that of what
    it is about."""
    head, colon, tail = said.rpartition(":")
    if colon and ":" in TEXT.sub("", said):
        return enumeration(tail, about, code, near) or enumeration(head, about, code, near)
    found: list[str] = []
    for nth, run in enumerate(re.split(rf"({TEXT.pattern})", said)):
        if TEXT.fullmatch(run):
            found += [run if run[0] == "'" else f"'{run}'"] * (len(run) > 4)
            continue
        for place, piece in enumerate(CUT.split(run)):
            bare = VERB.sub("", piece) if not nth and not place else piece
            bare = DETERMINED.sub("", enumerated.owned(bare, about)).strip(" .")
            if frozenset(content(bare)) - PLAIN and len(bare.split()) <= 6:
                found += item_of(bare, code, near)
    return list(dict.fromkeys(found))


def item_of(said: str, code: Code, near: int | None) -> list[str]:
    """The item that a phrase means, the nearest of several; none for none."""
    ties = Ties(code.program, near=near)
    try:
        return [enumerated.one_of(said, ties, is_data).name]
    except DoubtError as doubt:
        return list(doubt.choices[:1])


def ways(zone: str, code: Code) -> list[tuple[Anchor | None, Case | None, float]]:
    """Places and conditions for what a phrase says, each with how much of it they take, best
    first."""
    words = frozenset(content(zone))
    telling = words - soft(words) - GENERIC
    places: dict[str, Anchor | None] = {}
    for one in sorted(anchors(words, code), key=lambda one: -one.score):
        least = 2 if one.why.startswith(("says", "shows")) else 1
        if len(one.taken & telling) >= least and len(places) < NEAREST:
            places.setdefault(place_of(one, code), one)
    places[""] = None
    found: list[tuple[Anchor | None, Case | None, float]] = []
    for anchor, case in itertools.product(places.values(), (*cases(zone, code), None)):
        if missing(zone, case) or (anchor and case and settled_by(anchor, case, code)):
            continue
        taken = (anchor.taken if anchor else frozenset()) | (case.words if case else frozenset())
        spare = len(anchor.spare) if anchor else 0
        both = anchor is not None and case is not None and case.words <= anchor.taken
        score = 2.0 * len(taken & telling) + 0.2 * len(taken & words) - 0.8 * spare
        score += 0.2 * anchor.score if anchor else 0.0
        score -= 1.5 * both
        found.append((anchor, case, score))
    return sorted(found, key=lambda row: -row[2])


def place_of(one: Anchor, code: Code) -> str:
    """A place as a sentence says it."""
    name = code.name(one.at.procedure)
    if one.why == f"{name} is performed for it":
        return f"At the {'start' if one.first else 'end'} of {name}"
    return f"After each {' '.join(one.at.words)}"


def settled_by(one: Anchor, case: Case, code: Code) -> bool:
    """Whether a place sets what a condition asks, or another condition of the same item."""
    if one.at.verb != "SET":
        return False
    item = code.program.resolve(one.at.words[1])
    own = Ties(code.program).family(item) if isinstance(item, DataItem) else frozenset[int]()
    return bool(own & set(case.items))


def contradicts(case: Case, code: Code) -> bool:
    """Whether a condition asks for two values of one item at once."""
    items = [code.program.items[index] for index in case.items]
    held = [one.parent for one in items if one.level == 88]
    return len(set(held)) < len(held) and " OR " not in case.text and "NOT " not in case.text


def missing(said: str, case: Case | None) -> int:
    """How many numbers of a phrase are not in a condition."""
    inside = {plain(one) for one in NUMBER.findall(case.text)} if case else set()
    return sum(plain(one) not in inside for one in NUMBER.findall(said))


def plain(number: str) -> str:
    """A number without the commas and zeros that change nothing."""
    text = number.replace(",", "")
    return text.rstrip("0").rstrip(".") if "." in text else text


def cases(zone: str, code: Code) -> list[Case]:
    """The longest phrases of a zone that are conditions here, those first that take most."""
    spoken = [one.strip(".,;:") for one in zone.split()]
    found: dict[str, Case] = {}
    for size in range(min(len(spoken), LONGEST), 0, -1):
        for start in range(len(spoken) - size + 1):
            run = spoken[start : start + size]
            if not (content(run[0]) or OPENS.match(run[0])):
                continue
            if start and DENIES.match(spoken[start - 1]):
                continue
            if not (content(run[-1]) or CLOSES.match(run[-1])):
                continue
            phrase = " ".join(run)
            try:
                asked = condition(phrase, Ties(code.program))
            except DoubtError:
                continue
            text = asked.text
            case = Case(text, frozenset(content(phrase)), asked.items)
            if not missing(phrase, case) and not contradicts(case, code):
                known = found.get(text)
                if known is None or len(case.words) < len(known.words):
                    found[text] = case
    best = sorted(found.values(), key=lambda one: -len(one.words))[:NEAREST]
    both = [joined(one, other) for one, other in itertools.combinations(best, 2)]
    return [*best, *(one for one in both if one and not contradicts(one, code))]


def joined(one: Case, other: Case) -> Case | None:
    """Two conditions as one; None where they are about the same words or items."""
    alike = one.words & other.words or set(one.items) & set(other.items)
    if alike or " OR " in one.text + other.text:
        return None
    text, items = f"{one.text} AND {other.text}", (*one.items, *other.items)
    return Case(text, one.words | other.words, items)
