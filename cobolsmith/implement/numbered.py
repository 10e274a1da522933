"""Sequence numbers on new lines: columns 1-6 go on between the neighbours', 73-80 are as theirs."""

from __future__ import annotations

from dataclasses import replace
from difflib import SequenceMatcher

from cobolsmith.patch import Patch, lines_of

AREA, MARGIN, WIDTH = 6, 72, 80


def numbered(change: Patch, forms: dict[str, str]) -> Patch:
    """A patch whose new lines of fixed sources have numbers, where lines around them have; `forms`
    are the reference formats of paths."""
    files = [
        replace(one, after=numbered_text(one.before, one.after))
        if one.before is not None and forms.get(str(one.path.resolve())) == "fixed"
        else one
        for one in change.files
    ]
    return Patch(tuple(files))


def numbered_text(before: bytes, after: bytes) -> bytes:
    """A text with its new lines numbered; as it is where neighbours have no ascending numbers."""
    old, new = lines_of(before), lines_of(after)
    for what, start, stop, first, last in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if what == "replace":
            restore(old[start:stop], new, range(first, last))
        if what in ("insert", "replace"):
            fresh = [nth for nth in range(first, last) if not new[nth][:AREA].strip()]
            for run in runs(fresh):
                fill(new, run)
    return b"".join(new)


def restore(old: list[bytes], new: list[bytes], block: range) -> None:
    """Give lines that only moved their numbers back, and take them from what came before them."""
    for line in old:
        body = line[AREA:MARGIN].rstrip()
        moved = [at for at in block if new[at][AREA:MARGIN].rstrip() == body]
        if not moved:
            continue
        for at in block:
            if new[at][:AREA] == line[:AREA]:
                new[at] = b" " * AREA + new[at][AREA:]
        new[moved[0]] = line


def runs(found: list[int]) -> list[range]:
    """Positions as runs of neighbours."""
    made: list[range] = []
    for nth in found:
        if made and made[-1].stop == nth:
            made[-1] = range(made[-1].start, nth + 1)
        else:
            made.append(range(nth, nth + 1))
    return made


def fill(lines: list[bytes], run: range) -> None:
    """Number a run of lines, where the numbers around leave room for all of them."""
    if run.start == 0 or run.stop >= len(lines):
        return
    low, high = lines[run.start - 1], lines[run.stop]
    if not (low[:AREA].isdigit() and high[:AREA].isdigit()):
        return
    start, room = int(low[:AREA]), int(high[:AREA]) - int(low[:AREA])
    step = next((s for s in (100, 10, 5, 2, 1) if s * (len(run) + 1) <= room), 0)
    if not step:
        return
    mark = low[MARGIN:WIDTH].rstrip(b"\r\n") if low[MARGIN:] == high[MARGIN:] else b""
    for nth, at in enumerate(run, 1):
        body = lines[at].rstrip(b"\r\n")
        end = lines[at][len(body) :]
        number = str(start + step * nth).zfill(AREA).encode()
        text = number + body[AREA:MARGIN]
        lines[at] = (text.ljust(MARGIN) + mark if mark.strip() else text) + end
