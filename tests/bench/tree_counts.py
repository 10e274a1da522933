"""Constructs counted in our trees against an independent count of words, and faults that must show.

    python tests/bench/tree_counts.py DIR... [--mutants N] [--seed S] [--show N]

Counts IF, PERFORM, READ, EVALUATE, CALL, entries of level 01 and paragraphs of every program, and
lists each difference with its cause: whether it lies where the file doesn't parse, else the first
line that only one side counts. With --mutants, plants faults (odd quote, doubled ELSE, stray
terminator, broken PICTURE, missing period before a header) in programs that cobc takes; of those
that cobc then rejects, `flagged_share` is the share where the parser or the program reader (no
compiler) finds a fault within two lines of cobc's first. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from tokens import VERBS, counted

from cobolsmith.errors import CobolsmithError
from cobolsmith.languages.cobol import Library, read_programs
from cobolsmith.source import Source, from_bytes, read
from cobolsmith.syntax import Tree, parse

PROGRAMS = (".cbl", ".cob", ".cobol", ".ccp", ".pco", ".sqb")
KINDS = {f"{verb.lower()}_statement": verb for verb in VERBS} | {"paragraph": "paragraph"}
NEAR = 2
ERROR = re.compile(r"^[^:\n]+:(\d+): error: (.*)$", re.MULTILINE)
FLAGS = {"fixed": ["-fixed"], "free": ["-free"], "variable": ["-fixed", "-ftext-column=255"]}


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    options.add_argument("--mutants", type=int, default=0)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--show", type=int, default=40, help="differences to print")
    args = options.parse_args()
    total: Counter[str] = Counter()
    for path in programs(args.folders):
        compare(path, total, args.show)
    rows = mutants(args.folders, args.mutants, args.seed) if args.mutants else {}
    return report(total, rows)


def programs(folders: list[Path]) -> Iterator[Path]:
    for folder in folders:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else [folder]:
            if path.is_file() and path.suffix.lower() in PROGRAMS:
                yield path


# --- Counts ---


def compare(path: Path, total: Counter[str], show: int) -> None:
    try:
        source = read(path)
    except CobolsmithError as error:
        print(f"not read: {error}")
        return
    if not re.search(rb"PROGRAM-ID", source.view, re.IGNORECASE):
        total["fragments"] += 1  # without divisions the words can't be told apart
        return
    tree = parse(source.view, source.format)
    broken = tree.root.has_error
    ours, theirs = ours_of(tree), counted(source.view, source.format)
    total["files"] += 1
    for kind in theirs:
        one, two = Counter(ours[kind]), Counter(theirs[kind])
        total["counted"] += two.total()
        total["matched"] += (one & two).total()
        total["either"] += (one | two).total()
        if not broken:
            total["clean matched"] += (one & two).total()
            total["clean either"] += (one | two).total()
        total[f"{kind} counted"] += two.total()
        total[f"{kind} ours"] += one.total()
        if one != two:
            note(path, source, tree, kind, one, two, broken, total, show)


def note(
    path: Path,
    source: Source,
    tree: Tree,
    kind: str,
    one: Counter[int],
    two: Counter[int],
    broken: bool,
    total: Counter[str],
    show: int,
) -> None:
    line = min((one - two) + (two - one))
    cause = "explained: the file has parse errors" if broken else "not explained"
    total[cause] += ((one - two) + (two - one)).total()
    total["shown"] += not broken
    if not broken and total["shown"] <= show:
        start, end = source.line_span(line)
        text = source.view[start:end].decode("latin-1").strip()
        print(f"{path}:{line}: {kind}: {one[line]} ours, {two[line]} counted: {text[:80]}")


def ours_of(tree: Tree) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for node in tree.walk(*KINDS, "data_description"):
        line = node.start_point.row + 1
        if node.type == "data_description":
            level = node.child_by_field_name("level")
            if level is not None and tree.text(level) in ("01", "1"):
                found["01"].append(line)
        else:
            found[KINDS[node.type]].append(line)
    return found


# --- Mutants ---


def mutants(folders: list[Path], wanted: int, seed: int) -> dict[str, Counter[str]]:
    rng = random.Random(seed)
    paths = list(programs(folders))
    rng.shuffle(paths)
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    faults = list(FAULTS)
    made = at = 0
    while made < wanted and at < len(paths) * 4:
        path = paths[at % len(paths)]
        at += 1
        source = compiling(path)
        name = faults[made % len(faults)]
        data = FAULTS[name](rng, source) if source is not None else None
        if source is None or data is None:
            continue
        mutant = from_bytes(data, path, format=source.format)
        errors = cobc(mutant)
        if not errors:
            rows[name]["taken by cobc"] += 1
            continue
        made += 1
        rows[name]["rejected"] += 1
        found = flagged(mutant)
        near = any(abs(line - errors[0][0]) <= NEAR for line in found)
        rows[name]["flagged"] += near
        if not near:
            print(f"missed {name} {path}: cobc {errors[0]}, ours {sorted(found)[:5]}")
    return rows


KNOWN: dict[Path, Source | None] = {}


def compiling(path: Path) -> Source | None:
    """A program that stands alone and that cobc takes, or None."""
    if path not in KNOWN:
        KNOWN[path] = None
        try:
            source = read(path)
        except CobolsmithError:
            return None
        plain = source.encoding == "utf-8" and source.bom == 0 and source.record == 0
        whole = re.search(rb"PROGRAM-ID", source.view, re.IGNORECASE)
        inside = re.search(rb"\b(?:EXEC|COPY|REPLACE)\b", source.view, re.IGNORECASE)
        if plain and whole and not inside and len(source.view) < 200_000 and not cobc(source):
            KNOWN[path] = source
    return KNOWN[path]


def cobc(source: Source) -> list[tuple[int, str]]:
    """Line and text of each of cobc's errors."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "program.cbl"
        file.write_bytes(source.data)
        argv = ["cobc", "-fsyntax-only", *FLAGS[source.format], "-w", str(file)]
        try:
            done = subprocess.run(argv, capture_output=True, timeout=60, check=False, cwd=folder)
        except subprocess.TimeoutExpired:
            return [(0, "ran out of time")]
    said = done.stderr.decode("latin-1")
    found = [(int(line), text) for line, text in ERROR.findall(said)]
    return found or ([(0, said[:80])] if done.returncode else [])


