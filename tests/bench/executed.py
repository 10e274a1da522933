"""How much of the EXEC SQL and EXEC CICS of a body of COBOL is understood, and compiles.

A block is understood when its statement or command, all its options and all of its SQL are known;
data items that a missing copybook would define don't count against it. A program compiles when
cobc takes it through the shim in one of two dialects; copybooks are looked for in its folder, the
folders above it, and theirs that are named like libraries of copybooks or maps. With --faults, the
arguments of blocks in programs that compile are misspelt one at a time: each must fail, on its own
line. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import cobolsmith.smith  # noqa: F401  (enters what makes copybooks of BMS)
from cobolsmith.checks.arguments import Argument, arguments
from cobolsmith.checks.compiles import cobc, is_program, unable
from cobolsmith.config import Config
from cobolsmith.errors import SourceError
from cobolsmith.executed import blocks_of
from cobolsmith.languages.cics import read_cics
from cobolsmith.languages.cobol import Library, read_programs
from cobolsmith.languages.sql import read_sql
from cobolsmith.source import Source, from_bytes, read

STDS = ("default", "ibm")
LIBRARIES = re.compile("cop|cpy|dcl|inc|bms", re.IGNORECASE)
UNRESOLVED = ("host variable", "argument", "label", "cursor", "host variables")
"""Unknowns about the program around a block rather than about what stands in it."""


@dataclass(slots=True)
class Figures:
    """What was counted."""

    counts: Counter[str] = field(default_factory=Counter)
    unknowns: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)


def main() -> None:
    """Read and compile every program with EXEC blocks under the folders; print the figures."""
    options = arguments_given()
    figures, rng = Figures(), random.Random(options.seed)
    compiled: list[tuple[Source, Config, str]] = []
    for top in (folder.resolve() for folder in options.folders):
        for path in sorted(one for one in top.rglob("*") if one.is_file()):
            source = executed_source(path)
            if source is None:
                continue
            folders = libraries(path, top)
            understand(source, folders, figures)
            if is_program(source):
                accepted = compile_it(source, folders, figures, verbose=options.list)
                compiled.extend([accepted] if accepted else [])
    plant(compiled, options.faults, rng, figures)
    report(figures)


def arguments_given() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--faults", type=int, default=0, help="arguments to misspell")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--list", action="store_true", help="name each program that doesn't compile"
    )
    return parser.parse_args()


def executed_source(path: Path) -> Source | None:
    """A source with EXEC blocks, or None."""
    try:
        if b"EXEC" not in path.read_bytes().upper():
            return None
        source = read(path)
    except SourceError:
        return None
    return source if blocks_of(source) else None


def libraries(path: Path, top: Path) -> tuple[Path, ...]:
    """The folders where a program's copybooks may be."""
    above = [one for one in path.parents if one.is_relative_to(top)]
    beside = [one for folder in above for one in sorted(folder.iterdir()) if one.is_dir()]
    return (*above, *(one for one in beside if LIBRARIES.search(one.name)))


def understand(source: Source, folders: tuple[Path, ...], figures: Figures) -> None:
    """Count the blocks that are understood, and what isn't."""
    try:
        programs = read_programs(source, Library(folders))
    except SourceError as error:
        figures.unknowns[f"not read: {error.what}"] += 1
        return
    for program in programs:
        for dialect, found in (("sql", read_sql(program)), ("cics", read_cics(program))):
            for one in found:
                hard = [problem for problem in one.unknowns if problem.kind not in UNRESOLVED]
                figures.counts[dialect] += 1
                figures.counts[f"{dialect}_understood"] += not hard
                figures.unknowns.update(problem.what[:70] for problem in hard)


def compile_it(
    source: Source, folders: tuple[Path, ...], figures: Figures, *, verbose: bool
) -> tuple[Source, Config, str] | None:
    """Compile one program; the dialect that takes it, if any."""
    figures.counts["programs"] += 1
    if reason := unable([source]):
        figures.refusals[reason.removeprefix(f"{source.path.name} ")] += 1
        return None
    config = Config(root=source.path.parent, copybooks=tuple(str(one) for one in folders))
    for std in STDS:
        found = cobc(source, config, std)
        if not found:
            figures.counts["compiled"] += 1
            return source, config, std
    missing = next((one for one in found if "No such file" in one.message), None)
    figures.counts["copybook_missing"] += missing is not None
    said = "a copybook is missing" if missing else found[0].message
    figures.refusals[re.sub("'[^']*'", "X", said)[:70]] += 1
    if verbose:
        print(missing or found[0])
    return None


def plant(
    compiled: list[tuple[Source, Config, str]], wanted: int, rng: random.Random, figures: Figures
) -> None:
    """Misspell arguments of blocks; count those that cobc refuses, and on which line."""
    places = [(one, named) for one in compiled for named in named_in(one[0])]
    for (source, config, std), named in rng.sample(places, min(wanted, len(places))):
        found = cobc(misspelt(source, named), config, std)
        line = source.line_column(named.offset)[0]
        figures.counts["faults"] += 1
        figures.counts["faults_refused"] += bool(found)
        figures.counts["faults_on_their_line"] += any(one.line == line for one in found)


def named_in(source: Source) -> Iterator[Argument]:
    """The arguments of a source's blocks that one byte can misspell."""
    for block in blocks_of(source) if not source.record else ():
        for named in arguments(block):
            if source.view[named.offset : named.offset + 1].isalnum():
                yield named


def misspelt(source: Source, named: Argument) -> Source:
    """The source with another first letter for an argument."""
    data = bytearray(source.data)
    at = source.original(named.offset)
    data[at : at + 1] = ("Z" if source.view[named.offset] in b"Qq" else "Q").encode(source.encoding)
    return from_bytes(bytes(data), source.path, encoding=source.encoding, format=source.format)


def report(figures: Figures) -> None:
    """The table, the commonest unknowns and refusals, and the JSON line."""
    for name, count in sorted(figures.counts.items()):
        print(f"{name:24}{count:>8}")
    for title, found in (("not understood", figures.unknowns), ("refused", figures.refusals)):
        for what, count in found.most_common(20):
            print(f"{title:16}{count:>5}  {what}")
    print(json.dumps(dict(figures.counts) | {"unknowns": figures.unknowns.total()}))


if __name__ == "__main__":
    main()
