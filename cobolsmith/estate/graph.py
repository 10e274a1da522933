"""The map of an estate: what there is, and what ties it, as nodes and directed ties."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cobolsmith.estate.index import Index

KINDS = (
    "transaction",
    "job",
    "step",
    "program",
    "map",
    "file",
    "dataset",
    "table",
    "copybook",
)
"""Kinds of nodes, from what starts work to what it works on."""

WRITES = ("writes", "rewrites", "deletes", "opens-output", "opens-extend", "opens-io")


@dataclass(frozen=True, slots=True)
class Node:
    """Something of the estate; `path` is "" where no source declares it."""

    id: str
    kind: str
    name: str
    path: str = ""
    line: int = 0
    facts: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Bond:
    """A tie from one node to another: `what` (calls, copies, runs, reads, ...), and where said."""

    source: str
    target: str
    what: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Record:
    """A record's items: (level, name, picture or usage, byte from 0, length of all its
    occurrences, times, line, redefines)."""

    node: str
    name: str
    length: int
    items: tuple[tuple[int, str, str, int, int, int, int, bool], ...]


@dataclass(slots=True)
class Graph:
    """Nodes by id, ties without repetition, records."""

    nodes: dict[str, Node] = field(default_factory=dict)
    bonds: dict[tuple[str, str, str], Bond] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)

    def add(self, node: Node) -> str:
        """Put a node in, unless something of its id is there; the declared one is kept."""
        known = self.nodes.get(node.id)
        if known is None or (not known.path and node.path):
            self.nodes[node.id] = node
        return node.id

    def tie(self, source: str, target: str, what: str, path: str, line: int) -> None:
        """Put a tie in; the first place of several is kept."""
        if source in self.nodes and target in self.nodes and source != target:
            self.bonds.setdefault((source, target, what), Bond(source, target, what, path, line))


LIBRARIES = ("STEPLIB", "JOBLIB", "STEPCAT", "JOBCAT")
"""DDs of every step, which tie nothing that belongs together."""
MOST_ITEMS = 40_000
"""With more data items than these, only copybooks have their records drawn."""


def graph(index: Index) -> Graph:
    """The whole map. Programs called and data sets named that have no source are nodes, too."""
    found = Graph()
    members = dict(_programs(index, found))
    _calls(index, found, members)
    _copies(index, found, members)
    _jobs(index, found)
    _files(index, found, members)
    _online(index, found, members)
    _tables(index, found, members)
    few = index.rows("SELECT count(*) FROM items")[0][0] <= MOST_ITEMS
    found.records += _records(index, members, few)
    return found


Members = dict[tuple[int, int], str]
"""The node of each program or copybook, by file and number."""


def _programs(index: Index, found: Graph) -> Iterator[tuple[tuple[int, int], str]]:
    query = (
        "SELECT p.*, f.path AS path, f.comments FROM programs p JOIN files f ON f.id = p.file"
        " ORDER BY f.path, p.n"
    )
    for row in index.rows(query):
        name = f"{row['kind']}:{row['name']}"
        if name in found.nodes and found.nodes[name].path:
            name = f"{name} ({row['path']})"
        measures = ["lines", "statements", "complexity", "gotos", "nesting"]
        if row["kind"] == "copybook":
            measures = measures[:1]
        said = tuple((measure, row[measure]) for measure in measures)
        found.add(Node(name, row["kind"], row["name"], row["path"], row["line"], said))
        yield (row["file"], row["n"]), name


def _calls(index: Index, found: Graph, members: Members) -> None:
    query = "SELECT c.*, f.path AS path FROM calls c JOIN files f ON f.id = c.at WHERE target <> ''"
    for row in index.rows(query):
        target = found.add(Node(f"program:{row['target']}", "program", row["target"]))
        what = "calls" if row["kind"] == "CALL" else row["kind"].lower()
        what += "" if row["sure"] == "sure" else f" ({row['sure']})"
        source = members[row["file"], row["program"]]
        found.tie(source, target, what, row["path"], row["line"])


def _copies(index: Index, found: Graph, members: Members) -> None:
    query = "SELECT c.*, f.path AS path FROM copies c JOIN files f ON f.id = c.at"
    for row in index.rows(query):
        source = members.get((row["file"], 0), "")
        book = members.get((row["found"], 0), "") if row["found"] is not None else ""
        book = book or found.add(Node(f"copybook:{row['book']}", "copybook", row["book"]))
        found.tie(source, book, "copies", row["path"], row["line"])


def _jobs(index: Index, found: Graph) -> None:
    query = "SELECT j.*, f.path AS path FROM jobs j JOIN files f ON f.id = j.at WHERE kind = 'job'"
    for row in index.rows(query):
        found.add(Node(f"job:{row['name']}", "job", row["name"], row["path"], row["line"]))
    query = (
        "SELECT s.*, j.name AS job_name, f.path AS path FROM steps s"
        " JOIN jobs j ON j.file = s.file AND j.n = s.job AND j.kind = 'job'"
        " JOIN files f ON f.id = s.at"
    )
    steps: dict[tuple[int, int], str] = {}
    for row in index.rows(query):
        name = f"{row['job_name']}.{row['name']}"
        said = (("runs", row["program"]), ("procedure", row["proc"]))
        place = (row["path"], row["line"])
        step = found.add(
            Node(f"step:{name}", "step", row["name"], *place, tuple(s for s in said if s[1]))
        )
        steps[row["file"], row["n"]] = step
        found.tie(f"job:{row['job_name']}", step, "has step", *place)
        if row["program"]:
            program = found.add(Node(f"program:{row['program']}", "program", row["program"]))
            found.tie(step, program, "runs", *place)
    query = "SELECT d.*, f.path AS path FROM datasets d JOIN files f ON f.id = d.at"
    for row in index.rows(query):
        if (row["file"], row["step"]) in steps and row["dd"] not in LIBRARIES:
            name = f"dataset:{row['dsn']}"
            found.add(Node(name, "dataset", row["dsn"], row["path"], row["line"]))
            told = row["disp"] == "(command)"
            what = row["dd"] if told else f"{row['dd']} ({row['disp'] or 'NEW'})"
            found.tie(steps[row["file"], row["step"]], name, what, row["path"], row["line"])


def _files(index: Index, found: Graph, members: Members) -> None:
    """Files of programs, and the data sets that the steps running the program give them."""
    query = "SELECT d.*, f.path AS path FROM fds d JOIN files f ON f.id = d.at WHERE d.kind <> 'SD'"
    for row in index.rows(query):
        source = members[row["file"], row["program"]]
        program = found.nodes[source].name
        uses = "SELECT how FROM file_uses WHERE file = ? AND program = ? AND name = ?"
        hows = {one[0] for one in index.rows(uses, (row["file"], row["program"], row["name"]))}
        what = "writes" if hows & {*WRITES} else "reads"
        said = (
            ("DD", row["dd"]),
            ("organization", row["organization"].lower()),
            ("record bytes", row["length"]),
            ("key", row["key"]),
        )
        place = (row["path"], row["line"])
        name = f"{program}.{row['name']}"
        facts = tuple(one for one in said if one[1])
        shown = f"{row['dd'] or row['name']} of {program}"
        facts = (("name", row["name"]), *facts)
        node = found.add(Node(f"file:{name}", "file", shown, *place, facts))
        found.tie(source, node, what, *place)
        query = (
            "SELECT DISTINCT d.dsn FROM datasets d"
            " JOIN steps s ON s.file = d.file AND s.n = d.step WHERE s.program = ? AND d.dd = ?"
        )
        for (dsn,) in index.rows(query, (program, row["dd"])):
            found.tie(node, f"dataset:{dsn}", f"is, by DD {row['dd']}", *place)


def _online(index: Index, found: Graph, members: Members) -> None:
    """Maps, transactions and files that CICS commands name."""
    query = "SELECT m.*, f.path AS path FROM map_fields m JOIN files f ON f.id = m.at"
    for row in index.rows(f"{query} WHERE m.name = ''"):
        name = f"{row['mapset']}.{row['map']}"
        found.add(Node(f"map:{row['map']}", "map", name, row["path"], row["line"]))
    kinds = {"MAP": "map", "TRANSACTION": "transaction", "FILE": "dataset"}
    query = "SELECT c.*, f.path AS path FROM commands c JOIN files f ON f.id = c.at"
    for row in index.rows(f"{query} WHERE c.kind IN ('MAP', 'TRANSACTION', 'FILE')"):
        kind = kinds[row["kind"]]
        name = f"CICS file {row['name']}" if row["kind"] == "FILE" else row["name"]
        node = found.add(Node(f"{kind}:{name}", kind, name))
        program = members[row["file"], row["program"]]
        found.tie(program, node, f"{row['command'].lower()}", row["path"], row["line"])


def _tables(index: Index, found: Graph, members: Members) -> None:
    query = "SELECT t.*, f.path AS path FROM table_uses t JOIN files f ON f.id = t.at"
    for row in index.rows(f"{query} WHERE t.name = ''"):
        place = (row["path"], row["line"])
        declared = place if row["how"] in ("declares", "defines") else ()
        node = found.add(Node(f"table:{row['table_name']}", "table", row["table_name"], *declared))
        program = members[row["file"], row["program"]]
        what = f"{row['how']} ({row['statement']})"
        found.tie(program, node, what, *place)


def _records(index: Index, members: Members, few: bool) -> Iterator[Record]:
    """The records written in copybooks, and with few items those written in programs."""
    query = (
        "SELECT i.*, p.kind FROM items i JOIN programs p ON p.file = i.file AND p.n = i.program"
        " WHERE i.at = i.file AND i.level NOT IN (0, 66, 78, 88)"
    )
    query += "" if few else " AND p.kind = 'copybook'"
    gathered: dict[tuple[int, int], list[Any]] = {}
    tops: dict[tuple[int, int], int] = {}
    for row in index.rows(f"{query} ORDER BY i.file, i.n"):
        parent = (row["file"], row["parent"])
        top = tops.get(parent, row["n"]) if row["parent"] is not None else row["n"]
        tops[row["file"], row["n"]] = top
        gathered.setdefault((row["file"], top), []).append(row)
    for rows in gathered.values():
        first = rows[0]
        if len(rows) > 1 or first["kind"] == "copybook" or first["fd"]:
            yield Record(
                members[first["file"], first["program"]],
                first["name"] or "FILLER",
                first["extent"],
                tuple(
                    (
                        row["level"],
                        row["name"] or "FILLER",
                        row["picture"] or row["usage"],
                        row["byte"] - first["byte"],
                        row["length"] * row["times"],
                        row["times"],
                        row["line"],
                        row["redefines"] is not None,
                    )
                    for row in rows
                ),
            )
