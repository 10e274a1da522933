"""Answers from tables in place of a database: how a translation is run beside its COBOL.

CS_TABLE_name names a table for the blocks of a name: a line an answer, and in it, in hexadecimal
digits, the bytes for SQLCODE and each host variable in order; - leaves one as it is. What goes into
a block is noted in CALLS.name.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from .fields import Field


class Answers:
    """The tables of a run, as far as they have been read."""

    def __init__(self) -> None:
        self.left: dict[str, list[str]] = {}

    def answer(self, name: str, named: Sequence[tuple[Field, bool]]) -> None:
        """Note the bytes of the named fields, and give those that may receive the next answer's."""
        if name not in self.left:
            Path(f"CALLS.{name}").write_bytes(b"")
            table = os.environ.get(f"CS_TABLE_{name}", "")
            there = table and Path(table).is_file()
            self.left[name] = Path(table).read_text("ascii").splitlines() if there else []
        with Path(f"CALLS.{name}").open("a") as log:
            log.write(" ".join(field.raw.hex() for field, _ in named) + "\n")
        if name.startswith("SF") and not self.left[name]:
            named[0][0].move(100)
        if self.left[name]:
            words = self.left[name].pop(0).split()
            for (field, receives), word in zip(named, words, strict=False):
                if receives and word[0] != "-":
                    data = bytes.fromhex(word[: len(word) // 2 * 2])[: field.size]
                    field.raw = data + field.raw[len(data) :]
