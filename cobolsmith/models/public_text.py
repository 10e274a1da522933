"""A canvas as plain text, for models that know nothing of words and slots, and their text as words.

A fill is cut into words again; one that would change the words around the hole is no fill.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cobolsmith.infill import Canvas, Name
from cobolsmith.words import line_words, text_of

NAMES = 24
"""Names whose pictures stand above the canvas."""


@dataclass(frozen=True, slots=True)
class Around:
    """The text on both sides of a hole, and how words are cut there. `line`: the part of `before`
    on the hole's line; `line_state`, `state`: what `line_words` must know at its two ends."""

    before: str
    after: str
    line: str
    line_state: str
    state: str

    @classmethod
    def of(cls, canvas: Canvas) -> Around:
        """The text around a canvas's hole. A blank just before the hole is left to the model: in
        these vocabularies it is part of the next word's token."""
        before = text_of(canvas.prefix)
        before = before[:-1] if before.endswith(" ") else before
        head, _, line = before.rpartition("\n")
        line_state = cut(head, "")[1]
        return cls(before, continued(canvas.suffix), line, line_state, cut(line, line_state)[1])

    def joins(self) -> bool:
        """Whether a word put right behind `before` would grow together with its last one."""
        return self.before[-1:].isalnum() or self.before[-1:] in ("-", "_", "'", '"')

    def words_of(self, text: str) -> tuple[str, ...]:
        """A fill's words; empty where it isn't clean text or would change the words around it."""
        if not all(" " <= character <= "~" or character == "\n" for character in text):
            return ()
        inside, state = cut(text, self.state)
        rest = self.after.partition("\n")[0]
        apart = [*cut(self.line, self.line_state)[0], *inside, *cut(rest, state)[0]]
        together = cut(self.line + text + rest, self.line_state)[0]
        return tuple(inside) if together == apart else ()


def cut(text: str, state: str) -> tuple[list[str], str]:
    """Cut text into words, line breaks among them, from a state of `line_words` to the next."""
    words: list[str] = []
    for number, line in enumerate(text.split("\n")):
        found, state = line_words(line, state)
        if number and found:
            words.append("\n" + " " * found[0].start)
        words += [word.text for word in found]
    return words, state


def permitted(words: Sequence[str], allowed: Sequence[frozenset[str]]) -> bool:
    """Whether each word may stand where it does; the last set stands for all further positions."""
    last = len(allowed) - 1
    return not allowed or all(word in allowed[min(at, last)] for at, word in enumerate(words))


def header(names: Sequence[Name]) -> str:
    """The names nearest the hole and what they are, as comment lines."""
    lines = []
    for name in names[:NAMES]:
        level = f"{name.level:02} " if name.level else ""
        picture = f" PIC {name.picture}" if name.picture else ""
        kind = "" if name.picture else f" {name.kind}"
        usage = f" {name.usage}" if name.usage else ""
        lines.append(f"*> {level}{name.spelling}{picture}{usage}{kind}\n")
    return "".join(lines)


def continued(words: Sequence[str]) -> str:
    """Words as the text that follows a word."""
    return text_of(("X", *words))[1:]
