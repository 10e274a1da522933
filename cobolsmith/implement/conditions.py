"""Conditions: from `the account is blocked and the amount exceeds 100` to COBOL.

What compares is read by its operator; what doesn't is a matter of condition-names, which must take
every word between them. A word that nothing takes is a doubt.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from cobolsmith.implement import phrases
from cobolsmith.implement.naming import Asked, names
from cobolsmith.implement.ties import DoubtError, Ties, is_operand
from cobolsmith.implement.verbatim import verbatim
from cobolsmith.implement.vocabulary import content, of_name, soft
from cobolsmith.program import DataItem

OPERATORS = (
    (r"is not (?:more|greater|higher|larger) than|is at most|does not exceed|<=", "NOT >"),
    (r"is not (?:less|lower|smaller) than|is at least|reaches|>=", "NOT <"),
    (r"(?:is |are |of )?(?:more|greater|higher|larger|bigger) than or equal to", "NOT <"),
    (r"(?:is |are |of )?(?:less|lower|smaller) than or equal to", "NOT >"),
    (r"(?:is |are |of )?(?:more|greater|higher|larger|bigger|later) than", ">"),
    (
        r"exceeds?|(?:is |are |of |in excess of )?(?<=\s)(?:above|over|beyond)|"
        r"(?:is|are|lies|lie|comes|falls) (?:above|over|after|beyond|later than)|>",
        ">",
    ),
    (r"(?:is |are |of )?(?:less|lower|smaller|earlier|fewer) than", "<"),
    (
        r"(?:is |are |of )?(?<=\s)(?:below|under)|"
        r"(?:is|are|lies|lie|comes|falls) (?:below|under|before|earlier than)|<",
        "<",
    ),
    (r"is not equal to|differs from|is different from|is other than|<>", "NOT ="),
    (r"is equal to|equals|is the same as|=", "="),
)
"""Operators as they are said; the first that fits is it."""
STATES = (
    (r"(?:is|are) not numeric|(?:is|are) no number|isn't numeric", "{} NOT NUMERIC"),
    (r"(?:is|are) numeric|(?:is|are) a number", "{} NUMERIC"),
    (
        r"(?:is|are) not (?:blank|empty|missing|spaces)|is filled(?: in)?|is given",
        "{} NOT = SPACES",
    ),
    (
        r"(?:is|are|was) (?:left )?(?:blank|empty|missing|spaces|out|not filled(?: in)?)",
        "{} = SPACES",
    ),
    (r"(?:is|are) not zero", "{} NOT = ZERO"),
    (r"(?:is|are) (?:zero|0|nought)", "{} = ZERO"),
    (r"(?:is|are) negative|is less than zero|is in the red", "{} < ZERO"),
    (r"(?:is|are) positive|is more than zero", "{} > ZERO"),
    (r"has no", "{} = SPACES"),
)
LACKING = (
    r"^(?P<thing>.*?)\s*\b(?:(?:that |which |who )?(?:comes?|arrives?|is|are|goes) without|"
    r"(?:that |which |who )?(?:carries|carry|has|have|bears?|shows?|comes? with|holds?|contains?)"
    r" no|"
    r"(?:that |which |who )?(?:lacks?|misses)|without|with no)\s+(?:an? |any |its |their )?"
    r"(?P<item>.+?)(?:\s*\((?:zero|blank|spaces|empty)\))?$"
)
"""A thing that comes without one of its items."""
NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve".split()
DIGITS = {word: number for number, word in enumerate(NUMBERS)}
FORMED = (
    r"^(?P<item>.+?)\s+(?:is|are|consists? of|begins? with)\s+(?:an? |the letter )?'?"
    r"(?P<first>[A-Z]{1,3})'?\s+"
    r"(?:and|followed by|plus|with)\s+(?P<count>\w+) digits?$"
)
"""How a key is made: letters, then so many digits."""
_NUMBER = r"[+-]?\d[\d,]*(?:\.\d+)?"


def condition(said: str, ties: Ties) -> Asked:
    """A phrase as a condition. Raises DoubtError where a word of it means nothing here."""
    if (exact := verbatim(said.strip(" ,;"), ties)) is not None:
        return exact
    said = phrases.plain(re.sub(r"\s+", " ", said.strip(" ,.;")))
    said = re.sub(r"^(?:either|both|that)\s+", "", said, flags=re.IGNORECASE)
    if phrases.RECEIVES.search(said) and any("-TO-" in one.name for one in ties.program.items):
        raise DoubtError(f"is the account that receives meant in '{said}'?", said)
    kept = list(ties.found)
    for other in phrases.reworded(said):
        try:
            return settled(other, ties)
        except DoubtError:
            ties.found[:] = kept
    return settled(said, ties)


def settled(said: str, ties: Ties) -> Asked:
    """A phrase as it is worded: as a whole, else in parts."""
    kept = list(ties.found)
    try:
        return whole(said, ties)
    except DoubtError as doubt:
        ties.found[:] = kept
        parted = None if doubt.settles else in_parts(said, ties)
        if parted is None:
            raise
        return parted


def in_parts(said: str, ties: Ties) -> Asked | None:
    """A thing and what restricts it, each a condition; None where a phrase isn't of this form."""
    kept = list(ties.found)
    for left, by, right in phrases.restricted(said):
        words = frozenset(content(left))
        try:
            if by in ("whose", "that", "which", "who", "where", "with", "having"):
                inner = condition(right, ties)
            else:
                inner = names(right, ties)
            if words - soft(words) - ties.things:
                return condition(left, ties).both(inner)
            return inner
        except DoubtError:
            ties.found[:] = kept
    return None


