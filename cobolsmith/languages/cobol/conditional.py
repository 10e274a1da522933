"""Conditional compilation: `>>DEFINE`, `>>IF` and their kin, decided where constants decide.

Text that isn't compiled becomes blank, byte for byte, so that all places stay. A name that the
source doesn't define counts as not defined, as for cobc without `-D`; `unknowns` say so. Where a
condition can't be decided, and in `>>EVALUATE`, every branch is read, and `unknowns` say that.
Sources: ISO/IEC 1989:2014 7.3; GnuCOBOL 3 Programmer's Guide, "Compiler directives".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cobolsmith.languages.cobol.text import Piece, Text, splice
from cobolsmith.program import Problem

_PRESENT = re.compile(rb"(?:>>|\$)[ \t]*(?:IF|DEFINE|EVALUATE|SET[ \t]+CONSTANT)\b", re.IGNORECASE)
_LINE = re.compile(
    rb"^(?:[^\n]{6})?[ \t]*(?:>>[ \t]*|\$)(IF|ELIF|ELSE-IF|ELSE|END-IF|END|DEFINE|EVALUATE|WHEN"
    rb"|END-EVALUATE|SET[ \t]+CONSTANT)(?![\w-])([^\n]*)$",
    re.IGNORECASE | re.MULTILINE,
)
_TOKEN = re.compile(r"\"[^\"]*\"|'[^']*'|<>|<=|>=|[=<>()]|[^\s=<>()\"']+")
_VISIBLE = re.compile(rb"[^\r\n]")
_WORDS = {"EQUAL": "=", "EQUALS": "=", "GREATER": ">", "LESS": "<"}
_FILLERS = ("IS", "TO", "THAN", "AS")

_SET = frozenset(("P64", "OPENCOBOL", "GNUCOBOL", "EXECUTABLE"))
"""What cobc says is SET on a 64-bit machine."""

Value = str | int
_PREDEFINED: dict[str, Value] = {"ENDIAN": "LITTLE", "CHARSET": "ASCII"}


def is_conditional(data: bytes) -> bool:
    """Whether a text holds a directive of conditional compilation."""
    return (b">>" in data or b"$" in data) and _PRESENT.search(data) is not None


@dataclass(slots=True)
class _Branches:
    """An >>IF that is open: whether text before it counts, and what its branches came to."""

    outside: bool
    counts: bool
    taken: bool = False
    undecided: bool = False


@dataclass(slots=True)
class Conditions:
    """The constants defined so far in one compilation, and what couldn't be decided."""

    constants: dict[str, Value | None] = field(default_factory=lambda: dict(_PREDEFINED))
    unknowns: list[Problem] = field(default_factory=list)

    def defined(self) -> dict[str, Value | None]:
        """What the source itself defines."""
        return {name: value for name, value in self.constants.items() if name not in _PREDEFINED}

    def compiled(self, text: Text) -> Text:
        """The text with what isn't compiled made blank."""
        if not is_conditional(text.data):
            return text
        return splice(text, list(self._dead(text)))

    def _dead(self, text: Text) -> Iterator[tuple[int, int, list[Piece]]]:
        open_: list[_Branches] = []
        at = 0
        for line in _LINE.finditer(text.data):
            if open_ and not open_[-1].counts:
                yield at, line.start(), _blank(text, at, line.start())
            at = line.end()
            self._directive(text, line, open_)
        if open_ and not open_[-1].counts:
            yield at, len(text.data), _blank(text, at, len(text.data))

    def _directive(self, text: Text, line: re.Match[bytes], open_: list[_Branches]) -> None:
        word = line[1].decode().upper()
        counts = open_[-1].counts if open_ else True
        if word == "DEFINE" or word.startswith("SET"):
            if counts:
                self._define(_said(line))
        elif word in ("IF", "EVALUATE"):
            open_.append(_Branches(counts, counts))
            self._branch(text, line, open_[-1], word == "EVALUATE")
        elif word in ("ELIF", "ELSE-IF") and open_:
            self._branch(text, line, open_[-1], False)
        elif word == "ELSE" and open_ and not open_[-1].undecided:
            open_[-1].counts = open_[-1].outside and not open_[-1].taken
        elif word.startswith("END") and open_:
            open_.pop()

    def _branch(
        self, text: Text, line: re.Match[bytes], branches: _Branches, undecided: bool
    ) -> None:
        if not branches.outside or branches.undecided:
            return
        if branches.taken:
            branches.counts = False
            return
        decided = None if undecided else self._decide(text, line)
        if decided is None:
            branches.undecided = branches.counts = True
            what = "conditional compilation: every branch is read as if it were compiled"
            self._note(text, line, what)
        else:
            branches.counts = branches.taken = decided

    def _note(self, text: Text, line: re.Match[bytes], what: str) -> None:
        origin = text.origin(line.start(), line.end())
        self.unknowns.append(Problem("directive", what, origin, "define it in the source"))

    def _define(self, said: str) -> None:
        """`NAME AS value`, `NAME OFF`, `CONSTANT NAME value`; a PARAMETER's value isn't known."""
        words = [word for word in _TOKEN.findall(said) if word.upper() not in ("CONSTANT", "AS")]
        name, rest = (words[0].upper(), words[1:]) if words else ("", [])
        word = rest[0].upper() if rest else ""
        if word == "OFF":
            self.constants.pop(name, None)
        elif name:
            self.constants[name] = None if word == "PARAMETER" else _value(rest[0] if rest else "")

    def _decide(self, text: Text, line: re.Match[bytes]) -> bool | None:
        """Whether a condition holds; None where constants don't decide it."""
        words = [
            _WORDS.get(word.upper(), word)
            for word in _TOKEN.findall(_said(line))
            if word.upper() not in _FILLERS
        ]
        reader = _Reader(words, self.constants)
        decided = reader.either()
        if reader.at != len(words):
            return None
        for name in reader.missing:
            self._note(text, line, f"conditional compilation: {name} is not defined in the source")
        return decided


