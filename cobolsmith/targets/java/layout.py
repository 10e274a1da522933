"""Lines of Java in 100 columns: what is too long goes on, four columns in, behind a comma or
before a dot or an operator."""

from __future__ import annotations

from collections.abc import Iterator

WIDTH = 100
_BREAKS = (" || ", " && ", ", ", " -> ", ".")


def laid_out(text: str, depth: int) -> Iterator[str]:
    """A logical line at an indentation, in as many lines as it needs."""
    indent = "  " * depth
    if not text or text.startswith("//"):
        yield indent + text if text else ""
        return
    room = WIDTH - len(indent)
    more = ""
    while len(text) > room:
        cut = _cut(text, room)
        if not cut:
            break
        yield indent + more + text[:cut].rstrip()
        text = text[cut:].lstrip()
        more, room = "    ", WIDTH - len(indent) - 4
    yield indent + more + text


def _cut(text: str, room: int) -> int:
    """Where a line is broken: at the outermost place that lies within the room."""
    best: tuple[int, int, int] | None = None
    depth, quoted, at = 0, False, 0
    while at < min(len(text), room):
        one = text[at]
        if one == "\\" and quoted:
            at += 2
            continue
        if one == '"':
            quoted = not quoted
        elif not quoted:
            depth += (one in "([{") - (one in ")]}")
            for rank, sign in enumerate(_BREAKS):
                after = sign == ", " or sign == " -> "
                place = at + len(sign) if after else at
                if text.startswith(sign, at) and 8 < place <= room and _is_break(text, at, sign):
                    found = (-depth, -rank, place)
                    best = found if best is None or found[:2] >= best[:2] else best
        at += 1
    return best[2] if best else 0


def _is_break(text: str, at: int, sign: str) -> bool:
    """A dot breaks a line only where it calls something on a result."""
    return sign != "." or (text[at - 1] == ")" and text[at + 1 : at + 2].isalpha())