def whole(said: str, ties: Ties) -> Asked:
    """A phrase that is a list of values, parts with joints, or one test."""
    values = phrases.listed(said)
    if values is not None:
        return one_of(*values, ties)
    formed = re.search(FORMED, said)
    if formed:
        return shaped(formed["item"], formed["first"], formed["count"], ties)
    both = phrases.shared(said)
    if both is not None:
        kept = list(ties.found)
        try:
            return condition(both[0], ties).both(names(both[1], ties))
        except DoubtError:
            ties.found[:] = kept
    for word, joint in ((" or ", "OR"), (" and ", "AND")):
        parts = _split(said, word)
        if len(parts) > 1:
            return _joined(parts, joint, ties)
    return atom(said, ties)


def one_of(thing: str, negated: bool, values: list[str], ties: Ties) -> Asked:
    """Whether a thing is one of some values, or none of them."""
    which, said = split_off(thing, ties)
    told = [f"{said} is {coded_as(one) if one.isupper() else one}" for one in values]
    found = [condition(one, ties) for one in told]
    items = tuple(dict.fromkeys(index for one in found for index in one.items))
    if negated:
        made = Asked(" AND ".join(one.opposite for one in found), items, "AND")
    else:
        made = Asked(" OR ".join(one.inside for one in found), items, "OR")
    return which.both(made) if which is not None else made


def _split(said: str, word: str) -> list[str]:
    """The parts of a phrase between joints; `or equal to`, `or more` are no joints."""
    pattern = re.compile(rf"{word}(?!equal|more\b|less\b|above\b)", re.IGNORECASE)
    return [part for part in pattern.split(said) if part.strip()]


def _joined(parts: list[str], joint: str, ties: Ties) -> Asked:
    found: list[Asked] = []
    subject = ""
    for part in parts:
        text = part.strip(" ,")
        bare = re.match(r"^(?:is|are|exceeds|has|equals|not)\b|^(?:above|over|below|under)\b", text)
        if bare and subject:
            text = f"{subject} {text}"
        elif re.fullmatch(rf"'[^']*'|{_NUMBER}", text) and subject:
            text = f"{subject} is {text}"
        head = re.match(r"^(.*?)\s(?:is|are|exceeds|equals|has)\b", text)
        subject = head[1] if head else subject
        found.append(condition(text, ties))
    text = f" {joint} ".join(
        one.inside if joint == "AND" else f"({one.text})" if one.joined == "AND" else one.text
        for one in found
    )
    return Asked(text, tuple(i for one in found for i in one.items), joint)


def atom(said: str, ties: Ties) -> Asked:
    """One test: a state, a comparison, or condition-names."""
    said = re.sub(rf"({_NUMBER})\s+or (?:more|above|over)\b", r"is at least \1", said)
    said = re.sub(rf"({_NUMBER})\s+or (?:less|below|under)\b", r"is at most \1", said)
    said = re.sub(r"\b(?:of|is|are) (is at (?:least|most))", r" \1", said)
    lacking = re.search(LACKING, said, re.IGNORECASE)
    if lacking:
        return lacked(lacking["thing"], lacking["item"], ties)
    for pattern, form in STATES:
        found = re.search(rf"^(.*?)\s*\b(?:{pattern})$", said, re.IGNORECASE)
        if found and found[1]:
            return _state(found[1], form, ties)
    for pattern, operator in OPERATORS:
        found = re.search(rf"^(.*?)\s*(?<!\w)(?:{pattern})(?!\w)\s*(\S.*)$", said, re.IGNORECASE)
        if found and found[1].strip():
            return compared(found[1], operator, found[2], ties)
    coded = r"'[^']*'|[A-Z]{1,3}\d{1,3}|(?<=\s)[A-Z]{2,3}|(?<=is )[A-Z]|(?<=not )[A-Z]|\d[\d.,]*"
    found = re.search(rf"^(.*?)(?:\s+(?:is|are|=|of))?\s+((?i:not)\s+)?({coded})$", said)
    if found:
        return compared(found[1], "NOT =" if found[2] else "=", coded_as(found[3]), ties)
    kept = list(ties.found)
    if same := re.search(r"^(.+?)\s+(?:is|are)\s+(not\s+)?((?:the|its|their|that)\s+.+)$", said):
        try:
            return compared(same[1], "NOT =" if same[2] else "=", same[3], ties)
        except DoubtError:
            ties.found[:] = kept
    return names(said, ties)


