"""The facts of a JCL source: jobs, the steps that run, their data sets, and sort cards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cobolsmith import source as sources
from cobolsmith.errors import SourceError
from cobolsmith.estate import facts
from cobolsmith.estate.index import Facts
from cobolsmith.items import Origin, Problem
from cobolsmith.languages.jcl import DD, DataSet, Job, Step, read_jcl
from cobolsmith.languages.jcl.sortcards import read_sorting
from cobolsmith.scan.places import Place, Rows
from cobolsmith.source import Source

SORTS = ("SORT", "ICEMAN", "DFSORT", "SYNCSORT")
MONITORS = ("IKJEFT01", "IKJEFT1A", "IKJEFT1B")
"""The terminal monitor: runs what RUN PROGRAM(...) in its SYSTSIN names."""
REGIONS = ("DFSRRC00",)
"""IMS: the program is the second part of PARM."""

ACCESS_METHOD = ("IDCAMS",)
"""Its control statements name data sets: DEFINE CLUSTER (NAME(...) RECORDSIZE(...)), DELETE, ..."""

DEFINITIONS = ("DFHCSDUP",)
"""The utility that tells CICS which data set a file is and which program a transaction starts."""

_DEFINED = re.compile(
    r"^ *DEFINE +(?P<kind>FILE|TRANSACTION|TRANS) *\( *(?P<name>[A-Z0-9@#$]+) *\)"
    r"(?P<rest>.*(?:\n(?! *(?:DEFINE|DELETE|ADD|LIST|INSTALL|\*|/)).*)*)",
    re.MULTILINE,
)
_MEANS = re.compile(r"\b(?:DSNAME|DSN|DATASET|PROGRAM) *\( *'?([A-Z0-9@#$.-]+)")

COMMAND = "(command)"
"""Stands for DISP where a control statement names the data set, not a DD."""

_COMMAND = re.compile(
    r"^ *(DEFINE +\w+|DELETE|ALTER|BLDINDEX|REPRO|PRINT|VERIFY|LISTCAT|EXPORT|IMPORT)\b",
    re.MULTILINE,
)
_ENTRY = re.compile(
    r"(?:^ *DELETE +\(?|\b(?:NAME|RELATE|PATHENTRY|INDATASET|OUTDATASET|ENTRIES) *\( *'?)"
    r"([A-Z0-9@#$][A-Z0-9@#$.-]*)",
    re.MULTILINE,
)
_ALIAS = re.compile(
    r"\bNAME *\( *'?(?P<name>[A-Z0-9@#$.-]+).*?"
    r"\b(?P<kind>PATHENTRY|RELATE) *\( *'?(?P<target>[A-Z0-9@#$.-]+)",
    re.DOTALL,
)
_SIZE = re.compile(r"\bREC(?:ORD)?(?:SIZE|SZ) *\( *\d+ +(\d+)")
_RUN = re.compile(r"\bRUN\s+PROG(?:RAM)?\s*\(\s*([A-Z0-9@#$]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Gathering:
    """One JCL file under way, with the members it names."""

    source: Source
    ids: dict[Path, int]
    members: dict[str, Path]
    rows: Rows
    needs: dict[str, None] = field(default_factory=dict)
    read: dict[Path, Source] = field(default_factory=dict)

    def member(self, name: str) -> Source | None:
        """A procedure, INCLUDE or control member; asked for by name, so that the job is read again
        when it changes."""
        self.needs[name.upper()] = None
        path = self.members.get(name.upper())
        if path is None or path == self.source.path:
            return None
        if path not in self.read:
            try:
                self.read[path] = sources.read(path)
            except SourceError:  # it is listed as unreadable itself
                return None
        return self.read[path]

    def of(self, origin: Origin) -> Place:
        """Where something is written: here, or in a member."""
        source = self.read.get(origin.path, self.source)
        span = origin.span
        line = source.line_column(span.start)[0]
        return self.ids[source.path], span.start, span.end, line


def read_facts(source: Source, ids: dict[Path, int], members: dict[str, Path]) -> Facts:
    """Everything the index keeps of a JCL source; procedures are expanded into the jobs."""
    gathering = Gathering(source, ids, members, Rows(ids[source.path]))
    found = read_jcl(source, gathering.member)
    for job in found.jobs:
        _job(gathering, job)
    for proc in found.procs:
        row = facts.Job(*gathering.of(proc.origin), proc.name, "proc")
        gathering.rows.add("jobs", row)
    _unknowns(gathering, found.unknowns)
    lines = source.view.splitlines()
    comments = sum(line[:3] == b"//*" for line in lines)
    blanks = sum(not line.strip() for line in lines)
    needs = tuple(gathering.needs)
    tables = gathering.rows.tables
    file = gathering.rows.file
    return Facts(file, source.format, len(lines), comments, blanks, needs=needs, rows=tables)


def _unknowns(gathering: Gathering, unknowns: tuple[Problem, ...]) -> None:
    for one in unknowns:
        row = facts.Unknown(*gathering.of(one.origin), one.kind, one.what)
        gathering.rows.add("unknowns", row)


def _job(gathering: Gathering, job: Job) -> None:
    rows = gathering.rows
    number = rows.add("jobs", facts.Job(*gathering.of(job.origin), job.name, "job"))
    written: dict[str, dict[str, str]] = {}
    for step in job.executed():
        program = _runs(gathering, step)
        proc = step.proc or (step.program if program != step.program else "")
        row = facts.Step(*gathering.of(step.origin), number, step.name, program, proc)
        at = rows.add("steps", row)
        written[step.name] = {}
        for dd in step.dds:
            for one in dd.datasets:
                dsn = _name(job, one, written)
                if dsn:
                    written[step.name].setdefault(dd.name, dsn)
                    rows.add("datasets", _dataset(gathering, at, dd, one, dsn))
        if program in ACCESS_METHOD:
            for source, text, origin in _texts(gathering, step.dd("SYSIN")):
                _named(gathering, at, source, text.upper(), origin)
        if program in DEFINITIONS:
            for source, text, origin in _texts(gathering, step.dd("SYSIN")):
                _defined(gathering, source, text.upper(), origin)
        if program in SORTS:
            for dd in step.dds:
                if dd.name in ("SYSIN", "SORTCNTL", "DFSPARM"):
                    _cards(gathering, at, dd)


def _dataset(gathering: Gathering, step: int, dd: DD, one: DataSet, dsn: str) -> facts.Dataset:
    disp, place = ",".join(one.disp), gathering.of(one.origin)
    return facts.Dataset(*place, step, dd.name, dsn, one.generation, disp, one.lrecl, one.recfm)


def _name(job: Job, one: DataSet, written: dict[str, dict[str, str]]) -> str:
    """The data set's name, with the member of a library; a temporary one is its job's own, a
    reference is followed; "" for scratch space without a name."""
    if one.referback:
        step, _, dd = one.referback.removeprefix("*.").rpartition(".")
        return written.get(step, {}).get(dd, "")
    if one.temporary and one.dsn:
        return f"&&{one.dsn.lstrip('&')} of {job.name}"
    return f"{one.dsn}({one.member})" if one.member else one.dsn


def _runs(gathering: Gathering, step: Step) -> str:
    """The program that a step means to run: what the monitor is told to, or EXEC PGM= itself."""
    if step.program in REGIONS:
        parts = step.parm.strip("'()").split(",")
        return parts[1].strip() if len(parts) > 1 else step.program
    if step.program in MONITORS:
        for _, text, _ in _texts(gathering, step.dd("SYSTSIN")):
            found = _RUN.search(text)
            if found:
                return found[1].upper()
    return step.program


def _texts(gathering: Gathering, dd: DD | None) -> Iterator[tuple[Source, str, Origin]]:
    """What a DD reads: in-stream data, or the members it names; with where it is written."""
    for one in dd.instream if dd else ():
        yield gathering.read.get(one.origin.path, gathering.source), one.text, one.origin
    for dataset in dd.datasets if dd else ():
        source = gathering.member(dataset.member) if dataset.member else None
        if source is not None:
            span = sources.Span(0, len(source.view))
            yield source, source.text(), Origin(source.path, span)


def _named(gathering: Gathering, step: int, source: Source, text: str, origin: Origin) -> None:
    """Data sets that access method services are told of; a cluster's record size is its length."""
    first = source.line_column(origin.span.start)[0]
    commands = list(_COMMAND.finditer(text))
    for number, command in enumerate(commands):
        end = commands[number + 1].start() if number + 1 < len(commands) else len(text)
        size = _SIZE.search(text, command.end(), end)
        verb = " ".join(command[1].split())
        for entry in _ENTRY.finditer(text, command.start(), end):
            if "." in entry[1]:
                line = first + text.count("\n", 0, entry.start(1))
                span = source.line_span(line)
                place = (gathering.ids[source.path], *span, line)
                length = int(size[1]) if size and verb == "DEFINE CLUSTER" else None
                row = facts.Dataset(*place, step, verb, entry[1], "", COMMAND, length, "")
                gathering.rows.add("datasets", row)
        if alias := _ALIAS.search(text, command.start(), end):
            line = first + text.count("\n", 0, alias.start("target"))
            place = (gathering.ids[source.path], *source.line_span(line), line)
            kind = "path" if alias["kind"] == "PATHENTRY" else "alternate index"
            names = (kind, alias["name"], alias["target"])
            gathering.rows.add("aliases", facts.Alias(*place, *names))


