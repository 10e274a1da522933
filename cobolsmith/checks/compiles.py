"""Does every changed program compile with cobc, in each dialect the configuration names?

cobc has no precompiler: a program with EXEC blocks is SKIPPED by name, never called compiled.
"""

from __future__ import annotations

import functools
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path

from cobolsmith import shell
from cobolsmith.config import Config
from cobolsmith.source import Source
from cobolsmith.verify import Diagnostic, Status, Subject, Verdict

NAME = "compiles"
TOOL = "cobc"
MESSAGE = re.compile(r"^(?P<file>[^:\n]+):(?P<line>\d+): (?P<kind>error|warning): (?P<text>.*)$")
EXEC = re.compile(rb"\bEXEC(?:UTE)?\s+(?:SQL|CICS|DLI|ADABAS)\b", re.IGNORECASE)
PROGRAM = re.compile(rb"\b(?:PROGRAM|FUNCTION|CLASS)-ID\b", re.IGNORECASE)
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
            evidence.append(f"{source.path.name}: cobc {version()} -std={std}, checked and built")
    return Verdict(NAME, Status.PASSED, "", (), tuple(evidence))


def unable(programs: list[Source]) -> str:
    """Why these can't be judged, or an empty text."""
    if not shell.which(TOOL):
        return f"cobc is not installed ({shell.hint(TOOL)})"
    if not programs:
        return "no program among the changed files: cobc compiles programs, not copybooks"
    exec_blocks = [source.path.name for source in programs if EXEC.search(source.view)]
    if exec_blocks:
        return f"{exec_blocks[0]} has EXEC blocks, and cobc has no precompiler for them"
    return ""


def is_program(source: Source) -> bool:
    """Whether this is a program rather than a copybook."""
    return PROGRAM.search(source.view) is not None


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
        (work / name).write_bytes(compilable(source))
        for path, data in (others or {}).items():
            if path != source.path:
                (work / path.name).write_bytes(data)
        mode = ("-m", "-o", "out.so") if build else ("-fsyntax-only",)
        argv = [TOOL, *mode, f"-std={std}", *FORMAT_FLAGS[source.format]]
        argv += include_flags(source, config)
        done = shell.run([*argv, name], cwd=work, limits=limits(config))
        found = tuple(diagnostics(done.output.splitlines(), source, name))
    if not found and done.status != 0:
        what = "ran out of time" if done.timed_out else f"cobc ended with {done.status}"
        text = done.output.strip().splitlines()[-1:] or [""]
        return (Diagnostic(source.path, 1, 0, f"{what}: {text[0]}", check=NAME),)
    return found


def compilable(source: Source) -> bytes:
    """The source as cobc reads it: EBCDIC and 80-byte records become lines of UTF-8."""
    if source.encoding in ("utf-8", "latin-1"):
        return source.data
    text = source.text()
    lines = text.split(source.newline) if source.newline else [text]
    return "\n".join(lines).encode("utf-8")


def include_flags(source: Source, config: Config) -> list[str]:
    """-I for the changed copybooks, the program's own folder and the configured ones."""
    folders = (Path(), source.path.resolve().parent, *config.copybook_paths())
    return [f"-I{folder}" for folder in folders]


def limits(config: Config) -> shell.Limits:
    """cobc needs little; the configured limits are the most it gets."""
    return shell.Limits(
        min(config.cpu_seconds, 60), config.memory_mib, min(config.file_mib, 64), 60.0
    )


def diagnostics(lines: Iterable[str], source: Source, name: str) -> Iterable[Diagnostic]:
    """cobc's error lines, located; a message about a copybook keeps the copybook's path."""
    for line in lines:
        match = MESSAGE.match(line)
        if not match or match["kind"] != "error":
            continue
        own = Path(match["file"]).name == name
        path = source.path if own else Path(match["file"])
        column = column_of(source, int(match["line"]), match["text"]) if own else 0
        yield Diagnostic(path, int(match["line"]), column, match["text"], "error", NAME)


def column_of(source: Source, line: int, message: str) -> int:
    """The column of the word a message quotes, or 0: cobc itself gives lines only."""
    quoted = re.search(r"'([^']+)'", message)
    if not quoted or line > len(source.line_starts):
        return 0
    start, end = source.line_span(line)
    at = source.view[start:end].upper().find(quoted[1].upper().encode("ascii", "replace"))
    return at + 1
