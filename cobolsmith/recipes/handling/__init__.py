"""Recipes that handle what may go wrong: a status, the end of a file, a key, a size, bad digits."""

from cobolsmith.recipes.handling.embedded import RESP_CHECK, SQLCODE_CHECK
from cobolsmith.recipes.handling.exceptions import EXCEPTIONS
from cobolsmith.recipes.handling.file_status import FILE_STATUS
from cobolsmith.recipes.handling.numeric import NUMERIC_GUARD

__all__ = ["EXCEPTIONS", "FILE_STATUS", "NUMERIC_GUARD", "RESP_CHECK", "SQLCODE_CHECK"]
