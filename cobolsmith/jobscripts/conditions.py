"""Words of job scripts: texts, COND= and IF in Python."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable

_WORD = re.compile(
    r"\s*(?:(?P<open>\()|(?P<close>\))|(?P<test>[<>^¬!]?=|[<>]|¬[<>]|\b(?:EQ|NE|LT|LE|GT|GE|NG|NL)\b)|"
    r"(?P<join>&|\||\bAND\b|\bOR\b)|(?P<not>¬|\^|!|\bNOT\b)|(?P<number>\d+)|"
    r"(?P<name>[A-Z@#$][A-Z0-9@#$]*(?:\.[A-Z@#$][A-Z0-9@#$]*)*))",
    re.IGNORECASE,
)
_COND = re.compile(r"(\d+),(EQ|NE|LT|LE|GT|GE)(?:,([A-Z0-9@#$.]+))?")
_SAME = {
    "=": "==",
    "EQ": "==",
    "NE": "!=",
    "LT": "<",
    "LE": "<=",
    "GT": ">",
    "GE": ">=",
    "NG": "<=",
    "NL": ">=",
    "¬=": "!=",
    "^=": "!=",
    "!=": "!=",
    "¬>": "<=",
    "¬<": ">=",
}


class UnknownError(Exception):
    """What a step has that no script can say."""


def quoted(text: str) -> str:
    """A text as Python writes it."""
    return json.dumps(text, ensure_ascii=False)


def row(values: Iterable[object], said: Callable[[object], str] | None = None) -> str:
    """A tuple as Python writes it; `said` writes a value."""
    parts = [said(v) if said else quoted(v) if isinstance(v, str) else str(v) for v in values]
    return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"


def said_cond(cond: str) -> list[str]:
    """The arguments that say COND=. Raises UnknownError."""
    text = cond.replace(" ", "").upper()
    tests = [
        row([int(value), test, *([step] if step else [])])
        for value, test, step in _COND.findall(text)
    ]
    rest = _COND.sub("", text).replace("EVEN", "").replace("ONLY", "")
    if rest.strip("(),"):
        raise UnknownError(f"COND={cond}")
    words = [f"cond=[{', '.join(tests)}]"] if tests else []
    return words + [f"{one.lower()}=True" for one in ("EVEN", "ONLY") if one in text]


def nested(text: str) -> list[tuple[str, bool]]:
    """The IF statements around a step, outermost first, each with whether it must hold."""
    both = re.fullmatch(r"\((.*)\) AND \((.*)\)", text)
    if both and _balanced(both[1]) and _balanced(both[2]):
        return [*nested(both[1]), *nested(both[2])]
    other = re.fullmatch(r"NOT \((.*)\)", text)
    if other and _balanced(other[1]):
        return [(other[1], False)]
    return [(text, True)] if text else []


def _balanced(text: str) -> bool:
    depth = 0
    for one in text:
        depth += (one == "(") - (one == ")")
        if depth < 0:
            return False
    return not depth


def said_if(text: str) -> str:
    """What the IF statements around a step say, in Python. Raises UnknownError."""
    words: list[tuple[str, str]] = []
    at = 0
    while text[at:].strip():
        found = _WORD.match(text, at)
        if found is None or found.lastgroup is None:
            raise UnknownError(f"IF {text}")
        words.append((found.lastgroup, found[found.lastgroup].upper()))
        at = found.end()
    said: list[str] = []
    while words:
        kind, word = words.pop(0)
        if kind == "name":
            said.append(_tested(word, words, text))
        elif kind in ("open", "close"):
            said.append(word)
        elif kind in ("join", "not"):
            said.append({"&": "and", "|": "or"}.get(word, "not" if kind == "not" else word.lower()))
        else:
            raise UnknownError(f"IF {text}")
    whole = " ".join(said).replace("( ", "(").replace(" )", ")")
    return re.sub(r"^\(([^()]*(?:\([^()]*\)[^()]*)*)\)$", r"\1", whole)


def _tested(name: str, words: list[tuple[str, str]], text: str) -> str:
    """One relation of an IF."""
    step, _, last = name.rpartition(".")
    if last == "RC" and len(words) > 1 and words[0][0] == "test" and words[1][0] == "number":
        test, value = words.pop(0)[1], words.pop(0)[1]
        of = f", of={quoted(step)}" if step else ""
        return f"job.code({quoted(_SAME.get(test, test))}, {int(value)}{of})"
    if last == "ABEND" and not step:
        return "job.abended"
    if last == "RUN" and step and not (words and words[0][0] == "test"):
        return f"job.ran({quoted(step)})"
    raise UnknownError(f"IF {text}")
