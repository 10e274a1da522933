"""The one base error of the house: what happened, where, and what to do about it.

`exit_code` follows the command line's table: 2 usage or configuration, 3 a tool or model is
missing. Anything that is not a `CobolsmithError` is a bug and shows as one (exit 3, traceback).
"""

from __future__ import annotations


class CobolsmithError(Exception):
    """A failure the user can act on; `str()` gives `where: what (remedy)`."""

    exit_code = 2

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        place = f"{where}: " if where else ""
        advice = f" ({remedy})" if remedy else ""
        super().__init__(f"{place}{what}{advice}")


class UsageError(CobolsmithError):
    """The command line asks for something that can't be done as asked."""


class ConfigError(CobolsmithError):
    """cobolsmith.toml or [tool.cobolsmith] says something unusable."""


class SourceError(CobolsmithError):
    """A source can't be read: path, permission, encoding, not text."""


class PatchError(CobolsmithError):
    """A patch can't be made or written; no file was changed."""


class GitError(CobolsmithError):
    """git is needed and isn't there, or the repository is not in the state asked for."""


class ToolError(CobolsmithError):
    """An outside tool (cobc, the user's command) is missing or can't be started."""

    exit_code = 3


class ModelError(CobolsmithError):
    """The model's weights or tokenizer are missing, foreign or damaged."""

    exit_code = 3


class LongHoleError(ModelError):
    """A hole is longer than the model can fill: a plan with it has no candidates."""
