"""The options of a command: which are known, which way their values go, which items they name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

from cobolsmith.eib import RESPONSES
from cobolsmith.executed import Block
from cobolsmith.languages.cics.command import CicsOption, Direction
from cobolsmith.languages.cics.table import AIDS, by_verb, commands
from cobolsmith.languages.cics.words import Word
from cobolsmith.program import Ambiguous, DataItem, Problem, Program

_NAME = r"[A-Z0-9\x7f][A-Z0-9_\x7f#@$-]*"
_REFERENCE = re.compile(
    rf"(?:(LENGTH|ADDRESS)\s+(?:OF\s+)?)?({_NAME}(?:\s+(?:OF|IN)\s+{_NAME})*)\s*(?:\(.*\)\s*)*",
    re.DOTALL,
)
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_LITERAL = re.compile(r"[BXNGZ]?(?:'((?:[^']|'')*)'|\"((?:[^\"]|\"\")*)\")", re.IGNORECASE)
_SUPPLIED = ("DFH", "EIB")
_WAYS: dict[str, Direction] = {"<": "in", ">": "out", "=": "inout", "@": "label"}
_HANDLING = ("HANDLE CONDITION", "HANDLE AID", "IGNORE CONDITION")


def command_name(found: Sequence[Word]) -> str:
    """The command: its verb and the words that tell it from others of the verb, in any place."""
    verb = found[0].text
    places: dict[str, int] = {}
    for at, word in enumerate(found[1:]):
        places.setdefault(word.text, at)
    fitting = [names for names in by_verb().get(verb, ()) if places.keys() >= set(names[1:])]
    if fitting:
        best = min(fitting, key=lambda names: (-len(names), [places[one] for one in names[1:]]))
        return " ".join(best)
    default = f"{verb} TS"  # temporary storage is meant where a queue command doesn't say
    return default if default in commands() else ""


@dataclass(slots=True)
class Options:
    """Reads the options of one command; `unknowns` gathers what isn't known."""

    program: Program
    block: Block
    name: str
    unknowns: list[Problem]

    def read(self, found: Sequence[Word]) -> list[CicsOption]:
        """The options among a command's words, those of its name without argument left out."""
        known = self._known()
        parts = set(self.name.split())
        options = []
        for word in found[1:]:
            mark = known.get(word.text)
            if mark is None and word.text in parts and word.argument is None:
                continue
            if mark is None and word.text in parts:
                mark = "<"
            if mark is None:
                self._unknown("option", f"{self.name} has no option {word.text}", word)
            options.append(self._option(word, mark or ""))
        return options

    def _known(self) -> dict[str, str]:
        if self.name == "HANDLE AID":
            return dict.fromkeys(AIDS, "@?") | commands()[self.name]
        if self.name in _HANDLING:
            return dict.fromkeys(RESPONSES, "@?") | commands()[self.name]
        return commands()[self.name]

    def _option(self, word: Word, mark: str) -> CicsOption:
        place = self.block.at(word.start, word.argument[1] if word.argument else word.end)
        if word.stray:
            self._unknown("option", f"unexpected {word.stray!r} behind {word.text}", word)
        if word.argument is None:
            if mark and not mark.endswith("?"):
                self._unknown("option", f"{word.text} lacks its argument", word)
            return CicsOption(word.text, None, None, None, "", place)
        start, end = word.argument
        text = self.block.text[start:end]
        how = _WAYS.get(mark[:1], "in")
        item, literal, of = None, None, ""
        if how != "label":
            item, literal, of = self._argument(text, word)
        way: Direction = "in" if of else how
        where = self.block.at(start, end) if end > start else place
        said = " ".join(text.split())
        measure = cast(Literal["", "LENGTH", "ADDRESS"], of)
        return CicsOption(word.text, said, item, literal, way, place, where, measure)

    def _argument(self, text: str, word: Word) -> tuple[DataItem | None, str | None, str]:
        """The item or literal that an argument means, and LENGTH or ADDRESS of the item."""
        literal = _LITERAL.fullmatch(text)
        if literal:
            return None, literal[1] if literal[1] is not None else literal[2], ""
        if _NUMBER.fullmatch(text):
            return None, text, ""
        match = _REFERENCE.fullmatch(text.upper())
        if not match:
            self._unknown("argument", f"{word.text}({text}) is not understood", word)
            return None, None, ""
        name, *holders = re.split(r"\s+(?:OF|IN)\s+", match[2])
        if name.startswith(_SUPPLIED) and name not in self.program.names:
            return None, None, match[1] or ""
        found = self.program.resolve(name, tuple(holders))
        if isinstance(found, DataItem):
            return found, None, match[1] or ""
        why = "is not defined"
        if isinstance(found, Ambiguous):
            why = f"is the name of {len(found.candidates)} items"
        elif any(problem.kind == "missing copybook" for problem in self.program.problems):
            why = "is not defined, and a copybook is missing"
        self._unknown("argument", f"{word.text}({name}): {name} {why}", word)
        return None, None, match[1] or ""

    def _unknown(self, kind: str, what: str, word: Word) -> None:
        start, end = word.argument or (word.start, word.end)
        place = self.block.at(word.start, max(word.end, end)) if end >= start else None
        self.unknowns.append(Problem(kind, what, place or self.block.origin))
