"""Which words the grammar allows next to each other: the constraint while denoising.

From the grammar's rules, by first and last sets: the pairs of terminals that some program has side
by side. A clause that the grammar takes word by word (`any_clause`) says nothing and is left out.
The pairs are kept beside the weights; `python -m cobolsmith.models.neighbours GRAMMAR` (the folder
with src/grammar.json) writes them anew.
"""

from __future__ import annotations

import functools
import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from cobolsmith.models.tokenizer import FIRST_BREAK, FIRST_WORD, MASK_ID, CobolTokenizer
from cobolsmith.reserved import RESERVED

PAIRS = Path(__file__).parent / "neighbours.json"
FREE = frozenset({"any_clause", "_any_word", "_words", "copy_statement"})
"""Rules that take words as they come, and what may stand anywhere."""
SUFFIXES = ("_qualifier", "subscript", "reference_modification")
"""What may follow any name."""
_CLASSES = {
    "name": "NAME",
    "_header": "NAME",
    "_section_name": "NAME",
    "number_literal": "NUMBER",
    "level_number": "NUMBER",
    "string_literal": "STRING",
    "pseudo_text": "STRING",
    "period": ".",
    "_suffix_of": "OF",
    "_suffix_open": "(",
}
_DEFINED = re.compile(r'^(?:KEYWORD|SYNONYM)\((\w+), "([^"]+)"', re.MULTILINE)


@dataclass(slots=True)
class _Part:
    """What a rule may begin and end with, and whether it may be empty."""

    nullable: bool = False
    first: set[str] = field(default_factory=set)
    last: set[str] = field(default_factory=set)


class _Follow:
    """The pairs of neighbours of a grammar, by fixed point over its rules."""

    def __init__(self, grammar: Mapping[str, Any]) -> None:
        self.rules: Mapping[str, Any] = grammar["rules"]
        self.parts = {name: _Part() for name in self.rules}
        self.pairs: set[tuple[str, str]] = set()

    def run(self) -> set[tuple[str, str]]:
        size = -1
        while size != self._size():
            size = self._size()
            for name, rule in self.rules.items():
                if name not in FREE:
                    self.parts[name] = self._part(rule)
            for name in SUFFIXES:
                self._join({"NAME"}, self.parts[name].first)
                follows = {after for before, after in self.pairs if before == "NAME"}
                self._join(self.parts[name].last, follows)
        return self.pairs

    def _size(self) -> int:
        return len(self.pairs) + sum(len(p.first) + len(p.last) for p in self.parts.values())

    def _join(self, before: Iterable[str], after: Iterable[str]) -> None:
        after = tuple(after)
        self.pairs.update((one, other) for one in before for other in after)

    def _part(self, rule: Mapping[str, Any]) -> _Part:
        kind = rule["type"]
        if kind == "SEQ":
            return functools.reduce(self._then, map(self._part, rule["members"]), _Part(True))
        if kind == "CHOICE":
            return functools.reduce(_either, map(self._part, rule["members"]))
        if kind in ("REPEAT", "REPEAT1"):
            part = self._part(rule["content"])
            self._join(part.last, part.first)
            return _Part(part.nullable or kind == "REPEAT", part.first, part.last)
        if kind == "BLANK":
            return _Part(True)
        if kind == "ALIAS" and not rule["named"] and self._is_token(rule["content"]):
            return _Part(False, {rule["value"]}, {rule["value"]})
        if kind == "SYMBOL":
            return self._symbol(rule["name"])
        return self._part(rule["content"])

    def _is_token(self, rule: Mapping[str, Any]) -> bool:
        """Whether a rule is a token of the scanner's: an alias of one is a keyword's spelling."""
        return rule["type"] == "SYMBOL" and rule["name"] not in self.rules

    def _symbol(self, name: str) -> _Part:
        if name in self.parts:
            return self.parts[name]
        if name.startswith("_") and name not in _CLASSES:
            return _Part(True)  # a zero-width token of the scanner
        word = _CLASSES.get(name, name.upper())
        return _Part(False, {word}, {word})

    def _then(self, one: _Part, other: _Part) -> _Part:
        self._join(one.last, other.first)
        return _Part(
            one.nullable and other.nullable,
            one.first | other.first if one.nullable else one.first,
            one.last | other.last if other.nullable else other.last,
        )


def _either(one: _Part, other: _Part) -> _Part:
    return _Part(one.nullable or other.nullable, one.first | other.first, one.last | other.last)


def pairs_of(grammar: Path) -> dict[str, list[str]]:
    """For each word or class of words, those that may follow it; synonyms spelt out."""
    rules = json.loads((grammar / "src" / "grammar.json").read_text("utf-8"))
    spelt: dict[str, set[str]] = {}
    for token, spelling in _DEFINED.findall((grammar / "src" / "keywords.def").read_text("ascii")):
        spelt.setdefault(token.replace("_", "-"), set()).add(spelling)
        spelt.setdefault(token, set()).add(spelling)
    after: dict[str, set[str]] = {}
    for one, other in _Follow(rules).run():
        for before in spelt.get(one, {one}):
            after.setdefault(before, set()).update(spelt.get(other, {other}))
    return {word: sorted(words) for word, words in sorted(after.items())}


