"""COPY ... REPLACING and REPLACE: text words put for others (ISO/IEC 1989:2014 7.2.2, 7.2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cobolsmith.languages.cobol.text import Piece, Text, join, splice
from cobolsmith.languages.cobol.words import TextWord, text_words

_REPLACE = re.compile(rb"(?<![\w-])REPLACE(?![\w-])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pair:
    """One `old BY new` of REPLACING; `part` is "", "LEADING" or "TRAILING"."""

    old: tuple[bytes, ...]
    new: bytes
    part: str = ""


def pairs_at(text: Text, words: Sequence[TextWord], at: int) -> tuple[tuple[Pair, ...], int]:
    """The pairs of a REPLACING phrase from a word on, and the word after them."""
    pairs: list[Pair] = []
    while at < len(words) and words[at].text != b".":
        part = ""
        if words[at].text in (b"LEADING", b"TRAILING", b"ALSO"):
            part = words[at].text.decode().removeprefix("ALSO")
            at += 1
        old, at = _operand(words, at)
        if at >= len(words) or words[at].text != b"BY":
            return tuple(pairs), at
        new, at = _operand(words, at + 1)
        raw = text.data[new[0].start : new[-1].end] if new else b""
        pairs.append(Pair(tuple(word.text for word in old), raw, part))
    return tuple(pairs), at


def _operand(words: Sequence[TextWord], at: int) -> tuple[Sequence[TextWord], int]:
    """The words of pseudo-text, or of a word, literal or identifier with its qualifiers."""
    if at < len(words) and words[at].text == b"==":
        end = at + 1
        while end < len(words) and words[end].text != b"==":
            end += 1
        return words[at + 1 : end], min(end + 1, len(words))
    end = min(at + 1, len(words))
    while end + 1 < len(words) and words[end].text in (b"OF", b"IN"):
        end += 2
    if end < len(words) and words[end].text == b"(":
        while end < len(words) and words[end].text != b")":
            end += 1
        end += 1
    return words[at:end], min(end, len(words))


def column_of(data: bytes, offset: int) -> int:
    """The column of an offset from 0, as far as it matters (at most 256)."""
    return offset - max(data.rfind(b"\n", max(0, offset - 256), offset) + 1, offset - 256)


def replaced(text: Text, pairs: Sequence[Pair], format: str) -> Text:
    """The text with each match of a pair's old words put as its new ones, left to right."""
    if not pairs:
        return text
    words = list(text_words(text.data, format))
    return splice(text, _matches(text, words, pairs))


def _matches(
    text: Text, words: Sequence[TextWord], pairs: Sequence[Pair]
) -> Iterator[tuple[int, int, Iterable[Piece]]]:
    by_first = {pair.old[0] for pair in pairs if pair.old and not pair.part}
    partly = any(pair.part for pair in pairs)
    at = 0
    while at < len(words):
        if not partly and words[at].text not in by_first:
            at += 1
            continue
        match = next((m for pair in pairs if (m := _match(words, at, pair))), None)
        if match is None:
            at += 1
            continue
        start, end, new, at = match
        origin = text.origin(start, end)
        span = origin.span
        yield start, end, [Piece(new, origin.path, span.start, span.end, False)]


def _match(words: Sequence[TextWord], at: int, pair: Pair) -> tuple[int, int, bytes, int] | None:
    """Start, end and new text of a match at a word, and the word after it."""
    if not pair.old:
        return None
    word, old = words[at], pair.old[0]
    if pair.part == "LEADING":
        if word.text.startswith(old):
            return word.start, word.start + len(old), pair.new, at + 1
        return None
    if pair.part == "TRAILING":
        if word.text.endswith(old):
            return word.end - len(old), word.end, pair.new, at + 1
        return None
    after = at + len(pair.old)
    run = words[at:after]
    if len(run) == len(pair.old) and all(
        word.text == old for word, old in zip(run, pair.old, strict=True)
    ):
        return run[0].start, run[-1].end, pair.new, after
    return None


def replace_statements(text: Text, format: str) -> Text:
    """Apply the REPLACE statements of a text: each holds up to the next or to REPLACE OFF."""
    if b"REPLACE" not in text.data.upper() or not _REPLACE.search(text.data):
        return text
    words = list(text_words(text.data, format))
    marks = [
        index
        for index, word in enumerate(words)
        if word.text == b"REPLACE" and index + 1 < len(words) and _starts_replace(words[index + 1])
    ]
    if not marks:
        return text
    parts = [join(text.slice(0, words[marks[0]].start))]
    for mark, following in pairwise([*marks, len(words)]):
        pairs, after = pairs_at(text, words, mark + 1)
        after = min(after + 1, len(words))
        end = words[following].start if following < len(words) else len(text.data)
        rest = join(text.slice(words[after - 1].end, end))
        column = column_of(text.data, words[after - 1].end)
        piece = text.origin(words[mark].start, words[after - 1].end)
        blank = Piece(b"\n" + b" " * column, piece.path, *piece.span, False)
        # On a line of its own, so that the text words of the rest are cut from whole lines.
        parts.append(replaced(join([blank, *rest.pieces]), pairs, format))
    return join(piece for part in parts for piece in part.pieces)


def _starts_replace(word: TextWord) -> bool:
    return word.text in (b"==", b"OFF", b"ALSO", b"LEADING", b"TRAILING", b"LAST")
