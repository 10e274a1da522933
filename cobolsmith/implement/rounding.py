"""ROUNDED behind the receiver of what computes an item."""

from __future__ import annotations

import re
from collections.abc import Callable

from cobolsmith.implement.statements import Code, Statement
from cobolsmith.implement.ties import DoubtError, Ties, is_operand
from cobolsmith.implement.vocabulary import head, of_name
from cobolsmith.implement.wish import Sketch, Wish, Work
from cobolsmith.plan import Edit
from cobolsmith.program import DataItem
from cobolsmith.source import Span


def plan(wish: Wish, work: Work) -> Sketch:
    """ROUNDED behind the receiver of what computes an item. Raises DoubtError."""
    code, ties = work.code, work.ties
    computing = [s for s in code.statements if s.verb in ("COMPUTE", "DIVIDE", "MULTIPLY")]
    targets = {name for s in computing for name in receivers(s)}

    def computed(item: DataItem) -> bool:
        return is_operand(item) and item.name in targets

    said = re.sub(r"\s+(?:to|instead|rather)\b.*$", "", wish.part("what"))
    item = rounded_item(said, ties, computed)
    found = [s for s in computing if item.name in receivers(s)]
    if not found:
        raise DoubtError(f"nothing in {code.program.name} computes {item.name}", said)
    if all("ROUNDED" in s.words for s in found):
        return Sketch(f"round {item.name}", (), "", "", (f"{item.name} ROUNDED",))
    open_ = [s for s in found if "ROUNDED" not in s.words]
    edits = tuple(rounded_edit(code, s, item.name) for s in open_)
    lines = ", ".join(str(code.line(s.span.start)) for s in open_)
    apart = tuple(rounded_line(code, s, e) for s, e in zip(open_, edits, strict=True))
    return Sketch(
        f"round {item.name}",
        edits,
        f"lines {lines}, where {item.name} is computed",
        f"{item.name} ROUNDED",
        (f"{item.name} ROUNDED",),
        apart,
    )


def rounded_item(said: str, ties: Ties, computed: Callable[[DataItem], bool]) -> DataItem:
    """The computed item of a phrase; where no name has all its words, the one that has the word it
    is about. Raises DoubtError."""
    kept = list(ties.found)
    try:
        return ties.item(said, computed)
    except DoubtError as doubt:
        ties.found[:] = kept
        found = [
            one for one in ties.program.items if computed(one) and head(said) in of_name(one.name)
        ]
        if doubt.settles or len(found) != 1:
            raise
        ties.tie(said, found[0].name, "possible", "the only result that is called so")
        return found[0]


def rounded_line(code: Code, one: Statement, edit: Edit) -> str:
    """The first line of a statement once ROUNDED stands in it."""
    source, at = code.program.source, edit.span.start
    if code.line(at) != code.line(one.span.start):
        return code.first_line(one)
    head = " ".join(source.text(one.span.start, at).split())
    return " ".join(f"{head}{edit.new[0]}{code.first_line(one)[len(head) :]}".split())


def receivers(one: Statement) -> list[str]:
    """The items that get the result of an arithmetic statement."""
    words = list(one.words)
    if one.verb == "COMPUTE":
        return [w for w in words[1 : words.index("=")] if w != "ROUNDED"] if "=" in words else []
    if "GIVING" in words:
        rest = words[words.index("GIVING") + 1 :]
        stop = next(
            (i for i, w in enumerate(rest) if w in ("REMAINDER", "ON", "NOT", "SIZE")), len(rest)
        )
        return [w for w in rest[:stop] if w != "ROUNDED" and not w.startswith("END-")]
    return []


def rounded_edit(code: Code, one: Statement, name: str) -> Edit:
    """ROUNDED behind a receiver."""
    source = code.program.source
    head = one.words.index("GIVING") if "GIVING" in one.words else 0
    start = one.span.start
    text = source.view[start : one.span.end].decode("ascii")
    skip = text.upper().index("GIVING") if head else 0
    hit = re.compile(
        rf"(?<![\w-]){re.escape(name)}(?:\s*\([^)]*\))?(?![\w-])", re.IGNORECASE
    ).search(text, skip)
    assert hit is not None
    word = " rounded" if hit[0].split("(")[0].islower() else " ROUNDED"
    at = start + hit.end()
    return Edit(source.path, Span(at, at), (word,))
