"""COBOL words and literals as Java writes them, and what puts operands into words."""

from __future__ import annotations

from typing import Protocol

from cobolsmith.lowered import Expression, Field, Lowered, Ref, Register
from cobolsmith.targets.names import Names

_KEYWORDS = """
abstract assert boolean break byte case catch char class const continue default do double else enum
extends final finally float for goto if implements import instanceof int interface long native new
package private protected public return short static strictfp super switch synchronized this throw
throws transient try void volatile while true false null var record yield
"""
KEYWORDS = frozenset(_KEYWORDS.split())
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def pascal(word: str) -> str:
    """A COBOL word as a Java class: `WS-READ-COUNT` is `WsReadCount`."""
    name = "".join(part.capitalize() for part in word.replace("_", "-").split("-"))
    return f"P{name}" if name[:1].isdigit() else name


def camel(word: str) -> str:
    """A COBOL word as a Java name: `WS-READ-COUNT` is `wsReadCount`."""
    name = pascal(word)
    name = name[:1].lower() + name[1:]
    return f"{name}_" if name in KEYWORDS else name


def quoted(text: str) -> str:
    """A Java string."""
    shown = (
        _ESCAPES.get(one) or (one if " " <= one <= "~" else f"\\u{ord(one):04x}") for one in text
    )
    return '"' + "".join(shown) + '"'


def constant(name: str) -> str:
    """A name as a constant: `readFile` is `READ_FILE`."""
    text = "".join(f"_{one}" if one.isupper() else one for one in name)
    return text.upper().lstrip("_")


class Speaking(Protocol):
    """What words for native items are made with: `Speech`."""

    program: Lowered
    names: Names

    def native(self, one: object) -> Field | None:
        """The native item that an operand is of."""

    def path(self, ref: Ref | Register) -> str:
        """A field as an object."""

    def value(self, one: Expression) -> str:
        """An expression as a BigDecimal."""

    def source(self, one: Expression) -> str:
        """An operand as it is moved, shown or compared."""

    def mode(self, rounding: str) -> str:
        """A mode of rounding."""
