"""Requests of a ticket as wishes, by their verbs and what stands around them.

A request is cut into what leads it (`when X`, `for each Y`), its verb and what it is about;
pronouns stand for what the sentence before is about. A ticket that asks for more than one thing is
none of the kinds: half of it is never done in silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from cobolsmith.implement.acts import calling, listing, rounding, telling, telling_of
from cobolsmith.implement.fields import carrying
from cobolsmith.implement.rejecting import given, rejecting, rejects
from cobolsmith.implement.said import Said, requests
from cobolsmith.implement.ticket import CLAUSE, Ticket, orders, ticket
from cobolsmith.implement.ties import DoubtError
from cobolsmith.implement.wish import QUOTED, Wish, find

EXCEPTS = (
    r"\b(?:except|unless|but not|apart from|not (?:for|those)|"
    r"(?:do|does|shall|should|must) not (?:belong|go|count|appear|get|come))\b"
)
"""A sentence beside the request that leaves something out of it: no reader knows of these."""


def readings(text: str) -> Iterator[Wish]:
    """What a ticket may ask for, kind by kind. Raises DoubtError where a sentence beside the
    request leaves something out."""
    parts = ticket(text)
    asked = requests(parts)
    for one in (*parts.of("reason"), *parts.of("limit")) if asked else ():
        if find(EXCEPTS, one):
            raise DoubtError(f"what '{one}' leaves out can't be planned yet", one)
    if not asked:
        return
    for reader in FRAMES:
        wish = reader(asked, parts)
        if wish is not None:
            yield Wish(text, wish.kind, {**wish.parts, "kept": "; ".join(parts.of("limit"))})


# --- The kinds ------------------------------------------------------------------------------------


def checking(asked: list[Said], parts: Ticket) -> Wish | None:
    """What something must be, and what is done with all else: `Ids are a T and five digits. A card
    with anything else in its id is rejected`."""
    chosen = next((one for one in asked if find(ELSE, one.whole) and rejects(one.main)), None)
    chosen = chosen or next((one for one in asked if find(BREAKS, one.whole)), None)
    made = chosen and re.sub(r"^.*?\b(?:that|to it that)\s+(?=the\b|an?\b)", "", chosen.about)
    must = made and find(
        r"^(?P<subject>.+?)\s+(?P<must>must not be|may not be|must be|must have|must|should be|"
        r"has to be|have to be|consists? of|is always|are always|is|are)\s+(?P<state>.+)$",
        made,
    )
    others = [one for one in asked if one is not chosen and chosen and one.whole != chosen.about]
    if chosen is None or not must or others:
        return None
    _, why = given(chosen.whole)
    led: dict[str, str] = {**must.groupdict(), "state": re.sub(r"^always\s+", "", must["state"])}
    if find(r"consist|always", led["must"]):
        led["must"] = "is"
    return Wish("", "validate", {**led, **why, "code": why.get("code") or why.get("text", "")})


BREAKS = (
    r"\b(?:break|breaks|violate|violates|fail|fails|do not follow|does not follow|do not pass|"
    r"does not pass)\s+(?:this|that|the|these) (?:rule|check|test|rules)s?\b|"
    r"^if (?:it|that|this|they|one) (?:is|are|does|do)(?: not)?,\s"
)
"""Who breaks a rule that was just told."""
ELSE = (
    r"\b(?:anything else|something else|otherwise|or else|^else|if not|"
    r"any other|other values?|else)\b"
)


def defaulting(asked: list[Said], parts: Ticket) -> Wish | None:
    """What is taken where something is missing: `a statement without a name shows X there`."""
    if len(asked) != 1:
        return None
    one = asked[0]
    if rejects(one.main) is not None:
        return None
    led = re.sub(rf"^{CLAUSE}\s+", "", one.led, flags=re.IGNORECASE)
    main, lacks = one.main, missing(led)
    if lacks is None:
        passive = find(
            r"^(?P<thing>.+?)\s+(?:is|are|gets?|shall be|should be|must be|will be|"
            r"has to be|becomes?)"
            rf"\s+(?P<main>(?:\w+(?:ed|en|t)\s+)?(?:with|as|to|under|on)?\s*(?:the |"
            rf"one of )?{VALUE}.*)$",
            main,
        )
        lacks = missing(passive["thing"]) if passive else None
        main = passive["main"] if passive and lacks else main
    if lacks is None and find(
        r"\b(?:there|then|instead|in its place|in that case|such|these|those|them)\b", main
    ):
        lacks = missing(one.about)
    value = (
        find(rf"(?P<value>{VALUE})", main)
        or find(rf"^(?P<value>the .+?)\s+{SHALL}\s+(?:used|taken|assumed|put there)$", main)
        or find(CAPITALS, main)
        or find(r"\b(?:as|with)\s+(?P<value>[a-z]+)$", main)
    )
    if lacks is None or not value or not (orders(one.main) or lacks):
        return None
    named = find(rf"{VALUE}\s+(?:there\s+)?(?:as|for)\s+(?P<item>[\w\s-]+)$", main)
    thing, item = lacks
    return Wish(
        "",
        "default",
        {
            "item": named["item"] if named else item,
            "only": thing,
            "value": f"'{value['caps']}'" if "caps" in value.groupdict() else value["value"],
            "empty": "",
            "shown": "yes" if find(r"^(?:also )?(?:show|print|display|list)\b", one.main) else "",
        },
    )


CAPITALS = (
    r"\b(?:with|as|under|to|take|use|print|put|show|insert|assume)\s+(?:the\s+)?(?:[a-z]+\s+)?"
    r"(?P<caps>(?-i:[A-Z][A-Z0-9]*))(?:\s+(?:there|instead))?$"
)
SHALL = r"(?:shall|should|must|is to|has to|will)\s+be"
VALUE = rf"(?:{QUOTED}|(?<![\w.])-?\d[\d,]*(?:\.\d+)?(?!\w))"


LEFT_OUT = (
    r"^(?P<thing>)(?:.+?)\s+(?:(?:do|does|did) not|never)\s+(?:send|give|supply|provide|bring|"
    r"carry|fill in|tell|state|quote)\s+(?:us |them |the house )?(?:an? |any |the |their |its )?"
    r"(?P<item>[\w\s-]+?)(?:\s+(?:with|in|on|to|for)\s+.*)?$"
)
PUT_NONE = (
    r"^(?P<thing>)(?:.+?)\s+(?:keyed|entered|typed|put|puts|wrote|gave|leaves?|left|keys?|"
    r"enters?)\s+(?:(?:zeros|zeroes|zero|blanks|spaces|nothing)\s+(?:as|for|in|into|behind)\s+"
    r"(?:the |their |its )?(?P<item>[\w\s-]+?)|(?:the |their |its )(?P<other>[\w\s-]+?)\s+"
    r"(?:empty|blank|out|open))(?:\s+and\s+.*)?$"
)
"""Sentences that tell what doesn't come: `the banks don't send us a reference`, `a teller keyed
zeros as the date`, `they leave the cycle empty`."""


def missing(said: str) -> tuple[str, str] | None:
    """The thing and the item of `a statement carries no name`, `its cycle is blank`."""
    text = re.sub(r"\s*\((?:zero|blank|spaces|empty)\)", "", said)
    text = re.sub(
        r"\b(?:sometimes|often|usually|occasionally|may|can|some)\s+", "", text, flags=re.I
    )
    text = re.sub(r",\s+(?:and|so|which|but)\s.*$", "", text)
    at_zero = find(
        r"^.*?\b(?:leaves?|left|keeps?|keys?|keyed|sends?)\s+(?:the |their |its )?"
        r"(?P<item>[\w\s-]+?)\s+(?:at|as|to)\s+(?:zero|zeros|zeroes|blanks?|spaces)$",
        text,
    )
    if at_zero:
        return "", at_zero["item"]
    none_given = find(
        r"^(?:there (?:is|are) )?no (?P<item>[\w\s-]+?)"
        r"(?:\s+(?:is|are|was) (?:given|there|known|filled in|sent|present))?$",
        text,
    )
    if none_given and not find(r"\b(?:is|are|has|have)\b", none_given["item"]):
        return "", none_given["item"]
    has_none = find(r"^(?P<thing>.+?)\s+(?:has|have|carries|brings|comes with)\s+none$", text)
    if has_none:
        return has_none["thing"], ""
    given_none = find(LEFT_OUT, text) or find(PUT_NONE, text)
    if given_none:
        parts = given_none.groupdict()
        return parts["thing"], parts["item"] or parts.get("other") or ""
    lacks = find(
        r"^(?P<thing>.+?)\s+(?:(?:that |which |who )?(?:comes?|arrives?|is|are|goes) without|"
        r"(?:that |which |who )?(?:carries|carry|has|have|bears?|shows?|comes? with|contains?) "
        r"(?:no|nothing (?:in|for|as|at|behind))|(?:that |which |who )?lacks?|without|with no)\s+"
        r"(?:an? |any |its |their |the )?(?P<item>.+)$",
        text,
    ) or find(
        r"^(?P<thing>)(?P<item>.+?)\s+(?:is|are|was|comes?|arrives?|has been|is left)\s+(?:in\s+)?"
        r"(?:blank|empty|missing|spaces|zero|not (?:given|filled in|filled|set|"
        r"there|known)|unknown)$",
        text,
    )
    return (lacks["thing"], lacks["item"]) if lacks else None


COUNTED = r"(?:how many|the number of|a count of|the count of|a counter of|how often)"
SUMMED = r"(?:the (?:sum|total|amount) of|a (?:sum|total) of|how much|the total|the sum)"
TELLS = r"(?:show|print|display|report|list|put|give|write|add|tell|output|count|state|include)"


def totalling(asked: list[Said], parts: Ticket) -> Wish | None:
    """A count or a sum in a line of its own: `at the end print LINES with the number of X`."""
    if len(asked) != 1:
        return None
    for one in asked:
        text = one.whole
        label = re.search(
            rf"(?<![\w-])(?P<label>{QUOTED}|(?:[A-Z]{{2,}}\s)*[A-Z]{{3,}}(?![\w-]))", text
        )
        if not find(rf"\b{TELLS}\b", text) or not (
            label or find(r"\b(?:totals?|end|figures)\b", text)
        ):
            continue
        rest = text
        if label:
            rest = f"{text[: label.start()]} {text[label.end() :]}"
        rest = re.sub(
            r"\s*(?::|,)?\s*and (?:the|its|their) (?:count|number|sum|total|figure)(?=$|,)",
            "",
            rest,
        )
        rest = re.sub(r"\s+", " ", re.sub(r"\s+(?=[,.;:])", "", rest)).strip(" ,:;")
        counted = find(rf"\b{COUNTED}\s+(?P<what>.+)$", rest)
        summed = find(rf"\b{SUMMED}\s+(?P<item>.+)$", rest)
        name = label["label"].strip("'\"") if label else ""
        as_ = f" as '{name}'" if name else ""
        if counted:
            what = thing_of(counted["what"])
            return Wish("", "total", {"what": what, "label": f"'{name}'" if name else ""})
        if summed:
            item = thing_of(summed["item"])
            return Wish(f"Show the total of {item}{as_}", "tally", summing(item, name))
    return None


def summing(item: str, label: str) -> dict[str, str]:
    """A sum as the tallies take it: of all, or of those that are negative or whose something is."""
    which = find(r"^(?:all\s+)?(?:the\s+)?(?P<which>negative|positive)\s+(?P<item>.+)$", item)
    said = which["item"] if which else re.sub(r"^(?:all\s+)?(?:the\s+)?", "", item)
    said = re.sub(r"s$", "", said) if which else said
    if which:
        said = f"{said} whose {said} is {which['which']}"
    return {"item": said, "label": f"'{label}'" if label else "", "result": "total"}


def thing_of(said: str) -> str:
    """What is counted, without where it is shown."""
    said = re.sub(r"\s*,?\s*(?:too|also|as well)$", "", said)
    return re.sub(
        r"\s*,?\s*(?:(?:at|with|among|in|under|below|for|on|of|to) (?:the |"
        r"all )?(?:very |bank |other |"
        r"closing |grand )*(?:end|totals?|figures|cards together|job log|log|run|report|display|"
        r"cards|"
        r"trial balance)\b.*|in all|altogether|together|all told)$",
        "",
        said,
        flags=re.IGNORECASE,
    ).strip(" ,")


FRAMES: tuple[Callable[[list[Said], Ticket], Wish | None], ...] = (
    checking,
    rejecting,
    defaulting,
    carrying,
    totalling,
    rounding,
    listing,
    calling,
    telling,
    telling_of,
)
"""Readers of requests; the first that knows the verb has it."""
