"""Requests for something to be done where something happens: a line of the log or of a new file, a
call. `EVENT, ACT with ITEMS`, in any order."""

from __future__ import annotations

import re

from cobolsmith.implement.said import Said, bound
from cobolsmith.implement.ticket import CLAUSE, Ticket
from cobolsmith.implement.wish import QUOTED, Wish, find

LOGS = r"(?:say|warn|note|log|record|tell|trace|report|show|display|print|write|put|list|mention)"
LOG = r"(?:on|in|to|into) (?:the )?(?:job ?log|log|console|sysout|operators?|job output)"


NOTICE = (
    r"^(?:(?:there (?:should|must|shall) be|i would like|i'd like|we (?:need|want)|give us)\s+)?"
    r"(?:(?:an?|one|some)\s+)?(?:log )?(?:message|line|entry|note|warning)\b"
)
AUDIENCE = (
    r"^((?:also )?(?:tell|inform|warn|show|give))\s+(?:the )?"
    r"(?:operators?|operations|us|them|me|people|staff|everybody|everyone)\b"
)


APPEARS = (
    r"^(?P<items>.+?)\s+(?:should|must|shall|has to|have to|is to|are to|will)\s+"
    r"(?:also )?(?:appear|show up|be (?:shown|logged|displayed|printed|told|listed|written|noted))$"
)


LOGGED = (
    r"^(?:each |every |all |any )?(?P<when>.+?)\s+(?:should|must|shall|is to|are to|has to|"
    r"have to)\s+(?:also\s+)?be\s+(?:logged|traced|"
    r"(?:noted in|written to) the (?:job ?)?log)"
    r"(?:\s*,?\s*(?:with|showing|giving)\s+(?P<items>.+))?$"
)
"""What is logged in the passive."""


def telling_of(asked: list[Said], parts: Ticket) -> Wish | None:
    """The same where what stands behind `with` is of the event: `log each X with a Y over 10`."""
    wish = telling(asked, parts, aside=True)
    return wish if wish is not None and not wish.part("items") else None


def telling(asked: list[Said], parts: Ticket, *, aside: bool = False) -> Wish | None:
    """A line of the log where something happens: `note in the log every X that Y, with A and B`."""
    if len(asked) != 1:
        return None
    one = asked[0]
    logged = find(LOGGED, one.whole)
    if logged is not None and not aside:
        return Wish("", "logging", {**logged.groupdict(""), "text": ""})
    bare = re.sub(rf"\s*{LOG}\b", "", one.main)
    told: object = bare != one.main or find(r"^(?:also )?(?:log|trace)\b", one.main)
    shows = find(r"^(?:also )?display\b(?P<each>\s+(?:each|every)\b)?", one.main)
    told = told or (shows and (one.led or shows["each"]))
    noun = find(NOTICE, bare)
    if not told or not (noun or find(APPEARS, bare) or find(rf"^(?:also )?{LOGS}\b", one.main)):
        return None
    if noun:
        bare = f"note {bare[noun.end() :]}"
    bare = re.sub(AUDIENCE, r"\1", bare, flags=re.IGNORECASE)
    text = find(rf"(?P<text>{QUOTED})", bare)
    if text:
        bare = f"{bare[: text.start()]} {bare[text.end() :]}"
    bare = re.sub(r"\s+", " ", bare)
    rest = re.sub(rf"^(?:also )?{LOGS}\b\s*", "", bare, flags=re.IGNORECASE).strip(" ,")
    rest = re.sub(r"^(?:a |the )?(?:message|line|note|text)\b\s*", "", rest)
    when = re.sub(rf"^{CLAUSE}\s+", "", one.led, flags=re.IGNORECASE)
    items = rest
    shown = find(APPEARS, bare)
    if shown:
        items = shown["items"]
    if not when and noun:
        when = bound("", one.about)
    if when and not items:
        inner = find(rf"^(?P<event>.+?)\s*,?\s*{WITH}(?P<items>.+)$", when)
        when, items = (inner["event"], inner["items"]) if inner else (when, "")
    if not when:
        event = (
            None
            if aside
            else find(
                r"^(?:which|what|every|each|all|any|the|"
                r"those)?\s*(?P<when>.+?)(?:\s*[:,]\s*(?:with\s+)?|"
                r"\s+with\s+)(?P<items>(?:the |its |their )?.+)$",
                rest,
            )
        )
        if not event and not aside:
            return None
        when, items = (event["when"], event["items"]) if event else (rest, "")
        when = re.sub(r"^(?:which|what|every|each|all|any|the|those)\s+", "", when)
    items = re.sub(
        r"^(?:please\b|and|with|together with|:|,|both|giving|showing)[,\s]+",
        "",
        items.strip(" ,:"),
    )
    items = re.sub(r"^(?:giving|showing|with)\s+", "", items)
    items = re.sub(r"^(?:which|what) (.+?) (?:it|that|they) (?:is|was|are|were)$", r"\1", items)
    items = re.sub(r"\bhow many (\w+)(?: \w+ (?:has|have|holds?|had))?\b", r"\1", items)
    made = {"when": when, "items": items, "text": text["text"] if text else ""}
    return Wish("", "logging", made)