def _defined(gathering: Gathering, source: Source, text: str, origin: Origin) -> None:
    """What CICS is told that files and transactions are."""
    first = source.line_column(origin.span.start)[0]
    for said in _DEFINED.finditer(text):
        if means := _MEANS.search(said["rest"]):
            line = first + text.count("\n", 0, said.start("kind"))
            place = (gathering.ids[source.path], *source.line_span(line), line)
            kind = "FILE" if said["kind"] == "FILE" else "TRANSACTION"
            gathering.rows.add("resources", facts.Resource(*place, kind, said["name"], means[1]))


def _cards(gathering: Gathering, step: int, dd: DD) -> None:
    """The bytes that the control statements of a sort name."""
    for source, text, origin in _texts(gathering, dd):
        sorting = read_sorting(source, origin.span, text)
        for control in sorting.controls:
            for piece in control.pieces:
                # Behind INREC or OUTREC, bytes that are no run of what is read tie no field of it.
                begin = piece.begin if piece.input is None else piece.input
                card = piece.statement + (" of rearranged records" if piece.input is None else "")
                joined = f"SORTJN{piece.file}" if piece.file in ("F1", "F2") else piece.file
                said = (step, card, begin, piece.length, piece.format, joined)
                gathering.rows.add("sort_keys", (*gathering.of(piece.origin), *said))
        _unknowns(gathering, sorting.unknowns)