def flagged(source: Source) -> set[int]:
    """The lines of what the parser and the reader of programs find, without a compiler."""
    lines = {error.line for error in parse(source.view, source.format).errors()}
    for program in read_programs(source, Library()):
        for problem in program.problems:
            lines.add(source.line_column(problem.origin.span.start)[0])
    return lines


def words(source: Source, pattern: str) -> list[re.Match[bytes]]:
    """Matches in the program text of the lines that are no comments, outside literals."""
    found = []
    start = 0 if source.format == "free" else 7
    end = 72 if source.format == "fixed" else 10_000
    for number in range(1, len(source.line_starts) + 1):
        first, after = source.line_span(number)
        line = source.view[first:after].rstrip()
        if source.format != "free" and line[6:7] not in (b" ", b""):
            continue
        code = b"" if b">>" in line else line[:end].partition(b"*>")[0]
        for match in re.compile(pattern.encode(), re.IGNORECASE).finditer(
            source.view, first + start, first + max(len(code), start)
        ):
            before = source.view[first : match.start()]
            if not (before.count(b'"') % 2 or before.count(b"'") % 2):
                found.append(match)
    return found


def changed(source: Source, start: int, end: int, text: bytes) -> bytes:
    return source.data[:start] + text + source.data[end:]


def odd_quote(rng: random.Random, source: Source) -> bytes | None:
    found = words(source, r"\"[^\"'\r\n]+\"|'[^\"'\r\n]+'")
    if not found:
        return None
    one = rng.choice(found)
    at = one.end() - 1 if rng.random() < 0.5 else one.start()
    return changed(source, at, at + 1, b"")


