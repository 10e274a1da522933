"""How much of a body of COBOL parses, and how fast.

A file is clean if its tree holds no ERROR and no MISSING node. Every file that isn't is listed with
its first bad construct and put into one column: `dialect` (its text is of another language than the
COBOL of GnuCOBOL 3 and Enterprise COBOL 6, by DIALECTS below, which clean files are asked, too),
`rejected` (within two lines of ours, cobc finds an error of syntax, or takes the header that we say
lacks a period before it for an undefined item; a header in Area A behind a sentence without period
is against the standard whatever cobc makes of it) or `ours`. The headline share
leaves out `dialect` and `rejected`; the share of all files stands beside it. The last line is one
JSON object.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from cobolsmith.cards import CARDS, SUFFIXES
from cobolsmith.checks.shim import is_executed, translated
from cobolsmith.errors import SourceError
from cobolsmith.source import Source, read
from cobolsmith.syntax import SyntaxProblem, Tree, is_outside, parse

PROGRAMS = frozenset((".cbl", ".cob", ".cobol", ".pco", ".ccp", ".sqb", ".eco", ".pgm"))
COPYBOOKS = frozenset((".cpy", ".copy", ".cpb"))
COLUMNS = ("clean", "rejected", "dialect", "ours")
NEAR = 2

_ASSEMBLER = (
    rb"^(?:[^*\s]{1,63})?[ \t]+(?:DS|DC|EQU|CSECT|DSECT|MACRO|MEND|SET[ABC]|GBL[ABC]|LCL[ABC]|"
    rb"MNOTE|AIF|AGO|ANOP|USING|LTORG|WTO)[ \t]"
)
_CLASSES = rb"^.{6,11}\s*(?:CLASS-ID|METHOD-ID|INTERFACE-ID|FACTORY)\s*\."
_TYPECOBOL = (
    rb"\bDECLARE\s+(?:FUNCTION|PROCEDURE)\b|[\w)-]\s*::\s*\w|"
    rb"\bTYPEDEF\s+(?:STRICT|PUBLIC|PRIVATE)|\bMOVE\s+UNSAFE\b"
)
_IDMS = rb"\bPROTOCOL\s*\.\s+MODE\b|\bCOPY\s+(?:IDMS|MAID)\b|\bSCHEMA\s+SECTION\b"
_UNISYS = rb"^\s*(?:LB|LD)\s+\S+\s+(?:IMPORT|EXPORT)\b|\bDATA-BASE\s+SECTION\b|\bIS\s+CCSVERSION\b"
_LINES = re.IGNORECASE | re.MULTILINE
DIALECTS: tuple[tuple[str, int, re.Pattern[bytes]], ...] = (
    # name, how often the text must show it, what shows it
    ("classes and methods", 1, re.compile(_CLASSES, _LINES)),
    ("TypeCobol", 1, re.compile(_TYPECOBOL, _LINES)),
    ("an editor's test script", 1, re.compile(rb"^-{8,}\r?$", _LINES)),
    ("assembler", 3, re.compile(_ASSEMBLER, _LINES)),
    ("assembler macros", 2, re.compile(rb"^\.\*", _LINES)),
    ("IDMS", 1, re.compile(_IDMS, _LINES)),
    ("a template", 1, re.compile(rb"\{\$\*\w+\}|^ +@\w+@", _LINES)),
    ("Tandem", 1, re.compile(rb"^.{0,7}\?SECTION\b", _LINES)),
    ("Unisys", 1, re.compile(_UNISYS, _LINES)),
)

_COBC_ERROR = re.compile(r"^(?P<path>[^:\n]+):(?P<line>\d+): error: (?P<what>.*)$", re.MULTILINE)
_NOT_SYNTAX = re.compile(
    r"is not defined|No such file|PICTURE clause required|redefinition|not referenced|requires|"
    r"is not a (?:field|file|procedure)|is not an alphabet|header missing"
)
_MISSING_BOOK = re.compile(r"error: ([^:\s]+): No such file")
_PROGRAM = re.compile(rb"\b(?:IDENTIFICATION|ID)\s+DIVISION\b|\bPROGRAM-ID\b", re.IGNORECASE)
_PROCEDURE = re.compile(rb"\bPROCEDURE\s+DIVISION\b", re.IGNORECASE)
_HEADER_BEHIND = re.compile(
    rb"[ \t]*(?:\n.{6}[*/].*|\n.{0,6} *)*\n.{6}  {0,3}[A-Z0-9][\w-]*\s*(?:\.|SECTION\b)",
    re.IGNORECASE,
)
_CARD = re.compile(r"^.{0,7} *(?:CBL|PROCESS) .*", re.IGNORECASE | re.MULTILINE)
_HEADER = "       IDENTIFICATION DIVISION. PROGRAM-ID. STUB.\n"
_STUB = (
    "       IDENTIFICATION DIVISION.\n       PROGRAM-ID. STUB.\n"
    "       DATA DIVISION.\n       WORKING-STORAGE SECTION.\n"
)


def main() -> None:
    """Parse every file under the folders, print failing ones and the table, then the JSON line."""
    options = arguments()
    table: Counter[tuple[str, str]] = Counter()
    lost = size = unread = 0
    seconds = 0.0
    for path in sources(options.folders):
        try:
            source = read(path, format=options.format)
        except SourceError as error:
            unread += 1
            print(f"not read: {error}")
            continue
        if path.suffix.lower() in SUFFIXES and source.format not in CARDS:
            unread += 1
            print(f"not read: {path}: has no statement of {SUFFIXES[path.suffix.lower()].upper()}")
            continue
        started = time.process_time()
        tree = parse(source.view, source.format)
        seconds += time.process_time() - started
        size += len(source.view)
        lost += sum(end - start for start, end in tree.lost_bytes())
        kind = "copybook" if path.suffix.lower() in COPYBOOKS else source.format
        column, why = outcome(source, tree, options.cobc)
        table[kind, column] += 1
        if tree.root.has_error:
            show(source, tree.errors()[0], column, why)
        del tree  # so that freeing it isn't timed
    report(table, lost, size, seconds, unread)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--format", default="auto", choices=("auto", "fixed", "free", "variable"))
    parser.add_argument("--no-cobc", dest="cobc", action="store_false", help="don't ask cobc")
    return parser.parse_args()


def sources(folders: list[Path]) -> Iterator[Path]:
    """Programs, copybooks, jobs and maps by extension, in order."""
    for folder in folders:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else [folder]:
            if path.is_file() and path.suffix.lower() in PROGRAMS | COPYBOOKS | SUFFIXES.keys():
                yield path


def outcome(source: Source, tree: Tree, cobc: bool) -> tuple[str, str]:
    """The column a file goes to, and why; JCL and BMS have no compiler to ask."""
    if source.format in CARDS:
        return ("ours" if tree.root.has_error else "clean"), ""
    for name, times, shown in DIALECTS:
        if len(shown.findall(source.view)) >= times:
            return "dialect", name
    if not tree.root.has_error:
        return "clean", ""
    bad = tree.errors()[0]
    if cobc:
        last = bad.line + source.view.count(b"\n", bad.start, bad.end)
        for line, what in cobc_errors(source, stumbled_on(tree, bad)):
            if bad.line - NEAR <= line <= last + NEAR:
                return "rejected", f"cobc, line {line}: {what}"
    if source.format == "fixed" and _HEADER_BEHIND.match(source.view, bad.end):
        return "rejected", "no period before a header in Area A"
    return "ours", ""


def stumbled_on(tree: Tree, bad: SyntaxProblem) -> str:
    """The first word at or behind a place that doesn't parse."""
    leaves = tree.leaves(bad.start)
    words = (tree.text(leaf).upper() for leaf in leaves if not is_outside(leaf))
    return next((word for word in words if word[:1].isalnum()), "")


