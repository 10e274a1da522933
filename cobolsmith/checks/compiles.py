"""Does every changed program compile with cobc, in each dialect the configuration names?

cobc has no precompiler: programs with EXEC SQL and EXEC CICS go through the shim, which the
evidence says. A program with other EXEC blocks is SKIPPED by name, never called compiled.
"""

from __future__ import annotations

import functools
import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from cobolsmith import shell
from cobolsmith.checks.prepare import Prepared, compilable, is_shimmed, prepare
from cobolsmith.checks.shim import foreign
from cobolsmith.config import Config
from cobolsmith.executed import EXEC
from cobolsmith.source import FORMATS, Source
from cobolsmith.verify import Diagnostic, Status, Subject, Verdict

__all__ = ["EXEC", "FORMAT_FLAGS", "NAME", "cobc", "compilable", "compiles", "is_program", "unable"]

NAME = "compiles"
TOOL = "cobc"
MESSAGE = re.compile(r"^(?P<file>[^:\n]+):(?P<line>\d+): (?P<kind>error|warning): (?P<text>.*)$")
PROGRAM = re.compile(
    rb"\b(?:PROGRAM|FUNCTION|CLASS)-ID\b|\b(?:IDENTIFICATION|ID)\s+DIVISION\b", re.IGNORECASE
)
FORMAT_FLAGS = {
    "fixed": ("-fixed",),
    "free": ("-free",),
    "variable": ("-fixed", "-ftext-column=250"),
}


def compiles(subject: Subject) -> Verdict:
    """Syntax-check and build each program under each dialect."""
    programs = [source for source in subject.sources if is_program(source)]
    reason = unable(programs)
    if reason:
        return Verdict(NAME, Status.SKIPPED, reason)
    changed = {file.path: file.after for file in subject.patch.files}
    evidence = []
    for source in programs:
        for std in subject.config.std:
            for build in (False, True):
                found = cobc(source, subject.config, std, build=build, others=changed)
                if found:
                    return Verdict(NAME, Status.FAILED, str(found[0]), found)
            shimmed = is_shimmed(source, folders(source, subject.config), changed)
            through = ", through the EXEC shim" if shimmed else ""
            how = f"-std={std}, checked and built{through}"
            evidence.append(f"{source.path.name}: cobc {version()} {how}")
    return Verdict(NAME, Status.PASSED, "", (), tuple(evidence))


def unable(programs: list[Source]) -> str:
    """Why these can't be judged, or an empty text."""
    if not shell.which(TOOL):
        return f"cobc is not installed ({shell.hint(TOOL)})"
    if not programs:
        return "no program among the changed files: cobc compiles programs, not copybooks"
    for source in programs:
        if dialect := foreign(source):
            return f"{source.path.name} has EXEC {dialect} blocks, which the shim doesn't know"
    return ""


def is_program(source: Source) -> bool:
    """Whether this is a program rather than a copybook, or a job with one among its data."""
    return source.format in FORMATS and PROGRAM.search(source.view) is not None


@functools.cache
def version() -> str:
    """cobc's own version number."""
    done = shell.run([TOOL, "--version"], cwd=Path.cwd())
    match = re.search(r"\d+\.\d+[.\d]*", done.output)
    return match[0] if match else "of unknown version"


def cobc(
    source: Source,
    config: Config,
    std: str,
    *,
    build: bool = False,
    others: dict[Path, bytes] | None = None,
) -> tuple[Diagnostic, ...]:
    """cobc's errors on one program; empty where it accepts it. Warnings are left out.

    `others` are changed files (copybooks) that stand in for those on disk.
    """
    with tempfile.TemporaryDirectory(prefix="cobolsmith-cobc-") as folder:
        work = Path(folder)
        name = source.path.name or "program.cbl"
        made = prepare(source, name, work, folders(source, config), others or {})
        mode = ("-m", "-o", "out.so") if build else ("-fsyntax-only",)
        argv = [TOOL, *mode, f"-std={std}", *FORMAT_FLAGS[source.format], "-I."]
        argv += [f"-I{place}" for place in folders(source, config)]
        done = shell.run([*argv, name], cwd=work, limits=limits(config))
        found = (*faults(made), *diagnostics(done.output.splitlines(), source, name, made))
    if not found and done.status != 0:
        what = "ran out of time" if done.timed_out else f"cobc ended with {done.status}"
        text = done.output.strip().splitlines()[-1:] or [""]
        return (Diagnostic(source.path, 1, 0, f"{what}: {text[0]}", check=NAME),)
    return found


def folders(source: Source, config: Config) -> tuple[Path, ...]:
    """Where copybooks are looked for: the program's own folder, then the configuration's."""
    home = source.path.resolve().parent
    return (home, *config.copybook_paths(home))


def limits(config: Config) -> shell.Limits:
    """cobc needs little; the configured limits are the most it gets."""
    return shell.Limits(
        min(config.cpu_seconds, 60), config.memory_mib, min(config.file_mib, 64), 60.0
    )


def faults(made: Mapping[str, Prepared]) -> Iterable[Diagnostic]:
    """What a precompiler would refuse in the program and its copybooks."""
    for prepared in made.values():
        for line, column, message in prepared.faults:
            yield Diagnostic(prepared.path, line, column, message, "error", NAME)


def diagnostics(
    lines: Iterable[str],
    source: Source,
    name: str,
    made: Mapping[str, Prepared] | None = None,
) -> Iterable[Diagnostic]:
    """cobc's error lines, located; a message about a copybook keeps the copybook's path.

    `made` are the files that cobc was given in place of the originals.
    """
    for line in lines:
        match = MESSAGE.match(line)
        if not match or match["kind"] != "error":
            continue
        file = Path(match["file"]).name
        prepared = (made or {}).get(file)
        number = prepared.line(int(match["line"])) if prepared else int(match["line"])
        if file == name:
            column = column_of(source, number, match["text"])
            yield Diagnostic(source.path, number, column, match["text"], "error", NAME)
        else:
            path = prepared.path if prepared else Path(match["file"])
            yield Diagnostic(path, number, 0, match["text"], "error", NAME)


def column_of(source: Source, line: int, message: str) -> int:
    """The column of the word a message quotes, or 0: cobc itself gives lines only."""
    quoted = re.search(r"'([^']+)'", message)
    if not quoted or line > len(source.line_starts):
        return 0
    start, end = source.line_span(line)
    text = source.view[start:end].upper()
    said = quoted[1].upper()
    for word in (said, said.split()[0] if said.split() else said):  # of 'A IN B' at least A
        at = text.find(word.encode("ascii", "replace"))
        if at >= 0:
            return at + 1
    return 0
