"""Broken sources through parsing, the program reader and scan: nothing may crash, hang or grow.

Each input is a file of the folders, mutated or truncated by a generator of random numbers that the
seed fixes. A child process takes the inputs, so that a crash costs one of them; the parent counts.
The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from select import select

from cobolsmith.config import Config
from cobolsmith.errors import CobolsmithError
from cobolsmith.languages.cobol.copybooks import Library
from cobolsmith.scan.reading import Readers, Task, read_file
from cobolsmith.source import from_bytes
from cobolsmith.syntax import parse

SUFFIXES = {
    **dict.fromkeys((".cbl", ".cob", ".cobol", ".pco", ".cpy"), "cobol"),
    **dict.fromkeys((".jcl", ".prc"), "jcl"),
    ".bms": "bms",
}
ENDINGS = {"cobol": "fuzz.cbl", "jcl": "fuzz.jcl", "bms": "fuzz.bms"}
LIMIT = 60_000
"""Bytes of a file that are mutated: what is longer is cut, so that many inputs can be tried."""
HANG_S = 2.0
STUCK_S = 30.0
MEMORY = 2 << 30

_WORDS = (
    b"IF ELSE END-IF PERFORM END-PERFORM UNTIL EVALUATE WHEN READ AT END NOT ON SIZE ERROR COPY "
    b"REPLACE REPLACING == ==A== BY PIC VALUE EXEC SQL END-EXEC PROGRAM-ID. DIVISION. SECTION. ( ) "
    b". .. \" ' :A: >>IF >>SOURCE FREE FIXED *> FUNCTION LENGTH OF IN 01 88 // DD DSN= DFHMDF X"
).split()


@dataclass(frozen=True, slots=True)
class Input:
    """What is tried: a grammar, and the bytes."""

    grammar: str
    data: bytes


def main() -> None:
    """Try all inputs, name those that fail, then the JSON line."""
    options = arguments()
    if options.child:
        child(options)
        return
    figures = {"inputs": 0, "crashes": 0, "hangs": 0, "slowest_s": 0.0, "peak_mib": 0.0}
    after = 0
    while after < options.inputs:
        after = watch(options, after, figures)
    print(json.dumps(figures))
    sys.exit(bool(figures["crashes"] or figures["hangs"]))


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--child", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--keep", type=Path, help="folder for the inputs that fail")
    return parser.parse_args()


def watch(options: argparse.Namespace, after: int, figures: dict[str, float]) -> int:
    """Run a child from an input on, until it is through or lost. Returns the next input."""
    folders = [str(folder) for folder in options.folders]
    command = [sys.executable, __file__, *folders, "--seed", str(options.seed)]
    command += ["--inputs", str(options.inputs), "--child", str(after + 1)]
    with tempfile.TemporaryFile("w+") as errors:
        running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, bufsize=0)
        assert running.stdout is not None
        number, stuck = after, False
        while True:
            stuck = not select([running.stdout], [], [], STUCK_S)[0]
            line = b"" if stuck else running.stdout.readline()
            if not line:
                break
            number, seconds, peak = (float(part) for part in line.split())
            figures["inputs"] += 1
            figures["slowest_s"] = round(max(figures["slowest_s"], seconds), 2)
            figures["peak_mib"] = round(max(figures["peak_mib"], peak), 1)
            if seconds > HANG_S:
                figures["hangs"] += 1
                failed(options, int(number), f"took {seconds:.1f} s")
        if stuck:
            running.kill()
        if running.wait() == 0:
            return options.inputs
        figures["inputs"] += 1
        figures["hangs" if stuck else "crashes"] += 1
        errors.seek(0)
        failed(options, int(number) + 1, "stuck" if stuck else errors.read()[-600:])
    return int(number) + 1


def failed(options: argparse.Namespace, number: int, why: str) -> None:
    """Name an input that failed, and keep it if a folder for it was given."""
    print(f"input {number} of seed {options.seed}: {why}")
    if options.keep:
        found = inputs(files(options.folders), options.seed, number)
        options.keep.mkdir(parents=True, exist_ok=True)
        (options.keep / f"{options.seed}-{number}.{found.grammar}").write_bytes(found.data)


def child(options: argparse.Namespace) -> None:
    """Take the inputs from one on; print number, CPU seconds and peak memory of each."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    known = files(options.folders)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.child, options.inputs + 1):
            one = inputs(known, options.seed, number)
            started = time.process_time()
            taken(one, Path(folder))
            seconds = time.process_time() - started
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(number, f"{seconds:.3f}", f"{peak:.1f}", flush=True)


