"""The special register DEBUG-ITEM as a record."""

from __future__ import annotations

from collections.abc import Sequence

from cobolsmith.languages.cobol.flow import Body
from cobolsmith.lowered import Field, Kept, Record, Ref, Run, Step
from cobolsmith.lowering.context import Context
from cobolsmith.lowering.debugging import Debugging, for_debugging, has_debugging_mode

_ITEM = "DEBUG-ITEM"
_CONTENTS = 30
_SUBS = (("DEBUG-SUB-1", 38), ("DEBUG-SUB-2", 44), ("DEBUG-SUB-3", 50))


def registers_of(context: Context, bodies: Sequence[Body]) -> dict[tuple[str, str], Ref]:
    """DEBUG-ITEM and what is in it as places, where a program has debugging sections."""
    if not has_debugging_mode(context) or not any(for_debugging(context, one) for one in bodies):
        return {}
    places = {(_ITEM, one.word): Ref(_ITEM, one.word, one.form) for one in _fields(_CONTENTS)}
    return {**places, ("", _ITEM): Ref(_ITEM, "", "group")}


def register(debugging: Debugging) -> tuple[Record, Run]:
    """The record DEBUG-ITEM, as long as what is watched needs it, and what it is made for."""
    program = debugging.context.program
    files = [program.file(one) for one in debugging.files]
    items = {*debugging.items, *(one for file in files if file is not None for one in file.records)}
    longest = max((_CONTENTS, *(program.items[one].length for one in items)))
    fields = _fields(longest)
    whole = Field(_ITEM, _ITEM, "group", 0, 56 + longest, value=Kept())
    refs = tuple(Ref(_ITEM, one.word, one.form) for one in fields)
    return Record(whole, fields), Run("self", (Step("use_debugging", refs),))


def _fields(longest: int) -> tuple[Field, ...]:
    subs = (
        Field(word, word, "zoned", at, 5, 4, signed=True, leading=True, separate=True, value=Kept())
        for word, at in _SUBS
    )
    return (
        Field("DEBUG-LINE", "DEBUG-LINE", "string", 0, 6, value=Kept()),
        Field("DEBUG-NAME", "DEBUG-NAME", "string", 7, 30, value=Kept()),
        *subs,
        Field("DEBUG-CONTENTS", "DEBUG-CONTENTS", "string", 56, longest, value=Kept()),
    )
