"""The intrinsic functions that the runtimes have, and what each gives."""

from __future__ import annotations

_NUMBERS = (
    "ABS ACOS ANNUITY ASIN ATAN BYTE-LENGTH COS CUT DATE-OF-INTEGER DAY-OF-INTEGER FACTORIAL "
    "INTEGER INTEGER-OF-DATE INTEGER-OF-DAY INTEGER-PART LENGTH LOG LOG10 MAX MEAN MEDIAN MIDRANGE "
    "MIN MOD NUMVAL NUMVAL-C ORD ORD-MAX ORD-MIN PRESENT-VALUE RANDOM RANGE REM SIN SQRT "
    "STANDARD-DEVIATION SUM TAN VARIANCE"
).split()
_TEXTS = (
    "CHAR CONCAT CONCATENATE CURRENT-DATE GREATEST LEAST LOWER-CASE REVERSE TRIM UPPER-CASE"
).split()
OF_TEXTS = {"MAX": "GREATEST", "MIN": "LEAST"}
"""Functions of the runtimes for those that give a text where their arguments are texts."""

FUNCTIONS: dict[str, str] = {
    **dict.fromkeys(_NUMBERS, "number"),
    **dict.fromkeys(_TEXTS, "text"),
}
"""Names, and "number" or "text"."""