def shaped(said: str, first: str, count: str, ties: Ties) -> Asked:
    """Whether an item begins with letters and goes on with digits. Raises DoubtError."""
    item = ties.item(said, is_operand, given=True)
    digits = DIGITS.get(count.lower()) or (int(count) if count.isdigit() else 0)
    size = item.picture.size if item.picture is not None else 0
    if not digits or len(first) + digits != size:
        raise DoubtError(f"{item.name} has {size} characters: '{first}' and {count} digits?", said)
    name, at = item.name, len(first)
    text = f"{name} (1:{at}) = '{first}' AND {name} ({at + 1}:{digits}) NUMERIC"
    return Asked(text, (item.index,), "AND")


def lacked(thing: str, said: str, ties: Ties) -> Asked:
    """Whether an item of a thing is blank or zero, and what the thing must be besides."""
    empty = _state(said, "{} = SPACES", ties)
    words = frozenset(content(thing))
    if not words - soft(words) - ties.things:
        return empty
    return names(thing, ties).both(empty)


def coded_as(text: str) -> str:
    """A code as a literal; a number stays one."""
    return text if text[0] in "'\"" or text[0].isdigit() else f"'{text}'"


def _state(subject: str, form: str, ties: Ties) -> Asked:
    thing, subject = split_off(subject, ties)
    item = ties.item(subject, is_operand, given=True)
    numeric = item.picture is not None and item.picture.category == "numeric"
    if numeric and form.endswith("SPACES"):
        form = form.replace("SPACES", "ZERO")
    if not numeric and "ZERO" in form and ("<" in form or ">" in form):
        raise DoubtError(f"{item.name} is text: it is neither positive nor negative", subject)
    found = Asked(form.format(item.name), (item.index,))
    return thing.both(found) if thing is not None else found


def compared(left: str, operator: str, right: str, ties: Ties) -> Asked:
    """A relation between an item and a value or item; both must be of one kind."""
    beside = re.match(rf"^({_NUMBER})\s+(?:from|of|to|by|for|on|in|at)\s+(.+)$", right)
    if beside:
        kept = list(ties.found)
        try:
            thing = names(f"{left} {beside[2]}", ties)
            item = the_amount(ties, fitting(operator, "0"))
            value = literal(beside[1], item)
            return thing.both(Asked(f"{item.name} {operator} {value}", (item.index,)))
        except DoubtError:
            ties.found[:] = kept
    several = re.match(
        rf"^(?P<count>{'|'.join(NUMBERS)}|{_NUMBER})\s+(?P<thing>[a-z]+)$", right, re.I
    )
    if several:
        return several_of(left, operator, several["count"], several["thing"], ties)
    subject = split_off(left, ties)
    try:
        item = ties.item(subject[1], fitting(operator, right), given=True)
    except DoubtError:
        return amount_of(left, operator, right, ties)
    value = literal(right, item)
    items = [item.index]
    if value is None and re.match(rf"{_NUMBER}\b", right):
        raise DoubtError(f"'{right}' is more than a number", right)
    if value is None:
        other = ties.item(right, is_operand, given=True)
        if _numeric(other) != _numeric(item):
            raise DoubtError(f"{item.name} and {other.name} are not of one kind", f"{left} {right}")
        value, items = other.name, [item.index, other.index]
    found = Asked(f"{item.name} {operator} {value}", tuple(items))
    return subject[0].both(found) if subject[0] else found


def several_of(left: str, operator: str, count: str, thing: str, ties: Ties) -> Asked:
    """`a statement with more than one part`: a number of things is compared, and every word before
    must be told by what holds it. Raises DoubtError."""
    item = ties.item(thing, lambda one: is_operand(one) and _numeric(one))
    words = frozenset(content(left)) - frozenset(content("runs goes comes amounts has takes makes"))
    rest = words - soft(words) - ties.things - ties.around(item) - of_name(item.name)
    if rest:
        raise DoubtError(f"nothing in {ties.program.name} tells '{left}'", left)
    number = str(DIGITS.get(count.lower(), count))
    return Asked(f"{item.name} {operator} {literal(number, item)}", (item.index,))


