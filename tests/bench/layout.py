"""Offsets and lengths of data items against cobc's own, on every program that compiles.

    python tests/bench/layout.py DIR... [--limit N] [--std default,ibm,mf] [--show N]

Lengths come from cobc's symbol listing (`-t --tsymbols`), offsets from the generated C: every item
that has an unambiguous name is passed to a CALL appended to the program, and `-fdump=ALL` gives
those without one. Copybooks are looked for in all folders of the argument that holds the program.
Prints the differences by class and, last, one JSON object: programs, items, equal, equal_share,
offsets (how many offsets were compared; lengths always are).
"""

from __future__ import annotations

import argparse
import difflib
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cobolsmith.errors import CobolsmithError
from cobolsmith.languages.cobol.copybooks import Library
from cobolsmith.languages.cobol.reader import read_programs
from cobolsmith.program import DataItem, Program
from cobolsmith.source import Source, read

PROGRAMS = (".cbl", ".cob", ".cobol")
SIZED = re.compile(r"^(\d{5,}) [A-Z-]+ +(\d\d)   (\S+)(.*)$")
FILE = re.compile(r"^\d{5,} FILE +(\S+)")
PROGRAM = re.compile(r"^ +(?:PROGRAM|FUNCTION) +(\S+)")
DUMP_END = re.compile(r'"END OF DUMP - ([^"]+)"')
DUMPED = re.compile(r'cob_dump_field_ext \( ?(\d+), "([^"]*)", (.*), (\d), (\d)(?:, [^)]*)?\);$')
FIELD = re.compile(r"cob_field f_(\d+)\s*= \{(\d+), (\S+)((?: \+ \d+)*), ")
PLACE = re.compile(r"^(b_\d+|cob_local_ptr)((?: \+ \d+)*)$")
CALLED = re.compile(r"call_LAYPROBE\.funcint\) \((.*)\);")


@dataclass(frozen=True)
class Listed:
    """One item as cobc lists it; an elementary item's length is that of one occurrence."""

    file: str
    level: int
    name: str
    length: int


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("dirs", nargs="+", type=Path)
    options.add_argument("--limit", type=int, default=0, help="programs to compare, 0 for all")
    options.add_argument("--std", default="default,ibm,mf")
    options.add_argument("--show", type=int, default=3, help="examples of each class to print")
    args = options.parse_args()
    tally, classes = Counter(), Counter()
    for root in args.dirs:
        folders = sorted({path.parent for path in root.rglob("*") if path.is_file()})
        for path in programs(root):
            if args.limit and tally["programs"] >= args.limit:
                break
            try:
                compare(path, folders, args.std.split(","), tally, classes, args.show)
            except CobolsmithError as error:
                tally["refused"] += 1
                print(f"refused  {error}", file=sys.stderr)
    report(tally, classes)
    return 0


def programs(root: Path) -> Iterator[Path]:
    if root.is_file():
        yield root
    for path in sorted(root.rglob("*")):
        kind = path.suffix.lower()
        if not path.is_file():
            continue
        if kind in PROGRAMS or (kind in ("", ".txt") and b"PROGRAM-ID" in path.read_bytes()[:9999]):
            yield path


def report(tally: Counter[str], classes: Counter[str]) -> None:
    for kind, count in classes.most_common():
        print(f"{count:8}  {kind}")
    keys = ("programs", "items", "equal", "offsets", "refused", "not_compiled")
    shown = {key: tally[key] for key in keys}
    shown["equal_share"] = round(tally["equal"] / tally["items"], 5) if tally["items"] else 0.0
    print(json.dumps(shown))


def compare(
    path: Path,
    folders: Sequence[Path],
    stds: Sequence[str],
    tally: Counter[str],
    classes: Counter[str],
    show: int,
) -> None:
    source = read(path)
    with tempfile.TemporaryDirectory() as work:
        std = next((std for std in stds if compiles(path, source, folders, std, Path(work))), None)
        if std is None:
            tally["not_compiled"] += 1
            return
        listed = listing(Path(work) / "out.lst")
        found = read_programs(source, Library(tuple(folders)), std=std)
        offsets = dumped(Path(work), found)
        if len(found) == 1:
            offsets |= probed(path, source, folders, std, Path(work), found[0])
    tally["programs"] += 1
    for position, program in enumerate(found):
        theirs = listed.get(program.name if "" not in listed else "", [])
        judge(path, program, theirs, offsets, position, tally, classes, show)


