"""Phrases before they are conditions: said in plainer words, lists of values, and where a thing
ends and what restricts it begins (`a deposit | on a youth account`, `accounts | whose name is X`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

BE = r"(?:is|are|was|were|be|been|has been|have been|gets|turns out to be|proves to be)"
EMPTY_WORDS = re.compile(
    r"\s*\b(?:still|already|yet|at all|really|actually|currently|at the moment|in question|"
    r"itself|themselves|either way|for certain)\b",
    re.IGNORECASE,
)
"""Words that say nothing of what is asked."""
PLAIN: tuple[tuple[str, str], ...] = (
    (r"\b(?:was|has been|turns out to be|proves to be|happens to be)\b", "is"),
    (r"\b(?:were|have been|turn out to be|prove to be|happen to be)\b", "are"),
    (r"\bis is\b", "is"),
    (
        r"\b(?:that |which )?(?:(?:is|are) )?(?:drawn|collected|keyed|entered|presented|paid in)"
        r" (?:by|as|with|through) (?:an? |the )?",
        "",
    ),
    (r"\b(?:comes?|arrives?|is sent|are sent) with no\b", "has no"),
    (
        r"\b(?:with|having) (?:an? |the )?(?:empty|blank|missing) (?P<it>[\w\s-]+)$",
        r"whose \g<it> is blank",
    ),
    (r"\b(?:with|having) (?:an? |the )?zero (?P<it>[\w\s-]+)$", r"whose \g<it> is zero"),
    (r"\b(?:with|having) (?:an? |the )?negative (?P<it>[\w\s-]+)$", r"whose \g<it> is negative"),
    (
        r"\b(?:with|having) (?:an? |the )?(?P<it>[\w\s-]+?) "
        r"(?P<how>(?:above|over|below|under|beyond|after|before) .+)$",
        r"whose \g<it> is \g<how>",
    ),
    (
        r"\b(?:with|having) (?:an? |the )?(?P<it>[\w\s-]+?) of "
        r"(?P<how>zero|blanks?|spaces|[\d][\d,.]*)$",
        r"whose \g<it> is \g<how>",
    ),
    (
        r"\b(?:with|having) (?:an? |the )?(?P<it>[\w\s-]+?) of "
        r"(?P<how>(?:more|less|fewer|at least|at most) .+)$",
        r"whose \g<it> is \g<how>",
    ),
)
"""The same in plainer words: always so."""
IDIOMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        rf"\b(?:(?:that |which |who )?{BE} |it )?(?:not|no longer|never) (?:on file|in the table|"
        r"known|found|there|in the file)\b|\b(?:that |which )?do(?:es)? not exist\b|\bwithout a "
        r"(?:record|row|entry)\b",
        ("unknown", "not found", "not known"),
    ),
    (rf"\b(?:that |which |who )?{BE} (?:on file|in the table)\b", ("known", "found")),
    (
        r"\b(?:overdrawn|negative) (?P<it>accounts?|customers?|balances?)\b",
        (r"\g<it> whose balance is negative", r"\g<it> whose ledger balance is negative"),
    ),
    (
        rf"\b(?:that |which |who )?(?:(?:{BE}|goes?|falls?|drops?) )?"
        r"(?:overdrawn|in the red|below zero|into the red|under zero)\b",
        ("whose balance is negative", "whose ledger balance is negative"),
    ),
    (
        r"\b(?:with|that has|which has|that have|has|have) (?:some |any )?(?:money|a balance)"
        r"(?: left)?(?: on it| on them| in it)?\b",
        ("whose balance is not zero", "whose ledger balance is not zero"),
    ),
    (r"\bterm deposits?\b", ("fixed term",)),
    (
        r"\b(?:that |which )?(?:(?:is|are) )?running\b|"
        r"\bbefore (?:it|they|its|their) matur(?:es?|ity)\b",
        ("that has not matured",),
    ),
    (r"\btime deposits?\b", ("fixed term",)),
    (
        r"\bcounter (?P<it>deposits?|withdrawals?|transfers?|transactions?)\b",
        (r"\g<it> from teller",),
    ),
    (r"\b(?:at|over|across) (?:the |a )?counter\b", ("from teller",)),
)
"""What is said of a thing without a word of its name; tried one after the other."""
LISTED = (
    rf"^(?P<it>.+?)\s+{BE}\s+(?P<how>not|neither|none of|one of|either|"
    r"anything (?:else )?but|other than)\s+(?P<all>.+)$"
)
ALSO_LISTED = rf"^(?P<it>.+?)\s+{BE}\s+(?P<how>)(?P<all>.+,.+\s+or\s+.+)$"
EITHER = (
    rf"^(?P<it>.+?)\s+{BE}\s+(?P<how>(?:not\s+)?)"
    r"(?P<all>(?-i:'[^']*'|[A-Z0-9]{1,4})\s+or\s+(?-i:'[^']*'|[A-Z0-9]{1,4}))$"
)
PARTING = re.compile(r"\s*,?\s+(?:nor|or|and)\s+|\s*,\s*")
RESTRICTS = re.compile(
    r"\s*,?\s+(?P<by>whose|that|which|who|where|with|having|onto|on|into|in|to|from|at|by|for|of|"
    r"against|through)\s+",
    re.IGNORECASE,
)
RECEIVES = re.compile(r"\btransfer(?:s|red)?\s+(?:\w+\s+)?(?:to|into|onto)\s+", re.IGNORECASE)
"""A transfer and who gets it: of its two accounts that one, which a name alone doesn't say."""
SHARED = (
    r"^(?P<things>.+\bor\b.+?)\s+(?:on|onto|from|for|into|to|at|of)\s+"
    r"(?P<which>(?:(?:an?|the|any|all|each)\s+)?[\w-]+(?:\s+[\w-]+){0,3})$"
)
COMPARES = re.compile(r"\b(?:than|above|below|over|under|after|before|exceeds?|equals?)\b", re.I)


