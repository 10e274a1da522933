"""DISPLAY of a group that gets a new field: it goes on showing the bytes that it showed.

The new field stands in the middle of what is shown, where nobody who reads the line expects it; the
bytes around it are named by their positions.
"""

from __future__ import annotations

from collections.abc import Iterator

from cobolsmith.items import Origin
from cobolsmith.plan import Edit
from cobolsmith.recipes.fields.layout import spelled
from cobolsmith.recipes.fields.spread import Spread
from cobolsmith.recipes.fields.world import Held
from cobolsmith.source import Span

_MOST = 4
"""Parts of a group that a DISPLAY can still be read with."""


def shown(spread: Spread, held: Held, place: Origin) -> bool:
    """Let a DISPLAY at a place show a group without its new fields; false where that can't be
    written there."""
    tree = spread.world.tree(place.path)
    node = tree.root.descendant_for_byte_range(place.span.start, place.span.end)
    while node is not None and node.type != "qualified_name":
        node = node.parent
    parts = list(_around(spread, held))
    if node is None or len(parts) > _MOST:
        return False
    if any(child.type == "reference_modification" for child in node.children):
        return False
    whole = tree.text(node)
    text = " ".join(f"{whole} ({start + 1}:{end - start})" for start, end in parts)
    edit = Edit(place.path, Span(node.start_byte, node.end_byte), (text,))
    known = spread.displays.setdefault((place.path, node.start_byte), edit)
    return known == edit


def _around(spread: Spread, held: Held) -> Iterator[tuple[int, int]]:
    """The bytes of a group that aren't a new field's, each run of them as (start, end) from 0."""
    start = end = 0
    for _, _, _, first, last in sorted(
        spelled(held.program, held.item, spread.sizes).parts, key=lambda part: part[3]
    ):
        if first > end:
            yield start, end
            start = first
        end = last
    yield start, end
