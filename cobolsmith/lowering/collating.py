"""Alphabets of SPECIAL-NAMES: in which order characters come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cobolsmith.languages.cobol.reading import Reading, every
from cobolsmith.lowered import Figurative, Number, Text
from cobolsmith.lowering.literals import characters, literal

if TYPE_CHECKING:
    from tree_sitter import Node

NATIVE = ("NATIVE", "STANDARD-1", "STANDARD-2", "ASCII")
_LITERALS = ("string_literal", "number_literal", "figurative_constant")


def alphabet(reading: Reading, name: str) -> tuple[str, ...] | None:
    """The places of an alphabet, each with the characters that share it; those it doesn't name
    follow as they are. Empty for the order of the codes, None for one not known here."""
    if name in NATIVE:
        return ()
    for clause in every(reading.tree.root, "alphabet_clause"):
        if reading.field(clause, "name") == name:
            return _places(reading, clause)
    return None


def _places(reading: Reading, clause: Node) -> tuple[str, ...] | None:
    places: list[str] = []
    before = ""
    for child in clause.children:
        if child.type in ("THRU", "ALSO"):
            before = child.type
        elif child.type in _LITERALS:
            given = spelt(reading.tree.text(child))
            if before == "THRU":
                places += _between(places[-1][-1], given)
            elif before == "ALSO":
                places[-1] += given
            else:
                places += given
            before = ""
        elif child.type == "name" and child != clause.child_by_field_name("name"):
            return () if reading.word(child) in NATIVE else None
    return tuple(places)


def _between(first: str, last: str) -> list[str]:
    """The characters behind the first up to the last, upward or downward."""
    way = 1 if last >= first else -1
    return [chr(code) for code in range(ord(first) + way, ord(last) + way, way)]


def spelt(text: str) -> str:
    """The characters of a literal of SPECIAL-NAMES; a number is a character's place, from 1."""
    value = literal(text)
    if isinstance(value, Number):
        return chr(int(value.number) - 1)
    if isinstance(value, Text):
        return value.text
    return characters(value) if isinstance(value, Figurative) else ""


def program_sequence(reading: Reading, paragraph: Node) -> tuple[str, ...] | None:
    """The PROGRAM COLLATING SEQUENCE of an OBJECT-COMPUTER paragraph, as `alphabet` gives it."""
    return alphabet(reading, reading.word(paragraph).replace(".", " ").split()[-1])


def extremes(places: tuple[str, ...]) -> tuple[str, str]:
    """The characters that LOW-VALUE and HIGH-VALUE are in a sequence."""
    named = set("".join(places))
    rest = [chr(code) for code in range(256) if chr(code) not in named]
    return places[0][0], (rest[-1] if rest else places[-1][0])