def plain(said: str) -> str:
    """A phrase without the words that say nothing, in plainer ones."""
    text = EMPTY_WORDS.sub("", said)
    for pattern, words in PLAIN:
        text = re.sub(pattern, words, text, flags=re.IGNORECASE)
    return re.sub(r"\s+", " ", text).strip(" ,.;")


def reworded(said: str) -> Iterator[str]:
    """A phrase with one of its idioms in words that names may have."""
    for pattern, several in IDIOMS:
        if re.search(pattern, said, re.IGNORECASE):
            for words in several:
                text = re.sub(pattern, words, said, count=1, flags=re.IGNORECASE)
                yield re.sub(r"\s+", " ", text).strip(" ,")


def listed(said: str) -> tuple[str, bool, list[str]] | None:
    """The thing, whether it must be none of them, and the values of `the cycle is neither daily,
    monthly nor none`, `its kind is A, B or C`; None where a phrase lists none."""
    forms = (EITHER, LISTED, ALSO_LISTED)
    found = next((at for one in forms if (at := re.search(one, said, re.IGNORECASE))), None)
    if found is None:
        return None
    how, rest = found["how"].lower().strip(), found["all"]
    if COMPARES.search(rest) or re.search(rf"\b{BE}\b|\bwhose\b|\bthat\b", rest):
        return None
    values = [one.strip() for one in PARTING.split(rest) if one.strip()]
    if len(values) < 2 or (how == "not" and " and " in rest):
        return None
    values = [re.sub(r"^(?:a|an|the)\s+", "", one) for one in values]
    return found["it"], bool(how) and how not in ("one of", "either"), values


def shared(said: str) -> tuple[str, str] | None:
    """Things joined by `or`, and what restricts all of them: `cheques or debits | a youth account`;
    None where a phrase isn't of this form."""
    found = re.search(SHARED, said, re.IGNORECASE)
    if found is None or re.search(rf"\b(?:{BE}|whose|that|which|has|have)\b", said):
        return None
    return (found["things"], found["which"]) if not COMPARES.search(said) else None


def restricted(said: str) -> Iterator[tuple[str, str, str]]:
    """Where a phrase may be parted: the thing, the word that restricts it, and what that says;
    last ones first."""
    for at in reversed(list(RESTRICTS.finditer(said))):
        left, by, right = said[: at.start()].strip(" ,"), at["by"].lower(), said[at.end() :]
        if "'" in left and left.count("'") % 2:
            continue
        if by in ("that", "which", "who", "where"):
            right = re.sub(rf"^{BE}\s+(?=\w)", "", right) if not COMPARES.search(right) else right
        if left and right:
            yield left, by, right