def cobc_errors(source: Source, word: str) -> list[tuple[int, str]]:
    """Lines and texts of cobc's errors of syntax, and of those that call the word undefined.

    EXEC blocks are put through our shim before. A fragment without IDENTIFICATION DIVISION is
    asked for twice, in a program of data and in one of code, and rejected where both programs are:
    by what cobc says of it as code. One that has a PROCEDURE DIVISION is a program without a name.
    """
    text, lines = source.view.decode("ascii").replace("\x7f", "X"), None
    if is_executed(source):
        made = translated(source)
        text, lines = (
            made.data.decode("ascii", "replace").replace("\x7f", "X"),
            made.lines,
        )
    text = _CARD.sub("", text)
    if _PROGRAM.search(source.view):
        found = compiled(source.path, text, source.format, None)
    elif _PROCEDURE.search(source.view):
        head = _HEADER if source.format == "fixed" else _HEADER.lstrip()
        found = compiled(source.path, head + text, source.format, None)
        found = [(line - 1, what) for line, what in found]
    else:
        found = fragment_errors(source, text)
    if lines is not None:
        found = [(lines[line - 1], what) for line, what in found if 0 < line <= len(lines)]
    return said(found, word)


def fragment_errors(source: Source, text: str) -> list[tuple[int, str]]:
    """What cobc says of a fragment as code, in the lines that are wrong as data, too."""
    copy = f'       COPY "{source.path.name}".\n'
    procedure = "       PROCEDURE DIVISION.\n"
    data = compiled(source.path, text, source.format, _STUB + copy)
    lines = {line for line, _ in data}
    code = compiled(source.path, text, source.format, _STUB + procedure + copy)
    return [found for found in code if found[0] in lines]


