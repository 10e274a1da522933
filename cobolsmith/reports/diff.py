"""The product itself: one unified diff of all patches, as `git apply` takes it."""

from __future__ import annotations

from cobolsmith.report import Report


def diff(report: Report) -> bytes:
    """The patches of all outcomes, paths relative to the report's root."""
    return b"".join(
        outcome.patch.diff(report.root) for outcome in report.outcomes if outcome.patch is not None
    )
