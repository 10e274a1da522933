"""Recipes by name: each proposes plans for what it is shown; one file (or folder), one line here.

`repair` is `fix`'s: it answers diagnostics, so it isn't asked by name.
"""

from cobolsmith.recipe import Recipe
from cobolsmith.recipes.call_interface import CALL_INTERFACE
from cobolsmith.recipes.conditions import CHANGE_CONDITION, NAME_CONDITION
from cobolsmith.recipes.dead_code import DEAD_CODE
from cobolsmith.recipes.extract_copybook import EXTRACT_COPYBOOK
from cobolsmith.recipes.extract_subprogram import EXTRACT_SUBPROGRAM
from cobolsmith.recipes.fields import ADD, NARROW, REMOVE, RENAME, WIDEN
from cobolsmith.recipes.handling import (
    EXCEPTIONS,
    FILE_STATUS,
    NUMERIC_GUARD,
    RESP_CHECK,
    SQLCODE_CHECK,
)
from cobolsmith.recipes.name_constant import NAME_CONSTANT
from cobolsmith.recipes.resize_table import RESIZE_TABLE
from cobolsmith.recipes.structure import GOTO_REMOVAL, SCOPE_TERMINATORS
from cobolsmith.recipes.window_year import WINDOW_YEAR

RECIPES: dict[str, Recipe] = {
    "call-interface": CALL_INTERFACE,
    "change-condition": CHANGE_CONDITION,
    "dead-code": DEAD_CODE,
    "exception-phrases": EXCEPTIONS,
    "extract-copybook": EXTRACT_COPYBOOK,
    "extract-subprogram": EXTRACT_SUBPROGRAM,
    "file-status": FILE_STATUS,
    "goto-removal": GOTO_REMOVAL,
    "name-condition": NAME_CONDITION,
    "name-constant": NAME_CONSTANT,
    "numeric-guard": NUMERIC_GUARD,
    "resize-table": RESIZE_TABLE,
    "resp-check": RESP_CHECK,
    "scope-terminators": SCOPE_TERMINATORS,
    "sqlcode-check": SQLCODE_CHECK,
    "window-year": WINDOW_YEAR,
    "widen-field": WIDEN,
    "narrow-field": NARROW,
    "add-field": ADD,
    "remove-field": REMOVE,
    "rename": RENAME,
}
