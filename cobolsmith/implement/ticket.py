"""A ticket taken apart: what is asked for, what tells why, and what shall stay as it is.

People tell how things are before they say what they want, in several sentences: `From May the
clearing house also sends credit notes, kind CRN. Take them like SAL.` A sentence is a request if it
orders something (`take`, `when X, reject it`), or says what must be, shall be or comes to be; it is
a limit of the request if it says what stays; else it is a reason, which names what the pronouns of
the requests stand for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from cobolsmith.implement.wish import find

Role = Literal["request", "reason", "limit"]
SHUT = r"(?<!\w)'[^']*'(?!\w)|\"[^\"]*\""
"""A quoted text; an apostrophe inside a word is none."""
SHORT = {
    "can't": "cannot",
    "won't": "will not",
    "shan't": "shall not",
    "n't": " not",
    "'s": "",
    "s'": "s",
}
ORDERS = frozenset(
    "accept add append assume bounce bring call carry change check copy count cut decline decrease "
    "default display do don't end enter exclude extend fill flag force give handle hand have "
    "ignore include increase insert introduce invoke issue keep leave let lift list load log lower "
    "create produce provide generate trace charge allow support make map mark move name note omit "
    "output pass post print process put raise read record "
    "recognise recognize reduce refuse reject replace report return round run say send set show "
    "skip stop store sum switch take tally tell total treat turn uppercase use validate verify "
    "warn write".split()
)
"""Verbs with which a sentence orders something."""
POLITE = re.compile(
    r"^(?:and|but|so|also|then|now|therefore|accordingly|thus|additionally|in addition|furthermore|"
    r"as well|instead)\b,?\s+|"
    r"^for (?:the |our )?[a-z ]+?:\s+|^(?:please|kindly)\s+|"
    r"^(?:can|could|would) you (?:please )?|^(?:we|i|they|accounting|"
    r"marketing|operations|audit|auditors|the \w+(?: \w+)?) "
    r"(?:want|wants|need|needs|would like|'d like|ask|asks|asked|require|requires)"
    r"(?: (?:you|us|the program|it|\w+))? to\s+|"
    r"^(?:from now on|as of (?:now|today|next \w+|the next \w+|\w+)|as from \w+|"
    r"starting (?:with|in) [\w ]+?|by order of [\w ]+?|on behalf of [\w ]+?)"
    r"(?=,?\s+(?:the|a|an|all|each|every|no|any)\b),?\s+|"
    r"^(?:[A-Z][\w']*\s+)?(?:\w+\s+)?"
    r"(?:decision|request|order|wish|note|rule|ticket|complaint|memo)"
    r"(?:\s+(?:of|from|by)\s+[\w\s.]+?)?:\s+",
    re.IGNORECASE,
)
PURPOSE = re.compile(
    r"\s*,?\s*\b(?:so that|otherwise (?=(?:the )?\w+(?: \w+)? (?:think|believe|"
    r"complain|ask|call|wonder|see)s?\b)|so\s+(?=(?:we|they|the \w+|it|customers|"
    r"you) (?:can|may|know|see|could))|"
    r"in order (?:to|that)|because|since (?=(?:we|they|the|it)\b)|as (?=(?:audit|the auditors|"
    r"agreed|requested|discussed|required)\b)|to (?:help|make sure|be able|let|allow) )[^;:]*$",
    re.IGNORECASE,
)
"""A purpose or a cause at the end of a sentence."""
STAYS = re.compile(
    r"\b(?:stays?|remains?|is left|are left|keeps?)\s+(?:as|unchanged|the same|untouched|alone)|"
    r"^(?:everything|all) (?:else|other)\b.*\b(?:stays?|remains?)$|"
    r"\b(?:not|never|no longer)\s+(?:wanted|needed|affected|touched|concerned|changed|meant)\b|"
    r"\bnothing else\b|\bno other\b|\bas before\b|\b(?:don't|do not|must not|doesn't|does not) "
    r"(?:change|touch|alter)\b|\beverything else\b|\bthe rest (?:stays|is)\b",
    re.IGNORECASE,
)
OTHERWISE = re.compile(
    r"\s*[.;,]\s*((?i:otherwise|or else|else|if not|"
    r"if it is(?= not\b)?(?=\s*,)|if so|and if (?:it is|not))\b)"
)
"""What goes on with the sentence before."""
MODAL = re.compile(
    r"\b(?:must|should|shall|has to|have to|had to|is to|are to|need to|needs to|ought to|"
    r"wants? (?:it|them|this|these)|needs?|gets?|becomes?|goes (?:up|down)|rises?|falls?|"
    r"is now|are now|now (?:gets?|costs?)|"
    r"may (?:\w+ )?(?:only |up to|at most)|(?:is|are) no longer|"
    r"(?:is|are) (?:refused|rejected|raised|lowered|increased|reduced|cut|changed|set|called|"
    r"loaded with|treated|rounded))\b",
    re.IGNORECASE,
)
CLAUSE = (
    r"(?:when(?:ever)?|if|where|as soon as|once|each time|every time|"
    r"in case|for (?:each|every|all)|"
    r"after|before|until|unless|as long as|while)"
)
SPELLED = re.compile(
    r"(?:\b(?P<word>(?i:message|text|reason|fill in|label|labell?ed|called|wording|"
    r"titled|saying|say|reading|heading|"
    r"remark|line|value|name|prints?|show|display|put|becomes?|is|as|with|use|take))\s*:?\s+)"
    r"(?P<caps>(?!(?:NOT )?(?:GREATER THAN|LESS THAN|EQUAL TO|NUMERIC)\b)"
    r"[A-Z][A-Z0-9]*(?:[ -][A-Z0-9]+)+|[A-Z]{4,})(?=$|[\s,.;:)])"
)


@dataclass(frozen=True, slots=True)
class Part:
    """A sentence of a ticket and what it is there for."""

    text: str
    role: Role


@dataclass(frozen=True, slots=True)
class Ticket:
    """The sentences of a ticket in their order."""

    parts: tuple[Part, ...]

    def of(self, role: Role) -> tuple[str, ...]:
        """The sentences of one role."""
        return tuple(one.text for one in self.parts if one.role == role)


def ticket(text: str) -> Ticket:
    """Take a ticket apart."""
    return Ticket(tuple(Part(one, role_of(one)) for one in split(text)))


def split(text: str) -> Iterator[str]:
    """The sentences of a ticket, polite words and purposes left out; quoted text is never cut."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[0])
        return f"\x00{len(kept) - 1}\x00"

    shut = re.sub(SHUT, keep, text)
    shut = re.sub(OTHERWISE, r", \1", shut)
    for one in re.split(
        r"(?<=[.!?;])\s+(?=[A-Z0-9'\"\x00])|;\s+|"
        r"(?<![A-Z0-9)])\s+-\s+|\s+-\s+(?![A-Z0-9(])|\.\s*\n",
        shut,
    ):
        said = re.sub("\x00(\\d+)\x00", lambda at: kept[int(at[1])], one)
        said = re.sub(r"\s+", " ", said).strip(" .!?;,:")
        said = PURPOSE.sub("", polite(said)).strip(" ,")
        if said:
            yield turned(said)


