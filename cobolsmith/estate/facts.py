"""The facts an index holds: one type a table, one object a row.

They are named tuples, not dataclasses, because millions of them go from the readers to the
database as rows. `at` is the `files` row of the file where the thing is written (a copybook's, if
it came from one), `start` and `end` are offsets of that file's view, `line` counts from 1. An
attribute named after another table is the number `n` of its row in the same file, None for none.
"""

from __future__ import annotations

from typing import NamedTuple


class Program(NamedTuple):
    """A program, function or copybook read by itself (`kind`), and its measures.

    `parameters` are the names of PROCEDURE DIVISION USING, blank between them. `complexity` is
    McCabe's: 1 + decisions. `nesting` is the deepest nesting of statements with bodies.
    """

    at: int
    start: int
    end: int
    line: int
    name: str
    kind: str
    holder: str
    parameters: str
    lines: int
    statements: int
    complexity: int
    gotos: int
    nesting: int


class Procedure(NamedTuple):
    """A section or paragraph; `reached` is 0 where no path from the program's start leads to it."""

    at: int
    start: int
    end: int
    line: int
    program: int
    name: str
    kind: str
    section: int | None
    reached: int
    lines: int
    statements: int
    complexity: int
    gotos: int
    nesting: int


class Flow(NamedTuple):
    """A way control takes between procedures of a program: perform, go_to, fall_through, ..."""

    at: int
    start: int
    end: int
    line: int
    program: int
    source: int | None
    target: int | None
    kind: str


class Item(NamedTuple):
    """A data description entry as one program has it, with its place in storage.

    `byte` is its offset from the start of its record, `length` that of one occurrence, `extent`
    the bytes up to the end of its last occurrence. `area` is the record whose storage it lies in
    (REDEFINES of records and the records of one file followed), `outer_table` the outermost item
    with OCCURS that holds it or is it, `fd` the file whose record it belongs to.
    """

    at: int
    start: int
    end: int
    line: int
    program: int
    name: str
    level: int
    section: str
    picture: str
    usage: str
    byte: int
    length: int
    extent: int
    times: int
    parent: int | None
    area: int
    outer_table: int | None
    redefines: int | None
    fd: str


class Use(NamedTuple):
    """A statement or clause that names an item; `role` is how: reads, writes, tests, ..."""

    at: int
    start: int
    end: int
    line: int
    program: int
    item: int
    role: str
    verb: str
    procedure: int | None
    sure: int


class Move(NamedTuple):
    """A value that goes from one item to another; `computed` where something else is made of it."""

    at: int
    start: int
    end: int
    line: int
    program: int
    sender: int | None
    literal: str
    receiver: int
    verb: str
    procedure: int | None
    computed: int


class File(NamedTuple):
    """A SELECT with its FD or SD; `dd` is the DD name that ASSIGN means, `length` its longest
    record's."""

    at: int
    start: int
    end: int
    line: int
    program: int
    name: str
    kind: str
    dd: str
    organization: str
    key: str
    length: int


class FileUse(NamedTuple):
    """A statement that opens, reads, writes, ... a file."""

    at: int
    start: int
    end: int
    line: int
    program: int
    name: str
    how: str
    procedure: int | None


class Call(NamedTuple):
    """A way to another program: `kind` CALL, LINK, XCTL, ...; `target` "" where none is known.

    `through` is the item of a dynamic call. `sure` is sure, likely (constants that reach the item)
    or unresolved.
    """

    at: int
    start: int
    end: int
    line: int
    program: int
    kind: str
    target: str
    through: str
    sure: str
    procedure: int | None


class Passed(NamedTuple):
    """An item handed over by a call, in the position (from 0) that the receiving USING has."""

    at: int
    start: int
    end: int
    line: int
    program: int
    call: int
    position: int
    item: int
    how: str


class Copy(NamedTuple):
    """A COPY or EXEC SQL INCLUDE; `found` is the copybook's file, None where it wasn't found."""

    at: int
    start: int
    end: int
    line: int
    program: int
    book: str
    found: int | None


class Command(NamedTuple):
    """A thing that an EXEC CICS command names: `kind` MAP, FILE, TRANSACTION, PROGRAM, ...

    `item` is what a FILE command reads INTO or writes FROM.
    """

    at: int
    start: int
    end: int
    line: int
    program: int
    command: str
    kind: str
    name: str
    how: str
    item: int | None = None


class Resource(NamedTuple):
    """What a CICS system definition (DFHCSDUP's DEFINE) says a name is: of a FILE the data set, of
    a TRANSACTION the program."""

    at: int
    start: int
    end: int
    line: int
    kind: str
    name: str
    target: str


class TableUse(NamedTuple):
    """An SQL statement's use of a table, or of a column of one (`name` "" for the table)."""

    at: int
    start: int
    end: int
    line: int
    program: int
    table_name: str
    name: str
    how: str
    statement: str


class Tie(NamedTuple):
    """An SQL column and the host variable that it is written from, read into or compared with."""

    at: int
    start: int
    end: int
    line: int
    program: int
    table_name: str
    name: str
    item: int
    how: str


class Job(NamedTuple):
    """A JOB, or a catalogued procedure read by itself (`kind` job or proc)."""

    at: int
    start: int
    end: int
    line: int
    name: str
    kind: str


class Step(NamedTuple):
    """A step as it runs: `program` is what EXEC PGM= (or a RUN command in it) names."""

    at: int
    start: int
    end: int
    line: int
    job: int
    name: str
    program: str
    proc: str


class Dataset(NamedTuple):
    """A data set of a DD statement; `dsn` with the member of a library, without the generation."""

    at: int
    start: int
    end: int
    line: int
    step: int
    dd: str
    dsn: str
    generation: str
    disp: str
    lrecl: int | None
    recfm: str


class Alias(NamedTuple):
    """A data set that gives access to another: a PATH to its entry, an alternate index to its
    cluster (DEFINE PATH, DEFINE ALTERNATEINDEX)."""

    at: int
    start: int
    end: int
    line: int
    kind: str
    name: str
    target: str


class SortKey(NamedTuple):
    """A field of a SORT, MERGE, SUM, INCLUDE or OMIT card: bytes from 1.

    `dd` is the one file whose records are meant where JOINKEYS joins two; "" for all.
    """

    at: int
    start: int
    end: int
    line: int
    step: int
    card: str
    begin: int
    length: int
    format: str
    dd: str


class MapField(NamedTuple):
    """A DFHMDF field with a name, or a map itself (`name` "")."""

    at: int
    start: int
    end: int
    line: int
    mapset: str
    map: str
    name: str
    row: int
    column: int
    length: int


class Unknown(NamedTuple):
    """Something wrong or not understood, by name."""

    at: int
    start: int
    end: int
    line: int
    kind: str
    what: str


TABLES: dict[str, type] = {
    "programs": Program,
    "procedures": Procedure,
    "flows": Flow,
    "items": Item,
    "uses": Use,
    "moves": Move,
    "fds": File,
    "file_uses": FileUse,
    "calls": Call,
    "passed": Passed,
    "copies": Copy,
    "commands": Command,
    "resources": Resource,
    "table_uses": TableUse,
    "ties": Tie,
    "jobs": Job,
    "steps": Step,
    "datasets": Dataset,
    "aliases": Alias,
    "sort_keys": SortKey,
    "map_fields": MapField,
    "unknowns": Unknown,
}
"""Every table of facts about files; a row is (file, n, *fact), n counting from 0 in each file."""
