"""What tests of `implement` look at: the lines that a sentence adds."""

from __future__ import annotations

import difflib

from cobolsmith.report import Outcome


def added(outcome: Outcome) -> list[str]:
    """The lines that are new in the files of a patch, in order, without their margins."""
    assert outcome.patch is not None, [one.message for one in outcome.findings]
    found = []
    for file in outcome.patch.files:
        old = (file.before or b"").decode().splitlines()
        diff = difflib.ndiff(old, file.after.decode().splitlines())
        found += [line[2:].strip() for line in diff if line.startswith("+ ")]
    return found
