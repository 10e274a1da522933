"""SQL text cut into tokens, host variables among them, each with its place in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# A byte that isn't plain text is 0x7F here: a national letter, or the sign of NOT before = < >.
_NOT = r"\x7f{1,2}(?=[=<>])"
_LETTER = rf"(?:[A-Za-z0-9_#@$]|(?!{_NOT})\x7f)"
_HOST = r"[A-Za-z0-9_#@$\x7f](?:[A-Za-z0-9_#@$\x7f-]*[A-Za-z0-9_#@$\x7f])?"
_TOKEN = re.compile(
    rf"""(?P<blank>\s+|--[^\n]*|/\*.*?\*/|;)
    |(?P<host>:\s*{_HOST}(?:\s*\.\s*{_HOST})*)
    |(?P<string>[Xx]?'(?:[^']|'')*'|[GgNn][Xx]?'(?:[^']|'')*')
    |(?P<quoted>"(?:[^"]|"")*")
    |(?P<number>\d+(?:\.\d*)?(?:[Ee][+-]?\d+)?(?!{_LETTER})|\.\d+)
    |(?P<word>{_LETTER}+)
    |(?P<operator>{_NOT}[=<>]{{1,2}}|<>|<=|>=|!=|!<|!>|\|\||=>|::|.)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One token: `kind` is word, quoted, host, string, number or operator.

    `text` is in upper case for words, without its colon and blanks for host variables, without
    quotes for delimited names, as written otherwise. `start` and `end` count in the block's text.
    """

    kind: str
    text: str
    start: int
    end: int


def tokens(text: str) -> tuple[Token, ...]:
    """All tokens of an SQL text; comments and semicolons are left out."""
    return tuple(_cut(text))


def _cut(text: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind == "blank":
            continue
        said = match[0]
        if kind == "host":
            said = re.sub(r"\s", "", said[1:])
        elif kind == "quoted":
            said = said[1:-1].replace('""', '"')
        elif kind == "word":
            said = said.upper()
        yield Token(kind, said, match.start(), match.end())


def words_at(found: Sequence[Token], at: int, *words: str) -> bool:
    """Whether these words stand from a position on."""
    if not 0 <= at <= len(found) - len(words):
        return False
    for token, word in zip(found[at : at + len(words)], words, strict=True):
        if token.text != word or token.kind != "word":
            return False
    return True


def is_operator(token: Token, *texts: str) -> bool:
    """Whether a token is one of these operators or separators."""
    return token.kind == "operator" and token.text in texts


def closing(found: Sequence[Token], at: int) -> int:
    """The position of the parenthesis that closes the one at `at` (the last if none does)."""
    depth = 0
    for index in range(at, len(found)):
        depth += is_operator(found[index], "(") - is_operator(found[index], ")")
        if depth == 0:
            return index
    return len(found) - 1


def top_level(found: Sequence[Token], start: int = 0) -> Iterator[int]:
    """The positions outside parentheses from `start` on."""
    depth = 0
    for index in range(start, len(found)):
        token = found[index]
        if is_operator(token, ")"):
            depth -= 1
        if depth <= 0:
            yield index
        if is_operator(token, "("):
            depth += 1


def find(found: Sequence[Token], word: str, start: int = 0) -> int:
    """The first position of a word outside parentheses, or -1."""
    for index in top_level(found, start):
        if words_at(found, index, word):
            return index
    return -1


def dotted(found: Sequence[Token], at: int) -> tuple[str, int]:
    """A name with its qualifiers (A.B.C) from a position on, and the position after it.

    Hyphens that touch both sides belong to it: cursors are often named like COBOL items.
    """
    if at >= len(found) or found[at].kind not in ("word", "quoted", "host"):
        return "", at
    name, after = found[at].text, at + 1
    while after + 1 < len(found):
        mark, part = found[after], found[after + 1]
        touching = found[after - 1].end == mark.start and mark.end == part.start
        joins = is_operator(mark, ".") or (is_operator(mark, "-") and touching)
        if not joins or part.kind not in ("word", "quoted", "number"):
            break
        name += mark.text + part.text
        after += 2
    return name, after


def texts(found: Sequence[Token]) -> str:
    """The tokens as one text, a blank between them: for messages."""
    return " ".join(token.text for token in found)
