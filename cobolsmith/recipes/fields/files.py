"""What describes records outside of their entries: FD clauses, jobs, SORT cards, clusters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cobolsmith.items import Origin
from cobolsmith.plan import Edit
from cobolsmith.program import FileEntry
from cobolsmith.recipes.fields.layout import Bytes, spelled
from cobolsmith.recipes.fields.obstacles import changed
from cobolsmith.recipes.fields.spread import Spread
from cobolsmith.recipes.fields.ties import world_names
from cobolsmith.recipes.fields.world import Held
from cobolsmith.source import Source, Span

if TYPE_CHECKING:
    from tree_sitter import Node

_COPIERS = ("IEBGENER", "ICEGENER", "IDCAMS", "SORT", "ICEMAN", "DFSORT", "SYNCSORT")
_LRECL = re.compile(r"\bLRECL=(\d+)")
_SYMBOL = re.compile(r"\bLRECL=&(\w+)")
_LAST = re.compile(r"//\S* +(?:\S+ +EXEC +)?[^\s']+(?:'[^']*'[^\s']*)*$")
"""The last card of an EXEC statement, nothing behind its operands."""
_RECORDSIZE = re.compile(r"\bREC(?:ORD)?(?:SIZE|SZ) *\( *(\d+) +(\d+)")
_KEYS = re.compile(r"\bKEYS *\( *(\d+) +(\d+)")
_COMMAND = re.compile(r"^ *(?:DEFINE|DELETE|ALTER|BLDINDEX|REPRO|LISTCAT|/\*)", re.MULTILINE)
_RDW = 4
_CARD = 71
"""Columns of a card that operands may fill."""


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """A file whose records change: a record's item, the group whose fields it has (itself, if it
    isn't a plain text), how many groups it is seen as, and their bytes before and after."""

    file: FileEntry
    record: Held
    view: Held
    views: int
    bytes: Bytes
    names: tuple[str, ...]
    lengths: tuple[int, int]
    """The record's length, before and after."""


def stored(spread: Spread) -> list[Stored]:
    """Every file of every program that keeps a changed entry, those whose fields are known first.

    A record that is a plain text is seen as the group that it is moved to or from.
    """
    found = []
    for program in spread.world.programs:
        for file in program.files:
            for index in file.records:
                record = Held(program, program.items[index])
                views = list(_views(spread, record))
                if changed(spread, record) or any(changed(spread, one) for one in views):
                    names = tuple(world_names(spread.world, program, file.name))
                    view = views[0] if len(views) == 1 else record
                    bytes_ = spelled(program, view.item, spread.sizes)
                    size = spelled(program, record.item, spread.sizes).size
                    one = Stored(file, record, view, len(views), bytes_, names, size)
                    found.append(one)
    return sorted(found, key=lambda one: not one.view.item.is_group)


def _views(spread: Spread, record: Held) -> Iterator[Held]:
    """The groups that a plain record is moved to or from."""
    if record.item.is_group:
        return
    known = set()
    for tie in spread.ties.of(record):
        if tie.kind in ("moved", "sorted") and record.key in (tie.one.key, tie.other.key):
            _, other = tie.from_(record)
            if other.item.is_group and other.key not in known:
                known.add(other.key)
                yield other


# --- FD -------------------------------------------------------------------------------------------


