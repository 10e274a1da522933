"""The command line: a module a family of commands; the work is in smith, the talk on stderr."""

from __future__ import annotations

import sys
import traceback

from cobolsmith.cli.shared import app, talk
from cobolsmith.errors import CobolsmithError

__all__ = ["app", "run"]
INTERRUPTED = 130
"""The exit status typer gives Ctrl-C, as a shell does."""


def run() -> None:
    """The console script: user errors are a sentence, bugs a traceback, Ctrl-C is 130."""
    try:
        app()
    except CobolsmithError as error:
        talk.print(f"cobolsmith: {error}", markup=False, soft_wrap=True)
        sys.exit(error.exit_code)
    except SystemExit as end:
        if end.code == INTERRUPTED:
            talk.print("cobolsmith: interrupted; every file is as it was or as it should be")
        raise
    except Exception:
        traceback.print_exc()
        talk.print("cobolsmith: this is a bug; please report it with the lines above")
        sys.exit(3)