def said(errors: list[tuple[int, str]], word: str) -> list[tuple[int, str]]:
    """Those errors that are of syntax, and not of other names or of headers a fragment lacks."""
    undefined = f"'{word}' is not defined"
    return [
        (line, what)
        for line, what in errors
        if not _NOT_SYNTAX.search(what) or what.upper().startswith(undefined.upper())
    ]


def compiled(path: Path, text: str, format: str, stub: str | None) -> list[tuple[int, str]]:
    """cobc's errors in one file, once every copybook that isn't found is there and empty."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "PROGRAM.cob"
        here = program if stub is None else Path(folder) / path.name
        if stub is not None:
            program.write_text(stub)
            text = f"       >>SOURCE FORMAT IS {_MODES[format]}\n{text}"
        here.write_text(text)
        spoken = ""
        empty: set[str] = set()
        for _ in range(40):
            spoken = cobc(folder, program, format if stub is None else "fixed", path.parent)
            missing = {Path(book).name for book in _MISSING_BOOK.findall(spoken)}
            if not missing:
                break
            empty |= missing
            for book in missing:
                (Path(folder) / book).touch()
        moved = 0 if stub is None else 1
        return [(line - moved, what) for line, what in placed(spoken, here.name, text, empty)]


def placed(spoken: str, name: str, text: str, empty: set[str]) -> Iterator[tuple[int, str]]:
    """cobc's errors in a file by line; one in a copybook that we made empty is its COPY's."""
    for found in _COBC_ERROR.finditer(spoken):
        place = Path(found["path"]).name
        if place == name:
            yield int(found["line"]), found["what"]
        elif place in empty:
            copy = re.compile(rf"\bCOPY\s+[\"']?{re.escape(Path(place).stem)}\b", re.IGNORECASE)
            for at in copy.finditer(text):
                yield text.count("\n", 0, at.start()) + 1, found["what"]


_MODES = {"fixed": "FIXED", "free": "FREE", "variable": "VARIABLE"}
_FLAGS = {
    "fixed": ["-fixed"],
    "free": ["-free"],
    "variable": ["-fixed", "-ftext-column=250"],
}


def cobc(folder: str, program: Path, format: str, beside: Path) -> str:
    """What cobc says about a program."""
    places = ["-I", folder, "-I", str(beside)]
    command = ["cobc", "-fsyntax-only", *_FLAGS[format], *places, str(program)]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=20,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return ""
    return done.stderr


def show(source: Source, bad: SyntaxProblem, column: str, why: str) -> None:
    """A failing file and its first bad construct."""
    line = source.view.split(b"\n")[bad.line - 1].decode("ascii", "replace").rstrip()
    said = f" ({why})" if why else ""
    print(f"{column}: {source.path}:{bad.line}:{bad.column}: {bad.message}{said}\n    {line}")


def share(part: int, whole: int) -> float:
    """A share of files, 0 of none."""
    return round(part / whole, 4) if whole else 0.0


def report(
    table: Counter[tuple[str, str]], lost: int, size: int, seconds: float, unread: int
) -> None:
    """The table, and as last line the figures."""
    kinds = sorted({kind for kind, _ in table})
    by_kind: dict[str, dict[str, float]] = {}
    print(
        f"{'':10} {'files':>6} "
        + " ".join(f"{column:>8}" for column in COLUMNS)
        + "    share   of all"
    )
    for kind in [*kinds, "all"]:
        row = {
            c: sum(n for (k, column), n in table.items() if column == c and kind in (k, "all"))
            for c in COLUMNS
        }
        files = sum(row.values())
        ours, of_all = (
            share(row["clean"], row["clean"] + row["ours"]),
            share(row["clean"], files),
        )
        by_kind[kind] = {"files": files, **row, "share": ours, "share_of_all": of_all}
        print(
            f"{kind:10} {files:6} "
            + " ".join(f"{row[c]:8}" for c in COLUMNS)
            + f" {ours:8.2%} {of_all:8.2%}"
        )
    whole = by_kind["all"]
    print(
        json.dumps(
            {
                "files": whole["files"],
                "clean": whole["clean"],
                "clean_share": whole["share"],
                "clean_share_of_all": whole["share_of_all"],
                "lost_bytes": lost,
                "mb_per_cpu_s": round(size / 1e6 / seconds, 2) if seconds else 0.0,
                "unread": unread,
                "by_kind": by_kind,
            }
        )
    )


if __name__ == "__main__":
    main()