class Neighbours:
    """The constraint for one tokenizer: static ids and, as the last column, slots."""

    def __init__(self, tokenizer: CobolTokenizer, pairs: Mapping[str, Sequence[str]]) -> None:
        self.tokenizer = tokenizer
        self._kept: dict[tuple[int, int, int], np.ndarray] = {}
        words = sorted({*pairs, *(word for some in pairs.values() for word in some)})
        self.number = {word: at for at, word in enumerate(words)}
        known = np.zeros((len(words), len(words)), bool)
        for word, some in pairs.items():
            known[self.number[word], [self.number[other] for other in some]] = True
        size = tokenizer.static_size
        self.after = np.ones((len(words), size + 1), bool)
        """[word, token]: whether the token may follow the word."""
        self.before = np.ones((len(words), size + 1), bool)
        """[word, token]: whether the token may stand before the word."""
        judged = [(at, self._judged(at)) for at in range(FIRST_WORD, tokenizer.first_piece)]
        for token, word in [*judged, (size, "NAME")]:
            if word in self.number:
                self.after[:, token] = known[:, self.number[word]]
                self.before[:, token] = known[self.number[word], :]

    def _judged(self, token: int) -> str:
        word = self.tokenizer.whole[token - FIRST_WORD]
        return word if word in RESERVED else ""

    def word_at(self, ids: Sequence[int], at: int) -> int:
        """The number of the word that a token is part of, -1 for a mask or a word not judged."""
        size = self.tokenizer.static_size
        while ids[at] < size and self.tokenizer.continues_word(ids[at]) and at > 0:
            at -= 1
        if ids[at] >= size:
            return self.number["NAME"]
        text = "".join(self.tokenizer.decode([ids[at]], ()))
        if text[:1].isdigit():
            return self.number["NUMBER"]
        return self.number.get("STRING" if text[:1] in ("'", '"') else text, -1)

    def allowed(self, row: Sequence[int], place: int, slots: int) -> np.ndarray:
        """Which ids [V+slots] may stand at a place of a row, by the nearest known words on either
        side (line breaks don't count, a mask is not known). No break stands beside a break: blank
        lines are no words."""
        words = []
        for step in (-1, 1):
            at = place + step
            while 0 <= at < len(row) and FIRST_BREAK <= row[at] < FIRST_WORD:
                at += step
            known = 0 <= at < len(row) and row[at] >= FIRST_WORD
            words.append(self.word_at(row, at) if known else -1)
        found = self._between(words[0], words[1], slots)
        if any(
            FIRST_BREAK <= one < FIRST_WORD
            for one in (*row[place - 1 : place], *row[place + 1 : place + 2])
        ):
            found = found.copy()
            found[FIRST_BREAK:FIRST_WORD] = False
        return found

    def _between(self, before: int, after: int, slots: int) -> np.ndarray:
        """The ids that may stand between two words, -1 for one that says nothing; kept."""
        kept = self._kept.get((before, after, slots))
        if kept is None:
            found = np.ones(self.tokenizer.static_size + 1, bool)
            if before >= 0:
                found &= self.after[before]
            if after >= 0:
                found &= self.before[after]
            kept = np.concatenate([found[:-1], np.full(slots, found[-1])])
            self._kept[before, after, slots] = kept
        return kept


def open_exec(tokenizer: CobolTokenizer, before: Sequence[int]) -> bool:
    """Whether a text ends inside EXEC ... END-EXEC, whose words the grammar doesn't know."""
    opens, closes = (tokenizer.spell(word)[0] for word in ("EXEC", "END-EXEC"))
    last = next((token for token in reversed(before) if token in (opens, closes)), MASK_ID)
    return last == opens


def save_pairs(pairs: Mapping[str, Sequence[str]], path: Path) -> None:
    """Write the pairs as a list of words and a bit for each word that may follow."""
    words = sorted({*pairs, *(word for some in pairs.values() for word in some)})
    after = [int("".join("01"[word in pairs.get(one, ())] for word in words), 2) for one in words]
    path.write_text(json.dumps({"words": words, "after": [f"{bits:x}" for bits in after]}), "utf-8")


def load_pairs(path: Path = PAIRS) -> Mapping[str, Sequence[str]]:
    """What `save_pairs` wrote."""
    content = json.loads(path.read_text("utf-8"))
    words, size = content["words"], len(content["words"])
    rows = [f"{int(bits, 16):0{size}b}" for bits in content["after"]]
    return {
        word: [other for other, bit in zip(words, row, strict=True) if bit == "1"]
        for word, row in zip(words, rows, strict=True)
    }


if __name__ == "__main__":
    save_pairs(pairs_of(Path(sys.argv[1])), PAIRS)
