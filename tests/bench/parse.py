"""How much of a body of COBOL parses, and how fast.

Counts files without any ERROR or MISSING node, apart by format and for copybooks, and the bytes
that are in no leaf. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from cobolsmith.errors import SourceError
from cobolsmith.source import Source, read
from cobolsmith.syntax import Tree, parse

PROGRAMS = frozenset((".cbl", ".cob", ".cobol", ".pco", ".ccp", ".sqb", ".eco", ".pgm"))
COPYBOOKS = frozenset((".cpy", ".copy", ".cpb"))


def main() -> None:
    """Parse every file under the folders, print the table, then the JSON line."""
    options = arguments()
    files: Counter[str] = Counter()
    clean: Counter[str] = Counter()
    lost = size = unread = 0
    seconds = 0.0
    for path in sources(options.folders):
        try:
            source = read(path, format=options.format)
        except SourceError as error:
            unread += 1
            print(f"not read: {error}")
            continue
        started = time.process_time()
        tree = parse(source.view, source.format)
        seconds += time.process_time() - started
        size += len(source.view)
        lost += sum(end - start for start, end in tree.lost_bytes())
        kind = "copybook" if path.suffix.lower() in COPYBOOKS else source.format
        files[kind] += 1
        clean[kind] += not tree.root.has_error
        if options.list and tree.root.has_error:
            show(source, tree)
    report(files, clean, lost, size, seconds, unread)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--format", default="auto", choices=("auto", "fixed", "free", "variable"))
    parser.add_argument("--list", action="store_true", help="name each failing file and why")
    return parser.parse_args()


def sources(folders: list[Path]) -> Iterator[Path]:
    """Programs and copybooks by extension, in order."""
    for folder in folders:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else [folder]:
            if path.is_file() and path.suffix.lower() in PROGRAMS | COPYBOOKS:
                yield path


def show(source: Source, tree: Tree) -> None:
    """A failing file and its first bad construct."""
    first = tree.errors()[0]
    line = source.view.split(b"\n")[first.line - 1].decode("ascii", "replace").rstrip()
    print(f"{source.path}:{first.line}:{first.column}: {first.message}\n    {line}")


def report(
    files: Counter[str], clean: Counter[str], lost: int, size: int, seconds: float, unread: int
) -> None:
    """The table, and as last line the figures."""
    for kind in sorted(files):
        print(
            f"{kind:10} {clean[kind]:6} of {files[kind]:6} clean  {clean[kind] / files[kind]:8.2%}"
        )
    total = files.total()
    print(
        json.dumps(
            {
                "files": total,
                "clean": clean.total(),
                "clean_share": round(clean.total() / total, 4) if total else 0.0,
                "lost_bytes": lost,
                "mb_per_cpu_s": round(size / 1e6 / seconds, 2) if seconds else 0.0,
                "unread": unread,
                "by_kind": {kind: {"files": files[kind], "clean": clean[kind]} for kind in files},
            }
        )
    )


if __name__ == "__main__":
    main()
