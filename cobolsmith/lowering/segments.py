"""Independent segments: sections whose GO TOs are as written each time they are entered.

So with the dialects that take segment numbers for what they say (cobol85 and rm); cobc's others
ignore them. What is forgotten, and when, is as in the code that cobc makes: a section's GO TOs on
falling into it, on GO TO and PERFORM from another segment, and after a PERFORM from another
section, which puts back those of the section it stands in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from cobolsmith.languages.cobol.reading import every
from cobolsmith.lowered import Altered, Paragraph, Perform, Statement
from cobolsmith.lowering.context import Context

SEGMENTED = ("cobol85", "rm")
"""Dialects in which a segment number makes a difference."""
INDEPENDENT = 50
"""The first segment number of an independent segment."""


def home(context: Context, index: int | None) -> int | None:
    """The section that a paragraph is in, or the section itself."""
    if index is None:
        return None
    procedure = context.program.procedures[index]
    return index if procedure.kind == "section" else procedure.section


def segments_of(context: Context) -> dict[int, int]:
    """The segment number of each section that has one, by its position."""
    sections = {one.name.upper(): one.index for one in context.program.procedures}
    found: dict[int, int] = {}
    for header in every(context.reading.tree.root, "section_header"):
        name, number = (header.child_by_field_name(one) for one in ("name", "segment"))
        if name is not None and number is not None:
            found[sections[context.text(name).upper()]] = int(context.text(number))
    return found


def _segment(context: Context, section: int | None) -> int:
    return context.segments.get(section, 0) if section is not None else 0


def changeable(context: Context, section: int | None) -> tuple[int, ...]:
    """The paragraphs of an independent section whose GO TOs an ALTER changes."""
    if _segment(context, section) < INDEPENDENT:
        return ()
    altered = {edge.source for edge in context.program.edges if edge.kind == "alter"}
    return tuple(
        one.index
        for one in context.program.procedures
        if one.index in altered and home(context, one.index) == section
    )


def left_behind(context: Context, target: int) -> tuple[int, ...]:
    """The paragraphs whose GO TOs are as written again where control goes to a paragraph."""
    here, there = home(context, context.procedure), home(context, target)
    same = _segment(context, here) == _segment(context, there)
    return () if same else changeable(context, there)


def around(context: Context, perform: Perform) -> Sequence[Statement]:
    """A PERFORM with what is kept and forgotten around it."""
    here, there = home(context, context.procedure), home(context, perform.first)
    own = changeable(context, here) if here != there else ()
    behind = changeable(context, there) if here != there else ()
    return (
        *_altered("keep", own),
        *_altered("forget", left_behind(context, perform.first)),
        perform,
        *_altered("put back", own),
        *_altered("forget", behind),
    )


def _altered(how: str, paragraphs: tuple[int, ...]) -> tuple[Altered, ...]:
    return (Altered(how, paragraphs),) if paragraphs else ()  # type: ignore[arg-type]


def with_entries(context: Context, paragraphs: Iterable[Paragraph]) -> Iterator[Paragraph]:
    """The paragraphs, and before each independent section what is done on falling into it alone."""
    for one in paragraphs:
        section = one.index if home(context, one.index if one.name else None) == one.index else None
        if forgotten := changeable(context, section):
            word = f"INTO-{one.word}"
            body = (Altered("forget", forgotten),)
            yield replace(one, index=ENTRIES - one.index, word=word, name=word, body=body)
        yield one


ENTRIES = -100
"""The position of what stands before the first section; the others' go down from it."""
