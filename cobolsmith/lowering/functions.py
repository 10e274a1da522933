"""The intrinsic functions that the runtimes have, and what each gives."""

from __future__ import annotations

_NUMBERS = (
    "ABS ACOS ANNUITY ASIN ATAN BYTE-LENGTH COS CUT DATE-OF-INTEGER DAY-OF-INTEGER FACTORIAL "
    "INTEGER INTEGER-OF-DATE INTEGER-OF-DAY INTEGER-PART LENGTH LOG LOG10 MAX MEAN MEDIAN MIDRANGE "
    "MIN MOD NUMVAL NUMVAL-C ORD ORD-MAX ORD-MIN PRESENT-VALUE RANDOM RANGE REM SIN SQRT "
    "STANDARD-DEVIATION SUM TAN TEST-DATE-YYYYMMDD TEST-DAY-YYYYDDD "
    "TEST-NUMVAL VARIANCE"
).split()
_TEXTS = (
    "CHAR CONCAT CONCATENATE CURRENT-DATE GREATEST LEAST LOWER-CASE REVERSE SHOWN TRIM "
    "TRIM-LEADING TRIM-TRAILING UPPER-CASE WHEN-COMPILED"
).split()
OF_TEXTS = {"MAX": "GREATEST", "MIN": "LEAST"}
"""Functions of the runtimes for those that give a text where their arguments are texts."""
OUR_OWN = ("SHOWN", *OF_TEXTS.values())
"""Functions of the runtimes that COBOL has no such name for."""
SIDES = ("LEADING", "TRAILING")
"""Words behind the argument of TRIM: functions of the runtimes of their own."""
SHOWN = (
    "INTEGER INTEGER-PART MOD REM NUMVAL NUMVAL-C MEAN MIDRANGE SUM FACTORIAL INTEGER-OF-DATE "
    "INTEGER-OF-DAY LENGTH ORD TEST-DATE-YYYYMMDD TEST-DAY-YYYYDDD TEST-NUMVAL"
).split()
"""Functions whose numbers DISPLAY shows on nine or twenty digits. Others' show the form of their
argument, or every digit that cobc computed."""
SHOWN_ON = {"DATE-OF-INTEGER": 8, "DAY-OF-INTEGER": 7}
"""Functions whose numbers it shows on so many digits."""

FUNCTIONS: dict[str, str] = {
    **dict.fromkeys(_NUMBERS, "number"),
    **dict.fromkeys(_TEXTS, "text"),
}
"""Names, and "number" or "text"."""