def taken(one: Input, folder: Path) -> None:
    """Parse an input, COBOL in two formats, then read it as scan does: into programs and facts.

    What scan can't read it tells in `problem`; a bug is all that isn't allowed.
    """
    path = folder / ENDINGS[one.grammar]
    try:
        source = from_bytes(one.data, path)
    except CobolsmithError:
        return
    formats = [one.grammar]
    if one.grammar == "cobol":
        formats = [source.format, "free" if source.format == "fixed" else "fixed"]
    for format in formats:
        tree = parse(source.view, format)
        tree.errors()
        assert not tree.lost_bytes()
    path.write_bytes(one.data)
    readers = Readers({path: 1}, Config(), Library(), {})
    facts = read_file(Task(path, one.grammar, len(one.data)), readers)
    assert not facts.problem.startswith("bug:"), facts.problem


def files(folders: list[Path]) -> list[Path]:
    """The files of the folders that a grammar reads, in order."""
    found = (path for folder in folders for path in sorted(folder.rglob("*")))
    return [path for path in found if path.suffix.lower() in SUFFIXES and path.is_file()]


def inputs(known: list[Path], seed: int, number: int) -> Input:
    """The input of this number."""
    chance = random.Random(seed * 1_000_003 + number)
    path = chance.choice(known)
    data = path.read_bytes()[:LIMIT]
    if chance.random() < 0.2:
        data = data[: chance.randrange(len(data) + 1)]
    else:
        for _ in range(chance.choice((1, 1, 2, 3, 8))):
            data = mutated(chance, data)
    return Input(SUFFIXES[path.suffix.lower()], data)


def mutated(chance: random.Random, data: bytes) -> bytes:
    """The bytes with one thing broken."""
    return chance.choice(list(breaks()))(chance, data)


def breaks() -> Iterator:
    """The ways to break a text: functions of a generator of random numbers and the bytes."""
    yield from (flipped, swapped, cut, zeroed, stretched, recoded, inserted, repeated, unlined)


def flipped(chance: random.Random, data: bytes) -> bytes:
    """Some bytes become others."""
    text = bytearray(data)
    for _ in range(min(len(text), chance.choice((1, 3, 30)))):
        text[chance.randrange(len(text))] = chance.randrange(256)
    return bytes(text)


def swapped(chance: random.Random, data: bytes) -> bytes:
    """Two words change places."""
    words = data.split(b" ")
    first, second = chance.randrange(len(words)), chance.randrange(len(words))
    words[first], words[second] = words[second], words[first]
    return b" ".join(words)


def cut(chance: random.Random, data: bytes) -> bytes:
    """Some lines go."""
    lines = data.split(b"\n")
    start = chance.randrange(len(lines))
    return b"\n".join(lines[:start] + lines[start + chance.choice((1, 2, 20)) :])


def zeroed(chance: random.Random, data: bytes) -> bytes:
    """NUL and other control bytes in a row."""
    at = chance.randrange(len(data) + 1)
    return data[:at] + bytes([chance.choice((0, 9, 12, 13, 26, 127))]) * 5 + data[at:]


def stretched(chance: random.Random, data: bytes) -> bytes:
    """One line becomes huge."""
    at = chance.randrange(len(data) + 1)
    piece = chance.choice(
        (b"A", b" ", b"(", b"9", b"'", b"A B ", b"IF A ", b"-", b":X", b"COPY A. ")
    )
    return data[:at] + piece * chance.choice((300, 3_000, 20_000)) + data[at:]


def recoded(chance: random.Random, data: bytes) -> bytes:
    """The text in another encoding."""
    text = data.decode("latin-1")
    return text.encode(chance.choice(("cp037", "utf-16", "utf-8", "cp1140", "utf-7")), "replace")


def inserted(chance: random.Random, data: bytes) -> bytes:
    """Words that mean something stand where they don't belong."""
    at = chance.randrange(len(data) + 1)
    return (
        data[:at]
        + b" "
        + b" ".join(chance.choices(_WORDS, k=chance.choice((1, 4, 40))))
        + data[at:]
    )


def repeated(chance: random.Random, data: bytes) -> bytes:
    """A piece stands twice."""
    start = chance.randrange(len(data) + 1)
    end = min(len(data), start + chance.choice((5, 100, 5_000)))
    return data[:end] + data[start:]


def unlined(chance: random.Random, data: bytes) -> bytes:
    """Other line ends, or none."""
    return data.replace(b"\n", chance.choice((b"", b"\r", b"\r\n", b"\n\n", b" ")))


if __name__ == "__main__":
    main()
