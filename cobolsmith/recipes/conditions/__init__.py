"""Recipes about conditions: another one in the place of one, and names for what they compare."""

from cobolsmith.recipes.conditions.change import CHANGE_CONDITION
from cobolsmith.recipes.conditions.names import NAME_CONDITION

__all__ = ["CHANGE_CONDITION", "NAME_CONDITION"]