def polite(said: str) -> str:
    """A sentence without the words that only lead to what it says."""
    while (bare := POLITE.sub("", said)) != said:
        said = bare
    return said


def role_of(said: str) -> Role:
    """What a sentence is there for. One that orders more than to leave things alone, or that goes
    for something else as well, is a request though it says what stays."""
    more = orders(said) and not find(r"^(?:leave|keep|let|do not|don't)\b", said)
    if STAYS.search(said):
        return "request" if more or find(r"\b(?:no longer|either|neither|too)\b", said) else "limit"
    head, colon, tail = said.partition(": ")
    if colon and (orders(tail) or orders(head) or find(r"^(?:an? )?new\b", head)):
        return "request"
    if orders(said) or find(r"^(?:an? )?new\b", said) or MODAL.search(said):
        return "request"
    led = find(rf"^{CLAUSE}\b.*?,\s*(?P<main>.+)$", said)
    return "request" if led and any(orders(one) for one in tails(said)) else "reason"


def tails(said: str) -> Iterator[str]:
    """What stands behind each comma of a sentence."""
    for at in re.finditer(r",\s*(?:then\s+)?", said):
        yield said[at.end() :]


LEADING = re.compile(
    r"(?:with|under|at|in|on|behind|below|above|among|beside|for|from|to)\s+[^,:]*", re.IGNORECASE
)
"""What may stand before an order: `with the other totals show ...`."""
NOUNLY = frozenset(
    "we they you it i the a an very other each every all its their this that no to of our any one "
    "first last job also always often usually sometimes now still can could may might will would "
    "shall should must cannot not".split()
)
"""Words behind which a verb is none."""


def turned(said: str) -> str:
    """A sentence with its order first: what leads it goes to its end."""
    led = LEADING.match(said)
    if led is None:
        return said
    before = ""
    for at in re.finditer(r"(?<![\w-])[A-Za-z']+(?![\w-])", said[: led.end() + 12]):
        word, rest = at[0].lower(), said[at.end() :]
        if word in ORDERS and before and before not in NOUNLY and not rest.startswith(" of "):
            head = said[: at.start()].strip(" ,")
            return f"{said[at.start() :]}, {head[0].lower()}{head[1:]}"
        before = word
    return said


def orders(said: str) -> bool:
    """Whether a clause begins with an order."""
    word = re.match(r"(?:also |always |only |just |simply )?([A-Za-z']+)", said)
    return word is not None and word[1].lower() in ORDERS


def quoted(text: str) -> str:
    """A ticket with the texts that are only set in capitals put in quotes."""

    def put(found: re.Match[str]) -> str:
        caps = found["caps"]
        single = " " not in caps and "-" not in caps
        listed = found["word"].lower() in (
            "message",
            "text",
            "label",
            "labelled",
            "labeled",
            "wording",
        ) or (found["word"].lower() == "as" and len(caps) > 5 and caps.isalpha())
        if "-" in caps or (single and not listed):
            return found[0]
        return f"{found[0][: -len(caps)]}'{caps}'"

    outside = re.split(rf"({SHUT})", text)
    return "".join(
        one if nth % 2 else SPELLED.sub(put, lengthened(one)) for nth, one in enumerate(outside)
    )


def lengthened(text: str) -> str:
    """A text without apostrophes: `can't` is `cannot`, whose something is goes."""
    for short, long in SHORT.items():
        text = re.sub(rf"(?<=\w){short}\b" if short[0] in "n's" else rf"\b{short}\b", long, text)
    return text