def doubled_else(rng: random.Random, source: Source) -> bytes | None:
    found = words(source, r"(?<![\w-])ELSE(?![\w-])")
    return (
        changed(source, one.end(), one.end(), b" ELSE")
        if found and (one := rng.choice(found))
        else None
    )


def stray_terminator(rng: random.Random, source: Source) -> bytes | None:
    division = re.search(rb"PROCEDURE\s+DIVISION", source.view, re.IGNORECASE)
    verbs = words(source, r"(?<![\w-])(?:MOVE|DISPLAY|ADD|PERFORM|CLOSE|OPEN|SET)(?=\s)")
    found = [one for one in verbs if division and one.start() > division.end()]
    if not found:
        return None
    one = rng.choice(found)
    ended = rng.choice((b"END-IF ", b"END-EVALUATE ", b"END-READ ", b"END-STRING "))
    return changed(source, one.start(), one.start(), ended)


def broken_picture(rng: random.Random, source: Source) -> bytes | None:
    found = words(source, r"(?<=\s)PIC(?:TURE)?\s+(?:IS\s+)?([SX9AZV()0-9]+)(?=[\s.])")
    if not found:
        return None
    one = rng.choice(found)
    text = one[1]
    made = [
        text + b"Q",
        text.replace(b")", b"", 1),
        b"(" + text,
        text.replace(b"9", b"@", 1),
        b"X9S",
    ]
    new = rng.choice([other for other in made if other != text])
    return changed(source, one.start(1), one.end(1), new)


def missing_period(rng: random.Random, source: Source) -> bytes | None:
    """The period at the end of the line above a header goes."""
    margin = r"^" if source.format == "free" else r"(?<=^.{7})"
    found = []
    for one in re.finditer(
        (margin + r"[A-Z0-9][A-Z0-9-]*(?: +SECTION)? *\.[ \t]*\r?$").encode(),
        source.view,
        re.IGNORECASE | re.MULTILINE,
    ):
        above = source.view[: one.start()].rstrip(b" 0123456789\r\n\t")
        if above.endswith(b".") and b"DIVISION" in source.view[: one.start()].upper():
            found.append(len(above) - 1)
    return changed(source, (at := rng.choice(found)), at + 1, b"") if found else None


FAULTS: dict[str, Callable[[random.Random, Source], bytes | None]] = {
    "odd quote": odd_quote,
    "doubled ELSE": doubled_else,
    "stray terminator": stray_terminator,
    "broken PICTURE": broken_picture,
    "missing period": missing_period,
}


def report(total: Counter[str], rows: dict[str, Counter[str]]) -> int:
    for kind in (*VERBS, "01", "paragraph"):
        print(f"{kind:12} {total[f'{kind} counted']:8} counted {total[f'{kind} ours']:8} ours")
    for cause in ("explained: the file has parse errors", "not explained"):
        print(f"differences, {cause}: {total[cause]}")
    for name, row in rows.items():
        print(f"{name:18} {dict(row)}")
    rejected = sum(row["rejected"] for row in rows.values())
    told = sum(row["flagged"] for row in rows.values())
    keys = {
        "files": total["files"],
        "fragments": total["fragments"],
        "counted": total["counted"],
        "equal_share": round(total["matched"] / max(1, total["either"]), 5),
        "clean_equal_share": round(total["clean matched"] / max(1, total["clean either"]), 5),
        "not_explained": total["not explained"],
        "mutants": rejected,
        "flagged_share": round(told / rejected, 4) if rejected else None,
    }
    print(json.dumps(keys))
    return 0


if __name__ == "__main__":
    sys.exit(main())
