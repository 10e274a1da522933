"""How fast an estate is indexed: copies of the fixtures under new names that call each other.

    python tests/bench/scan.py --lines 1000000 [--jobs 2]

Makes the estate in a temporary folder, scans it with the command line, edits one program and scans
again. Prints a table and, as its last line, one JSON object: lines, files, seconds, cpu_seconds,
rescan_seconds (after one edit), noop_seconds (nothing changed), peak_mib (of all processes),
index_mib.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
FOLDERS = ("cobol", "cics", "sql", "jcl", "bms")
PROGRAM = re.compile(r"('?)\b(SV[BSQC]\d{3})\b")
JOB = re.compile(r"\bSVJ(?=LOAD|NITE|MEND)")
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        estate = Path(folder) / "estate"
        lines, files = make(estate, options.lines)
        figures = measure(estate, options.jobs)
    figures = {"lines": lines, "files": files, **figures}
    for key, value in figures.items():
        print(f"{key:16} {value:>12,}")
    print(json.dumps(figures))


def make(estate: Path, wanted: int) -> tuple[int, int]:
    """Write sets of the fixtures until there are so many lines; returns lines and files."""
    sources = [path for name in FOLDERS for path in sorted((FIXTURES / name).iterdir())]
    texts = {path: path.read_text("latin-1") for path in sources}
    shared = {name: sorted((FIXTURES / name).iterdir()) for name in ("copy", "proc", "cntl")}
    lines = files = 0
    for name, paths in shared.items():
        (estate / name).mkdir(parents=True)
        for path in paths:
            text = path.read_text("latin-1")
            (estate / name / path.name).write_text(text, "latin-1")
            lines, files = lines + text.count("\n"), files + 1
    (estate / "cobolsmith.toml").write_text('copybooks = ["copy"]\nstd = ["ibm"]\n')
    number = 0
    while lines < wanted:
        for path, text in texts.items():
            target = estate / f"set{number:04d}" / renamed(path.name, number)
            target.parent.mkdir(exist_ok=True)
            target.write_text(cloned(text, number), "latin-1")
            lines, files = lines + text.count("\n"), files + 1
        number += 1
    return lines, files


def cloned(text: str, number: int) -> str:
    """A source of one set: its own program names, data sets of its own, calls into the next set."""

    def program(found: re.Match[str]) -> str:
        called = found[1] == "'" and found[2].startswith("SVS")
        return found[1] + renamed(found[2], number + called)

    text = PROGRAM.sub(program, text)
    text = JOB.sub(f"{mark(number)}J", text)
    return text.replace("SVB.", f"X{mark(number)}.")


def renamed(name: str, number: int) -> str:
    """A member's name in a set: as long as it was, so that columns stay."""
    return mark(number) + name[2:]


def mark(number: int) -> str:
    """Two characters for a set's number, the first a letter."""
    first, second = divmod(number % (26 * 36), 36)
    return DIGITS[10 + first] + DIGITS[second]


def measure(estate: Path, jobs: int) -> dict[str, float]:
    """Scan, scan again without a change, edit one program and scan again."""
    peak = [0.0]
    seconds, cpu = run(estate, jobs, peak)
    noop, _ = run(estate, jobs, [0.0])
    program = min((estate / "set0000").glob("*B050.cbl"))
    text = program.read_text("latin-1")
    program.write_text(text.replace("MOVE 16 TO", "MOVE 12 TO", 1), "latin-1")
    rescan, _ = run(estate, jobs, [0.0])
    size = (estate / ".cobolsmith" / "estate.db").stat().st_size
    return {
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu, 2),
        "rescan_seconds": round(rescan, 2),
        "noop_seconds": round(noop, 2),
        "peak_mib": round(peak[0], 1),
        "index_mib": round(size / 2**20, 1),
    }


def run(estate: Path, jobs: int, peak: list[float]) -> tuple[float, float]:
    """Wall and CPU seconds of one scan; `peak` is raised to the most memory of its processes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    command = [sys.executable, "-m", "cobolsmith", "scan", str(estate), "--jobs", str(jobs)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    watch = threading.Thread(target=watched, args=(process, peak))
    watch.start()
    said, _ = process.communicate()
    seconds = time.perf_counter() - started
    watch.join()
    print(said.splitlines()[0], file=sys.stderr)
    if process.returncode:
        print(said, file=sys.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, cpu


def watched(process: subprocess.Popen[str], peak: list[float]) -> None:
    """Look at the memory of a process and its children until it ends."""
    while process.poll() is None:
        peak[0] = max(peak[0], sum(map(memory, family(process.pid))))
        time.sleep(0.2)


def family(pid: int) -> list[int]:
    """A process and its children."""
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *map(int, listed)]


def memory(pid: int) -> float:
    """The proportional share of memory of a process, in MiB."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    found = [line.split() for line in text.splitlines() if line.startswith("Pss:")]
    return int(found[0][1]) / 1024 if found else 0.0


if __name__ == "__main__":
    main()
