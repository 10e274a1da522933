"""Words of a sentence and words of names, brought to one form, so that they can be compared.

`frozen accounts` and `AM-BLOCKED` in the group `AM-ACCOUNT-REC` share no letter of a word and mean
the same: abbreviations are spelled out, endings cut off, and what the trade has several words for
is one word here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

ABBREVIATIONS = {
    "ACCT": "account",
    "ACC": "account",
    "ADDR": "address",
    "ADJ": "adjustment",
    "AMT": "amount",
    "AVE": "average",
    "AVG": "average",
    "BAL": "balance",
    "BR": "branch",
    "CD": "code",
    "CNT": "count",
    "CR": "credit",
    "CTR": "counter",
    "CUST": "customer",
    "DEPT": "department",
    "DESC": "description",
    "DR": "debit",
    "DT": "date",
    "EFF": "effective",
    "EMP": "employee",
    "GL": "ledger",
    "EOF": "end",
    "INT": "interest",
    "LN": "line",
    "MTD": "month",
    "NBR": "number",
    "NO": "number",
    "NUM": "number",
    "OT": "overtime",
    "PARM": "parameter",
    "PCT": "percentage",
    "PGM": "program",
    "PROD": "product",
    "QTY": "quantity",
    "REC": "record",
    "REJ": "reject",
    "RJ": "reject",
    "RPT": "report",
    "SEQ": "sequence",
    "STAT": "status",
    "STMT": "statement",
    "SW": "switch",
    "TRAN": "transaction",
    "TRANS": "transaction",
    "TXN": "transaction",
    "YTD": "year",
}
"""Parts of names and what they are short for."""
SYNONYMS = {
    "frozen": "blocked",
    "freeze": "blocked",
    "locked": "blocked",
    "stopped": "blocked",
    "barred": "blocked",
    "client": "customer",
    "owner": "holder",
    "minor": "youth",
    "young": "youth",
    "child": "youth",
    "maximum": "limit",
    "kind": "type",
    "refused": "rejected",
    "refuse": "reject",
    "accepted": "good",
    "bad": "rejected",
    "message": "text",
    "remark": "text",
    "corporate": "business",
    "company": "business",
    "sleeping": "dormant",
    "inactive": "dormant",
    "cheques": "cheque",
    "paying": "from",
    "category": "type",
    "taken": "take",
    "took": "take",
    "written": "write",
    "sent": "send",
    "gone": "go",
    "paid": "pay",
    "withdrawn": "withdrawal",
    "woken": "wake",
    "weekly": "week",
    "monthly": "month",
    "yearly": "year",
    "percent": "percentage",
    "salaries": "salary",
    "ids": "id",
    "overdrawn": "negative",
    "debited": "debit",
    "credited": "credit",
    "unloaded": "unload",
    "came": "come",
    "running": "unexpired",
    "draw": "withdrawal",
    "draws": "withdrawal",
    "drawn": "withdrawal",
    "no": "without",
}
"""Words that mean what another word of the trade means."""
STOP = frozenset(
    "a an and any are as at be been being by can do does each every for from had has have he her "
    "his if in into is it its new of on one or shall should so such than that the their them then "
    "there these they this those to too was were when where whether which while whose will with "
    "would all also whenever time once only what it's still already i.e. e.g. please must".split()
)
"""Words that name nothing."""
SOFT = frozenset(
    "code field file flag general item number record value type entry switch data text".split()
)
"""Words that may help and need not be found in a name."""


@cache
def stem(word: str) -> str:
    """A word without its ending, as far as that can be told from the word."""
    word = word.lower().replace("'s", "").strip("'")
    word = SYNONYMS.get(word, SYNONYMS.get(word.removesuffix("s"), word))
    for ending, least in (("ments", 4), ("ment", 4), ("ations", 4), ("ation", 4), ("ings", 4)):
        if word.endswith(ending) and len(word) - len(ending) >= least:
            return word[: -len(ending)].rstrip("e")
    for ending, least in (("ies", 3), ("ing", 4), ("als", 5), ("al", 5), ("ed", 3), ("es", 4)):
        if word.endswith(ending) and len(word) - len(ending) >= least:
            cut = word[: -len(ending)]
            if ending == "ies":
                return f"{cut}y"
            doubled = len(cut) > 3 and cut[-1] == cut[-2] and cut[-1] not in "sl"
            return (cut[:-1] if doubled else cut).rstrip("e")
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        word = word[:-1]
    return word.rstrip("e") if len(word) > 3 else word


def content(text: str) -> tuple[str, ...]:
    """The stems of a phrase's words that name something, in order; numbers and quotes left out."""
    found = []
    for word in re.findall(r"[A-Za-z][A-Za-z0-9'-]*", re.sub(r"'[^']*'|\"[^\"]*\"", " ", text)):
        for part in word.split("-"):
            if part.lower() not in STOP:
                known = part if part == "no" else ABBREVIATIONS.get(part.upper(), part)
                found.append(stem(known))
    return tuple(found)


def head(text: str) -> str:
    """The stem of the word that a phrase is about: the last one before `of`, else the last."""
    words = content(text.split(" of ")[0]) or content(text)
    return words[-1] if words else ""


@cache
def of_name(name: str) -> frozenset[str]:
    """The stems of a name's parts; a number and a prefix of one or two letters say nothing."""
    parts = [part for part in name.upper().split("-") if part]
    if len(parts) > 1 and (parts[0].isdigit() or len(parts[0]) <= 2):
        parts = parts[1:]
    said = [part for part in parts if not part.isdigit() and (len(part) > 1 or len(parts) == 1)]
    if "NO" in said[:-1]:  # WS-NO-RATES counts what has none; WS-CARD-NO is a number
        said = ["without" if part == "NO" else part for part in said]
    return frozenset(stem(ABBREVIATIONS.get(part, part)) for part in said)


@cache
def short_for(part: str, word: str) -> bool:
    """Whether a part of a name stands for a word: its beginning (PREV, BUS), or its consonants from
    the first letter on (MGR); a day is told by its date."""
    if word == "day" and part == "dat":
        return True
    if len(part) < 3 or len(word) < len(part) + 2 or part[0] != word[0]:
        return False
    if word.startswith(part):
        return True
    rest = iter(word)
    return not set(part[1:]) & set("aeiou") and all(letter in rest for letter in part)


def soft(words: Iterable[str]) -> frozenset[str]:
    """Those of some stems that need not be found in a name."""
    return frozenset(words) & _SOFT


_SOFT = frozenset(map(stem, SOFT))
GENERIC = frozenset(
    content(
        "account transaction payment customer holder entry record run job master batch detail "
        "house bank office system program extract input output feed card"
    )
)
"""Words for what a program works on; they needn't be in a name."""