def descriptions(spread: Spread, files: list[Stored]) -> Iterator[Edit]:
    """RECORD CONTAINS and BLOCK CONTAINS n CHARACTERS of files whose records change in length."""
    done: set[tuple[Path, int]] = set()
    for one in files:
        old, new = one.lengths
        if old == new:
            continue
        longest = max(one.record.program.items[index].length for index in one.file.records)
        path = one.file.origin.path
        tree = spread.world.tree(path)
        for node in tree.walk("file_description"):
            name = node.child_by_field_name("name")
            if name is None or tree.text(name).upper() != one.file.name:
                continue
            for number, value in _numbers(tree.text, node):
                clause = number.parent
                multiple = clause is not None and clause.type == "block_clause"
                if (path, number.start_byte) in done:
                    continue
                if value == old and old == longest and not multiple:
                    text = str(new)
                elif (
                    clause is not None
                    and multiple
                    and value % old == 0
                    and _characters(tree.text(clause))
                ):
                    text = str(value // old * new)
                else:
                    continue
                done.add((path, number.start_byte))
                yield Edit(path, Span(number.start_byte, number.end_byte), (text,))


def _characters(text: str) -> bool:
    return "RECORD" not in text.upper()


def _numbers(text: Any, node: Node) -> Iterator[tuple[Node, int]]:
    for clause in node.children:
        if clause.type in ("record_clause", "block_clause"):
            for child in clause.children:
                if child.type == "number_literal" and text(child).isdigit():
                    yield child, int(text(child))


# --- Jobs -----------------------------------------------------------------------------------------


def jobs(spread: Spread, files: list[Stored]) -> list[Edit]:
    """LRECL, RECORDSIZE, KEYS and SORT cards of the data sets that keep changed records."""
    if not spread.world.jobs:
        return []
    found: dict[tuple[Path, Span], Edit] = {}
    for one in files:
        for dsn in _copies(spread, one.names):
            for edit in _data_set(spread, one, dsn):
                found[edit.path, edit.span] = edit
    return sorted(found.values(), key=lambda edit: (str(edit.path), edit.span))


def _rows(spread: Spread, query: str, *values: object) -> list[Any]:
    return list(spread.world.setting.index().rows(query, values))


def _copies(spread: Spread, names: tuple[str, ...]) -> list[str]:
    """Data sets and those that utilities make of them."""
    found = list(names)
    marks = ",".join("?" for _ in _COPIERS)
    query = (
        "SELECT DISTINCT o.dsn FROM datasets i JOIN steps s ON s.file = i.file AND s.n = i.step"
        " JOIN datasets o ON o.file = i.file AND o.step = i.step"
        f" WHERE i.dsn = ? AND s.program IN ({marks}) AND i.disp NOT LIKE 'NEW%'"
        " AND i.disp <> '(command)' AND (o.disp LIKE 'NEW%' OR o.disp LIKE 'MOD%')"
    )
    for name in found:
        found += [
            row["dsn"] for row in _rows(spread, query, name, *_COPIERS) if row["dsn"] not in found
        ]
    return found


def _data_set(spread: Spread, one: Stored, dsn: str) -> Iterator[Edit]:
    old, new = one.lengths
    query = (
        "SELECT d.*, s.program AS runs FROM datasets d"
        " JOIN steps s ON s.file = d.file AND s.n = d.step WHERE d.dsn = ?"
    )
    for row in _rows(spread, query, dsn):
        source = _source(spread, row["at"])
        if row["disp"] == "(command)":
            if str(row["dd"]).startswith("DEFINE CLUSTER"):
                yield from _cluster(one, source, row)
        elif row["lrecl"] is not None and old != new:
            variable = _RDW if str(row["recfm"]).startswith("V") else 0
            text = source.text(row["start"], row["end"])
            found = _LRECL.search(text)
            if row["lrecl"] == old + variable and found:
                start = row["start"] + found.start(1)
                yield _number(source, start, found[1], new + variable)
            elif row["lrecl"] == old + variable:
                yield from _given(spread, row, source, text, new + variable)
            elif row["lrecl"] < new + variable:
                what = f"{dsn} has LRECL {row['lrecl']}, its records had {old} bytes"
                _ask(spread, row, source, what)
        if row["runs"] in _COPIERS:
            yield from _cards(spread, one, row)
    for row in _rows(spread, "SELECT * FROM datasets WHERE disp = '(command)' AND dsn = ?", dsn):
        if str(row["dd"]).startswith("DEFINE AIX"):
            yield from _alternate(one, _source(spread, row["at"]), row)


def _given(spread: Spread, row: Any, source: Source, text: str, size: int) -> Iterator[Edit]:
    """The LRECL that a step gives a procedure by a symbol, given where it is called."""
    symbol, job = _SYMBOL.search(text), _source(spread, row["file"])
    query = "SELECT name FROM steps WHERE file = ? AND n = ?"
    step = str(_rows(spread, query, row["file"], row["step"])[0]["name"]).partition(".")[0]
    call = re.search(rf"^//{re.escape(step)} +EXEC (?:.*,\n//)*.*", job.text(), re.MULTILINE)
    if symbol and call:
        own = re.search(rf",{symbol[1]}=(\d+)", call[0])
        if own:
            yield _number(job, call.start() + own.start(1), own[1], size)
            return
        last = call[0].rpartition("\n")[2]
        if _LAST.match(last) and len(last) < _CARD:
            more = f",\n//             {symbol[1]}={size}"
            yield Edit(job.path, Span(call.end(), call.end()), (more,))
            return
    what = f"{row['dsn']} has an LRECL that isn't written here, and its records grow to {size}"
    _ask(spread, row, source, what)


def _source(spread: Spread, file: int) -> Source:
    index = spread.world.setting.index()
    path = index.rows("SELECT path FROM files WHERE id = ?", (file,))[0][0]
    return spread.world.source(index.root / path)


def _ask(spread: Spread, row: Any, source: Source, what: str) -> None:
    spread.ask(what, Origin(source.path, Span(row["start"], row["end"])), "say which is right")


def _number(source: Source, start: int, before: str, after: int) -> Edit:
    return Edit(source.path, Span(start, start + len(before)), (str(after),))


def _command(source: Source, start: int) -> tuple[int, str]:
    """The text of a command that names something on the line at `start`, from there on."""
    text = source.text(start, min(len(source.view), start + 2000))
    end = _COMMAND.search(text, text.find("\n") + 1)
    return start, text[: end.start()] if end else text


def _cluster(one: Stored, source: Source, row: Any) -> Iterator[Edit]:
    start, text = _command(source, row["start"])
    old, new = one.lengths
    size = _RECORDSIZE.search(text)
    for group in (1, 2) if size and old != new else ():
        assert size is not None
        if int(size[group]) == old:
            yield _number(source, start + size.start(group), size[group], new)
    yield from _keyed(one, source, start, text)


def _alternate(one: Stored, source: Source, row: Any) -> Iterator[Edit]:
    yield from _keyed(one, source, *_command(source, row["start"]))


def _keyed(one: Stored, source: Source, start: int, text: str) -> Iterator[Edit]:
    keys = _KEYS.search(text)
    if keys is None:
        return
    size, offset = int(keys[1]), int(keys[2])
    moved = one.bytes.moved(offset, offset + size)
    if moved is not None and moved != (offset, offset + size):
        yield _number(source, start + keys.start(1), keys[1], moved[1] - moved[0])
        yield _number(source, start + keys.start(2), keys[2], moved[0])


def _cards(spread: Spread, one: Stored, row: Any) -> Iterator[Edit]:
    """The positions of SORT cards: those of fields that move, moved; others are asked about."""
    query = "SELECT * FROM sort_keys WHERE file = ? AND step = ?"
    variable = _RDW if str(row["recfm"]).startswith("V") else 0
    for key in _rows(spread, query, row["file"], row["step"]):
        source = _source(spread, key["at"])
        start = key["begin"] - 1 - variable
        size = key["length"] or one.bytes.size[0] - start
        moved = one.bytes.moved(start, start + size)
        if moved == (start, start + size):
            continue
        text = source.text(key["start"], key["end"])
        written = re.search(r"(\d+)\s*,\s*(\d+)", text)
        plain = "rearranged" not in key["card"] and key["length"]
        if moved is None or not plain or not written or int(written[1]) != key["begin"]:
            what = f"{key['card']} names bytes {key['begin']}, {key['length']} of {one.record.name}"
            _ask(spread, key, source, what)
            continue
        if moved[0] != start:
            yield _number(
                source, key["start"] + written.start(1), written[1], moved[0] + 1 + variable
            )
        if moved[1] - moved[0] != size:
            yield _number(source, key["start"] + written.start(2), written[2], moved[1] - moved[0])