FILE = re.compile(
    r"\s*,?\s*(?:\b(?i:also|as well)\s+)?(?:\b(?i:in|into|to|on|onto|as)\s+)?"
    r"(?:\b(?i:a|an|the|its|their|another)\s+)?"
    r"(?:\b(?i:new|separate|extra|additional|second|own|small|little|further)\s+)*"
    r"(?:\b(?i:output|text)\s+)?\b(?i:files?|list|data ?set|extract)\s*,?\s*"
    r"(?:(?i:called|named|(?:with|under) (?:the )?DD(?: name)?|DD|by the name of)\s+)?"
    r"'?(?P<name>[A-Z][A-Z0-9]{2,7})(?![\w-])'?(?:\s+(?i:as well|too|also|instead))?"
)
"""A new file, with its name."""
KEEPS = (
    r"(?:write|copy|put|save|output|list|keep|collect|send|produce|create|make|give (?:us|me|them)|"
    r"we (?:need|want|would like)|open|add|store|report|record|drop|dump|note)"
)
GOES = (
    r"(?:should|must|shall|are to|is to|have to|has to|will)\s+(?:also\s+)?"
    r"(?:go|be (?:written|copied|put|listed|kept|sent))(?:\s+(?:also|as well|too))?"
)
LINE = (
    r"(?:one|a|an|each)\s+(?:line|record|row|entry)\b"
    r"(?:\s+(?:for each|for each one|each|per \w+)(?=\s*(?:,|:|$|with\b)))?"
)
AS_IT_CAME = (
    r",?\s*(?:(?:just|exactly)\s+)?(?:as (?:they|it) (?:came|comes?|were|was|are|is)(?: in| read)?|"
    r"unchanged|unaltered|in full|whole)\b,?"
)
WITH = (
    r"(?:\b(?:with|containing|showing|holding|giving|consisting of|"
    r"(?:that|which) (?:has|holds|shows|contains))\b|:)\s*"
)
EACH = r"(?:(?:for|of|per)\s+(?:each|every|all|any)\b|per\s+(?=[a-z]))"
DETAIL = (
    r"^(?:the|each|every|one|a)\s+(?:line|record|row|entry)\s+"
    r"(?:has|holds|shows|contains|consists of|is made of|needs?|should (?:have|hold|show|contain)|"
    r"must (?:have|hold|show|contain))\s+(?P<items>.+)$"
)
WISHES = (
    r"(?:(?:wants?|would like|needs?|asks?|likes?|has|have|wishes|wish)\s+(?:to\s+)?)?"
    r"(?:know|see|have|hear|learn|get)\s+(?:who|which|what|whether|about|of)\b"
)


