"""The commands of CICS, their options and directions (`commands.txt`), and the keys.

Source: CICS Transaction Server for z/OS 5.6, "CICS API commands", "CICS SPI commands"
(facts only).
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

COMMON = "RESP> RESP2> NOHANDLE"
"""Options that every command has."""

AIDS = frozenset(
    ("ANYKEY", "CLEAR", "CLRPARTN", "ENTER", "LIGHTPEN", "OPERID", "TRIGGER", "PA1", "PA2", "PA3")
) | frozenset(f"PF{number}" for number in range(1, 25))
"""The attention identifiers that HANDLE AID names."""


@cache
def commands() -> dict[str, dict[str, str]]:
    """Each command's options with the mark of what stands in their parentheses ("" for none)."""
    found: dict[str, dict[str, str]] = {}
    options: dict[str, str] = {}
    text = files(__package__).joinpath("commands.txt").read_text("ascii")
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        words = line
        if not line.startswith(" "):
            name, _, words = line.partition(":")
            options = found.setdefault(name, dict(map(_option, COMMON.split())))
        options.update(map(_option, words.split()))
    return found


def _option(word: str) -> tuple[str, str]:
    name = word.rstrip("<>=@?")
    return name, word[len(name) :]


@cache
def by_verb() -> dict[str, tuple[tuple[str, ...], ...]]:
    """The commands that begin with a verb, as words, those with most words first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for name in commands():
        words = tuple(name.split())
        found.setdefault(words[0], []).append(words)
    return {
        verb: tuple(sorted(names, key=lambda words: -len(words))) for verb, names in found.items()
    }
