"""Code as words: what remains of a program when its layout is taken away, and the way back.

A *word* is what COBOL calls one (a keyword, a name, a literal, a PICTURE string, a separator).
A line break is a word too: a newline followed by the indentation in blanks, counted from Area A
in fixed format and from column 1 in free format. Sequence and identification areas, comments and
blank lines are not words; letters are upper case outside literals. So the model never spends
attention on layout that can be restored afterwards, and two spellings of one text are one text.

Cutting needs no tree: it works on text that doesn't parse, which is what repairs begin with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

AREA_A = 7
"""Index of column 8, where indentation is counted from in fixed format."""
MARGIN = 72
"""The last column of program text in fixed format."""
TAB = 8
"""Columns a tab stop is apart."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word and where it stands: character offsets [start, end) in the text it was cut from."""

    text: str
    start: int
    end: int


_WORD = re.compile(
    r"""
    (?:[XNZBG]|NX|BX)?(?:"(?:[^"]|"")*"?|'(?:[^']|'')*'?)     # literal, closed or not
    | \*>.*                                                   # comment to the end of the line
    | (?:[\w-]+-)?:[A-Z][A-Z0-9-]*:-[\w-]+ | [\w-]+-:[A-Z][A-Z0-9-]*:    # :TAG: inside a word
    | (?<![\w)])[+-]\d+(?:[.,]\d+)?(?![\w-]) | (?<![\w)])[+-]?[.]\d+     # signed number
    | \d+[.,]\d+(?![\w-])                                     # number with a decimal point
    | [\w\#$@][\w\#$@-]*                                      # keyword, name, level, integer
    | == | \*\* | <= | >= | <> | >>                           # pseudo-text and operators
    | \S
    """,
    re.VERBOSE | re.IGNORECASE,
)
_PICTURE = re.compile(r"\S+?(?=[.,;]*(?:\s|$))")
_QUALIFIED = re.compile(r"[A-Z][\w]*(?:\.[A-Z]\w*)+", re.IGNORECASE)


def line_words(line: str, state: str = "") -> tuple[list[Word], str]:
    """Cut one line (areas already removed) into words; `state` carries over from line to line.

    `state` is "pic" when a PICTURE string must come next and "exec" inside EXEC ... END-EXEC.
    """
    found: list[Word] = []
    at = 0
    while match := _next_word(line, at, state):
        text = match.group()
        at = match.end()
        if text.startswith("*>"):
            break
        word = text if text[-1] in "\"'" or text[:1] in "\"'" else text.upper()
        found.append(Word(word, match.start(), match.end()))
        state = _next_state(state, word)
    return found, state


def _next_word(line: str, at: int, state: str) -> re.Match[str] | None:
    while at < len(line) and line[at].isspace():
        at += 1
    if state == "pic" and line[at : at + 3].strip().upper() != "IS":
        return _PICTURE.match(line, at)
    if state == "exec" and (match := _QUALIFIED.match(line, at)):
        return match
    return _WORD.match(line, at)


def state_after(words: Sequence[str]) -> str:
    """The state of `line_words` behind these words: what a text that follows them is cut with."""
    state = ""
    for word in words:
        state = state if word.startswith("\n") else _next_state(state, word)
    return state


def _next_state(state: str, word: str) -> str:
    if state == "exec":
        return "" if word == "END-EXEC" else "exec"
    if word in ("PIC", "PICTURE"):
        return "pic"
    if state == "pic" and word == "IS":
        return "pic"
    return "exec" if word in ("EXEC", "EXECUTE") else ""


def code_lines(text: str, fixed: bool) -> Iterator[tuple[int, str]]:
    """Yield (offset, code) of the lines that hold code: areas, comments and blank lines left out.

    In fixed format a continuation line is joined to the literal or word it continues, so its
    words carry the offsets of the line it continues.
    """
    pending: tuple[int, str] | None = None
    offset = 0
    for line in text.splitlines(keepends=True):
        start, code, continues = _code_of(line, fixed)
        if code.strip():
            if continues and pending:
                pending = (pending[0], _continued(pending[1], code))
            else:
                if pending:
                    yield pending
                pending = (offset + start, code)
        offset += len(line)
    if pending:
        yield pending


def text_area(line: str) -> tuple[int, int]:
    """Indexes [start, end) of a fixed-format line's columns 8 to 72; a tab reaches to the next
    column after a multiple of eight. What stands before the start is the indicator."""
    if "\t" not in line[:MARGIN]:
        return AREA_A, MARGIN
    column, start = 0, len(line)
    for at, letter in enumerate(line):
        if column >= AREA_A:
            start = min(start, at)
        if column >= MARGIN:
            return start, at
        column = column + TAB - column % TAB if letter == "\t" else column + 1
    return start, len(line)


def _code_of(line: str, fixed: bool) -> tuple[int, str, bool]:
    start, end = text_area(line.rstrip("\r\n"))
    bare = line.rstrip("\r\n").replace("\t", " ")
    if not fixed:
        comment = bare.lstrip()[:2] == "*>" or bare[:1] in "*/" or bare.lstrip()[:2] == ">>"
        return 0, "" if comment else bare, False
    indicator = bare[start - 1 : start]
    if indicator in ("*", "/", "$", "#") or bare[start:].lstrip()[:2] in (">>", "*>"):
        return 0, "", False
    return start, bare[start:end], indicator == "-"


def _continued(code: str, more: str) -> str:
    last = line_words(code)[0]
    opened = last[-1].text if last else ""
    quote = next((mark for mark in opened if mark in "\"'"), "")
    if quote and opened.count(quote) % 2 == 1:
        return code.ljust(65) + more.lstrip()[1:]
    return code.rstrip() + more.lstrip()


def words_of(text: str, fixed: bool) -> Iterator[Word]:
    """Cut a source text into words; each line of code begins with its line-break word."""
    state = ""
    for offset, code in code_lines(text, fixed):
        found, state = line_words(code, state)
        if found:
            yield Word("\n" + " " * found[0].start, offset, offset)
            for word in found:
                yield Word(word.text, offset + word.start, offset + word.end)


_TIGHT_BEFORE = frozenset({".", ",", ";", ")"})
_OPERATORS = frozenset(
    "( = < > <= >= <> + - * / ** AND OR NOT IF UNTIL WHEN WHILE COMPUTE BY THAN TO IN VALUES "
    "ALSO THRU IS EQUAL VALUE USING INTO INDEXED OMITTED".split()
)


def text_of(words: Sequence[str]) -> str:
    """Write words as one text: line breaks as they are, one blank between words where COBOL wants
    or allows it, none before a separator or inside parentheses. `words_of` reads it back."""
    pieces: list[str] = []
    before = "\n"
    for word in words:
        if word.startswith("\n") or before.startswith("\n") or not _apart(before, word):
            pieces.append(word)
        else:
            pieces.append(" " + word)
        before = word
    return "".join(pieces)


def _apart(before: str, word: str) -> bool:
    if word in _TIGHT_BEFORE or before in ("(", ":"):
        return False
    if word == "(":
        return before in _OPERATORS or not (before[-1].isalnum() or before[-1] == ")")
    if word == ":":
        return not before.isdigit() and before != ")"
    return True
