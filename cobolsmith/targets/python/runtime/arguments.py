"""What intrinsic functions are given, as text or number."""

from __future__ import annotations

from decimal import Decimal

from .fields import Field
from .figurative import Figurative

Argument = Field | Figurative | str | int | Decimal


def text_of(argument: Argument) -> str:
    """An argument's characters."""
    if isinstance(argument, Field):
        return argument.sent().decode("latin-1")
    if isinstance(argument, Figurative):
        return argument.pattern.decode("latin-1")
    return str(argument)


def number_of(argument: Argument) -> Decimal:
    """An argument's number."""
    return argument.value if isinstance(argument, Field) else Decimal(str(argument))
