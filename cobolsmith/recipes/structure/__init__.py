"""Recipes about structure: scopes that end where one sees it, and loops instead of jumps."""

from cobolsmith.recipes.structure.jumps import GOTO_REMOVAL
from cobolsmith.recipes.structure.scopes import SCOPE_TERMINATORS

__all__ = ["GOTO_REMOVAL", "SCOPE_TERMINATORS"]
