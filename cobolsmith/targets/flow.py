"""Which paragraphs a translation must know in their order, common to all targets."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cobolsmith.lowered import Lowered, Paragraph, goes_on


def in_order(program: Lowered, said: Iterable[str]) -> tuple[Paragraph, ...]:
    """The paragraphs whose order counts: all of them where control may lead from one to another by
    GO TO or where `said`, the lines of all paragraphs, perform several; else those from the
    beginning up to one that control doesn't get behind."""
    jumping = any(one.jumps for one in program.paragraphs) or program.handlers or program.reports
    if jumping or program.start is None or any("perform(" in line for line in said):
        return program.paragraphs
    found: list[Paragraph] = []
    for one in program.paragraphs:
        if one.index >= program.start or found:
            found.append(one)
            if not goes_on(one.body):
                break
    return tuple(one for one in found if one.body) or tuple(found[:1])


def spoken(
    program: Lowered, order: Iterable[Paragraph], lines: Iterable[str], name: Callable[[int], str]
) -> tuple[Paragraph, ...]:
    """The paragraphs that become methods: not those without statements that nothing names."""
    listed = {one.index for one in order}
    text = "\n".join(lines)
    return tuple(
        one
        for one in program.paragraphs
        if one.body or one.index in listed or name(one.index) in text
    )
