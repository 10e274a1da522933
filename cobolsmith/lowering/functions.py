"""The intrinsic functions that the runtimes have, and what each gives."""

from __future__ import annotations

_NUMBERS = (
    "ABS BYTE-LENGTH CUT DATE-OF-INTEGER DAY-OF-INTEGER INTEGER INTEGER-OF-DATE INTEGER-OF-DAY "
    "INTEGER-PART LENGTH MAX MIN MOD REM SUM"
).split()
_TEXTS = "CONCAT CONCATENATE LOWER-CASE REVERSE TRIM UPPER-CASE".split()

FUNCTIONS: dict[str, str] = {
    **dict.fromkeys(_NUMBERS, "number"),
    **dict.fromkeys(_TEXTS, "text"),
}
"""Names, and "number" or "text"."""
