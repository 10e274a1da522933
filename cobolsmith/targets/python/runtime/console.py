"""DISPLAY and ACCEPT."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from decimal import Decimal

from .fields import Field, Number
from .figurative import Figurative
from .numeric import Zoned

Shown = Field | Figurative | str | int | Decimal


def display(*values: Shown) -> None:
    """DISPLAY values on standard output."""
    sys.stdout.buffer.write(b"".join(map(_shown, values)) + b"\n")


def display_without_advancing(*values: Shown) -> None:
    """DISPLAY values WITH NO ADVANCING."""
    sys.stdout.buffer.write(b"".join(map(_shown, values)))


def display_error(*values: Shown) -> None:
    """DISPLAY values UPON SYSERR."""
    sys.stdout.flush()
    sys.stderr.buffer.write(b"".join(map(_shown, values)) + b"\n")


def display_error_without_advancing(*values: Shown) -> None:
    """DISPLAY values UPON SYSERR WITH NO ADVANCING."""
    sys.stdout.flush()
    sys.stderr.buffer.write(b"".join(map(_shown, values)))


def _shown(value: object) -> bytes:
    if isinstance(value, Field):
        return value.shown()
    if isinstance(value, Figurative):
        return value.filled(len(value.pattern))
    return str(value).encode("latin-1")


def accept(field: Field) -> None:
    """ACCEPT field: the next line of standard input."""
    sys.stdout.flush()
    line = sys.stdin.buffer.readline()
    text = (line.removesuffix(b"\n") if line else b" ").decode("latin-1")
    if isinstance(field, Zoned):
        text = text[: field.size]
    field.move(text or " ")


def now() -> datetime:
    """The clock; COB_CURRENT_DATE of the environment sets it, as it does GnuCOBOL's."""
    given = os.environ.get("COB_CURRENT_DATE", "")
    digits = "".join(one for one in given if one.isdigit())
    return datetime.strptime(digits[:14], "%Y%m%d%H%M%S") if len(digits) >= 14 else datetime.now()


def accept_date(field: Field, form: str) -> None:
    """ACCEPT field FROM DATE, DAY, TIME or DAY-OF-WEEK."""
    moment = now()
    hundredths = moment.microsecond // 10000
    texts = {
        "DATE": f"{moment:%y%m%d}",
        "DATE YYYYMMDD": f"{moment:%Y%m%d}",
        "DAY": f"{moment:%y%j}",
        "DAY YYYYDDD": f"{moment:%Y%j}",
        "TIME": f"{moment:%H%M%S}{hundredths:02}",
        "DAY-OF-WEEK": str(moment.isoweekday()),
    }
    number = texts[form]
    field.move(int(number) if isinstance(field, Number) else number)


def await_enter() -> None:
    """STOP with a literal: wait for a line of standard input."""
    sys.stdout.flush()
    sys.stdin.buffer.readline()


_named = ""
_taken = 0


def name_environment(*names: Shown) -> None:
    """DISPLAY UPON ENVIRONMENT-NAME: what ACCEPT FROM ENVIRONMENT-VALUE asks for."""
    global _named
    _named = b"".join(map(_shown, names)).decode("latin-1")


def accept_environment(field: Field, name: Shown) -> bool:
    """ACCEPT field FROM an environment variable, spaces where there is none; whether there is."""
    text = os.environ.get(_shown(name).decode("latin-1").rstrip())
    field.move(_characters(text or " "))
    return text is not None


def accept_environment_value(field: Field) -> bool:
    """ACCEPT field FROM ENVIRONMENT-VALUE."""
    return accept_environment(field, _named)


def accept_command_line(field: Field) -> None:
    """ACCEPT field FROM COMMAND-LINE: all arguments of the program."""
    field.move(_characters(" ".join(sys.argv[1:])) or " ")


def accept_argument_number(field: Field) -> None:
    """ACCEPT field FROM ARGUMENT-NUMBER: how many arguments there are."""
    field.move(len(sys.argv) - 1)


def accept_argument(field: Field) -> bool:
    """ACCEPT field FROM ARGUMENT-VALUE: the next argument; whether there is one."""
    global _taken
    if _taken + 1 >= len(sys.argv):
        return False
    _taken += 1
    field.move(_characters(sys.argv[_taken]) or " ")
    return True


def _characters(given: str) -> str:
    """What the system hands over, a character for each byte."""
    return os.fsencode(given).decode("latin-1")