def fitting(operator: str, right: str) -> Callable[[DataItem], bool]:
    """What an item must be to be compared so: more or less than a number is only a number."""
    measured = operator not in ("=", "NOT =") and re.fullmatch(_NUMBER, right.strip(" .,;"))
    return (lambda item: is_operand(item) and _numeric(item)) if measured else is_operand


def amount_of(left: str, operator: str, right: str, ties: Ties) -> Asked:
    """`a deposit of more than 100`, `withdrawals above their limit`: a thing that is no item is
    compared by its amount."""
    number = re.fullmatch(_NUMBER, right.strip())
    other = None if number else ties.item(right, lambda one: is_operand(one) and _numeric(one))
    if other is not None and operator in ("=", "NOT ="):
        ties.item(left, is_operand, given=True)
    thing = names(left, ties)
    item = the_amount(ties, fitting(operator, "0"))
    value = literal(right, item) if other is None else other.name
    items = (item.index,) if other is None else (item.index, other.index)
    return thing.both(Asked(f"{item.name} {operator} {value}", items))


def the_amount(ties: Ties, wanted: Callable[[DataItem], bool]) -> DataItem:
    """The amount of a thing: what is called so, else the one number with decimals that comes with
    the records. Raises DoubtError."""
    kept = list(ties.found)
    try:
        return ties.item("amount", wanted, given=True)
    except DoubtError as doubt:
        ties.found[:] = kept
        program = ties.program
        money = [
            one
            for one in program.items
            if is_operand(one) and _numeric(one) and one.picture and one.picture.scale > 0
        ]
        came = [one for one in money if ties.comes(one) > 0 and not program.subscripts(one)]
        if doubt.settles or len(came) != 1:
            raise
        ties.tie("amount", came[0].name, "possible", "the one number with decimals that is read")
        return came[0]


def split_off(said: str, ties: Ties) -> tuple[Asked | None, str]:
    """`a withdrawal whose amount`, `the amount of a withdrawal`: the condition-names beside the
    item, and the item's words."""
    kept = list(ties.found)
    found = re.match(r"^(.*?)\s+(?:whose|with an?|with|where the|for which the|of)\s+(.+)$", said)
    if found and content(found[1]):
        try:
            return names(found[1], ties), found[2]
        except DoubtError:
            ties.found[:] = kept
    found = re.match(r"^(?:the\s+)?(.+?)\s+of\s+((?:an?|each|every|any)\s+.+)$", said, re.I)
    if found and "whose" not in said and frozenset(content(found[2])) - ties.things:
        try:
            return condition(found[2], ties), found[1]
        except DoubtError:
            ties.found[:] = kept
    return None, said


def _numeric(item: DataItem) -> bool:
    return item.picture is not None and item.picture.category == "numeric"


def literal(said: str, item: DataItem) -> str | None:
    """A value as COBOL writes it for an item; None where the words are no value. Raises DoubtError
    where the item can't hold it."""
    text = re.sub(r"^(?:the\s+)?(?:value|code|number|letter|text|word)\s+", "", said.strip(" .,;"))
    picture = item.picture
    if re.fullmatch(r"(?i)spaces?|blanks?|empty", text):
        return "SPACES"
    if re.fullmatch(r"(?i)zero(?:e?s)?|nothing|nought", text):
        return "ZERO"
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        if picture is not None and (_numeric(item) or len(text) - 2 > picture.size):
            if not (_numeric(item) and text[1:-1].isdigit()):
                raise DoubtError(f"{item.name} PIC {picture.text} can't hold {text}", said)
            return str(int(text[1:-1]))
        return f"'{text[1:-1]}'"
    if not re.fullmatch(_NUMBER, text):
        return None
    number = number_of(text)
    if picture is not None and _numeric(item):
        whole = Decimal(10) ** (picture.digits - picture.scale)
        if abs(number) >= whole:
            raise DoubtError(f"{item.name} PIC {picture.text} is never as large as {text}", said)
        return plain(text)
    return f"'{text}'" if picture is not None and len(text) <= picture.size else None


def number_of(text: str) -> Decimal:
    """A number as it is said: commas part thousands."""
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise DoubtError(f"{text} is no number", text) from None


def plain(text: str) -> str:
    """A number as COBOL writes it."""
    return text.replace(",", "").lstrip("+")
