"""A COPY that finds no copybook: the member one letter away that exists."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cobolsmith.plan import Plan
from cobolsmith.recipes.repair.fault import Fault, nearest, replaced

NOT_FOUND = re.compile(r"([\w-]+)(?:\.\w+)?: No such file or directory|copybook ([\w-]+)")


def missing_copybook(fault: Fault) -> Iterator[Plan]:
    """The members of the search path that are spelt like the missing one."""
    match = NOT_FOUND.search(fault.first.message)
    if not match:
        return
    wanted = (match[1] or match[2]).upper()
    for word in fault.words:
        if word.text.strip("'\"") == wanted and wanted not in fault.estate.copybooks:
            for far, member in nearest(wanted, fault.estate.copybooks):
                title = f"COPY {member}, not {wanted}"
                why = f"{fault.estate.copybooks[member].name} is on the search path"
                yield replaced(fault, word, member, title, far - 1.0, why)