def rounding(asked: list[Said], parts: Ticket) -> Wish | None:
    """A result that is rounded: `X is to be rounded commercially, not cut off`."""
    if len(asked) != 1:
        return None
    head, colon, tail = asked[0].whole.partition(": ")
    main, about = (tail, head) if colon else (asked[0].whole, asked[0].about)
    found = find(
        r"^(?P<what>.+?)\s+(?:has|have|is|are|must|should|shall|ought)\b[\w\s]*?\brounded\b", main
    )
    if not found:
        found = find(
            r"^.*?\b(?:wants?|would like|asks? for|needs?)\s+(?P<what>it|them|.+?)\s+rounded\b",
            main,
        )
    if not found or find(r"\b(?:not|no longer|never|neither)\b", main.partition("rounded")[0]):
        return None
    if find(CUT_OFF, main.partition("rounded")[2].partition("not")[0]):
        return None
    about = re.sub(r"^.*?\b(?:ruled|decided|said|found|noticed|told us|means) that\s+", "", about)
    return Wish("", "rounding", {"what": bound(found["what"], about)})


CUT_OFF = r"^\s*(?:down|up|off|towards?|to (?:the )?(?:even|zero))\b"
"""Other ways to round than half away from zero, which is what ROUNDED means."""


def listing(asked: list[Said], parts: Ticket) -> Wish | None:
    """A line of a new file where something happens: `new file NAME, one line with A and B for each
    X`, `write X, just as they came, to a new file NAME`."""
    chosen = next((one for one in asked if FILE.search(one.whole)), None)
    told = [find(DETAIL, one.whole) for one in asked if one is not chosen]
    if chosen is None or not all(told) or len(told) > 1:
        return None
    head, colon, tail = chosen.whole.partition(": ")
    whole, about = chosen.whole, chosen.about
    if colon and FILE.search(tail):
        whole, about = tail, head
    named = FILE.search(whole)
    assert named is not None, "it has a file, before or behind its colon"
    rest = f"{whole[: named.start()]} {whole[named.end() :]}".strip(" ,")
    rest = re.sub(rf"^(?:also |please )?{KEEPS}\b\s*", "", rest, flags=re.IGNORECASE)
    rest = re.sub(rf"\s+{GOES}\s*$|\s+{GOES}(?=\s+with\b)", "", rest, flags=re.IGNORECASE)
    as_it_came = find(AS_IT_CAME, rest)
    if as_it_came:
        rest = f"{rest[: as_it_came.start()]} {rest[as_it_came.end() :]}"
    rest = re.sub(rf"[:,]?\s*\b{LINE}", " ", rest, flags=re.IGNORECASE)
    rest = re.sub(r"\s+", " ", rest).strip(" ,")
    rest, event, items = apart(rest)
    if told and told[0]:
        items = told[0]["items"]
    if event and rest and not items and not as_it_came:
        rest, items = "", rest
    about = re.sub(rf"^.*?\b{WISHES}\s+", "", about, flags=re.IGNORECASE)
    thing = bound(re.sub(r"^(?:only|just|the|all|every|each)\s+", "", rest), about)
    events = [one for one in (event, thing, about) if one.strip()]
    copied = find(r"^(?:also |please )?(?:write|copy|save|put|send|collect)\b", whole) and thing
    if not events or not (items or as_it_came or copied):
        return None
    told_by = {"when": events[0], "thing": events[-2:][0], "about": events[-1]}
    return Wish("", "listing", {"name": named["name"], **told_by, "items": items})


def apart(said: str) -> tuple[str, str, str]:
    """What stands before, the event, and the items, of `THING with A and B for each EVENT`."""
    event = items = ""
    each = find(rf"\s*,?\s*\b{EACH}\s+(?P<event>.+)$", said)
    led = find(rf"\s*,?\s*(?:^|\b){CLAUSE}\s+(?P<event>.+)$", said)
    found = each or led
    if found:
        event, said = found["event"], said[: found.start()]
        inner = find(rf"^(?P<event>.+?)\s*,?\s*{WITH}(?P<items>.+)$", event)
        if inner and not find(WITH, said):
            event, items = inner["event"], inner["items"]
    listed = find(rf"\s*,?\s*{WITH}(?P<items>.+)$", said)
    if listed:
        items, said = listed["items"], said[: listed.start()]
    return said.strip(" ,"), event.strip(" ,"), items.strip(" ,")


