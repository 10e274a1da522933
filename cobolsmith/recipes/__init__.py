"""Recipes by name: each turns a program into plans; one file (or folder), one line here."""

from cobolsmith.recipes.repair import repair

RECIPES = {"repair": repair}
