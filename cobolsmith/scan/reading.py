"""Reading files into facts, in this process or in several; a file that can't be read says why."""

from __future__ import annotations

import gc
import hashlib
import multiprocessing
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path

from cobolsmith import source as sources
from cobolsmith.cards import CARDS
from cobolsmith.config import Config
from cobolsmith.errors import CobolsmithError
from cobolsmith.estate.index import Facts
from cobolsmith.languages.cobol import Library
from cobolsmith.scan import cobol, jobs, maps

CHUNK = 250_000
"""Bytes of source handed to a worker at once."""
OBJECTS = 200_000
"""New objects after which a worker looks for cycles: 700 would be a tenth of its time."""
ALONE = 6
"""Up to so many files are read in this process: starting others would take longer."""


@dataclass(frozen=True, slots=True)
class Task:
    """A file to read."""

    path: Path
    language: str
    size: int


@dataclass(frozen=True, slots=True)
class Readers:
    """What every reader of a scan needs: the number of each file, and where copybooks and the
    members that JCL names are."""

    ids: dict[Path, int]
    config: Config
    library: Library
    members: dict[str, Path]


_readers: Readers | None = None
"""This worker's own; set once, when the process starts."""


def read_all(tasks: Sequence[Task], readers: Readers, jobs: int) -> Iterator[Facts]:
    """The facts of each file as they come, at most `jobs` processes at work."""
    if jobs == 1 or len(tasks) <= ALONE:
        for task in tasks:
            yield read_file(task, readers)
        return
    chunks = _chunks(tasks)
    lost: list[Task] = []
    with _pool(jobs, readers) as pool:
        try:
            yield from _in_turn(pool, chunks, jobs, lost)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    for task in lost:
        yield from _apart(task, readers)


def _in_turn(
    pool: ProcessPoolExecutor, chunks: Sequence[Sequence[Task]], jobs: int, lost: list[Task]
) -> Iterator[Facts]:
    """Results in order, a bounded number under way; chunks whose process died go to `lost`."""
    under_way: deque[tuple[Sequence[Task], Future[list[Facts]]]] = deque()
    for chunk in [*chunks, None]:
        try:
            if chunk is not None:
                under_way.append((chunk, pool.submit(_read_chunk, chunk)))
        except BrokenProcessPool:
            lost += chunk or ()
        while under_way and (chunk is None or len(under_way) > 4 * jobs):
            given, future = under_way.popleft()
            try:
                yield from future.result()
            except BrokenProcessPool:
                lost += given


def _apart(task: Task, readers: Readers) -> Iterator[Facts]:
    """One file in a process of its own, whose death costs no other file."""
    with _pool(1, readers) as pool:
        try:
            yield from pool.submit(_read_chunk, [task]).result()
        except BrokenProcessPool:
            yield Facts(readers.ids[task.path], problem="reading it ends the process: a bug")


def _pool(jobs: int, readers: Readers) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("fork")
    return ProcessPoolExecutor(jobs, context, _begin, (readers,))


def _begin(readers: Readers) -> None:
    global _readers
    _readers = readers
    gc.freeze()
    gc.set_threshold(OBJECTS)  # what reading makes is nearly all without cycles
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent says when to stop


def _read_chunk(tasks: Sequence[Task]) -> list[Facts]:
    assert _readers is not None
    return [read_file(task, _readers) for task in tasks]


def read_file(task: Task, readers: Readers) -> Facts:
    """One file's facts; what can't be read is told in `problem`."""
    number = readers.ids[task.path]
    digest = ""
    try:
        data = task.path.read_bytes()
        digest = hashlib.blake2b(data, digest_size=16).hexdigest()
        config = readers.config
        source = sources.from_bytes(data, task.path, encoding=config.encoding, format=config.format)
        shown = source.format if source.format in CARDS else "cobol"  # whatever its suffix says
        facts = READERS[shown if task.language == "cobol" else task.language](source, readers)
    except (CobolsmithError, OSError) as error:
        return Facts(number, problem=str(error), hash=digest)
    except Exception as error:  # a bug costs one file, is named, and doesn't end the scan
        return Facts(number, problem=f"bug: {type(error).__name__}: {error}", hash=digest)
    return replace(facts, hash=digest)


def _cobol(source: sources.Source, readers: Readers) -> Facts:
    return cobol.read_facts(source, readers.ids, readers.library, readers.config.std[0])


def _control(source: sources.Source, readers: Readers) -> Facts:
    """A member of control cards has no facts of its own: the jobs that name it have."""
    return Facts(readers.ids[source.path], source.format, source.view.count(b"\n"))


def _bms(source: sources.Source, readers: Readers) -> Facts:
    return maps.read_facts(source, readers.ids[source.path])


def _jcl(source: sources.Source, readers: Readers) -> Facts:
    return jobs.read_facts(source, readers.ids, readers.members)


READERS = {"cobol": _cobol, "jcl": _jcl, "bms": _bms, "control": _control}


def _chunks(tasks: Sequence[Task]) -> list[list[Task]]:
    """Files in order, cut into pieces of about CHUNK bytes."""
    chunks: list[list[Task]] = [[]]
    size = 0
    for task in tasks:
        if size > CHUNK:
            chunks.append([])
            size = 0
        chunks[-1].append(task)
        size += task.size
    return chunks
