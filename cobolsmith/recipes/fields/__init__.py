"""Record layouts: widen, narrow, add, remove or rename a field in every program, job and file.

`world` reads the estate's programs, `ties` says which items hold the same bytes, `spread` follows a
change through them, `obstacles` asks what can't be decided, `entries` and `files` write the edits,
`conversion` the program that brings files to the new layout.
"""

from cobolsmith.recipes.fields.add import ADD
from cobolsmith.recipes.fields.remove import REMOVE
from cobolsmith.recipes.fields.rename import RENAME
from cobolsmith.recipes.fields.widen import NARROW, WIDEN

__all__ = ["ADD", "NARROW", "REMOVE", "RENAME", "WIDEN"]
