"""Figurative constants."""

from __future__ import annotations


class Figurative:
    """A figurative constant: SPACES, ZEROS ..., or ALL of a literal."""

    def __init__(self, pattern: bytes) -> None:
        self.pattern = pattern

    def filled(self, size: int) -> bytes:
        """The constant as long as what it stands beside."""
        return (self.pattern * (size // len(self.pattern) + 1))[:size]


SPACES = Figurative(b" ")
ZEROS = Figurative(b"0")
HIGH_VALUES = Figurative(b"\xff")
LOW_VALUES = Figurative(b"\0")
QUOTES = Figurative(b'"')


def all_of(text: str) -> Figurative:
    """ALL of a literal."""
    return Figurative(text.encode("latin-1"))
