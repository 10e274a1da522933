"""What programs translated from COBOL need at run time: Python 3.11's standard library and this.

Fields look into records of bytes and do what COBOL's items do; `Program` leads control. Shipped
beside translated programs by cobolsmith.
"""

from . import functions
from .console import (
    accept,
    accept_argument,
    accept_argument_number,
    accept_command_line,
    accept_date,
    accept_environment,
    accept_environment_value,
    await_enter,
    display,
    display_error,
    display_error_without_advancing,
    display_without_advancing,
    name_environment,
)
from .control import (
    fill,
    is_alphabetic,
    is_alphabetic_lower,
    is_alphabetic_upper,
    is_made_of,
    is_numeric,
    one_of,
    search_all,
    set_switch,
    switch,
)
from .editing import use_signs
from .fields import Field, compare, occurs, use_collation
from .figurative import HIGH_VALUES, LOW_VALUES, QUOTES, SPACES, ZEROS, all_of
from .files import (
    AT_END,
    END_OF_PAGE,
    EXTEND,
    INPUT,
    INVALID_KEY,
    OUTPUT,
    PAGE,
    UPDATE,
    LineSequentialFile,
    SequentialFile,
)
from .indexed import IndexedFile
from .natives import Amount, Chars, Index, Whole, rounded
from .numbers import (
    AWAY_FROM_ZERO,
    NEAREST_AWAY,
    NEAREST_EVEN,
    NEAREST_TOWARD_ZERO,
    TOWARD_GREATER,
    TOWARD_LESSER,
    TRUNCATION,
    power,
    quotient,
)
from .paged import PagedFile
from .program import End, Going, Program, main
from .records import KEPT, Area, Record
from .relative import RelativeFile
from .reports import report
from .sorting import SortFile
from .strings import inspect, string_into, unstring
from .units import RunUnit
from .unwritten import Unwritten

__all__ = [
    "AT_END",
    "AWAY_FROM_ZERO",
    "END_OF_PAGE",
    "EXTEND",
    "HIGH_VALUES",
    "INPUT",
    "INVALID_KEY",
    "KEPT",
    "LOW_VALUES",
    "NEAREST_AWAY",
    "NEAREST_EVEN",
    "NEAREST_TOWARD_ZERO",
    "OUTPUT",
    "PAGE",
    "QUOTES",
    "SPACES",
    "TOWARD_GREATER",
    "TOWARD_LESSER",
    "TRUNCATION",
    "UPDATE",
    "ZEROS",
    "Amount",
    "Area",
    "Chars",
    "End",
    "Field",
    "Going",
    "Index",
    "IndexedFile",
    "LineSequentialFile",
    "PagedFile",
    "Program",
    "Record",
    "RelativeFile",
    "RunUnit",
    "SequentialFile",
    "SortFile",
    "Unwritten",
    "Whole",
    "accept",
    "accept_argument",
    "accept_argument_number",
    "accept_command_line",
    "accept_date",
    "accept_environment",
    "accept_environment_value",
    "all_of",
    "await_enter",
    "compare",
    "display",
    "display_error",
    "display_error_without_advancing",
    "display_without_advancing",
    "fill",
    "functions",
    "inspect",
    "is_alphabetic",
    "is_alphabetic_lower",
    "is_alphabetic_upper",
    "is_made_of",
    "is_numeric",
    "main",
    "name_environment",
    "occurs",
    "one_of",
    "power",
    "quotient",
    "report",
    "rounded",
    "search_all",
    "set_switch",
    "string_into",
    "switch",
    "unstring",
    "use_collation",
    "use_signs",
]
