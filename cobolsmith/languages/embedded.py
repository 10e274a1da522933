"""The EXEC blocks of a program, those of its copybooks where their COPY stands."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from cobolsmith.executed import Block, blocks_of, captures
from cobolsmith.program import Program
from cobolsmith.source import read

__all__ = ["Block", "blocks"]

_HEADER = "(program_id_paragraph) @header (function_id_paragraph) @header"


def blocks(program: Program, dialect: str = "") -> tuple[Block, ...]:
    """The EXEC blocks of a program in order (of one dialect, or all); its copybooks' too."""
    found = _of_file(program, program.source.path, frozenset())
    return tuple(one for one in found if not dialect or one.dialect == dialect)


# --- Files ---


def _of_file(program: Program, path: Path, above: frozenset[Path]) -> Iterator[Block]:
    own = path == program.source.path
    here = _own_blocks(program) if own else _copybook_blocks(program, path)
    books = [one for one in program.copies if one.origin.path == path and one.path]
    marked = [(one.origin.span.start, index, one) for index, one in enumerate(here)]
    marked += [(one.origin.span.start, index, one) for index, one in enumerate(books)]  # type: ignore[misc]
    for offset, _, one in sorted(marked, key=lambda mark: mark[:2]):
        if isinstance(one, Block):
            held = program.procedure_at(path, offset)
            place = held.index if held else None
            yield Block(one.dialect, one.text, one.places, one.origin, place)
        elif one.path is not None and one.path not in above:
            yield from _of_file(program, one.path, above | {path})


def _own_blocks(program: Program) -> tuple[Block, ...]:
    """The blocks of the program's file that lie in this program and no other of the file."""
    found = blocks_of(program.source, program.tree)
    if not found:
        return ()
    heads = captures(program.tree, _HEADER)
    starts = sorted({node.start_byte for node in heads})
    if len(starts) < 2:
        return found
    first = max((one for one in starts if one <= _header_end(program)), default=0)
    last = min((one for one in starts if one > first), default=len(program.source.view))
    first = 0 if first == starts[0] else first
    return tuple(one for one in found if first <= one.origin.span.start < last)


def _header_end(program: Program) -> int:
    """An offset behind PROGRAM-ID and before the next program's."""
    return max(program.origin.span.start, program.origin.span.end - 1)


def _copybook_blocks(program: Program, path: Path) -> tuple[Block, ...]:
    about = path.stat()
    fallback = "free" if program.source.format == "free" else "fixed"
    return _read_copybook(path, about.st_mtime_ns, about.st_size, fallback)


@lru_cache(maxsize=4096)
def _read_copybook(path: Path, _changed: int, _size: int, fallback: str) -> tuple[Block, ...]:
    return blocks_of(read(path, fallback=fallback))