def _said(line: re.Match[bytes]) -> str:
    """What follows a directive's word, without a comment or period at its end."""
    return line[2].decode("ascii", "replace").partition("*>")[0].rstrip(". \r\t")


def _blank(text: Text, start: int, end: int) -> list[Piece]:
    return [
        Piece(_VISIBLE.sub(b" ", piece.data), piece.path, piece.start, piece.end, piece.kept)
        for piece in text.slice(start, end)
    ]


def _value(word: str) -> Value:
    if word[:1] in ("'", '"'):
        return word[1:-1]
    return int(word) if word.lstrip("+-").isdigit() else word.upper()


@dataclass(slots=True)
class _Reader:
    """A condition read from left to right; None stands for what isn't decided."""

    words: Sequence[str]
    constants: dict[str, Value | None]
    at: int = 0
    missing: list[str] = field(default_factory=list)

    def next(self, *wanted: str) -> bool:
        if self.at < len(self.words) and self.words[self.at].upper() in wanted:
            self.at += 1
            return True
        return False

    def either(self) -> bool | None:
        found = self.both()
        while self.next("OR"):
            other = self.both()
            found = True if True in (found, other) else None if None in (found, other) else False
        return found

    def both(self) -> bool | None:
        found = self.one()
        while self.next("AND"):
            other = self.one()
            found = False if False in (found, other) else None if None in (found, other) else True
        return found

    def one(self) -> bool | None:
        if self.next("NOT"):
            found = self.one()
            return None if found is None else not found
        if self.next("("):
            found = self.either()
            return found if self.next(")") else None
        if self.at >= len(self.words):
            return None
        word = self.words[self.at]
        self.at += 1
        opposite = self.next("NOT")
        if self.next("DEFINED"):
            if word.upper() not in self.constants:
                self.missing.append(word.upper())
            return (word.upper() in self.constants) != opposite
        if self.next("SET"):
            return (word.upper() in _SET) != opposite
        found = self.related(word)
        return None if found is None else found != opposite

    def related(self, word: str) -> bool | None:
        """A relation of constants, or one alone, which is true where it is not OFF or 0."""
        left = self.value(word)
        for sign in ("=", "<>", "<=", ">=", "<", ">"):
            if self.next(sign):
                if sign in ("<", ">") and self.next("OR"):
                    self.next("=")
                    sign += "="
                other = self.words[self.at] if self.at < len(self.words) else ""
                self.at += 1
                if self.is_missing(word) or self.is_missing(other):
                    return False
                return _compare(left, sign, self.value(other))
        return None if left is None else left not in (0, "OFF", "FALSE")

    def is_missing(self, word: str) -> bool:
        """Whether a word is a name that nothing defines: no relation with it holds."""
        if self.value(word) is not None or word.upper() in self.constants:
            return False
        self.missing.append(word.upper())
        return True

    def value(self, word: str) -> Value | None:
        if word[:1] in ("'", '"') or word.lstrip("+-").isdigit():
            return _value(word)
        return self.constants.get(word.upper())


def _compare(left: Value | None, sign: str, right: Value | None) -> bool | None:
    if left is None or right is None or isinstance(left, str) != isinstance(right, str):
        return None
    less = left < right  # type: ignore[operator]
    return {
        "=": left == right,
        "<>": left != right,
        "<": less,
        ">=": not less,
        ">": not less and left != right,
        "<=": less or left == right,
    }[sign]
