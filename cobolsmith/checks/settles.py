"""Does a second run of the same recipe change nothing?"""

from __future__ import annotations

from cobolsmith.verify import Status, Subject, Verdict

NAME = "settles"


def settles(subject: Subject) -> Verdict:
    """FAILED naming what a second run would still do."""
    if subject.settle is None:
        return Verdict(NAME, Status.SKIPPED, "no recipe to run again")
    left = subject.settle()
    if left:
        return Verdict(NAME, Status.FAILED, "; ".join(left))
    return Verdict(NAME, Status.PASSED, "", (), ("a second run changes nothing",))
