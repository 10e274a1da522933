"""Java and Python as words: what a model is shown of a translation, and the way back.

A word is a name, a number, a literal, an operator or a bracket; a line break is one too, with the
indentation behind it, as in `words`. A name that was made of a COBOL name is that COBOL name, so
that a paragraph and its translation speak of the same things.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

_WORD = re.compile(
    r"""
    [fb]?"(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*'        # literal
    | \d[\w.]*                                   # number
    | [A-Za-z_]\w*                               # name
    | \*\*= | //= | [-+*/%=!<>&|]= | \*\* | // | && | \|\| | -> | :: | \+\+ | --
    | \S
    """,
    re.VERBOSE,
)
_TIGHT_BEFORE = frozenset(") ] , . ; : :: ++ --".split())
_TIGHT_AFTER = frozenset("( [ . :: ! ~".split())
_OPERATORS = frozenset(
    "= == != < > <= >= + - * / % ** // += -= *= /= %= & | && || -> ? : return and or not in is if "
    "elif while for case".split()
)
_KEYWORDS = _OPERATORS | frozenset("else assert catch switch try throw with yield new".split())


def code_words(text: str, names: Mapping[str, str]) -> list[str]:
    """Cut code into words; `names` are the COBOL names by what was made of them. Lines that are
    blank or comment are left out."""
    found: list[str] = []
    for line in text.splitlines():
        words = [match.group() for match in _WORD.finditer(line)]
        if not words or words[0] in ("#", "//") or line.lstrip().startswith(('"""', "/*")):
            continue
        found.append("\n" + " " * (len(line) - len(line.lstrip())))
        found += [names.get(word, word) for word in words]
    return found


def code_text(words: Sequence[str], names: Mapping[str, str]) -> str:
    """Write words as code; `names` are what was made of COBOL names, by those."""
    return "".join(_pieces(words, names))


def _pieces(words: Sequence[str], names: Mapping[str, str]) -> Iterator[str]:
    before, signed, depth = "\n", True, 0
    for word in words:
        if word.startswith("\n"):
            yield word
            before, signed = word, True
            continue
        depth += (word in ("(", "[", "{")) - (word in (")", "]", "}"))
        apart = not before.startswith("\n") and not signed and _apart(before, word)
        if (word == "=" and depth > 0) or (before == "=" and depth > 0):
            apart = False
        yield (" " if apart else "") + names.get(word, word)
        # A sign that nothing stands before belongs to what follows it.
        alone = before in _OPERATORS or before in ("(", "[", ",") or before.startswith("\n")
        signed = word in ("-", "+", "*") and alone
        before = word


def _apart(before: str, word: str) -> bool:
    if word in _TIGHT_BEFORE or before in _TIGHT_AFTER:
        return False
    if word in ("(", "["):
        return before in _KEYWORDS or before in (",", "{")
    return True
