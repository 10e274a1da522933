"""Requests that something be rejected: who rejects what, why, and like what else.

`Direct debits over 10,000 have to go back`, `No transfer may leave a blocked account`, `Cheques are
no longer accepted: refuse them with R16`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from cobolsmith.implement.reject import REJECTED
from cobolsmith.implement.said import PRONOUN, Said, bound, bound_in, subject_of
from cobolsmith.implement.ticket import CLAUSE, Ticket
from cobolsmith.implement.vocabulary import content
from cobolsmith.implement.wish import QUOTED, Wish, find

VERDICT = (
    r"\s+(?:is|are)\s+(?:malformed|invalid|wrong|an error|in error|errors|"
    r"a mistake|not allowed|bad|"
    r"not valid|no good|suspicious|unacceptable|forbidden|to be rejected)$"
)
LIKE = (
    r"\s*,?\s*(?:(?:just|exactly|much)\s+)?(?:(?:in )?the same way(?: as)?|"
    r"as (?:we (?:already )?do|is "
    r"done|it is done|with|for|before)|like (?:the other|all other|other|the rest|any other|all|"
    r"every other))\b(?:\s+(?:with|for|of))?(?P<like>[\w\s]*)"
)
REJECT = (
    r"reject|refuse|turn (?:it |them )?(?:down|away|back)|decline|bounce|"
    r"send (?:it |them )?back|throw (?:it |them )?out|return (?:it|them)"
)
CODED = r"(?P<code>[A-Z]{1,2}\d{2,3})\b"
TOLD = rf"(?:{QUOTED}|(?-i:[A-Z][A-Z0-9]+(?:[ -][A-Z0-9]+)+))"
"""A message: in quotes, or several words in capitals."""


def without_like(text: str) -> tuple[str, str]:
    """A text without what it likens, and that."""
    found = find(LIKE, text)
    if not found:
        return text, ""
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    return re.sub(r"\s+", " ", rest).strip(" ,"), found["like"].strip()


def given(text: str) -> tuple[str, dict[str, str]]:
    """A text without the reason it gives: a code, a message, or both."""
    parts: dict[str, str] = {}
    both = re.search(
        rf"(?P<head>{CODED}),?\s+(?P<text>[A-Z][A-Z0-9]+(?:\s+[A-Z0-9]+)+)(?=$|[.,;])", text
    )
    if both:
        parts["text"] = f"'{both['text']}'"
        text = f"{text[: both.start()]}{both['head']}{text[both.end() :]}"
    message = (
        find(
            r"\s*,?\s*(?:and|with|using|giving|under|show(?:ing)?|"
            r"say(?:ing)?)*\s*(?:the |a )?(?:error |reason )?"
            rf"(?:message|text|reason|wording|remark|words)\s+(?:is |of |text )?(?P<text>{QUOTED})",
            text,
        )
        or find(rf"\s*\(\s*(?P<text>{TOLD})\s*\)", text)
        or find(rf"\s*(?:,?\s*\b(?:with|as|saying|giving)|[:;])\s+(?P<text>{TOLD})$", text)
    )
    if message:
        parts["text"] = f"'{message['text'].strip(chr(39))}'"
        text = f"{text[: message.start()]} {text[message.end() :]}"
    code = find(
        r"\s*,?\s*(?:\b(?:and|with|using|giving|under|they|it|gets?|for|as|has|"
        r"have|use|a|an|the|new|"
        r"its|their|own|of)\s+)*(?:\breason|error|reject(?:ion)?)?\s*(?:code|"
        r"reason)?\s*(?:of (?:its|their) "
        rf"own,?\s+)?(?:code )?(?<![\w-]){CODED}",
        text,
    )
    if code:
        parts["code"] = code["code"]
        text = f"{text[: code.start()]} {text[code.end() :]}"
    return re.sub(r"\s+", " ", text).strip(" ,;"), parts


def treating(asked: list[Said]) -> Wish | None:
    """`Treat a payment as malformed if the originator is blank`: a reason by words of its text."""
    found = len(asked) == 1 and find(
        r"^(?:treat|count|regard|consider|handle)\s+(?P<subject>.+?)\s+as\s+(?:an? )?"
        r"(?P<known>\w+)$",
        asked[0].main,
    )
    if not found or not asked[0].led:
        return None
    when = re.sub(rf"^{CLAUSE}\s+", "", asked[0].led, flags=re.IGNORECASE)
    return Wish("", "reject", {**found.groupdict(), "when": when})


UNDER = (
    r"\s*,?\s*\b(?:under|with|for|by|giving)\s+the\s+(?P<known>[\w\s]+?)\s+(?:reason|code|message)"
    r"(?:\s+(?:that\s+)?(?:we|which|is|they)\b[\w\s]*)?$"
)
"""A reason that is named by words of its text."""


def rejecting(asked: list[Said], parts: Ticket) -> Wish | None:
    """Something is rejected: `Direct debits over 10,000 have to go back`, `X is to be refused`."""
    treated = treating(asked)
    if treated is not None:
        return treated
    chosen = next((one for one in asked if cast_out(one.main)), None)
    others = [one.whole for one in asked if one is not chosen]
    if chosen is None:
        return None
    rule = chosen.about if bound_in(chosen.led, chosen.about) != chosen.led else ""
    rest, why = given(chosen.main)
    larger = re.sub(PLACE, "", given(rejects(chosen.main) or "")[0])
    rule = rule or (chosen.about if measured(larger, chosen.about) != larger else "")
    if not all(tells_reason(one) or rejects_it(one) or one == rule for one in others):
        return None
    under = None if why.get("code") else find(UNDER, rest)
    if under:
        rest, why = rest[: under.start()], {**why, "known": under["known"]}
    for whole in (*others, *filter(tells_reason, parts.of("reason"))):
        spoken, more = given(whole)
        by_name = None if more else find(UNDER, spoken)
        why |= {"known": by_name["known"]} if by_name else more
    rest, like = without_like(rest)
    found = cast_out(rest) or cast_out(chosen.main)
    thing = find(r"^the (\w+)$", given(found or "")[0])
    same = bool(thing and set(content(thing[1])) & set(content(subject_of(chosen.about))))
    alone = same or not re.sub(rf"\b{PRONOUN}\b", "", given(found or "")[0]).strip(" ,")
    aside = find(WORKING, chosen.led) or find(r"(?:^|,?\s+)as$", given(chosen.main)[0])
    chosen = replace(chosen, led="" if aside else chosen.led)
    led, more = given(bound_in(chosen.led, chosen.about) if alone else chosen.led)
    if found is None:
        return None
    found = re.sub(PLACE, "", re.sub(r"(?:^|,?\s+)as$", "", given(found)[0]))
    found = measured(found, chosen.about)
    said = re.sub(r"^no\s+(?=\w)", "", bound(found, chosen.about), flags=re.IGNORECASE)
    about = ""
    if same and rule:
        said = ""  # the clause that leads it says of what
    elif said != found and find(VERDICT, chosen.about):
        said = re.sub(VERDICT, "", chosen.about)
    elif said != found:
        barred = cast_out(chosen.about)
        said, about = (barred, "") if barred else (said, chosen.about)
    made = {"subject": said, "about": about, "like": like, **more, **why}
    made |= {"code": made.get("code") or made.get("text", "")}
    word, _, clause = led.partition(" ")
    if word.lower() in ("unless", "until"):
        made["unless"] = clause
    elif led:
        made["when"] = re.sub(rf"^{CLAUSE}\s+", "", led, flags=re.IGNORECASE)
    return Wish("", "reject", made)


WORKING = (
    r"^(?:when|while|before|after)\s+(?:loading|reading|editing|posting|processing|checking|"
    r"unloading|merging|sorting|printing)(?:\s+(?:it|them|the \w+))?$"
)
PLACE = r"\s*,?\s+(?:in|at|by|during)\s+the\s+(?:[\w-]+\s+)?(?:edit|run|step|program|job|load)$"
"""What the program does anyway, and where: it says nothing of when something is rejected."""


def measured(said: str, about: str) -> str:
    """`Larger withdrawals` behind a sentence with one number: those of more than that."""
    found = find(
        r"^(?:any |all )?(?P<how>larger|bigger|higher|greater|smaller|lower)\s+(?P<what>.+)$", said
    )
    numbers = re.findall(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?!\w)", about)
    if not found or len(numbers) != 1:
        return said
    less = found["how"].lower() in ("smaller", "lower")
    return f"{found['what']} of {'less' if less else 'more'} than {numbers[0]}"


NONE_MAY = (
    r"^(?:no|nothing|none of the)\s+(?P<what>.+?)\s+(?:may|can|must|should|shall|will|is to|are to|"
    r"(?:is|are) allowed to)\s+(?:any longer |any more )?"
    r"(?:go through|pass|be \w+(?:ed|en|t)|come in|leave|arrive)\b(?P<rest>.*)$"
)
NO_MORE = r"^no\s+(?P<what>.+?)(?P<rest>)\s+any ?(?:more|longer)$"
GETS_IN = (
    r"^(?P<what>.+?)\s+(?:may|can|must|should|shall)\s*(?:no longer|not|never)\s+(?:get|"
    r"come|go|pass)\s+(?:on|in|through|to|past)\w*(?P<rest>)\b.*$"
)
BARRED = (
    r"^(?P<what>.+?)\s+(?:is|are)\s+(?:no longer|not|not any more|never|not to be)\s+(?:allowed|"
    r"accepted|permitted|possible|wanted|welcome|taken)(?:\s+(?:by|under|according to)\s+.*)?"
    r"(?P<rest>)$"
)
MAY_NOT = (
    r"^(?P<what>.+?)\s+(?:may|can|must|should|shall)\s*(?:no longer|not|never|not any more)\s+be\s+"
    r"(?:keyed|accepted|posted|taken|made|booked|entered|loaded)\b"
    r"(?P<rest>.*?)(?:\s+and (?:comes|goes|is sent) back\b.*)?$"
)
"""What says that something is not to be: it is rejected."""


def cast_out(main: str) -> str | None:
    """What a clause rejects, or says is not to be; None where it does neither."""
    for form in (NO_MORE, NONE_MAY, BARRED, MAY_NOT, GETS_IN):
        found = find(form, main)
        if found:
            rest = re.sub(r",\s*(?:however|no matter)\b.*$", "", found["rest"])
            return f"{found['what']} {rest}".strip(" ,")
    return rejects(main)


def rejects_it(said: str) -> bool:
    """Whether a sentence only rejects what the one before is about."""
    spoken, more = given(said)
    by_name = None if more else find(UNDER, spoken)
    what = rejects(spoken[: by_name.start()] if by_name else spoken)
    what = re.sub(rf"\s+{WORKING[1:]}", "", re.sub(PLACE, "", what)) if what else what
    return what is not None and not re.sub(rf"\b{PRONOUN}\b", "", what).strip(" ,")


GETS = (
    r"(?:(?:must|should|shall|will|has to|have to|is to|are to)\s+)?(?:get|gets|receive|receives)"
)
"""How something comes by a reason."""


def rejects(main: str) -> str | None:
    """What a clause rejects; None where it rejects nothing."""
    ordered = find(
        rf"^(?:also |always )?(?:{REJECT}|do(?:n't| not) accept)\b\s*(?P<what>.*)$", main
    )
    if ordered:
        return ordered["what"].strip(" ,")
    passive = find(
        rf"^(?P<what>.+?)\s+(?:(?:must|should|shall|will|has|have|are|is|be|to|"
        rf"now|also|being|gets?)\s+)+"
        rf"(?:{REJECTED}|go back|come back|be returned)\b(?P<rest>.*)$",
        main,
    )
    if passive is None:
        passive = find(
            rf"^(?P<what>.+?)\s+{GETS}\s+(?P<rest>(?:reason |code )*(?-i:{CODED}).*)$", main
        )
    back = r"^\s*(?:to|at) (?:the|its|their) \w+(?=\s|,|$)"
    return f"{passive['what']} {re.sub(back, '', passive['rest'])}".strip(" ,") if passive else None


def tells_reason(said: str) -> bool:
    """Whether a sentence only says which reason is given."""
    rest, found = given(said)
    words = re.sub(
        r"\b(?:they|it|use|the|a|an|gets?|give|show|and|with|reason|code|own|of|"
        r"their|its|which|is|to|"
        r"be|added|add|table|rejects?|reasons?|new|in|for)\b",
        " ",
        rest,
        flags=re.IGNORECASE,
    )
    return bool(found) and not words.strip(" ,.;")
