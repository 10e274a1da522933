"""Recipes by name: each proposes plans for what it is shown; one file (or folder), one line here.

`repair` is `fix`'s: it answers diagnostics, so it isn't asked by name.
"""

from cobolsmith.recipe import Recipe
from cobolsmith.recipes.scope_terminators import SCOPE_TERMINATORS

RECIPES: dict[str, Recipe] = {
    "scope-terminators": SCOPE_TERMINATORS,
}
