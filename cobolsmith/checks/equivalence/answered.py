"""Programs with EXEC blocks as programs that can be run: each block becomes a CALL of a mock.

SQL's mock is given SQLCODE and what the block selects INTO by reference, all else by content, and
answers with the next row of a table (see shim.STUB): the same rows on both sides. CICS's are in
`tasks`: a program with CICS commands is a task, called with an EIB and a COMMAREA of the run's.
WHENEVER becomes an IF behind each CALL. Storage that CICS owns, blocks in copybooks and WHENEVER
SQLWARNING aren't answered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from cobolsmith.checks.arguments import Argument
from cobolsmith.checks.equivalence.sides import SUFFIXES, CobolSide
from cobolsmith.checks.equivalence.tasks import Handlers, handlers, task_lines, unknown
from cobolsmith.checks.prepare import prepare
from cobolsmith.checks.shim import UNANSWERED, Statement, translated
from cobolsmith.config import Config
from cobolsmith.executed import Block, block_name, blocks_of
from cobolsmith.program import Program
from cobolsmith.source import Source, from_bytes

_INTO = re.compile(r"\bINTO\b(?P<items>.*?)(?:\bFROM\b|$)", re.IGNORECASE | re.DOTALL)
_SELECTS = re.compile(r"\s*(?:SELECT|FETCH)\b", re.IGNORECASE)
_SILENT = re.compile(r"\s*(?:DECLARE|BEGIN\s+DECLARE|END\s+DECLARE|INCLUDE)\b", re.IGNORECASE)
_WHENEVER = re.compile(
    r"\s*WHENEVER\s+(?P<condition>NOT\s+FOUND|SQLERROR|SQLWARNING)\s+"
    r"(?P<action>CONTINUE|GO\s*TO|PERFORM)\s*:?\s*(?P<label>[\w-]*)\s*$",
    re.IGNORECASE,
)
_TESTS = {"NOT FOUND": "SQLCODE = 100", "SQLERROR": "SQLCODE < 0"}
_COMMAREA = 1
"""Bytes of a DFHCOMMAREA that a program doesn't describe, as the translator supplies it."""
Reader = Callable[[Source, Mapping[Path, bytes]], Program]


def unanswered(source: Source) -> str:
    """Why the blocks of a program can't be answered for, or an empty text."""
    for block in blocks_of(source):
        what = unknown([block]) if block.dialect == "CICS" else f"EXEC {block.dialect}"
        if what and block.dialect != "SQL":
            return f"{source.path.name} has {what}: its answers can't be made up"
        if (when := _WHENEVER.match(block.text)) and not _known(when):
            return f"{source.path.name} has {' '.join(block.text.split())}: that can't be made up"
    return ""


def answered_side(
    label: str,
    source: Source,
    folder: Path,
    config: Config,
    read: Reader,
    changed: Mapping[Path, bytes],
) -> CobolSide | str:
    """A side whose blocks are CALLs, made in a folder that must stay; or why there is none."""
    folder.mkdir()
    home = source.path.resolve().parent
    prepare(source, source.path.name, folder, (home, *config.copybook_paths(home)), changed)
    there = handlers(blocks_of(source))
    books = (one for one in sorted(folder.iterdir()) if one.name != source.path.name)
    copied = b"\n".join(one.read_bytes() for one in books)
    made = translated(source, copied, _statements(there), there.storage(), _COMMAREA)
    path = folder / source.path.name
    path.write_bytes(made.data)
    program = read(from_bytes(made.data, path, format=source.format), {})
    tree = program.expanded or program.tree
    if any(True for _ in tree.walk("exec_statement")) or UNANSWERED.encode() in tree.view:
        return f"a copybook of {source.path.name} has EXEC blocks"
    others = (one for one in home.iterdir() if one.suffix in SUFFIXES)
    stand_ins = {one for one in changed if one.suffix in SUFFIXES and one.name != source.path.name}
    modules = tuple(sorted({*others, *stand_ins} - {source.path.resolve()}))
    return CobolSide(label, program, config, None, changed, modules, made.lines, source.path)


def _known(when: re.Match[str]) -> bool:
    """Whether a WHENEVER can be answered for."""
    condition = " ".join(when["condition"].upper().split())
    return condition in _TESTS or when["action"].upper() == "CONTINUE"


def _statements(there: Handlers) -> Statement:
    """What makes the statements for a block; WHENEVER holds from one to the next."""
    actions: dict[str, str] = {}

    def made(block: Block, named: Sequence[Argument]) -> Iterator[tuple[str, int]]:
        if block.dialect == "CICS":
            return task_lines(block, named, there)
        if when := _WHENEVER.match(block.text):
            action, label = " ".join(when["action"].upper().split()), when["label"]
            condition = " ".join(when["condition"].upper().split())
            actions[condition] = "" if action == "CONTINUE" else f"{action} {label}"
            return iter([("CONTINUE", block.origin.span.start)])
        return _followed(block, _called(block, named), actions)

    return made


def _followed(
    block: Block, lines: Iterator[tuple[str, int]], actions: Mapping[str, str]
) -> Iterator[tuple[str, int]]:
    """A block's statement, and what WHENEVER asks for behind it."""
    yield from lines
    for condition, action in actions.items():
        if action and not _SILENT.match(block.text):
            yield f"IF {_TESTS[condition]} {action} END-IF", block.origin.span.end - 1


def _called(block: Block, named: Sequence[Argument]) -> Iterator[tuple[str, int]]:
    """The CALL that stands for a block."""
    start = block.origin.span.start
    if _SILENT.match(block.text):
        yield "CONTINUE", start
        return
    into = _INTO.search(block.text) if _SELECTS.match(block.text) else None
    filled = range(*into.span("items")) if into else range(0)
    places = {block.places[at] for at in filled}
    yield f'CALL "{block_name(block.text)}" USING SQLCODE', start
    for one in named:
        if not one.label and one.offset >= start:  # items of a cursor above are owed, not given
            mode = "REFERENCE" if one.offset in places else "CONTENT"
            yield f"BY {mode} {one.text}", one.offset
    yield "END-CALL", block.origin.span.end - 1