NOT_THERE = (
    r"\b(?:not (?:wanted|needed|sent|given|passed|to be (?:sent|given|passed))|"
    r"(?:isn't|aren't) (?:wanted|needed))\b.*$"
)
MODULE = (
    r"(?:(?i:the|a|our|an|their|its|his)\s+)?(?:(?i:new|existing)\s+)?"
    r"(?:(?i:sub-?(?:program|routine)|program|module|routine|service)\s+)?'?(?P<program>[A-Z]"
    r"[A-Z0-9]{2,7})(?![\w-])'?(?:\s+(?i:sub-?(?:program|routine)|program|module|routine))?"
)
HANDS = r"(?i:hand|pass|give|send|report|feed|forward|submit)(?:\s+(?i:over|on))?"


def calling(asked: list[Said], parts: Ticket) -> Wish | None:
    """A call where something happens: `hand each X to the subprogram NAME when it is written`,
    `X and Y of each Z go to NAME`."""
    chosen = [one for one in asked if not find(NOT_THERE, one.whole)]
    while len(chosen) > 1 and not re.search(r"[A-Z]{3}", chosen[0].whole):
        chosen.pop(0)  # it tells of what the next one asks
    if len(chosen) != 1:
        return None
    one = chosen[0]
    handed = re.search(
        rf"^(?:(?i:also|please)\s+)?{HANDS}\s+(?P<what>.+?)\s+(?i:on )?(?i:over )?(?i:to)\s+"
        rf"{MODULE}$",
        one.main,
    ) or re.search(
        rf"^(?:(?i:also|please)\s+)?{HANDS}\s+{MODULE}\s+(?P<what>(?i:the|each|every|its)\b.+)$",
        one.main,
    )
    called = re.search(
        rf"^(?:(?i:also|please|then)\s+)?(?i:call|invoke|run|notify|tell|inform|let)\s+{MODULE}"
        r"(?:\s+(?i:know|be called))?"
        r"(?:\s*,?\s*(?:(?i:with|using|passing|giving(?: it)?|"
        r"hand(?:ing)?(?: it)?(?: over)?|and (?:pass|give|hand)(?: over)?(?: it| them)?)"
        r"\s+(?P<what>.+)|\s+(?i:for|of|about)\s+(?P<thing>.+))?)?$",
        one.main,
    )
    hears = re.search(
        rf"^{MODULE}\s+(?i:has to|must|should|shall|is to|will|needs to)\s+(?:(?i:be)\s+)?"
        r"(?i:called|run|invoked|told|informed|notified|know|hear|get)\b"
        r"(?:\s+(?i:with|of|about|using)\s+(?P<what>.+))?$",
        one.main,
    )
    found = handed or called or hears
    if not found:
        return None
    parts_of = found.groupdict()
    what, thing = parts_of.get("what") or "", parts_of.get("thing") or ""
    items, each, when = what, "", re.sub(rf"^{CLAUSE}\s+", "", one.led, flags=re.IGNORECASE)
    of = find(r"^(?P<items>.+?)\s+(?:of|for)\s+(?P<each>(?:each|every|all|any)\b.+)$", what)
    if of:
        items, each = of["items"], of["each"]
    elif find(r"^(?:each|every|all)\b", what):
        each = what
    when = bound(when, one.about) if when else ""
    event = when if when and not find(r"^(?:it|they|that)\b", when) else each or thing or when
    if not event:
        heard = find(r"\b(?P<each>(?:each|every|any)\s+.+)$", one.about)
        event = heard["each"] if heard else ""
    event = re.sub(EACH_ONE, "", event.strip(" ,"))
    event = re.sub(GOES_ON, "", event, flags=re.IGNORECASE)
    if not event:
        return None
    made = {"program": found["program"], "when": event, "items": re.sub(EACH_ONE, "", items)}
    if handed and made["items"] == event:
        been = rf"^{CLAUSE}\s+(?:it|they|that)\s+(?:is|are|has been|have been)\s+"
        verb = re.sub(been, "", one.led)
        made |= {"items": "", "itself": "yes", "when": f"{event} {verb}".strip()}
    return Wish("", "call", made)


GOES_ON = (
    r"^(?:something|anything|an? \w+)\s+(?:goes|is put|comes|gets)\s+"
    r"(?:on|onto|into|in|to)\s+(?:the\s+)?"
)
EACH_ONE = r"^(?:each|every|all|any)\s+"