def command(source: Source, folders: Sequence[Path], std: str) -> list[str]:
    form = ["-free"] if source.format == "free" else []
    wide = ["-ftext-column=255"] if source.format == "variable" else []
    copies = [f"-I{folder}" for folder in dict.fromkeys((source.path.parent.resolve(), *folders))]
    return ["cobc", "-w", "-C", f"-std={std}", *form, *wide, *copies]


def compiles(path: Path, source: Source, folders: Sequence[Path], std: str, work: Path) -> bool:
    more = ["-fdump=ALL", "-ftsymbols", "-fno-tsource", "-fno-tmessages", "--tlines=0"]
    argv = [*command(source, folders, std), *more, "-t", str(work / "out.lst")]
    return run([*argv, "-o", str(work / "out.c"), str(path.resolve())], work)


def run(argv: list[str], work: Path) -> bool:
    try:
        done = subprocess.run(argv, cwd=work, capture_output=True, timeout=60, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def listing(path: Path) -> dict[str, list[Listed]]:
    """The sized items of each program in a symbol listing; "" where there is but one."""
    programs: dict[str, list[Listed]] = {}
    name = ""
    drawn = own = False
    file = ""
    for line in path.read_text("latin-1").splitlines():
        if titled := PROGRAM.match(line):
            name = titled[1].upper()
        if line.rstrip().endswith(" SECTION") and line.startswith(" "):
            drawn, file = line.split()[0] in ("SCREEN", "REPORT", "COMMUNICATION"), ""
        if described := FILE.match(line):
            file = described[1].upper()
        sized = SIZED.match(line)
        if sized and sized[2] == "01":
            own = sized[3] == "DEBUG-ITEM"  # cobc's own record, declared by no one
        if sized and not drawn and not own:
            item = sized[3].rstrip(",").upper()
            listed = Listed(file, int(sized[2]), item, int(sized[1]))
            programs.setdefault(name, []).append(listed)
    return programs


def dumped(work: Path, programs: Sequence[Program]) -> dict[tuple[int, int], int | None]:
    """Offsets by (program, item) as the dump code has them; names in the same order as ours."""
    fields = field_places(work)
    found: dict[tuple[int, int], int | None] = {}
    theirs: dict[str, list[tuple[str, str]]] = {}
    lines: list[tuple[str, str]] = []
    for line in (work / "out.c").read_text("latin-1").splitlines():
        if end := DUMP_END.search(line):
            theirs[end[1].upper()] = lines
            lines = []
        if (dump := DUMPED.search(line)) and "NULL" not in dump[3] and int(dump[1]):
            lines.append((f"{int(dump[1]):02}{dump[2].upper()}", dump[3]))
    for position, program in enumerate(programs):
        dump_lines = theirs.get(program.name, [])
        ours = [item for item in program.items if is_dumped(program, item)]
        names = [f"{item.level:02}{item.name or 'FILLER'}" for item in ours]
        match = difflib.SequenceMatcher(None, names, [name for name, _ in dump_lines], False)
        for block in match.get_matching_blocks():
            for step in range(block.size):
                item, text = ours[block.a + step], dump_lines[block.b + step][1]
                found[position, item.index] = place(text, fields)
    return found


def is_dumped(program: Program, item: DataItem) -> bool:
    """Whether -fdump shows an item: no redefinitions, and the records of an FD are such."""
    if item.level in (0, 66, 78, 88) or item.section not in ("WORKING-STORAGE", "LINKAGE"):
        return False
    return all(one.redefines is None for one in (item, *program.ancestors(item.index)))


def field_places(work: Path) -> dict[str, str]:
    places: dict[str, str] = {}
    for header in work.glob("out.c*.h"):
        for field in FIELD.finditer(header.read_text("latin-1")):
            places[field[1]] = field[3] + field[4]
    return places


def place(text: str, fields: dict[str, str]) -> int | None:
    """The offset in `&f_9` or `COB_SET_FLD(f0, 24, b_8 + 7, &a_4)`; None where it's computed."""
    if named := re.match(r"&f_(\d+)$", text):
        return offset(fields.get(named[1], ""))
    inner = text.removeprefix("COB_SET_FLD(f0, ").rpartition(", &a_")[0]
    return offset(inner.split(", ")[-1])


def offset(text: str) -> int | None:
    match = PLACE.match(text)
    return sum(map(int, re.findall(r"\+ (\d+)", match[2]))) if match else None


def probed(
    path: Path, source: Source, folders: Sequence[Path], std: str, work: Path, program: Program
) -> dict[tuple[int, int], int | None]:
    """Offsets of the items that can be named, taken from CALLs appended to the program."""
    calls = [(item, reference(program, item)) for item in program.items]
    calls = [(item, text) for item, text in calls if text]
    margin = "" if source.format == "free" else " " * 7
    lines = [f"{margin}LAY-PROBE-PARA."]
    for _, text in calls:
        lines.append(f"{margin}    CALL 'LAYPROBE' USING")
        lines.extend(f"{margin}        {word}" for word in text)
        lines[-1] += "."
    text = source.data.decode("latin-1").splitlines()
    ends = [i for i, line in enumerate(text) if re.search(r"^.{0,11}\bEND +PROGRAM\b", line, re.I)]
    at = ends[-1] if ends else len(text)
    probe = work / f"probe{path.suffix}"
    probe.write_text("\n".join([*text[:at], *lines, *text[at:], ""]), "latin-1")
    beside = [path.parent.resolve(), *folders]
    argv = [*command(source, beside, std), "-fno-remove-unreachable", "-o", str(work / "probe.c")]
    if not calls or not run([*argv, str(probe)], work):
        return {}
    places = CALLED.findall((work / "probe.c").read_text("latin-1"))
    if len(places) != len(calls):
        return {}
    found = {item.index: where for (item, _), where in zip(calls, places, strict=True)}
    return dict(relative(program, found))


def relative(
    program: Program, found: dict[int, str]
) -> Iterator[tuple[tuple[int, int], int | None]]:
    """Offsets from the start of the record; local storage is one buffer for all records."""
    for index, where in found.items():
        item = program.items[index]
        if item.section != "LOCAL-STORAGE":
            yield (0, index), offset(where)
            continue
        record = found.get(program.record(index).index)
        start, at = offset(record or ""), offset(where)
        yield (0, index), at - start if start is not None and at is not None else None


def reference(program: Program, item: DataItem) -> list[str]:
    """The words that name an item, first occurrence; none where it has no name of its own."""
    if not item.name or item.level in (0, 78, 88) or item.section in ("SCREEN", "REPORT", ""):
        return []
    holders = [one.name for one in program.ancestors(item.index) if one.name and item.level != 66]
    if item.level == 66:
        holders = [program.record(item.index).name]
    file = program.record(item.index).file
    for qualifiers in ((), tuple(holders), (*holders, file) if file else ()):
        named = program.resolve(item.name, qualifiers)
        if isinstance(named, DataItem) and named.index == item.index:
            words = [item.name, *(f"OF {one}" for one in qualifiers)]
            tables = len(program.subscripts(item))
            return [*words, "(" + " ".join("1" * tables) + ")"] if tables else words
    return []


def shown(item: DataItem) -> str:
    """A name as the listing shows it: cut, and FILLER for all that begins with it."""
    return "FILLER" if item.name.startswith("FILLER") or not item.name else item.name[:30]


def judge(
    path: Path,
    program: Program,
    theirs: Sequence[Listed],
    offsets: dict[tuple[int, int], int | None],
    position: int,
    tally: Counter[str],
    classes: Counter[str],
    show: int,
) -> None:
    drawn = ("SCREEN", "REPORT", "COMMUNICATION")
    ours = [
        one for one in program.items if one.level not in (0, 78, 88) and one.section not in drawn
    ]
    ours.sort(key=lambda one: program.record(one.index).file)
    theirs = sorted(theirs, key=lambda one: one.file)
    names = [f"{one.level:02}{shown(one)}" for one in ours]
    match = difflib.SequenceMatcher(
        None, names, [f"{one.level:02}{one.name[:30]}" for one in theirs], False
    )
    tally["items"] += len(theirs)
    missed = len(theirs) - sum(block.size for block in match.get_matching_blocks())

    def differs(kind: str, text: str) -> None:
        classes[kind] += 1
        if classes[kind] <= show:
            print(f"{path}: {kind}: {text}", file=sys.stderr)

    for _ in range(missed):
        differs("not read", f"{program.name}: {missed} of {len(theirs)}")
    for block in match.get_matching_blocks():
        for step in range(block.size):
            item, listed = ours[block.a + step], theirs[block.b + step]
            table = 1 if item.picture else item.times
            where = offsets.get((position, item.index))
            tally["offsets"] += where is not None
            if item.length * table != listed.length and not item.any_length:
                said = f"{item.level:02} {item.name} {item.length * table}, cobc {listed.length}"
                differs(f"length of {item.usage}", said)
            elif where is not None and where != item.offset:
                differs(f"offset of {item.usage}", f"{item.name} {item.offset}, cobc {where}")
            else:
                tally["equal"] += 1


if __name__ == "__main__":
    sys.exit(main())
