"""Whole nights of the fixture estate as acceptance runs, judged by fields and records.

A feature made by hand and one made by a tool never agree in every blank. So the night is run three
times: as the estate stands, changed by hand, changed by the tool. What the hand didn't touch must
be the same to the byte, and so must what a spec determines to the byte. Outputs named `loose`, and
files that the estate had not, are judged by what the hand added to them: as many lines (records),
in the same order, each with the same words and the same numbers, whatever else it says and however
it is laid out.
"""

from __future__ import annotations

import difflib
import itertools
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

import nightly

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
Row = Mapping[str, str]
Outputs = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Estate:
    """The estate of a bench, compiled once: its folder, its night, its load library."""

    root: Path
    scratch: Path
    night: nightly.Night
    turns: itertools.count[int] = field(default_factory=itertools.count)

    @property
    def load(self) -> Path:
        return self.scratch / "base"


def compiled(root: Path, scratch: Path) -> Estate:
    """The estate below `root` with every step and every other program as a called module."""
    night = nightly.load()
    steps = {step.program for step in night.steps}
    called = tuple(sorted(one.stem for one in (root / "cobol").glob("*.cbl")))
    night = replace(
        night,
        programs=root / "cobol",
        copybooks=(root / "copy",),
        modules=tuple(one for one in called if one not in steps),
    )
    estate = Estate(root, scratch, night)
    nightly.build(night, estate.load)
    return estate


def outputs(
    estate: Estate, changed: Mapping[Path, bytes], nights: Sequence[Sequence[Row]]
) -> list[Outputs]:
    """What the estate with `changed` files leaves in each night.

    Raises nightly.CompileError, and subprocess.TimeoutExpired where a step hangs.
    """
    place = estate.scratch / f"turn{next(estate.turns)}"
    load = _linked(estate, changed, place)
    left = [_one_night(estate, load, place / str(nth), rows) for nth, rows in enumerate(nights)]
    shutil.rmtree(place)
    return left


def _linked(estate: Estate, changed: Mapping[Path, bytes], place: Path) -> Path:
    """A load library in which only what a change reaches is compiled anew."""
    load, sources = place / "load", place / "source"
    shutil.copytree(estate.load, load)
    shutil.copytree(estate.root, sources)
    for path, content in changed.items():
        (sources / path.resolve().relative_to(estate.root.resolve())).write_bytes(content)
    names = {path.stem.upper() for path in changed}
    for source in sorted((sources / "cobol").glob("*.cbl")):
        copied = re.findall(r"\bCOPY\s+(\w+)", source.read_text("latin-1"), re.IGNORECASE)
        if names & {source.stem.upper(), *map(str.upper, copied)}:
            module = source.stem in estate.night.modules
            target = load / (f"{source.stem}.so" if module else source.stem)
            copy = (sources / "copy",)
            nightly.compile_program(source, target, estate.night.flags, copy, module=module)
    return load


def _one_night(estate: Estate, load: Path, files: Path, rows: Sequence[Row]) -> Outputs:
    """By `PROGRAM.output`: return code, stdout and files of each step; new files by their name."""
    files.mkdir()
    for source in (estate.night.fixtures / "data").iterdir():
        (files / source.name).write_bytes(source.read_bytes())
    for row in rows:
        _edit(files / row["file"], row)
    left: dict[str, bytes] = {}
    for step in estate.night.steps:
        ran = nightly.run_step(step, load, files)
        left[f"{step.program}.return code"] = str(ran.return_code).encode()
        left[f"{step.program}.stderr"] = ran.stderr
        left |= {f"{step.program}.{name}": content for name, content in ran.outputs.items()}
    known = {name for step in estate.night.steps for name in step.dd_names}
    new = (path for path in files.iterdir() if path.name.split(".")[0] not in {*known, "SYSIN"})
    return left | {path.name: path.read_bytes() for path in new}


def _edit(path: Path, row: Row) -> None:
    """Lines added to an input of the night (so many `times`), or one text in it changed."""
    text = path.read_text("latin-1")
    if "add" in row:
        lines = row["add"].strip("\n") + "\n"
        text += lines * int(row.get("times", "1"))
    elif text.count(row["change"]) == 1:
        text = text.replace(row["change"], row["to"])
    else:
        raise SystemExit(f"{row['change']!r} stands {text.count(row['change'])} times in {path}")
    path.write_text(text, "latin-1")


def judged(
    estate: Estate,
    by_hand: Mapping[Path, bytes],
    by_tool: Mapping[Path, bytes],
    nights: Sequence[Sequence[Row]],
    loose: Sequence[str],
) -> str:
    """What is wrong with a tool's change, by the nights; "" where nothing is."""
    try:
        got = outputs(estate, by_tool, nights)
    except (nightly.CompileError, subprocess.TimeoutExpired) as error:
        return str(error)
    stood, wanted = outputs(estate, {}, nights), outputs(estate, by_hand, nights)
    for nth, (old, hand, tool) in enumerate(zip(stood, wanted, got, strict=True), 1):
        for name in sorted({*hand, *tool}):
            if name not in hand or name not in tool:
                return f"night {nth}: {name} is {'missing' if name in hand else 'not asked for'}"
            if name in loose or name not in old:
                wrong = _lines_differ(old.get(name, b""), hand[name], tool[name])
            else:
                wrong = "" if hand[name] == tool[name] else "differs"
            if wrong:
                return f"night {nth}: {name}: {wrong}"
    return ""


def _lines_differ(old: bytes, hand: bytes, tool: bytes) -> str:
    """How the lines that a tool added differ from those of the hand in what they say."""
    lines = _records(hand, 0)
    gone, added = _edits(_records(old, 0), lines)
    tools_gone, tools_added = _edits(_records(old, 0), _records(tool, len(added)))
    if gone != tools_gone:
        return f"lines lost or changed: {(tools_gone or gone)[0]!r}"
    if len(added) != len(tools_added):
        return f"{len(tools_added)} lines added where {len(added)} were asked for"
    for one, other in zip(added, tools_added, strict=True):
        missing = [word for word in one.split() if not _says(other, word)]
        if missing:
            return f"{other!r} doesn't say {' '.join(missing)}"
    return ""


def _records(content: bytes, count: int) -> list[str]:
    """The lines that aren't blank; records of one length where a file of `count` has no lines."""
    text = content.decode("latin-1")
    if count and "\n" not in text and len(text) % count == 0:
        size = len(text) // count
        text = "\n".join(text[at : at + size] for at in range(0, len(text), size or 1))
    return [line.strip(" \r\0") for line in re.split("[\n\f]", text) if line.strip(" \r\0")]


def _edits(old: Sequence[str], new: Sequence[str]) -> tuple[list[str], list[str]]:
    """The lines of `old` that `new` has not, and those that it adds."""
    parts = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    gone = [line for tag, a, b, _, _ in parts if tag != "equal" for line in old[a:b]]
    return gone, [line for tag, _, _, a, b in parts if tag != "equal" for line in new[a:b]]


def _says(line: str, word: str) -> bool:
    """Whether a line has a word, or a number (an amount too) however it is edited.

    DISPLAY shows a packed amount without its point; signs may stand apart.
    """
    text = line.upper().replace("/", "")
    bare = word.upper().replace("/", "").strip("+-")
    if not NUMBER.fullmatch(bare):
        return bare in text
    value = Decimal(bare.replace(",", ""))
    shown = [Decimal(one.replace(",", "")) for one in NUMBER.findall(text)]
    unedited = value.scaleb(2) if "." in bare else value
    return value in shown or unedited in shown or (len(bare) > 3 and bare in text)
