"""Programs that are called, and whose COBOL wasn't there when their callers were translated."""

from __future__ import annotations

import os
from pathlib import Path

from .answers import Answers
from .fields import Text
from .program import Call, Program
from .storage import Storage


class Unwritten(Program):
    """Stands where a program is to be written. A CALL finds no program here; while a translation is
    run beside its COBOL, COBOL_CALLS says that it is answered from a table."""

    answers = Answers()

    @property
    def missing(self) -> bool:
        """Whether a CALL finds no program."""
        return os.environ.get("COBOL_CALLS") != "answered"

    def called_by(self, call: Call) -> None:
        """Note the bytes given, and answer with the next ones of the table."""
        symbol = self.name.replace("-", "__")
        fields = []
        for given, size in zip(call.arguments, call.sizes, strict=True):
            field = Text(Storage(0), 0, size)
            field.storage.bind(*(given or (bytearray(), 0)))
            fields.append((field, given is not None))
        if fields:
            self.answers.answer(symbol, fields)
        else:
            Path(f"CALLS.{symbol}").touch()
        self.return_code.value = 0
