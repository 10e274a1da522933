"""Lines of Python as black lays them out: 88 columns, brackets opened where a line is too long."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

WIDTH = 88
_OPEN, _CLOSE = "([{", ")]}"


def laid_out(text: str, depth: int) -> Iterator[str]:
    """A logical line at an indentation, in as few lines as black would give it."""
    indent = "    " * depth
    if not text or len(indent) + len(text) <= WIDTH or text.startswith("#"):
        yield indent + text if text else ""
        return
    head, inside, tail = _split(text)
    if not inside:
        yield indent + text
        return
    yield indent + head
    if len(indent) + 4 + len(inside) <= WIDTH and not _is_list(inside, head):
        yield from laid_out(inside, depth + 1)
    elif (parts := _parts(inside)) and len(parts) > 1:
        for part in parts:
            yield from laid_out(part, depth + 1)
    else:
        yield from laid_out(inside, depth + 1)
    yield indent + tail


def _is_list(inside: str, head: str) -> bool:
    return inside.endswith(",")


def _split(text: str) -> tuple[str, str, str]:
    """The line before its last outer bracket, what is in the bracket, and what is behind."""
    for word in ("if ", "elif ", "while ", "return "):
        if text.startswith(word) and _operators(_body(text, word)):
            behind = ":" if text.endswith(":") else ""
            return f"{word}(", _body(text, word), f"){behind}"
    if text.startswith("(") and text.endswith(")") and _closing(text, 0) == len(text) - 1:
        return "(", text[1:-1], ")"
    outer = [(start, end) for start, end in _brackets(text) if end - start > 1]
    if not outer:
        return text, "", ""
    start, end = outer[-1]
    return text[: start + 1], text[start + 1 : end], text[end:]


def _body(text: str, word: str) -> str:
    return text[len(word) :].removesuffix(":")


def _brackets(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(text):
        if text[at] in "\"'":
            at = _string_end(text, at)
        elif text[at] in _OPEN:
            end = _closing(text, at)
            yield at, end
            at = end
        at += 1


def _string_end(text: str, at: int) -> int:
    quote = text[at]
    at += 1
    while text[at] != quote:
        at += 2 if text[at] == "\\" else 1
    return at


def _closing(text: str, start: int) -> int:
    depth, at = 0, start
    while at < len(text):
        if text[at] in "\"'":
            at = _string_end(text, at)
        elif text[at] in _OPEN:
            depth += 1
        elif text[at] in _CLOSE:
            depth -= 1
            if depth == 0:
                return at
        at += 1
    return len(text)


def _cuts(text: str, *between: str) -> list[int]:
    """Where one of these stands outside of brackets and strings."""
    found, depth, at = [], 0, 0
    while at < len(text):
        if text[at] in "\"'":
            at = _string_end(text, at)
        elif text[at] in _OPEN:
            depth += 1
        elif text[at] in _CLOSE:
            depth -= 1
        elif depth == 0 and any(text.startswith(one, at) for one in between):
            found.append(at)
        at += 1
    return found


def _operators(text: str) -> bool:
    return bool(_cuts(text, " and ", " or "))


def _parts(inside: str) -> list[str]:
    """Arguments each with its comma; else operands each with the operator before it."""
    cuts = _cuts(inside, ", ")
    if cuts or inside.endswith(","):
        ends = [*(cut + 1 for cut in cuts), len(inside)]
        parts = [inside[a:b].strip() for a, b in zip([0, *ends], ends, strict=False)]
        if not parts[-1].endswith(",") and " for " not in inside:
            parts[-1] += ","
        return [part for part in parts if part not in ("", ",")]
    for operators in ((" or ",), (" and ",), (" + ", " - "), (" * ",), (" == ", " > ", " < ")):
        cuts = _cuts(inside, *operators)
        if cuts:
            edges = [0, *cuts, len(inside)]
            return [inside[a:b].strip() for a, b in pairwise(edges)]
    chain = _cuts(inside, ".")
    if len(chain) > 1 and inside.endswith(")"):
        calls = [cut for cut in chain if "(" in inside[cut:]]
        edges = [0, *calls[1:], len(inside)]
        return [inside[a:b] for a, b in pairwise(edges)]
    return [inside]
